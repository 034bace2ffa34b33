//! Approvals beside those that the host gives by itself: one that the card's bank said on the telephone, and one that is
//! taken back on its day.

use crate::app::effect::{Effect, HostAdvice, HostUndo};
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, DeskTalk, Place};
use crate::app::refund::{RefundTalk, VoidStep};
use crate::app::{App, Turn};
use crate::domain::fact::{ApprovalReason, Fact, FinalAnswer, ManagedAct};
use crate::domain::host::{APPROVAL_CODE_CHARS_MAX, AdviceAnswer, ApprovalCode, ReversalAnswer, ReversalRequest};
use crate::domain::ids::{PaymentId, PersonId};
use crate::domain::limits::LimitReached;
use crate::domain::money::Money;
use crate::domain::queue::{CardState, ParkReason, Promise};
use crate::domain::sale::{Payment, RefundWay, Tender};

/// What is typed of the code that the bank says on the telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VoiceKey {
    /// One more letter or digit.
    Key(char),
    /// The last one goes.
    Erase,
}

impl App {
    /// Whether a code that the bank says on the telephone may be typed: only where the bank asked to be called.
    pub(crate) fn may_type_voice_code(&self, payment: &Payment) -> bool {
        match &payment.tender {
            Tender::Card { promise: Promise::SentLater { .. }, card, .. } => {
                card.wants_a_call() && !self.forward.is_in_flight(payment.id)
            }
            Tender::Card { promise: Promise::AnsweredNow, .. }
            | Tender::Reader { .. }
            | Tender::Qr { .. }
            | Tender::Cash { .. } => false,
        }
    }

    pub(super) fn begin_voice_code(&mut self, id: PaymentId) {
        let may = self.ledger.payments.get(&id).is_some_and(|payment| self.may_type_voice_code(payment));
        if let Place::Desk(talk) = &mut self.place {
            talk.voice_code = may.then(|| (id, String::new()));
        }
    }

    pub(super) fn type_voice_code(&mut self, key: VoiceKey) {
        let Place::Desk(DeskTalk { voice_code: Some((_, typed)), .. }) = &mut self.place else { return };
        match key {
            VoiceKey::Key(key) if key.is_ascii_alphanumeric() && typed.len() < APPROVAL_CODE_CHARS_MAX => {
                typed.push(key.to_ascii_uppercase());
            }
            VoiceKey::Key(_) => {}
            VoiceKey::Erase => {
                typed.pop();
            }
        }
    }

    /// Nobody but whoever called has heard the code. Above the limit at which a stored card needs the manager, one types
    /// the PIN for it.
    pub(super) fn confirm_voice_code(&mut self, turn: &mut Turn) {
        let Some((payment, said)) = self.said_code() else { return };
        match self.settings.limits.judge_said(payment.amount) {
            Some(limit) => self.ask_manager(ApproveWhy::VoiceCode { payment: payment.id, limit }),
            None => self.save(vec![said], turn),
        }
    }

    /// A manager stands by the code that was typed.
    pub(super) fn voice_code_approved(
        &mut self,
        id: PaymentId,
        limit: LimitReached,
        manager: PersonId,
        turn: &mut Turn,
    ) {
        let Some((payment, said)) = self.said_code().filter(|(payment, _)| payment.id == id) else { return };
        let (sale, amount, limit) = (payment.sale, payment.amount, Some(limit.kind()));
        let act = ManagedAct::StoredCardAboveLimit { sale, amount, limit };
        let approved = self.approval(manager, act, ApprovalReason::Other);
        self.save(vec![approved, said], turn);
    }

    /// The code that was typed, as the fact that says who took it.
    fn said_code(&self) -> Option<(&Payment, Fact)> {
        let Place::Desk(DeskTalk { voice_code: Some((id, typed)), .. }) = &self.place else { return None };
        let payment = self.ledger.payments.get(id).filter(|payment| self.may_type_voice_code(payment))?;
        let (approval_code, by) = (typed.parse::<ApprovalCode>().ok()?, self.person.clone()?);
        let (trace, next_try) = (self.next_trace(payment.began), self.now + self.retry().wait(1, *id));
        Some((payment, Fact::CardVoiceApproved { payment: *id, approval_code, by, trace, next_try }))
    }

    /// After the code is stored: the host is told.
    pub(super) fn advise_host(&mut self, id: PaymentId, turn: &mut Turn) {
        if let Place::Desk(talk) = &mut self.place {
            talk.voice_code.take_if(|(payment, _)| *payment == id);
        }
        let Some(payment) = self.ledger.payments.get(&id) else { return };
        let Tender::Card { card: CardState::Advising { approval_code, trace, times, .. }, .. } = &payment.tender else {
            return;
        };
        let (trace, code, repeat) = (trace.clone(), approval_code.clone(), *times > 1);
        turn.ask(Effect::AdviseHost(HostAdvice { payment: id, trace, amount: payment.amount, code, repeat }));
        self.forward.begin(id);
    }

