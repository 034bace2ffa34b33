//! Cash rounding: where the smallest coins are gone, the sum to be paid in cash is rounded to what can be paid.
//!
//! Only what is paid in cash is rounded; cards and transfers are paid to the cent. The sale keeps its exact amount, and
//! the difference is a line of its own, so that sales and drawer both add up:
//!
//! ```text
//! amount + rounding = given − change = what comes into the drawer
//! ```

use std::fmt;
use std::str::FromStr;

use crate::domain::cash::smallest_piece;
use crate::domain::money::{Currency, Money};

/// A country, by the two letters of ISO 3166-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country([u8; 2]);

/// The letters are no country code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a country code of two capital letters (ISO 3166-1), such as FI")]
pub struct CountryError(pub String);

impl FromStr for Country {
    type Err = CountryError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        match code.as_bytes() {
            [first, second] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => Ok(Self([*first, *second])),
            _ => Err(CountryError(code.to_owned())),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0.map(char::from);
        write!(f, "{first}{second}")
    }
}

/// Which way a sum goes that lies in the middle between two multiples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Midway {
    /// To the larger.
    Up,
    /// To the smaller, in the customer's favour.
    Down,
}

/// What becomes of a sum so small that it would be rounded to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmallSum {
    /// Nothing is paid.
    Nothing,
    /// The smallest coin is paid.
    OneStep,
    /// It is not rounded.
    Exact,
}

/// How a country rounds what is paid in cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CashRounding {
    /// The sum is rounded to a multiple of this, in minor units.
    pub step_minor: i64,
    /// In the middle between two.
    pub midway: Midway,
    /// Below one step.
    pub small: SmallSum,
    /// Only a sale paid wholly in cash is rounded, not the part in cash of one that is also paid otherwise.
    pub whole_sales_only: bool,
}

/// A sum and what is to be paid of it in cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundedCash {
    /// What the sale costs.
    pub exact: Money,
    /// What is to be paid in cash.
    pub due: Money,
}

impl RoundedCash {
    /// What rounding adds, or takes away when negative: the line that stands between the two sums.
    #[must_use]
    pub fn rounding(self) -> Money {
        Money::new(self.due.minor - self.exact.minor, self.exact.currency)
    }
}

const fn nearest(step_minor: i64, midway: Midway) -> CashRounding {
    CashRounding { step_minor, midway, small: SmallSum::Nothing, whole_sales_only: false }
}

/// How cash is rounded; `None` where it is paid to the last minor unit. Outside the euro area the currency decides, inside
/// it the country, and without a country the euro is not rounded.
///
/// The Netherlands and Ireland leave rounding to the shop; the others have it as a law or as the only possible practice,
/// since no smaller coin is legal tender. Where nothing is said of a currency it is rounded to its smallest coin, or note
/// where it has no coins, so that what is due, and the change for it, can always be paid.
#[must_use]
pub fn cash_rounding(currency: Currency, country: Option<Country>) -> Option<CashRounding> {
    // With steps of 5 and amounts in whole hundredths no sum lies in the middle.
    let five = nearest(5, Midway::Up);
    match currency.code() {
        // Smallest coin 5 centimes (Swiss Federal Act on Currency and Payment Instruments; Swissmint).
        "CHF" => Some(five),
        // Department of Finance, guideline of 4 February 2013: the cent is no longer distributed.
        "CAD" => Some(five),
        // Reserve Bank of Australia: 1 and 2 cents withdrawn from 1992.
        "AUD" => Some(five),
        // Bank Negara Malaysia, Rounding Mechanism, from 1 April 2008: 1, 2, 6, 7 down and 3, 4, 8, 9 up.
        "MYR" => Some(five),
        // Lag (1970:1029) om avrundning av vissa öresbelopp, 2 §: 1 to 49 öre down, 50 to 99 up.
        "SEK" => Some(nearest(100, Midway::Up)),
        // Forskrift 16 March 2011 no. 294, § 2: 1 to 49 øre down, 50 to 99 up.
        "NOK" => Some(nearest(100, Midway::Up)),
        // Bekendtgørelse no. 928 of 19 September 2008, § 2: to the nearest amount divisible by 50 øre. It does not say
        // what 25 and 75 are; tills take them up.
        "DKK" => Some(nearest(50, Midway::Up)),
        // Act No. 634/1992 Coll. on consumer protection, section 3 (1) (c): to the nearest valid nominal value.
        "CZK" => Some(nearest(100, Midway::Up)),
        // Act III of 2008, section 2: up to 2.49 down, from 2.50 up, to 7.49 down, from 7.50 up.
        "HUF" => Some(nearest(500, Midway::Up)),
        // Reserve Bank of New Zealand, 2006: the shop decides on 5 cents; the Retailers Association advises down.
        "NZD" => Some(nearest(10, Midway::Down)),
        "EUR" => euro_rounding(&country?.to_string()),
        // Monetary Authority of Singapore: no 1 cent coin since 2002, and shops may round to the nearest 5 cents. The
        // others have no rule that was found, only coins: Kuwait and Bahrain 5 fils, China 1 jiao, India 1 rupee, Brazil
        // 5 centavos (the 1 centavo coin is not struck since 2005), Hong Kong 10 cents, Thailand 25 satang, Korea 10 won,
        // Indonesia 100 rupiah, Vietnam 1000 dong, Cambodia 100 riel. To the nearest of them, as the countries with a law
        // do it, is our choice; `cash.rounding` names a larger sum.
        _ => Some(nearest(smallest_piece(currency), Midway::Up)).filter(|rule| rule.step_minor > 1),
    }
}

