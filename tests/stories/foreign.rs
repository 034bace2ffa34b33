//! Cash in another currency: dollars for a sale in euro, the box they lie in, and the day that is closed with both.

use std::sync::Arc;

use stopgap::app::event::{
    AppTouch, CashTouch, CountTouch, DayTouch, DoneTouch, DrawerTouch, MenuTouch, RefundTouch, SellTouch, TendersTouch,
    Touch,
};
use stopgap::domain::cash::{CashMovement, CountNote, Foreign, MovementKind};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::ids::SaleId;
use stopgap::domain::money::Currency;
use stopgap::screens::app::Message;
use stopgap::screens::cash::CashError;
use stopgap::screens::count::CountKind;
use stopgap::screens::customer::CustomerView;
use stopgap::screens::day::OpenKind;
use stopgap::screens::refund::RefundView;
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::{CashSettings, ForeignTaken, Settings};

use crate::look;
use crate::support::books::step;
use crate::support::shop::{CASHIER, MANAGER, SECOND_MANAGER, connected, settings};
use crate::support::{Bench, Pace};

/// A shop that takes dollars at 0.92 and yen at 0.0061.
fn till() -> Bench {
    let shop = Settings::clone(&settings(connected()));
    let taken = |code: &str, rate: &str, of: &str| ForeignTaken {
        foreign: Foreign { currency: code.parse().unwrap(), rate: rate.parse().unwrap() },
        rate_of: Some(of.to_owned()),
    };
    let foreign = vec![taken("USD", "0.92", "27 Nov, our bank"), taken("JPY", "0.0061", "27 Nov, our bank")];
    let cash = CashSettings { foreign, ..shop.cash };
    let mut till = Bench::of_shop(Arc::new(Settings { cash, ..shop }), Pace::Instant, 11);
    till.open_day(CASHIER);
    till
}

fn pay_in(till: &mut Bench, amount: &str, code: &str) {
    till.amount(amount);
    till.touch_all([Touch::Sell(SellTouch::PayByCash), Touch::Cash(CashTouch::PayIn(code.to_owned()))]);
}

fn give(till: &mut Bench, digits: &str) {
    till.touch(Touch::Cash(CashTouch::Digits(digits.to_owned())));
}

/// A sale of 48.90 euro, paid with sixty dollars.
fn sold(till: &mut Bench) -> SaleId {
    pay_in(till, "4890", "USD");
    till.touch_all([CashTouch::QuickSum("6000".to_owned()), CashTouch::Finish].map(Touch::Cash));
    till.touch(Touch::Done(DoneTouch::NextSale));
    *till.app.ledger().sales.keys().next_back().unwrap()
}

fn page(till: &mut Bench, touch: MenuTouch) {
    till.touch(Touch::App(AppTouch::OpenMenu));
    till.touch(Touch::Menu(touch));
}

fn expected(till: &Bench) -> (i64, i64) {
    let ledger = till.app.ledger();
    let in_box = ledger.boxes.get(&Currency::USD).map_or(0, |one| ledger.figures_of(one).expected());
    (ledger.drawer_expected_minor(), in_box)
}

fn cash_page(till: &Bench) -> stopgap::screens::cash::CashView {
    let PageView::Cash(view) = till.view().page else { panic!("not the cash page") };
    view
}

fn paper(till: &Bench, start: &str) -> String {
    let mut papers = till.world.papers.iter().filter(|(name, _)| {
        name.starts_with(start) && std::path::Path::new(name).extension().is_some_and(|end| end == "txt")
    });
    let text = papers.next_back().map(|(_, text)| text.clone()).expect("a paper");
    // Every till signs with a key of its own.
    text.split("Checkpoint").next().unwrap_or_default().to_owned()
}

