//! One entry (`Ntry`) of a camt statement and the lines it makes.

use chrono::NaiveDate;

use super::batch::Batch;
use super::place::{EntryField, Place, TransactionField};
use super::transaction::{Charges, Transaction};
use super::value::{boolean, credit_indicator, is_booked, join, money, set, set_text};
use crate::domain::money::{Currency, Money};
use crate::statement::amount::{Number, signed};
use crate::statement::book::{Book, same_currency};
use crate::statement::day;
use crate::statement::error::Fault;

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
    /// The batch that is being read.
    batch: Option<Batch>,
    batches: Vec<Batch>,
    /// How many transactions there were before the present `NtryDtls`.
    before: usize,
}

/// An entry that is money.
pub struct Booked {
    /// Its amount in minor units; credits positive.
    pub minor: i64,
    /// The value date.
    pub valued_on: Option<NaiveDate>,
}

/// What all lines of an entry have in common.
struct Head {
    booked_on: NaiveDate,
    valued_on: Option<NaiveDate>,
    is_reversal: bool,
}

impl Entry {
    /// Begins one more transaction and says how many there are now.
    pub fn begin_transaction(&mut self) -> usize {
        self.transactions.push(Transaction::default());
        self.transactions.len()
    }

    /// Begins its next `NtryDtls`.
    pub fn begin_details(&mut self) {
        self.before = self.transactions.len();
    }

    /// Takes the text of an element that ended.
    pub fn close(&mut self, place: Place, text: &str, currency: Option<&str>) -> Result<(), Fault> {
        match place {
            Place::BatchCount => self.batch.get_or_insert_default().set_count(text),
            Place::BatchTotal => self.batch.get_or_insert_default().set_total(text, currency),
            Place::Details => {
                if let Some(mut batch) = self.batch.take() {
                    batch.transactions = self.before..self.transactions.len();
                    self.batches.push(batch);
                }
                Ok(())
            }
            Place::EntryField(field) => self.set(field, text, currency),
            // Text in older versions; in newer ones there is a code inside and no text.
            Place::Status if !text.is_empty() => self.set(EntryField::Status, text, currency),
            Place::TransactionField(TransactionField::ChargesTotal) => {
                self.transaction_charges.set_total(text, currency)
            }
            Place::TransactionField(TransactionField::Charge) => self.transaction_charges.add(text, currency),
            Place::TransactionField(field) => {
                self.transactions.last_mut().map_or(Ok(()), |last| last.set(field, text, currency))
            }
            _ => Ok(()),
        }
    }

    fn set(&mut self, field: EntryField, text: &str, currency: Option<&str>) -> Result<(), Fault> {
        match field {
            EntryField::Amount => {
                set(&mut self.amount, money(text, currency, Number::PLAIN)?, "the amount of an entry (Amt)")
            }
            EntryField::Indicator => {
                set(&mut self.is_credit, credit_indicator(text)?, "the indicator of an entry (CdtDbtInd)")
            }
            EntryField::Reversal => set(&mut self.is_reversal, boolean(text)?, "the reversal indicator (RvslInd)"),
            EntryField::Status => set(&mut self.is_booked, is_booked(text)?, "the status of an entry (Sts)"),
            EntryField::BookedOn => {
                set(&mut self.booked_on, day::iso("the booking date", text)?, "the booking date (BookgDt)")
            }
            EntryField::ValuedOn => {
                set(&mut self.valued_on, day::iso("the value date", text)?, "the value date (ValDt)")
            }
            EntryField::BankReference => set_text(&mut self.bank_reference, text, "the bank's reference (AcctSvcrRef)"),
            EntryField::Additional => set_text(&mut self.additional, text, "the additional information (AddtlNtryInf)"),
            EntryField::ChargesTotal => self.charges.set_total(text, currency),
            EntryField::Charge => self.charges.add(text, currency),
        }
    }

