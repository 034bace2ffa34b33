//! What cash does not do: go out in more than came in, past a limit in small steps, or be counted until it fits.

use std::sync::Arc;

use stopgap::app::event::{
    AppTouch, CashTouch, CountTouch, DayTouch, DoneTouch, DrawerTouch, MenuTouch, RefundTouch, SellTouch, TendersTouch,
    Touch,
};
use stopgap::domain::cash::{CashMovement, CountNote, MovementKind, PIECES_MAX, cash_rounding};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::ids::SaleId;
use stopgap::domain::money::Currency;
use stopgap::domain::sale::TenderKind;
use stopgap::screens::app::Message;
use stopgap::screens::count::CountResult;
use stopgap::screens::refund::{RefundAmount, RefundView};
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::{CashSettings, Settings};

use crate::cash::{close, expected, page, pay_cash, till};
use crate::support::shop::{CASHIER, MANAGER, connected, settings};
use crate::support::{Bench, Pace};

fn refund_page(till: &mut Bench, sale: SaleId, digits: &str) -> RefundAmount {
    page(till, MenuTouch::OpenRefund);
    till.touch_all([RefundTouch::Choose(sale), RefundTouch::Digits(digits.to_owned())].map(Touch::Refund));
    let PageView::Refund(RefundView::Amount(amount)) = till.view().page else { panic!("not the amount") };
    amount
}

fn confirm(till: &mut Bench) {
    till.touch_all([RefundTouch::Confirm, RefundTouch::Finish].map(Touch::Refund));
}

#[test]
fn a_refund_in_halves_is_rounded_once_and_gives_no_cent_more_than_came_in() {
    let shop = Settings::clone(&settings(connected()));
    let rounding = cash_rounding(Currency::EUR, "FI".parse().ok());
    let mut till =
        Bench::of_shop(Arc::new(Settings { cash: CashSettings { rounding, ..shop.cash }, ..shop }), Pace::Instant, 11);
    till.open_day(CASHIER);
    let sale = pay_cash(&mut till, "6");
    assert_eq!(expected(&till), 10_005, "six cents are five in cash");
    assert_eq!(refund_page(&mut till, sale, "3").rounded.as_deref(), Some("0.05"));
    confirm(&mut till);
    assert_eq!(expected(&till), 10_000);
    assert_eq!(refund_page(&mut till, sale, "3").rounded.as_deref(), Some("0.00"), "all that came in is back");
    confirm(&mut till);
    assert_eq!(expected(&till), 10_000);
    assert!(till.world.verify().holds());
}

#[test]
fn the_managers_limit_is_of_the_sale_and_not_of_each_refund() {
    let mut till = till();
    let sale = pay_cash(&mut till, "4890");
    assert!(!refund_page(&mut till, sale, "2000").needs_manager, "twenty euro are the limit");
    confirm(&mut till);
    assert!(refund_page(&mut till, sale, "1").needs_manager);
    till.touch(Touch::Refund(RefundTouch::Confirm));
    assert!(matches!(till.view().overlay, Some(OverlayView::Approve(_))));
    till.approve(MANAGER, ApprovalReason::GoodsReturned);
    assert_eq!(expected(&till), 10_000 + 4_890 - 2_001);
}

#[test]
fn leaving_the_page_makes_no_third_count() {
    let mut till = till();
    for pieces in ["3", "4"] {
        page(&mut till, MenuTouch::OpenDrawerPage);
        till.touch(Touch::Drawer(DrawerTouch::HandOver));
        till.count_drawer(&[("2000", pieces)]);
        till.touch(Touch::App(AppTouch::Back));
    }
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    assert!(count.result.is_some() && !count.can_recount, "what the second count found stands");
    till.count_drawer(&[("2000", "5")]);
    assert_eq!(till.world.books.kinds["drawer_counted"], 2);
    till.touch_all([CountTouch::ChooseNote(CountNote::WrongChange), CountTouch::Accept].map(Touch::Count));
    assert!(matches!(till.view().overlay, Some(OverlayView::Approve(_))), "twenty euro need a manager");
}

