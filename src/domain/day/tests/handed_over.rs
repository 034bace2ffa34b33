//! A card that was at another till and was taken back: what that till says later is never lost.

use super::*;
use crate::domain::handover::{CardOutcome, HandoverOutcome};
use crate::domain::ids::{HandoverId, RefundId};
use crate::domain::queue::CardState;
use crate::domain::sale::{Overpaid, RefundWay, Standing, Tender};

fn handover() -> HandoverId {
    HandoverId(Uuid::from_u128(7_000))
}

fn trace(stan: u32) -> HostTrace {
    HostTrace { stan, rrn: "000000000001".into(), sold_at: at(1), sent_at: at(2) }
}

/// A stored card of 70.07 that was handed over and taken back.
fn taken_back() -> Story {
    let mut story = Story::new();
    story.stored(1, 7_007);
    let payment = payment_id(1);
    story.tell(2, &Fact::CardHandedOver { payment, handover: handover(), trace: trace(9), by: None });
    story.tell(3, &Fact::CardTakenBack { payment, handover: handover(), by: manager(), next_try: at(3) });
    story
}

/// Brings in that the other till's request was approved, and says with which facts.
fn approval_comes(story: &mut Story, hours: i64) -> Vec<&'static str> {
    let result = HandoverOutcome::Approved { approval_code: "A1".into() };
    let outcome = CardOutcome { payment: payment_id(1), trace: trace(9), result };
    let facts = story.0.forwarded(handover(), &[outcome], &manager());
    for fact in &facts {
        story.tell(hours, fact);
    }
    facts.iter().map(Fact::kind).collect()
}

fn card(story: &Story) -> &CardState {
    let Some(Tender::Card { card, .. }) = story.0.payments.get(&payment_id(1)).map(|payment| &payment.tender) else {
        panic!()
    };
    card
}

fn given_back_too_much(story: &Story, hours: i64) -> Vec<i64> {
    let by = |item: OpenItem| if let OpenItem::SaleOverpaid { by, .. } = item { Some(by.minor) } else { None };
    story.open(hours).into_iter().filter_map(by).collect()
}

#[test]
fn a_card_that_another_till_may_have_sent_is_never_one_that_was_not_sent() {
    let mut story = Story::new();
    story.stored(1, 7_007);
    let not_sent = |story: &Story| story.0.card_not_sent(&story.0.sales[&sale_id(1)]);
    assert_eq!(not_sent(&story), Some(payment_id(1)), "nobody else has it");
    let mut story = taken_back();
    assert_eq!(not_sent(&story), None);
    // What the other till undid is over: nobody is charged for it.
    let outcome = CardOutcome { payment: payment_id(1), trace: trace(9), result: HandoverOutcome::NotCharged };
    for fact in story.0.forwarded(handover(), &[outcome], &manager()) {
        story.tell(4, &fact);
    }
    assert_eq!(not_sent(&story), Some(payment_id(1)));
}

#[test]
fn an_approval_of_a_card_that_was_undone_is_money_to_give_back() {
    let mut story = taken_back();
    let (payment, sale, by) = (payment_id(1), sale_id(1), manager());
    // Books from before the rule have this.
    story.tell(4, &Fact::CardUndone { payment });
    let (refund, way) = (RefundId(Uuid::from_u128(1)), RefundWay::CardNotSent { payment });
    story.tell(4, &Fact::Refunded { refund, sale, amount: euro(7_007), way, by });
    assert_eq!(given_back_too_much(&story, 5), [0_i64; 0]);
    assert_eq!(approval_comes(&mut story, 5), ["card_forwarded"]);
    assert_eq!(given_back_too_much(&story, 5), [7_007], "the customer is charged and had been told the opposite");
    assert_eq!(story.0.card_to_void(&story.0.sales[&sale], at(5)), None, "it goes back in one way only");
    assert!(approval_comes(&mut story, 6).is_empty(), "it is known now");
    let (amount, way, by) = (euro(7_007), GiveBackWay::OtherWay, manager());
    story.tell(6, &Fact::GivenBack { sale, amount, way, by });
    assert_eq!(given_back_too_much(&story, 6), [0_i64; 0]);
    assert_eq!(story.0.card_to_void(&story.0.sales[&sale], at(6)), None, "nor once more when it has gone back");
}

#[test]
fn an_approval_of_another_request_than_the_shared_one_says_nothing() {
    let mut story = taken_back();
    story.tell(4, &Fact::CardUndone { payment: payment_id(1) });
    let result = HandoverOutcome::Approved { approval_code: "A1".into() };
    let outcome = CardOutcome { payment: payment_id(1), trace: trace(8), result };
    assert!(story.0.forwarded(handover(), &[outcome], &manager()).is_empty());
}

