//! Stored payments that were taken over from another till.

use rusqlite::types::Value;

use super::rows::{Table, body, uuid};
use crate::domain::handover::TakenOver;

pub(super) static TAKEN_OVER: Table = Table::new("taken_over", &["handover", "body"]);

pub(super) fn columns(taken: &TakenOver) -> Vec<Value> {
    vec![uuid(taken.handover.0), body(taken)]
}
