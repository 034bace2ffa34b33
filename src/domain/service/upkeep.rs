//! What keeps a reader from failing: work that comes back, who did it last, and what is overdue.

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::domain::ids::PersonId;

/// Work that comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upkeep {
    /// Look at seals, serial number and anything added to the reader (PCI DSS 4.0.1, 9.5.1.2: at a frequency that the
    /// shop lays down; a week here).
    Seals,
    /// Clean the slot with a cleaning card, wipe the antenna.
    Clean,
    /// Paper in the reader and in the store.
    Paper,
    /// Cables, plugs, and a place away from heat and damp.
    Cables,
    /// Updates of reader and till.
    Updates,
    /// The battery lasts as long as it has to.
    Battery,
    /// Nobody who left knows a PIN; the Wi-Fi password is the shop's own.
    Access,
    /// A copy of the ledger was read back on another machine.
    RestoreDrill,
    /// Staff have played an outage.
    Practice,
}

/// When it was done, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpkeepDone {
    /// What.
    pub work: Upkeep,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub by: PersonId,
}

/// How a piece of work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nobody ever did it.
    Never,
    /// It is due by then.
    By(DateTime<FixedOffset>),
    /// It has been due for this long.
    Overdue(TimeDelta),
}

impl Upkeep {
    /// All of it, the most frequent first.
    pub const ALL: [Self; 9] = [
        Self::Seals,
        Self::Clean,
        Self::Paper,
        Self::Cables,
        Self::Updates,
        Self::Battery,
        Self::Access,
        Self::RestoreDrill,
        Self::Practice,
    ];

    /// How often.
    #[must_use]
    pub const fn every(self) -> TimeDelta {
        match self {
            Self::Seals | Self::Clean | Self::Paper => TimeDelta::days(7),
            Self::Cables | Self::Updates => TimeDelta::days(30),
            Self::Battery | Self::Access | Self::RestoreDrill | Self::Practice => TimeDelta::days(90),
        }
    }

    /// How it stands, by the last time it was done.
    #[must_use]
    pub fn due(self, last: Option<&UpkeepDone>, now: DateTime<FixedOffset>) -> Due {
        let Some(last) = last else { return Due::Never };
        let by = last.at + self.every();
        if now > by { Due::Overdue(now - by) } else { Due::By(by) }
    }
}

impl Due {
    /// Whether somebody should do it now.
    #[must_use]
    pub fn is_now(self) -> bool {
        match self {
            Self::Never | Self::Overdue(_) => true,
            Self::By(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::service::case::tests::at;

    #[test]
    fn work_is_due_when_its_time_is_over_and_when_nobody_ever_did_it() {
        let day = |days: i64| at(days * 24 * 60);
        let done = UpkeepDone { work: Upkeep::Seals, at: day(0), by: PersonId("manager-1".to_owned()) };
        assert_eq!(Upkeep::Seals.due(None, day(0)), Due::Never);
        assert_eq!(Upkeep::Seals.due(Some(&done), day(7)), Due::By(day(7)));
        assert_eq!(Upkeep::Seals.due(Some(&done), day(9)), Due::Overdue(TimeDelta::days(2)));
        assert!(Due::Never.is_now() && !Due::By(day(1)).is_now());
        assert!(Upkeep::ALL.iter().all(|work| work.every() >= TimeDelta::days(7)));
    }
}
