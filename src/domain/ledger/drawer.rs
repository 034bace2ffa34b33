//! The drawer session: what goes in and out of it, what should be in it, and the facts about it.

mod counts;
mod exchange;
mod figures;
mod holds;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::cash::{CashMovement, Count, Foreign};
use crate::domain::fact::Fact;
use crate::domain::ids::{DrawerId, PaymentId, PersonId};
use crate::domain::ledger::{Ledger, Row};
use crate::domain::money::Money;
use crate::domain::sale::{CashState, RefundWay, SaleState, Tender};

pub use self::counts::{DrawerCount, Handover};
pub use self::figures::DrawerFigures;
pub use self::holds::HandedOut;

/// A drawer session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawer {
    /// Its id.
    pub id: DrawerId,
    /// What the shop calls the drawer; none where it has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who uses it, where several drawers take turns: it is in use again when that person signs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<PersonId>,
    /// The other currency that it is the box of, with the rate it was last taken at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<Foreign>,
    /// Another drawer is in use.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_aside: bool,
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
    /// How often more was to come out than should be in it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refusals: u32,
    /// How often it went from one person to another.
    #[serde(default)]
    pub handovers: Vec<Handover>,
    /// What went back to customers in cash of credits that came to the bank, in minor units.
    #[serde(default)]
    pub credits_returned_minor: i64,
    /// What the rounding of cash took from them; negative where it gave more.
    #[serde(default)]
    pub credits_rounding_minor: i64,
    /// A first count that differed so much that it is counted once more. Whatever happens in between, the next count is the
    /// second and tells: else it could be tried until it fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<DrawerCount>,
    /// The blind count that ended it.
    pub counted: Option<DrawerCount>,
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

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Ledger {
    /// All drawer sessions of the open day in the shop's currency, the one in use first.
    pub fn drawers(&self) -> impl Iterator<Item = &Drawer> {
        self.drawer.iter().chain(self.drawers_aside.values())
    }

    /// All of them, with the boxes of other currencies.
    pub fn drawer_sessions(&self) -> impl Iterator<Item = &Drawer> {
        self.drawers().chain(self.boxes.values())
    }

    /// A drawer session of the open day.
    #[must_use]
    pub fn drawer_session(&self, id: DrawerId) -> Option<&Drawer> {
        self.drawer_sessions().find(|drawer| drawer.id == id)
    }

    /// Whether there is a drawer, and each one and each box was counted: before that nothing says what should be in them.
    /// A count after which something went in or out is made again, as blind as before; that of a closed day stands.
    #[must_use]
    pub fn drawers_are_counted(&self) -> bool {
        let is_closed = self.day.as_ref().is_some_and(|day| day.closed.is_some());
        let is_of_now = |session: &Drawer, count: &DrawerCount| {
            is_closed || count.expected_minor == self.figures_of(session).expected()
        };
        let is_counted = |session: &Drawer| session.counted.as_ref().is_some_and(|count| is_of_now(session, count));
        self.drawer.is_some() && self.drawer_sessions().all(is_counted)
    }

    /// What should be in the drawer in use, line by line; nothing without one.
    #[must_use]
    pub fn drawer_figures(&self) -> DrawerFigures {
        self.drawer.as_ref().map_or_else(DrawerFigures::default, |drawer| self.figures_of(drawer))
    }

    /// What should be in a drawer, line by line.
    #[must_use]
    pub fn figures_of(&self, drawer: &Drawer) -> DrawerFigures {
        let mut figures = DrawerFigures { float: drawer.float_minor, ..DrawerFigures::default() };
        figures.add_given_back(
            drawer.credits_returned_minor,
            drawer.credits_returned_minor.saturating_sub(drawer.credits_rounding_minor),
        );
        self.payments.values().for_each(|payment| figures.add_payment(payment, drawer.id));
        drawer.moves.iter().for_each(|one| figures.add_move(one));
        for handover in &drawer.handovers {
            figures.handed_over = figures.handed_over.saturating_add(handover.difference_minor());
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

    /// What should be in the drawer in use, in minor units.
    #[must_use]
    pub fn drawer_expected_minor(&self) -> i64 {
        self.drawer_figures().expected()
    }

    pub(super) fn apply_drawer(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match fact {
            Fact::DrawerOpened { drawer, float, float_minor, name, by, foreign } => {
                if foreign.is_none() && self.drawers().any(|open| open.name == *name) {
                    return Err("the drawer is open already".to_owned());
                }
                let opened = Drawer {
                    id: *drawer,
                    name: name.clone(),
                    holder: by.clone(),
                    foreign: *foreign,
                    is_aside: false,
                    float_minor: *float_minor,
                    float: float.clone(),
                    opened: at,
                    moves: Vec::new(),
                    openings: 0,
                    refusals: 0,
                    handovers: Vec::new(),
                    credits_returned_minor: 0,
                    credits_rounding_minor: 0,
                    first: None,
                    counted: None,
                };
                if foreign.is_some() {
                    return self.open_box(opened);
                }
                let before = self.put_aside();
                self.drawer = Some(opened);
                Ok(before.into_iter().chain([Row::Drawer(*drawer)]).collect())
            }
            Fact::DrawerChosen { drawer, by } => {
                let rows = self.take_into_use(|aside| aside.id == *drawer);
                if rows.is_empty() {
                    return Err("no such drawer session waits".to_owned());
                }
                self.open_drawer(*drawer)?.holder = Some(by.clone());
                Ok(rows)
            }
            Fact::DrawerCounted { .. } => self.count_drawer(fact),
            Fact::DrawerExplained { drawer, note, .. } => {
                let open = self.open_drawer(*drawer)?;
                open.counted.as_mut().ok_or("the drawer is not counted")?.note = Some(*note);
                Ok(vec![Row::Drawer(*drawer)])
            }
            Fact::DrawerMoved { .. } => self.move_cash(at, fact),
            Fact::DrawerHandedOver { .. } => self.hand_over(at, fact),
            Fact::DrawerRefused { drawer, .. } => {
                let open = self.open_drawer(*drawer)?;
                open.refusals = open.refusals.saturating_add(1);
                Ok(vec![Row::Drawer(*drawer)])
            }
            Fact::DrawerKicked {} => {
                let Some(open) = &mut self.drawer else { return Ok(Vec::new()) };
                open.openings = open.openings.saturating_add(1);
                Ok(vec![Row::Drawer(open.id)])
            }
            Fact::CashReturned { payment, drawer } => self.return_cash(at, *payment, *drawer),
            other => Err(format!("{} is no fact of a drawer", other.kind())),
        }
    }

    fn return_cash(
        &mut self,
        at: DateTime<FixedOffset>,
        payment: PaymentId,
        drawer: DrawerId,
    ) -> Result<Vec<Row>, String> {
        let out_of = self.open_drawer(drawer)?.foreign.map(|_| drawer);
        let kept = self.payments.get_mut(&payment).ok_or("no such payment")?;
        let Tender::Cash { change, foreign, cash: cash @ CashState::Taken, .. } = &mut kept.tender else {
            return Err("the payment is no cash that is still there".to_owned());
        };
        // What came in goes back as it came; notes that change was given for are not the customer's any more.
        if out_of != foreign.map(|foreign| foreign.drawer) || (foreign.is_some() && !change.is_zero()) {
            return Err("the payment goes back in another currency than it came in".to_owned());
        }
        *cash = CashState::Returned { drawer, at };
        Ok(vec![Row::Payment(payment)])
    }

    fn move_cash(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let Fact::DrawerMoved { drawer, movement, amount, by } = fact else { return Err("no movement".to_owned()) };
        let expected = self.expected_of_session(*drawer)?;
        if amount.minor <= 0 || expected.saturating_add(movement.signed(amount.minor)) < 0 {
            return Err(format!("{amount} does not go into or out of a drawer that should hold {expected}"));
        }
        let open = self.open_drawer(*drawer)?;
        if open.foreign.is_some_and(|foreign| foreign.currency != amount.currency || !movement.is_for_box()) {
            return Err("a box takes and gives notes of its own currency, and pays nobody".to_owned());
        }
        let (movement, amount, by) = (*movement, *amount, by.clone());
        open.moves.push(DrawerMove { movement, amount, by, at });
        Ok(vec![Row::Drawer(*drawer)])
    }

    pub(super) fn open_drawer(&mut self, id: DrawerId) -> Result<&mut Drawer, String> {
        let in_shop_currency = self.drawer.iter_mut().chain(self.drawers_aside.values_mut());
        let mut sessions = in_shop_currency.chain(self.boxes.values_mut());
        sessions.find(|open| open.id == id).ok_or_else(|| "no such drawer session".to_owned())
    }

    /// What should be in a drawer or a box, in its own currency.
    fn expected_of_session(&self, id: DrawerId) -> Result<i64, String> {
        let session = self.drawer_session(id).ok_or("no such drawer session")?;
        Ok(self.figures_of(session).expected())
    }

    /// What should be in a drawer of the shop's currency.
    fn expected_of_drawer(&self, id: DrawerId) -> Result<i64, String> {
        let drawer = self.drawers().find(|drawer| drawer.id == id).ok_or("no such drawer session")?;
        Ok(self.figures_of(drawer).expected())
    }

    /// The drawer in use waits from now on.
    fn put_aside(&mut self) -> Option<Row> {
        let mut before = self.drawer.take()?;
        before.is_aside = true;
        let row = Row::Drawer(before.id);
        self.drawers_aside.insert(before.id, before);
        Some(row)
    }

    /// A waiting drawer is used from now on; no rows where none is the one that is meant.
    fn take_into_use(&mut self, is_meant: impl Fn(&Drawer) -> bool) -> Vec<Row> {
        let chosen = self.drawers_aside.values().find(|aside| is_meant(aside)).map(|aside| aside.id);
        let Some(mut chosen) = chosen.and_then(|id| self.drawers_aside.remove(&id)) else { return Vec::new() };
        chosen.is_aside = false;
        let row = Row::Drawer(chosen.id);
        let before = self.put_aside();
        self.drawer = Some(chosen);
        before.into_iter().chain([row]).collect()
    }

    /// A person who has a drawer of their own finds it in use. What an open sale took lies in the drawer that it was taken
    /// into, so that waits for the sale; and whoever was just handed one goes on with that.
    pub(super) fn take_drawer_of(&mut self, person: &PersonId) -> Vec<Row> {
        let has_one = self.drawer.as_ref().is_some_and(|drawer| drawer.holder.as_ref() == Some(person));
        if has_one || self.sales.values().any(|sale| sale.state == SaleState::Open) {
            return Vec::new();
        }
        self.take_into_use(|aside| aside.holder.as_ref() == Some(person))
    }
}
