//! The page for giving money back.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, RefundApi, RefundStage};
use super::rows;
use super::wish::Wishes;
use super::words::{or_empty, same_words};
use crate::app::event::{RefundTouch, Touch};
use crate::app::refund::BackWay as Back;
use crate::screens::refund::{
    BackBlock, BackWay, FindRefusal, RefundAmount, RefundDone, RefundRow, RefundView, VoidStep,
};

same_words! {
    BackWay => BackWay { Cash, Transfer, CardNotSent, CardTakenBack }
    BackBlock => BackBlock { OtherTill, NoAnswerYet, OverTheBank, Refused, OnTheReader }
    VoidStep => VoidStep { Asking, NoAnswer, Refused }
    FindRefusal => FindRefusal { NotANumber, Unknown, NothingGoesBack, NotRead }
}

impl From<&RefundRow> for generated::RefundRow {
    fn from(row: &RefundRow) -> Self {
        Self {
            id: row.sale.to_string().into(),
            reference: (&row.reference).into(),
            time_text: (&row.time_text).into(),
            amount: (&row.amount).into(),
            way: row.ways.first().map_or(generated::BackWay::Cash, |way| (*way).into()),
            can_choose: !row.ways.is_empty(),
            block: block(row.block),
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &RefundView) {
    let api = window.global::<RefundApi>();
    match view {
        RefundView::Choose(choices) => {
            rows::put(&api.get_rows(), choices.iter().map(Into::into), |list| api.set_rows(list));
            api.set_stage(RefundStage::Choose);
        }
        RefundView::Find(find) => {
            api.set_digits((&find.digits).into());
            api.set_refusal(find.refused.map_or(generated::FindRefusal::None, Into::into));
            api.set_refusal_block(block(find.block));
            api.set_looking(find.looking);
            api.set_can_find(find.can_find);
            api.set_stage(RefundStage::Find);
        }
        RefundView::Amount(amount) => {
            show_amount(&api, amount);
            api.set_stage(RefundStage::Amount);
        }
        RefundView::Asking(asking) => {
            api.set_amount((&asking.amount).into());
            api.set_currency((&asking.currency).into());
            api.set_void_step(asking.step.into());
            api.set_void_code(or_empty(asking.code.as_ref()));
            api.set_stage(RefundStage::Asking);
        }
        RefundView::Done(done) => {
            show_done(&api, done);
            api.set_stage(RefundStage::Done);
        }
    }
}

fn block(block: Option<BackBlock>) -> generated::BackBlock {
    block.map_or(generated::BackBlock::None, Into::into)
}

fn show_amount(api: &RefundApi<'_>, view: &RefundAmount) {
    api.set_reference((&view.reference).into());
    api.set_sold_on(or_empty(view.sold_on.as_ref()));
    api.set_currency((&view.currency).into());
    rows::put(&api.get_ways(), view.ways.iter().map(|way| (*way).into()), |list| api.set_ways(list));
    api.set_way(view.way.into());
    api.set_amount((&view.amount).into());
    api.set_most((&view.most).into());
    api.set_rounded(or_empty(view.rounded.as_ref()));
    api.set_too_much(view.too_much);
    api.set_bank_away(view.bank_away);
    api.set_needs_manager(view.needs_manager);
    api.set_can_confirm(view.can_confirm);
}

fn show_done(api: &RefundApi<'_>, view: &RefundDone) {
    api.set_reference((&view.reference).into());
    api.set_given_up(view.given_up);
    api.set_way(view.way.into());
    api.set_amount((&view.amount).into());
    api.set_currency((&view.currency).into());
    rows::put(&api.get_breakdown(), view.breakdown.iter().map(SharedString::from), |list| api.set_breakdown(list));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<RefundApi>();
    let touch = |touch| wishes.touch(Touch::Refund(touch));
    api.on_choose(
        wishes.some_touch_with(|id: SharedString| Some(Touch::Refund(RefundTouch::Choose(id.parse().ok()?)))),
    );
    api.on_begin_find(touch(RefundTouch::BeginFind));
    api.on_find(touch(RefundTouch::Find));
    api.on_choose_way(wishes.touch_with(|word: generated::BackWay| Touch::Refund(RefundTouch::ChooseWay(way(word)))));
    api.on_digit(wishes.touch_with(|digits: SharedString| Touch::Refund(RefundTouch::Digits(digits.into()))));
    api.on_erase(touch(RefundTouch::Erase));
    api.on_confirm(touch(RefundTouch::Confirm));
    api.on_cancel(touch(RefundTouch::Cancel));
    api.on_finish(touch(RefundTouch::Finish));
}

fn way(word: generated::BackWay) -> Back {
    match word {
        generated::BackWay::Cash => Back::Cash,
        generated::BackWay::Transfer => Back::Transfer,
        generated::BackWay::CardNotSent => Back::CardNotSent,
        generated::BackWay::CardTakenBack => Back::CardTakenBack,
    }
}