    /// Books the entry as money, or says `None` when it is only pending or for information. The first amount of a
    /// statement says the account's currency where nothing else has.
    pub fn book(mut self, account: &mut Option<Currency>, book: &mut Book) -> Result<Option<Booked>, Fault> {
        if !self.is_booked.ok_or(Fault::Missing { what: "the status of an entry (Sts)" })? {
            return Ok(None);
        }
        let amount = self.amount.ok_or(Fault::Missing { what: "the amount of an entry (Amt)" })?;
        let is_credit = self.is_credit.ok_or(Fault::Missing { what: "the indicator of an entry (CdtDbtInd)" })?;
        same_currency(account, amount.currency)?;
        let amount = signed(amount, is_credit);
        let head = Head {
            // The booking date is optional in the schema, and the value date is what is left then.
            booked_on: self
                .booked_on
                .or(self.valued_on)
                .ok_or(Fault::Missing { what: "the booking date (BookgDt)" })?,
            valued_on: self.valued_on,
            is_reversal: self.is_reversal.unwrap_or(false),
        };
        let transactions = std::mem::take(&mut self.transactions);
        let parts = self.parts(&transactions, amount, is_credit, book)?;
        for batch in &self.batches {
            batch.check(parts.as_deref(), book)?;
        }
        if let Some(amounts) = parts {
            for (transaction, part) in transactions.into_iter().zip(amounts) {
                let (additional, bank_reference) = (self.additional.clone(), self.bank_reference.clone());
                head.book_line(transaction, part, additional, bank_reference, book)?;
            }
        } else {
            let transaction = Transaction::merged(transactions);
            head.book_line(transaction, amount, self.additional, self.bank_reference, book)?;
        }
        Ok(Some(Booked { minor: amount.minor, valued_on: head.valued_on }))
    }

    /// The amounts of the transactions, where there are several and each carries its own. They and the charges have
    /// to make the entry.
    fn parts(
        &self,
        transactions: &[Transaction],
        entry: Money,
        is_credit: bool,
        book: &mut Book,
    ) -> Result<Option<Vec<Money>>, Fault> {
        if let [only] = transactions {
            // One transaction is the entry, unless it stands for several of which the bank gives no more.
            let stated = only.stated_amount(entry.currency).filter(|_| !self.batches.iter().any(Batch::has_several));
            if let Some(stated) = stated {
                self.agree(entry, signed(stated, is_credit), book)?;
            }
        }
        if transactions.len() < 2 {
            return Ok(None);
        }
        let own = transactions.iter().map(|one| one.own_amount(entry.currency, is_credit));
        let Some(amounts) = own.collect::<Option<Vec<Money>>>() else { return Ok(None) };
        let zero = Money::zero(entry.currency);
        let sum = amounts.iter().try_fold(zero, |sum, one| sum.checked_add(*one)).ok_or(Fault::Overflow)?;
        self.agree(entry, sum, book)?;
        Ok(Some(amounts))
    }

    /// Holds what the transactions come to against the entry; charges may lie between.
    fn agree(&self, entry: Money, sum: Money, book: &mut Book) -> Result<(), Fault> {
        let zero = Money::zero(entry.currency);
        if sum == entry {
            return Ok(());
        }
        let charges = self.charges.sum(entry.currency)?;
        let transaction_charges = self.transaction_charges.sum(entry.currency)?;
        let difference = sum.minor.abs_diff(entry.minor);
        let explained = [zero, charges, transaction_charges].iter().any(|one| one.minor.unsigned_abs() == difference);
        let charges = if charges.is_zero() { transaction_charges } else { charges };
        book.agree(explained, || Fault::EntryParts { entry, transactions: sum, charges })
    }
}

impl Head {
    fn book_line(
        &self,
        transaction: Transaction,
        amount: Money,
        additional: Option<String>,
        bank_reference: Option<String>,
        book: &mut Book,
    ) -> Result<(), Fault> {
        // A reversed credit is a debit, but the payer is still the other side.
        let was_credit = (amount.minor >= 0) != self.is_reversal;
        let party = if was_credit { transaction.debtor } else { transaction.creditor };
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        let mut line = book.line(self.booked_on, amount);
        line.valued_on = self.valued_on;
        // The number of an invoice that is paid is a reference where there is no other, and a text that tells of it else.
        let (mut structured, mut unstructured) = (transaction.structured, transaction.unstructured);
        if structured.is_empty() && transaction.end_to_end_id.is_none() {
            structured = transaction.documents;
        } else {
            join(&mut unstructured, &transaction.documents)?;
        }
        line.reference = said(structured);
        line.end_to_end_id = transaction.end_to_end_id;
        line.counterparty_name = party.name;
        line.counterparty_account = party.account;
        line.description = said(unstructured).or_else(|| said(transaction.additional)).or(additional);
        line.bank_reference = transaction.bank_reference.or(bank_reference);
        line.reversal = self.is_reversal;
        book.take(line)
    }
}
