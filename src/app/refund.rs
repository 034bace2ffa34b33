//! Giving money of a sale back, in the way it had been paid.

mod back;

use crate::app::effect::Effect;
use crate::app::event::{FoundSale, RefundTouch};
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, Place};
use crate::app::{App, Turn};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::{PaymentId, PersonId, RefundId, SaleId, SaleReference};
use crate::domain::ledger::Ledger;
use crate::domain::money::Money;
use crate::domain::sale::{RefundWay, Sale, SaleState};

pub use self::back::{BackBlock, BackWay};

/// The most sales that are shown to choose from, the newest first.
pub(crate) const SALES_SHOWN_MAX: usize = 40;

/// Money of a sale goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundTalk {
    /// Choosing the sale.
    Choose,
    /// Typing the number of a sale of an earlier day.
    Find {
        /// What was typed.
        digits: String,
        /// How far it is.
        state: FindState,
    },
    /// Saying how much.
    Amount {
        /// Of which sale.
        sale: SaleId,
        /// In which way.
        way: BackWay,
        /// How much, in minor units; `None` is all of it.
        typed: Option<i64>,
        /// The sale by itself, where it is of an earlier day and the till has forgotten it.
        earlier: Option<Box<Ledger>>,
    },
    /// The bank is asked to take an approval back.
    AskingBank {
        /// The card's payment.
        payment: PaymentId,
        /// How far it is.
        step: VoidStep,
    },
    /// The sale was given up, and what was paid of it in cash goes back.
    GivenUp {
        /// Which sale.
        sale: SaleId,
    },
    /// It is written down.
    Done {
        /// Of which sale.
        sale: SaleId,
        /// The refund.
        refund: RefundId,
    },
}

/// How far the bank's taking back of an approval is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VoidStep {
    /// The question is under way.
    Asking,
    /// No answer came; it is asked again by itself.
    NoAnswer,
    /// The bank refuses: its code.
    Refused(String),
}

/// How far the search for a sale of an earlier day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindState {
    /// Its number is being typed.
    Typing,
    /// The store is being looked through.
    Looking(SaleReference),
    /// Nothing of it can go back, and why.
    Refused(FindRefusal),
}

/// Why nothing goes back of a sale whose number was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindRefusal {
    /// It is not ten digits with the right last one.
    NotANumber,
    /// No sale of this till has it.
    Unknown,
    /// It was given up, or went back already; or what was paid does not go back here, and why.
    NothingGoesBack(Option<BackBlock>),
    /// The ledger could not be read.
    NotRead,
}

/// The digits of a sale's number.
pub(crate) const REFERENCE_DIGITS: usize = 10;

impl App {
    /// What was typed, and the most it may be.
    pub(crate) fn refund_amount(
        &self,
        books: &Ledger,
        asked: (SaleId, BackWay, Option<i64>),
    ) -> Option<(Money, Money)> {
        let (sale, way, typed) = asked;
        let (_, most) = self.ways_back(books, books.sales.get(&sale)?).into_iter().find(|(one, _)| *one == way)?;
        Some((typed.map_or(most, |minor| Money::new(minor, most.currency)), most))
    }

    pub(super) fn open_refund_page(&mut self) {
        if self.day_is_open() && self.open_sale().is_none() {
            self.visit(Place::Refund(RefundTalk::Choose));
        }
    }

    /// The sales of which something can go back, the newest first; and those with a typed card that cannot, so that
    /// nobody looks for one in vain.
    pub(crate) fn refundable_sales(&self) -> impl Iterator<Item = &Sale> {
        let done = self.ledger.sales.values().rev().filter(|sale| matches!(sale.state, SaleState::Done { .. }));
        let is_shown = |sale: &&Sale| {
            let block = self.back_block(&self.ledger, sale).filter(|block| *block != BackBlock::OnTheReader);
            block.is_some() || !self.ways_back(&self.ledger, sale).is_empty()
        };
        done.filter(is_shown).take(SALES_SHOWN_MAX)
    }

    /// The ledger that knows the sale: the till's own, or that of the one sale which the till has forgotten.
    pub(crate) fn books_of<'b>(&'b self, earlier: Option<&'b Ledger>) -> &'b Ledger {
        earlier.unwrap_or(&self.ledger)
    }

    /// The sale whose money is asked back.
    pub(crate) fn refunded_sale(&self, id: SaleId) -> Option<&Sale> {
        if let Place::Refund(RefundTalk::Amount { earlier: Some(books), .. }) = &self.place {
            return books.sales.get(&id);
        }
        self.ledger.sales.get(&id)
    }

