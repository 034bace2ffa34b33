//! Cash: rounded, split, given back, refunded; and the drawer beside the sales.

use std::sync::Arc;

use stopgap::app::event::{
    AppTouch, BackWay, CashTouch, Choice, CountTouch, DayTouch, DecideTouch, DoneTouch, DrawerTouch, MenuTouch,
    QrTouch, RefundTouch, SellTouch, TendersTouch, Touch,
};
use stopgap::domain::cash::{CashMovement, CountNote, MovementKind, cash_rounding};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::ids::SaleId;
use stopgap::domain::money::Currency;
use stopgap::domain::sale::{SaleState, TenderKind};
use stopgap::escpos::DrawerPin;
use stopgap::screens::app::Message;
use stopgap::screens::count::CountResult;
use stopgap::screens::day::OpenKind;
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::{CashSettings, DrawerPlace, Settings};

use crate::desk;
use crate::look;
use crate::support::books::step;
use crate::support::shop::{CASHIER, MANAGER, SECOND_MANAGER, connected, settings};
use crate::support::{Bench, Pace};

/// A shop in Finland, where cash is rounded to five cents.
fn in_finland() -> Arc<Settings> {
    let shop = Settings::clone(&settings(connected()));
    let rounding = cash_rounding(Currency::EUR, "FI".parse().ok());
    Arc::new(Settings { cash: CashSettings { rounding, ..shop.cash }, ..shop })
}

pub(crate) fn till() -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 11);
    till.open_day(CASHIER);
    till
}

pub(crate) fn pay_cash(till: &mut Bench, amount: &str) -> SaleId {
    till.amount(amount);
    till.touch_all([Touch::Sell(SellTouch::PayByCash), Touch::Cash(CashTouch::Finish)]);
    till.touch(Touch::Done(DoneTouch::NextSale));
    *till.app.ledger().sales.keys().next_back().unwrap()
}

fn give(till: &mut Bench, digits: &str) {
    till.touch(Touch::Cash(CashTouch::Digits(digits.to_owned())));
}

pub(crate) fn expected(till: &Bench) -> i64 {
    till.app.ledger().drawer_expected_minor()
}

pub(crate) fn page(till: &mut Bench, touch: MenuTouch) {
    till.touch(Touch::App(AppTouch::OpenMenu));
    till.touch(Touch::Menu(touch));
}

/// Closes the day with the drawer counted as these pieces; gives the slip.
pub(crate) fn close(till: &mut Bench, pieces: &[(&str, &str)]) -> String {
    till.sign_out();
    till.sign_in(MANAGER);
    page(till, MenuTouch::OpenDay);
    let drawer = till.app.ledger().drawer.as_ref().unwrap().id;
    till.touch(Touch::Day(DayTouch::Act(format!("drawer:{drawer}"))));
    till.count_drawer(pieces);
    till.touch(Touch::Count(CountTouch::Accept));
    till.touch(Touch::Day(DayTouch::CloseDay));
    last_slip(till)
}

fn last_slip(till: &Bench) -> String {
    let slips = till
        .world
        .papers
        .iter()
        .filter(|(name, _)| name.strip_suffix(".txt").is_some_and(|stem| stem.starts_with("day-")));
    let slip = slips.map(|(_, text)| text.clone()).next_back().expect("a slip");
    // Every till signs with a key of its own.
    slip.split("Checkpoint").next().unwrap_or_default().to_owned()
}

#[test]
fn cash_is_rounded_and_the_rounding_is_a_line_of_its_own_on_page_receipt_and_slip() {
    let mut till = Bench::of_shop(in_finland(), Pace::Instant, 11);
    till.open_day(CASHIER);
    till.amount("1002");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    give(&mut till, "5000");
    look!(till, "rounded");
    till.touch(Touch::Cash(CashTouch::Finish));
    look!(till, "rounded_and_paid");
    assert_eq!(expected(&till), 10_000 + 1_000);
    till.touch(Touch::Done(DoneTouch::NextSale));
    pay_cash(&mut till, "1001");
    assert_eq!(expected(&till), 10_000 + 1_000 + 1_000);
    let slip = close(&mut till, &[("10000", "1"), ("1000", "2")]);
    insta::assert_snapshot!("the_slip_of_a_day_with_rounding", slip);
}

