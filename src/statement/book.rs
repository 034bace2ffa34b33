//! What every reader fills: lines within the bound, the parts they belong to, and the totals they have to agree with.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::error::Fault;
use super::{Fee, Format, LINES_MAX, Part, Progress, Statement};
use crate::domain::ids::{IdSource, LineId};
use crate::domain::money::{Currency, Money};
use crate::domain::reconcile::StatementLine;

/// How many overruled totals are told; a file in which nothing agrees does not fill the memory.
pub const OVERRULED_MAX: usize = 20;

/// The statement that is being read.
pub struct Book {
    ids: LineIds,
    despite_totals: bool,
    lines: Vec<StatementLine>,
    parts: Vec<Part>,
    /// How many lines the parts have.
    in_parts: usize,
    fees: Vec<Fee>,
    overruled: Vec<Fault>,
    left_out: usize,
    progress: Option<Progress>,
}

impl Book {
    pub fn new(ids: &mut IdSource, despite_totals: bool) -> Self {
        let (lines, parts, fees, overruled) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (in_parts, left_out, progress) = (0, 0, None);
        Self { ids: LineIds::new(ids), despite_totals, lines, parts, in_parts, fees, overruled, left_out, progress }
    }

    /// Somebody waits for it, and may stop it.
    pub fn watch(&mut self, progress: Progress) {
        self.progress = Some(progress);
    }

    /// A line that says nothing yet but when and how much.
    pub fn line(&mut self, booked_on: NaiveDate, amount: Money) -> StatementLine {
        StatementLine {
            id: self.ids.next_id(),
            account: None,
            booked_on,
            valued_on: None,
            amount,
            reference: None,
            end_to_end_id: None,
            counterparty_name: None,
            counterparty_account: None,
            description: None,
            bank_reference: None,
            reversal: false,
        }
    }

    /// Takes a line.
    pub fn take(&mut self, line: StatementLine) -> Result<(), Fault> {
        self.has_room(1)?;
        self.lines.push(line);
        let goes_on = self.progress.as_ref().is_none_or(|progress| progress.goes_on(self.lines.len()));
        if goes_on { Ok(()) } else { Err(Fault::Cancelled) }
    }

    /// Leaves out a row that is no money: a payment that was refused or is not done yet.
    pub fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// The lines of the part that is being read.
    pub fn of_part(&mut self) -> &mut [StatementLine] {
        &mut self.lines[self.in_parts..]
    }

    /// Takes lines of the part that is being read off again, by their places in it.
    pub fn take_off(&mut self, places: &BTreeSet<usize>) {
        let mut place = 0;
        let begin = self.in_parts;
        self.lines.retain(|_| {
            let is_off = place >= begin && places.contains(&(place - begin));
            place += 1;
            !is_off
        });
    }

    /// Takes what was kept of the last line.
    pub fn take_fee(&mut self, fee: Money, net: Money) {
        if let Some(line) = self.lines.len().checked_sub(1) {
            self.fees.push(Fee { line, fee, net });
        }
    }

    /// Takes a part that is complete: the lines since the one before it stand on its account.
    pub fn take_part(&mut self, part: Part) -> Result<(), Fault> {
        if self.parts.len() >= LINES_MAX {
            return Err(Fault::TooLong { what: "the list of statements", limit: LINES_MAX });
        }
        for line in self.lines.iter_mut().skip(self.in_parts) {
            line.account.clone_from(&part.account);
        }
        self.in_parts = self.lines.len();
        self.parts.push(part);
        Ok(())
    }

    /// Whether so many more lines may come.
    pub fn has_room(&self, more: usize) -> Result<(), Fault> {
        if self.lines.len() + more > LINES_MAX {
            return Err(Fault::TooLong { what: "the list of entries", limit: LINES_MAX });
        }
        Ok(())
    }

    /// Holds a total of the file against its lines. It is the file's word against itself, so a person may overrule it.
    pub fn agree(&mut self, agrees: bool, fault: impl FnOnce() -> Fault) -> Result<(), Fault> {
        if agrees {
            return Ok(());
        }
        let fault = fault();
        if !self.despite_totals {
            return Err(fault);
        }
        if self.overruled.len() < OVERRULED_MAX {
            self.overruled.push(fault);
        }
        Ok(())
    }

