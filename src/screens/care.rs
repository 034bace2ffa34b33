//! Keeping the reader from failing; see `ui/api/care_api.slint`.

use chrono::TimeDelta;
use serde::Serialize;

use crate::app::App;
use crate::domain::service::readiness::{Ready, percent, reasons};
use crate::domain::service::record;
use crate::domain::service::upkeep::{Due, Upkeep};
use crate::screens::lasted;
use crate::screens::types::PerMille;

/// The page of upkeep and readiness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CareView {
    /// How ready the shop is, in per cent.
    pub percent: u8,
    /// What the shop lacks, then work that is due, then the rest of it.
    pub rows: Vec<CareRow>,
    /// Whether the till can be left for practice.
    pub can_practise: bool,
    /// How often readers failed and how long repairs took; the longest bar is the whole.
    pub bars: Vec<CareBar>,
}

/// One thing that the shop lacks, or a piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CareRow {
    /// Which.
    pub thing: Ready,
    /// How it stands.
    pub due: CareDue,
    /// Days: until it is due, or overdue.
    pub days: i64,
    /// Who did it last.
    pub who: Option<String>,
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/care_api.slint")]
pub enum CareDue {
    Lacks,
    Never,
    Coming,
    Overdue,
}

/// A reader or a provider as a bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CareBar {
    /// Whose.
    pub name: String,
    /// How many failures.
    pub failures: u32,
    /// The mean time to repair, hours and minutes; `None` before the first repair.
    pub repair_text: Option<String>,
    /// The mean time between failures, hours and minutes; `None` before the second failure.
    pub between_text: Option<String>,
    /// The mean time to repair as a part of the longest.
    pub length: PerMille,
    /// The mean time between failures as a part of the longest.
    pub between_length: PerMille,
}

/// The page of upkeep and readiness.
pub(super) fn view(app: &App) -> CareView {
    let reasons = reasons(&app.readiness_known());
    let lacks = reasons.iter().filter(|(_, holds)| !holds).filter_map(|(ready, _)| lack(*ready));
    let mut work: Vec<CareRow> = Upkeep::ALL.into_iter().map(|work| row(app, work)).collect();
    // What is due comes first, and among that the order of the calendar stays.
    work.sort_by_key(|row| match row.due {
        CareDue::Lacks | CareDue::Never | CareDue::Overdue => 0,
        CareDue::Coming => 1,
    });
    CareView {
        percent: percent(&reasons),
        rows: lacks.chain(work).collect(),
        can_practise: app.may_practise(),
        bars: bars(app),
    }
}

fn lack(ready: Ready) -> Option<CareRow> {
    match ready {
        Ready::TypedCards
        | Ready::Limits
        | Ready::Transfers
        | Ready::Provider
        | Ready::Statement
        | Ready::Promises
        | Ready::Printer
        | Ready::SecondReader
        | Ready::Warranty
        | Ready::Hands => Some(CareRow { thing: ready, due: CareDue::Lacks, days: 0, who: None }),
        // It has its own row, whether it is due or not.
        Ready::Work(_) => None,
    }
}

fn row(app: &App, work: Upkeep) -> CareRow {
    let last = app.ledger.upkeep.get(&work);
    let (due, days) = match work.due(last, app.now) {
        Due::Never => (CareDue::Never, 0),
        Due::By(at) => (CareDue::Coming, (at - app.now).num_days() + 1),
        Due::Overdue(time) => (CareDue::Overdue, time.num_days() + 1),
    };
    let name = |done: &crate::domain::service::upkeep::UpkeepDone| {
        app.person(&done.by).map_or_else(|| done.by.0.clone(), |person| person.name.clone())
    };
    CareRow { thing: Ready::Work(work), due, days, who: last.map(name) }
}

/// Readers first, then providers.
fn bars(app: &App) -> Vec<CareBar> {
    let cases = || app.ledger.cases.values();
    let records: Vec<(String, record::Record)> =
        record::by_reader(cases(), app.now).into_iter().chain(record::by_provider(cases(), app.now)).collect();
    let minutes = |time: Option<TimeDelta>| time.map_or(0, |time| time.num_minutes());
    let repair = |record: &record::Record| minutes(record.mean_to_repair());
    let between = |record: &record::Record| minutes(record.mean_between());
    let longest = |of: &dyn Fn(&record::Record) -> i64| records.iter().map(|(_, one)| of(one)).max().unwrap_or(0);
    let (longest_repair, longest_between) = (longest(&repair), longest(&between));
    let bar = |(name, record): &(String, record::Record)| CareBar {
        name: name.clone(),
        failures: record.failures,
        repair_text: record.mean_to_repair().map(lasted),
        between_text: record.mean_between().map(lasted),
        length: PerMille::of(repair(record), longest_repair),
        between_length: PerMille::of(between(record), longest_between),
    };
    records.iter().map(bar).collect()
}
