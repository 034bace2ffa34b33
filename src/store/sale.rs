//! The sales and their payments.

use rusqlite::types::Value;

use super::rows::{Table, body, flag, text, uuid};
use crate::domain::sale::{Payment, Sale, SaleState, TenderKind};

pub(super) static SALE: Table =
    Table::new("sale", &["id", "day", "reference", "amount_minor", "currency", "open", "body"]);

pub(super) static PAYMENT: Table =
    Table::new("payment", &["id", "sale", "day", "tender", "amount_minor", "currency", "open", "body"]);

pub(super) const SALES_OF_DAY: &str = "SELECT body FROM sale WHERE held IN (0, 1) AND day = ?1 ORDER BY id";

/// Without an index: one would be another page to flush with each sale. Ids are time-ordered, so the table is walked from
/// the newest sale back, and customers bring goods back that they bought lately. Naming `held` here would make SQLite go
/// by `sale_day` and fetch each row of the table out of order.
pub(super) const SALE_OF_REFERENCE: &str = "SELECT body FROM sale WHERE reference = ?1 ORDER BY id DESC LIMIT 1";

pub(super) const PAYMENTS_OF_SALE: &str =
    "SELECT body FROM payment WHERE held IN (0, 1) AND day = ?1 AND sale = ?2 ORDER BY id";

pub(super) const PAYMENTS_OF_DAY: &str = "SELECT body FROM payment WHERE held IN (0, 1) AND day = ?1 ORDER BY id";

pub(super) fn sale_columns(sale: &Sale) -> Vec<Value> {
    let open = match sale.state {
        SaleState::Open => true,
        SaleState::Done { .. } | SaleState::Abandoned { .. } => false,
    };
    vec![
        uuid(sale.id.0),
        uuid(sale.day.0),
        text(&sale.reference.to_string()),
        Value::Integer(sale.amount.minor),
        text(sale.amount.currency.code()),
        flag(open),
        body(sale),
    ]
}

pub(super) fn payment_columns(payment: &Payment) -> Vec<Value> {
    vec![
        uuid(payment.id.0),
        uuid(payment.sale.0),
        uuid(payment.day.0),
        text(tender(payment.tender.kind())),
        Value::Integer(payment.amount.minor),
        text(payment.amount.currency.code()),
        flag(payment.is_open()),
        body(payment),
    ]
}

fn tender(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Reader => "reader",
        TenderKind::Qr => "qr",
        TenderKind::Card => "card",
        TenderKind::Cash => "cash",
    }
}
