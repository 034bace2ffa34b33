//! What was taken or promised, divided without a rest: received, still open, lost; and what taking it cost.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::day::{DayFigures, DayRules, Outcome, is_contingency};
use crate::domain::ledger::Ledger;
use crate::domain::queue::{CardState, Promise};
use crate::domain::reader::{DeclineReason, ReaderOutcome};
use crate::domain::sale::{Payment, ReaderState, Standing, Tender, TenderKind};

/// A sum divided by what became of it, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Parts {
    /// Settled at the acquirer, seen on a statement, or cash.
    pub received_minor: i64,
    /// Not received yet, and nobody has given it up.
    pub open_minor: i64,
    /// Written off, taken back, or missing of a transfer of which less came.
    pub lost_minor: i64,
}

impl Parts {
    /// The parts of one payment that takes its part of a sale.
    #[must_use]
    pub fn of(amount_minor: i64, outcome: Outcome, missing_minor: i64) -> Self {
        let lost_minor = missing_minor.clamp(0, amount_minor.max(0));
        let rest = amount_minor.saturating_sub(lost_minor);
        match outcome {
            Outcome::SettledAtAcquirer | Outcome::OnStatement | Outcome::InDrawer => {
                Self { received_minor: rest, lost_minor, open_minor: 0 }
            }
            Outcome::WrittenOff => Self { lost_minor: amount_minor, ..Self::default() },
            // A payment of which nothing was taken does not take its part; were there one, it would not be received.
            Outcome::NotYetDue | Outcome::Open | Outcome::NothingTaken => {
                Self { open_minor: rest, lost_minor, received_minor: 0 }
            }
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            received_minor: self.received_minor.saturating_add(other.received_minor),
            open_minor: self.open_minor.saturating_add(other.open_minor),
            lost_minor: self.lost_minor.saturating_add(other.lost_minor),
        }
    }

    /// What was taken or promised.
    #[must_use]
    pub fn taken_minor(self) -> i64 {
        self.received_minor.saturating_add(self.open_minor).saturating_add(self.lost_minor)
    }
}

/// What it cost to sell in spite of failures, and what it kept.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Costs {
    /// What was stored to be sent later, of the day's own sales.
    pub stored_minor: i64,
    /// What the shop expected to lose of that, by its settings; none where nobody knows what they said.
    pub expected_loss_minor: Option<i64>,
    /// What it did lose of that so far.
    pub stored_loss_minor: i64,
    /// All losses: written off, and missing of transfers.
    pub loss_minor: i64,
    /// What providers kept.
    pub fees_minor: i64,
    /// How long outages lasted, in seconds.
    pub outage_seconds: i64,
    /// Sales that were done in spite of a failure.
    pub kept: u32,
    /// What was taken or promised in them.
    pub kept_minor: i64,
    /// Cards that were declined, by reason, the commonest first.
    pub declines: Vec<Decline>,
}

/// Declined cards of one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decline {
    /// On the reader, or typed in.
    pub tender: TenderKind,
    /// DE 39 of a typed card; what the reader said of one on it.
    pub reason: String,
    /// How many.
    pub count: u32,
    /// What they come to.
    pub amount_minor: i64,
}

/// What the ledger's day cost.
#[must_use]
pub fn costs(ledger: &Ledger, figures: &DayFigures, rules: &DayRules) -> Costs {
    let day = ledger.day.as_ref().map(|day| day.id);
    let is_kept = |payment: &Payment| {
        let sale = ledger.sales.get(&payment.sale);
        sale.is_some_and(|sale| is_contingency(sale, ledger.payments.of_sale(sale.id)))
    };
    let todays = ledger.payments.values().filter(|payment| Some(payment.day) == day);
    Costs {
        loss_minor: figures.written_off_minor,
        fees_minor: figures.fees_minor,
        outage_seconds: figures.outage_seconds,
        kept: figures.contingency,
        ..Costs::of(todays.map(|payment| (payment, is_kept(payment))), rules)
    }
}

