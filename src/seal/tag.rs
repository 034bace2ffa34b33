//! By what a card is known again for the per-card limit: 16 bits, and nothing else of it.

use ring::hmac;

use crate::domain::card::Card;
use crate::domain::limits::CardTag;

/// The key that cards are told apart with. It stays on the till.
pub struct CardTagKey(hmac::Key);

impl CardTagKey {
    /// The key of 32 random bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The first 16 bits of the HMAC-SHA256 of a card's number. PCI DSS 4.0.1, requirement 3.5.1.1, asks for a keyed
    /// hash of the whole number; that it is cut short makes many numbers fit, so that not even the key leads back to
    /// one.
    #[must_use]
    pub fn tag(&self, card: &Card) -> CardTag {
        let hash = card.with_secret(|number, _| hmac::sign(&self.0, number.as_bytes()));
        let [first, second, ..] = hash.as_ref() else { return CardTag(0) };
        CardTag(u16::from_be_bytes([*first, *second]))
    }
}

/// Nothing of the key.
impl std::fmt::Debug for CardTagKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardTagKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::card::{Brand, CardDraft, YearMonth};

    fn card(number: &str, expiry: &str) -> Card {
        let mut draft = CardDraft::new();
        number.bytes().for_each(|byte| assert!(draft.push_number(byte - b'0')));
        expiry.bytes().for_each(|byte| assert!(draft.push_expiry(byte - b'0')));
        draft.parse(&Brand::ALL, YearMonth { year: 2026, month: 11 }).unwrap()
    }

    /// The expected value was computed with Python's `hmac`.
    #[test]
    fn a_card_has_one_tag_under_one_key_whatever_its_date() {
        let key = CardTagKey::new(&[7; 32]);
        let tag = key.tag(&card("4111111111111111", "1229"));
        assert_eq!(tag, CardTag(0x33ec));
        assert_eq!(key.tag(&card("4111111111111111", "0128")), tag);
        assert_ne!(key.tag(&card("5555555555554444", "1229")), tag);
        assert_ne!(CardTagKey::new(&[8; 32]).tag(&card("4111111111111111", "1229")), tag);
        assert_eq!(format!("{key:?}"), "CardTagKey(redacted)");
    }
}
