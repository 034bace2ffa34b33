//! Amounts as files write them, into minor units: by the currency's own decimals, nothing rounded.

use super::error::Fault;
use super::shortened;
use crate::domain::money::{AMOUNT_MINOR_MAX, AmountError, Currency, Money};

/// The largest balance or total, in minor units: 17 digits, one less than ISO 20022 allows, so that sums cannot wrap.
pub const BALANCE_MINOR_MAX: i64 = 99_999_999_999_999_999;

/// How a format writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// What stands before the decimals.
    pub decimal: char,
    /// What stands between groups of the whole part, where groups are allowed.
    pub thousands: Option<char>,
    /// Whether zeros may follow the decimals that the currency has (`27.50000`, as ISO 20022 allows).
    pub zeros: bool,
    /// Whether the sign stands there also where no decimals follow it, and always (SWIFT, format `15d`).
    pub sign_always: bool,
    /// The largest amount, in minor units.
    pub minor_max: i64,
}

impl Number {
    /// ISO 20022 and OFX: a point, no groups, zeros behind.
    pub const PLAIN: Self =
        Self { decimal: '.', thousands: None, zeros: true, sign_always: false, minor_max: AMOUNT_MINOR_MAX };
    /// SWIFT MT: always a comma, no groups, no more decimals than the currency has (SWIFT standards, format `15d`). So an
    /// amount that was cut off in front of its comma is none.
    pub const SWIFT: Self =
        Self { decimal: ',', thousands: None, zeros: false, sign_always: true, minor_max: AMOUNT_MINOR_MAX };

    /// The same for a balance or a total.
    pub const fn balance(self) -> Self {
        Self { minor_max: BALANCE_MINOR_MAX, ..self }
    }

    /// An amount without a sign.
    pub fn unsigned(self, text: &str, currency: Currency) -> Result<Money, Fault> {
        if text.starts_with(['-', '+']) {
            return Err(Fault::Signed(shortened(text)));
        }
        self.digits(text, currency)
    }

    /// An amount with a sign before it, or none.
    pub fn signed(self, text: &str, currency: Currency) -> Result<Money, Fault> {
        match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => Ok(negated(self.digits(rest, currency)?)),
            None => self.digits(text.strip_prefix('+').unwrap_or(text), currency),
        }
    }

    fn digits(self, text: &str, currency: Currency) -> Result<Money, Fault> {
        let not_a_number = || Fault::Amount(AmountError::NotANumber(shortened(text)));
        let (whole, decimals) = match text.split_once(self.decimal) {
            Some((_, "")) if !self.sign_always => return Err(not_a_number()),
            Some(parts) => parts,
            None if self.sign_always => return Err(not_a_number()),
            None => (text, ""),
        };
        if whole.is_empty() || !self.is_grouped_well(whole) || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(not_a_number());
        }
        let exponent = currency.exponent() as usize;
        let kept = if self.zeros { decimals.trim_end_matches('0') } else { decimals };
        if kept.len() > exponent {
            let limit = currency.exponent();
            return Err(Fault::Amount(AmountError::TooManyDecimals { text: shortened(text), limit, currency }));
        }
        let too_large = || Fault::Amount(AmountError::TooLarge(shortened(text)));
        let padding = std::iter::repeat_n(b'0', exponent - kept.len());
        let mut minor = 0_i64;
        for digit in whole.bytes().filter(u8::is_ascii_digit).chain(kept.bytes()).chain(padding) {
            let next = minor.checked_mul(10).and_then(|tens| tens.checked_add(i64::from(digit - b'0')));
            minor = next.filter(|minor| *minor <= self.minor_max).ok_or_else(too_large)?;
        }
        Ok(Money::new(minor, currency))
    }

    /// Digits, or groups of three; before the last one two are a group as well (`1,23,456` in India). No group comes
    /// behind a nought: `0.500` is half a dinar and never five hundred.
    fn is_grouped_well(self, whole: &str) -> bool {
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let Some(mark) = self.thousands.filter(|mark| whole.contains(*mark)) else { return all_digits(whole) };
        let mut groups = whole.rsplit(mark);
        let last = groups.next().unwrap_or_default();
        let first = whole.split(mark).next().unwrap_or_default();
        let inner_well = groups.all(|group| all_digits(group) && (2..=3).contains(&group.len().max(2)));
        last.len() == 3 && all_digits(last) && inner_well && first.len() <= 3 && !first.starts_with('0')
    }
}

