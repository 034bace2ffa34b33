//! Several days together, one outage, or one case of the reader: what was taken, what it cost, and every sale that was kept.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::{DayReport, ReportSale};
use crate::domain::day::{Adjustment, Bar, Costs, DayRules, Outcome, Parts};
use crate::domain::ids::{OutageId, SaleId};
use crate::domain::money::Currency;
use crate::domain::outage::Outage;
use crate::domain::receipt::Heading;
use crate::domain::sale::SaleState;
use crate::domain::service::Case;

/// What a period, an outage or a case was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodReport {
    /// What it is about.
    pub scope: Scope,
    /// Shop and till.
    pub heading: Heading,
    /// The till's currency.
    pub currency: Currency,
    /// When the report was made.
    pub made_at: DateTime<FixedOffset>,
    /// The business days, oldest first. Of an outage or a case they count only what was taken in it.
    pub days: Vec<PeriodDay>,
    /// What it cost.
    pub costs: Costs,
    /// The outages.
    pub outages: Vec<Outage>,
    /// The sales, each once and as the last of the days knows it.
    pub sales: Vec<ReportSale>,
    /// What became known of days that were closed before.
    pub adjustments: Vec<Adjustment>,
}

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// From a first day to a last one.
    Days {
        /// The first.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
    },
    /// One outage.
    Outage(OutageId),
    /// One case of the reader, with all its outages.
    Case {
        /// Its number.
        number: u32,
        /// When it was opened.
        opened: DateTime<FixedOffset>,
        /// When it was closed.
        ended: Option<DateTime<FixedOffset>>,
    },
}

/// One business day of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodDay {
    /// Its date.
    pub date: NaiveDate,
    /// The running number of its close; none while it is open.
    pub close: Option<u32>,
    /// How many sales were done.
    pub sales: u32,
    /// How many of them in spite of a failure.
    pub contingency: u32,
    /// What was taken or promised.
    pub parts: Parts,
    /// A drawer of it is still to be counted: no sum with cash in it is told.
    pub is_blind: bool,
}

impl PeriodReport {
    /// The report of these days, oldest first; none where there is no day.
    #[must_use]
    pub fn of_days(from: NaiveDate, to: NaiveDate, days: &[DayReport]) -> Option<Self> {
        let costs = days.iter().map(|day| day.costs.clone()).reduce(|sum, day| sum.plus(&day)).unwrap_or_default();
        let outages: BTreeMap<OutageId, &Outage> =
            days.iter().flat_map(|day| &day.outages).map(|outage| (outage.id, outage)).collect();
        let adjustments = days.iter().flat_map(|day| &day.adjustments).filter(|one| !one.after_close);
        let last = days.last()?;
        Some(Self {
            scope: Scope::Days { from, to },
            heading: last.heading.clone(),
            currency: last.currency,
            made_at: last.made_at,
            days: days.iter().map(PeriodDay::of).collect(),
            costs,
            outages: outages.into_values().cloned().collect(),
            sales: each_once(days.iter().flat_map(|day| &day.sales)),
            adjustments: adjustments.cloned().collect(),
        })
    }

    /// The report of one outage, made of the days it lasted in; none where no day has it.
    #[must_use]
    pub fn of_outage(outage: OutageId, days: &[DayReport], rules: &DayRules) -> Option<Self> {
        Self::of_outages(Scope::Outage(outage), &[outage], days, rules).filter(|report| !report.outages.is_empty())
    }

    /// The report of a case of the reader: what was sold during its outages. None where there is no day.
    #[must_use]
    pub fn of_case(case: &Case, days: &[DayReport], rules: &DayRules) -> Option<Self> {
        let ended = case.is_closed().then(|| case.state.since());
        let scope = Scope::Case { number: case.number, opened: case.opened(), ended };
        Self::of_outages(scope, &case.outages().collect::<Vec<_>>(), days, rules)
    }

