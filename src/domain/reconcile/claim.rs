//! What the till expects money for, taken from the ledger.

use chrono::NaiveDate;

use crate::domain::ids::{LineId, PaymentId, SaleReference};
use crate::domain::ledger::Ledger;
use crate::domain::money::Money;
use crate::domain::qr::QrState;
use crate::domain::reconcile::{LineState, StatementLine};
use crate::domain::sale::Tender;

/// A transfer as matching needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The payment.
    pub payment: PaymentId,
    /// The reference its code carried. Two transfers of one sale share it.
    pub reference: SaleReference,
    /// How much was asked for.
    pub amount: Money,
    /// The day the code was shown, by the till's clock.
    pub asked_on: NaiveDate,
    /// Whether money is still expected.
    pub awaits: Awaits,
}

/// Whether money is still expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaits {
    /// Yes.
    Money,
    /// This line was it.
    NothingSeen(LineId),
    /// It was written off.
    NothingWrittenOff,
    /// The code was taken off the screen unpaid.
    NothingWithdrawn,
}

/// Every QR transfer that the ledger still knows.
#[must_use]
pub fn claims(ledger: &Ledger) -> Vec<Claim> {
    let claim = |payment: &crate::domain::sale::Payment| {
        let awaits = match &payment.tender {
            Tender::Qr { qr } => match qr {
                QrState::Shown | QrState::CustomerSaysPaid { .. } | QrState::ConfirmedByShop { .. } => Awaits::Money,
                QrState::SeenOnStatement { line } => Awaits::NothingSeen(*line),
                QrState::NeverArrived { .. } => Awaits::NothingWrittenOff,
                QrState::Withdrawn => Awaits::NothingWithdrawn,
            },
            Tender::Reader { .. } | Tender::Card { .. } | Tender::Cash { .. } => return None,
        };
        // The ledger keeps the sale of every payment it keeps.
        let reference = ledger.sales.get(&payment.sale)?.reference;
        let asked_on = payment.began.date_naive();
        Some(Claim { payment: payment.id, reference, amount: payment.amount, asked_on, awaits })
    };
    ledger.payments.values().filter_map(claim).collect()
}

/// The statement lines that nothing is known of yet.
pub fn unexplained(ledger: &Ledger) -> impl Iterator<Item = &StatementLine> {
    ledger.lines.values().filter(|kept| matches!(kept.state, LineState::Unexplained)).map(|kept| &kept.line)
}
