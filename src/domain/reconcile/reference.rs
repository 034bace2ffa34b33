//! References as people and banks write them: their normal form, and the words of a text in that form.
//!
//! Letters count without their case, and what separates two words does not count: `inv-0001` and `INV-0001` are the same
//! reference, and so are `2026/17` and `2026 17`. A hyphen, a point or a low line inside a word belongs to it, so that
//! `INV-0001` does not stand in `INV-0001-2`.

use crate::domain::ids::SaleReference;

/// The longest reference of a sale in bytes. ISO 20022 has 35 characters for an end-to-end id, 140 bytes of UTF-8.
pub const REFERENCE_BYTES_MAX: usize = 140;
/// How much of one text is looked at, in bytes: MT940 has 390, camt some 500.
pub const TEXT_BYTES_MAX: usize = 1024;
/// How many words of one text are looked at.
pub const WORDS_MAX: usize = 64;
/// How many words a reference may have to be found inside a text; a longer one has to be the whole text.
pub const REFERENCE_WORDS_MAX: usize = 4;

const DIGITS: usize = 10;

/// The normal form of a text: its words in capitals, one space between them. Made to be filled again and again.
#[derive(Debug, Default)]
pub struct Words {
    bytes: Vec<u8>,
    /// Where each word begins and ends.
    places: Vec<(usize, usize)>,
    digits: usize,
}

impl Words {
    /// The words of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        words.fill(text);
        words
    }

    /// Takes the words of another text instead.
    pub fn fill(&mut self, text: &str) {
        self.bytes.clear();
        self.places.clear();
        self.digits = 0;
        if self.fill_word(text.as_bytes()) {
            return;
        }
        let mut start = 0;
        for &byte in text.as_bytes().iter().take(TEXT_BYTES_MAX) {
            match KINDS[usize::from(byte)] {
                Kind::Part => {
                    self.digits += usize::from(byte.is_ascii_digit());
                    self.bytes.push(byte.to_ascii_uppercase());
                }
                // Inside a word only; at its beginning it is punctuation.
                Kind::Joint if self.bytes.len() > start => self.bytes.push(byte),
                Kind::Joint => {}
                Kind::Gap => start = self.end_word(start),
            }
            if self.places.len() == WORDS_MAX {
                break;
            }
        }
        if self.places.len() < WORDS_MAX {
            self.end_word(start);
        }
        self.bytes.truncate(self.places.last().map_or(0, |(_, end)| *end));
    }

    /// Most references are one word of letters and digits, and need no taking apart.
    fn fill_word(&mut self, text: &[u8]) -> bool {
        let is_part = |byte: &u8| kind(*byte) == Kind::Part;
        let is_word = text.len() <= REFERENCE_BYTES_MAX
            && text.first().is_some_and(is_part)
            && text.last().is_some_and(is_part)
            && text.iter().all(|byte| KINDS[usize::from(*byte)] != Kind::Gap);
        if is_word {
            self.bytes.extend_from_slice(text);
            self.bytes.make_ascii_uppercase();
            self.digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
            self.places.push((0, text.len()));
        }
        is_word
    }

    /// Ends the word that began at `start`, and says where the next one begins.
    fn end_word(&mut self, start: usize) -> usize {
        while self.bytes.len() > start && self.bytes.last().is_some_and(|last| kind(*last) == Kind::Joint) {
            self.bytes.pop();
        }
        if self.bytes.len() > start {
            self.places.push((start, self.bytes.len()));
            self.bytes.push(b' ');
        }
        self.bytes.len()
    }

    /// The whole text in its normal form; empty when there is no word in it.
    #[must_use]
    pub fn whole(&self) -> &[u8] {
        &self.bytes
    }

    /// How many words there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// How many ASCII digits there are.
    #[must_use]
    pub fn digits(&self) -> usize {
        self.digits
    }

    /// `width` words in a row from the one at `first`, if there are as many.
    #[must_use]
    pub fn run(&self, first: usize, width: usize) -> Option<&[u8]> {
        let (start, _) = self.places.get(first)?;
        let (_, end) = self.places.get(first + width.checked_sub(1)?)?;
        self.bytes.get(*start..*end)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Part,
    Joint,
    Gap,
}

const fn kind(byte: u8) -> Kind {
    match byte {
        b'-' | b'.' | b'_' => Kind::Joint,
        // Anything that is not ASCII is part of a word: Stopgap does not judge the scripts of the world.
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => Kind::Part,
        0..=0x7f => Kind::Gap,
    }
}

