use super::*;
use crate::domain::ids::PaymentId;
use crate::domain::money::{Currency, Money};
use crate::domain::reader::{CardSeen, DeclineReason};

const LONGEST: TimeDelta = TimeDelta::seconds(130);
const UNPROVEN: ReaderOutcome = ReaderOutcome::Unknown { fault: ReaderFault::Protocol };
const NEVER_BEGAN: ReaderOutcome = ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };

fn request(id: &str) -> ReaderPayment {
    ReaderPayment {
        payment: PaymentId(uuid::Uuid::nil()),
        service_id: ServiceId(id.to_owned()),
        amount: Money::new(4_890, Currency::EUR),
        reference: "2300310427".to_owned(),
        at: "2026-12-31T23:59:30+01:00".parse().unwrap(),
    }
}

/// A result at a local time of the terminal, `month day hour minute second`.
fn result(trace: u32, time: (u8, u8, u8, u8, u8)) -> StatusInformation {
    let (month, day, hour, minute, second) = time;
    StatusInformation {
        result: Some(0),
        amount_minor: Some(4_890),
        currency: Some(978),
        trace: Some(trace),
        receipt: Some(231),
        time: Some(TerminalTime { year: None, month, day, hour, minute, second }),
        card_type: Some(10),
        last4: None,
        approval: None,
        reference: None,
        payments: None,
    }
}

fn approved(outcome: &ReaderOutcome) -> bool {
    matches!(outcome, ReaderOutcome::Approved { .. })
}

/// The history of a driver that knew transaction 100 when payment P1 began.
fn begun() -> History {
    let mut history = History::default();
    history.set_last(Last::Transaction(Mark::of(&result(100, (12, 31, 20, 0, 0))).unwrap()));
    history.begin(&ServiceId("P1".to_owned()));
    history
}

#[test]
fn a_new_transaction_of_this_amount_and_time_is_this_payment() {
    let after_midnight = (1, 1, 0, 0, 10);
    assert!(approved(&begun().judge(&request("P1"), &result(101, after_midnight), LONGEST)));
    let refused = StatusInformation { result: Some(0x05), ..result(101, after_midnight) };
    // Card type 10 is Visa's.
    let card = CardSeen { brand: Some(crate::domain::card::Brand::Visa), entry: None };
    let declined = ReaderOutcome::Declined { reason: DeclineReason::Bank, card };
    assert_eq!(begun().judge(&request("P1"), &refused, LONGEST), declined);
}

#[test]
fn what_is_not_proven_is_unknown() {
    let good = (1, 1, 0, 0, 10);
    for (case, status) in [
        ("another amount", StatusInformation { amount_minor: Some(4_889), ..result(101, good) }),
        ("another currency", StatusInformation { currency: Some(756), ..result(101, good) }),
        ("no time", StatusInformation { time: None, ..result(101, good) }),
        ("no numbers", StatusInformation { trace: None, receipt: None, ..result(101, good) }),
        ("an hour before", result(101, (12, 31, 22, 59, 30))),
        ("an hour after", result(101, (1, 1, 1, 5, 0))),
        ("another reference", StatusInformation { reference: Some("P9".to_owned()), ..result(101, good) }),
    ] {
        assert_eq!(begun().judge(&request("P1"), &status, LONGEST), UNPROVEN, "{case}");
    }
}

#[test]
fn the_transaction_that_was_there_before_says_that_nothing_began() {
    let before = result(100, (12, 31, 20, 0, 0));
    assert_eq!(begun().judge(&request("P1"), &before, LONGEST), NEVER_BEGAN);
    assert_eq!(begun().judge(&request("P2"), &before, LONGEST), UNPROVEN, "nobody knows what was before P2");
}

#[test]
fn the_transaction_of_another_payment_proves_nothing() {
    let mut history = begun();
    let second = result(101, (12, 31, 23, 59, 50));
    history.begin(&ServiceId("P2".to_owned()));
    history.finish(&ServiceId("P2".to_owned()), &second);
    assert_eq!(history.judge(&request("P1"), &second, LONGEST), UNPROVEN);
}

#[test]
fn our_own_reference_proves_it_whatever_the_clock_says() {
    let named = StatusInformation { reference: Some("P1".to_owned()), ..result(101, (6, 1, 12, 0, 0)) };
    assert!(approved(&History::default().judge(&request("P1"), &named, LONGEST)));
    let less = StatusInformation { amount_minor: Some(4_889), ..named };
    assert_eq!(History::default().judge(&request("P1"), &less, LONGEST), UNPROVEN);
}

/// A customer of the same amount may have been there in between, and nobody remembers.
#[test]
fn after_a_restart_only_our_reference_proves_it() {
    let mut history = History::default();
    let status = result(101, (1, 1, 0, 0, 10));
    assert_eq!(history.judge(&request("P1"), &status, LONGEST), UNPROVEN);
    let theirs = TerminalTime { year: Some(2027), month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    history.compare_clocks(Some(theirs), request("P1").at.naive_local());
    assert_eq!(history.judge(&request("P1"), &status, LONGEST), UNPROVEN, "the clocks agree, and that is no proof");
    let named = StatusInformation { reference: Some("P1".to_owned()), ..status };
    assert!(approved(&history.judge(&request("P1"), &named, LONGEST)));
}

#[test]
fn the_memory_is_bounded() {
    let mut history = begun();
    for number in 0..ATTEMPTS_MAX {
        history.begin(&ServiceId(format!("N{number}")));
    }
    assert_eq!(history.attempts.len(), ATTEMPTS_MAX);
    assert_eq!(history.judge(&request("P1"), &result(100, (12, 31, 20, 0, 0)), LONGEST), UNPROVEN, "forgotten");
}
