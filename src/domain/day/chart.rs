//! The day as bars, where a person would rather look than read: taken by tender, by hour and by outage, each divided into
//! what is received, still open and lost.

use std::collections::BTreeMap;

use chrono::{DateTime, DurationRound, FixedOffset, TimeDelta};

use crate::domain::day::sum::missing;
use crate::domain::day::{DayRules, Parts, outage_of, outcome};
use crate::domain::ids::OutageId;
use crate::domain::ledger::Ledger;
use crate::domain::reconcile::Reconciliation;
use crate::domain::sale::{Standing, TenderKind};

/// The most hours that are drawn: a day that is closed late has no more bars than these, the latest.
pub const HOURS_MAX: usize = 24;

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar<T> {
    /// What it stands for.
    pub of: T,
    /// How many payments.
    pub count: u32,
    /// How much, by what became of it.
    pub parts: Parts,
}

/// The day as bars. Together the bars of each list are what the day took or was promised, but those of the outages: they
/// are what was taken during them.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Charts {
    /// By tender, in the order of the pages.
    pub tenders: Vec<Bar<TenderKind>>,
    /// By the hour in which the payment began, without a gap from the first to the last.
    pub hours: Vec<Bar<DateTime<FixedOffset>>>,
    /// By the outage that the sale belongs to ([`outage_of`]).
    pub outages: Vec<Bar<OutageId>>,
}

/// The ledger's day as bars; `found` is what the statements say. A drawer that is still to be counted blind has no bar:
/// with the float it would say what should be there.
#[must_use]
pub fn charts(
    ledger: &Ledger,
    found: &Reconciliation,
    now: DateTime<FixedOffset>,
    rules: &DayRules,
    is_blind: bool,
) -> Charts {
    let missing = missing(ledger);
    let day = ledger.day.as_ref().map(|day| day.id);
    let mut tenders: BTreeMap<TenderKind, (u32, Parts)> = BTreeMap::new();
    let mut hours: BTreeMap<DateTime<FixedOffset>, (u32, Parts)> = BTreeMap::new();
    let mut outages: BTreeMap<OutageId, (u32, Parts)> = BTreeMap::new();
    let takes = ledger.payments.values().filter(|payment| payment.standing() == Standing::Takes);
    let is_drawn = |kind: TenderKind| !is_blind || kind != TenderKind::Cash;
    for payment in takes.filter(|payment| Some(payment.day) == day && is_drawn(payment.tender.kind())) {
        let outcome = outcome(payment, found.payment(payment.id), now, rules);
        let parts = Parts::of(payment.amount.minor, outcome, missing.get(&payment.id).copied().unwrap_or(0));
        add(&mut tenders, payment.tender.kind(), parts);
        // An hour of the till's local time; only a time beyond all calendars has none.
        add(&mut hours, payment.began.duration_trunc(TimeDelta::hours(1)).unwrap_or(payment.began), parts);
        let of_sale = |sale| outage_of(sale, ledger.payments.of_sale(payment.sale), ledger.outages.values());
        if let Some(outage) = ledger.sales.get(&payment.sale).and_then(of_sale) {
            add(&mut outages, outage, parts);
        }
    }
    let kinds = [TenderKind::Reader, TenderKind::Qr, TenderKind::Card, TenderKind::Cash].into_iter();
    let of_kind = |kind| bar((kind, tenders.get(&kind).copied().unwrap_or_default()));
    Charts {
        tenders: kinds.filter(|kind| is_drawn(*kind)).map(of_kind).collect(),
        hours: without_gaps(&hours),
        outages: outages.into_iter().map(bar).collect(),
    }
}

fn add<T: Ord>(bars: &mut BTreeMap<T, (u32, Parts)>, of: T, parts: Parts) {
    let (count, sum) = bars.entry(of).or_default();
    (*count, *sum) = (count.saturating_add(1), sum.plus(parts));
}

fn bar<T>((of, (count, parts)): (T, (u32, Parts))) -> Bar<T> {
    Bar { of, count, parts }
}

fn without_gaps(hours: &BTreeMap<DateTime<FixedOffset>, (u32, Parts)>) -> Vec<Bar<DateTime<FixedOffset>>> {
    let (Some((first, _)), Some((last, _))) = (hours.first_key_value(), hours.last_key_value()) else {
        return Vec::new();
    };
    let after_first = (*last - *first).num_hours();
    let earliest = after_first.saturating_sub(i64::try_from(HOURS_MAX).unwrap_or(i64::MAX) - 1).max(0);
    let hour = |n: i64| *first + TimeDelta::hours(n);
    (earliest..=after_first).map(|n| bar((hour(n), hours.get(&hour(n)).copied().unwrap_or_default()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_have_no_gap_and_at_most_a_day_of_them_is_drawn() {
        let at = |hour: i64| {
            DateTime::from_timestamp(1_791_000_000 / 3_600 * 3_600, 0).unwrap().fixed_offset() + TimeDelta::hours(hour)
        };
        let one = (1, Parts { received_minor: 5, ..Parts::default() });
        let drawn = |hours: &[i64]| {
            let hours = hours.iter().map(|hour| (at(*hour), one)).collect();
            without_gaps(&hours).iter().map(|bar| (bar.of - at(0)).num_hours()).collect::<Vec<i64>>()
        };
        assert_eq!(drawn(&[]), [0_i64; 0]);
        assert_eq!(drawn(&[9, 12]), [9, 10, 11, 12]);
        let long = drawn(&[0, 40]);
        assert_eq!((long.len(), long[0], long[23]), (HOURS_MAX, 17, 40));
    }
}
