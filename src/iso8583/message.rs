//! One message: its type and its fields as text.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use super::fieldset::FieldSet;

/// The lowest field a message can hold: DE 1 is the second bitmap, which the codec writes by itself.
pub const FIELD_MIN: u8 = 2;

/// The highest field.
pub const FIELD_MAX: u8 = 128;

/// Fields that would carry a card in clear: number, expiry, extended number, tracks 2, 3 and 1, and the PIN block.
///
/// Stopgap sends cards sealed in DE 63 only. A [`Message`] refuses these fields, so none can be sent, logged or stored;
/// when a host sends one, the decoder puts a star for each character.
pub const CARD_DATA_FIELDS: [u8; 7] = [2, 14, 34, 35, 36, 45, 52];

/// A message type indicator: four digits, such as 0200.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mti([u8; 4]);

impl Mti {
    /// Financial request: a purchase, also one that is sent later.
    pub const PURCHASE: Self = Self(*b"0200");
    /// Its answer.
    pub const PURCHASE_ANSWER: Self = Self(*b"0210");
    /// Financial advice: a purchase that was approved elsewhere, by voice.
    pub const ADVICE: Self = Self(*b"0220");
    /// The same, repeated.
    pub const ADVICE_REPEAT: Self = Self(*b"0221");
    /// The answer to either, as the standard has it.
    pub const ADVICE_ANSWER: Self = Self(*b"0230");
    /// The answer to a repeat as some hosts send it.
    pub const ADVICE_REPEAT_ANSWER: Self = Self(*b"0231");
    /// One purchase of a batch that is out of balance: a file action advice.
    pub const UPLOAD: Self = Self(*b"0320");
    /// Its answer.
    pub const UPLOAD_ANSWER: Self = Self(*b"0330");
    /// Reversal request: a purchase is taken back on the same day.
    pub const VOID: Self = Self(*b"0400");
    /// The same once more.
    pub const VOID_REPEAT: Self = Self(*b"0401");
    /// Its answer.
    pub const VOID_ANSWER: Self = Self(*b"0410");
    /// The answer of some hosts to a repeat.
    pub const VOID_REPEAT_ANSWER: Self = Self(*b"0411");
    /// Reversal advice.
    pub const REVERSAL: Self = Self(*b"0420");
    /// Reversal advice, repeated.
    pub const REVERSAL_REPEAT: Self = Self(*b"0421");
    /// The answer to either, as the standard has it.
    pub const REVERSAL_ANSWER: Self = Self(*b"0430");
    /// The answer to a repeat as some hosts send it.
    pub const REVERSAL_REPEAT_ANSWER: Self = Self(*b"0431");
    /// Reconciliation request: the totals of a batch.
    pub const TOTALS: Self = Self(*b"0500");
    /// Its answer.
    pub const TOTALS_ANSWER: Self = Self(*b"0510");
    /// Network management request.
    pub const NETWORK: Self = Self(*b"0800");
    /// Its answer.
    pub const NETWORK_ANSWER: Self = Self(*b"0810");

    /// The four digits.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl TryFrom<[u8; 4]> for Mti {
    type Error = MessageError;

    fn try_from(bytes: [u8; 4]) -> Result<Self, Self::Error> {
        if bytes.iter().all(u8::is_ascii_digit) {
            Ok(Self(bytes))
        } else {
            Err(MessageError::wrong_mti(&String::from_utf8_lossy(&bytes)))
        }
    }
}

impl FromStr for Mti {
    type Err = MessageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes: [u8; 4] = text.as_bytes().try_into().map_err(|_| MessageError::wrong_mti(text))?;
        Self::try_from(bytes)
    }
}

impl TryFrom<String> for Mti {
    type Error = MessageError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Mti> for String {
    fn from(mti: Mti) -> Self {
        mti.to_string()
    }
}

impl fmt::Display for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&digit| write!(f, "{}", char::from(digit)))
    }
}

impl fmt::Debug for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a message cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Not four digits.
    #[error("message type “{0}” must be four digits, such as 0200")]
    Mti(String),
    /// No such field.
    #[error("there is no DE {0} to set; a message has DE {FIELD_MIN} to {FIELD_MAX}")]
    NoSuchField(u8),
    /// The field would hold a card in clear.
    #[error("DE {0} would carry card data in clear; a card travels only sealed, in DE 63")]
    CardData(u8),
}