#[test]
fn dollars_pay_a_sale_in_euro_and_the_day_is_closed_with_both() {
    let mut till = till();
    pay_in(&mut till, "4890", "USD");
    look!(till, "what_is_due_in_dollars");
    give(&mut till, "60");
    give(&mut till, "00");
    look!(till, "sixty_dollars");
    till.touch(Touch::Cash(CashTouch::Finish));
    look!(till, "change_in_euro");
    assert_eq!(expected(&till), (10_000 - 630, 6_000), "the change went out, the notes lie in the box");
    let receipt = till.world.papers.iter().find(|(name, _)| !name.starts_with("day-")).unwrap().1.clone();
    for line in ["60.00 USD", "1 USD = 0.92 EUR", "55.20 EUR", "6.30 EUR"] {
        assert!(receipt.contains(line), "{line}\n{receipt}");
    }
    till.touch(Touch::Done(DoneTouch::NextSale));
    till.restart();
    assert_eq!(expected(&till), (9_370, 6_000));
    till.sign_in(MANAGER);
    page(&mut till, MenuTouch::OpenDay);
    look!(till, "drawer_and_box_are_to_be_counted");
    count(&mut till, "Cash", &[("5000", "1"), ("2000", "2"), ("200", "1"), ("100", "1"), ("50", "1"), ("20", "1")]);
    let PageView::Day(day) = till.view().page else { panic!("not the day") };
    assert!(day.close_block.is_some(), "the box is not counted");
    // A dollar too few is below the limit of two euro.
    count(&mut till, "USD", &[("5000", "1"), ("500", "1"), ("100", "4")]);
    let PageView::Day(day) = till.view().page else { panic!("not the day") };
    assert!(day.close_block.is_none(), "{:#?}", day.items);
    let boxes = day.tiles.into_iter().flat_map(|tile| tile.boxes);
    assert_eq!(boxes.collect::<Vec<_>>(), ["59.00 USD (-1.00)"]);
    till.touch(Touch::Day(DayTouch::CloseDay));
    insta::assert_snapshot!("the_slip_of_a_day_with_dollars", paper(&till, "day-"));
    assert!(till.world.verify().holds());
    // The next day has a box of its own.
    till.restart();
    assert!(till.app.ledger().boxes.contains_key(&Currency::USD));
    till.open_day(CASHIER);
    assert_eq!(expected(&till), (10_000, 0));
}

/// Counts the one that the day calls so and accepts what was found.
fn count(till: &mut Bench, subject: &str, pieces: &[(&str, &str)]) {
    let PageView::Day(day) = till.view().page else { panic!("not the day") };
    let is_box = |subject: &str| subject == "USD";
    let mut open = day.items.iter().filter(|item| item.kind == OpenKind::DrawerNotCounted);
    let item = open.find(|item| is_box(&item.subject) == is_box(subject)).expect("one is open");
    till.touch(Touch::Day(DayTouch::Act(item.id.clone())));
    let PageView::Count(page) = till.view().page else { panic!("not the count") };
    assert_eq!(page.currency, if is_box(subject) { "USD" } else { "EUR" });
    till.count_drawer(pieces);
    till.touch(Touch::Count(CountTouch::Accept));
}

