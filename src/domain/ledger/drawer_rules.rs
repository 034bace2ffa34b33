//! What the ledger itself refuses of drawers, boxes and refunds, whoever asks: each rule at its edge.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use uuid::Uuid;

use super::{HandedOut, Ledger};
use crate::domain::cash::{CashMovement, Count, CountedPiece, Foreign, ForeignCash, cash_rounding};
use crate::domain::fact::Fact;
use crate::domain::ids::{DayId, DrawerId, PaymentId, PersonId, RefundId, SaleId, SaleReference};
use crate::domain::money::{Currency, Money};
use crate::domain::reader::{ReaderFault, ReaderOutcome, ServiceId};
use crate::domain::sale::{RefundWay, TenderKind};

const DRAWER: DrawerId = DrawerId(Uuid::from_u128(2));
const BOX: DrawerId = DrawerId(Uuid::from_u128(3));

fn at(minutes: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_791_000_000, 0).unwrap().fixed_offset() + TimeDelta::minutes(minutes)
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn person(name: &str) -> PersonId {
    PersonId(name.to_owned())
}

fn pieces(piece_minor: i64, pieces: u32) -> Count {
    Count(vec![CountedPiece { piece_minor, pieces }])
}

fn opened(drawer: DrawerId, name: Option<&str>, foreign: Option<Foreign>) -> Fact {
    let (float, float_minor, name) = (pieces(2_000, 5), 10_000, name.map(str::to_owned));
    Fact::DrawerOpened { drawer, float, float_minor, name, by: None, foreign }
}

fn dollars() -> Foreign {
    Foreign { currency: Currency::USD, rate: "0.92".parse().unwrap() }
}

/// A day with a drawer that holds a hundred euro in twenties.
fn ledger() -> Ledger {
    let mut ledger = Ledger::default();
    tell(
        &mut ledger,
        0,
        &Fact::DayOpened { day: DayId(Uuid::from_u128(1)), date: NaiveDate::default(), is_demo: false },
    );
    tell(&mut ledger, 0, &opened(DRAWER, None, None));
    ledger
}

fn tell(ledger: &mut Ledger, minutes: i64, fact: &Fact) {
    ledger.apply(at(minutes), fact).unwrap();
}

/// Refused, and nothing is changed by it.
fn refuses(ledger: &mut Ledger, fact: &Fact) {
    let before = ledger.clone();
    assert!(ledger.apply(at(90), fact).is_err(), "{fact:?}");
    assert!(*ledger == before, "{fact:?} changed something");
}

fn begin(ledger: &mut Ledger, n: u32, minor: i64) -> SaleId {
    let sale = SaleId(Uuid::from_u128(1_000 + u128::from(n)));
    let (till, day) = (23, DayId(Uuid::from_u128(1)));
    let reference = SaleReference::new(till, n).unwrap();
    let (amount, cashier, ticket, outage) = (euro(minor), person("cashier-3"), None, None);
    tell(ledger, 10, &Fact::SaleBegan { sale, till, day, reference, amount, ticket, cashier, outage });
    sale
}

fn cash(n: u128, sale: SaleId, minor: i64, came_in: i64) -> Fact {
    let (payment, amount, given) = (PaymentId(Uuid::from_u128(n)), euro(minor), euro(came_in));
    Fact::CashTaken { payment, sale, amount, given, change: euro(0), drawer: DRAWER, foreign: None }
}

fn refund(n: u128, sale: SaleId, minor: i64, paid: Money) -> Fact {
    let way = RefundWay::Cash { drawer: DRAWER, paid };
    Fact::Refunded { refund: RefundId(Uuid::from_u128(n)), sale, amount: euro(minor), way, by: person("cashier-3") }
}

