//! The limits of typed cards: what they say on the card page, and what they remember over a restart.

use std::sync::Arc;

use chrono::TimeDelta;
use stopgap::app::event::{CardTouch, DoneTouch, SellTouch, TendersTouch, Touch};
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::limits::{CardLimit, Step, Steps};
use stopgap::domain::sale::TenderKind;
use stopgap::screens::card::{CardLimit as Shown, LimitStep};
use stopgap::screens::limit::LimitSaid;
use stopgap::screens::{OverlayView, PageView};
use stopgap::settings::Settings;

use crate::look;
use crate::support::shop::{CASHIER, EXPIRY, MANAGER, MASTERCARD, VISA, connected, settings};
use crate::support::{Bench, Pace};

/// A till without a line, in a shop whose settings are changed first.
fn a_till(change: impl FnOnce(&mut Settings)) -> Bench {
    let mut shop = Settings::clone(&settings(connected()));
    change(&mut shop);
    let mut till = Bench::of_shop(Arc::new(shop), Pace::Instant, 5);
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    till
}

/// Types a card up to the point where everything is compared once more.
fn type_up_to_confirm(till: &mut Bench, amount: &str, number: &str) {
    till.amount(amount);
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.key_card(number, "");
    till.touch(Touch::Card(CardTouch::Next));
    till.key_card("", EXPIRY);
    till.touch_all([CardTouch::Next, CardTouch::ToggleConsent].map(Touch::Card));
}

fn shown(till: &Bench) -> Option<Shown> {
    match till.view().page {
        PageView::Card(card) => card.limit,
        other => panic!("the card page is not shown but {other:?}"),
    }
}

fn store_it(till: &mut Bench) {
    till.touch(Touch::Card(CardTouch::Next));
    till.run_until("the card to be stored", |till| matches!(till.view().page, PageView::Done(_)));
    till.touch(Touch::Done(DoneTouch::NextSale));
}

#[test]
fn a_card_that_comes_again_is_known_over_a_restart_and_forgotten_with_its_days() {
    let mut till = a_till(|shop| shop.limits.stored.card = CardLimit::new(Some(12_000), Some(20_000), 2).unwrap());
    type_up_to_confirm(&mut till, "12000", VISA);
    assert_eq!(shown(&till), None);
    store_it(&mut till);
    till.restart();
    till.sign_in(CASHIER);
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    type_up_to_confirm(&mut till, "12000", MASTERCARD);
    assert_eq!(shown(&till), None, "another card is another card");
    store_it(&mut till);
    type_up_to_confirm(&mut till, "8001", VISA);
    look!(till, "this_card_comes_to_too_much");
    till.touch(Touch::Card(CardTouch::Next));
    look!(till, "a_manager_looks_at_the_card");
    till.approve(MANAGER, ApprovalReason::KnownCard);
    till.run_until("the card to be stored", |till| matches!(till.view().page, PageView::Done(_)));
    till.touch(Touch::Done(DoneTouch::NextSale));

    // Tomorrow both sales still count, the day after neither does.
    for (days, expected) in [(1, Some(LimitStep::NeedsManager)), (1, None)] {
        till.pass(TimeDelta::days(days));
        till.sign_in(CASHIER);
        type_up_to_confirm(&mut till, "100", VISA);
        assert_eq!(shown(&till).map(|limit| limit.step), expected);
        till.touch_all([Touch::Card(CardTouch::Cancel), Touch::Tenders(TendersTouch::CancelSale)]);
    }
    till.sign_out();
    assert!(till.world.verify().holds());
}

#[test]
fn a_card_on_the_stop_list_is_not_taken_and_one_that_is_only_watched_is() {
    let mut till = a_till(|shop| {
        shop.stop_list.add("411111*1111", Step::Refuse).unwrap();
        shop.stop_list.add("5555", Step::Warn).unwrap();
    });
    type_up_to_confirm(&mut till, "1000", VISA);
    look!(till, "on_the_stop_list");
    till.touch(Touch::Card(CardTouch::Next));
    assert!(till.app.ledger().payments.is_empty(), "nothing is stored");
    till.touch(Touch::Card(CardTouch::Cancel));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Card)));
    till.type_card(MASTERCARD, EXPIRY);
    assert!(matches!(till.view().page, PageView::Done(_)));
}

#[test]
fn the_stop_list_counts_when_the_bank_answers_too() {
    let mut till = a_till(|shop| shop.stop_list.add("4111", Step::NeedsManager).unwrap());
    till.world.line_is_up = true;
    till.run_until("the line to be back", |till| !till.view().status.outage);
    till.amount("1000");
    till.touch_all([Touch::Sell(SellTouch::CardDoesNotWork), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card(VISA, EXPIRY);
    assert!(matches!(till.view().overlay, Some(OverlayView::Approve(_))));
}

#[test]
fn each_limit_says_what_it_is() {
    type Case = (fn(&mut Settings), LimitStep, LimitSaid);
    let cases: [Case; 4] = [
        (
            |shop| shop.limits.stored.sale = Steps::new(Some(4_999), None, Some(50_000)).unwrap(),
            LimitStep::Warn,
            LimitSaid::Sale("49.99".to_owned()),
        ),
        (
            |shop| shop.limits.stored.cashier = Steps::new(None, Some(9_999), None).unwrap(),
            LimitStep::NeedsManager,
            LimitSaid::Cashier("99.99".to_owned()),
        ),
        (
            |shop| shop.limits.stored.count = Steps::new(None, Some(1), Some(50)).unwrap(),
            LimitStep::NeedsManager,
            LimitSaid::Count(1),
        ),
        (
            |shop| shop.limits.stored.oldest = Steps::new(Some(TimeDelta::hours(2)), None, None).unwrap(),
            LimitStep::Warn,
            LimitSaid::Oldest(2),
        ),
    ];
    for (change, step, limit) in cases {
        let mut till = a_till(change);
        till.amount("4000");
        till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
        till.type_card(MASTERCARD, EXPIRY);
        till.touch(Touch::Done(DoneTouch::NextSale));
        till.pass(TimeDelta::hours(3));
        till.sign_in(CASHIER);
        type_up_to_confirm(&mut till, "6000", VISA);
        assert_eq!(shown(&till), Some(Shown { step, limit }));
    }
}
