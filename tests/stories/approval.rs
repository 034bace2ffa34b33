//! Approvals beside those that the host gives by itself: taken back on their day, said by the bank on the telephone, and
//! settled in a batch that the bank does not close.

use std::sync::Arc;

use chrono::TimeDelta;
use stopgap::app::event::{
    AppTouch, ApproveTouch, BackWay, DeskTouch, DoneTouch, MenuTouch, QueueTouch, RefundTouch, SellTouch, TendersTouch,
    Touch,
};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::sale::TenderKind;
use stopgap::domain::service::{Provider, ProviderFor};
use stopgap::screens::app::Message;
use stopgap::screens::desk::DeskState;
use stopgap::screens::queue::{QueueReason, QueueView};
use stopgap::screens::refund::{RefundView, VoidStep};
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::{HostSettings, Settings};

use crate::cash::{close, page};
use crate::desk;
use crate::look;
use crate::support::books::step;
use crate::support::host::HostMood;
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, VISA, connected, settings};
use crate::support::{Bench, Pace};

/// A shop that settles by batches.
fn by_batches() -> Arc<Settings> {
    let shop = Settings::clone(&settings(connected()));
    let host = shop.host.clone().map(|host| HostSettings { batch_totals: true, ..host });
    Arc::new(Settings { host, ..shop })
}

