//! The life of a typed card: stored, sent, unknown, reversed, answered; and which one is sent next.
//!
//! ```text
//!            ┌────────────── NotNow / not sent ─────────────┐
//!            ▼                                              │
//! Stored ─► Sending ─► Approved | Declined | Parked         │
//!    ▲         │                                            │
//!    │         └─► Unknown ─► Reversing ─► (goes on) ───────┘
//!    └── the host has undone it ◄──┘  └─► Reversed (the sale went another way) | Parked
//!
//! Declined, and the bank asks to be called ─► the code it says on the telephone ─► Advising ─► Approved | Parked
//! Approved ─► Voiding ─► Voided (taken back on the day of its approval) | Approved (the host refuses)
//! ```
//!
//! A stored card can be handed over: then another till forwards it, and this one sends nothing of it until the outcome is
//! brought back or two people take it back ([`crate::domain::handover`]).
//!
//! A stored card that the bank refused waits for a person: it is asked for once more on a later day as long as the
//! schemes allow it ([`retry`]), another tender takes its place (`Replaced`), or a named person takes the loss.
//!
//! Nothing leaves this machine except into a final state, and final states are kept.

mod retry;

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::domain::fact::LossReason;
use crate::domain::host::{ApprovalCode, HostTrace};
use crate::domain::ids::{HandoverId, PaymentId, PersonId, RefundId};
use crate::domain::money::Money;

pub use self::retry::{REFUSED_TIMES_MAX, RETRY_PAUSE, RETRY_WINDOW, Refusals, RetryLeave};

/// Attempts after which a person has to look (PayEx's rule for unanswered advices: six).
pub const ATTEMPTS_MAX: u32 = 6;
/// The wait after the first attempt that led nowhere; doubled after each further one.
pub const RETRY_WAIT_FIRST: TimeDelta = TimeDelta::seconds(5);
/// The longest wait between two attempts.
pub const RETRY_WAIT_MAX: TimeDelta = TimeDelta::minutes(5);

/// The way a card was promised to the customer, and the latest moment to ask the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "promise", rename_all = "snake_case")]
pub enum Promise {
    /// The customer waits for the answer.
    AnsweredNow,
    /// The customer is gone with the goods; the shop bears the risk.
    SentLater {
        /// The acquirer accepts a deferred authorisation until then; afterwards a person decides.
        send_by: DateTime<FixedOffset>,
    },
}

/// Why a payment cannot go on by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ParkReason {
    /// The host could not work on it in [`ATTEMPTS_MAX`] attempts.
    AttemptsUsedUp,
    /// The acquirer's window for deferred authorisations has passed.
    TooLate,
    /// The host says our message is wrong.
    Misunderstood {
        /// DE 39, or what was wrong.
        code: String,
    },
    /// The host refuses to undo a request whose answer never came.
    ReversalRefused {
        /// DE 39.
        code: String,
    },
    /// Another tender was asked for in its place and withdrawn again. A code that was shown cannot be called back, so the
    /// card is never sent any more: money could come twice.
    OtherWayWithdrawn,
    /// It was written off, and a person took that back. Its sealed card was wiped, so that it is never sent any more.
    LossUndone,
    /// It was approved, and another till that had it too undid the same request.
    UndoneElsewhere,
    /// The host does not take what the bank approved on the telephone.
    AdviceRefused {
        /// DE 39.
        code: String,
    },
}

