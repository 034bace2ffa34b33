//! The keys page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, KeysApi};
use super::rows;
use super::wish::Wishes;
use super::words::{or_empty, same_words};
use crate::app::event::{KeysTouch, Touch};
use crate::domain::keys::Fingerprint;
use crate::screens::keys::{KeyRow, KeyState, KeysView};

same_words! {
    KeyState => KeyState { Pending, InUse, Ready, Early, Expired, Retired }
}

impl From<&KeyRow> for generated::KeyRow {
    fn from(row: &KeyRow) -> Self {
        Self { id: row.id.as_str().into(), kid: (&row.kid).into(), state: row.state.into(), chosen: row.chosen }
    }
}

pub(super) fn show(window: &AppWindow, view: &KeysView) {
    let api = window.global::<KeysApi>();
    let shown = view.shown.as_ref();
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
    api.set_file(or_empty(view.file.as_ref()));
    api.set_reading(view.reading);
    api.set_refused(or_empty(view.refused.as_ref()));
    api.set_can_read(view.can_read);
    api.set_kid(or_empty(shown.map(|key| &key.kid)));
    api.set_kind(or_empty(shown.map(|key| &key.kind)));
    api.set_fingerprint(or_empty(shown.map(|key| &key.fingerprint)));
    api.set_state(shown.map_or(generated::KeyState::None, |key| key.state.into()));
    api.set_valid_from(or_empty(shown.and_then(|key| key.valid_from.as_ref())));
    api.set_valid_until(or_empty(shown.and_then(|key| key.valid_until.as_ref())));
    api.set_imported_by(or_empty(shown.map(|key| &key.imported_by)));
    api.set_confirmed_by(or_empty(shown.and_then(|key| key.confirmed_by.as_ref())));
    api.set_can_confirm(shown.is_some_and(|key| key.can_confirm));
    api.set_can_retire(shown.is_some_and(|key| key.can_retire));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<KeysApi>();
    let touch = |touch| wishes.touch(Touch::Keys(touch));
    api.on_choose(
        wishes.touch_with(|id: SharedString| Touch::Keys(KeysTouch::Choose(Fingerprint::of_thumbprint(id.into())))),
    );
    api.on_read_file(touch(KeysTouch::ReadFile));
    api.on_confirm(touch(KeysTouch::Confirm));
    api.on_retire(touch(KeysTouch::Retire));
}
