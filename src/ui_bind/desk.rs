//! The decline desk.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, DeskApi};
use super::rows;
use super::wish::Wishes;
use super::words::{count, or_empty, queue_reason, same_words};
use crate::app::event::{DeskTouch, Touch};
use crate::screens::desk::{DeskDay, DeskRow, DeskState, DeskTelephone, DeskTransfer, DeskView, TryBlock};

same_words! {
    DeskState => DeskState {
        DeclinedForNow, Declined, Parked, TryAgain, Advising, HandedOver, Approved, CodeShown, PaidByCode, WrittenOff,
    }
    TryBlock => TryBlock { RefusedForGood, TriesUsedUp, TooLate, CodeWasShown, CardWiped, UndoneElsewhere }
    DeskTransfer => DeskTransfer { CanAsk, CodeIsShown, NoAccount, InQuestion, SaleIsOpen, ManagerOnly, Over }
}

impl From<&DeskRow> for generated::DeskRow {
    fn from(row: &DeskRow) -> Self {
        Self {
            id: row.id.to_string().into(),
            amount: (&row.amount).into(),
            brand: (&row.card.brand).into(),
            last_four: (&row.card.last_four).into(),
            state: row.state.into(),
            age_days: count(row.age_days),
            chosen: row.chosen,
        }
    }
}

impl From<&DeskDay> for generated::DeskDay {
    fn from(day: &DeskDay) -> Self {
        Self { days: count(day.days), date_text: (&day.date_text).into() }
    }
}

pub(super) fn show(window: &AppWindow, view: &DeskView) {
    let api = window.global::<DeskApi>();
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
    api.set_by_amount(view.by_amount);
    api.set_open_count(count(view.open_count));
    api.set_open_amount((&view.open_amount).into());
    api.set_currency((&view.currency).into());
    let shown = view.shown.as_ref();
    let (reason, argument) = queue_reason(shown.and_then(|card| card.reason.as_ref()));
    api.set_amount(or_empty(shown.map(|card| &card.amount)));
    api.set_brand(or_empty(shown.map(|card| &card.card.brand)));
    api.set_last_four(or_empty(shown.map(|card| &card.card.last_four)));
    api.set_sale_reference(or_empty(shown.map(|card| &card.sale_reference)));
    api.set_taken_text(or_empty(shown.map(|card| &card.taken_text)));
    api.set_state(shown.map_or(generated::DeskState::Declined, |card| card.state.into()));
    api.set_reason(reason);
    api.set_reason_argument(argument);
    api.set_refused_times(shown.map_or(0, |card| count(card.refused_times)));
    let (telephone, number) = telephone(shown.map_or(&DeskTelephone::None, |card| &card.telephone));
    api.set_telephone_state(telephone);
    api.set_telephone(number);
    let days = shown.map_or(&[] as &[DeskDay], |card| card.days.as_slice());
    rows::put(&api.get_days(), days.iter().map(Into::into), |list| api.set_days(list));
    api.set_day(shown.and_then(|card| card.day).map_or(-1, count));
    let block = shown.and_then(|card| card.try_block);
    api.set_try_block(block.map_or(generated::TryBlock::None, Into::into));
    api.set_can_try(shown.is_some_and(|card| card.can_try));
    api.set_transfer(shown.map_or(generated::DeskTransfer::Over, |card| card.transfer.into()));
    api.set_can_type_voice_code(shown.is_some_and(|card| card.can_type_voice_code));
    let bank = view.bank.as_ref();
    api.set_bank_name(or_empty(bank.map(|bank| &bank.name)));
    api.set_bank_phone(or_empty(bank.map(|bank| &bank.phone)));
    api.set_voice_open(view.voice_code.is_some());
    api.set_voice_code(or_empty(view.voice_code.as_ref().map(|code| &code.typed)));
    api.set_can_confirm_voice(view.voice_code.as_ref().is_some_and(|code| code.can_confirm));
    api.set_can_write_off(shown.is_some_and(|card| card.can_write_off));
}

fn telephone(telephone: &DeskTelephone) -> (generated::DeskTelephone, SharedString) {
    use generated::DeskTelephone as Word;
    match telephone {
        DeskTelephone::None => (Word::None, SharedString::default()),
        DeskTelephone::Kept => (Word::Kept, SharedString::default()),
        DeskTelephone::Shown(number) => (Word::Shown, number.into()),
        DeskTelephone::Lost => (Word::Lost, SharedString::default()),
    }
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<DeskApi>();
    let touch = |touch| wishes.touch(Touch::Desk(touch));
    api.on_choose(wishes.some_touch_with(|id: SharedString| Some(Touch::Desk(DeskTouch::Choose(id.parse().ok()?)))));
    api.on_by_age_first(touch(DeskTouch::ByAge));
    api.on_by_amount_first(touch(DeskTouch::ByAmount));
    api.on_choose_day(
        wishes.some_touch_with(|days: i32| Some(Touch::Desk(DeskTouch::ChooseDay(u32::try_from(days).ok()?)))),
    );
    api.on_try_again(touch(DeskTouch::TryAgain));
    api.on_ask_transfer(touch(DeskTouch::AskTransfer));
    api.on_show_code(touch(DeskTouch::ShowCode));
    api.on_show_telephone(touch(DeskTouch::ShowTelephone));
    api.on_write_off(touch(DeskTouch::WriteOff));
    api.on_begin_voice_code(touch(DeskTouch::BeginVoiceCode));
    api.on_erase_voice_code(touch(DeskTouch::EraseVoiceCode));
    api.on_leave_voice_code(touch(DeskTouch::LeaveVoiceCode));
    api.on_confirm_voice_code(touch(DeskTouch::ConfirmVoiceCode));
    api.on_voice_code_key(
        wishes.some_touch_with(|key: SharedString| Some(Touch::Desk(DeskTouch::VoiceCodeKey(key.chars().next()?)))),
    );
}
