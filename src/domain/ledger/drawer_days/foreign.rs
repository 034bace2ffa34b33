//! Days in which dollars are taken, too.

use super::{Day, at};
use crate::domain::cash::{Count, Foreign, ForeignCash, cash_rounding, change, rounding_of};
use crate::domain::fact::Fact;
use crate::domain::ids::{DrawerId, PaymentId, SaleId};
use crate::domain::money::{Currency, Money};

fn dollars() -> Foreign {
    Foreign { currency: Currency::USD, rate: "0.92".parse().unwrap() }
}

impl Day {
    /// Dollars at 0.92 of whatever the shop's currency is. Without the change in the drawer it is paid in another way.
    pub(super) fn take_dollars(&mut self, sale: SaleId, minor: i64, beyond: i64) {
        let (amount, drawer) = (self.money(minor), self.drawer);
        let rule = cash_rounding(self.currency, "FI".parse().ok());
        let due = rule.map_or(amount, |rule| rule.round(amount, true).due);
        let (usd, step) = (dollars(), rule.map_or(1, |rule| rule.step_minor));
        let notes = Money::new(usd.due(due, step).minor + beyond, usd.currency);
        let given = usd.worth(notes.minor, self.currency, step);
        let Ok(change) = change(due, given) else { return self.take_cash(sale, minor, 0, true) };
        let foreign = Some(self.in_box(notes));
        let (payment, has_change) = (PaymentId(self.id()), self.ledger.drawer_expected_minor() >= change.minor);
        let taken = Fact::CashTaken { payment, sale, amount, given, change, drawer, foreign };
        assert_eq!(self.ledger.clone().apply(at(), &taken).is_ok(), has_change, "{change} of change");
        if !has_change || given.minor == 0 {
            return self.take_cash(sale, minor, 0, true);
        }
        self.apply(taken);
        self.entries.extend([(self.box_of_dollars(), notes.minor), (drawer, -change.minor)]);
        self.exchanged += given.minor;
        self.roundings += rounding_of(amount, given, change).unwrap().minor;
    }

    /// A part in dollars: their worth, down to what cash can pay. All of it goes back as it came.
    pub(super) fn give_dollars_up(&mut self, sale: SaleId, minor: i64) {
        let usd = dollars();
        let step = cash_rounding(self.currency, "FI".parse().ok()).map_or(1, |rule| rule.step_minor);
        let notes = usd.at_most(self.money(minor));
        let given = usd.worth(notes.minor, self.currency, step);
        if given.minor > 0 {
            let (foreign, drawer) = (self.in_box(notes), self.drawer);
            let (payment, change) = (PaymentId(self.id()), self.money(0));
            let foreign = Some(foreign);
            self.apply(Fact::CashTaken { payment, sale, amount: given, given, change, drawer, foreign });
            let out_of_drawer = Fact::CashReturned { payment, drawer };
            assert!(self.ledger.apply(at(), &out_of_drawer).is_err(), "dollars do not go back as the shop's currency");
            self.apply(Fact::CashReturned { payment, drawer: self.box_of_dollars() });
        }
        self.apply(Fact::SaleAbandoned { sale });
    }

    fn in_box(&mut self, given: Money) -> ForeignCash {
        let (usd, known) = (dollars(), self.ledger.boxes.values().next().map(|one| one.id));
        let drawer = known.unwrap_or_else(|| DrawerId(self.id()));
        if known.is_none() {
            let (float, foreign) = (Count::default(), Some(usd));
            self.apply(Fact::DrawerOpened { drawer, float, float_minor: 300, name: None, by: None, foreign });
            self.entries.push((drawer, 300));
        }
        ForeignCash { given, rate: usd.rate, drawer }
    }

    fn box_of_dollars(&self) -> DrawerId {
        self.ledger.boxes[&dollars().currency].id
    }
}
