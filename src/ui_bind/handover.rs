//! The handovers of stored payments to another till.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, HandoverApi};
use super::rows;
use super::wish::Wishes;
use super::words::{count, or_empty};
use crate::app::event::{HandoverTouch, Touch};
use crate::screens::handover::{HandoverRow, HandoverView};

impl From<&HandoverRow> for generated::HandoverRow {
    fn from(row: &HandoverRow) -> Self {
        Self {
            id: row.id.to_string().into(),
            amount: (&row.amount).into(),
            count: count(row.count),
            send_by: (&row.send_by).into(),
            chosen: row.chosen,
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &HandoverView) {
    let api = window.global::<HandoverApi>();
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
    api.set_waiting_count(count(view.waiting_count));
    api.set_waiting_amount((&view.waiting_amount).into());
    api.set_currency((&view.currency).into());
    api.set_folder(or_empty(view.folder.as_ref()));
    api.set_failed(or_empty(view.failed.as_ref()));
    api.set_brought(view.brought.map_or(-1, count));
    api.set_can_hand_over(view.can_hand_over);
    api.set_can_act(view.can_act);
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<HandoverApi>();
    let touch = |touch| wishes.touch(Touch::Handover(touch));
    api.on_choose(
        wishes.some_touch_with(|id: SharedString| Some(Touch::Handover(HandoverTouch::Choose(id.parse().ok()?)))),
    );
    api.on_hand_over(touch(HandoverTouch::HandOver));
    api.on_write_again(touch(HandoverTouch::WriteAgain));
    api.on_bring_in(touch(HandoverTouch::BringIn));
    api.on_take_back(touch(HandoverTouch::TakeBack));
}
