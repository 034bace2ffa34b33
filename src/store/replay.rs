//! The journal played from its first entry: the chain checked, the facts folded, and what every table has to hold.

use std::collections::HashMap;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::checkpoint::Closing;
use super::entry::{Chain, Written};
use super::fold;
use super::keys::{Hash, JournalKey, digest_of};
use super::rows::{Change, TABLES, Table, bytes};
use crate::domain::ledger::Ledger;

/// A journal that is being played.
#[derive(Debug, Default)]
pub(super) struct Replay {
    pub(super) ledger: Ledger,
    pub(super) chain: Chain,
    pub(super) entries: u64,
}

/// What one entry did.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) changes: Vec<Change>,
    pub(super) closing: Option<Closing>,
}

impl Replay {
    /// Plays the next entry.
    ///
    /// # Errors
    ///
    /// Says why the chain breaks there, or why the fact does not fit.
    pub(super) fn take(&mut self, entry: &Written, key: &JournalKey) -> Result<Step, String> {
        self.chain.follow(entry, key)?;
        self.entries += 1;
        let (at, fact) = entry.time_and_fact()?;
        let date = self.ledger.day.as_ref().map(|day| day.date);
        let closing = Closing::of(entry, &fact, date);
        let changes =
            fold::step(&mut self.ledger, at, &fact).map_err(|unfitting| format!("entry {}: {unfitting}", entry.seq))?;
        Ok(Step { changes, closing })
    }
}

/// What every table has to hold, each row as a hash of its columns: all rows of years fit into memory.
#[derive(Debug, Default)]
pub(super) struct Expected(HashMap<(&'static str, Vec<u8>), (Hash, bool)>);

impl Expected {
    pub(super) fn take(&mut self, change: &Change) {
        match change {
            Change::Put { table, columns } => {
                self.0.insert((table.name, bytes(&columns[0])), (fingerprint(columns), true));
            }
            Change::Release { table, key } => {
                if let Some((_, held)) = self.0.get_mut(&(table.name, bytes(key))) {
                    *held = false;
                }
            }
        }
    }

    /// Compares with the tables of a database; uses itself up.
    pub(super) fn compare(mut self, connection: &Connection) -> Result<(), String> {
        for table in TABLES {
            self.compare_table(connection, table)?;
        }
        match self.0.keys().next() {
            None => Ok(()),
            Some((table, _)) => Err(format!("{} rows are missing, one of them in table {table}", self.0.len())),
        }
    }

    fn compare_table(&mut self, connection: &Connection, table: &'static Table) -> Result<(), String> {
        let mut problem = None;
        let compared = table.read_all(connection, |columns, held| {
            let expected = self.0.remove(&(table.name, bytes(&columns[0])));
            if expected != Some((fingerprint(&columns), held)) {
                problem.get_or_insert_with(|| match expected {
                    None => format!("table {} has a row that the journal does not know", table.name),
                    Some(_) => format!("a row of table {} is not what the journal makes of it", table.name),
                });
            }
        });
        compared.map_err(|error| format!("table {} cannot be read: {error}", table.name))?;
        problem.map_or(Ok(()), Err)
    }
}

fn fingerprint(columns: &[Value]) -> Hash {
    let encoded: Vec<Vec<u8>> = columns.iter().map(bytes).collect();
    digest_of(encoded.iter().map(Vec::as_slice))
}
