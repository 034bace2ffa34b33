//! Tables of current state: which table and key a [`Row`] of the fold has, and how a value becomes columns.
//!
//! One file per noun says which columns it has ([`super::sale`], [`super::cash`] …); writing, reading back and comparing
//! is the same for all of them and is here.

use std::sync::OnceLock;

use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params_from_iter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::error::ReadError;
use super::{access, batch, card, cash, counters, day, handover, outage, payee, reconcile, sale, service};
use crate::domain::ledger::{Ledger, Row};

/// A table of current state. The first column is the key, the last the JSON `body`; beside them each has `held`.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    /// Made once, at the first write.
    upsert: OnceLock<String>,
}

/// All of them, parents before children.
pub(super) static TABLES: [&Table; 17] = [
    &day::DAY,
    &cash::DRAWER,
    &outage::OUTAGE,
    &sale::SALE,
    &sale::PAYMENT,
    &access::PERSON,
    &payee::PAYEE,
    &reconcile::STATEMENT,
    &reconcile::LINE,
    &card::KEY_RING,
    &service::CASE,
    &service::MISREAD,
    &service::UPKEEP,
    &service::DEVICE,
    &handover::TAKEN_OVER,
    &batch::BATCH,
    &counters::COUNTERS,
];

/// What one fact did to the tables.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// The row is now this.
    Put { table: &'static Table, columns: Vec<Value> },
    /// The ledger in memory needs the row no more; it stays in its table.
    Release { table: &'static Table, key: Value },
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// The table and key of a row.
pub(super) fn place(row: &Row) -> (&'static Table, Value) {
    match row {
        Row::Day(id) => (&day::DAY, uuid(id.0)),
        Row::Drawer(id) => (&cash::DRAWER, uuid(id.0)),
        Row::Sale(id) => (&sale::SALE, uuid(id.0)),
        Row::Payment(id) => (&sale::PAYMENT, uuid(id.0)),
        Row::Outage(id) => (&outage::OUTAGE, uuid(id.0)),
        Row::Person(id) => (&access::PERSON, text(&id.0)),
        Row::Payee(key) => (&payee::PAYEE, text(&key.0)),
        Row::Statement(id) => (&reconcile::STATEMENT, uuid(id.0)),
        Row::Line(id) => (&reconcile::LINE, uuid(id.0)),
        Row::Keys => (&card::KEY_RING, Value::Integer(card::KEY)),
        Row::Case(id) => (&service::CASE, uuid(id.0)),
        Row::Misread(id) => (&service::MISREAD, uuid(id.0)),
        Row::Device(name) => (&service::DEVICE, text(name)),
        Row::Upkeep(work) => (&service::UPKEEP, service::upkeep_key(*work)),
        Row::Taken(id) => (&handover::TAKEN_OVER, uuid(id.0)),
        Row::Batch => (&batch::BATCH, Value::Integer(batch::KEY)),
        Row::Counters => (&counters::COUNTERS, Value::Integer(counters::KEY)),
    }
}

/// The columns of a row as the ledger has it now; `None` when the ledger does not have it.
pub(super) fn columns(ledger: &Ledger, row: &Row) -> Option<Vec<Value>> {
    Some(match row {
        Row::Day(id) => day::columns(ledger.day.as_ref().filter(|day| day.id == *id)?),
        Row::Drawer(id) => cash::columns(ledger.drawer_session(*id)?),
        Row::Sale(id) => sale::sale_columns(ledger.sales.get(id)?),
        Row::Payment(id) => sale::payment_columns(ledger.payments.get(id)?),
        Row::Outage(id) => outage::columns(ledger.outages.get(id)?),
        Row::Person(id) => access::columns(id, *ledger.pins.get(id)?),
        Row::Payee(key) => payee::columns(ledger.payees.get(key)?),
        Row::Statement(id) => reconcile::statement_columns(ledger.statements.get(id)?),
        Row::Line(id) => reconcile::line_columns(&ledger.lines.get(*id)?.written()),
        Row::Keys => card::columns(&ledger.keys),
        Row::Case(id) => service::case_columns(ledger.cases.get(id)?),
        Row::Misread(id) => service::misread_columns(ledger.misreads.get(id)?),
        Row::Device(name) => service::device_columns(ledger.devices.get(name)?),
        Row::Upkeep(work) => service::upkeep_columns(ledger.upkeep.get(work)?),
        Row::Taken(id) => handover::columns(ledger.taken.get(id)?),
        Row::Batch => batch::columns(ledger.batch.as_ref()?),
        Row::Counters => counters::columns(ledger),
    })
}

/// Writes one change.
pub(super) fn write(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    match change {
        Change::Put { table, columns } => {
            transaction
                .prepare_cached(table.upsert.get_or_init(|| table.make_upsert()))?
                .execute(params_from_iter(columns))?;
        }
        Change::Release { table, key } => {
            let sql = format!("UPDATE {} SET held = 0 WHERE {} = ?1", table.name, table.columns[0]);
            transaction.prepare_cached(&sql)?.execute([key])?;
        }
    }
    Ok(())
}

impl Table {
    pub(super) const fn new(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self { name, columns, upsert: OnceLock::new() }
    }

    fn make_upsert(&self) -> String {
        let names = self.columns.join(", ");
        let places: Vec<String> = (1..=self.columns.len()).map(|place| format!("?{place}")).collect();
        let updates: Vec<String> = self.columns[1..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
        format!(
            "INSERT INTO {} ({names}, held) VALUES ({}, 1) ON CONFLICT ({}) DO UPDATE SET {}, held = 1",
            self.name,
            places.join(", "),
            self.columns[0],
            updates.join(", ")
        )
    }

    /// Hands every row of the table, its columns and whether it is held, to `each`.
    pub(super) fn read_all(
        &self,
        connection: &Connection,
        mut each: impl FnMut(Vec<Value>, bool),
    ) -> rusqlite::Result<()> {
        let sql = format!("SELECT {}, held FROM {}", self.columns.join(", "), self.name);
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let columns: Vec<Value> =
                (0..self.columns.len()).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?;
            each(columns, row.get::<_, i64>(self.columns.len())? == 1);
        }
        Ok(())
    }

    /// The values of the rows that the ledger in memory needs.
    pub(super) fn held<T: DeserializeOwned>(&self, connection: &Connection) -> Result<Vec<T>, ReadError> {
        let sql = format!("SELECT body FROM {} WHERE held = 1", self.name);
        self.bodies(connection, &sql, [])
    }

    /// The values whose JSON the query answers with.
    pub(super) fn bodies<T: DeserializeOwned>(
        &self,
        connection: &Connection,
        sql: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Vec<T>, ReadError> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        let mut values = Vec::new();
        while let Some(row) = rows.next()? {
            let body = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            values.push(serde_json::from_str(body).map_err(ReadError::row(self.name))?);
        }
        Ok(values)
    }
}

pub(super) fn uuid(id: Uuid) -> Value {
    Value::Blob(id.as_bytes().to_vec())
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn flag(flag: bool) -> Value {
    Value::Integer(i64::from(flag))
}

/// A domain value as JSON.
pub(super) fn body(value: &impl Serialize) -> Value {
    // Serialising can only fail for maps whose keys are no text and for writers that fail: neither is in the domain.
    Value::Text(serde_json::to_string(value).unwrap_or_default())
}

/// The value as bytes, its type before it: two different values are never the same bytes.
pub(super) fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::Null => vec![0],
        Value::Integer(number) => [&[1], number.to_be_bytes().as_slice()].concat(),
        Value::Real(number) => [&[2], number.to_be_bytes().as_slice()].concat(),
        Value::Text(text) => [&[3], text.as_bytes()].concat(),
        Value::Blob(blob) => [&[4], blob.as_slice()].concat(),
    }
}
