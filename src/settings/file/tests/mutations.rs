//! The samples with something wrong in them, wherever chance has it.

use proptest::prelude::*;

use super::{read, sample};

const SAMPLES: [&str; 3] = ["eu.toml", "zvt.toml", "standalone.toml"];
/// What is put into a sample: what configurations are made of, and what they are not.
const PIECES: [&str; 24] = [
    "\"",
    "'",
    "\"\"\"",
    "=",
    "[",
    "]",
    "[[",
    "{",
    "}",
    ",",
    ".",
    "\n",
    "\r",
    "\0",
    "#",
    "-1",
    "0",
    "1e999",
    "9999999999999999999",
    "true",
    "\u{202e}",
    "é\u{1f4b3}",
    "kind",
    "[reader]\n",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![prop::sample::select(PIECES.as_slice()).prop_map(str::to_owned), ".{0,30}"]
}

/// Puts `piece` in place of some characters of a sample, or of a value in it.
fn changed(text: &str, place: prop::sample::Index, length: usize, piece: &str, is_value: bool) -> String {
    let values = || text.match_indices(" = ").map(|(at, sign)| at + sign.len()).collect::<Vec<_>>();
    let begin = if is_value { values()[place.index(values().len())] } else { place.index(text.len()) };
    let line_end = text[text.ceil_char_boundary(begin)..].find('\n').map_or(text.len(), |end| begin + end);
    let end = if is_value { line_end } else { (begin + length).min(text.len()) };
    let (begin, end) = (text.floor_char_boundary(begin), text.ceil_char_boundary(end));
    format!("{}{piece}{}", &text[..begin], &text[end..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_changed_sample_is_read_or_refused_in_one_line(
        name in prop::sample::select(SAMPLES.as_slice()),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), 0_usize..40, piece(), any::<bool>()), 1..4,
        ),
    ) {
        let mut text = sample(name);
        for (place, length, piece, is_value) in changes {
            text = changed(&text, place, length, &piece, is_value);
        }
        if let Err(error) = read(&text) {
            prop_assert!(error.starts_with("stopgap.toml"), "{}", error);
            prop_assert!(!error.chars().any(|char| char.is_control() || char == '\u{202e}'), "{:?}", error);
        }
    }

    #[test]
    fn a_text_that_is_no_configuration_is_refused_in_one_line(text in "(?s).{0,200}") {
        let error = read(&text).unwrap_err();
        prop_assert!(!error.chars().any(char::is_control), "{:?}", error);
    }
}