/// A till whose customer has just paid 15 euros with a typed card that the bank approved.
pub fn a_paid_card(shop: Arc<Settings>, pace: Pace) -> Bench {
    let mut till = Bench::of_shop(shop, pace, 21);
    till.open_day(CASHIER);
    till.amount("1500");
    till.touch_all([Touch::Sell(SellTouch::CardDoesNotWork), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card(VISA, EXPIRY);
    till.run_until("the answer", |till| steps(till) == ["approved"]);
    till.touch(Touch::Done(DoneTouch::NextSale));
    till
}

fn steps(till: &Bench) -> Vec<&'static str> {
    till.app.ledger().payments.values().map(step).collect()
}

fn charged(till: &Bench) -> Vec<Vec<i64>> {
    till.world.host.charges().into_values().collect()
}

/// The page of the refund of the only sale there is.
fn ask_it_back(till: &mut Bench) {
    page(till, MenuTouch::OpenRefund);
    let sale = *till.app.ledger().sales.keys().next().unwrap();
    till.touch(Touch::Refund(RefundTouch::Choose(sale)));
}

fn confirm_void(till: &mut Bench) {
    till.touch_all([RefundTouch::ChooseWay(BackWay::CardTakenBack), RefundTouch::Confirm].map(Touch::Refund));
}

fn asked(till: &Bench) -> Option<VoidStep> {
    match till.view().page {
        PageView::Refund(RefundView::Asking(asking)) => Some(asking.step),
        _ => None,
    }
}

fn is_done(till: &Bench) -> bool {
    matches!(till.view().page, PageView::Refund(RefundView::Done(_)))
}

fn queue(till: &mut Bench) -> QueueView {
    till.touch(Touch::App(AppTouch::OpenQueue));
    match till.view().page {
        PageView::Queue(view) => view,
        other => panic!("not the queue but {other:?}"),
    }
}

#[test]
fn an_approval_of_today_is_taken_back_and_nothing_is_handed_out() {
    let mut till = a_paid_card(by_batches(), Pace::Lifelike);
    assert_eq!(till.app.ledger().batch.as_ref().map(|batch| batch.cards.len()), Some(1));
    ask_it_back(&mut till);
    look!(till, "the_card_is_the_only_way");
    let cash = till.app.ledger().drawer_expected_minor();
    confirm_void(&mut till);
    till.run_until("the bank to be asked", |till| asked(till) == Some(VoidStep::Asking));
    look!(till, "the_bank_is_asked");
    till.run_until("the answer", is_done);
    look!(till, "taken_back");
    assert_eq!((steps(&till), charged(&till).len()), (vec!["taken back"], 0));
    assert_eq!(till.app.ledger().drawer_expected_minor(), cash);
    assert_eq!(till.app.ledger().batch.as_ref().map(|batch| batch.cards.len()), Some(0), "nothing is left to settle");
    let sale = till.app.ledger().sales.values().next().unwrap();
    assert_eq!((sale.refunded().minor, sale.owed().minor, till.app.ledger().overpaid(sale).minor), (1_500, 0, 0));
    let figures = till.app.day_report().expect("a report").figures;
    assert_eq!((figures.card.amount_minor, figures.card.count), (0, 0), "{figures:?}");
    assert!(till.world.verify().holds());
}

#[test]
fn a_bank_that_does_not_answer_is_asked_until_it_does_also_after_a_restart() {
    let mut till = a_paid_card(settings(connected()), Pace::Instant);
    ask_it_back(&mut till);
    till.world.host.mood = HostMood::LosesAnswer { booked: true };
    confirm_void(&mut till);
    assert_eq!(asked(&till), Some(VoidStep::NoAnswer));
    look!(till, "no_answer_yet");
    assert_eq!(steps(&till), ["voiding"], "not known is not taken back");
    till.restart();
    till.sign_in(CASHIER);
    till.run_until("the answer", |till| steps(till) == ["taken back"]);
    assert_eq!(till.view().app.message, Some(Message::TakenBack("15.00".to_owned())));
    assert_eq!(till.app.ledger().sales.values().next().unwrap().refunds.len(), 1);
    assert!(charged(&till).is_empty() && till.world.verify().holds());
}

#[test]
fn an_approval_that_the_bank_does_not_take_back_stands() {
    let mut till = a_paid_card(settings(connected()), Pace::Instant);
    ask_it_back(&mut till);
    till.world.host.mood = HostMood::RefusesReversals;
    confirm_void(&mut till);
    assert_eq!(asked(&till), Some(VoidStep::Refused));
    look!(till, "not_taken_back");
    assert_eq!((steps(&till), charged(&till)), (vec!["approved"], vec![vec![1_500]]));
    assert!(till.app.ledger().sales.values().next().unwrap().refunds.is_empty());
    assert!(till.world.verify().holds());
}

#[test]
fn without_a_line_an_approval_is_shown_and_waits_and_on_another_day_nothing_is_taken_back() {
    let mut till = a_paid_card(settings(connected()), Pace::Instant);
    let open = |till: &mut Bench| {
        ask_it_back(till);
        matches!(till.view().page, PageView::Refund(RefundView::Amount(_)))
    };
    assert!(open(&mut till));
    till.touch(Touch::Refund(RefundTouch::Cancel));
    till.touch(Touch::App(AppTouch::Back));
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    assert!(open(&mut till), "what the bank approved today does not vanish while it cannot be asked");
    look!(till, "the_bank_cannot_be_asked");
    confirm_void(&mut till);
    assert_eq!((steps(&till), asked(&till)), (vec!["approved"], None), "nothing is promised");
    till.touch(Touch::Refund(RefundTouch::Cancel));
    till.touch(Touch::App(AppTouch::Back));
    till.world.line_is_up = true;
    till.pass(TimeDelta::hours(24));
    till.sign_in(CASHIER);
    assert!(!open(&mut till), "its day is over");
}

/// A till with one stored card of ten euros, for which the bank wants to be called.
fn a_referral() -> Bench {
    let mut till = Bench::of_shop(that_knows_its_acquirer(), Pace::Instant, 22);
    till.open_day(CASHIER);
    desk::store_ten_euros(&mut till);
    the_bank_wants_a_call(&mut till);
    till
}

/// A shop whose directory says whom to call about payments.
fn that_knows_its_acquirer() -> Arc<Settings> {
    let mut shop = Settings::clone(&settings(connected()));
    let (name, phone) = ("Example Acquirer".to_owned(), "+49 30 23125 003".to_owned());
    let acquirer = Provider { name, phone, serves: ProviderFor::Payments, ..shop.service.providers[0].clone() };
    shop.service.providers.push(acquirer);
    Arc::new(shop)
}

fn the_bank_wants_a_call(till: &mut Bench) {
    till.world.host.next_moods = [HostMood::WantsCall].into();
    till.world.line_is_up = true;
    till.run_until("the answer", |till| steps(till) == ["declined for now"]);
    till.world.host.mood = HostMood::Well;
    till.touch_all([Touch::App(AppTouch::OpenQueue), Touch::Queue(QueueTouch::OpenDesk)]);
}

fn type_code(till: &mut Bench, code: &str) {
    till.touch(Touch::Desk(DeskTouch::BeginVoiceCode));
    till.touch_all(code.chars().map(|key| Touch::Desk(DeskTouch::VoiceCodeKey(key))));
}

#[test]
fn a_code_that_the_bank_says_on_the_telephone_is_told_once_and_shown_as_such() {
    let mut till = a_referral();
    look!(till, "the_bank_wants_to_be_called");
    type_code(&mut till, "7k!2q99x");
    look!(till, "the_code_is_typed");
    till.touch(Touch::Desk(DeskTouch::EraseVoiceCode));
    till.world.host.mood = HostMood::LosesAnswer { booked: true };
    till.touch(Touch::Desk(DeskTouch::ConfirmVoiceCode));
    assert_eq!(steps(&till), ["advising"]);
    let PageView::Desk(desk) = till.view().page else { panic!("not the desk") };
    let shown = desk.shown.unwrap();
    assert_eq!(desk.rows[0].state, DeskState::Advising, "it is approved, and not tried again");
    assert_eq!((shown.state, shown.reason), (DeskState::Advising, Some(QueueReason::ApprovalCode("7K2Q9".to_owned()))));
    let waiting = queue(&mut till);
    assert_eq!(waiting.rows[0].reason, Some(QueueReason::VoiceCode("7K2Q9".to_owned())));
    look!(till, "the_bank_is_being_told");
    till.restart();
    till.sign_in(CASHIER);
    till.run_until("the answer", |till| steps(till) == ["approved"]);
    let told = till.world.host.advices.clone();
    assert_eq!(told, [("7K2Q9".to_owned(), false), ("7K2Q9".to_owned(), true)], "a repeat says that it is one");
    assert_eq!(charged(&till), [[1_000]]);
    assert_eq!(queue(&mut till).rows[0].reason, Some(QueueReason::VoiceCode("7K2Q9".to_owned())));
    look!(till, "approved_on_the_telephone");
    assert!(till.world.verify().holds());
}

#[test]
fn above_the_limit_a_manager_stands_by_the_code_too() {
    let mut till = Bench::new(connected(), Pace::Instant, 24);
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    till.amount("20000");
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card(VISA, EXPIRY);
    till.approve(MANAGER, ApprovalReason::RegularCustomer);
    till.touch(Touch::Done(DoneTouch::NextSale));
    the_bank_wants_a_call(&mut till);
    type_code(&mut till, "7K2Q9");
    till.touch(Touch::Desk(DeskTouch::ConfirmVoiceCode));
    assert!(matches!(till.view().overlay, Some(OverlayView::Approve(_))));
    look!(till, "a_manager_stands_by_the_code");
    assert_eq!((steps(&till), till.world.host.advices.len()), (vec!["declined for now"], 0), "one word is not enough");
    till.touch(Touch::Approve(ApproveTouch::Cancel));
    assert_eq!(steps(&till), ["declined for now"]);
    till.touch(Touch::Desk(DeskTouch::ConfirmVoiceCode));
    till.approve(MANAGER, ApprovalReason::Other);
    till.run_until("the answer", |till| steps(till) == ["approved"]);
    assert_eq!(till.world.host.advices, [("7K2Q9".to_owned(), false)]);
    assert_eq!(till.world.books.kinds["manager_approved"], 2, "of the card, and of the code");
    assert!(till.world.verify().holds());
}

#[test]
fn a_code_that_the_host_refuses_leaves_the_card_to_a_person() {
    let mut till = a_referral();
    type_code(&mut till, "123456");
    till.world.host.mood = HostMood::Misunderstands;
    till.touch(Touch::Desk(DeskTouch::ConfirmVoiceCode));
    assert_eq!(steps(&till), ["parked"]);
    assert!(charged(&till).is_empty());
    look!(till, "the_code_is_refused");
    // A card that the bank did not ask to be called about takes no code.
    type_code(&mut till, "123456");
    till.touch(Touch::Desk(DeskTouch::ConfirmVoiceCode));
    assert_eq!((steps(&till), till.world.host.advices.len()), (vec!["parked"], 1));
    assert!(till.world.verify().holds());
}

#[test]
fn a_batch_that_the_bank_does_not_close_is_seen_and_asked_for_again() {
    let mut till = a_paid_card(by_batches(), Pace::Instant);
    assert_eq!(queue(&mut till).refused_batch, None);
    till.world.host.refuses_batches = Some("12".to_owned());
    close(&mut till, &[("10000", "1")]);
    till.run_until("the refusal", |till| till.app.ledger().batch.as_ref().is_some_and(|it| it.refused().is_some()));
    assert_eq!(till.view().app.message, Some(Message::BatchRefused));
    till.restart();
    till.open_day(MANAGER);
    assert_eq!(till.view().app.queued_count, 1, "the way there is on every page");
    let refused = queue(&mut till).refused_batch.expect("it is seen");
    assert_eq!((refused.code.as_str(), refused.amount.as_str(), refused.count), ("12", "15.00", 1));
    look!(till, "a_batch_is_refused");
    till.touch(Touch::Queue(QueueTouch::TryBatchAgain));
    till.run_until("a second refusal", |till| {
        till.app.ledger().batch.as_ref().is_some_and(|it| it.refused().is_some())
    });
    till.world.host.refuses_batches = None;
    till.touch(Touch::Queue(QueueTouch::TryBatchAgain));
    till.run_until("the close", |till| till.app.ledger().batch.as_ref().is_some_and(|it| it.number == 2));
    assert_eq!((queue(&mut till).refused_batch, till.world.host.settled.len()), (None, 1));
    assert!(till.world.verify().holds());
}
