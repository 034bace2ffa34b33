//! Asking the host: typed cards that are answered now, and stored ones that are forwarded later.
//!
//! One request at a time, as the till's terminal number demands; reversals first, then the card whose time at the acquirer
//! ends first. Every request and every reversal is on disk with its number before it is sent.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::effect::{Effect, HostAsk, HostUndo};
use crate::app::event::QueueTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{CardStep, Place};
use crate::app::{App, Turn};
use crate::domain::batch::OpenBatch;
use crate::domain::fact::{Fact, FinalAnswer};
use crate::domain::handover::STANS_KEPT;
use crate::domain::host::{HostAnswer, HostFault, HostTrace, ReversalAnswer, ReversalRequest};
use crate::domain::ids::PaymentId;
use crate::domain::ledger::{Payments, stan_after};
use crate::domain::queue::{CardState, ParkReason, Promise, Refusals, RetryRules, next_due};
use crate::domain::sale::{Payment, Tender};

/// The shortest time to the next stored payment after one that the host gave no final answer to, so that a host that
/// comes back is not flooded. A final answer shows that it can take the next one: that goes out at once.
pub const FORWARD_EVERY: TimeDelta = TimeDelta::seconds(1);

/// What forwarding is doing now.
#[derive(Debug, Default)]
pub(crate) struct Forward {
    /// The request or reversal that is saved or sent and not yet answered.
    ///
    /// Forwarding sends one at a time; a card that a customer waits for goes out beside it.
    in_flight: BTreeSet<PaymentId>,
    /// Not before.
    next_at: Option<DateTime<FixedOffset>>,
}

impl App {
    pub(super) fn touch_queue(&mut self, touch: QueueTouch, turn: &mut Turn) {
        match touch {
            QueueTouch::SendNow | QueueTouch::Send(_) => self.send_now(turn),
            QueueTouch::Decide(payment) if self.is_manager() => self.open_decide(payment.to_string()),
            QueueTouch::Decide(_) => self.tell(NoticeKind::NotAllowed),
            QueueTouch::OpenDesk => self.open_desk(),
            QueueTouch::OpenHandovers => self.open_handovers(),
            QueueTouch::TryBatchAgain => self.try_batch_again(turn),
        }
    }

    /// Does not wait for the pause between two payments. A payment whose own next try is later still waits for that.
    pub(super) fn send_now(&mut self, turn: &mut Turn) {
        self.forward.next_at = None;
        self.forward_what_is_due(turn);
    }

    /// When forwarding has something to do next.
    pub(super) fn next_forward_at(&self) -> Option<DateTime<FixedOffset>> {
        if !self.forward.in_flight.is_empty() || !self.host_may_be_asked() {
            return None;
        }
        let due = cards(&self.ledger.payments).filter_map(|(_, _, card)| card.due_at()).min()?;
        Some(self.forward.next_at.map_or(due, |at| at.max(due)))
    }

    /// Sends the next payment that is due, when the host can be asked.
    pub(super) fn forward_what_is_due(&mut self, turn: &mut Turn) {
        let waiting = self.forward.next_at.is_some_and(|at| at > self.now);
        // What is approved while a batch is being closed would put the host's totals out of balance.
        let closing = self.ledger.batch.as_ref().is_some_and(OpenBatch::is_closing);
        if !self.forward.in_flight.is_empty() || waiting || closing || self.is_busy() {
            return;
        }
        if let Some(fact) = self.too_late().or_else(|| self.tries_are_over()) {
            self.save(vec![fact], turn);
            return;
        }
        if !self.host_may_be_asked() {
            return;
        }
        let states = cards(&self.ledger.payments).map(|(payment, promise, card)| (payment.id, promise, card));
        let Some(id) = next_due(states, self.now) else { return };
        let Some(fact) = self.next_step_of(id) else { return };
        self.forward.in_flight.insert(id);
        self.forward.next_at = Some(self.now + FORWARD_EVERY);
        self.save(vec![fact], turn);
    }

    /// Whether nothing is asked of the host for a card, now or as soon as it can be.
    pub(super) fn nothing_is_forwarded(&self) -> bool {
        let is_due = cards(&self.ledger.payments).any(|(_, _, card)| card.due_at().is_some_and(|at| at <= self.now));
        // What the host may still take back must not be in the totals that it is asked to compare.
        let is_voiding = cards(&self.ledger.payments).any(|(_, _, card)| matches!(card, CardState::Voiding { .. }));
        self.forward.in_flight.is_empty() && !is_due && !is_voiding && self.host_may_be_asked()
    }

