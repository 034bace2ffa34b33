//! ISO 8583:1987, the messages between a till and an acquirer's host. Pure: bytes in, bytes out.
//!
//! Reading order: [`Message`] (an MTI and its fields as text), [`Dialect`] (the field table and where acquirers
//! differ, as data), the codec, then the messages Stopgap sends ([`purchase`], [`advice`], [`reversal`], [`void`],
//! [`echo`], [`sign_on`], [`batch_totals`], [`batch_upload`]) and how it reads their answers. [`response_class`] sorts the codes of DE 39.
//!
//! The profile, [`Dialect::ASCII_1987`]: every text field in ASCII, bitmaps and fields of format b in binary, a length of
//! two bytes big endian before each message. Card numbers, tracks and PIN blocks are no part of it: see [`CARD_DATA_FIELDS`].

mod advice;
mod answers;
mod batch;
mod codec;
mod codes;
mod dialect;
mod fieldset;
mod formats;
mod frame;
mod hex;
mod message;
mod requests;
mod terminal;

pub use self::advice::{advice, read_advice_answer};
pub use self::answers::{read_echo_answer, read_purchase_answer, read_reversal_answer, read_void_answer};
pub use self::batch::{
    Batch, BatchStep, BatchTotals, Counted, TotalsAnswer, UploadAnswer, batch_totals, batch_upload, read_totals_answer,
    read_upload_answer,
};
pub use self::codec::{CLEAR_LENGTH_MAX, CodecError, Part, Unit, decode_clear, encode_clear};
pub use self::codes::{ResponseClass, response_class};
pub use self::dialect::{Bytes, Dialect, DialectError, Numbers, OddDigit, PrivateUse, VoidForm};
pub use self::fieldset::FieldSet;
pub use self::formats::{Content, FieldFormat, Length};
pub use self::frame::{Envelope, FrameError, FrameReader, LengthHeader, MESSAGE_LENGTH_MAX, Tpdu, frame};
pub use self::hex::{HexError, decode_hex, encode_hex};
pub use self::message::{CARD_DATA_FIELDS, FIELD_MAX, FIELD_MIN, Message, MessageError, Mti};
pub use self::requests::{RequestError, echo, purchase, reversal, sign_on, void};
pub use self::terminal::{Terminal, TerminalError};

/// The numbers of the fields Stopgap writes or reads, by the names of ISO 8583:1987.
pub mod de {
    /// Processing code.
    pub const PROCESSING_CODE: u8 = 3;
    /// Transaction amount, in minor units.
    pub const AMOUNT: u8 = 4;
    /// Transmission date and time, `MMDDhhmmss` in UTC.
    pub const TRANSMISSION_TIME: u8 = 7;
    /// Systems trace audit number.
    pub const STAN: u8 = 11;
    /// Local time of the sale, hhmmss.
    pub const LOCAL_TIME: u8 = 12;
    /// Local date of the sale, MMDD.
    pub const LOCAL_DATE: u8 = 13;
    /// Settlement date, MMDD.
    pub const SETTLEMENT_DATE: u8 = 15;
    /// Merchant's category code.
    pub const MERCHANT_CATEGORY: u8 = 18;
    /// Point of service entry mode.
    pub const ENTRY_MODE: u8 = 22;
    /// Network international identifier.
    pub const NETWORK_ID: u8 = 24;
    /// Point of service condition code.
    pub const CONDITION: u8 = 25;
    /// Retrieval reference number.
    pub const RRN: u8 = 37;
    /// Authorisation identification response: the approval code.
    pub const APPROVAL_CODE: u8 = 38;
    /// Response code.
    pub const RESPONSE_CODE: u8 = 39;
    /// Card acceptor terminal identification.
    pub const TERMINAL: u8 = 41;
    /// Card acceptor identification: the merchant.
    pub const MERCHANT: u8 = 42;
    /// Additional private data.
    pub const ADDITIONAL_DATA: u8 = 48;
    /// Transaction currency, three digits of ISO 4217.
    pub const CURRENCY: u8 = 49;
    /// Settlement currency, three digits of ISO 4217.
    pub const SETTLEMENT_CURRENCY: u8 = 50;
    /// Reserved for private use: the number of the batch.
    pub const BATCH: u8 = 60;
    /// Reserved for private use: the sealed card.
    pub const SEALED_CARD: u8 = 63;
    /// Settlement code: 1 in balance, 2 out of balance, 3 error.
    pub const SETTLEMENT_CODE: u8 = 66;
    /// Network management information code.
    pub const NETWORK_CODE: u8 = 70;
    /// How many credits, reversals of credits, debits and reversals of debits: this field and the three after it.
    pub const COUNTS_FROM: u8 = 74;
    /// The amounts of the same four.
    pub const AMOUNTS_FROM: u8 = 86;
    /// Original data elements.
    pub const ORIGINAL_DATA: u8 = 90;
    /// Net amount of the settlement: C or D and the amount.
    pub const NET_AMOUNT: u8 = 97;
}
