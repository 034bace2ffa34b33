//! Money that goes back: refunds of a sale that was done, and cash of one that was given up.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{DrawerId, PaymentId, PersonId, RefundId};
use crate::domain::money::Money;
use crate::domain::sale::{Sale, SaleState};

/// Money of a sale that was done, on its way back to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Ours.
    pub id: RefundId,
    /// How much of the sale.
    pub amount: Money,
    /// In which way.
    pub way: RefundWay,
    /// Who gave it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Who sent the money, where it goes by transfer and has gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_by: Option<PersonId>,
}

impl Refund {
    /// Whether a manager still has to transfer the money.
    #[must_use]
    pub fn is_to_be_sent(&self) -> bool {
        match self.way {
            RefundWay::Transfer => self.sent_by.is_none(),
            RefundWay::Cash { .. } | RefundWay::CardNotSent { .. } | RefundWay::CardTakenBack { .. } => false,
        }
    }
}

/// The way of a refund: that of the payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum RefundWay {
    /// Out of the drawer.
    Cash {
        /// Which drawer session.
        drawer: DrawerId,
        /// What was handed out: the amount, rounded as cash is.
        paid: Money,
    },
    /// By a transfer that a manager makes.
    Transfer,
    /// A typed card that was not sent yet: it is not charged.
    CardNotSent {
        /// The card's payment.
        payment: PaymentId,
    },
    /// A typed card whose approval the host took back on the same day: the customer pays nothing.
    CardTakenBack {
        /// The card's payment.
        payment: PaymentId,
    },
}

impl RefundWay {
    /// The card that was let go or taken back so, if one was.
    #[must_use]
    pub fn let_go(self) -> Option<PaymentId> {
        match self {
            Self::CardNotSent { payment } | Self::CardTakenBack { payment } => Some(payment),
            Self::Cash { .. } | Self::Transfer => None,
        }
    }
}

/// What became of a payment in cash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CashState {
    /// It pays its part.
    #[default]
    Taken,
    /// Its sale was given up and the customer has the money back.
    Returned {
        /// Out of which drawer session.
        drawer: DrawerId,
        /// When.
        at: DateTime<FixedOffset>,
    },
}

impl CashState {
    /// Whether it pays its part.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        match self {
            Self::Taken => true,
            Self::Returned { .. } => false,
        }
    }
}

impl Sale {
    /// Whether it is covered.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.state, SaleState::Done { .. })
    }

    /// What the customer owes for it: nothing of a sale that was given up, and not what a typed card was to pay that
    /// is never sent or was taken back.
    #[must_use]
    pub fn owed(&self) -> Money {
        let owed_minor = match self.state {
            SaleState::Open | SaleState::Done { .. } => self.charged_minor(),
            SaleState::Abandoned { .. } => 0,
        };
        Money::new(owed_minor, self.amount.currency)
    }

    /// What was refunded of it, in whatever way.
    #[must_use]
    pub fn refunded(&self) -> Money {
        let refunded = self.refunds.iter().fold(0_i64, |sum, refund| sum.saturating_add(refund.amount.minor));
        Money::new(refunded, self.amount.currency)
    }

    /// Its amount without what a typed card was to pay that is never sent or was taken back, in minor units.
    pub(crate) fn charged_minor(&self) -> i64 {
        let not_sent = self.refunds.iter().filter(|refund| match refund.way {
            RefundWay::CardNotSent { .. } | RefundWay::CardTakenBack { .. } => true,
            RefundWay::Cash { .. } | RefundWay::Transfer => false,
        });
        not_sent.fold(self.amount.minor, |rest, refund| rest.saturating_sub(refund.amount.minor))
    }
}

/// Money that went back to a customer from whom too much had been taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBack {
    /// How much.
    pub amount: Money,
    /// In which way.
    pub way: GiveBackWay,
    /// Who did it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// The way money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum GiveBackWay {
    /// Out of the drawer.
    Cash {
        /// Which drawer session.
        drawer: DrawerId,
        /// What left it, where cash is rounded and it is another amount than what was owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paid: Option<Money>,
    },
    /// By a refund that a person made on the reader or terminal itself.
    OnReader,
    /// By a transfer, or in another way that leaves no trace at the till.
    OtherWay,
}

impl GiveBackWay {
    /// What goes out of this drawer session in cash for an amount, in minor units.
    #[must_use]
    pub fn out_of_drawer(self, session: DrawerId, amount: Money) -> Option<i64> {
        match self {
            Self::Cash { drawer, paid } if drawer == session => Some(paid.unwrap_or(amount).minor),
            Self::Cash { .. } | Self::OnReader | Self::OtherWay => None,
        }
    }
}
