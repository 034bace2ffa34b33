//! The sell page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, SellApi};
use super::wish::Wishes;
use super::words::or_empty;
use crate::app::event::{SellTouch, Touch};
use crate::screens::sell::{AmountError, MainAct, SellView, Typing};
use crate::screens::types::Offer;

pub(super) fn show(window: &AppWindow, view: &SellView) {
    let api = window.global::<SellApi>();
    let (error, argument) = match &view.amount_error {
        None => (generated::AmountError::None, None),
        Some(AmountError::Zero) => (generated::AmountError::Zero, None),
        Some(AmountError::AboveMaximum(maximum)) => (generated::AmountError::AboveMaximum, Some(maximum)),
        Some(AmountError::TooManyDigits) => (generated::AmountError::TooManyDigits, None),
    };
    let (card, other_ways_first, can_take_payment) = match &view.main {
        MainAct::Card(offer) => (offer, false, false),
        MainAct::TakePayment { enabled } => (&Offer::Hidden, true, *enabled),
    };
    let (entering_ticket, ticket_number) = match &view.typing {
        Typing::Amount { ticket_number } => (false, ticket_number.as_ref()),
        Typing::Ticket { ticket_number } => (true, Some(ticket_number)),
    };
    api.set_amount((&view.amount).into());
    api.set_currency((&view.currency).into());
    api.set_sale_reference((&view.sale_reference).into());
    api.set_till((&view.till).into());
    api.set_amount_error(error);
    api.set_amount_error_argument(or_empty(argument));
    api.set_card(card.into());
    api.set_qr((&view.qr).into());
    api.set_cash((&view.cash).into());
    api.set_other_ways_first(other_ways_first);
    api.set_can_take_payment(can_take_payment);
    api.set_entering_ticket(entering_ticket);
    api.set_ticket_number(or_empty(ticket_number));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<SellApi>();
    let touch = |touch| wishes.touch(Touch::Sell(touch));
    api.on_digit(wishes.touch_with(|digits: SharedString| Touch::Sell(SellTouch::Digits(digits.into()))));
    api.on_erase(touch(SellTouch::Erase));
    api.on_clear(touch(SellTouch::Clear));
    api.on_cancel(touch(SellTouch::Cancel));
    api.on_pay_by_card(touch(SellTouch::PayByCard));
    api.on_pay_by_qr(touch(SellTouch::PayByQr));
    api.on_pay_by_cash(touch(SellTouch::PayByCash));
    api.on_take_payment(touch(SellTouch::TakePayment));
    api.on_card_does_not_work(touch(SellTouch::CardDoesNotWork));
    api.on_edit_ticket(touch(SellTouch::EditTicket));
    api.on_accept_ticket(touch(SellTouch::AcceptTicket));
}
