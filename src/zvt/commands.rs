//! What the till says: each command with what belongs into it.

use super::apdu::Control;
use super::bcd::bcd;
use super::bmp::Fields;
use super::bmps;
use super::error::{Part, ZvtError};
use super::message::{Head, Message};
use super::tlv::{self, tags};

/// Bits of the config byte of a Registration (13.13, 2.1).
pub mod config {
    /// The till prints the receipts of payments.
    pub const TILL_PRINTS_RECEIPTS: u8 = 0x02;
    /// The till prints all other receipts.
    pub const TILL_PRINTS_OTHERS: u8 = 0x04;
    /// The terminal says what it is doing (04 FF).
    pub const INTERMEDIATE_STATUS: u8 = 0x08;
    /// Payments can be started by the till only.
    pub const TILL_CONTROLS_PAYMENTS: u8 = 0x10;
    /// Everything else can be started by the till only.
    pub const TILL_CONTROLS_OTHERS: u8 = 0x20;
    /// Receipts for the till come as print lines (06 D1, 06 D3).
    pub const PRINT_LINES: u8 = 0x80;
}

/// The service byte of a Repeat Receipt that asks for the result of the last transaction and for no paper, so that a
/// till can find out how an interrupted transaction ended (13.13, 2.20.2).
const RESULT_AND_NO_PAPER: u8 = 0x03;

/// The field of the host's protocol for the till's reference number (tag 1F62; 13.13, 9.4.1).
const REFERENCE_FIELD: &[u8; 2] = b"AC";

/// The longest reference number.
pub const REFERENCE_BYTES_MAX: usize = 20;

/// How is the terminal? Needs no registration and no password.
#[must_use]
pub fn status_enquiry() -> Message {
    Message::new(Control::STATUS_ENQUIRY, Head::Empty)
}

/// The till makes itself known and says what the terminal may do; currency by the digits of ISO 4217.
#[must_use]
pub fn registration(config: u8, currency: u16) -> Message {
    let mut message = Message::new(Control::REGISTRATION, Head::Registration { config, currency: Some(currency) });
    message.fields = Fields::default().with(bmps::SERVICE_BYTE, [0x00]);
    message
}

/// The till leaves.
#[must_use]
pub fn log_off() -> Message {
    Message::new(Control::LOG_OFF, Head::Empty)
}

/// A payment of `amount_minor`; with a reference number of the till's own, where the terminal can take one.
///
/// # Errors
///
/// An amount of more than twelve digits, or a reference of more than [`REFERENCE_BYTES_MAX`] bytes.
pub fn authorisation(amount_minor: u64, currency: u16, reference: Option<&str>) -> Result<Message, ZvtError> {
    let amount = bcd(amount_minor, 6, Part::Bmp(bmps::AMOUNT))?;
    let currency = bcd(u64::from(currency), 2, Part::Bmp(bmps::CURRENCY))?;
    let mut message = Message::new(Control::AUTHORISATION, Head::Empty);
    message.fields = Fields::default().with(bmps::AMOUNT, amount).with(bmps::CURRENCY, currency);
    if let Some(reference) = reference {
        message.fields = message.fields.with(bmps::TLV, reference_container(reference)?);
    }
    Ok(message)
}

/// The container with a reference number of the till's.
///
/// # Errors
///
/// More than [`REFERENCE_BYTES_MAX`] bytes.
pub fn reference_container(reference: &str) -> Result<Vec<u8>, ZvtError> {
    let (part, length) = (Part::Tlv(tags::REFERENCE_NUMBER), reference.len());
    if length > REFERENCE_BYTES_MAX {
        return Err(ZvtError::Length { part, length, limit: "at most 20" });
    }
    let mut inner = Vec::new();
    tlv::push(&mut inner, tags::REFERENCE_FIELD, REFERENCE_FIELD)?;
    tlv::push(&mut inner, tags::REFERENCE_NUMBER, reference.as_bytes())?;
    let mut container = Vec::new();
    tlv::push(&mut container, tags::REFERENCE, &inner)?;
    Ok(container)
}

/// The payment with this receipt number is taken back.
///
/// # Errors
///
/// A receipt number of more than four digits.
pub fn reversal(receipt: u16) -> Result<Message, ZvtError> {
    let receipt = bcd(u64::from(receipt), 2, Part::Bmp(bmps::RECEIPT))?;
    let mut message = Message::new(Control::REVERSAL, Head::Password);
    message.fields = Fields::default().with(bmps::RECEIPT, receipt);
    Ok(message)
}

/// How did the last transaction end? Prints nothing.
#[must_use]
pub fn repeat_receipt() -> Message {
    let mut message = Message::new(Control::REPEAT_RECEIPT, Head::Password);
    message.fields = Fields::default().with(bmps::SERVICE_BYTE, [RESULT_AND_NO_PAPER]);
    message
}

/// The running command is to end. Allowed while the terminal is the one who speaks.
#[must_use]
pub fn stop() -> Message {
    Message::new(Control::STOP, Head::Empty)
}

/// The terminal sends its day to the host.
#[must_use]
pub fn end_of_day() -> Message {
    Message::new(Control::END_OF_DAY, Head::Password)
}

/// The terminal asks its host whether it is there.
#[must_use]
pub fn diagnosis() -> Message {
    Message::new(Control::DIAGNOSIS, Head::Empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zvt::Password;

    fn bytes(message: &Message) -> Vec<u8> {
        let password = Password::parse("012345").unwrap();
        message.encode(Some(&password)).unwrap().encode().unwrap().to_vec()
    }

    /// Written by hand from the specification.
    #[test]
    fn commands_are_these_bytes() {
        assert_eq!(bytes(&status_enquiry()), [0x05, 0x01, 0x00]);
        assert_eq!(bytes(&registration(0x08, 978)), [6, 0, 8, 0x01, 0x23, 0x45, 0x08, 0x09, 0x78, 3, 0]);
        assert_eq!(bytes(&log_off()), [6, 2, 0]);
        let payment = authorisation(4_890, 978, None).unwrap();
        assert_eq!(bytes(&payment), [6, 1, 10, 4, 0, 0, 0, 0, 0x48, 0x90, 0x49, 0x09, 0x78]);
        let named = bytes(&authorisation(1, 978, Some("P1")).unwrap());
        assert_eq!(named[13..], [6, 12, 0xe9, 10, 0x1f, 0x62, 2, b'A', b'C', 0x1f, 0x63, 2, b'P', b'1']);
        assert_eq!(bytes(&reversal(231).unwrap()), [6, 0x30, 6, 0x01, 0x23, 0x45, 0x87, 0x02, 0x31]);
        assert_eq!(bytes(&repeat_receipt()), [6, 0x20, 5, 0x01, 0x23, 0x45, 3, 3]);
        assert_eq!(bytes(&stop()), [6, 0xb0, 0]);
        assert_eq!(bytes(&end_of_day()), [6, 0x50, 3, 0x01, 0x23, 0x45]);
        assert_eq!(bytes(&diagnosis()), [6, 0x70, 0]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(authorisation(1_000_000_000_000, 978, None).is_err());
        assert!(authorisation(1, 978, Some(&"x".repeat(REFERENCE_BYTES_MAX + 1))).is_err());
        assert!(reversal(10_000).is_err());
    }
}