    pub(super) fn host_advised(&mut self, id: PaymentId, answer: AdviceAnswer, turn: &mut Turn) {
        self.forward.release(id);
        let Some(Tender::Card { card: CardState::Advising { approval_code, .. }, .. }) = self.tender_of(id) else {
            return;
        };
        let approval_code = approval_code.to_string();
        let fact = match answer {
            AdviceAnswer::Delivered => {
                Fact::CardAnswered { payment: id, answer: FinalAnswer::Approved { approval_code } }
            }
            AdviceAnswer::Refused { code } => {
                Fact::CardParked { payment: id, reason: ParkReason::AdviceRefused { code } }
            }
            // It is due again at the time that was stored with it.
            AdviceAnswer::NotYet { fault } => {
                return self.reversal_answer_seen(&ReversalAnswer::NoAnswer { fault });
            }
        };
        self.save(vec![fact], turn);
    }

    /// After the wish is stored: the host is asked to take the approval back.
    pub(super) fn void_at_host(&mut self, id: PaymentId, turn: &mut Turn) {
        let Some(payment) = self.ledger.payments.get(&id) else { return };
        let Tender::Card { card: CardState::Voiding { trace, by_voice, void_stan, times, .. }, .. } = &payment.tender
        else {
            return;
        };
        let (sale, is_first) = (payment.sale, *times == 1);
        turn.ask(Effect::VoidAtHost(HostUndo(ReversalRequest {
            payment: id,
            original: trace.clone(),
            stan: *void_stan,
            sent_at: self.now,
            amount: payment.amount,
            sealed: String::new(),
            by_voice: *by_voice,
            repeat: !is_first,
        })));
        self.forward.begin(id);
        if is_first && matches!(self.place, Place::Refund(RefundTalk::Amount { sale: shown, .. }) if shown == sale) {
            self.place = Place::Refund(RefundTalk::AskingBank { payment: id, step: VoidStep::Asking });
        }
    }

    pub(super) fn host_voided(&mut self, id: PaymentId, answer: ReversalAnswer, turn: &mut Turn) {
        self.forward.release(id);
        self.reversal_answer_seen(&answer);
        let Some(payment) = self.ledger.payments.get(&id) else { return };
        let Tender::Card { card: CardState::Voiding { refund, by, .. }, .. } = &payment.tender else { return };
        let facts = match answer {
            ReversalAnswer::Reversed => {
                let way = RefundWay::CardTakenBack { payment: id };
                let (refund, sale, amount, by) = (*refund, payment.sale, payment.amount, by.clone());
                vec![Fact::CardVoided { payment: id }, Fact::Refunded { refund, sale, amount, way, by }]
            }
            ReversalAnswer::Refused { code } => vec![Fact::CardVoidRefused { payment: id, code }],
            // It is due again at the time that was stored with it.
            ReversalAnswer::NoAnswer { .. } => return self.show_void_step(id, VoidStep::NoAnswer),
        };
        self.save(facts, turn);
    }

    /// The bank does not take it back: the approval stands, and the refund was not made.
    pub(super) fn void_is_refused(&mut self, id: PaymentId, code: &str) {
        let Some(amount) = self.ledger.payments.get(&id).map(|payment| payment.amount) else { return };
        if self.waits_for_void(id) {
            self.show_void_step(id, VoidStep::Refused(code.to_owned()));
        } else {
            self.tell(NoticeKind::NotTakenBack(amount));
        }
    }

    /// It was taken back while nobody waited for it any more.
    pub(super) fn void_is_known(&mut self, id: PaymentId) {
        if let Some(amount) = self.ledger.payments.get(&id).map(|payment| payment.amount)
            && !self.waits_for_void(id)
        {
            self.tell(NoticeKind::TakenBack(amount));
        }
    }

    /// Whether the page of the refund waits for the bank's answer.
    pub(super) fn waits_for_void(&self, id: PaymentId) -> bool {
        matches!(self.place, Place::Refund(RefundTalk::AskingBank { payment, .. }) if payment == id)
    }

    fn show_void_step(&mut self, id: PaymentId, now: VoidStep) {
        if let Place::Refund(RefundTalk::AskingBank { payment, step, .. }) = &mut self.place
            && *payment == id
        {
            *step = now;
        }
    }

    /// How much a card that is being taken back was for.
    pub(crate) fn voided_amount(&self, id: PaymentId) -> Money {
        self.ledger.payments.get(&id).map_or_else(|| Money::zero(self.settings.currency), |payment| payment.amount)
    }

    fn tender_of(&self, id: PaymentId) -> Option<&Tender> {
        self.ledger.payments.get(&id).map(|payment| &payment.tender)
    }
}