/// The amount with the other sign.
pub const fn negated(amount: Money) -> Money {
    Money::new(-amount.minor, amount.currency)
}

/// The amount with the sign that its indicator gives it.
pub const fn signed(amount: Money, is_credit: bool) -> Money {
    if is_credit { amount } else { negated(amount) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    const GERMAN: Number = Number { decimal: ',', thousands: Some('.'), zeros: false, ..Number::PLAIN };

    #[test]
    fn each_style_is_read_exactly_or_refused() {
        let minor = |number: Number, text: &str| number.signed(text, Currency::EUR).map(|money| money.minor).ok();
        for (number, text, expected) in [
            (Number::PLAIN, "12.340000", Some(1_234)),
            (Number::PLAIN, "-0.01", Some(-1)),
            (Number::PLAIN, "1,5", None),
            (Number::PLAIN, "1.", None),
            (Number::PLAIN, ".5", None),
            (Number::PLAIN, "1e3", None),
            (Number::PLAIN, "１", None),
            (Number::SWIFT, "12,", Some(1_200)),
            (Number::SWIFT, "12,3", Some(1_230)),
            (Number::SWIFT, "12,300", None),
            (Number::SWIFT, "12.30", None),
            (Number::SWIFT, "12", None),
            (Number::SWIFT, ",5", None),
            (GERMAN, "0.500", None),
            (GERMAN, "0.500,00", None),
            (GERMAN, "0,50", Some(50)),
            (GERMAN, "1.234,56", Some(123_456)),
            (GERMAN, "1.234", Some(123_400)),
            (GERMAN, "12.34", None),
            (GERMAN, "1,234.56", None),
            (GERMAN, "1234.567,00", None),
            (GERMAN, "1.2345", None),
            (GERMAN, ".123", None),
            (GERMAN, "+1.000.000,00", Some(100_000_000)),
            (Number { thousands: Some(','), ..Number::PLAIN }, "1,23,456.7", Some(12_345_670)),
        ] {
            assert_eq!(minor(number, text), expected, "{text}");
        }
    }

    #[test]
    fn more_decimals_than_the_currency_has_and_more_than_all_money_are_refused() {
        let fault = |number: Number, text: &str, code: &str| number.unsigned(text, currency(code)).unwrap_err();
        let is_decimals = |fault| matches!(fault, Fault::Amount(AmountError::TooManyDecimals { .. }));
        assert!(is_decimals(fault(Number::SWIFT, "1,234", "EUR")));
        assert!(is_decimals(fault(Number::SWIFT, "100,00", "JPY")));
        assert!(is_decimals(fault(Number::PLAIN, "0.5", "JPY")));
        assert_eq!(Number::SWIFT.unsigned("1,234", currency("KWD")).unwrap().minor, 1_234);
        let huge = format!("1{}", "0".repeat(30));
        assert!(matches!(fault(Number::PLAIN, &huge, "EUR"), Fault::Amount(AmountError::TooLarge(_))));
        assert!(matches!(fault(Number::PLAIN, "10000000000.00", "EUR"), Fault::Amount(AmountError::TooLarge(_))));
        assert!(Number::PLAIN.balance().unsigned("10000000000.00", Currency::EUR).is_ok());
        assert!(matches!(fault(Number::PLAIN, "-1", "EUR"), Fault::Signed(_)));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(minor in -AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX) {
            for code in ["EUR", "JPY", "KWD"] {
                let money = Money::new(minor, currency(code));
                prop_assert_eq!(Number::PLAIN.signed(&money.plain(), money.currency), Ok(money));
                let grouped = Number { thousands: Some(','), zeros: false, ..Number::PLAIN };
                prop_assert_eq!(grouped.signed(&money.shown(), money.currency), Ok(money));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = GERMAN.signed(&text, Currency::EUR);
            let _ = Number::SWIFT.unsigned(&text, currency("JPY"));
        }
    }
}
