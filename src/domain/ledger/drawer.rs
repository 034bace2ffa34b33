//! The drawer session: what goes in and out of it, what should be in it, and the facts about it.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::cash::{CashMovement, Count, CountNote, MovementKind, pieces, rounding_of};
use crate::domain::fact::Fact;
use crate::domain::ids::{DrawerId, PaymentId, PersonId};
use crate::domain::ledger::{Ledger, Row};
use crate::domain::money::Money;
use crate::domain::sale::{CashState, Payment, RefundWay, Tender};

/// A drawer session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawer {
    /// Its id.
    pub id: DrawerId,
    /// What was in it at the start, in minor units.
    pub float_minor: i64,
    /// The same, piece by piece.
    #[serde(default)]
    pub float: Count,
    /// When it was opened.
    pub opened: DateTime<FixedOffset>,
    /// Money that went in or out without a sale.
    #[serde(default)]
    pub moves: Vec<DrawerMove>,
    /// How often it was opened without a sale.
    #[serde(default)]
    pub openings: u32,
    /// How often it went from one person to another.
    #[serde(default)]
    pub handovers: Vec<Handover>,
    /// What went back to customers in cash of credits that came to the bank, in minor units.
    #[serde(default)]
    pub credits_returned_minor: i64,
    /// What the rounding of cash took from them; negative where it gave more.
    #[serde(default)]
    pub credits_rounding_minor: i64,
    /// The blind count that ended it.
    pub counted: Option<DrawerCount>,
    /// It was counted a second time while the same sum was expected. There is no third time.
    #[serde(default)]
    pub recounted: bool,
}

/// Money that went in or out without a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerMove {
    /// Why, and which way.
    pub movement: CashMovement,
    /// How much; positive either way.
    pub amount: Money,
    /// Who did it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// A drawer that went from one person to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The pieces that the first person counted.
    pub count: Count,
    /// What they add up to, in minor units.
    pub counted_minor: i64,
    /// What should have been there, in minor units.
    pub expected_minor: i64,
    /// Who counted.
    pub from: PersonId,
    /// Who took it over.
    pub to: PersonId,
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
        let into = [self.float, self.sales, self.rounding, self.paid_in, self.handed_over];
        let out = [self.given_back, self.refunded, self.paid_out, self.dropped];
        let sum = |lines: &[i64]| lines.iter().fold(0_i64, |sum, line| sum.saturating_add(*line));
        sum(&into).saturating_sub(sum(&out))
    }

    fn add_payment(&mut self, payment: &Payment, drawer: DrawerId) {
        let Tender::Cash { given, change, drawer: taken_in, cash } = &payment.tender else { return };
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
    fn add_given_back(&mut self, owed: i64, paid: i64) {
        self.given_back = self.given_back.saturating_add(owed);
        self.rounding = self.rounding.saturating_add(owed.saturating_sub(paid));
    }

    fn add_move(&mut self, one: &DrawerMove) {
        let line = match one.movement.kind() {
            MovementKind::PaidIn => &mut self.paid_in,
            MovementKind::PaidOut => &mut self.paid_out,
            MovementKind::SafeDrop => &mut self.dropped,
        };
        *line = line.saturating_add(one.amount.minor);
    }
}

impl Ledger {
    /// What should be in the open drawer, line by line; nothing without one.
    #[must_use]
    pub fn drawer_figures(&self) -> DrawerFigures {
        let mut figures = DrawerFigures::default();
        let Some(drawer) = &self.drawer else { return figures };
        figures.float = drawer.float_minor;
        figures.add_given_back(
            drawer.credits_returned_minor,
            drawer.credits_returned_minor.saturating_sub(drawer.credits_rounding_minor),
        );
        self.payments.values().for_each(|payment| figures.add_payment(payment, drawer.id));
        drawer.moves.iter().for_each(|one| figures.add_move(one));
        for handover in &drawer.handovers {
            let found = handover.counted_minor.saturating_sub(handover.expected_minor);
            figures.handed_over = figures.handed_over.saturating_add(found);
        }
        for sale in self.sales.values() {
            for back in &sale.given_back {
                if let Some(paid) = back.way.out_of_drawer(drawer.id, back.amount) {
                    figures.add_given_back(back.amount.minor, paid);
                }
            }
            for refund in &sale.refunds {
                if let RefundWay::Cash { drawer: one, paid } = refund.way
                    && one == drawer.id
                {
                    figures.refunded = figures.refunded.saturating_add(refund.amount.minor);
                    let rounding = refund.amount.minor.saturating_sub(paid.minor);
                    figures.rounding = figures.rounding.saturating_add(rounding);
                }
            }
        }
        figures
    }

    /// What should be in the open drawer, in minor units.
    #[must_use]
    pub fn drawer_expected_minor(&self) -> i64 {
        self.drawer_figures().expected()
    }

