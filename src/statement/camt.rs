//! ISO 20022 camt.052, camt.053 and camt.054 (`BankToCustomerAccountReport`, `BankToCustomerStatement`,
//! `BankToCustomerDebitCreditNotification`), versions 001.02 to 001.13.
//!
//! One line for each transaction (`TxDtls`) of an entry that has several with amounts of their own, else one for the
//! entry (`Ntry`). Balances and the summary (`TxsSummry`) have to agree with the booked entries.

mod batch;
mod entry;
mod place;
mod summary;
mod transaction;
mod value;

use std::collections::BTreeSet;

use chrono::NaiveDate;

use self::entry::Entry;
use self::place::Place;
use self::summary::Summary;
use self::value::{credit_indicator, currency, join, money, set};
use super::Part;
use super::amount::{Number, signed};
use super::book::{Book, Tally, same_currency};
use super::day;
use super::error::{Fault, StatementError};
use super::xml::{self, Step};
use crate::domain::money::Money;

/// Reads a whole file.
///
/// # Errors
///
/// The first thing that breaks the format, with its line.
pub fn read(text: &str, book: &mut Book) -> Result<(), StatementError> {
    let mut file = File { book, open: None, statements: 0, names: BTreeSet::new() };
    xml::walk(text, |place, step| file.step(place, step))?;
    if file.statements == 0 {
        return Err(StatementError::Bad { line: 1, fault: Fault::Missing { what: "a statement (Stmt, Rpt, Ntfctn)" } });
    }
    Ok(())
}

struct File<'a> {
    book: &'a mut Book,
    /// The statement that is being read.
    open: Option<Box<Open>>,
    statements: usize,
    /// What tells the statements with entries apart that are complete.
    names: BTreeSet<Name>,
}

/// Id, number, page and account, balances and entries: no bank writes two statements with all of them.
type Name = ([String; 3], Option<String>, [Option<i64>; 2], Tally);

/// One `Stmt`, `Rpt` or `Ntfctn`.
#[derive(Default)]
struct Open {
    part: Part,
    /// Its id, its number and its page.
    name: [String; 3],
    opening_on: Option<NaiveDate>,
    closing_on: Option<NaiveDate>,
    /// Whether the opening balance is one (`OPBD`), and not the last statement's closing balance.
    has_opening: bool,
    /// The balance that is being read.
    balance: Balance,
    /// The entry that is being read.
    entry: Option<Entry>,
    summary: Summary,
    /// The booked entries.
    tally: Tally,
    /// How many entries there are, booked or not.
    entries: u64,
    /// The part of them that is valued after the closing balance's day.
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

impl File<'_> {
    fn step(&mut self, place: Place, step: Step<'_>) -> Result<(), Fault> {
        match (place, step) {
            (Place::Ignored, _) => Ok(()),
            (Place::Statement, Step::Open) => {
                self.open = Some(Box::default());
                Ok(())
            }
            (Place::Statement, Step::Close { .. }) => self.end_statement(),
            (Place::Entry, Step::Close { .. }) => self.end_entry(),
            (place, Step::Open) => self.open.as_mut().map_or(Ok(()), |open| open.begin(place, self.book)),
            (place, Step::Close { text, currency }) => {
                self.open.as_mut().map_or(Ok(()), |open| open.close(place, text, currency, self.book))
            }
        }
    }

    fn end_entry(&mut self) -> Result<(), Fault> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let Some(entry) = open.entry.take() else { return Ok(()) };
        open.entries += 1;
        let Some(booked) = entry.book(&mut open.part.currency, self.book)? else { return Ok(()) };
        open.tally.add(booked.minor)?;
        if open.closing_on.is_some_and(|closing_on| booked.valued_on.is_some_and(|valued_on| valued_on > closing_on)) {
            open.valued_later_minor = open.valued_later_minor.checked_add(booked.minor).ok_or(Fault::Overflow)?;
        }
        Ok(())
    }

    fn end_statement(&mut self) -> Result<(), Fault> {
        let Some(open) = self.open.take().map(|open| *open) else { return Ok(()) };
        open.check_balances(self.book)?;
        open.summary.check(&open.tally, open.entries, open.part.currency, self.book)?;
        self.statements += 1;
        let is_named = !open.name[0].is_empty() && open.tally.count() > 0;
        let balances = [open.part.opening, open.part.closing].map(|balance| balance.map(|balance| balance.minor));
        let name = is_named.then(|| (open.name, open.part.account.clone(), balances, open.tally));
        if name.is_some_and(|name| !self.names.insert(name)) {
            return Err(Fault::Repeated { what: "the statement with its number and balances (Id, ElctrncSeqNb)" });
        }
        self.book.take_part(open.part)
    }
}

