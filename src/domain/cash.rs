//! Cash: the drawer's denominations, quick-tender keys, change, and the blind count.

use serde::{Deserialize, Serialize};

use crate::domain::money::Money;

/// How many quick-tender keys there are at most, the exact amount among them.
pub const QUICK_TENDERS_MAX: usize = 4;
/// The most pieces of one denomination that a count may say: more is a slip of the finger.
pub const PIECES_MAX: u32 = 9_999;

/// Notes and coins of a currency, largest first, in minor units.
#[must_use]
pub fn denominations(code: &str) -> &'static [i64] {
    match code {
        // European Central Bank: euro banknotes 5 to 200 (500 no longer issued) and coins 1 cent to 2 euro.
        "EUR" => &[20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
        // People's Bank of China, fifth series: notes 1 to 100 yuan, coins 0.1 to 1 yuan.
        "CNY" => &[10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10],
        // Every other currency counts in one column of its major unit steps until its own row is added with a source.
        _ => &[100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
    }
}

/// What the customer could hand over for this amount: exactly that, then the amounts that the next larger notes make.
///
/// The rule: for each note, largest piece last, round the amount up to a multiple of it; keep the distinct results in
/// ascending order. So 48.90 gives 48.90, 50, 60, 100.
#[must_use]
pub fn quick_tenders(due: Money) -> Vec<Money> {
    let exponent_scale = 10_i64.pow(due.currency.exponent());
    let notes = denominations(due.currency.code()).iter().rev().filter(|piece| **piece >= 5 * exponent_scale);
    let mut keys = vec![due.minor];
    for note in notes {
        let Some(rounded) = due.minor.checked_add(note - 1).map(|sum| sum / note * note) else { continue };
        if !keys.contains(&rounded) && (rounded - due.minor) < 100 * exponent_scale {
            keys.push(rounded);
        }
    }
    keys.sort_unstable();
    keys.truncate(QUICK_TENDERS_MAX);
    keys.into_iter().map(|minor| Money::new(minor, due.currency)).collect()
}

/// Why an amount handed over cannot be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TenderError {
    /// Less than is due.
    #[error("given {given} is less than the {due} to pay")]
    TooLittle {
        /// What was handed over.
        given: Money,
        /// What is due.
        due: Money,
    },
    /// So much more than is due that it must be a slip of the finger.
    #[error("given {given} leaves more change than any note: at most {limit} can be given")]
    TooMuch {
        /// What was handed over.
        given: Money,
        /// The largest sensible amount.
        limit: Money,
    },
}

/// The change for an amount handed over.
///
/// # Errors
///
/// Too little; or so much that the change would be more than the largest note twice over.
pub fn change(due: Money, given: Money) -> Result<Money, TenderError> {
    let limit_minor = due.minor.saturating_add(2 * denominations(due.currency.code())[0]);
    if given.minor < due.minor {
        return Err(TenderError::TooLittle { given, due });
    }
    if given.minor > limit_minor {
        return Err(TenderError::TooMuch { given, limit: Money::new(limit_minor, due.currency) });
    }
    Ok(Money::new(given.minor - due.minor, due.currency))
}

/// The change in notes and coins, largest first, as `(piece, how many)`.
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

/// How a difference between the count and the expected sum is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountNote {
    /// Wrong change was given.
    WrongChange,
    /// A slip is missing.
    SlipMissing,
    /// The float was counted wrongly.
    FloatWrong,
    /// Nobody knows.
    CannotBeFound,
}

/// How many pieces of each denomination there are.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Count(pub Vec<CountedPiece>);

/// One row of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedPiece {
    /// The piece, in minor units.
    pub piece_minor: i64,
    /// How many.
    pub pieces: u32,
}

impl Count {
    /// What it adds up to, in minor units. Bounded by [`PIECES_MAX`] per row, so it cannot overflow.
    #[must_use]
    pub fn sum_minor(&self) -> i64 {
        self.0.iter().map(|row| row.piece_minor * i64::from(row.pieces.min(PIECES_MAX))).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn euro(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    #[test]
    fn quick_tenders_are_what_a_customer_would_hand_over() {
        for (due, keys) in [
            (4_890, vec![4_890, 5_000, 6_000, 10_000]),
            (5_000, vec![5_000, 6_000, 10_000]),
            (1, vec![1, 500, 1_000, 2_000]),
            (370, vec![370, 500, 1_000, 2_000]),
            (19_999, vec![19_999, 20_000]),
        ] {
            let made: Vec<i64> = quick_tenders(euro(due)).iter().map(|money| money.minor).collect();
            assert_eq!(made, keys, "{due}");
        }
    }

    #[test]
    fn change_is_exact_and_slips_are_refused() {
        assert_eq!(change(euro(4_890), euro(6_000)), Ok(euro(1_110)));
        assert_eq!(change(euro(4_890), euro(4_890)), Ok(euro(0)));
        assert!(matches!(change(euro(4_890), euro(4_889)), Err(TenderError::TooLittle { .. })));
        assert!(matches!(change(euro(4_890), euro(600_000)), Err(TenderError::TooMuch { .. })));
    }

    #[test]
    fn change_is_broken_into_the_fewest_pieces() {
        let made: Vec<(i64, i64)> = pieces(euro(1_110)).iter().map(|(piece, count)| (piece.minor, *count)).collect();
        assert_eq!(made, [(1_000, 1), (100, 1), (10, 1)]);
        let all: i64 = pieces(euro(8_888)).iter().map(|(piece, count)| piece.minor * count).sum();
        assert_eq!(all, 8_888);
    }
}
