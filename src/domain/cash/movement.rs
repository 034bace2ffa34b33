//! Money that goes into the drawer or comes out of it without a sale.

use serde::{Deserialize, Serialize};

/// Why money went in or came out. Each reason goes one way only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashMovement {
    /// Change was brought from the safe or the bank.
    ChangeBrought,
    /// Another payment in.
    OtherPaidIn,
    /// A supplier was paid.
    SupplierPaid,
    /// Something small was bought for the shop.
    ExpensePaid,
    /// Another payment out.
    OtherPaidOut,
    /// Notes were put into the safe, so that the drawer holds less.
    SafeDrop,
}

/// The kind of a movement, as slips and figures add it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovementKind {
    /// Into the drawer.
    PaidIn,
    /// Out of it, and gone.
    PaidOut,
    /// Out of it, and still the shop's.
    SafeDrop,
}

impl CashMovement {
    /// All of them, as they are offered.
    pub const ALL: [Self; 6] = [
        Self::ChangeBrought,
        Self::OtherPaidIn,
        Self::SupplierPaid,
        Self::ExpensePaid,
        Self::OtherPaidOut,
        Self::SafeDrop,
    ];

    /// Its kind.
    #[must_use]
    pub fn kind(self) -> MovementKind {
        match self {
            Self::ChangeBrought | Self::OtherPaidIn => MovementKind::PaidIn,
            Self::SupplierPaid | Self::ExpensePaid | Self::OtherPaidOut => MovementKind::PaidOut,
            Self::SafeDrop => MovementKind::SafeDrop,
        }
    }

    /// Whether it can be of notes in the box of another currency: they are brought, and they go into the safe. Nobody is
    /// paid in them.
    #[must_use]
    pub fn is_for_box(self) -> bool {
        match self {
            Self::ChangeBrought | Self::SafeDrop => true,
            Self::OtherPaidIn | Self::SupplierPaid | Self::ExpensePaid | Self::OtherPaidOut => false,
        }
    }

    /// What an amount does to the drawer, in minor units: positive where it comes in.
    #[must_use]
    pub fn signed(self, amount_minor: i64) -> i64 {
        match self.kind() {
            MovementKind::PaidIn => amount_minor,
            MovementKind::PaidOut | MovementKind::SafeDrop => amount_minor.saturating_neg(),
        }
    }
}
