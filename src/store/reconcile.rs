//! The imported statements and their lines.

use rusqlite::types::Value;

use super::rows::{Table, body, flag, text, uuid};
use crate::domain::ledger::{ImportedStatement, LedgerLine};
use crate::domain::reconcile::LineState;

pub(super) static STATEMENT: Table = Table::new("statement", &["id", "sha256", "body"]);

pub(super) static LINE: Table =
    Table::new("statement_line", &["id", "statement", "booked_on", "amount_minor", "currency", "open", "body"]);

/// The lines booked in these days, of all statements there ever were.
pub(super) const LINES_BOOKED: &str = "SELECT body FROM statement_line WHERE booked_on BETWEEN ?1 AND ?2";

/// The transfers from this id on that the ledger in memory needs no more, with the reference of their sale.
pub(super) const TRANSFERS_SETTLED: &str = "SELECT payment.body, sale.reference FROM payment \
    JOIN sale ON sale.id = payment.sale WHERE payment.held = 0 AND payment.tender = 'qr' AND payment.id >= ?1";

pub(super) fn statement_columns(statement: &ImportedStatement) -> Vec<Value> {
    vec![uuid(statement.id.0), text(&statement.sha256), body(statement)]
}

pub(super) fn line_columns(line: &LedgerLine) -> Vec<Value> {
    let open = match line.state {
        LineState::Unexplained => true,
        LineState::Matched { .. } | LineState::PaidOut { .. } | LineState::Explained { .. } => false,
    };
    vec![
        uuid(line.line.id.0),
        uuid(line.statement.0),
        text(&line.line.booked_on.to_string()),
        Value::Integer(line.line.amount.minor),
        text(line.line.amount.currency.code()),
        flag(open),
        body(line),
    ]
}
