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
    #[error("“{field}” is “{}”: {expected}", visible(value))]
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

/// A value as it can stand in one line: what moves the line or cannot be seen is said by its number.
fn visible(value: &str) -> String {
    let hidden = |one: char| {
        one.is_control()
            || matches!(one, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let mut shown = String::with_capacity(value.len());
    for one in value.chars() {
        if hidden(one) { shown.extend(one.escape_unicode()) } else { shown.push(one) }
    }
    shown
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_one_line_whatever_stands_in_the_value() {
        let of =
            |value: &str| Refusal::Form { field: "mcc", value: value.to_owned(), expected: "four digits" }.to_string();
        assert_eq!(of("a\nb\u{202e}c"), "“mcc” is “a\\u{a}b\\u{202e}c”: four digits");
        assert_eq!(of("Café 咖啡"), "“mcc” is “Café 咖啡”: four digits");
    }
}