    /// Whether a card waits that is sent by itself as soon as the host can be asked.
    pub(super) fn cards_can_be_sent(&self) -> bool {
        cards(&self.ledger.payments).any(|(_, _, card)| card.due_at().is_some())
    }

    /// How often and after which waits the host is asked again.
    pub(super) fn retry(&self) -> RetryRules {
        self.settings.host.as_ref().map_or(RetryRules::USUAL, |host| host.retry)
    }

    pub(crate) fn host_may_be_asked(&self) -> bool {
        self.settings.host.is_some() && !self.watch.healths.line.is_out() && !self.watch.healths.host.is_out()
    }

    /// A stored payment whose window has passed goes to a person; it is never sent late and never dropped.
    fn too_late(&self) -> Option<Fact> {
        cards(&self.ledger.payments).find_map(|(payment, promise, card)| match (promise, card) {
            (Promise::SentLater { send_by }, CardState::Stored { .. }) if send_by <= self.now => {
                Some(Fact::CardParked { payment: payment.id, reason: ParkReason::TooLate })
            }
            _ => None,
        })
    }

    /// A card that the bank refused for now, and that the schemes do not let be asked for again, is not kept for it.
    fn tries_are_over(&self) -> Option<Fact> {
        self.ledger.payments.values().find_map(|payment| match &payment.tender {
            Tender::Card { card: CardState::Declined { hard: false, .. }, refusals: Some(refusals), .. }
                if refusals.have_ended(self.now) =>
            {
                Some(Fact::CardTriesEnded { payment: payment.id })
            }
            Tender::Card { .. } | Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => None,
        })
    }

    fn next_step_of(&self, id: PaymentId) -> Option<Fact> {
        let payment = self.ledger.payments.get(&id)?;
        let Tender::Card { card, .. } = &payment.tender else { return None };
        match card {
            CardState::Stored { attempts, .. } if *attempts >= self.retry().attempts => {
                Some(Fact::CardParked { payment: id, reason: ParkReason::AttemptsUsedUp })
            }
            CardState::Stored { shared, .. } => {
                let trace = shared.clone().unwrap_or_else(|| self.next_trace(payment.began));
                Some(Fact::CardSending { payment: id, trace })
            }
            CardState::Unknown { .. } => Some(self.reversing(id, 1)),
            CardState::Reversing { reversals, .. } | CardState::PartlyApproved { reversals, .. } => {
                Some(self.reversing(id, reversals + 1))
            }
            CardState::Advising { times, .. } => {
                Some(Fact::CardAdvising { payment: id, next_try: self.now + self.retry().wait(times + 1, id) })
            }
            CardState::Voiding { void_stan, times, refund, by, .. } => Some(Fact::CardVoiding {
                payment: id,
                void_stan: *void_stan,
                next_try: self.now + self.retry().wait(times + 1, id),
                refund: *refund,
                by: by.clone(),
            }),
            CardState::Sending { .. }
            | CardState::HandedOver { .. }
            | CardState::Approved { .. }
            | CardState::Settled { .. }
            | CardState::Voided { .. }
            | CardState::Declined { .. }
            | CardState::Undone { .. }
            | CardState::Parked { .. }
            | CardState::WrittenOff { .. }
            | CardState::Replaced { .. } => None,
        }
    }

    fn reversing(&self, payment: PaymentId, times: u32) -> Fact {
        let next_try = self.now + self.retry().wait(times, payment);
        Fact::CardReversing { payment, reversal_stan: self.next_stan(), next_try }
    }

    /// The next STAN, counting those that are being saved: a customer's card may come while another is forwarded.
    pub(super) fn next_stan(&self) -> u32 {
        let used = |fact: &Fact| match fact {
            Fact::CardSending { .. }
            | Fact::CardReversing { .. }
            | Fact::CardVoiding { .. }
            | Fact::CardVoiceApproved { .. }
            | Fact::BatchSending { .. } => 1,
            Fact::CardHandedOver { .. } => 1 + STANS_KEPT,
            _ => 0,
        };
        let saving: u32 = self.saving.values().flatten().map(used).sum();
        stan_after(self.ledger.next_stan(), saving)
    }

    /// The identity of a new request: the next STAN, and a retrieval number made of day, till and STAN.
    pub(super) fn next_trace(&self, sold_at: DateTime<FixedOffset>) -> HostTrace {
        HostTrace::new(self.next_stan(), self.settings.till, sold_at, self.now)
    }

    /// After `CardSending` is stored: send it.
    pub(super) fn ask_host(&mut self, id: PaymentId, trace: HostTrace, turn: &mut Turn) {
        self.forward.in_flight.insert(id);
        let Some(payment) = self.ledger.payments.get(&id) else { return };
        let Tender::Card { promise, .. } = &payment.tender else { return };
        let deferred = matches!(promise, Promise::SentLater { .. });
        turn.ask(Effect::AskHost(HostAsk { payment: id, trace, amount: payment.amount, deferred }));
    }

