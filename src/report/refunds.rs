//! What went back to customers: in the page, as CSV and for programs. A refund takes nothing off what the day took: it
//! stands beside it, as the drawer and the bank have it.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::page::{Voice, minute};
use super::table::{text, written};
use super::words::Said;
use super::{DayReport, ReportSale};
use crate::domain::money::Money;
use crate::domain::sale::{Refund, RefundWay};

/// The columns.
pub const REFUND_COLUMNS: [&str; 10] = [
    "business_day",
    "till",
    "sale_reference",
    "refunded_at",
    "amount",
    "currency",
    "way",
    "out_of_drawer",
    "by",
    "sent_by",
];

fn refunds(report: &DayReport) -> impl Iterator<Item = (&ReportSale, &Refund)> {
    report.sales.iter().flat_map(|sale| sale.sale.refunds.iter().map(move |refund| (sale, refund)))
}

/// The refunds of these days as CSV. `out_of_drawer` is what was handed out, rounded as cash is.
#[must_use]
pub fn refunds_csv(reports: &[DayReport]) -> String {
    let all = reports.iter().flat_map(|report| refunds(report).map(move |(sale, refund)| (report, sale, refund)));
    let rows = all.map(|(report, sale, refund)| {
        [
            report.date.to_string(),
            report.heading.till.to_string(),
            sale.sale.reference.to_string(),
            refund.at.to_rfc3339_opts(SecondsFormat::Secs, false),
            refund.amount.plain(),
            refund.amount.currency.to_string(),
            way(refund).to_owned(),
            out_of_drawer(refund).map(Money::plain).unwrap_or_default(),
            text(report.name(&refund.by)),
            refund.sent_by.as_ref().map(|by| text(report.name(by))).unwrap_or_default(),
        ]
    });
    written(&REFUND_COLUMNS, rows)
}

/// The same for programs, in minor units.
pub(super) fn refunds_json(report: &DayReport) -> Vec<Value> {
    let one = |(sale, refund): (&ReportSale, &Refund)| {
        json!({
            "sale": sale.sale.reference.to_string(),
            "at": refund.at.to_rfc3339_opts(SecondsFormat::Secs, false),
            "amount_minor": refund.amount.minor,
            "way": way(refund),
            "out_of_drawer_minor": out_of_drawer(refund).map(|paid| paid.minor),
            "by": report.name(&refund.by),
            "sent_by": refund.sent_by.as_ref().map(|by| report.name(by)),
        })
    };
    refunds(report).map(one).collect()
}

/// A refund on the page.
pub struct RefundRow {
    /// When.
    pub time: String,
    /// The sale.
    pub reference: String,
    /// How it went back.
    pub how: String,
    /// Who gave it.
    pub by: String,
    /// How much.
    pub amount: String,
}

/// The refunds of the page.
pub(super) fn refund_rows(voice: Voice, report: &DayReport) -> Vec<RefundRow> {
    let row = |(sale, refund): (&ReportSale, &Refund)| {
        let how = voice.say(said(refund));
        let rounded = out_of_drawer(refund).filter(|paid| *paid != refund.amount);
        RefundRow {
            time: minute(refund.at),
            reference: sale.sale.reference.to_string(),
            how: rounded.map_or_else(|| how.to_owned(), |paid| format!("{how}: {paid}")),
            by: report.name(&refund.by).to_owned(),
            amount: refund.amount.to_string(),
        }
    };
    refunds(report).map(row).collect()
}

fn out_of_drawer(refund: &Refund) -> Option<Money> {
    match refund.way {
        RefundWay::Cash { paid, .. } => Some(paid),
        RefundWay::Transfer | RefundWay::CardNotSent { .. } | RefundWay::CardTakenBack { .. } => None,
    }
}

fn way(refund: &Refund) -> &'static str {
    match refund.way {
        RefundWay::Cash { .. } => "cash",
        RefundWay::Transfer => "transfer",
        RefundWay::CardNotSent { .. } => "card_not_sent",
        RefundWay::CardTakenBack { .. } => "card_taken_back",
    }
}

fn said(refund: &Refund) -> Said {
    match refund.way {
        RefundWay::Cash { .. } => ("in cash", "现金"),
        RefundWay::Transfer if refund.is_to_be_sent() => ("by transfer, still to be sent", "转账，尚未汇出"),
        RefundWay::Transfer => ("by transfer", "转账"),
        RefundWay::CardNotSent { .. } => ("the card is not sent to the bank", "银行卡不再提交"),
        RefundWay::CardTakenBack { .. } => ("the bank took it back", "银行已撤销"),
    }
}