#[test]
fn what_cannot_be_taken_is_said_and_changes_nothing() {
    let mut till = till();
    pay_in(&mut till, "4890", "USD");
    let nothing = till.app.ledger().clone();
    assert_eq!(cash_page(&till).error, Some(CashError::TooLittle("53.16".to_owned())));
    till.touch(Touch::Cash(CashTouch::Finish));
    give(&mut till, "500000");
    // Four hundred euro of change at most: 448.90 at 0.92.
    assert_eq!(cash_page(&till).error, Some(CashError::TooMuch("487.93".to_owned())));
    till.touch(Touch::Cash(CashTouch::Finish));
    // A code that the shop does not take is no key of this page.
    till.touch(Touch::Cash(CashTouch::PayIn("GBP".to_owned())));
    let page = cash_page(&till);
    assert_eq!((page.foreign, page.given.as_str()), (None, "48.90"));
    till.touch(Touch::Cash(CashTouch::PayIn("JPY".to_owned())));
    give(&mut till, "20000");
    assert_eq!((cash_page(&till).given.as_str(), cash_page(&till).change.as_str()), ("20,000", "73.10"));
    // Once more is the shop's own currency again.
    till.touch(Touch::Cash(CashTouch::PayIn("JPY".to_owned())));
    assert_eq!(cash_page(&till).amount, "48.90");
    assert!(till.app.ledger() == &nothing && !till.world.books.kinds.contains_key("cash_taken"));
    // The drawer holds a hundred euro: it cannot give two hundred and more back.
    till.touch(Touch::Cash(CashTouch::PayIn("USD".to_owned())));
    give(&mut till, "40000");
    till.touch(Touch::Cash(CashTouch::Finish));
    assert_eq!(till.view().app.message, Some(Message::NotInDrawer("319.10".to_owned())));
    assert_eq!(till.world.books.kinds["drawer_refused"], 1);
    assert!(till.app.ledger().boxes.is_empty(), "not even the box is opened");
    assert!(!till.world.books.kinds.contains_key("cash_taken"));
}

#[test]
fn a_part_in_dollars_goes_back_in_dollars_when_the_sale_is_given_up() {
    let mut till = till();
    pay_in(&mut till, "4890", "USD");
    give(&mut till, "2000");
    assert!(cash_page(&till).can_take_part);
    till.touch(Touch::Cash(CashTouch::TakePart));
    assert_eq!(expected(&till), (10_000, 2_000));
    let sale = till.app.ledger().sales.values().next().unwrap();
    assert_eq!(till.app.ledger().remaining(sale).minor, 4_890 - 1_840);
    till.touch_all([TendersTouch::ChangeAmount, TendersTouch::CancelSale].map(Touch::Tenders));
    let PageView::Refund(RefundView::Done(back)) = till.view().page else { panic!("nobody says what goes back") };
    assert_eq!((back.amount.as_str(), back.currency.as_str(), back.given_up), ("20.00", "USD", true));
    assert_eq!(till.app.ledger().payments.values().map(step).collect::<Vec<_>>(), ["cash returned"]);
    assert_eq!(expected(&till), (10_000, 0));
    till.restart();
    assert_eq!(expected(&till), (10_000, 0));
    assert!(till.world.verify().holds());
}

#[test]
fn a_sale_paid_in_dollars_is_refunded_in_euro_as_far_as_the_drawer_has_them() {
    let mut till = till();
    let sale = sold(&mut till);
    page(&mut till, MenuTouch::OpenRefund);
    till.touch_all([RefundTouch::Choose(sale), RefundTouch::Confirm].map(Touch::Refund));
    till.approve(MANAGER, ApprovalReason::RegularCustomer);
    assert_eq!(expected(&till), (10_000 - 630 - 4_890, 6_000));
    till.touch(Touch::Refund(RefundTouch::Finish));
    // Another hundred and ten dollars: what they are worth is not in the drawer.
    pay_in(&mut till, "10000", "USD");
    give(&mut till, "11000");
    till.touch(Touch::Cash(CashTouch::Finish));
    till.touch(Touch::Done(DoneTouch::NextSale));
    let sale = *till.app.ledger().sales.keys().next_back().unwrap();
    page(&mut till, MenuTouch::OpenRefund);
    till.touch_all([RefundTouch::Choose(sale), RefundTouch::Confirm].map(Touch::Refund));
    assert_eq!(till.view().app.message, Some(Message::NotInDrawer("100.00".to_owned())));
    assert!(till.app.ledger().sales[&sale].refunds.is_empty() && till.view().overlay.is_none());
    till.touch(Touch::Refund(RefundTouch::Confirm));
    let drawer = till.app.ledger().drawer.clone().unwrap();
    assert_eq!((drawer.refusals, till.world.books.kinds["drawer_refused"]), (2, 2), "each try tells something");
}

