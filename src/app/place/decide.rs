//! Where the sheet stands on which one open item is decided.

use crate::app::event::Choice;
use crate::domain::day::CarryReason;
use crate::domain::fact::LossReason;
use crate::domain::ids::PaymentId;
use crate::domain::reconcile::LineReason;

/// One open item is decided.
#[derive(Debug)]
pub struct DecideTalk {
    /// The item's id.
    pub item: String,
    /// What was chosen.
    pub choice: Option<Choice>,
    /// The sale whose money a credit is that names none.
    pub pick: Option<Pick>,
    /// Why a loss is taken.
    pub reason: Option<LossReason>,
    /// What a line is that no sale explains.
    pub line_reason: Option<LineReason>,
    /// Why the item is carried over.
    pub carry_reason: Option<CarryReason>,
    /// For how many days.
    pub carry_days: Option<u8>,
}

/// The transfer that a person takes for a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Which.
    pub payment: PaymentId,
    /// Whether less came than was asked for: what is missing is a loss.
    pub is_short: bool,
}
