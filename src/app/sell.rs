//! Typing an amount, and the ticket number of the shop's POS.

use crate::app::event::SellTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{AmountRefused, Basket, Place};
use crate::app::refund::RefundTalk;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::{SaleId, SaleReference};
use crate::domain::money::Money;
use crate::domain::outage::ReaderKind;
use crate::domain::sale::{Sale, TenderKind};
use crate::domain::ticket::{TICKET_LENGTH_MAX, TicketError};

impl App {
    pub(super) fn touch_sell(&mut self, touch: SellTouch, turn: &mut Turn) {
        if !matches!(self.place, Place::Sell) {
            return;
        }
        match touch {
            SellTouch::Digits(digits) => self.type_digits(&digits),
            SellTouch::Erase => self.erase_digit(),
            SellTouch::Clear => match &mut self.basket.typing_ticket {
                Some(ticket) => ticket.clear(),
                None => self.basket = Basket { ticket: self.basket.ticket.take(), ..Basket::default() },
            },
            SellTouch::Cancel => self.basket = Basket::default(),
            SellTouch::PayByCard => self.choose_tender(TenderKind::Reader, turn),
            SellTouch::PayByQr => self.choose_tender(TenderKind::Qr, turn),
            SellTouch::PayByCash => self.choose_tender(TenderKind::Cash, turn),
            SellTouch::TakePayment => {
                if self.amount_is_good() {
                    self.place = Place::Tenders;
                }
            }
            SellTouch::CardDoesNotWork => {
                self.card_does_not_work();
                if self.basket.minor == 0 {
                    // The page stays, and a key that seems to do nothing is pressed again and again.
                    self.tell(match self.reader_kind() {
                        ReaderKind::Connected { .. } => NoticeKind::ReaderIsTested,
                        ReaderKind::Standalone => NoticeKind::AmountFirst,
                    });
                }
            }
            SellTouch::EditTicket => self.edit_ticket(),
            SellTouch::AcceptTicket => self.accept_ticket(),
        }
    }

    pub(super) fn edit_ticket(&mut self) {
        let known = self.basket.ticket.as_ref().map(ToString::to_string);
        self.basket.typing_ticket = Some(known.unwrap_or_default());
        self.place = Place::Sell;
    }

    fn accept_ticket(&mut self) {
        let Some(typed) = self.basket.typing_ticket.take() else { return };
        // The keypad has only digits and stops at the limit: else only an empty one does not parse, no ticket number.
        match typed.parse() {
            Err(TicketError::LooksLikeCard) => {
                self.basket.typing_ticket = Some(String::new());
                self.tell(NoticeKind::NoCardNumberHere);
            }
            parsed => self.basket.ticket = parsed.ok(),
        }
    }

    fn type_digits(&mut self, digits: &str) {
        if let Some(ticket) = &mut self.basket.typing_ticket {
            if ticket.len() + digits.len() <= TICKET_LENGTH_MAX {
                ticket.push_str(digits);
            }
            return;
        }
        self.basket.refused = None;
        match self.settings.currency.typed(self.basket.minor, digits) {
            Some(minor) => self.basket.minor = minor,
            None => self.basket.too_many_digits = true,
        }
    }

    fn erase_digit(&mut self) {
        if let Some(ticket) = &mut self.basket.typing_ticket {
            ticket.pop();
            return;
        }
        self.basket.refused = None;
        self.basket.too_many_digits = false;
        self.basket.minor = self.settings.currency.erased(self.basket.minor);
    }

    /// Whether the typed amount can be sold; says why not.
    pub(super) fn amount_is_good(&mut self) -> bool {
        let minor = self.basket.minor;
        self.basket.refused = if minor == 0 {
            Some(AmountRefused::Zero)
        } else if minor > self.settings.limits.sale_max_minor {
            Some(AmountRefused::AboveMaximum)
        } else {
            None
        };
        self.basket.refused.is_none()
    }

    /// The amount of the basket.
    pub(crate) fn basket_amount(&self) -> Money {
        Money::new(self.basket.minor, self.settings.currency)
    }

    /// The open sale, or the fact that begins one; and what is to be paid now.
    ///
    /// `None` when nothing may be sold: no open day, nobody signed in, or no amount left to pay.
    pub(super) fn sale_to_pay(&self, turn: &mut Turn) -> Option<(SaleId, Money, Option<Fact>)> {
        if let Some(sale) = self.open_sale() {
            let due = self.ledger.remaining(sale);
            return (due.minor > 0).then_some((sale.id, due, None));
        }
        let day = self.ledger.day.as_ref().filter(|day| day.closed.is_none())?;
        let cashier = self.person.clone()?;
        let reference = self.next_reference()?;
        let (sale, amount) = (SaleId(turn.ids.next_uuid()), self.basket_amount());
        let fact = Fact::SaleBegan {
            sale,
            till: self.settings.till,
            day: day.id,
            reference,
            amount,
            ticket: self.basket.ticket.clone(),
            cashier,
            outage: self.ledger.open_outage().map(|outage| outage.id),
        };
        Some((sale, amount, Some(fact)))
    }

    /// The reference that the next sale will have, for the screen.
    pub(crate) fn shown_reference(&self) -> Option<SaleReference> {
        let open = self.open_sale().map(|sale: &Sale| sale.reference);
        open.or_else(|| self.next_reference())
    }

    /// The reference that nothing has yet.
    pub(super) fn next_reference(&self) -> Option<SaleReference> {
        let sequence = self.ledger.last_sequence % crate::domain::ids::SEQUENCE_MAX + 1;
        SaleReference::new(self.settings.till, sequence).ok()
    }

    /// An empty page for the next customer.
    pub(super) fn next_sale(&mut self) {
        self.basket = Basket::default();
        self.go_selling();
    }

    pub(super) fn sale_abandoned(&mut self, sale: SaleId, turn: &mut Turn) {
        self.reverse_if_too_much(sale, turn);
        let kept = self.basket.clone();
        self.next_sale();
        // What has to go into the customer's hand is a page of its own, and not a line over the next sale.
        if self.cash_of_given_up(sale).next().is_some() {
            self.place = Place::Refund(RefundTalk::GivenUp { sale });
        } else {
            self.tell(NoticeKind::SaleCancelled);
        }
        if kept.reader_failed || kept.minor == 0 {
            return;
        }
        self.basket.ticket = kept.ticket;
    }
}
