//! A message: what stands before the BMPs, and the BMPs.

use super::apdu::{Apdu, Control};
use super::bcd::{bcd, bcd_number};
use super::bmp::{Fields, read_digits, write_digits};
use super::error::{Part, ZvtError};
use super::password::Password;

/// What stands before the BMPs; it has no tags, so each command has its own.
#[derive(Clone, PartialEq, Eq)]
pub enum Head {
    /// Nothing.
    Empty,
    /// A password. It is skipped when read.
    Password,
    /// Of a Registration: a password, the config byte, and mostly a currency.
    Registration {
        /// What till and terminal may do.
        config: u8,
        /// By the digits of ISO 4217.
        currency: Option<u16>,
    },
    /// Of an abort: why, and the currency that would have been right when it was the wrong one.
    Result {
        /// The result code.
        code: u8,
        /// By the digits of ISO 4217.
        currency: Option<u16>,
    },
    /// Of an intermediate status: what, and for how long.
    Moment {
        /// The status.
        code: u8,
        /// Minutes until the terminal gives up by itself.
        minutes: Option<u8>,
    },
    /// Of the answer to a Status-Enquiry: the software's version, where it says, and the terminal status code.
    Status {
        /// ASCII, at most 999 bytes.
        version: Option<Vec<u8>>,
        /// The status.
        code: u8,
    },
    /// Of a line to print: how, and the text to the end of the message.
    Line {
        /// Bold, centred and so on.
        attribute: u8,
        /// The text, in the terminal's character set.
        text: Vec<u8>,
    },
    /// The whole data of a message Stopgap does not know.
    Unread(Vec<u8>),
}

/// Shows numbers, but no text and no unread bytes: receipts and unknown messages may hold a card number.
impl std::fmt::Debug for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Password => f.write_str("Password"),
            Self::Registration { config, currency } => write!(f, "Registration({config:02X}, {currency:?})"),
            Self::Result { code, currency } => write!(f, "Result({code:02X}, {currency:?})"),
            Self::Moment { code, minutes } => write!(f, "Moment({code:02X}, {minutes:?})"),
            Self::Status { version, code } => {
                write!(f, "Status({:?} bytes, {code:02X})", version.as_ref().map(Vec::len))
            }
            Self::Line { attribute, text } => write!(f, "Line({attribute:02X}, {} bytes)", text.len()),
            Self::Unread(bytes) => write!(f, "Unread({} bytes)", bytes.len()),
        }
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is.
    pub control: Control,
    /// What stands before the BMPs.
    pub head: Head,
    /// The BMPs.
    pub fields: Fields,
}

/// The result code of an abort after which the right currency follows (13.13, 2.2.9).
const WRONG_CURRENCY: u8 = 0x6f;

impl Message {
    /// A message with no BMPs yet.
    #[must_use]
    pub fn new(control: Control, head: Head) -> Self {
        Self { control, head, fields: Fields::default() }
    }

    /// Reads a message.
    ///
    /// # Errors
    ///
    /// Names the first part that does not follow the protocol, and its offset.
    pub fn decode(apdu: &Apdu) -> Result<Self, ZvtError> {
        let data: &[u8] = &apdu.data;
        let (head, from) = read_head(apdu.control, data)?;
        Ok(Self { control: apdu.control, head, fields: Fields::read(data, from)? })
    }

    /// The message as an APDU.
    ///
    /// # Errors
    ///
    /// It needs a password and none is given, or a value does not fit its place.
    pub fn encode(&self, password: Option<&Password>) -> Result<Apdu, ZvtError> {
        let mut data = Vec::new();
        self.write_head(password, &mut data)?;
        self.fields.write(&mut data)?;
        Ok(Apdu::new(self.control, data))
    }

    fn write_head(&self, password: Option<&Password>, data: &mut Vec<u8>) -> Result<(), ZvtError> {
        let secret = || password.map(Password::bytes).ok_or(ZvtError::NoPassword);
        match &self.head {
            Head::Empty => {}
            Head::Password => data.extend_from_slice(secret()?),
            Head::Registration { config, currency } => {
                data.extend_from_slice(secret()?);
                data.push(*config);
                write_currency(*currency, data)?;
            }
            Head::Result { code, currency } => {
                data.push(*code);
                write_currency(*currency, data)?;
            }
            Head::Moment { code, minutes } => {
                data.push(*code);
                if let Some(minutes) = minutes {
                    data.extend(bcd(u64::from(*minutes), 1, Part::Head("the time-out"))?);
                }
            }
            Head::Status { version, code } => {
                if let Some(version) = version {
                    write_digits(data, version.len(), 3, Part::Head("the software version"))?;
                    data.extend_from_slice(version);
                }
                data.push(*code);
            }
            Head::Line { attribute, text } => {
                data.push(*attribute);
                data.extend_from_slice(text);
            }
            Head::Unread(bytes) => data.extend_from_slice(bytes),
        }
        Ok(())
    }
}

