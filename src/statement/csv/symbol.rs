//! Signs of currencies that stand beside an amount.

use crate::domain::money::Currency;

/// Each sign with the currencies that are written with it; the longer signs come first.
const SYMBOLS: [(&str, &[&str]); 31] = [
    ("US$", &["USD"]),
    ("HK$", &["HKD"]),
    ("CA$", &["CAD"]),
    ("AU$", &["AUD"]),
    ("NZ$", &["NZD"]),
    ("NT$", &["TWD"]),
    ("MX$", &["MXN"]),
    ("R$", &["BRL"]),
    ("S$", &["SGD"]),
    ("A$", &["AUD"]),
    ("C$", &["CAD", "NIO"]),
    ("$", DOLLARS),
    ("€", &["EUR"]),
    ("£", &["GBP", "GIP", "FKP", "SHP", "EGP", "LBP", "SYP", "SDG", "SSP"]),
    ("¥", &["CNY", "JPY"]),
    ("￥", &["CNY", "JPY"]),
    ("元", &["CNY", "TWD", "HKD", "MOP"]),
    ("₹", &["INR"]),
    ("₩", &["KRW"]),
    ("₽", &["RUB"]),
    ("₺", &["TRY"]),
    ("₴", &["UAH"]),
    ("₫", &["VND"]),
    ("₪", &["ILS"]),
    ("₱", &["PHP"]),
    ("฿", &["THB"]),
    ("₦", &["NGN"]),
    ("₸", &["KZT"]),
    ("zł", &["PLN"]),
    ("Kč", &["CZK"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
];

/// Currencies that are called dollar or peso.
const DOLLARS: &[&str] = &[
    "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "DOP", "CUP", "BMD", "BSD",
    "BBD", "BND", "BZD", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD",
];

/// A sign that stands at an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The sign itself.
    pub text: &'static str,
    codes: &'static [&'static str],
}

impl Symbol {
    /// The sign that a text begins or ends with.
    pub fn at(text: &str) -> Option<Self> {
        let found = SYMBOLS.into_iter().find(|(symbol, _)| text.starts_with(symbol) || text.ends_with(symbol));
        found.map(|(text, codes)| Self { text, codes })
    }

    /// Whether it is one of this currency.
    pub fn is_of(self, currency: Currency) -> bool {
        self.codes.contains(&currency.code())
    }

    /// The currency that it means where nothing else says one; a dollar may be any.
    pub fn means(self) -> Option<Currency> {
        match self.codes {
            [only] => only.parse().ok(),
            ["GBP", ..] => "GBP".parse().ok(),
            _ => None,
        }
    }
}
