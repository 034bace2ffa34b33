//! One save: sealed cards, then the mirror, then the database; and what is done when a step fails.
//!
//! ```text
//! fold in memory ─► sealed files, flushed ─► frame in the mirror, flushed ─► transaction, COMMIT ─► anchor ─► “saved”
//!       │                   │                          │                          │
//!       └── refused ◄───────┴──────────────────────────┘      abort record in the mirror, flushed ─► refused
//! ```
//!
//! A flush that fails is never tried again and called a success: the store halts. So does it when the record that takes
//! a refused save back cannot be written, for then the save could come back at the next start.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};
use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior, ffi};

use super::checkpoint::{Checkpoint, Closing, Signed};
use super::entry::{GENESIS, Mark, Written};
use super::error::SaveError;
use super::faults::{SavePoint, Struck, Trials};
use super::keys::sha256_hex;
use super::mirror::AppendError;
use super::mirror::record::{AbortReason, Record};
use super::rows::{self, Change};
use super::sealed::{self, WriteError};
use super::{Saved, Store, card, checkpoint, files, fold, journal, sale};
use crate::domain::fact::Fact;
use crate::domain::ids::{PaymentId, SaveId};
use crate::domain::limits::CardSpend;

/// Who saves what, when: the arguments of [`Store::save`].
pub(super) struct Order<'a> {
    pub(super) at: DateTime<FixedOffset>,
    pub(super) actor: &'a str,
    pub(super) save: SaveId,
    pub(super) facts: &'a [Fact],
    pub(super) sealed: &'a [(PaymentId, String)],
    /// What the window of the per-card limit counts of it.
    pub(super) spent: Option<CardSpend>,
}

/// All that one save writes.
struct Batch {
    entries: Vec<Written>,
    changes: Vec<Change>,
    checkpoints: Vec<Signed>,
    /// Payments whose sealed card goes with this save.
    wiped: Vec<PaymentId>,
    first_seq: u64,
    last: Mark,
}

/// A step that failed.
struct Failed {
    step: &'static str,
    how: How,
}

enum How {
    /// Certainly not done.
    Refused(String),
    /// It may or may not be on the disk.
    Uncertain(String),
    /// A test stopped the process here.
    Crash,
}

impl Store {
    pub(super) fn carry_out(&mut self, order: &Order<'_>) -> Result<Saved, SaveError> {
        if let Some(why) = &self.halted {
            return Err(SaveError::Halt { why: why.clone() });
        }
        if order.facts.is_empty() {
            return Err(SaveError::Empty);
        }
        if let Some(saved) = self.saved_before(order)? {
            return Ok(saved);
        }
        check_sealed(order)?;
        let batch = match self.fold(order) {
            Ok(batch) => batch,
            Err(unfitting) => {
                self.reload()?;
                return Err(unfitting.into());
            }
        };
        let mut mirrored = false;
        match self.write(&batch, order, &mut mirrored) {
            Ok(()) => Ok(self.acknowledge(&batch)),
            Err(failed) => Err(self.take_back(failed, &batch, order, mirrored)),
        }
    }

    /// The answer to a save that was made before, when this is the same one once more.
    fn saved_before(&self, order: &Order<'_>) -> Result<Option<Saved>, SaveError> {
        let refused = |why: String| SaveError::NotSaved { step: "looking for an earlier save", why };
        let entries = journal::of_save(&self.connection, order.save).map_err(|error| refused(error.to_string()))?;
        let Some(last_seq) = entries.last().map(|entry| entry.seq) else { return Ok(None) };
        let facts: Result<Vec<Fact>, String> = entries.into_iter().map(|entry| Ok(entry.parse()?.fact)).collect();
        if facts.map_err(refused)? != order.facts {
            return Err(SaveError::OtherFacts { save: order.save });
        }
        let kept = checkpoint::read_all(&self.connection).map_err(|error| refused(error.to_string()))?;
        let count = u64::try_from(order.facts.len()).unwrap_or(u64::MAX);
        let kept: rusqlite::Result<Vec<Checkpoint>> =
            kept.iter().map(|one: &Signed| one.checkpoint(&self.connection)).collect();
        let kept = kept.map_err(|error| refused(error.to_string()))?;
        let of_this = |one: &Checkpoint| one.seq <= last_seq && one.seq + count > last_seq;
        Ok(Some(Saved { last_seq, checkpoint: kept.into_iter().rfind(of_this) }))
    }

