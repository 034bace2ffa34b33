//! `stopgap ledger verify`: everything that can be checked about a data folder, without changing anything.
//!
//! It takes no lock and may run while the till runs: it looks at one snapshot of the database, and forgives the mirror
//! what was saved since. A till that starts at the same moment is not kept from it. As every reader of SQLite it may leave
//! an empty `-wal` and its index `-shm` beside the database; nothing that was saved is touched.

use std::path::Path;

use rusqlite::Connection;

use super::audit;
use super::checkpoint::Closing;
use super::entry::Mark;
use super::error::{OpenError, ReadError};
use super::files::Layout;
use super::keys::{Keys, sha256_hex};
use super::mirror::head::{self, HeadState};
use super::mirror::survey::{self, MirrorState, MirrorSurvey};
use super::replay::{Expected, Replay};
use super::{database, fold, journal, migrations, sale, sealed};
use crate::domain::ledger::Ledger;
use crate::domain::sale::Payment;

/// What was checked, and the first problem of each check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// How many entries of the journal were read.
    pub entries: u64,
    /// The number of the last one.
    pub last_seq: u64,
    /// The checks, in the order they were made.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub what: Checked,
    /// The first problem, in words; `None` when it holds.
    pub problem: Option<String>,
}

/// What can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// SQLite's integrity check, the indexes, and the schema.
    Form,
    /// Every entry of the journal is what was written, and follows the one before.
    Chain,
    /// Every row ever of the tables of state is what the journal makes of it.
    Tables,
    /// The checkpoints are the closings in the journal, and their signatures hold.
    Checkpoints,
    /// The mirror holds the same entries.
    Mirror,
    /// Nothing that was acknowledged is missing.
    Anchor,
    /// Sealed cards that may still be sent are there twice, with the SHA-256 that the journal names.
    SealedCards,
    /// No sealed card is left of a payment that needs it no more.
    NothingKeptTooLong,
}

impl VerifyReport {
    /// Whether every check holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.problem.is_none())
    }

    fn add(&mut self, what: Checked, result: Result<(), String>) {
        self.checks.push(Check { what, problem: result.err() });
    }
}

/// Checks the data folder.
///
/// # Errors
///
/// There is no ledger, its keys are missing, a newer program wrote it, or a file cannot be read at all.
pub fn verify(folder: &Path) -> Result<VerifyReport, ReadError> {
    let layout = Layout::new(folder);
    if !layout.database().exists() {
        return Err(ReadError::NoLedger(format!("the folder {} holds no database", folder.display())));
    }
    let keys = Keys::open(&layout, true).map_err(|error| ReadError::NoLedger(error.to_string()))?;
    let connection = database::open_for_reading(&layout.database())?;
    refuse_newer(&connection, folder)?;
    let snapshot = connection.unchecked_transaction()?;
    let mut report = VerifyReport { entries: 0, last_seq: 0, checks: Vec::new() };
    report.add(Checked::Form, audit::check_form(&snapshot).unwrap_or_else(|error| Err(error.to_string())));
    let played = play(&snapshot, &keys);
    report.entries = played.replay.entries;
    report.last_seq = played.replay.chain.last.seq;
    report.add(Checked::Chain, played.broken.map_or(Ok(()), Err));
    report.add(Checked::Tables, played.expected.compare(&snapshot));
    report.add(Checked::Checkpoints, audit::compare_checkpoints(&snapshot, &played.closings, &keys));
    // The mirror is read after the snapshot was taken, so it has at least as much.
    let mirror = survey::survey(&layout.mirror(), &keys.journal).map_err(ReadError::file("read", &layout.mirror()))?;
    let head = head::read(&layout.head(), &keys.journal).map_err(ReadError::file("read", &layout.head()))?;
    drop(snapshot);
    report.add(Checked::Mirror, compare_mirror(&mirror, &played.marks, &connection));
    report.add(Checked::Anchor, check_anchor(head, &connection));
    let now = fold::load(&connection);
    let cards = now.as_ref().map_err(ToString::to_string).and_then(|now| check_cards(&layout, &connection, now));
    report.add(Checked::SealedCards, cards);
    report.add(Checked::NothingKeptTooLong, check_leftovers(&layout, &connection));
    Ok(report)
}

