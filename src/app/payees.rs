//! The accounts that transfers go to: a manager approves one that is new and looks whether a test payment arrives.

use crate::app::event::PayeesTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::Place;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::payee::{KnownPayee, PayeeState};
use crate::settings::Payee;

impl App {
    pub(super) fn open_payees(&mut self) {
        let first_new = self.settings.qr.payees.iter().find(|payee| !self.is_known(payee));
        let chosen = first_new.or(self.settings.qr.payees.first()).map(|payee| payee.label.clone());
        self.visit(Place::Payees { chosen: chosen.unwrap_or_default() });
    }

    pub(super) fn touch_payees(&mut self, touch: PayeesTouch, turn: &mut Turn) {
        let Place::Payees { chosen } = &mut self.place else { return };
        if let PayeesTouch::Choose(label) = touch {
            *chosen = label;
            return;
        }
        let Some(by) = self.person.clone().filter(|_| self.is_manager()) else {
            self.tell(NoticeKind::NotAllowed);
            return;
        };
        let Some(payee) = self.chosen_payee().cloned().filter(|_| !self.is_busy()) else { return };
        let key = payee.key.clone();
        let is_testing = matches!(self.known_payee(&payee), Some(KnownPayee { state: PayeeState::Testing { .. }, .. }));
        match touch {
            PayeesTouch::Choose(_) => {}
            PayeesTouch::Test => {
                let Some(reference) = self.next_reference() else { return };
                let replaces = self.ledger.account_before(&payee.label, &key).map(str::to_owned);
                let approved = Fact::PayeeApproved { payee: key.clone(), title: payee.title(), replaces, by };
                let approved = (!self.is_known(&payee)).then_some(approved);
                let amount = payee.smallest(self.settings.currency);
                let shown = Fact::PayeeTestShown { payee: key, reference, amount };
                self.save(approved.into_iter().chain([shown]).collect(), turn);
            }
            PayeesTouch::Arrived if is_testing => {
                self.save(vec![Fact::PayeeTested { payee: key, arrived: true, by }], turn);
            }
            PayeesTouch::NotArrived if is_testing => {
                self.save(vec![Fact::PayeeTested { payee: key, arrived: false, by }], turn);
            }
            PayeesTouch::Arrived | PayeesTouch::NotArrived => {}
        }
    }

    /// The payee that the page is about.
    pub(crate) fn chosen_payee(&self) -> Option<&Payee> {
        let Place::Payees { chosen } = &self.place else { return None };
        self.settings.qr.payees.iter().find(|payee| payee.label == *chosen)
    }

    /// What the ledger knows of a payee of the settings.
    pub(crate) fn known_payee(&self, payee: &Payee) -> Option<&KnownPayee> {
        self.ledger.payees.get(&payee.key)
    }

    fn is_known(&self, payee: &Payee) -> bool {
        self.known_payee(payee).is_some()
    }
}
