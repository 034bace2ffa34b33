//! SWIFT MT940 (customer statement) and MT942 (interim transaction report), alone or in their envelopes.
//!
//! One line for each `:61:`, told more of by the `:86:` behind it. A file may have several messages, a message several
//! pages (`:62M:`, then `:60M:`); each page's balances have to agree with its lines.

mod details;
mod entry;

use std::collections::BTreeSet;

use chrono::NaiveDate;

use self::details::Details;
use self::entry::Entry;
use super::amount::{Number, signed};
use super::book::{Book, Tally, filled, same_currency};
use super::error::{Fault, StatementError};
use super::{Format, Part, day, shortened};
use crate::domain::money::{Currency, Money};

/// How many bytes one field may have; SWIFT allows 390 for `:86:`, banks write more.
const FIELD_BYTES_MAX: usize = 8 * 1024;
/// How many lines in front of the first tag are looked at.
const HEAD_LINES_MAX: usize = 40;

/// Which of the two messages a text is, if it is one.
pub fn kind(text: &str) -> Option<Format> {
    let mut begun = false;
    for (place, line) in lines(text).enumerate() {
        match tag_of(line) {
            Some(("20", _)) => begun = true,
            Some(("60F" | "60M" | "62F" | "62M", _)) if begun => return Some(Format::Mt940),
            Some(("34F" | "13D" | "13", _)) if begun => return Some(Format::Mt942),
            Some(("61", _)) if begun => return Some(Format::Mt940),
            Some(_) => {}
            None if !begun && place >= HEAD_LINES_MAX => return None,
            None => {}
        }
    }
    begun.then_some(Format::Mt940)
}

/// Lines, whichever of CR, LF and CR LF ends them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.trim_end_matches('\r').split('\r'))
}

/// Reads a whole file.
pub fn read(text: &str, book: &mut Book) -> Result<(), StatementError> {
    let mut file =
        File { book, page: Page::default(), last: None, pages: BTreeSet::new(), pages_taken: 0, is_whole: false };
    let mut field: Option<Field<'_>> = None;
    // Whether a message in SWIFT's envelope has begun that has not ended yet.
    let mut is_in_envelope = false;
    for (place, line) in lines(text).enumerate() {
        let number = place + 1;
        if line.starts_with('{') && line.contains("{4:") {
            is_in_envelope = true;
        } else if line.starts_with("-}") {
            is_in_envelope = false;
        }
        if let Some((tag, content)) = tag_of(line) {
            file.end_field(field.take())?;
            let mut next = Field { tag, line: number, content: String::new() };
            next.add(content, number)?;
            field = Some(next);
        } else if line.starts_with("-}") || line.trim_end() == "-" || line.starts_with("{1:") {
            file.end_field(field.take())?;
            file.is_whole = true;
        } else if let Some(field) = &mut field {
            field.add(line, number)?;
        }
    }
    file.end_field(field.take())?;
    let end = lines(text).count().max(1);
    let at_end = |fault| StatementError::Bad { line: end, fault };
    // Every field ends with a line break, so that one without was cut off, and with it perhaps an amount.
    file.is_whole |= text.ends_with(['\n', '\r']);
    if file.page.end == End::Interim && !file.is_whole {
        let what = "the end of the message or the line break behind its last line (:90C:, :90D: or -)";
        return Err(at_end(Fault::Missing { what }));
    }
    file.end_page().map_err(at_end)?;
    if is_in_envelope {
        return Err(at_end(Fault::Missing { what: "the end of the message (-})" }));
    }
    if file.pages_taken == 0 {
        return Err(at_end(Fault::Missing { what: "the beginning of a statement (:60F: or :34F:)" }));
    }
    Ok(())
}

