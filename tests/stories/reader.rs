//! The reader goes dark in the middle of a sale, and nobody knows whether the card was charged.

use std::sync::Arc;

use chrono::TimeDelta;
use stopgap::app::event::{
    AppTouch, CashTouch, DoneTouch, MenuTouch, QrTouch, ReaderTouch, SellTouch, TendersTouch, Touch,
};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::sale::TenderKind;
use stopgap::screens::PageView;
use stopgap::settings::{LateApproval, Settings};

use crate::look;
use crate::support::books::step;
use crate::support::reader::ReaderMood;
use crate::support::shop::{CASHIER, MANAGER, connected, settings};
use crate::support::{Bench, Pace};

/// A sale of 48.90 whose payment on the reader got no answer, in a shop that keeps charges that come to light too late.
fn a_sale_without_an_answer(booked: bool) -> Bench {
    in_a_shop_that(LateApproval::Keep, booked)
}

fn in_a_shop_that(late_approval: LateApproval, booked: bool) -> Bench {
    let shop = Settings { late_approval, ..Settings::clone(&settings(connected())) };
    let mut till = Bench::of_shop(Arc::new(shop), Pace::Instant, 1);
    till.open_day(CASHIER);
    till.world.reader.mood = ReaderMood::DiesMidPayment { booked };
    till.amount("4890");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.pass(TimeDelta::seconds(1));
    till
}

/// Parks the attempt with a manager and takes the sale by transfer.
fn park_and_take_by_transfer(till: &mut Bench) {
    till.touch(Touch::Tenders(TendersTouch::ParkAttempt));
    till.approve(MANAGER, ApprovalReason::GoodsHandedOver);
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)));
    till.touch(Touch::Qr(QrTouch::Confirm));
}

/// What became of every payment, in the order in which they began.
fn steps(till: &Bench) -> Vec<&'static str> {
    till.app.ledger().payments.values().map(step).collect()
}

fn open_the_day_page(till: &mut Bench) {
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
}

#[test]
fn a_manager_parks_the_attempt_and_the_reader_says_later_that_it_charged_nothing() {
    let mut till = a_sale_without_an_answer(false);
    look!(till, "unknown");
    // No other way is offered while nobody knows: a touch on one changes nothing.
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Cash)));
    assert_eq!(steps(&till), ["unknown on the reader"]);

    till.touch(Touch::Tenders(TendersTouch::ParkAttempt));
    look!(till, "a_manager_is_needed");
    till.approve(MANAGER, ApprovalReason::GoodsHandedOver);
    look!(till, "parked");
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)));
    look!(till, "the_code_is_shown");
    till.touch(Touch::Qr(QrTouch::Confirm));
    look!(till, "taken_by_transfer");

    till.world.reader.mood = ReaderMood::Well;
    till.run_until("the reader's answer", |till| !steps(till).contains(&"parked on the reader"));
    assert_eq!(steps(&till), ["answered", "confirmed"]);
    assert!(till.world.reader.charges().is_empty());
    open_the_day_page(&mut till);
    look!(till, "nothing_left_to_ask");
}

#[test]
fn a_reader_that_comes_back_and_says_approved_ends_the_sale_without_charging_twice() {
    let mut till = a_sale_without_an_answer(true);
    till.world.reader.mood = ReaderMood::Well;
    till.run_until("the end of the sale", |till| matches!(till.view().page, PageView::Done(_)));
    look!(till, "approved_after_all");
    let charges: Vec<Vec<i64>> = till.world.reader.charges().into_values().collect();
    assert_eq!(charges, [[4_890]]);
}

#[test]
fn the_answer_is_asked_for_again_after_a_restart() {
    let mut till = a_sale_without_an_answer(true);
    till.restart();
    till.world.reader.mood = ReaderMood::Well;
    till.run_until("the reader's answer", |till| steps(till) == ["answered"]);
    till.sign_in(CASHIER);
    assert!(matches!(till.view().page, PageView::Sell(_)), "the sale is done, not open: {:?}", till.view().page);
    assert_eq!(till.world.reader.charges().len(), 1);
}

