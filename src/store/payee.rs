//! The accounts that transfers go to.

use rusqlite::types::Value;

use super::rows::{Table, body, flag, text};
use crate::domain::payee::KnownPayee;

pub(super) static PAYEE: Table = Table::new("payee", &["key", "in_use", "body"]);

pub(super) fn columns(payee: &KnownPayee) -> Vec<Value> {
    vec![text(&payee.key.0), flag(payee.is_in_use()), body(payee)]
}
