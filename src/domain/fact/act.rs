//! What a manager approves.

use serde::{Deserialize, Serialize};

use crate::domain::fact::LossReason;
use crate::domain::ids::{PaymentId, SaleId};
use crate::domain::limits::LimitKind;
use crate::domain::money::Money;

/// What a manager approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ManagedAct {
    /// A typed card beyond a limit that only a manager may let pass.
    StoredCardAboveLimit {
        /// The sale.
        sale: SaleId,
        /// Its amount.
        amount: Money,
        /// Which limit; the first ledgers had one only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<LimitKind>,
    },
    /// The fingerprint of an acquirer's key is the one that the acquirer gave; which key stands in the next fact of the
    /// same save.
    KeyConfirmed,
    /// An acquirer's key is never sealed to again; which stands in the next fact of the same save.
    KeyRetired,
    /// A test payment to an account arrived, and customers are asked to pay to it; which account stands in the next fact
    /// of the same save.
    PayeeTested,
    /// A credit on the bank's account went back to the customer; which stands in the next fact of the same save.
    CreditReturned {
        /// How much.
        amount: Money,
    },
    /// A sale goes another way although nobody knows what became of its first attempt on the reader.
    UnknownAttemptParked {
        /// The sale.
        sale: SaleId,
        /// Its amount.
        amount: Money,
    },
    /// Goods go although nobody has seen the money of the customer's transfer.
    TransferAcceptedUnseen {
        /// The sale.
        sale: SaleId,
        /// The transfer's amount.
        amount: Money,
    },
    /// A person who was locked out after wrong PINs may try again; who it is stands in the next fact of the same save.
    PersonUnlocked,
    /// A loss was taken; by whom and why stands in the next fact of the same save.
    LossTaken {
        /// The payment.
        payment: PaymentId,
        /// How much.
        amount: Money,
        /// Why; the first ledgers had it in the next fact only, and of a statement line nowhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<LossReason>,
    },
    /// It was taken back that a loss was taken; by whom stands in the next fact of the same save.
    LossUndone {
        /// The payment.
        payment: PaymentId,
        /// How much.
        amount: Money,
    },
    /// Stored payments that another till was to forward were taken back.
    HandoverTakenBack {
        /// What they come to.
        amount: Money,
    },
    /// Money of a sale that was done went back to the customer.
    Refund {
        /// The sale.
        sale: SaleId,
        /// How much.
        amount: Money,
    },
    /// A drawer differs by more than a note explains.
    DrawerDifference {
        /// What is too much (positive) or missing (negative).
        by: Money,
    },
    /// A person took a drawer over while whoever had it was away; who and from whom stands in the next fact of the same
    /// save.
    DrawerTakenOver,
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

impl ManagedAct {
    /// The amount it is about, if it is about one.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        match self {
            Self::StoredCardAboveLimit { amount, .. }
            | Self::UnknownAttemptParked { amount, .. }
            | Self::LossTaken { amount, .. }
            | Self::LossUndone { amount, .. }
            | Self::TransferAcceptedUnseen { amount, .. }
            | Self::Refund { amount, .. }
            | Self::CreditReturned { amount }
            | Self::HandoverTakenBack { amount }
            | Self::DrawerDifference { by: amount } => Some(*amount),
            Self::KeyConfirmed
            | Self::KeyRetired
            | Self::PayeeTested
            | Self::PersonUnlocked
            | Self::DrawerTakenOver
            | Self::EntriesSeen { .. } => None,
        }
    }
}