#[test]
fn change_is_made_of_what_the_drawer_holds() {
    let mut till = Bench::new(connected(), Pace::Instant, 11);
    till.sign_in(CASHIER);
    till.count_drawer(&[("2000", "3"), ("1000", "1")]);
    till.touch(Touch::App(AppTouch::DismissMessage));
    till.amount("4000");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    give(&mut till, "10000");
    let PageView::Cash(cash) = till.view().page else { panic!("not the cash page") };
    assert_eq!((cash.breakdown, cash.change_doubtful), (vec!["3 × 20".to_owned()], false));
    give(&mut till, "");
    till.touch_all([CashTouch::Erase, CashTouch::Erase, CashTouch::Erase].map(Touch::Cash));
    give(&mut till, "500");
    let PageView::Cash(cash) = till.view().page else { panic!("not the cash page") };
    assert!(cash.change_doubtful, "there is no five in the drawer");
    assert!(cash.can_finish, "a reckoning keeps nobody from giving change");
}

#[test]
fn a_sale_is_paid_in_part_in_cash_and_the_rest_by_transfer() {
    let mut till = till();
    till.amount("4890");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    give(&mut till, "2000");
    look!(till, "a_part_in_cash");
    till.touch(Touch::Cash(CashTouch::TakePart));
    look!(till, "the_rest_another_way");
    till.touch_all([Touch::Tenders(TendersTouch::Choose(TenderKind::Qr)), Touch::Qr(QrTouch::Confirm)]);
    let ledger = till.app.ledger();
    let sale = ledger.sales.values().next().unwrap();
    assert!(matches!(sale.state, SaleState::Done { .. }));
    assert_eq!(ledger.payments.values().map(|one| one.amount.minor).collect::<Vec<_>>(), [2_000, 2_890]);
    assert_eq!(till.world.printer.kicks, 1, "the drawer opens for the cash, and not once more for the transfer");
}

#[test]
fn a_split_sale_that_is_given_up_gives_the_cash_back_and_the_journal_has_it() {
    let mut till = till();
    till.amount("4890");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    give(&mut till, "2000");
    till.touch(Touch::Cash(CashTouch::TakePart));
    assert_eq!(expected(&till), 12_000);
    // The drawer is neither counted nor handed over with a sale open.
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    assert_eq!(till.view().app.message, Some(Message::FinishSaleFirst));
    till.touch(Touch::App(AppTouch::Back));
    till.touch(Touch::Tenders(TendersTouch::ChangeAmount));
    assert_eq!(till.app.ledger().payments.values().map(step).collect::<Vec<_>>(), ["cash"]);
    till.touch(Touch::Tenders(TendersTouch::CancelSale));
    assert_eq!(till.app.ledger().payments.values().map(step).collect::<Vec<_>>(), ["cash returned"]);
    look!(till, "what_goes_back_of_a_sale_that_was_given_up");
    assert_eq!((expected(&till), till.world.books.kinds["cash_returned"]), (10_000, 1));
    till.touch(Touch::Refund(RefundTouch::Finish));
    assert!(matches!(till.view().page, PageView::Sell(_)));
    till.restart();
    assert_eq!(expected(&till), 10_000);
    assert!(till.world.verify().holds());
}

