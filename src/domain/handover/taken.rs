//! The payments of another till, at the till that forwards them.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{CardOutcome, HandedCard, HandoverOutcome, OUTCOME_FORMAT, OutcomeFile};
use crate::domain::host::HostTrace;
use crate::domain::ids::HandoverId;
use crate::domain::ledger::stan_after;

/// Payments taken over from another till, as this one's ledger knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOver {
    /// Which handover.
    pub handover: HandoverId,
    /// The till that took them from customers.
    pub till: u8,
    /// SHA-256 of the file.
    pub sha256: String,
    /// When they were taken over.
    pub at: DateTime<FixedOffset>,
    /// The payments.
    pub cards: Vec<TakenCard>,
}

impl TakenOver {
    /// What goes back to the first till; `till` is this one's number.
    #[must_use]
    pub fn outcomes(&self, till: u8) -> OutcomeFile {
        let done = self.cards.iter().filter_map(|one| match &one.state {
            TakenState::Done { outcome, .. } => {
                let (payment, trace) = (one.card.payment, one.card.trace.clone());
                Some(CardOutcome { payment, trace, result: outcome.clone() })
            }
            TakenState::ToUndo { .. }
            | TakenState::Waiting { .. }
            | TakenState::Sending { .. }
            | TakenState::InQuestion { .. } => None,
        });
        OutcomeFile { format: OUTCOME_FORMAT.to_owned(), handover: self.handover, till, cards: done.collect() }
    }
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenCard {
    /// The payment.
    #[serde(flatten)]
    pub card: HandedCard,
    /// How far it is.
    pub state: TakenState,
}

/// How far a payment of another till is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum TakenState {
    /// A request of the first till has no answer and is undone first.
    ToUndo {
        /// How often the reversal was sent.
        undos: u32,
    },
    /// The host has certainly not charged it.
    Waiting {
        /// How often it was sent to no avail.
        tries: u32,
    },
    /// The request is on disk and under way.
    Sending {
        /// Tries before this one.
        tries: u32,
    },
    /// No answer came, or a part only was approved: it is undone.
    InQuestion {
        /// How often the reversal was sent.
        undos: u32,
        /// The bank would have paid a part only.
        #[serde(default)]
        in_part: bool,
    },
    /// Over.
    Done {
        /// What became of it.
        outcome: HandoverOutcome,
        /// When that was stored.
        at: DateTime<FixedOffset>,
    },
}

/// What happened to a payment of another till.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum TakenStep {
    /// It is about to be sent.
    Sending,
    /// The host could not work on it, or nothing was sent.
    NotTaken,
    /// No answer came.
    Unanswered,
    /// The bank would pay a part only, which is undone.
    InPart,
    /// The host is about to be asked to undo it.
    Undoing,
    /// The host has undone it, or never booked it.
    Undone,
    /// It is over.
    Over {
        /// What became of it.
        outcome: HandoverOutcome,
    },
}

/// What is to be done about a payment of another till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenTask {
    /// Send it (0200).
    Ask,
    /// Undo a request (0420, repeated as 0421).
    Undo {
        /// Which.
        original: HostTrace,
        /// DE 11 of the reversal.
        stan: u32,
        /// It was sent before.
        repeat: bool,
    },
    /// Only note something: a request nobody waits for any more, or a window that has passed.
    Note(TakenStep),
}

impl TakenCard {
    /// What is next; nothing once it is over. `is_waited_for` says that the answer to its request is still waited for.
    #[must_use]
    pub fn next(&self, now: DateTime<FixedOffset>) -> Option<TakenTask> {
        let HandedCard { trace, undo, send_by, .. } = &self.card;
        let reversal = |original: &HostTrace, kept, undos| TakenTask::Undo {
            original: original.clone(),
            stan: stan_after(trace.stan, kept),
            repeat: undos > 0,
        };
        match &self.state {
            TakenState::ToUndo { undos } => undo.as_ref().map(|original| reversal(original, 2, *undos)),
            TakenState::Waiting { .. } if *send_by <= now => {
                Some(TakenTask::Note(TakenStep::Over { outcome: HandoverOutcome::NotCharged }))
            }
            TakenState::Waiting { .. } => Some(TakenTask::Ask),
            // Found at a start: the power went while it was under way.
            TakenState::Sending { .. } => Some(TakenTask::Note(TakenStep::Unanswered)),
            TakenState::InQuestion { undos, .. } => Some(reversal(trace, 1, *undos)),
            TakenState::Done { .. } => None,
        }
    }

    /// The state after a step.
    ///
    /// # Errors
    ///
    /// The state does not allow the step.
    pub fn after(&self, step: &TakenStep, at: DateTime<FixedOffset>) -> Result<TakenState, String> {
        let done = |outcome: HandoverOutcome| TakenState::Done { outcome, at };
        Ok(match (&self.state, step) {
            (TakenState::ToUndo { undos }, TakenStep::Undoing) => TakenState::ToUndo { undos: undos.saturating_add(1) },
            (TakenState::ToUndo { .. }, TakenStep::Undone) => TakenState::Waiting { tries: 0 },
            (TakenState::Waiting { tries }, TakenStep::Sending) => TakenState::Sending { tries: *tries },
            (TakenState::Sending { tries }, TakenStep::NotTaken) => {
                TakenState::Waiting { tries: tries.saturating_add(1) }
            }
            (TakenState::Sending { .. }, TakenStep::Unanswered) => TakenState::InQuestion { undos: 0, in_part: false },
            (TakenState::Sending { .. }, TakenStep::InPart) => TakenState::InQuestion { undos: 0, in_part: true },
            (TakenState::InQuestion { undos, in_part }, TakenStep::Undoing) => {
                TakenState::InQuestion { undos: undos.saturating_add(1), in_part: *in_part }
            }
            (TakenState::InQuestion { in_part: true, .. }, TakenStep::Undone) => {
                done(HandoverOutcome::Declined { code: "10".to_owned(), hard: false })
            }
            (TakenState::InQuestion { .. }, TakenStep::Undone) => done(HandoverOutcome::NotCharged),
            (TakenState::Sending { .. }, TakenStep::Over { outcome }) => done(outcome.clone()),
            (TakenState::Waiting { .. }, TakenStep::Over { outcome: HandoverOutcome::NotCharged })
            | (
                TakenState::ToUndo { .. } | TakenState::InQuestion { .. },
                TakenStep::Over { outcome: HandoverOutcome::Stuck { .. } },
            ) => match step {
                TakenStep::Over { outcome } => done(outcome.clone()),
                TakenStep::Sending
                | TakenStep::NotTaken
                | TakenStep::Unanswered
                | TakenStep::InPart
                | TakenStep::Undoing
                | TakenStep::Undone => return Err("it is not over".to_owned()),
            },
            (state, step) => {
                return Err(format!("a payment of another till in state {state:?} does not take {step:?}"));
            }
        })
    }
}