impl Costs {
    /// What can be told from payments alone; each with whether its sale was done in spite of a failure.
    #[must_use]
    pub fn of<'a>(payments: impl Iterator<Item = (&'a Payment, bool)> + Clone, rules: &DayRules) -> Self {
        let sum = |which: &dyn Fn(&Payment, bool) -> bool| {
            let those = payments.clone().filter(|(payment, is_kept)| which(payment, *is_kept));
            those.fold(0_i64, |sum, (payment, _)| sum.saturating_add(payment.amount.minor))
        };
        let takes = |payment: &Payment| payment.standing() == Standing::Takes;
        let is_stored = |payment: &Payment| {
            matches!(payment.tender, Tender::Card { promise: Promise::SentLater { .. }, .. }) && takes(payment)
        };
        let is_lost =
            |payment: &Payment| matches!(payment.tender, Tender::Card { card: CardState::WrittenOff { .. }, .. });
        let stored_minor = sum(&|payment, _| is_stored(payment));
        let basis_points = i64::from(rules.expected_loss_basis_points);
        Self {
            stored_minor,
            // Half a minor unit and more is a whole one.
            expected_loss_minor: Some(stored_minor.saturating_mul(basis_points).saturating_add(5_000) / 10_000),
            stored_loss_minor: sum(&|payment, _| is_stored(payment) && is_lost(payment)),
            kept_minor: sum(&|payment, is_kept| is_kept && takes(payment)),
            declines: declines(payments.clone().map(|(payment, _)| payment)),
            ..Self::default()
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        for (sum, more) in [
            (&mut self.stored_minor, other.stored_minor),
            (&mut self.stored_loss_minor, other.stored_loss_minor),
            (&mut self.loss_minor, other.loss_minor),
            (&mut self.fees_minor, other.fees_minor),
            (&mut self.outage_seconds, other.outage_seconds),
            (&mut self.kept_minor, other.kept_minor),
        ] {
            *sum = sum.saturating_add(more);
        }
        let expected = self.expected_loss_minor.zip(other.expected_loss_minor);
        self.expected_loss_minor = expected.map(|(sum, more)| sum.saturating_add(more));
        self.kept = self.kept.saturating_add(other.kept);
        let all = self.declines.into_iter().chain(other.declines.iter().cloned());
        self.declines = gathered(all.map(|one| ((one.tender, one.reason), (one.count, one.amount_minor))));
        self
    }
}

fn declines<'a>(payments: impl Iterator<Item = &'a Payment>) -> Vec<Decline> {
    let reason = |payment: &Payment| match &payment.tender {
        Tender::Card { card: CardState::Declined { code, .. }, .. } => Some(code.clone()),
        Tender::Card { card: CardState::WrittenOff { .. }, .. } => Some("written off".to_owned()),
        Tender::Reader {
            reader: ReaderState::Answered { outcome: ReaderOutcome::Declined { reason, .. }, .. },
            ..
        } => Some(
            match reason {
                DeclineReason::Bank => "bank",
                DeclineReason::Card => "card",
                DeclineReason::Unreadable => "unreadable",
                DeclineReason::Cancelled => "cancelled",
            }
            .to_owned(),
        ),
        Tender::Card { .. } | Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => None,
    };
    let declined = payments.filter_map(|payment| {
        let key = (payment.tender.kind(), reason(payment)?);
        Some((key, (1, payment.amount.minor)))
    });
    gathered(declined)
}

fn gathered(all: impl Iterator<Item = ((TenderKind, String), (u32, i64))>) -> Vec<Decline> {
    let mut by_reason: BTreeMap<(TenderKind, String), (u32, i64)> = BTreeMap::new();
    for (key, (count, minor)) in all {
        let sums = by_reason.entry(key).or_default();
        *sums = (sums.0.saturating_add(count), sums.1.saturating_add(minor));
    }
    let decline = |((tender, reason), (count, amount_minor))| Decline { tender, reason, count, amount_minor };
    let mut declines: Vec<Decline> = by_reason.into_iter().map(decline).collect();
    declines.sort_by_key(|one| std::cmp::Reverse(one.count));
    declines
}
