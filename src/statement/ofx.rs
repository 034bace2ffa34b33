//! Open Financial Exchange: 1.x (SGML, values without end tags) and 2.x (XML), bank and card accounts.
//!
//! One line for each `STMTTRN`. OFX has no opening balance, so that nothing in it can be held against the lines; a file
//! that is cut off, or lost something inside, is noticed by the end that is missing: values need none in SGML, what holds
//! values does.

mod correction;
mod token;

use chrono::NaiveDate;

use self::correction::{Correction, Corrections};
use self::token::{Token, Tokens, plain};
use super::amount::Number;
use super::book::{Book, filled};
use super::error::{Fault, StatementError};
use super::xml::line_at;
use super::{Part, day, shortened};
use crate::domain::money::{Currency, Money};

/// How much of a file its header may take.
const HEAD_BYTES: usize = 4 * 1024;

/// Whether a text is OFX 1.x, which is no XML.
pub fn is_ofx(text: &str) -> bool {
    let head: &str = text.trim_start_matches('\u{feff}').trim_start();
    let head =
        head.char_indices().take_while(|(place, _)| *place < HEAD_BYTES).last().map_or("", |(end, _)| &head[..end]);
    let head = head.to_ascii_uppercase();
    head.starts_with("OFXHEADER") || (head.starts_with('<') && head.contains("<OFX>"))
}

/// Reads a whole file.
pub fn read(text: &str, book: &mut Book) -> Result<(), StatementError> {
    let mut file = File { book, part: None, has_statement: false, has_ended: false };
    let mut tokens = Tokens::new(text);
    let at = |place: usize, fault| StatementError::Bad { line: line_at(&text.as_bytes()[..place]), fault };
    loop {
        match tokens.next() {
            Ok(Some(token)) => file.take(&token).map_err(|fault| at(token.place, fault))?,
            Ok(None) => break,
            Err((place, fault)) => return Err(at(place, fault)),
        }
    }
    if !file.has_ended {
        return Err(at(text.len(), Fault::Missing { what: "the end of the file (</OFX>)" }));
    }
    if !file.has_statement {
        return Err(at(0, Fault::Missing { what: "a statement (STMTRS, CCSTMTRS, INVSTMTRS)" }));
    }
    Ok(())
}

struct File<'a> {
    book: &'a mut Book,
    part: Option<Open>,
    has_statement: bool,
    has_ended: bool,
}

/// One `STMTRS`, `CCSTMTRS` or `INVSTMTRS`.
#[derive(Default)]
struct Open {
    part: Part,
    is_in_balance: bool,
    is_in_account: bool,
    is_in_list: bool,
    transaction: Option<Transaction>,
    corrections: Corrections,
    transactions: usize,
}

/// One `STMTTRN`.
#[derive(Default)]
struct Transaction {
    posted_on: Option<NaiveDate>,
    available_on: Option<NaiveDate>,
    amount: Option<String>,
    id: Option<String>,
    reference: Option<String>,
    name: Option<String>,
    memo: Option<String>,
    account: Option<String>,
    /// The currency of the amount where it is not the account's (`CURRENCY`; `ORIGCURRENCY` only tells).
    currency: Option<Currency>,
    is_in_currency: bool,
    correction: Correction,
}

impl File<'_> {
    fn take(&mut self, token: &Token<'_>) -> Result<(), Fault> {
        match (token.name.as_str(), token.is_end) {
            ("OFX", is_end) => {
                if let Some(open) = &self.part {
                    open.is_whole()?;
                    return Err(Fault::Missing { what: "the end of a statement (</STMTRS>)" });
                }
                self.has_ended = is_end;
            }
            ("STMTRS" | "CCSTMTRS" | "INVSTMTRS", false) => {
                if self.part.replace(Open::default()).is_some() {
                    return Err(Fault::Misplaced { what: "a statement inside a statement" });
                }
                self.has_statement = true;
            }
            ("STMTRS" | "CCSTMTRS" | "INVSTMTRS", true) => {
                let Some(open) = self.part.take() else { return Ok(()) };
                open.is_whole()?;
                open.corrections.apply(self.book)?;
                self.book.take_part(open.part)?;
            }
            ("STMTTRN", true) => {
                let begun = self.part.as_mut().and_then(|open| Some((open.transaction.take()?, open)));
                let missing = Fault::Missing { what: "the beginning of a transaction (<STMTTRN>)" };
                let (transaction, open) = begun.ok_or(missing)?;
                if let Some(correction) = transaction.correction.checked()? {
                    open.corrections.add(open.transactions, correction);
                }
                open.transactions += 1;
                transaction.book(open.part.currency, self.book)?;
            }
            ("STMTTRN", false) if self.part.is_none() => {
                return Err(Fault::Misplaced { what: "a transaction outside a statement (STMTTRN)" });
            }
            (name, is_end) => {
                if let Some(open) = &mut self.part {
                    open.take(name, is_end, token.text)?;
                }
            }
        }
        Ok(())
    }
}