/// The tag that a line begins with and what follows it. Text that looks like one (`:10:30 at the counter`) is none.
fn tag_of(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches('\u{feff}');
    // The envelope's last block and the first tag may share a line.
    let line = line.strip_prefix('{').and_then(|inner| inner.split_once("{4:")).map_or(line, |(_, rest)| rest);
    let (tag, content) = line.strip_prefix(':')?.split_once(':')?;
    let known = ["13", "20", "21", "25", "28", "34", "60", "61", "62", "64", "65", "86", "90", "NS"];
    let (number, letter) = tag.split_at_checked(2)?;
    let is_letter = letter.is_empty() || matches!(letter.as_bytes(), [b'A'..=b'Z']);
    (known.contains(&number) && is_letter).then_some((tag, content))
}

/// A tag with everything up to the next.
struct Field<'a> {
    tag: &'a str,
    line: usize,
    content: String,
}

impl Field<'_> {
    fn add(&mut self, more: &str, line: usize) -> Result<(), StatementError> {
        if self.content.len() + more.len() >= FIELD_BYTES_MAX {
            let fault = Fault::TooLong { what: "a field", limit: FIELD_BYTES_MAX };
            return Err(StatementError::Bad { line, fault });
        }
        if self.line != line {
            self.content.push('\n');
        }
        self.content.push_str(more.trim_end_matches('\r'));
        Ok(())
    }
}

struct File<'a> {
    book: &'a mut Book,
    page: Page,
    /// The closing balance and account of the page before, when another page has to follow.
    last: Option<(Option<String>, Money)>,
    /// What tells the pages with entries apart that are complete.
    pages: BTreeSet<Name>,
    pages_taken: usize,
    /// Whether the last field of the page is known to be whole.
    is_whole: bool,
}

/// Account, number (`:28C:`), opening and closing balance with their dates: no bank writes two pages with all of them.
type Name = [String; 4];

/// From one opening balance to its closing balance.
#[derive(Default)]
struct Page {
    part: Part,
    end: End,
    name: Name,
    /// The `:61:` that a `:86:` may still tell more of.
    entry: Option<(Entry, Details)>,
    tally: Tally,
    /// Whether only entries above a limit are listed (`:34F:`), so that the totals count others, too.
    has_floor: bool,
    /// Whether some entries are only expected and no money yet.
    has_expected: bool,
    /// Whether totals of the entries are there, which say it also where there are none.
    has_totals: bool,
}

/// How a page ends: what a file has lost at its end are entries, and nothing else would show it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum End {
    /// With a closing balance, which has not come yet.
    #[default]
    Awaited,
    /// Without one: it is of an MT942.
    Interim,
    /// With the closing balance that was there.
    Closed,
}

