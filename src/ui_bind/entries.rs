//! The sheet with the journal entries that were never confirmed.

use slint::ComponentHandle;

use super::generated::{self, AppWindow, EntriesApi};
use super::rows;
use super::wish::Wishes;
use super::words::{or_empty, same_words};
use crate::app::event::{AppTouch, DayTouch, Touch};
use crate::screens::entries::{EntriesView, EntryAbout, EntryRow};

same_words! {
    EntryAbout => EntryAbout { Person, Day, Drawer, Outage, Sale, Reader, Transfer, Card, Cash, Statement }
}

impl From<&EntryRow> for generated::EntryRow {
    fn from(row: &EntryRow) -> Self {
        Self {
            number: (&row.number).into(),
            time_text: (&row.time_text).into(),
            actor: (&row.actor).into(),
            about: row.about.into(),
            kind: (&row.kind).into(),
            amount: or_empty(row.amount.as_ref()),
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &EntriesView) {
    let api = window.global::<EntriesApi>();
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
    api.set_currency((&view.currency).into());
    api.set_can_confirm(view.can_confirm);
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<EntriesApi>();
    api.on_confirm(wishes.touch(Touch::Day(DayTouch::EntriesSeen)));
    api.on_close(wishes.touch(Touch::App(AppTouch::CloseOverlay)));
}
