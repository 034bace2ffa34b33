//! The drawers on the page of a day. Before the count of one nothing says what should be in it.

use super::handovers::{HandoverRow, handover_rows};
use super::page::Voice;
use super::words::Said;
use super::{DayReport, ReportDrawer};
use crate::domain::money::{Currency, Money};

/// A drawer, or the box of another currency.
pub struct DrawerTable<'a> {
    /// Its name or currency, where it has one.
    pub name: Option<&'a str>,
    /// Its lines; none before it is counted.
    pub rows: Vec<DrawerRow>,
    /// How it changed hands.
    pub handovers: Vec<HandoverRow>,
}

/// A line of a drawer.
pub struct DrawerRow {
    /// How its label looks.
    pub class: &'static str,
    /// What it is.
    pub label: &'static str,
    /// How its amount looks.
    pub amount_class: &'static str,
    /// How much.
    pub amount: String,
}

/// The drawers of a day.
pub fn drawer_tables(voice: Voice, report: &DayReport) -> Vec<DrawerTable<'_>> {
    let table = |one| DrawerTable {
        name: name(one),
        rows: rows(voice, report, one),
        handovers: handover_rows(voice, report, one),
    };
    report.drawers.iter().map(table).collect()
}

fn name(one: &ReportDrawer) -> Option<&str> {
    let currency = one.session.foreign.map(|foreign| foreign.currency);
    one.session.name.as_deref().or(currency.map(Currency::code))
}

fn rows(voice: Voice, report: &DayReport, one: &ReportDrawer) -> Vec<DrawerRow> {
    let drawer = &one.session;
    let Some(count) = one.count(report.close.is_some()) else { return Vec::new() };
    let currency = drawer.foreign.map(|foreign| foreign.currency);
    let row = |class, said: Said, minor: i64, amount_class| DrawerRow {
        class,
        label: voice.say(said),
        amount_class,
        amount: Money::new(minor, currency.unwrap_or(voice.currency)).to_string(),
    };
    let exchanged =
        if currency.is_some() { ("Taken", "收取") } else { ("Taken in another currency", "以外币收取") };
    let lines = one.figures;
    let moved = [
        (("Cash sales", "现金销售"), lines.sales),
        (("Rounding", "舍入"), lines.rounding),
        (exchanged, lines.exchanged),
        (("Paid in", "存入"), lines.paid_in),
        (("Found at handovers", "交接差额"), lines.handed_over),
        (("Given back", "退还现金"), -lines.given_back),
        (("Refunded", "退款"), -lines.refunded),
        (("Paid out", "支出"), -lines.paid_out),
        (("Into the safe", "入保险柜"), -lines.dropped),
    ];
    // A day that was closed by an older version has its sum and no lines. While another drawer or box is to be counted they
    // would say what is in it.
    let has_lines = !report.is_blind && lines.expected() == count.expected_minor;
    let moved = moved.into_iter().filter(|(_, minor)| has_lines && *minor != 0);
    let difference = count.difference_minor();
    let mut rows = vec![row("", ("Float", "备用金"), drawer.float_minor, "number")];
    rows.extend(moved.map(|(said, minor)| row("", said, minor, "number")));
    rows.extend([
        row("", ("Expected", "应有"), count.expected_minor, "number"),
        row("", ("Counted without seeing it", "盲点"), count.counted_minor, "number"),
        row("", ("Difference", "差额"), difference, if difference == 0 { "number good" } else { "number bad" }),
    ]);
    rows.extend(drawer.first.iter().flat_map(|first| {
        [
            row("quiet", ("First counted without seeing it", "首次盲点"), first.counted_minor, "number"),
            row("quiet", ("Difference of the first count", "首次清点差额"), first.difference_minor(), "number"),
        ]
    }));
    rows
}

/// How often something happened at the drawers.
pub struct Times {
    /// It should have given more than it holds.
    pub refused: u32,
    /// It was opened without a sale.
    pub opened: u32,
}

impl Times {
    /// Of a day.
    pub fn of(report: &DayReport) -> Self {
        let refused = report.drawers.iter().fold(0_u32, |sum, one| sum.saturating_add(one.session.refusals));
        Self { refused, opened: report.figures.drawer_openings }
    }
}
