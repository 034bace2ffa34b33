//! A manager approves an exception: person, PIN and reason, all of it journaled with what it was for.

use crate::app::event::ApproveTouch;
use crate::app::place::{ApproveTalk, ApproveWhy, CardStep, Overlay, Place};
use crate::app::{App, Turn};
use crate::domain::access::{PIN_LENGTH_MIN, Person, Pin, Role};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::PersonId;
use crate::settings::SecondPerson;

impl ApproveWhy {
    /// Why a manager may approve it, the likeliest reason first; none where there is nothing to weigh.
    #[must_use]
    pub fn reasons(&self) -> &'static [ApprovalReason] {
        use ApprovalReason::{
            CountedTwice, GoodsFaulty, GoodsHandedOver, GoodsReturned, KnownCard, Other, RegularCustomer, SmallRisk,
            WrongAmount, WrongChange,
        };
        match self {
            Self::StoredCard { .. } => &[RegularCustomer, SmallRisk, KnownCard, GoodsHandedOver, Other],
            Self::ParkAttempt { .. } | Self::TransferUnseen { .. } => {
                &[RegularCustomer, SmallRisk, GoodsHandedOver, Other]
            }
            Self::Refund { .. } => &[GoodsReturned, GoodsFaulty, WrongAmount, RegularCustomer, Other],
            Self::Difference { .. } => &[CountedTwice, WrongChange, SmallRisk, Other],
            // Why the loss is taken was said before.
            Self::WriteOff { .. }
            // The bank has weighed it.
            | Self::VoiceCode { .. }
            | Self::ConfirmKey { .. }
            | Self::RetireKey { .. }
            | Self::UsePayee { .. }
            | Self::ReturnCredit { .. }
            | Self::UndoLoss { .. }
            | Self::TakeHandoverBack { .. }
            | Self::AcceptReader { .. }
            | Self::Unlock { .. }
            | Self::Handover { .. }
            | Self::TakeOver { .. } => &[],
        }
    }
}

impl App {
    pub(super) fn ask_manager(&mut self, why: ApproveWhy) {
        let managers = self.approvers_of(&why);
        let is_signed_in = |person: &&&Person| Some(&person.id) == self.person.as_ref();
        let own = managers.iter().find(is_signed_in).filter(|_| matches!(why, ApproveWhy::AcceptReader { .. }));
        let only = if let [only] = managers.as_slice() { Some(only) } else { None };
        let chosen = own.or(only).map(|person| person.id.clone());
        self.overlay = Some(Overlay::Approve(ApproveTalk {
            why,
            chosen,
            pin: Pin::default(),
            reason: None,
            checking: false,
            wrong: false,
        }));
    }

    /// Who may approve: managers, and with four eyes not the person who asks. Nobody unlocks themselves. A drawer is taken
    /// over by anybody else.
    pub(crate) fn approvers_of(&self, why: &ApproveWhy) -> Vec<&Person> {
        let others = self.settings.people.iter().filter(|person| self.person.as_ref() != Some(&person.id));
        if let ApproveWhy::Handover { .. } = why {
            return others.collect();
        }
        if let ApproveWhy::TakeOver { from } = why {
            return others.filter(|person| *from == person.id || person.role == Role::Manager).collect();
        }
        if let ApproveWhy::AcceptReader { .. } = why {
            return self.settings.people.iter().filter(|person| person.role == Role::Manager).collect();
        }
        let may = |person: &&Person| {
            let other = self.person.as_ref() != Some(&person.id);
            let is_excluded = match why {
                ApproveWhy::Unlock { person: locked } => *locked == person.id,
                // Whoever brought a key in has an interest in it, whoever asks now.
                ApproveWhy::ConfirmKey { fingerprint } => self.imported_by(fingerprint) == Some(&person.id),
                ApproveWhy::StoredCard { .. }
                | ApproveWhy::VoiceCode { .. }
                | ApproveWhy::ParkAttempt { .. }
                | ApproveWhy::TransferUnseen { .. }
                | ApproveWhy::Refund { .. }
                | ApproveWhy::Difference { .. }
                | ApproveWhy::Handover { .. }
                | ApproveWhy::TakeOver { .. }
                | ApproveWhy::WriteOff { .. }
                | ApproveWhy::UsePayee { .. }
                | ApproveWhy::ReturnCredit { .. }
                | ApproveWhy::UndoLoss { .. }
                | ApproveWhy::TakeHandoverBack { .. }
                | ApproveWhy::AcceptReader { .. }
                | ApproveWhy::RetireKey { .. } => false,
            };
            let alone = self.settings.second_person == SecondPerson::Off;
            let is_excluded = is_excluded && !(alone && matches!(why, ApproveWhy::ConfirmKey { .. }));
            person.role == Role::Manager && (other || alone) && !is_excluded
        };
        self.settings.people.iter().filter(may).collect()
    }

