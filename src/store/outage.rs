//! The outages.

use rusqlite::types::Value;

use super::rows::{Table, body, flag, uuid};
use crate::domain::outage::Outage;

pub(super) const OUTAGE: Table = Table { name: "outage", columns: &["id", "open", "body"] };

pub(super) fn columns(outage: &Outage) -> Vec<Value> {
    vec![uuid(outage.id.0), flag(outage.ended.is_none()), body(outage)]
}
