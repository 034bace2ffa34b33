//! Giving money of a sale back, in the way it had been paid.

use crate::app::event::RefundTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, Place};
use crate::app::{App, Turn};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::{PersonId, RefundId, SaleId};
use crate::domain::money::Money;
use crate::domain::sale::{RefundWay, Sale, SaleState, TenderKind};

/// The most sales that are shown to choose from, the newest first.
pub(crate) const SALES_SHOWN_MAX: usize = 40;

/// Money of a sale goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundTalk {
    /// Choosing the sale.
    Choose,
    /// Saying how much.
    Amount {
        /// Of which sale.
        sale: SaleId,
        /// In which way.
        way: BackWay,
        /// How much, in minor units; `None` is all of it.
        typed: Option<i64>,
    },
    /// It is written down.
    Done {
        /// Of which sale.
        sale: SaleId,
        /// The refund.
        refund: RefundId,
    },
}

/// A way that is open for a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackWay {
    /// Out of the drawer.
    Cash,
    /// By a transfer that a manager makes.
    Transfer,
    /// The typed card is not sent.
    CardNotSent,
}

impl App {
    pub(super) fn open_refund_page(&mut self) {
        if self.day_is_open() && self.open_sale().is_none() {
            self.visit(Place::Refund(RefundTalk::Choose));
        }
    }

    /// The sales of which something can go back, the newest first.
    pub(crate) fn refundable_sales(&self) -> impl Iterator<Item = &Sale> {
        let done = self.ledger.sales.values().rev().filter(|sale| matches!(sale.state, SaleState::Done { .. }));
        done.filter(|sale| !self.ways_back(sale).is_empty()).take(SALES_SHOWN_MAX)
    }

    /// The ways that are open for a sale, and how much of it each can give back.
    pub(crate) fn ways_back(&self, sale: &Sale) -> Vec<(BackWay, Money)> {
        let money = |minor| Money::new(minor, sale.amount.currency);
        let card = self.ledger.card_not_sent(sale).and_then(|payment| self.ledger.payments.get(&payment));
        let ways = [
            (BackWay::Cash, money(self.ledger.refundable_minor(sale, TenderKind::Cash))),
            (BackWay::Transfer, money(self.ledger.refundable_minor(sale, TenderKind::Qr))),
            (BackWay::CardNotSent, card.map_or(money(0), |payment| payment.amount)),
        ];
        ways.into_iter().filter(|(_, most)| most.minor > 0).collect()
    }

    /// What was typed, and the most it may be.
    pub(crate) fn refund_amount(&self, sale: SaleId, way: BackWay, typed: Option<i64>) -> Option<(Money, Money)> {
        let kept = self.ledger.sales.get(&sale)?;
        let (_, most) = self.ways_back(kept).into_iter().find(|(one, _)| *one == way)?;
        Some((typed.map_or(most, |minor| Money::new(minor, most.currency)), most))
    }

    pub(super) fn touch_refund(&mut self, touch: RefundTouch, turn: &mut Turn) {
        let (busy, currency) = (self.is_busy(), self.settings.currency);
        let Place::Refund(talk) = &mut self.place else { return };
        match (touch, talk) {
            (RefundTouch::Choose(sale), RefundTalk::Choose) => {
                let ways = self.ledger.sales.get(&sale).map(|sale| self.ways_back(sale)).unwrap_or_default();
                if let Some((way, _)) = ways.first() {
                    self.place = Place::Refund(RefundTalk::Amount { sale, way: *way, typed: None });
                }
            }
            (RefundTouch::ChooseWay(chosen), RefundTalk::Amount { way, typed, .. }) => {
                (*way, *typed) = (chosen, None);
            }
            (RefundTouch::Digits(digits), RefundTalk::Amount { way: BackWay::Cash | BackWay::Transfer, typed, .. }) => {
                *typed = currency.typed(typed.unwrap_or(0), &digits).or(*typed);
            }
            (RefundTouch::Erase, RefundTalk::Amount { typed, .. }) => {
                *typed = typed.map(|minor| currency.erased(minor)).filter(|minor| *minor > 0);
            }
            (RefundTouch::Confirm, RefundTalk::Amount { .. }) if !busy => self.confirm_refund(turn),
            (RefundTouch::Cancel, RefundTalk::Amount { .. }) => self.place = Place::Refund(RefundTalk::Choose),
            (RefundTouch::Finish, RefundTalk::Done { .. }) => self.next_sale(),
            (
                RefundTouch::Choose(_)
                | RefundTouch::ChooseWay(_)
                | RefundTouch::Digits(_)
                | RefundTouch::Erase
                | RefundTouch::Confirm
                | RefundTouch::Cancel
                | RefundTouch::Finish,
                _,
            ) => {}
        }
    }

