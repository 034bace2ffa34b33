//! What the day comes to, before it is closed for good.

use slint::ComponentHandle;

use super::generated::{AppWindow, CloseApi};
use super::rows;
use super::wish::Wishes;
use super::words::count;
use crate::app::event::{DayTouch, Touch};
use crate::screens::close::CloseView;

pub(super) fn show(window: &AppWindow, view: &CloseView) {
    let api = window.global::<CloseApi>();
    api.set_date_text((&view.date_text).into());
    rows::put(&api.get_lines(), view.lines.iter().map(Into::into), |list| api.set_lines(list));
    api.set_carried_count(count(view.carried_count));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<CloseApi>();
    api.on_confirm(wishes.touch(Touch::Day(DayTouch::CloseDay)));
    api.on_cancel(wishes.touch(Touch::Day(DayTouch::NotYet)));
}