    /// Holds a number of lines that the file states against those there are.
    pub fn agree_count(&mut self, what: &'static str, stated: u64, found: u64) -> Result<(), Fault> {
        let fault = || Fault::Total { what, stated: stated.to_string(), found: found.to_string() };
        self.agree(stated == found, fault)
    }

    /// Holds a sum that the file states against that of its lines.
    pub fn agree_sum(&mut self, what: &'static str, stated: Money, found_minor: i64) -> Result<(), Fault> {
        let found = Money::new(found_minor, stated.currency);
        self.agree(stated == found, || Fault::Total { what, stated: stated.to_string(), found: found.to_string() })
    }

    /// The statement, when all was read.
    pub fn close(self, format: Format) -> Statement {
        let Self { lines, parts, fees, overruled, left_out, .. } = self;
        Statement { format, parts, lines, fees, overruled, left_out }
    }
}

/// Credits and debits of a part: how many and how much, in minor units and without signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    pub credits: u64,
    pub credits_minor: i64,
    pub debits: u64,
    pub debits_minor: i64,
}

impl Tally {
    /// Counts an amount; credits positive.
    pub fn add(&mut self, minor: i64) -> Result<(), Fault> {
        let (count, sum) = if minor < 0 {
            (&mut self.debits, &mut self.debits_minor)
        } else {
            (&mut self.credits, &mut self.credits_minor)
        };
        *count += 1;
        *sum = minor.checked_abs().and_then(|minor| sum.checked_add(minor)).ok_or(Fault::Overflow)?;
        Ok(())
    }

    pub fn count(&self) -> u64 {
        self.credits + self.debits
    }

    /// Credits less debits. Neither is below zero, so that this cannot wrap.
    pub fn net_minor(&self) -> i64 {
        self.credits_minor - self.debits_minor
    }

    /// Credits and debits together.
    pub fn gross_minor(&self) -> Result<i64, Fault> {
        self.credits_minor.checked_add(self.debits_minor).ok_or(Fault::Overflow)
    }
}

/// The first currency that is told of an account is the account's; any other is refused.
pub fn same_currency(account: &mut Option<Currency>, found: Currency) -> Result<Currency, Fault> {
    let account = *account.get_or_insert(found);
    if found == account { Ok(account) } else { Err(Fault::OtherCurrency { found, account }) }
}

/// A text that says something.
pub fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Ids for the lines of one file.
///
/// An [`IdSource`] makes only as many ids as twelve bits count before they repeat, and a file may have more lines. So
/// one id is drawn for the file, and the lines count in the last 32 bits of it: the ids keep their order and the 30
/// random bits before them.
struct LineIds {
    first: u128,
    made: u32,
}

impl LineIds {
    fn new(ids: &mut IdSource) -> Self {
        Self { first: ids.next_uuid().as_u128() & !u128::from(u32::MAX), made: 0 }
    }

    fn next_id(&mut self) -> LineId {
        let id = LineId(uuid::Uuid::from_u128(self.first | u128::from(self.made)));
        // A file has at most `LINES_MAX` lines, far fewer than this counts.
        self.made = self.made.wrapping_add(1);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_lines_differ_beyond_twelve_bits_and_keep_their_order() {
        let mut ids = IdSource::new(1_764_000_000_000, 7);
        let mut lines = LineIds::new(&mut ids);
        let made: Vec<LineId> = (0..10_000).map(|_| lines.next_id()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.0.get_version_num() == 7));
        assert_ne!(made[1].0, ids.next_uuid());
    }

    #[test]
    fn a_total_that_disagrees_is_refused_or_told_within_a_bound() {
        let mut ids = IdSource::new(0, 0);
        let mut strict = Book::new(&mut ids, false);
        assert!(strict.agree_count("rows", 3, 3).is_ok());
        let fault = strict.agree_count("rows", 3, 2).unwrap_err();
        assert_eq!(fault.to_string(), "it does not add up: rows is 3 in the file, its lines make 2");
        let mut lenient = Book::new(&mut ids, true);
        for _ in 0..100 {
            lenient.agree_sum("sum", Money::new(100, Currency::EUR), 99).unwrap();
        }
        assert_eq!(lenient.close(Format::Csv).overruled.len(), OVERRULED_MAX);
    }
}
