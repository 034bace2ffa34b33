//! What the child tells the till: one JSON object on each line of standard output.
//!
//! Both sides use this file, so that they cannot drift apart.

use serde::{Deserialize, Serialize};

/// The most bytes of one line, the end of line included. Longer ones are never written and never read.
pub const LINE_BYTES_MAX: usize = 1024;
/// The most bytes of a name or an explanation in a line. JSON may write one byte as six, so this many always fit.
pub const TEXT_BYTES_MAX: usize = 150;

/// One thing that was seen. Every line is also a sign of life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum WatchLine {
    /// The child runs; nothing is known yet, what was known before is void.
    Started,
    /// All that was seen up to now has been said. Comes at least once in each [`super::SLICE`] while the service answers.
    Beat,
    /// The service answers.
    ServiceUp,
    /// The service does not run, or refuses us. Said again with each further try.
    ServiceStopped {
        /// The code of PC/SC, as hexadecimal digits.
        code: String,
    },
    /// The library is not installed; the child ends.
    LibraryMissing {
        /// What the loader said.
        why: String,
    },
    /// This operating system is not supported; the child ends.
    NotSupported,
    /// A reader is there, and works unless [`WatchLine::ReaderFaulty`] follows.
    ReaderAdded {
        /// The reader's name.
        reader: String,
    },
    /// A reader is gone.
    ReaderRemoved {
        /// The reader's name.
        reader: String,
    },
    /// A reader is there, but its driver cannot talk to it.
    ReaderFaulty {
        /// The reader's name.
        reader: String,
    },
    /// A reader that was faulty works again.
    ReaderWell {
        /// The reader's name.
        reader: String,
    },
    /// A card was put in, or was found in a reader that was just added.
    CardIn {
        /// The reader's name.
        reader: String,
        /// Whether its chip answers.
        chip: Chip,
        /// It was in already: nobody put it in just now.
        found: bool,
    },
    /// The card is out.
    CardOut {
        /// The reader's name.
        reader: String,
    },
    /// Cards were moved too fast to be seen one by one.
    CardsMissed {
        /// The reader's name.
        reader: String,
        /// How often the reader saw a card go in or out besides what is said.
        changes: u16,
    },
}

/// What a chip did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chip {
    /// It answered.
    Answers,
    /// It did not.
    Mute,
}

impl WatchLine {
    /// The line, with its end, as it is written.
    ///
    /// # Errors
    ///
    /// Where serde or the length refuses it, which no line of [`capped`] texts does.
    pub fn to_text(&self) -> Result<String, LineError> {
        let mut text = serde_json::to_string(self).map_err(|error| LineError::Json(error.to_string()))?;
        text.push('\n');
        if text.len() > LINE_BYTES_MAX { Err(LineError::TooLong) } else { Ok(text) }
    }

    /// Reads a line.
    ///
    /// # Errors
    ///
    /// Where it is longer than [`LINE_BYTES_MAX`] or none of the lines above.
    pub fn parse(text: &[u8]) -> Result<Self, LineError> {
        if text.len() > LINE_BYTES_MAX {
            return Err(LineError::TooLong);
        }
        serde_json::from_slice(text).map_err(|error| LineError::Json(error.to_string()))
    }
}

/// Why a line is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It has too many bytes.
    #[error("a line of the child has more than {LINE_BYTES_MAX} bytes")]
    TooLong,
    /// It is not JSON, or no event that is known.
    #[error("a line of the child says nothing that is known: {0}")]
    Json(String),
}