impl Open {
    fn begin(&mut self, place: Place, book: &Book) -> Result<(), Fault> {
        if place == Place::Balance {
            self.balance = Balance::default();
        } else if place == Place::Entry {
            self.entry = Some(Entry::default());
        } else if place == Place::Details {
            if let Some(entry) = &mut self.entry {
                entry.begin_details();
            }
        } else if place == Place::Transaction
            && let Some(entry) = &mut self.entry
        {
            book.has_room(entry.begin_transaction())?;
        }
        Ok(())
    }

    fn close(&mut self, place: Place, text: &str, code: Option<&str>, book: &mut Book) -> Result<(), Fault> {
        if let Some(entry) = &mut self.entry {
            return entry.close(place, text, code);
        }
        if place == Place::AccountNumber {
            set(&mut self.part.account, text.to_owned(), "the account (Acct/Id)")
        } else if place == Place::AccountCurrency {
            set(&mut self.part.currency, currency(text)?, "the currency of the account (Acct/Ccy)")
        } else if place == Place::BalanceCode {
            set(&mut self.balance.code, text.to_owned(), "the kind of a balance")
        } else if place == Place::BalanceAmount {
            let amount = money(text, code, Number::PLAIN.balance())?;
            set(&mut self.balance.amount, amount, "the amount of a balance")
        } else if place == Place::BalanceIndicator {
            set(&mut self.balance.is_credit, credit_indicator(text)?, "the indicator of a balance (CdtDbtInd)")
        } else if place == Place::BalanceDay {
            set(&mut self.balance.on, day::iso("the date of a balance", text)?, "the date of a balance")
        } else if place == Place::Balance {
            self.end_balance(book)
        } else if place == Place::StatementId {
            text.clone_into(&mut self.name[0]);
            Ok(())
        } else if place == Place::StatementNumber {
            // The bank's number of the electronic and of the legal statement stand in this order.
            join(&mut self.name[1], text)
        } else if place == Place::PageNumber {
            text.clone_into(&mut self.name[2]);
            Ok(())
        } else {
            self.summary.close(place, text)
        }
    }

    /// Keeps the opening and the closing balance. `PRCD`, the last statement's closing balance, is what some banks
    /// write instead of `OPBD`. A statement of several days may have one of each day: the first and the last of them
    /// count. Two of one day have to be the same.
    fn end_balance(&mut self, book: &mut Book) -> Result<(), Fault> {
        let balance = std::mem::take(&mut self.balance);
        let code = balance.code.as_deref().unwrap_or_default();
        if !["OPBD", "PRCD", "CLBD"].contains(&code) {
            return Ok(());
        }
        let amount = balance.amount.ok_or(Fault::Missing { what: "the amount of a balance" })?;
        let is_credit = balance.is_credit.ok_or(Fault::Missing { what: "the indicator of a balance (CdtDbtInd)" })?;
        same_currency(&mut self.part.currency, amount.currency)?;
        let signed = signed(amount, is_credit);
        match code {
            "OPBD" => {
                let what = "the opening balance (OPBD)";
                let known = self.part.opening.filter(|_| self.has_opening);
                let is_later = known.is_some() && balance.on > self.opening_on;
                agree(what, known.filter(|_| balance.on == self.opening_on), signed, book)?;
                if !is_later {
                    (self.part.opening, self.opening_on, self.has_opening) = (Some(signed), balance.on, true);
                }
            }
            "PRCD" => self.part.opening = self.part.opening.or(Some(signed)),
            _ => {
                let what = "the closing balance (CLBD)";
                let is_earlier = self.part.closing.is_some() && balance.on < self.closing_on;
                agree(what, self.part.closing.filter(|_| balance.on == self.closing_on), signed, book)?;
                if !is_earlier {
                    (self.part.closing, self.closing_on) = (Some(signed), balance.on);
                }
            }
        }
        Ok(())
    }

    /// Opening balance and entries make the closing balance. Known exception: `PostFinance` leaves out of `CLBD` what
    /// is booked on its day and valued after it.
    fn check_balances(&self, book: &mut Book) -> Result<(), Fault> {
        let (Some(opening), Some(closing)) = (self.part.opening, self.part.closing) else { return Ok(()) };
        let computed = opening.minor.checked_add(self.tally.net_minor()).ok_or(Fault::Overflow)?;
        let agrees = computed == closing.minor || computed.checked_sub(self.valued_later_minor) == Some(closing.minor);
        book.agree(agrees, || Fault::Balance { computed: Money::new(computed, closing.currency), closing })
    }
}

/// Holds a balance against the one of the same kind and day that was there before.
fn agree(what: &'static str, known: Option<Money>, again: Money, book: &mut Book) -> Result<(), Fault> {
    let Some(known) = known else { return Ok(()) };
    book.agree(known == again, || Fault::Total { what, stated: known.to_string(), found: again.to_string() })
}

#[cfg(test)]
mod tests;
