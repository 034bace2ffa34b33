//! The cases of the reader, and its failed reads.

use rusqlite::types::Value;

use super::rows::{Table, body, flag, text, uuid};
use crate::domain::service::{Case, DeviceRecord, Misread, Upkeep, UpkeepDone};

pub(super) static CASE: Table = Table::new("service_case", &["id", "number", "open", "body"]);
pub(super) static MISREAD: Table = Table::new("misread", &["payment", "body"]);
pub(super) static DEVICE: Table = Table::new("device", &["name", "body"]);
pub(super) static UPKEEP: Table = Table::new("upkeep", &["work", "body"]);

pub(super) fn case_columns(case: &Case) -> Vec<Value> {
    vec![uuid(case.id.0), Value::Integer(i64::from(case.number)), flag(!case.is_closed()), body(case)]
}

pub(super) fn misread_columns(misread: &Misread) -> Vec<Value> {
    vec![uuid(misread.payment.0), body(misread)]
}

pub(super) fn upkeep_columns(done: &UpkeepDone) -> Vec<Value> {
    vec![upkeep_key(done.work), body(done)]
}

pub(super) fn device_columns(device: &DeviceRecord) -> Vec<Value> {
    vec![text(&device.name), body(device)]
}

/// The work's name, as the journal has it.
pub(super) fn upkeep_key(work: Upkeep) -> Value {
    let name = serde_json::to_value(work).ok();
    text(name.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default())
}
