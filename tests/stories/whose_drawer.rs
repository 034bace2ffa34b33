//! Whose drawer it is: where it is one person's, nobody else moves its money, and taking it over is one tap away.

use std::sync::Arc;

use stopgap::app::event::{
    AppTouch, CashTouch, CountTouch, DayTouch, DoneTouch, DrawerTouch, MenuTouch, RefundTouch, SellTouch, TendersTouch,
    Touch,
};
use stopgap::domain::access::{Person, Role};
use stopgap::domain::cash::{CountNote, MovementKind};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::ids::PersonId;
use stopgap::domain::sale::TenderKind;
use stopgap::escpos::DrawerPin;
use stopgap::screens::app::Message;
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::{CashSettings, DrawerFor, DrawerPlace, Settings};
use stopgap::ui_bind::headless::Headless;

use crate::cash::{expected, page, pay_cash};
use crate::look;
use crate::support::shop::{CASHIER, MANAGER, WRONG_PIN, connected, settings};
use crate::support::{Bench, Pace};

/// The one whom the shop's list does not have.
const OTHER: &str = "cashier-4";

/// A shop with two cashiers, with one drawer or with these, of which the first is open and has a hundred euro.
fn till(drawer_for: DrawerFor, drawers: &[&str]) -> Bench {
    let shop = Settings::clone(&settings(connected()));
    let other = Person {
        id: PersonId(OTHER.to_owned()),
        name: "Cashier 4".to_owned(),
        role: Role::Cashier,
        pin_hash: WRONG_PIN.to_owned(),
    };
    let place = |name: &&str| DrawerPlace { name: (*name).to_owned(), pin: Some(DrawerPin::Two) };
    let cash = CashSettings { drawer_for, drawers: drawers.iter().map(place).collect(), ..shop.cash };
    let people = shop.people.into_iter().chain([other]).collect();
    let mut till = Bench::of_shop(Arc::new(Settings { cash, people, ..shop }), Pace::Instant, 11);
    till.open_day(CASHIER);
    till
}

fn change_to(till: &mut Bench, person: &str) {
    till.sign_out();
    till.sign_in(person);
}

fn holder(till: &Bench) -> Option<String> {
    till.app.ledger().drawer.as_ref().unwrap().holder.as_ref().map(ToString::to_string)
}

fn refused(till: &mut Bench) -> bool {
    let refused = till.view().app.message == Some(Message::DrawerOfAnother("Cashier 3".to_owned()));
    till.touch(Touch::App(AppTouch::DismissMessage));
    refused
}

#[test]
fn nobody_else_moves_the_money_of_a_drawer_that_is_one_persons() {
    let mut till = till(DrawerFor::OnePerson, &[]);
    let sale = pay_cash(&mut till, "1000");
    change_to(&mut till, OTHER);
    till.amount("500");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    look!(till, "led_to_the_handover");
    assert!(refused(&mut till));
    for touch in [
        DrawerTouch::Open,
        DrawerTouch::Begin(MovementKind::PaidOut),
        DrawerTouch::Begin(MovementKind::PaidIn),
        DrawerTouch::Begin(MovementKind::SafeDrop),
        DrawerTouch::Count,
    ] {
        till.touch(Touch::Drawer(touch.clone()));
        assert!(refused(&mut till), "{touch:?}");
        let PageView::Drawer(drawer) = till.view().page else { panic!("{touch:?} left the page") };
        assert!(drawer.moving.is_none(), "{touch:?}");
    }
    page(&mut till, MenuTouch::OpenDrawer);
    assert!(refused(&mut till), "opened without a sale");
    page(&mut till, MenuTouch::OpenRefund);
    till.touch_all([RefundTouch::Choose(sale), RefundTouch::Confirm].map(Touch::Refund));
    assert!(refused(&mut till), "refunded");
    let kinds = &till.world.books.kinds;
    for kind in ["drawer_moved", "drawer_kicked", "drawer_counted", "refunded"] {
        assert_eq!(kinds.get(kind), None, "{kind}");
    }
    assert_eq!((expected(&till), kinds["cash_taken"]), (11_000, 1));
    till.touch(Touch::App(AppTouch::Back));
    (0..3).for_each(|_| till.touch(Touch::Sell(SellTouch::Erase)));
    change_to(&mut till, MANAGER);
    pay_cash(&mut till, "300");
    assert_eq!(expected(&till), 11_300, "a manager may, under the manager's own name");
    assert_eq!(holder(&till).as_deref(), Some(CASHIER));
}