    fn of_outages(scope: Scope, outages: &[OutageId], days: &[DayReport], rules: &DayRules) -> Option<Self> {
        let is_of_them = |sale: &&ReportSale| sale.outage.is_some_and(|outage| outages.contains(&outage));
        let last = days.last()?;
        // The last day that has an outage knows when it ended.
        let known = |id: &OutageId| days.iter().rev().flat_map(|day| &day.outages).find(|one| one.id == *id).cloned();
        let known: Vec<Outage> = outages.iter().filter_map(known).collect();
        let sales = each_once(days.iter().flat_map(|day| &day.sales).filter(is_of_them));
        let payments = || sales.iter().flat_map(|sale| sale.payments.iter().map(move |one| (&one.payment, true)));
        let lost = sales.iter().flat_map(|sale| &sale.payments).filter(|one| one.outcome == Outcome::WrittenOff);
        let is_done = |sale: &&ReportSale| matches!(sale.sale.state, SaleState::Done { .. });
        let lasted = known.iter().map(|one| (one.ended.unwrap_or(last.made_at) - one.began).num_seconds().max(0));
        let costs = Costs {
            loss_minor: lost.fold(0, |sum, one| i64::saturating_add(sum, one.payment.amount.minor)),
            outage_seconds: lasted.fold(0, i64::saturating_add),
            kept: count(sales.iter().filter(is_done).count()),
            ..Costs::of(payments(), rules)
        };
        let days = days.iter().filter_map(|day| {
            let of_them: Vec<&ReportSale> = day.sales.iter().filter(is_of_them).collect();
            let done = count(of_them.iter().copied().filter(is_done).count());
            let parts =
                of_them.iter().flat_map(|sale| &sale.payments).map(|one| Parts::of(one.taken.minor, one.outcome, 0));
            let parts = parts.fold(Parts::default(), Parts::plus);
            (parts != Parts::default()).then(|| PeriodDay {
                sales: done,
                contingency: done,
                parts,
                ..PeriodDay::of(day)
            })
        });
        Some(Self {
            scope,
            heading: last.heading.clone(),
            currency: last.currency,
            made_at: last.made_at,
            days: days.collect(),
            costs,
            outages: known,
            sales,
            adjustments: Vec::new(),
        })
    }

    /// What all days took or were promised together.
    #[must_use]
    pub fn parts(&self) -> Parts {
        self.days.iter().map(|day| day.parts).fold(Parts::default(), Parts::plus)
    }

    /// By how much what became known of closed days makes the shop richer (positive) or poorer, in minor units.
    #[must_use]
    pub fn adjusted_minor(&self) -> i64 {
        let by = |one: &Adjustment| one.kind.sign().saturating_mul(one.amount.minor);
        self.adjustments.iter().map(by).fold(0, i64::saturating_add)
    }

    /// Whether one of the days is still to be counted.
    #[must_use]
    pub fn is_blind(&self) -> bool {
        self.days.iter().any(|day| day.is_blind)
    }

    /// How many sales were done.
    #[must_use]
    pub fn sales_done(&self) -> u32 {
        self.days.iter().fold(0, |sum, day| sum.saturating_add(day.sales))
    }

    /// The days as bars.
    #[must_use]
    pub fn bars(&self) -> Vec<Bar<String>> {
        let bar =
            |day: &PeriodDay| Bar { of: day.date.format("%m-%d").to_string(), count: day.sales, parts: day.parts };
        self.days.iter().filter(|day| !day.is_blind).map(bar).collect()
    }
}

impl PeriodDay {
    fn of(day: &DayReport) -> Self {
        let figures = &day.figures;
        let parts = Parts {
            received_minor: figures.received_minor,
            open_minor: figures.open_minor,
            lost_minor: figures.lost_minor,
        };
        let close = day.close.as_ref().and_then(|close| close.number);
        let (sales, contingency, is_blind) = (figures.sales, figures.contingency, day.is_blind);
        Self { date: day.date, close, sales, contingency, parts, is_blind }
    }
}

/// A sale that was carried over stands in several days. The last one knows what became of it, the first one what it took.
fn each_once<'a>(sales: impl Iterator<Item = &'a ReportSale>) -> Vec<ReportSale> {
    let mut by_id: BTreeMap<SaleId, ReportSale> = BTreeMap::new();
    for sale in sales {
        let mut sale = sale.clone();
        if let Some(before) = by_id.get(&sale.sale.id) {
            for one in &mut sale.payments {
                let earlier = before.payments.iter().find(|other| other.payment.id == one.payment.id);
                if let Some(earlier) = earlier.filter(|earlier| earlier.taken.minor > one.taken.minor) {
                    one.taken = earlier.taken;
                }
            }
        }
        by_id.insert(sale.sale.id, sale);
    }
    by_id.into_values().collect()
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
