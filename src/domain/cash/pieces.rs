//! What each currency is made of: the notes and coins that are in use.
//!
//! The rows are the issues of each central bank that are in circulation. Pieces that are legal tender but hardly ever
//! seen (the 500 euro note, the 2 dollar note) are left out: a row of a count that is always empty costs time every
//! evening.

use crate::domain::money::{Currency, Money};

/// The notes and coins of a currency.
struct Row {
    /// In minor units, largest first. A note and a coin of one value are one row.
    pieces: &'static [i64],
    /// How many of them, from the largest, customers pay whole sums with: the notes, and the largest coin where the
    /// smallest note is worth a meal.
    tendered: usize,
}

const fn row(pieces: &'static [i64], tendered: usize) -> Row {
    Row { pieces, tendered }
}

/// Notes and coins of a currency, largest first, in minor units.
#[must_use]
pub fn denominations(code: &str) -> &'static [i64] {
    currency(code).pieces
}

/// Those of them that customers pay whole sums with, largest first, in minor units.
#[must_use]
pub fn tendered(code: &str) -> &'static [i64] {
    let row = currency(code);
    row.pieces.get(..row.tendered).unwrap_or(row.pieces)
}

/// An amount in the fewest notes and coins, largest first, as `(piece, how many)`, when the drawer has all of them.
///
/// What is smaller than the smallest coin is left out. Each currency's pieces are such that taking the largest first
/// gives the fewest; [`super::change_from`] is for a drawer in which some are missing.
#[must_use]
pub fn pieces(amount: Money) -> Vec<(Money, i64)> {
    let mut rest = amount.minor;
    let mut made = Vec::new();
    for piece in denominations(amount.currency.code()) {
        let count = rest / piece;
        if count > 0 {
            made.push((Money::new(*piece, amount.currency), count));
            rest -= count * piece;
        }
    }
    made
}

/// The smallest coin of a currency, or note where it has no coins, in minor units. Every other piece is a multiple of it.
#[must_use]
pub fn smallest_piece(currency: Currency) -> i64 {
    denominations(currency.code()).last().copied().unwrap_or(1)
}

/// Whether notes and coins can make up this sum.
#[must_use]
pub fn can_be_paid(amount: Money) -> bool {
    amount.minor % smallest_piece(amount.currency) == 0
}

/// Whether this currency has a row of its own.
#[must_use]
pub fn has_pieces(code: &str) -> bool {
    known(code).is_some()
}

fn currency(code: &str) -> Row {
    // Any other currency, until its own row is added with its source: steps of 1, 2 and 5.
    const OTHER: &[i64] = &[100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1];
    known(code).unwrap_or(row(OTHER, 8))
}

fn known(code: &str) -> Option<Row> {
    let row = match code {
        // European Central Bank: notes of 5 to 200 euro (the 500 is no longer issued), coins of 1 cent to 2 euro.
        "EUR" => row(&[20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1], 6),
        // Federal Reserve: notes of 1 to 100 dollars, coins of 1 to 25 cents.
        "USD" => row(&[10_000, 5_000, 2_000, 1_000, 500, 100, 25, 10, 5, 1], 6),
        // Bank of England and Royal Mint.
        "GBP" => row(&[5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1], 4),
        // Swiss National Bank, ninth series, and Swissmint; the 5 franc coin is handed over like a note.
        "CHF" => row(&[100_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5], 7),
        // People's Bank of China, fifth series: notes of 1 to 100 yuan, coins of 0.1 to 1 yuan.
        "CNY" => row(&[10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10], 6),
        // Bank of Japan; the yen has no decimals. The 2000 yen note is hardly seen; the 500 yen coin is.
        "JPY" => row(&[10_000, 5_000, 1_000, 500, 100, 50, 10, 5, 1], 4),
        // Bank of Korea; the won has no decimals.
        "KRW" => row(&[50_000, 10_000, 5_000, 1_000, 500, 100, 50, 10], 4),
        // Central Bank of Kuwait: notes of 1/4 to 20 dinars, coins of 5 to 100 fils; 1000 fils are a dinar.
        "KWD" => row(&[20_000, 10_000, 5_000, 1_000, 500, 250, 100, 50, 20, 10, 5], 6),
        // Central Bank of Bahrain: notes of 1/2 to 20 dinars, coins of 5 to 100 fils.
        "BHD" => row(&[20_000, 10_000, 5_000, 1_000, 500, 100, 50, 25, 10, 5], 5),
        // Sveriges Riksbank.
        "SEK" => row(&[100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100], 6),
        // Norges Bank.
        "NOK" => row(&[100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 100], 5),
        // Danmarks Nationalbank; the 1000 krone note ceased to be legal tender on 31 May 2025.
        "DKK" => row(&[50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50], 4),
        // Czech National Bank.
        "CZK" => row(&[500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100], 6),
        // Magyar Nemzeti Bank; ISO 4217 gives the forint two decimals, which nobody has seen.
        "HUF" => {
            row(&[2_000_000, 1_000_000, 500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500], 6)
        }
        // Narodowy Bank Polski.
        "PLN" => row(&[50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1], 6),
        // Bank of Canada and Royal Canadian Mint; no cent since 2013.
        "CAD" => row(&[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 25, 10, 5], 5),
        // Reserve Bank of Australia; no coin below 5 cents since 1992.
        "AUD" => row(&[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5], 5),
        // Reserve Bank of New Zealand; no coin below 10 cents since 2006.
        "NZD" => row(&[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10], 5),
        // Banco Central do Brasil, second family.
        "BRL" => row(&[20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 25, 10, 5], 7),
        // Reserve Bank of India; the 2000 rupee note was withdrawn in 2023, the 50 paise coin is hardly seen.
        "INR" => row(&[50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100], 6),
        // Monetary Authority of Singapore; the 1000 dollar note is no longer issued.
        "SGD" => row(&[10_000, 5_000, 1_000, 500, 200, 100, 50, 20, 10, 5], 5),
        // Bank of Thailand.
        "THB" => row(&[100_000, 50_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 25], 5),
        // Bank Negara Malaysia, fourth series.
        "MYR" => row(&[10_000, 5_000, 2_000, 1_000, 500, 100, 50, 20, 10, 5], 6),
        // Hong Kong Monetary Authority.
        "HKD" => row(&[100_000, 50_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10], 6),
        // Bank Indonesia; two decimals by ISO 4217.
        "IDR" => {
            row(&[10_000_000, 5_000_000, 2_000_000, 1_000_000, 500_000, 200_000, 100_000, 50_000, 20_000, 10_000], 7)
        }
        // State Bank of Vietnam; no coins, no decimals.
        "VND" => row(&[500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000], 9),
        // National Bank of Cambodia; no coins, two decimals by ISO 4217.
        "KHR" => row(&[10_000_000, 5_000_000, 2_000_000, 1_000_000, 500_000, 200_000, 100_000, 50_000, 10_000], 9),
        _ => return None,
    };
    Some(row)
}
