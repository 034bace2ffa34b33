//! The bills of a merchant of Alipay: by trades (业务明细) or by account (账务明细).
//!
//! Lines that begin with `#` are comments, among them the totals at the end, which have to agree with the rows. Fields
//! are padded with tabs; names of columns may carry their unit in brackets.

use super::cell::{fen, hundred_thousandths, shown};
use super::rows::{Fields, Rows};
use crate::domain::money::{Currency, Money};
use crate::statement::amount::{Number, negated};
use crate::statement::book::{Book, Tally, filled};
use crate::statement::error::{Fault, StatementError};
use crate::statement::{Part, day, shortened};

/// How many lines at the beginning are looked at to know a bill.
const HEAD_LINES_MAX: usize = 12;
/// How many bytes a comment may have.
const COMMENT_BYTES_MAX: usize = 4 * 1024;

/// Which of the two bills it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Trades,
    Account,
}

impl Layout {
    fn of(header: &[&str]) -> Option<Self> {
        match header.first().copied() {
            Some("支付宝交易号") => Some(Self::Trades),
            Some("账务流水号") => Some(Self::Account),
            Some(_) | None => None,
        }
    }
}

/// Whether a text is such a bill.
pub fn is_bill(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').lines().take(HEAD_LINES_MAX).any(|line| Layout::of(&names(line)).is_some())
}

/// The names of a header without their units.
fn names(line: &str) -> Vec<&str> {
    line.split(',').map(|name| name.split(['（', '(']).next().unwrap_or(name).trim()).collect()
}

/// Reads a whole file.
pub fn read(text: &str, book: &mut Book) -> Result<(), StatementError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut bill = Bill {
        layout: Layout::Trades,
        header: Vec::new(),
        tally: Tally::default(),
        has_totals: [false; 2],
        account: None,
    };
    let mut has_comment_behind = false;
    let mut last = 1;
    for (place, line) in text.lines().enumerate() {
        last = place + 1;
        let at = |fault| StatementError::Bad { line: place + 1, fault };
        if let Some(comment) = line.trim_start().strip_prefix('#') {
            if comment.len() > COMMENT_BYTES_MAX {
                return Err(at(Fault::TooLong { what: "a comment", limit: COMMENT_BYTES_MAX }));
            }
            bill.comment(comment, book).map_err(at)?;
            has_comment_behind = !bill.header.is_empty();
        } else if line.trim().is_empty() {
        } else if has_comment_behind {
            return Err(at(Fault::Misplaced { what: "a row behind the totals" }));
        } else if bill.header.is_empty() {
            bill.header = names(line);
            let layout = Layout::of(&bill.header);
            bill.layout = layout
                .ok_or_else(|| at(Fault::Missing { what: "the header (支付宝交易号 or 账务流水号)" }))?;
        } else {
            let mut fields = Fields::new();
            Rows::new(line, b',', 1).next(&mut fields).map_err(|error| moved(error, place))?;
            bill.row(&fields, book).map_err(at)?;
        }
    }
    let end = |fault| StatementError::Bad { line: last, fault };
    if let Some(what) = bill.missing_total() {
        return Err(end(Fault::Missing { what }));
    }
    book.take_part(Part { account: bill.account, ..Part::default() }).map_err(end)
}

/// The same error in the line that it is in.
fn moved(error: StatementError, lines_before: usize) -> StatementError {
    match error {
        StatementError::Bad { line, fault } => StatementError::Bad { line: line + lines_before, fault },
        other => other,
    }
}

struct Bill<'a> {
    layout: Layout,
    header: Vec<&'a str>,
    tally: Tally,
    /// Whether the totals of credits and of debits were there, whole.
    has_totals: [bool; 2],
    account: Option<String>,
}

