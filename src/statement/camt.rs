//! ISO 20022 camt.053, `BankToCustomerStatement`, versions 001.02 to 001.13.
//!
//! The versions differ in where a few things stand; every place is known by its path of local names, so that one reader
//! takes them all whatever the namespace is called.

use chrono::NaiveDate;

use super::entry::Entry;
use super::error::{Fault, StatementError};
use super::value::{credit_indicator, date, money, set, signed};
use super::xml::{self, Step};
use super::{Format, LINES_MAX, LineIds, Statement};
use crate::domain::money::{Currency, Money};
use crate::domain::reconcile::StatementLine;

const STATEMENT_PATH: &str = "Document/BkToCstmrStmt/Stmt";

/// Reads a whole file.
///
/// # Errors
///
/// The first thing that breaks the format, with its line.
pub fn read(text: &str, ids: LineIds) -> Result<Statement, StatementError> {
    let mut file = File { ids, first: None, closing: None, lines: Vec::new(), part: None };
    xml::walk(text, |path, step| file.step(path, step))?;
    let Some(first) = file.first else {
        return Err(StatementError::Bad { line: 1, fault: Fault::Missing { what: "a statement (Stmt)" } });
    };
    Ok(Statement {
        format: Format::Camt053,
        account: first.account,
        currency: first.currency,
        opening: first.opening,
        closing: file.closing,
        lines: file.lines,
    })
}

/// A file with one or more statements (`Stmt`) of one account, such as one for each day or page.
struct File {
    ids: LineIds,
    first: Option<First>,
    /// The closing balance of the last statement that is complete.
    closing: Option<Money>,
    lines: Vec<StatementLine>,
    /// The statement that is being read.
    part: Option<Part>,
}

/// What the first statement of the file says of all.
struct First {
    account: String,
    currency: Currency,
    opening: Option<Money>,
}

/// One `Stmt`.
#[derive(Default)]
struct Part {
    account: Option<String>,
    currency: Option<Currency>,
    opening: Option<Money>,
    closing: Option<Money>,
    closing_on: Option<NaiveDate>,
    /// The balance that is being read.
    balance: Balance,
    /// The entry that is being read.
    entry: Option<Entry>,
    /// The sum of the booked entries, in minor units.
    entries_minor: i64,
    /// The part of it that is valued after the closing balance's day.
    valued_later_minor: i64,
}

/// One `Bal`.
#[derive(Default)]
struct Balance {
    code: Option<String>,
    amount: Option<Money>,
    is_credit: Option<bool>,
    on: Option<NaiveDate>,
}

impl File {
    fn step(&mut self, path: &str, step: Step<'_>) -> Result<(), Fault> {
        let Some(inside) = path.strip_prefix(STATEMENT_PATH) else { return Ok(()) };
        match (inside, step) {
            ("", Step::Open) => {
                self.part = Some(Part::default());
                Ok(())
            }
            ("", Step::Close { .. }) => self.end_statement(),
            ("/Ntry", Step::Close { .. }) => self.end_entry(),
            (inside, step) => {
                let Some(part) = &mut self.part else { return Ok(()) };
                let Some(inside) = inside.strip_prefix('/') else { return Ok(()) };
                match step {
                    Step::Open => part.open(inside, self.lines.len()),
                    Step::Close { text, currency } => part.close(inside, text, currency),
                }
            }
        }
    }

    fn end_entry(&mut self) -> Result<(), Fault> {
        let Some(part) = &mut self.part else { return Ok(()) };
        let Some(entry) = part.entry.take() else { return Ok(()) };
        let Some(booked) = entry.booked(&mut part.currency)? else { return Ok(()) };
        part.entries_minor = part.entries_minor.checked_add(booked.amount.minor).ok_or(Fault::Overflow)?;
        if part.closing_on.is_some_and(|closing_on| booked.valued_on.is_some_and(|valued_on| valued_on > closing_on)) {
            part.valued_later_minor =
                part.valued_later_minor.checked_add(booked.amount.minor).ok_or(Fault::Overflow)?;
        }
        for detail in &booked.details {
            if self.lines.len() >= LINES_MAX {
                return Err(Fault::TooLong { what: "the list of entries", limit: LINES_MAX });
            }
            self.lines.push(booked.line(detail, self.ids.next_id()));
        }
        Ok(())
    }

