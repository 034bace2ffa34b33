//! The lock page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, LockApi};
use super::rows;
use super::wish::{Wishes, digit};
use super::words::{count, or_empty, pin_error};
use crate::app::event::{LockTouch, Touch};
use crate::domain::access::PinDigit;
use crate::domain::ids::PersonId;
use crate::screens::lock::LockView;
use crate::screens::types::Person;

impl From<&Person> for generated::Person {
    fn from(person: &Person) -> Self {
        Self {
            id: (&person.id.0).into(),
            name: (&person.name).into(),
            role: person.role.into(),
            demo_pin: or_empty(person.demo_pin.as_ref()),
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &LockView) {
    let api = window.global::<LockApi>();
    let error = pin_error(view.error.as_ref());
    rows::put(&api.get_people(), view.people.iter().map(Into::into), |list| api.set_people(list));
    api.set_chosen(view.chosen.as_ref().map(|person| (&person.0).into()).unwrap_or_default());
    api.set_pin_length(count(view.pin_length));
    api.set_can_enter(view.can_enter);
    api.set_error(error.word);
    api.set_tries_left(error.tries_left);
    api.set_locked_until(error.locked_until);
    api.set_locked_for(error.locked_for);
    api.set_can_unlock(view.can_unlock);
    api.set_till((&view.till).into());
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<LockApi>();
    let touch = |touch| wishes.touch(Touch::Lock(touch));
    api.on_choose(wishes.touch_with(|id: SharedString| Touch::Lock(LockTouch::Choose(PersonId(id.into())))));
    api.on_digit(
        wishes.some_touch_with(|key: SharedString| Some(Touch::Lock(LockTouch::Digit(PinDigit(digit(&key)?))))),
    );
    api.on_erase(touch(LockTouch::Erase));
    api.on_enter(touch(LockTouch::Enter));
    api.on_unlock(touch(LockTouch::Unlock));
}
