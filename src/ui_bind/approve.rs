//! The sheet on which a manager approves.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, ApproveApi};
use super::rows;
use super::wish::{Wishes, digit};
use super::words::{LimitWords, count, or_empty, pin_error, same_words};
use crate::app::event::{ApproveTouch, Touch};
use crate::domain::access::PinDigit;
use crate::domain::fact::ApprovalReason;
use crate::domain::ids::PersonId;
use crate::screens::approve::{ApproveReason, ApproveView, ApproveWhy};

same_words! {
    ApproveReason => ApproveReason {
        RegularCustomer, SmallRisk, KnownCard, GoodsHandedOver, GoodsReturned, GoodsFaulty, WrongAmount, WrongChange,
        CountedTwice, Other,
    }
}

pub(super) fn show(window: &AppWindow, view: &ApproveView) {
    let api = window.global::<ApproveApi>();
    let (why, argument) = why(&view.why);
    let limit = if let ApproveWhy::CardBeyondLimit(limit) = &view.why { Some(limit) } else { None };
    let limit = LimitWords::of(limit);
    let error = pin_error(view.error.as_ref());
    let about = view.about.as_ref();
    api.set_why(why);
    api.set_argument(or_empty(argument));
    api.set_limit(limit.kind);
    api.set_limit_argument(limit.argument);
    api.set_limit_days(limit.days);
    api.set_on_word(if let ApproveWhy::AcceptReader { on_word, .. } = view.why { count(on_word) } else { 0 });
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

fn why(why: &ApproveWhy) -> (generated::ApproveWhy, Option<&String>) {
    use generated::ApproveWhy as Word;
    match why {
        ApproveWhy::CardBeyondLimit(_) => (Word::CardBeyondLimit, None),
        ApproveWhy::ConfirmKey(fingerprint) => (Word::ConfirmKey, Some(fingerprint)),
        ApproveWhy::RetireKey(fingerprint) => (Word::RetireKey, Some(fingerprint)),
        ApproveWhy::UsePayee(account) => (Word::UsePayee, Some(account)),
        ApproveWhy::TransferNotSeen { amount } => (Word::TransferNotSeen, Some(amount)),
        ApproveWhy::TakeHandoverBack { amount } => (Word::TakeHandoverBack, Some(amount)),
        ApproveWhy::CancelPaidSale => (Word::CancelPaidSale, None),
        ApproveWhy::ParkUnknownAttempt => (Word::ParkUnknownAttempt, None),
        ApproveWhy::OpenDrawer => (Word::OpenDrawer, None),
        ApproveWhy::WriteOff { amount } => (Word::WriteOff, Some(amount)),
        ApproveWhy::UndoWriteOff { amount } => (Word::UndoWriteOff, Some(amount)),
        ApproveWhy::AcceptDifference { amount } => (Word::AcceptDifference, Some(amount)),
        ApproveWhy::Refund { amount } => (Word::Refund, Some(amount)),
        ApproveWhy::TakeDrawerOver(counted) => (Word::TakeDrawerOver, Some(counted)),
        ApproveWhy::LetDrawerGo(holder) => (Word::LetDrawerGo, Some(holder)),
        ApproveWhy::CloseDay => (Word::CloseDay, None),
        ApproveWhy::AcceptReader { reader, .. } => (Word::AcceptReader, Some(reader)),
        ApproveWhy::UnlockPerson(name) => (Word::UnlockPerson, Some(name)),
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
        generated::ApproveReason::GoodsReturned => Some(ApprovalReason::GoodsReturned),
        generated::ApproveReason::GoodsFaulty => Some(ApprovalReason::GoodsFaulty),
        generated::ApproveReason::WrongAmount => Some(ApprovalReason::WrongAmount),
        generated::ApproveReason::WrongChange => Some(ApprovalReason::WrongChange),
        generated::ApproveReason::CountedTwice => Some(ApprovalReason::CountedTwice),
        generated::ApproveReason::Other => Some(ApprovalReason::Other),
    }
}
