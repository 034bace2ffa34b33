//! A card whose number and date were checked: the only types that hold a whole card number.

use std::fmt;

use zeroize::Zeroizing;

use super::brand::{Brand, NUMBER_DIGITS_MAX};
use super::{EXPIRY_DIGITS, Holder, YearMonth};

/// A whole card number. It can only be made by [`super::CardDraft::parse`] and is wiped when it is dropped.
pub struct CardNumber(Zeroizing<String>);

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardNumber(redacted)")
    }
}

/// An expiry date, kept as YYMM as ISO 8583 DE 14 has it. It is wiped when it is dropped.
pub struct Expiry(Zeroizing<String>);

impl fmt::Debug for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Expiry(redacted)")
    }
}

/// A card that may be sealed: its number and date were checked when it was made.
#[derive(Debug)]
pub struct Card {
    number: CardNumber,
    expiry: Expiry,
    brand: Brand,
    holder: Holder,
}

impl Card {
    /// The card of digits (0 to 9) and a date that were both checked.
    pub(super) fn of(digits: &[u8], last: YearMonth, brand: Brand, holder: Holder) -> Self {
        // The capacity is fixed, so that no shorter copy of the number is left behind by growing.
        let mut number = Zeroizing::new(String::with_capacity(NUMBER_DIGITS_MAX));
        number.extend(digits.iter().map(|&digit| char::from(b'0' + digit)));
        let mut expiry = Zeroizing::new(String::with_capacity(EXPIRY_DIGITS));
        let (year, month) = (u32::from(last.year % 100), u32::from(last.month));
        expiry.extend([year / 10, year % 10, month / 10, month % 10].iter().filter_map(|&d| char::from_digit(d, 10)));
        Self { number: CardNumber(number), expiry: Expiry(expiry), brand, holder }
    }

    /// The brand.
    #[must_use]
    pub const fn brand(&self) -> Brand {
        self.brand
    }

    /// What is known of its holder.
    pub(crate) fn holder(&self) -> &Holder {
        &self.holder
    }

    /// The last four digits, which may be kept and printed (PCI DSS 4.0.1, requirement 3.4.1).
    #[must_use]
    pub fn last4(&self) -> String {
        self.number.0[self.number.0.len() - 4..].to_owned()
    }

    /// Lends the number and the expiry date (YYMM) to the sealing code, which must not keep them.
    pub(crate) fn with_secret<R>(&self, borrow: impl FnOnce(&str, &str) -> R) -> R {
        borrow(&self.number.0, &self.expiry.0)
    }
}
