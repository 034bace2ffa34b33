//! Cash in another currency, at the rate that the shop sets.
//!
//! A rate is decimal text and is kept as an integer of [`RATE_DECIMALS`] decimals, so that worth is integer arithmetic.
//! Worth is rounded down and what is due is rounded up: nobody pays less than the price because of a rate.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::cash::smallest_piece;
use crate::domain::ids::DrawerId;
use crate::domain::money::{AMOUNT_MINOR_MAX, Currency, Money};

/// The most decimals of a rate: one rupiah is 0.000055 euro.
pub const RATE_DECIMALS: u32 = 8;
/// The largest rate: one Kuwaiti dinar is about 85,000 dong.
pub const RATE_MAX: i64 = 1_000_000;
/// A rate of one, in parts.
const ONE: i64 = 10_i64.pow(RATE_DECIMALS);

/// How much of the shop's currency one unit of another currency is worth; above nothing, at most [`RATE_MAX`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate(i64);

/// Why text is no rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a rate is above 0 and at most {RATE_MAX}, with at most {RATE_DECIMALS} decimals, such as 0.92")]
pub struct RateError;

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let width = RATE_DECIMALS as usize;
        if !are_digits(whole) || !are_digits(decimals) || decimals.len() > width {
            return Err(RateError);
        }
        let parts: i64 = format!("{whole}{decimals:0<width$}").parse().map_err(|_| RateError)?;
        if 0 < parts && parts <= RATE_MAX * ONE { Ok(Self(parts)) } else { Err(RateError) }
    }
}

impl TryFrom<String> for Rate {
    type Error = RateError;

    fn try_from(text: String) -> Result<Self, RateError> {
        text.parse()
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

impl fmt::Display for Rate {
    /// Without the zeros at its end: `0.92`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = RATE_DECIMALS as usize;
        let (whole, decimals) = (self.0 / ONE, format!("{:0width$}", self.0 % ONE));
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{whole}"),
            decimals => write!(f, "{whole}.{decimals}"),
        }
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A currency that the shop takes beside its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreign {
    /// Which.
    pub currency: Currency,
    /// What one unit of it is worth.
    pub rate: Rate,
}

impl Foreign {
    /// What an amount of it is worth in the shop's currency, in whole steps of `step_minor`: rounded down, so that the
    /// change for it can be paid. Never more than [`AMOUNT_MINOR_MAX`].
    #[must_use]
    pub fn worth(self, amount_minor: i64, shop: Currency, step_minor: i64) -> Money {
        let (over, under) = self.ratio(shop);
        let worth = i128::from(amount_minor) * over / under;
        let step = i128::from(step_minor.max(1));
        let most = i128::from(AMOUNT_MINOR_MAX);
        let minor = (worth / step * step).clamp(-most, most);
        Money::new(i64::try_from(minor).unwrap_or(AMOUNT_MINOR_MAX), shop)
    }

    /// The smallest sum of its notes and coins that is worth at least `due`.
    #[must_use]
    pub fn due(self, due: Money, step_minor: i64) -> Money {
        let (over, under) = self.ratio(due.currency);
        let (piece, step) = (i128::from(smallest_piece(self.currency)), i128::from(step_minor.max(1)));
        // What is worth less than a whole step more does not count, so the sum has to reach the step.
        let wanted = round_up(i128::from(due.minor.max(0)), step) * under;
        let minor = round_up(wanted.div_euclid(over) + i128::from(wanted.rem_euclid(over) > 0), piece);
        Money::new(i64::try_from(minor).unwrap_or(AMOUNT_MINOR_MAX).min(AMOUNT_MINOR_MAX), self.currency)
    }

    /// The largest sum of its notes and coins that is worth at most `limit`.
    #[must_use]
    pub fn at_most(self, limit: Money) -> Money {
        let (over, under) = self.ratio(limit.currency);
        let piece = i128::from(smallest_piece(self.currency));
        let minor = i128::from(limit.minor.max(0)) * under / over / piece * piece;
        Money::new(i64::try_from(minor).unwrap_or(AMOUNT_MINOR_MAX).min(AMOUNT_MINOR_MAX), self.currency)
    }

    /// Minor units of it times the first, by the second, are minor units of the shop's currency.
    fn ratio(self, shop: Currency) -> (i128, i128) {
        let scale = |currency: Currency| 10_i128.pow(currency.exponent());
        (i128::from(self.rate.0) * scale(shop), i128::from(ONE) * scale(self.currency))
    }
}

fn round_up(value: i128, step: i128) -> i128 {
    (value + step - 1) / step * step
}

/// Notes of another currency that were handed over for a sale. What they are worth is what was given for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignCash {
    /// What was handed over.
    pub given: Money,
    /// The shop's rate at that moment.
    pub rate: Rate,
    /// The session of the box that it is in.
    pub drawer: DrawerId,
}

impl ForeignCash {
    /// Its currency at the rate it was taken at.
    #[must_use]
    pub fn foreign(&self) -> Foreign {
        Foreign { currency: self.given.currency, rate: self.rate }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn foreign(code: &str, rate: &str) -> Foreign {
        Foreign { currency: code.parse().unwrap(), rate: rate.parse().unwrap() }
    }

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, code.parse().unwrap())
    }