    /// A number that was typed is looked for, first among what the till has in memory.
    fn find_sale(&mut self, turn: &mut Turn) {
        let Place::Refund(RefundTalk::Find { digits, state }) = &mut self.place else { return };
        let Ok(reference) = digits.parse::<SaleReference>() else {
            *state = FindState::Refused(FindRefusal::NotANumber);
            return;
        };
        *state = FindState::Looking(reference);
        match self.ledger.sales.values().find(|sale| sale.reference == reference).map(|sale| sale.id) {
            Some(sale) => self.ask_how_much(sale, None),
            None => turn.ask(Effect::FindSale { reference }),
        }
    }

    /// The store was looked through. Whoever went another way meanwhile waits for nothing.
    pub(super) fn sale_is_found(&mut self, reference: SaleReference, found: Result<Option<FoundSale>, String>) {
        let Place::Refund(RefundTalk::Find { state, .. }) = &mut self.place else { return };
        if *state != FindState::Looking(reference) {
            return;
        }
        match found {
            Ok(Some(FoundSale { sale, payments })) => {
                let id = sale.id;
                self.ask_how_much(id, Some(Box::new(Ledger::of_sale(*sale, payments))));
            }
            Ok(None) => *state = FindState::Refused(FindRefusal::Unknown),
            Err(_) => *state = FindState::Refused(FindRefusal::NotRead),
        }
    }

    /// How much of the sale goes back, where anything can.
    fn ask_how_much(&mut self, sale: SaleId, earlier: Option<Box<Ledger>>) {
        let books = self.books_of(earlier.as_deref());
        let ways = books.sales.get(&sale).map(|sale| self.ways_back(books, sale)).unwrap_or_default();
        let way = ways.first().map(|(way, _)| *way);
        let block = books.sales.get(&sale).and_then(|sale| self.back_block(books, sale));
        let Place::Refund(talk) = &mut self.place else { return };
        match (way, talk) {
            (Some(way), talk) => *talk = RefundTalk::Amount { sale, way, typed: None, earlier },
            (None, RefundTalk::Find { state, .. }) => {
                *state = FindState::Refused(FindRefusal::NothingGoesBack(block));
            }
            (
                None,
                RefundTalk::Choose
                | RefundTalk::Amount { .. }
                | RefundTalk::AskingBank { .. }
                | RefundTalk::GivenUp { .. }
                | RefundTalk::Done { .. },
            ) => {}
        }
    }

