//! The anchor: number and hash of the last entry that somebody was told is saved.
//!
//! It is written over in place after each commit and not flushed, so it costs no wait. A process that dies leaves it
//! right; a power cut may leave it a few seconds behind, never ahead. So it can tell that something acknowledged is
//! missing, and never claims a save that was not made.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use crate::store::entry::Mark;
use crate::store::files;
use crate::store::keys::{JournalKey, hex, unhex};

/// The name of the encoding that is tagged.
const HEAD_ENCODING: &[u8] = b"stopgap head 1";

/// What the anchor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum HeadState {
    /// There is none.
    Missing,
    /// It is not what was written.
    Damaged,
    /// The last acknowledged entry.
    At(Mark),
}

impl HeadState {
    /// Nothing up to this number may be missing.
    pub(in crate::store) fn acknowledged(self) -> u64 {
        match self {
            Self::At(mark) => mark.seq,
            Self::Missing | Self::Damaged => 0,
        }
    }
}

/// Reads the anchor.
pub(in crate::store) fn read(path: &Path, key: &JournalKey) -> io::Result<HeadState> {
    match fs::read(path) {
        Ok(bytes) => Ok(parse(&bytes, key).map_or(HeadState::Damaged, HeadState::At)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(HeadState::Missing),
        Err(error) => Err(error),
    }
}

/// The anchor, open for writing.
#[derive(Debug)]
pub(in crate::store) struct Head(File);

impl Head {
    pub(in crate::store) fn open(path: &Path) -> io::Result<Self> {
        files::private().create(true).truncate(false).open(path).map(Self)
    }

    /// Moves the anchor.
    pub(in crate::store) fn write(&mut self, mark: Mark, key: &JournalKey) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(line(mark, key).as_bytes())
    }

    /// Moves the anchor, cuts off whatever else the file held, and flushes it.
    pub(in crate::store) fn write_flushed(&mut self, mark: Mark, key: &JournalKey) -> io::Result<()> {
        self.0.set_len(0)?;
        self.write(mark, key)?;
        self.0.sync_all()
    }

    pub(in crate::store) fn flush(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

/// Always of the same length, so that it is written over in place.
fn line(mark: Mark, key: &JournalKey) -> String {
    let said = format!("{:020} {}", mark.seq, hex(&mark.hash));
    format!("{} {said}\n", hex(&key.tag(&[HEAD_ENCODING, said.as_bytes()])))
}

fn parse(bytes: &[u8], key: &JournalKey) -> Option<Mark> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    let (tag, said) = text.split_once(' ')?;
    if key.tag(&[HEAD_ENCODING, said.as_bytes()]) != unhex(tag.as_bytes())? {
        return None;
    }
    let (seq, hash) = said.split_once(' ')?;
    Some(Mark { seq: seq.parse().ok()?, hash: unhex(hash.as_bytes())? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_anchor_is_written_over_in_place_and_a_flipped_one_is_noticed() {
        let key = JournalKey::for_test(1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("head");
        assert_eq!(read(&path, &key).unwrap(), HeadState::Missing);
        let mut head = Head::open(&path).unwrap();
        for seq in [9, 10, 12_345] {
            let mark = Mark { seq, hash: [7; 32] };
            head.write(mark, &key).unwrap();
            assert_eq!(read(&path, &key).unwrap(), HeadState::At(mark));
        }
        let mut bytes = fs::read(&path).unwrap();
        bytes[70] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(read(&path, &key).unwrap(), HeadState::Damaged);
    }
}
