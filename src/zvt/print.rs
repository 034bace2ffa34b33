//! The lines a terminal gives the till to print, as text in which no card number is whole.

use super::apdu::Control;
use super::bmps;
use super::message::{Head, Message};
use super::tlv::{self, tags};

/// The most characters of a line that are kept; the widest receipt printers have 80.
pub const LINE_CHARS_MAX: usize = 120;

/// The fewest digits that may be a card number.
const NUMBER_DIGITS_MIN: usize = 12;
/// The digits of it that stay.
const LAST_DIGITS: usize = 4;

/// The letters above ASCII that German receipts need, in code page 437, which is the protocol's own (13.13, 9.4.2).
const CODE_PAGE_437: [(u8, char); 9] = [
    (0x81, 'ü'),
    (0x82, 'é'),
    (0x84, 'ä'),
    (0x85, 'à'),
    (0x8e, 'Ä'),
    (0x94, 'ö'),
    (0x99, 'Ö'),
    (0x9a, 'Ü'),
    (0xe1, 'ß'),
];

/// The lines of a message 06 D1 or 06 D3; none of any other message, and none of a broken container.
#[must_use]
pub fn printed_lines(message: &Message) -> Vec<String> {
    match (&message.head, message.control) {
        (Head::Line { text, .. }, _) => vec![text_of(text)],
        (_, Control::PRINT_TEXT_BLOCK) => {
            let container = message.fields.get(bmps::TLV).unwrap_or_default();
            let texts = tlv::find(container, &[tags::PRINT_TEXTS]).ok().flatten().unwrap_or_default();
            let objects = tlv::objects(texts).unwrap_or_default();
            objects.iter().filter(|object| object.tag == tags::TEXT_LINE).map(|object| text_of(object.value)).collect()
        }
        _ => Vec::new(),
    }
}

/// A line as text: at most [`LINE_CHARS_MAX`] characters, every number that may be a card's masked.
#[must_use]
pub fn text_of(line: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        b' '..=b'~' => char::from(*byte),
        _ => CODE_PAGE_437.iter().find(|(code, _)| code == byte).map_or('?', |(_, letter)| *letter),
    };
    // Masked before it is cut, so that a cut does not hide that digits are part of a number.
    masked_text(&line.iter().map(letter).collect::<String>()).chars().take(LINE_CHARS_MAX).collect()
}

/// Every run of twelve digits or more, single blanks and hyphens between them included, with stars for all but the last
/// four digits.
#[must_use]
pub fn masked_text(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut masked = letters.clone();
    let mut place = 0;
    while place < letters.len() {
        let run = run_of_digits(&letters[place..]);
        let digits: Vec<usize> = (place..place + run).filter(|at| letters[*at].is_ascii_digit()).collect();
        if digits.len() >= NUMBER_DIGITS_MIN {
            for at in &digits[..digits.len() - LAST_DIGITS] {
                masked[*at] = '*';
            }
        }
        place += run.max(1);
    }
    masked.into_iter().collect()
}

fn run_of_digits(letters: &[char]) -> usize {
    let mut length = 0;
    while let Some(letter) = letters.get(length) {
        let joins = matches!(letter, ' ' | '-')
            && length > 0
            && letters[length - 1].is_ascii_digit()
            && letters.get(length + 1).is_some_and(char::is_ascii_digit);
        if !letter.is_ascii_digit() && !joins {
            break;
        }
        length += 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::zvt::Fields;

    #[test]
    fn lines_are_read_from_both_kinds_of_message() {
        let line = Message::new(Control::PRINT_LINE, Head::Line { attribute: 0, text: b"H\x84ndler\x07".to_vec() });
        assert_eq!(printed_lines(&line), ["Händler?"]);
        let mut block = Message::new(Control::PRINT_TEXT_BLOCK, Head::Empty);
        let container = [0x25, 0x0a, 0x07, 0x01, b'a', 0x09, 0x01, 0x40, 0x07, 0x02, b'b', b'c'];
        block.fields = Fields::default().with(bmps::TLV, container);
        assert_eq!(printed_lines(&block), ["a", "bc"]);
        block.fields = Fields::default().with(bmps::TLV, [0x25, 0x7f]);
        assert_eq!(printed_lines(&block), [""; 0]);
    }

    #[test]
    fn no_line_holds_a_whole_card_number() {
        for (line, kept) in [
            ("Karte 4111111111111111 gut", "Karte ************1111 gut"),
            ("4111 1111 1111 1111", "**** **** **** 1111"),
            ("4111-1111-1111-1111", "****-****-****-1111"),
            ("20.11.2026 14:00  T-ID 52523535", "20.11.2026 14:00  T-ID 52523535"),
            ("######0005", "######0005"),
        ] {
            assert_eq!(text_of(line.as_bytes()), kept);
        }
        assert_eq!(text_of(&[b'x'; 500]).len(), LINE_CHARS_MAX);
        assert!(text_of(&[b'4'; 500]).starts_with("****"));
    }

    /// The longest run of digits in a line, single blanks and hyphens between them not counted.
    fn longest_number(line: &str) -> usize {
        let letters: Vec<char> = line.chars().collect();
        let digits = |place| {
            let run: usize = run_of_digits(&letters[place..]);
            letters[place..place + run].iter().filter(|letter| letter.is_ascii_digit()).count()
        };
        (0..letters.len()).map(digits).max().unwrap_or(0)
    }

    proptest! {
        /// Lines of anything, and lines of digits with what stands between them on receipts.
        #[test]
        fn no_line_is_too_long_or_holds_a_whole_number(
            line in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..300),
                "[0-9]{0,20}[ -]{0,2}[0-9 -]{0,200}".prop_map(String::into_bytes),
            ],
            container in prop::collection::vec(any::<u8>(), 0..80),
        ) {
            let head = Head::Line { attribute: 0, text: line.clone() };
            let mut block = Message::new(Control::PRINT_TEXT_BLOCK, Head::Empty);
            block.fields = Fields::default().with(bmps::TLV, printed(&line));
            let mut broken = Message::new(Control::PRINT_TEXT_BLOCK, Head::Empty);
            broken.fields = Fields::default().with(bmps::TLV, container);
            let lines = printed_lines(&Message::new(Control::PRINT_LINE, head));
            prop_assert_eq!(&printed_lines(&block), &lines);
            for line in lines.into_iter().chain(printed_lines(&broken)) {
                prop_assert!(line.chars().count() <= LINE_CHARS_MAX);
                prop_assert!(longest_number(&line) < NUMBER_DIGITS_MIN, "{}", line);
            }
        }
    }

    /// A container with one line to print.
    fn printed(line: &[u8]) -> Vec<u8> {
        let (mut texts, mut container) = (Vec::new(), Vec::new());
        tlv::push(&mut texts, tags::TEXT_LINE, line).unwrap();
        tlv::push(&mut container, tags::PRINT_TEXTS, &texts).unwrap();
        container
    }
}