#[test]
fn a_box_has_a_float_of_its_own_and_the_ladder_of_a_difference_goes_by_its_worth() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::CountBox("USD".to_owned())));
    look!(till, "the_float_of_the_box");
    till.count_drawer(&[("2000", "1")]);
    assert_eq!(expected(&till), (10_000, 2_000));
    look!(till, "a_box_beside_the_drawer");
    till.touch(Touch::App(AppTouch::Back));
    sold(&mut till);
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::CountBox("USD".to_owned())));
    // Eleven dollars too few are 10.12 euro: above the limit of ten, they need a note and a manager.
    till.count_drawer(&[("5000", "1"), ("1000", "1"), ("500", "1"), ("100", "4")]);
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    assert!(count.can_recount && !count.can_accept && !count.manager_needed, "nothing is told yet");
    till.touch(Touch::Count(CountTouch::Recount));
    till.count_drawer(&[("5000", "1"), ("1000", "2")]);
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    // Ten dollars are 9.20 euro: a note is enough, and there is no third count.
    assert!(!count.manager_needed && count.note_needed && !count.can_recount);
    till.touch_all([CountTouch::ChooseNote(CountNote::WrongChange), CountTouch::Accept].map(Touch::Count));
    assert!(till.view().overlay.is_none());
    let kept = till.app.ledger().boxes[&Currency::USD].counted.clone().unwrap();
    assert_eq!((kept.expected_minor, kept.counted_minor, kept.note), (8_000, 7_000, Some(CountNote::WrongChange)));
    // What is taken after the count makes it one of an earlier moment.
    till.touch(Touch::App(AppTouch::Back));
    sold(&mut till);
    till.sign_out();
    till.sign_in(SECOND_MANAGER);
    page(&mut till, MenuTouch::OpenDay);
    let PageView::Day(day) = till.view().page else { panic!("not the day") };
    let open = day.items.iter().filter(|item| item.kind == OpenKind::DrawerNotCounted);
    assert_eq!(open.map(|item| item.subject.as_str()).collect::<Vec<_>>(), ["23", "USD"]);
    assert!(!matches!(till.view().overlay, Some(OverlayView::Approve(_))));
}

/// Counts what the page asks for and accepts it; the sheet of the one who takes over opens after the last.
fn count_and_accept(till: &mut Bench, currency: &str, pieces: &[(&str, &str)]) {
    let PageView::Count(page) = till.view().page else { panic!("not the count") };
    assert_eq!((page.kind, page.currency.as_str()), (CountKind::Handover, currency));
    assert!(page.result.is_none() && page.rows.iter().all(|row| row.count.is_empty()), "it is counted blind");
    till.count_drawer(pieces);
    till.touch(Touch::Count(CountTouch::Accept));
}

#[test]
fn the_box_goes_over_with_the_drawer_and_is_counted_blind_as_well() {
    let mut till = till();
    sold(&mut till);
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    let euros = [("5000", "1"), ("2000", "2"), ("200", "1"), ("100", "1"), ("50", "1"), ("20", "1")];
    count_and_accept(&mut till, "EUR", &euros);
    assert!(till.view().overlay.is_none(), "the box is not counted yet");
    // Who leaves in the middle has handed over nothing, and begins with the drawer again.
    till.touch(Touch::App(AppTouch::Back));
    assert!(till.app.ledger().drawer_sessions().all(|session| session.handovers.is_empty()));
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    count_and_accept(&mut till, "EUR", &euros);
    look!(till, "now_the_box_for_the_handover");
    // A dollar too few is below the limits of this shop.
    count_and_accept(&mut till, "USD", &[("5000", "1"), ("500", "1"), ("100", "4")]);
    look!(till, "who_takes_drawer_and_box_over");
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(till.view().app.message, Some(Message::DrawerHandedOver("0.00 EUR · -1.00 USD".to_owned())));
    assert_eq!(expected(&till), (9_370, 5_900), "from now on they hold what was counted");
    page(&mut till, MenuTouch::OpenDrawerPage);
    look!(till, "both_were_handed_over");
    till.restart();
    assert_eq!(expected(&till), (9_370, 5_900));
    assert!(till.world.verify().holds());
}