    fn end_statement(&mut self) -> Result<(), Fault> {
        let Some(part) = self.part.take() else { return Ok(()) };
        part.check_balances()?;
        let account = part.account.ok_or(Fault::Missing { what: "the account (Acct/Id)" })?;
        let currency = part.currency.ok_or(Fault::Missing { what: "the currency of the account (Acct/Ccy)" })?;
        match &self.first {
            None => self.first = Some(First { account, currency, opening: part.opening }),
            Some(first) if first.account != account => {
                return Err(Fault::TwoAccounts { first: first.account.clone(), other: account });
            }
            Some(first) if first.currency != currency => {
                return Err(Fault::OtherCurrency { found: currency, account: first.currency });
            }
            Some(_) => {}
        }
        self.closing = part.closing;
        Ok(())
    }
}

impl Part {
    fn open(&mut self, path: &str, lines_before: usize) -> Result<(), Fault> {
        match path {
            "Bal" => self.balance = Balance::default(),
            "Ntry" => self.entry = Some(Entry::default()),
            "Ntry/NtryDtls/TxDtls" => {
                let Some(entry) = &mut self.entry else { return Ok(()) };
                if entry.begin_transaction() + lines_before > LINES_MAX {
                    return Err(Fault::TooLong { what: "the list of entries", limit: LINES_MAX });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, path: &str, text: &str, currency: Option<&str>) -> Result<(), Fault> {
        if let Some(path) = path.strip_prefix("Ntry/") {
            return self.entry.as_mut().map_or(Ok(()), |entry| entry.close(path, text, currency));
        }
        match path {
            "Acct/Id/IBAN" | "Acct/Id/Othr/Id" => set(&mut self.account, text.to_owned(), "the account (Acct/Id)"),
            "Acct/Ccy" => {
                let currency = text.parse().map_err(|_| Fault::Currency(super::shortened(text)))?;
                set(&mut self.currency, currency, "the currency of the account (Acct/Ccy)")
            }
            "Bal/Tp/CdOrPrtry/Cd" => set(&mut self.balance.code, text.to_owned(), "the kind of a balance"),
            "Bal/Amt" => set(&mut self.balance.amount, money(text, currency)?, "the amount of a balance"),
            "Bal/CdtDbtInd" => {
                set(&mut self.balance.is_credit, credit_indicator(text)?, "the indicator of a balance (CdtDbtInd)")
            }
            "Bal/Dt/Dt" | "Bal/Dt/DtTm" => {
                set(&mut self.balance.on, date("the date of a balance", text)?, "the date of a balance")
            }
            "Bal" => self.end_balance(),
            _ => Ok(()),
        }
    }

    /// Keeps the opening and the closing balance. `PRCD`, the last statement's closing balance, is what some banks
    /// write instead of `OPBD`.
    fn end_balance(&mut self) -> Result<(), Fault> {
        let balance = std::mem::take(&mut self.balance);
        let code = balance.code.as_deref().unwrap_or_default();
        if !["OPBD", "PRCD", "CLBD"].contains(&code) {
            return Ok(());
        }
        let amount = balance.amount.ok_or(Fault::Missing { what: "the amount of a balance" })?;
        let is_credit = balance.is_credit.ok_or(Fault::Missing { what: "the indicator of a balance (CdtDbtInd)" })?;
        let account = *self.currency.get_or_insert(amount.currency);
        if amount.currency != account {
            return Err(Fault::OtherCurrency { found: amount.currency, account });
        }
        let signed = signed(amount, is_credit);
        match code {
            "OPBD" => self.opening = Some(signed),
            "PRCD" => self.opening = self.opening.or(Some(signed)),
            _ => {
                self.closing = Some(signed);
                self.closing_on = balance.on;
            }
        }
        Ok(())
    }

    /// Opening balance and entries make the closing balance. Known exception: `PostFinance` leaves out of `CLBD` what
    /// is booked on its day and valued after it.
    fn check_balances(&self) -> Result<(), Fault> {
        let (Some(opening), Some(closing)) = (self.opening, self.closing) else { return Ok(()) };
        let computed = opening.minor.checked_add(self.entries_minor).ok_or(Fault::Overflow)?;
        if computed == closing.minor || computed.checked_sub(self.valued_later_minor) == Some(closing.minor) {
            return Ok(());
        }
        Err(Fault::Balance { computed: Money::new(computed, closing.currency), closing })
    }
}

#[cfg(test)]
mod tests;
