//! The two counters that numbers are given from: sale references and STANs.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::error::ReadError;
use super::rows::{Table, body};
use crate::domain::ledger::Ledger;

pub(super) static COUNTERS: Table = Table::new("counters", &["id", "body"]);

/// The key of the only row.
pub(super) const KEY: i64 = 1;

pub(super) fn columns(ledger: &Ledger) -> Vec<Value> {
    vec![Value::Integer(KEY), body(&(ledger.last_sequence, ledger.last_stan))]
}

/// The last sequence and the last STAN; 0 before the first.
pub(super) fn held(connection: &Connection) -> Result<(u32, u32), ReadError> {
    Ok(COUNTERS.held(connection)?.into_iter().next().unwrap_or((0, 0)))
}
