//! What went back to customers: in the page, as CSV and for programs. Nothing of it is taken off what the day took: it
//! stands beside it, as the drawer and the bank have it.
//!
//! A refund is of goods; what came too much, or for nothing, is given back because it never was the shop's.

use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde_json::{Value, json};

use super::DayReport;
use super::page::{Voice, minute};
use super::table::{text, written};
use super::words::Said;
use crate::domain::ids::{PersonId, SaleReference};
use crate::domain::money::Money;
use crate::domain::reconcile::LineState;
use crate::domain::sale::{GiveBackWay, Refund, RefundWay};

/// The columns.
pub const REFUND_COLUMNS: [&str; 11] = [
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
    "what",
];

/// Money that went back.
struct Back<'a> {
    why: Why,
    /// The sale; none of a credit that names none.
    sale: Option<SaleReference>,
    at: DateTime<FixedOffset>,
    amount: Money,
    way: &'static str,
    said: Said,
    /// What was handed out, rounded as cash is.
    out_of_drawer: Option<Money>,
    by: &'a PersonId,
    sent_by: Option<&'a PersonId>,
}

/// Why money went back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// Goods came back, or a price was wrong.
    Refund,
    /// A sale was paid more than once, or too much.
    Overpaid,
    /// A credit on the statement is for no sale.
    Credit,
}

impl Why {
    fn word(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Overpaid => "overpaid",
            Self::Credit => "credit",
        }
    }
}

/// All that went back in a day: refunds, what was too much, and credits.
fn all(report: &DayReport) -> Vec<Back<'_>> {
    let sales = || report.sales.iter().map(|one| &one.sale);
    let refunds = sales().flat_map(|sale| sale.refunds.iter().map(|refund| refunded(sale.reference, refund)));
    let overpaid = sales().flat_map(|sale| {
        let of_sale = Some(sale.reference);
        sale.given_back.iter().map(move |back| given(Why::Overpaid, of_sale, back.at, back.amount, back.way, &back.by))
    });
    let credits = report.lines.iter().filter_map(|one| match &one.state {
        LineState::Returned { way, by, at, .. } => {
            Some(given(Why::Credit, one.sales.first().copied(), *at, one.line.amount, *way, by))
        }
        LineState::Matched { .. }
        | LineState::PaidOut { .. }
        | LineState::Explained { .. }
        | LineState::Unexplained => None,
    });
    let mut all: Vec<Back<'_>> = refunds.chain(overpaid).chain(credits).collect();
    all.sort_by_key(|back| back.at);
    all
}

fn refunded(sale: SaleReference, refund: &Refund) -> Back<'_> {
    let (way, said, out_of_drawer) = match refund.way {
        RefundWay::Cash { paid, .. } => ("cash", ("in cash", "现金"), Some(paid)),
        RefundWay::Transfer if refund.is_to_be_sent() => {
            ("transfer", ("by transfer, still to be sent", "转账，尚未汇出"), None)
        }
        RefundWay::Transfer => ("transfer", ("by transfer", "转账"), None),
        RefundWay::CardNotSent { .. } => {
            ("card_not_sent", ("the card is not sent to the bank", "银行卡不再提交"), None)
        }
        RefundWay::CardTakenBack { .. } => ("card_taken_back", ("the bank took it back", "银行已撤销"), None),
    };
    let Refund { amount, by, at, sent_by, .. } = refund;
    let (sale, at, amount, sent_by) = (Some(sale), *at, *amount, sent_by.as_ref());
    Back { why: Why::Refund, sale, at, amount, way, said, out_of_drawer, by, sent_by }
}

fn given(
    why: Why,
    sale: Option<SaleReference>,
    at: DateTime<FixedOffset>,
    amount: Money,
    way: GiveBackWay,
    by: &PersonId,
) -> Back<'_> {
    let (way, said, out_of_drawer) = match way {
        GiveBackWay::Cash { paid, .. } => ("cash", ("in cash", "现金"), Some(paid.unwrap_or(amount))),
        GiveBackWay::OnReader => ("reader", ("on the reader", "在读卡器上"), None),
        GiveBackWay::OtherWay => ("other", ("by transfer or another way", "转账或其他方式"), None),
    };
    Back { why, sale, at, amount, way, said, out_of_drawer, by, sent_by: None }
}

