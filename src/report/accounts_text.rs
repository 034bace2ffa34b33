//! The entries as text for hledger and for beancount, with what has to be left in each clearing account: either program
//! refuses the text when that is not so.

use std::collections::BTreeSet;
use std::fmt::Write;

use chrono::{Days, NaiveDate};

use super::DayReport;
use super::accounts::{Account, Entry, accounts};
use crate::domain::money::{Currency, Money};
use crate::domain::sale::TenderKind;

/// The days as a journal for hledger; nothing where there is no day.
#[must_use]
pub fn hledger(days: &[DayReport]) -> Option<String> {
    let (last, first) = (days.last()?, days.first()?);
    let (entries, open) = accounts(days);
    let mut text = String::new();
    put(&mut text, format_args!("; {}\n{BY_ITSELF}", heading(last)));
    for day in days {
        put_left_out(&mut text, day);
    }
    for entry in &entries {
        put(&mut text, format_args!("\n{} * {}", entry.date, entry.text));
        for (account, minor) in &entry.postings {
            put(&mut text, format_args!("    {}  {}", name(*account), amount(*minor, last.currency)));
        }
    }
    put(&mut text, format_args!("\n{} * What is still open", end(&entries, first.date)));
    for (account, minor) in open {
        let (nothing, left) = (amount(0, last.currency), amount(minor, last.currency));
        put(&mut text, format_args!("    {}  {nothing} = {left}", name(account)));
    }
    Some(text)
}

/// The days as a ledger for beancount; nothing where there is no day.
#[must_use]
pub fn beancount(days: &[DayReport]) -> Option<String> {
    let (last, first) = (days.last()?, days.first()?);
    let (entries, open) = accounts(days);
    let mut text = String::new();
    put(&mut text, format_args!("; {}\n{BY_ITSELF}", heading(last)));
    for day in days {
        put_left_out(&mut text, day);
    }
    put(&mut text, format_args!("option \"operating_currency\" \"{}\"", last.currency.code()));
    let begin = entries.first().map_or(first.date, |entry| entry.date.min(first.date));
    let used = entries.iter().flat_map(|entry| &entry.postings).map(|(account, _)| *account);
    let used: BTreeSet<Account> = used.chain(open.iter().map(|(account, _)| *account)).collect();
    for account in used {
        put(&mut text, format_args!("{begin} open {} {}", name(account), last.currency.code()));
    }
    for entry in &entries {
        put(&mut text, format_args!("\n{} * \"{}\"", entry.date, entry.text));
        for (account, minor) in &entry.postings {
            put(&mut text, format_args!("  {}  {}", name(*account), amount(*minor, last.currency)));
        }
    }
    // A balance is that of the morning.
    let after = end(&entries, first.date).checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    text.push('\n');
    for (account, minor) in open {
        put(&mut text, format_args!("{after} balance {}  {}", name(account), amount(minor, last.currency)));
    }
    Some(text)
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = text.write_fmt(line);
    text.push('\n');
}

/// Books that lack something say so.
fn put_left_out(text: &mut String, day: &DayReport) {
    if day.is_blind {
        let why =
            "is open and its drawer is not counted: whatever goes into or out of the drawer is left out until then";
        put(text, format_args!("; The day {} {why}.", day.date));
    }
}

/// One line that no name of a shop can break.
fn heading(day: &DayReport) -> String {
    let shop: String = day.heading.shop.chars().filter(|char| !char.is_control()).collect();
    let shop = if shop.is_empty() { String::new() } else { format!("{shop}, ") };
    let demo = if day.heading.is_demo { ", DEMO" } else { "" };
    format!("{shop}till {}{demo}, up to {}, made by Stopgap", day.heading.till, day.date)
}

/// Two such files are not to be joined: the second would open once more what the first left open.
const BY_ITSELF: &str = "; It stands by itself: what was open before comes from Equity:Opening-Balances. Take several days \
                         together by --from and --to.";

fn end(entries: &[Entry], first: NaiveDate) -> NaiveDate {
    entries.iter().map(|entry| entry.date).max().unwrap_or(first)
}

fn amount(minor: i64, currency: Currency) -> String {
    format!("{} {}", Money::new(minor, currency).plain(), currency.code())
}

/// The name of an account, valid in both programs.
fn name(account: Account) -> &'static str {
    match account {
        Account::Sales => "Income:Sales",
        Account::Clearing(TenderKind::Reader) => "Assets:Clearing:Reader",
        Account::Clearing(TenderKind::Qr) => "Assets:Clearing:Transfers",
        Account::Clearing(TenderKind::Card) => "Assets:Clearing:Cards",
        Account::Clearing(TenderKind::Cash) => "Assets:Clearing:Cash",
        Account::Acquirer => "Assets:Acquirer",
        Account::Bank => "Assets:Bank",
        Account::Drawer => "Assets:Cash:Drawer",
        Account::Foreign => "Assets:Cash:Foreign",
        Account::Safe => "Assets:Cash:Safe",
        Account::Losses => "Expenses:Losses",
        Account::Fees => "Expenses:Fees",
        Account::Rounding => "Expenses:Rounding",
        Account::Exchange => "Expenses:Exchange-Difference",
        Account::CashDifference => "Expenses:Cash-Difference",
        Account::PaidOut => "Expenses:Paid-Out",
        Account::Customers => "Liabilities:Customers",
        Account::NotOurs => "Liabilities:Unexplained",
        Account::Undecided => "Liabilities:Undecided",
        Account::Opening => "Equity:Opening-Balances",
    }
}
