//! A QR transfer: shown, announced by the customer, seen by the shop, or withdrawn.

use crate::app::event::QrTouch;
use crate::app::place::Place;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::PaymentId;
use crate::domain::qr::QrState;
use crate::domain::sale::Tender;

impl App {
    pub(super) fn begin_qr(&mut self, turn: &mut Turn) {
        let Some((sale, amount, began)) = self.sale_to_pay(turn) else { return };
        let payment = PaymentId(turn.ids.next_uuid());
        self.save(began.into_iter().chain([Fact::QrShown { payment, sale, amount }]).collect(), turn);
    }

    pub(super) fn touch_qr(&mut self, touch: QrTouch, turn: &mut Turn) {
        let busy = self.is_busy();
        let Place::Qr { payment, withdraw_asked } = &mut self.place else { return };
        let payment = *payment;
        let at = self.now;
        match touch {
            QrTouch::Withdraw => *withdraw_asked = true,
            QrTouch::Keep => *withdraw_asked = false,
            QrTouch::Confirm if !busy => self.move_qr(payment, QrState::ConfirmedByShop { at }, turn),
            QrTouch::Announce if !busy => self.announce(payment, turn),
            QrTouch::WithdrawSurely if !busy => {
                self.save(vec![Fact::QrMoved { payment, qr: QrState::Withdrawn }], turn);
            }
            QrTouch::Confirm | QrTouch::Announce | QrTouch::WithdrawSurely => {}
        }
    }

    /// The customer says it is paid. Said once, the page keeps asking for the shop's own phone; said again, the cashier
    /// lets the customer go without having seen the money.
    fn announce(&mut self, payment: PaymentId, turn: &mut Turn) {
        let said = self
            .ledger
            .payments
            .get(&payment)
            .is_some_and(|kept| matches!(kept.tender, Tender::Qr { qr: QrState::CustomerSaysPaid { .. } }));
        match self.sale_of(payment).map(|sale| sale.id) {
            Some(sale) if said => self.save(vec![Fact::SaleDone { sale }], turn),
            Some(_) => {
                let qr = QrState::CustomerSaysPaid { at: self.now };
                self.save(vec![Fact::QrMoved { payment, qr }], turn);
            }
            None => {}
        }
    }

    fn move_qr(&mut self, payment: PaymentId, qr: QrState, turn: &mut Turn) {
        let mut facts = vec![Fact::QrMoved { payment, qr }];
        if let Some(sale) = self.sale_of(payment).filter(|sale| self.ledger.remaining(sale).minor <= 0) {
            facts.push(Fact::SaleDone { sale: sale.id });
        }
        self.save(facts, turn);
    }
}
