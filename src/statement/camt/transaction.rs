//! One transaction (`TxDtls`) inside an entry of a camt statement, and the charges of an entry.

use super::place::TransactionField;
use super::value::{credit_indicator, join, money, set, set_text};
use crate::domain::money::{Currency, Money};
use crate::statement::amount::{Number, signed};
use crate::statement::error::Fault;

/// One `TxDtls` that is being read.
#[derive(Default)]
pub struct Transaction {
    /// `Amt`, since version 001.03.
    amount: Option<Money>,
    /// `AmtDtls/TxAmt/Amt`.
    detailed_amount: Option<Money>,
    is_credit: Option<bool>,
    pub end_to_end_id: Option<String>,
    pub bank_reference: Option<String>,
    pub debtor: Party,
    pub creditor: Party,
    pub structured: String,
    /// Numbers of the documents it pays (`RfrdDocInf/Nb`).
    pub documents: String,
    pub unstructured: String,
    pub additional: String,
}

/// Payer or payee.
#[derive(Default)]
pub struct Party {
    pub name: Option<String>,
    pub account: Option<String>,
}

/// Charges of an entry: a total or records of it.
#[derive(Default)]
pub struct Charges {
    total: Option<Money>,
    records: Vec<Money>,
}

impl Transaction {
    /// Takes the text of an element that ended.
    pub fn set(&mut self, field: TransactionField, text: &str, currency: Option<&str>) -> Result<(), Fault> {
        match field {
            TransactionField::Amount => {
                set(&mut self.amount, money(text, currency, Number::PLAIN)?, "the amount of a transaction (Amt)")
            }
            TransactionField::DetailedAmount => {
                let amount = money(text, currency, Number::PLAIN)?;
                set(&mut self.detailed_amount, amount, "the amount of a transaction (TxAmt)")
            }
            TransactionField::Indicator => {
                set(&mut self.is_credit, credit_indicator(text)?, "the indicator of a transaction (CdtDbtInd)")
            }
            TransactionField::EndToEndId if text == "NOTPROVIDED" => Ok(()),
            TransactionField::EndToEndId => set_text(&mut self.end_to_end_id, text, "the end-to-end id"),
            TransactionField::BankReference => {
                set_text(&mut self.bank_reference, text, "the bank's reference (AcctSvcrRef)")
            }
            TransactionField::DebtorName => set_text(&mut self.debtor.name, text, "the debtor's name"),
            TransactionField::DebtorAccount => set_text(&mut self.debtor.account, text, "the debtor's account"),
            TransactionField::CreditorName => set_text(&mut self.creditor.name, text, "the creditor's name"),
            TransactionField::CreditorAccount => set_text(&mut self.creditor.account, text, "the creditor's account"),
            TransactionField::Unstructured => join(&mut self.unstructured, text),
            TransactionField::Reference => join(&mut self.structured, text),
            TransactionField::Document => join(&mut self.documents, text),
            TransactionField::Additional => join(&mut self.additional, text),
            // The charges are the entry's to sum up.
            TransactionField::ChargesTotal | TransactionField::Charge => Ok(()),
        }
    }

    /// What can be said of an entry as a whole: everything of its only transaction; of several without amounts of their
    /// own, which nobody can tell apart, only what they were for.
    pub fn merged(mut transactions: Vec<Self>) -> Self {
        if transactions.len() < 2 {
            return transactions.pop().unwrap_or_default();
        }
        let mut merged = Self::default();
        let texts = transactions.iter().flat_map(|one| {
            let id = one.end_to_end_id.as_deref().unwrap_or_default();
            [id, &one.structured, &one.documents, &one.unstructured, &one.additional]
        });
        for text in texts {
            // What lies over the bound of a batch that cannot be told apart would tell nothing more.
            if join(&mut merged.unstructured, text).is_err() {
                break;
            }
        }
        merged
    }

    /// Its own amount in the account's currency, with its own sign where it has one. What was changed from another
    /// currency has one of the two places in that currency.
    pub fn own_amount(&self, currency: Currency, entry_is_credit: bool) -> Option<Money> {
        let amount = self.stated_amount(currency).or(self.detailed_amount.filter(|one| one.currency == currency))?;
        Some(signed(amount, self.is_credit.unwrap_or(entry_is_credit)))
    }

    /// What it says it is (`Amt`), where that is in the account's currency.
    pub fn stated_amount(&self, currency: Currency) -> Option<Money> {
        self.amount.filter(|amount| amount.currency == currency)
    }
}

impl Charges {
    /// Takes the total (`TtlChrgsAndTaxAmt`).
    pub fn set_total(&mut self, text: &str, currency: Option<&str>) -> Result<(), Fault> {
        self.total = Some(money(text, currency, Number::PLAIN)?);
        Ok(())
    }

    /// Takes one record.
    pub fn add(&mut self, text: &str, currency: Option<&str>) -> Result<(), Fault> {
        self.records.push(money(text, currency, Number::PLAIN)?);
        Ok(())
    }

    /// What they come to, as far as they are in the account's currency.
    pub fn sum(&self, currency: Currency) -> Result<Money, Fault> {
        let own = |one: &&Money| one.currency == currency;
        let zero = Money::zero(currency);
        match self.total.as_ref().filter(own) {
            Some(total) => Ok(*total),
            None => {
                self.records.iter().filter(own).try_fold(zero, |sum, one| sum.checked_add(*one)).ok_or(Fault::Overflow)
            }
        }
    }
}
