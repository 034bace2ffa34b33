//! The figures of a day.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};

use crate::domain::day::{
    DayFigures, DayRules, Findings, ForeignFigures, ItemId, Outcome, Parts, TenderFigures, is_contingency, outcome,
};
use crate::domain::ids::{DayId, PaymentId};
use crate::domain::ledger::{Drawer, KeptLine, Ledger};
use crate::domain::outage::Outage;
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, Promise};
use crate::domain::reconcile::{LineReason, LineState};
use crate::domain::sale::{Payment, SaleState, Standing, Tender, TenderKind};

/// The figures of the ledger's day, as they are at `now`; `findings` is what the statements say.
#[must_use]
pub fn figures(ledger: &Ledger, findings: &Findings, now: DateTime<FixedOffset>, rules: &DayRules) -> DayFigures {
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
    let missing = missing(ledger);
    for payment in ledger.payments.values() {
        let outcome = outcome(payment, findings.found.payment(payment.id), now, rules);
        let missing = missing.get(&payment.id).copied().unwrap_or(0);
        if is_of_day(payment.day) && payment.standing() == Standing::Takes {
            let tender = figures.tender_mut(payment.tender.kind());
            *tender = tender.with(payment.amount.minor);
            let parts = Parts::of(payment.amount.minor, outcome, missing);
            figures.received_minor = figures.received_minor.saturating_add(parts.received_minor);
            figures.open_minor = figures.open_minor.saturating_add(parts.open_minor);
            figures.lost_minor = figures.lost_minor.saturating_add(parts.lost_minor);
        }
        // A sale of an earlier day stays in memory while money may come for it; its own day has counted it.
        if is_of_day(payment.day) {
            add_state(&mut figures, payment);
        }
        figures.written_off_minor = figures.written_off_minor.saturating_add(missing);
        let is_carried = outcome == Outcome::Open
            && day.is_some_and(|day| day.carried_on(now.date_naive(), ItemId::Payment(payment.id)).is_some());
        if outcome == Outcome::NotYetDue || is_carried {
            figures.carried_minor = figures.carried_minor.saturating_add(payment.amount.minor);
        }
    }
    figures.fees_minor = ledger.lines.known().filter_map(|kept| fee(&kept)).fold(0, i64::saturating_add);
    let adjustments = || day.iter().flat_map(|day| &day.adjustments).filter(|one| !one.after_close);
    figures.adjustments = count(adjustments());
    figures.adjusted_minor =
        adjustments().fold(0, |sum, one| i64::saturating_add(sum, one.kind.sign().saturating_mul(one.amount.minor)));
    let lines = |which: &dyn Fn(&KeptLine<'_>) -> bool| count(ledger.lines.known().filter(|kept| which(kept)));
    figures.statement_unmatched =
        u32::try_from(findings.without_sale).unwrap_or(u32::MAX).saturating_add(lines(&is_explained_credit));
    figures.statement_tests = lines(&is_test_payment);
    figures.statement_returned = lines(&|kept| matches!(kept.state, LineState::Returned { .. }));
    let opened = day.map(|day| day.opened);
    figures.outages = count(ledger.outages.values());
    figures.outage_seconds = ledger.outages.values().map(|outage| seconds(outage, opened, now)).sum();
    for sale in ledger.sales.values().filter(|sale| is_of_day(sale.day)) {
        figures.refunded = sale.refunds.iter().fold(figures.refunded, |sum, refund| sum.with(refund.amount.minor));
    }
    let today = |at: DateTime<FixedOffset>| opened.is_none_or(|opened| at >= opened);
    let given_back = ledger.sales.values().flat_map(|sale| &sale.given_back).map(|back| (back.at, back.amount.minor));
    let returned = ledger.lines.known().filter_map(|kept| match kept.state {
        LineState::Returned { at, .. } => Some((*at, kept.line.amount.minor)),
        LineState::Matched { .. }
        | LineState::PaidOut { .. }
        | LineState::Explained { .. }
        | LineState::Unexplained => None,
    });
    let given_back = given_back.chain(returned).filter(|(at, _)| today(*at));
    figures.given_back = given_back.fold(figures.given_back, |sum, (_, minor)| sum.with(minor));
    for drawer in ledger.drawers() {
        figures.drawer_openings = figures.drawer_openings.saturating_add(drawer.openings);
        figures.drawer = figures.drawer.with(&ledger.figures_of(drawer));
        let counted = drawer.counted.as_ref().map_or(0, |count| count.counted_minor);
        figures.cash_counted_minor = figures.cash_counted_minor.saturating_add(counted);
    }
    figures.drawer_refusals = ledger.drawer_sessions().fold(0, |sum, one| sum.saturating_add(one.refusals));
    figures.cash_expected_minor = figures.drawer.expected();
    figures.foreign = ledger.boxes.values().filter_map(|one| foreign(ledger, one)).collect();
    figures
}

/// The figures of the box of another currency.
fn foreign(ledger: &Ledger, session: &Drawer) -> Option<ForeignFigures> {
    let worth = ledger.payments.values().filter_map(|payment| match &payment.tender {
        Tender::Cash { given, foreign: Some(foreign), cash, .. } if foreign.drawer == session.id && cash.is_taken() => {
            Some(given.minor)
        }
        Tender::Cash { .. } | Tender::Reader { .. } | Tender::Qr { .. } | Tender::Card { .. } => None,
    });
    Some(ForeignFigures {
        currency: session.foreign?.currency,
        worth_minor: worth.fold(0, i64::saturating_add),
        lines: ledger.figures_of(session),
        counted_minor: session.counted.as_ref().map_or(0, |count| count.counted_minor),
    })
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
            // Money for a code that was withdrawn, or for a sale that was paid otherwise, is no sale's: it goes back.
            QrState::SeenOnStatement { .. } | QrState::ShortOrOver { .. } | QrState::RefundDue { .. } => {
                if payment.standing() == Standing::Takes {
                    one_more(&mut figures.statement_matched);
                }
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
                CardState::Approved { .. } | CardState::Settled { .. } | CardState::Voiding { .. } => {
                    one_more(&mut figures.approved);
                }
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
                | CardState::PartlyApproved { .. }
                | CardState::HandedOver { .. }
                | CardState::Advising { .. }
                | CardState::Voided { .. }
                | CardState::Undone { .. }
                | CardState::Replaced { .. } => {}
            }
        }
    }
}

