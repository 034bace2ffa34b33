//! The lines of the mirror: what each can say, and how it is known to be ours and whole.
//!
//! A line is `TAG JSON\n`: the HMAC of the JSON by the journal's key in 64 hex digits, a space, one JSON object. JSON
//! has no raw line break, so a line that was cut off, flipped or forged is noticed, and the next one starts afresh.

use serde::{Deserialize, Serialize};

use crate::store::entry::Written;
use crate::store::keys::{JournalKey, hex, unhex};

/// The name of the encoding that is tagged.
const LINE_ENCODING: &[u8] = b"stopgap mirror line 1";

/// The hex digits of a tag and the space after it.
const TAG_LENGTH: usize = 65;

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::store) enum Record {
    /// The first line.
    Start {
        /// Numbers up to this one were given before, here or in a mirror that is lost: they are never given again.
        used_up_to: u64,
    },
    /// The entries of one save, flushed before they are committed.
    Frame { entries: Vec<Written> },
    /// The frame right before is void for ever.
    Abort {
        /// Its first entry.
        first_seq: u64,
        /// Why.
        why: AbortReason,
    },
}

/// Why a frame is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::store) enum AbortReason {
    /// The database did not take it, and the screen said so.
    Refused,
    /// It was found at a start, and nobody can have been told that it was saved: the manager looks at it.
    Unconfirmed,
}

impl Record {
    /// The line, with its line break.
    pub(in crate::store) fn line(&self, key: &JournalKey) -> Vec<u8> {
        // No map and no failing writer: serialising these types cannot fail.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let mut line = Vec::with_capacity(json.len() + TAG_LENGTH + 1);
        line.extend_from_slice(hex(&key.tag(&[LINE_ENCODING, &json])).as_bytes());
        line.push(b' ');
        line.extend_from_slice(&json);
        line.push(b'\n');
        line
    }

    /// Reads a line back, with or without its line break; `None` when it is not exactly what was written.
    pub(in crate::store) fn read(line: &[u8], key: &JournalKey) -> Option<Self> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let (tag, json) = line.split_at_checked(TAG_LENGTH)?;
        let tag = unhex(tag.strip_suffix(b" ")?)?;
        if key.tag(&[LINE_ENCODING, json]) != tag {
            return None;
        }
        serde_json::from_slice(json).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_back_and_no_changed_byte_does() {
        let key = JournalKey::for_test(1);
        let record = Record::Abort { first_seq: 41, why: AbortReason::Refused };
        let line = record.line(&key);
        assert_eq!(Record::read(&line, &key), Some(record));
        assert_eq!(Record::read(&line, &JournalKey::for_test(2)), None);
        for place in 0..line.len() - 1 {
            let mut flipped = line.clone();
            flipped[place] ^= 1;
            assert_eq!(Record::read(&flipped, &key), None, "byte {place}");
            assert_eq!(Record::read(&line[..place], &key), None, "cut at {place}");
        }
    }
}