#[test]
fn money_goes_in_and_out_of_the_drawer_without_a_sale() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch_all(
        [
            DrawerTouch::Begin(MovementKind::PaidOut),
            DrawerTouch::ChooseReason(CashMovement::SupplierPaid),
            DrawerTouch::Digits("20000".to_owned()),
            DrawerTouch::WriteDown,
        ]
        .map(Touch::Drawer),
    );
    look!(till, "more_than_the_drawer_holds");
    assert_eq!(expected(&till), 10_000);
    till.touch_all([DrawerTouch::Erase, DrawerTouch::WriteDown].map(Touch::Drawer));
    till.touch_all(
        [
            DrawerTouch::Begin(MovementKind::SafeDrop),
            DrawerTouch::Digits("5000".to_owned()),
            DrawerTouch::WriteDown,
            DrawerTouch::Begin(MovementKind::PaidIn),
            DrawerTouch::ChooseReason(CashMovement::ChangeBrought),
            DrawerTouch::Digits("1500".to_owned()),
            DrawerTouch::WriteDown,
            DrawerTouch::Open,
        ]
        .map(Touch::Drawer),
    );
    assert_eq!(expected(&till), 10_000 - 2_000 - 5_000 + 1_500);
    till.touch(Touch::App(AppTouch::DismissMessage));
    look!(till, "what_happened_to_the_drawer");
    let slip = close(&mut till, &[("2000", "2"), ("500", "1")]);
    insta::assert_snapshot!("the_slip_of_a_day_with_movements", slip);
    assert!(till.world.verify().holds());
}

#[test]
fn a_drawer_is_handed_over_counted_by_the_one_and_accepted_by_the_other() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    till.count_drawer_twice(&[("5000", "1"), ("2000", "2"), ("500", "1")]);
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    assert!(count.note_needed && !count.can_accept, "five euro are missing: somebody has to say why");
    till.touch_all([CountTouch::ChooseNote(CountNote::WrongChange), CountTouch::Accept].map(Touch::Count));
    look!(till, "who_takes_the_drawer_over");
    let Some(OverlayView::Approve(sheet)) = till.view().overlay else { panic!("nobody is asked") };
    assert!(sheet.managers.iter().all(|person| person.id.0 != CASHIER), "nobody hands over to themselves");
    till.approve(CASHIER, ApprovalReason::Other);
    assert!(till.app.ledger().drawer.as_ref().unwrap().handovers.is_empty());
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    assert_eq!(till.view().app.message, Some(Message::DrawerHandedOver("-5.00".to_owned())));
    assert_eq!(till.view().app.person.map(|person| person.name), Some("Manager 2".to_owned()));
    assert_eq!(expected(&till), 9_500, "from now on it holds what was counted");
    let drawer = till.app.ledger().drawer.clone().unwrap();
    assert_eq!(drawer.handovers[0].note, Some(CountNote::WrongChange));
    assert_eq!((drawer.counted, drawer.first), (None, None), "the evening's count is another one");
    till.restart();
    assert_eq!(expected(&till), 9_500);
}

#[test]
fn a_handover_with_a_large_difference_climbs_the_whole_ladder_before_another_takes_over() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    till.count_drawer(&[("5000", "1")]);
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    assert_eq!(count.result, Some(CountResult::Differs), "nothing is told before the second count");
    assert!(!count.manager_needed && count.can_recount && !count.can_accept);
    look!(till, "count_once_more");
    till.touch_all([CountTouch::Accept, CountTouch::Recount].map(Touch::Count));
    till.count_drawer(&[("5000", "1"), ("2000", "1")]);
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    assert!(count.manager_needed && !count.can_recount && !count.can_accept, "once is enough");
    till.touch_all([CountTouch::ChooseNote(CountNote::CannotBeFound), CountTouch::Accept].map(Touch::Count));
    assert!(till.app.ledger().drawer.as_ref().unwrap().handovers.is_empty());
    till.approve(MANAGER, ApprovalReason::CountedTwice);
    look!(till, "accepted_by_a_manager_and_now_taken_over");
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    let drawer = till.app.ledger().drawer.clone().unwrap();
    let handover = &drawer.handovers[0];
    assert_eq!((handover.counted_minor, handover.note), (7_000, Some(CountNote::CannotBeFound)));
    assert_eq!(handover.first.as_ref().map(|first| first.counted_minor), Some(5_000), "the first count stays with it");
    assert_eq!((expected(&till), till.world.books.kinds["manager_approved"]), (7_000, 1));
    let slip = close(&mut till, &[("5000", "1"), ("2000", "1")]);
    insta::assert_snapshot!("the_slip_of_a_day_with_a_handover", slip);
    assert!(till.world.verify().holds());
}