/// Twenty euro are missing, and whoever has seen it writes down that they were paid out: then the next count would fit.
#[test]
fn what_a_count_found_is_not_made_right_by_money_that_never_moved() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::Count));
    till.count_drawer_twice(&[("2000", "4")]);
    till.touch(Touch::App(AppTouch::Back));
    let pay_out = [
        DrawerTouch::Begin(MovementKind::PaidOut),
        DrawerTouch::ChooseReason(CashMovement::ExpensePaid),
        DrawerTouch::Digits("2000".to_owned()),
        DrawerTouch::WriteDown,
    ];
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch_all(pay_out.clone().map(Touch::Drawer));
    assert_eq!(till.view().app.message, Some(Message::DrawerIsCounted));
    assert_eq!((expected(&till), till.world.books.kinds.get("drawer_moved")), (10_000, None));
    till.sign_out();
    till.sign_in(MANAGER);
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch_all(pay_out.map(Touch::Drawer));
    assert_eq!(expected(&till), 8_000, "a manager may, under the manager's own name");
}

#[test]
fn tries_to_find_out_what_the_drawer_holds_are_on_the_slip() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    for sum in ["10002", "10001"] {
        till.touch(Touch::Drawer(DrawerTouch::Begin(MovementKind::SafeDrop)));
        till.touch_all([DrawerTouch::Digits(sum.to_owned()), DrawerTouch::WriteDown].map(Touch::Drawer));
        let PageView::Drawer(drawer) = till.view().page else { panic!("not the drawer") };
        assert!(drawer.moving.unwrap().too_much);
    }
    till.touch(Touch::Drawer(DrawerTouch::Cancel));
    assert_eq!((expected(&till), till.world.books.kinds["drawer_refused"]), (10_000, 2));
    till.restart();
    till.sign_in(CASHIER);
    let slip = close(&mut till, &[("10000", "1")]);
    let line = slip.lines().find(|line| line.starts_with("Refused: more than it holds")).expect("a line");
    assert!(line.ends_with(" 2"), "{line}");
}

#[test]
fn more_pieces_than_a_drawer_has_are_refused_with_the_limit() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::Count));
    let at_most = |till: &Bench| {
        let PageView::Count(count) = till.view().page else { panic!("not the count") };
        (count.rows[0].count.clone(), count.at_most)
    };
    let digits = |digits: &str| Touch::Count(CountTouch::Digits(digits.to_owned()));
    till.touch_all(["9", "9", "9", "9", "x"].map(digits));
    assert_eq!(at_most(&till), ("9999".to_owned(), None));
    till.touch(digits("9"));
    assert_eq!(at_most(&till), ("9999".to_owned(), Some(PIECES_MAX.to_string())));
    till.touch(Touch::Count(CountTouch::Erase));
    assert_eq!(at_most(&till), ("999".to_owned(), None));
}

#[test]
fn what_was_given_as_change_is_not_proposed_again() {
    let mut till = Bench::new(connected(), Pace::Instant, 11);
    till.sign_in(CASHIER);
    till.count_drawer(&[("2000", "2"), ("1000", "1"), ("500", "5"), ("200", "5")]);
    till.run_until("the sell page", |till| matches!(till.view().page, PageView::Sell(_)));
    let mut change = |amount: &str, given: &str| {
        till.amount(amount);
        till.touch(Touch::Sell(SellTouch::PayByCash));
        till.touch(Touch::Cash(CashTouch::Digits(given.to_owned())));
        let PageView::Cash(cash) = till.view().page else { panic!("not the cash page") };
        till.touch(Touch::Cash(CashTouch::Finish));
        till.touch(Touch::Done(DoneTouch::NextSale));
        cash.breakdown.join(" ")
    };
    // The only ten goes out, then fives, and with them all that is left is twos.
    assert_eq!([change("4000", "5000"), change("4000", "5000")], ["10", "2 × 5"]);
    // Sixty for fifty were three twenties: the ten that comes back is not one of them.
    assert_eq!(change("5000", "6000"), "2 × 5");
    assert_eq!(change("4000", "5000"), "5 × 2");
}

