//! Files: statements that come in, receipts and reports that go out.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use chrono::{DateTime, FixedOffset};
use ring::digest;

use crate::app::effect::StatementAsk;
use crate::app::event::{FileFault, StatementContent, StatementFile, StatementRefusal};
use crate::domain::ids::IdSource;
use crate::domain::money::Currency;
use crate::domain::reconcile::StatementNotes;
use crate::outside::unpack::{Content, UnpackError, unpack};
use crate::statement::{self, Draft, FaultKind, Mapping, Progress, Reading, Said, Statement, StatementError};

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
    /// How CSV files are read, one mapping for each header, as a person said once.
    pub mappings: PathBuf,
    /// The shop's currency, for files that name none.
    pub currency: Currency,
    /// How far the statement is that is being read.
    pub reading: Arc<Mutex<Progress>>,
}

impl Files {
    /// The folders of a till below its data folder.
    #[must_use]
    pub fn under(data: &Path, currency: Currency) -> Self {
        Self {
            inbox: data.join("inbox"),
            receipts: data.join("receipts"),
            reports: data.join("reports"),
            mappings: data.join("mappings"),
            currency,
            reading: Arc::default(),
        }
    }

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
    ///
    /// # Errors
    ///
    /// Says why it is refused; nothing of it is taken then.
    pub fn read_statement(
        &self,
        ask: &StatementAsk,
        at: DateTime<FixedOffset>,
    ) -> Result<StatementContent, StatementRefusal> {
        // A file that was given up before does not stop this one.
        let progress = Progress::default();
        *self.reading.lock().unwrap_or_else(PoisonError::into_inner) = progress.clone();
        self.read(ask, &progress, at)
    }

    /// How far the statement is that is being read.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes the files of a report.
    ///
    /// # Errors
    ///
    /// The folder or a file cannot be written; says which and why.
    pub fn write_report(&self, files: &[(String, String)]) -> Result<Vec<String>, String> {
        files.iter().map(|(name, content)| write(&self.reports, name, content)).collect()
    }

    /// Writes a support pack and what goes with it: beside the reports, or into a folder that has to be there already. A
    /// stick that is not plugged in is said, and no folder of its name is made in its place.
    ///
    /// # Errors
    ///
    /// The folder is not there, or it or a file cannot be written; says which and why.
    pub fn write_pack(&self, folder: Option<&Path>, papers: &[(String, Vec<u8>)]) -> Result<Vec<String>, String> {
        if let Some(missing) = folder.filter(|folder| !folder.is_dir()) {
            return Err(format!("{}: the folder is not there; is the stick plugged in?", missing.display()));
        }
        let folder = folder.unwrap_or(&self.reports);
        papers.iter().map(|(name, content)| write(folder, name, content)).collect()
    }

    /// Writes a receipt.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written; says which and why.
    pub fn print(&self, name: &str, text: &str) -> Result<(), String> {
        write(&self.receipts, name, text).map(|_| ())
    }

    fn read(
        &self,
        ask: &StatementAsk,
        progress: &Progress,
        at: DateTime<FixedOffset>,
    ) -> Result<StatementContent, StatementRefusal> {
        let bytes = whole(Path::new(&ask.path))?;
        let digest = digest::digest(&digest::SHA256, &bytes);
        let sha256 = crate::iso8583::encode_hex(digest.as_ref());
        // The ids of the lines come from the file itself, so that the same file always gives the same lines.
        let entropy = digest.as_ref().iter().take(8).fold(0_u64, |seed, byte| seed << 8 | u64::from(*byte));
        let mut ids = IdSource::new(u64::try_from(at.timestamp_millis()).unwrap_or(0), entropy);
        let unpacked = unpack(bytes, statement::FILE_BYTES_MAX);
        let content_of = unpacked.map_err(|error| bad(Said::of(of_archive(&error))))?;
        if let (true, Content::Plain(bytes)) = (ask.ask_again, &content_of)
            && let Some(draft) = self.draft_again(bytes)
        {
            return Err(StatementRefusal::NeedsMapping(Box::new(draft)));
        }
        let (despite_totals, currency) = (ask.despite_totals, Some(self.currency));
        let reading = Reading { despite_totals, currency, progress: Some(progress), ..Reading::default() };
        let (plain, read) = match content_of {
            Content::Archive(files) => (None, reading.read_all(&files, &mut ids)),
            Content::Plain(bytes) => {
                let read = match &ask.mapping {
                    Some(mapping) => Reading { mapping: Some(mapping), ..reading }.read(&bytes, &mut ids),
                    None => reading.read(&bytes, &mut ids),
                };
                (Some(bytes), read.map_err(|error| (String::new(), error)))
            }
        };
        match (read, plain) {
            (Err((_, StatementError::UnknownFormat(found))), Some(bytes)) => {
                self.read_as_before(&bytes, reading, &mut ids, found).map(|read| content(sha256, read, true))
            }
            (Ok(read), plain) => {
                if let (Some(mapping), Some(bytes)) = (&ask.mapping, plain) {
                    self.remember(&bytes, mapping);
                }
                Ok(content(sha256, read, ask.mapping.is_some()))
            }
            (Err((name, error)), _) => Err(refusal(name, &error, ask.mapping.is_some())),
        }
    }

