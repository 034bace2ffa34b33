//! The reader page.

use slint::ComponentHandle;

use super::generated::{self, AppWindow, ReaderApi};
use super::wish::Wishes;
use crate::app::event::{ReaderTouch, Touch};
use crate::screens::reader::{ReaderStage, ReaderView};

pub(super) fn show(window: &AppWindow, view: &ReaderView) {
    let api = window.global::<ReaderApi>();
    let no_decline = generated::DeclineReason::None;
    let (stage, decline_reason) = match view.stage {
        ReaderStage::Starting => (generated::ReaderStage::Starting, no_decline),
        ReaderStage::PresentCard => (generated::ReaderStage::PresentCard, no_decline),
        ReaderStage::Processing => (generated::ReaderStage::Processing, no_decline),
        ReaderStage::Cancelling => (generated::ReaderStage::Cancelling, no_decline),
        ReaderStage::Declined(reason) => (generated::ReaderStage::Declined, reason.into()),
        ReaderStage::UnknownAsking => (generated::ReaderStage::UnknownAsking, no_decline),
        ReaderStage::TypeOnTerminal => (generated::ReaderStage::TypeOnTerminal, no_decline),
    };
    api.set_amount((&view.amount).into());
    api.set_currency((&view.currency).into());
    api.set_sale_reference((&view.sale_reference).into());
    api.set_stage(stage);
    api.set_decline_reason(decline_reason);
    api.set_elapsed_text((&view.elapsed_text).into());
    api.set_can_cancel(view.can_cancel);
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<ReaderApi>();
    let touch = |touch| wishes.touch(Touch::Reader(touch));
    api.on_cancel(touch(ReaderTouch::Cancel));
    api.on_try_again(touch(ReaderTouch::TryAgain));
    api.on_other_way(touch(ReaderTouch::OtherWay));
    api.on_terminal_approved(touch(ReaderTouch::TerminalApproved));
    api.on_terminal_declined(touch(ReaderTouch::TerminalDeclined));
    api.on_terminal_not_working(touch(ReaderTouch::TerminalNotWorking));
}
