//! Closing the batch of approved typed cards with the acquirer, once the day is closed and nothing waits to be sent.

use chrono::{DateTime, FixedOffset};

use crate::app::effect::Effect;
use crate::app::notice::NoticeKind;
use crate::app::{App, Turn};
use crate::domain::batch::{BatchAnswer, OpenBatch};
use crate::domain::fact::Fact;
use crate::domain::ids::PaymentId;

/// What the closing of a batch is doing now.
#[derive(Debug, Default)]
pub(crate) struct Settling {
    /// A message is saved or sent and not yet answered.
    in_flight: bool,
    /// How often the present one was sent in vain.
    tries: u32,
    /// Not before.
    next_at: Option<DateTime<FixedOffset>>,
}

impl App {
    /// Whether a batch is to be closed now, or is being closed.
    #[must_use]
    pub fn batch_waits(&self) -> bool {
        let Some(batch) = &self.ledger.batch else { return false };
        let is_closed = self.ledger.day.as_ref().is_some_and(|day| day.closed.is_some());
        batch.is_closing() || (self.settles_by_batch() && is_closed && batch.next().is_some())
    }

    fn settles_by_batch(&self) -> bool {
        self.settings.host.as_ref().is_some_and(|host| host.batch_totals)
    }

    /// When closing the batch has something to do next.
    pub(super) fn next_settling_at(&self) -> Option<DateTime<FixedOffset>> {
        let may = self.batch_waits() && !self.settling.in_flight && self.nothing_is_forwarded();
        may.then(|| self.settling.next_at.unwrap_or(self.now))
    }

    /// Takes the next step of closing a batch, when the host can be asked and nothing else is asked of it.
    pub(super) fn settle_what_is_due(&mut self, turn: &mut Turn) {
        let waits = self.settling.next_at.is_some_and(|at| at > self.now);
        if self.settling.in_flight || waits || self.is_busy() || !self.settles_by_batch() {
            return;
        }
        let Some(batch) = &self.ledger.batch else {
            return self.save(vec![Fact::BatchOpened { number: 1 }], turn);
        };
        if !self.batch_waits() || !self.nothing_is_forwarded() {
            return;
        }
        // After a restart, or without an answer: the same once more.
        if let Some(ask) = batch.ask() {
            self.settling.in_flight = true;
            turn.ask(Effect::AskBatch(Box::new(ask)));
        } else if let Some(step) = batch.next() {
            let (number, stan) = (batch.number, self.next_stan());
            self.settling.in_flight = true;
            self.save(vec![Fact::BatchSending { number, step, stan }], turn);
        }
    }

    /// After `BatchSending` is stored: send it.
    pub(super) fn ask_batch(&mut self, turn: &mut Turn) {
        if let Some(ask) = self.ledger.batch.as_ref().and_then(OpenBatch::ask) {
            self.settling.in_flight = true;
            turn.ask(Effect::AskBatch(Box::new(ask)));
        }
    }

    /// The host answered, or did not.
    pub(super) fn batch_answered(&mut self, number: u32, answer: Option<BatchAnswer>, turn: &mut Turn) {
        self.settling.in_flight = false;
        match answer {
            Some(answer) => {
                self.settling = Settling::default();
                self.save(vec![Fact::BatchAnswered { number, answer }], turn);
            }
            None => self.settle_later(),
        }
    }

    /// A manager has the host asked once more for a batch that it refused.
    pub(super) fn try_batch_again(&mut self, turn: &mut Turn) {
        let Some(by) = self.person.clone().filter(|_| self.is_manager()) else {
            return self.tell(NoticeKind::NotAllowed);
        };
        if let Some(batch) = self.ledger.batch.as_ref().filter(|batch| batch.refused().is_some()) {
            self.settling = Settling::default();
            self.save(vec![Fact::BatchTriedAgain { number: batch.number, by }], turn);
        }
    }

    /// A save failed, or no answer came: the same is tried again after a while.
    pub(super) fn settle_later(&mut self) {
        self.settling.in_flight = false;
        self.settling.tries = self.settling.tries.saturating_add(1);
        let wait = self.retry().wait(self.settling.tries, PaymentId(uuid::Uuid::nil()));
        self.settling.next_at = Some(self.now + wait);
    }
}