/// A typed card on its way to an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CardState {
    /// Sealed and on disk; the host has certainly not charged it.
    Stored {
        /// Attempts that led nowhere so far.
        attempts: u32,
        /// Not before.
        next_try: DateTime<FixedOffset>,
        /// The identity that its request must have, because another till may have sent it under that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shared: Option<HostTrace>,
    },
    /// The request is on disk and under way.
    Sending {
        /// Its identity.
        trace: HostTrace,
        /// Attempts before this one.
        attempts: u32,
        /// Another till may have sent it under this identity.
        #[serde(default, skip_serializing_if = "is_false")]
        is_shared: bool,
    },
    /// No answer came: it may have been charged. It is reversed next.
    Unknown {
        /// The request in question.
        trace: HostTrace,
        /// Attempts including that one.
        attempts: u32,
        /// Since when.
        since: DateTime<FixedOffset>,
        /// What the bank would pay of it, where it said that: then it is refused once that is undone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Money>,
        /// The identity that the next request must have, because another till may have sent it under that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<HostTrace>,
    },
    /// A reversal is under way, and is repeated until the host answers it.
    Reversing {
        /// The request in question.
        trace: HostTrace,
        /// Attempts including that one.
        attempts: u32,
        /// How often the reversal was sent.
        reversals: u32,
        /// DE 11 of the reversal.
        reversal_stan: u32,
        /// Not before, when the last one was not answered.
        next_try: DateTime<FixedOffset>,
        /// What the bank would pay of it, where it said that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Money>,
        /// The identity that the next request must have, because another till may have sent it under that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<HostTrace>,
    },
    /// Another till forwards it ([`crate::domain::handover`]); this one sends nothing of it.
    HandedOver {
        /// In which handover.
        handover: HandoverId,
        /// The identity of its request.
        trace: HostTrace,
        /// An earlier request without an answer, which is undone first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo: Option<HostTrace>,
        /// Since when.
        at: DateTime<FixedOffset>,
    },
    /// Final: the bank approved.
    Approved {
        /// DE 38.
        approval_code: String,
        /// The request that was approved.
        trace: HostTrace,
        /// When the answer was stored.
        at: DateTime<FixedOffset>,
        /// The bank said the code on the telephone, and the host was told of it.
        #[serde(default, skip_serializing_if = "is_false")]
        by_voice: bool,
    },
    /// The bank approved it on the telephone; the host is told of it (0220) until it has taken that.
    Advising {
        /// The code that the bank said (DE 38).
        approval_code: ApprovalCode,
        /// The identity of the message, the same in each repeat.
        trace: HostTrace,
        /// How often it was sent.
        times: u32,
        /// Not before, when the last one was not answered.
        next_try: DateTime<FixedOffset>,
    },
    /// The host is asked to take an approval back on its day, until it answers.
    Voiding {
        /// DE 38 of the approval.
        approval_code: String,
        /// The request that was approved.
        trace: HostTrace,
        /// When it was approved.
        approved_at: DateTime<FixedOffset>,
        /// The bank had said the code on the telephone.
        #[serde(default, skip_serializing_if = "is_false")]
        by_voice: bool,
        /// DE 11 of the message, the same in each repeat.
        void_stan: u32,
        /// How often it was sent.
        times: u32,
        /// Not before, when the last one was not answered.
        next_try: DateTime<FixedOffset>,
        /// The refund that it is for.
        refund: RefundId,
        /// Who gives the money back.
        by: PersonId,
    },
    /// Final: approved and taken back on the same day; the customer pays nothing.
    Voided {
        /// DE 38 of the approval.
        approval_code: String,
        /// When the answer was stored.
        at: DateTime<FixedOffset>,
    },
    /// The bank refused. Final for a card that was to be answered now; a loss to decide about for a stored one.
    Declined {
        /// DE 39.
        code: String,
        /// Never to be asked again.
        hard: bool,
        /// When the answer was stored.
        at: DateTime<FixedOffset>,
    },
    /// Final: certainly not charged, and not to be sent again; the sale went another way.
    Undone {
        /// When.
        at: DateTime<FixedOffset>,
    },
    /// A person must decide.
    Parked {
        /// Why.
        reason: ParkReason,
        /// Attempts so far.
        attempts: u32,
        /// The request in question, where its answer is still unknown.
        trace: Option<HostTrace>,
    },
    /// Final: the shop bears the loss.
    WrittenOff {
        /// Who decided.
        by: PersonId,
        /// Why.
        reason: LossReason,
        /// The request in question, where its answer was unknown: it may have been charged after all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trace: Option<HostTrace>,
    },
    /// Another payment of the same sale was asked for in its place. It is never sent again; should that payment be
    /// withdrawn, it is parked.
    Replaced {
        /// The payment that takes its place.
        payment: PaymentId,
        /// When.
        at: DateTime<FixedOffset>,
        /// The loss had been taken already when that payment's money came.
        #[serde(default, skip_serializing_if = "is_false")]
        after_loss: bool,
    },
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl CardState {
    /// Whether the bank wants to be called before it decides (ISO 8583:1987 DE 39 01 and 02): only then may a code that it
    /// says on the telephone be sent to the host. Anything else would book money that nobody approved.
    #[must_use]
    pub fn wants_a_call(&self) -> bool {
        matches!(self, Self::Declined { code, hard: false, .. } if matches!(code.as_str(), "01" | "02"))
    }

    /// Whether the shop has, or still expects, the money of a sale that the customer walked away with.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Stored { .. }
            | Self::Sending { .. }
            | Self::Unknown { .. }
            | Self::Reversing { .. }
            | Self::HandedOver { .. }
            | Self::Advising { .. }
            | Self::Voiding { .. }
            | Self::Parked { .. } => true,
            Self::Approved { .. }
            | Self::Voided { .. }
            | Self::Declined { .. }
            | Self::Undone { .. }
            | Self::WrittenOff { .. }
            | Self::Replaced { .. } => false,
        }
    }

    /// When this can be worked on by itself next, if at all.
    #[must_use]
    pub fn due_at(&self) -> Option<DateTime<FixedOffset>> {
        match self {
            Self::Stored { next_try, .. }
            | Self::Reversing { next_try, .. }
            | Self::Advising { next_try, .. }
            | Self::Voiding { next_try, .. } => Some(*next_try),
            Self::Unknown { since, .. } => Some(*since),
            Self::Sending { .. }
            | Self::HandedOver { .. }
            | Self::Approved { .. }
            | Self::Voided { .. }
            | Self::Declined { .. }
            | Self::Undone { .. }
            | Self::Parked { .. }
            | Self::WrittenOff { .. }
            | Self::Replaced { .. } => None,
        }
    }

    /// Rank in the queue: reversals go before requests, since they free a card that may have been charged; then what the
    /// bank approved on the telephone, which may not get old.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Self::Unknown { .. } | Self::Reversing { .. } | Self::Voiding { .. } => 0,
            Self::Advising { .. } => 1,
            Self::Stored { .. }
            | Self::Sending { .. }
            | Self::HandedOver { .. }
            | Self::Approved { .. }
            | Self::Voided { .. }
            | Self::Declined { .. }
            | Self::Undone { .. }
            | Self::Parked { .. }
            | Self::WrittenOff { .. }
            | Self::Replaced { .. } => 2,
        }
    }
}