    pub(super) fn touch_refund(&mut self, touch: RefundTouch, turn: &mut Turn) {
        let (busy, currency) = (self.is_busy(), self.settings.currency);
        let Place::Refund(talk) = &mut self.place else { return };
        match (touch, talk) {
            (RefundTouch::Choose(sale), RefundTalk::Choose) => {
                self.ask_how_much(sale, None);
            }
            (RefundTouch::BeginFind, RefundTalk::Choose) => {
                self.place = Place::Refund(RefundTalk::Find { digits: String::new(), state: FindState::Typing });
            }
            (RefundTouch::Digits(more), RefundTalk::Find { digits, state }) => {
                let fits = digits.len() + more.len() <= REFERENCE_DIGITS;
                if fits && more.bytes().all(|byte| byte.is_ascii_digit()) {
                    digits.push_str(&more);
                    *state = FindState::Typing;
                }
            }
            (RefundTouch::Erase, RefundTalk::Find { digits, state }) => {
                digits.pop();
                *state = FindState::Typing;
            }
            (RefundTouch::Find, RefundTalk::Find { .. }) if !busy => self.find_sale(turn),
            (RefundTouch::ChooseWay(chosen), RefundTalk::Amount { way, typed, .. }) => {
                (*way, *typed) = (chosen, None);
            }
            (RefundTouch::Digits(digits), RefundTalk::Amount { way: BackWay::Cash | BackWay::Transfer, typed, .. }) => {
                match currency.typed(typed.unwrap_or(0), &digits) {
                    Some(minor) => *typed = Some(minor),
                    None => self.tell(NoticeKind::FieldIsFull),
                }
            }
            (RefundTouch::Erase, RefundTalk::Amount { typed, .. }) => {
                *typed = typed.map(|minor| currency.erased(minor)).filter(|minor| *minor > 0);
            }
            (RefundTouch::Confirm, RefundTalk::Amount { .. }) if !busy => self.confirm_refund(turn),
            (RefundTouch::Cancel, RefundTalk::Amount { .. } | RefundTalk::Find { .. }) => {
                self.place = Place::Refund(RefundTalk::Choose);
            }
            // Whoever does not wait for the bank's answer hears of it later.
            (
                RefundTouch::Finish,
                RefundTalk::Done { .. } | RefundTalk::AskingBank { .. } | RefundTalk::GivenUp { .. },
            ) => self.next_sale(),
            (
                RefundTouch::Choose(_)
                | RefundTouch::BeginFind
                | RefundTouch::Find
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
        if way == BackWay::Cash && self.leads_to_handover() {
            return;
        }
        let paid = self.refund_in_cash(sale, amount);
        // No scheme knows a refund that waits: the customer would go with a promise that the bank may refuse.
        if way == BackWay::CardTakenBack && !self.host_may_be_asked() {
            return;
        }
        // What was paid in another currency goes back in the shop's own, which may not be there.
        if way == BackWay::Cash && self.drawer_lacks(paid, turn) {
            return;
        }
        if self.refund_needs_manager(sale, amount) {
            self.ask_manager(ApproveWhy::Refund { sale, amount });
        } else {
            self.refund(None, turn);
        }
    }

    /// What goes out of the drawer for it.
    pub(crate) fn refund_in_cash(&self, sale: SaleId, amount: Money) -> Money {
        let books = if let Place::Refund(RefundTalk::Amount { earlier: Some(books), .. }) = &self.place {
            books
        } else {
            &self.ledger
        };
        let round = |exact| self.rounded(exact, true).due;
        books.sales.get(&sale).map_or_else(|| round(amount), |kept| books.refund_in_cash(kept, amount, round))
    }

    /// The limit is of a sale and not of one refund: else it could be gone round in steps.
    pub(crate) fn refund_needs_manager(&self, sale: SaleId, amount: Money) -> bool {
        let before = self.refunded_sale(sale).map_or(0, |kept| kept.refunded().minor);
        before.saturating_add(amount.minor) > self.settings.cash.refund_manager_above_minor
    }

    /// What the page asks for, when it can be done.
    fn refund_asked(&self) -> Option<(SaleId, BackWay, Money)> {
        let Place::Refund(RefundTalk::Amount { sale, way, typed, earlier }) = &self.place else { return None };
        let (amount, most) = self.refund_amount(self.books_of(earlier.as_deref()), (*sale, *way, *typed))?;
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
        let Place::Refund(RefundTalk::Amount { earlier, .. }) = &self.place else { return };
        let books = self.books_of(earlier.as_deref());
        let Some(kept) = books.sales.get(&sale) else { return };
        let recalled = earlier.is_some().then(|| Fact::SaleRecalled {
            sale: Box::new(kept.clone()),
            payments: books.payments.of_sale(sale).cloned().collect(),
        });
        let refund = RefundId(turn.ids.next_uuid());
        let mut facts: Vec<Fact> = recalled.into_iter().chain(approval).collect();
        let way = match way {
            BackWay::Cash => {
                let Some(drawer) = self.drawer_in_hand() else { return };
                RefundWay::Cash { drawer, paid: self.refund_in_cash(sale, amount) }
            }
            BackWay::Transfer => RefundWay::Transfer,
            BackWay::CardNotSent => {
                let Some(payment) = books.card_not_sent(kept) else { return };
                facts.push(Fact::CardUndone { payment });
                RefundWay::CardNotSent { payment }
            }
            // The refund is written down when the bank has taken it back.
            BackWay::CardTakenBack => {
                let Some(payment) = books.card_to_void(kept, self.now) else { return };
                let (void_stan, next_try) = (self.next_stan(), self.now + self.retry().wait(1, payment));
                facts.push(Fact::CardVoiding { payment, void_stan, next_try, refund, by });
                return self.save(facts, turn);
            }
        };
        facts.push(Fact::Refunded { refund, sale, amount, way, by });
        self.save(facts, turn);
    }

    /// Written down: the drawer opens where cash goes out, the receipt is printed, and the page says what to do.
    pub(super) fn is_refunded(&mut self, sale: SaleId, refund: RefundId, way: RefundWay, turn: &mut Turn) {
        let is_looked_at = match way {
            RefundWay::Cash { paid, .. } => {
                if !paid.is_zero() {
                    self.kick(turn);
                }
                matches!(self.place, Place::Refund(_))
            }
            RefundWay::Transfer | RefundWay::CardNotSent { .. } => matches!(self.place, Place::Refund(_)),
            RefundWay::CardTakenBack { payment } => self.waits_for_void(payment),
        };
        if is_looked_at {
            self.place = Place::Refund(RefundTalk::Done { sale, refund });
        }
        self.print_refund(sale, turn);
    }
}
