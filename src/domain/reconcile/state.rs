//! What is known of a statement and of each of its lines, beside what the bank says in them.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{LineId, PaymentId, PersonId};
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::reconcile::Claim;
use crate::domain::sale::GiveBackWay;

/// What is known of a statement line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LineState {
    /// Nothing yet.
    Unexplained,
    /// It is this payment, or a part of it.
    Matched {
        /// Which.
        payment: PaymentId,
        /// How that was found.
        how: MatchHow,
        /// How far the transfer was before, for the day on which the match is undone. Only the first of several lines of
        /// one transfer has it.
        #[serde(default)]
        before: Option<QrState>,
    },
    /// It pays many transfers out.
    PaidOut {
        /// Which.
        parts: Vec<PaidOut>,
        /// What was kept of them.
        fee: Money,
    },
    /// A person says what it is; no payment's money.
    Explained {
        /// Who.
        by: PersonId,
        /// The payment it has to do with all the same.
        #[serde(default)]
        payment: Option<PaymentId>,
        /// The shop itself sent it back to the customer, which was written down then.
        #[serde(default)]
        own_refund: bool,
        /// What it is, where the person said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<LineReason>,
    },
    /// A person gave it back to the customer. What left the till's hands is not taken back by a touch.
    Returned {
        /// The payment that it names.
        payment: Option<PaymentId>,
        /// In which way.
        way: GiveBackWay,
        /// Who did it.
        by: PersonId,
        /// When.
        at: DateTime<FixedOffset>,
    },
}

/// What a line is that no sale explains, as a person knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineReason {
    /// The test payment to one of the shop's accounts.
    TestPayment,
    /// Money between the shop's own accounts.
    OwnTransfer,
    /// It was sold outside this till.
    SoldElsewhere,
    /// A supplier or an authority paid back.
    PaidBack,
    /// The bank's own booking: interest, a correction.
    Bank,
    /// The booking of the payment itself, which the bank's files have twice.
    SameBooking,
    /// Something else that the person knows.
    Other,
}

/// One transfer of a payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidOut {
    /// Which.
    pub payment: PaymentId,
    /// How far it was before.
    pub before: QrState,
}

/// How a line was found to be a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchHow {
    /// Reference and amount agree.
    ReferenceAndAmount,
    /// A person said so.
    ByHand,
}

/// What is known of a statement beside its lines.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StatementNotes {
    /// Totals of the file that do not agree with its lines and that a manager overruled, a sentence each.
    #[serde(default)]
    pub overruled: Vec<String>,
    /// What a provider kept of its lines, where the file says it; positive where the shop pays.
    #[serde(default)]
    pub fees: Vec<(LineId, Money)>,
    /// The payments of earlier days that its lines name: they are final, so the till has them in its memory no more.
    #[serde(default)]
    pub earlier: Vec<(LineId, Claim)>,
}

impl LineState {
    /// The payments that it has to do with.
    pub fn payments(&self) -> impl Iterator<Item = PaymentId> + '_ {
        let (one, parts): (Option<PaymentId>, &[PaidOut]) = match self {
            Self::Unexplained => (None, &[]),
            Self::Matched { payment, .. } => (Some(*payment), &[]),
            Self::PaidOut { parts, .. } => (None, parts),
            Self::Explained { payment, .. } | Self::Returned { payment, .. } => (*payment, &[]),
        };
        one.into_iter().chain(parts.iter().map(|part| part.payment))
    }

    /// Whether a person decided it, so that a person may take it back.
    #[must_use]
    pub fn is_by_hand(&self) -> bool {
        match self {
            Self::Matched { how: MatchHow::ByHand, .. } | Self::PaidOut { .. } | Self::Explained { .. } => true,
            Self::Matched { how: MatchHow::ReferenceAndAmount, .. } | Self::Returned { .. } | Self::Unexplained => {
                false
            }
        }
    }
}
