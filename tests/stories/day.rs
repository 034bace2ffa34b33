//! The manager's evening: the statement, the drawer, and a close that does not lie.

use chrono::TimeDelta;
use stopgap::app::event::{
    AppTouch, CashTouch, Choice, CountTouch, DayTouch, DecideTouch, DoneTouch, MenuTouch, QrTouch, SellTouch,
    StatementTouch, Touch,
};
use stopgap::domain::day::CarryReason;
use stopgap::domain::fact::{ApprovalReason, LossReason};
use stopgap::screens::PageView;
use stopgap::screens::count::CountView;
use stopgap::screens::day::DayView;

use crate::look;
use crate::support::shop::{CASHIER, MANAGER, SECOND_MANAGER, connected};
use crate::support::{Bench, Pace};

/// Three transfers and one cash sale. The first is on the statement, the second with a wrong digit in its reference,
/// the third never comes.
fn a_day_of_sales() -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 11);
    till.open_day(CASHIER);
    for (amount, reference) in [("1000", Some("right")), ("2000", Some("edited")), ("3000", None)] {
        till.amount(amount);
        till.touch(Touch::Sell(SellTouch::PayByQr));
        if let Some(how) = reference {
            pay_by_phone(&mut till, how == "edited");
        }
        till.touch_all([QrTouch::Announce, QrTouch::AcceptUnseen].map(Touch::Qr));
        till.touch(Touch::Done(DoneTouch::NextSale));
    }
    till.amount("4890");
    till.touch_all([Touch::Sell(SellTouch::PayByCash), Touch::Cash(CashTouch::Finish)]);
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
    till
}

/// The customer's bank sends the money, with the last digit of the reference wrong when it was typed by hand.
fn pay_by_phone(till: &mut Bench, is_edited: bool) {
    let payment = till.app.ledger().payments.values().next_back().expect("a transfer");
    let (amount, sale) = (payment.amount, payment.sale);
    let mut reference = till.app.ledger().sales[&sale].reference.to_string();
    if is_edited {
        let last = reference.pop().and_then(|digit| digit.to_digit(10)).expect("a digit");
        reference.push_str(&((last + 1) % 10).to_string());
    }
    let now = till.now();
    till.world.bank.pay(&reference, amount, now);
}

fn day_page(till: &Bench) -> DayView {
    match till.view().page {
        PageView::Day(day) => day,
        other => panic!("not the day's page but {other:?}"),
    }
}

fn item_with(till: &Bench, amount: &str) -> String {
    let day = day_page(till);
    let found = day.items.iter().find(|item| item.amount.contains(amount));
    found.unwrap_or_else(|| panic!("no item of {amount} in {:#?}", day.items)).id.clone()
}

fn bring_in_the_statement(till: &mut Bench) {
    let now = till.now();
    till.world.bank.write_statement(now);
    till.touch(Touch::Day(DayTouch::BringInStatement));
    let path = till.world.bank.files()[0].path.clone();
    till.touch(Touch::Statement(StatementTouch::Choose(path)));
}

#[test]
fn a_day_is_reconciled_counted_and_closed() {
    let mut till = a_day_of_sales();
    look!(till, "the_evening");
    till.touch(Touch::Day(DayTouch::CloseDay));
    assert!(matches!(till.view().page, PageView::Day(_)), "the day stays open while something is");

    bring_in_the_statement(&mut till);
    look!(till, "the_statement");
    till.touch(Touch::Statement(StatementTouch::Finish));
    let suggested = item_with(&till, "20.00");
    till.touch(Touch::Day(DayTouch::Act(suggested)));
    look!(till, "an_edited_reference_is_suggested");
    till.touch_all([DecideTouch::Choose(Choice::ConfirmMatched), DecideTouch::Confirm].map(Touch::Decide));

    let missing = item_with(&till, "30.00");
    till.touch(Touch::Day(DayTouch::Act(missing)));
    till.touch_all([
        Touch::Decide(DecideTouch::Choose(Choice::WriteOff)),
        Touch::Decide(DecideTouch::ChooseReason(LossReason::CustomerUnknown)),
    ]);
    look!(till, "never_arrived_is_written_off");
    till.touch(Touch::Decide(DecideTouch::Confirm));
    look!(till, "a_loss_takes_four_eyes");
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    look!(till, "only_the_drawer_is_left");

    count_blind(&mut till);
    till.touch(Touch::Day(DayTouch::CloseDay));
    look!(till, "closed");
    let slip = till
        .world
        .papers
        .iter()
        .find(|(name, _)| name.strip_suffix(".txt").is_some_and(|stem| stem.starts_with("day-")));
    let (_, slip) = slip.expect("a slip of the day");
    assert!(slip.contains("Checkpoint"), "the slip carries the signed checkpoint:\n{slip}");
    till.restart();
    assert!(till.app.ledger().day.as_ref().is_some_and(|day| day.closed.is_some()));
    assert!(till.world.verify().holds());
}