#[test]
fn two_cashiers_have_a_drawer_each_and_the_day_needs_both_counted() {
    let shop = Settings::clone(&settings(connected()));
    let place = |name: &str, pin| DrawerPlace { name: name.to_owned(), pin };
    let drawers = vec![place("Left", None), place("Right", Some(DrawerPin::Five))];
    let mut till =
        Bench::of_shop(Arc::new(Settings { cash: CashSettings { drawers, ..shop.cash }, ..shop }), Pace::Instant, 11);
    till.open_day(CASHIER);
    pay_cash(&mut till, "1000");
    assert_eq!(till.world.printer.pin, None, "the first one hangs on the printer's own pin");
    till.sign_out();
    till.sign_in(MANAGER);
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::ChooseDrawer("Right".to_owned())));
    till.count_drawer(&[("5000", "1")]);
    assert_eq!(expected(&till), 5_000);
    pay_cash(&mut till, "700");
    assert_eq!((expected(&till), till.world.printer.pin), (5_700, Some(DrawerPin::Five)));
    page(&mut till, MenuTouch::OpenDrawerPage);
    look!(till, "two_drawers");
    till.touch(Touch::App(AppTouch::Back));
    till.restart();
    till.sign_in(CASHIER);
    assert_eq!(expected(&till), 11_000, "who opened a drawer finds it in use");
    till.sign_out();
    till.sign_in(MANAGER);
    assert_eq!(expected(&till), 5_700);
    page(&mut till, MenuTouch::OpenDay);
    for pieces in [&[("5000", "1"), ("500", "1"), ("200", "1")][..], &[("5000", "2"), ("1000", "1")]] {
        let PageView::Day(day) = till.view().page else { panic!("not the day") };
        assert!(day.close_block.is_some(), "a drawer is not counted");
        let open = day.items.iter().find(|item| item.kind == OpenKind::DrawerNotCounted).expect("one is open");
        till.touch(Touch::Day(DayTouch::Act(open.id.clone())));
        till.count_drawer(pieces);
        till.touch(Touch::Count(CountTouch::Accept));
    }
    let PageView::Day(day) = till.view().page else { panic!("not the day") };
    assert!(day.close_block.is_none(), "{:#?}", day.items);
    till.touch(Touch::Day(DayTouch::CloseDay));
    let slip = last_slip(&till);
    insta::assert_snapshot!("the_slip_of_a_day_with_two_drawers", slip);
    assert!(till.world.verify().holds());
}

#[test]
fn a_large_difference_needs_a_note_and_a_manager_and_is_counted_twice_at_most() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::Count));
    till.count_drawer(&[("5000", "1")]);
    till.touch(Touch::Count(CountTouch::Recount));
    till.count_drawer(&[("5000", "1"), ("2000", "1")]);
    look!(till, "a_manager_accepts_it_too");
    // Not a third time, also not after a restart.
    till.restart();
    till.sign_in(MANAGER);
    page(&mut till, MenuTouch::OpenDay);
    let drawer = till.app.ledger().drawer.as_ref().unwrap().id;
    till.touch(Touch::Day(DayTouch::Act(format!("drawer:{drawer}"))));
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    assert!(!count.can_recount && !count.can_accept);
    till.touch_all([CountTouch::ChooseNote(CountNote::WrongChange), CountTouch::Accept].map(Touch::Count));
    assert!(matches!(till.view().overlay, Some(OverlayView::Approve(_))));
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    let counted = till.app.ledger().drawer.as_ref().unwrap().counted.clone().unwrap();
    assert_eq!(counted.note, Some(CountNote::WrongChange));
    assert_eq!(till.world.books.kinds["manager_approved"], 1);
}

