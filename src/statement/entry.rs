//! One entry (`Ntry`) of a camt statement and the lines it makes.

use chrono::NaiveDate;

use super::error::Fault;
use super::transaction::{Charges, Transaction};
use super::value::{boolean, credit_indicator, date, is_booked, money, set, set_text, signed};
use crate::domain::ids::LineId;
use crate::domain::money::{Currency, Money};
use crate::domain::reconcile::StatementLine;

/// An entry that is being read.
#[derive(Default)]
pub struct Entry {
    amount: Option<Money>,
    is_credit: Option<bool>,
    is_reversal: Option<bool>,
    is_booked: Option<bool>,
    booked_on: Option<NaiveDate>,
    valued_on: Option<NaiveDate>,
    bank_reference: Option<String>,
    additional: Option<String>,
    charges: Charges,
    transaction_charges: Charges,
    transactions: Vec<Transaction>,
}

/// An entry that is money, with everything checked.
pub struct BookedEntry {
    /// Its amount; credits positive.
    pub amount: Money,
    /// The value date.
    pub valued_on: Option<NaiveDate>,
    booked_on: NaiveDate,
    is_reversal: bool,
    /// What becomes a line each: at least one.
    pub details: Vec<Detail>,
}

/// What is told of one line beside the entry's dates.
pub struct Detail {
    amount: Money,
    reference: Option<String>,
    end_to_end_id: Option<String>,
    counterparty_name: Option<String>,
    counterparty_account: Option<String>,
    description: Option<String>,
    bank_reference: Option<String>,
}

impl Entry {
    /// Begins one more transaction and says how many there are now.
    pub fn begin_transaction(&mut self) -> usize {
        self.transactions.push(Transaction::default());
        self.transactions.len()
    }

    /// Takes the text of an element that ended, by its path inside the entry.
    pub fn close(&mut self, path: &str, text: &str, currency: Option<&str>) -> Result<(), Fault> {
        if let Some(path) = path.strip_prefix("NtryDtls/TxDtls/") {
            if let Some(place) = path.strip_prefix("Chrgs/") {
                return self.transaction_charges.close(place, text, currency);
            }
            return self.transactions.last_mut().map_or(Ok(()), |last| last.close(path, text, currency));
        }
        if let Some(place) = path.strip_prefix("Chrgs/") {
            return self.charges.close(place, text, currency);
        }
        match path {
            "Amt" => set(&mut self.amount, money(text, currency)?, "the amount of an entry (Amt)"),
            "CdtDbtInd" => set(&mut self.is_credit, credit_indicator(text)?, "the indicator of an entry (CdtDbtInd)"),
            "RvslInd" => set(&mut self.is_reversal, boolean(text)?, "the reversal indicator (RvslInd)"),
            // Text in older versions, a code inside in newer ones.
            "Sts" if text.is_empty() => Ok(()),
            "Sts" | "Sts/Cd" => set(&mut self.is_booked, is_booked(text)?, "the status of an entry (Sts)"),
            "BookgDt/Dt" | "BookgDt/DtTm" => {
                set(&mut self.booked_on, date("the booking date", text)?, "the booking date (BookgDt)")
            }
            "ValDt/Dt" | "ValDt/DtTm" => {
                set(&mut self.valued_on, date("the value date", text)?, "the value date (ValDt)")
            }
            "AcctSvcrRef" => set_text(&mut self.bank_reference, text, "the bank's reference (AcctSvcrRef)"),
            "AddtlNtryInf" => set_text(&mut self.additional, text, "the additional information (AddtlNtryInf)"),
            _ => Ok(()),
        }
    }

