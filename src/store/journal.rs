//! The table of entries, and the one of entries that nobody acknowledged: both have the columns of [`Written`].

use rusqlite::{Connection, Row, params};

use super::entry::Written;
use super::keys::Hash;
use crate::domain::ids::SaveId;

const COLUMNS: &str = "seq, at, till, actor, save, part, kind, body, prev, hash";

const APPEND: &str = "INSERT INTO journal (seq, at, till, actor, save, part, kind, body, prev, hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

const KEEP_UNCONFIRMED: &str =
    "INSERT OR IGNORE INTO unconfirmed (seq, at, till, actor, save, part, kind, body, prev, hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

/// Adds an entry at the end.
pub(super) fn append(connection: &Connection, entry: &Written) -> rusqlite::Result<()> {
    insert(connection, APPEND, entry)
}

/// Keeps an entry that nobody acknowledged, for the manager; once.
pub(super) fn keep_unconfirmed(connection: &Connection, entry: &Written) -> rusqlite::Result<()> {
    insert(connection, KEEP_UNCONFIRMED, entry)
}

fn insert(connection: &Connection, sql: &str, entry: &Written) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(params![
        sql_seq(entry.seq),
        entry.at,
        entry.till,
        entry.actor,
        entry.save.0,
        entry.part,
        entry.kind,
        entry.body,
        entry.prev.as_slice(),
        entry.hash.as_slice(),
    ])?;
    Ok(())
}

/// Hands every entry to `each`, in order, until one is refused.
pub(super) fn read_all<E: From<rusqlite::Error>>(
    connection: &Connection,
    mut each: impl FnMut(Written) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM journal ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(written(row)?)?;
    }
    Ok(())
}

/// The entries of one save; none when it was never stored.
pub(super) fn of_save(connection: &Connection, save: SaveId) -> rusqlite::Result<Vec<Written>> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM journal WHERE save = ?1 ORDER BY part"))?;
    statement.query_map([save.0], written)?.collect()
}

/// At most `count` entries from number `from` on.
pub(super) fn range(connection: &Connection, from: u64, count: u32) -> rusqlite::Result<Vec<Written>> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM journal WHERE seq >= ?1 ORDER BY seq LIMIT ?2"))?;
    statement.query_map(params![sql_seq(from), count], written)?.collect()
}

/// The entries that open a business day.
pub(super) fn day_openings(connection: &Connection) -> rusqlite::Result<Vec<Written>> {
    let sql = format!("SELECT {COLUMNS} FROM journal WHERE kind = 'day_opened' ORDER BY seq");
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map([], written)?.collect()
}

/// The entries nobody acknowledged, of all times.
pub(super) fn unconfirmed(connection: &Connection) -> rusqlite::Result<Vec<Written>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM unconfirmed ORDER BY seq"))?;
    statement.query_map([], written)?.collect()
}

/// Whether an entry of this number is there.
pub(super) fn has(connection: &Connection, seq: u64) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM journal WHERE seq = ?1")?.exists([sql_seq(seq)])
}

/// SQLite's integers are signed; a till does not reach the half of that range.
pub(super) fn sql_seq(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

fn written(row: &Row<'_>) -> rusqlite::Result<Written> {
    let seq: i64 = row.get(0)?;
    let hash = |column| row.get::<_, Hash>(column);
    Ok(Written {
        seq: u64::try_from(seq).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, seq))?,
        at: row.get(1)?,
        till: row.get(2)?,
        actor: row.get(3)?,
        save: SaveId(row.get(4)?),
        part: row.get(5)?,
        kind: row.get(6)?,
        body: row.get(7)?,
        prev: hash(8)?,
        hash: hash(9)?,
    })
}
