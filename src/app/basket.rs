//! What is being sold, before it is a sale.

use crate::domain::ticket::TicketNumber;

/// What is being sold, until the sale is done. The sale itself is in the ledger once a payment began.
#[derive(Clone, Debug, Default)]
pub struct Basket {
    /// The amount typed, in minor units.
    pub minor: i64,
    /// More digits were typed than an amount may have.
    pub too_many_digits: bool,
    /// The amount was refused when a way to pay was chosen.
    pub refused: Option<AmountRefused>,
    /// The ticket number of the shop's POS.
    pub ticket: Option<TicketNumber>,
    /// The ticket number being typed.
    pub typing_ticket: Option<String>,
    /// The reader failed this sale, or the cashier said that cards do not work.
    pub reader_failed: bool,
}

/// Why an amount cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountRefused {
    /// Nothing to pay.
    Zero,
    /// Above the configured maximum.
    AboveMaximum,
}
