//! The trade bill of a merchant of WeChat Pay: all trades, successful ones, or refunds, and the older layout.
//!
//! Each field begins with a back-tick, so that a comma in a product's name splits nothing. A row of figures at the end
//! has to agree with the rows above it.

use super::cell::{fen, hundred_thousandths, shown};
use crate::domain::money::{Currency, Money};
use crate::statement::amount::Number;
use crate::statement::book::{Book, filled};
use crate::statement::error::{Fault, StatementError};
use crate::statement::{Part, day, shortened};

/// The first column of the details.
const FIRST: &str = "交易时间";
/// The first column of the summary.
const SUMMARY_FIRST: &str = "总交易单数";
/// How many bytes a row may have: 27 fields, the longest a product's name of 128 characters.
const ROW_BYTES_MAX: usize = 16 * 1024;
/// Columns that the summary sums up, by its names for them, of the present and the older layout.
const SUMS: [(&str, &str); 9] = [
    ("应结订单总金额", "应结订单金额"),
    ("退款总金额", "退款金额"),
    ("充值券退款总金额", "充值券退款金额"),
    ("手续费总金额", "手续费"),
    ("订单总金额", "订单金额"),
    ("申请退款总金额", "申请退款金额"),
    ("总交易额", "总金额"),
    ("总退款金额", "退款金额"),
    ("总企业红包退款金额", "企业红包退款金额"),
];

/// Whether a line is the header of such a bill.
pub fn is_header(line: &str) -> bool {
    let mut fields = names(line).into_iter();
    fields.next() == Some(FIRST) && fields.any(|name| name == "微信订单号")
}

/// Reads a whole file.
pub fn read(text: &str, book: &mut Book) -> Result<(), StatementError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let Some((_, header)) = lines.next() else {
        return Err(StatementError::Bad { line: 1, fault: Fault::Missing { what: "the header" } });
    };
    let header = names(header);
    let mut bill = Bill { header: &header, rows: 0, sums: [0; SUMS.len()], account: None };
    let mut summary: Option<Vec<&str>> = None;
    let mut has_summary = false;
    let mut last = 1;
    for (place, line) in lines {
        last = place + 1;
        let at = |fault| StatementError::Bad { line: place + 1, fault };
        if line.len() > ROW_BYTES_MAX {
            return Err(at(Fault::TooLong { what: "a row", limit: ROW_BYTES_MAX }));
        }
        if has_summary {
            return Err(at(Fault::Misplaced { what: "a row behind the summary" }));
        }
        match &summary {
            Some(names) => {
                bill.check(names, &fields(line), book).map_err(at)?;
                has_summary = true;
            }
            None if names(line).first() == Some(&SUMMARY_FIRST) => summary = Some(names(line)),
            None => bill.row(&fields(line), book).map_err(at)?,
        }
    }
    let end = |fault| StatementError::Bad { line: last, fault };
    if !has_summary {
        return Err(end(Fault::Missing {
            what: "the summary at the end of the bill (总交易单数 and its figures)"
        }));
    }
    book.take_part(Part { account: bill.account, currency: None, opening: None, closing: None }).map_err(end)
}

/// The names of a header, with or without back-ticks.
fn names(line: &str) -> Vec<&str> {
    line.trim_start_matches('\u{feff}').split(',').map(name).collect()
}

fn name(field: &str) -> &str {
    field.trim().trim_matches('"').trim_start_matches('`').trim()
}

/// The fields of a row: each behind a back-tick.
fn fields(line: &str) -> Vec<&str> {
    match line.trim().strip_prefix('`') {
        Some(inside) => inside.split(",`").map(str::trim).collect(),
        None => line.split(',').map(str::trim).collect(),
    }
}

struct Bill<'a> {
    header: &'a [&'a str],
    rows: u64,
    /// Sums of the columns of [`SUMS`], in hundred-thousandths.
    sums: [i64; SUMS.len()],
    account: Option<String>,
}

