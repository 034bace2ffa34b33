//! Cash: what a currency is made of, rounding, tender and change, and the blind count of the drawer.

mod change;
mod count;
mod exchange;
mod movement;
mod pieces;
mod rounding;
mod tender;

pub use self::change::{CHANGE_STEPS_MAX, NoChange, change_from};
pub use self::count::{Count, CountNote, CountedPiece, PIECES_MAX};
pub use self::exchange::{Foreign, ForeignCash, RATE_DECIMALS, RATE_MAX, Rate, RateError};
pub use self::movement::{CashMovement, MovementKind};
pub use self::pieces::{can_be_paid, denominations, has_pieces, pieces, smallest_piece, tendered};
pub use self::rounding::{
    CashRounding, Country, CountryError, Midway, RoundedCash, SmallSum, cash_rounding, rounding_of,
};
pub use self::tender::{
    QUICK_NOTES_MAX, QUICK_TENDERS_MAX, TenderError, change, notes_given, quick_notes, quick_tenders,
};

#[cfg(test)]
mod tests;