fn refuse_newer(connection: &Connection, folder: &Path) -> Result<(), ReadError> {
    // Two numbers that differ are damage, which the check of the form names.
    match migrations::version_of(connection) {
        Ok(Some(found)) if found > migrations::SCHEMA_VERSION => {
            let known = migrations::SCHEMA_VERSION;
            let newer = OpenError::Newer { folder: folder.to_owned(), found, known };
            Err(ReadError::NoLedger(newer.to_string()))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The journal, played as far as it can be.
struct Played {
    replay: Replay,
    expected: Expected,
    closings: Vec<Closing>,
    marks: Vec<Mark>,
    broken: Option<String>,
}

fn play(connection: &Connection, keys: &Keys) -> Played {
    let mut played = Played {
        replay: Replay::default(),
        expected: Expected::default(),
        closings: Vec::new(),
        marks: Vec::new(),
        broken: None,
    };
    let read = journal::read_all::<ReadError>(connection, |entry| {
        if played.broken.is_some() {
            return Ok(());
        }
        match played.replay.take(&entry, &keys.journal) {
            Ok(step) => {
                played.marks.push(entry.mark());
                step.changes.iter().for_each(|change| played.expected.take(change));
                played.closings.extend(step.closing);
            }
            Err(why) => played.broken = Some(why),
        }
        Ok(())
    });
    if let Err(error) = read {
        played.broken.get_or_insert(error.to_string());
    }
    played
}

/// The mirror has what the snapshot has. What it has beyond was saved since, but for one save that may be under way.
fn compare_mirror(mirror: &MirrorSurvey, snapshot: &[Mark], connection: &Connection) -> Result<(), String> {
    match &mirror.state {
        MirrorState::Missing => return Err("it is missing".to_owned()),
        MirrorState::Damaged(why) => return Err(why.clone()),
        // A line that is being written this moment looks the same; if it is damage, the next start says so.
        MirrorState::Whole | MirrorState::TornTail(_) => {}
    }
    let tail = mirror.tail_marks();
    let all: Vec<Mark> = mirror.live.iter().chain(&tail).copied().collect();
    if let Some(place) = snapshot.iter().zip(&all).position(|(one, other)| one != other) {
        return Err(format!("entry {} is another one there", snapshot[place].seq));
    }
    if let Some(missing) = snapshot.get(all.len()) {
        return Err(format!("entry {} is missing there", missing.seq));
    }
    let committed = &mirror.live[snapshot.len().min(mirror.live.len())..];
    let has = |mark: &&Mark| !journal::has(connection, mark.seq).unwrap_or(false);
    match committed.iter().find(has) {
        None => Ok(()),
        Some(mark) => Err(format!("it holds entry {}, which the database has not", mark.seq)),
    }
}

fn check_anchor(head: HeadState, connection: &Connection) -> Result<(), String> {
    match head {
        HeadState::Missing => Err("it is missing".to_owned()),
        HeadState::Damaged => Err("it is not what was written".to_owned()),
        HeadState::At(mark) if mark.seq == 0 => Ok(()),
        HeadState::At(mark) => {
            match journal::range(connection, mark.seq, 1).map_err(|error| error.to_string())?.first() {
                Some(entry) if entry.mark() == mark => Ok(()),
                Some(_) | None => Err(format!("entry {} was acknowledged, and the journal has it not", mark.seq)),
            }
        }
    }
}

fn check_cards(layout: &Layout, connection: &Connection, ledger: &Ledger) -> Result<(), String> {
    let rows = sealed::read_all(connection).map_err(|error| error.to_string())?;
    for (payment, (sha256, _)) in sealed::wanted(ledger) {
        let row = rows.get(&payment).is_some_and(|jwe| sha256_hex(jwe) == sha256);
        let file = sealed::read_file(layout, payment, sha256).is_some();
        // The till may have sent it since, and wiped it.
        let still_wanted = || fold::load(connection).is_ok_and(|now| sealed::wanted(&now).contains_key(&payment));
        if !(row && file) && still_wanted() {
            let copy = if row { "file" } else { "row" };
            return Err(format!("the {copy} of payment {payment} is missing or not the one the journal names"));
        }
    }
    Ok(())
}

fn check_leftovers(layout: &Layout, connection: &Connection) -> Result<(), String> {
    let rows = sealed::read_all(connection).map_err(|error| error.to_string())?;
    let files = sealed::list_files(layout).map_err(|error| error.to_string())?;
    let kept =
        rows.keys().map(|payment| (*payment, true)).chain(files.iter().filter_map(|(_, id)| Some(((*id)?, false))));
    for (id, is_row) in kept {
        let sql = "SELECT body FROM payment WHERE id = ?1";
        let found: Vec<Payment> = sale::PAYMENT.bodies(connection, sql, [id.0]).map_err(|error| error.to_string())?;
        // A file of a payment that is not there yet belongs to a save that is under way.
        let wanted = || fold::load(connection).is_ok_and(|now| sealed::wanted(&now).contains_key(&id));
        // A contact stands under an id of its own, and is of no payment that needs it any more.
        let needless = found.first().map_or_else(|| is_row && !wanted(), sealed::wipe_sealed);
        let still_there = || {
            if is_row {
                sealed::read(connection, id).is_ok_and(|row| row.is_some())
            } else {
                layout.sealed(id).exists()
            }
        };
        if needless && still_there() {
            return Err(format!(
                "the sealed card or the contact {id} is still there, although nobody needs it any more"
            ));
        }
    }
    Ok(())
}
