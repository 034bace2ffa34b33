//! The life of a QR transfer: a code on a screen proves nothing until the money is seen.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::fact::LossReason;
use crate::domain::ids::{LineId, PersonId};

/// How far a QR transfer is known to have come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum QrState {
    /// The code is on the screen.
    Shown,
    /// The customer says it is paid, and the cashier let them go; nobody saw the money.
    CustomerSaysPaid {
        /// When.
        at: DateTime<FixedOffset>,
    },
    /// The credit was seen on the shop's own phone or heard from its sound box.
    ConfirmedByShop {
        /// When.
        at: DateTime<FixedOffset>,
    },
    /// A line of the bank's statement is this payment.
    SeenOnStatement {
        /// Which line.
        line: LineId,
    },
    /// The money did not come: written off, with a name and a reason.
    NeverArrived {
        /// Who decided.
        by: PersonId,
        /// Why.
        reason: LossReason,
    },
    /// The code was taken off the screen unpaid. Money that comes all the same is an unexplained credit.
    Withdrawn,
}

impl QrState {
    /// Whether the sale counts as paid by it.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        match self {
            Self::CustomerSaysPaid { .. } | Self::ConfirmedByShop { .. } | Self::SeenOnStatement { .. } => true,
            // The goods are gone although the money never came: the sale stands, the loss is written off.
            Self::NeverArrived { .. } => true,
            Self::Shown | Self::Withdrawn => false,
        }
    }
}
