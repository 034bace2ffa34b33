use ring::rand::SystemRandom;

use super::*;
use crate::domain::card::{Brand, CardDraft, YearMonth};
use crate::domain::host::{CardRequest, HostTrace, ReversalRequest};
use crate::domain::ids::PaymentId;
use crate::domain::money::{Currency, Money};
use crate::iso8583::{Dialect, Message, Terminal, purchase, reversal};
use crate::seal::{AcquirerKey, Binding, SealedCard, seal};

pub(crate) fn terminal() -> Terminal {
    Terminal::new("TILL0010", "SHOP-4711").unwrap()
}

/// A card with this number, good until December 2029, sealed for a sale of so many cents.
pub(crate) fn sealed_for(key: &HostKey, number: &str, minor: i64) -> SealedCard {
    let mut draft = CardDraft::new();
    number.bytes().for_each(|byte| assert!(draft.push_number(byte - b'0')));
    "1229".bytes().for_each(|byte| assert!(draft.push_expiry(byte - b'0')));
    let card = draft.parse(&Brand::ALL, YearMonth { year: 2026, month: 11 }).unwrap();
    let binding = Binding {
        payment: PaymentId(uuid::Uuid::from_u128(7)),
        terminal: terminal().id().to_owned(),
        amount: Money::new(minor, Currency::EUR),
    };
    let key = AcquirerKey::from_jwk_json(&key.public_jwk()).unwrap();
    seal(&card, &binding, &key, &SystemRandom::new()).unwrap()
}

pub(crate) fn request(stan: u32, minor: i64, sealed: &SealedCard) -> CardRequest {
    let at = "2026-11-27T10:30:15+01:00".parse().unwrap();
    CardRequest {
        payment: PaymentId(uuid::Uuid::from_u128(7)),
        trace: HostTrace { stan, rrn: format!("6331{stan:08}"), sold_at: at, sent_at: at },
        amount: Money::new(minor, Currency::EUR),
        sealed: sealed.compact.clone(),
        deferred: false,
    }
}

pub(crate) fn undo(original: &CardRequest, stan: u32) -> ReversalRequest {
    ReversalRequest {
        payment: original.payment,
        original: original.trace.clone(),
        stan,
        sent_at: original.trace.sent_at,
        amount: original.amount,
        sealed: original.sealed.clone(),
        by_voice: false,
        repeat: false,
    }
}

pub(crate) fn key() -> HostKey {
    HostKey::from_bytes("sim-1", [7; 32])
}

struct Fixture {
    ledger: Ledger,
    sealed: SealedCard,
}

/// A book, and a card sealed to it for 48.90.
fn fixture(number: &str) -> Fixture {
    Fixture {
        sealed: sealed_for(&key(), number, 4_890),
        ledger: Ledger::new(key(), HostRules::default(), &Dialect::ASCII_1987),
    }
}

impl Fixture {
    fn send(&mut self, message: &Message) -> (String, Option<String>) {
        let answer = self.ledger.answer(message).unwrap();
        (answer.field(39).unwrap().to_owned(), answer.field(38).map(ToOwned::to_owned))
    }

    fn buy(&mut self, request: &CardRequest) -> (String, Option<String>) {
        self.buy_at(request, &terminal())
    }

    fn buy_at(&mut self, request: &CardRequest, terminal: &Terminal) -> (String, Option<String>) {
        self.send(&purchase(request, terminal, &Dialect::ASCII_1987).unwrap())
    }

    fn undo(&mut self, request: &CardRequest, stan: u32) -> String {
        self.send(&reversal(&undo(request, stan), &terminal(), &Dialect::ASCII_1987).unwrap()).0
    }
}

fn code(text: &str) -> (String, Option<String>) {
    (text.to_owned(), None)
}

#[test]
fn a_repeat_gets_the_same_answer_and_is_booked_once() {
    let mut fixture = fixture("4111111111111111");
    let first = request(1, 4_890, &fixture.sealed);
    let approved = ("00".to_owned(), Some("700001".to_owned()));
    assert_eq!(fixture.buy(&first), approved);
    assert_eq!(fixture.buy(&first), approved);
    let book = fixture.ledger.book();
    assert_eq!(book.len(), 1);
    let expected = HostBooking {
        terminal: "TILL0010".to_owned(),
        stan: 1,
        rrn: "633100000001".to_owned(),
        amount_minor: 4_890,
        currency: "EUR".to_owned(),
        code: "00".to_owned(),
        approval_code: Some("700001".to_owned()),
        reversed: false,
        last4: "1111".to_owned(),
        payment: uuid::Uuid::from_u128(7).to_string(),
        batch: None,
    };
    assert_eq!(book[0], expected);
    assert!(book[0].is_charged());
    // The same identity with another card is a clash, not a repeat.
    let other = CardRequest { sealed: sealed_for(&key(), "4111111111111111", 4_890).compact, ..first };
    assert_eq!(fixture.buy(&other), code("94"));
    let next = request(2, 4_890, &fixture.sealed);
    assert_eq!(fixture.buy(&next).1.as_deref(), Some("700002"));
}

