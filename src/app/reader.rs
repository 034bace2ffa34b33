//! A payment on the reader, and finding out what became of one that was not answered.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::effect::Effect;
use crate::app::event::ReaderTouch;
use crate::app::place::{Place, ReaderTalk};
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::PaymentId;
use crate::domain::outage::{ReaderCause, ReaderKind};
use crate::domain::reader::{
    CardSeen, DeclineReason, ReaderFault, ReaderOutcome, ReaderPayment, SERVICE_ID_LENGTH_MAX, ServiceId,
};
use crate::domain::sale::{Payment, ReaderState, Sale, SaleState, Standing, Tender};
use crate::domain::service::{Case, CaseStep, Moment};

/// How long to wait before the reader is asked again what became of a payment.
const ASK_AGAIN_AFTER: TimeDelta = TimeDelta::seconds(2);

impl App {
    pub(super) fn begin_reader(&mut self, turn: &mut Turn) {
        let Some((sale, amount, began)) = self.sale_to_pay(turn) else { return };
        let payment = PaymentId(turn.ids.next_uuid());
        let service_id = service_id_of(payment);
        let asked = Fact::ReaderAsked { payment, sale, amount, service_id };
        self.save(began.into_iter().chain([asked]).collect(), turn);
    }

    pub(super) fn touch_reader(&mut self, touch: ReaderTouch, turn: &mut Turn) {
        let Place::Reader(talk) = &mut self.place else { return };
        let payment = talk.payment;
        match touch {
            ReaderTouch::Cancel => {
                talk.cancelling = true;
                if let (ReaderKind::Connected { .. }, Some(request)) =
                    (self.reader_kind(), self.reader_request(payment))
                {
                    self.watch.stop_wanted = Some((payment, self.now));
                    turn.ask(Effect::AbortReader(request));
                } else {
                    // The till does not know what the terminal did with the card; the cashier does.
                    self.terminal_said(payment, ReaderOutcome::Unknown { fault: ReaderFault::Busy }, turn);
                }
            }
            ReaderTouch::TryAgain => {
                if let Some(reason) = talk.declined {
                    if reason == DeclineReason::Unreadable {
                        // The key says “another card” then.
                        self.watch.contacts = self.watch.contacts.another_card();
                    }
                    self.choose_tender(crate::domain::sale::TenderKind::Reader, turn);
                }
            }
            ReaderTouch::OtherWay => {
                if talk.declined.is_some() {
                    self.basket.reader_failed = true;
                    self.place = Place::Tenders;
                }
            }
            ReaderTouch::TerminalApproved => {
                self.terminal_said(payment, approved_by_word(), turn);
            }
            ReaderTouch::TerminalDeclined => {
                self.terminal_said(
                    payment,
                    ReaderOutcome::Declined { reason: DeclineReason::Bank, card: CardSeen::NOTHING },
                    turn,
                );
            }
            ReaderTouch::TerminalNotWorking => {
                // It may have died after the bank had approved: what its paper or screen says is asked next.
                self.terminal_said(payment, ReaderOutcome::Unknown { fault: ReaderFault::Broken }, turn);
                self.reader_is_down(ReaderCause::ReportedByHand);
            }
        }
    }

    /// What the cashier read on a terminal that cannot be asked.
    pub(super) fn terminal_said(&mut self, payment: PaymentId, outcome: ReaderOutcome, turn: &mut Turn) {
        if self.reader_kind() == ReaderKind::Standalone && !self.is_busy() {
            self.reader_answered(payment, outcome, turn);
        }
    }

    /// The reader's own answer to a payment, or what came instead of one.
    pub(super) fn reader_paid(&mut self, payment: PaymentId, outcome: ReaderOutcome, turn: &mut Turn) {
        self.watch.reader_paid(payment);
        self.watch.reader_is_done(payment);
        self.reader_answered(payment, outcome, turn);
    }

    /// What the reader said when it was asked what became of a payment.
    pub(super) fn reader_told(&mut self, payment: PaymentId, outcome: ReaderOutcome, turn: &mut Turn) {
        self.watch.reader_told(payment);
        if self.watch.is_under_way(payment) && matches!(outcome, ReaderOutcome::NotCharged { .. }) {
            // It does not know the payment yet: the request itself is still on its way, and may be taken after this.
            self.watch.ask_reader_at = Some(self.now + ASK_AGAIN_AFTER);
            return;
        }
        self.reader_answered(payment, outcome, turn);
    }

