//! The accounts that transfers go to: a manager approves one that is new and looks whether a test payment arrives.

use crate::app::event::PayeesTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, Place};
use crate::app::{App, Turn};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::PersonId;
use crate::domain::money::Money;
use crate::domain::payee::{KnownPayee, PayeeKey, PayeeState};
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
                let replaces = self.account_before(&payee);
                let approved = Fact::PayeeApproved { payee: key.clone(), title: payee.title(), replaces, by };
                let approved = (!self.is_known(&payee)).then_some(approved);
                let amount = Money::smallest(self.settings.currency);
                let shown = Fact::PayeeTestShown { payee: key, reference, amount };
                self.save(approved.into_iter().chain([shown]).collect(), turn);
            }
            PayeesTouch::Arrived if is_testing => self.ask_manager(ApproveWhy::UsePayee { payee: key }),
            PayeesTouch::NotArrived if is_testing => {
                self.save(vec![Fact::PayeeTested { payee: key, arrived: false, by }], turn);
            }
            PayeesTouch::Arrived | PayeesTouch::NotArrived => {}
        }
    }

    /// A second manager, or in a shop of one the same once more, stands for the account to which customers will pay.
    pub(super) fn use_payee(&mut self, payee: PayeeKey, manager: PersonId, turn: &mut Turn) {
        let known = self.ledger.payees.get(&payee);
        let is_testing = known.is_some_and(|known| matches!(known.state, PayeeState::Testing { .. }));
        let Some(by) = self.person.clone().filter(|_| is_testing) else { return };
        let approval = self.approval(manager, ManagedAct::PayeeTested, ApprovalReason::Other);
        self.save(vec![approval, Fact::PayeeTested { payee, arrived: true, by }], turn);
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

    /// Whether a manager has approved it since the settings name it.
    fn is_known(&self, payee: &Payee) -> bool {
        self.known_payee(payee).is_some_and(|known| known.state != PayeeState::Retired)
    }

    /// The tail of the account in whose place a new one stands: the last one that was in use under its label, or under
    /// any label when its own is new.
    pub(crate) fn account_before(&self, payee: &Payee) -> Option<String> {
        let retired = || self.ledger.payees.values().filter(|known| known.state == PayeeState::Retired);
        let others = || retired().filter(|known| known.key != payee.key);
        let of_label = others().filter(|known| known.title.label == payee.label).max_by_key(|known| known.approved_at);
        let last = of_label.or_else(|| others().max_by_key(|known| known.approved_at));
        last.map(|known| known.title.account.clone())
    }

    /// Accounts that the settings do not name any more: they would be trusted when they came back, and are not.
    pub(super) fn retire_payees(&mut self, turn: &mut Turn) {
        let is_gone = |known: &&KnownPayee| {
            known.state != PayeeState::Retired && self.settings.qr.payees.iter().all(|payee| payee.key != known.key)
        };
        let gone = self.ledger.payees.values().filter(is_gone);
        let facts: Vec<Fact> = gone.map(|known| Fact::PayeeRetired { payee: known.key.clone() }).collect();
        if !facts.is_empty() {
            self.save(facts, turn);
        }
    }
}