/// A text cut to what fits a line, at a border between characters.
#[must_use]
pub fn capped(text: &str) -> String {
    text[..text.floor_char_boundary(TEXT_BYTES_MAX)].to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_comes_back_as_it_was() {
        let reader = || "Virtual PCD 00 00".to_owned();
        let lines = [
            (WatchLine::Beat, r#"{"event":"beat"}"#),
            (
                WatchLine::CardIn { reader: reader(), chip: Chip::Mute, found: false },
                r#"{"event":"card_in","reader":"Virtual PCD 00 00","chip":"mute","found":false}"#,
            ),
            (
                WatchLine::CardsMissed { reader: reader(), changes: 2 },
                r#"{"event":"cards_missed","reader":"Virtual PCD 00 00","changes":2}"#,
            ),
        ];
        for (line, text) in lines {
            assert_eq!(line.to_text().unwrap(), format!("{text}\n"));
            assert_eq!(WatchLine::parse(text.as_bytes()), Ok(line));
        }
    }

    #[test]
    fn a_line_that_is_none_is_refused() {
        for text in ["", "beat", r#"{"event":"tea"}"#, r#"{"event":"card_out"}"#] {
            assert!(matches!(WatchLine::parse(text.as_bytes()), Err(LineError::Json(_))), "{text}");
        }
        assert_eq!(WatchLine::parse(&[b' '; LINE_BYTES_MAX + 1]), Err(LineError::TooLong));
    }

    #[test]
    fn the_worst_name_still_fits() {
        for worst in ["\u{1}", "é", "\u{10000}", "x"] {
            let reader = capped(&worst.repeat(300));
            assert!(reader.len() <= TEXT_BYTES_MAX && reader.len() > TEXT_BYTES_MAX - 4, "{worst:?}");
            assert!(WatchLine::CardIn { reader, chip: Chip::Answers, found: false }.to_text().is_ok(), "{worst:?}");
        }
    }

    fn any_line() -> impl Strategy<Value = WatchLine> {
        let text = || ".{0,200}".prop_map(|text| capped(&text));
        let chip = prop_oneof![Just(Chip::Answers), Just(Chip::Mute)];
        prop_oneof![
            Just(WatchLine::Started),
            Just(WatchLine::Beat),
            Just(WatchLine::ServiceUp),
            text().prop_map(|code| WatchLine::ServiceStopped { code }),
            text().prop_map(|why| WatchLine::LibraryMissing { why }),
            Just(WatchLine::NotSupported),
            text().prop_map(|reader| WatchLine::ReaderAdded { reader }),
            text().prop_map(|reader| WatchLine::ReaderRemoved { reader }),
            text().prop_map(|reader| WatchLine::ReaderFaulty { reader }),
            text().prop_map(|reader| WatchLine::ReaderWell { reader }),
            (text(), chip, any::<bool>()).prop_map(|(reader, chip, found)| WatchLine::CardIn { reader, chip, found }),
            text().prop_map(|reader| WatchLine::CardOut { reader }),
            (text(), any::<u16>()).prop_map(|(reader, changes)| WatchLine::CardsMissed { reader, changes }),
        ]
    }

    proptest! {
        #[test]
        fn every_line_comes_back_as_it_was(line in any_line()) {
            let text = line.to_text().unwrap();
            prop_assert!(text.ends_with('\n') && text.lines().count() == 1, "{}", text);
            prop_assert_eq!(WatchLine::parse(text.as_bytes()), Ok(line));
        }

        /// A line in which bytes were changed or lost is read as some line, or refused.
        #[test]
        fn a_damaged_line_makes_nothing_panic(
            line in any_line(), place in any::<prop::sample::Index>(), byte: u8, length in any::<prop::sample::Index>(),
        ) {
            let mut text = line.to_text().unwrap().into_bytes();
            let place = place.index(text.len());
            text[place] = byte;
            text.truncate(length.index(text.len()) + 1);
            match WatchLine::parse(&text) {
                Ok(read) => prop_assert_eq!(WatchLine::parse(read.to_text().unwrap().as_bytes()), Ok(read)),
                Err(error) => prop_assert!(matches!(error, LineError::Json(_)), "{}", error),
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..2 * LINE_BYTES_MAX)) {
            let too_long = bytes.len() > LINE_BYTES_MAX;
            prop_assert_eq!(WatchLine::parse(&bytes) == Err(LineError::TooLong), too_long);
        }
    }
}
