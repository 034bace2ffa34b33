//! The drawer sessions. A cash payment is a row of [`super::sale`] like every other payment.

use rusqlite::types::Value;

use super::rows::{Table, body, flag, uuid};
use crate::domain::ledger::Drawer;

pub(super) static DRAWER: Table = Table::new("drawer", &["id", "open", "body"]);

pub(super) fn columns(drawer: &Drawer) -> Vec<Value> {
    vec![uuid(drawer.id.0), flag(drawer.counted.is_none()), body(drawer)]
}
