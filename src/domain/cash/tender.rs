//! What a customer hands over: the keys that offer it, and the change that goes back.

use crate::domain::cash::{denominations, pieces, tendered};
use crate::domain::money::Money;

/// How many quick-tender keys there are at most, the exact amount among them.
pub const QUICK_TENDERS_MAX: usize = 4;
/// The most notes that a quick-tender key stands for, besides any number of the largest.
pub const QUICK_NOTES_MAX: usize = 3;

/// What the customer could hand over for this amount, ascending: exactly that, then sums of notes.
///
/// One rule for every currency: each sum of at most [`QUICK_NOTES_MAX`] notes none of which could be left out. What is
/// above the largest note is first paid in as many of it as go in. So 48.90 euro gives 48.90, 50, 60 (three twenties)
/// and 100, but not 55, since nobody adds a five to a fifty that is enough.
#[must_use]
pub fn quick_tenders(due: Money) -> Vec<Money> {
    let mut sums = tenders(due);
    sums.truncate(QUICK_TENDERS_MAX);
    sums
}

/// The same in notes alone, for a currency of which customers have notes and seldom the coins.
#[must_use]
pub fn quick_notes(due: Money) -> Vec<Money> {
    let note = tendered(due.currency.code()).last().copied().unwrap_or(1);
    tenders(due).into_iter().filter(|sum| sum.minor % note == 0).take(QUICK_TENDERS_MAX).collect()
}

fn tenders(due: Money) -> Vec<Money> {
    let notes = tendered(due.currency.code());
    let whole = notes.first().map_or(0, |largest| due.minor / largest * largest);
    let mut sums = vec![due.minor];
    add_sums(notes, due.minor - whole, 0, QUICK_NOTES_MAX, &mut |sum| {
        let key = whole.saturating_add(sum);
        if !sums.contains(&key) {
            sums.push(key);
        }
    });
    sums.sort_unstable();
    sums.into_iter().map(|minor| Money::new(minor, due.currency)).collect()
}

/// Finds the sums of at most `more` further notes, each no larger than the one before it, that reach `due` with the last
/// and not without it: as the last is the smallest, none of them could be left out.
fn add_sums(notes: &[i64], due: i64, so_far: i64, more: usize, found: &mut impl FnMut(i64)) {
    if more == 0 || due <= 0 {
        return;
    }
    for (place, note) in notes.iter().enumerate() {
        let sum = so_far + note;
        if sum >= due {
            found(sum);
        } else if let Some(smaller) = notes.get(place..) {
            add_sums(smaller, due, sum, more - 1, found);
        }
    }
}

/// The notes and coins that a customer handed over for this amount, as far as anybody can tell: none that could have been
/// left out. So 60 euro for 50 were three twenties, and not a fifty with a ten.
#[must_use]
pub fn notes_given(due: Money, given: Money) -> Vec<(Money, i64)> {
    let made = pieces(given);
    let smallest = made.last().map_or(0, |(piece, _)| piece.minor);
    if given.minor - smallest < due.minor {
        return made;
    }
    let code = given.currency.code();
    let mut alike = tendered(code).iter().filter(|note| given.minor % **note == 0 && given.minor - **note < due.minor);
    match alike.next() {
        Some(note) => vec![(Money::new(*note, given.currency), given.minor / note)],
        None => made,
    }
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

/// The change for an amount handed over; `due` is what is due in cash, rounded where the country rounds.
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