impl Bill<'_> {
    /// The total without which nobody knows whether rows at the end are lost.
    fn missing_total(&self) -> Option<&'static str> {
        match (self.layout, self.has_totals) {
            (_, [true, true]) => None,
            (Layout::Trades, [false, _]) => Some("the total of trades at the end of the bill (#交易合计)"),
            (Layout::Trades, [true, false]) => Some("the total of refunds at the end of the bill (#退款合计)"),
            (Layout::Account, [false, _]) => Some("the total of income at the end of the bill (#收入合计)"),
            (Layout::Account, [true, false]) => Some("the total of expenses at the end of the bill (#支出合计)"),
        }
    }

    fn row(&mut self, fields: &Fields<'_>, book: &mut Book) -> Result<(), Fault> {
        if fields.len() != self.header.len() {
            return Err(Fault::Fields { found: fields.len(), expected: self.header.len() });
        }
        let get = |name: &str| {
            let place = self.header.iter().position(|known| *known == name)?;
            fields.get(place).map(|field| field.trim()).filter(|field| !field.is_empty())
        };
        let first_of = |names: &[&str]| names.iter().find_map(|name| get(name));
        let yuan: Currency = "CNY".parse().map_err(|_| Fault::Currency("CNY".to_owned()))?;
        let money = |name: &str| match get(name) {
            Some(text) => Number::PLAIN.signed(text, yuan),
            None => Ok(Money::zero(yuan)),
        };
        let (amount, days, number) = match self.layout {
            Layout::Trades => {
                let amount = get("商家实收").ok_or(Fault::Missing { what: "what the shop received (商家实收)" })?;
                (Number::PLAIN.signed(amount, yuan)?, ["完成时间", "创建时间"], "支付宝交易号")
            }
            Layout::Account => {
                let (credit, debit) = (money("收入金额")?, money("支出金额")?);
                let amount = match (credit.is_zero(), debit.is_zero()) {
                    (_, true) => credit,
                    (true, false) => {
                        if debit.minor < 0 {
                            debit
                        } else {
                            negated(debit)
                        }
                    }
                    (false, false) => return Err(Fault::CreditAndDebit("both filled")),
                };
                (amount, ["发生时间", "入账时间"], "账务流水号")
            }
        };
        let booked_on = day::iso("the time of a row", first_of(&days).unwrap_or_default())?;
        let mut line = book.line(booked_on, amount);
        line.reference = get("商户订单号").and_then(filled);
        line.counterparty_account = first_of(&["对方账户", "对方账号"]).and_then(filled);
        line.description = first_of(&["商品名称", "备注"]).and_then(filled);
        line.bank_reference = get(number).and_then(filled);
        book.take(line)?;
        self.tally.add(amount.minor)?;
        if self.layout == Layout::Trades {
            let fee = money("服务费")?;
            // It is written with either sign: what a sale costs, and what a refund gives back.
            let costs = (fee.minor < 0) == (amount.minor < 0);
            let fee = if costs { fee } else { negated(fee) };
            book.take_fee(fee, amount.checked_sub(fee).ok_or(Fault::Overflow)?);
        }
        Ok(())
    }

    /// The account, and the totals: `交易合计：2笔，商家实收共30.00元，…`, `退款合计：1笔，商家实收退款共-5.00元，…`,
    /// `收入合计：2笔，共30.00元`, `支出合计：1笔，共5.00元`.
    fn comment(&mut self, comment: &str, book: &mut Book) -> Result<(), Fault> {
        if let Some((_, account)) = comment.split_once("账号：").or_else(|| comment.split_once("账号:")) {
            let account: String = account.chars().take_while(char::is_ascii_digit).collect();
            self.account = self.account.take().or_else(|| filled(&account));
        }
        let tally = &self.tally;
        for (side, name, word, count, minor) in [
            (0, "交易合计", "商家实收共", tally.credits, tally.credits_minor),
            (1, "退款合计", "商家实收退款共", tally.debits, tally.debits_minor),
            (0, "收入合计", "共", tally.credits, tally.credits_minor),
            (1, "支出合计", "共", tally.debits, tally.debits_minor),
        ] {
            let Some((_, told)) = comment.split_once(name) else { continue };
            let told = told.trim_start_matches(['：', ':', ' ']);
            let Some((rows, rest)) = told.split_once('笔') else { continue };
            let whole = || Fault::Whole { what: name, found: shortened(rows), limit: 999_999_999 };
            let stated = Some(rows.trim()).filter(|rows| rows.len() <= 9).and_then(|rows| rows.parse().ok());
            book.agree_count(name, stated.ok_or_else(whole)?, count)?;
            let Some((_, sum)) = rest.split_once(word) else { continue };
            // A total without its unit is one that was cut off.
            let Some((sum, _)) = sum.split_once('元') else { continue };
            let sum = sum.trim();
            let stated = hundred_thousandths(name, sum)?;
            let agrees = fen(stated).is_some_and(|stated| stated.unsigned_abs() == minor.unsigned_abs());
            let found = minor.checked_mul(1_000).ok_or(Fault::Overflow)?;
            book.agree(agrees, || Fault::Total { what: name, stated: shown(stated), found: shown(found) })?;
            self.has_totals[side] = true;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
