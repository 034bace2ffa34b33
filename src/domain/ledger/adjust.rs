//! Adjustments: what facts do to payments of days that are closed.

use chrono::{DateTime, FixedOffset};

use crate::domain::day::{Adjustment, AdjustmentKind};
use crate::domain::ids::{LineId, PaymentId, SaleId};
use crate::domain::ledger::{Ledger, Row};
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::reconcile::{Awaits, Claim, LineState};
use crate::domain::sale::{Payment, RefundWay, Standing, TenderKind};

impl Ledger {
    /// Notes what the payments of these rows came to, where their day is closed.
    pub(super) fn note_adjustments(&mut self, at: DateTime<FixedOffset>, rows: &[Row]) -> Option<Row> {
        let touched = rows.iter().filter_map(|row| match row {
            Row::Payment(id) => Some(*id),
            Row::Day(_)
            | Row::Drawer(_)
            | Row::Sale(_)
            | Row::Outage(_)
            | Row::Person(_)
            | Row::Payee(_)
            | Row::Keys
            | Row::Case(_)
            | Row::Misread(_)
            | Row::Upkeep(_)
            | Row::Device(_)
            | Row::Statement(_)
            | Row::Line(_)
            | Row::Taken(_)
            | Row::Batch
            | Row::Counters => None,
        });
        let noted: Vec<Adjustment> = touched.filter_map(|payment| self.adjustment_of(at, payment)).collect();
        self.put_adjustments(noted)
    }

    /// What a payment of a closed day came to, if that is new.
    fn adjustment_of(&self, at: DateTime<FixedOffset>, id: PaymentId) -> Option<Adjustment> {
        let payment = self.payments.get(&id).filter(|payment| self.is_of_closed_day(payment))?;
        // What a line alone says of it, such as a second credit, is not what it came to.
        // Nor is a refund, which leaves what was taken as it is.
        let of_payment =
            |one: &&Adjustment| one.payment == id && one.line.is_none() && one.kind != AdjustmentKind::Refunded;
        let noted = self.day.as_ref()?.adjustments.iter().rev().find(of_payment).map(|one| one.kind);
        let kind = match (AdjustmentKind::of(payment), noted) {
            (Some(AdjustmentKind::Settled), Some(AdjustmentKind::CameAfterAll)) => return None,
            (Some(AdjustmentKind::Settled), _) if self.was_given_up(id) => AdjustmentKind::CameAfterAll,
            (Some(kind), noted) if noted != Some(kind) => kind,
            (None, Some(AdjustmentKind::Settled | AdjustmentKind::WrittenOff | AdjustmentKind::NothingTaken)) => {
                AdjustmentKind::OpenAgain
            }
            (_, _) => return None,
        };
        let tender = payment.tender.kind();
        let reference = self.sales.get(&payment.sale)?.reference;
        let (sold_on, amount) = (payment.began.date_naive(), payment.amount);
        Some(Adjustment { at, kind, payment: id, reference, sold_on, tender, amount, line: None, after_close: false })
    }

    /// Whether a transfer, or the card that it takes the place of, had been written off before its money came.
    fn was_given_up(&self, id: PaymentId) -> bool {
        self.was_loss_before(id)
            || self.lines.known().any(|kept| match kept.state {
                LineState::Matched { payment, before: Some(QrState::NeverArrived { .. }), .. } => *payment == id,
                LineState::Matched { .. }
                | LineState::PaidOut { .. }
                | LineState::Explained { .. }
                | LineState::Returned { .. }
                | LineState::Unexplained => false,
            })
    }

