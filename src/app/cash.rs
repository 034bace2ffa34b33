//! Cash, and the page at the end of a sale.

use crate::app::event::{CashTouch, DoneTouch};
use crate::app::notice::NoticeKind;
use crate::app::place::Place;
use crate::app::{App, Turn};
use crate::domain::cash::{
    Count, Foreign, ForeignCash, NoChange, RoundedCash, can_be_paid, change, change_from, pieces, quick_notes,
    quick_tenders,
};
use crate::domain::fact::Fact;
use crate::domain::ids::{DrawerId, PaymentId, SaleId};
use crate::domain::ledger::HandedOut;
use crate::domain::money::{Currency, Money};
use crate::domain::queue::{CardState, Promise};
use crate::domain::sale::{CashState, Standing, Tender};
use crate::settings::ForeignTaken;

/// The notes and coins to hand back, and whether the drawer has them by the till's reckoning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChangePieces {
    /// Each piece, and how many of it.
    pub(crate) made: Vec<(Money, i64)>,
    /// The drawer may not have them.
    pub(crate) is_doubtful: bool,
}

/// What a customer hands over on the cash page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HandedOver {
    /// What is due, in the currency that is handed over.
    pub(crate) due: Money,
    /// What it is worth, in the shop's currency.
    pub(crate) given: Money,
    /// The notes and coins themselves, in their own currency.
    pub(crate) notes: Money,
    /// Their currency at the shop's rate, where it is not the shop's own.
    pub(crate) foreign: Option<Foreign>,
}

impl HandedOver {
    /// The keys for a round sum. Of another currency a customer has notes and seldom the coins.
    pub(crate) fn quick_sums(&self) -> Vec<Money> {
        if self.foreign.is_some() { quick_notes(self.due) } else { quick_tenders(self.due) }
    }

    /// Whether notes and coins can make it up: what cannot be counted again in the evening is a slip of the finger.
    pub(crate) fn can_be_counted(&self) -> bool {
        can_be_paid(self.notes)
    }
}

impl App {
    pub(super) fn begin_cash(&mut self, turn: &mut Turn) {
        if self.use_own_drawer(turn) || !self.leads_to_handover() {
            self.place = Place::Cash { typed: None, foreign: None };
        }
    }

    /// What is to be paid: the rest of the open sale, or the basket.
    pub(crate) fn due(&self) -> Money {
        self.open_sale().map_or_else(|| self.basket_amount(), |sale| self.ledger.remaining(sale))
    }

    /// The same when it is paid in cash: rounded where the shop rounds.
    pub(crate) fn cash_due(&self) -> RoundedCash {
        let pays_else = |sale: SaleId| {
            let mut payments = self.ledger.payments.of_sale(sale);
            payments.any(|payment| payment.standing() != Standing::Void)
        };
        let is_whole = self.open_sale().is_none_or(|sale| !pays_else(sale.id));
        self.rounded(self.due(), is_whole)
    }

    /// An amount as it is paid in cash.
    pub(crate) fn rounded(&self, exact: Money, is_whole: bool) -> RoundedCash {
        let unrounded = RoundedCash { exact, due: exact };
        self.settings.cash.rounding.map_or(unrounded, |rule| rule.round(exact, is_whole))
    }

    /// The change in pieces that the drawer holds; the fewest pieces where it should not have them. The till is not told
    /// which notes come in, so what it reckons never keeps a cashier from finishing.
    pub(crate) fn change_pieces(&self, change: Money, now: Option<HandedOut>) -> ChangePieces {
        match change_from(change, &self.ledger.drawer_holds(now)) {
            Ok(made) => ChangePieces { made, is_doubtful: false },
            Err(NoChange::NotInDrawer { .. } | NoChange::TooLarge(_)) => {
                ChangePieces { made: pieces(change), is_doubtful: true }
            }
        }
    }

    /// Whether this much may be taken as a part of what is due: less than all of it, and a sum that cash can pay.
    pub(crate) fn is_cash_part(&self, given: Money) -> bool {
        let due = self.cash_due().due;
        0 < given.minor && given.minor < due.minor && self.rounded(given, false).due == given
    }

