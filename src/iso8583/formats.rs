//! The fields of ISO 8583:1987: what each may hold and how long it is.

use super::message::{FIELD_MAX, FIELD_MIN};

/// The characters a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// `n`: digits.
    Numeric,
    /// `an`: letters, digits and, as padding, blanks.
    Alphanumeric,
    /// `ans`: printable ASCII.
    Special,
    /// `z`: track data, the digits and separators of ISO/IEC 7813: 0 to 9 and `:;<=>?`, and the D that chips write for
    /// `=`.
    Track,
    /// `x+n`: C (credit) or D (debit), then digits.
    Signed,
    /// `b`: bytes, held as upper-case hexadecimal.
    Binary,
}

impl Content {
    /// Whether a field of this content may hold these characters. Binary fields are hexadecimal digits here.
    #[inline]
    #[must_use]
    pub fn allows(self, text: &[u8]) -> bool {
        match self {
            Self::Numeric => all(text, |byte| byte.is_ascii_digit()),
            Self::Alphanumeric => all(text, |byte| byte.is_ascii_alphanumeric() || byte == b' '),
            Self::Special => all(text, |byte| (b' '..=b'~').contains(&byte)),
            Self::Track => all(text, |byte| (b'0'..=b'?').contains(&byte) || byte == b'D'),
            Self::Signed => {
                matches!(text, [b'C' | b'D', digits @ ..] if all(digits, |byte| byte.is_ascii_digit()))
            }
            Self::Binary => text.len().is_multiple_of(2) && all(text, |byte| byte.is_ascii_hexdigit()),
        }
    }

    /// The rule in words.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::Numeric => "digits only",
            Self::Alphanumeric => "letters, digits and blanks only",
            Self::Special => "printable ASCII only",
            Self::Track => "the digits and separators of a track only (0 to 9, D and : ; < = > ?)",
            Self::Signed => "C or D and then digits",
            Self::Binary => "an even number of hexadecimal digits",
        }
    }
}

/// Looks at every byte also after one that is wrong: without the way out the compiler takes many bytes at once.
#[inline]
fn all(bytes: &[u8], good: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(true, |sofar, &byte| sofar & good(byte))
}

/// How long a field is: in characters, or in bytes where its content is binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Always this long.
    Fixed(usize),
    /// Two digits of length before it, at most this long.
    Llvar(usize),
    /// Three digits of length before it, at most this long.
    Lllvar(usize),
}

impl Length {
    /// The longest the field may be.
    #[inline]
    #[must_use]
    pub const fn limit(self) -> usize {
        match self {
            Self::Fixed(limit) | Self::Llvar(limit) | Self::Lllvar(limit) => limit,
        }
    }

    /// How many digits of length stand before the field.
    #[inline]
    #[must_use]
    pub const fn prefix_digits(self) -> usize {
        match self {
            Self::Fixed(_) => 0,
            Self::Llvar(_) => 2,
            Self::Lllvar(_) => 3,
        }
    }
}

/// The format of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldFormat {
    /// Its number.
    pub number: u8,
    /// What it may hold.
    pub content: Content,
    /// How long it is.
    pub length: Length,
}

/// The format of a field from 2 to 128.
#[inline]
pub(super) fn format_1987(number: u8) -> Option<FieldFormat> {
    let place = usize::from(number.checked_sub(FIELD_MIN).filter(|_| number <= FIELD_MAX)?);
    FORMATS_1987.get(place).copied()
}

const fn fixed(number: u8, content: Content, length: usize) -> FieldFormat {
    FieldFormat { number, content, length: Length::Fixed(length) }
}

const fn ll(number: u8, content: Content, limit: usize) -> FieldFormat {
    FieldFormat { number, content, length: Length::Llvar(limit) }
}

const fn lll(number: u8, content: Content, limit: usize) -> FieldFormat {
    FieldFormat { number, content, length: Length::Lllvar(limit) }
}

