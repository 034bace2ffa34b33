//! What a person decided about statement lines today: it can be taken back until the day is closed.

use crate::domain::day::Credit;
use crate::domain::day::open::credit;
use crate::domain::ids::LineId;
use crate::domain::ledger::Ledger;
use crate::domain::reconcile::LineState;

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The line that names it; the first one where a transfer came in parts.
    pub line: LineId,
    /// What was decided.
    pub what: DecidedWhat,
    /// The line.
    pub credit: Credit,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedWhat {
    /// The line is a transfer, or a part of one.
    Transfer,
    /// The line pays many transfers out.
    Payout,
    /// The line is no payment's money.
    Explained,
}

/// What can be taken back, in the order of the lines.
#[must_use]
pub fn decided(ledger: &Ledger) -> Vec<Decided> {
    let by_hand = ledger.lines.values().filter(|kept| kept.state.is_by_hand());
    let decision = |kept: &crate::domain::ledger::LedgerLine| {
        let what = match &kept.state {
            // Further lines of one transfer go back together with the first, which alone knows what was before.
            LineState::Matched { before: Some(_), .. } => DecidedWhat::Transfer,
            LineState::Matched { before: None, .. } | LineState::Unexplained => return None,
            LineState::PaidOut { .. } => DecidedWhat::Payout,
            LineState::Explained { .. } => DecidedWhat::Explained,
        };
        Some(Decided { line: kept.line.id, what, credit: credit(&kept.line) })
    };
    by_hand.filter_map(decision).collect()
}
