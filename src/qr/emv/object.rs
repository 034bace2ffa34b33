//! Objects of a payload: how they are written, and what closes a payload.

use std::fmt::Write;

use super::{PAYLOAD_CHARS_MAX, crc};
use crate::qr::refusal::{Refusal, Unit};

/// The most characters the value of an object has: its length is two digits (EMV QRCPS v1.1, 4.4.1.1).
pub const VALUE_CHARS_MAX: usize = 99;
/// ID and length of the object with the check sum, which the sum covers as well.
pub(super) const CRC_HEADER: &str = "6304";

/// One object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// 0 to 99.
    pub id: u8,
    /// What it holds.
    pub value: Value,
}

/// What an object holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Characters.
    Text(String),
    /// Objects of its own.
    Template(Vec<Object>),
}

impl Object {
    /// An object with characters.
    #[must_use]
    pub fn text(id: u8, text: &str) -> Self {
        Self { id, value: Value::Text(text.to_owned()) }
    }
}

impl Value {
    /// The characters, as they stand in the payload.
    #[must_use]
    pub fn encode(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Template(objects) => encode(objects),
        }
    }
}

/// Objects as they stand in a payload. Lengths are checked where objects are made.
pub(in crate::qr) fn encode(objects: &[Object]) -> String {
    let mut text = String::new();
    for object in objects {
        append(&mut text, object.id, &object.value.encode());
    }
    text
}

fn append(text: &mut String, id: u8, value: &str) {
    let length = value.chars().count();
    // Writing into a string cannot fail.
    let _ = write!(text, "{id:02}{length:02}{value}");
}

/// Closes a payload with its check sum.
///
/// # Errors
///
/// The payload would be longer than [`PAYLOAD_CHARS_MAX`].
pub fn seal(objects: &[Object], shorten: &'static str) -> Result<String, Refusal> {
    sealed(encode(objects), shorten)
}

pub(super) fn sealed(mut payload: String, shorten: &'static str) -> Result<String, Refusal> {
    payload.push_str(CRC_HEADER);
    payload.push_str(&crc::check_characters(&payload));
    let length = payload.chars().count();
    if length > PAYLOAD_CHARS_MAX {
        return Err(Refusal::PayloadTooLong { length, limit: PAYLOAD_CHARS_MAX, unit: Unit::Characters, shorten });
    }
    Ok(payload)
}

/// Objects that are being put together, in the order in which they are given.
#[derive(Clone, Debug, Default)]
pub(in crate::qr) struct Objects(String);

impl Objects {
    /// None yet.
    pub(in crate::qr) fn new() -> Self {
        Self::default()
    }

    /// Adds an object. An empty one does not exist, and a length never has three digits.
    pub(in crate::qr) fn with(mut self, id: u8, field: &'static str, value: &str) -> Result<Self, Refusal> {
        let length = value.chars().count();
        match length {
            0 => Err(Refusal::Missing { field, expected: "at least one character" }),
            1..=VALUE_CHARS_MAX => {
                append(&mut self.0, id, value);
                Ok(self)
            }
            _ => Err(Refusal::TooLong { field, length, limit: VALUE_CHARS_MAX, unit: Unit::Characters }),
        }
    }

    /// Adds an object if there is something to put into it.
    pub(in crate::qr) fn with_optional(
        self,
        id: u8,
        field: &'static str,
        value: Option<&str>,
    ) -> Result<Self, Refusal> {
        match value {
            Some(value) => self.with(id, field, value),
            None => Ok(self),
        }
    }

    /// Adds a template, unless nothing is in it. `shorten` names the fields that can be made shorter.
    pub(in crate::qr) fn with_template(mut self, id: u8, inner: &Self, shorten: &'static str) -> Result<Self, Refusal> {
        let length = inner.0.chars().count();
        if length > VALUE_CHARS_MAX {
            return Err(Refusal::TemplateTooLong { id, length, limit: VALUE_CHARS_MAX, shorten });
        }
        if length > 0 {
            append(&mut self.0, id, &inner.0);
        }
        Ok(self)
    }

    /// Adds objects behind these.
    pub(in crate::qr) fn and(mut self, others: &Self) -> Self {
        self.0.push_str(&others.0);
        self
    }

    /// Closes the payload.
    pub(in crate::qr) fn sealed(self, shorten: &'static str) -> Result<String, Refusal> {
        sealed(self.0, shorten)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_in_characters_and_never_have_three_digits() {
        let objects = Objects::new().with(1, "name", "最佳运输").unwrap();
        assert_eq!(objects.0, "0104最佳运输");
        assert!(Objects::new().with(1, "name", &"x".repeat(99)).unwrap().0.starts_with("0199x"));
        assert_eq!(
            Objects::new().with(1, "name", &"é".repeat(100)).unwrap_err().to_string(),
            "“name” has 100 characters, the limit is 99"
        );
        let inner = Objects::new().with(1, "name", &"x".repeat(96)).unwrap();
        let refused = Objects::new().with_template(26, &inner, "“name”").unwrap_err().to_string();
        assert_eq!(refused, "object 26 has 100 characters, the limit is 99: shorten “name”");
    }

    #[test]
    fn empty_objects_do_not_exist() {
        assert!(Objects::new().with(1, "name", "").is_err());
        assert_eq!(Objects::new().with_optional(1, "name", None).unwrap().0, "");
        assert_eq!(Objects::new().with_template(62, &Objects::new(), "").unwrap().0, "");
    }

    #[test]
    fn a_payload_ends_at_512_characters() {
        let of = |rest: usize| {
            let full = (0..4).try_fold(Objects::new(), |objects, id| objects.with(id, "x", &"y".repeat(99)));
            full.unwrap().with(5, "x", &"y".repeat(rest)).unwrap().sealed("“x”")
        };
        // Four full objects have 412 characters, the header of the fifth 4 and the check sum 8.
        assert_eq!(of(88).unwrap().chars().count(), 512);
        assert!(matches!(of(89), Err(Refusal::PayloadTooLong { length: 513, limit: 512, .. })));
    }
}