/// The float was 100.00 and the cash sale 48.90: nothing on the screen may say 148.90 before the count is committed. It
/// is 40 cents short, which nobody has to explain.
fn count_blind(till: &mut Bench) {
    let drawer = day_page(till).items.iter().find(|item| item.id.starts_with("drawer:")).map(|item| item.id.clone());
    till.touch(Touch::Day(DayTouch::Act(drawer.expect("the drawer is open"))));
    let shown = |till: &Bench| serde_json::to_string(&till.view()).expect("a view is plain data").contains("148.90");
    assert!(!shown(till), "the expected sum is shown before the count");
    for (piece, count) in [("10000", "1"), ("2000", "2"), ("500", "1"), ("200", "1"), ("100", "1"), ("50", "1")] {
        till.touch_all([CountTouch::Choose(piece.to_owned()), CountTouch::Digits(count.to_owned())].map(Touch::Count));
        assert!(!shown(till), "the expected sum is shown while counting");
    }
    till.touch(Touch::Count(CountTouch::Commit));
    assert!(shown(till), "the expected sum is shown once the count is stored");
    till.touch(Touch::Count(CountTouch::Accept));
}

fn counting(till: &Bench) -> CountView {
    match till.view().page {
        PageView::Count(count) => count,
        other => panic!("not counting but {other:?}"),
    }
}

fn open_the_drawers_item(till: &mut Bench) {
    let drawer = day_page(till).items.iter().find(|item| item.id.starts_with("drawer:")).map(|item| item.id.clone());
    till.touch(Touch::Day(DayTouch::Act(drawer.expect("the drawer is open"))));
}

#[test]
fn a_count_is_left_without_being_committed() {
    let mut till = Bench::new(connected(), Pace::Instant, 13);
    till.sign_in(CASHIER);
    till.touch_all([CountTouch::Choose("10000".to_owned()), CountTouch::Digits("3".to_owned())].map(Touch::Count));
    till.touch(Touch::App(AppTouch::Back));
    assert!(matches!(till.view().page, PageView::Lock(_)), "a cashier has no other page before the day is open");
    till.sign_in(MANAGER);
    till.touch(Touch::App(AppTouch::Back));
    assert!(matches!(till.view().page, PageView::Day(_)));
    assert!(till.app.ledger().day.is_none());

    let mut till = a_day_of_sales();
    open_the_drawers_item(&mut till);
    till.touch_all([CountTouch::Choose("10000".to_owned()), CountTouch::Digits("3".to_owned())].map(Touch::Count));
    till.touch(Touch::App(AppTouch::Back));
    assert!(matches!(till.view().page, PageView::Day(_)));
    assert!(till.app.ledger().drawer.as_ref().is_some_and(|drawer| drawer.counted.is_none()));
}

#[test]
fn an_empty_drawer_has_to_be_said_twice() {
    let mut till = Bench::new(connected(), Pace::Instant, 13);
    till.sign_in(MANAGER);
    let commit = || Touch::Count(CountTouch::Commit);
    till.touch(commit());
    assert!(counting(&till).empty_asked && till.app.ledger().day.is_none());
    till.touch_all([CountTouch::Digits("0".to_owned()), CountTouch::Erase].map(Touch::Count));
    assert!(!counting(&till).empty_asked, "a digit takes the question back");
    till.touch_all([commit(), commit()]);
    assert!(till.app.ledger().drawer.as_ref().is_some_and(|drawer| drawer.float_minor == 0));

    let mut till = a_day_of_sales();
    open_the_drawers_item(&mut till);
    till.touch(commit());
    assert!(counting(&till).result.is_none(), "one tap tells what should be in the drawer");
    till.touch(commit());
    assert!(counting(&till).result.is_some());
}