#[test]
fn an_undone_card_that_may_be_charged_is_not_forgotten_with_its_day() {
    let mut story = taken_back();
    story.tell(4, &Fact::CardUndone { payment: payment_id(1) });
    let figures = story.figures(10);
    story.tell(10, &Fact::DayClosed { day: day_id(), figures, terms: None });
    let next = DayId(Uuid::from_u128(4_001));
    story.tell(24, &Fact::DayOpened { day: next, date: at(24).date_naive(), is_demo: false });
    assert_eq!(approval_comes(&mut story, 25), ["card_forwarded"]);
    assert!(story.0.payments.get(&payment_id(1)).is_some_and(|payment| payment.standing() == Standing::Takes));
}

#[test]
fn an_approval_ends_a_parked_card_and_takes_back_a_loss() {
    let parked = Fact::CardParked { payment: payment_id(1), reason: ParkReason::TooLate };
    let mut story = taken_back();
    story.tell(4, &parked);
    assert_eq!(approval_comes(&mut story, 5), ["card_forwarded"]);
    assert!(matches!(card(&story), CardState::Approved { .. }));
    assert_eq!(given_back_too_much(&story, 5), [0_i64; 0], "it pays its sale");

    let mut story = taken_back();
    story.tell(4, &parked);
    let reason = LossReason::CustomerUnknown;
    story.tell(5, &Fact::CardWrittenOff { payment: payment_id(1), by: manager(), reason });
    assert_eq!(story.figures(6).written_off_minor, 7_007);
    assert_eq!(approval_comes(&mut story, 7), ["loss_undone", "card_forwarded"]);
    assert!(matches!(card(&story), CardState::Approved { .. }));
    assert_eq!(story.figures(8).written_off_minor, 0, "the money is there: nothing was lost");

    // The same when the loss was sealed with its day: the next slip says what came after all.
    let mut story = taken_back();
    story.tell(4, &parked);
    story.tell(5, &Fact::CardWrittenOff { payment: payment_id(1), by: manager(), reason });
    let figures = story.figures(10);
    story.tell(10, &Fact::DayClosed { day: day_id(), figures, terms: None });
    story.tell(24, &Fact::DayOpened { day: DayId(Uuid::from_u128(4_001)), date: at(24).date_naive(), is_demo: false });
    approval_comes(&mut story, 25);
    assert_eq!(story.figures(26).adjusted_minor, 7_007);
}

#[test]
fn an_approval_of_a_card_whose_sale_a_late_transfer_paid_is_money_to_give_back() {
    // Half of the sale by card; for the other half a code was shown and withdrawn, and cash taken.
    let mut story = Story::new();
    let (sale, amount, promise) = (sale_id(1), euro(7_007), Promise::SentLater { send_by: at(24) });
    let (card_of, code, cash) = (payment_id(1), payment_id(2), payment_id(3));
    story.pay(1, 14_014, |payment, sale, _| Fact::CardSealed {
        payment,
        sale,
        amount,
        brand: Brand::Visa,
        last4: "1111".into(),
        sealed_sha256: "00".into(),
        promise,
    });
    story.tell(1, &Fact::QrShown { payment: code, sale, amount, code: None });
    story.tell(1, &Fact::QrMoved { payment: code, qr: QrState::Withdrawn });
    let (given, change, drawer) = (amount, euro(0), drawer_id());
    story.tell(1, &Fact::CashTaken { payment: cash, sale, amount, given, change, drawer, foreign: None });
    story.done(1);
    story.tell(2, &Fact::CardHandedOver { payment: card_of, handover: handover(), trace: trace(9), by: None });
    let (handover, by, next_try) = (handover(), manager(), at(3));
    story.tell(3, &Fact::CardTakenBack { payment: card_of, handover, by, next_try });
    story.tell(4, &Fact::CardParked { payment: card_of, reason: ParkReason::TooLate });
    story.tell(5, &Fact::CardWrittenOff { payment: card_of, by: manager(), reason: LossReason::Goodwill });
    story.tell(6, &Fact::CardReplacedAgain { payment: card_of, with: code });
    story.statement(vec![credit(1, 7_007, &reference(1))]);
    story.tell(6, &Fact::LineMatched { line: line_id(1), payment: code, how: MatchHow::ByHand });
    assert!(matches!(card(&story), CardState::Replaced { .. }));
    assert_eq!(given_back_too_much(&story, 6), [0_i64; 0]);
    assert_eq!(approval_comes(&mut story, 7), ["card_forwarded"]);
    assert_eq!(given_back_too_much(&story, 7), [7_007]);
}

/// A stored card whose first request (5) nobody answered; it was handed over as request 9.
fn asked_and_handed_over() -> Story {
    let mut story = Story::new();
    story.stored(1, 7_007);
    let payment = payment_id(1);
    story.tell(2, &Fact::CardSending { payment, trace: trace(5) });
    story.tell(2, &Fact::CardUnanswered { payment });
    story.tell(2, &Fact::CardHandedOver { payment, handover: handover(), trace: trace(9), by: None });
    story
}

