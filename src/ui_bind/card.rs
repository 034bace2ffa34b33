//! The card page. Its digits go to the card buffer, not to the app.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, CardApi};
use super::wish::{CardKey, CardPart, Wish, Wishes, digit};
use super::words::{LimitWords, or_empty, same_words};
use crate::app::event::{CardTouch, Touch};
use crate::domain::card::HolderPart;
use crate::domain::contact::TelephoneDigit;
use crate::screens::card::{CardError, CardMode, CardStep, CardView, LimitStep, NextBlock};

same_words! {
    CardMode => CardMode { AuthorisedNow, Stored }
    LimitStep => LimitStep { Warn, NeedsManager, Refuse }
    NextBlock => NextBlock { Consent, ConsentToCall, Limit }
}

pub(super) fn show(window: &AppWindow, view: &CardView) {
    let api = window.global::<CardApi>();
    let (step, decline_reason) = step(view.step);
    let (error, argument) = error(view.error.as_ref());
    api.set_mode(view.mode.into());
    api.set_step(step);
    api.set_amount((&view.amount).into());
    api.set_currency((&view.currency).into());
    api.set_number_text((&view.number_text).into());
    api.set_brand(or_empty(view.brand.as_ref()));
    api.set_expiry_text((&view.expiry_text).into());
    api.set_holder_name((&view.holder_name).into());
    api.set_postcode((&view.postcode).into());
    api.set_error(error);
    api.set_error_argument(or_empty(argument));
    api.set_decline_reason(decline_reason);
    let limit = LimitWords::of(view.limit.as_ref().map(|limit| &limit.limit));
    api.set_limit_step(view.limit.as_ref().map_or(generated::LimitStep::None, |limit| limit.step.into()));
    api.set_limit(limit.kind);
    api.set_limit_argument(limit.argument);
    api.set_limit_days(limit.days);
    api.set_consent(view.consent);
    api.set_telephone((&view.telephone).into());
    api.set_can_add_telephone(view.can_add_telephone);
    api.set_may_call(view.may_call);
    api.set_can_continue(view.can_continue);
    api.set_next_block(view.next_block.map_or(generated::NextBlock::None, Into::into));
    api.set_elapsed_text((&view.elapsed_text).into());
}

fn step(step: CardStep) -> (generated::CardStep, generated::DeclineReason) {
    let no_decline = generated::DeclineReason::None;
    match step {
        CardStep::Number => (generated::CardStep::Number, no_decline),
        CardStep::Expiry => (generated::CardStep::Expiry, no_decline),
        CardStep::Name => (generated::CardStep::Name, no_decline),
        CardStep::Postcode => (generated::CardStep::Postcode, no_decline),
        CardStep::Confirm => (generated::CardStep::Confirm, no_decline),
        CardStep::Telephone => (generated::CardStep::Telephone, no_decline),
        CardStep::Sealing => (generated::CardStep::Sealing, no_decline),
        CardStep::AskingBank => (generated::CardStep::AskingBank, no_decline),
        CardStep::Declined(reason) => (generated::CardStep::Declined, reason.into()),
        CardStep::UnknownReversing => (generated::CardStep::UnknownReversing, no_decline),
    }
}

fn error(error: Option<&CardError>) -> (generated::CardError, Option<&String>) {
    use generated::CardError as Word;
    match error {
        None => (Word::None, None),
        Some(CardError::TooShort) => (Word::TooShort, None),
        Some(CardError::WrongCheckDigit) => (Word::WrongCheckDigit, None),
        Some(CardError::UnknownBrand) => (Word::UnknownBrand, None),
        Some(CardError::BrandNotAllowed(brand)) => (Word::BrandNotAllowed, Some(brand)),
        Some(CardError::Expired) => (Word::Expired, None),
        Some(CardError::WrongDate) => (Word::WrongDate, None),
    }
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<CardApi>();
    let touch = |touch| wishes.touch(Touch::Card(touch));
    let weak = window.as_weak();
    api.on_digit(wishes.some_with(move |key: SharedString| {
        let (key, window) = (digit(&key)?, weak.upgrade()?);
        if is_telephone(&window) {
            return Some(Wish::Touch(Touch::Card(CardTouch::TelephoneDigit(TelephoneDigit(key)))));
        }
        // The filter of `digit` leaves 0 to 9, which always is a number below ten.
        let digit = key.to_digit(10).and_then(|digit| u8::try_from(digit).ok())?;
        Some(Wish::Card(CardKey::Digit(typed_part(&window)?, digit)))
    }));
    let weak = window.as_weak();
    let erase = wishes.some_with(move |()| {
        let window = weak.upgrade()?;
        if is_telephone(&window) {
            return Some(Wish::Touch(Touch::Card(CardTouch::EraseTelephone)));
        }
        if let Some(part) = holder_part(&window) {
            return Some(Wish::Card(CardKey::EraseLetter(part)));
        }
        Some(Wish::Card(CardKey::Erase(typed_part(&window)?)))
    });
    api.on_erase(move || erase(()));
    let weak = window.as_weak();
    api.on_letter(wishes.some_with(move |key: SharedString| {
        let part = holder_part(&weak.upgrade()?)?;
        Some(Wish::Card(CardKey::Letter(part, key.chars().next()?)))
    }));
    api.on_clear(wishes.always(Wish::Card(CardKey::Clear)));
    api.on_toggle_consent(touch(CardTouch::ToggleConsent));
    api.on_toggle_call(touch(CardTouch::ToggleCall));
    api.on_add_telephone(touch(CardTouch::AddTelephone));
    api.on_next(touch(CardTouch::Next));
    api.on_previous(touch(CardTouch::Previous));
    api.on_cancel(touch(CardTouch::Cancel));
    api.on_another_card(touch(CardTouch::AnotherCard));
    api.on_other_way(touch(CardTouch::OtherWay));
}

/// What the letters type.
fn holder_part(window: &AppWindow) -> Option<HolderPart> {
    match window.global::<CardApi>().get_step() {
        generated::CardStep::Name => Some(HolderPart::Name),
        generated::CardStep::Postcode => Some(HolderPart::Postcode),
        generated::CardStep::Number
        | generated::CardStep::Expiry
        | generated::CardStep::Confirm
        | generated::CardStep::Telephone
        | generated::CardStep::Sealing
        | generated::CardStep::AskingBank
        | generated::CardStep::Declined
        | generated::CardStep::UnknownReversing => None,
    }
}

/// Whether the keypad types a telephone number, which is no part of the card.
fn is_telephone(window: &AppWindow) -> bool {
    window.global::<CardApi>().get_step() == generated::CardStep::Telephone
}

/// What the keypad types at the step that is shown; nothing once the card is on its way.
fn typed_part(window: &AppWindow) -> Option<CardPart> {
    match window.global::<CardApi>().get_step() {
        generated::CardStep::Number => Some(CardPart::Number),
        generated::CardStep::Expiry => Some(CardPart::Expiry),
        generated::CardStep::Name
        | generated::CardStep::Postcode
        | generated::CardStep::Confirm
        | generated::CardStep::Telephone
        | generated::CardStep::Sealing
        | generated::CardStep::AskingBank
        | generated::CardStep::Declined
        | generated::CardStep::UnknownReversing => None,
    }
}
