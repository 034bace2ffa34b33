//! What every page shares.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppApi, AppWindow};
use super::wish::Wishes;
use super::words::{count, or_empty, trouble};
use crate::app::event::{AppTouch, Touch};
use crate::screens::app::{AppView, Message};

pub(super) fn show(window: &AppWindow, view: &AppView) {
    let api = window.global::<AppApi>();
    let (message, argument) = message(view.message.as_ref());
    api.set_language(view.language.into());
    api.set_demo(view.demo);
    api.set_alone(view.alone);
    api.set_clock_text((&view.clock_text).into());
    api.set_person_name(or_empty(view.person.as_ref().map(|person| &person.name)));
    // Without a name nobody is there, and the role is not looked at.
    api.set_queued_count(count(view.queued_count));
    api.set_open_receipts(count(view.open_receipts));
    api.set_printer_trouble(trouble(view.printer_trouble));
    api.set_busy(view.busy);
    api.set_message(message);
    let why = if let Some(Message::PrinterTrouble(why)) = view.message { Some(why) } else { None };
    api.set_message_trouble(trouble(why));
    api.set_message_argument(argument);
}

fn message(message: Option<&Message>) -> (generated::Message, SharedString) {
    use generated::Message as Word;
    let Some(message) = message else { return (Word::None, SharedString::default()) };
    match message {
        Message::SaveFailed => (Word::SaveFailed, SharedString::default()),
        Message::PaymentSent(amount) => (Word::PaymentSent, amount.into()),
        Message::ContactsSuspect => (Word::ContactsSuspect, SharedString::default()),
        Message::ChargedAfterAll(amount) => (Word::ChargedAfterAll, amount.into()),
        Message::ChargeTakenBack(amount) => (Word::ChargeTakenBack, amount.into()),
        Message::BatchRefused => (Word::BatchRefused, SharedString::default()),
        Message::TakenBack(amount) => (Word::TakenBack, amount.into()),
        Message::NotTakenBack(amount) => (Word::NotTakenBack, amount.into()),
        Message::GiveBack(amount) => (Word::GiveBack, amount.into()),
        Message::PaymentParked(amount) => (Word::PaymentParked, amount.into()),
        Message::ReaderBack => (Word::ReaderBack, SharedString::default()),
        Message::ReaderStillDown => (Word::ReaderStillDown, SharedString::default()),
        Message::LineBack => (Word::LineBack, SharedString::default()),
        Message::HostBack => (Word::HostBack, SharedString::default()),
        Message::CardsBack => (Word::CardsBack, SharedString::default()),
        Message::ReaderIsTested => (Word::ReaderIsTested, SharedString::default()),
        Message::AmountFirst => (Word::AmountFirst, SharedString::default()),
        Message::PersonUnlocked => (Word::PersonUnlocked, SharedString::default()),
        Message::PaperWritten(file) => (Word::PaperWritten, file.into()),
        Message::PaperNotWritten(why) => (Word::PaperNotWritten, why.into()),
        Message::BackupFailed(why) => (Word::BackupFailed, why.into()),
        Message::PicturesKept(count) => (Word::PicturesKept, count.to_string().into()),
        Message::PicturesNotKept => (Word::PicturesNotKept, SharedString::default()),
        Message::PrinterFailed => (Word::PrinterFailed, SharedString::default()),
        Message::DrawerFailed => (Word::DrawerFailed, SharedString::default()),
        Message::DrawerOpened => (Word::DrawerOpened, SharedString::default()),
        Message::FinishSaleFirst => (Word::FinishSaleFirst, SharedString::default()),
        Message::NoCardNumberHere => (Word::NoCardNumberHere, SharedString::default()),
        Message::DrawerIsCounted => (Word::DrawerIsCounted, SharedString::default()),
        Message::DrawerOfAnother(name) => (Word::DrawerOfAnother, name.into()),
        Message::SaleOfAnother(name) => (Word::SaleOfAnother, name.into()),
        Message::FieldIsFull => (Word::FieldIsFull, SharedString::default()),
        Message::NoSuchCoin(smallest) => (Word::NoSuchCoin, smallest.into()),
        Message::DrawerHandedOverExact => (Word::DrawerHandedOverExact, SharedString::default()),
        Message::DrawerHandedOver(by) => (Word::DrawerHandedOver, by.into()),
        Message::PrinterTrouble(_) => (Word::PrinterTrouble, SharedString::default()),
        Message::ReceiptDoubtful => (Word::ReceiptDoubtful, SharedString::default()),
        Message::CopyPrinted => (Word::CopyPrinted, SharedString::default()),
        Message::CodeRefused(amount) => (Word::CodeRefused, amount.into()),
        Message::NotInDrawer(amount) => (Word::NotInDrawer, amount.into()),
        Message::SaleCancelled => (Word::SaleCancelled, SharedString::default()),
        Message::NotAllowed => (Word::NotAllowed, SharedString::default()),
        Message::DayOpened => (Word::DayOpened, SharedString::default()),
        Message::MirrorMissing => (Word::MirrorMissing, SharedString::default()),
        Message::StoreRepaired(time) => (Word::StoreRepaired, time.into()),
        Message::EntryUnconfirmed(entries) => (Word::EntryUnconfirmed, entries.to_string().into()),
        Message::ClockWrong => (Word::ClockWrong, SharedString::default()),
        Message::StatementRead => (Word::StatementRead, SharedString::default()),
    }
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<AppApi>();
    let touch = |touch| wishes.touch(Touch::App(touch));
    api.on_choose_language(wishes.touch_with(|language: generated::Language| {
        Touch::App(AppTouch::ChooseLanguage(match language {
            generated::Language::English => crate::app::event::Language::English,
            generated::Language::Chinese => crate::app::event::Language::Chinese,
        }))
    }));
    api.on_sign_out(touch(AppTouch::SignOut));
    api.on_open_menu(touch(AppTouch::OpenMenu));
    api.on_open_drawer_page(touch(AppTouch::OpenDrawerPage));
    api.on_open_queue(touch(AppTouch::OpenQueue));
    api.on_open_outage(touch(AppTouch::OpenOutage));
    api.on_open_case(touch(AppTouch::OpenCase));
    api.on_close_overlay(touch(AppTouch::CloseOverlay));
    api.on_back(touch(AppTouch::Back));
    api.on_dismiss_message(touch(AppTouch::DismissMessage));
}
