//! What should be in a drawer, line by line.

use serde::{Deserialize, Serialize};

use super::DrawerMove;
use crate::domain::cash::{MovementKind, rounding_of};
use crate::domain::ids::DrawerId;
use crate::domain::sale::{CashState, Payment, Tender};

/// What should be in a drawer, line by line; everything in minor units. The lines add up to [`Self::expected`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DrawerFigures {
    /// What was in it at the start.
    pub float: i64,
    /// What sales in cash cost.
    pub sales: i64,
    /// What rounding added to them, and took from refunds; negative where it was the other way.
    pub rounding: i64,
    /// What went back to customers from whom too much had been taken, and of sales that were given up.
    pub given_back: i64,
    /// Of a drawer, as a minus: what of its sales lies in the boxes of other currencies, at its worth. Of a box: what was
    /// handed over of its currency.
    pub exchanged: i64,
    /// What was refunded.
    pub refunded: i64,
    /// What was paid in.
    pub paid_in: i64,
    /// What was paid out.
    pub paid_out: i64,
    /// What went into the safe.
    pub dropped: i64,
    /// What counts at a handover found too much, or too little when negative.
    pub handed_over: i64,
}

impl DrawerFigures {
    /// What should be in it.
    #[must_use]
    pub fn expected(&self) -> i64 {
        let into = [self.float, self.sales, self.rounding, self.exchanged, self.paid_in, self.handed_over];
        let out = [self.given_back, self.refunded, self.paid_out, self.dropped];
        let sum = |lines: &[i64]| lines.iter().fold(0_i64, |sum, line| sum.saturating_add(*line));
        sum(&into).saturating_sub(sum(&out))
    }

    /// The lines of two drawers together.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        Self {
            float: self.float.saturating_add(other.float),
            sales: self.sales.saturating_add(other.sales),
            rounding: self.rounding.saturating_add(other.rounding),
            given_back: self.given_back.saturating_add(other.given_back),
            exchanged: self.exchanged.saturating_add(other.exchanged),
            refunded: self.refunded.saturating_add(other.refunded),
            paid_in: self.paid_in.saturating_add(other.paid_in),
            paid_out: self.paid_out.saturating_add(other.paid_out),
            dropped: self.dropped.saturating_add(other.dropped),
            handed_over: self.handed_over.saturating_add(other.handed_over),
        }
    }

    pub(super) fn add_payment(&mut self, payment: &Payment, drawer: DrawerId) {
        let Tender::Cash { given, change, drawer: taken_in, foreign, cash } = &payment.tender else { return };
        if let Some(foreign) = foreign {
            // Notes that went back with their sale came out of the box they were in, and no change had been given.
            if !cash.is_taken() {
                return;
            }
            if foreign.drawer == drawer {
                self.exchanged = self.exchanged.saturating_add(foreign.given.minor);
            }
            if *taken_in == drawer {
                self.exchanged = self.exchanged.saturating_sub(given.minor);
            }
        }
        let came_in = given.minor.saturating_sub(change.minor);
        let went_out = match cash {
            CashState::Returned { drawer: out_of, .. } => *out_of == drawer,
            CashState::Taken => false,
        };
        match (*taken_in == drawer, went_out) {
            (true, false) => {
                let rounding = rounding_of(payment.amount, *given, *change).map_or(0, |rounding| rounding.minor);
                self.sales = self.sales.saturating_add(payment.amount.minor);
                self.rounding = self.rounding.saturating_add(rounding);
            }
            (false, true) => self.given_back = self.given_back.saturating_add(came_in),
            // In and out of the same drawer, for a sale that never was.
            (true, true) | (false, false) => {}
        }
    }

    /// What goes back is owed whole, and leaves the drawer as cash is rounded.
    pub(super) fn add_given_back(&mut self, owed: i64, paid: i64) {
        self.given_back = self.given_back.saturating_add(owed);
        self.rounding = self.rounding.saturating_add(owed.saturating_sub(paid));
    }

    pub(super) fn add_move(&mut self, one: &DrawerMove) {
        let line = match one.movement.kind() {
            MovementKind::PaidIn => &mut self.paid_in,
            MovementKind::PaidOut => &mut self.paid_out,
            MovementKind::SafeDrop => &mut self.dropped,
        };
        *line = line.saturating_add(one.amount.minor);
    }
}
