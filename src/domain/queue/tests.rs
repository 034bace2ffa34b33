//! Tests of the waits and of the order in which payments are sent.

use super::*;
use uuid::Uuid;

fn at(second: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_764_000_000 + second, 0).unwrap().fixed_offset()
}

#[test]
fn waits_double_up_to_the_bound_and_differ_from_payment_to_payment() {
    let of = |attempts, n| RetryRules::USUAL.wait(attempts, PaymentId(Uuid::from_u128(n))).num_milliseconds();
    for (attempts, seconds) in [(0, 5), (1, 5), (2, 10), (3, 20), (6, 160), (7, 300), (60, 300)] {
        let waits: std::collections::BTreeSet<i64> = (0..64).map(|n| of(attempts, n)).collect();
        let (least, most) = (waits.first().unwrap(), waits.last().unwrap());
        assert!(*least >= seconds * 1_000 && *most < seconds * 1_250, "{attempts}: {least} to {most}");
        assert!(waits.len() > 32 && most - least > seconds * 150, "{attempts}: {waits:?}");
        assert_eq!(of(attempts, 7), of(attempts, 7), "a replay waits as long");
    }
}

#[test]
fn reversals_go_first_and_one_stuck_payment_blocks_no_other() {
    let trace = HostTrace { stan: 1, rrn: "000000000001".into(), sold_at: at(0), sent_at: at(0) };
    let stored = |next_try| CardState::Stored { attempts: 0, next_try, shared: None };
    let parked = CardState::Parked { reason: ParkReason::TooLate, attempts: 0, trace: None, then: None };
    let unknown = CardState::Unknown { trace, attempts: 1, since: at(5), then: None };
    let id = |n| PaymentId(Uuid::from_u128(n));
    let queue = [(id(1), parked), (id(2), stored(at(60))), (id(3), stored(at(0))), (id(4), unknown)];
    let promise = Promise::SentLater { send_by: at(86_400) };
    let next = |now| next_due(queue.iter().map(|(id, state)| (*id, promise, state)), now);
    assert_eq!(next(at(-1)), None);
    assert_eq!(next(at(1)), Some(id(3)));
    assert_eq!(next(at(5)), Some(id(4)));
}

#[test]
fn the_card_whose_time_at_the_acquirer_ends_first_is_sent_first() {
    let stored = CardState::Stored { attempts: 0, next_try: at(0), shared: None };
    let id = |n| PaymentId(Uuid::from_u128(n));
    // The oldest was refused before, and may be asked for within thirty days.
    let queue = [(id(1), at(2_592_000)), (id(2), at(7_200)), (id(3), at(3_600)), (id(4), at(3_600))];
    let mut order: Vec<u128> = Vec::new();
    while order.len() < queue.len() {
        let left = queue.iter().filter(|(id, _)| !order.contains(&id.0.as_u128()));
        let left = left.map(|(id, send_by)| (*id, Promise::SentLater { send_by: *send_by }, &stored));
        order.push(next_due(left, at(1)).unwrap().0.as_u128());
    }
    assert_eq!(order, [3, 4, 2, 1]);
}