#[test]
fn not_a_cent_more_is_refunded_than_was_taken() {
    let mut ledger = ledger();
    let sale = begin(&mut ledger, 1, 4_890);
    tell(&mut ledger, 11, &cash(1, sale, 4_890, 4_890));
    tell(&mut ledger, 11, &Fact::SaleDone { sale });
    for too_much in [4_891, 0, -1] {
        refuses(&mut ledger, &refund(1, sale, too_much, euro(too_much)));
    }
    tell(&mut ledger, 12, &refund(1, sale, 4_000, euro(4_000)));
    refuses(&mut ledger, &refund(2, sale, 891, euro(891)));
    tell(&mut ledger, 13, &refund(2, sale, 890, euro(890)));
    refuses(&mut ledger, &refund(3, sale, 1, euro(1)));
    assert_eq!(ledger.drawer_expected_minor(), 10_000);
}

/// The reader had charged the card after all: what was paid twice is owed in any case, and is no refund.
#[test]
fn what_was_paid_twice_is_not_refunded_beside_what_is_given_back() {
    let mut ledger = ledger();
    let sale = begin(&mut ledger, 1, 4_890);
    let (payment, by) = (PaymentId(Uuid::from_u128(9)), person("manager-1"));
    let service_id = ServiceId("1".into());
    tell(&mut ledger, 11, &Fact::ReaderAsked { payment, sale, amount: euro(4_890), service_id });
    tell(&mut ledger, 12, &Fact::ReaderUnanswered { payment, fault: ReaderFault::TimedOut });
    tell(&mut ledger, 12, &Fact::ReaderParked { payment, by });
    tell(&mut ledger, 13, &cash(1, sale, 4_890, 4_890));
    tell(&mut ledger, 13, &Fact::SaleDone { sale });
    assert_eq!(ledger.refundable_minor(&ledger.sales[&sale], TenderKind::Cash), 4_890);
    let outcome = ReaderOutcome::Approved {
        approval_code: "A1".into(),
        brand: None,
        last4: None,
        transaction: "t".into(),
        entry: None,
    };
    tell(&mut ledger, 14, &Fact::ReaderAnswered { payment, outcome });
    assert_eq!(ledger.overpaid(&ledger.sales[&sale]).minor, 4_890);
    refuses(&mut ledger, &refund(1, sale, 1, euro(1)));
}

/// 10.03 and 10.03 came in as 10.05 each, and 20.06 by itself would be 20.05.
#[test]
fn with_the_last_of_a_sale_exactly_that_goes_back_which_came_in() {
    let mut ledger = ledger();
    let sale = begin(&mut ledger, 1, 2_006);
    tell(&mut ledger, 11, &cash(1, sale, 1_003, 1_005));
    tell(&mut ledger, 12, &cash(2, sale, 1_003, 1_005));
    tell(&mut ledger, 12, &Fact::SaleDone { sale });
    let rule = cash_rounding(Currency::EUR, "FI".parse().ok()).unwrap();
    let paid = |ledger: &Ledger, minor| {
        ledger.refund_in_cash(&ledger.sales[&sale], euro(minor), |exact| rule.round(exact, true).due)
    };
    assert_eq!(paid(&ledger, 2_006), euro(2_010));
    let first = paid(&ledger, 1_003);
    assert_eq!(first, euro(1_005));
    tell(&mut ledger, 13, &refund(1, sale, 1_003, first));
    assert_eq!(paid(&ledger, 1_003), euro(1_005));
}

#[test]
fn a_handover_says_what_should_have_been_there() {
    let mut ledger = ledger();
    let handed_over = |expected_minor, to: &str| Fact::DrawerHandedOver {
        drawer: DRAWER,
        counted: pieces(2_000, 4),
        counted_minor: 8_000,
        expected_minor,
        from: person("cashier-3"),
        to: person(to),
    };
    refuses(&mut ledger, &handed_over(8_000, "cashier-4"));
    refuses(&mut ledger, &handed_over(10_000, "cashier-3"));
    tell(&mut ledger, 20, &handed_over(10_000, "cashier-4"));
    assert_eq!(ledger.drawer_expected_minor(), 8_000, "from now on it holds what was counted");
}

