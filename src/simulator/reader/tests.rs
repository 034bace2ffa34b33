//! The simulated reader and the driver for it, over plain HTTP on a real socket; [`secure`] does it over TLS, sealed.

mod secure;

use std::thread;
use std::time::Instant;

use chrono::{DateTime, FixedOffset};

use super::*;
use crate::domain::ids::PaymentId;
use crate::domain::money::{Currency, Money};
use crate::domain::outage::ReaderCause;
use crate::domain::reader::{
    CardSeen, DeclineReason, ReaderFault, ReaderOutcome, ReaderPayment, ReaderReport, ServiceId,
};
use crate::outside::reader::{NexoReader, NexoSettings, NexoTimeouts, Reader};

type Fault = fn(&ReaderSimulator);

fn now() -> DateTime<FixedOffset> {
    "2026-11-20T14:00:00+01:00".parse().unwrap()
}

fn pair() -> (ReaderSimulator, NexoReader) {
    let simulator = ReaderSimulator::start(0).unwrap();
    let timeouts = NexoTimeouts {
        connect: Duration::from_millis(200),
        probe: Duration::from_millis(300),
        diagnosis: Duration::from_millis(300),
        payment: Duration::from_millis(1_500),
        status: Duration::from_millis(300),
        reversal: Duration::from_millis(600),
    };
    let (address, sale_id, poi_id) = (simulator.address(), "till-23".to_owned(), SIMULATED_POI_ID.to_owned());
    (simulator, NexoReader::new(NexoSettings { address, sale_id, poi_id, timeouts, tls: None, secure: None }))
}

fn payment(service_id: &str) -> ReaderPayment {
    ReaderPayment {
        payment: PaymentId(uuid::Uuid::nil()),
        service_id: ServiceId(service_id.to_owned()),
        amount: Money::new(4_890, Currency::EUR),
        reference: "2300310427".to_owned(),
        at: now(),
    }
}

fn approved(outcome: &ReaderOutcome) -> bool {
    matches!(outcome, ReaderOutcome::Approved { .. })
}

const HEALTHY: ReaderReport = ReaderReport::Healthy { host_reachable: None, stored_in_reader: Some(0) };
const NO_ANSWER: ReaderReport = ReaderReport::Faulty { cause: ReaderCause::NoAnswer, hard: false };
const NOT_CONNECTED: ReaderReport = ReaderReport::Faulty { cause: ReaderCause::NotConnected, hard: true };
const UNREACHABLE: ReaderOutcome = ReaderOutcome::NotCharged { fault: ReaderFault::Unreachable };

#[test]
fn a_payment_is_approved_booked_and_found_again() {
    let (simulator, reader) = pair();
    assert_eq!(reader.probe(now()), HEALTHY);
    let outcome = reader.pay(&payment("P1"));
    let ReaderOutcome::Approved { approval_code, last4, .. } = outcome.clone() else { panic!("{outcome:?}") };
    let booking = ReaderBooking {
        service_id: ServiceId("P1".to_owned()),
        reference: "2300310427".to_owned(),
        amount_minor: 4_890,
        currency: Currency::EUR,
        approved: true,
        last4: last4.unwrap(),
        approval_code,
        transaction: "SIMP1.000001".to_owned(),
        reversed: false,
    };
    assert_eq!(simulator.bookings(), [booking]);
    assert_eq!(reader.status(&payment("P1")), outcome);
}

#[test]
fn what_the_reader_refuses_is_not_charged_and_stays_so() {
    let declined = |reason| ReaderOutcome::Declined { reason, card: CardSeen::NOTHING };
    let not_charged = |fault| ReaderOutcome::NotCharged { fault };
    let cases: [(Fault, ReaderOutcome); 3] = [
        (ReaderSimulator::decline_next, declined(DeclineReason::Bank)),
        (ReaderSimulator::bad_card_next, declined(DeclineReason::Unreadable)),
        (|simulator| simulator.set_host_reachable(false), not_charged(ReaderFault::HostUnreachable)),
    ];
    for (make_it_so, expected) in cases {
        let (simulator, reader) = pair();
        make_it_so(&simulator);
        assert_eq!(reader.pay(&payment("P1")), expected);
        assert_eq!(reader.status(&payment("P1")), expected);
        assert!(simulator.bookings().iter().all(|booking| !booking.approved));
        simulator.set_host_reachable(true);
        assert!(approved(&reader.pay(&payment("P2"))), "only one payment is hit");
    }
}

#[test]
fn an_unplugged_reader_is_refused_at_once_and_works_when_plugged_in() {
    let (simulator, reader) = pair();
    simulator.unplug();
    let began = Instant::now();
    assert_eq!(reader.probe(now()), NOT_CONNECTED);
    assert_eq!(reader.pay(&payment("P1")), UNREACHABLE);
    assert!(began.elapsed() < Duration::from_millis(150), "{:?}", began.elapsed());
    let unknown = ReaderOutcome::Unknown { fault: ReaderFault::Unreachable };
    assert_eq!(reader.status(&payment("P1")), unknown, "the payment may have been sent before");
    simulator.plug().unwrap();
    assert_eq!(reader.probe(now()), HEALTHY);
    assert!(approved(&reader.pay(&payment("P1"))));
}

