//! A QR transfer: shown, announced by the customer, seen by the shop, or withdrawn.

use crate::app::event::QrTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, DeskTalk, Place};
use crate::app::{App, Turn};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::{PaymentId, PersonId, SaleId, SaleReference};
use crate::domain::money::Money;
use crate::domain::payee::KnownPayee;
use crate::domain::qr::QrState;
use crate::domain::sale::{SaleState, Tender};
use crate::settings::Payee;

impl App {
    /// Accounts that customers may be asked to pay to: named by the settings, approved and tested.
    pub(crate) fn payees_in_use(&self) -> impl Iterator<Item = &Payee> {
        let is_in_use = |payee: &&Payee| self.ledger.payees.get(&payee.key).is_some_and(KnownPayee::is_in_use);
        self.settings.qr.payees.iter().filter(is_in_use)
    }

    /// Shows the code of the only payee, or asks by which the customer pays: a sale has one code at a time.
    pub(super) fn begin_qr(&mut self, turn: &mut Turn) {
        self.begin_qr_for(None, turn);
    }

    /// The same in place of a stored card that was refused.
    pub(super) fn begin_qr_for(&mut self, instead_of: Option<PaymentId>, turn: &mut Turn) {
        let labels: Vec<String> = self.payees_in_use().map(|payee| payee.label.clone()).collect();
        match labels.as_slice() {
            [] => {}
            [only] => self.show_code(only, instead_of, turn),
            [_, _, ..] => self.place = Place::QrChoice { instead_of },
        }
    }

    fn show_code(&mut self, label: &str, instead_of: Option<PaymentId>, turn: &mut Turn) {
        let payment = PaymentId(turn.ids.next_uuid());
        let to_pay = match instead_of {
            None => self.sale_to_pay(turn),
            Some(card) => self.card_to_replace(card, payment),
        };
        let Some((sale, amount, began)) = to_pay else { return };
        let reference: Option<SaleReference> = match &began {
            Some(Fact::SaleBegan { reference, .. }) => Some(*reference),
            _ => self.ledger.sales.get(&sale).map(|sale| sale.reference),
        };
        let payee = self.payees_in_use().find(|payee| payee.label == label);
        let Some((payee, reference)) = payee.zip(reference) else { return };
        let Ok(code) = payee.code(amount, reference, self.now, self.settings.qr.code_minutes) else {
            self.tell(NoticeKind::CodeRefused(amount));
            return;
        };
        let shown = Fact::QrShown { payment, sale, amount, code: Some(code) };
        self.save(began.into_iter().chain([shown]).collect(), turn);
    }

    /// The sale and the amount of a card that another payment takes the place of, and the fact that says so.
    fn card_to_replace(&self, card: PaymentId, with: PaymentId) -> Option<(SaleId, Money, Option<Fact>)> {
        let kept = self.ledger.payments.get(&card)?;
        let (by, may) = (self.person.clone()?, self.still_possible(kept).other_tender);
        may.then_some((kept.sale, kept.amount, Some(Fact::CardReplaced { payment: card, with, by })))
    }

    pub(super) fn touch_qr(&mut self, touch: QrTouch, turn: &mut Turn) {
        let busy = self.is_busy();
        let at = self.now;
        match (&mut self.place, touch) {
            (Place::QrChoice { instead_of }, QrTouch::Choose(label)) if !busy => {
                let instead_of = *instead_of;
                self.show_code(&label, instead_of, turn);
            }
            (Place::QrChoice { instead_of: None }, QrTouch::Leave) => self.place = Place::Tenders,
            (Place::QrChoice { instead_of: Some(_) }, QrTouch::Leave) => self.place = Place::Desk(DeskTalk::default()),
            (Place::Qr { withdraw_asked, .. }, QrTouch::Withdraw) => *withdraw_asked = true,
            (Place::Qr { withdraw_asked, .. }, QrTouch::Keep) => *withdraw_asked = false,
            (Place::Qr { payment, .. }, QrTouch::Confirm) if !busy => {
                let payment = *payment;
                self.move_qr(payment, QrState::ConfirmedByShop { at }, turn);
            }
            (Place::Qr { payment, .. }, QrTouch::Announce) if !busy => {
                let fact = Fact::QrMoved { payment: *payment, qr: QrState::CustomerSaysPaid { at } };
                self.save(vec![fact], turn);
            }
            (Place::Qr { payment, .. }, QrTouch::AcceptUnseen) if !busy => {
                let payment = *payment;
                self.accept_unseen(payment, turn);
            }
            (Place::Qr { payment, .. }, QrTouch::WithdrawSurely) if !busy => {
                let fact = Fact::QrMoved { payment: *payment, qr: QrState::Withdrawn };
                self.save(vec![fact], turn);
            }
            // Touched too early, or on a page that is gone.
            (_, _) => {}
        }
    }

    /// Whether the customer says that this transfer is paid.
    pub(crate) fn is_announced(&self, payment: PaymentId) -> bool {
        let kept = self.ledger.payments.get(&payment);
        kept.is_some_and(|kept| matches!(kept.tender, Tender::Qr { qr: QrState::CustomerSaysPaid { .. }, .. }))
    }

    /// Whether goods may go on the customer's word alone for this transfer.
    pub(crate) fn is_trusted_unseen(&self, payment: PaymentId) -> bool {
        let kept = self.ledger.payments.get(&payment);
        kept.is_some_and(|kept| kept.amount.minor <= self.settings.qr.trust_limit_minor)
    }

    /// The customer says it is paid, and is let go without anybody having seen the money. Above the shop's trust limit
    /// that is a manager's to decide.
    fn accept_unseen(&mut self, payment: PaymentId, turn: &mut Turn) {
        if !self.is_announced(payment) {
            return;
        }
        // The goods went long ago: nobody has to be let go, and the transfer stays open until it is seen.
        if self.is_beside_selling(payment) {
            return self.leave_code_of_desk(payment);
        }
        if self.is_trusted_unseen(payment) {
            self.finish_unseen(payment, None, turn);
        } else {
            self.ask_manager(ApproveWhy::TransferUnseen { payment });
        }
    }

    /// A manager lets the customer go.
    pub(super) fn unseen_approved(
        &mut self,
        payment: PaymentId,
        manager: PersonId,
        reason: ApprovalReason,
        turn: &mut Turn,
    ) {
        let Some(kept) = self.ledger.payments.get(&payment).filter(|_| self.is_announced(payment)) else { return };
        let act = ManagedAct::TransferAcceptedUnseen { sale: kept.sale, amount: kept.amount };
        let approval = self.approval(manager, act, reason);
        self.finish_unseen(payment, Some(approval), turn);
    }

    /// The transfer counts as taken; the sale is done when nothing else of it is left to pay.
    fn finish_unseen(&mut self, payment: PaymentId, approval: Option<Fact>, turn: &mut Turn) {
        let facts: Vec<Fact> = approval.into_iter().chain(self.done_if_covered(payment)).collect();
        if !facts.is_empty() {
            self.save(facts, turn);
        }
    }

    fn move_qr(&mut self, payment: PaymentId, qr: QrState, turn: &mut Turn) {
        let moved = Fact::QrMoved { payment, qr };
        self.save([moved].into_iter().chain(self.done_if_covered(payment)).collect(), turn);
    }

    fn done_if_covered(&self, payment: PaymentId) -> Option<Fact> {
        let sale = self.sale_of(payment).filter(|sale| sale.state == SaleState::Open)?;
        let sale = Some(sale).filter(|sale| self.ledger.remaining(sale).minor <= 0)?;
        Some(Fact::SaleDone { sale: sale.id })
    }
}
