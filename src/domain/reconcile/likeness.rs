//! What a payer or a bank may have made of a reference: one character wrong, a part cut off, something glued to it.

use crate::domain::reconcile::Likeness;
use crate::domain::reconcile::reference::{Words, whole_numbers};

/// How many words of a line are compared.
const WORDS_COMPARED_MAX: usize = 16;
/// How many words in a row are read as one: a reference broken by spaces.
const GLUED_MAX: usize = 3;
/// The shortest reference of which one character may be wrong: of a shorter one too little is left.
const EDITED_MIN: usize = 5;
/// The shortest reference that may stand inside something longer.
const INSIDE_MIN: usize = 6;
/// The shortest part of a reference that may stand for it; it must also be half of it.
const PART_MIN: usize = 4;

/// The texts of a line, taken apart to be compared with references.
pub struct Written {
    /// One to [`GLUED_MAX`] words in a row, letters and digits only.
    pieces: Vec<Vec<u8>>,
    /// Each whole text, letters and digits only.
    wholes: Vec<Vec<u8>>,
}

impl Written {
    /// Takes the texts of a line apart.
    pub fn of(texts: [&str; 3]) -> Self {
        let mut pieces = Vec::new();
        let mut wholes = Vec::new();
        let mut words = Words::default();
        for text in texts {
            words.fill(text);
            wholes.push(plain(words.whole()));
            for first in 0..words.count().min(WORDS_COMPARED_MAX) {
                pieces.extend((1..=GLUED_MAX).filter_map(|width| words.run(first, width)).map(plain));
            }
            let numbers = whole_numbers(text).into_iter().take(WORDS_COMPARED_MAX);
            pieces.extend(numbers.map(|number| format!("{number:010}").into_bytes()));
        }
        Self { pieces, wholes }
    }

    /// What speaks for the reference having been meant, if anything does.
    pub fn likeness(&self, reference: &str) -> Option<Likeness> {
        let reference = plain(Words::of(reference).whole());
        let inside = |whole: &Vec<u8>| whole.windows(reference.len()).any(|part| part == reference);
        if reference.len() >= INSIDE_MIN && self.wholes.iter().any(inside) {
            return Some(Likeness::InLongerNumber);
        }
        if reference.len() >= EDITED_MIN && self.pieces.iter().any(|piece| is_edited(piece, &reference)) {
            return Some(Likeness::Edited);
        }
        let is_part = |piece: &Vec<u8>| {
            piece.len() >= PART_MIN
                && piece.len() < reference.len()
                && piece.len() * 2 >= reference.len()
                && (reference.starts_with(piece) || reference.ends_with(piece))
        };
        self.pieces.iter().any(is_part).then_some(Likeness::Truncated)
    }
}

/// Letters and digits only.
fn plain(normal: &[u8]) -> Vec<u8> {
    normal.iter().copied().filter(|byte| !matches!(byte, b' ' | b'-' | b'.' | b'_')).collect()
}

/// Whether two texts differ by one character: another one, one more, one less, or two that have changed places
/// (Damerau 1964). Equal texts do not.
fn is_edited(one: &[u8], other: &[u8]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        0 => {
            let (rest, other) = (&short[same..], &long[same..]);
            match (rest, other) {
                ([], _) | (_, []) => false,
                ([_, tail @ ..], [_, other_tail @ ..]) if tail == other_tail => true,
                ([a, b, tail @ ..], [c, d, other_tail @ ..]) => a == d && b == c && tail == other_tail,
                ([_], _) | (_, [_]) => false,
            }
        }
        1 => short[same..] == long[same + 1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_apart() {
        for (one, other, is) in [
            ("2300310425", "2300310424", true),
            ("2300310425", "230310425", true),
            ("2300310425", "23003104255", true),
            ("2300310425", "2300301425", true),
            ("2300310425", "2300310425", false),
            ("2300310425", "2300310442", false),
            ("2300310425", "23003104", false),
            ("", "A", true),
            ("", "", false),
            ("AB", "BA", true),
            ("ABC", "CBA", false),
        ] {
            assert_eq!(is_edited(one.as_bytes(), other.as_bytes()), is, "{one} {other}");
            assert_eq!(is_edited(other.as_bytes(), one.as_bytes()), is, "{other} {one}");
        }
    }

    #[test]
    fn a_reference_is_recognised_in_what_was_made_of_it() {
        let like = |text: &str, reference: &str| Written::of(["", "", text]).likeness(reference);
        assert_eq!(like("inv 00O1 thanks", "INV-0001"), Some(Likeness::Edited));
        assert_eq!(like("I NV-0002", "INV-0001"), Some(Likeness::Edited));
        assert_eq!(like("0001 thanks", "INV-0001"), Some(Likeness::Truncated));
        assert_eq!(like("INV-0001", "INV-0001-2026-11"), Some(Likeness::Truncated));
        assert_eq!(like("RF182300310425", "2300310425"), Some(Likeness::InLongerNumber));
        assert_eq!(like("1 23003 104259", "2300310425"), Some(Likeness::InLongerNumber));
        assert_eq!(like("2300 310 426", "2300310425"), Some(Likeness::Edited));
        assert_eq!(like("001", "INV-0001"), None);
        assert_eq!(like("thanks", "INV-0001"), None);
        assert_eq!(like("INV-0017", "INV-0001"), None);
        assert_eq!(like("", ""), None);
    }
}