#[test]
fn a_difference_is_counted_once_more_and_not_a_third_time() {
    let mut till = a_day_of_sales();
    open_the_drawers_item(&mut till);
    till.count_drawer(&[("10000", "1")]);
    assert!(counting(&till).can_recount);
    till.touch(Touch::Count(CountTouch::Recount));
    assert!(counting(&till).result.is_none());
    till.count_drawer(&[("5000", "2")]);
    till.touch_all([Touch::Count(CountTouch::Recount), Touch::App(AppTouch::Back)]);
    open_the_drawers_item(&mut till);
    let again = counting(&till);
    assert!(again.result.is_some() && again.note_needed && !again.can_recount, "{again:?}");
}

#[test]
fn the_report_of_an_open_day_keeps_the_count_blind() {
    let mut till = a_day_of_sales();
    till.touch(Touch::Day(DayTouch::OpenReports));
    let shown = serde_json::to_string(&till.view()).expect("a view is plain data");
    assert!(!shown.contains("148.90"), "{shown}");
}

#[test]
fn the_same_statement_a_second_time_changes_nothing() {
    let mut till = a_day_of_sales();
    bring_in_the_statement(&mut till);
    let ledger = till.app.ledger().clone();
    till.touch(Touch::Statement(StatementTouch::ChooseAnother));
    let path = till.world.bank.files()[0].path.clone();
    till.touch(Touch::Statement(StatementTouch::Choose(path)));
    look!(till, "known_already");
    assert_eq!(*till.app.ledger(), ledger);
}

#[test]
fn an_item_is_carried_over_by_name_until_its_day_comes() {
    let mut till = a_day_of_sales();
    bring_in_the_statement(&mut till);
    till.touch(Touch::Statement(StatementTouch::Finish));
    for amount in ["20.00", "30.00"] {
        let item = item_with(&till, amount);
        till.touch_all([Touch::Day(DayTouch::Act(item)), Touch::Decide(DecideTouch::Choose(Choice::CarryOver))]);
        till.touch(Touch::Decide(DecideTouch::Confirm));
        assert!(till.view().overlay.is_some(), "without a reason and a day nothing is carried over");
        till.touch_all([
            Touch::Decide(DecideTouch::ChooseCarryReason(CarryReason::BankAsked)),
            Touch::Decide(DecideTouch::ChooseCarryDays(3)),
        ]);
        if amount == "20.00" {
            look!(till, "to_be_carried_over");
        }
        till.touch(Touch::Decide(DecideTouch::Confirm));
    }
    count_blind(&mut till);
    look!(till, "carried_over");
    till.touch(Touch::Day(DayTouch::ToggleCharts));
    look!(till, "as_bars");
    till.touch(Touch::Day(DayTouch::CloseDay));
    assert!(till.app.ledger().day.as_ref().is_some_and(|day| day.closed.is_some()));
    till.sign_out();
    till.open_day(CASHIER);
    till.sign_out();
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
    assert_eq!(day_page(&till).carried_count, 2, "the next day has them too");
    till.restart();
    till.sleep(TimeDelta::days(4));
    till.sign_in(MANAGER);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
    assert_eq!(day_page(&till).carried_count, 0, "when their day has passed they keep the day open again");
}

#[test]
fn a_cashier_does_not_get_to_the_day() {
    let mut till = Bench::new(connected(), Pace::Instant, 12);
    till.open_day(CASHIER);
    till.touch_all([Touch::App(AppTouch::OpenMenu), Touch::Menu(MenuTouch::OpenDay)]);
    assert!(matches!(till.view().page, PageView::Sell(_)));
    assert!(format!("{:?}", till.view().app.message).contains("NotAllowed"));
}
