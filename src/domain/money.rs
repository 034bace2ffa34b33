//! Money: integer minor units of one currency, checked arithmetic, no floating point anywhere.

mod typed;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The largest amount any part of Stopgap handles, in minor units: ISO 8583 DE 4 is `n12`.
pub const AMOUNT_MINOR_MAX: i64 = 999_999_999_999;

/// An ISO 4217 currency.
///
/// The list and the exponents come from the `iso_currency` crate, so that none of them is typed in by hand here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro, the currency of the demo and of EPC069-12.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    /// The real, the currency of PIX.
    pub const BRL: Self = Self(iso_currency::Currency::BRL);
    /// The Singapore dollar, the currency of `PayNow` and SGQR.
    pub const SGD: Self = Self(iso_currency::Currency::SGD);
    /// The baht, the currency of `PromptPay`.
    pub const THB: Self = Self(iso_currency::Currency::THB);
    /// The dong, the currency of `VietQR`.
    pub const VND: Self = Self(iso_currency::Currency::VND);
    /// The riel, a currency of KHQR.
    pub const KHR: Self = Self(iso_currency::Currency::KHR);
    /// The US dollar, the other currency of KHQR.
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// The Hong Kong dollar, a currency of FPS.
    pub const HKD: Self = Self(iso_currency::Currency::HKD);
    /// The yuan, the other currency of FPS.
    pub const CNY: Self = Self(iso_currency::Currency::CNY);
    /// The ringgit, the currency of `DuitNow`.
    pub const MYR: Self = Self(iso_currency::Currency::MYR);
    /// The rupee, the currency of UPI.
    pub const INR: Self = Self(iso_currency::Currency::INR);
    /// The Swiss franc, a currency of the Swiss QR-bill.
    pub const CHF: Self = Self(iso_currency::Currency::CHF);
    /// The rupiah, the currency of QRIS.
    pub const IDR: Self = Self(iso_currency::Currency::IDR);

    /// The three letters, for example `EUR`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The three digits of ISO 4217, as ISO 8583 DE 49 wants them (978 for the euro).
    #[must_use]
    pub fn numeric(self) -> u16 {
        self.0.numeric()
    }

    /// How many decimals the currency has: 2 for the euro, 0 for the yen, 3 for the Kuwaiti dinar.
    #[must_use]
    pub fn exponent(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(0))
    }

    /// How many decimals people write, type and pay: those of ISO 4217 but for the riel and the rupiah, of which ISO 4217
    /// says two and which are paid in whole numbers only.
    #[must_use]
    pub fn exponent_in_use(self) -> u32 {
        if self == Self::KHR || self == Self::IDR { 0 } else { self.exponent() }
    }

    /// The smallest amount that people pay, in minor units: one of them, or a hundred where no cents are in use.
    #[must_use]
    pub fn step_minor(self) -> i64 {
        10_i64.saturating_pow(self.exponent().saturating_sub(self.exponent_in_use()))
    }
}

/// The letters are not those of an ISO 4217 currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an ISO 4217 currency code of three letters, such as EUR")]
pub struct UnknownCurrency(pub String);

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        // XXX, XTS and the metals have no minor unit: nobody pays in them.
        let known = iso_currency::Currency::from_code(code).filter(|known| known.exponent().is_some());
        known.map(Self).ok_or_else(|| UnknownCurrency(code.to_owned()))
    }
}

impl TryFrom<String> for Currency {
    type Error = UnknownCurrency;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of money, in minor units (cents) of its currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; negative only for differences and reversed entries.
    pub minor: i64,
    /// The currency the minor units belong to.
    pub currency: Currency,
}

impl Money {
    /// Zero in the given currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// An amount in minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The smallest amount that people pay in a currency: what a test payment asks for.
    #[must_use]
    pub fn smallest(currency: Currency) -> Self {
        Self::new(currency.step_minor(), currency)
    }

    /// The sum, or `None` when it overflows or the currencies differ.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.same_currency(other)?;
        Some(Self::new(self.minor.checked_add(other.minor)?, self.currency))
    }

    /// The difference, or `None` when it overflows or the currencies differ.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.same_currency(other)?;
        Some(Self::new(self.minor.checked_sub(other.minor)?, self.currency))
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The number as it is written in files and messages: no grouping, a point, the currency's decimals (`1204.30`).
    #[must_use]
    pub fn plain(self) -> String {
        let (sign, whole, cents, width) = self.parts();
        if width == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{cents:0width$}") }
    }

    /// The number as it is shown to people, thousands grouped (`1,204.30`), without the currency.
    #[must_use]
    pub fn shown(self) -> String {
        let (sign, whole, cents, width) = self.parts();
        // Cents that are not in use are shown only where somebody has some all the same: a bank's interest.
        let step = self.currency.step_minor();
        let width = if step > 1 && self.minor % step == 0 { 0 } else { width };
        let digits = whole.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        if width == 0 { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{cents:0width$}") }
    }

    /// The same with its sign, also where it is a plus: `+0.02`.
    #[must_use]
    pub fn shown_signed(self) -> String {
        let plus = if self.minor > 0 { "+" } else { "" };
        format!("{plus}{}", self.shown())
    }

    fn same_currency(self, other: Self) -> Option<()> {
        (self.currency == other.currency).then_some(())
    }

    fn parts(self) -> (&'static str, u64, u64, usize) {
        let exponent = self.currency.exponent();
        let scale = 10_u64.pow(exponent);
        let magnitude = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        (sign, magnitude / scale, magnitude % scale, exponent as usize)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.shown(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.plain(), self.currency)
    }
}