#[test]
fn a_reversal_undoes_once_and_for_good() {
    let mut fixture = fixture("4111111111111111");
    let first = request(1, 4_890, &fixture.sealed);
    fixture.buy(&first);
    assert_eq!(fixture.undo(&first, 2), "00");
    assert_eq!(fixture.undo(&first, 2), "00");
    assert!(!fixture.ledger.book()[0].is_charged());
    assert_eq!(fixture.buy(&first), code("12"), "what was undone does not come back");
}

#[test]
fn a_purchase_that_comes_after_its_reversal_is_not_booked() {
    let mut fixture = fixture("4111111111111111");
    let late = request(1, 4_890, &fixture.sealed);
    assert_eq!(fixture.undo(&late, 2), "25");
    assert_eq!(fixture.buy(&late), code("12"));
    assert!(fixture.ledger.book().is_empty());
}

#[test]
fn a_reversal_of_another_amount_is_refused() {
    let mut fixture = fixture("4111111111111111");
    let first = request(1, 4_890, &fixture.sealed);
    fixture.buy(&first);
    let other = CardRequest { amount: Money::new(4_891, Currency::EUR), ..first };
    assert_eq!(fixture.undo(&other, 2), "64");
    assert!(fixture.ledger.book()[0].is_charged());
}

#[test]
fn rules_and_switches_decide_the_code() {
    for (number, expected) in [("4000000000000002", "05"), ("4000000000009995", "51"), ("4000000000009987", "41")] {
        let mut fixture = fixture(number);
        let asked = request(1, 4_890, &fixture.sealed);
        assert_eq!(fixture.buy(&asked), code(expected), "{number}");
        assert!(!fixture.ledger.book()[0].is_charged());
    }
    let mut fixture = fixture("4111111111111111");
    fixture.ledger = {
        let rules = HostRules { by_amount: [(4_890, "61".to_owned())].into(), ..HostRules::default() };
        Ledger::new(key(), rules, &Dialect::ASCII_1987)
    };
    let asked = request(1, 4_890, &fixture.sealed);
    assert_eq!(fixture.buy(&asked), code("61"));
    fixture.ledger.answer_next_with("91");
    assert_eq!(fixture.buy(&asked), code("61"), "a repeat does not use the switch up");
    let asked = request(2, 4_890, &fixture.sealed);
    assert_eq!(fixture.buy(&asked), code("91"));
    let asked = request(3, 4_890, &fixture.sealed);
    assert_eq!(fixture.buy(&asked), code("61"));
}

#[test]
fn a_card_sealed_for_another_sale_or_host_is_refused_and_not_booked() {
    let mut fixture = fixture("4111111111111111");
    let moved = request(1, 4_891, &fixture.sealed);
    assert_eq!(fixture.buy(&moved), code("63"));
    let mut foreign = request(2, 4_890, &fixture.sealed);
    "USD".parse().map(|currency| foreign.amount.currency = currency).unwrap();
    assert_eq!(fixture.buy(&foreign), code("63"));
    let elsewhere = request(5, 4_890, &fixture.sealed);
    assert_eq!(fixture.buy_at(&elsewhere, &Terminal::new("TILL0011", "SHOP-4711").unwrap()), code("63"));
    let sealed = sealed_for(&HostKey::from_bytes("sim-1", [8; 32]), "4111111111111111", 4_890);
    assert_eq!(fixture.buy(&request(3, 4_890, &sealed)), code("88"));
    let mut bare = purchase(&request(4, 4_890, &sealed), &terminal(), &Dialect::ASCII_1987).unwrap();
    let fields: Vec<(u8, String)> =
        bare.fields().filter(|(number, _)| *number != 63).map(|(number, text)| (number, text.to_owned())).collect();
    bare = Message::new(bare.mti());
    for (number, text) in fields {
        bare.set(number, text).unwrap();
    }
    assert_eq!(fixture.send(&bare), code("30"));
    assert!(fixture.ledger.book().is_empty());
}