/// How long to wait after `attempts` attempts: doubling from [`RETRY_WAIT_FIRST`] to [`RETRY_WAIT_MAX`], and up to a
/// quarter more.
///
/// What comes on top differs from payment to payment and from try to try, so that the tills of a shop do not all come
/// back in the same second after a host was away. It is made of the payment's random id: a replay waits as long.
#[must_use]
pub fn retry_wait(attempts: u32, payment: PaymentId) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).min(16);
    let wait = RETRY_WAIT_FIRST.checked_mul(1 << doublings).map_or(RETRY_WAIT_MAX, |wait| wait.min(RETRY_WAIT_MAX));
    let (_, random) = payment.0.as_u64_pair();
    // Fibonacci hashing (Knuth, The Art of Computer Programming 6.4): neighbouring counts lead far from each other.
    let mixed = (random ^ u64::from(attempts)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56;
    let share = i32::try_from(mixed).unwrap_or(0);
    wait + wait * share / 1_024
}

/// The payment to work on next among `(id, state)`, oldest first within its rank; `None` when nothing is due.
pub fn next_due<'a>(
    payments: impl Iterator<Item = (PaymentId, &'a CardState)>,
    now: DateTime<FixedOffset>,
) -> Option<PaymentId> {
    let due = payments.filter(|(_, state)| state.due_at().is_some_and(|at| at <= now));
    due.min_by_key(|(id, state)| (state.rank(), *id)).map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(second: i64) -> DateTime<FixedOffset> {
        DateTime::from_timestamp(1_764_000_000 + second, 0).unwrap().fixed_offset()
    }

    #[test]
    fn waits_double_up_to_the_bound_and_differ_from_payment_to_payment() {
        let of = |attempts, n| retry_wait(attempts, PaymentId(Uuid::from_u128(n))).num_milliseconds();
        for (attempts, seconds) in [(0, 5), (1, 5), (2, 10), (3, 20), (6, 160), (7, 300), (60, 300)] {
            let waits: std::collections::BTreeSet<i64> = (0..64).map(|n| of(attempts, n)).collect();
            let (least, most) = (waits.first().unwrap(), waits.last().unwrap());
            assert!(*least >= seconds * 1_000 && *most < seconds * 1_250, "{attempts}: {least} to {most}");
            assert!(waits.len() > 32 && most - least > seconds * 150, "{attempts}: {waits:?}");
            assert_eq!(of(attempts, 7), of(attempts, 7), "a replay waits as long");
        }
    }

    #[test]
    fn reversals_go_first_and_one_stuck_payment_blocks_no_other() {
        let trace = HostTrace { stan: 1, rrn: "000000000001".into(), sold_at: at(0), sent_at: at(0) };
        let stored = |next_try| CardState::Stored { attempts: 0, next_try, shared: None };
        let parked = CardState::Parked { reason: ParkReason::TooLate, attempts: 0, trace: None };
        let unknown = CardState::Unknown { trace, attempts: 1, since: at(5), part: None, then: None };
        let id = |n| PaymentId(Uuid::from_u128(n));
        let queue = [(id(1), parked), (id(2), stored(at(60))), (id(3), stored(at(0))), (id(4), unknown)];
        let next = |now| next_due(queue.iter().map(|(id, state)| (*id, state)), now);
        assert_eq!(next(at(-1)), None);
        assert_eq!(next(at(1)), Some(id(3)));
        assert_eq!(next(at(5)), Some(id(4)));
    }
}
