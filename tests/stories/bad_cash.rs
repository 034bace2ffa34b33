//! What is typed wrong about cash and the drawer: one clear sentence each, and nothing is written down.

use std::collections::BTreeMap;
use std::sync::Arc;

use stopgap::app::event::{
    AppTouch, CashTouch, CountTouch, DayTouch, DrawerTouch, MenuTouch, RefundTouch, SellTouch, Touch,
};
use stopgap::domain::cash::{CashMovement, MovementKind, cash_rounding};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::money::Currency;
use stopgap::screens::app::Message;
use stopgap::screens::cash::{CashError, CashView};
use stopgap::screens::day::CloseBlock;
use stopgap::screens::refund::RefundView;
use stopgap::screens::sell::AmountError;
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::{CashSettings, Settings};

use crate::cash::{expected, page, pay_cash, till};
use crate::support::shop::{CASHIER, MANAGER, connected, settings};
use crate::support::{Bench, Pace};

/// How many facts of each kind the journal has.
fn journal(till: &Bench) -> BTreeMap<&'static str, u32> {
    till.world.books.kinds.clone()
}

fn told(till: &mut Bench) -> Option<Message> {
    let told = till.view().app.message;
    till.touch(Touch::App(AppTouch::DismissMessage));
    told
}

fn cash_page(till: &Bench) -> CashView {
    match till.view().page {
        PageView::Cash(cash) => cash,
        other => panic!("not the cash page: {other:?}"),
    }
}

fn digits(digits: &str) -> Touch {
    Touch::Cash(CashTouch::Digits(digits.to_owned()))
}

#[test]
fn an_amount_that_is_negative_nothing_or_too_large_is_no_sale() {
    let mut till = till();
    let before = journal(&till);
    for (typed, why) in [
        ("-500", AmountError::Zero),
        ("0", AmountError::Zero),
        ("999999999999", AmountError::AboveMaximum("5,000.00".to_owned())),
    ] {
        till.touch_all([SellTouch::Digits(typed.to_owned()), SellTouch::PayByCash].map(Touch::Sell));
        let PageView::Sell(sell) = till.view().page else { panic!("{typed} is no sale") };
        assert_eq!(sell.amount_error, Some(why), "{typed}");
        (0..12).for_each(|_| till.touch(Touch::Sell(SellTouch::Erase)));
    }
    assert_eq!(journal(&till), before);
}

#[test]
fn a_tender_below_due_far_beyond_it_or_of_no_coins_is_not_taken() {
    let mut till = till();
    till.amount("4890");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    let before = journal(&till);
    for (typed, why) in
        [("4889", CashError::TooLittle("0.01".to_owned())), ("999999999999", CashError::TooMuch("448.90".to_owned()))]
    {
        till.touch(digits(typed));
        assert_eq!(cash_page(&till).error, Some(why), "{typed}");
        till.touch(Touch::Cash(CashTouch::Finish));
        assert!(!cash_page(&till).can_finish && journal(&till) == before, "{typed}");
        if typed.len() == 12 {
            for more in ["9", "-1", "x"] {
                till.touch(digits(more));
                assert_eq!(told(&mut till), Some(Message::FieldIsFull), "{more}");
            }
            assert_eq!(cash_page(&till).given, "9,999,999,999.99");
        }
        (0..12).for_each(|_| till.touch(Touch::Cash(CashTouch::Erase)));
    }
    till.touch(Touch::Cash(CashTouch::PayIn("GBP".to_owned())));
    assert!(cash_page(&till).foreign.is_none(), "a currency that the shop does not take");
    assert_eq!(journal(&till), before);
}

/// In Kuwait nothing is smaller than five fils: what is due is rounded to them, and what is handed over is of them.
#[test]
fn change_that_no_coin_makes_is_never_asked_for() {
    let shop = Settings::clone(&settings(connected()));
    let currency: Currency = "KWD".parse().unwrap();
    let rounding = cash_rounding(currency, None);
    let cash = CashSettings { rounding, ..shop.cash };
    let mut till = Bench::of_shop(Arc::new(Settings { cash, currency, ..shop }), Pace::Instant, 11);
    till.sign_in(CASHIER);
    till.count_drawer(&[("1000", "5"), ("5", "9"), ("50", "9"), ("100", "9"), ("20", "9")]);
    till.run_until("the sell page", |till| matches!(till.view().page, PageView::Sell(_)));
    till.touch(Touch::App(AppTouch::DismissMessage));
    till.amount("1233");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    let page_now = cash_page(&till);
    assert_eq!((page_now.amount.as_str(), page_now.rounded.map(|one| one.rounding)), ("1.235", Some("+0.002".into())));
    till.touch(digits("1999"));
    assert_eq!(cash_page(&till).error, Some(CashError::NoSuchCoin("0.005".to_owned())));
    let before = journal(&till);
    till.touch(Touch::Cash(CashTouch::Finish));
    assert_eq!(journal(&till), before);
    (0..4).for_each(|_| till.touch(Touch::Cash(CashTouch::Erase)));
    till.touch(digits("2000"));
    assert_eq!((cash_page(&till).change, cash_page(&till).change_doubtful), ("0.765".to_owned(), false));
    till.touch(Touch::Cash(CashTouch::Finish));
    let PageView::Done(done) = till.view().page else { panic!("not done") };
    let rounded = done.rounded.expect("due, rounding and paid");
    assert_eq!((done.amount.as_str(), &*rounded.rounding, &*rounded.paid), ("1.233", "+0.002", "1.235"));
    let receipt = done.receipt_text;
    for line in [("To pay", "1.233 KWD"), ("Rounding", "+0.002 KWD"), ("To pay in cash", "1.235 KWD")] {
        assert!(receipt.lines().any(|one| one.starts_with(line.0) && one.ends_with(line.1)), "{line:?}\n{receipt}");
    }
    till.touch(Touch::Done(stopgap::app::event::DoneTouch::NextSale));
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::Begin(MovementKind::SafeDrop)));
    till.touch_all([DrawerTouch::Digits("1003".to_owned()), DrawerTouch::WriteDown].map(Touch::Drawer));
    assert_eq!(told(&mut till), Some(Message::NoSuchCoin("0.005 KWD".to_owned())));
    assert_eq!(journal(&till).get("drawer_moved"), None);
}

