//! The life of a typed card: stored, sent, unknown, reversed, answered; and which one is sent next.
//!
//! ```text
//!            ┌────────────── NotNow / not sent ─────────────┐
//!            ▼                                              │
//! Stored ─► Sending ─► Approved | Declined | Parked         │
//!    ▲         │                                            │
//!    │         ├─► Unknown ─► Reversing ─► (goes on) ───────┘
//!    │         │                │  └─► Undone (the sale went another way) | Parked
//!    │         └─► PartlyApproved ─► Declined, once the host has undone the part | Parked
//!    └── the host has undone it ┘
//!
//! Declined, and the bank asks to be called ─► the code it says on the telephone ─► Advising ─► Approved | Parked
//! Approved ─► Voiding ─► Voided (taken back on the day of its approval) | Approved (the host refuses)
//! Approved | Parked with a request ─► Settled: the acquirer's settlement file has it
//! ```
//!
//! A stored card can be handed over: then another till forwards it, and this one sends nothing of it until the outcome is
//! brought back or two people take it back ([`crate::domain::handover`]).
//!
//! A stored card that the bank refused waits for a person: it is asked for once more on a later day as long as the
//! schemes allow it ([`retry`]), another tender takes its place (`Replaced`), or a named person takes the loss.
//!
//! Past the acquirer's window nothing is sent any more. A card that was never asked for is parked as too late. One whose
//! request and reversal nobody answered, although the host's echo works or because the window has passed, is parked, so
//! that the queue goes on, until a person has it undone once more, or until the acquirer's **settlement file** names it
//! with its amount: then it is `Settled`, as an approval of the open day is that the file names.
//!
//! An approval **in part** is not final: the customer of a stored card is gone with goods for the whole of it. The part is
//! undone at once (`PartlyApproved` says how much it was until the host has done that), and the refusal, DE 39 = 10, lies
//! on the desk with the whole amount: a part that stood would need a second tender for the rest from somebody who is not
//! there, and if that never comes, money was taken for a sale that the customer disputes. A customer who is still there
//! is asked for another tender for all of it.
//!
//! Nothing leaves this machine except into a final state, and final states are kept.

mod due;
mod retry;
mod state;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::fact::LossReason;
use crate::domain::host::{ApprovalCode, HostTrace};
use crate::domain::ids::{HandoverId, LineId, PaymentId, PersonId, RefundId};
use crate::domain::money::Money;

pub use self::due::{RetryRules, next_due};
pub use self::retry::{REFUSED_TIMES_MAX, RETRY_PAUSE, RETRY_WINDOW, Refusals, RetryLeave};
pub use self::state::Undoing;

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
    /// The host could not work on it in as many attempts as the shop allows ([`RetryRules`]).
    AttemptsUsedUp,
    /// The acquirer's window for deferred authorisations has passed.
    TooLate,
    /// Neither the request nor as many reversals as the shop allows were answered, although the host answers its echo, or
    /// the acquirer's window has passed: its settlement file tells what was booked.
    Unanswered,
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

/// What the acquirer's settlement file says of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// Its line.
    pub line: LineId,
    /// The day it was booked.
    pub on: NaiveDate,
    /// What the acquirer kept, where the file says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
    /// What is left of it.
    pub net: Money,
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
        /// The identity that the next request must have, because another till may have sent it under that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<HostTrace>,
    },
    /// The bank would pay a part only. That is undone until the host answers, and then it counts as refused.
    PartlyApproved {
        /// The request in question.
        trace: HostTrace,
        /// Attempts including that one.
        attempts: u32,
        /// What the bank would pay.
        approved: Money,
        /// What would be left to be paid another way.
        left: Money,
        /// How often the reversal was sent.
        reversals: u32,
        /// DE 11 of the reversal; none before the first one is on disk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reversal_stan: Option<u32>,
        /// Not before, when the last one was not answered.
        next_try: DateTime<FixedOffset>,
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
    /// Final: the acquirer's settlement file has it. So ends an approval, and also a request whose answer the till never
    /// had: then the file is the answer.
    Settled {
        /// DE 38, where the till had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval_code: Option<String>,
        /// The request that was booked.
        trace: HostTrace,
        /// What the file says.
        settlement: Settlement,
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
        /// Another till had its request all the same, in books from before such a card was kept: it may say that the bank
        /// approved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shared: Option<HostTrace>,
    },
    /// A person must decide.
    Parked {
        /// Why.
        reason: ParkReason,
        /// Attempts so far.
        attempts: u32,
        /// The request in question, where its answer is still unknown.
        trace: Option<HostTrace>,
        /// The identity that the next request must have once that one is undone, because another till may have sent it
        /// under that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<HostTrace>,
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
        /// The identity under which another till may have sent it, where that is yet another one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<HostTrace>,
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
        /// The request in question, where its answer was unknown: it may have been charged after all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trace: Option<HostTrace>,
        /// The identity under which another till may have sent it, where that is yet another one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<HostTrace>,
    },
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

#[cfg(test)]
mod tests;
