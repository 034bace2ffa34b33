//! A sale of a closed day is given back: found by its number, out of today's drawer.

use stopgap::app::event::{MenuTouch, RefundTouch, Touch};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::ids::SaleReference;
use stopgap::screens::PageView;
use stopgap::screens::refund::{FindRefusal, RefundFind, RefundView};

use crate::cash::{close, expected, page, pay_cash, till};
use crate::look;
use crate::support::Bench;
use crate::support::shop::{CASHIER, MANAGER};

/// Types the number of a sale and looks for it.
fn find(till: &mut Bench, number: &str) {
    page(till, MenuTouch::OpenRefund);
    till.touch(Touch::Refund(RefundTouch::BeginFind));
    for digit in number.chars() {
        till.touch(Touch::Refund(RefundTouch::Digits(digit.to_string())));
    }
    till.touch(Touch::Refund(RefundTouch::Find));
}

fn refusal(till: &Bench) -> Option<FindRefusal> {
    let PageView::Refund(RefundView::Find(RefundFind { refused, .. })) = till.view().page else {
        panic!("not the page for the number")
    };
    refused
}

fn next_day(till: &mut Bench) {
    till.restart();
    till.open_day(CASHIER);
}

#[test]
fn a_sale_of_a_closed_day_goes_back_out_of_todays_drawer_and_its_day_stays_as_it_was_sealed() {
    let mut till = till();
    let sale = pay_cash(&mut till, "4890");
    let number = till.app.ledger().sales[&sale].reference.to_string();
    let counted = [("10000", "1"), ("2000", "2"), ("500", "1"), ("200", "1"), ("100", "1"), ("50", "1"), ("20", "2")];
    let slip = close(&mut till, &counted);
    next_day(&mut till);
    assert!(!till.app.ledger().sales.contains_key(&sale), "the till has forgotten it");

    find(&mut till, "2300000012");
    assert_eq!(refusal(&till), Some(FindRefusal::NotANumber));
    let other = SaleReference::new(23, 999).unwrap().to_string();
    find(&mut till, &other);
    assert_eq!(refusal(&till), Some(FindRefusal::Unknown));
    find(&mut till, &number);
    look!(till, "a_sale_of_an_earlier_day");
    till.touch(Touch::Refund(RefundTouch::Confirm));
    look!(till, "a_manager_approves_it");
    till.approve(MANAGER, ApprovalReason::GoodsReturned);
    look!(till, "handed_out");
    assert_eq!(expected(&till), 10_000 - 4_890);
    till.touch(Touch::Refund(RefundTouch::Finish));
    till.restart();
    till.sign_in(CASHIER);
    assert_eq!(expected(&till), 10_000 - 4_890);
    // It is known again now, and nothing is left of it.
    find(&mut till, &number);
    assert_eq!(refusal(&till), Some(FindRefusal::NothingGoesBack));
    let today = close(&mut till, &[("5000", "1"), ("100", "1"), ("10", "1")]);
    insta::assert_snapshot!("the_slip_of_the_day_of_the_refund", today);
    assert_ne!(slip, today);
    // Nor on the day after, when the till has forgotten it once more.
    next_day(&mut till);
    assert!(!till.app.ledger().sales.contains_key(&sale));
    find(&mut till, &number);
    assert_eq!(refusal(&till), Some(FindRefusal::NothingGoesBack));
    assert!(till.world.verify().holds());
}
