//! The sheet on which one open item is decided.

use slint::ComponentHandle;

use super::generated::{self, AppWindow, DecideApi};
use super::rows;
use super::wish::Wishes;
use super::words::{or_empty, queue_reason, same_words};
use crate::app::event::{Choice, DecideTouch, Touch};
use crate::domain::day::{CandidateState, CarryReason};
use crate::domain::fact::LossReason;
use crate::domain::reconcile::LineReason;
use crate::screens::decide::{CandidateRow, CarryDay, DecideView};

same_words! {
    Choice => Choice {
        Retry, ConfirmMatched, RefuseMatched, PickSale, ConfirmSeen, OwnRefund, ConfirmCharged, NotCharged, PaidOtherWay, Explain,
        GaveBackCash, GaveBackOnReader, GaveBackOtherWay, WriteOff, CarryOver, RefundSent, LeaveOpen,
    }
    CarryReason => CarryReason { BankAsked, AcquirerAsked, CustomerPromised, StatementLate, CustomerNotReached }
    CandidateState => CandidateState { Waits, Withdrawn, WrittenOff }
    LineReason => LineReason { SoldElsewhere, OwnTransfer, PaidBack, Bank, TestPayment, SameBooking, Other }
    LossReason => WriteOffReason { CustomerUnknown, TooSmallToChase, BankRefusedFinally, TillError, Goodwill }
}

impl From<&CarryDay> for generated::CarryDay {
    fn from(day: &CarryDay) -> Self {
        Self { days: i32::from(day.days), date_text: (&day.date_text).into() }
    }
}

