//! Signing in and out. A wrong PIN is stored before it is answered, so that neither a restart nor a pulled plug forgives it.

use crate::app::effect::Effect;
use crate::app::event::{LockTouch, PinCheck};
use crate::app::place::{ApproveWhy, LockState, Overlay, Place};
use crate::app::{App, Turn};
use crate::domain::access::{PIN_LENGTH_MIN, Pin, PinRecord};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::PersonId;

impl App {
    pub(super) fn touch_lock(&mut self, touch: LockTouch, turn: &mut Turn) {
        let Place::Lock(lock) = &mut self.place else { return };
        if lock.checking {
            return;
        }
        match touch {
            LockTouch::Choose(person) => {
                *lock = LockState { chosen: Some(person), ..LockState::default() };
            }
            LockTouch::Digit(digit) => {
                lock.wrong = false;
                lock.pin.push(digit);
            }
            LockTouch::Erase => lock.pin.erase(),
            LockTouch::Unlock => {
                if let Some(person) = lock.chosen.clone().filter(|person| self.may_be_unlocked(person)) {
                    self.ask_manager(ApproveWhy::Unlock { person });
                }
            }
            LockTouch::Enter => {
                let Some(person) = lock.chosen.clone().filter(|_| lock.pin.length() >= PIN_LENGTH_MIN) else { return };
                let pin = std::mem::take(&mut lock.pin);
                lock.checking = true;
                self.check_pin(person, pin, turn);
            }
        }
    }

    /// Has a PIN compared, unless the person is locked out.
    pub(super) fn check_pin(&mut self, person: PersonId, pin: Pin, turn: &mut Turn) {
        if self.pin_record(&person).locked_at(self.now).is_some() || self.person(&person).is_none() {
            self.pin_answered(true);
            return;
        }
        turn.ask(Effect::CheckPin(PinCheck { person, pin }));
    }

    pub(super) fn pin_checked(&mut self, person: PersonId, right: bool, turn: &mut Turn) {
        if !right {
            let record = self.pin_record(&person).after_wrong(self.now);
            self.save(vec![Fact::PinRefused { person, record }], turn);
        } else if matches!(self.overlay, Some(Overlay::Approve(_))) {
            self.approved_by(person, turn);
        } else if matches!(self.place, Place::Lock(_)) {
            self.save(vec![Fact::SignedIn { person }], turn);
        }
    }

    /// Shows the answer to a PIN on whichever page asked for it.
    pub(super) fn pin_answered(&mut self, wrong: bool) {
        if let Some(Overlay::Approve(approve)) = &mut self.overlay {
            (approve.checking, approve.wrong) = (false, wrong);
        } else if let Place::Lock(lock) = &mut self.place {
            // A record is clean again after a manager unlocked the person: nothing was typed wrong then.
            let clean = |person: &PersonId| self.ledger.pins.get(person).is_none_or(|kept| *kept == PinRecord::CLEAN);
            let unlocked = lock.chosen.as_ref().is_some_and(clean);
            (lock.checking, lock.wrong) = (false, wrong && !unlocked);
        }
    }

    /// Whether a person is locked out and another manager is there to let them try again (PCI DSS 4.0.1, 8.3.4: the lock
    /// lasts at least 30 minutes or until the person's identity is confirmed).
    pub(crate) fn may_be_unlocked(&self, person: &PersonId) -> bool {
        let why = ApproveWhy::Unlock { person: person.clone() };
        self.pin_record(person).locked_at(self.now).is_some() && !self.approvers_of(&why).is_empty()
    }

    /// A manager who knows the person lets them try again; the journal has who unlocked whom in one save.
    pub(super) fn unlock(&mut self, person: PersonId, manager: PersonId, turn: &mut Turn) {
        let act = ManagedAct::PersonUnlocked;
        let approved = Fact::ManagerApproved { manager, act, reason: ApprovalReason::Other, alone: false, by: None };
        self.save(vec![approved, Fact::PinRefused { person, record: PinRecord::CLEAN }], turn);
    }

    pub(crate) fn pin_record(&self, person: &PersonId) -> PinRecord {
        self.ledger.pins.get(person).copied().unwrap_or(PinRecord::CLEAN)
    }
}
