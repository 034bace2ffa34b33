//! What the statements say of a day, worked out once and read by everything that shows it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};

use crate::domain::day::{DayRules, ItemId};
use crate::domain::ids::{LineId, PaymentId};
use crate::domain::ledger::{Day, Ledger};
use crate::domain::reconcile::{Likeness, LineClass, PaymentClass, Reconciliation, reconciled};

/// What the statements say of everything that a ledger has open, and what follows from it for many lines together. It is
/// true until a line, a payment or the date changes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Findings {
    /// Every open line and every transfer with its class.
    pub found: Reconciliation,
    /// The lines that make up a payment, or a part of it.
    parts: BTreeMap<PaymentId, Vec<LineId>>,
    /// The payments that a line pays out.
    payouts: BTreeMap<LineId, (Likeness, Vec<PaymentId>)>,
    /// The lines that are open by themselves, by id, and not in the item of a payment.
    alone: Vec<LineId>,
    /// What they come to, without their signs.
    alone_minor: i64,
    /// How many credits no sale explains, or are a sale's that has its money.
    pub(super) without_sale: usize,
}

/// Lines that are open by themselves: those of a list that a person can read, and what the others come to.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Alone {
    /// The first of them, and all that are carried over.
    pub(super) listed: Vec<LineId>,
    /// How many there are beside those.
    pub(super) others: u32,
    /// What those come to, without their signs.
    pub(super) others_minor: i64,
}

impl Findings {
    /// What the statements say at `now`.
    #[must_use]
    pub fn of(ledger: &Ledger, now: DateTime<FixedOffset>, rules: &DayRules) -> Self {
        let found = reconciled(ledger, now.date_naive(), rules.due_days);
        let mut parts: BTreeMap<PaymentId, Vec<LineId>> = BTreeMap::new();
        let (mut alone, mut without_sale) = (Vec::new(), 0);
        for (line, class) in &found.lines {
            match class {
                LineClass::Suggested { payment, why: Likeness::SeveralLines } | LineClass::Under { payment, .. } => {
                    parts.entry(*payment).or_default().push(*line);
                }
                LineClass::Duplicate { .. } | LineClass::Unknown { .. } => {
                    alone.push(*line);
                    without_sale += 1;
                }
                LineClass::TakenBack { .. } => alone.push(*line),
                LineClass::Matched { .. }
                | LineClass::Over { .. }
                | LineClass::Suggested { .. }
                | LineClass::BookedBefore { .. }
                | LineClass::Outgoing => {}
            }
        }
        let mut payouts: BTreeMap<LineId, (Likeness, Vec<PaymentId>)> = BTreeMap::new();
        for (payment, class) in &found.payments {
            if let PaymentClass::Suggested { line, why } = class
                && matches!(why, Likeness::Payout | Likeness::PayoutLessCommission)
            {
                payouts.entry(*line).or_insert_with(|| (*why, Vec::new())).1.push(*payment);
            }
        }
        let is_alone = |line: LineId| alone.binary_search(&line).is_ok();
        let minors = ledger.lines.unexplained().filter(|line| is_alone(line.id)).map(|line| line.amount.minor);
        let alone_minor = minors.fold(0, |sum: i64, minor| sum.saturating_add(minor.saturating_abs()));
        Self { found, parts, payouts, alone, alone_minor, without_sale }
    }

    /// The lines that make up a payment, or a part of it.
    pub(super) fn lines_of(&self, payment: PaymentId) -> impl Iterator<Item = LineId> {
        self.parts.get(&payment).into_iter().flatten().copied()
    }

    /// The lines that pay many payments out.
    pub(super) fn payouts(&self) -> impl Iterator<Item = LineId> {
        self.payouts.keys().copied()
    }

    /// The payments that a line pays out, and what speaks for it.
    pub(super) fn payout(&self, line: LineId) -> Option<(Likeness, &[PaymentId])> {
        self.payouts.get(&line).map(|(why, payments)| (*why, &payments[..]))
    }

    /// The lines that are open by themselves, at most so many of them beside those that a person carries over.
    pub(super) fn alone(&self, ledger: &Ledger, now: DateTime<FixedOffset>, most: usize) -> Alone {
        let carried: BTreeSet<LineId> = ledger.day.iter().flat_map(|day| carried_lines(day, now)).collect();
        let mut listed: BTreeSet<LineId> =
            self.alone.iter().copied().filter(|line| !carried.contains(line)).take(most).collect();
        listed.extend(carried.into_iter().filter(|line| self.alone.binary_search(line).is_ok()));
        let minor = |line: &LineId| ledger.lines.get(*line).map_or(0, |kept| kept.line.amount.minor.saturating_abs());
        let listed_minor = listed.iter().map(minor).fold(0, i64::saturating_add);
        Alone {
            others: u32::try_from(self.alone.len().saturating_sub(listed.len())).unwrap_or(u32::MAX),
            others_minor: self.alone_minor.saturating_sub(listed_minor),
            listed: listed.into_iter().collect(),
        }
    }
}

fn carried_lines(day: &Day, now: DateTime<FixedOffset>) -> impl Iterator<Item = LineId> {
    let lines = day.carried.iter().filter(move |one| one.until >= now.date_naive());
    lines.filter_map(|one| match one.item {
        ItemId::Line(line) => Some(line),
        ItemId::Sale(_) | ItemId::Payment(_) | ItemId::Refund(_) | ItemId::Drawer(_) | ItemId::Journal => None,
    })
}
