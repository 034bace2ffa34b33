//! Files: statements that come in, receipts and reports that go out.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use chrono::{DateTime, FixedOffset};
use ring::digest;

use crate::app::event::{Event, StatementContent, StatementFile, StatementRefusal};
use crate::domain::ids::IdSource;
use crate::outside::unpack::{Content, unpack};
use crate::statement::{self, Reading, StatementError};

/// How many files of the inbox are shown.
pub const STATEMENTS_SHOWN_MAX: usize = 50;

/// Reads a short text file, such as a certificate, and refuses a long one.
///
/// # Errors
///
/// The file cannot be read, is not UTF-8, or has more than `bytes_max` bytes.
pub fn read_short(path: &Path, bytes_max: u64) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(bytes_max + 1).read_to_string(&mut text)?;
    if text.len() as u64 > bytes_max {
        return Err(io::Error::other(format!("it has more than {bytes_max} bytes")));
    }
    Ok(text)
}

/// The folders of a till.
#[derive(Clone, Debug)]
pub struct Files {
    /// Statements are looked for here.
    pub inbox: PathBuf,
    /// Receipts are written here.
    pub receipts: PathBuf,
    /// Reports are written here.
    pub reports: PathBuf,
}

impl Files {
    /// The files of the inbox, newest first; none when the folder is not there.
    #[must_use]
    pub fn statements(&self) -> Vec<StatementFile> {
        let Ok(entries) = fs::read_dir(&self.inbox) else { return Vec::new() };
        let mut found: Vec<StatementFile> = entries.flatten().filter_map(|entry| statement_file(&entry)).collect();
        found.sort_by(|one, other| other.changed.cmp(&one.changed).then_with(|| one.name.cmp(&other.name)));
        found.truncate(STATEMENTS_SHOWN_MAX);
        found
    }

    /// Reads a statement file, whole or not at all.
    #[must_use]
    pub fn read_statement(&self, path: String, at: DateTime<FixedOffset>) -> Event {
        let result = read(Path::new(&path), at);
        Event::StatementRead { file: path, result }
    }

    /// Writes the files of a report.
    ///
    /// # Errors
    ///
    /// The folder or a file cannot be written; says which and why.
    pub fn write_report(&self, files: &[(String, String)]) -> Result<Vec<String>, String> {
        files.iter().map(|(name, content)| write(&self.reports, name, content)).collect()
    }

    /// Writes a support pack beside the reports.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written; says which and why.
    pub fn write_pack(&self, name: &str, pack: &[u8]) -> Result<String, String> {
        write(&self.reports, name, pack)
    }

    /// Writes a receipt.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written; says which and why.
    pub fn print(&self, name: &str, text: &str) -> Result<(), String> {
        write(&self.receipts, name, text).map(|_| ())
    }
}

fn statement_file(entry: &fs::DirEntry) -> Option<StatementFile> {
    let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
    let seconds = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let changed = DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)?.fixed_offset();
    let path = entry.path();
    Some(StatementFile { path: path.to_str()?.to_owned(), name: entry.file_name().to_str()?.to_owned(), changed })
}

fn read(path: &Path, at: DateTime<FixedOffset>) -> Result<StatementContent, StatementRefusal> {
    let not_found = |error: io::Error| StatementRefusal::NotFound(error.to_string());
    let length = fs::metadata(path).map_err(not_found)?.len();
    // A file that is too large is not even read; the reader of statements has the limit.
    let limit = statement::FILE_BYTES_MAX;
    if length > limit as u64 {
        let why = format!("the file has {length} bytes, the most is {limit}");
        return Err(StatementRefusal::Bad(why));
    }
    let bytes = fs::read(path).map_err(not_found)?;
    let digest = digest::digest(&digest::SHA256, &bytes);
    let sha256 = crate::iso8583::encode_hex(digest.as_ref());
    // The ids of the lines come from the file itself, so that the same file always gives the same lines.
    let entropy = digest.as_ref().iter().take(8).fold(0_u64, |seed, byte| seed << 8 | u64::from(*byte));
    let mut ids = IdSource::new(u64::try_from(at.timestamp_millis()).unwrap_or(0), entropy);
    let bad = |why: &dyn std::fmt::Display| StatementRefusal::Bad(why.to_string());
    let reading = Reading::default();
    let read = match unpack(bytes, limit).map_err(|error| bad(&error))? {
        Content::Plain(bytes) => reading.read(&bytes, &mut ids).map_err(|error| (String::new(), error)),
        Content::Archive(files) => reading.read_all(&files, &mut ids),
    };
    match read {
        Ok(read) => Ok(StatementContent { sha256, lines: read.lines }),
        Err((_, StatementError::UnknownFormat(found))) => Err(StatementRefusal::UnknownFormat(found)),
        Err((name, error)) if name.is_empty() => Err(bad(&error)),
        Err((name, error)) => Err(bad(&format!("{name}: {error}"))),
    }
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> Result<String, String> {
    let path = folder.join(name);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, content));
    written.map(|()| path.display().to_string()).map_err(|error| format!("{}: {error}", path.display()))
}
