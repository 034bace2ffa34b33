//! The counts of a drawer session: the blind one that ends it, the first of two, and those at which it changes hands.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::cash::{Count, CountNote};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::ledger::{Drawer, Ledger, Row};

/// A drawer that went from one person to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The pieces that the first person counted.
    pub count: Count,
    /// What they add up to, in minor units.
    pub counted_minor: i64,
    /// What should have been there, in minor units.
    pub expected_minor: i64,
    /// A first count that differed so much that there was a second one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<DrawerCount>,
    /// Who counted.
    pub from: PersonId,
    /// Who took it over.
    pub to: PersonId,
    /// How a difference was explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<CountNote>,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// A blind count and what it was compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerCount {
    /// The pieces.
    pub count: Count,
    /// What they add up to, in minor units.
    pub counted_minor: i64,
    /// What should have been there, in minor units.
    pub expected_minor: i64,
    /// How a difference was explained.
    pub note: Option<CountNote>,
}

impl DrawerCount {
    /// What is there too much (positive) or too little.
    #[must_use]
    pub fn difference_minor(&self) -> i64 {
        self.counted_minor.saturating_sub(self.expected_minor)
    }
}

impl Handover {
    /// What was there too much (positive) or too little.
    #[must_use]
    pub fn difference_minor(&self) -> i64 {
        self.counted_minor.saturating_sub(self.expected_minor)
    }
}

impl Drawer {
    /// Whether a first count differed so much that a second one is to be made.
    #[must_use]
    pub fn is_counted_again(&self) -> bool {
        self.first.is_some() && self.counted.is_none()
    }
}

impl Ledger {
    /// A first count that differs too much counts for nothing but itself: the drawer is still to be counted.
    pub(super) fn count_drawer(&mut self, fact: &Fact) -> Result<Vec<Row>, String> {
        let Fact::DrawerCounted { drawer, counted, counted_minor, expected_minor, again } = fact else {
            return Err("no count".to_owned());
        };
        let open = self.open_drawer(*drawer)?;
        let is_second = open.is_counted_again();
        if *again && is_second {
            return Err("a drawer is counted once more, and not a third time".to_owned());
        }
        let (counted_minor, expected_minor) = (*counted_minor, *expected_minor);
        let count = DrawerCount { count: counted.clone(), counted_minor, expected_minor, note: None };
        (open.first, open.counted) = match (*again, is_second) {
            (true, _) => (Some(count), None),
            (false, true) => (open.first.take(), Some(count)),
            (false, false) => (None, Some(count)),
        };
        Ok(vec![Row::Drawer(*drawer)])
    }

    pub(super) fn hand_over(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let Fact::DrawerHandedOver { drawer, counted, counted_minor, expected_minor, from, to } = fact else {
            return Err("no handover".to_owned());
        };
        if from == to {
            return Err("a drawer is handed over to another person".to_owned());
        }
        let expected = self.expected_of_session(*drawer)?;
        if *expected_minor != expected {
            return Err(format!("the drawer should hold {expected} and not {expected_minor}"));
        }
        let open = self.open_drawer(*drawer)?;
        // The count that went before it is the handover's now, and the drawer goes on.
        let note = open.counted.take().filter(|count| count.counted_minor == *counted_minor).and_then(|it| it.note);
        let first = open.first.take();
        open.holder = Some(to.clone());
        open.handovers.push(Handover {
            count: counted.clone(),
            counted_minor: *counted_minor,
            expected_minor: *expected_minor,
            first,
            from: from.clone(),
            to: to.clone(),
            note,
            at,
        });
        Ok(vec![Row::Drawer(*drawer)])
    }
}
