//! The second copy of the journal: a file that only grows, flushed before the database commits.
//!
//! SQLite alone does not notice every loss: a damaged or missing write-ahead log makes it take an older state for the
//! whole truth. The mirror holds each entry once more, and [`head`] the number and hash of the last acknowledged one.
//!
//! The file is filled with zeros ahead of its end. So a flush has no file size to write (as fast as the disk can be),
//! and a full disk is noticed before a save begins, with room left for the record that takes a save back.

pub(super) mod head;
pub(super) mod record;
pub(super) mod survey;

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use self::record::{AbortReason, Record};
use super::faults::{SavePoint, Struck, Trials};
use super::files;
use super::keys::JournalKey;

/// How far ahead the file is filled with zeros, in bytes: some hundred saves.
const FILL_STEP: u64 = 1 << 20;

/// What is always left of it for the record that takes a save back, in bytes.
const RESERVE: u64 = 4096;

/// What went wrong with an append.
#[derive(Debug)]
pub(super) enum AppendError {
    /// Not written; the file is as it was.
    Refused(io::Error),
    /// It may or may not be on the disk. A flush that failed is never tried again: the system may have dropped the
    /// pages and would call the next one a success.
    Uncertain(io::Error),
    /// A test stopped the process here.
    Crash,
}

impl AppendError {
    fn refused(struck: Struck) -> Self {
        match struck {
            Struck::Error(error) => Self::Refused(error),
            Struck::Crash => Self::Crash,
        }
    }

    fn uncertain(struck: Struck) -> Self {
        match struck {
            Struck::Error(error) => Self::Uncertain(error),
            Struck::Crash => Self::Crash,
        }
    }
}

/// The mirror, open for appending.
#[derive(Debug)]
pub(super) struct Mirror {
    file: File,
    /// Where the next line goes.
    end: u64,
    /// How long the file is, zeros included.
    filled: u64,
}

impl Mirror {
    /// A new mirror that begins with a [`Record::Start`]; flushed.
    pub(super) fn create(path: &Path, start: &Record, key: &JournalKey) -> io::Result<Self> {
        let file = files::private().create(true).truncate(true).open(path)?;
        let mut mirror = Self { file, end: 0, filled: 0 };
        mirror.write_unflushed(start, key)?;
        mirror.file.sync_all()?;
        Ok(mirror)
    }

    /// The mirror that is there, whose last line ends at `end`.
    pub(super) fn open(path: &Path, end: u64) -> io::Result<Self> {
        let file = files::private().open(path)?;
        let filled = file.metadata()?.len();
        Ok(Self { file, end, filled })
    }

    /// Appends the entries of a save and flushes them.
    pub(super) fn append(&mut self, frame: &Record, key: &JournalKey, trials: &mut Trials) -> Result<(), AppendError> {
        let line = frame.line(key);
        self.make_room(line.len()).map_err(AppendError::Refused)?;
        if let Err(struck) = trials.check(SavePoint::MirrorAppend) {
            if let Struck::Crash = struck {
                // What a crash in the middle of the append leaves behind.
                self.write_at_end(&line[..line.len() / 2]).map_err(AppendError::Refused)?;
            }
            return Err(AppendError::refused(struck));
        }
        if let Err(error) = self.write_at_end(&line) {
            // Zeros over the part that was written; when that fails too, nobody knows what is there.
            let zeros = vec![0_u8; line.len()];
            return Err(match self.write_at_end(&zeros) {
                Ok(()) => AppendError::Refused(error),
                Err(_) => AppendError::Uncertain(error),
            });
        }
        self.end += length(&line);
        trials.check(SavePoint::MirrorSync).map_err(AppendError::uncertain)?;
        self.file.sync_data().map_err(AppendError::Uncertain)
    }

    /// Makes the frame that was appended last void, flushed.
    pub(super) fn abort(&mut self, first_seq: u64, why: AbortReason, key: &JournalKey) -> io::Result<()> {
        let line = Record::Abort { first_seq, why }.line(key);
        if self.end + length(&line) > self.filled {
            self.make_room(line.len())?;
        }
        self.write_at_end(&line)?;
        self.end += length(&line);
        self.file.sync_data()
    }

    /// Appends without a flush: for a rewrite, which is flushed as a whole by [`Self::flush`].
    pub(super) fn write_unflushed(&mut self, record: &Record, key: &JournalKey) -> io::Result<()> {
        let line = record.line(key);
        self.make_room(line.len())?;
        self.write_at_end(&line)?;
        self.end += length(&line);
        Ok(())
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Fills the file with zeros until `wanted` bytes and the reserve fit, and flushes its new size.
    fn make_room(&mut self, wanted: usize) -> io::Result<()> {
        let needed = self.end + u64::try_from(wanted).unwrap_or(u64::MAX / 2) + RESERVE;
        if needed <= self.filled {
            return Ok(());
        }
        self.file.seek(SeekFrom::Start(self.filled))?;
        io::copy(&mut io::Read::take(io::repeat(0), needed.next_multiple_of(FILL_STEP) - self.filled), &mut self.file)?;
        self.file.sync_all()?;
        self.filled = needed.next_multiple_of(FILL_STEP);
        Ok(())
    }

    fn write_at_end(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(bytes)
    }
}

fn length(line: &[u8]) -> u64 {
    // A line is in memory, so its length fits.
    u64::try_from(line.len()).unwrap_or(u64::MAX)
}
