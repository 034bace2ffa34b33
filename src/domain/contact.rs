//! How a customer can be called should the bank refuse their stored card, with their consent.
//!
//! A telephone number is personal data and has to be forgotten one day. So it is in no journal entry: the journal has an
//! id and a SHA-256, and the number lies beside the sealed cards and goes when nobody has to call any more. The SHA-256
//! is taken together with the end of the sealed card, 128 bits that are in no journal either: telephone numbers are few
//! enough to be tried one by one, and after the number is wiped its hash must not tell it.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::domain::card::looks_like_card_number;
use crate::domain::ids::ContactId;

/// The fewest digits of a number that a shop may call: ours, short numbers are of the network.
pub const TELEPHONE_DIGITS_MIN: usize = 6;
/// The most digits: 15 with the country code (ITU-T E.164, 6.1), and two zeros before it.
pub const TELEPHONE_DIGITS_MAX: usize = 17;

/// Characters of the sealed card that stand before the number: the base64url of its 128-bit tag.
const SALT_CHARS: usize = 22;

/// A telephone number while it is typed, or as it was kept: digits, wiped when it goes.
#[derive(Clone, Default, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Telephone {
    digits: String,
}

impl Telephone {
    /// Takes one more digit; says whether there was room for it.
    pub fn push(&mut self, digit: char) -> bool {
        let room = digit.is_ascii_digit() && self.digits.len() < TELEPHONE_DIGITS_MAX;
        if room {
            // Never grows beyond this, so that no copy is left behind by a move to a larger place.
            self.digits.reserve_exact(TELEPHONE_DIGITS_MAX - self.digits.len());
            self.digits.push(digit);
        }
        room
    }

    /// The last digit goes.
    pub fn erase(&mut self) {
        self.digits.pop();
    }

    /// Whether nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.digits.is_empty()
    }

    /// Whether it is long enough to be called.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.digits.len() >= TELEPHONE_DIGITS_MIN
    }

    /// Whether these digits could be the number of a card: such a number is not kept in the clear.
    #[must_use]
    pub fn looks_like_card_number(&self) -> bool {
        looks_like_card_number(&self.digits)
    }

    /// The digits in groups of three, as they are read aloud.
    #[must_use]
    pub fn spoken(&self) -> String {
        let mut text = String::with_capacity(TELEPHONE_DIGITS_MAX + TELEPHONE_DIGITS_MAX / 3);
        for (place, digit) in self.digits.chars().enumerate() {
            // A last group of one digit would be lost in reading: it goes to the one before.
            if place > 0 && place % 3 == 0 && place + 1 < self.digits.len() {
                text.push(' ');
            }
            text.push(digit);
        }
        text
    }
}

/// It does not tell its digits.
impl fmt::Debug for Telephone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Telephone(redacted)")
    }
}

/// One key of a telephone number on its way from the screen. It does not say which.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TelephoneDigit(pub char);

impl fmt::Debug for TelephoneDigit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TelephoneDigit(redacted)")
    }
}

/// What the journal and the tables know of a number that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptContact {
    /// The name of its row and its file.
    pub id: ContactId,
    /// SHA-256 of its text, in hex.
    pub sha256: String,
}

/// A number as it is kept: the end of the sealed card, a space, the digits.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct ContactText(String);

impl ContactText {
    /// The text of a number that belongs to a sealed card.
    #[must_use]
    pub fn new(telephone: &Telephone, sealed: &str) -> Self {
        let salt = sealed.len().checked_sub(SALT_CHARS).and_then(|from| sealed.get(from..)).unwrap_or(sealed);
        Self(format!("{salt} {}", telephone.digits))
    }

    /// The text to be kept.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The number in a text that was kept; none in one that is damaged.
    #[must_use]
    pub fn telephone_in(text: &str) -> Option<Telephone> {
        let (_, digits) = text.split_once(' ')?;
        let mut telephone = Telephone::default();
        let fits = digits.chars().all(|digit| telephone.push(digit));
        (fits && telephone.is_complete()).then_some(telephone)
    }
}

/// It does not tell the number.
impl fmt::Debug for ContactText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContactText(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &str) -> Telephone {
        let mut telephone = Telephone::default();
        digits.chars().for_each(|digit| {
            telephone.push(digit);
        });
        telephone
    }

    #[test]
    fn a_number_is_typed_within_its_bounds_and_read_aloud_in_groups() {
        let telephone = typed("00493023125001");
        assert_eq!(telephone.spoken(), "004 930 231 250 01");
        assert_eq!(typed("4930231").spoken(), "493 0231");
        assert!(telephone.is_complete() && !typed("11011").is_complete());
        let mut full = typed(&"1".repeat(40));
        assert_eq!(full.digits.len(), TELEPHONE_DIGITS_MAX);
        assert!(!full.push('x') && !full.push('1'));
        full.erase();
        assert!(full.push('1') && Telephone::default().is_empty());
    }

    #[test]
    fn what_is_kept_is_read_back_and_never_told() {
        let sealed = "eyJhbGciOiJFQ0RILUVTIn0..iv.content.AAAAAAAAAAAAAAAAAAAAAA";
        let kept = ContactText::new(&typed("0301234567"), sealed);
        assert_eq!(kept.text(), "AAAAAAAAAAAAAAAAAAAAAA 0301234567");
        assert_eq!(ContactText::telephone_in(kept.text()), Some(typed("0301234567")));
        for damaged in ["", "0301234567", "salt 12a4567", "salt 1", &format!("salt {}", "1".repeat(18))] {
            assert_eq!(ContactText::telephone_in(damaged), None, "{damaged}");
        }
        let told = format!("{:?} {:?} {:?}", kept, typed("0301234567"), TelephoneDigit('7'));
        assert!(!told.contains('7') && !told.contains("03"), "{told}");
    }
}
