//! The cases of the reader, and its failed reads.

use rusqlite::types::Value;

use super::rows::{Table, body, flag, uuid};
use crate::domain::service::{Case, Misread};

pub(super) static CASE: Table = Table::new("service_case", &["id", "number", "open", "body"]);
pub(super) static MISREAD: Table = Table::new("misread", &["payment", "body"]);

pub(super) fn case_columns(case: &Case) -> Vec<Value> {
    vec![uuid(case.id.0), Value::Integer(i64::from(case.number)), flag(!case.is_closed()), body(case)]
}

pub(super) fn misread_columns(misread: &Misread) -> Vec<Value> {
    vec![uuid(misread.payment.0), body(misread)]
}
