//! How people stand with wrong PINs: durable before the answer is shown, so that a restart forgives nobody.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::error::ReadError;
use super::rows::{Table, body, text};
use crate::domain::access::PinRecord;
use crate::domain::ids::PersonId;

pub(super) static PERSON: Table = Table::new("person", &["id", "body"]);

pub(super) fn columns(person: &PersonId, record: PinRecord) -> Vec<Value> {
    vec![text(&person.0), body(&(person, record))]
}

pub(super) fn held(connection: &Connection) -> Result<Vec<(PersonId, PinRecord)>, ReadError> {
    PERSON.held(connection)
}
