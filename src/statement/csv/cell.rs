//! Single cells: amounts with the signs and symbols that people read, and numbers of a bill's summary.

use super::symbol::Symbol;
use crate::domain::money::{AMOUNT_MINOR_MAX, Currency, Money};
use crate::statement::amount::{Number, negated};
use crate::statement::error::Fault;
use crate::statement::shortened;

/// How the numbers of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub decimal: char,
    pub thousands: Option<char>,
}

impl Style {
    /// An amount with its sign: before it, behind it (`12,50-`), or brackets around it.
    pub fn amount(self, cell: &str, currency: Currency) -> Result<Money, Fault> {
        let mut text = cell.replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2212}', "-").replace('’', "'");
        let mut is_negative = false;
        if let Some(inside) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            (text, is_negative) = (inside.trim().to_owned(), true);
        }
        let mut rest = bare(&text, currency)?;
        if let Some(inside) = rest.strip_prefix('-').or_else(|| rest.strip_suffix('-')) {
            if is_negative {
                return Err(Fault::Signed(shortened(cell)));
            }
            (rest, is_negative) = (bare(inside, currency)?, true);
        } else if let Some(inside) = rest.strip_prefix('+') {
            rest = bare(inside, currency)?;
        }
        let (decimal, thousands) = (self.decimal, self.thousands);
        let number = Number { decimal, thousands, zeros: false, ..Number::PLAIN };
        let amount = number.unsigned(rest, currency)?;
        Ok(if is_negative { negated(amount) } else { amount })
    }
}

/// Without spaces and the currency's sign or code around it. The sign of another currency is no decoration: what it says
/// would count as an amount of this one.
fn bare(text: &str, currency: Currency) -> Result<&str, Fault> {
    let text = text.trim();
    let is_number = |byte: &u8| byte.is_ascii_digit() || b"+-.,".contains(byte);
    if text.as_bytes().first().is_some_and(is_number) && text.as_bytes().last().is_some_and(is_number) {
        return Ok(text);
    }
    let mut text = without(text, currency.code());
    if let Some(symbol) = Symbol::at(text) {
        if !symbol.is_of(currency) {
            return Err(Fault::Symbol { symbol: symbol.text, currency });
        }
        text = without(text, symbol.text);
    }
    Ok(without(text, currency.code()))
}

/// Without a word in front of it or behind it.
fn without<'a>(text: &'a str, word: &str) -> &'a str {
    text.strip_prefix(word).or_else(|| text.strip_suffix(word)).unwrap_or(text).trim()
}

/// Decimals of the sums that are held against a bill's summary: WeChat Pay once wrote fees with five.
const SUM_DECIMALS: usize = 5;
/// One minor unit of the yuan in such a sum.
const SUM_PER_FEN: i64 = 1_000;

/// A number in hundred-thousandths; an empty cell is none.
pub fn hundred_thousandths(what: &'static str, cell: &str) -> Result<i64, Fault> {
    let wrong = || Fault::Whole { what, found: shortened(cell), limit: AMOUNT_MINOR_MAX };
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(0);
    }
    let (is_negative, text) = cell.strip_prefix('-').map_or((false, cell), |rest| (true, rest));
    let text = text.strip_prefix('+').unwrap_or(text);
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = !whole.is_empty() && all_digits(whole) && all_digits(decimals);
    if !is_number || decimals.len() > SUM_DECIMALS || whole.len() > 12 {
        return Err(wrong());
    }
    let value: i64 = format!("{whole}{decimals:0<SUM_DECIMALS$}").parse().map_err(|_| wrong())?;
    Ok(if is_negative { -value } else { value })
}

/// The same in minor units of the yuan, where it is a whole number of them.
pub fn fen(sum: i64) -> Option<i64> {
    (sum % SUM_PER_FEN == 0).then_some(sum / SUM_PER_FEN)
}

/// The same as a person writes it.
pub fn shown(sum: i64) -> String {
    let sign = if sum < 0 { "-" } else { "" };
    let per_yuan = SUM_PER_FEN.unsigned_abs() * 100;
    let digits = format!("{:05}", sum.unsigned_abs() % per_yuan);
    let decimals = digits.strip_suffix("000").unwrap_or(&digits);
    format!("{sign}{}.{decimals}", sum.unsigned_abs() / per_yuan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_symbols_and_groups_are_read_as_people_read_them() {
        let german = Style { decimal: ',', thousands: Some('.') };
        let french = Style { decimal: ',', thousands: Some(' ') };
        let swiss = Style { decimal: '.', thousands: Some('\'') };
        for (style, cell, expected) in [
            (german, "1.234,56 €", Some(123_456)),
            (german, "-12,5", Some(-1_250)),
            (german, "12,50-", Some(-1_250)),
            (german, "(12,50)", Some(-1_250)),
            (german, "- 12,50 EUR", Some(-1_250)),
            (german, "€ -12,50", Some(-1_250)),
            (german, "+3", Some(300)),
            (german, "1,234.56", None),
            (german, "(-1,00)", None),
            (german, "--1", None),
            (german, "12,50 USD", None),
            (german, "=1+1", None),
            (german, "", None),
            (french, "1\u{202f}234,56", Some(123_456)),
            (french, "1 234 567,00", Some(123_456_700)),
            (swiss, "1’234.56", Some(123_456)),
        ] {
            assert_eq!(style.amount(cell, Currency::EUR).ok().map(|money| money.minor), expected, "{cell}");
        }
    }

    #[test]
    fn a_sign_of_another_currency_is_not_passed_over() {
        let plain = Style { decimal: '.', thousands: Some(',') };
        let read = |cell: &str, code: &str| plain.amount(cell, code.parse().unwrap()).map(|money| money.minor);
        for (cell, code, minor) in [
            ("US$ 12.50", "USD", 1_250),
            ("$12.50", "CAD", 1_250),
            ("-£7.00", "GBP", -700),
            ("12.50 €", "EUR", 1_250),
            ("€ 12.50 EUR", "EUR", 1_250),
            ("R$ 1,234.56", "BRL", 123_456),
            ("¥100", "JPY", 100),
        ] {
            assert_eq!(read(cell, code), Ok(minor), "{cell}");
        }
        for (cell, symbol) in
            [("US$ 12.50", "US$"), ("£7.00", "£"), ("-£7.00", "£"), ("R$ 1,234.56", "R$"), ("5 $", "$")]
        {
            let fault = read(cell, "EUR").unwrap_err();
            assert_eq!(fault, Fault::Symbol { symbol, currency: Currency::EUR }, "{cell}");
        }
    }

    #[test]
    fn sums_of_a_bill_are_exact_to_five_decimals() {
        let read = |cell| hundred_thousandths("sum", cell);
        assert_eq!((read("12.5"), read("-0.00540"), read("")), (Ok(1_250_000), Ok(-540), Ok(0)));
        for bad in ["1.000001", "1e3", ".5", "1,5", "1000000000000000", "--1"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!((fen(1_250_000), fen(540)), (Some(1_250), None));
        assert_eq!((shown(1_250_000), shown(-540), shown(0)), ("12.50".into(), "-0.00540".into(), "0.00".into()));
    }
}