/// What is missing of transfers: less came and a person took it for paid, or the bank took it back. Several lines of one
/// transfer count together. What the bank took back of a closed day's transfer is an adjustment and not here.
#[must_use]
pub fn missing(ledger: &Ledger) -> BTreeMap<PaymentId, i64> {
    let mut came: BTreeMap<PaymentId, i64> = BTreeMap::new();
    let mut back: BTreeMap<PaymentId, i64> = BTreeMap::new();
    for kept in ledger.lines.known() {
        let (payment, sums) = match kept.state {
            LineState::Matched { payment, .. } => (payment, &mut came),
            LineState::Explained { payment: Some(payment), own_refund: false, .. } if kept.line.amount.minor < 0 => {
                (payment, &mut back)
            }
            LineState::Explained { .. }
            | LineState::Returned { .. }
            | LineState::PaidOut { .. }
            | LineState::Unexplained => continue,
        };
        let sum = sums.entry(*payment).or_default();
        *sum = sum.saturating_add(kept.line.amount.minor);
    }
    let is_todays = |payment: &Payment| Some(payment.day) == ledger.day.as_ref().map(|day| day.id);
    let mut missing = BTreeMap::new();
    for payment in ledger.payments.values() {
        let amount = payment.amount.minor;
        let short = came.get(&payment.id).map_or(0, |came| amount.saturating_sub(*came));
        let back = back.get(&payment.id).filter(|_| is_todays(payment)).map_or(0, |back| back.saturating_neg());
        let sum = short.max(0).saturating_add(back).min(amount);
        if sum > 0 {
            missing.insert(payment.id, sum);
        }
    }
    missing
}

/// What was kept of a line: of each sale as its file says it, or of a payout as the difference.
fn fee(kept: &KeptLine<'_>) -> Option<i64> {
    match kept.state {
        LineState::PaidOut { fee, .. } => Some(fee.minor),
        LineState::Matched { .. } => kept.fee.map(|fee| fee.minor),
        LineState::Explained { .. } | LineState::Returned { .. } | LineState::Unexplained => None,
    }
}

/// A credit that a person explained. What went back to the customer, and a test payment to the shop's own account, are
/// counted by themselves.
fn is_explained_credit(kept: &KeptLine<'_>) -> bool {
    matches!(kept.state, LineState::Explained { .. }) && kept.line.amount.minor > 0 && !is_test_payment(kept)
}

fn is_test_payment(kept: &KeptLine<'_>) -> bool {
    matches!(kept.state, LineState::Explained { why: Some(LineReason::TestPayment), .. })
}

/// How long an outage lasted within the day so far, in seconds.
fn seconds(outage: &Outage, opened: Option<DateTime<FixedOffset>>, now: DateTime<FixedOffset>) -> i64 {
    let began = opened.map_or(outage.began, |opened| outage.began.max(opened));
    (outage.ended.unwrap_or(now) - began).num_seconds().max(0)
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
