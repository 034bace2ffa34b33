//! How many pieces of each denomination there are: the opening float, the blind count, what a drawer holds.

use serde::{Deserialize, Serialize};

use crate::domain::money::Money;

/// The most pieces of one denomination that a count may say: more is a slip of the finger.
pub const PIECES_MAX: u32 = 9_999;

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

    /// How many pieces of this value there are.
    #[must_use]
    pub fn of(&self, piece_minor: i64) -> u32 {
        let same = self.0.iter().filter(|row| row.piece_minor == piece_minor);
        same.fold(0_u32, |sum, row| sum.saturating_add(row.pieces)).min(PIECES_MAX)
    }

    /// With these put in, each kind at most [`PIECES_MAX`] times.
    ///
    /// The till is not told which notes a customer hands over, so what it reckons that the drawer holds is a reckoning:
    /// it proposes change and is never taken for a count.
    pub fn put_in(&mut self, made: &[(Money, i64)]) {
        for (piece, count) in made {
            let added = u32::try_from(*count).unwrap_or(0);
            match self.0.iter_mut().find(|row| row.piece_minor == piece.minor) {
                Some(row) => row.pieces = row.pieces.saturating_add(added).min(PIECES_MAX),
                None => self.0.push(CountedPiece { piece_minor: piece.minor, pieces: added.min(PIECES_MAX) }),
            }
        }
    }

    /// With these taken out; what was not there by this reckoning leaves none.
    pub fn take_out(&mut self, made: &[(Money, i64)]) {
        for (piece, count) in made {
            let taken = u32::try_from(*count).unwrap_or(0);
            if let Some(row) = self.0.iter_mut().find(|row| row.piece_minor == piece.minor) {
                row.pieces = row.pieces.saturating_sub(taken);
            }
        }
    }
}
