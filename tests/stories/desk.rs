//! The decline desk: what a manager can still do about stored cards that the bank refused.

use chrono::TimeDelta;
use stopgap::app::event::{
    AppTouch, DecideTouch, DeskTouch, DoneTouch, QrTouch, QueueTouch, SellTouch, TendersTouch, Touch,
};
use stopgap::domain::fact::{ApprovalReason, LossReason};
use stopgap::domain::ids::PaymentId;
use stopgap::domain::sale::TenderKind;
use stopgap::screens::PageView;
use stopgap::screens::desk::{DeskState, DeskTransfer, DeskView, TryBlock};

use crate::look;
use crate::support::books::step;
use crate::support::host::HostMood;
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, MASTERCARD, SECOND_MANAGER, VISA, connected};
use crate::support::{Bench, Pace};

/// A till with stored cards of 10, 20 and 30 euros, to which the bank answers in these moods; a manager stands at the
/// desk.
fn a_desk(moods: &[HostMood]) -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 11);
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    for (number, amount) in [(VISA, "1000"), (MASTERCARD, "2000"), (VISA, "3000")].into_iter().take(moods.len()) {
        till.amount(amount);
        till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
        till.type_card(number, EXPIRY);
        till.touch(Touch::Done(DoneTouch::NextSale));
    }
    till.world.host.next_moods = moods.to_vec().into();
    till.world.line_is_up = true;
    till.run_until("all the answers", |till| steps(till).iter().all(|step| step.starts_with("declined")));
    till.sign_out();
    till.sign_in(MANAGER);
    open_desk(&mut till);
    till
}

fn open_desk(till: &mut Bench) {
    till.touch_all([Touch::App(AppTouch::OpenQueue), Touch::Queue(QueueTouch::OpenDesk)]);
}

fn steps(till: &Bench) -> Vec<&'static str> {
    till.app.ledger().payments.values().map(step).collect()
}

fn desk(till: &Bench) -> DeskView {
    match till.view().page {
        PageView::Desk(view) => view,
        other => panic!("the desk is not shown but {other:?}"),
    }
}

fn payment(till: &Bench, place: usize) -> PaymentId {
    *till.app.ledger().payments.keys().nth(place).unwrap()
}

#[test]
fn refused_cards_are_listed_by_age_and_by_amount() {
    let mut till = a_desk(&[HostMood::DeclinesSoft, HostMood::DeclinesHard, HostMood::DeclinesSoft]);
    look!(till, "the_oldest_first");
    let amounts = |till: &Bench| desk(till).rows.iter().map(|row| row.amount.clone()).collect::<Vec<_>>();
    assert_eq!(amounts(&till), ["10.00", "20.00", "30.00"]);
    till.touch(Touch::Desk(DeskTouch::ByAmount));
    assert_eq!(amounts(&till), ["30.00", "20.00", "10.00"]);
    let hard = payment(&till, 1);
    till.touch(Touch::Desk(DeskTouch::Choose(hard)));
    look!(till, "refused_for_good");
    till.touch(Touch::Desk(DeskTouch::TryAgain));
    assert_eq!(steps(&till)[1], "declined", "a refusal for good is never sent again");
    till.sign_out();
    till.sign_in(CASHIER);
    open_desk(&mut till);
    assert!(matches!(till.view().page, PageView::Queue(_)), "the desk is the manager's");
}

#[test]
fn a_card_refused_for_now_is_asked_for_again_on_the_chosen_day_and_not_before() {
    let mut till = a_desk(&[HostMood::DeclinesSoft]);
    till.touch(Touch::Desk(DeskTouch::TryAgain));
    assert_eq!(steps(&till), ["declined for now"], "the day has to be chosen first");
    let days: Vec<u32> = desk(&till).shown.unwrap().days.iter().map(|day| day.days).collect();
    assert_eq!(days, [1, 2, 4, 8, 15], "never on the day of the refusal");
    till.touch_all([DeskTouch::ChooseDay(4), DeskTouch::TryAgain].map(Touch::Desk));
    assert_eq!(steps(&till), ["stored"]);
    look!(till, "waits_for_its_day");
    till.pass(TimeDelta::days(3));
    assert_eq!(steps(&till), ["stored"], "the deferred window has passed, and it still waits");
    till.pass(TimeDelta::hours(26));
    till.run_until("the bank to be asked", |till| steps(till) == ["approved"]);
    assert_eq!(till.world.host.charges().into_values().collect::<Vec<_>>(), [[1_000]]);
    assert!(till.world.verify().holds());
}

#[test]
fn tries_end_with_the_thirtieth_day_and_the_sealed_card_goes() {
    let mut till = a_desk(&[HostMood::DeclinesSoft]);
    let card = payment(&till, 0);
    assert!(till.world.sealed(card).is_some());
    till.pass(TimeDelta::days(31));
    assert_eq!(steps(&till), ["declined"]);
    assert!(till.world.sealed(card).is_none(), "nothing will be sent with it");
    till.sign_in(MANAGER);
    open_desk(&mut till);
    let shown = desk(&till).shown.unwrap();
    assert_eq!((shown.try_block, shown.days.len(), shown.can_write_off), (Some(TryBlock::RefusedForGood), 0, true));
}

#[test]
fn a_transfer_takes_the_place_of_a_refused_card() {
    let mut till = a_desk(&[HostMood::DeclinesHard]);
    till.touch(Touch::Desk(DeskTouch::AskTransfer));
    look!(till, "the_code_in_its_place");
    assert_eq!(steps(&till), ["replaced", "shown"]);
    till.touch(Touch::Qr(QrTouch::Confirm));
    assert_eq!(steps(&till), ["replaced", "confirmed"]);
    look!(till, "paid_by_transfer");
    let ledger = till.app.ledger();
    let sale = ledger.sales.values().next().unwrap();
    assert_eq!((ledger.remaining(sale).minor, ledger.overpaid(sale).minor), (0, 0));
    assert!(till.world.verify().holds());
}

#[test]
fn a_code_that_is_withdrawn_leaves_the_card_to_a_person_and_never_to_the_bank() {
    let mut till = a_desk(&[HostMood::DeclinesSoft]);
    till.touch(Touch::Desk(DeskTouch::AskTransfer));
    till.restart();
    till.sign_in(MANAGER);
    open_desk(&mut till);
    let shown = desk(&till).shown.unwrap();
    assert_eq!((shown.state, shown.transfer), (DeskState::CodeShown, DeskTransfer::CodeIsShown));
    till.touch(Touch::Desk(DeskTouch::ShowCode));
    till.touch_all([QrTouch::Withdraw, QrTouch::WithdrawSurely].map(Touch::Qr));
    assert_eq!(steps(&till), ["parked", "withdrawn"]);
    look!(till, "the_code_was_withdrawn");
    till.touch(Touch::Desk(DeskTouch::TryAgain));
    assert_eq!(steps(&till), ["parked", "withdrawn"]);
    till.touch(Touch::Desk(DeskTouch::WriteOff));
    till.touch_all([DecideTouch::ChooseReason(LossReason::CustomerUnknown), DecideTouch::Confirm].map(Touch::Decide));
    assert_eq!(steps(&till), ["parked", "withdrawn"], "a second person has to see it");
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(steps(&till), ["written off", "withdrawn"]);
    assert_eq!(till.world.host.charges().len(), 0);
    assert!(till.world.verify().holds());
}