    /// What is handed over, from what was typed; without it exactly what is due, but never so of another currency.
    pub(crate) fn handed_over(&self, typed: Option<i64>, foreign: Option<Currency>) -> HandedOver {
        let due = self.cash_due().due;
        let Some(ForeignTaken { foreign, .. }) = foreign.and_then(|code| self.settings.cash.foreign(code)) else {
            let given = Money::new(typed.unwrap_or(due.minor), due.currency);
            return HandedOver { due, given, notes: given, foreign: None };
        };
        let step_minor = self.settings.cash.step_minor(due.currency);
        let notes = Money::new(typed.unwrap_or(0), foreign.currency);
        HandedOver {
            due: foreign.due(due, step_minor),
            given: foreign.worth(notes.minor, due.currency, step_minor),
            notes,
            foreign: Some(*foreign),
        }
    }

    pub(super) fn touch_cash(&mut self, touch: CashTouch, turn: &mut Turn) {
        let busy = self.is_busy();
        let Place::Cash { typed, foreign } = &self.place else { return };
        let handed = self.handed_over(*typed, *foreign);
        let currency = handed.due.currency;
        let shop_takes = |code: &str| {
            let chosen = code.parse().ok().filter(|chosen| self.settings.cash.foreign(*chosen).is_some());
            chosen.filter(|_| code != currency.code())
        };
        let paid_in = if let CashTouch::PayIn(code) = &touch { shop_takes(code) } else { None };
        let Place::Cash { typed, foreign } = &mut self.place else { return };
        match touch {
            CashTouch::Digits(digits) => match currency.typed(typed.unwrap_or(0), &digits) {
                Some(minor) => *typed = Some(minor),
                None => self.tell(NoticeKind::FieldIsFull),
            },
            CashTouch::Erase => *typed = typed.map(|minor| currency.erased(minor)).filter(|minor| *minor > 0),
            CashTouch::QuickSum(id) => {
                let key = handed.quick_sums().into_iter().find(|sum| sum.minor.to_string() == id);
                *typed = key.map(|sum| sum.minor).or(*typed);
            }
            CashTouch::PayIn(_) => (*typed, *foreign) = (None, paid_in),
            CashTouch::Finish if !busy => self.take_cash(handed, turn),
            CashTouch::TakePart if !busy => self.take_part(handed, turn),
            CashTouch::Finish | CashTouch::TakePart => {}
            CashTouch::Cancel => self.place = Place::Tenders,
        }
    }

    fn take_cash(&mut self, handed: HandedOver, turn: &mut Turn) {
        let Some(drawer) = self.drawer_in_hand() else { return };
        let Ok(change) = change(self.cash_due().due, handed.given) else { return };
        if !handed.can_be_counted() {
            return;
        }
        // Notes of another currency bring nothing that change could be given from.
        if handed.foreign.is_some() && self.drawer_lacks(change, turn) {
            return;
        }
        let Some((sale, amount, began)) = self.sale_to_pay(turn) else { return };
        let (opened, foreign) = self.box_for(handed, turn);
        let (payment, given) = (PaymentId(turn.ids.next_uuid()), handed.given);
        let taken = Fact::CashTaken { payment, sale, amount, given, change, drawer, foreign };
        let facts = opened.into_iter().chain(began).chain([taken, Fact::SaleDone { sale }]);
        self.save(facts.collect(), turn);
    }

    /// The box that notes of another currency go into, opened with the first of them where nobody counted a float.
    fn box_for(&self, handed: HandedOver, turn: &mut Turn) -> (Option<Fact>, Option<ForeignCash>) {
        let Some(foreign) = handed.foreign else { return (None, None) };
        let (known, rate) = (self.ledger.boxes.get(&foreign.currency).map(|one| one.id), foreign.rate);
        let drawer = known.unwrap_or_else(|| DrawerId(turn.ids.next_uuid()));
        let opened = known.is_none().then(|| Fact::DrawerOpened {
            drawer,
            float: Count::default(),
            float_minor: 0,
            name: None,
            by: self.person.clone(),
            foreign: Some(foreign),
        });
        (opened, Some(ForeignCash { given: handed.notes, rate, drawer }))
    }

