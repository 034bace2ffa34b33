//! Card numbers where none belongs: in a ticket number, a serial number, a telephone number.
//!
//! People type what is in front of them into whatever field is open. A card number in a field that is kept in the clear
//! would go into the journal, the papers and the support pack, and could never be taken out again; so such fields ask
//! here before they keep anything (PCI DSS 4.0.1, requirement 3.5.1).

use super::brand::{NUMBER_DIGITS_MAX, check_digit_holds};
use super::ranges::{Identified, identify};

/// The fewest digits that are suspected. Numbers of 12 and 13 digits are hardly issued any more, and many telephone
/// numbers with their country code would be among them.
const SUSPECTED_DIGITS_MIN: usize = 14;

/// Whether this text has a number in it that could be that of a card.
///
/// Digits with single separators between them are one number. All of its digits may be the card's, at any length that
/// the brand has; or some of them, at the length nearly all of its cards have, since an expiry date or a customer's
/// number may stand beside it.
#[must_use]
pub fn looks_like_card_number(text: &str) -> bool {
    let mut digits = Vec::new();
    let mut separated = false;
    for character in text.chars() {
        match character.to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
            Some(digit) => {
                digits.push(digit);
                separated = false;
            }
            None if !separated && matches!(character, ' ' | '-' | '.' | '/' | '\u{a0}') => separated = true,
            None => {
                if has_card(&digits) {
                    return true;
                }
                digits.clear();
                separated = false;
            }
        }
    }
    has_card(&digits)
}

fn has_card(digits: &[u8]) -> bool {
    let within = SUSPECTED_DIGITS_MIN..=NUMBER_DIGITS_MAX;
    let whole = within.contains(&digits.len()) && is_card(digits, false);
    whole || within.into_iter().any(|length| digits.windows(length).any(|part| is_card(part, true)))
}

fn is_card(digits: &[u8], usual_length: bool) -> bool {
    let Identified::As(brand) = identify(digits) else { return false };
    let length_fits =
        if usual_length { digits.len() == brand.usual_length() } else { brand.lengths().contains(&digits.len()) };
    length_fits && (check_digit_holds(digits) || !brand.has_check_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_found_however_they_are_written() {
        for card in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "RMA-4111-1111-1111-1111",
            "4111111111111111 12/28",
            "00 4111.1111.1111.1111",
            "378282246310005",
            "5555555555554444",
            "30569309025904",
            "6250947000000015",
            "no. 6011111111111117!",
        ] {
            assert!(looks_like_card_number(card), "{card}");
        }
    }

    #[test]
    fn what_a_shop_writes_down_is_no_card_number() {
        for plain in [
            "",
            "A-2031/7",
            "1234567890123456",
            "4111111111111112",
            "4111  1111 1111 1111",
            "RMA-2026/17",
            "00491701234567890",
            "+44 20 7946 0958",
            "S/N 1710-3345-A881",
            "99999999999999999999999999",
        ] {
            assert!(!looks_like_card_number(plain), "{plain}");
        }
    }
}