fn write_currency(currency: Option<u16>, data: &mut Vec<u8>) -> Result<(), ZvtError> {
    if let Some(currency) = currency {
        data.extend(bcd(u64::from(currency), 2, Part::Head("the currency"))?);
    }
    Ok(())
}

/// What stands before the BMPs, and where they begin.
fn read_head(control: Control, data: &[u8]) -> Result<(Head, usize), ZvtError> {
    const PASSWORD: usize = 3;
    match control {
        Control::AUTHORISATION
        | Control::DIAGNOSIS
        | Control::STATUS_INFORMATION
        | Control::PRINT_TEXT_BLOCK
        | Control::LOG_OFF
        | Control::STOP => Ok((Head::Empty, 0)),
        Control::STATUS_ENQUIRY if data.is_empty() => Ok((Head::Empty, 0)),
        Control::STATUS_ENQUIRY
        | Control::REPEAT_RECEIPT
        | Control::REVERSAL
        | Control::REFUND
        | Control::END_OF_DAY
        | Control::INITIALISATION => {
            need(data, PASSWORD, "the password")?;
            Ok((Head::Password, PASSWORD))
        }
        Control::REGISTRATION => {
            need(data, PASSWORD + 1, "password and config byte")?;
            let (currency, length) = read_currency(&data[PASSWORD + 1..])?;
            Ok((Head::Registration { config: data[PASSWORD], currency }, PASSWORD + 1 + length))
        }
        Control::ABORT => {
            need(data, 1, "the result code")?;
            let (currency, length) = if data[0] == WRONG_CURRENCY { read_currency(&data[1..])? } else { (None, 0) };
            Ok((Head::Result { code: data[0], currency }, 1 + length))
        }
        Control::INTERMEDIATE_STATUS => {
            need(data, 1, "the status")?;
            // A time-out is two decimal digits; what is no time-out is the container that may follow the status.
            match data.get(1) {
                Some(byte) if *byte != super::bmps::TLV || data.len() == 2 => {
                    let minutes = bcd_number(&data[1..2], Part::Head("the time-out"))?;
                    Ok((Head::Moment { code: data[0], minutes: u8::try_from(minutes).ok() }, 2))
                }
                Some(_) | None => Ok((Head::Moment { code: data[0], minutes: None }, 1)),
            }
        }
        Control::COMPLETION => read_completion(data),
        Control::PRINT_LINE => {
            need(data, 1, "the attribute")?;
            Ok((Head::Line { attribute: data[0], text: data[1..].to_vec() }, data.len()))
        }
        Control(..) if data.is_empty() => Ok((Head::Empty, 0)),
        Control(..) => Ok((Head::Unread(data.to_vec()), data.len())),
    }
}

/// A completion has BMPs, or it answers a Status-Enquiry: with a version (its length is three bytes F0 to F9, with
/// which no list of BMPs begins) and a status, or with a status alone.
fn read_completion(data: &[u8]) -> Result<(Head, usize), ZvtError> {
    match data {
        [code] => Ok((Head::Status { version: None, code: *code }, 1)),
        [0xf0..=0xf9, 0xf0..=0xf9, 0xf0..=0xf9, ..] => {
            let (length, rest) = read_digits(data, 3, 0, 0)?;
            let part = Part::Head("the software version and the status");
            let left = rest.len();
            let truncated = ZvtError::Truncated { part, at: 3, needed: length + 1, left };
            let (version, code) = rest.split_at_checked(length).ok_or_else(|| truncated.clone())?;
            let code = *code.first().ok_or(truncated)?;
            Ok((Head::Status { version: Some(version.to_vec()), code }, 3 + length + 1))
        }
        _ => Ok((Head::Empty, 0)),
    }
}

/// A currency without a BMP before it: two bytes of digits, of which the first is 0.
fn read_currency(data: &[u8]) -> Result<(Option<u16>, usize), ZvtError> {
    match data {
        // Nothing may follow the currency's place unless the currency is there (13.13, 2.1), so there is no doubt.
        [] => Ok((None, 0)),
        [high, low, ..] => {
            let number = bcd_number(&[*high, *low], Part::Head("the currency"))?;
            Ok((u16::try_from(number).ok(), 2))
        }
        [_] => Err(ZvtError::Truncated { part: Part::Head("the currency"), at: 0, needed: 2, left: 1 }),
    }
}

fn need(data: &[u8], needed: usize, what: &'static str) -> Result<(), ZvtError> {
    if data.len() >= needed {
        return Ok(());
    }
    Err(ZvtError::Truncated { part: Part::Head(what), at: 0, needed, left: data.len() })
}

#[cfg(test)]
mod tests;
