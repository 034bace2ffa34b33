//! Why a payment code cannot be made as it was asked for: always the field, what is wrong with it, and the limit.

use crate::domain::money::Currency;

/// Why a payment code cannot be made.
///
/// `field` is the key that `stopgap qr` and the settings use, so that whoever reads the sentence finds the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing stands where something must.
    #[error("“{field}” is missing: {expected} is expected")]
    Missing {
        /// Where.
        field: &'static str,
        /// What has to stand there.
        expected: &'static str,
    },
    /// More than the field takes.
    #[error("“{field}” has {length} {unit}, the limit is {limit}")]
    TooLong {
        /// Where.
        field: &'static str,
        /// How much there is.
        length: usize,
        /// How much there may be.
        limit: usize,
        /// In what both are counted.
        unit: Unit,
    },
    /// A character that the field does not take.
    #[error("“{field}” has the character U+{:04X}: {allowed}", u32::from(*character))]
    Character {
        /// Where.
        field: &'static str,
        /// Which.
        character: char,
        /// What the field takes, as a clause: `only letters and digits are taken`.
        allowed: &'static str,
    },
    /// A value of another form, or with wrong check digits.
    #[error("“{field}” is “{value}”: {expected}")]
    Form {
        /// Where.
        field: &'static str,
        /// What stands there.
        value: String,
        /// What would be right, with the rule where there is one.
        expected: &'static str,
    },
    /// An amount that the scheme does not take.
    #[error("the amount {given} is not taken: {expected}")]
    Amount {
        /// What was asked for, with its currency.
        given: String,
        /// What would be right.
        expected: &'static str,
    },
    /// A currency that the scheme does not take.
    #[error("the amount is in {given}, and {standard} takes {taken} only")]
    Currency {
        /// The scheme.
        standard: &'static str,
        /// What was asked for.
        given: Currency,
        /// What it takes.
        taken: &'static str,
    },
    /// Two fields that do not go together.
    #[error("“{field}” does not go with “{other}”: {reason}")]
    Together {
        /// One.
        field: &'static str,
        /// The other.
        other: &'static str,
        /// Why not.
        reason: &'static str,
    },
    /// A template of EMV QRCPS whose objects are too long together, though each of them fits.
    #[error("object {id:02} has {length} characters, the limit is {limit}: shorten {shorten}")]
    TemplateTooLong {
        /// Its ID.
        id: u8,
        /// How much there is, headers included.
        length: usize,
        /// How much there may be.
        limit: usize,
        /// Which fields can be shortened.
        shorten: &'static str,
    },
    /// A shop's own code that cannot be read. It is never repaired.
    #[error("“{field}” cannot be used: {damage}")]
    Damaged {
        /// Where it stands.
        field: &'static str,
        /// What is wrong with it.
        damage: crate::qr::emv::Damage,
    },
    /// Within every field's limit, but too much in all.
    #[error("the payload has {length} {unit}, the limit is {limit}: shorten {shorten}")]
    PayloadTooLong {
        /// How much there is.
        length: usize,
        /// How much there may be.
        limit: usize,
        /// In what both are counted.
        unit: Unit,
        /// Which fields can be shortened.
        shorten: &'static str,
    },
}

/// What a limit counts. Standards differ: EMV counts characters, EPC069-12 counts bytes in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Unicode characters.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
    /// Decimal digits.
    Digits,
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
            Self::Digits => "digits",
        })
    }
}