    /// Applies the facts to the ledger in memory and makes the entries. On an error the ledger has to be reloaded.
    fn fold(&mut self, order: &Order<'_>) -> Result<Batch, crate::domain::ledger::Unfitting> {
        let mut batch = Batch {
            entries: Vec::with_capacity(order.facts.len()),
            changes: Vec::new(),
            checkpoints: Vec::new(),
            wiped: Vec::new(),
            first_seq: self.next_seq,
            last: self.last,
        };
        for (part, fact) in (0_u32..).zip(order.facts) {
            let date = self.ledger.day.as_ref().map(|day| day.date);
            batch.changes.extend(fold::step(&mut self.ledger, order.at, fact)?);
            let mut entry = Written {
                seq: self.next_seq + u64::from(part),
                at: order.at.to_rfc3339(),
                till: self.till,
                actor: order.actor.to_owned(),
                save: order.save,
                part,
                kind: fact.kind().to_owned(),
                // No map and no failing writer: serialising a fact cannot fail.
                body: serde_json::to_string(fact).unwrap_or_default(),
                prev: batch.last.hash,
                hash: GENESIS,
            };
            entry.hash = entry.hash_by(&self.keys.journal);
            batch.last = entry.mark();
            let closing = Closing::of(&entry, fact, date);
            batch.checkpoints.extend(closing.map(|closing| closing.sign(&self.keys.till)));
            batch.entries.push(entry);
        }
        batch.wiped = self.wiped_by(&batch.changes);
        batch.changes = keep_last_puts(std::mem::take(&mut batch.changes));
        Ok(batch)
    }

    /// The sealed cards and contacts of payments among the changes that are not needed any more.
    fn wiped_by(&self, changes: &[Change]) -> Vec<PaymentId> {
        let payments = changes.iter().filter_map(|change| match change {
            Change::Put { table, columns } if **table == sale::PAYMENT => payment_id(columns.first()?),
            Change::Put { .. } | Change::Release { .. } => None,
        });
        let goes = |id: PaymentId| match self.ledger.payments.get(&id) {
            Some(payment) => sealed::needless(&self.ledger, payment),
            // Final, and dropped from memory by a new day in the same save.
            None => vec![id],
        };
        payments.flat_map(goes).collect()
    }

    fn write(&mut self, batch: &Batch, order: &Order<'_>, mirrored: &mut bool) -> Result<(), Failed> {
        self.write_sealed(order).map_err(|how| Failed { step: "writing the sealed card", how })?;
        let frame = Record::Frame { entries: batch.entries.clone() };
        let appended = self.mirror.append(&frame, &self.keys.journal, &mut self.trials);
        // Its numbers are used up from here on, whatever becomes of it.
        *mirrored = !matches!(appended, Err(AppendError::Refused(_)));
        if *mirrored {
            self.next_seq = batch.last.seq + 1;
        }
        appended.map_err(|error| Failed { step: "writing the mirror", how: error.into() })?;
        commit(&mut self.connection, &mut self.trials, batch, order)
            .map_err(|how| Failed { step: "writing the database", how })
    }

    fn write_sealed(&mut self, order: &Order<'_>) -> Result<(), How> {
        if order.sealed.is_empty() {
            return Ok(());
        }
        self.trials.check(SavePoint::SealedWrite)?;
        for (payment, jwe) in order.sealed {
            sealed::write_file(&self.layout, *payment, jwe)?;
        }
        Ok(sealed::flush_folder(&self.layout)?)
    }

    /// The save is made: nothing below can take it back.
    fn acknowledge(&mut self, batch: &Batch) -> Saved {
        self.last = batch.last;
        if let Err(error) = self.head.write(batch.last, &self.keys.journal) {
            tracing::warn!(%error, "the anchor stays behind");
        }
        for payment in &batch.wiped {
            // What is left behind here is removed at the next start.
            if let Err(error) = files::remove(&self.layout.sealed(*payment)) {
                tracing::warn!(%error, %payment, "the file of a sealed card could not be removed");
            }
        }
        self.has_wiped(batch.wiped.len());
        // It is signed and stored; that it could not be read for the slip is no reason to say that the save failed.
        let signed = batch.checkpoints.last().map(|one| one.checkpoint(&self.connection)).transpose();
        let checkpoint = signed.unwrap_or_else(|error| {
            tracing::warn!(%error, "the checkpoint could not be read for the slip");
            None
        });
        Saved { last_seq: batch.last.seq, checkpoint }
    }

    /// Makes a failed save void everywhere, or halts the store.
    fn take_back(&mut self, failed: Failed, batch: &Batch, order: &Order<'_>, mirrored: bool) -> SaveError {
        let step = failed.step;
        let (why, uncertain) = match failed.how {
            How::Crash => return self.halt(format!("{step}: stopped by a test")),
            How::Refused(why) => (why, false),
            How::Uncertain(why) => (why, true),
        };
        for (payment, _) in order.sealed {
            if let Err(error) = files::remove(&self.layout.sealed(*payment)) {
                tracing::warn!(%error, %payment, "the file of a refused sealed card could not be removed");
            }
        }
        if mirrored && let Err(error) = self.abort(batch.first_seq) {
            return self.halt(format!("{step} failed ({why}), and it could not be taken back ({error})"));
        }
        if uncertain {
            return self.halt(format!("{step} failed, and nobody can say what is on the disk ({why})"));
        }
        match journal::has(&self.connection, batch.first_seq) {
            Ok(false) => {}
            Ok(true) => return self.halt(format!("{step} was reported as failed, but was done ({why})")),
            Err(error) => {
                return self.halt(format!("{step} failed ({why}), and so did looking at the result ({error})"));
            }
        }
        if let Err(halt) = self.reload() {
            return halt;
        }
        tracing::warn!(step, why, "a save was refused");
        SaveError::NotSaved { step, why }
    }

