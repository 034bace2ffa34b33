//! The day as bars: by tender, by hour, by outage; each bar divided into received, still open and lost.

use serde::Serialize;

use crate::app::App;
use crate::domain::day::{Bar, charts};
use crate::domain::money::Money;
use crate::domain::sale::TenderKind;
use crate::screens::clock;
use crate::screens::day::count;
use crate::screens::types::PerMille;

/// The most outages that are drawn, the latest.
const OUTAGES_SHOWN: usize = 3;

/// The charts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChartsView {
    /// By tender.
    pub tenders: Vec<ChartBar>,
    /// By hour.
    pub hours: Vec<ChartBar>,
    /// By outage.
    pub outages: Vec<ChartBar>,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChartBar {
    /// The tender, where it stands for one.
    pub tender: Option<TenderKind>,
    /// What else it stands for: an hour, or when an outage began.
    pub label: String,
    /// How many payments.
    pub count: u32,
    /// What was taken or promised.
    pub amount: String,
    /// Of that: received.
    pub received: String,
    /// Still open.
    pub open: String,
    /// Lost.
    pub lost: String,
    /// The parts, of the largest bar beside it.
    pub received_ratio: PerMille,
    /// The same.
    pub open_ratio: PerMille,
    /// The same.
    pub lost_ratio: PerMille,
}

pub(super) fn view(app: &App) -> ChartsView {
    let rules = app.day_rules();
    let is_blind = !app.ledger.drawers_are_counted();
    let drawn = charts(&app.ledger, &app.findings().found, app.now, &rules, is_blind);
    let began = |bar: &Bar<_>| app.ledger.outages.get(&bar.of).map(|outage| clock(outage.began)).unwrap_or_default();
    let earlier = drawn.outages.len().saturating_sub(OUTAGES_SHOWN);
    ChartsView {
        tenders: bars(app, &drawn.tenders, |bar| (Some(bar.of), String::new())),
        hours: bars(app, &drawn.hours, |bar| (None, bar.of.format("%H").to_string())),
        outages: bars(app, &drawn.outages[earlier..], |bar| (None, began(bar))),
    }
}

fn bars<T>(app: &App, bars: &[Bar<T>], name: impl Fn(&Bar<T>) -> (Option<TenderKind>, String)) -> Vec<ChartBar> {
    let most = bars.iter().map(|bar| bar.parts.taken_minor()).max().unwrap_or(0);
    let shown = |minor| Money::new(minor, app.settings.currency).shown();
    let row = |bar: &Bar<T>| {
        let ((tender, label), parts) = (name(bar), bar.parts);
        ChartBar {
            tender,
            label,
            count: count(usize::try_from(bar.count).unwrap_or(usize::MAX)),
            amount: shown(parts.taken_minor()),
            received: shown(parts.received_minor),
            open: shown(parts.open_minor),
            lost: shown(parts.lost_minor),
            received_ratio: PerMille::of(parts.received_minor, most),
            open_ratio: PerMille::of(parts.open_minor, most),
            lost_ratio: PerMille::of(parts.lost_minor, most),
        }
    };
    bars.iter().map(row).collect()
}
