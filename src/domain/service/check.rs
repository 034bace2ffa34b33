//! The acceptance test: what a reader has to show before it is trusted again.

use serde::{Deserialize, Serialize};

use crate::domain::ladder::Kind;
use crate::domain::reader::EntryMode;
use crate::domain::service::step::Mended;

/// One check of the acceptance test, in the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Seals and serial number are those of the register (PCI DSS 4.0.1, 9.5.1.2).
    Seals,
    /// The diagnosis ladder finds nothing wrong.
    Diagnosis,
    /// A card that is put in is read.
    Contact,
    /// A card that is held to it is read.
    Contactless,
    /// A card that is swiped is read.
    Stripe,
    /// A payment of the smallest amount goes through.
    Payment,
    /// It is taken back.
    Reversal,
    /// Its receipt is printed.
    Receipt,
    /// After a power cut it comes back by itself.
    PowerCut,
}

impl Check {
    /// All of them, in their order.
    pub const ALL: [Self; 9] = [
        Self::Seals,
        Self::Diagnosis,
        Self::Contact,
        Self::Contactless,
        Self::Stripe,
        Self::Payment,
        Self::Reversal,
        Self::Receipt,
        Self::PowerCut,
    ];

    /// Whether it belongs to the test after trouble of this kind. A line that was mended says nothing of a slot; a
    /// device that was in other hands has to show everything. One that was lent had no trouble: what it has to show is
    /// that it is the one that was sent, and that it takes a payment.
    #[must_use]
    pub fn is_needed(self, kind: Kind, how: Mended) -> bool {
        let was_away = match how {
            Mended::Lent => return matches!(self, Self::Seals | Self::Diagnosis | Self::Payment),
            Mended::Here => false,
            Mended::ByProvider | Mended::Repaired | Mended::Replaced => true,
        };
        match self {
            Self::Diagnosis | Self::Payment => true,
            Self::Contact | Self::Contactless | Self::Reversal | Self::Receipt => {
                was_away || matches!(kind, Kind::Hardware | Kind::Software | Kind::Card)
            }
            Self::Seals | Self::Stripe => was_away || kind == Kind::Hardware,
            Self::PowerCut => was_away || matches!(kind, Kind::Hardware | Kind::Software | Kind::Network),
        }
    }

    /// The check that a card read this way passes.
    #[must_use]
    pub fn of_entry(entry: EntryMode) -> Self {
        match entry {
            EntryMode::Contact => Self::Contact,
            EntryMode::Contactless => Self::Contactless,
            EntryMode::Stripe => Self::Stripe,
        }
    }
}