    #[test]
    fn a_rate_is_read_exactly_or_refused() {
        for (text, shown) in [
            ("0.92", "0.92"),
            ("1", "1"),
            ("1.0", "1"),
            ("0.00005800", "0.000058"),
            ("0.00000001", "0.00000001"),
            ("1000000", "1000000"),
            ("007.5", "7.5"),
        ] {
            let rate: Rate = text.parse().unwrap();
            assert_eq!(rate.to_string(), shown);
            assert_eq!(serde_json::from_str::<Rate>(&serde_json::to_string(&rate).unwrap()).unwrap(), rate);
        }
        let long = "9".repeat(40);
        for bad in
            ["", "0", "0.0", ".92", "0.", "-0.92", "+1", "0,92", "1e3", "0.000000001", "1000000.00000001", "１", &long]
        {
            assert_eq!(bad.parse::<Rate>(), Err(RateError), "{bad}");
            assert!(serde_json::from_value::<Rate>(bad.into()).is_err());
        }
        let why = "a rate is above 0 and at most 1000000, with at most 8 decimals, such as 0.92";
        assert_eq!(RateError.to_string(), why);
    }

    #[test]
    fn worth_is_rounded_down_and_what_is_due_up() {
        for (code, rate, shop, step, due, in_foreign, given, worth) in [
            ("USD", "0.92", "EUR", 1, 4_890, 5_316, 6_000, 5_520),
            // In Finland the worth is a sum that five-cent coins can pay.
            ("USD", "0.9234", "EUR", 5, 4_890, 5_296, 6_000, 5_540),
            ("CHF", "1.0555", "EUR", 1, 1_000, 950, 1_005, 1_060),
            ("GBP", "1.15", "EUR", 1, 1, 1, 500, 575),
            // No decimals and two, both ways.
            ("JPY", "0.0061", "EUR", 1, 4_890, 8_017, 10_000, 6_100),
            ("EUR", "163.5", "JPY", 1, 4_890, 2_991, 5_000, 8_175),
            // Three decimals and two.
            ("KWD", "3.01", "EUR", 1, 4_890, 16_250, 20_000, 6_020),
            ("EUR", "0.3322", "KWD", 5, 16_250, 4_892, 5_000, 16_610),
            // The rupiah has two decimals by ISO 4217, and its smallest coin is 100 rupiah.
            ("IDR", "0.000058", "EUR", 1, 4_890, 84_320_000, 100_000_000, 5_800),
        ] {
            let one = foreign(code, rate);
            assert_eq!(one.due(money(due, shop), step), money(in_foreign, code), "{code} {rate} {shop}");
            assert_eq!(one.worth(given, shop.parse().unwrap(), step), money(worth, shop), "{code} {rate} {shop}");
        }
        let most = foreign("KWD", "1000000").worth(i64::MAX, Currency::VND, 1);
        assert_eq!(most.minor, AMOUNT_MINOR_MAX);
    }

    proptest! {
        #[test]
        fn what_is_due_is_the_least_that_pays(
            code in proptest::sample::select(&["USD", "JPY", "KWD", "CHF", "IDR"][..]),
            parts in 1_i64..10_000_000_000,
            step in proptest::sample::select(&[1_i64, 5, 100][..]),
            minor in 1_i64..50_000_000,
        ) {
            let one = Foreign { currency: code.parse().unwrap(), rate: Rate(parts) };
            let (due, piece) = (money(minor, "EUR"), smallest_piece(one.currency));
            let sum = one.due(due, step);
            if sum.minor < AMOUNT_MINOR_MAX {
                prop_assert!(one.worth(sum.minor, Currency::EUR, step).minor >= minor);
                prop_assert!(one.worth(sum.minor - piece, Currency::EUR, step).minor < minor);
                prop_assert!(crate::domain::cash::can_be_paid(sum));
            }
            let most = one.at_most(due);
            prop_assert!(one.worth(most.minor, Currency::EUR, 1).minor <= minor);
        }
    }
}
