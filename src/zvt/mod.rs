//! ZVT, the messages between a till and a payment terminal in the German-speaking countries. Pure: bytes in, bytes out.
//!
//! Reading order: [`Apdu`] (a control field and its data, and how they lie in a stream), [`Fields`] (the BMPs, one
//! table), [`tlv`] (the container in BMP 06), [`Message`] (which bytes stand before the BMPs), then what the till says
//! ([`commands`]) and how it reads what the terminal says ([`StatusInformation`], [`TerminalStatus`], [`cause`]).
//!
//! The source is "ECR-Interface ZVT-Protocol", PA00P015 revision 13.13, of the makers' association (Verband der
//! Terminalhersteller), and PA00P016 for the transport: over TCP an APDU is sent bare, without DLE and STX.
//!
//! Card data is no part of it: the number in BMP 22 is masked down to its last four digits while it is read, tracks and
//! check values entirely ([`CARD_DATA_BMPS`]), and no `Debug` here shows the content of a field.

mod answers;
mod apdu;
mod bcd;
mod bmp;
mod codes;
pub mod commands;
mod error;
mod message;
mod moment;
mod password;
mod print;
mod shown;
pub mod tlv;

pub use self::answers::{StatusInformation, TerminalStatus, TerminalTime};
pub use self::apdu::{APDU_DATA_MAX, Apdu, ApduReader, Control};
pub use self::bcd::{bcd, bcd_number};
pub use self::bmp::{BMP_DATA_MAX, BmpFormat, CARD_DATA_BMPS, Field, Fields, Length, format};
pub use self::codes::{Cause, cause, terminal_cause};
pub use self::error::{Part, ZvtError};
pub use self::message::{Head, Message};
pub use self::moment::{Intermediate, Moment};
pub use self::password::{Password, PasswordError};
pub use self::print::{LINE_CHARS_MAX, masked_text, printed_lines, text_of};
pub use self::shown::{Shown, ShownError};

/// The numbers of the BMPs that Stopgap writes or reads (PA00P015 13.13, chapter 13).
pub mod bmps {
    /// Service byte; its bits depend on the command.
    pub const SERVICE_BYTE: u8 = 0x03;
    /// Amount in minor units, twelve digits.
    pub const AMOUNT: u8 = 0x04;
    /// The TLV container.
    pub const TLV: u8 = 0x06;
    /// Trace number, six digits.
    pub const TRACE: u8 = 0x0b;
    /// Time, hhmmss.
    pub const TIME: u8 = 0x0c;
    /// Date, MMDD.
    pub const DATE: u8 = 0x0d;
    /// Status byte, payment type or card type, by command.
    pub const STATUS_BYTE: u8 = 0x19;
    /// Card number, masked.
    pub const CARD_NUMBER: u8 = 0x22;
    /// Result code.
    pub const RESULT: u8 = 0x27;
    /// Terminal id.
    pub const TERMINAL_ID: u8 = 0x29;
    /// The authorisation attribute: the issuer's approval code.
    pub const APPROVAL: u8 = 0x3b;
    /// Additional text.
    pub const TEXT: u8 = 0x3c;
    /// Currency, the digits of ISO 4217 after a zero.
    pub const CURRENCY: u8 = 0x49;
    /// Totals of an end of day.
    pub const TOTALS: u8 = 0x60;
    /// Receipt number, four digits.
    pub const RECEIPT: u8 = 0x87;
    /// Card type by the protocol's own list.
    pub const CARD_TYPE: u8 = 0x8a;
    /// Card name.
    pub const CARD_NAME: u8 = 0x8b;
    /// Date, YYMMDD.
    pub const FULL_DATE: u8 = 0xaa;
}