#[test]
fn a_refund_is_handed_out_in_pieces_that_were_there_before_it() {
    let mut till = Bench::new(connected(), Pace::Instant, 11);
    till.sign_in(CASHIER);
    till.count_drawer(&[("500", "1"), ("200", "5")]);
    till.run_until("the sell page", |till| matches!(till.view().page, PageView::Sell(_)));
    let sale = pay_cash(&mut till, "5000");
    refund_page(&mut till, sale, "1000");
    till.touch(Touch::Refund(RefundTouch::Confirm));
    let PageView::Refund(RefundView::Done(done)) = till.view().page else { panic!("not what is handed out") };
    assert_eq!(done.breakdown, ["5 × 2"]);
}

/// A first count that differs tells nothing but that, whatever is moved in between; the second is the last, and both are
/// on the slip.
#[test]
fn the_second_count_is_as_blind_as_the_first_and_both_are_on_the_slip() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::Count));
    till.count_drawer(&[("2000", "4")]);
    let counted = |till: &Bench| {
        let PageView::Count(count) = till.view().page else { panic!("not the count") };
        count
    };
    assert_eq!(counted(&till).result, Some(CountResult::Differs));
    assert!(counted(&till).can_recount && !counted(&till).can_accept && !counted(&till).note_needed);
    assert!(!till.app.ledger().drawers_are_counted(), "the day's pages tell nothing either");
    till.touch(Touch::App(AppTouch::Back));
    till.touch(Touch::Drawer(DrawerTouch::Begin(MovementKind::PaidIn)));
    till.touch_all(
        [
            DrawerTouch::ChooseReason(CashMovement::ChangeBrought),
            DrawerTouch::Digits("500".to_owned()),
            DrawerTouch::WriteDown,
            DrawerTouch::Count,
        ]
        .map(Touch::Drawer),
    );
    till.count_drawer(&[("2000", "5")]);
    let last = counted(&till);
    let (expected, difference) = ("105.00".to_owned(), "5.00".to_owned());
    assert_eq!(last.result, Some(CountResult::Short { expected, difference }), "there is no other first count");
    assert!(last.note_needed && !last.can_recount);
    till.touch_all([CountTouch::ChooseNote(CountNote::WrongChange), CountTouch::Accept].map(Touch::Count));
    till.sign_out();
    till.sign_in(MANAGER);
    page(&mut till, MenuTouch::OpenDay);
    till.touch(Touch::Day(DayTouch::CloseDay));
    let is_slip = |name: &str| name.strip_prefix("day-").is_some_and(|rest| rest.strip_suffix(".txt").is_some());
    let slips = till.world.papers.iter().filter(|(name, _)| is_slip(name));
    let slip = slips.map(|(_, text)| text.clone()).next_back().expect("a slip");
    let line = slip.lines().find(|line| line.starts_with("First counted")).expect("a line");
    assert!(line.ends_with(" 80.00 EUR"), "{slip}");
}

/// What a count found, and what it asks for, where so many cents are missing of a hundred euro.
fn count_short_by(cents: i64) -> (Bench, stopgap::screens::count::CountView) {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::Count));
    let there = 10_000 - cents;
    let (cents, euros) = ((there % 100).to_string(), (there / 100).to_string());
    till.count_drawer(&[("100", euros.as_str()), ("1", cents.as_str())]);
    if let PageView::Count(first) = till.view().page
        && first.result == Some(CountResult::Differs)
    {
        till.touch(Touch::Count(CountTouch::Recount));
        till.count_drawer(&[("100", euros.as_str()), ("1", cents.as_str())]);
    }
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    (till, count)
}

