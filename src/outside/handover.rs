//! Stored payments in the hands of another till: the files that go there and back ([`files`]), and forwarding those of
//! another till.

mod files;

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use chrono::Local;

pub use self::files::{
    HandoverFault, ReadHandover, outcome_path, outcomes_of_till, read_handover, read_outcomes, write_handover,
    write_of_till, write_outcomes,
};
use crate::domain::fact::Fact;
use crate::domain::handover::{HandoverCard, HandoverOutcome, TakenCard, TakenState, TakenStep, TakenTask};
use crate::domain::host::{CardRequest, HostAnswer, HostFault, ReversalAnswer, ReversalRequest};
use crate::domain::ids::{HandoverId, IdSource, PaymentId, SaveId};
use crate::domain::queue::RetryRules;
use crate::outside::host::Host;
use crate::outside::random_bits;
use crate::store::Store;

/// How long a forwarding till sleeps at most before it looks again.
const NAP: Duration = Duration::from_millis(100);

/// Forwards the payments of another till, every step of it in this till's journal before anything is sent.
#[derive(Debug)]
pub struct Forwarding<'a> {
    store: &'a mut Store,
    host: &'a dyn Host,
    handover: HandoverId,
    sealed: BTreeMap<PaymentId, String>,
    waits: BTreeMap<PaymentId, Instant>,
    retry: RetryRules,
    ids: IdSource,
}

impl<'a> Forwarding<'a> {
    /// Takes the payments of a file over, or goes on with them where it was done before. The host is spoken to as the
    /// first till.
    ///
    /// # Errors
    ///
    /// They are this till's own, the handover came in another file before, or the store does not take it.
    pub fn begin(
        store: &'a mut Store,
        host: &'a dyn Host,
        retry: RetryRules,
        read: ReadHandover,
    ) -> Result<Self, HandoverFault> {
        let ReadHandover { file, sha256, .. } = read;
        let handover = file.handover;
        if file.cards.iter().any(|one| store.ledger().payments.contains_key(&one.card.payment)) {
            return Err(HandoverFault::Own);
        }
        let known = store.ledger().taken.get(&handover).map(|taken| taken.sha256 == sha256);
        let moment = u64::try_from(Local::now().timestamp_millis()).unwrap_or(0);
        let sealed = file.cards.iter().map(|one| (one.card.payment, one.sealed.clone())).collect();
        let ids = IdSource::new(moment, random_bits());
        let mut forwarding = Self { store, host, handover, sealed, waits: BTreeMap::new(), retry, ids };
        match known {
            Some(true) => {}
            Some(false) => return Err(HandoverFault::OtherFile(handover)),
            None => {
                let cards = file.cards.into_iter().map(|HandoverCard { card, .. }| {
                    let is_in_question = card.undo.is_some();
                    let (undo, send) = (TakenState::ToUndo { undos: 0 }, TakenState::Waiting { tries: 0 });
                    TakenCard { card, state: if is_in_question { undo } else { send } }
                });
                let (till, cards) = (file.till, cards.collect());
                forwarding.save(&Fact::HandoverTaken { handover, till, sha256, cards })?;
            }
        }
        Ok(forwarding)
    }

    /// Forwards until everything is over, or the time is up.
    ///
    /// # Errors
    ///
    /// The store does not take a step: nothing more is sent.
    pub fn run(&mut self, until: Instant) -> Result<(), HandoverFault> {
        loop {
            let now = Local::now().fixed_offset();
            let taken = self.store.ledger().taken.get(&self.handover);
            let cards = taken.map(|taken| taken.cards.as_slice()).unwrap_or_default();
            if cards.iter().all(|card| matches!(card.state, TakenState::Done { .. })) {
                return Ok(());
            }
            let is_free =
                |card: &&TakenCard| self.waits.get(&card.card.payment).is_none_or(|until| *until <= Instant::now());
            let tasks = cards.iter().filter(is_free).filter_map(|card| Some((card, card.next(now)?)));
            // What may have been charged goes first, then the one whose time at the acquirer ends first.
            let order = |(card, task): &(&TakenCard, TakenTask)| {
                (matches!(task, TakenTask::Ask), card.card.send_by, card.card.payment)
            };
            let next = tasks.min_by_key(order);
            let next = next.map(|(card, task)| (card.clone(), task));
            if Instant::now() >= until {
                return Ok(());
            }
            match next {
                Some((card, task)) => self.perform(&card, task)?,
                None => thread::sleep(NAP),
            }
        }
    }

