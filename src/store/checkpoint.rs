//! The signed state of the journal at each close of a business day.
//!
//! It is printed on the closing slip: paper that a later edit of the disk, by whoever has every key on it, cannot reach.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use rusqlite::{Connection, params};

use super::entry::Written;
use super::journal::sql_seq;
use super::keys::{Hash, TillKey, hex};
use crate::domain::fact::Fact;

/// The name of what is signed.
const CHECKPOINT_ENCODING: &[u8] = b"stopgap checkpoint 1";

/// The state of the journal when a day was closed, signed by the till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The entry that opened the day: its first.
    pub first_seq: u64,
    /// The entry that closed the day: its last.
    pub seq: u64,
    /// The day's date.
    pub date: NaiveDate,
    /// The entry's hash, in hex: it stands for the whole journal up to it.
    pub hash_hex: String,
    /// Ed25519 over till, number, date and hash, in Base64 (88 characters).
    pub signature_base64: String,
}

impl Checkpoint {
    /// A checkpoint as it is printed: the day's first and last entry with the first digits of the last one's hash, to find
    /// it by, and the signature over the whole hash.
    #[must_use]
    pub fn slip_text(&self) -> String {
        let hash = self.hash_hex.get(..16).unwrap_or(&self.hash_hex);
        format!("{}-{} · {hash}\n{}", self.first_seq, self.seq, self.signature_base64)
    }
}

/// What is signed, before it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    pub(super) seq: u64,
    till: u8,
    date: NaiveDate,
    hash: Hash,
}

impl Closing {
    /// The closing that an entry is, if it is one. `date` is the date of the day that was open.
    pub(super) fn of(entry: &Written, fact: &Fact, date: Option<NaiveDate>) -> Option<Self> {
        let Fact::DayClosed { .. } = fact else { return None };
        Some(Self { seq: entry.seq, till: entry.till, date: date?, hash: entry.hash })
    }

    /// The bytes that are signed; all of fixed length, but the date, which is last but one and always ten characters.
    fn message(&self) -> Vec<u8> {
        let date = self.date.to_string();
        [CHECKPOINT_ENCODING, &[self.till], &self.seq.to_be_bytes(), date.as_bytes(), &self.hash].concat()
    }

    pub(super) fn sign(&self, key: &TillKey) -> Signed {
        Signed { closing: self.clone(), signature: key.sign(&self.message()) }
    }
}

/// A signed closing, as its table has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signed {
    closing: Closing,
    signature: Vec<u8>,
}

impl Signed {
    /// With the entry that opened the day, which is not signed: the signed hash stands for all before it.
    pub(super) fn checkpoint(&self, connection: &Connection) -> rusqlite::Result<Checkpoint> {
        let sql = "SELECT seq FROM journal WHERE seq < ?1 AND kind = ?2 ORDER BY seq DESC LIMIT 1";
        let opened = (sql_seq(self.closing.seq), "day_opened");
        let first: i64 = connection.prepare_cached(sql)?.query_row(opened, |row| row.get(0))?;
        Ok(Checkpoint {
            first_seq: u64::try_from(first).unwrap_or(0),
            seq: self.closing.seq,
            date: self.closing.date,
            hash_hex: hex(&self.closing.hash),
            signature_base64: STANDARD.encode(&self.signature),
        })
    }

    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let sql = "INSERT INTO checkpoint (seq, till, date, hash, signature) VALUES (?1, ?2, ?3, ?4, ?5)";
        let Closing { seq, till, date, hash } = &self.closing;
        let date = date.to_string();
        let row = params![sql_seq(*seq), till, date, hash.as_slice(), self.signature];
        connection.prepare_cached(sql)?.execute(row).map(drop)
    }
}

/// All checkpoints, oldest first.
pub(super) fn read_all(connection: &Connection) -> rusqlite::Result<Vec<Signed>> {
    let mut statement =
        connection.prepare_cached("SELECT seq, till, date, hash, signature FROM checkpoint ORDER BY seq")?;
    let read = |row: &rusqlite::Row<'_>| {
        let date: String = row.get(2)?;
        let date = date.parse().map_err(|_| rusqlite::Error::InvalidColumnName(format!("checkpoint date {date}")))?;
        let seq = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
        let closing = Closing { seq, till: row.get(1)?, date, hash: row.get(3)? };
        Ok(Signed { closing, signature: row.get(4)? })
    };
    statement.query_map([], read)?.collect()
}

/// Compares the checkpoints that are kept with the closings in the journal, and checks each signature.
pub(super) fn compare(kept: &[Signed], closings: &[Closing], key: &TillKey) -> Result<(), String> {
    if kept.len() != closings.len() {
        return Err(format!("{} days were closed, {} checkpoints are kept", closings.len(), kept.len()));
    }
    for (signed, closing) in kept.iter().zip(closings) {
        if signed.closing != *closing {
            return Err(format!("the checkpoint of {} (entry {}) is not the journal's", closing.date, closing.seq));
        }
        if !key.verify(&closing.message(), &signed.signature) {
            return Err(format!("the signature of the checkpoint of {} does not hold", closing.date));
        }
    }
    Ok(())
}
