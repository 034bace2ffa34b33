//! Cash, and the page at the end of a sale.

use crate::app::event::{CashTouch, DoneTouch};
use crate::app::notice::NoticeKind;
use crate::app::place::Place;
use crate::app::{App, Turn};
use crate::domain::cash::{NoChange, RoundedCash, change, change_from, pieces, quick_tenders};
use crate::domain::fact::Fact;
use crate::domain::ids::{PaymentId, SaleId};
use crate::domain::money::Money;
use crate::domain::queue::{CardState, Promise};
use crate::domain::sale::{Standing, Tender};

/// The notes and coins to hand back, and whether the drawer has them by the till's reckoning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChangePieces {
    /// Each piece, and how many of it.
    pub(crate) made: Vec<(Money, i64)>,
    /// The drawer may not have them.
    pub(crate) is_doubtful: bool,
}

impl App {
    pub(super) fn begin_cash(&mut self) {
        self.place = Place::Cash { typed: None };
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
    pub(crate) fn change_pieces(&self, change: Money, before: Option<PaymentId>) -> ChangePieces {
        match change_from(change, &self.ledger.drawer_holds(before)) {
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

    pub(super) fn touch_cash(&mut self, touch: CashTouch, turn: &mut Turn) {
        let due = self.cash_due().due;
        let (busy, currency) = (self.is_busy(), due.currency);
        let Place::Cash { typed } = &mut self.place else { return };
        let given = Money::new(typed.unwrap_or(due.minor), due.currency);
        match touch {
            CashTouch::Digits(digits) => {
                *typed = currency.typed(typed.unwrap_or(0), &digits).or(*typed);
            }
            CashTouch::Erase => *typed = typed.map(|minor| currency.erased(minor)).filter(|minor| *minor > 0),
            CashTouch::QuickSum(id) => {
                let key = quick_tenders(due).into_iter().find(|sum| sum.minor.to_string() == id);
                *typed = key.map(|sum| sum.minor).or(*typed);
            }
            CashTouch::Finish if !busy => self.take_cash(given, turn),
            CashTouch::TakePart if !busy => self.take_part(given, turn),
            CashTouch::Finish | CashTouch::TakePart => {}
            CashTouch::Cancel => self.place = Place::Tenders,
        }
    }

    fn take_cash(&mut self, given: Money, turn: &mut Turn) {
        let Some(drawer) = self.ledger.drawer.as_ref().map(|drawer| drawer.id) else { return };
        let Ok(change) = change(self.cash_due().due, given) else { return };
        let Some((sale, amount, began)) = self.sale_to_pay(turn) else { return };
        let payment = PaymentId(turn.ids.next_uuid());
        let taken = Fact::CashTaken { payment, sale, amount, given, change, drawer };
        self.save(began.into_iter().chain([taken, Fact::SaleDone { sale }]).collect(), turn);
    }

    /// Takes a part in cash; the rest is paid another way.
    fn take_part(&mut self, given: Money, turn: &mut Turn) {
        let Some(drawer) = self.ledger.drawer.as_ref().map(|drawer| drawer.id).filter(|_| self.is_cash_part(given))
        else {
            return;
        };
        let Some((sale, _, began)) = self.sale_to_pay(turn) else { return };
        let (payment, change) = (PaymentId(turn.ids.next_uuid()), Money::zero(given.currency));
        let taken = Fact::CashTaken { payment, sale, amount: given, given, change, drawer };
        self.save(began.into_iter().chain([taken]).collect(), turn);
    }

    /// Cash is in the ledger: the drawer opens, and a sale of which it was a part goes on.
    pub(super) fn cash_is_taken(&mut self, sale: SaleId, turn: &mut Turn) {
        self.kick(turn);
        let is_part = self.open_sale().is_some_and(|open| open.id == sale && self.ledger.remaining(open).minor > 0);
        if is_part && matches!(self.place, Place::Cash { .. }) {
            self.place = Place::Tenders;
        }
    }

    /// Cash of a sale that was given up goes back to the customer.
    pub(super) fn cash_is_returned(&mut self, payment: PaymentId, turn: &mut Turn) {
        self.kick(turn);
        if let Some(Tender::Cash { given, change, .. }) = self.ledger.payments.get(&payment).map(|one| &one.tender)
            && let Some(back) = given.checked_sub(*change)
        {
            self.tell(NoticeKind::CashGoesBack(back));
        }
    }

    /// The facts that undo the parts of a sale that is given up, none where nothing was paid. `None` when a part cannot
    /// be undone from here: what a customer transferred or a bank approved has to go its own way back.
    pub(crate) fn undone_parts(&self, sale: SaleId) -> Option<Vec<Fact>> {
        let drawer = self.ledger.drawer.as_ref().map(|drawer| drawer.id);
        let mut facts = Vec::new();
        for payment in self.ledger.payments.of_sale(sale) {
            let undoing = matches!(
                payment.tender,
                Tender::Card {
                    promise: Promise::AnsweredNow,
                    card: CardState::Unknown { .. } | CardState::Reversing { .. },
                    ..
                }
            );
            match (&payment.tender, payment.standing()) {
                (_, Standing::Void) if !undoing => {}
                (Tender::Cash { .. }, Standing::Takes) => {
                    facts.push(Fact::CashReturned { payment: payment.id, drawer: drawer? });
                }
                (Tender::Card { card: CardState::Stored { attempts: 0, .. }, .. }, Standing::Takes) => {
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