    /// An approval under a transaction that another payment was approved under is not this payment's: a terminal that can
    /// only repeat its last receipt may have been taken at its word twice. Every terminal counts for itself, so only those
    /// of the same device are compared.
    fn unless_anothers(&self, payment: PaymentId, outcome: ReaderOutcome) -> ReaderOutcome {
        let ReaderOutcome::Approved { transaction, .. } = &outcome else { return outcome };
        let Some(asked) = self.ledger.payments.get(&payment) else { return outcome };
        let same = |other: &Payment| {
            let known = match reader_state(other) {
                Some(
                    ReaderState::Answered { outcome, .. }
                    | ReaderState::Reversing { outcome, .. }
                    | ReaderState::Reversed { outcome, .. }
                    | ReaderState::Kept { outcome, .. },
                ) => outcome,
                Some(
                    ReaderState::Asked
                    | ReaderState::Unknown { .. }
                    | ReaderState::Parked { .. }
                    | ReaderState::Decided { .. },
                )
                | None => return false,
            };
            other.id != payment
                && other.day == asked.day
                && matches!(known, ReaderOutcome::Approved { transaction: theirs, .. } if theirs == transaction)
                && self.is_one_device(other.began, asked.began)
        };
        if !transaction.is_empty() && self.ledger.payments.values().any(same) {
            return ReaderOutcome::Unknown { fault: ReaderFault::Protocol };
        }
        outcome
    }

    /// Whether the till had the same device at both moments, as far as it knows: no other reader was in use at one of
    /// them, and nobody exchanged or repaired this one in between. Whoever does that may set its numbers back.
    fn is_one_device(&self, one: DateTime<FixedOffset>, other: DateTime<FixedOffset>) -> bool {
        // The main reader has no name before the till was first switched over.
        let beside_main = |name: &str| !self.settings.is_main_reader(name);
        let used = |at| self.ledger.used_at(at).filter(|name| beside_main(name));
        let (reader, between) = (used(one), one.min(other)..=one.max(other));
        let of_it = |case: &&Case| Some(case.reader.as_str()).filter(|name| beside_main(name)) == reader;
        let is_handed_back = |moment: &Moment| match moment.step {
            CaseStep::Mended { how } => how.was_in_other_hands() && between.contains(&moment.at),
            _ => false,
        };
        reader == used(other)
            && !self.ledger.cases.values().filter(of_it).flat_map(|case| &case.history).any(is_handed_back)
    }

    /// Takes what the reader said of a payment; an answer that is no answer leads to asking again.
    pub(super) fn reader_answered(&mut self, payment: PaymentId, outcome: ReaderOutcome, turn: &mut Turn) {
        let outcome = self.unless_anothers(payment, outcome);
        let Some(state) = self.ledger.payments.get(&payment).and_then(reader_state) else { return };
        let approved = matches!(outcome, ReaderOutcome::Approved { .. });
        let was_unknown = match state {
            ReaderState::Asked => false,
            ReaderState::Unknown { .. } | ReaderState::Parked { .. } => true,
            // It had said that nothing was charged; an approval of its own that comes after that is believed all the same.
            ReaderState::Answered {
                outcome: ReaderOutcome::Declined { .. } | ReaderOutcome::NotCharged { .. },
                ..
            } if approved => true,
            ReaderState::Answered { .. }
            | ReaderState::Reversing { .. }
            | ReaderState::Reversed { .. }
            | ReaderState::Kept { .. }
            | ReaderState::Decided { .. } => {
                // A person was faster. Whatever else is unanswered is still asked for.
                self.watch.ask_reader_at = Some(self.now + ASK_AGAIN_AFTER);
                return;
            }
        };
        self.reader_outcome_seen(&outcome, !was_unknown);
        if let (ReaderOutcome::Declined { reason: DeclineReason::Unreadable, .. }, false) = (&outcome, was_unknown) {
            self.card_was_mute(self.sale_of(payment).map(|sale| sale.id));
        }
        match outcome {
            ReaderOutcome::Unknown { fault } if !was_unknown => {
                // It may have been given up in this very moment.
                if !self
                    .is_saving(|fact| matches!(fact, Fact::ReaderUnanswered { payment: one, .. } if *one == payment))
                {
                    if let (ReaderFault::TimedOut, Some(request)) = (fault, self.reader_request(payment)) {
                        // The protocol's own time is over: it is told to stop, and then asked what became of it.
                        turn.ask(Effect::AbortReader(request));
                    }
                    self.save(vec![Fact::ReaderUnanswered { payment, fault }], turn);
                }
            }
            ReaderOutcome::Unknown { .. } => self.watch.ask_reader_at = Some(self.now + ASK_AGAIN_AFTER),
            // A status that could not be had because nothing can be reached says nothing of the money.
            ReaderOutcome::NotCharged { fault: ReaderFault::Unreachable } if was_unknown => {
                self.watch.ask_reader_at = Some(self.now + ASK_AGAIN_AFTER);
            }
            ReaderOutcome::Approved { .. } | ReaderOutcome::Declined { .. } | ReaderOutcome::NotCharged { .. } => {
                // A reader that answers is asked for whatever else is unanswered.
                self.watch.ask_reader_at = Some(self.now + ASK_AGAIN_AFTER);
                self.save(self.facts_of_answer(payment, outcome), turn);
            }
        }
    }