/// What went back in these days as CSV: `what` says why. `out_of_drawer` is what was handed out, rounded as cash is.
#[must_use]
pub fn refunds_csv(reports: &[DayReport]) -> String {
    let rows = reports.iter().flat_map(|report| all(report).into_iter().map(move |back| row(report, &back)));
    written(&REFUND_COLUMNS, rows)
}

fn row(report: &DayReport, back: &Back<'_>) -> [String; 11] {
    [
        report.date.to_string(),
        report.heading.till.to_string(),
        back.sale.map(|sale| sale.to_string()).unwrap_or_default(),
        moment(back.at),
        back.amount.plain(),
        back.amount.currency.to_string(),
        back.way.to_owned(),
        back.out_of_drawer.map(Money::plain).unwrap_or_default(),
        text(report.name(back.by)),
        back.sent_by.map(|by| text(report.name(by))).unwrap_or_default(),
        back.why.word().to_owned(),
    ]
}

fn moment(at: DateTime<FixedOffset>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// The refunds for programs, in minor units.
pub(super) fn refunds_json(report: &DayReport) -> Vec<Value> {
    let refunds = all(report).into_iter().filter(|back| back.why == Why::Refund);
    refunds.map(|back| value(report, &back)).collect()
}

/// What was given back for programs: what was too much, and credits.
pub(super) fn given_back_json(report: &DayReport) -> Vec<Value> {
    let given = all(report).into_iter().filter(|back| back.why != Why::Refund);
    given.map(|back| value(report, &back)).collect()
}

fn value(report: &DayReport, back: &Back<'_>) -> Value {
    json!({
        "what": back.why.word(),
        "sale": back.sale.map(|sale| sale.to_string()),
        "at": moment(back.at),
        "amount_minor": back.amount.minor,
        "way": back.way,
        "out_of_drawer_minor": back.out_of_drawer.map(|paid| paid.minor),
        "by": report.name(back.by),
        "sent_by": back.sent_by.map(|by| report.name(by)),
    })
}

/// What went back, on the page.
pub struct BackRow<'a> {
    /// When.
    pub time: String,
    /// The sale.
    pub reference: String,
    /// Why.
    pub what: &'static str,
    /// How it went back.
    pub how: String,
    /// Who gave it.
    pub by: &'a str,
    /// How much.
    pub amount: String,
}

/// What went back, for the page.
pub(super) fn back_rows(voice: Voice, report: &DayReport) -> Vec<BackRow<'_>> {
    all(report).iter().map(|back| back_row(voice, report, back)).collect()
}

fn back_row<'a>(voice: Voice, report: &'a DayReport, back: &Back<'a>) -> BackRow<'a> {
    let what = match back.why {
        Why::Refund => ("Refund", "退款"),
        Why::Overpaid => ("Paid too much", "多付款"),
        Why::Credit => ("Credit without a sale", "无对应销售的入账"),
    };
    let how = voice.say(back.said);
    let rounded = back.out_of_drawer.filter(|paid| *paid != back.amount);
    BackRow {
        time: minute(back.at),
        reference: back.sale.map(|sale| sale.to_string()).unwrap_or_default(),
        what: voice.say(what),
        how: rounded.map_or_else(|| how.to_owned(), |paid| format!("{how}: {paid}")),
        by: report.name(back.by),
        amount: back.amount.to_string(),
    }
}

/// What of that went out of the drawer because it was too much, in minor units.
pub(super) fn given_out_of_drawer_minor(report: &DayReport) -> i64 {
    let given = all(report).into_iter().filter(|back| back.why != Why::Refund && back.at >= report.opened);
    given.filter_map(|back| back.out_of_drawer).fold(0, |sum, paid| sum.saturating_add(paid.minor))
}
