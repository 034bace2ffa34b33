//! The tenders page.

use slint::ComponentHandle;

use super::generated::{self, AppWindow, TendersApi};
use super::wish::Wishes;
use super::words::{or_empty, same_words};
use crate::app::event::{TendersTouch, Touch};
use crate::screens::tenders::{FirstAttempt, TendersView};

same_words! {
    FirstAttempt => FirstAttempt {
        Asking, NotCharged, Charged, Unknown, AskTerminal, Parked, Reversing, Reversed,
    }
}

pub(super) fn show(window: &AppWindow, view: &TendersView) {
    let api = window.global::<TendersApi>();
    api.set_amount((&view.amount).into());
    api.set_paid(or_empty(view.paid.as_ref()));
    api.set_currency((&view.currency).into());
    api.set_sale_reference((&view.sale_reference).into());
    api.set_first_attempt(view.first_attempt.map_or(generated::FirstAttempt::None, Into::into));
    api.set_suggested(view.suggested.into());
    api.set_reader((&view.offers.reader).into());
    api.set_qr((&view.offers.qr).into());
    api.set_card((&view.offers.card).into());
    api.set_cash((&view.offers.cash).into());
    api.set_can_change_amount(view.can_change_amount);
    api.set_can_cancel(view.can_cancel);
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<TendersApi>();
    let touch = |touch| wishes.touch(Touch::Tenders(touch));
    api.on_choose(wishes.touch_with(|tender: generated::Tender| Touch::Tenders(TendersTouch::Choose(tender.into()))));
    api.on_change_amount(touch(TendersTouch::ChangeAmount));
    api.on_cancel_sale(touch(TendersTouch::CancelSale));
    api.on_ask_again(touch(TendersTouch::AskAgain));
    api.on_park_attempt(touch(TendersTouch::ParkAttempt));
    api.on_terminal_charged(touch(TendersTouch::TerminalCharged));
    api.on_terminal_not_charged(touch(TendersTouch::TerminalNotCharged));
    api.on_finish_charged(touch(TendersTouch::FinishCharged));
}
