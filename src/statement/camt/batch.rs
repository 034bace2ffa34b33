//! What an entry says of the transactions it was booked from (`NtryDtls/Btch`): how many, and what they come to.

use std::ops::Range;

use super::value::money;
use crate::domain::money::Money;
use crate::statement::amount::Number;
use crate::statement::book::Book;
use crate::statement::error::Fault;
use crate::statement::shortened;

/// The batch of one `NtryDtls`.
#[derive(Default)]
pub struct Batch {
    count: Option<u64>,
    total: Option<Money>,
    /// Which transactions of the entry are its own.
    pub transactions: Range<usize>,
}

impl Batch {
    /// Takes `NbOfTxs`.
    pub fn set_count(&mut self, text: &str) -> Result<(), Fault> {
        // `Max15NumericText`.
        let count = Some(text).filter(|text| text.len() <= 15).and_then(|text| text.parse().ok());
        let what = "the number of transactions (NbOfTxs)";
        let whole = || Fault::Whole { what, found: shortened(text), limit: 999_999_999_999_999 };
        self.count = Some(count.ok_or_else(whole)?);
        Ok(())
    }

    /// Takes `TtlAmt`.
    pub fn set_total(&mut self, text: &str, currency: Option<&str>) -> Result<(), Fault> {
        self.total = Some(money(text, currency, Number::PLAIN.balance())?);
        Ok(())
    }

    /// Whether it says that there are more transactions than one.
    pub fn has_several(&self) -> bool {
        self.count.is_some_and(|count| count > 1)
    }

    /// Holds it against its transactions. Banks give none, or one that stands for all; several have to be all of them.
    /// `amounts` are those of all transactions of the entry, where each has its own.
    pub fn check(&self, amounts: Option<&[Money]>, book: &mut Book) -> Result<(), Fault> {
        if self.transactions.len() < 2 {
            return Ok(());
        }
        if let Some(count) = self.count {
            let found = u64::try_from(self.transactions.len()).unwrap_or(u64::MAX);
            book.agree_count("the number of transactions (NbOfTxs)", count, found)?;
        }
        let own = amounts.and_then(|amounts| amounts.get(self.transactions.clone()));
        let (Some(total), Some(own)) = (self.total, own) else { return Ok(()) };
        if own.iter().any(|one| one.currency != total.currency) {
            return Ok(());
        }
        let zero = Money::zero(total.currency);
        let sum = own.iter().try_fold(zero, |sum, one| sum.checked_add(*one)).ok_or(Fault::Overflow)?;
        book.agree_sum("the sum of transactions (TtlAmt)", total, sum.minor.saturating_abs())
    }
}
