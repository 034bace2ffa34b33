//! The names of open items, as they go to a screen and come back.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::ids::{DrawerId, LineId, PaymentId, RefundId, SaleId};

/// What names an open item on a screen and comes back from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ItemId {
    /// A sale.
    Sale(SaleId),
    /// A payment.
    Payment(PaymentId),
    /// A refund.
    Refund(RefundId),
    /// A statement line.
    Line(LineId),
    /// A drawer session.
    Drawer(DrawerId),
    /// The journal.
    Journal,
}

/// Text that names no open item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” does not name an open item, such as payment:01928c5e-…")]
pub struct ItemIdError(String);

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sale(id) => write!(f, "sale:{id}"),
            Self::Payment(id) => write!(f, "payment:{id}"),
            Self::Refund(id) => write!(f, "refund:{id}"),
            Self::Line(id) => write!(f, "line:{id}"),
            Self::Drawer(id) => write!(f, "drawer:{id}"),
            Self::Journal => f.write_str("journal"),
        }
    }
}

impl FromStr for ItemId {
    type Err = ItemIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ItemIdError(text.to_owned());
        let (kind, id) = text.split_once(':').unwrap_or((text, ""));
        let uuid = || id.parse::<uuid::Uuid>().map_err(|_| wrong());
        match kind {
            "sale" => Ok(Self::Sale(SaleId(uuid()?))),
            "payment" => Ok(Self::Payment(PaymentId(uuid()?))),
            "refund" => Ok(Self::Refund(RefundId(uuid()?))),
            "line" => Ok(Self::Line(LineId(uuid()?))),
            "drawer" => Ok(Self::Drawer(DrawerId(uuid()?))),
            "journal" if id.is_empty() => Ok(Self::Journal),
            _ => Err(wrong()),
        }
    }
}

impl From<ItemId> for String {
    fn from(id: ItemId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for ItemId {
    type Error = ItemIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