#[test]
fn an_approval_that_comes_after_the_sale_was_paid_another_way_is_shown_as_overpaid() {
    let mut till = a_sale_without_an_answer(true);
    park_and_take_by_transfer(&mut till);
    till.world.reader.mood = ReaderMood::Well;
    till.run_until("the reader's answer", |till| steps(till) == ["answered", "confirmed"]);
    open_the_day_page(&mut till);
    look!(till, "overpaid");
}

#[test]
fn an_approval_that_comes_while_a_code_is_shown_does_not_end_the_sale_behind_it() {
    let mut till = a_sale_without_an_answer(true);
    till.touch(Touch::Tenders(TendersTouch::ParkAttempt));
    till.approve(MANAGER, ApprovalReason::GoodsHandedOver);
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)));
    till.world.reader.mood = ReaderMood::Well;
    till.run_until("the reader's answer", |till| steps(till) == ["answered", "shown"]);
    // The customer may have the code on the phone: only withdrawing it, or the money, ends this page.
    assert!(matches!(till.view().page, PageView::Qr(_)));
    till.touch_all([QrTouch::Withdraw, QrTouch::WithdrawSurely].map(Touch::Qr));
    look!(till, "charged_after_all");
    till.touch(Touch::Tenders(TendersTouch::FinishCharged));
    assert!(matches!(till.view().page, PageView::Done(_)));
}

#[test]
fn an_approval_that_comes_after_the_sale_was_given_up_is_shown_as_overpaid() {
    let mut till = a_sale_without_an_answer(true);
    till.touch(Touch::Tenders(TendersTouch::ParkAttempt));
    till.approve(MANAGER, ApprovalReason::Other);
    till.touch(Touch::Tenders(TendersTouch::CancelSale));
    till.world.reader.mood = ReaderMood::Well;
    till.run_until("the reader's answer", |till| steps(till) == ["answered"]);
    open_the_day_page(&mut till);
    look!(till, "charged_for_nothing");
}

#[test]
fn a_charge_that_comes_to_light_too_late_is_taken_back_by_itself() {
    let mut till = in_a_shop_that(LateApproval::Reverse, true);
    park_and_take_by_transfer(&mut till);
    till.world.reader.mood = ReaderMood::Well;
    till.run_until("the reversal", |till| steps(till) == ["taken back on the reader", "confirmed"]);
    assert_eq!(till.world.reader.reversals.values().copied().collect::<Vec<_>>(), [1], "asked once, answered once");
    assert!(till.world.reader.charges().is_empty(), "the card is not charged any more");
    open_the_day_page(&mut till);
    look!(till, "taken_back");
}

#[test]
fn a_reversal_without_an_answer_is_asked_for_again_and_a_refused_one_is_the_managers() {
    let mut till = in_a_shop_that(LateApproval::Reverse, true);
    park_and_take_by_transfer(&mut till);
    till.world.reader.mood = ReaderMood::Well;
    till.world.reader.loses_reversals = 1;
    till.run_until("the charge going back", |till| steps(till)[0] == "going back on the reader");
    till.restart();
    till.run_until("the reversal", |till| steps(till)[0] == "taken back on the reader");
    assert!(till.world.reader.charges().is_empty());

    let mut till = in_a_shop_that(LateApproval::Reverse, true);
    park_and_take_by_transfer(&mut till);
    till.world.reader.refuses_reversals = true;
    till.world.reader.mood = ReaderMood::Well;
    till.run_until("the refusal", |till| steps(till) == ["kept on the reader", "confirmed"]);
    till.pass(TimeDelta::seconds(60));
    assert_eq!(steps(&till), ["kept on the reader", "confirmed"], "it is not asked for for ever");
    open_the_day_page(&mut till);
    look!(till, "to_be_given_back");
}

