//! What an acquirer may want to know of the card's holder to compare with its bank's records (address verification, AVS):
//! the name on the card and the postcode of the bill. Both are optional, and are sealed with the card or nowhere.

use std::fmt;

use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The longest name, in characters: what a card has room for (ISO/IEC 7813).
pub const HOLDER_NAME_MAX: usize = 26;
/// The longest postcode, in characters: the nine that address verification compares.
pub const POSTCODE_MAX: usize = 9;

/// A part of what is asked of the holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderPart {
    /// The name as it stands on the card: letters A to Z, blanks, hyphens, apostrophes and points.
    Name,
    /// The postcode: letters A to Z, digits, blanks and hyphens.
    Postcode,
}

impl HolderPart {
    fn takes(self, letter: u8) -> bool {
        match (self, letter) {
            (Self::Name | Self::Postcode, b'A'..=b'Z' | b' ' | b'-')
            | (Self::Name, b'\'' | b'.')
            | (Self::Postcode, b'0'..=b'9') => true,
            (Self::Name | Self::Postcode, _) => false,
        }
    }
}

/// Both while they are typed, in buffers of a fixed size that are wiped.
#[derive(Default, Zeroize, ZeroizeOnDrop)]
pub(super) struct HolderDraft {
    name: [u8; HOLDER_NAME_MAX],
    name_length: usize,
    postcode: [u8; POSTCODE_MAX],
    postcode_length: usize,
}

impl HolderDraft {
    pub(super) fn is_empty(&self) -> bool {
        self.name_length == 0 && self.postcode_length == 0
    }

    fn part(&mut self, part: HolderPart) -> (&mut [u8], &mut usize) {
        match part {
            HolderPart::Name => (&mut self.name, &mut self.name_length),
            HolderPart::Postcode => (&mut self.postcode, &mut self.postcode_length),
        }
    }

    /// Takes one more letter; says whether there was room for it and it may stand there. A blank separates two words.
    pub(super) fn push(&mut self, part: HolderPart, letter: char) -> bool {
        let Ok(letter) = u8::try_from(letter.to_ascii_uppercase()) else { return false };
        let (buffer, length) = self.part(part);
        let follows_blank = buffer[..*length].last().is_none_or(|before| *before == b' ');
        let fits = *length < buffer.len() && part.takes(letter) && !(letter == b' ' && follows_blank);
        if fits {
            buffer[*length] = letter;
            *length += 1;
        }
        fits
    }

    /// Wipes the last letter.
    pub(super) fn erase(&mut self, part: HolderPart) {
        let (buffer, length) = self.part(part);
        if *length > 0 {
            *length -= 1;
            buffer[*length].zeroize();
        }
    }

    /// Both as far as they are typed.
    pub(super) fn typed(&self) -> Holder {
        let text = |bytes: &[u8]| {
            // The capacity is fixed, so that no shorter copy is left behind by growing.
            let mut text = Zeroizing::new(String::with_capacity(HOLDER_NAME_MAX));
            text.extend(bytes.iter().map(|letter| char::from(*letter)));
            text
        };
        Holder { name: text(&self.name[..self.name_length]), postcode: text(&self.postcode[..self.postcode_length]) }
    }
}

/// What is known of the holder; each is empty where it was not asked for or not given. It cannot print itself, and is
/// wiped when it goes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Holder {
    name: Zeroizing<String>,
    postcode: Zeroizing<String>,
}

impl Holder {
    /// One part of it, without a blank at its end.
    #[must_use]
    pub fn part(&self, part: HolderPart) -> &str {
        match part {
            HolderPart::Name => self.name.trim_end(),
            HolderPart::Postcode => self.postcode.trim_end(),
        }
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holder(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(part: HolderPart, text: &str) -> String {
        let mut draft = HolderDraft::default();
        for letter in text.chars() {
            draft.push(part, letter);
        }
        draft.typed().part(part).to_owned()
    }

    #[test]
    fn what_no_card_has_is_not_taken_and_nothing_is_longer_than_its_bound() {
        let name = |text: &str| typed(HolderPart::Name, text);
        assert_eq!(name("Ada o'Hara-Lee Jr. "), "ADA O'HARA-LEE JR.");
        assert_eq!(name("  A  \"B\\{}1\u{e9}\u{4e2d}\n"), "A B");
        assert_eq!(name(&"x".repeat(40)).len(), HOLDER_NAME_MAX);
        let postcode = |text: &str| typed(HolderPart::Postcode, text);
        assert_eq!((postcode("sw1a 1aa").as_str(), postcode("12345-6789")), ("SW1A 1AA", "12345-678".to_owned()));
        assert_eq!(postcode("1.2'3\"4"), "1234");
    }

    #[test]
    fn a_letter_is_wiped_and_nothing_shows_itself() {
        let mut draft = HolderDraft::default();
        "AB".chars().for_each(|letter| assert!(draft.push(HolderPart::Name, letter)));
        draft.erase(HolderPart::Name);
        draft.erase(HolderPart::Postcode);
        assert_eq!((draft.typed().part(HolderPart::Name), draft.name[1]), ("A", 0));
        assert_eq!(format!("{:?}", draft.typed()), "Holder(redacted)");
        draft.zeroize();
        assert!(draft.is_empty() && draft.name == [0; HOLDER_NAME_MAX]);
    }
}