impl File<'_> {
    fn end_field(&mut self, field: Option<Field<'_>>) -> Result<(), StatementError> {
        let Some(field) = field else { return Ok(()) };
        let line = field.line;
        self.field(field.tag, &field.content).map_err(|fault| StatementError::Bad { line, fault })
    }

    fn field(&mut self, tag: &str, content: &str) -> Result<(), Fault> {
        match tag {
            "86" => {
                // Behind the closing balance it tells of the statement and not of the last entry.
                if let Some((_, details)) = self.page.entry.as_mut().filter(|_| self.page.end != End::Closed) {
                    details.add(content)?;
                }
                Ok(())
            }
            "20" => self.end_page(),
            "25" | "25P" => {
                self.page.part.account = content.lines().next().and_then(filled);
                content.clone_into(&mut self.page.name[0]);
                Ok(())
            }
            "28" | "28C" => {
                content.clone_into(&mut self.page.name[1]);
                Ok(())
            }
            "60F" | "60M" => self.opening(tag, content),
            "62F" | "62M" => self.closing(tag, content),
            "34F" => self.floor(content),
            "13" | "13D" => {
                self.page.end = End::Interim;
                Ok(())
            }
            "61" => self.statement_line(content),
            "90C" | "90D" => self.total(tag, content),
            // Sequence numbers, available balances, the bank's own.
            _ => Ok(()),
        }
    }

    fn opening(&mut self, tag: &str, content: &str) -> Result<(), Fault> {
        if self.page.part.opening.is_some() || self.page.end == End::Closed {
            let (account, named) = (self.page.part.account.clone(), self.page.name[0].clone());
            self.end_page()?;
            self.page.part.account = account;
            self.page.name[0] = named;
        }
        let amount = balance("the opening balance (:60:)", content)?;
        same_currency(&mut self.page.part.currency, amount.currency)?;
        self.page.part.opening = Some(amount);
        content.clone_into(&mut self.page.name[2]);
        if let Some((account, last)) = self.last.take()
            && tag == "60M"
            && account == self.page.part.account
        {
            let what = "the opening balance of the next page (:60M:)";
            self.book.agree(last == amount, || Fault::Total {
                what,
                stated: amount.to_string(),
                found: last.to_string(),
            })?;
        }
        Ok(())
    }

    fn closing(&mut self, tag: &str, content: &str) -> Result<(), Fault> {
        self.end_entry()?;
        let closing = balance("the closing balance (:62:)", content)?;
        same_currency(&mut self.page.part.currency, closing.currency)?;
        self.page.part.closing = Some(closing);
        self.page.end = End::Closed;
        content.clone_into(&mut self.page.name[3]);
        self.last = (tag == "62M").then(|| (self.page.part.account.clone(), closing));
        let Some(opening) = self.page.part.opening else { return Ok(()) };
        let computed = opening.minor.checked_add(self.page.tally.net_minor()).ok_or(Fault::Overflow)?;
        let computed = Money::new(computed, closing.currency);
        self.book.agree(computed == closing, || Fault::Balance { computed, closing })
    }

    /// `3!a[1!a]15d`: the least amount that is listed.
    fn floor(&mut self, content: &str) -> Result<(), Fault> {
        let what = "the floor limit (:34F:)";
        let (code, rest) = content.trim().split_at_checked(3).ok_or(Fault::Missing { what })?;
        let currency = same_currency(&mut self.page.part.currency, currency(code)?)?;
        let amount = rest.strip_prefix(['C', 'D']).unwrap_or(rest);
        self.page.end = End::Interim;
        self.page.has_floor |= !Number::SWIFT.balance().unsigned(amount.trim(), currency)?.is_zero();
        Ok(())
    }

    fn statement_line(&mut self, content: &str) -> Result<(), Fault> {
        self.end_entry()?;
        if self.page.end == End::Closed {
            return Err(Fault::Misplaced { what: "a statement line (:61:) behind the closing balance" });
        }
        let missing = Fault::Missing { what: "the currency of the statement (:60F: or :34F:)" };
        let entry = Entry::read(content, self.page.part.currency.ok_or(missing)?)?;
        match entry {
            Some(entry) => {
                self.page.tally.add(entry.amount.minor)?;
                self.page.entry = Some((entry, Details::default()));
            }
            None => self.page.has_expected = true,
        }
        Ok(())
    }

    /// `5n3!a15d`: how many entries of one side there are and what they come to.
    fn total(&mut self, tag: &str, content: &str) -> Result<(), Fault> {
        self.end_entry()?;
        let what = "the totals (:90C:, :90D:)";
        let content = content.trim();
        let digits = content.bytes().take_while(u8::is_ascii_digit).count();
        let (count, rest) = content.split_at_checked(digits).ok_or(Fault::Missing { what })?;
        let (code, amount) = rest.split_at_checked(3).ok_or(Fault::Missing { what })?;
        let whole = || Fault::Whole { what, found: shortened(count), limit: 99_999 };
        let count: u64 =
            Some(count).filter(|count| count.len() <= 5).and_then(|count| count.parse().ok()).ok_or_else(whole)?;
        let currency = same_currency(&mut self.page.part.currency, currency(code)?)?;
        let stated = Number::SWIFT.balance().unsigned(amount, currency)?;
        (self.page.has_totals, self.is_whole) = (true, true);
        if self.page.has_floor || self.page.has_expected {
            return Ok(());
        }
        let tally = &self.page.tally;
        let (found, minor, counts, sums) = if tag == "90C" {
            (tally.credits, tally.credits_minor, "the number of credits (:90C:)", "the sum of credits (:90C:)")
        } else {
            (tally.debits, tally.debits_minor, "the number of debits (:90D:)", "the sum of debits (:90D:)")
        };
        self.book.agree_count(counts, count, found)?;
        self.book.agree_sum(sums, stated, minor)
    }

    fn end_entry(&mut self) -> Result<(), Fault> {
        let Some((entry, details)) = self.page.entry.take() else { return Ok(()) };
        let mut line = self.book.line(entry.booked_on, entry.amount);
        line.valued_on = Some(entry.valued_on);
        line.reversal = entry.is_reversal;
        line.bank_reference = entry.bank_reference;
        let told = details.told();
        line.reference = told.reference.or(entry.reference);
        line.end_to_end_id = told.end_to_end_id;
        line.counterparty_name = told.name;
        line.counterparty_account = told.account;
        line.description = told.description.or(entry.supplement);
        self.book.take(line)
    }

    fn end_page(&mut self) -> Result<(), Fault> {
        self.end_entry()?;
        let page = std::mem::take(&mut self.page);
        self.is_whole = false;
        if page.part == Part::default() {
            return Ok(());
        }
        if page.end == End::Awaited {
            return Err(Fault::Missing { what: "the closing balance (:62F: or :62M:) of the statement" });
        }
        // What was lost are entries. A statement without any has to say that there are none.
        let is_empty = page.tally.count() == 0 && !page.has_expected;
        if is_empty && page.end == End::Closed && page.part.opening.is_none() {
            return Err(Fault::Missing { what: "the opening balance (:60F:) of a statement without entries" });
        }
        if is_empty && page.end == End::Interim && !page.has_totals {
            return Err(Fault::Missing {
                what: "the entries, or totals that say there are none (:61: or :90C:, :90D:)",
            });
        }
        self.pages_taken += 1;
        // Without a number or an end nothing tells one page from another.
        let is_named = page.end == End::Closed && !page.name[1].trim().is_empty() && page.tally.count() > 0;
        if is_named && !self.pages.insert(page.name) {
            return Err(Fault::Repeated { what: "the statement with its number and balances (:28C:)" });
        }
        self.book.take_part(page.part)
    }
}

