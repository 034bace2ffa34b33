//! Facts about refunds. The rule that no one else has to keep: never more goes back than was taken in that way.

use chrono::{DateTime, FixedOffset};

use crate::domain::fact::Fact;
use crate::domain::ids::PaymentId;
use crate::domain::ledger::{Ledger, Row};
use crate::domain::money::Money;
use crate::domain::queue::CardState;
use crate::domain::reconcile::LineState;
use crate::domain::sale::{GiveBackWay, Refund, RefundWay, Sale, SaleState, Standing, Tender, TenderKind};

impl Ledger {
    /// What can still be refunded of a sale in one tender, in minor units: what was taken in it less what went back.
    ///
    /// A charge on the reader is taken back there, and a typed card that was sent already goes back over the bank
    /// ([`Self::card_to_void`]): of both nothing is refunded here.
    #[must_use]
    pub fn refundable_minor(&self, sale: &Sale, tender: TenderKind) -> i64 {
        let is_done = matches!(sale.state, SaleState::Done { .. });
        let way_is = |way: RefundWay| match way {
            RefundWay::Cash { .. } => tender == TenderKind::Cash,
            RefundWay::Transfer => tender == TenderKind::Qr,
            RefundWay::CardNotSent { .. } | RefundWay::CardTakenBack { .. } => false,
        };
        let takes = self.payments.of_sale(sale.id).filter(|payment| match &payment.tender {
            Tender::Cash { .. } => tender == TenderKind::Cash && payment.standing() == Standing::Takes,
            Tender::Qr { .. } => tender == TenderKind::Qr && payment.is_certain(),
            Tender::Card { .. } | Tender::Reader { .. } => false,
        });
        let taken = takes.fold(0_i64, |sum, payment| sum.saturating_add(payment.amount.minor));
        let gone = sale.refunds.iter().filter(|refund| way_is(refund.way));
        let gone = gone.fold(0_i64, |sum, refund| sum.saturating_add(refund.amount.minor));
        // What the manager gives back of a sale that was paid twice is no refund: it is owed in any case.
        let rest = taken.saturating_sub(gone).saturating_sub(self.overpaid(sale).minor);
        if is_done { rest.max(0) } else { 0 }
    }

    /// What was refunded of a transfer's sale by transfer, less what a statement has shown of that, in minor units. Of a
    /// sale that is in the memory no more nobody knows it here: zero.
    #[must_use]
    pub fn refunded_unseen_minor(&self, payment: PaymentId) -> i64 {
        let sale = self.payments.get(&payment).and_then(|payment| self.sales.get(&payment.sale));
        let by_transfer = sale.into_iter().flat_map(|sale| &sale.refunds).filter(|refund| match refund.way {
            RefundWay::Transfer => true,
            RefundWay::Cash { .. } | RefundWay::CardNotSent { .. } | RefundWay::CardTakenBack { .. } => false,
        });
        let refunded = by_transfer.fold(0_i64, |sum, refund| sum.saturating_add(refund.amount.minor));
        let mut unseen = refunded;
        for kept in self.lines.known() {
            match kept.state {
                // Money that came twice, or for a withdrawn code, and went back by transfer.
                LineState::Returned { payment: Some(of), way: GiveBackWay::OtherWay, .. } if *of == payment => {
                    unseen = unseen.saturating_add(kept.line.amount.minor);
                }
                // A debit is negative.
                LineState::Explained { payment: Some(of), own_refund: true, .. } if *of == payment => {
                    unseen = unseen.saturating_add(kept.line.amount.minor);
                }
                LineState::Returned { .. }
                | LineState::Explained { .. }
                | LineState::Matched { .. }
                | LineState::PaidOut { .. }
                | LineState::Unexplained => {}
            }
        }
        unseen
    }

    /// What goes out of the drawer when this much of a sale is refunded in cash; `round` is how the shop rounds cash.
    ///
    /// Not each refund is rounded but what goes back in all: two halves of a sale would else cost the drawer more than
    /// came in. With the last of it exactly that has gone back which came in.
    #[must_use]
    pub fn refund_in_cash(&self, sale: &Sale, amount: Money, round: impl Fn(Money) -> Money) -> Money {
        let came_in = self.came_in_minor(sale);
        let (mut owed, mut paid) = (0_i64, 0_i64);
        for refund in &sale.refunds {
            if let RefundWay::Cash { paid: before, .. } = refund.way {
                owed = owed.saturating_add(refund.amount.minor);
                paid = paid.saturating_add(before.minor);
            }
        }
        let is_last = amount.minor >= self.refundable_minor(sale, TenderKind::Cash);
        let in_all = Money::new(owed.saturating_add(amount.minor), amount.currency);
        let goes_back = if is_last { came_in } else { round(in_all).minor.min(came_in) };
        Money::new(goes_back.saturating_sub(paid).max(0), amount.currency)
    }