#[test]
fn money_in_or_out_of_nothing_or_of_too_many_digits_is_not_written_down() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    let before = journal(&till);
    till.touch(Touch::Drawer(DrawerTouch::Begin(MovementKind::PaidOut)));
    till.touch_all([DrawerTouch::ChooseReason(CashMovement::ExpensePaid), DrawerTouch::WriteDown].map(Touch::Drawer));
    let PageView::Drawer(drawer) = till.view().page else { panic!("not the drawer") };
    assert!(!drawer.moving.unwrap().can_write, "nothing is not paid out");
    for typed in ["-1", "x", "9999999999999"] {
        till.touch(Touch::Drawer(DrawerTouch::Digits(typed.to_owned())));
        assert_eq!(told(&mut till), Some(Message::FieldIsFull), "{typed}");
    }
    till.touch(Touch::Drawer(DrawerTouch::MoveIn("GBP".to_owned())));
    till.touch(Touch::Drawer(DrawerTouch::WriteDown));
    till.touch(Touch::Drawer(DrawerTouch::Cancel));
    till.touch(Touch::Drawer(DrawerTouch::CountBox("GBP".to_owned())));
    assert!(matches!(till.view().page, PageView::Drawer(_)), "a box of a currency that the shop does not take");
    assert_eq!(journal(&till), before);
}

#[test]
fn a_refund_of_nothing_or_of_more_than_was_taken_is_not_made() {
    let mut till = till();
    let sale = pay_cash(&mut till, "1000");
    page(&mut till, MenuTouch::OpenRefund);
    let before = journal(&till);
    till.touch(Touch::Refund(RefundTouch::Choose(sale)));
    for (typed, is_too_much) in [("0", false), ("1001", true)] {
        till.touch(Touch::Refund(RefundTouch::Digits(typed.to_owned())));
        let PageView::Refund(RefundView::Amount(amount)) = till.view().page else { panic!("not the amount") };
        assert_eq!((amount.too_much, amount.can_confirm), (is_too_much, false), "{typed}");
        till.touch(Touch::Refund(RefundTouch::Confirm));
        assert_eq!(journal(&till), before, "{typed}");
    }
    till.touch(Touch::Refund(RefundTouch::Digits("999999999".to_owned())));
    assert_eq!(told(&mut till), Some(Message::FieldIsFull));
}

#[test]
fn letters_are_no_count_and_a_count_that_is_left_is_none() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    let before = journal(&till);
    till.touch(Touch::Drawer(DrawerTouch::Count));
    for typed in ["x", "1x", "-1", "1.5", "١"] {
        till.touch(Touch::Count(CountTouch::Digits(typed.to_owned())));
    }
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    assert!(count.rows.iter().all(|row| row.count.is_empty()) && count.total == "0.00");
    till.touch(Touch::Count(CountTouch::Commit));
    let PageView::Count(count) = till.view().page else { panic!("not the count") };
    assert!(count.empty_asked, "an empty drawer has to be said twice");
    till.touch(Touch::App(AppTouch::Back));
    assert_eq!(journal(&till), before);
}

#[test]
fn nobody_hands_the_drawer_over_to_themselves() {
    let mut till = till();
    page(&mut till, MenuTouch::OpenDrawerPage);
    till.touch(Touch::Drawer(DrawerTouch::HandOver));
    till.count_drawer(&[("10000", "1")]);
    till.touch(Touch::Count(CountTouch::Accept));
    let Some(OverlayView::Approve(sheet)) = till.view().overlay else { panic!("nobody is asked") };
    assert!(sheet.managers.iter().all(|one| one.id.0 != CASHIER), "who hands it over is not asked");
    let before = journal(&till);
    till.approve(CASHIER, ApprovalReason::Other);
    assert_eq!(journal(&till), before);
    assert!(till.app.ledger().drawer.as_ref().unwrap().handovers.is_empty());
}

#[test]
fn a_drawer_is_not_closed_or_handed_over_while_a_split_sale_is_open() {
    let mut till = till();
    till.amount("4890");
    till.touch(Touch::Sell(SellTouch::PayByCash));
    till.touch_all([digits("2000"), Touch::Cash(CashTouch::TakePart)]);
    let before = journal(&till);
    page(&mut till, MenuTouch::OpenDrawerPage);
    for touch in [DrawerTouch::Count, DrawerTouch::HandOver] {
        till.touch(Touch::Drawer(touch.clone()));
        assert_eq!(told(&mut till), Some(Message::FinishSaleFirst), "{touch:?}");
        assert!(matches!(till.view().page, PageView::Drawer(_)), "{touch:?}");
    }
    assert_eq!(journal(&till), before);
    till.sign_out();
    till.sign_in(MANAGER);
    page(&mut till, MenuTouch::OpenDay);
    let PageView::Day(day) = till.view().page else { panic!("not the day") };
    assert_eq!(day.close_block, Some(CloseBlock::SaleOpen));
    till.touch(Touch::Day(DayTouch::CloseDay));
    assert_eq!((journal(&till).get("day_closed"), expected(&till)), (None, 12_000));
}