    /// A CSV file that says nothing of itself: read as a person said for the first one with this header.
    fn read_as_before(
        &self,
        bytes: &[u8],
        reading: Reading<'_>,
        ids: &mut IdSource,
        found: String,
    ) -> Result<Statement, StatementRefusal> {
        let kept = Draft::columns_of(bytes).and_then(|columns| self.kept_mapping(&columns));
        let Some(mapping) = kept else {
            return Err(match Draft::of(bytes, self.currency) {
                Some(draft) => StatementRefusal::NeedsMapping(Box::new(draft)),
                None => StatementRefusal::UnknownFormat(found),
            });
        };
        let read = Reading { mapping: Some(&mapping), ..reading }.read(bytes, ids);
        read.map_err(|error| refusal(String::new(), &error, true))
    }

    /// What can be corrected about a file: what a person has said of files with its header, or else what is proposed.
    fn draft_again(&self, bytes: &[u8]) -> Option<Draft> {
        let columns = Draft::columns_of(bytes)?;
        match (Draft::of(bytes, self.currency), self.kept_mapping(&columns)) {
            (Some(draft), Some(mapping)) => Some(draft.remembered(mapping)),
            (Some(draft), None) => Some(draft),
            (None, Some(mapping)) => Some(Draft::kept(bytes, columns, mapping)),
            (None, None) => None,
        }
    }

    /// What a person has said of files with this header.
    fn kept_mapping(&self, columns: &[String]) -> Option<Mapping> {
        let text = read_short(&self.mapping_file(columns), statement::MAPPING_BYTES_MAX as u64).ok()?;
        Mapping::parse(&text).ok()
    }

    /// Files with this header are asked about again.
    pub fn forget_mapping(&self, draft: &Draft) {
        match fs::remove_file(self.mapping_file(draft.columns())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "the mapping of a statement was not forgotten");
            }
            Ok(()) | Err(_) => {}
        }
    }

    /// One file for each header.
    fn mapping_file(&self, columns: &[String]) -> PathBuf {
        let header = columns.join("\u{1f}");
        let digest = digest::digest(&digest::SHA256, header.as_bytes());
        let name = crate::iso8583::encode_hex(&digest.as_ref()[..8]);
        self.mappings.join(format!("{name}.toml"))
    }

    /// Keeps a mapping that read a file. A disk that refuses only means that a person is asked once more.
    fn remember(&self, bytes: &[u8], mapping: &Mapping) {
        let Some(draft) = Draft::of(bytes, self.currency) else { return };
        let file = self.mapping_file(draft.columns());
        let written = fs::create_dir_all(&self.mappings).and_then(|()| fs::write(&file, mapping.to_toml()));
        if let Err(error) = written {
            tracing::warn!(%error, "the mapping of a statement was not kept");
        }
    }
}

/// The bytes of a file, unless it is too large; such a one is not even read.
fn whole(path: &Path) -> Result<Vec<u8>, StatementRefusal> {
    let not_found = |error: io::Error| StatementRefusal::NotFound(error.to_string());
    let length = fs::metadata(path).map_err(not_found)?.len();
    let limit = statement::FILE_BYTES_MAX;
    if length > limit as u64 {
        return Err(bad(
            StatementError::TooLarge { bytes: usize::try_from(length).unwrap_or(usize::MAX), limit }.said()
        ));
    }
    fs::read(path).map_err(not_found)
}

/// Why a file, or one in an archive, is not taken.
fn refusal(file: String, error: &StatementError, is_mapped: bool) -> StatementRefusal {
    if let StatementError::UnknownFormat(found) = error {
        return StatementRefusal::UnknownFormat(found.clone());
    }
    let fault = Box::new(FileFault { file, said: error.said(), is_mapped });
    let is_of_totals = matches!(error, StatementError::Bad { fault, .. } if fault.is_of_totals());
    if is_of_totals { StatementRefusal::Totals(fault) } else { StatementRefusal::Bad(fault) }
}

fn bad(said: Said) -> StatementRefusal {
    StatementRefusal::Bad(Box::new(FileFault { file: String::new(), said, is_mapped: false }))
}

fn of_archive(error: &UnpackError) -> FaultKind {
    match error {
        UnpackError::TooLarge(_) | UnpackError::TooMany(_) => FaultKind::TooLong,
        UnpackError::Broken(_) | UnpackError::Nested(_) | UnpackError::Empty => FaultKind::Archive,
        UnpackError::Workbook => FaultKind::Workbook,
    }
}

fn statement_file(entry: &fs::DirEntry) -> Option<StatementFile> {
    let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
    let seconds = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let changed = DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)?.fixed_offset();
    let path = entry.path();
    Some(StatementFile { path: path.to_str()?.to_owned(), name: entry.file_name().to_str()?.to_owned(), changed })
}

/// What a file says, before it is held against what the till knows.
fn content(sha256: String, read: Statement, is_mapped: bool) -> StatementContent {
    let fee = |fee: &statement::Fee| Some((read.lines.get(fee.line)?.id, fee.fee));
    let notes = StatementNotes {
        overruled: read.overruled.iter().map(ToString::to_string).collect(),
        fees: read.fees.iter().filter_map(fee).collect(),
        earlier: Vec::new(),
    };
    StatementContent {
        sha256,
        lines: read.lines.into(),
        known: 0,
        notes,
        matches: Vec::new(),
        unknown: Vec::new(),
        twice: Vec::new(),
        settled: Vec::new(),
        is_mapped,
    }
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> Result<String, String> {
    let path = folder.join(name);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, content));
    written.map(|()| path.display().to_string()).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
