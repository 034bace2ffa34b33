//! Drawers that went from one person to another: who counted, what was there and what should have been, and the first count
//! where there were two. In the page, as CSV and for programs; each with its drawer, and not before that is counted.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::drawers::currency;
use super::page::{Voice, minute};
use super::table::{text, written};
use super::words::Said;
use super::{DayReport, ReportDrawer};
use crate::domain::cash::CountNote;
use crate::domain::ledger::{DrawerCount, Handover};
use crate::domain::money::Money;

/// The columns.
pub const HANDOVER_COLUMNS: [&str; 13] = [
    "business_day",
    "till",
    "drawer",
    "currency",
    "handed_over_at",
    "from",
    "to",
    "expected",
    "counted",
    "difference",
    "counted_first",
    "difference_first",
    "note",
];

/// The handovers of a drawer that is counted: before that they would say where its count begins.
fn handovers<'a>(report: &DayReport, one: &'a ReportDrawer) -> &'a [Handover] {
    one.count(report.close.is_some()).map_or(&[], |_| &one.session.handovers)
}

/// The handovers of these days as CSV, one row for each drawer and each box that changed hands.
#[must_use]
pub fn handovers_csv(reports: &[DayReport]) -> String {
    let drawers = reports.iter().flat_map(|report| report.drawers.iter().map(move |one| (report, one)));
    let all = drawers.flat_map(|(report, one)| handovers(report, one).iter().map(move |it| (report, one, it)));
    let rows = all.map(|(report, one, it)| {
        let money = |minor| Money::new(minor, currency(report, one)).plain();
        let first = it.first.as_ref();
        [
            report.date.to_string(),
            report.heading.till.to_string(),
            text(one.session.name.as_deref().unwrap_or_default()),
            currency(report, one).to_string(),
            it.at.to_rfc3339_opts(SecondsFormat::Secs, false),
            text(report.name(&it.from)),
            text(report.name(&it.to)),
            money(it.expected_minor),
            money(it.counted_minor),
            money(it.difference_minor()),
            first.map(|count| money(count.counted_minor)).unwrap_or_default(),
            first.map(|count| money(count.difference_minor())).unwrap_or_default(),
            it.note.map(|note| note_word(note).to_owned()).unwrap_or_default(),
        ]
    });
    written(&HANDOVER_COLUMNS, rows)
}

/// The handovers of one drawer for programs, in minor units.
pub(super) fn handovers_json(report: &DayReport, one: &ReportDrawer) -> Vec<Value> {
    let handover = |it: &Handover| {
        let first = it.first.as_ref();
        json!({
            "at": it.at.to_rfc3339_opts(SecondsFormat::Secs, false),
            "from": report.name(&it.from),
            "to": report.name(&it.to),
            "expected_minor": it.expected_minor,
            "counted_minor": it.counted_minor,
            "difference_minor": it.difference_minor(),
            "counted_first_minor": first.map(|count| count.counted_minor),
            "difference_first_minor": first.map(DrawerCount::difference_minor),
            "note": it.note.map(note_word),
        })
    };
    handovers(report, one).iter().map(handover).collect()
}

/// A handover of a drawer, for the page.
pub struct HandoverRow {
    /// When.
    pub time: String,
    /// From whom to whom.
    pub who: String,
    /// Why it differs, where somebody said so.
    pub why: &'static str,
    /// What was counted first, where it was counted twice.
    pub first: String,
    /// What was counted.
    pub counted: String,
    /// By how much it differs.
    pub difference: String,
    /// How the difference looks.
    pub class: &'static str,
}

/// The handovers of one drawer for the page.
pub(super) fn handover_rows(voice: Voice, report: &DayReport, one: &ReportDrawer) -> Vec<HandoverRow> {
    let money = |minor| Money::new(minor, currency(report, one)).to_string();
    let row = |it: &Handover| HandoverRow {
        time: minute(it.at),
        who: format!("{} → {}", report.name(&it.from), report.name(&it.to)),
        why: it.note.map(|note| voice.say(note_said(note))).unwrap_or_default(),
        first: it.first.as_ref().map(|count| money(count.counted_minor)).unwrap_or_default(),
        counted: money(it.counted_minor),
        difference: money(it.difference_minor()),
        class: if it.difference_minor() == 0 { "number good" } else { "number bad" },
    };
    handovers(report, one).iter().map(row).collect()
}

fn note_word(note: CountNote) -> &'static str {
    match note {
        CountNote::WrongChange => "wrong_change",
        CountNote::SlipMissing => "slip_missing",
        CountNote::FloatWrong => "float_wrong",
        CountNote::CannotBeFound => "cannot_be_found",
    }
}

fn note_said(note: CountNote) -> Said {
    match note {
        CountNote::WrongChange => ("wrong change", "找错钱"),
        CountNote::SlipMissing => ("slip missing", "缺少单据"),
        CountNote::FloatWrong => ("float was wrong", "备用金有误"),
        CountNote::CannotBeFound => ("cannot be found", "查不出原因"),
    }
}
