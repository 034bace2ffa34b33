//! The fold of the facts, seen from the tables: what each fact does to them, and the ledger read back out of them.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use rusqlite::Connection;

use super::error::ReadError;
use super::rows::{self, Change, Table};
use super::{access, batch, card, cash, counters, day, handover, outage, payee, reconcile, sale, service};
use crate::domain::fact::Fact;
use crate::domain::handover::TakenOver;
use crate::domain::ledger::{Day, Drawer, ImportedStatement, Ledger, LedgerLine, Row, Unfitting};
use crate::domain::outage::Outage;
use crate::domain::payee::KnownPayee;
use crate::domain::sale::{Payment, Sale};
use crate::domain::service::{Case, DeviceRecord, Misread, UpkeepDone};

/// Applies one fact to the ledger and says what it does to the tables.
pub(super) fn step(ledger: &mut Ledger, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Change>, Unfitting> {
    let before = rows_that_may_go(ledger, fact);
    let touched = ledger.apply(at, fact)?;
    let mut changes = Vec::with_capacity(touched.len() + 1);
    for row in &touched {
        let (table, _) = rows::place(row);
        let columns = rows::columns(ledger, row).ok_or_else(|| Unfitting {
            kind: fact.kind(),
            why: format!("the fold names a row of {} that it does not have", table.name),
        })?;
        changes.push(Change::Put { table, columns });
    }
    for row in before.into_iter().filter(|row| rows::columns(ledger, row).is_none()) {
        let (table, key) = rows::place(&row);
        changes.push(Change::Release { table, key });
    }
    Ok(changes)
}

/// The rows in memory of which this fact may drop some: only opening a day drops any.
fn rows_that_may_go(ledger: &Ledger, fact: &Fact) -> BTreeSet<Row> {
    if let Fact::DayOpened { .. } = fact {
        return ledger
            .drawer_sessions()
            .map(|drawer| Row::Drawer(drawer.id))
            .chain(ledger.day.iter().map(|day| Row::Day(day.id)))
            .chain(ledger.sales.keys().copied().map(Row::Sale))
            .chain(ledger.payments.keys().copied().map(Row::Payment))
            .chain(ledger.outages.keys().copied().map(Row::Outage))
            .chain(ledger.lines.iter().map(|kept| Row::Line(kept.line.id)))
            .chain(ledger.misreads.keys().copied().map(Row::Misread))
            .collect();
    }
    BTreeSet::new()
}

/// The ledger as the tables have it.
pub(super) fn load(connection: &Connection) -> Result<Ledger, ReadError> {
    let sales: Vec<Sale> = sale::SALE.held(connection)?;
    let payments: Vec<Payment> = sale::PAYMENT.held(connection)?;
    let outages: Vec<Outage> = outage::OUTAGE.held(connection)?;
    let payees: Vec<KnownPayee> = payee::PAYEE.held(connection)?;
    let statements: Vec<ImportedStatement> = reconcile::STATEMENT.held(connection)?;
    let lines: Vec<LedgerLine> = reconcile::LINE.held(connection)?;
    let cases: Vec<Case> = service::CASE.held(connection)?;
    let upkeep: Vec<UpkeepDone> = service::UPKEEP.held(connection)?;
    let devices: Vec<DeviceRecord> = service::DEVICE.held(connection)?;
    let misreads: Vec<Misread> = service::MISREAD.held(connection)?;
    let drawers: Vec<Drawer> = cash::DRAWER.held(connection)?;
    let (boxes, drawers): (Vec<Drawer>, Vec<Drawer>) = drawers.into_iter().partition(|drawer| drawer.foreign.is_some());
    let (drawers_aside, in_use): (Vec<Drawer>, Vec<Drawer>) = drawers.into_iter().partition(|drawer| drawer.is_aside);
    let taken: Vec<TakenOver> = handover::TAKEN_OVER.held(connection)?;
    let (last_sequence, last_stan) = counters::held(connection)?;
    Ok(Ledger {
        day: only::<Day>(&day::DAY, connection)?,
        drawer: one(&cash::DRAWER, in_use)?,
        drawers_aside: drawers_aside.into_iter().map(|drawer| (drawer.id, drawer)).collect(),
        boxes: boxes.into_iter().filter_map(|one| Some((one.foreign?.currency, one))).collect(),
        sales: sales.into_iter().map(|sale| (sale.id, sale)).collect(),
        payments: payments.into_iter().collect(),
        outages: outages.into_iter().map(|outage| (outage.id, outage)).collect(),
        pins: access::held(connection)?.into_iter().collect(),
        payees: payees.into_iter().map(|payee| (payee.key.clone(), payee)).collect(),
        statements: statements.into_iter().map(|statement| (statement.id, statement)).collect(),
        lines: lines.into_iter().collect(),
        keys: card::held(connection)?,
        cases: cases.into_iter().map(|case| (case.id, case)).collect(),
        upkeep: upkeep.into_iter().map(|done| (done.work, done)).collect(),
        devices: devices.into_iter().map(|device| (device.name.clone(), device)).collect(),
        misreads: misreads.into_iter().map(|misread| (misread.payment, misread)).collect(),
        batch: batch::held(connection)?,
        taken: taken.into_iter().map(|taken| (taken.handover, taken)).collect(),
        last_sequence,
        last_stan,
    })
}

fn only<T: serde::de::DeserializeOwned>(
    table: &'static Table,
    connection: &Connection,
) -> Result<Option<T>, ReadError> {
    one(table, table.held(connection)?)
}

fn one<T>(table: &'static Table, mut held: Vec<T>) -> Result<Option<T>, ReadError> {
    let last = held.pop();
    if held.is_empty() {
        Ok(last)
    } else {
        Err(ReadError::Row { table: table.name, why: "more than one row is current".to_owned() })
    }
}