impl From<&CandidateRow> for generated::CandidateRow {
    fn from(row: &CandidateRow) -> Self {
        Self {
            id: (&row.id).into(),
            time_text: (&row.time_text).into(),
            amount: (&row.amount).into(),
            reference: (&row.reference).into(),
            state: row.state.into(),
            is_picked: row.is_picked,
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &DecideView) {
    let api = window.global::<DecideApi>();
    let (reason, reason_argument) = queue_reason(view.reason.as_ref());
    api.set_kind(view.kind.into());
    api.set_amount((&view.amount).into());
    api.set_subject((&view.subject).into());
    api.set_time_text((&view.time_text).into());
    api.set_detail((&view.detail).into());
    api.set_reason(reason);
    api.set_reason_argument(reason_argument);
    api.set_likely(view.likely.map_or(generated::Likely::None, |likely| likely.why.into()));
    api.set_likely_score(view.likely.map_or(0, |likely| i32::from(likely.score)));
    rows::put(&api.get_choices(), view.choices.iter().map(|choice| (*choice).into()), |list| api.set_choices(list));
    api.set_chosen(view.choice.is_some());
    // While nothing is chosen the page does not look at the choice.
    api.set_choice(view.choice.map_or(generated::Choice::LeaveOpen, Into::into));
    rows::put(&api.get_candidates(), view.candidates.iter().map(Into::into), |list| api.set_candidates(list));
    api.set_cash_out(or_empty(view.cash_out.as_ref()));
    let reasons = view.write_off_reasons.iter().map(|reason| (*reason).into());
    rows::put(&api.get_write_off_reasons(), reasons, |list| api.set_write_off_reasons(list));
    api.set_loss(view.loss.as_deref().unwrap_or_default().into());
    api.set_write_off_reason(view.write_off_reason.map_or(generated::WriteOffReason::None, Into::into));
    let reasons = view.line_reasons.iter().map(|reason| (*reason).into());
    rows::put(&api.get_line_reasons(), reasons, |list| api.set_line_reasons(list));
    api.set_line_reason(view.line_reason.map_or(generated::LineReason::None, Into::into));
    let reasons = view.carry_reasons.iter().map(|reason| (*reason).into());
    rows::put(&api.get_carry_reasons(), reasons, |list| api.set_carry_reasons(list));
    api.set_carry_reason(view.carry_reason.map_or(generated::CarryReason::None, Into::into));
    rows::put(&api.get_carry_days(), view.carry_days.iter().map(Into::into), |list| api.set_carry_days(list));
    api.set_carry_day(view.carry_day.map_or(0, i32::from));
    api.set_can_confirm(view.can_confirm);
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<DecideApi>();
    api.on_choose(wishes.touch_with(|word: generated::Choice| Touch::Decide(DecideTouch::Choose(choice(word)))));
    api.on_pick_sale(
        wishes.some_touch_with(|id: slint::SharedString| Some(Touch::Decide(DecideTouch::PickSale(id.parse().ok()?)))),
    );
    api.on_choose_reason(wishes.some_touch_with(|word: generated::WriteOffReason| {
        Some(Touch::Decide(DecideTouch::ChooseReason(loss_reason(word)?)))
    }));
    api.on_choose_line_reason(wishes.some_touch_with(|word: generated::LineReason| {
        Some(Touch::Decide(DecideTouch::ChooseLineReason(line_reason(word)?)))
    }));
    api.on_choose_carry_reason(wishes.some_touch_with(|word: generated::CarryReason| {
        Some(Touch::Decide(DecideTouch::ChooseCarryReason(carry_reason(word)?)))
    }));
    api.on_choose_carry_days(
        wishes.some_touch_with(|days: i32| Some(Touch::Decide(DecideTouch::ChooseCarryDays(u8::try_from(days).ok()?)))),
    );
    api.on_confirm(wishes.touch(Touch::Decide(DecideTouch::Confirm)));
    api.on_cancel(wishes.touch(Touch::Decide(DecideTouch::Cancel)));
}

fn choice(word: generated::Choice) -> Choice {
    match word {
        generated::Choice::Retry => Choice::Retry,
        generated::Choice::RefuseMatched => Choice::RefuseMatched,
        generated::Choice::PickSale => Choice::PickSale,
        generated::Choice::ConfirmMatched => Choice::ConfirmMatched,
        generated::Choice::ConfirmCharged => Choice::ConfirmCharged,
        generated::Choice::NotCharged => Choice::NotCharged,
        generated::Choice::ConfirmSeen => Choice::ConfirmSeen,
        generated::Choice::OwnRefund => Choice::OwnRefund,
        generated::Choice::PaidOtherWay => Choice::PaidOtherWay,
        generated::Choice::Explain => Choice::Explain,
        generated::Choice::GaveBackCash => Choice::GaveBackCash,
        generated::Choice::GaveBackOnReader => Choice::GaveBackOnReader,
        generated::Choice::GaveBackOtherWay => Choice::GaveBackOtherWay,
        generated::Choice::WriteOff => Choice::WriteOff,
        generated::Choice::CarryOver => Choice::CarryOver,
        generated::Choice::RefundSent => Choice::RefundSent,
        generated::Choice::LeaveOpen => Choice::LeaveOpen,
    }
}

fn loss_reason(word: generated::WriteOffReason) -> Option<LossReason> {
    match word {
        generated::WriteOffReason::None => None,
        generated::WriteOffReason::CustomerUnknown => Some(LossReason::CustomerUnknown),
        generated::WriteOffReason::TooSmallToChase => Some(LossReason::TooSmallToChase),
        generated::WriteOffReason::BankRefusedFinally => Some(LossReason::BankRefusedFinally),
        generated::WriteOffReason::TillError => Some(LossReason::TillError),
        generated::WriteOffReason::Goodwill => Some(LossReason::Goodwill),
    }
}

fn line_reason(word: generated::LineReason) -> Option<LineReason> {
    match word {
        generated::LineReason::None => None,
        generated::LineReason::SoldElsewhere => Some(LineReason::SoldElsewhere),
        generated::LineReason::OwnTransfer => Some(LineReason::OwnTransfer),
        generated::LineReason::PaidBack => Some(LineReason::PaidBack),
        generated::LineReason::Bank => Some(LineReason::Bank),
        generated::LineReason::TestPayment => Some(LineReason::TestPayment),
        generated::LineReason::SameBooking => Some(LineReason::SameBooking),
        generated::LineReason::Other => Some(LineReason::Other),
    }
}

fn carry_reason(word: generated::CarryReason) -> Option<CarryReason> {
    match word {
        generated::CarryReason::None => None,
        generated::CarryReason::BankAsked => Some(CarryReason::BankAsked),
        generated::CarryReason::AcquirerAsked => Some(CarryReason::AcquirerAsked),
        generated::CarryReason::CustomerPromised => Some(CarryReason::CustomerPromised),
        generated::CarryReason::StatementLate => Some(CarryReason::StatementLate),
        generated::CarryReason::CustomerNotReached => Some(CarryReason::CustomerNotReached),
    }
}
