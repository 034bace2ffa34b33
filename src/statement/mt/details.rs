//! What a `:86:` tells of an entry: structured as German banks do (`166?20EREF+…?32NAME`), structured by words
//! between slashes (`/EREF/…/NAME/…/REMI/…`), or free text.

use crate::statement::book::filled;
use crate::statement::error::Fault;

/// How many bytes all `:86:` of one entry may have.
const DETAILS_BYTES_MAX: usize = 16 * 1024;
/// The words between slashes (SWIFT usage guidelines, and those of Dutch and Polish banks).
const SLASH_WORDS: [&str; 26] = [
    "ABWA", "ACCW", "ADDR", "BENM", "BIC", "CNTP", "CREF", "CSID", "EREF", "IBAN", "ID", "ISDT", "KREF", "MARF",
    "NAME", "ORDP", "PREF", "PURP", "REMI", "RTRN", "SVCL", "TRCD", "TRTP", "ULTB", "ULTC", "ULTD",
];
/// The words that German banks write in the purpose (DFÜ agreement, annex 3, SEPA).
const PLUS_WORDS: [&str; 14] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+", "ABWA+", "ABWE+", "IBAN+", "BIC+", "PURP+",
    "ANAM+",
];
/// The width of a subfield of the purpose: a full one goes on in the next without a space.
const SUBFIELD_CHARS: usize = 27;

/// The text of the fields `:86:` of one entry.
#[derive(Default)]
pub struct Details {
    text: String,
}

/// What is in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub reference: Option<String>,
    pub end_to_end_id: Option<String>,
    pub name: Option<String>,
    pub account: Option<String>,
    pub description: Option<String>,
}

impl Details {
    /// Takes one field.
    pub fn add(&mut self, content: &str) -> Result<(), Fault> {
        if self.text.len() + content.len() >= DETAILS_BYTES_MAX {
            return Err(Fault::TooLong { what: "the information of an entry (:86:)", limit: DETAILS_BYTES_MAX });
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(content);
        Ok(())
    }

    /// What it tells.
    pub fn told(&self) -> Told {
        if let Some(mark) = subfield_mark(&self.text) {
            return by_subfields(&self.text.replace('\n', ""), mark);
        }
        let joined = self.text.replace('\n', "");
        if let Some(told) = by_slashes(&joined) {
            return told;
        }
        let free = self.text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        by_words(&free)
    }
}

/// The character before the numbers of subfields: behind the three digits of the business transaction code.
fn subfield_mark(text: &str) -> Option<char> {
    let (code, rest) = text.split_at_checked(3)?;
    let mut chars = rest.chars();
    let mark = chars.next().filter(|char| !char.is_alphanumeric() && !char.is_whitespace())?;
    let number: String = chars.take(2).collect();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(code) && number.len() == 2 && digits(&number)).then_some(mark)
}

fn by_subfields(text: &str, mark: char) -> Told {
    let mut purpose = String::new();
    let mut last_chars = SUBFIELD_CHARS;
    let (mut name, mut account, mut posting) = (String::new(), String::new(), String::new());
    for piece in text.split(mark).skip(1) {
        let Some((number, content)) = piece.split_at_checked(2) else { continue };
        match number.parse::<u8>() {
            Ok(0) => posting.push_str(content),
            Ok(20..=29 | 60..=63) => {
                let goes_on = last_chars >= SUBFIELD_CHARS && !PLUS_WORDS.iter().any(|word| content.starts_with(word));
                let is_spaced = purpose.is_empty() || purpose.ends_with(' ') || content.starts_with(' ');
                if !is_spaced && !goes_on {
                    purpose.push(' ');
                }
                purpose.push_str(content);
                last_chars = content.chars().count();
            }
            Ok(31) => account.push_str(content),
            Ok(32 | 33) => name.push_str(content),
            // The mark stands in the text itself, or in a subfield of the bank's own.
            Ok(_) | Err(_) => {}
        }
    }
    let told = by_words(&purpose);
    Told {
        name: filled(&name),
        account: filled(&account).or(told.account),
        description: told.description.or_else(|| filled(&posting)),
        ..told
    }
}

/// A purpose with words such as `EREF+` in it, or a plain one.
fn by_words(text: &str) -> Told {
    let starts = |place: usize| PLUS_WORDS.iter().find(|word| text[place..].starts_with(**word));
    let mut found: Vec<(usize, &str)> = Vec::new();
    let mut after_space = true;
    for (place, char) in text.char_indices() {
        if after_space && let Some(word) = starts(place) {
            found.push((place, word));
        }
        after_space = char == ' ';
    }
    let mut told = Told::default();
    let before = found.first().map_or(text, |(place, _)| &text[..*place]);
    let mut purpose = None;
    for (index, (place, word)) in found.iter().enumerate() {
        let end = found.get(index + 1).map_or(text.len(), |(next, _)| *next);
        let content = filled(&text[place + word.len()..end]);
        match *word {
            "EREF+" => told.end_to_end_id = content.filter(|id| id != "NOTPROVIDED"),
            "SVWZ+" => purpose = content,
            "IBAN+" => told.account = content,
            _ => {}
        }
    }
    told.description = purpose.or_else(|| filled(before)).or_else(|| filled(text).filter(|_| found.is_empty()));
    told
}

/// Words between slashes. `None` where there are none.
fn by_slashes(text: &str) -> Option<Told> {
    let mut found: Vec<(usize, usize, &str)> = Vec::new();
    let mut place = 0;
    while let Some(start) = text[place..].find('/').map(|slash| place + slash) {
        let rest = &text[start + 1..];
        let word = rest.split('/').next().filter(|word| rest.len() > word.len() && SLASH_WORDS.contains(word));
        match word {
            Some(word) => {
                let begin = start + word.len() + 2;
                found.push((start, begin, word));
                // The slash behind a word may be the one before the next.
                place = begin - 1;
            }
            None => place = start + 1,
        }
    }
    found.first().filter(|(start, _, _)| *start == 0)?;
    let mut told = Told::default();
    for (index, (_, begin, word)) in found.iter().enumerate() {
        let end = found.get(index + 1).map_or(text.len(), |(next, _, _)| *next).max(*begin);
        let content = text[*begin..end].trim_matches('/').trim();
        match *word {
            "EREF" => told.end_to_end_id = filled(content).filter(|id| id != "NOTPROVIDED"),
            "NAME" => told.name = told.name.or_else(|| filled(content)),
            "IBAN" => told.account = told.account.or_else(|| filled(content)),
            // Account, BIC, name, city.
            "CNTP" => {
                let mut parts = content.split('/');
                told.account = parts.next().and_then(filled);
                told.name = parts.nth(1).and_then(filled);
            }
            "REMI" => (told.reference, told.description) = remittance(content),
            _ => {}
        }
    }
    told.description = told.description.or_else(|| filled(text));
    Some(told)
}

/// Structured and unstructured remittance information.
fn remittance(content: &str) -> (Option<String>, Option<String>) {
    if let Some(reference) = content.strip_prefix("STRD/CUR/").or_else(|| content.strip_prefix("STRD/")) {
        return (filled(reference), None);
    }
    (None, filled(content.strip_prefix("USTD//").or_else(|| content.strip_prefix("USTD/")).unwrap_or(content)))
}
