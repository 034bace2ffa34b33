//! The outages on a page: as a line through the day, and as a table with what was sold in each.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};

use super::page::{Voice, clock, minute, percent};
use super::{DayReport, ReportSale};
use crate::domain::day::{Segment, segments};
use crate::domain::outage::Outage;
use crate::domain::sale::SaleState;

/// The day as a line.
pub struct Span {
    /// When it begins.
    pub from: String,
    /// When it ends.
    pub to: String,
    /// The outages in it.
    pub outages: Vec<Stretch>,
    /// The sales that were taken in spite of them; those of one moment are one mark.
    pub sales: Vec<String>,
}

/// Where an outage lies in it.
pub struct Stretch {
    /// Where it begins.
    pub left: String,
    /// How long it is.
    pub width: String,
}

impl Span {
    /// The day of a report up to `end`.
    pub fn of(report: &DayReport, end: DateTime<FixedOffset>) -> Self {
        let place = |at| moment(at, report.opened, end);
        let stretch = |outage: &Outage| {
            let (left, right) = (place(outage.began), place(outage.ended.unwrap_or(end)));
            Stretch { left: percent(left), width: percent(right.saturating_sub(left).max(0)) }
        };
        let kept = report.sales.iter().filter(|sale| sale.is_contingency && sale.sale.began >= report.opened);
        let marks: BTreeSet<i64> = kept.map(|sale| place(sale.sale.began) / 2 * 2).collect();
        Self {
            from: clock(report.opened),
            to: clock(end),
            outages: report.outages.iter().map(stretch).collect(),
            sales: marks.into_iter().map(percent).collect(),
        }
    }
}

/// Where a moment lies between two others, in thousandths.
fn moment(at: DateTime<FixedOffset>, from: DateTime<FixedOffset>, to: DateTime<FixedOffset>) -> i64 {
    let span = (to - from).num_seconds().max(1);
    (at - from).num_seconds().clamp(0, span) * 1_000 / span
}

/// A part of an outage in which the same was out.
pub struct OutageRow {
    /// Whether more of the same outage follows.
    pub class: &'static str,
    /// Since when.
    pub from: String,
    /// Until when.
    pub to: String,
    /// How long.
    pub lasted: String,
    /// The cause, and what failed beside it.
    pub cause: String,
    /// How many sales were done in the outage; in its last row.
    pub sales: String,
    /// What they took; in its last row.
    pub taken: String,
}

/// The outages, one row for each part. One that lasts is counted up to `end`.
pub fn outages(voice: Voice, all: &[Outage], sales: &[ReportSale], end: DateTime<FixedOffset>) -> Vec<OutageRow> {
    all.iter().flat_map(|outage| rows(voice, outage, sales, end)).collect()
}

fn rows(voice: Voice, outage: &Outage, sales: &[ReportSale], end: DateTime<FixedOffset>) -> Vec<OutageRow> {
    let is_done = |sale: &&ReportSale| matches!(sale.sale.state, SaleState::Done { .. });
    let inside = || sales.iter().filter(|sale| sale.outage == Some(outage.id)).filter(is_done);
    let taken = inside().flat_map(|sale| &sale.payments).fold(0_i64, |sum, one| sum.saturating_add(one.taken.minor));
    let is_blind = inside().any(|sale| sale.is_blind);
    let row = |segment: Segment| OutageRow {
        class: "more",
        from: minute(segment.from),
        to: segment.to.map_or_else(|| voice.say(("still lasts", "仍在持续")).to_owned(), minute),
        lasted: voice.language.duration(segment.seconds(end)),
        cause: voice.language.segment(&segment),
        sales: String::new(),
        taken: String::new(),
    };
    let mut rows: Vec<OutageRow> = segments(outage).into_iter().filter(Segment::lasted).map(row).collect();
    if let Some(last) = rows.last_mut() {
        let (sales, taken) = (inside().count().to_string(), voice.money_with_cash(taken, is_blind));
        (last.class, last.sales, last.taken) = ("", sales, taken);
    }
    rows
}
