//! A line that a person types on the screen of a case: a ticket number, a serial number, a name.

use std::str::FromStr;

use crate::domain::card::looks_like_card_number;

/// The longest such line, in characters: what fits a button and a row of a paper.
pub const TYPED_CHARS_MAX: usize = 32;

/// One line: letters, digits, and the marks that numbers of tickets and devices have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed(String);

/// Why a text is no such line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    /// Nothing was typed.
    #[error("nothing is typed")]
    Empty,
    /// It is too long.
    #[error("it has more than {TYPED_CHARS_MAX} characters")]
    TooLong,
    /// It has a character that such a line does not have.
    #[error("“{0}” is no letter, digit, space, “-”, “/” or “.”")]
    Character(char),
    /// It is not quoted: it may be somebody's card.
    #[error("it could be the number of a card, which is kept nowhere in the clear")]
    LooksLikeCard,
}

impl Typed {
    /// Whether such a line may have this character.
    #[must_use]
    pub fn allows(character: char) -> bool {
        character.is_alphanumeric() || matches!(character, ' ' | '-' | '/' | '.')
    }

    /// Whether two lines name the same: letters and digits are compared, whatever stands between them, for a serial number
    /// is printed in groups on one sticker and in one piece on the other.
    #[must_use]
    pub fn is_the_same(one: &str, other: &str) -> bool {
        let plain = |text: &str| -> String {
            text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
        };
        plain(one) == plain(other)
    }
}

impl FromStr for Typed {
    type Err = TypedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TypedError::Empty);
        }
        if text.chars().count() > TYPED_CHARS_MAX {
            return Err(TypedError::TooLong);
        }
        if looks_like_card_number(text) {
            return Err(TypedError::LooksLikeCard);
        }
        match text.chars().find(|character| !Self::allows(*character)) {
            Some(other) => Err(TypedError::Character(other)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl From<Typed> for String {
    fn from(typed: Typed) -> Self {
        typed.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_number_has_letters_and_marks_and_a_bound() {
        let typed = |text: &str| text.parse::<Typed>().map(String::from);
        assert_eq!(typed(" RMA-2026/17 "), Ok("RMA-2026/17".to_owned()));
        assert_eq!(typed("王 Meier"), Ok("王 Meier".to_owned()));
        assert_eq!(typed("  "), Err(TypedError::Empty));
        assert_eq!(typed("a\nb"), Err(TypedError::Character('\n')));
        assert_eq!(typed("4111 1111 1111 1111"), Err(TypedError::LooksLikeCard));
        assert_eq!(typed(&"7".repeat(TYPED_CHARS_MAX + 1)), Err(TypedError::TooLong));
    }

    #[test]
    fn names_and_numbers_are_compared_without_what_stands_between() {
        assert!(Typed::is_the_same("SN-804 117 b", "sn804117B"));
        assert!(!Typed::is_the_same("804-117 A", "804-117 B"), "a letter counts");
    }
}