    /// The entry as money, or `None` when it is only pending or for information. The first amount of a statement says
    /// the account's currency where nothing else has.
    pub fn booked(mut self, account_currency: &mut Option<Currency>) -> Result<Option<BookedEntry>, Fault> {
        if !self.is_booked.ok_or(Fault::Missing { what: "the status of an entry (Sts)" })? {
            return Ok(None);
        }
        let amount = self.amount.ok_or(Fault::Missing { what: "the amount of an entry (Amt)" })?;
        let is_credit = self.is_credit.ok_or(Fault::Missing { what: "the indicator of an entry (CdtDbtInd)" })?;
        let currency = *account_currency.get_or_insert(amount.currency);
        if amount.currency != currency {
            return Err(Fault::OtherCurrency { found: amount.currency, account: currency });
        }
        let amount = signed(amount, is_credit);
        // The booking date is optional in the schema, and the value date is what is left then.
        let booked_on =
            self.booked_on.or(self.valued_on).ok_or(Fault::Missing { what: "the booking date (BookgDt)" })?;
        let is_reversal = self.is_reversal.unwrap_or(false);
        let transactions = std::mem::take(&mut self.transactions);
        let details = match self.parts(&transactions, amount, is_credit)? {
            Some(amounts) => {
                transactions.into_iter().zip(amounts).map(|(one, part)| self.detail(one, part, is_reversal)).collect()
            }
            None => vec![self.detail(Transaction::merged(transactions), amount, is_reversal)],
        };
        Ok(Some(BookedEntry { amount, valued_on: self.valued_on, booked_on, is_reversal, details }))
    }

    /// The amounts of the transactions, where there are several and each carries its own. They and the charges have
    /// to make the entry.
    fn parts(&self, transactions: &[Transaction], entry: Money, is_credit: bool) -> Result<Option<Vec<Money>>, Fault> {
        if transactions.len() < 2 {
            return Ok(None);
        }
        let own = transactions.iter().map(|one| one.own_amount(entry.currency, is_credit));
        let Some(amounts) = own.collect::<Option<Vec<Money>>>() else { return Ok(None) };
        let zero = Money::zero(entry.currency);
        let sum = amounts.iter().try_fold(zero, |sum, one| sum.checked_add(*one)).ok_or(Fault::Overflow)?;
        let charges = self.charges.sum(entry.currency)?;
        let transaction_charges = self.transaction_charges.sum(entry.currency)?;
        let difference = sum.minor.abs_diff(entry.minor);
        let explained = [zero, charges, transaction_charges].iter().any(|one| one.minor.unsigned_abs() == difference);
        if !explained {
            let charges = if charges.is_zero() { transaction_charges } else { charges };
            return Err(Fault::EntryParts { entry, transactions: sum, charges });
        }
        Ok(Some(amounts))
    }

    fn detail(&self, transaction: Transaction, amount: Money, is_reversal: bool) -> Detail {
        // A reversed credit is a debit, but the payer is still the other side.
        let was_credit = (amount.minor >= 0) != is_reversal;
        let party = if was_credit { transaction.debtor } else { transaction.creditor };
        let description =
            [transaction.unstructured, transaction.additional, self.additional.clone().unwrap_or_default()]
                .into_iter()
                .find(|text| !text.is_empty());
        Detail {
            amount,
            reference: Some(transaction.structured).filter(|text| !text.is_empty()),
            end_to_end_id: transaction.end_to_end_id,
            counterparty_name: party.name,
            counterparty_account: party.account,
            description,
            bank_reference: transaction.bank_reference.or_else(|| self.bank_reference.clone()),
        }
    }
}

impl BookedEntry {
    /// One line.
    pub fn line(&self, detail: &Detail, id: LineId) -> StatementLine {
        StatementLine {
            id,
            booked_on: self.booked_on,
            valued_on: self.valued_on,
            amount: detail.amount,
            reference: detail.reference.clone(),
            end_to_end_id: detail.end_to_end_id.clone(),
            counterparty_name: detail.counterparty_name.clone(),
            counterparty_account: detail.counterparty_account.clone(),
            description: detail.description.clone(),
            bank_reference: detail.bank_reference.clone(),
            reversal: self.is_reversal,
        }
    }
}