    fn perform(&mut self, card: &TakenCard, task: TakenTask) -> Result<(), HandoverFault> {
        let TakenCard { card: handed, .. } = card;
        let payment = handed.payment;
        let sealed = self.sealed.get(&payment).cloned().ok_or(HandoverFault::NoSealedCard(payment))?;
        match task {
            TakenTask::Note(step) => self.step(payment, step),
            TakenTask::Ask => {
                self.step(payment, TakenStep::Sending)?;
                let (trace, amount) = (handed.trace.clone(), handed.amount);
                let answer = self.host.authorise(&CardRequest { payment, trace, amount, sealed, deferred: true });
                let step = step_of(answer);
                if step == TakenStep::NotTaken {
                    self.wait(card);
                }
                self.step(payment, step)
            }
            TakenTask::Undo { original, stan, repeat } => {
                self.step(payment, TakenStep::Undoing)?;
                let sent_at = Local::now().fixed_offset();
                let amount = handed.amount;
                let request =
                    ReversalRequest { payment, original, stan, sent_at, amount, sealed, by_voice: false, repeat };
                match self.host.reverse(&request) {
                    ReversalAnswer::Reversed => self.step(payment, TakenStep::Undone),
                    ReversalAnswer::Refused { code } => {
                        self.step(payment, TakenStep::Over { outcome: HandoverOutcome::Stuck { code } })
                    }
                    ReversalAnswer::NoAnswer { .. } => {
                        self.wait(card);
                        Ok(())
                    }
                }
            }
        }
    }

    fn wait(&mut self, card: &TakenCard) {
        let times = match card.state {
            TakenState::ToUndo { undos: times } | TakenState::InQuestion { undos: times, .. } => times,
            TakenState::Waiting { tries } | TakenState::Sending { tries } => tries,
            TakenState::Done { .. } => 0,
        };
        let wait = self.retry.wait(times.saturating_add(1), card.card.payment).to_std().unwrap_or(NAP);
        self.waits.insert(card.card.payment, Instant::now() + wait);
    }

    fn step(&mut self, payment: PaymentId, step: TakenStep) -> Result<(), HandoverFault> {
        self.save(&Fact::TakenCardMoved { handover: self.handover, payment, step })
    }

    fn save(&mut self, fact: &Fact) -> Result<(), HandoverFault> {
        let save = SaveId(self.ids.next_uuid());
        self.store.save(Local::now().fixed_offset(), "forward", save, std::slice::from_ref(fact), &[])?;
        Ok(())
    }
}

/// What an answer means for a payment of another till.
fn step_of(answer: HostAnswer) -> TakenStep {
    let over = |outcome| TakenStep::Over { outcome };
    match answer {
        HostAnswer::Approved { approval_code } => over(HandoverOutcome::Approved { approval_code }),
        // Its identity was undone before: that till knows it, or will ask anew.
        HostAnswer::DeclinedHard { code } if code == "12" => TakenStep::Unanswered,
        HostAnswer::DeclinedHard { code } => over(HandoverOutcome::Declined { code, hard: true }),
        HostAnswer::DeclinedSoft { code } => over(HandoverOutcome::Declined { code, hard: false }),
        // No reason to undo what the first till may have been told; a person looks.
        HostAnswer::Unknown { fault: HostFault::Repeated } => over(HandoverOutcome::Stuck { code: "94".to_owned() }),
        HostAnswer::Misunderstood { code } => over(HandoverOutcome::Stuck { code }),
        HostAnswer::NotNow { .. } | HostAnswer::NotSent { .. } => TakenStep::NotTaken,
        HostAnswer::ApprovedInPart { .. } => TakenStep::InPart,
        HostAnswer::Unknown { .. } => TakenStep::Unanswered,
    }
}
