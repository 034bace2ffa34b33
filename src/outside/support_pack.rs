//! The support pack: what the supplier's support asks for, as one zip archive, made of nothing that is secret.
//!
//! Nothing is blacked out here; everything is picked by name. Of the settings only how things are connected, of the
//! journal only the kinds of entries that speak of reader, line, host and case, and of a payment on the reader its
//! outcome without the card's digits. So a setting or a fact that is added later is not in the pack until somebody puts
//! it there.

use std::io::{Cursor, Write};

use chrono::{DateTime, FixedOffset};
use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

use crate::domain::fact::Fact;
use crate::domain::ledger::Ledger;
use crate::domain::reader::ReaderOutcome;
use crate::domain::service::record;
use crate::repair::Letter;
use crate::screens::support::SupportPage;
use crate::seal::{AcquirerKey, ParcelError, seal_archive};
use crate::settings::{HostEncryption, ReaderSettings, Settings};
use crate::store::{ENTRIES_MAX, Entry, ReadError, Reader, VerifyReport};
use crate::ui_bind::headless::draw;

/// How many of the last entries of the journal are looked at.
pub const JOURNAL_TAIL: u32 = ENTRIES_MAX;

const READ_ME: &str = "Support pack of Stopgap.\n\
    \n\
    about.json      version, system, till, reader\n\
    settings.json   how reader, line and host are connected; no keys, passwords, PINs, accounts or people\n\
    cases.json      the cases of the reader with their history\n\
    misreads.json   failed reads of the last days: brand and way, no numbers\n\
    records.json    how often the reader failed and how long repairs took\n\
    journal.jsonl   what happened to reader, line, host and cases; no card digits\n\
    verify.json     whether the ledger is whole\n\
    pages/*.png     what the till showed, without amounts and names: reader and line, the case, upkeep; not in a pack\n\
    \x20               that a script made\n\
    \n\
    It holds no card number, no last four digits, no security code, no PIN and no sealed card.\n";

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The ledger cannot be read.
    #[error("the ledger cannot be read: {0}")]
    Ledger(#[from] ReadError),
    /// The archive cannot be made.
    #[error("the archive cannot be made: {0}")]
    Archive(String),
    /// It cannot be encrypted to the supplier's key.
    #[error("the pack cannot be encrypted to service.pack_key: {0}")]
    Sealed(#[from] ParcelError),
    /// The draft of the mail cannot be made.
    #[error("the draft of the mail cannot be made: {0}")]
    Draft(#[from] std::io::Error),
}

/// The file that a pack is, as it leaves the shop.
#[derive(Debug)]
pub struct Parcel {
    /// Its name.
    pub name: String,
    /// Its media type: that of a zip archive, or of a compact JWE (RFC 7515, 9.2.1).
    kind: &'static str,
    /// Its content.
    pub content: Vec<u8>,
}

impl Parcel {
    /// The archive under the name of its moment; as a JWE where the supplier has given a key.
    ///
    /// # Errors
    ///
    /// It cannot be encrypted to the key.
    pub fn of(
        archive: Vec<u8>,
        key: Option<&AcquirerKey>,
        made_at: DateTime<FixedOffset>,
    ) -> Result<Self, ParcelError> {
        let name = format!("support-{}.zip", made_at.format("%Y%m%dT%H%M%S"));
        match key {
            None => Ok(Self { name, kind: "application/zip", content: archive }),
            Some(key) => {
                let sealed = seal_archive(archive, key, made_at.timestamp(), &SystemRandom::new())?;
                Ok(Self { name: format!("{name}.jwe"), kind: "application/jose", content: sealed.into_bytes() })
            }
        }
    }

    /// A draft of a mail with the pack (RFC 5322, MIME). `X-Unsent` makes mail programs open it for writing; nothing is
    /// sent by this program.
    ///
    /// # Errors
    ///
    /// The text cannot be written.
    fn draft(&self, letter: &Letter, made_at: DateTime<FixedOffset>) -> Result<Vec<u8>, std::io::Error> {
        let mut message = MessageBuilder::new()
            .header("X-Unsent", Raw::new("1"))
            .date(made_at.timestamp())
            .subject(letter.subject.as_str())
            .text_body(letter.text.as_str())
            .attachment(self.kind, self.name.as_str(), self.content.as_slice());
        if let Some(to) = &letter.to {
            message = message.to(to.as_str());
        }
        message.write_to_vec()
    }
}

/// The pack and the draft of a mail with it, as files by their names.
///
/// # Errors
///
/// The ledger cannot be read, or a file not be made.
pub fn papers(
    reader: &Reader,
    settings: &Settings,
    verified: &VerifyReport,
    made_at: DateTime<FixedOffset>,
    pages: Vec<SupportPage>,
    letter: &Letter,
) -> Result<Vec<(String, Vec<u8>)>, PackError> {
    let archive = archive(reader, Some(settings), verified, made_at, &pictures(pages))?;
    let parcel = Parcel::of(archive, settings.service.pack.key.as_ref(), made_at)?;
    let draft = parcel.draft(letter, made_at)?;
    let name = format!("support-{}.eml", made_at.format("%Y%m%dT%H%M%S"));
    Ok(vec![(parcel.name, parcel.content), (name, draft)])
}

/// The pages as pictures by their names. A pack without pictures is better than none, so why they are missing takes
/// their place.
fn pictures(pages: Vec<SupportPage>) -> Vec<(String, Vec<u8>)> {
    let (names, views): (Vec<_>, Vec<_>) = pages.into_iter().map(|page| (page.name, page.view)).unzip();
    match draw(views) {
        Ok(drawn) => names.into_iter().map(|name| format!("pages/{name}.png")).zip(drawn).collect(),
        Err(why) => vec![("pages/not-drawn.txt".to_owned(), why.into_bytes())],
    }
}

/// Makes the archive out of the ledger and pictures by their names; `settings` are left out where a script names none.
///
/// # Errors
///
/// The ledger cannot be read, or the archive not be made.
pub fn archive(
    reader: &Reader,
    settings: Option<&Settings>,
    verified: &VerifyReport,
    made_at: DateTime<FixedOffset>,
    pictures: &[(String, Vec<u8>)],
) -> Result<Vec<u8>, PackError> {
    let ledger = reader.ledger()?;
    let from = verified.last_seq.saturating_sub(u64::from(JOURNAL_TAIL)) + 1;
    let journal: Vec<String> = reader.entries(from, JOURNAL_TAIL)?.iter().filter_map(entry).collect();
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let misreads: Vec<_> = ledger.misreads.values().collect();
    let files = [
        ("README.txt", READ_ME.to_owned()),
        ("about.json", pretty(&about(settings, made_at))),
        ("settings.json", pretty(&settings.map_or(Value::Null, connection))),
        ("cases.json", pretty(&nameless(json!(ledger.cases.values().collect::<Vec<_>>())))),
        ("misreads.json", pretty(&json!(misreads))),
        ("records.json", pretty(&records(&ledger, made_at))),
        ("journal.jsonl", journal.join("\n")),
        ("verify.json", pretty(&verify(verified))),
    ];
    let texts = files.iter().map(|(name, text)| (*name, text.as_bytes()));
    let pictures = pictures.iter().map(|(name, content)| (name.as_str(), content.as_slice()));
    zip(texts.chain(pictures)).map_err(|error| PackError::Archive(error.to_string()))
}

fn zip<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(name, SimpleFileOptions::default())?;
        archive.write_all(content)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn about(settings: Option<&Settings>, made_at: DateTime<FixedOffset>) -> Value {
    json!({
        "program": "stopgap",
        "version": env!("CARGO_PKG_VERSION"),
        "system": std::env::consts::OS,
        "machine": std::env::consts::ARCH,
        "made_at": made_at,
        "till": settings.map(|settings| settings.till),
        "reader": settings.map(|settings| settings.reader.device_name()),
    })
}

/// How things are connected, and nothing else of the settings.
fn connection(settings: &Settings) -> Value {
    let (kind, encrypted) = match &settings.reader {
        ReaderSettings::Nexo { root, encryption, .. } => ("nexo", Some(root.is_some() && encryption.is_some())),
        ReaderSettings::Zvt { .. } => ("zvt", Some(false)),
        ReaderSettings::Pcsc { .. } => ("pcsc", None),
        ReaderSettings::Standalone { .. } => ("standalone", None),
    };
    let host = settings.host.as_ref().map(|host| {
        let encryption = match host.encryption {
            HostEncryption::Tls { .. } => "tls",
            HostEncryption::Tunnel => "tunnel",
        };
        json!({ "address": host.address, "terminal": host.terminal.id(), "encryption": encryption })
    });
    json!({
        "currency": settings.currency.to_string(),
        "reader": { "kind": kind, "address": settings.reader.address(), "encrypted": encrypted },
        "line_anchors": settings.line_anchors,
        "host": host,
        "guides": settings.service.guides.len(),
    })
}

fn records(ledger: &Ledger, now: DateTime<FixedOffset>) -> Value {
    let of = |records: std::collections::BTreeMap<String, record::Record>| -> Value {
        let one = |(name, record): (String, record::Record)| {
            let (broken, promises) = record.broken_promises;
            let means = json!({
                "failures": record.failures,
                "mean_minutes_to_repair": record.mean_to_repair().map(|time| time.num_minutes()),
                "mean_minutes_between_failures": record.mean_between().map(|time| time.num_minutes()),
                "promises": promises,
                "broken_promises": broken,
            });
            (name, means)
        };
        Value::Object(records.into_iter().map(one).collect())
    };
    let cases = || ledger.cases.values();
    json!({ "readers": of(record::by_reader(cases(), now)), "providers": of(record::by_provider(cases(), now)) })
}

fn verify(report: &VerifyReport) -> Value {
    let problems: Vec<String> = report
        .checks
        .iter()
        .filter_map(|check| Some(format!("{:?}: {}", check.what, check.problem.as_ref()?)))
        .collect();
    json!({ "holds": report.holds(), "entries": report.entries, "problems": problems })
}

/// The same without people: no names of technicians and visitors, and of the shop's people only that a person did it. The
/// short name of a person is what the shop made of it, and often is a name; the supplier needs neither (GDPR, article
/// 5(1)(c): no more than what is necessary).
fn nameless(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(key, _)| key != "technician" && key != "visitor");
            let plain = |(key, field): (String, Value)| match (key.as_str(), &field) {
                ("by", Value::String(_)) => (key, Value::String("person".to_owned())),
                _ => (key, nameless(field)),
            };
            Value::Object(kept.map(plain).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(nameless).collect()),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

/// One line of the journal, where its kind is one that support needs.
fn entry(entry: &Entry) -> Option<String> {
    let fact = match &entry.fact {
        Fact::ReaderAnswered { payment, outcome: ReaderOutcome::Approved { brand, entry, .. } } => {
            json!({ "fact": "reader_answered", "payment": payment, "approved": true, "brand": brand, "entry": entry })
        }
        Fact::OutageBegan { .. }
        | Fact::OutageChanged { .. }
        | Fact::OutageEnded { .. }
        | Fact::ServiceCase { .. }
        | Fact::ReaderUnanswered { .. }
        | Fact::ReaderAnswered { .. }
        | Fact::ReaderReversing { .. }
        | Fact::ReaderReversed { .. }
        | Fact::ReaderKept { .. } => nameless(serde_json::to_value(&entry.fact).ok()?),
        // Everything else is the shop's own business, and a kind that is added later is not sent to anybody by itself.
        _ => return None,
    };
    serde_json::to_string(&json!({ "seq": entry.seq, "at": entry.at, "fact": fact })).ok()
}
