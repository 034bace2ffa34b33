//! One transaction (`TxDtls`) inside an entry of a camt statement, and the charges of an entry.

use super::error::Fault;
use super::value::{credit_indicator, join, money, set, set_text, signed};
use crate::domain::money::{Currency, Money};

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
    /// Takes the text of an element that ended, by its path inside.
    pub fn close(&mut self, path: &str, text: &str, currency: Option<&str>) -> Result<(), Fault> {
        match path {
            "Amt" => set(&mut self.amount, money(text, currency)?, "the amount of a transaction (Amt)"),
            "AmtDtls/TxAmt/Amt" => {
                set(&mut self.detailed_amount, money(text, currency)?, "the amount of a transaction (TxAmt)")
            }
            "CdtDbtInd" => {
                set(&mut self.is_credit, credit_indicator(text)?, "the indicator of a transaction (CdtDbtInd)")
            }
            "Refs/EndToEndId" if text == "NOTPROVIDED" => Ok(()),
            "Refs/EndToEndId" => set_text(&mut self.end_to_end_id, text, "the end-to-end id"),
            "Refs/AcctSvcrRef" => set_text(&mut self.bank_reference, text, "the bank's reference (AcctSvcrRef)"),
            "RltdPties/Dbtr/Nm" | "RltdPties/Dbtr/Pty/Nm" => set_text(&mut self.debtor.name, text, "the debtor's name"),
            "RltdPties/Cdtr/Nm" | "RltdPties/Cdtr/Pty/Nm" => {
                set_text(&mut self.creditor.name, text, "the creditor's name")
            }
            "RltdPties/DbtrAcct/Id/IBAN" | "RltdPties/DbtrAcct/Id/Othr/Id" => {
                set_text(&mut self.debtor.account, text, "the debtor's account")
            }
            "RltdPties/CdtrAcct/Id/IBAN" | "RltdPties/CdtrAcct/Id/Othr/Id" => {
                set_text(&mut self.creditor.account, text, "the creditor's account")
            }
            "RmtInf/Ustrd" => join(&mut self.unstructured, text),
            "RmtInf/Strd/CdtrRefInf/Ref" => join(&mut self.structured, text),
            "RmtInf/Strd/AddtlRmtInf" | "AddtlTxInf" => join(&mut self.additional, text),
            _ => Ok(()),
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
            [one.end_to_end_id.as_deref().unwrap_or_default(), &one.structured, &one.unstructured, &one.additional]
        });
        for text in texts {
            // What lies over the bound of a batch that cannot be told apart would tell nothing more.
            if join(&mut merged.unstructured, text).is_err() {
                break;
            }
        }
        merged
    }

    /// Its own amount in the account's currency, with its own sign where it has one.
    pub fn own_amount(&self, currency: Currency, entry_is_credit: bool) -> Option<Money> {
        let amount = self.amount.or(self.detailed_amount).filter(|amount| amount.currency == currency)?;
        Some(signed(amount, self.is_credit.unwrap_or(entry_is_credit)))
    }
}

impl Charges {
    /// Takes the text of an element that ended, by its path inside.
    pub fn close(&mut self, path: &str, text: &str, currency: Option<&str>) -> Result<(), Fault> {
        match path {
            "TtlChrgsAndTaxAmt" => self.total = Some(money(text, currency)?),
            "Rcrd/Amt" | "Amt" => self.records.push(money(text, currency)?),
            _ => {}
        }
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