#[test]
fn one_tap_and_a_blind_count_take_the_drawer_over_with_the_pin_of_whoever_had_it() {
    let mut till = till(DrawerFor::OnePerson, &[]);
    pay_cash(&mut till, "1000");
    change_to(&mut till, OTHER);
    till.amount("500");
    till.touch_all([Touch::Sell(SellTouch::PayByCash), Touch::Drawer(DrawerTouch::HandOver)]);
    let Some(OverlayView::Approve(sheet)) = till.view().overlay else { panic!("nobody is asked") };
    let asked: Vec<&str> = sheet.managers.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(asked, ["Cashier 3", "Manager 1", "Manager 2"], "whoever had it, or a manager");
    look!(till, "the_drawer_is_let_go");
    assert!(!matches!(till.view().page, PageView::Count(_)), "nobody counts it without that");
    till.approve(CASHIER, ApprovalReason::Other);
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    assert!(count.result.is_none(), "the count is blind");
    till.count_drawer(&[("10000", "1"), ("1000", "1")]);
    till.touch(Touch::Count(CountTouch::Accept));
    assert_eq!(holder(&till).as_deref(), Some(OTHER));
    let view = till.view();
    assert_eq!(view.app.person.map(|person| person.name).as_deref(), Some("Cashier 4"), "who counted goes on selling");
    assert_eq!(view.app.message, Some(Message::DrawerHandedOverExact));
    let drawer = till.app.ledger().drawer.clone().unwrap();
    assert_eq!((drawer.handovers[0].from.0.as_str(), drawer.handovers[0].to.0.as_str()), (CASHIER, OTHER));
    assert_eq!(till.world.books.kinds.get("manager_approved"), None);
    // What was typed before is still there, and the money goes into the drawer that is theirs now.
    till.touch_all([Touch::Sell(SellTouch::PayByCash), Touch::Cash(CashTouch::Finish)]);
    till.touch(Touch::Done(DoneTouch::NextSale));
    assert_eq!(expected(&till), 11_500);
    change_to(&mut till, CASHIER);
    till.amount("500");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    assert_eq!(till.view().app.message, Some(Message::DrawerOfAnother("Cashier 4".to_owned())));
    assert!(till.world.verify().holds());
}

#[test]
fn a_manager_lets_a_cashier_have_the_drawer_of_one_who_is_away_and_the_journal_has_it() {
    let mut till = till(DrawerFor::OnePerson, &[]);
    change_to(&mut till, OTHER);
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    till.approve(OTHER, ApprovalReason::Other);
    assert!(!matches!(till.view().page, PageView::Count(_)), "nobody takes it over with their own PIN");
    till.approve(MANAGER, ApprovalReason::Other);
    assert_eq!(till.world.books.kinds["manager_approved"], 1, "written down before the count, which may be left");
    till.touch(Touch::App(AppTouch::Back));
    assert_eq!(holder(&till).as_deref(), Some(CASHIER));
    till.touch(Touch::Drawer(DrawerTouch::Count));
    assert!(refused(&mut till), "what was let is over with the page");
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    till.approve(MANAGER, ApprovalReason::Other);
    till.count_drawer_twice(&[("5000", "1")]);
    till.touch_all([CountTouch::ChooseNote(CountNote::CannotBeFound), CountTouch::Accept].map(Touch::Count));
    assert_eq!(holder(&till).as_deref(), Some(CASHIER), "fifty euro less need a manager, too");
    till.approve(MANAGER, ApprovalReason::CountedTwice);
    assert_eq!((holder(&till).as_deref(), expected(&till)), (Some(OTHER), 5_000));
    assert!(till.world.verify().holds());
}

