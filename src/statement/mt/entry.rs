//! A statement line (`:61:`): `6!n[4!n]2a[1!a]15d1!a3!c16x[//16x]` and a supplement on the lines behind it.

use chrono::NaiveDate;

use crate::domain::money::{Currency, Money};
use crate::statement::amount::{Number, signed};
use crate::statement::book::filled;
use crate::statement::error::Fault;
use crate::statement::{day, shortened};

/// What a `:61:` says.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub valued_on: NaiveDate,
    pub booked_on: NaiveDate,
    /// Credits positive.
    pub amount: Money,
    pub is_reversal: bool,
    /// The account owner's reference.
    pub reference: Option<String>,
    pub bank_reference: Option<String>,
    pub supplement: Option<String>,
}

impl Entry {
    /// Reads one, or says `None` when it is only expected (`EC`, `ED`) and no money yet.
    pub fn read(content: &str, currency: Currency) -> Result<Option<Self>, Fault> {
        let wrong = |why| Fault::StatementLine { found: shortened(content), why };
        let (first, supplement) = content.split_once('\n').unwrap_or((content, ""));
        let first = first.trim();
        let (date, rest) = first.split_at_checked(6).ok_or_else(|| wrong("it is too short"))?;
        let century = if date.starts_with(['8', '9']) { "19" } else { "20" };
        let valued_on = bank_day("the value date (:61:)", &format!("{century}{date}"))?;
        let (booked_on, rest) = match rest.split_at_checked(4) {
            Some((date, rest)) if date.bytes().all(|byte| byte.is_ascii_digit()) => {
                (super::nearest(date, valued_on)?, rest)
            }
            Some(_) | None => (valued_on, rest),
        };
        let (mark, rest) = marked(rest).ok_or_else(|| wrong("the mark is none of C, D, RC, RD, EC, ED"))?;
        // The third letter of the currency may stand between mark and amount.
        let rest = rest.strip_prefix(|char: char| char.is_ascii_alphabetic()).unwrap_or(rest);
        let end = rest.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.')).count();
        let (amount, rest) = rest.split_at(end);
        let amount = Number::SWIFT.unsigned(amount, currency)?;
        let (is_credit, is_reversal) = match mark {
            Mark::Credit => (true, false),
            Mark::Debit => (false, false),
            // What takes a credit back is a debit, and the other way round.
            Mark::ReversalOfCredit => (false, true),
            Mark::ReversalOfDebit => (true, true),
            Mark::Expected => return Ok(None),
        };
        let references = after_type(rest);
        let (reference, bank_reference) = references.split_once("//").unwrap_or((references, ""));
        Ok(Some(Self {
            valued_on,
            booked_on,
            amount: signed(amount, is_credit),
            is_reversal,
            reference: filled(reference).filter(|reference| reference != "NONREF"),
            // The word that stands where there is no reference (SWIFT, MT940, subfields 7 and 8) is none.
            bank_reference: filled(bank_reference).filter(|reference| reference != "NONREF"),
            supplement: filled(&supplement.replace('\n', " ")),
        }))
    }
}

enum Mark {
    Credit,
    Debit,
    ReversalOfCredit,
    ReversalOfDebit,
    Expected,
}

fn marked(text: &str) -> Option<(Mark, &str)> {
    let rest = |length: usize| text.get(length..);
    match text.as_bytes() {
        [b'R', b'C', ..] => Some((Mark::ReversalOfCredit, rest(2)?)),
        [b'R', b'D', ..] => Some((Mark::ReversalOfDebit, rest(2)?)),
        [b'E', b'C' | b'D', ..] => Some((Mark::Expected, rest(2)?)),
        [b'C', ..] => Some((Mark::Credit, rest(1)?)),
        [b'D', ..] => Some((Mark::Debit, rest(1)?)),
        _ => None,
    }
}

/// What follows the transaction type (`NTRF`, `FCHK`, `S103`), which some banks leave out.
fn after_type(rest: &str) -> &str {
    match rest.as_bytes() {
        [b'N' | b'F' | b'S', a, b, c, ..] if [a, b, c].iter().all(|byte| byte.is_ascii_alphanumeric()) => &rest[4..],
        _ => rest,
    }
}

/// A day of eight digits; 29 and 30 February are the last of the month, for banks that count every month as 30 days.
pub fn bank_day(what: &'static str, text: &str) -> Result<NaiveDate, Fault> {
    let last = match text.split_at_checked(4) {
        Some((year, "0229" | "0230")) => {
            [29, 28].iter().find_map(|last| day::compact(what, &format!("{year}02{last}")).ok())
        }
        Some(_) | None => None,
    };
    match last {
        Some(day) => Ok(day),
        None if text.len() == 8 => day::compact(what, text),
        None => Err(Fault::Date { what, found: shortened(text) }),
    }
}