#[test]
fn a_frozen_reader_leaves_everything_unknown_within_the_bounds() {
    let (simulator, reader) = pair();
    simulator.freeze();
    let timed_out = ReaderOutcome::Unknown { fault: ReaderFault::TimedOut };
    let began = Instant::now();
    assert_eq!(reader.probe(now()), NO_ANSWER);
    assert_eq!(reader.pay(&payment("P1")), timed_out);
    assert_eq!(reader.status(&payment("P1")), timed_out);
    assert!(began.elapsed() < Duration::from_millis(2_600), "{:?}", began.elapsed());
    simulator.thaw();
    let never_began = ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };
    assert_eq!(reader.status(&payment("P1")), never_began);
    assert_eq!(simulator.bookings(), []);
}

#[test]
fn a_payment_under_way_goes_on_while_the_reader_is_frozen() {
    let (simulator, reader) = pair();
    simulator.set_customer_time(Duration::from_millis(300));
    let outcome = thread::scope(|scope| {
        let paying = scope.spawn(|| reader.pay(&payment("P1")));
        thread::sleep(Duration::from_millis(150));
        simulator.freeze();
        paying.join().unwrap()
    });
    assert_eq!(outcome, ReaderOutcome::Unknown { fault: ReaderFault::TimedOut });
    simulator.thaw();
    assert!(approved(&reader.status(&payment("P1"))));
    assert_eq!(simulator.bookings().len(), 1);
}

#[test]
fn a_reader_that_dies_in_a_payment_tells_afterwards_whether_it_charged() {
    for booked in [false, true] {
        let (simulator, reader) = pair();
        simulator.fail_mid_payment_next(booked);
        let lost = ReaderOutcome::Unknown { fault: ReaderFault::ConnectionLost };
        assert_eq!(reader.pay(&payment("P1")), lost);
        assert_eq!(reader.probe(now()), NOT_CONNECTED);
        simulator.plug().unwrap();
        let found = reader.status(&payment("P1"));
        assert_eq!(approved(&found), booked, "{found:?}");
        let never_began = ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };
        assert!(booked || found == never_began, "{found:?}");
        assert_eq!(simulator.bookings().len(), usize::from(booked));
    }
}

#[test]
fn the_plug_pulled_while_the_customer_pays_charges_nothing() {
    let (simulator, reader) = pair();
    simulator.set_customer_time(Duration::from_secs(1));
    let outcome = thread::scope(|scope| {
        let paying = scope.spawn(|| reader.pay(&payment("P1")));
        thread::sleep(Duration::from_millis(150));
        assert_eq!(reader.probe(now()), ReaderReport::Busy);
        assert_eq!(reader.status(&payment("P1")), ReaderOutcome::Unknown { fault: ReaderFault::Busy });
        let busy = ReaderOutcome::NotCharged { fault: ReaderFault::Busy };
        assert_eq!(reader.pay(&payment("P2")), busy);
        simulator.unplug();
        paying.join().unwrap()
    });
    assert_eq!(outcome, ReaderOutcome::Unknown { fault: ReaderFault::ConnectionLost });
    simulator.plug().unwrap();
    let never_began = ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };
    assert_eq!(reader.status(&payment("P1")), never_began);
    assert_eq!(simulator.bookings(), []);
}

#[test]
fn an_aborted_payment_is_cancelled() {
    let (simulator, reader) = pair();
    simulator.set_customer_time(Duration::from_secs(1));
    let (outcome, waited) = thread::scope(|scope| {
        let paying = scope.spawn(|| {
            let began = Instant::now();
            (reader.pay(&payment("P1")), began.elapsed())
        });
        thread::sleep(Duration::from_millis(150));
        reader.abort(&payment("P1"));
        paying.join().unwrap()
    });
    assert_eq!(outcome, ReaderOutcome::Declined { reason: DeclineReason::Cancelled, card: CardSeen::NOTHING });
    assert!(waited < Duration::from_millis(900), "{waited:?}");
    assert_eq!(reader.status(&payment("P1")), outcome);
}

#[test]
fn answers_that_do_not_fit_leave_the_payment_unknown() {
    let protocol = ReaderOutcome::Unknown { fault: ReaderFault::Protocol };
    let (simulator, reader) = pair();
    simulator.next_payment(NextPayment::MislabelledAnswer);
    assert_eq!(reader.pay(&payment("P1")), protocol);
    assert!(approved(&reader.status(&payment("P1"))), "it was charged, and the status says so");
    simulator.next_payment(NextPayment::ChargedLess);
    assert_eq!(reader.pay(&payment("P2")), protocol);
    assert_eq!(reader.status(&payment("P2")), protocol, "a person has to look");
    assert_eq!(reader.pay(&payment("P1")), protocol, "a repeated service id is not charged again");
    let charged: Vec<i64> = simulator.bookings().iter().map(|booking| booking.amount_minor).collect();
    assert_eq!(charged, [4_890, 4_889]);
}

#[test]
fn the_diagnosis_tells_what_is_broken() {
    let (simulator, reader) = pair();
    simulator.break_card_reader();
    let broken = ReaderReport::Faulty { cause: ReaderCause::CardReaderFault, hard: true };
    assert_eq!(reader.probe(now()), broken);
    assert_eq!(reader.pay(&payment("P1")), ReaderOutcome::NotCharged { fault: ReaderFault::Broken });
    simulator.mend();
    simulator.set_host_reachable(false);
    simulator.set_stored_payments(2);
    let no_host = ReaderReport::Healthy { host_reachable: Some(false), stored_in_reader: Some(2) };
    assert_eq!(reader.diagnose(now()).report, no_host);
    let probed = ReaderReport::Healthy { host_reachable: None, stored_in_reader: Some(2) };
    assert_eq!(reader.probe(now()), probed, "a probe does not ask for the host");
    assert!(approved(&{
        simulator.set_host_reachable(true);
        reader.pay(&payment("P2"))
    }));
}
