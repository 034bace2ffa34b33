//! The rows that a fact changes: what the store writes, and what has to be worked out again.

use crate::domain::ids::{
    CaseId, DayId, DrawerId, HandoverId, LineId, OutageId, PaymentId, PersonId, SaleId, StatementId,
};
use crate::domain::payee::PayeeKey;
use crate::domain::service::Upkeep;

/// A row that a fact changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Row {
    /// A business day.
    Day(DayId),
    /// A drawer session.
    Drawer(DrawerId),
    /// A sale.
    Sale(SaleId),
    /// A payment.
    Payment(PaymentId),
    /// An outage.
    Outage(OutageId),
    /// A person's wrong PINs.
    Person(PersonId),
    /// An account that transfers go to.
    Payee(PayeeKey),
    /// An imported file.
    Statement(StatementId),
    /// A statement line.
    Line(LineId),
    /// The acquirer's keys, all in one row.
    Keys,
    /// A case of the reader.
    Case(CaseId),
    /// A failed read.
    Misread(PaymentId),
    /// Work that comes back.
    Upkeep(Upkeep),
    /// A device.
    Device(String),
    /// Payments taken over from another till.
    Taken(HandoverId),
    /// The open batch.
    Batch,
    /// The two counters.
    Counters,
}

impl Row {
    /// Whether what the statements say of the ledger may be something else after the row has changed.
    #[must_use]
    pub fn is_in_findings(&self) -> bool {
        match self {
            Self::Day(_) | Self::Sale(_) | Self::Payment(_) | Self::Statement(_) | Self::Line(_) => true,
            Self::Drawer(_)
            | Self::Outage(_)
            | Self::Person(_)
            | Self::Payee(_)
            | Self::Keys
            | Self::Case(_)
            | Self::Misread(_)
            | Self::Upkeep(_)
            | Self::Device(_)
            | Self::Taken(_)
            | Self::Batch
            | Self::Counters => false,
        }
    }
}