    fn confirm_refund(&mut self, turn: &mut Turn) {
        let Some((sale, way, amount)) = self.refund_asked() else { return };
        let paid = self.rounded(amount, true).due;
        // What was paid in another currency goes back in the shop's own, which may not be there.
        if way == BackWay::Cash && self.ledger.drawer_expected_minor() < paid.minor {
            return self.tell(NoticeKind::NotInDrawer(paid));
        }
        if amount.minor > self.settings.cash.refund_manager_above_minor {
            self.ask_manager(ApproveWhy::Refund { sale, amount });
        } else {
            self.refund(None, turn);
        }
    }

    /// What the page asks for, when it can be done.
    fn refund_asked(&self) -> Option<(SaleId, BackWay, Money)> {
        let Place::Refund(RefundTalk::Amount { sale, way, typed }) = &self.place else { return None };
        let (amount, most) = self.refund_amount(*sale, *way, *typed)?;
        (0 < amount.minor && amount.minor <= most.minor).then_some((*sale, *way, amount))
    }

    pub(super) fn refund_approved(&mut self, manager: PersonId, reason: ApprovalReason, turn: &mut Turn) {
        if let Some((sale, _, amount)) = self.refund_asked() {
            let approval = self.approval(manager, ManagedAct::Refund { sale, amount }, reason);
            self.refund(Some(approval), turn);
        }
    }

    fn refund(&mut self, approval: Option<Fact>, turn: &mut Turn) {
        let (Some((sale, way, amount)), Some(by)) = (self.refund_asked(), self.person.clone()) else { return };
        let Some(kept) = self.ledger.sales.get(&sale) else { return };
        let refund = RefundId(turn.ids.next_uuid());
        let mut facts: Vec<Fact> = approval.into_iter().collect();
        let way = match way {
            BackWay::Cash => {
                let Some(drawer) = self.ledger.drawer.as_ref().map(|drawer| drawer.id) else { return };
                RefundWay::Cash { drawer, paid: self.rounded(amount, true).due }
            }
            BackWay::Transfer => RefundWay::Transfer,
            BackWay::CardNotSent => {
                let Some(payment) = self.ledger.card_not_sent(kept) else { return };
                facts.push(Fact::CardUndone { payment });
                RefundWay::CardNotSent { payment }
            }
        };
        facts.push(Fact::Refunded { refund, sale, amount, way, by });
        self.save(facts, turn);
    }

    /// Written down: the drawer opens where cash goes out, the receipt is printed, and the page says what to do.
    pub(super) fn is_refunded(&mut self, sale: SaleId, refund: RefundId, way: RefundWay, turn: &mut Turn) {
        match way {
            RefundWay::Cash { .. } => self.kick(turn),
            RefundWay::Transfer | RefundWay::CardNotSent { .. } => {}
        }
        if matches!(self.place, Place::Refund(_)) {
            self.place = Place::Refund(RefundTalk::Done { sale, refund });
        }
        self.print_refund(sale, turn);
    }
}
