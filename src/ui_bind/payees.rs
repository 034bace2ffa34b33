//! The page of payment codes.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, PayeesApi};
use super::qr::picture;
use super::rows;
use super::wish::Wishes;
use super::words::{or_empty, same_words};
use crate::app::event::{PayeesTouch, Touch};
use crate::screens::payees::{PayeeRow, PayeeState, PayeesView};

same_words! {
    PayeeState => PayeeState { New, Untested, Testing, InUse }
}

impl From<&PayeeRow> for generated::PayeeRow {
    fn from(row: &PayeeRow) -> Self {
        Self { label: (&row.label).into(), account: (&row.account).into(), state: row.state.into() }
    }
}

pub(super) fn show(window: &AppWindow, view: &PayeesView) {
    let api = window.global::<PayeesApi>();
    rows::put(&api.get_payees(), view.payees.iter().map(Into::into), |list| api.set_payees(list));
    let Some(chosen) = &view.chosen else {
        api.set_label(SharedString::default());
        return;
    };
    api.set_label((&chosen.label).into());
    api.set_scheme((&chosen.scheme).into());
    api.set_payee(or_empty(chosen.payee.as_ref()));
    api.set_account((&chosen.account).into());
    api.set_ends_alike(chosen.ends_alike);
    api.set_in_use(chosen.in_use);
    api.set_replaces(or_empty(chosen.replaces.as_ref()));
    api.set_state(chosen.state.into());
    api.set_by(or_empty(chosen.by.as_ref()));
    api.set_since(or_empty(chosen.since.as_ref()));
    api.set_amount((&chosen.amount).into());
    api.set_currency((&chosen.currency).into());
    api.set_reference(or_empty(chosen.reference.as_ref()));
    api.set_modules(chosen.code.as_ref().map_or(1, |code| i32::from(code.size)));
    api.set_code(chosen.code.as_ref().map(picture).unwrap_or_default());
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<PayeesApi>();
    let touch = |touch| wishes.touch(Touch::Payees(touch));
    api.on_choose(wishes.touch_with(|label: SharedString| Touch::Payees(PayeesTouch::Choose(label.into()))));
    api.on_test(touch(PayeesTouch::Test));
    api.on_arrived(touch(PayeesTouch::Arrived));
    api.on_not_arrived(touch(PayeesTouch::NotArrived));
}
