//! What an open item is about: a payment, a card as it may be shown, a line of a statement.

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::domain::card::Brand;
use crate::domain::ids::{LineId, PaymentId, SaleId, SaleReference};
use crate::domain::money::Money;

/// A payment that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The payment.
    pub payment: PaymentId,
    /// Its sale.
    pub sale: SaleId,
    /// The reference of the sale.
    pub reference: Option<SaleReference>,
    /// The payment's amount.
    pub amount: Money,
    /// When it began.
    pub began: DateTime<FixedOffset>,
}

/// What may be shown of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardShown {
    /// Its brand.
    pub brand: Brand,
    /// Its last four digits.
    pub last4: String,
}

/// A statement line that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The line.
    pub line: LineId,
    /// Its amount; a debit is negative.
    pub amount: Money,
    /// Its booking date.
    pub booked_on: NaiveDate,
    /// Who paid.
    pub payer: Option<String>,
    /// What they wrote.
    pub text: Option<String>,
}
