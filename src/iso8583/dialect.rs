//! Where acquirers differ from one another, as data.

use std::borrow::Cow;

use super::de;
use super::formats::{Content, FieldFormat, Length, format_1987};
use super::frame::{Envelope, LengthHeader};

/// How bytes are written that are no text: bitmaps and fields of format b.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// As they are.
    Raw,
    /// Two upper-case hexadecimal digits for each; lengths then count digits.
    Hex,
}

/// How digits are written: message type, lengths before fields, and fields of format n, z and x+n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// One ASCII character each.
    Ascii,
    /// Two in a byte (BCD); lengths go on counting digits. A fixed field with an odd number of them begins with a zero
    /// that does not count.
    Bcd {
        /// What fills the last byte of a variable field with an odd number of digits.
        odd: OddDigit,
    },
}

/// What makes an odd number of packed digits even, in fields of variable length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddDigit {
    /// A zero before them.
    ZeroBefore,
    /// A zero after them.
    ZeroAfter,
    /// An F after them.
    FAfter,
}

/// How an approval is taken back on its day: hosts know one of two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoidForm {
    /// As a request (0400), which the host may refuse.
    Request,
    /// As a reversal (0420) whose reason is that the customer takes it back.
    Reversal,
}

/// What the fields for private use carry: ISO 8583 leaves that to the two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateUse {
    sealed_card: u8,
    batch: u8,
    deferred: Option<(u8, Cow<'static, str>)>,
}

/// Why a dialect is not possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialectError {
    /// Not a field that the standard leaves free.
    #[error("DE {field} cannot carry {what}: free are DE 46 to 48, 56 to 63 and 105 to 127")]
    NotPrivate {
        /// The field.
        field: u8,
        /// What it should carry.
        what: &'static str,
    },
    /// One field for two things.
    #[error("DE {field} would carry {} and {}", both[0], both[1])]
    Twice {
        /// The field.
        field: u8,
        /// What it should carry.
        both: [&'static str; 2],
    },
    /// Text that the field cannot hold.
    #[error("the mark of a deferred authorisation in DE {field} must be 1 to 999 printable ASCII characters")]
    Mark {
        /// The field.
        field: u8,
    },
}

impl PrivateUse {
    const DEFAULT: Self = Self {
        sealed_card: de::SEALED_CARD,
        batch: de::BATCH,
        deferred: Some((de::ADDITIONAL_DATA, Cow::Borrowed("DEFERRED"))),
    };

    /// The fields for the sealed card and for the batch number, and the field and text that mark a deferred
    /// authorisation; some acquirers want no mark.
    ///
    /// # Errors
    ///
    /// A field is not free, two are the same, or the text does not fit.
    pub fn new(sealed_card: u8, batch: u8, deferred: Option<(u8, &str)>) -> Result<Self, DialectError> {
        let used = [(sealed_card, "the sealed card"), (batch, "the batch number")];
        let mark = deferred.map(|(field, _)| (field, "the mark of a deferred authorisation"));
        let used: Vec<(u8, &'static str)> = used.into_iter().chain(mark).collect();
        for (place, &(field, what)) in used.iter().enumerate() {
            if !matches!(field, 46..=48 | 56..=63 | 105..=127) {
                return Err(DialectError::NotPrivate { field, what });
            }
            if let Some((_, before)) = used.iter().take(place).find(|(earlier, _)| *earlier == field) {
                return Err(DialectError::Twice { field, both: [before, what] });
            }
        }
        let fits = |text: &str| (1..=999).contains(&text.len()) && Content::Special.allows(text.as_bytes());
        if let Some((field, _)) = deferred.filter(|(_, text)| !fits(text)) {
            return Err(DialectError::Mark { field });
        }
        Ok(Self { sealed_card, batch, deferred: deferred.map(|(field, text)| (field, Cow::Owned(text.to_owned()))) })
    }

    /// The field with the sealed card.
    #[must_use]
    pub const fn sealed_card(&self) -> u8 {
        self.sealed_card
    }

    /// The field with the number of the batch.
    #[must_use]
    pub const fn batch(&self) -> u8 {
        self.batch
    }

    /// Field and text that mark a deferred authorisation.
    #[must_use]
    pub fn deferred(&self) -> Option<(u8, &str)> {
        self.deferred.as_ref().map(|(field, text)| (*field, text.as_ref()))
    }
}

/// One acquirer's way of speaking ISO 8583:1987.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What stands before each message on the wire.
    pub envelope: Envelope,
    /// How bitmaps are written.
    pub bitmap: Bytes,
    /// How fields of format b are written.
    pub binary: Bytes,
    /// How digits are written.
    pub numbers: Numbers,
    /// What the private fields carry.
    pub private: PrivateUse,
    /// How an approval is taken back.
    pub void: VoidForm,
}

impl Dialect {
    /// Text in ASCII, bitmaps and binary fields as bytes, a length of two bytes before each message; the sealed card in
    /// DE 63, the batch number in DE 60, a deferred authorisation marked in DE 48.
    pub const ASCII_1987: Self = Self {
        envelope: Envelope { length: LengthHeader::TwoBytes, tpdu: None },
        bitmap: Bytes::Raw,
        binary: Bytes::Raw,
        numbers: Numbers::Ascii,
        private: PrivateUse::DEFAULT,
        void: VoidForm::Request,
    };

    /// The same with bitmaps and binary fields as hexadecimal digits.
    pub const ASCII_1987_HEX: Self = Self { bitmap: Bytes::Hex, binary: Bytes::Hex, ..Self::ASCII_1987 };

    /// The format of a field from 2 to 128 as this dialect counts it: in the characters, digits or bytes that its length
    /// is given in.
    #[inline]
    #[must_use]
    pub fn format(&self, number: u8) -> Option<FieldFormat> {
        let format = format_1987(number)?;
        // The length of a variable field counts digits as well, but three digits count to 999 whatever they count.
        let is_hex = format.content == Content::Binary && self.binary == Bytes::Hex;
        match format.length {
            Length::Fixed(bytes) if is_hex => Some(FieldFormat { length: Length::Fixed(2 * bytes), ..format }),
            Length::Fixed(_) | Length::Llvar(_) | Length::Lllvar(_) => Some(format),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_fields_that_cannot_be_are_refused() {
        for (error, says) in [
            (PrivateUse::new(55, 60, None), "DE 55 cannot carry the sealed card"),
            (PrivateUse::new(63, 64, None), "DE 64 cannot carry the batch number"),
            (PrivateUse::new(63, 63, None), "DE 63 would carry the sealed card and the batch number"),
            (PrivateUse::new(63, 60, Some((60, "D"))), "DE 60 would carry the batch number and the mark"),
            (PrivateUse::new(63, 60, Some((48, ""))), "in DE 48 must be 1 to 999"),
            (PrivateUse::new(63, 60, Some((48, "\n"))), "in DE 48 must be 1 to 999"),
        ] {
            let error = error.unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let private = PrivateUse::new(62, 61, Some((127, "02D"))).unwrap();
        assert_eq!((private.sealed_card(), private.batch(), private.deferred()), (62, 61, Some((127, "02D"))));
        assert_eq!(PrivateUse::new(63, 60, Some((48, "DEFERRED"))), Ok(PrivateUse::DEFAULT));
    }
}
