//! What one sale asks of a code: the same for every scheme.

use chrono::{DateTime, FixedOffset};

use crate::domain::money::{Currency, Money};

/// What one sale asks of a code. Who is paid stands in each scheme's own type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// The currency of the sale, also where the amount is open.
    pub currency: Currency,
    /// How much; none leaves it to the payer to type.
    pub amount: Option<Money>,
    /// What the shop finds the credit by.
    pub reference: Option<String>,
    /// A text for the payer or the payee, where the scheme carries one.
    pub message: Option<String>,
    /// When the code is made, as the till's clock has it; schemes with an expiry need it.
    pub made_at: Option<DateTime<FixedOffset>>,
    /// Until when it can be paid, where the scheme has an expiry.
    pub expires_at: Option<DateTime<FixedOffset>>,
}

impl Bill {
    /// A bill of which nothing but the currency is known: the payer types the amount.
    #[must_use]
    pub fn open(currency: Currency) -> Self {
        Self { currency, amount: None, reference: None, message: None, made_at: None, expires_at: None }
    }

    /// The same bill with an amount.
    #[must_use]
    pub fn with_amount(self, amount: Money) -> Self {
        Self { amount: Some(amount), ..self }
    }

    /// The same bill with a reference.
    #[must_use]
    pub fn with_reference(self, reference: &str) -> Self {
        Self { reference: Some(reference.to_owned()), ..self }
    }
}
