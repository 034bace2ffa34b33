//! Why a card cannot be taken.

use super::EXPIRY_YEARS_MAX;
use super::brand::{Brand, NUMBER_DIGITS_MAX, NUMBER_DIGITS_MIN};

/// Why a card cannot be taken as typed. No variant holds a digit of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Fewer digits than the brand has, or a number between two of its lengths.
    #[error("the card number has {digits} digits; {}", lengths_sentence(*.brand))]
    TooShort {
        /// How many were typed.
        digits: usize,
        /// The brand, once it is certain.
        brand: Option<Brand>,
    },
    /// More digits than the brand has.
    #[error("the card number has {digits} digits; {}", lengths_sentence(Some(*.brand)))]
    TooLong {
        /// How many were typed.
        digits: usize,
        /// The brand.
        brand: Brand,
    },
    /// The check digit is wrong.
    #[error("the card number has a wrong check digit: one of its digits is mistyped")]
    Luhn,
    /// No brand has such a number.
    #[error("no card brand that can be typed in has a number that begins like this")]
    UnknownBrand,
    /// The shop may not type in cards of this brand.
    #[error("{} cards may not be typed in at this till", .0.label())]
    BrandNotAllowed(Brand),
    /// The card's last month is over.
    #[error("the card expired in {month:02}/{year}; a card is good until the last day of the month on it")]
    Expired {
        /// The card's last month, 1 to 12.
        month: u8,
        /// The card's last year.
        year: u16,
    },
    /// No month of the calendar, too few digits, or a date too far ahead.
    #[error(
        "the expiry date must be a month 01 to 12 and a year at most {EXPIRY_YEARS_MAX} years ahead, as on the card"
    )]
    ExpiryInvalid,
}

fn lengths_sentence(brand: Option<Brand>) -> String {
    brand.map_or_else(
        || format!("a card number has {NUMBER_DIGITS_MIN} to {NUMBER_DIGITS_MAX}"),
        |brand| format!("a {} number has {}", brand.label(), brand.lengths_text()),
    )
}
