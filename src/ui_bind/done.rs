//! The done page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, DoneApi};
use super::qr::picture;
use super::rows;
use super::wish::Wishes;
use super::words::{or_empty, same_words, trouble};
use crate::app::event::{DoneTouch, Touch};
use crate::screens::done::{DoneOutcome, DoneView, PrintState};

same_words! {
    PrintState => PrintState { Off, Waiting, Printing, Printed, Doubtful, Failed }
}

/// What the outcome leaves on the page; texts that it does not have are empty.
#[derive(Default)]
struct Outcome<'a> {
    approval_code: Option<&'a String>,
    card_text: Option<&'a String>,
    send_by_text: Option<&'a String>,
    change: Option<&'a String>,
    breakdown: &'a [String],
}

pub(super) fn show(window: &AppWindow, view: &DoneView) {
    let api = window.global::<DoneApi>();
    let (word, outcome) = outcome(&view.outcome);
    api.set_outcome(word);
    api.set_amount((&view.amount).into());
    api.set_rounding(or_empty(view.rounded.as_ref().map(|rounded| &rounded.rounding)));
    api.set_paid(or_empty(view.rounded.as_ref().map(|rounded| &rounded.paid)));
    api.set_currency((&view.currency).into());
    api.set_sale_reference((&view.sale_reference).into());
    api.set_approval_code(or_empty(outcome.approval_code));
    api.set_card_text(or_empty(outcome.card_text));
    api.set_send_by_text(or_empty(outcome.send_by_text));
    api.set_change(or_empty(outcome.change));
    rows::put(&api.get_breakdown(), outcome.breakdown.iter().map(SharedString::from), |list| api.set_breakdown(list));
    api.set_overpaid(or_empty(view.overpaid.as_ref()));
    api.set_receipt_text((&view.receipt_text).into());
    api.set_code(view.code.as_ref().map(picture).unwrap_or_default());
    api.set_code_modules(view.code.as_ref().map_or(0, |code| i32::from(code.size)));
    api.set_print_state(view.print_state.into());
    api.set_printer_trouble(trouble(view.printer_trouble));
}

fn outcome(outcome: &DoneOutcome) -> (generated::DoneOutcome, Outcome<'_>) {
    use generated::DoneOutcome as Word;
    match outcome {
        DoneOutcome::ReaderApproved { approval_code, card_text } => (
            Word::ReaderApproved,
            Outcome { approval_code: approval_code.as_ref(), card_text: card_text.as_ref(), ..Outcome::default() },
        ),
        DoneOutcome::ReaderStored { card_text } => {
            (Word::ReaderStored, Outcome { card_text: card_text.as_ref(), ..Outcome::default() })
        }
        DoneOutcome::TerminalApproved => (Word::TerminalApproved, Outcome::default()),
        DoneOutcome::CardApproved { approval_code, card_text } => (
            Word::CardApproved,
            Outcome { approval_code: Some(approval_code), card_text: Some(card_text), ..Outcome::default() },
        ),
        DoneOutcome::CardStored { card_text, send_by_text } => (
            Word::CardStored,
            Outcome { card_text: Some(card_text), send_by_text: Some(send_by_text), ..Outcome::default() },
        ),
        DoneOutcome::TransferAnnounced => (Word::TransferAnnounced, Outcome::default()),
        DoneOutcome::TransferSeen => (Word::TransferSeen, Outcome::default()),
        DoneOutcome::Cash { change, breakdown } => {
            (Word::Cash, Outcome { change: Some(change), breakdown, ..Outcome::default() })
        }
    }
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<DoneApi>();
    api.on_next_sale(wishes.touch(Touch::Done(DoneTouch::NextSale)));
    api.on_receipt_is_whole(wishes.touch(Touch::Done(DoneTouch::ReceiptIsWhole)));
    api.on_print_again(wishes.touch(Touch::Done(DoneTouch::PrintAgain)));
}