/// The most characters that are repeated of what is no message type.
const WRONG_MTI_SHOWN_MAX: usize = 8;

impl MessageError {
    /// Whatever came from outside is shown in one short line.
    fn wrong_mti(found: &str) -> Self {
        Self::Mti(found.chars().take(WRONG_MTI_SHOWN_MAX).flat_map(char::escape_debug).collect())
    }
}

/// A message. Fields hold text exactly as it stands on the wire; those of format b hold upper-case hexadecimal.
///
/// As JSON: `{"mti": "0800", "fields": {"11": "000001", "70": "301"}}`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Message {
    mti: Mti,
    fields: FieldSet,
}

/// A message before its fields were looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    mti: Mti,
    fields: BTreeMap<u8, String>,
}

impl Message {
    /// A message without fields.
    #[must_use]
    pub const fn new(mti: Mti) -> Self {
        Self { mti, fields: FieldSet::new() }
    }

    /// Its type.
    #[must_use]
    pub const fn mti(&self) -> Mti {
        self.mti
    }

    /// The text of a field, where the message has it.
    #[must_use]
    pub fn field(&self, number: u8) -> Option<&str> {
        self.fields.get(number)
    }

    /// The fields in the order of their numbers.
    pub fn fields(&self) -> impl Iterator<Item = (u8, &str)> {
        self.fields.iter()
    }

    /// Sets a field. Whether the text fits the field's format is checked when the message is encoded.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is one of [`CARD_DATA_FIELDS`].
    pub fn set(&mut self, number: u8, text: impl AsRef<str>) -> Result<(), MessageError> {
        if CARD_DATA_FIELDS.contains(&number) {
            return Err(MessageError::CardData(number));
        }
        if !(FIELD_MIN..=FIELD_MAX).contains(&number) {
            return Err(MessageError::NoSuchField(number));
        }
        self.fields.set(number, text.as_ref());
        Ok(())
    }

    pub(super) const fn field_set(&self) -> &FieldSet {
        &self.fields
    }

    /// A message as it was read, with stars in place of card data.
    pub(super) const fn of_masked(mti: Mti, fields: FieldSet) -> Self {
        Self { mti, fields }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.mti)?;
        f.debug_map().entries(self.fields()).finish()
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut message = serializer.serialize_struct("Message", 2)?;
        message.serialize_field("mti", &self.mti)?;
        message.serialize_field("fields", &FieldsByNumber(self))?;
        message.end()
    }
}

struct FieldsByNumber<'a>(&'a Message);

impl Serialize for FieldsByNumber<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.fields())
    }
}

impl TryFrom<Parts> for Message {
    type Error = MessageError;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        let mut message = Self::new(parts.mti);
        for (number, text) in parts.fields {
            message.set(number, text)?;
        }
        Ok(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_json_and_back() {
        let text = r#"{"mti":"0800","fields":{"11":"000001","70":"301"}}"#;
        let message: Message = serde_json::from_str(text).unwrap();
        assert_eq!((message.mti(), message.field(70)), (Mti::NETWORK, Some("301")));
        assert_eq!(serde_json::to_string(&message).unwrap(), text);
    }

    #[test]
    fn json_that_is_no_message_is_refused_by_name() {
        for (text, says) in [
            (r#"{"mti":"020","fields":{}}"#, "“020”"),
            (r#"{"mti":"02a0","fields":{}}"#, "“02a0”"),
            (r#"{"mti":"0\n00","fields":{}}"#, "“0\\n00”"),
            (r#"{"mti":"020000000000000","fields":{}}"#, "“02000000”"),
            (r#"{"mti":"0200","fields":{"1":"00"}}"#, "no DE 1 "),
            (r#"{"mti":"0200","fields":{"129":"00"}}"#, "no DE 129"),
            (r#"{"mti":"0200","fields":{"300":"00"}}"#, "300"),
            (r#"{"mti":"0200","fields":{"2":"4111111111111111"}}"#, "DE 2 would carry card data"),
            (r#"{"mti":"0200","fields":{},"field":{}}"#, "unknown field `field`"),
        ] {
            let error = serde_json::from_str::<Message>(text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
            assert!(!error.contains("4111"), "{error}");
        }
    }
}
