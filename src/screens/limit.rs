//! What a limit of typed cards says, for every page that shows one; see `LimitKind` in `ui/api/types.slint`.

use serde::Serialize;

use crate::domain::limits::LimitReached;

/// A limit that would be passed, with its value as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/types.slint")]
pub enum LimitSaid {
    /// The most for one.
    Sale(String),
    /// The most for one card, and within how many days.
    Card { above: String, days: u8 },
    /// The most for one cashier.
    Cashier(String),
    /// The most for all.
    Total(String),
    /// How many at most.
    Count(u32),
    /// For how many hours at most.
    Oldest(i64),
    /// The card is on the stop list.
    StopList,
}

impl From<LimitReached> for LimitSaid {
    fn from(limit: LimitReached) -> Self {
        match limit {
            LimitReached::Sale { above } => Self::Sale(above.shown()),
            LimitReached::Card { above, days } => Self::Card { above: above.shown(), days },
            LimitReached::Cashier { above } => Self::Cashier(above.shown()),
            LimitReached::Total { above } => Self::Total(above.shown()),
            LimitReached::Count { above } => Self::Count(above),
            LimitReached::Oldest { above } => Self::Oldest(above.num_hours()),
            LimitReached::StopList => Self::StopList,
        }
    }
}
