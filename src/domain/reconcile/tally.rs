//! How many sales and lines are in each class, and what they come to.

use crate::domain::reconcile::books::{Books, LineVerdict, SaleVerdict};
use crate::domain::reconcile::sales::Standing;

/// The figures of a reconciliation. Sums are in minor units, of all currencies together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tally {
    /// All sales: those matched, over, under, missing and suggested.
    pub sales: u64,
    /// All lines.
    pub lines: u64,
    /// Sales whose money came, or came earlier, and those that come to nothing.
    pub matched: u64,
    /// Sales for which more came.
    pub over: u64,
    /// Sales for which less came.
    pub under: u64,
    /// Lines that pay or book something twice.
    pub duplicate: u64,
    /// Sales without a line.
    pub missing: u64,
    /// Of these, sales in cash: no line is expected for them.
    pub missing_cash: u64,
    /// Credits that no sale explains.
    pub unknown: u64,
    /// Sales that a person has to look at.
    pub suggested: u64,
    /// Debits with the reference of a sale.
    pub taken_back: u64,
    /// What they come to, never negative.
    pub taken_back_minor: i128,
    /// Other debits, and lines of nothing.
    pub outgoing: u64,
    /// What the lines of the matched sales come to.
    pub matched_minor: i128,
    /// Line minus sale, over all that are over or under.
    pub difference_minor: i128,
}

impl Books {
    /// The figures.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally { sales: self.sales.len() as u64, lines: self.lines.len() as u64, ..Tally::default() };
        for (place, (row, verdict)) in (0_u32..).zip(self.sales.rows.iter().zip(&self.sale_verdicts)) {
            match verdict {
                SaleVerdict::Matched(_) => tally.matched += 1,
                SaleVerdict::Differs(line) => {
                    let came = self.came_minor(place, *line);
                    tally.difference_minor += i128::from(came) - i128::from(row.minor);
                    if came.unsigned_abs() > row.minor.unsigned_abs() {
                        tally.over += 1;
                    } else {
                        tally.under += 1;
                    }
                }
                SaleVerdict::Suggested(_, _) => tally.suggested += 1,
                SaleVerdict::Open => match row.standing {
                    Standing::Seen => {
                        tally.matched += 1;
                        tally.matched_minor += i128::from(row.minor);
                    }
                    Standing::Nothing => tally.matched += 1,
                    Standing::Open | Standing::WrittenOff => tally.missing += 1,
                    // Not a sale: a code that was taken off the screen. It only explains a line.
                    Standing::Withdrawn => tally.sales = tally.sales.saturating_sub(1),
                    Standing::Cash => {
                        tally.missing += 1;
                        tally.missing_cash += 1;
                    }
                },
            }
        }
        for (row, verdict) in self.lines.rows.iter().zip(&self.line_verdicts) {
            match verdict {
                LineVerdict::Matched(_) => tally.matched_minor += i128::from(row.minor),
                LineVerdict::Differs(_) | LineVerdict::Suggested(_, _) => {}
                LineVerdict::Duplicate(_) | LineVerdict::BookedBefore(_) => tally.duplicate += 1,
                LineVerdict::Refused(sale) => match self.sales.rows[*sale as usize].standing {
                    Standing::WrittenOff | Standing::Withdrawn => tally.unknown += 1,
                    Standing::Open | Standing::Cash | Standing::Seen | Standing::Nothing => tally.duplicate += 1,
                },
                LineVerdict::TakenBack(_) => {
                    tally.taken_back += 1;
                    tally.taken_back_minor -= i128::from(row.minor);
                }
                LineVerdict::OtherCurrency(_)
                | LineVerdict::OtherSign(_)
                | LineVerdict::Returned(_)
                | LineVerdict::Several
                | LineVerdict::Ambiguous => tally.unknown += 1,
                LineVerdict::Open if row.minor > 0 => tally.unknown += 1,
                LineVerdict::Outgoing | LineVerdict::Open => tally.outgoing += 1,
            }
        }
        tally
    }
}
