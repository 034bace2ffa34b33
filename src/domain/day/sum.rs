//! The figures of a day.

use chrono::{DateTime, FixedOffset};

use crate::domain::day::{DayFigures, DayRules, Outcome, TenderFigures, outcome};
use crate::domain::ledger::{Ledger, LedgerLine};
use crate::domain::outage::Outage;
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, Promise};
use crate::domain::reconcile::{LineClass, LineState, Reconciliation, claims, classify, unexplained};
use crate::domain::sale::{Payment, SaleState, Standing, Tender, TenderKind};

/// The figures of the ledger's day, as they are at `now`.
#[must_use]
pub fn figures(ledger: &Ledger, now: DateTime<FixedOffset>, rules: &DayRules) -> DayFigures {
    let found = classify(unexplained(ledger), &claims(ledger), now.date_naive(), rules.due_days);
    let mut figures = DayFigures::default();
    let day = ledger.day.as_ref();
    let is_done = |state: SaleState| match state {
        SaleState::Done { .. } => true,
        SaleState::Open | SaleState::Abandoned { .. } => false,
    };
    figures.sales =
        count(ledger.sales.values().filter(|sale| Some(sale.day) == day.map(|day| day.id) && is_done(sale.state)));
    for payment in ledger.payments.values() {
        if Some(payment.day) == day.map(|day| day.id) && payment.standing() == Standing::Takes {
            let tender = figures.tender_mut(payment.tender.kind());
            *tender = tender.with(payment.amount.minor);
        }
        add_state(&mut figures, payment);
        if outcome(payment, found.payment(payment.id), now, rules) == Outcome::NotYetDue {
            figures.carried_minor = figures.carried_minor.saturating_add(payment.amount.minor);
        }
    }
    for kept in ledger.lines.values() {
        figures.written_off_minor = figures.written_off_minor.saturating_add(shortfall_minor(ledger, kept));
    }
    figures.statement_unmatched = count(ledger.lines.values().filter(|kept| is_without_sale(kept, &found)));
    let opened = day.map(|day| day.opened);
    figures.outages = count(ledger.outages.values());
    figures.outage_seconds = ledger.outages.values().map(|outage| seconds(outage, opened, now)).sum();
    figures.cash_expected_minor = ledger.drawer_expected_minor();
    let counted = ledger.drawer.as_ref().and_then(|drawer| drawer.counted.as_ref());
    figures.cash_counted_minor = counted.map_or(0, |count| count.counted_minor);
    figures
}

impl DayFigures {
    /// The figures of one tender.
    #[must_use]
    pub fn tender(&self, kind: TenderKind) -> TenderFigures {
        match kind {
            TenderKind::Reader => self.reader,
            TenderKind::Qr => self.qr,
            TenderKind::Card => self.card,
            TenderKind::Cash => self.cash,
        }
    }

    fn tender_mut(&mut self, kind: TenderKind) -> &mut TenderFigures {
        match kind {
            TenderKind::Reader => &mut self.reader,
            TenderKind::Qr => &mut self.qr,
            TenderKind::Card => &mut self.card,
            TenderKind::Cash => &mut self.cash,
        }
    }

    /// What all tenders took together, in minor units.
    #[must_use]
    pub fn taken_minor(&self) -> i64 {
        [self.reader, self.qr, self.card, self.cash]
            .iter()
            .fold(0, |sum, tender| i64::saturating_add(sum, tender.amount_minor))
    }

    /// What the drawer has too much (positive) or too little, in minor units.
    #[must_use]
    pub fn cash_difference_minor(&self) -> i64 {
        self.cash_counted_minor.saturating_sub(self.cash_expected_minor)
    }
}

/// Counts what became of a card or a transfer.
fn add_state(figures: &mut DayFigures, payment: &Payment) {
    let one_more = |count: &mut u32| *count = count.saturating_add(1);
    match &payment.tender {
        Tender::Cash { .. } | Tender::Reader { .. } => {}
        Tender::Qr { qr } => match qr {
            QrState::SeenOnStatement { .. } => one_more(&mut figures.statement_matched),
            QrState::NeverArrived { .. } => {
                figures.written_off_minor = figures.written_off_minor.saturating_add(payment.amount.minor);
            }
            QrState::Shown
            | QrState::CustomerSaysPaid { .. }
            | QrState::ConfirmedByShop { .. }
            | QrState::Withdrawn => {}
        },
        Tender::Card { promise, card, .. } => {
            let is_promised = match promise {
                Promise::SentLater { .. } => true,
                Promise::AnsweredNow => false,
            };
            if is_promised {
                one_more(&mut figures.stored);
            }
            match card {
                CardState::Approved { .. } => one_more(&mut figures.approved),
                CardState::Declined { .. } => one_more(&mut figures.declined),
                CardState::Parked { .. } => one_more(&mut figures.parked),
                CardState::WrittenOff { .. } => {
                    one_more(&mut figures.declined);
                    // Of a card that was to be answered now nothing is lost: its sale was paid another way.
                    if is_promised {
                        figures.written_off_minor = figures.written_off_minor.saturating_add(payment.amount.minor);
                    }
                }
                CardState::Stored { .. }
                | CardState::Sending { .. }
                | CardState::Unknown { .. }
                | CardState::Reversing { .. }
                | CardState::Undone { .. } => {}
            }
        }
    }
}

/// What is missing of a transfer that a person took for paid although less came.
fn shortfall_minor(ledger: &Ledger, kept: &LedgerLine) -> i64 {
    let payment = match &kept.state {
        LineState::Matched { payment, .. } => ledger.payments.get(payment),
        LineState::Unexplained | LineState::Explained { .. } => None,
    };
    payment.map_or(0, |payment| payment.amount.minor.saturating_sub(kept.line.amount.minor).max(0))
}

fn is_without_sale(kept: &LedgerLine, found: &Reconciliation) -> bool {
    match &kept.state {
        LineState::Matched { .. } => false,
        LineState::Explained { .. } => kept.line.amount.minor > 0,
        LineState::Unexplained => match found.line(kept.line.id) {
            Some(LineClass::Unknown { .. } | LineClass::Duplicate { .. }) => true,
            Some(
                LineClass::Matched { .. }
                | LineClass::Under { .. }
                | LineClass::Over { .. }
                | LineClass::Suggested { .. }
                | LineClass::TakenBack { .. }
                | LineClass::Outgoing,
            )
            | None => false,
        },
    }
}

/// How long an outage lasted within the day so far, in seconds.
fn seconds(outage: &Outage, opened: Option<DateTime<FixedOffset>>, now: DateTime<FixedOffset>) -> i64 {
    let began = opened.map_or(outage.began, |opened| outage.began.max(opened));
    (outage.ended.unwrap_or(now) - began).num_seconds().max(0)
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
