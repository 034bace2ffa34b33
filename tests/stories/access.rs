//! Wrong PINs: six in a row lock a person out, and nothing but time or another manager forgives them.

use chrono::TimeDelta;
use stopgap::app::event::{LockTouch, Touch};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::ids::PersonId;
use stopgap::screens::types::PinError;
use stopgap::screens::{OverlayView, PageView};

use crate::look;
use crate::support::shop::{CASHIER, MANAGER, SECOND_MANAGER, WRONG_PIN, connected, pin_of};
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

/// A till at which this person has typed six wrong PINs.
fn locked_out(person: &str) -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 8);
    (0..6).for_each(|_| till.try_pin(person, WRONG_PIN));
    till
}

fn managers_on_the_sheet(till: &Bench) -> Vec<PersonId> {
    match till.view().overlay {
        Some(OverlayView::Approve(approve)) => approve.managers.into_iter().map(|person| person.id).collect(),
        other => panic!("no manager is asked for but {other:?}"),
    }
}

#[test]
fn a_manager_lets_a_locked_person_try_again_at_once() {
    let mut till = locked_out(CASHIER);
    till.touch(Touch::Lock(LockTouch::Unlock));
    look!(till, "a_manager_unlocks");
    till.approve(SECOND_MANAGER, ApprovalReason::Other);
    look!(till, "unlocked");
    till.restart();
    till.sign_in(CASHIER);
    assert!(till.world.verify().holds());
}

#[test]
fn nobody_unlocks_themselves_and_a_wrong_pin_unlocks_nobody() {
    let mut till = locked_out(MANAGER);
    till.touch(Touch::Lock(LockTouch::Unlock));
    assert_eq!(managers_on_the_sheet(&till), [PersonId(SECOND_MANAGER.to_owned())]);
    till.approve(MANAGER, ApprovalReason::Other);
    till.try_pin(MANAGER, pin_of(MANAGER));
    assert!(matches!(till.view().page, PageView::Lock(_)));

    let mut till = Bench::new(connected(), Pace::Instant, 8);
    till.touch(Touch::Lock(LockTouch::Choose(PersonId(CASHIER.to_owned()))));
    till.touch(Touch::Lock(LockTouch::Unlock));
    assert!(till.view().overlay.is_none(), "nobody is locked out");
}

#[test]
fn the_wait_of_a_locked_person_is_counted_down() {
    let mut till = locked_out(CASHIER);
    till.sleep(TimeDelta::seconds(10 * 60 + 1));
    let PageView::Lock(lock) = till.view().page else { panic!("the lock page is left") };
    assert_eq!(lock.error, Some(PinError::Locked { until: "08:30".to_owned(), left: "19:59".to_owned() }));
}
