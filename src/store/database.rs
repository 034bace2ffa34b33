//! Opening the database file: the version of SQLite, and the settings that durability depends on, each read back.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::OpenError;

/// Versions before it can corrupt a write-ahead log when it is reset (SQLite's WAL-reset bug, fixed in 3.51.3).
const SQLITE_MINIMUM: (i32, &str) = (3_051_003, "3.51.3");

/// How many prepared statements are kept: more than the program has.
const STATEMENTS_KEPT: usize = 64;

/// Each setting, how it is asked for, what it has to say when read back, and why.
const SETTINGS: [(&str, &str, &str); 10] = [
    // Only before the first table; 4 KiB is what disks and the page cache work in.
    ("page_size", "4096", "4096"),
    // A commit is one append and one flush.
    ("journal_mode", "WAL", "wal"),
    // Every commit is flushed: with NORMAL the last sales are lost at a power cut.
    ("synchronous", "FULL", "2"),
    // Apple's fsync does not reach the disk; this asks for the one that does. Nothing elsewhere.
    ("fullfsync", "ON", "1"),
    ("foreign_keys", "ON", "1"),
    // What is deleted (sealed cards) is overwritten with zeros.
    ("secure_delete", "ON", "1"),
    // Damaged cells are noticed when they are read.
    ("cell_size_check", "ON", "1"),
    // A schema that somebody edited cannot call functions.
    ("trusted_schema", "OFF", "0"),
    // No temporary file ever holds a copy.
    ("temp_store", "MEMORY", "2"),
    // The log is written back to the database after this many pages, 4 MiB.
    ("wal_autocheckpoint", "1000", "1000"),
];

/// Refuses a SQLite that can corrupt its log.
pub(super) fn check_version() -> Result<(), OpenError> {
    let (minimum, minimum_text) = SQLITE_MINIMUM;
    if rusqlite::version_number() < minimum {
        return Err(OpenError::SqliteTooOld { found: rusqlite::version(), minimum: minimum_text });
    }
    Ok(())
}

/// What keeps a database file from being used.
#[derive(Debug)]
pub(super) enum Obstacle {
    /// Not its content: no room, no access, a setting refused. Moving it aside would not help.
    Outside(OpenError),
    /// Its content.
    Damage(String),
}

impl Obstacle {
    /// Sorts an error of SQLite.
    pub(super) fn sort(path: &Path, error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(
                ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Outside(OpenError::database(path)(error)),
            // A flipped byte in its header makes SQLite call a database read-only; then the file itself is not.
            Some(ErrorCode::ReadOnly) if super::files::private().open(path).is_err() => {
                Self::Outside(OpenError::database(path)(error))
            }
            Some(_) | None => Self::Damage(error.to_string()),
        }
    }
}

/// Opens the database for writing, with every setting made and read back.
pub(super) fn open(path: &Path) -> Result<Connection, Obstacle> {
    let sort = |error| Obstacle::sort(path, error);
    let connection = Connection::open(path).map_err(sort)?;
    // Evidence first: while nothing is known about it yet, closing must not fold the log into the file.
    keep_log_on_close(&connection, true).map_err(sort)?;
    keep_plans(&connection).map_err(sort)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    for (name, wanted, reads) in SETTINGS {
        // Some settings answer with a row, some do not; what counts is what they say afterwards.
        connection.pragma_update(None, name, wanted).map_err(sort)?;
        let found: String = connection
            .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            .map(|value| spelled(&value))
            .map_err(sort)?;
        if found != reads {
            return Err(setting_refused(path, &connection, name, reads, found));
        }
    }
    Ok(connection)
}

/// Opens the database for reading only; may be done while a till writes.
pub(super) fn open_for_reading(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    keep_log_on_close(&connection, true)?;
    keep_plans(&connection)?;
    connection.pragma_update(None, "query_only", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

pub(super) fn keep_log_on_close(connection: &Connection, keep: bool) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep).map(drop)
}

/// A prepared statement keeps its plan whatever is bound to it: without this SQLite parses it again before each save.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// A page size or journal mode that does not take on a file with content is the file's fault, not the system's.
fn setting_refused(path: &Path, connection: &Connection, name: &'static str, wanted: &str, found: String) -> Obstacle {
    let has_content = std::fs::metadata(path).is_ok_and(|file| file.len() > 0);
    if has_content && matches!(name, "page_size" | "journal_mode") && connection.is_autocommit() {
        Obstacle::Damage(format!("{name} is {found}, not {wanted}"))
    } else {
        Obstacle::Outside(OpenError::Pragma { name, wanted: wanted.to_owned(), found })
    }
}

fn spelled(value: &rusqlite::types::Value) -> String {
    use rusqlite::types::Value;
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Null | Value::Real(_) | Value::Blob(_) => format!("{value:?}"),
    }
}
