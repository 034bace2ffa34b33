//! What the statements say of a day, worked out once and read by everything that shows it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};

use crate::domain::day::{DayRules, ItemId};
use crate::domain::ids::{LineId, PaymentId};
use crate::domain::ledger::{Day, Ledger};
use crate::domain::reconcile::{Likeness, LineClass, LineState, PaymentClass, Reconciliation, reconciled};

/// What the statements say of everything that a ledger has open, and what follows from it for many lines together. It is
/// true until a line, a payment or the date changes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Findings {
    /// Every transfer, and every open line that may be about one, with its class.
    pub found: Reconciliation,
    /// The lines that make up a payment, or a part of it.
    parts: BTreeMap<PaymentId, Vec<LineId>>,
    /// The payments that a line pays out.
    payouts: BTreeMap<LineId, (Likeness, Vec<PaymentId>)>,
    /// Lines about a payment that are open by themselves, and not in its item, by id.
    alone: Vec<LineId>,
    /// What they come to, without their signs.
    alone_minor: i64,
    /// How many other credits nobody explained, and what they come to.
    strays: (usize, i64),
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
                LineClass::Suggested { payment, why: Likeness::SeveralLines }
                | LineClass::Under { payment, .. }
                | LineClass::Over { payment, .. } => {
                    parts.entry(*payment).or_default().push(*line);
                }
                LineClass::Duplicate { .. } | LineClass::Unknown { .. } => {
                    alone.push(*line);
                    without_sale += 1;
                }
                LineClass::TakenBack { .. } => alone.push(*line),
                LineClass::Matched { .. }
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
        let minor = |line: &LineId| ledger.lines.get(*line).map_or(0, |kept| kept.line.amount.minor);
        let alone_minor = alone.iter().map(minor).fold(0, |sum: i64, one| sum.saturating_add(one.saturating_abs()));
        let about_payments = found.lines.iter().map(|(line, _)| minor(line)).filter(|minor| *minor > 0);
        let strays = about_payments.fold(ledger.lines.unexplained_credits(), |(count, sum), minor| {
            (count.saturating_sub(1), sum.saturating_sub(minor))
        });
        let without_sale = without_sale + strays.0;
        Self { found, parts, payouts, alone, alone_minor, strays, without_sale }
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

    /// The lines that are open by themselves, at most so many of them beside those that a person carries over: first those
    /// about payments, then those that are about nothing the till knows.
    pub(super) fn alone(&self, ledger: &Ledger, now: DateTime<FixedOffset>, most: usize) -> Alone {
        let carried: BTreeSet<LineId> = ledger.day.iter().flat_map(|day| carried_lines(day, now)).collect();
        let is_about_payment = |line: LineId| self.found.line(line).is_some();
        let is_stray = |line: LineId| {
            let kept = ledger.lines.get(line).filter(|kept| *kept.state == LineState::Unexplained);
            kept.is_some_and(|kept| kept.line.amount.minor > 0) && !is_about_payment(line)
        };
        let strays = ledger.lines.unexplained().filter(|line| line.amount.minor > 0).map(|line| line.id);
        let strays = strays.filter(|line| !is_about_payment(*line));
        let first = self.alone.iter().copied().chain(strays).filter(|line| !carried.contains(line)).take(most);
        let is_open = |line: &LineId| self.alone.binary_search(line).is_ok() || is_stray(*line);
        let listed: BTreeSet<LineId> = first.chain(carried.iter().copied().filter(is_open)).collect();
        let minor = |line: &LineId| ledger.lines.get(*line).map_or(0, |kept| kept.line.amount.minor.saturating_abs());
        let listed_minor = listed.iter().map(minor).fold(0, i64::saturating_add);
        let (strays, strays_minor) = self.strays;
        let others = (self.alone.len() + strays).saturating_sub(listed.len());
        Alone {
            others: u32::try_from(others).unwrap_or(u32::MAX),
            others_minor: self.alone_minor.saturating_add(strays_minor).saturating_sub(listed_minor),
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
