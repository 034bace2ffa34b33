//! The one JSON line that a demo day ends with. Every figure is counted, none is known beforehand.

use serde::Serialize;

use crate::demo::books::Disagreement;
use crate::domain::day::DayFigures;

/// The figures of a demo day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Sales done.
    pub sales: u32,
    /// Payments taken, by tender.
    pub by_tender: ByTender,
    /// Typed cards stored for later.
    pub stored: u32,
    /// Typed cards approved.
    pub approved: u32,
    /// Typed cards declined.
    pub declined: u32,
    /// Typed cards parked at the close.
    pub parked: u32,
    /// Transfers found on the statement.
    pub statement_matched: u32,
    /// Credits that no sale explains.
    pub statement_unmatched: u32,
    /// Float and cash sales, in minor units.
    pub cash_expected_minor: i64,
    /// The blind count, in minor units.
    pub cash_counted_minor: i64,
    /// Real time from the reader's death to the outage on the screen.
    pub detected_ms: u64,
    /// Payments on which the books disagree.
    pub lost: usize,
    /// Sales that were paid more than once.
    pub duplicated: usize,
    /// Whether `stopgap ledger verify` finds the ledger whole.
    pub ledger_verified: bool,
}

/// Payments taken, by tender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ByTender {
    /// On the reader.
    pub reader: u32,
    /// By transfer.
    pub qr: u32,
    /// By typed card.
    pub card: u32,
    /// In cash.
    pub cash: u32,
}

impl Summary {
    /// The summary of a closed day.
    #[must_use]
    pub fn new(figures: &DayFigures, detected_ms: u64, found: &[Disagreement], ledger_verified: bool) -> Self {
        let lost = found.iter().filter(|one| matches!(one, Disagreement::Lost(_))).count();
        Self {
            sales: figures.sales,
            by_tender: ByTender {
                reader: figures.reader.count,
                qr: figures.qr.count,
                card: figures.card.count,
                cash: figures.cash.count,
            },
            stored: figures.stored,
            approved: figures.approved,
            declined: figures.declined,
            parked: figures.parked,
            statement_matched: figures.statement_matched,
            statement_unmatched: figures.statement_unmatched,
            cash_expected_minor: figures.cash_expected_minor,
            cash_counted_minor: figures.cash_counted_minor,
            detected_ms,
            lost,
            duplicated: found.len() - lost,
            ledger_verified,
        }
    }

    /// Whether the day may be called a success.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.lost == 0 && self.duplicated == 0 && self.ledger_verified
    }
}
