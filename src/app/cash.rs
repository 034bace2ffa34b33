//! Cash, and the page at the end of a sale.

use crate::app::event::{CashTouch, DoneTouch};
use crate::app::place::Place;
use crate::app::{App, Turn};
use crate::domain::cash::{change, quick_tenders};
use crate::domain::fact::Fact;
use crate::domain::ids::PaymentId;
use crate::domain::money::{AMOUNT_MINOR_MAX, Money};

impl App {
    pub(super) fn begin_cash(&mut self) {
        self.place = Place::Cash { typed: None };
    }

    /// What is to be paid on the cash page: the rest of the open sale, or the basket.
    pub(crate) fn cash_due(&self) -> Money {
        self.open_sale().map_or_else(|| self.basket_amount(), |sale| self.ledger.remaining(sale))
    }

    pub(super) fn touch_cash(&mut self, touch: CashTouch, turn: &mut Turn) {
        let due = self.cash_due();
        let busy = self.is_busy();
        let Place::Cash { typed } = &mut self.place else { return };
        match touch {
            CashTouch::Digits(digits) => {
                let appended: Option<i64> = format!("{}{digits}", typed.unwrap_or(0)).parse().ok();
                *typed = appended.filter(|minor| *minor <= AMOUNT_MINOR_MAX).or(*typed);
            }
            CashTouch::Erase => *typed = typed.map(|minor| minor / 10).filter(|minor| *minor > 0),
            CashTouch::QuickSum(id) => {
                let key = quick_tenders(due).into_iter().find(|sum| sum.minor.to_string() == id);
                *typed = key.map(|sum| sum.minor).or(*typed);
            }
            CashTouch::Finish if !busy => {
                let given = Money::new(typed.unwrap_or(due.minor), due.currency);
                self.take_cash(given, turn);
            }
            CashTouch::Finish => {}
            CashTouch::Cancel => self.place = Place::Tenders,
        }
    }

    fn take_cash(&mut self, given: Money, turn: &mut Turn) {
        let Some(drawer) = self.ledger.drawer.as_ref().map(|drawer| drawer.id) else { return };
        let Some((sale, amount, began)) = self.sale_to_pay(turn) else { return };
        let Ok(change) = change(amount, given) else { return };
        let payment = PaymentId(turn.ids.next_uuid());
        let taken = Fact::CashTaken { payment, sale, amount, given, change, drawer };
        self.save(began.into_iter().chain([taken, Fact::SaleDone { sale }]).collect(), turn);
    }

    pub(super) fn touch_done(&mut self, touch: DoneTouch, turn: &mut Turn) {
        let Place::Done { sale, .. } = self.place else { return };
        match touch {
            DoneTouch::NextSale => self.next_sale(),
            DoneTouch::PrintAgain => self.print_receipt(sale, true, turn),
        }
    }
}
