//! What a person decided and takes back: a suggestion that is not it, a loss, a credit that is explained.

use stopgap::app::event::{Choice, CountTouch, DayTouch, DecideTouch, Touch};
use stopgap::domain::day::AdjustmentKind;
use stopgap::domain::fact::{ApprovalReason, LossReason};
use stopgap::domain::reconcile::{LineReason, LineState};
use stopgap::screens::OverlayView;
use stopgap::screens::day::OpenKind;

use crate::look;
use crate::statement::{
    act_on, announced, bring_in, day_page, decide, finish, pay, to_the_day, transfers, write_statement,
};
use crate::support::Bench;
use crate::support::shop::{CASHIER, SECOND_MANAGER};

fn has(till: &Bench, kind: OpenKind) -> bool {
    day_page(till).items.iter().any(|item| item.kind == kind)
}

fn write_off(till: &mut Bench, kind: OpenKind) {
    act_on(till, kind);
    till.touch_all(
        [
            DecideTouch::Choose(Choice::WriteOff),
            DecideTouch::ChooseReason(LossReason::CustomerUnknown),
            DecideTouch::Confirm,
        ]
        .map(Touch::Decide),
    );
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
}

fn explain(till: &mut Bench, why: LineReason) {
    act_on(till, OpenKind::CreditWithoutSale);
    decide(till, Choice::Explain);
    assert!(matches!(till.view().overlay, Some(OverlayView::Decide(_))), "it has to be said what it is");
    till.touch_all([DecideTouch::ChooseLineReason(why), DecideTouch::Confirm].map(Touch::Decide));
}

fn count_and_close(till: &mut Bench) {
    act_on(till, OpenKind::DrawerNotCounted);
    till.count_drawer(&[("10000", "1")]);
    till.touch_all([Touch::Count(CountTouch::Accept), Touch::Day(DayTouch::AskClose)]);
}

#[test]
fn a_suggestion_says_why_and_once_refused_does_not_come_back() {
    let mut till = transfers(&["1000"], 41);
    pay(&mut till, "flowers", 1_000);
    write_statement(&mut till);
    bring_in(&mut till);
    finish(&mut till);
    look!(till, "a_suggestion_with_its_reason");
    act_on(&mut till, OpenKind::TransferSuggested);
    look!(till, "it_may_be_refused");
    decide(&mut till, Choice::RefuseMatched);
    look!(till, "it_stands_apart");
    // Neither another file nor a restart brings it back.
    pay(&mut till, "rent", 77);
    write_statement(&mut till);
    bring_in(&mut till);
    finish(&mut till);
    till.restart();
    to_the_day(&mut till);
    assert!(!has(&till, OpenKind::TransferSuggested) && has(&till, OpenKind::CreditWithoutSale));
    act_on(&mut till, OpenKind::DecidedRefused);
    assert!(has(&till, OpenKind::TransferSuggested) && !has(&till, OpenKind::DecidedRefused));
    assert!(till.world.verify().holds());
}

#[test]
fn a_loss_is_taken_back_by_two_people_also_after_its_day_was_closed() {
    let mut till = announced(&["1000", "2000"], 42);
    write_off(&mut till, OpenKind::TransferNotSeen);
    write_off(&mut till, OpenKind::TransferNotSeen);
    act_on(&mut till, OpenKind::DecidedLoss);
    look!(till, "taking_a_loss_back_needs_a_second_person");
    assert!(till.app.ledger().day.as_ref().is_some_and(|day| day.adjustments.is_empty()));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    look!(till, "it_is_open_again");
    write_off(&mut till, OpenKind::TransferNotSeen);
    count_and_close(&mut till);
    look!(till, "the_day_is_shown_before_it_is_closed");
    till.touch(Touch::Day(DayTouch::NotYet));
    assert!(till.view().overlay.is_none() && till.app.ledger().day.as_ref().is_some_and(|day| day.closed.is_none()));
    till.touch_all([Touch::Day(DayTouch::AskClose), Touch::Day(DayTouch::CloseDay)]);
    till.sign_out();
    till.open_day(CASHIER);
    till.sign_out();
    to_the_day(&mut till);
    assert!(!has(&till, OpenKind::TransferNotSeen), "nothing of it is open");
    act_on(&mut till, OpenKind::DecidedLoss);
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    let day = till.app.ledger().day.clone().expect("a day");
    let kinds: Vec<AdjustmentKind> = day.adjustments.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [AdjustmentKind::LossUndone]);
    assert!(has(&till, OpenKind::TransferNotSeen) && has(&till, OpenKind::DecidedLoss), "the other one stays lost");
    assert!(till.world.verify().holds());
}

#[test]
fn a_credit_is_explained_with_what_it_is() {
    let mut till = transfers(&[], 43);
    pay(&mut till, "invoice 7", 7_700);
    write_statement(&mut till);
    bring_in(&mut till);
    finish(&mut till);
    explain(&mut till, LineReason::SoldElsewhere);
    let states: Vec<_> = till.app.ledger().lines.iter().map(|kept| kept.state.clone()).collect();
    let why = LineReason::SoldElsewhere;
    assert!(matches!(states[..], [LineState::Explained { why: Some(said), .. }] if said == why), "{states:?}");
}