    fn abort(&mut self, first_seq: u64) -> Result<(), String> {
        match self.trials.check(SavePoint::Abort) {
            Ok(()) => {}
            Err(Struck::Error(error)) => return Err(error.to_string()),
            Err(Struck::Crash) => return Err("stopped by a test".to_owned()),
        }
        let aborted = self.mirror.abort(first_seq, AbortReason::Refused, &self.keys.journal);
        aborted.map_err(|error| error.to_string())
    }

    /// Takes the ledger in memory back to what the database has.
    fn reload(&mut self) -> Result<(), SaveError> {
        match fold::load(&self.connection) {
            Ok(ledger) => {
                self.ledger = ledger;
                Ok(())
            }
            Err(error) => Err(self.halt(format!("the ledger cannot be read back after a refused save ({error})"))),
        }
    }

    pub(super) fn halt(&mut self, why: String) -> SaveError {
        tracing::error!(why, "the store halts");
        self.halted = Some(why.clone());
        SaveError::Halt { why }
    }
}

fn commit(connection: &mut Connection, trials: &mut Trials, batch: &Batch, order: &Order<'_>) -> Result<(), How> {
    trials.check(SavePoint::Begin)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for entry in &batch.entries {
        trials.check(SavePoint::Row)?;
        journal::append(&transaction, entry)?;
    }
    for change in &batch.changes {
        trials.check(SavePoint::Row)?;
        rows::write(&transaction, change)?;
    }
    for (payment, jwe) in order.sealed {
        trials.check(SavePoint::Row)?;
        sealed::insert(&transaction, *payment, jwe, sealed::table_of(order.facts, *payment))?;
    }
    if let Some(spend) = &order.spent {
        card::count(&transaction, spend)?;
    }
    for payment in &batch.wiped {
        sealed::delete(&transaction, *payment)?;
    }
    for checkpoint in &batch.checkpoints {
        checkpoint.write(&transaction)?;
    }
    trials.check(SavePoint::Commit)?;
    transaction.commit()?;
    Ok(trials.check(SavePoint::AfterCommit)?)
}

/// Every sealed card and every contact is named by a fact with its hash, and every fact has its own.
fn check_sealed(order: &Order<'_>) -> Result<(), SaveError> {
    let named = |payment: PaymentId| {
        order.facts.iter().find_map(|fact| match fact {
            Fact::CardSealed { payment: one, sealed_sha256, .. } if *one == payment => Some(sealed_sha256),
            Fact::ContactKept { contact, .. } if sealed::row_of(contact.id) == payment => Some(&contact.sha256),
            _ => None,
        })
    };
    for (payment, jwe) in order.sealed {
        let why = match named(*payment) {
            None => "no fact names it",
            Some(sha256) if *sha256 != sha256_hex(jwe) => "its SHA-256 is another than the fact's",
            Some(_) => continue,
        };
        return Err(SaveError::Sealed { payment: *payment, why });
    }
    for fact in order.facts {
        let named = match fact {
            Fact::CardSealed { payment, .. } => *payment,
            Fact::ContactKept { contact, .. } => sealed::row_of(contact.id),
            _ => continue,
        };
        if order.sealed.iter().filter(|(one, _)| *one == named).count() != 1 {
            return Err(SaveError::Sealed { payment: named, why: "it does not come with the fact exactly once" });
        }
    }
    Ok(())
}

/// Of several states of a row within one save only the last is written, in the place of the first: a sale before its
/// payments, as their foreign key wants it.
fn keep_last_puts(changes: Vec<Change>) -> Vec<Change> {
    let mut places = HashMap::new();
    let mut kept: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        let place = match &change {
            Change::Put { table, columns } => {
                *places.entry((table.name, rows::bytes(&columns[0]))).or_insert(kept.len())
            }
            Change::Release { .. } => kept.len(),
        };
        match kept.get_mut(place) {
            Some(earlier) => *earlier = change,
            None => kept.push(change),
        }
    }
    kept
}

fn payment_id(key: &Value) -> Option<PaymentId> {
    match key {
        Value::Blob(bytes) => uuid::Uuid::from_slice(bytes).ok().map(PaymentId),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Text(_) => None,
    }
}

impl From<rusqlite::Error> for How {
    /// A flush that failed leaves it open what is on the disk; every other error of SQLite means that it is not there.
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error().map(|error| error.extended_code) {
            Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) => Self::Uncertain(error.to_string()),
            Some(_) | None => Self::Refused(error.to_string()),
        }
    }
}

impl From<Struck> for How {
    fn from(struck: Struck) -> Self {
        match struck {
            Struck::Error(error) => Self::Refused(error.to_string()),
            Struck::Crash => Self::Crash,
        }
    }
}

impl From<AppendError> for How {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Refused(error) => Self::Refused(error.to_string()),
            AppendError::Uncertain(error) => Self::Uncertain(error.to_string()),
            AppendError::Crash => Self::Crash,
        }
    }
}

impl From<WriteError> for How {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(error) => Self::Refused(error.to_string()),
            WriteError::Uncertain(error) => Self::Uncertain(error.to_string()),
        }
    }
}
