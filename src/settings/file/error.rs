//! Why a configuration is refused, always as one line: file, line, key, what is wrong, what is expected.

/// The most characters of a wrong value that an error repeats.
const QUOTED_CHARS_MAX: usize = 60;

/// Why a configuration is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {problem}", at(*.line))]
pub struct SettingsError {
    /// The file, as it was named.
    pub file: String,
    /// The line, counted from 1; none where something is missing from the whole file.
    pub line: Option<usize>,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong in a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Longer than any configuration.
    #[error("has {bytes} bytes: at most {limit}")]
    TooLong {
        /// How long it is.
        bytes: u64,
        /// How long it may be.
        limit: u64,
    },
    /// Not TOML.
    #[error("not TOML{}: {why}", stopped_at(.near))]
    Syntax {
        /// The text the parser stopped at; may be empty.
        near: String,
        /// What the parser says.
        why: String,
    },
    /// A key that has no meaning there.
    #[error("{key} is not known: expected {known}")]
    Unknown {
        /// The key with the tables it is in, such as `limits.stored_sale.refuse`.
        key: String,
        /// The keys that are known there.
        known: String,
    },
    /// A key that must be there.
    #[error("{key} is missing: expected {expected}")]
    Missing {
        /// The key with the tables it is in.
        key: String,
        /// What it should be.
        expected: String,
    },
    /// A value of another TOML type.
    #[error("{key} is of type {found}: expected {expected}")]
    Type {
        /// The key with the tables it is in.
        key: String,
        /// The type it has.
        found: &'static str,
        /// What it should be.
        expected: String,
    },
    /// A value of the right type that breaks a rule.
    #[error("{key} is “{value}”: {rule}")]
    Value {
        /// The key with the tables it is in.
        key: String,
        /// The value, shortened and with control characters spelled out.
        value: String,
        /// The rule, with its limit.
        rule: String,
    },
    /// A rule that is broken by a value that is too long or too private to be repeated.
    #[error("{key}: {rule}")]
    Rule {
        /// The key with the tables it is in.
        key: String,
        /// The rule.
        rule: String,
    },
}

/// A value as an error may repeat it: on one line and not endless.
pub(super) fn quoted(value: &str) -> String {
    let mut shown: String = value.chars().take(QUOTED_CHARS_MAX).flat_map(spelled).collect();
    if value.chars().nth(QUOTED_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

fn spelled(char: char) -> impl Iterator<Item = char> {
    let printable = !char.is_control() && !matches!(char, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}');
    let escaped = (!printable).then(|| char.escape_unicode());
    printable.then_some(char).into_iter().chain(escaped.into_iter().flatten())
}

fn at(line: Option<usize>) -> String {
    line.map(|line| format!(" line {line}")).unwrap_or_default()
}

fn stopped_at(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" at “{text}”") }
}
