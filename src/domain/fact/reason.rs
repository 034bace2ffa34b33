//! Why a person approved something, or took a loss.

use serde::{Deserialize, Serialize};

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
    /// The customer brought the goods back.
    GoodsReturned,
    /// The goods were not what was sold.
    GoodsFaulty,
    /// Too much was asked for.
    WrongAmount,
    /// Wrong change was given.
    WrongChange,
    /// It was counted twice and differs still.
    CountedTwice,
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