    pub(super) fn touch_approve(&mut self, touch: ApproveTouch, turn: &mut Turn) {
        let Some(Overlay::Approve(talk)) = &mut self.overlay else { return };
        if talk.checking {
            return;
        }
        match touch {
            ApproveTouch::Choose(person) => {
                talk.chosen = Some(person);
                (talk.pin, talk.wrong) = (Pin::default(), false);
            }
            ApproveTouch::ChooseReason(reason) => {
                talk.reason = talk.why.reasons().iter().copied().find(|known| *known == reason);
            }
            ApproveTouch::Digit(digit) => {
                talk.wrong = false;
                talk.pin.push(digit);
            }
            ApproveTouch::Erase => talk.pin.erase(),
            ApproveTouch::Approve => {
                let has_reason = talk.reason.is_some() || talk.why.reasons().is_empty();
                let ready = talk.pin.length() >= PIN_LENGTH_MIN && has_reason;
                let Some(person) = talk.chosen.clone().filter(|_| ready) else { return };
                let (pin, why) = (std::mem::take(&mut talk.pin), talk.why.clone());
                if self.approvers_of(&why).iter().any(|approver| approver.id == person) {
                    self.pin_is_checked();
                    self.check_pin(person, pin, turn);
                }
            }
            ApproveTouch::Cancel => self.close_overlay(turn),
        }
    }

    fn pin_is_checked(&mut self) {
        if let Some(Overlay::Approve(talk)) = &mut self.overlay {
            talk.checking = true;
        }
    }

    /// The manager's PIN was right.
    pub(super) fn approved_by(&mut self, manager: PersonId, turn: &mut Turn) {
        let Some(Overlay::Approve(talk)) = self.overlay.take() else { return };
        let reason = talk.reason.unwrap_or(ApprovalReason::Other);
        match talk.why {
            ApproveWhy::StoredCard { .. } => self.card_approved(manager, reason, turn),
            ApproveWhy::VoiceCode { payment, limit } => self.voice_code_approved(payment, limit, manager, turn),
            ApproveWhy::ParkAttempt { payment } => {
                if let Some(act) = self.park_act(payment) {
                    let approval = self.approval(manager, act, reason);
                    self.park_attempt(payment, approval, turn);
                }
            }
            ApproveWhy::ConfirmKey { fingerprint } => self.confirm_key(fingerprint, manager, turn),
            ApproveWhy::RetireKey { fingerprint } => self.retire_key(fingerprint, manager, turn),
            ApproveWhy::ReturnCredit { item, choice, .. } => self.return_approved(&item, choice, manager, turn),
            ApproveWhy::UndoLoss { item, .. } => self.undo_approved(item, manager, turn),
            ApproveWhy::TakeHandoverBack { handover, .. } => self.take_handover_back(handover, manager, turn),
            ApproveWhy::UsePayee { payee } => self.use_payee(payee, manager, turn),
            ApproveWhy::WriteOff { item, credit, reason, .. } => {
                self.loss_approved((&item, credit), reason, manager, turn);
            }
            ApproveWhy::Refund { .. } => self.refund_approved(manager, reason, turn),
            ApproveWhy::Difference { by, note } => self.difference_approved(manager, by, note, reason, turn),
            ApproveWhy::Handover { .. } => self.taken_over(manager, turn),
            ApproveWhy::TakeOver { from } => self.is_let_have_drawer(&from, manager, turn),
            ApproveWhy::TransferUnseen { payment } => self.unseen_approved(payment, manager, reason, turn),
            ApproveWhy::AcceptReader { case } => self.accept_reader(case, manager, turn),
            ApproveWhy::Unlock { person } => self.unlock(person, manager, turn),
        }
    }

    /// The fact of an approval; it says when the manager approved an act of their own.
    pub(super) fn approval(&self, manager: PersonId, act: ManagedAct, reason: ApprovalReason) -> Fact {
        let by = self.person.clone();
        let alone = by.as_ref() == Some(&manager);
        Fact::ManagerApproved { manager, act, reason, alone, by }
    }

    pub(super) fn approval_cancelled(&mut self, _turn: &mut Turn) {
        if let Place::Card(talk) = &mut self.place {
            talk.step = CardStep::Confirm;
        }
    }
}
