//! Looking at a database without believing it: is it the journal that was written, and do its tables say the same?

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::checkpoint;
use super::database::{self, Obstacle};
use super::entry::Mark;
use super::error::OpenError;
use super::keys::Keys;
use super::migrations::{self, APPLICATION_ID};
use super::replay::{Expected, Replay};
use super::{fold, journal, sealed};
use crate::domain::ledger::Ledger;

/// What is known of the database at a start.
#[derive(Debug)]
pub(super) enum DatabaseState {
    /// There is no file, or one with nothing in it.
    Missing,
    /// A newer program wrote it.
    Newer(u32),
    /// Its journal cannot be believed; these entries before the break can.
    Damaged { why: String, readable: Vec<Mark> },
    /// Its journal is whole, its tables are not what the journal makes of them.
    TablesDiffer { why: String, chain: Vec<Mark> },
    /// All of it is as it was written.
    Whole(Box<WholeDatabase>),
}

#[derive(Debug)]
pub(super) struct WholeDatabase {
    pub(super) connection: Connection,
    pub(super) chain: Vec<Mark>,
    pub(super) ledger: Ledger,
}

/// Looks at the database file. Only an obstacle outside of it is an error.
pub(super) fn survey(path: &Path, keys: &Keys) -> Result<DatabaseState, OpenError> {
    if std::fs::metadata(path).map_or(true, |file| file.len() == 0) {
        return Ok(DatabaseState::Missing);
    }
    let mut readable = Vec::new();
    match examine(path, keys, &mut readable) {
        Ok(state) => Ok(state),
        Err(Obstacle::Outside(error)) => Err(error),
        Err(Obstacle::Damage(why)) => Ok(DatabaseState::Damaged { why, readable }),
    }
}

fn examine(path: &Path, keys: &Keys, marks: &mut Vec<Mark>) -> Result<DatabaseState, Obstacle> {
    let sort = |error| Obstacle::sort(path, error);
    let mut connection = database::open(path)?;
    let application: u32 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(sort)?;
    if application != APPLICATION_ID {
        return Err(Obstacle::Damage("it does not say that it is a ledger of Stopgap".to_owned()));
    }
    let schema = migrations::version_of(&connection).map_err(sort)?;
    let schema = schema.ok_or_else(|| Obstacle::Damage("its two schema numbers differ".to_owned()))?;
    if schema > migrations::SCHEMA_VERSION {
        return Ok(DatabaseState::Newer(schema));
    }
    migrations::migrate(&mut connection, schema).map_err(sort)?;
    // A header that was changed so that SQLite only reads is noticed here, not at the first sale.
    connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sort)?.rollback().map_err(sort)?;
    let sound = check_form(&connection).map_err(sort)?;
    let mut replay = Replay::default();
    let mut expected = Expected::default();
    let mut closings = Vec::new();
    let played = journal::read_all(&connection, |entry| {
        let step = replay.take(&entry, &keys.journal).map_err(Stop::Broken)?;
        marks.push(entry.mark());
        step.changes.iter().for_each(|change| expected.take(change));
        closings.extend(step.closing);
        Ok(())
    });
    match played {
        Ok(()) => {}
        Err(Stop::Broken(why)) => return Err(Obstacle::Damage(why)),
        Err(Stop::Sql(error)) => return Err(sort(error)),
    }
    let chain = std::mem::take(marks);
    let tables = sound
        .and_then(|()| expected.compare(&connection))
        .and_then(|()| check_unconfirmed(&connection, keys))
        .and_then(|()| sealed::read_all(&connection).map(drop).map_err(|error| format!("table sealed: {error}")))
        .and_then(|()| compare_checkpoints(&connection, &closings, keys))
        .and_then(|()| compare_load(&connection, &replay.ledger));
    Ok(match tables {
        Err(why) => DatabaseState::TablesDiffer { why, chain },
        Ok(()) => DatabaseState::Whole(Box::new(WholeDatabase { connection, chain, ledger: replay.ledger })),
    })
}

enum Stop {
    Broken(String),
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// SQLite's own opinion of its trees and indexes, and whether the schema is the one this program makes.
pub(super) fn check_form(connection: &Connection) -> rusqlite::Result<Result<(), String>> {
    let first: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if first != "ok" {
        return Ok(Err(format!("SQLite's integrity check says: {}", first.replace('\n', " "))));
    }
    if migrations::schema_of(connection)? != migrations::schema_expected()? {
        return Ok(Err("its schema is not the one this program makes".to_owned()));
    }
    Ok(Ok(()))
}

fn check_unconfirmed(connection: &Connection, keys: &Keys) -> Result<(), String> {
    let kept = journal::unconfirmed(connection).map_err(|error| format!("table unconfirmed: {error}"))?;
    match kept.iter().find(|entry| entry.hash_by(&keys.journal) != entry.hash) {
        None => Ok(()),
        Some(entry) => Err(format!("unconfirmed entry {} is not what was written", entry.seq)),
    }
}

pub(super) fn compare_checkpoints(
    connection: &Connection,
    closings: &[checkpoint::Closing],
    keys: &Keys,
) -> Result<(), String> {
    let kept = checkpoint::read_all(connection).map_err(|error| format!("table checkpoint: {error}"))?;
    checkpoint::compare(&kept, closings, &keys.till)
}

/// The ledger read from the tables, as a save that fails reads it, has to be the fold of the journal.
fn compare_load(connection: &Connection, folded: &Ledger) -> Result<(), String> {
    let loaded = fold::load(connection).map_err(|error| error.to_string())?;
    if loaded == *folded { Ok(()) } else { Err("the tables make another ledger than the journal".to_owned()) }
}
