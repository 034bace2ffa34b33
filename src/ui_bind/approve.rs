//! The sheet on which a manager approves.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, ApproveApi};
use super::rows;
use super::wish::{Wishes, digit};
use super::words::{count, or_empty, pin_error, same_words};
use crate::app::event::{ApproveTouch, Touch};
use crate::domain::access::PinDigit;
use crate::domain::fact::ApprovalReason;
use crate::domain::ids::PersonId;
use crate::screens::approve::{ApproveReason, ApproveView, ApproveWhy};

same_words! {
    ApproveReason => ApproveReason { RegularCustomer, SmallRisk, KnownCard, GoodsHandedOver, Other }
}

pub(super) fn show(window: &AppWindow, view: &ApproveView) {
    let api = window.global::<ApproveApi>();
    let (why, argument, second_argument) = why(&view.why);
    let error = pin_error(view.error.as_ref());
    let about = view.about.as_ref();
    api.set_why(why);
    api.set_argument(or_empty(argument));
    api.set_second_argument(or_empty(second_argument));
    api.set_currency((&view.currency).into());
    api.set_same_person(view.same_person);
    rows::put(&api.get_managers(), view.managers.iter().map(Into::into), |list| api.set_managers(list));
    api.set_chosen(view.chosen.as_ref().map(|person| (&person.0).into()).unwrap_or_default());
    api.set_pin_length(count(view.pin_length));
    rows::put(&api.get_reasons(), view.reasons.iter().map(|reason| (*reason).into()), |list| api.set_reasons(list));
    api.set_reason(view.reason.map_or(generated::ApproveReason::None, Into::into));
    api.set_about_amount(or_empty(about.map(|about| &about.amount)));
    api.set_about_sale(or_empty(about.map(|about| &about.sale_reference)));
    api.set_error(error.word);
    api.set_tries_left(error.tries_left);
    api.set_locked_until(error.locked_until);
    api.set_locked_for(error.locked_for);
    api.set_can_approve(view.can_approve);
}

fn why(why: &ApproveWhy) -> (generated::ApproveWhy, Option<&String>, Option<&String>) {
    use generated::ApproveWhy as Word;
    match why {
        ApproveWhy::CardAboveLimit { amount, limit } => (Word::CardAboveLimit, Some(amount), Some(limit)),
        ApproveWhy::BudgetUsedUp { amount, left } => (Word::BudgetUsedUp, Some(amount), Some(left)),
        ApproveWhy::SameCardAgain { last_four } => (Word::SameCardAgain, Some(last_four), None),
        ApproveWhy::TransferNotSeen { amount } => (Word::TransferNotSeen, Some(amount), None),
        ApproveWhy::CancelPaidSale => (Word::CancelPaidSale, None, None),
        ApproveWhy::ParkUnknownAttempt => (Word::ParkUnknownAttempt, None, None),
        ApproveWhy::OpenDrawer => (Word::OpenDrawer, None, None),
        ApproveWhy::WriteOff { amount } => (Word::WriteOff, Some(amount), None),
        ApproveWhy::AcceptDifference { amount } => (Word::AcceptDifference, Some(amount), None),
        ApproveWhy::Refund { amount } => (Word::Refund, Some(amount), None),
        ApproveWhy::TakeDrawerOver(counted) => (Word::TakeDrawerOver, Some(counted), None),
        ApproveWhy::CloseDay => (Word::CloseDay, None, None),
        ApproveWhy::UnlockPerson(name) => (Word::UnlockPerson, Some(name), None),
    }
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<ApproveApi>();
    let touch = |touch| wishes.touch(Touch::Approve(touch));
    api.on_choose(wishes.touch_with(|id: SharedString| Touch::Approve(ApproveTouch::Choose(PersonId(id.into())))));
    api.on_choose_reason(wishes.some_touch_with(|word: generated::ApproveReason| {
        Some(Touch::Approve(ApproveTouch::ChooseReason(reason(word)?)))
    }));
    api.on_digit(
        wishes.some_touch_with(|key: SharedString| Some(Touch::Approve(ApproveTouch::Digit(PinDigit(digit(&key)?))))),
    );
    api.on_erase(touch(ApproveTouch::Erase));
    api.on_approve(touch(ApproveTouch::Approve));
    api.on_cancel(touch(ApproveTouch::Cancel));
}

fn reason(word: generated::ApproveReason) -> Option<ApprovalReason> {
    match word {
        generated::ApproveReason::None => None,
        generated::ApproveReason::RegularCustomer => Some(ApprovalReason::RegularCustomer),
        generated::ApproveReason::SmallRisk => Some(ApprovalReason::SmallRisk),
        generated::ApproveReason::KnownCard => Some(ApprovalReason::KnownCard),
        generated::ApproveReason::GoodsHandedOver => Some(ApprovalReason::GoodsHandedOver),
        generated::ApproveReason::Other => Some(ApprovalReason::Other),
    }
}
