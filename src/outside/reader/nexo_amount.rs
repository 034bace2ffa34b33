//! Amounts as JSON numbers, exactly: nexo writes 48.90 EUR as the number `48.90`, and no float ever touches it.
//!
//! `serde_json` would read a JSON number with decimals into an `f64`. A raw value keeps its text instead, and the text
//! is turned into minor units here. The alternative, the feature `arbitrary_precision`, changes how every number of
//! the whole program is read; a raw value changes only these fields.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::domain::money::{AmountError, Currency, Money, parse_plain};

/// The largest power of ten in a number we read; an amount of twelve digits needs none above it.
const EXPONENT_MAX: i32 = 15;

/// The text of one JSON number that is an amount in major units; the currency stands in another field.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AmountNumber(Box<RawValue>);

impl AmountNumber {
    /// The number with all decimals of its currency: `48.90` for 4,890 cents, `4890` for as many yen.
    ///
    /// # Errors
    ///
    /// Never in practice: [`Money::plain`] is always a JSON number. The error is passed on instead of being assumed.
    pub fn new(amount: Money) -> Result<Self, serde_json::Error> {
        RawValue::from_string(amount.plain()).map(Self)
    }

    /// The amount in minor units of `currency`.
    ///
    /// Readers whose program keeps amounts in floats write `48.9` for 48.90 and `1.05E7` for ten and a half million
    /// (RFC 8259 section 6 allows both), so the power of ten is moved into the digits first.
    ///
    /// # Errors
    ///
    /// It is not a number, has more decimals than the currency, or is larger than any amount we handle.
    pub fn money(&self, currency: Currency) -> Result<Money, AmountError> {
        let text = self.0.get();
        let plain = without_exponent(text).ok_or_else(|| AmountError::NotANumber(text.to_owned()))?;
        parse_plain(&plain, currency)
    }
}

/// `1.05E7` as `10500000`; text without an exponent as it is.
fn without_exponent(text: &str) -> Option<String> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return Some(text.to_owned());
    };
    let exponent: i32 = exponent.parse().ok()?;
    if exponent.abs() > EXPONENT_MAX {
        return None;
    }
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let moved = usize::try_from(exponent.unsigned_abs()).ok()?;
    if exponent >= 0 {
        let decimals = format!("{decimals:0<moved$}");
        let (to_whole, rest) = decimals.split_at_checked(moved)?;
        Some(format!("{sign}{whole}{to_whole}.{rest:0<1}"))
    } else {
        let whole = format!("{whole:0>width$}", width = moved + 1);
        let (rest, to_decimals) = whole.split_at_checked(whole.len() - moved)?;
        Some(format!("{sign}{rest}.{to_decimals}{decimals}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::money::AMOUNT_MINOR_MAX;

    fn read(json: &str, code: &str) -> Result<i64, AmountError> {
        let number: AmountNumber = serde_json::from_str(json).unwrap();
        number.money(code.parse().unwrap()).map(|money| money.minor)
    }

    #[test]
    fn amounts_are_written_with_every_decimal_of_their_currency() {
        for (minor, code, json) in [
            (30, "EUR", "0.30"),
            (4_890, "EUR", "48.90"),
            (1, "EUR", "0.01"),
            (999_999_999_999, "EUR", "9999999999.99"),
            (4_890, "JPY", "4890"),
            (1_005, "KWD", "1.005"),
        ] {
            let number = AmountNumber::new(Money::new(minor, code.parse().unwrap())).unwrap();
            assert_eq!(serde_json::to_string(&number).unwrap(), json);
            assert_eq!(read(json, code), Ok(minor));
        }
    }

    #[test]
    fn every_amount_below_a_hundred_euros_survives_the_way_there_and_back() {
        for minor in 0..10_000 {
            let number = AmountNumber::new(Money::new(minor, Currency::EUR)).unwrap();
            assert_eq!(read(&serde_json::to_string(&number).unwrap(), "EUR"), Ok(minor));
        }
    }

    #[test]
    fn numbers_as_other_programs_write_them_are_read_exactly() {
        for (json, code, minor) in [
            ("0.3", "EUR", 30),
            ("48.9", "EUR", 4_890),
            ("48.900", "EUR", 4_890),
            ("1.0E7", "EUR", 1_000_000_000),
            ("1.05e+7", "EUR", 1_050_000_000),
            ("1.2345678901E8", "EUR", 12_345_678_901),
            ("5e-2", "EUR", 5),
            ("12.5E-1", "EUR", 125),
            ("5E2", "JPY", 500),
        ] {
            assert_eq!(read(json, code), Ok(minor), "{json}");
        }
    }

    #[test]
    fn a_sum_of_floats_or_something_else_is_refused_not_rounded() {
        assert!(matches!(read("0.30000000000000004", "EUR"), Err(AmountError::TooManyDecimals { .. })));
        assert!(matches!(read("0.5", "JPY"), Err(AmountError::TooManyDecimals { .. })));
        assert!(matches!(read("1e16", "EUR"), Err(AmountError::NotANumber(_))));
        assert!(matches!(read("1e15", "EUR"), Err(AmountError::TooLarge(_))));
        assert!(matches!(read("\"48.90\"", "EUR"), Err(AmountError::NotANumber(_))));
        assert!(matches!(read("null", "EUR"), Err(AmountError::NotANumber(_))));
    }

    proptest! {
        /// Also when another program writes it with a power of ten, or with zeros behind.
        #[test]
        fn every_amount_survives_the_way_there_and_back(
            minor in 0..=AMOUNT_MINOR_MAX, code in prop::sample::select(vec!["EUR", "JPY", "KWD"]), zeros in 0_usize..4,
        ) {
            let currency: Currency = code.parse().unwrap();
            let plain = serde_json::to_string(&AmountNumber::new(Money::new(minor, currency)).unwrap()).unwrap();
            let power = format!("{minor}{}e-{}", "0".repeat(zeros), currency.exponent() as usize + zeros);
            for text in [plain, power] {
                prop_assert_eq!(read(&text, code), Ok(minor), "{}", text);
            }
        }

        #[test]
        fn no_number_makes_it_panic(
            text in prop_oneof!["-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,12})?", ".{0,20}"],
        ) {
            if let Ok(Ok(money)) = serde_json::from_str(&text).map(|number: AmountNumber| number.money(Currency::EUR)) {
                prop_assert!(money.minor.abs() <= AMOUNT_MINOR_MAX, "{}", text);
            }
        }
    }
}
