//! Credits that name no sale, and the manager who knows whose they are.

use stopgap::app::event::{CashTouch, Choice, DecideTouch, DoneTouch, QrTouch, SellTouch, TendersTouch, Touch};
use stopgap::domain::day::CandidateState;
use stopgap::domain::fact::{ApprovalReason, LossReason};
use stopgap::domain::ids::PaymentId;
use stopgap::domain::money::Money;
use stopgap::domain::qr::QrState;
use stopgap::domain::sale::{Tender, TenderKind};
use stopgap::screens::OverlayView;
use stopgap::screens::day::OpenKind;
use stopgap::screens::decide::DecideView;

use crate::look;
use crate::statement::{
    act_on, announced, bring_in, day_page, decide, finish, pay, to_the_day, transfers, write_statement,
};
use crate::support::shop::{CASHIER, SECOND_MANAGER, connected};
use crate::support::{Bench, Pace};

fn sheet(till: &Bench) -> DecideView {
    match till.view().overlay {
        Some(OverlayView::Decide(sheet)) => sheet,
        other => panic!("not the sheet but {other:?}"),
    }
}

fn pick(till: &mut Bench, place: usize) {
    act_on(till, OpenKind::CreditWithoutSale);
    till.touch(Touch::Decide(DecideTouch::Choose(Choice::PickSale)));
    assert!(!sheet(till).can_confirm, "it has to be said which one");
    let id = sheet(till).candidates[place].id.parse().unwrap();
    till.touch(Touch::Decide(DecideTouch::PickSale(id)));
}

fn statement_of(till: &mut Bench, credits: &[(&str, i64)]) {
    for (text, minor) in credits {
        pay(till, text, *minor);
    }
    write_statement(till);
    bring_in(till);
    finish(till);
}

fn count(till: &Bench, kind: OpenKind) -> usize {
    day_page(till).items.iter().filter(|item| item.kind == kind).count()
}

fn states(till: &Bench) -> Vec<QrState> {
    let transfer = |tender: &Tender| match tender {
        Tender::Qr { qr, .. } => Some(qr.clone()),
        _ => None,
    };
    till.app.ledger().payments.values().filter_map(|payment| transfer(&payment.tender)).collect()
}

#[test]
fn of_two_sales_that_are_alike_a_person_says_which_one_was_paid_and_the_other_is_then_likely() {
    let mut till = transfers(&["1000", "1000", "2500"], 51);
    statement_of(&mut till, &[("flowers", 1_000), ("thank you", 1_000)]);
    assert_eq!(count(&till, OpenKind::CreditWithoutSale), 2, "neither is guessed at");
    pick(&mut till, 1);
    look!(till, "which_sale_is_it");
    till.touch(Touch::Decide(DecideTouch::Confirm));
    assert_eq!((count(&till, OpenKind::CreditWithoutSale), count(&till, OpenKind::TransferSuggested)), (0, 1));
    till.restart();
    to_the_day(&mut till);
    act_on(&mut till, OpenKind::DecidedTransfer);
    assert_eq!(count(&till, OpenKind::CreditWithoutSale), 2, "it was taken back");
    pick(&mut till, 0);
    till.touch(Touch::Decide(DecideTouch::Confirm));
    act_on(&mut till, OpenKind::TransferSuggested);
    decide(&mut till, Choice::ConfirmMatched);
    let seen = states(&till).iter().filter(|state| matches!(state, QrState::SeenOnStatement { .. })).count();
    assert_eq!((seen, count(&till, OpenKind::TransferSeenByShop)), (2, 1));
    assert!(till.world.verify().holds());
}

#[test]
fn a_customer_who_typed_too_little_is_found_and_what_is_missing_is_a_loss_for_two() {
    let mut till = announced(&["1000"], 52);
    statement_of(&mut till, &[("", 900)]);
    pick(&mut till, 0);
    assert!(!sheet(&till).can_confirm, "a loss needs its reason");
    till.touch(Touch::Decide(DecideTouch::ChooseReason(LossReason::CustomerUnknown)));
    look!(till, "less_came_than_was_asked_for");
    till.touch(Touch::Decide(DecideTouch::Confirm));
    assert!(matches!(till.view().overlay, Some(OverlayView::Approve(_))), "nobody takes a loss alone");
    assert_eq!(count(&till, OpenKind::CreditWithoutSale), 1);
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert!(matches!(states(&till)[..], [QrState::ShortOrOver { came: Money { minor: 900, .. }, .. }]));
    assert_eq!(till.app.day_report().expect("a report").figures.lost_minor, 100);
}

#[test]
fn late_money_for_a_withdrawn_code_that_carries_no_reference_goes_back() {
    let mut till = Bench::new(connected(), Pace::Instant, 53);
    till.open_day(CASHIER);
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::PayByQr));
    till.touch_all([QrTouch::Withdraw, QrTouch::WithdrawSurely].map(Touch::Qr));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Cash)));
    till.touch(Touch::Cash(CashTouch::Finish));
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.sign_out();
    to_the_day(&mut till);
    statement_of(&mut till, &[("", 1_000), ("", 999)]);
    let other = day_page(&till).items.iter().find(|item| item.amount.starts_with("9.99")).expect("it").id.clone();
    till.touch(Touch::Day(stopgap::app::event::DayTouch::Act(other)));
    assert!(!sheet(&till).choices.contains(&Choice::PickSale), "nobody waits for that amount");
    till.touch(Touch::Decide(DecideTouch::Cancel));
    pick(&mut till, 0);
    assert_eq!(sheet(&till).candidates[0].state, CandidateState::Withdrawn);
    till.touch(Touch::Decide(DecideTouch::Confirm));
    assert!(matches!(states(&till)[..], [QrState::RefundDue { came: Money { minor: 1_000, .. }, .. }]));
    assert_eq!(count(&till, OpenKind::RefundDue), 1);
}

#[test]
fn what_was_not_offered_cannot_be_picked() {
    let mut till = transfers(&["1000"], 54);
    statement_of(&mut till, &[("", 900)]);
    act_on(&mut till, OpenKind::CreditWithoutSale);
    till.touch(Touch::Decide(DecideTouch::Choose(Choice::PickSale)));
    let unknown = PaymentId(uuid::Uuid::from_u128(7));
    till.touch_all([DecideTouch::PickSale(unknown), DecideTouch::Confirm].map(Touch::Decide));
    assert!(!sheet(&till).can_confirm);
}
