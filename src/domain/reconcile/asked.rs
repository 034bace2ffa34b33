//! What somebody asks who reads the rows: what went back of a sale, and which sales a credit may be for.

use std::collections::BTreeMap;

use crate::domain::money::Money;
use crate::domain::reconcile::books::{Books, LineVerdict};
use crate::domain::reconcile::suggest::{Entry, within};

/// The open sales of a reconciliation, by amount and day.
#[derive(Debug)]
pub struct Candidates<'b> {
    books: &'b Books,
    sales: Vec<Entry>,
}

impl Books {
    /// What debits took back, by the sale that they name; never negative.
    #[must_use]
    pub fn went_back(&self) -> BTreeMap<u32, Money> {
        let mut sums = BTreeMap::new();
        for (row, verdict) in self.lines.rows.iter().zip(&self.line_verdicts) {
            if let LineVerdict::TakenBack(sale) = verdict {
                let sum = sums.entry(*sale).or_insert(Money::new(0, row.currency));
                sum.minor = sum.minor.saturating_add(row.minor.saturating_abs());
            }
        }
        sums
    }

    /// The sales that still wait for money.
    #[must_use]
    pub fn candidates(&self) -> Candidates<'_> {
        Candidates { books: self, sales: self.open_sales() }
    }
}

impl Candidates<'_> {
    /// The open sales with the amount and currency of a credit that names none, taken in the days before it was booked;
    /// at most so many, the latest first. Several of them are equally likely, so none is suggested.
    #[must_use]
    pub fn of(&self, line: u32, most: usize) -> Vec<u32> {
        let Some(row) = self.books.lines.rows.get(line as usize) else { return Vec::new() };
        let is_nameless = matches!(self.books.line_verdicts[line as usize], LineVerdict::Open | LineVerdict::Ambiguous);
        if !is_nameless || row.minor <= 0 || row.is_returned() {
            return Vec::new();
        }
        let first = self.books.days_before(row.booked_on);
        let fitting = within(&self.sales, (row.currency, row.minor), first, row.booked_on);
        let sales = self.sales[fitting].iter().rev().map(|(_, _, _, sale)| *sale);
        sales.filter(|sale| !self.books.is_refused(*sale, line)).take(most).collect()
    }
}