/// `1!a6!n3!a15d`: mark, date, currency, amount.
fn balance(what: &'static str, content: &str) -> Result<Money, Fault> {
    let content = content.trim();
    let is_credit = match content.as_bytes().first() {
        Some(b'C') => true,
        Some(b'D') => false,
        _ => return Err(Fault::Code { what, found: shortened(content), allowed: "C, D" }),
    };
    let (date, rest) = content[1..].split_at_checked(6).ok_or(Fault::Missing { what })?;
    day::short(what, date)?;
    let (code, amount) = rest.split_at_checked(3).ok_or(Fault::Missing { what })?;
    Ok(signed(Number::SWIFT.balance().unsigned(amount, currency(code)?)?, is_credit))
}

fn currency(code: &str) -> Result<Currency, Fault> {
    code.parse().map_err(|_| Fault::Currency(shortened(code)))
}

/// The day of a month in the year that lies nearest to another day.
fn nearest(month_and_day: &str, to: NaiveDate) -> Result<NaiveDate, Fault> {
    use chrono::Datelike;
    let years = [to.year() - 1, to.year(), to.year() + 1];
    let candidates = years.into_iter().filter_map(|year| {
        let text = format!("{year:04}{month_and_day}");
        entry::bank_day("the entry date (:61:)", &text).ok()
    });
    let wrong = || Fault::Date { what: "the entry date (:61:)", found: shortened(month_and_day) };
    candidates.min_by_key(|day| (*day - to).num_days().abs()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests;
