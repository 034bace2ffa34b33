//! The keys page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, KeysApi};
use super::rows;
use super::wish::Wishes;
use super::words::{or_empty, same_words};
use crate::app::event::{KeysTouch, Touch};
use crate::domain::keys::Fingerprint;
use crate::screens::keys::{KeyRefused, KeyRow, KeyState, KeysView};

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
    let (refused, argument) = refused(view.refused.as_ref());
    api.set_refused(refused);
    api.set_refused_argument(or_empty(argument));
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

/// What the contract keeps of why a key is not taken: the word and its argument.
fn refused(refused: Option<&KeyRefused>) -> (generated::KeyRefused, Option<&String>) {
    use generated::KeyRefused as Word;
    match refused {
        None => (Word::None, None),
        Some(KeyRefused::NoHost) => (Word::NoHost, None),
        Some(KeyRefused::NotRead(why)) => (Word::NotRead, Some(why)),
        Some(KeyRefused::NotJwk) => (Word::NotJwk, None),
        Some(KeyRefused::Pem) => (Word::Pem, None),
        Some(KeyRefused::KeySet) => (Word::KeySet, None),
        Some(KeyRefused::Missing(member)) => (Word::Missing, Some(member)),
        Some(KeyRefused::PrivatePart) => (Word::PrivatePart, None),
        Some(KeyRefused::OtherKind(kind)) => (Word::OtherKind, Some(kind)),
        Some(KeyRefused::OtherUse(usage)) => (Word::OtherUse, Some(usage)),
        Some(KeyRefused::Name) => (Word::Name, None),
        Some(KeyRefused::NameIsCardNumber) => (Word::NameIsCardNumber, None),
        Some(KeyRefused::Damaged(member)) => (Word::Damaged, Some(member)),
        Some(KeyRefused::RsaBits(bits)) => (Word::RsaBits, Some(bits)),
        Some(KeyRefused::TooLong(bytes)) => (Word::TooLong, Some(bytes)),
        Some(KeyRefused::TooEarly(day)) => (Word::TooEarly, Some(day)),
        Some(KeyRefused::Expired(day)) => (Word::Expired, Some(day)),
        Some(KeyRefused::NeverValid) => (Word::NeverValid, None),
        Some(KeyRefused::Known(kid)) => (Word::Known, Some(kid)),
        Some(KeyRefused::NameTaken(kid)) => (Word::NameTaken, Some(kid)),
        Some(KeyRefused::TooManyInUse) => (Word::TooManyInUse, None),
        Some(KeyRefused::TooMany) => (Word::TooMany, None),
    }
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