/// The field table of ISO 8583:1987, section 4.4. Three choices where systems disagree: DE 53 is `n16` text, DE 55 (free
/// in 1987) is binary, as chip data is sent in it, and DE 65 has the eight bytes of a third bitmap, which is never read
/// as one: no field above 128 has a meaning.
const FORMATS_1987: &[FieldFormat] = &[
    ll(2, Content::Numeric, 19),
    fixed(3, Content::Numeric, 6),
    fixed(4, Content::Numeric, 12),
    fixed(5, Content::Numeric, 12),
    fixed(6, Content::Numeric, 12),
    fixed(7, Content::Numeric, 10),
    fixed(8, Content::Numeric, 8),
    fixed(9, Content::Numeric, 8),
    fixed(10, Content::Numeric, 8),
    fixed(11, Content::Numeric, 6),
    fixed(12, Content::Numeric, 6),
    fixed(13, Content::Numeric, 4),
    fixed(14, Content::Numeric, 4),
    fixed(15, Content::Numeric, 4),
    fixed(16, Content::Numeric, 4),
    fixed(17, Content::Numeric, 4),
    fixed(18, Content::Numeric, 4),
    fixed(19, Content::Numeric, 3),
    fixed(20, Content::Numeric, 3),
    fixed(21, Content::Numeric, 3),
    fixed(22, Content::Numeric, 3),
    fixed(23, Content::Numeric, 3),
    fixed(24, Content::Numeric, 3),
    fixed(25, Content::Numeric, 2),
    fixed(26, Content::Numeric, 2),
    fixed(27, Content::Numeric, 1),
    fixed(28, Content::Signed, 9),
    fixed(29, Content::Signed, 9),
    fixed(30, Content::Signed, 9),
    fixed(31, Content::Signed, 9),
    ll(32, Content::Numeric, 11),
    ll(33, Content::Numeric, 11),
    ll(34, Content::Special, 28),
    ll(35, Content::Track, 37),
    lll(36, Content::Track, 104),
    fixed(37, Content::Alphanumeric, 12),
    fixed(38, Content::Alphanumeric, 6),
    fixed(39, Content::Alphanumeric, 2),
    fixed(40, Content::Alphanumeric, 3),
    fixed(41, Content::Special, 8),
    fixed(42, Content::Special, 15),
    fixed(43, Content::Special, 40),
    ll(44, Content::Special, 25),
    ll(45, Content::Special, 76),
    lll(46, Content::Special, 999),
    lll(47, Content::Special, 999),
    lll(48, Content::Special, 999),
    fixed(49, Content::Alphanumeric, 3),
    fixed(50, Content::Alphanumeric, 3),
    fixed(51, Content::Alphanumeric, 3),
    fixed(52, Content::Binary, 8),
    fixed(53, Content::Numeric, 16),
    lll(54, Content::Special, 120),
    lll(55, Content::Binary, 999),
    lll(56, Content::Special, 999),
    lll(57, Content::Special, 999),
    lll(58, Content::Special, 999),
    lll(59, Content::Special, 999),
    lll(60, Content::Special, 999),
    lll(61, Content::Special, 999),
    lll(62, Content::Special, 999),
    lll(63, Content::Special, 999),
    fixed(64, Content::Binary, 8),
    fixed(65, Content::Binary, 8),
    fixed(66, Content::Numeric, 1),
    fixed(67, Content::Numeric, 2),
    fixed(68, Content::Numeric, 3),
    fixed(69, Content::Numeric, 3),
    fixed(70, Content::Numeric, 3),
    fixed(71, Content::Numeric, 4),
    fixed(72, Content::Numeric, 4),
    fixed(73, Content::Numeric, 6),
    fixed(74, Content::Numeric, 10),
    fixed(75, Content::Numeric, 10),
    fixed(76, Content::Numeric, 10),
    fixed(77, Content::Numeric, 10),
    fixed(78, Content::Numeric, 10),
    fixed(79, Content::Numeric, 10),
    fixed(80, Content::Numeric, 10),
    fixed(81, Content::Numeric, 10),
    fixed(82, Content::Numeric, 12),
    fixed(83, Content::Numeric, 12),
    fixed(84, Content::Numeric, 12),
    fixed(85, Content::Numeric, 12),
    fixed(86, Content::Numeric, 16),
    fixed(87, Content::Numeric, 16),
    fixed(88, Content::Numeric, 16),
    fixed(89, Content::Numeric, 16),
    fixed(90, Content::Numeric, 42),
    fixed(91, Content::Alphanumeric, 1),
    fixed(92, Content::Alphanumeric, 2),
    fixed(93, Content::Alphanumeric, 5),
    fixed(94, Content::Alphanumeric, 7),
    fixed(95, Content::Alphanumeric, 42),
    fixed(96, Content::Binary, 8),
    fixed(97, Content::Signed, 17),
    fixed(98, Content::Special, 25),
    ll(99, Content::Numeric, 11),
    ll(100, Content::Numeric, 11),
    ll(101, Content::Special, 17),
    ll(102, Content::Special, 28),
    ll(103, Content::Special, 28),
    lll(104, Content::Special, 100),
    lll(105, Content::Special, 999),
    lll(106, Content::Special, 999),
    lll(107, Content::Special, 999),
    lll(108, Content::Special, 999),
    lll(109, Content::Special, 999),
    lll(110, Content::Special, 999),
    lll(111, Content::Special, 999),
    lll(112, Content::Special, 999),
    lll(113, Content::Special, 999),
    lll(114, Content::Special, 999),
    lll(115, Content::Special, 999),
    lll(116, Content::Special, 999),
    lll(117, Content::Special, 999),
    lll(118, Content::Special, 999),
    lll(119, Content::Special, 999),
    lll(120, Content::Special, 999),
    lll(121, Content::Special, 999),
    lll(122, Content::Special, 999),
    lll(123, Content::Special, 999),
    lll(124, Content::Special, 999),
    lll(125, Content::Special, 999),
    lll(126, Content::Special, 999),
    lll(127, Content::Special, 999),
    fixed(128, Content::Binary, 8),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_field_in_its_place() {
        for number in FIELD_MIN..=FIELD_MAX {
            let format = format_1987(number).unwrap();
            assert_eq!(format.number, number);
            let longest = match format.length {
                Length::Fixed(_) => 42,
                Length::Llvar(_) => 99,
                Length::Lllvar(_) => 999,
            };
            assert!((1..=longest).contains(&format.length.limit()), "DE {number}");
        }
        assert_eq!(FORMATS_1987.len(), 127);
        for number in [0, 1, 129, 255] {
            assert_eq!(format_1987(number), None);
        }
    }

    #[test]
    fn every_byte_of_each_class_stands_on_one_side() {
        for (content, allowed) in
            [(Content::Numeric, 10), (Content::Alphanumeric, 63), (Content::Special, 95), (Content::Track, 17)]
        {
            let count = (0..=255_u8).filter(|byte| content.allows(&[*byte])).count();
            assert_eq!(count, allowed, "{content:?}");
        }
        assert!(Content::Signed.allows(b"C00000001") && Content::Signed.allows(b"D00000001"));
        assert!(!Content::Signed.allows(b"") && !Content::Signed.allows(b"000000001"));
        assert!(!Content::Signed.allows(b"CD0000001"));
        assert!(Content::Binary.allows(b"0aFf") && !Content::Binary.allows(b"0aF") && !Content::Binary.allows(b"0g"));
    }
}