/// The countries of the euro area that round to 5 cents.
fn euro_rounding(country: &str) -> Option<CashRounding> {
    let five = nearest(5, Midway::Up);
    match country {
        // Finland: Act 890/2000, since 2002. The Netherlands: since 1 September 2004. Ireland: since 28 October 2015.
        // Estonia: since 1 January 2025 (Eesti Pank). Lithuania: law of 28 March 2024, since 1 May 2025.
        "FI" | "NL" | "IE" | "EE" | "LT" => Some(five),
        // Code of Economic Law, art. VI.7/1, since 1 December 2019: the part in cash, of sums above 5 cents.
        "BE" => Some(CashRounding { small: SmallSum::Exact, ..five }),
        // Decree-law 50/2017, art. 13-quater, since 1 January 2018: where the whole is paid in cash.
        "IT" => Some(CashRounding { whole_sales_only: true, ..five }),
        // Act 18/1996 on prices, § 3 (4), since 1 July 2022: 1 or 2 cents become 5.
        "SK" => Some(CashRounding { small: SmallSum::OneStep, ..five }),
        _ => None,
    }
}

impl CashRounding {
    /// What is to be paid in cash of a sum; a refund is rounded as the payment was. `is_whole` says that nothing of the
    /// sale is paid otherwise.
    #[must_use]
    pub fn round(self, exact: Money, is_whole: bool) -> RoundedCash {
        let unrounded = RoundedCash { exact, due: exact };
        if self.step_minor <= 1 || (self.whole_sales_only && !is_whole) {
            return unrounded;
        }
        let magnitude = exact.minor.saturating_abs();
        let (down, over) = (magnitude / self.step_minor * self.step_minor, magnitude % self.step_minor);
        let goes_up = match self.midway {
            Midway::Up => over >= self.step_minor - over,
            Midway::Down => over > self.step_minor - over,
        };
        let nearest = if goes_up { down.checked_add(self.step_minor) } else { Some(down) };
        let is_small = magnitude > 0 && magnitude < self.step_minor;
        let due = match self.small {
            SmallSum::Exact if is_small => return unrounded,
            SmallSum::OneStep if is_small => Some(self.step_minor),
            SmallSum::Nothing | SmallSum::OneStep | SmallSum::Exact => nearest,
        };
        let signed = due.map(|due| due * exact.minor.signum());
        RoundedCash { exact, due: Money::new(signed.unwrap_or(exact.minor), exact.currency) }
    }
}

/// The rounding of a payment in cash, from what was covered of the sale, handed over and given back: what came into the
/// drawer beyond the amount. Nothing where none was rounded; `None` when the sums are of different currencies.
#[must_use]
pub fn rounding_of(amount: Money, given: Money, change: Money) -> Option<Money> {
    given.checked_sub(change)?.checked_sub(amount)
}
