//! Change from what the drawer holds: exact, never more of a kind than there are.
//!
//! The largest piece first, as a hand does it; where that comes out even it is the change. It does not always as soon as
//! a piece is missing: 0.60 from one 50 and three 20s is three 20s. Then it is made in the fewest pieces. For that all
//! amounts up to the change are worked out in steps of the largest unit that divides every piece, each in the fewest
//! pieces. Kinds are taken in bundles of 1, 2, 4 … pieces, which makes any number of them in few steps.

use crate::domain::cash::Count;
use crate::domain::money::Money;

/// The most steps an amount may have: 2,000 euro in cents, or 10,000 francs in five-centime steps. It bounds time and
/// memory; the change of [`super::change`] stays below it in every currency.
pub const CHANGE_STEPS_MAX: i64 = 200_000;

/// Why the drawer cannot give an amount back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoChange {
    /// Nothing the drawer holds adds up to it.
    #[error("the drawer cannot give {wanted}; the nearest it can give is {nearest}")]
    NotInDrawer {
        /// What was to be given back.
        wanted: Money,
        /// The largest amount below it that the drawer can give; maybe nothing.
        nearest: Money,
    },
    /// Above [`CHANGE_STEPS_MAX`].
    #[error("{0} is more than can be broken down as change")]
    TooLarge(Money),
}

/// The notes and coins to hand back, largest first, as `(piece, how many)`.
///
/// # Errors
///
/// The drawer cannot give the amount, or it is too large to be change.
pub fn change_from(amount: Money, held: &Count) -> Result<Vec<(Money, i64)>, NoChange> {
    if amount.minor <= 0 {
        return Ok(Vec::new());
    }
    let kinds = kinds(amount.minor, held);
    if let Some(made) = largest_first(amount.minor, &kinds) {
        return Ok(made.into_iter().map(|(piece, count)| (Money::new(piece, amount.currency), count)).collect());
    }
    let unit = kinds.iter().fold(0, |unit, (piece, _)| greatest_common_divisor(unit, *piece));
    let nothing = NoChange::NotInDrawer { wanted: amount, nearest: Money::zero(amount.currency) };
    if unit == 0 {
        return Err(nothing);
    }
    let steps = usize::try_from((amount.minor / unit).min(CHANGE_STEPS_MAX + 1)).map_err(|_| nothing)?;
    if steps > usize::try_from(CHANGE_STEPS_MAX).unwrap_or(0) {
        return Err(NoChange::TooLarge(amount));
    }
    let table = Table::of(&kinds, unit, steps);
    let best = table.largest();
    let reached = i64::try_from(best).unwrap_or(0) * unit;
    if reached != amount.minor {
        return Err(NoChange::NotInDrawer { wanted: amount, nearest: Money::new(reached, amount.currency) });
    }
    Ok(table.pieces_of(best).into_iter().map(|(piece, count)| (Money::new(piece, amount.currency), count)).collect())
}

/// The largest pieces that fit, one kind after the other; nothing where that does not come out even.
fn largest_first(amount_minor: i64, kinds: &[(i64, i64)]) -> Option<Vec<(i64, i64)>> {
    let mut rest = amount_minor;
    let made = kinds.iter().map(|(piece, held)| {
        let count = (rest / piece).min(*held);
        rest -= count * piece;
        (*piece, count)
    });
    let made: Vec<(i64, i64)> = made.filter(|(_, count)| *count > 0).collect();
    (rest == 0).then_some(made)
}

/// The kinds of pieces that can be part of an amount, largest first, and how many of each at most.
fn kinds(amount_minor: i64, held: &Count) -> Vec<(i64, i64)> {
    let mut pieces: Vec<i64> = held.0.iter().map(|row| row.piece_minor).filter(|piece| *piece > 0).collect();
    pieces.sort_unstable_by(|one, other| other.cmp(one));
    pieces.dedup();
    let count = |piece: i64| i64::from(held.of(piece)).min(amount_minor / piece);
    pieces.into_iter().map(|piece| (piece, count(piece))).filter(|(_, count)| *count > 0).collect()
}

fn greatest_common_divisor(one: i64, other: i64) -> i64 {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

/// The fewest pieces for every amount, bundle by bundle.
struct Table {
    /// For each amount in steps the fewest pieces that make it, where any do.
    fewest: Vec<Option<u32>>,
    /// For each bundle what it is, and which amounts are made with it.
    bundles: Vec<Bundle>,
}

/// Several pieces of one kind that are taken together or not at all.
struct Bundle {
    piece: i64,
    count: i64,
    steps: usize,
    is_in: Vec<bool>,
}

impl Table {
    fn of(kinds: &[(i64, i64)], unit: i64, steps: usize) -> Self {
        let mut fewest = vec![None; steps + 1];
        fewest[0] = Some(0_u32);
        let mut table = Self { fewest, bundles: Vec::new() };
        for (piece, held) in kinds {
            let (mut rest, mut size) = (*held, 1);
            while rest > 0 {
                let count = size.min(rest);
                table.add(*piece, count, usize::try_from(piece / unit * count).unwrap_or(usize::MAX));
                rest -= count;
                size *= 2;
            }
        }
        table
    }

    /// From the largest amount down, so that a bundle is taken once.
    fn add(&mut self, piece: i64, count: i64, steps: usize) {
        let mut is_in = vec![false; self.fewest.len()];
        let pieces = u32::try_from(count).unwrap_or(u32::MAX);
        for amount in (steps..self.fewest.len()).rev() {
            let Some(with) = self.fewest[amount - steps].map(|fewest| fewest.saturating_add(pieces)) else { continue };
            if self.fewest[amount].is_none_or(|without| with < without) {
                self.fewest[amount] = Some(with);
                is_in[amount] = true;
            }
        }
        self.bundles.push(Bundle { piece, count, steps, is_in });
    }

    /// The largest amount that can be made, in steps.
    fn largest(&self) -> usize {
        self.fewest.iter().rposition(Option::is_some).unwrap_or(0)
    }

    /// What an amount is made of, largest piece first.
    fn pieces_of(&self, amount: usize) -> Vec<(i64, i64)> {
        let mut rest = amount;
        let mut made: Vec<(i64, i64)> = Vec::new();
        for bundle in self.bundles.iter().rev().filter(|bundle| bundle.count > 0) {
            if !bundle.is_in.get(rest).copied().unwrap_or(false) {
                continue;
            }
            rest -= bundle.steps;
            match made.last_mut().filter(|(piece, _)| *piece == bundle.piece) {
                Some((_, count)) => *count += bundle.count,
                None => made.push((bundle.piece, bundle.count)),
            }
        }
        made.reverse();
        made
    }
}