#[test]
fn one_drawer_for_everybody_is_everybodys() {
    let mut till = till(DrawerFor::Everybody, &[]);
    change_to(&mut till, OTHER);
    pay_cash(&mut till, "500");
    assert_eq!((expected(&till), holder(&till)), (10_500, None));
}

#[test]
fn a_split_sale_is_given_up_by_whoever_has_the_drawer_its_cash_is_in() {
    let mut till = till(DrawerFor::OnePerson, &[]);
    till.amount("4890");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    till.touch_all([CashTouch::Digits("2000".to_owned()), CashTouch::TakePart].map(Touch::Cash));
    change_to(&mut till, OTHER);
    let who = Some(Message::SaleOfAnother("Cashier 3".to_owned()));
    till.touch(Touch::Tenders(TendersTouch::CancelSale));
    assert_eq!(till.view().app.message, who);
    assert_eq!(till.world.books.kinds.get("cash_returned"), None);
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::App(AppTouch::DismissMessage));
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    assert_eq!((till.view().app.message, till.view().overlay.is_none()), (who, true), "and no circle");
    change_to(&mut till, CASHIER);
    till.touch(Touch::Tenders(TendersTouch::CancelSale));
    assert_eq!((expected(&till), till.world.books.kinds["cash_returned"]), (10_000, 1));
}

#[test]
fn takings_go_into_the_drawer_of_whoever_is_signed_in() {
    let mut till = till(DrawerFor::OnePerson, &["Left", "Right"]);
    change_to(&mut till, OTHER);
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::ChooseDrawer("Right".to_owned())));
    till.count_drawer(&[("5000", "1")]);
    assert_eq!(holder(&till).as_deref(), Some(OTHER));
    // To look at the other one does not make it theirs.
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::ChooseDrawer("Left".to_owned())));
    assert_eq!((expected(&till), holder(&till).as_deref()), (10_000, Some(CASHIER)));
    till.touch(Touch::App(AppTouch::Back));
    pay_cash(&mut till, "700");
    assert_eq!((expected(&till), holder(&till).as_deref()), (5_700, Some(OTHER)), "their own is used for it");
    change_to(&mut till, CASHIER);
    pay_cash(&mut till, "200");
    assert_eq!((expected(&till), holder(&till).as_deref()), (10_200, Some(CASHIER)));
}

