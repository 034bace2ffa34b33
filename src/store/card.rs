//! Typed cards beside the sealed ones: the acquirer's keys, and what each card came to within the last days.
//!
//! The window is no fold of the journal and stands in no entry: a journal cannot forget, and a row here goes with its
//! day. It is written in the transaction of the card it counts. A database that has to be rebuilt from the journal begins
//! with an empty window, so that a card is at worst not asked about.

use chrono::NaiveDate;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::error::ReadError;
use super::rows::{Table, body};
use crate::domain::keys::KeyRing;
use crate::domain::limits::{CardSpend, CardTag, CardWindow};

pub(super) static KEY_RING: Table = Table::new("key_ring", &["id", "body"]);

/// The key of the only row.
pub(super) const KEY: i64 = 1;

pub(super) fn columns(keys: &KeyRing) -> Vec<Value> {
    vec![Value::Integer(KEY), body(keys)]
}

/// The acquirer's keys; none before the first is imported.
pub(super) fn held(connection: &Connection) -> Result<KeyRing, ReadError> {
    Ok(KEY_RING.held(connection)?.into_iter().next().unwrap_or_default())
}

/// Counts one stored card, and drops the days that the window has left.
pub(super) fn count(connection: &Connection, spend: &CardSpend) -> rusqlite::Result<()> {
    forget_before(connection, spend.keep_from)?;
    // A sum beyond 64 bits stays at the largest there is, as in memory.
    let sql = "INSERT INTO card_window (day, tag, minor) VALUES (?1, ?2, ?3)
               ON CONFLICT (day, tag) DO UPDATE SET minor = CASE
                   WHEN minor > 9223372036854775807 - excluded.minor THEN 9223372036854775807
                   ELSE minor + excluded.minor END";
    let row = (spend.day.to_string(), i64::from(spend.tag.0), spend.minor);
    connection.prepare_cached(sql)?.execute(row).map(drop)
}

/// Drops the days before. ISO dates sort as text.
pub(super) fn forget_before(connection: &Connection, first: NaiveDate) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM card_window WHERE day < ?1")?.execute([first.to_string()]).map(drop)
}

/// Drops all days.
pub(super) fn forget(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM card_window", []).map(drop)
}

/// What each card came to. A row that is none any more counts nothing.
pub(super) fn window(connection: &Connection) -> rusqlite::Result<CardWindow> {
    let mut window = CardWindow::new();
    let mut statement = connection.prepare("SELECT day, tag, minor FROM card_window")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (day, tag, minor): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if let (Ok(day), Ok(tag)) = (day.parse(), u16::try_from(tag)) {
            window.add(day, CardTag(tag), minor);
        }
    }
    Ok(window)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::migrations::migrate;

    fn day(of_month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, of_month).unwrap()
    }

    #[test]
    fn the_table_counts_as_memory_does_and_forgets_with_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, 0).unwrap();
        let mut memory = CardWindow::new();
        for (of_month, tag, minor) in
            [(1, 7, 100), (2, 7, 20), (2, 7, 3), (2, 65_535, i64::MAX), (2, 65_535, 1), (4, 7, 4), (5, 1, 9)]
        {
            let spend = CardSpend { day: day(of_month), tag: CardTag(tag), minor, keep_from: day(of_month.max(3) - 2) };
            count(&connection, &spend).unwrap();
            memory.count(&spend);
            assert_eq!(window(&connection).unwrap(), memory);
        }
        assert_eq!(memory.rows().next(), Some((day(4), CardTag(7), 4)), "the fifth keeps the third and later");
        forget(&connection).unwrap();
        assert_eq!(window(&connection).unwrap(), CardWindow::new());
    }
}
