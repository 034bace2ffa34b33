//! What one sale asks of a code: the same for every scheme.

use chrono::{DateTime, FixedOffset};

use crate::domain::ids::SaleReference;
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
    /// The bill of a sale whose code has no expiry and no message.
    #[must_use]
    pub fn of_sale(amount: Money, reference: SaleReference) -> Self {
        let reference = Some(reference.to_string());
        let (currency, amount) = (amount.currency, Some(amount));
        Self { currency, amount, reference, message: None, made_at: None, expires_at: None }
    }
}