    /// What came in for a sale in cash and stayed, in minor units: what was given less the change.
    fn came_in_minor(&self, sale: &Sale) -> i64 {
        let stayed = self.payments.of_sale(sale.id).filter(|payment| payment.standing() == Standing::Takes);
        stayed.fold(0_i64, |sum, payment| match &payment.tender {
            Tender::Cash { given, change, .. } => sum.saturating_add(given.minor).saturating_sub(change.minor),
            Tender::Card { .. } | Tender::Reader { .. } | Tender::Qr { .. } => sum,
        })
    }

    /// The typed card of a sale that was not sent yet: it can be let go without anybody being charged.
    ///
    /// One that another till had in its hands is none, also when it was taken back: that till may have sent it. What the
    /// host says under the shared identity comes first.
    #[must_use]
    pub fn card_not_sent(&self, sale: &Sale) -> Option<PaymentId> {
        let is_done = matches!(sale.state, SaleState::Done { .. });
        let unsent = self.payments.of_sale(sale.id).find(|payment| {
            matches!(payment.tender, Tender::Card { card: CardState::Stored { attempts: 0, shared: None, .. }, .. })
                && payment.standing() == Standing::Takes
        });
        unsent.filter(|_| is_done).map(|payment| payment.id)
    }

    /// The typed card of a sale of the open day that the bank approved on this day: the host can take that back, as long as
    /// the card is in no batch that was closed. Later it goes back over the bank only.
    #[must_use]
    pub fn card_to_void(&self, sale: &Sale, now: DateTime<FixedOffset>) -> Option<PaymentId> {
        let is_todays = self.day.as_ref().is_some_and(|day| day.id == sale.day && day.closed.is_none());
        let is_in_batch = |id| self.batch.as_ref().is_none_or(|batch| batch.has_open(id));
        // A card that was let go and approved all the same goes back as what was taken too much.
        let was_let_go = |id| sale.refunds.iter().any(|refund| refund.way.let_go() == Some(id));
        let approved = self.payments.of_sale(sale.id).find(|payment| match &payment.tender {
            Tender::Card { card: CardState::Approved { at, .. }, .. } => {
                at.date_naive() == now.date_naive() && is_in_batch(payment.id) && !was_let_go(payment.id)
            }
            Tender::Card { .. } | Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => false,
        });
        let is_paid_once = self.overpaid(sale).minor == 0;
        approved.filter(|_| sale.is_done() && is_todays && is_paid_once).map(|payment| payment.id)
    }

    pub(super) fn apply_refund(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::Refunded { refund, sale, amount, way, by } => {
                let kept = self.sales.get(sale).ok_or("no such sale")?;
                let most = match way {
                    RefundWay::Cash { drawer, .. } => {
                        self.drawers().find(|open| open.id == *drawer).ok_or("no such drawer session")?;
                        self.refundable_minor(kept, TenderKind::Cash)
                    }
                    RefundWay::Transfer => self.refundable_minor(kept, TenderKind::Qr),
                    RefundWay::CardNotSent { payment } | RefundWay::CardTakenBack { payment } => {
                        self.let_go_minor(kept, *payment)?
                    }
                };
                if amount.minor <= 0 || amount.minor > most || kept.refunds.iter().any(|one| one.id == *refund) {
                    return Err(format!("{amount} is more than can be refunded"));
                }
                let (amount, way, by) = (*amount, *way, by.clone());
                let made = Refund { id: *refund, amount, way, by, at, sent_by: None };
                self.sales.get_mut(sale).ok_or("no such sale")?.refunds.push(made);
                Ok([Row::Sale(*sale)].into_iter().chain(self.note_refund(at, *sale, amount, way)).collect())
            }
            Fact::RefundSent { refund, sale, by } => {
                let kept = self.sales.get_mut(sale).ok_or("no such sale")?;
                let mut open = kept.refunds.iter_mut().filter(|one| one.is_to_be_sent());
                let open = open.find(|one| one.id == *refund).ok_or("no such refund is to be sent")?;
                open.sent_by = Some(by.clone());
                Ok(vec![Row::Sale(*sale)])
            }
            other => Err(format!("{} is no fact of a refund", other.kind())),
        }
    }

    /// What a card was to pay that is undone or taken back now: all of it, once.
    fn let_go_minor(&self, sale: &Sale, payment: PaymentId) -> Result<i64, String> {
        let kept = self.payments.get(&payment).filter(|kept| kept.sale == sale.id).ok_or("no such payment")?;
        let is_undone =
            matches!(kept.tender, Tender::Card { card: CardState::Undone { .. } | CardState::Voided { .. }, .. });
        let before = sale.refunds.iter().any(|one| one.way.let_go() == Some(payment));
        if is_undone && !before { Ok(kept.amount.minor) } else { Err("the card was not let go just now".to_owned()) }
    }
}
