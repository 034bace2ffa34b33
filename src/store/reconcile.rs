//! The imported statements and their lines.

use rusqlite::types::Value;

use super::rows::{Table, body, flag, text, uuid};
use crate::domain::ledger::{ImportedStatement, LedgerLine};
use crate::domain::reconcile::LineState;

pub(super) static STATEMENT: Table = Table::new("statement", &["id", "sha256", "body"]);

pub(super) static LINE: Table =
    Table::new("statement_line", &["id", "statement", "booked_on", "amount_minor", "currency", "open", "body"]);

pub(super) fn statement_columns(statement: &ImportedStatement) -> Vec<Value> {
    vec![uuid(statement.id.0), text(&statement.sha256), body(statement)]
}

pub(super) fn line_columns(line: &LedgerLine) -> Vec<Value> {
    let open = match line.state {
        LineState::Unexplained => true,
        LineState::Matched { .. } | LineState::Explained { .. } => false,
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