impl Open {
    /// What began inside it has ended.
    fn is_whole(&self) -> Result<(), Fault> {
        if self.transaction.is_some() {
            return Err(Fault::Missing { what: "the end of a transaction (</STMTTRN>)" });
        }
        if self.is_in_list {
            return Err(Fault::Missing { what: "the end of a list of transactions (</BANKTRANLIST>)" });
        }
        Ok(())
    }

    fn take(&mut self, name: &str, is_end: bool, text: &str) -> Result<(), Fault> {
        match name {
            "STMTTRN" => {
                if self.transaction.replace(Transaction::default()).is_some() {
                    return Err(Fault::Missing { what: "the end of a transaction (</STMTTRN>)" });
                }
            }
            "BANKTRANLIST" | "INVTRANLIST" => {
                if is_end && !self.is_in_list {
                    return Err(Fault::Missing { what: "the beginning of a list of transactions (<BANKTRANLIST>)" });
                }
                if is_end {
                    self.is_in_list = false;
                    return self.is_whole();
                }
                self.is_whole()?;
                self.is_in_list = true;
            }
            "LEDGERBAL" => self.is_in_balance = !is_end,
            "BANKACCTFROM" | "CCACCTFROM" => self.is_in_account = !is_end,
            _ => {
                if let Some(transaction) = &mut self.transaction {
                    return transaction.take(name, is_end, text);
                }
            }
        }
        if is_end || text.is_empty() {
            return Ok(());
        }
        match name {
            "CURDEF" => self.part.currency = Some(currency(text)?),
            "ACCTID" if self.is_in_account => self.part.account = filled(&plain(text)),
            "BALAMT" if self.is_in_balance => {
                let currency = self.part.currency.ok_or(Fault::Missing { what: "the currency (CURDEF)" })?;
                self.part.closing = Some(amount(text, currency, Number::PLAIN.balance())?);
            }
            _ => {}
        }
        Ok(())
    }
}

impl Transaction {
    fn take(&mut self, name: &str, is_end: bool, text: &str) -> Result<(), Fault> {
        if name == "CURRENCY" {
            self.is_in_currency = !is_end;
        }
        if is_end || text.is_empty() {
            return Ok(());
        }
        let set = |place: &mut Option<String>| {
            if place.is_none() {
                *place = filled(&plain(text));
            }
        };
        match name {
            "DTPOSTED" => self.posted_on = Some(day::compact("the date of a transaction (DTPOSTED)", text)?),
            "DTAVAIL" => self.available_on = Some(day::compact("the value date (DTAVAIL)", text)?),
            "TRNAMT" => set(&mut self.amount),
            "FITID" => set(&mut self.id),
            "REFNUM" => set(&mut self.reference),
            "NAME" => set(&mut self.name),
            "MEMO" => set(&mut self.memo),
            "ACCTID" => set(&mut self.account),
            "CURSYM" if self.is_in_currency => self.currency = Some(currency(text)?),
            "CORRECTFITID" => set(&mut self.correction.id),
            "CORRECTACTION" => set(&mut self.correction.action),
            _ => {}
        }
        Ok(())
    }

    fn book(self, account: Option<Currency>, book: &mut Book) -> Result<(), Fault> {
        let currency = self.currency.or(account).ok_or(Fault::Missing { what: "the currency (CURDEF)" })?;
        let text = self.amount.ok_or(Fault::Missing { what: "the amount of a transaction (TRNAMT)" })?;
        let posted = self.posted_on.ok_or(Fault::Missing { what: "the date of a transaction (DTPOSTED)" })?;
        let mut line = book.line(posted, amount(&text, currency, Number::PLAIN)?);
        line.valued_on = self.available_on;
        line.reference = self.reference;
        line.counterparty_name = self.name;
        line.counterparty_account = self.account;
        line.description = self.memo;
        line.bank_reference = self.id;
        book.take(line)
    }
}

fn currency(text: &str) -> Result<Currency, Fault> {
    text.parse().map_err(|_| Fault::Currency(shortened(text)))
}

/// An amount with a sign. The decimal sign is a point or a comma (OFX 2.2, 3.2.9.2), and some banks group the digits,
/// which OFX does not allow but which cannot be misread where both signs stand there.
fn amount(text: &str, currency: Currency, number: Number) -> Result<Money, Fault> {
    let text: String = text.chars().filter(|char| !matches!(char, ' ' | '\u{a0}' | '\u{202f}')).collect();
    let (point, comma) = (text.rfind('.'), text.rfind(','));
    let commas = text.matches(',').count();
    let points = text.matches('.').count();
    let style = |decimal, thousands| Number { decimal, thousands, ..number };
    let number = match (point, comma) {
        (Some(point), Some(comma)) if point < comma => style(',', Some('.')),
        (Some(_), Some(_)) => style('.', Some(',')),
        (None, Some(_)) if commas == 1 => style(',', None),
        (None, Some(_)) => style('.', Some(',')),
        (Some(_), None) if points > 1 => style(',', Some('.')),
        (Some(_) | None, None) => style('.', None),
    };
    number.signed(&text, currency)
}

#[cfg(test)]
mod tests;
