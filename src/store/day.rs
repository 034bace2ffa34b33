//! The business days.

use rusqlite::types::Value;

use super::rows::{Table, body, flag, text, uuid};
use crate::domain::ledger::Day;

pub(super) static DAY: Table = Table::new("day", &["id", "date", "open", "body"]);

pub(super) const DAYS: &str = "SELECT body FROM day ORDER BY id";

pub(super) fn columns(day: &Day) -> Vec<Value> {
    vec![uuid(day.id.0), text(&day.date.to_string()), flag(day.closed.is_none()), body(day)]
}