    /// Which pieces the open drawer holds by the till's reckoning, before the payment `before` if one is named.
    ///
    /// Nobody tells the till which notes came in, so this proposes change and is never taken for a count: it begins with
    /// the last count and supposes that every sum since then was paid in the fewest pieces.
    #[must_use]
    pub fn drawer_holds(&self, before: Option<PaymentId>) -> Count {
        let Some(drawer) = &self.drawer else { return Count::default() };
        let last = drawer.handovers.last();
        let since = last.map_or(drawer.opened, |handover| handover.at);
        let mut held = last.map_or(&drawer.float, |handover| &handover.count).clone();
        for payment in self.payments.values().filter(|payment| payment.began >= since && Some(payment.id) != before) {
            if let Tender::Cash { given, change, drawer: one, cash: CashState::Taken } = &payment.tender
                && *one == drawer.id
            {
                held.put_in(&pieces(*given));
                held.take_out(&pieces(*change));
            }
        }
        for one in drawer.moves.iter().filter(|one| one.at >= since) {
            let made = pieces(one.amount);
            match one.movement.kind() {
                MovementKind::PaidIn => held.put_in(&made),
                MovementKind::PaidOut | MovementKind::SafeDrop => held.take_out(&made),
            }
        }
        held
    }

    pub(super) fn apply_drawer(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::DrawerOpened { drawer, float, float_minor } => {
                self.drawer = Some(Drawer {
                    id: *drawer,
                    float_minor: *float_minor,
                    float: float.clone(),
                    opened: at,
                    moves: Vec::new(),
                    openings: 0,
                    handovers: Vec::new(),
                    credits_returned_minor: 0,
                    credits_rounding_minor: 0,
                    counted: None,
                    recounted: false,
                });
                Ok(vec![Row::Drawer(*drawer)])
            }
            Fact::DrawerCounted { drawer, counted, counted_minor, expected_minor } => {
                let open = self.open_drawer(*drawer)?;
                let before = open.counted.as_ref();
                open.recounted = before.is_some_and(|before| before.expected_minor == *expected_minor);
                open.counted = Some(DrawerCount {
                    count: counted.clone(),
                    counted_minor: *counted_minor,
                    expected_minor: *expected_minor,
                    note: None,
                });
                Ok(vec![Row::Drawer(*drawer)])
            }
            Fact::DrawerExplained { drawer, note, .. } => {
                let open = self.open_drawer(*drawer)?;
                open.counted.as_mut().ok_or("the drawer is not counted")?.note = Some(*note);
                Ok(vec![Row::Drawer(*drawer)])
            }
            Fact::DrawerMoved { .. } => self.move_cash(at, fact),
            Fact::DrawerHandedOver { .. } => self.hand_over(at, fact),
            Fact::DrawerKicked {} => {
                let Some(open) = &mut self.drawer else { return Ok(Vec::new()) };
                open.openings = open.openings.saturating_add(1);
                Ok(vec![Row::Drawer(open.id)])
            }
            Fact::CashReturned { payment, drawer } => {
                self.open_drawer(*drawer)?;
                let kept = self.payments.get_mut(payment).ok_or("no such payment")?;
                let Tender::Cash { cash: cash @ CashState::Taken, .. } = &mut kept.tender else {
                    return Err("the payment is no cash that is still there".to_owned());
                };
                *cash = CashState::Returned { drawer: *drawer, at };
                Ok(vec![Row::Payment(*payment)])
            }
            other => Err(format!("{} is no fact of a drawer", other.kind())),
        }
    }

    fn move_cash(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let Fact::DrawerMoved { drawer, movement, amount, by } = fact else { return Err("no movement".to_owned()) };
        let expected = self.drawer_expected_minor();
        if amount.minor <= 0 || expected.saturating_add(movement.signed(amount.minor)) < 0 {
            return Err(format!("{amount} does not go into or out of a drawer that should hold {expected}"));
        }
        let open = self.open_drawer(*drawer)?;
        let (movement, amount, by) = (*movement, *amount, by.clone());
        open.moves.push(DrawerMove { movement, amount, by, at });
        Ok(vec![Row::Drawer(*drawer)])
    }

    fn hand_over(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let Fact::DrawerHandedOver { drawer, counted, counted_minor, expected_minor, from, to } = fact else {
            return Err("no handover".to_owned());
        };
        if from == to {
            return Err("a drawer is handed over to another person".to_owned());
        }
        let expected = self.drawer_expected_minor();
        if *expected_minor != expected {
            return Err(format!("the drawer should hold {expected} and not {expected_minor}"));
        }
        let open = self.open_drawer(*drawer)?;
        open.handovers.push(Handover {
            count: counted.clone(),
            counted_minor: *counted_minor,
            expected_minor: *expected_minor,
            from: from.clone(),
            to: to.clone(),
            at,
        });
        Ok(vec![Row::Drawer(*drawer)])
    }

    fn open_drawer(&mut self, id: DrawerId) -> Result<&mut Drawer, String> {
        self.drawer.as_mut().filter(|open| open.id == id).ok_or_else(|| "no such drawer session".to_owned())
    }
}