#[test]
fn a_parked_attempt_is_never_called_not_charged_and_a_paid_sale_can_always_be_finished() {
    let mut till = a_sale_without_an_answer(true);
    till.touch(Touch::Tenders(TendersTouch::ParkAttempt));
    till.approve(MANAGER, ApprovalReason::GoodsHandedOver);
    // No card is asked for again while the first may still be charged; a transfer is tried, and given up.
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Card)));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Reader)));
    assert_eq!(steps(&till), ["parked on the reader"]);
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)));
    till.touch_all([QrTouch::Withdraw, QrTouch::WithdrawSurely].map(Touch::Qr));
    look!(till, "still_open_after_a_withdrawn_code");
    till.world.reader.mood = ReaderMood::Well;
    till.run_until("the end of the sale", |till| matches!(till.view().page, PageView::Done(_)));
    let charges: Vec<Vec<i64>> = till.world.reader.charges().into_values().collect();
    assert_eq!(charges, [[4_890]]);
}

#[test]
fn one_card_that_cannot_be_read_is_that_card_and_two_of_different_sales_are_the_reader() {
    let mut till = Bench::new(connected(), Pace::Instant, 2);
    till.open_day(CASHIER);
    till.world.reader.mood = ReaderMood::BadCard;
    till.amount("1200");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    assert_eq!(till.view().app.message, None);
    assert!(!till.view().status.outage, "one bad card is no outage");
    till.touch(Touch::Reader(ReaderTouch::OtherWay));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Cash)));
    till.touch(Touch::Cash(CashTouch::Finish));
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.amount("700");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    look!(till, "two_cards_in_a_row");
    till.touch(Touch::Reader(ReaderTouch::OtherWay));
    till.touch(Touch::App(AppTouch::OpenOutage));
    till.pass(TimeDelta::seconds(15));
    look!(till, "the_ladder_names_the_contacts");
}

#[test]
fn what_the_reader_said_of_another_customers_payment_is_not_taken_for_this_one() {
    let mut till = in_a_shop_that(LateApproval::Reverse, false);
    till.touch(Touch::Tenders(TendersTouch::ParkAttempt));
    till.approve(MANAGER, ApprovalReason::GoodsHandedOver);
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Cash)));
    till.touch_all([Touch::Cash(CashTouch::Finish), Touch::Done(DoneTouch::NextSale)]);
    // The reader works again, takes the same amount from somebody else, and can only repeat its last receipt.
    till.world.reader.mood = ReaderMood::InUse;
    till.restart();
    till.sign_in(CASHIER);
    till.world.reader.mixes_up = true;
    till.amount("4890");
    till.world.reader.mood = ReaderMood::Well;
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.run_until("the second sale", |till| till.world.reader.charges().len() == 1);
    till.pass(TimeDelta::minutes(5));
    assert_eq!(steps(&till), ["parked on the reader", "cash", "answered"]);
    assert!(till.world.reader.reversals.is_empty(), "{:?}", till.world.reader.reversals);
}

#[test]
fn two_parked_attempts_are_both_asked_for_when_the_reader_is_back() {
    let mut till = a_sale_without_an_answer(true);
    park_and_take_by_transfer(&mut till);
    // A till that has just started offers the reader until it knows better.
    till.world.reader.mood = ReaderMood::InUse;
    till.restart();
    till.sign_in(CASHIER);
    till.world.reader.mood = ReaderMood::DiesMidPayment { booked: true };
    till.amount("100");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    till.pass(TimeDelta::seconds(1));
    park_and_take_by_transfer(&mut till);
    assert_eq!(steps(&till), ["parked on the reader", "confirmed", "parked on the reader", "confirmed"]);

    till.world.reader.mood = ReaderMood::Well;
    till.restart();
    till.run_until("both answers", |till| steps(till) == ["answered", "confirmed", "answered", "confirmed"]);
}
