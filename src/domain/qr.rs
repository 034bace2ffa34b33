//! The life of a QR transfer: a code on a screen proves nothing until the money is seen.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::fact::LossReason;
use crate::domain::ids::{LineId, PersonId};
use crate::domain::money::Money;

/// A code as it was put on the screen. It is journaled, so that the same code is shown after a restart and after a
/// change of the settings, and so that anybody can see later what a customer was asked to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownCode {
    /// The name of the standard in settings and on the command line.
    pub standard: String,
    /// The text in the code, byte for byte.
    pub payload: String,
    /// The payee's name as it stands in the code; none where the standard has none.
    pub payee: Option<String>,
    /// What the shop calls this way to be paid, such as `WeChat Pay`; empty in journals from before it was kept.
    #[serde(default)]
    pub label: String,
    /// Enough of the account to recognise it: `… 3000`.
    pub account: String,
    /// When the code ends, where the standard has an end.
    pub expires_at: Option<DateTime<FixedOffset>>,
    /// The amount above which the customer may not be able to pay by it.
    pub warn_above: Option<Money>,
    /// Whether it carries the sale's reference to the shop's statement. Where it does not, a credit is found by amount
    /// and time. Journals from before this was kept have codes with a reference only.
    #[serde(default = "yes")]
    pub carries_reference: bool,
}

fn yes() -> bool {
    true
}

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
    /// A person said that this line is the payment, although another amount came.
    ShortOrOver {
        /// Which line.
        line: LineId,
        /// What came.
        came: Money,
    },
    /// The code had been withdrawn and the sale ended another way; the money came all the same and goes back.
    RefundDue {
        /// Which line.
        line: LineId,
        /// What came.
        came: Money,
    },
    /// The money did not come: written off, with a name and a reason.
    NeverArrived {
        /// Who decided.
        by: PersonId,
        /// Why.
        reason: LossReason,
    },
    /// The code was taken off the screen unpaid. A code that was shown cannot be called back: money that comes all the
    /// same makes it [`QrState::RefundDue`].
    Withdrawn,
}

impl QrState {
    /// Whether the sale counts as paid by it.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        match self {
            Self::CustomerSaysPaid { .. }
            | Self::ConfirmedByShop { .. }
            | Self::SeenOnStatement { .. }
            | Self::ShortOrOver { .. }
            | Self::RefundDue { .. } => true,
            // The goods are gone although the money never came: the sale stands, the loss is written off.
            Self::NeverArrived { .. } => true,
            Self::Shown | Self::Withdrawn => false,
        }
    }
}
