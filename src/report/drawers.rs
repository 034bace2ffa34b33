//! The drawers and the boxes of other currencies in the report: one row each. Before the count of one nothing says what
//! should be in it.

use serde_json::{Value, json};

use super::handovers::handovers_json;
use super::table::{text, written};
use super::{DayReport, ReportDrawer};
use crate::domain::ledger::DrawerCount;
use crate::domain::money::{Currency, Money};

/// The columns.
pub const DRAWER_COLUMNS: [&str; 20] = [
    "business_day",
    "till",
    "drawer",
    "currency",
    "float",
    "sales",
    "rounding",
    "exchanged",
    "paid_in",
    "found_at_handovers",
    "given_back",
    "refunded",
    "paid_out",
    "into_safe",
    "refused",
    "expected",
    "counted",
    "difference",
    "counted_first",
    "difference_first",
];

/// The drawers of these days as CSV, the box of each other currency as one of them, in its own currency. What goes out has
/// a minus, so that the lines add up to `expected`; they are empty before the count.
#[must_use]
pub fn drawers_csv(reports: &[DayReport]) -> String {
    let drawers = reports.iter().flat_map(|report| report.drawers.iter().map(move |one| (report, one)));
    written(&DRAWER_COLUMNS, drawers.map(|(report, one)| row(report, one)))
}

fn row(report: &DayReport, one: &ReportDrawer) -> [String; 20] {
    let (session, lines) = (&one.session, &one.figures);
    let currency = currency(report, one);
    let counted = one.count(report.close.is_some());
    let cell = |minor: i64| counted.map(|_| Money::new(minor, currency).plain()).unwrap_or_default();
    // What a drawer gave out or took in for notes of another currency says what is in the box of those.
    let line = |minor: i64| if report.is_blind { String::new() } else { cell(minor) };
    let first = session.first.as_ref();
    let (counted_minor, expected_minor) = counted.map_or((0, 0), |count| (count.counted_minor, count.expected_minor));
    [
        report.date.to_string(),
        report.heading.till.to_string(),
        text(session.name.as_deref().unwrap_or_default()),
        currency.to_string(),
        cell(lines.float),
        line(lines.sales),
        line(lines.rounding),
        line(lines.exchanged),
        line(lines.paid_in),
        line(lines.handed_over),
        line(lines.given_back.saturating_neg()),
        line(lines.refunded.saturating_neg()),
        line(lines.paid_out.saturating_neg()),
        line(lines.dropped.saturating_neg()),
        session.refusals.to_string(),
        cell(expected_minor),
        cell(counted_minor),
        cell(counted_minor.saturating_sub(expected_minor)),
        first.map(|count| cell(count.counted_minor)).unwrap_or_default(),
        first.map(|count| cell(count.difference_minor())).unwrap_or_default(),
    ]
}

/// The same for programs, in minor units.
pub(super) fn drawers_json(report: &DayReport) -> Vec<Value> {
    let drawer = |one: &ReportDrawer| {
        let count = one.count(report.close.is_some());
        let first = count.and(one.session.first.as_ref());
        json!({
            "name": one.session.name,
            "currency": currency(report, one),
            "lines": count.filter(|_| !report.is_blind).map(|_| one.figures),
            "refused": one.session.refusals,
            "expected_minor": count.map(|count| count.expected_minor),
            "counted_minor": count.map(|count| count.counted_minor),
            "difference_minor": count.map(DrawerCount::difference_minor),
            // A first count that differed so much that there was a second one.
            "counted_first_minor": first.map(|first| first.counted_minor),
            "difference_first_minor": first.map(DrawerCount::difference_minor),
            "handovers": handovers_json(report, one),
        })
    };
    report.drawers.iter().map(drawer).collect()
}

/// The figures of the day. What would tell somebody who still has to count what to count towards is null until they have.
pub(super) fn figures_json(report: &DayReport) -> Value {
    let mut figures = json!(report.figures);
    if report.is_blind {
        let hidden = ["cash", "received_minor", "drawer", "cash_expected_minor", "cash_counted_minor", "foreign"];
        for hidden in hidden {
            if let Some(value) = figures.get_mut(hidden) {
                *value = Value::Null;
            }
        }
    }
    figures
}

/// Whether every drawer and every box was counted.
pub(super) fn is_counted(report: &DayReport) -> bool {
    report.drawers.iter().all(|one| one.count(report.close.is_some()).is_some())
}

pub(super) fn currency(report: &DayReport, one: &ReportDrawer) -> Currency {
    one.session.foreign.map_or(report.currency, |foreign| foreign.currency)
}
