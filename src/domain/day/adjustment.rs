//! What became known of a payment after its day was closed.
//!
//! A closed day is sealed: its figures are in the journal and on a signed slip, and nothing changes them. A card that the
//! host approves the next morning, a transfer that the statement shows on Monday or a bank that takes money back is an
//! adjustment: dated, and on the slip of the day on which it became known.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{LineId, PaymentId, SaleReference};
use crate::domain::money::Money;
use crate::domain::sale::{Payment, Standing, TenderKind};

/// One thing that became known of a payment of a closed day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// When it became known.
    pub at: DateTime<FixedOffset>,
    /// What.
    pub kind: AdjustmentKind,
    /// The payment.
    pub payment: PaymentId,
    /// The reference of its sale.
    pub reference: SaleReference,
    /// The day of the sale, by the till's clock.
    pub sold_on: NaiveDate,
    /// The way it was made.
    pub tender: TenderKind,
    /// How much, never negative.
    pub amount: Money,
    /// The statement line that says so, where one does.
    pub line: Option<LineId>,
    /// It became known after the present day was closed too: it goes onto the slip of the next one.
    pub after_close: bool,
}

/// What became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentKind {
    /// The money is there.
    Settled,
    /// A named person took the loss.
    WrittenOff,
    /// Nothing was taken: undone, or not charged.
    NothingTaken,
    /// It is open again: a person took a decision back.
    OpenAgain,
    /// It is waited for again: a person took back that a loss was taken.
    LossUndone,
    /// The bank took the money back, for a chargeback or a refund.
    TakenBack,
    /// The money came once more.
    PaidTwice,
    /// The money came although it had been given up.
    CameAfterAll,
    /// Money that was not the shop's came and went back to the customer.
    WentBack,
    /// The customer got something of the sale back.
    Refunded,
}

impl AdjustmentKind {
    /// What it does to the shop's money: 1 where it has more than the closed day said, -1 where it has less.
    #[must_use]
    pub fn sign(self) -> i64 {
        match self {
            // What was open and is there now was counted as taken or promised; what is paid twice goes back.
            Self::Settled | Self::OpenAgain | Self::PaidTwice | Self::WentBack | Self::NothingTaken => 0,
            Self::CameAfterAll | Self::LossUndone => 1,
            Self::WrittenOff | Self::TakenBack | Self::Refunded => -1,
        }
    }

    /// What a payment came to; none while it is open.
    #[must_use]
    pub fn of(payment: &Payment) -> Option<Self> {
        // Money for a withdrawn code changes nothing that the day said: it goes back.
        if payment.is_open() || payment.not_ours_minor() > 0 && payment.standing() == Standing::Void {
            return None;
        }
        match payment.standing() {
            Standing::Takes if payment.is_loss() => Some(Self::WrittenOff),
            Standing::Takes => Some(Self::Settled),
            Standing::Void => Some(Self::NothingTaken),
            Standing::Pending => None,
        }
    }
}
