//! What people type wrong: amounts and cards.

use stopgap::app::event::{AppTouch, CardTouch, SellTouch, TendersTouch, Touch};
use stopgap::domain::sale::TenderKind;
use stopgap::screens::PageView;
use stopgap::screens::card::CardError;

use crate::support::shop::{CASHIER, VISA, connected, standalone};
use crate::support::{Bench, Pace};

fn selling() -> Bench {
    let mut till = Bench::new(connected(), Pace::Instant, 10);
    till.open_day(CASHIER);
    till
}

fn amount_error(till: &Bench) -> String {
    match till.view().page {
        PageView::Sell(sell) => format!("{:?}", sell.amount_error),
        other => panic!("not selling but {other:?}"),
    }
}

#[test]
fn amounts_that_cannot_be_taken_say_why_and_take_nothing() {
    let touches = [SellTouch::PayByCard, SellTouch::PayByQr, SellTouch::PayByCash, SellTouch::TakePayment];
    for (digits, error) in [("", "Some(Zero)"), ("0", "Some(Zero)"), ("500001", r#"Some(AboveMaximum("5,000.00"))"#)] {
        for touch in &touches {
            let mut till = selling();
            till.amount(digits);
            till.touch(Touch::Sell(touch.clone()));
            assert_eq!(amount_error(&till), error, "{digits} {touch:?}");
            assert!(till.app.ledger().sales.is_empty());
        }
    }
}

#[test]
fn cards_that_do_not_work_before_there_is_an_amount_are_answered() {
    for (reader, message) in [(connected(), "ReaderIsTested"), (standalone(), "AmountFirst")] {
        let mut till = Bench::new(reader, Pace::Instant, 10);
        till.open_day(CASHIER);
        till.touch(Touch::Sell(SellTouch::CardDoesNotWork));
        assert_eq!(format!("{:?}", till.view().app.message), format!("Some({message})"));
        assert!(matches!(till.view().page, PageView::Sell(_)));
        till.touch(Touch::App(AppTouch::DismissMessage));
        till.amount("1000");
        till.touch(Touch::Sell(SellTouch::CardDoesNotWork));
        assert!(matches!(till.view().page, PageView::Tenders(_)));
        assert_eq!(till.view().app.message, None);
    }
}

#[test]
fn digits_beyond_the_field_are_refused_and_the_amount_stays() {
    let mut till = selling();
    till.amount("999999999999");
    assert_eq!(amount_error(&till), "None");
    till.amount("9");
    assert_eq!(amount_error(&till), "Some(TooManyDigits)");
    till.touch(Touch::Sell(SellTouch::Erase));
    assert_eq!(amount_error(&till), "None");
}

#[test]
fn a_letter_is_no_digit_of_an_amount() {
    let mut till = selling();
    till.touch(Touch::Sell(SellTouch::Digits("12x".to_owned())));
    till.touch(Touch::Sell(SellTouch::PayByCash));
    assert!(till.app.ledger().sales.is_empty());
    assert!(matches!(till.view().page, PageView::Sell(_)));
}

/// The error on the card page once this much is typed.
fn card_error(number: &str, expiry: &str) -> Option<CardError> {
    let mut till = selling();
    till.amount("1000");
    till.touch(Touch::Sell(SellTouch::CardDoesNotWork));
    till.touch(Touch::Tenders(TendersTouch::Choose(TenderKind::Card)));
    till.key_card(number, "");
    till.touch(Touch::Card(CardTouch::Next));
    till.key_card("", expiry);
    till.touch_all([CardTouch::Next, CardTouch::ToggleConsent, CardTouch::Next].map(Touch::Card));
    assert!(till.app.ledger().payments.is_empty(), "{number} {expiry} was taken");
    match till.view().page {
        PageView::Card(card) => card.error,
        other => panic!("not on the card page but {other:?}"),
    }
}

#[test]
fn cards_that_cannot_be_taken_say_why_and_go_no_further() {
    let told: Vec<String> = [
        ("4111111111111112", ""),
        ("411111111111", ""),
        ("9999999999999995", ""),
        ("378282246310005", ""),
        ("41111111111111111111", ""),
        (VISA, "1320"),
        (VISA, "0526"),
        (VISA, "06"),
    ]
    .iter()
    .map(|(number, expiry)| format!("{number} {expiry}: {:?}", card_error(number, expiry)))
    .collect();
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_yaml_snapshot!("card_errors", told);
    });
}
