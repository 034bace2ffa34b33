//! The cash page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, CashApi};
use super::rows;
use super::wish::Wishes;
use super::words::or_empty;
use crate::app::event::{CashTouch, Touch};
use crate::screens::cash::{CashError, CashView, CurrencyKey, QuickSum};

impl From<&QuickSum> for generated::QuickSum {
    fn from(sum: &QuickSum) -> Self {
        Self { id: (&sum.id).into(), label: (&sum.label).into(), exact: sum.exact, selected: sum.selected }
    }
}

impl From<&CurrencyKey> for generated::CurrencyKey {
    fn from(key: &CurrencyKey) -> Self {
        Self { code: (&key.code).into(), selected: key.selected }
    }
}

pub(super) fn show(window: &AppWindow, view: &CashView) {
    let api = window.global::<CashApi>();
    let (error, argument) = match &view.error {
        None => (generated::CashError::None, None),
        Some(CashError::TooLittle(missing)) => (generated::CashError::TooLittle, Some(missing)),
        Some(CashError::TooMuch(highest)) => (generated::CashError::TooMuch, Some(highest)),
        Some(CashError::NoSuchCoin(smallest)) => (generated::CashError::NoSuchCoin, Some(smallest)),
    };
    api.set_amount((&view.amount).into());
    api.set_unrounded(or_empty(view.rounded.as_ref().map(|rounded| &rounded.exact)));
    api.set_rounding(or_empty(view.rounded.as_ref().map(|rounded| &rounded.rounding)));
    api.set_change_doubtful(view.change_doubtful);
    api.set_given((&view.given).into());
    api.set_change((&view.change).into());
    rows::put(&api.get_breakdown(), view.breakdown.iter().map(SharedString::from), |list| api.set_breakdown(list));
    rows::put(&api.get_quick_sums(), view.quick_sums.iter().map(Into::into), |list| api.set_quick_sums(list));
    let foreign = view.foreign.as_ref();
    rows::put(&api.get_currencies(), view.currencies.iter().map(Into::into), |list| api.set_currencies(list));
    api.set_foreign(or_empty(foreign.map(|foreign| &foreign.code)));
    api.set_currency((&view.currency).into());
    api.set_own_amount(or_empty(foreign.map(|foreign| &foreign.own_amount)));
    api.set_worth(or_empty(foreign.map(|foreign| &foreign.worth)));
    api.set_rate(or_empty(foreign.map(|foreign| &foreign.rate)));
    api.set_rate_of(or_empty(foreign.and_then(|foreign| foreign.rate_of.as_ref())));
    api.set_error(error);
    api.set_error_argument(or_empty(argument));
    api.set_can_finish(view.can_finish);
    api.set_can_take_part(view.can_take_part);
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<CashApi>();
    let touch = |touch| wishes.touch(Touch::Cash(touch));
    api.on_digit(wishes.touch_with(|digits: SharedString| Touch::Cash(CashTouch::Digits(digits.into()))));
    api.on_erase(touch(CashTouch::Erase));
    api.on_quick_sum(wishes.touch_with(|id: SharedString| Touch::Cash(CashTouch::QuickSum(id.into()))));
    api.on_pay_in(wishes.touch_with(|code: SharedString| Touch::Cash(CashTouch::PayIn(code.into()))));
    api.on_take_part(touch(CashTouch::TakePart));
    api.on_finish(touch(CashTouch::Finish));
    api.on_cancel(touch(CashTouch::Cancel));
}