impl Bill<'_> {
    fn row(&mut self, fields: &[&str], book: &mut Book) -> Result<(), Fault> {
        if fields.len() != self.header.len() {
            return Err(Fault::Fields { found: fields.len(), expected: self.header.len() });
        }
        let get = |name: &str| {
            let place = self.header.iter().position(|known| *known == name)?;
            fields.get(place).copied().filter(|field| !field.is_empty())
        };
        let first_of = |names: &[&str]| names.iter().find_map(|name| get(name));
        let (credit, status) = match get("交易状态") {
            Some("SUCCESS") => (true, "SUCCESS"),
            Some(status @ ("REFUND" | "REVOKED")) => (false, status),
            // The bill of refunds alone need not say that they are refunds.
            None if first_of(&["微信退款单号"]).is_some() => (false, "REFUND"),
            other => {
                let found = shortened(other.unwrap_or_default());
                return Err(Fault::Code { what: "交易状态", found, allowed: "SUCCESS, REFUND, REVOKED" });
            }
        };
        let went_back = match get("退款状态") {
            None | Some("SUCCESS") => true,
            // Refused, or not done yet: the money is where it was.
            Some("FAIL" | "PROCESSING" | "CHANGE" | "CLOSED" | "ABNORMAL") => false,
            Some(other) => {
                let allowed = "SUCCESS, FAIL, PROCESSING, CHANGE, CLOSED, ABNORMAL";
                return Err(Fault::Code { what: "退款状态", found: shortened(other), allowed });
            }
        };
        if credit || went_back {
            trade(&get, credit, status, book)?;
        } else {
            book.leave_out();
        }
        self.account = self.account.take().or_else(|| get("商户号").and_then(filled));
        self.rows += 1;
        for (sum, (_, column)) in self.sums.iter_mut().zip(SUMS) {
            let value = hundred_thousandths("an amount", get(column).unwrap_or_default())?;
            *sum = sum.checked_add(value).ok_or(Fault::Overflow)?;
        }
        Ok(())
    }

    /// Holds the figures of the summary against the rows.
    fn check(&self, names: &[&str], figures: &[&str], book: &mut Book) -> Result<(), Fault> {
        if figures.len() != names.len() {
            return Err(Fault::Fields { found: figures.len(), expected: names.len() });
        }
        for (name, figure) in names.iter().zip(figures) {
            if *name == SUMMARY_FIRST {
                let whole = || Fault::Whole { what: SUMMARY_FIRST, found: shortened(figure), limit: 999_999_999 };
                let stated = Some(*figure).filter(|figure| figure.len() <= 9).and_then(|figure| figure.parse().ok());
                book.agree_count(SUMMARY_FIRST, stated.ok_or_else(whole)?, self.rows)?;
                continue;
            }
            for ((summed, column), found) in SUMS.into_iter().zip(self.sums) {
                if summed == *name && self.header.contains(&column) {
                    let stated = hundred_thousandths(summed, figure)?;
                    let total = || Fault::Total { what: summed, stated: shown(stated), found: shown(found) };
                    book.agree(stated == found, total)?;
                }
            }
        }
        Ok(())
    }
}

/// A row that is money.
fn trade<'a>(get: &impl Fn(&str) -> Option<&'a str>, credit: bool, status: &str, book: &mut Book) -> Result<(), Fault> {
    let first_of = |names: &[&str]| names.iter().find_map(|name| get(name));
    let currency = get("货币种类").unwrap_or("CNY");
    let currency: Currency = currency.parse().map_err(|_| Fault::Currency(shortened(currency)))?;
    let day_names: &[&str] = if credit { &[FIRST] } else { &["退款成功时间", "退款申请时间", FIRST] };
    let booked_on = day::iso("the time of a trade (交易时间)", first_of(day_names).unwrap_or_default())?;
    let text = if credit { first_of(&["应结订单金额", "总金额"]) } else { get("退款金额") };
    let text =
        text.ok_or(Fault::Missing { what: "the amount of a trade (应结订单金额, 总金额 or 退款金额)" })?;
    let amount = Number::PLAIN.unsigned(text, currency)?;
    let amount = if credit { amount } else { crate::statement::amount::negated(amount) };
    let mut line = book.line(booked_on, amount);
    line.reference = get("商户订单号").and_then(filled);
    line.counterparty_account = get("用户标识").and_then(filled);
    line.description = get("商品名称").and_then(filled);
    let number = if credit { get("微信订单号") } else { first_of(&["微信退款单号", "微信订单号"]) };
    line.bank_reference = number.and_then(filled);
    line.reversal = status == "REVOKED";
    book.take(line)?;
    let fee = hundred_thousandths("手续费", get("手续费").unwrap_or_default())?;
    if let Some(fee) = fen(fee).map(|fee| Money::new(fee, currency)) {
        book.take_fee(fee, amount.checked_sub(fee).ok_or(Fault::Overflow)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