/// [`kind`] of each byte: looking it up is faster than telling it.
const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Gap; 256];
    let mut byte = 0_u8;
    loop {
        kinds[byte as usize] = kind(byte);
        if byte == u8::MAX {
            break kinds;
        }
        byte += 1;
    }
};

/// Numbers of exactly ten digits, also when they are broken by spaces, hyphens, points or slashes.
pub fn whole_numbers(text: &str) -> Vec<u64> {
    let mut found = Vec::new();
    for chain in chains(text) {
        for first in 0..chain.len() {
            let mut digits = 0;
            let fits = chain[first..].iter().position(|run| {
                digits += run.len();
                digits >= DIGITS
            });
            if let (Some(more), DIGITS) = (fits, digits) {
                found.extend(value(chain[first..=first + more].iter().copied()));
            }
        }
    }
    found
}

/// The numbers in a text that have the form and the check digit of a sale reference of ours, as they come.
pub fn sale_references(text: &str) -> impl Iterator<Item = SaleReference> {
    // Nearly every text is told by this alone, without taking it apart.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let numbers = if digits < DIGITS { Vec::new() } else { whole_numbers(text) };
    numbers.into_iter().filter_map(|number| format!("{number:010}").parse().ok())
}

/// Digits in a row, grouped where at most [`GAP_MAX`] separators stand between them.
fn chains(text: &str) -> Vec<Vec<&str>> {
    let mut chains: Vec<Vec<&str>> = Vec::new();
    let mut rest = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
    let mut linked = false;
    while let Some(start) = rest.find(|char: char| char.is_ascii_digit()) {
        let gap = &rest[..start];
        linked = linked && gap.chars().count() <= GAP_MAX && gap.chars().all(is_separator);
        let run_on = &rest[start..];
        let end = run_on.find(|char: char| !char.is_ascii_digit()).unwrap_or(run_on.len());
        match chains.last_mut() {
            Some(chain) if linked => chain.push(&run_on[..end]),
            Some(_) | None => chains.push(vec![&run_on[..end]]),
        }
        linked = true;
        rest = &run_on[end..];
    }
    chains
}

/// The most separators that may stand inside a broken number.
const GAP_MAX: usize = 3;

fn is_separator(char: char) -> bool {
    char.is_whitespace() || ['-', '.', '/', '·'].contains(&char)
}

/// At most ten digits as a number.
fn value<'a>(runs: impl Iterator<Item = &'a str>) -> Option<u64> {
    runs.flat_map(str::bytes).try_fold(0_u64, |value, byte| value.checked_mul(10)?.checked_add(u64::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_without_case_and_without_what_separates_them() {
        for (text, whole) in [
            ("INV-0001", "INV-0001"),
            (" inv-0001. ", "INV-0001"),
            ("(INV-0001)", "INV-0001"),
            ("2026/17", "2026 17"),
            ("EREF+INV-0001 / Danke!", "EREF INV-0001 DANKE"),
            ("--", ""),
            ("-a- .b.", "A B"),
            ("", ""),
            ("支付 Ä1", "支付 Ä1"),
        ] {
            assert_eq!(std::str::from_utf8(Words::of(text).whole()), Ok(whole), "{text}");
        }
        let words = Words::of("a bc  d");
        assert_eq!((words.count(), words.run(1, 2), words.run(2, 2)), (3, Some(&b"BC D"[..]), None));
    }

    #[test]
    fn a_text_without_end_is_cut() {
        assert!(Words::of(&"x".repeat(5_000)).whole().len() <= TEXT_BYTES_MAX);
        assert_eq!(Words::of(&"x ".repeat(500)).count(), WORDS_MAX);
    }

    #[test]
    fn ten_digits_are_found_whole_or_broken() {
        for (text, found) in [
            ("2300310425", vec![2_300_310_425]),
            ("Danke! 2300310425.", vec![2_300_310_425]),
            ("23 0031 0425", vec![2_300_310_425]),
            ("2300-310-425/", vec![2_300_310_425]),
            ("Bon 12 2300 310 425", vec![2_300_310_425]),
            ("2026-11-22 2300310425", vec![2_300_310_425]),
            ("RF18 2300310425", vec![2_300_310_425]),
            ("23x00310425", vec![]),
            ("23    00310425", vec![]),
            ("123003104250", vec![]),
            ("２３００３１０４２５", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(whole_numbers(text), found, "{text}");
        }
    }
}