#[test]
fn notes_of_the_box_are_brought_and_go_into_the_safe_and_pay_nobody() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::Begin(MovementKind::SafeDrop)));
    let moving = |till: &Bench| {
        let PageView::Drawer(view) = till.view().page else { panic!("not the drawer") };
        view.moving.unwrap()
    };
    assert!(moving(&till).currencies.is_empty(), "there is no box yet");
    till.touch_all([DrawerTouch::Cancel, DrawerTouch::CountBox("USD".to_owned())].map(Touch::Drawer));
    till.count_drawer(&[("2000", "3")]);
    till.touch(Touch::Drawer(DrawerTouch::Begin(MovementKind::PaidOut)));
    assert!(moving(&till).currencies.is_empty(), "a supplier is paid out of the drawer");
    let in_dollars = || DrawerTouch::MoveIn("USD".to_owned());
    till.touch_all([DrawerTouch::Begin(MovementKind::SafeDrop), in_dollars()].map(Touch::Drawer));
    till.touch(Touch::Drawer(DrawerTouch::Digits("6001".to_owned())));
    till.touch(Touch::Drawer(DrawerTouch::WriteDown));
    assert!(moving(&till).too_much, "there are sixty dollars in it");
    till.touch(Touch::Drawer(DrawerTouch::Erase));
    till.touch_all([DrawerTouch::Erase, DrawerTouch::Erase, DrawerTouch::Erase].map(Touch::Drawer));
    till.touch(Touch::Drawer(DrawerTouch::Digits("4000".to_owned())));
    look!(till, "forty_dollars_into_the_safe");
    till.touch(Touch::Drawer(DrawerTouch::WriteDown));
    assert_eq!(expected(&till), (10_000, 2_000));
    till.touch_all([DrawerTouch::Begin(MovementKind::PaidIn), in_dollars()].map(Touch::Drawer));
    assert_eq!(moving(&till).reason, Some(CashMovement::ChangeBrought), "the only reason there is");
    till.touch_all([DrawerTouch::Digits("500".to_owned()), DrawerTouch::WriteDown].map(Touch::Drawer));
    assert_eq!(expected(&till), (10_000, 2_500));
    look!(till, "what_happened_to_the_box");
    till.restart();
    assert_eq!(expected(&till), (10_000, 2_500));
    assert!(till.world.verify().holds());
}

#[test]
fn the_customer_sees_what_is_due_in_dollars_and_what_comes_back() {
    let mut till = till();
    let shown = |till: &Bench| match till.view().page.customer() {
        CustomerView::Cash(asked) => asked,
        other => panic!("{other:?}"),
    };
    till.amount("4890");
    assert_eq!(till.view().page.customer(), CustomerView::Shop);
    till.touch(Touch::Sell(SellTouch::PayByCash));
    let asked = shown(&till);
    assert_eq!((asked.amount.as_str(), asked.currency.as_str(), asked.foreign), ("48.90", "EUR", None));
    till.touch(Touch::Cash(CashTouch::PayIn("USD".to_owned())));
    let asked = shown(&till);
    assert_eq!((asked.amount.as_str(), asked.currency.as_str(), asked.change), ("53.16", "USD", None));
    assert_eq!(asked.foreign, Some(("48.90 EUR".to_owned(), "1 USD = 0.92 EUR".to_owned())));
    give(&mut till, "6000");
    assert_eq!(shown(&till).change, Some(("60.00 USD".to_owned(), "6.30 EUR".to_owned())));
    till.touch(Touch::Cash(CashTouch::Finish));
    assert_eq!(till.view().page.customer(), CustomerView::Change("6.30 EUR".to_owned()));
    till.touch(Touch::Done(DoneTouch::NextSale));
    assert_eq!(till.view().page.customer(), CustomerView::Shop);
}
