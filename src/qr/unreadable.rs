//! Why a text is no payload of a scheme: always the place and what would be right there.

/// What a payload says: its fields in the order in which they stand, named as `stopgap qr` names them.
pub type ReadFields = Vec<(String, String)>;

/// Why a payload cannot be read. Nothing is guessed: a code that was damaged pays the wrong person or nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It does not begin as payloads of the scheme do.
    #[error("this is no {standard} payload: {expected}")]
    Other {
        /// The scheme.
        standard: &'static str,
        /// How one begins.
        expected: &'static str,
    },
    /// It ends too early, or goes on where it should have ended.
    #[error("the payload has {found} {parts}, {expected}")]
    Count {
        /// How many there are.
        found: usize,
        /// Of what.
        parts: &'static str,
        /// How many there should be.
        expected: &'static str,
    },
    /// A field with a value that cannot stand there.
    #[error("“{field}” is “{value}”: {expected}")]
    Form {
        /// Which.
        field: String,
        /// What stands there, shortened.
        value: String,
        /// What would be right.
        expected: &'static str,
    },
    /// A field that has to be there and is not.
    #[error("“{field}” is missing")]
    Missing {
        /// Which.
        field: &'static str,
    },
    /// A field that may stand there once.
    #[error("“{0}” stands twice")]
    Twice(String),
    /// The check sum is not that of the content.
    #[error("the check sum is {found}, but that of the content is {right}: the payload was damaged or changed")]
    Checksum {
        /// What stands there.
        found: String,
        /// What should.
        right: String,
    },
    /// What was packed cannot be unpacked.
    #[error("the payload cannot be unpacked: {0}")]
    Packed(&'static str),
}

/// The most characters of a stranger's value that a message repeats.
const SHOWN_CHARS_MAX: usize = 40;

impl Unreadable {
    /// A value that cannot stand where it stands.
    pub(super) fn form(field: impl Into<String>, value: &str, expected: &'static str) -> Self {
        let value = value.chars().filter(|char| !char.is_control()).take(SHOWN_CHARS_MAX).collect();
        Self::Form { field: field.into(), value, expected }
    }
}

/// Refuses a field of a form that it cannot have; an empty one is no field.
pub(super) fn expect(
    field: &'static str,
    value: &str,
    holds: impl FnOnce(&str) -> bool,
    expected: &'static str,
) -> Result<(), Unreadable> {
    if value.is_empty() || holds(value) { Ok(()) } else { Err(Unreadable::form(field, value, expected)) }
}

/// Whether text is an amount as payloads write it: digits, and perhaps a point with one or two decimals. Never a sign, a
/// blank or a grouping.
pub(super) fn is_amount(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, decimals)) => digits(whole) && digits(decimals) && decimals.len() <= 2,
        None => digits(text),
    }
}

/// The same, and more than nothing.
pub(super) fn is_positive_amount(text: &str) -> bool {
    is_amount(text) && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte))
}

/// Appends a field that is not empty.
pub(super) fn push(fields: &mut ReadFields, name: &str, value: &str) {
    if !value.is_empty() {
        fields.push((name.to_owned(), value.to_owned()));
    }
}