/// Why text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Something else than digits and one decimal point.
    #[error("amount “{0}” is not a number such as 48.90")]
    NotANumber(String),
    /// More decimals than the currency has.
    #[error("amount “{text}” has more than {limit} decimals, the most that {currency} has")]
    TooManyDecimals {
        /// What was given.
        text: String,
        /// The currency's exponent.
        limit: u32,
        /// The currency.
        currency: Currency,
    },
    /// Above [`AMOUNT_MINOR_MAX`].
    #[error("amount “{0}” is larger than 999,999,999,999 minor units")]
    TooLarge(String),
}

/// Reads an amount written with a decimal point and no grouping, as bank files write it (`12`, `12.3`, `-12.34`).
///
/// # Errors
///
/// Says which rule the text breaks; nothing is rounded.
pub fn parse_plain(text: &str, currency: Currency) -> Result<Money, AmountError> {
    let not_a_number = || AmountError::NotANumber(text.to_owned());
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) || digits.ends_with('.') {
        return Err(not_a_number());
    }
    let exponent = currency.exponent() as usize;
    let significant = decimals.trim_end_matches('0');
    if significant.len() > exponent {
        return Err(AmountError::TooManyDecimals { text: text.to_owned(), limit: currency.exponent(), currency });
    }
    let too_large = || AmountError::TooLarge(text.to_owned());
    let minor: i64 = format!("{whole}{significant:0<exponent$}").parse().map_err(|_| too_large())?;
    if minor > AMOUNT_MINOR_MAX {
        return Err(too_large());
    }
    Ok(Money::new(if negative { -minor } else { minor }, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn amounts_are_shown_with_the_decimals_of_their_currency() {
        for (minor, code, shown, plain) in [
            (4_890, "EUR", "48.90", "48.90"),
            (120_430, "EUR", "1,204.30", "1204.30"),
            (-5, "EUR", "-0.05", "-0.05"),
            (1_234_567, "JPY", "1,234,567", "1234567"),
            (1_234, "KWD", "1.234", "1.234"),
            (0, "EUR", "0.00", "0.00"),
            (5_000_000, "IDR", "50,000", "50000.00"),
            (5_000_025, "KHR", "50,000.25", "50000.25"),
            (0, "KHR", "0", "0.00"),
        ] {
            let money = Money::new(minor, currency(code));
            assert_eq!((money.shown().as_str(), money.plain().as_str()), (shown, plain));
        }
    }

    #[test]
    fn plain_amounts_are_read_exactly_or_refused() {
        let read = |text| parse_plain(text, Currency::EUR).map(|money| money.minor);
        assert_eq!(read("12"), Ok(1_200));
        assert_eq!(read("12.3"), Ok(1_230));
        assert_eq!(read("12.340000"), Ok(1_234));
        assert_eq!(read("-0.01"), Ok(-1));
        for bad in ["", ".", "1.", ".5", "1,5", "1e3", "+1", "--1", "１"] {
            assert!(matches!(read(bad), Err(AmountError::NotANumber(_))), "{bad}");
        }
        assert!(matches!(read("0.001"), Err(AmountError::TooManyDecimals { limit: 2, .. })));
        assert!(matches!(read("10000000000.00"), Err(AmountError::TooLarge(_))));
        assert!(matches!(read(&"9".repeat(31)), Err(AmountError::TooLarge(_))));
    }

    #[test]
    fn what_nobody_pays_in_is_no_currency() {
        for code in ["XXX", "XTS", "XAU", "EUX", "eur", ""] {
            assert!(code.parse::<Currency>().is_err(), "{code}");
        }
    }

    #[test]
    fn money_of_two_currencies_is_never_added() {
        let euro = Money::new(1, Currency::EUR);
        let yen = Money::new(1, currency("JPY"));
        assert_eq!(euro.checked_add(yen), None);
        assert_eq!(Money::new(i64::MAX, Currency::EUR).checked_add(euro), None);
    }
}