#[test]
fn cash_is_refunded_up_to_what_was_taken_and_above_the_limit_by_a_manager() {
    let mut till = till();
    let sale = pay_cash(&mut till, "4890");
    page(&mut till, MenuTouch::OpenRefund);
    look!(till, "the_sales_to_choose_from");
    till.touch(Touch::Refund(RefundTouch::Choose(sale)));
    till.touch(Touch::Refund(RefundTouch::Digits("5000".to_owned())));
    look!(till, "more_than_was_taken");
    till.touch(Touch::Refund(RefundTouch::Confirm));
    till.touch(Touch::Refund(RefundTouch::Erase));
    till.touch(Touch::Refund(RefundTouch::Confirm));
    look!(till, "handed_out");
    assert_eq!(expected(&till), 10_000 + 4_890 - 500);
    till.touch(Touch::Refund(RefundTouch::Finish));

    page(&mut till, MenuTouch::OpenRefund);
    till.touch_all([RefundTouch::Choose(sale), RefundTouch::Confirm].map(Touch::Refund));
    look!(till, "a_refund_above_the_limit");
    till.approve(MANAGER, ApprovalReason::RegularCustomer);
    assert_eq!(expected(&till), 10_000);
    page(&mut till, MenuTouch::OpenRefund);
    let PageView::Refund(refund) = till.view().page else { panic!("not the page for it") };
    assert_eq!(refund, stopgap::screens::refund::RefundView::Choose(Vec::new()), "all of it is back");
    let paper = &till.world.papers.iter().find(|(name, _)| name.contains("-refund")).unwrap().1;
    assert!(paper.contains("Refunded") && paper.contains("Paid out in cash"), "{paper}");
    assert!(till.world.verify().holds());
}

#[test]
fn a_stored_card_is_let_go_before_it_is_sent_and_the_bank_never_hears_of_it() {
    let mut till = till();
    desk::store_ten_euros(&mut till);
    let sale = *till.app.ledger().sales.keys().next().unwrap();
    page(&mut till, MenuTouch::OpenRefund);
    till.touch_all([RefundTouch::Choose(sale), RefundTouch::Confirm].map(Touch::Refund));
    look!(till, "the_card_is_not_charged");
    assert_eq!(till.app.ledger().payments.values().map(step).collect::<Vec<_>>(), ["undone"]);
    till.touch(Touch::Refund(RefundTouch::Finish));
    till.world.line_is_up = true;
    till.run_until("the line to be back", |till| !till.view().status.outage);
    till.pass(chrono::TimeDelta::minutes(5));
    assert!(till.world.host.charges().is_empty());
}

#[test]
fn a_transfer_goes_back_by_the_manager_and_stands_in_the_day_until_it_is_sent() {
    let mut till = till();
    till.amount("1500");
    till.touch_all([Touch::Sell(SellTouch::PayByQr), Touch::Qr(QrTouch::Confirm)]);
    till.touch(Touch::Done(DoneTouch::NextSale));
    let sale = *till.app.ledger().sales.keys().next().unwrap();
    page(&mut till, MenuTouch::OpenRefund);
    till.touch(Touch::Refund(RefundTouch::Choose(sale)));
    till.touch(Touch::Refund(RefundTouch::ChooseWay(BackWay::Transfer)));
    till.touch(Touch::Refund(RefundTouch::Confirm));
    look!(till, "the_manager_transfers_it_back");
    till.touch(Touch::Refund(RefundTouch::Finish));
    till.sign_out();
    till.sign_in(MANAGER);
    page(&mut till, MenuTouch::OpenDay);
    let refund = till.app.ledger().sales[&sale].refunds[0].id;
    till.touch(Touch::Day(DayTouch::Act(format!("refund:{refund}"))));
    look!(till, "a_refund_to_be_sent");
    till.touch_all([DecideTouch::Choose(Choice::RefundSent), DecideTouch::Confirm].map(Touch::Decide));
    assert!(!till.app.ledger().sales[&sale].refunds[0].is_to_be_sent());
    assert!(till.world.verify().holds());
}
