//! The outages.

use rusqlite::types::Value;

use super::rows::{Table, body, flag, uuid};
use crate::domain::outage::Outage;

pub(super) static OUTAGE: Table = Table::new("outage", &["id", "open", "body"]);

pub(super) fn columns(outage: &Outage) -> Vec<Value> {
    vec![uuid(outage.id.0), flag(outage.ended.is_none()), body(outage)]
}