/// The evening's reckoning of the pieces begins with what was counted at the handover, and not with what went before it.
#[test]
fn after_a_handover_the_drawer_holds_what_was_counted() {
    let mut ledger = ledger();
    let sale = begin(&mut ledger, 1, 5_000);
    tell(&mut ledger, 11, &cash(1, sale, 5_000, 5_000));
    tell(&mut ledger, 11, &Fact::SaleDone { sale });
    assert_eq!(ledger.drawer_holds(None).of(5_000), 1);
    let handed_over = Fact::DrawerHandedOver {
        drawer: DRAWER,
        counted: pieces(1_000, 15),
        counted_minor: 15_000,
        expected_minor: 15_000,
        from: person("cashier-3"),
        to: person("cashier-4"),
    };
    tell(&mut ledger, 20, &handed_over);
    let held = ledger.drawer_holds(None);
    assert_eq!((held.of(1_000), held.of(2_000), held.of(5_000)), (15, 0, 0));
    let sale = begin(&mut ledger, 2, 500);
    let payment = PaymentId(Uuid::from_u128(2));
    let (amount, given, change, drawer) = (euro(500), euro(2_000), euro(1_500), DRAWER);
    tell(&mut ledger, 21, &Fact::CashTaken { payment, sale, amount, given, change, drawer, foreign: None });
    assert_eq!(ledger.drawer_holds(Some(HandedOut::Change(payment))).of(1_000), 15, "the change itself is still in it");
}

#[test]
fn a_drawer_is_opened_once_and_so_is_the_box_of_each_currency() {
    let mut ledger = ledger();
    let other = DrawerId(Uuid::from_u128(7));
    refuses(&mut ledger, &opened(other, None, None));
    tell(&mut ledger, 1, &opened(other, Some("Right"), None));
    refuses(&mut ledger, &opened(DrawerId(Uuid::from_u128(8)), Some("Right"), None));
    tell(&mut ledger, 2, &opened(BOX, None, Some(dollars())));
    refuses(&mut ledger, &opened(DrawerId(Uuid::from_u128(8)), None, Some(dollars())));
    refuses(&mut Ledger::default(), &opened(BOX, None, Some(dollars())));
}

#[test]
fn dollars_pay_no_more_than_they_are_worth() {
    let mut ledger = ledger();
    tell(&mut ledger, 1, &opened(BOX, None, Some(dollars())));
    let sale = begin(&mut ledger, 1, 5_521);
    let taken = |worth, notes, into| {
        let foreign = ForeignCash { given: Money::new(notes, Currency::USD), rate: dollars().rate, drawer: into };
        let (payment, amount, given) = (PaymentId(Uuid::from_u128(1)), euro(worth), euro(worth));
        let (change, drawer, foreign) = (euro(0), DRAWER, Some(foreign));
        Fact::CashTaken { payment, sale, amount, given, change, drawer, foreign }
    };
    refuses(&mut ledger, &taken(5_521, 6_000, BOX));
    refuses(&mut ledger, &taken(0, 0, BOX));
    refuses(&mut ledger, &taken(5_520, 6_000, DRAWER));
    tell(&mut ledger, 11, &taken(5_520, 6_000, BOX));
}

#[test]
fn no_more_comes_out_than_is_in_it_and_a_box_pays_nobody() {
    let mut ledger = ledger();
    tell(&mut ledger, 1, &opened(BOX, None, Some(dollars())));
    let moved = |drawer, movement, amount| Fact::DrawerMoved { drawer, movement, amount, by: person("cashier-3") };
    refuses(&mut ledger, &moved(DRAWER, CashMovement::SafeDrop, euro(10_001)));
    refuses(&mut ledger, &moved(DRAWER, CashMovement::OtherPaidIn, euro(0)));
    refuses(&mut ledger, &moved(BOX, CashMovement::SupplierPaid, Money::new(100, Currency::USD)));
    refuses(&mut ledger, &moved(BOX, CashMovement::SafeDrop, euro(100)));
    tell(&mut ledger, 2, &moved(DRAWER, CashMovement::SafeDrop, euro(10_000)));
    tell(&mut ledger, 2, &moved(BOX, CashMovement::SafeDrop, Money::new(10_000, Currency::USD)));
}
