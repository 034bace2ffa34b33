//! How long money took to be there: what was taken in a period, by the days from the sale to its settlement.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::period::PeriodReport;
use super::{ReportPayment, ReportSale};
use crate::domain::day::{AdjustmentKind, Bar, Outcome, Parts};
use crate::domain::ids::PaymentId;
use crate::domain::sale::TenderKind;

/// From this many days on they are one bar.
const DAYS_MAX: i64 = 7;

/// What a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settled {
    /// So many days after the sale; 0 is the same day.
    After(i64),
    /// [`DAYS_MAX`] days or more.
    Later,
    /// Not yet, or never.
    Not,
}

/// Transfers and typed cards of the period: those that are settled by how long it took, and those that are not. What is
/// in the drawer, or was approved by the reader, is not waited for.
#[must_use]
pub fn settled(report: &PeriodReport) -> Vec<Bar<Settled>> {
    let is_settled = |kind| matches!(kind, AdjustmentKind::Settled | AdjustmentKind::CameAfterAll);
    let later: BTreeMap<PaymentId, NaiveDate> = report
        .adjustments
        .iter()
        .filter(|one| is_settled(one.kind))
        .map(|one| (one.payment, one.at.date_naive()))
        .collect();
    let mut bars: BTreeMap<Settled, (u32, Parts)> = BTreeMap::new();
    for one in report.sales.iter().flat_map(|sale: &ReportSale| &sale.payments).filter(|one| is_waited_for(one)) {
        let (count, sum) = bars.entry(age(one, later.get(&one.payment.id).copied())).or_default();
        (*count, *sum) = (count.saturating_add(1), sum.plus(Parts::of(one.taken.minor, one.outcome, 0)));
    }
    bars.into_iter().map(|(of, (count, parts))| Bar { of, count, parts }).collect()
}

fn is_waited_for(one: &ReportPayment) -> bool {
    let by_bank = match one.payment.tender.kind() {
        TenderKind::Qr | TenderKind::Card => true,
        TenderKind::Reader | TenderKind::Cash => false,
    };
    by_bank && one.taken.minor > 0
}

/// A payment without an adjustment was settled on the day of its sale: whatever comes later is one.
fn age(one: &ReportPayment, later: Option<NaiveDate>) -> Settled {
    match one.outcome {
        Outcome::SettledAtAcquirer | Outcome::OnStatement | Outcome::InDrawer => {
            let sold_on = one.payment.began.date_naive();
            match later.map_or(0, |on| (on - sold_on).num_days().max(0)) {
                days if days < DAYS_MAX => Settled::After(days),
                _ => Settled::Later,
            }
        }
        Outcome::NotYetDue | Outcome::Open | Outcome::WrittenOff | Outcome::NothingTaken => Settled::Not,
    }
}
