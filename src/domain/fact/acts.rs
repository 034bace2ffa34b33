//! What a fact says beside what happened: the host's final answer, what a manager approved, and why.

use serde::{Deserialize, Serialize};

use crate::domain::ids::SaleId;
use crate::domain::money::Money;

/// A final answer of the host to a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum FinalAnswer {
    /// Approved.
    Approved {
        /// DE 38.
        approval_code: String,
    },
    /// Refused.
    Declined {
        /// DE 39.
        code: String,
        /// Never to be asked again.
        hard: bool,
    },
}

/// What a manager approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ManagedAct {
    /// A stored card above the cashier's limit.
    StoredCardAboveLimit {
        /// The sale.
        sale: SaleId,
        /// Its amount.
        amount: Money,
    },
    /// A sale goes another way although nobody knows what became of its first attempt on the reader.
    UnknownAttemptParked {
        /// The sale.
        sale: SaleId,
        /// Its amount.
        amount: Money,
    },
    /// A person who was locked out after wrong PINs may try again; who it is stands in the next fact of the same save.
    PersonUnlocked,
    /// The manager looked at entries that were never confirmed and do not count.
    EntriesSeen {
        /// The number of the first.
        first: u64,
        /// The number of the last.
        last: u64,
        /// How many they are.
        count: u32,
    },
}

/// Why a manager approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalReason {
    /// A customer the shop knows.
    RegularCustomer,
    /// The risk is small.
    SmallRisk,
    /// A card the shop has taken before.
    KnownCard,
    /// The goods are with the customer already.
    GoodsHandedOver,
    /// Another reason.
    Other,
}

/// Why a person took a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossReason {
    /// Nobody knows who the customer was.
    CustomerUnknown,
    /// The amount is not worth the work.
    TooSmallToChase,
    /// The bank has refused for good.
    BankRefusedFinally,
    /// The shop's own mistake.
    TillError,
    /// The shop lets it go.
    Goodwill,
}

impl ManagedAct {
    /// The amount it is about, if it is about one.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        match self {
            Self::StoredCardAboveLimit { amount, .. } | Self::UnknownAttemptParked { amount, .. } => Some(*amount),
            Self::PersonUnlocked | Self::EntriesSeen { .. } => None,
        }
    }
}