    /// After `CardReversing` is stored: send it.
    pub(super) fn reverse_at_host(&mut self, id: PaymentId, turn: &mut Turn) {
        self.forward.in_flight.insert(id);
        let Some(payment) = self.ledger.payments.get(&id) else { return };
        let Tender::Card { card, .. } = &payment.tender else { return };
        let Some(undoing) = card.undoing() else { return };
        turn.ask(Effect::ReverseAtHost(HostUndo(ReversalRequest {
            payment: id,
            original: undoing.original.clone(),
            stan: undoing.stan,
            sent_at: self.now,
            amount: payment.amount,
            sealed: String::new(),
            by_voice: false,
            repeat: undoing.times > 1,
        })));
    }

    pub(super) fn host_answered(&mut self, id: PaymentId, answer: HostAnswer, turn: &mut Turn) {
        self.forward.release(id);
        self.host_answer_seen(&answer);
        let Some(payment) = self.ledger.payments.get(&id) else { return };
        let Tender::Card { promise, card: CardState::Sending { attempts, is_shared, .. }, refusals, .. } =
            &payment.tender
        else {
            return;
        };
        let answer = if *is_shared { of_shared_identity(answer) } else { answer };
        let (promise, attempts, sale) = (*promise, *attempts, payment.sale);
        let no_more_tries = |code: &str| Refusals::and_one(refusals.as_ref(), code, self.now).have_ended(self.now);
        let declined =
            |code: String, hard| Fact::CardAnswered { payment: id, answer: FinalAnswer::Declined { code, hard } };
        let facts = match (answer, promise) {
            (HostAnswer::Approved { approval_code }, promise) => {
                let approved = Fact::CardAnswered { payment: id, answer: FinalAnswer::Approved { approval_code } };
                match promise {
                    Promise::AnsweredNow => vec![approved, Fact::SaleDone { sale }],
                    Promise::SentLater { .. } => self.and_next(id, approved),
                }
            }
            (HostAnswer::DeclinedHard { code }, Promise::SentLater { .. }) => self.and_next(id, declined(code, true)),
            (HostAnswer::DeclinedSoft { code }, Promise::SentLater { .. }) => {
                let over = no_more_tries(&code).then_some(Fact::CardTriesEnded { payment: id });
                let mut facts = self.and_next(id, declined(code, false));
                facts.splice(1..1, over);
                facts
            }
            (HostAnswer::DeclinedHard { code }, Promise::AnsweredNow) => vec![declined(code, true)],
            (HostAnswer::DeclinedSoft { code }, Promise::AnsweredNow) => vec![declined(code, false)],
            (HostAnswer::Misunderstood { code }, Promise::AnsweredNow) => vec![declined(code, true)],
            (HostAnswer::Misunderstood { code }, Promise::SentLater { .. }) => {
                vec![Fact::CardParked { payment: id, reason: ParkReason::Misunderstood { code } }]
            }
            (HostAnswer::NotNow { .. } | HostAnswer::NotSent { .. }, promise) => {
                let next_try = self.now + self.retry().wait(attempts + 1, id);
                let mut facts = vec![Fact::CardNotTaken { payment: id, next_try }];
                if promise == Promise::AnsweredNow {
                    facts.push(Fact::CardUndone { payment: id });
                }
                facts
            }
            (HostAnswer::ApprovedInPart { part }, _) => {
                vec![Fact::CardApprovedInPart { payment: id, part }, self.reversing(id, 1)]
            }
            (HostAnswer::Unknown { .. }, _) => {
                vec![Fact::CardUnanswered { payment: id }, self.reversing(id, 1)]
            }
        };
        self.save(facts, turn);
    }

    /// A final answer, and in the same save the next stored card that is due: one flush of the disk for both, so that a
    /// queue drains at the pace of the host.
    fn and_next(&mut self, answered: PaymentId, answer: Fact) -> Vec<Fact> {
        let may_go_on = self.forward.in_flight.is_empty() && !self.is_busy() && self.host_may_be_asked();
        if !may_go_on || self.too_late().is_some() {
            return vec![answer];
        }
        let waiting = cards(&self.ledger.payments).filter(|(payment, ..)| payment.id != answered);
        let next = next_due(waiting.map(|(payment, promise, card)| (payment.id, promise, card)), self.now);
        let request = next.and_then(|next| self.next_step_of(next));
        match request {
            Some(request @ Fact::CardSending { payment, .. }) => {
                self.forward.in_flight.insert(payment);
                self.forward.next_at = Some(self.now + FORWARD_EVERY);
                vec![answer, request]
            }
            // A reversal, or one for a person: these have their own turn.
            Some(_) | None => vec![answer],
        }
    }