    /// Takes a part in cash; the rest is paid another way.
    fn take_part(&mut self, handed: HandedOver, turn: &mut Turn) {
        let given = handed.given;
        let Some(drawer) = self.drawer_in_hand() else { return };
        if !self.is_cash_part(given) || !handed.can_be_counted() {
            return;
        }
        let Some((sale, _, began)) = self.sale_to_pay(turn) else { return };
        let (opened, foreign) = self.box_for(handed, turn);
        let (payment, change) = (PaymentId(turn.ids.next_uuid()), Money::zero(given.currency));
        let taken = Fact::CashTaken { payment, sale, amount: given, given, change, drawer, foreign };
        self.save(opened.into_iter().chain(began).chain([taken]).collect(), turn);
    }

    /// Cash is in the ledger: the drawer opens, and a sale of which it was a part goes on.
    pub(super) fn cash_is_taken(&mut self, sale: SaleId, given: Money, turn: &mut Turn) {
        // Of a sum that is rounded to nothing no money moves.
        if !given.is_zero() {
            self.kick(turn);
        }
        let is_part = self.open_sale().is_some_and(|open| open.id == sale && self.ledger.remaining(open).minor > 0);
        if is_part && matches!(self.place, Place::Cash { .. }) {
            self.place = Place::Tenders;
        }
    }

    /// What was paid in cash of a sale that was given up, as it goes back: each part in the currency it came in.
    pub(crate) fn cash_of_given_up(&self, sale: SaleId) -> impl Iterator<Item = Money> {
        self.ledger.payments.of_sale(sale).filter_map(|payment| match &payment.tender {
            Tender::Cash { given, change, foreign, cash: CashState::Returned { .. }, .. } => {
                foreign.map_or_else(|| given.checked_sub(*change), |foreign| Some(foreign.given))
            }
            Tender::Cash { .. } | Tender::Reader { .. } | Tender::Qr { .. } | Tender::Card { .. } => None,
        })
    }

    /// The facts that undo the parts of a sale that is given up, none where nothing was paid. `None` when a part cannot
    /// be undone from here: what a customer transferred, a bank approved or
    /// another till may have sent has to go its own way back.
    pub(crate) fn undone_parts(&self, sale: SaleId) -> Option<Vec<Fact>> {
        let drawer = self.ledger.drawer.as_ref().map(|drawer| drawer.id);
        let mut facts = Vec::new();
        for payment in self.ledger.payments.of_sale(sale) {
            let undoing = matches!(
                payment.tender,
                Tender::Card {
                    promise: Promise::AnsweredNow,
                    card: CardState::Unknown { .. } | CardState::Reversing { .. } | CardState::PartlyApproved { .. },
                    ..
                }
            );
            match (&payment.tender, payment.standing()) {
                (_, Standing::Void) if !undoing => {}
                (Tender::Cash { foreign, .. }, Standing::Takes) => {
                    let drawer = foreign.map(|foreign| foreign.drawer).or(drawer)?;
                    facts.push(Fact::CashReturned { payment: payment.id, drawer });
                }
                (Tender::Card { card: CardState::Stored { attempts: 0, shared: None, .. }, .. }, Standing::Takes) => {
                    facts.push(Fact::CardUndone { payment: payment.id });
                }
                (
                    Tender::Cash { .. } | Tender::Card { .. } | Tender::Qr { .. } | Tender::Reader { .. },
                    Standing::Takes | Standing::Pending | Standing::Void,
                ) => return None,
            }
        }
        Some(facts)
    }

    pub(super) fn touch_done(&mut self, touch: DoneTouch, turn: &mut Turn) {
        let Place::Done { sale, .. } = self.place else { return };
        match touch {
            DoneTouch::NextSale => self.next_sale(),
            DoneTouch::PrintAgain => self.print_receipt(sale, true, turn),
            DoneTouch::ReceiptIsWhole => self.receipt_is_whole(sale, turn),
        }
    }
}