    /// The answer, and the end of the sale when the answer pays it. The payment may have been parked, so that it counted
    /// for nothing until now.
    fn facts_of_answer(&self, payment: PaymentId, outcome: ReaderOutcome) -> Vec<Fact> {
        let approved = matches!(outcome, ReaderOutcome::Approved { .. });
        let mut facts = vec![Fact::ReaderAnswered { payment, outcome }];
        let amount = self.ledger.payments.get(&payment).map_or(0, |kept| kept.amount.minor);
        if let Some(sale) = self.sale_of(payment).filter(|sale| approved && sale.state == SaleState::Open) {
            let others = || self.ledger.payments.of_sale(sale.id).filter(|other| other.id != payment);
            let taken: i64 =
                others().filter(|other| other.standing() == Standing::Takes).map(|other| other.amount.minor).sum();
            // A code that is shown meanwhile may be on the customer's phone: only its own page ends that.
            let pending = others().any(|other| other.standing() == Standing::Pending);
            if !pending && taken.saturating_add(amount) >= sale.amount.minor {
                facts.push(Fact::SaleDone { sale: sale.id });
            }
        }
        facts
    }

    pub(crate) fn sale_of(&self, payment: PaymentId) -> Option<&Sale> {
        self.ledger.sales.get(&self.ledger.payments.get(&payment)?.sale)
    }

    pub(super) fn reader_place(&self, payment: PaymentId) -> Place {
        Place::Reader(ReaderTalk { payment, since: self.now, cancelling: false, declined: None })
    }

    /// The request as it was made: the same service id however often it is asked about.
    pub(super) fn reader_request(&self, payment: PaymentId) -> Option<ReaderPayment> {
        let kept = self.ledger.payments.get(&payment)?;
        let Tender::Reader { service_id, .. } = &kept.tender else { return None };
        let reference = self.ledger.sales.get(&kept.sale)?.reference.to_string();
        Some(ReaderPayment { payment, service_id: service_id.clone(), amount: kept.amount, reference, at: kept.began })
    }

    /// Asks about payments whose outcome is unknown, as soon as that makes sense.
    pub(super) fn ask_reader_again(&mut self, turn: &mut Turn) {
        if self.watch.ask_reader_at.is_none_or(|at| at > self.now) || !self.watch.may_be_asked() {
            return;
        }
        self.watch.ask_reader_at = None;
        let unanswered = self.ledger.payments.values().filter(|payment| {
            matches!(reader_state(payment), Some(ReaderState::Unknown { .. } | ReaderState::Parked { .. }))
        });
        let mut ids = unanswered.map(|payment| payment.id);
        // In turn, so that one that is never answered keeps no other from its answer.
        let first = ids.next();
        let after_last = first.into_iter().chain(ids).find(|id| self.watch.asked_last.is_none_or(|last| *id > last));
        if let Some(payment) = after_last.or(first) {
            self.ask_reader_now(payment, turn);
        }
    }

    pub(super) fn ask_reader_now(&mut self, payment: PaymentId, turn: &mut Turn) {
        if self.reader_kind() == ReaderKind::Standalone || !self.watch.may_be_asked() {
            return;
        }
        if let Some(request) = self.reader_request(payment) {
            self.watch.reader_is_asked(payment);
            turn.ask(Effect::AskReader(request));
        }
    }

    pub(super) fn next_question_at(&self) -> Option<DateTime<FixedOffset>> {
        self.watch.ask_reader_at
    }
}

/// What a terminal that cannot be asked approved, as the cashier read it.
pub(super) fn approved_by_word() -> ReaderOutcome {
    ReaderOutcome::Approved {
        approval_code: String::new(),
        brand: None,
        last4: None,
        transaction: String::new(),
        entry: None,
    }
}

pub(super) fn reader_state(payment: &Payment) -> Option<&ReaderState> {
    match &payment.tender {
        Tender::Reader { reader, .. } => Some(reader),
        Tender::Qr { .. } | Tender::Card { .. } | Tender::Cash { .. } => None,
    }
}

/// Ten characters out of the random part of the payment's id: 50 bits do not repeat within 48 hours.
fn service_id_of(payment: PaymentId) -> ServiceId {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bits = payment.0.as_u128() ^ (payment.0.as_u128() >> 64);
    let mut text = String::with_capacity(SERVICE_ID_LENGTH_MAX);
    for _ in 0..SERVICE_ID_LENGTH_MAX {
        let letter = usize::try_from(bits & 31).unwrap_or(0);
        text.push(char::from(LETTERS[letter]));
        bits >>= 5;
    }
    ServiceId(text)
}