/// The same, taken back, with the first request's undoing refused.
fn parked_with_two_requests() -> Story {
    let mut story = asked_and_handed_over();
    let payment = payment_id(1);
    story.tell(3, &Fact::CardTakenBack { payment, handover: handover(), by: manager(), next_try: at(3) });
    story.tell(4, &Fact::CardReversing { payment, reversal_stan: 20, next_try: at(4) });
    story.tell(4, &Fact::CardParked { payment, reason: ParkReason::ReversalRefused { code: "12".into() } });
    story
}

/// A person sends it again: request 5 is undone first, and then comes request 9 and no other.
fn is_sent_as_the_shared_request_only(mut story: Story) {
    let (payment, next_try) = (payment_id(1), at(6));
    story.tell(6, &Fact::CardUnparked { payment, by: manager(), next_try });
    assert!(
        matches!(card(&story), CardState::Unknown { trace: undone, .. } if *undone == trace(5)),
        "{:?}",
        card(&story)
    );
    story.tell(6, &Fact::CardReversing { payment, reversal_stan: 21, next_try });
    story.tell(6, &Fact::CardReversed { payment, next_try });
    let fresh = story.0.clone().apply(at(7), &Fact::CardSending { payment, trace: trace(30) });
    assert!(fresh.is_err(), "the other till may have sent request 9, which would be charged beside this one");
    story.tell(7, &Fact::CardSending { payment, trace: trace(9) });
}

#[test]
fn what_another_till_may_have_sent_outlives_being_parked() {
    is_sent_as_the_shared_request_only(parked_with_two_requests());
    // Written off, and the loss taken back: the identity is still known, though the card is gone.
    let mut story = parked_with_two_requests();
    let (payment, by, reason) = (payment_id(1), manager(), LossReason::Goodwill);
    story.tell(5, &Fact::CardWrittenOff { payment, by: by.clone(), reason });
    story.tell(5, &Fact::LossUndone { payment, by });
    assert!(matches!(card(&story), CardState::Parked { then: Some(then), .. } if *then == trace(9)));
}

#[test]
fn a_handover_that_another_till_is_stuck_with_keeps_both_requests() {
    let mut story = asked_and_handed_over();
    let result = HandoverOutcome::Stuck { code: "12".into() };
    let outcome = CardOutcome { payment: payment_id(1), trace: trace(9), result };
    for fact in story.0.forwarded(handover(), &[outcome], &manager()) {
        story.tell(4, &fact);
    }
    is_sent_as_the_shared_request_only(story);
}

#[test]
fn an_approval_under_the_shared_identity_is_taken_while_the_first_request_is_in_question() {
    let mut story = parked_with_two_requests();
    assert_eq!(approval_comes(&mut story, 5), ["card_forwarded"]);
    let mut story = parked_with_two_requests();
    let (payment, by, reason) = (payment_id(1), manager(), LossReason::Goodwill);
    story.tell(5, &Fact::CardWrittenOff { payment, by: by.clone(), reason });
    assert_eq!(approval_comes(&mut story, 6), ["loss_undone", "card_forwarded"]);
    let mut story = parked_with_two_requests();
    story.tell(5, &Fact::CardUnparked { payment, by, next_try: at(5) });
    assert_eq!(approval_comes(&mut story, 6), ["card_forwarded"], "the other till had undone the first one");
    assert!(matches!(card(&story), CardState::Approved { trace: its, .. } if *its == trace(9)));
}

#[test]
fn money_of_a_card_that_was_let_go_is_not_called_taken_twice() {
    let mut story = taken_back();
    let (payment, sale, by) = (payment_id(1), sale_id(1), manager());
    story.tell(4, &Fact::CardUndone { payment });
    let (refund, way) = (RefundId(Uuid::from_u128(1)), RefundWay::CardNotSent { payment });
    story.tell(4, &Fact::Refunded { refund, sale, amount: euro(7_007), way, by });
    approval_comes(&mut story, 5);
    assert_eq!(story.0.overpaid_because(sale), Overpaid::ChargedAfterAll);
}

#[test]
fn an_approval_in_part_says_how_much_until_it_is_undone() {
    let mut story = Story::new();
    story.stored(1, 7_007);
    let (payment, part, next_try) = (payment_id(1), euro(3_000), at(3));
    story.tell(2, &Fact::CardSending { payment, trace: trace(5) });
    story.tell(2, &Fact::CardApprovedInPart { payment, part });
    story.tell(2, &Fact::CardReversing { payment, reversal_stan: 20, next_try });
    let said = serde_json::to_value(card(&story)).unwrap();
    assert_eq!(
        (&said["state"], &said["approved"]["minor"], &said["left"]["minor"]),
        (&"partly_approved".into(), &3_000.into(), &4_007.into(),)
    );
    let undoing = card(&story).undoing().unwrap();
    assert_eq!((undoing.stan, undoing.times), (20, 1));
    assert_eq!(story.0.next_stan(), 21, "the number of the reversal is used up");
    story.tell(3, &Fact::CardReversed { payment, next_try });
    assert!(matches!(card(&story), CardState::Declined { code, hard: false, .. } if code == "10"));
}
