//! The bars of a page: taken by hour or day, and by outage or time.

use super::DayReport;
use super::page::{Voice, clock, minute, percent};
use super::words::Said;
use crate::domain::day::Bar;

/// A chart with its title. The largest bar is as long as the chart.
pub struct Chart {
    /// What it shows.
    pub title: &'static str,
    /// The bars.
    pub bars: Vec<ChartBar>,
}

/// One bar.
pub struct ChartBar {
    /// What it stands for.
    pub label: String,
    /// How many payments, and how much.
    pub figure: String,
    /// Its parts from the top to the bottom: what is lost, open and received.
    pub parts: [ChartPart; 3],
}

/// A part of a bar in one colour.
pub struct ChartPart {
    /// Which.
    pub class: &'static str,
    /// How long.
    pub size: String,
}

impl Chart {
    /// A chart of these bars with their labels; none where nothing was taken.
    pub fn of<T>(voice: Voice, title: Said, bars: &[Bar<T>], label: impl Fn(&T) -> String) -> Option<Self> {
        let most = bars.iter().map(|bar| bar.parts.taken_minor()).max().filter(|most| *most > 0)?;
        let part = |class, minor: i64| {
            let per_mille = i128::from(minor.max(0)) * 1_000 / i128::from(most);
            ChartPart { class, size: percent(i64::try_from(per_mille).unwrap_or(i64::MAX)) }
        };
        let bar = |bar: &Bar<T>| {
            let parts = bar.parts;
            ChartBar {
                label: label(&bar.of),
                figure: format!("{} × · {}", bar.count, voice.money(parts.taken_minor())),
                parts: [
                    part("bad", parts.lost_minor),
                    part("wait", parts.open_minor),
                    part("good", parts.received_minor),
                ],
            }
        };
        Some(Self { title: voice.say(title), bars: bars.iter().map(bar).collect() })
    }

    /// What a day took by hour.
    pub fn by_hour(voice: Voice, report: &DayReport) -> Option<Self> {
        Self::of(voice, ("Taken by hour", "每小时收款"), &report.charts.hours, |hour| clock(*hour))
    }

    /// What a day took during its outages.
    pub fn by_outage(voice: Voice, report: &DayReport) -> Option<Self> {
        Self::of(voice, ("Taken during outages", "故障期间收款"), &report.charts.outages, |id| {
            let began = report.outages.iter().find(|outage| outage.id == *id).map(|outage| minute(outage.began));
            began.unwrap_or_default()
        })
    }
}
