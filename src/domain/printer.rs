//! What is known of the receipt printer.

use serde::{Deserialize, Serialize};

use crate::domain::receipt::ReceiptState;

/// Why the printer does not print, the first thing to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterTrouble {
    /// There is no paper.
    NoPaper,
    /// Its cover is open.
    CoverOpen,
    /// The cutter is jammed.
    CutterJammed,
    /// It reports another fault.
    Broken,
    /// It is off line and does not say why.
    Offline,
    /// There is no way to it, or it does not answer.
    Unreachable,
    /// The text cannot be printed: a defect of the program.
    Unprintable,
}

/// What became of a receipt that was sent to the printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintResult {
    /// The printer has worked on all of it.
    Printed,
    /// It took all of it, and cannot say more.
    Taken,
    /// It failed.
    Failed {
        /// Why.
        trouble: PrinterTrouble,
        /// How far it got; `None` when not a byte was sent.
        reached: Option<Reached>,
    },
}

/// How many lines of a receipt are on paper, when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// So many surely.
    pub surely: u16,
    /// So many at most.
    pub at_most: u16,
    /// So many it has.
    pub of: u16,
}

impl PrintResult {
    /// The state that the receipt is in afterwards.
    #[must_use]
    pub fn state(self) -> ReceiptState {
        match self {
            Self::Printed => ReceiptState::Printed,
            Self::Taken => ReceiptState::Taken,
            Self::Failed { reached: None, .. } => ReceiptState::Waits,
            Self::Failed { reached: Some(Reached { surely, at_most, of }), .. } => {
                ReceiptState::Doubtful { surely, at_most, of }
            }
        }
    }

    /// Why it failed, if it did.
    #[must_use]
    pub fn trouble(self) -> Option<PrinterTrouble> {
        match self {
            Self::Printed | Self::Taken => None,
            Self::Failed { trouble, .. } => Some(trouble),
        }
    }
}