#[test]
fn before_the_count_no_page_says_what_cash_brought() {
    let mut till = till(DrawerFor::Everybody, &[]);
    pay_cash(&mut till, "12680");
    till.amount("1000");
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Reader))]);
    till.run_until("the card to be charged", |till| matches!(till.view().page, PageView::Done(_)));
    till.touch(Touch::Done(DoneTouch::NextSale));
    let sums = ["126.80", "136.80", "226.80", "236.80"];
    // What a page holds, and what can be read on it or is read aloud.
    let screen = Headless::new().unwrap();
    let told = |till: &Bench| {
        screen.show(till.view());
        let said = serde_json::to_string(&till.view()).unwrap() + &screen.texts().join("\n");
        sums.into_iter().filter(|sum| said.contains(sum)).collect::<Vec<_>>()
    };
    page(&mut till, MenuTouch::OpenDrawerPage);
    assert_eq!(told(&till), [""; 0], "the drawer page");
    till.touch(Touch::Drawer(DrawerTouch::Count));
    till.touch_all([CountTouch::Choose("10000".to_owned()), CountTouch::Digits("2".to_owned())].map(Touch::Count));
    assert_eq!(told(&till), [""; 0], "the count");
    till.touch(Touch::App(AppTouch::Back));
    change_to(&mut till, MANAGER);
    page(&mut till, MenuTouch::OpenDay);
    assert_eq!(told(&till), [""; 0], "the day");
    till.touch(Touch::Day(DayTouch::ToggleCharts));
    assert_eq!(told(&till), [""; 0], "the day as bars");
    till.touch(Touch::Day(DayTouch::ToggleCharts));
    till.touch(Touch::Day(DayTouch::OpenReports));
    assert_eq!(told(&till), [""; 0], "the report");
    page(&mut till, MenuTouch::OpenDay);
    let drawer = till.app.ledger().drawer.as_ref().unwrap().id;
    till.touch(Touch::Day(DayTouch::Act(format!("drawer:{drawer}"))));
    till.count_drawer(&[
        ("10000", "2"),
        ("2000", "1"),
        ("500", "1"),
        ("100", "1"),
        ("50", "1"),
        ("20", "1"),
        ("10", "1"),
    ]);
    assert_eq!(told(&till), ["226.80"], "after it the page says what is expected");
    till.touch(Touch::Count(CountTouch::Accept));
    assert!(told(&till).contains(&"126.80"), "and the day what cash brought");
    // A count after which cash was taken is one of an earlier moment: the next one is as blind.
    till.touch(Touch::App(AppTouch::Back));
    pay_cash(&mut till, "1000");
    page(&mut till, MenuTouch::OpenDay);
    let day = serde_json::to_string(&till.view()).unwrap();
    assert!(!day.contains("drawer_short") && !day.contains("136.80") && !day.contains("-10.00"), "{day}");
    till.touch(Touch::Day(DayTouch::OpenReports));
    let report = serde_json::to_string(&till.view()).unwrap();
    assert!(!report.contains("-10.00") && !report.contains("136.80"), "{report}");
}

/// Two people, each with a drawer of their own; the first one's is in use.
fn two_drawers() -> Bench {
    let mut till = till(DrawerFor::OnePerson, &["Left", "Right"]);
    change_to(&mut till, OTHER);
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::ChooseDrawer("Right".to_owned())));
    till.count_drawer(&[("5000", "1")]);
    change_to(&mut till, CASHIER);
    assert_eq!((expected(&till), holder(&till).as_deref()), (10_000, Some(CASHIER)));
    till
}

#[test]
fn the_drawer_of_an_open_sale_stays_in_use_whoever_signs_in() {
    let mut till = two_drawers();
    till.amount("4890");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    till.touch_all([CashTouch::Digits("2000".to_owned()), CashTouch::TakePart].map(Touch::Cash));
    change_to(&mut till, OTHER);
    assert_eq!((expected(&till), holder(&till).as_deref()), (12_000, Some(CASHIER)));
    till.touch(Touch::Tenders(TendersTouch::CancelSale));
    assert_eq!(till.world.books.kinds.get("cash_returned"), None, "nothing leaves another person's drawer");
    till.touch(Touch::App(AppTouch::DismissMessage));
    change_to(&mut till, CASHIER);
    till.touch(Touch::Tenders(TendersTouch::CancelSale));
    assert_eq!((expected(&till), till.world.books.kinds["cash_returned"]), (10_000, 1));
}

#[test]
fn a_drawer_that_is_handed_over_is_used_although_its_new_holder_has_another() {
    let mut till = two_drawers();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    till.count_drawer(&[("5000", "1"), ("2000", "2"), ("1000", "1"), ("50", "1")]);
    till.touch(Touch::Count(CountTouch::Accept));
    till.approve(OTHER, ApprovalReason::Other);
    assert_eq!(till.view().app.message, Some(Message::DrawerHandedOver("+0.50".to_owned())));
    let used = till.app.ledger().drawer.as_ref().expect("a drawer");
    assert_eq!((used.name.as_deref(), holder(&till).as_deref()), (Some("Left"), Some(OTHER)));
}
