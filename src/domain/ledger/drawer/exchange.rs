//! Boxes of other currencies: each is a session of its own beside the drawer, in its own currency.

use crate::domain::cash::{Foreign, ForeignCash};
use crate::domain::ids::DrawerId;
use crate::domain::ledger::{Drawer, Ledger, Row};
use crate::domain::money::{Currency, Money};
use crate::domain::sale::Tender;

impl Drawer {
    /// An amount in it, in its own currency.
    #[must_use]
    pub fn money(&self, minor: i64, shop: Currency) -> Money {
        Money::new(minor, self.foreign.map_or(shop, |foreign| foreign.currency))
    }

    /// What an amount in it is worth in the shop's currency, in minor units: limits are in that.
    #[must_use]
    pub fn worth_minor(&self, minor: i64, shop: Currency) -> i64 {
        self.foreign.map_or(minor, |foreign| foreign.worth(minor, shop, 1).minor)
    }
}

impl Ledger {
    /// What goes over to another person together, in the order in which it is counted: the drawer in use, and the boxes.
    pub fn sessions_in_hand(&self) -> impl Iterator<Item = &Drawer> {
        self.drawer.iter().chain(self.boxes.values())
    }

    /// A box is opened beside a drawer, once a day for each currency.
    pub(super) fn open_box(&mut self, opened: Drawer) -> Result<Vec<Row>, String> {
        let Some(Foreign { currency, .. }) = opened.foreign else { return Err("it is no box".to_owned()) };
        if self.drawer.is_none() || self.boxes.contains_key(&currency) {
            return Err(format!("a box of {currency} is opened once, beside a drawer"));
        }
        let row = Row::Drawer(opened.id);
        self.boxes.insert(currency, Drawer { is_aside: true, ..opened });
        Ok(vec![row])
    }

    /// Whether notes of another currency can be what was given: they are in the box of their currency, they are worth
    /// that much, and the drawer has the change.
    pub(in crate::domain::ledger) fn check_exchange(
        &self,
        given: Money,
        change: Money,
        drawer: DrawerId,
        foreign: &ForeignCash,
    ) -> Result<(), String> {
        let into = self.boxes.get(&foreign.given.currency).filter(|one| one.id == foreign.drawer);
        into.ok_or("the notes are in no box of their currency")?;
        let worth = foreign.foreign().worth(foreign.given.minor, given.currency, 1);
        if foreign.given.minor <= 0 || given.minor > worth.minor {
            return Err(format!("{} is not worth {given} at {}", foreign.given, foreign.rate));
        }
        if self.expected_of_drawer(drawer)? < change.minor {
            return Err(format!("the drawer does not hold {change} of change"));
        }
        Ok(())
    }

    /// The box keeps the rate of what was last put into it.
    pub(in crate::domain::ledger) fn note_rate(&mut self, tender: &Tender) -> Option<Row> {
        let Tender::Cash { foreign: Some(foreign), .. } = tender else { return None };
        let into = self.boxes.get_mut(&foreign.given.currency)?;
        into.foreign = Some(foreign.foreign());
        Some(Row::Drawer(into.id))
    }
}