    pub(super) fn host_reversed(&mut self, id: PaymentId, answer: ReversalAnswer, turn: &mut Turn) {
        self.forward.release(id);
        // Silence about one card says little of a host whose echo answers; so this comes before the silence is noted.
        let echo_works = self.host_may_be_asked();
        self.reversal_answer_seen(&answer);
        let Some(payment) = self.ledger.payments.get(&id) else { return };
        let Tender::Card { promise, card, .. } = &payment.tender else { return };
        let Some(undoing) = card.undoing() else { return };
        let in_part = matches!(card, CardState::PartlyApproved { .. });
        let facts = match (answer, promise) {
            // What the bank would have paid of it is undone: that was its refusal.
            (ReversalAnswer::Reversed, _) if in_part => {
                vec![Fact::CardReversed { payment: id, next_try: self.now }]
            }
            (ReversalAnswer::Reversed, Promise::AnsweredNow) => {
                vec![Fact::CardReversed { payment: id, next_try: self.now }, Fact::CardUndone { payment: id }]
            }
            (ReversalAnswer::Reversed, Promise::SentLater { .. }) => {
                vec![Fact::CardReversed { payment: id, next_try: self.now + FORWARD_EVERY }]
            }
            (ReversalAnswer::Refused { code }, _) => {
                vec![Fact::CardParked { payment: id, reason: ParkReason::ReversalRefused { code } }]
            }
            // A reversal goes before all requests, and one that is never answered fails the host's trial each time: the
            // queue would stand still behind it. The settlement file tells what was booked, or the host when a person has
            // it asked once more.
            (ReversalAnswer::NoAnswer { .. }, promise) if undoing.times >= self.retry().attempts => {
                let is_over = matches!(promise, Promise::SentLater { send_by } if *send_by <= self.now);
                if !echo_works && !is_over {
                    return;
                }
                vec![Fact::CardParked { payment: id, reason: ParkReason::Unanswered }]
            }
            // It stays as it is and is due again at the time that was stored with it.
            (ReversalAnswer::NoAnswer { .. }, _) => return,
        };
        self.save(facts, turn);
    }

    /// A save failed: what was about to be sent was not, and may be tried again.
    pub(super) fn forward_not_saved(&mut self, payment: PaymentId) {
        self.forward.release(payment);
        self.forward.next_at = Some(self.now + self.retry().wait(1, payment));
    }

    /// Shows on the card page how far the payment that it waits for is.
    pub(super) fn show_card_step(&mut self, id: PaymentId, step: CardStep, declined: Option<String>) {
        let now = self.now;
        if let Place::Card(talk) = &mut self.place
            && talk.payment == Some(id)
        {
            (talk.step, talk.since, talk.declined_code) = (step, now, declined);
        }
    }
}

/// What an answer means for an identity that another till has too: where the host says that it was used up, it is undone
/// for good, and asked for anew under one of this till's own.
fn of_shared_identity(answer: HostAnswer) -> HostAnswer {
    match answer {
        HostAnswer::DeclinedHard { code } | HostAnswer::Misunderstood { code } if is_used_up(&code) => {
            HostAnswer::Unknown { fault: HostFault::Protocol }
        }
        answer => answer,
    }
}

/// DE 39 that says of a request that it was undone (12, invalid transaction) or came before (94, duplicate).
pub(crate) fn is_used_up(code: &str) -> bool {
    matches!(code, "12" | "94")
}

/// The typed cards among the payments.
pub(crate) fn cards(payments: &Payments) -> impl Iterator<Item = (&Payment, Promise, &CardState)> {
    payments.values().filter_map(|payment| match &payment.tender {
        Tender::Card { promise, card, .. } => Some((payment, *promise, card)),
        Tender::Reader { .. } | Tender::Qr { .. } | Tender::Cash { .. } => None,
    })
}

impl Forward {
    pub(crate) fn clock_went_back(&mut self, by: TimeDelta) {
        self.next_at = self.next_at.map(|at| at - by);
    }

    pub(crate) fn is_in_flight(&self, payment: PaymentId) -> bool {
        self.in_flight.contains(&payment)
    }

    /// Something of this payment is under way.
    pub(crate) fn begin(&mut self, payment: PaymentId) {
        self.in_flight.insert(payment);
    }

    /// Nothing of this payment is under way any more.
    pub(crate) fn release(&mut self, payment: PaymentId) {
        self.in_flight.remove(&payment);
    }
}
