//! The open batch of approved typed cards.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::error::ReadError;
use super::rows::{Table, body};
use crate::domain::batch::OpenBatch;

pub(super) static BATCH: Table = Table::new("batch", &["id", "body"]);

/// The key of the only row.
pub(super) const KEY: i64 = 1;

pub(super) fn columns(batch: &OpenBatch) -> Vec<Value> {
    vec![Value::Integer(KEY), body(batch)]
}

/// The open batch, where the shop settles by batches.
pub(super) fn held(connection: &Connection) -> Result<Option<OpenBatch>, ReadError> {
    Ok(BATCH.held(connection)?.into_iter().next())
}
