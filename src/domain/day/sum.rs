//! The figures of a day.

use chrono::{DateTime, FixedOffset};

use crate::domain::day::{DayFigures, DayRules, Outcome, TenderFigures, is_contingency, outcome};
use crate::domain::ids::DayId;
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
    let is_of_day = |one: DayId| Some(one) == day.map(|day| day.id);
    let done = || ledger.sales.values().filter(|sale| is_of_day(sale.day) && is_done(sale.state));
    figures.sales = count(done());
    figures.contingency = count(done().filter(|sale| is_contingency(sale, ledger.payments.of_sale(sale.id))));
    for payment in ledger.payments.values() {
        let outcome = outcome(payment, found.payment(payment.id), now, rules);
        if is_of_day(payment.day) && payment.standing() == Standing::Takes {
            let tender = figures.tender_mut(payment.tender.kind());
            *tender = tender.with(payment.amount.minor);
            let part = figures.part_mut(outcome);
            *part = part.saturating_add(payment.amount.minor);
        }
        add_state(&mut figures, payment);
        if outcome == Outcome::NotYetDue {
            figures.carried_minor = figures.carried_minor.saturating_add(payment.amount.minor);
        }
    }
    for kept in ledger.lines.values() {
        let (missing, is_todays) = shortfall(ledger, kept, is_of_day);
        figures.written_off_minor = figures.written_off_minor.saturating_add(missing);
        if is_todays {
            figures.received_minor = figures.received_minor.saturating_sub(missing);
            figures.lost_minor = figures.lost_minor.saturating_add(missing);
        }
    }
    figures.statement_unmatched = count(ledger.lines.values().filter(|kept| is_without_sale(kept, &found)));
    let opened = day.map(|day| day.opened);
    figures.outages = count(ledger.outages.values());
    figures.outage_seconds = ledger.outages.values().map(|outage| seconds(outage, opened, now)).sum();
    for sale in ledger.sales.values().filter(|sale| is_of_day(sale.day)) {
        figures.refunded = sale.refunds.iter().fold(figures.refunded, |sum, refund| sum.with(refund.amount.minor));
    }
    figures.drawer_openings = ledger.drawer.as_ref().map_or(0, |drawer| drawer.openings);
    figures.drawer = ledger.drawer_figures();
    figures.cash_expected_minor = figures.drawer.expected();
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

    /// Where a payment that takes its part of a sale belongs: received, still open or lost.
    fn part_mut(&mut self, outcome: Outcome) -> &mut i64 {
        match outcome {
            Outcome::SettledAtAcquirer | Outcome::OnStatement | Outcome::InDrawer => &mut self.received_minor,
            Outcome::WrittenOff => &mut self.lost_minor,
            // A payment of which nothing was taken does not take its part; were there one, it would not be received.
            Outcome::NotYetDue | Outcome::Open | Outcome::NothingTaken => &mut self.open_minor,
        }
    }

    /// What all tenders took or were promised together, in minor units: the sum of received, still open and lost.
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
        Tender::Qr { qr, .. } => match qr {
            QrState::SeenOnStatement { .. } | QrState::ShortOrOver { .. } | QrState::RefundDue { .. } => {
                one_more(&mut figures.statement_matched);
            }
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

/// What is missing of a transfer that a person took for paid although less came, and whether it is of the day itself.
fn shortfall(ledger: &Ledger, kept: &LedgerLine, is_of_day: impl Fn(DayId) -> bool) -> (i64, bool) {
    let payment = match &kept.state {
        LineState::Matched { payment, .. } => ledger.payments.get(payment),
        LineState::Unexplained | LineState::Explained { .. } => None,
    };
    payment.map_or((0, false), |payment| {
        (payment.amount.minor.saturating_sub(kept.line.amount.minor).max(0), is_of_day(payment.day))
    })
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
                | LineClass::BookedBefore { .. }
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
