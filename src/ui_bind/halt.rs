//! The halt page.

use slint::ComponentHandle;

use super::generated::{AppWindow, HaltApi};
use super::wish::{HaltTouch, Wish, Wishes};
use super::words::{or_empty, same_words};
use crate::screens::halt::{HaltKind, HaltView};

same_words! {
    HaltKind => HaltKind { BothCopiesDamaged, OlderCopy, NewerStore, CannotWrite, KeyMissing }
}

pub(super) fn show(window: &AppWindow, view: &HaltView) {
    let api = window.global::<HaltApi>();
    let lost = view.lost.as_ref();
    api.set_kind(view.kind.into());
    api.set_lost_from(or_empty(lost.map(|lost| &lost.from)));
    api.set_lost_to(or_empty(lost.map(|lost| &lost.to)));
    api.set_lost_count(or_empty(lost.map(|lost| &lost.count)));
    api.set_kept_at(or_empty(view.kept_at.as_ref()));
    api.set_service_contact((&view.service_contact).into());
    api.set_code((&view.code).into());
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<HaltApi>();
    api.on_try_again(wishes.always(Wish::Halt(HaltTouch::TryAgain)));
    api.on_quit(wishes.always(Wish::Halt(HaltTouch::Quit)));
}
