//! A receipt on its way through a printer.
//!
//! ```text
//!             ┌───── nothing was sent ─────┐
//!             ▼                            │
//!  queued ─ Waits ──────────────────► Printing ──► Printed   the printer has worked on all of it
//!             │                            │
//!             │                            ├─────► Taken     it took all of it and cannot say more
//!             │                            └─────► Doubtful  some of it may be on paper: a person looks
//!             └──────► GivenUp ◄───────────────────────┘
//! ```
//!
//! A receipt is *Printing* on disk before the first byte goes out. So one that was under way when the program died is
//! doubtful and is never printed again by itself; what a person wants printed then is a new receipt that says COPY.

use serde::{Deserialize, Serialize};

use crate::domain::ids::ReceiptId;

/// Which of the papers of a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptPaper {
    /// The customer's.
    Customer,
    /// The shop's.
    Shop,
}

/// One receipt that is printed, or waits to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintJob {
    /// Ours.
    pub id: ReceiptId,
    /// Whose paper.
    pub paper: ReceiptPaper,
    /// It says COPY.
    pub is_copy: bool,
    /// How far it is.
    pub state: ReceiptState,
}

/// How far a receipt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReceiptState {
    /// Nothing of it was sent to the printer.
    Waits,
    /// It is about to be sent.
    Printing,
    /// The printer has worked on all of it.
    Printed,
    /// The printer took all of it and cannot say what became of it.
    Taken,
    /// Some of it may be on paper.
    Doubtful {
        /// So many lines are surely printed, where the printer said so.
        #[serde(default)]
        surely: u16,
        /// So many at most; zero where nobody knows.
        #[serde(default)]
        at_most: u16,
        /// So many it has; zero where nobody knows.
        #[serde(default)]
        of: u16,
    },
    /// A person looked at it, or no longer wants it.
    GivenUp,
}

impl ReceiptState {
    /// The state table: a receipt that may be on paper never waits again.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Waits, Self::Printing | Self::GivenUp)
            | (Self::Printing, Self::Waits | Self::Printed | Self::Taken | Self::Doubtful { .. })
            | (Self::Doubtful { .. }, Self::Printed | Self::GivenUp) => true,
            (Self::Waits | Self::Printing | Self::Printed | Self::Taken | Self::Doubtful { .. } | Self::GivenUp, _) => {
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_on_paper_is_never_printed_again() {
        let doubtful = ReceiptState::Doubtful { surely: 4, at_most: 8, of: 20 };
        let all = [
            ReceiptState::Waits,
            ReceiptState::Printing,
            ReceiptState::Printed,
            ReceiptState::Taken,
            doubtful,
            ReceiptState::GivenUp,
        ];
        let to_printing: Vec<_> = all.iter().filter(|state| state.may_become(ReceiptState::Printing)).collect();
        assert_eq!(to_printing, [&ReceiptState::Waits]);
        let to_waiting: Vec<_> = all.iter().filter(|state| state.may_become(ReceiptState::Waits)).collect();
        assert_eq!(to_waiting, [&ReceiptState::Printing]);
        for end in [ReceiptState::Printed, ReceiptState::Taken, ReceiptState::GivenUp] {
            assert!(all.iter().all(|next| !end.may_become(*next)), "{end:?}");
        }
    }
}