/// Up to two euro are accepted as they are, up to ten with a note, more by a manager as well: each step at its edge.
#[test]
fn the_ladder_of_a_difference_has_its_steps_where_the_settings_say() {
    for (cents, counts, needs_note, needs_manager) in
        [(200, 1, false, false), (201, 2, true, false), (1_000, 2, true, false), (1_001, 2, true, true)]
    {
        let (mut till, count) = count_short_by(cents);
        assert_eq!(till.world.books.kinds["drawer_counted"], counts, "{cents}: how often it was counted");
        assert_eq!((count.note_needed, count.manager_needed), (needs_note, needs_manager), "{cents}");
        assert_eq!(count.can_accept, !needs_note, "{cents}");
        till.touch(Touch::Count(CountTouch::Accept));
        let is_left = !matches!(till.view().page, PageView::Count(_));
        assert_eq!(is_left, !needs_note, "{cents}: without a note it stays open");
        if needs_note {
            till.touch_all([CountTouch::ChooseNote(CountNote::SlipMissing), CountTouch::Accept].map(Touch::Count));
            assert_eq!(matches!(till.view().overlay, Some(OverlayView::Approve(_))), needs_manager, "{cents}");
        }
    }
}

/// A shop in this country of the euro.
fn till_in(country: &str) -> Bench {
    let shop = Settings::clone(&settings(connected()));
    let rounding = cash_rounding(Currency::EUR, country.parse().ok());
    let cash = CashSettings { rounding, ..shop.cash };
    let mut till = Bench::of_shop(Arc::new(Settings { cash, ..shop }), Pace::Instant, 11);
    till.open_day(CASHIER);
    till
}

#[test]
fn a_part_in_cash_is_a_sum_that_cash_can_pay_and_the_rest_is_rounded_as_the_country_does_it() {
    let cash_page = |till: &Bench| match till.view().page {
        PageView::Cash(cash) => cash,
        other => panic!("not the cash page: {other:?}"),
    };
    for (country, rest) in [("FI", "28.90"), ("IT", "28.91")] {
        let mut till = till_in(country);
        till.amount("4891");
        till.touch_all([Touch::Sell(SellTouch::PayByCash), Touch::Cash(CashTouch::Digits("2001".to_owned()))]);
        if country == "FI" {
            assert!(!cash_page(&till).can_take_part, "no coin makes 20.01");
            till.touch(Touch::Cash(CashTouch::TakePart));
            assert_eq!(till.world.books.kinds.get("cash_taken"), None);
        }
        (0..4).for_each(|_| till.touch(Touch::Cash(CashTouch::Erase)));
        till.touch_all([CashTouch::Digits("2000".to_owned()), CashTouch::TakePart].map(Touch::Cash));
        till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Cash)));
        assert_eq!(
            cash_page(&till).amount,
            rest,
            "{country}: in Italy only a sale that is paid wholly in cash is rounded"
        );
    }
}

#[test]
fn the_drawer_opens_whenever_money_goes_in_or_out_and_only_then() {
    let mut till = till_in("FI");
    pay_cash(&mut till, "2");
    assert_eq!((till.world.printer.kicks, expected(&till)), (0, 10_000), "two cents are nothing in cash");
    let sale = pay_cash(&mut till, "1000");
    assert_eq!(till.world.printer.kicks, 1);
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::Begin(MovementKind::SafeDrop)));
    till.touch_all([DrawerTouch::Digits("5000".to_owned()), DrawerTouch::WriteDown].map(Touch::Drawer));
    assert_eq!(till.world.printer.kicks, 2);
    refund_page(&mut till, sale, "500");
    confirm(&mut till);
    assert_eq!(till.world.printer.kicks, 3);
    assert_eq!(till.world.books.kinds.get("drawer_kicked"), None, "none of them is an opening without a sale");
}
