//! Wrong PINs: six in a row lock a person out, and nothing but time forgives them.

use chrono::TimeDelta;
use stopgap::screens::PageView;

use crate::look;
use crate::support::shop::{CASHIER, MANAGER, WRONG_PIN, connected, pin_of};
use crate::support::{Bench, Pace};

#[test]
fn six_wrong_pins_lock_a_person_out_and_a_restart_does_not_forgive_them() {
    let mut till = Bench::new(connected(), Pace::Instant, 7);
    for _ in 0..5 {
        till.try_pin(CASHIER, WRONG_PIN);
    }
    look!(till, "one_try_is_left");
    till.restart();
    till.try_pin(CASHIER, WRONG_PIN);
    look!(till, "locked");
    till.restart();
    till.try_pin(CASHIER, pin_of(CASHIER));
    look!(till, "still_locked_after_a_restart");

    till.sleep(TimeDelta::minutes(29));
    till.try_pin(CASHIER, pin_of(CASHIER));
    assert!(matches!(till.view().page, PageView::Lock(_)));
    till.sleep(TimeDelta::minutes(2));
    till.sign_in(CASHIER);
}

#[test]
fn one_persons_wrong_pins_lock_nobody_else_out() {
    let mut till = Bench::new(connected(), Pace::Instant, 8);
    for _ in 0..6 {
        till.try_pin(CASHIER, WRONG_PIN);
    }
    till.sign_in(MANAGER);
}