    /// Notes that a line a person explained, or gave back, has to do with a payment of a closed day.
    pub(super) fn note_explained(&mut self, at: DateTime<FixedOffset>, line: LineId) -> Option<Row> {
        let kept = self.lines.get(line)?;
        let (payment, went_back) = match *kept.state {
            LineState::Explained { own_refund: true, .. } => return None,
            LineState::Explained { payment, .. } => (payment?, false),
            LineState::Returned { payment, .. } => (payment?, true),
            LineState::Matched { .. } | LineState::PaidOut { .. } | LineState::Unexplained => return None,
        };
        let in_memory = || {
            let known = self.payments.get(&payment).filter(|known| self.is_of_closed_day(known))?;
            Claim::of(known, self.sales.get(&known.sale)?.reference)
        };
        let claim = kept.earlier.filter(|claim| claim.payment == payment).or_else(in_memory)?;
        let amount = kept.line.amount;
        let kind = match claim.awaits {
            _ if went_back => AdjustmentKind::WentBack,
            _ if amount.minor < 0 => AdjustmentKind::TakenBack,
            Awaits::NothingWrittenOff | Awaits::NothingWithdrawn => AdjustmentKind::CameAfterAll,
            Awaits::Money | Awaits::NothingSeen(_) => AdjustmentKind::PaidTwice,
        };
        let amount = Money::new(amount.minor.saturating_abs(), amount.currency);
        let adjustment = Adjustment {
            at,
            kind,
            payment,
            reference: claim.reference,
            sold_on: claim.asked_on,
            tender: TenderKind::Qr,
            amount,
            line: Some(line),
            after_close: false,
        };
        self.put_adjustments(vec![adjustment])
    }

    /// Notes that a loss of a closed day was taken back: what that day lost is waited for again.
    pub(super) fn note_loss_undone(&mut self, at: DateTime<FixedOffset>, id: PaymentId) -> Option<Row> {
        let payment = self.payments.get(&id).filter(|payment| self.is_of_closed_day(payment))?;
        let adjustment = Adjustment {
            at,
            kind: AdjustmentKind::LossUndone,
            payment: id,
            reference: self.sales.get(&payment.sale)?.reference,
            sold_on: payment.began.date_naive(),
            tender: payment.tender.kind(),
            amount: payment.amount,
            line: None,
            after_close: false,
        };
        self.put_adjustments(vec![adjustment])
    }

    /// Notes that something of a sale of a closed day goes back to the customer. A card that is let go or
    /// taken back says so itself.
    pub(super) fn note_refund(
        &mut self,
        at: DateTime<FixedOffset>,
        sale: SaleId,
        amount: Money,
        way: RefundWay,
    ) -> Option<Row> {
        let tender = match way {
            RefundWay::Cash { .. } => TenderKind::Cash,
            RefundWay::Transfer => TenderKind::Qr,
            RefundWay::CardNotSent { .. } | RefundWay::CardTakenBack { .. } => return None,
        };
        let is_paid_so = |payment: &&Payment| payment.tender.kind() == tender && payment.standing() == Standing::Takes;
        let payment = self.payments.of_sale(sale).find(is_paid_so).filter(|payment| self.is_of_closed_day(payment))?;
        let adjustment = Adjustment {
            at,
            kind: AdjustmentKind::Refunded,
            payment: payment.id,
            reference: self.sales.get(&sale)?.reference,
            sold_on: payment.began.date_naive(),
            tender,
            amount,
            line: None,
            after_close: false,
        };
        self.put_adjustments(vec![adjustment])
    }

    /// Forgets what was noted of a line whose explanation is taken back. The journal keeps both.
    pub(super) fn forget_explained(&mut self, line: LineId) -> Option<Row> {
        let day = self.day.as_mut()?;
        let before = day.adjustments.len();
        day.adjustments.retain(|one| one.line != Some(line));
        (day.adjustments.len() < before).then_some(Row::Day(day.id))
    }

    fn put_adjustments(&mut self, noted: Vec<Adjustment>) -> Option<Row> {
        let day = self.day.as_mut().filter(|_| !noted.is_empty())?;
        let after_close = day.closed.is_some();
        day.adjustments.extend(noted.into_iter().map(|one| Adjustment { after_close, ..one }));
        Some(Row::Day(day.id))
    }

    /// What the last day leaves to the slip of the next one.
    pub(super) fn adjustments_since_the_close(&self) -> Vec<Adjustment> {
        let since = self.day.iter().flat_map(|day| &day.adjustments).filter(|one| one.after_close);
        since.map(|one| Adjustment { after_close: false, ..one.clone() }).collect()
    }

    pub(super) fn is_of_closed_day(&self, payment: &Payment) -> bool {
        self.day.as_ref().is_some_and(|day| day.closed.is_some() || payment.day != day.id)
    }
}
