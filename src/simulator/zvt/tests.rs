use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use chrono::{DateTime, FixedOffset, Local};

use super::*;
use crate::domain::card::Brand;
use crate::domain::ids::PaymentId;
use crate::domain::money::Money;
use crate::domain::outage::ReaderCause;
use crate::domain::reader::{
    CardSeen, DeclineReason, HoldEnd, ReaderFault, ReaderOutcome, ReaderPayment, ReaderReport, ReaderReversal,
    ServiceId,
};
use crate::outside::reader::{CONFIG_DEFAULT, Reader, ZvtDayEnd, ZvtReader, ZvtSettings, ZvtTimeouts};
use crate::zvt::Password;

mod silence;

type Fault = fn(&ZvtSimulator);
type Speaker = fn(TcpStream);

const TIMEOUTS: ZvtTimeouts = ZvtTimeouts {
    connect: Duration::from_millis(200),
    probe: Duration::from_millis(300),
    first: Duration::from_millis(300),
    payment: Duration::from_millis(1_500),
    stop: Duration::from_millis(200),
    status: Duration::from_millis(400),
    long: Duration::from_secs(1),
};

fn now() -> DateTime<FixedOffset> {
    Local::now().fixed_offset()
}

fn reader_at(address: SocketAddr, send_reference: bool) -> ZvtReader {
    let password = Password::parse(SIMULATED_PASSWORD).unwrap();
    let (currency, config) = (Currency::EUR, CONFIG_DEFAULT);
    ZvtReader::new(ZvtSettings { address, password, currency, config, send_reference, timeouts: TIMEOUTS })
}

fn pair() -> (ZvtSimulator, ZvtReader) {
    let simulator = ZvtSimulator::start(0).unwrap();
    let reader = reader_at(simulator.address(), true);
    (simulator, reader)
}

/// A terminal that does not repeat references, and a driver that sends none: the proof has to be made of the rest.
fn old_pair() -> (ZvtSimulator, ZvtReader) {
    let simulator = ZvtSimulator::start(0).unwrap();
    let reader = reader_at(simulator.address(), false);
    (simulator, reader)
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

fn charged(simulator: &ZvtSimulator) -> usize {
    simulator.bookings().iter().filter(|booking| booking.approved).count()
}

const HEALTHY: ReaderReport = ReaderReport::Healthy { host_reachable: None, stored_in_reader: None };
const NO_ANSWER: ReaderReport = ReaderReport::Faulty { cause: ReaderCause::NoAnswer, hard: false };
const NOT_CONNECTED: ReaderReport = ReaderReport::Faulty { cause: ReaderCause::NotConnected, hard: true };
const UNREACHABLE: ReaderOutcome = ReaderOutcome::NotCharged { fault: ReaderFault::Unreachable };
const NEVER_BEGAN: ReaderOutcome = ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };

const fn unknown(fault: ReaderFault) -> ReaderOutcome {
    ReaderOutcome::Unknown { fault }
}

#[test]
fn a_payment_is_taken_booked_and_told_again() {
    let (simulator, reader) = pair();
    assert_eq!(reader.probe(now()), HEALTHY);
    let request = payment("P1");
    let outcome = reader.pay(&request);
    let ReaderOutcome::Approved { approval_code, brand, last4, transaction, .. } = &outcome else {
        panic!("{outcome:?}")
    };
    let booking = &simulator.bookings()[0];
    assert_eq!((approval_code, last4), (&booking.approval_code, &Some(booking.last4.clone())));
    assert_eq!((booking.amount_minor, &booking.service_id), (4_890, &request.service_id));
    assert_eq!((brand.map(Brand::label), transaction.as_str()), (Some("Visa"), "000001-0001"));
    assert_eq!(reader.status(&request), outcome);
    assert_eq!(reader.take_printed(), ["Beleg 0001"]);
    assert_eq!(charged(&simulator), 1);
}

#[test]
fn every_no_says_that_nothing_was_charged() {
    let declined = |reason, brand| ReaderOutcome::Declined { reason, card: CardSeen { brand, entry: None } };
    let not_charged = |fault| ReaderOutcome::NotCharged { fault };
    let faults: [(Fault, ReaderOutcome); 4] = [
        (ZvtSimulator::bad_card_next, declined(DeclineReason::Unreadable, None)),
        (ZvtSimulator::decline_next, declined(DeclineReason::Bank, Some(Brand::Visa))),
        (|simulator| simulator.set_host_reachable(false), not_charged(ReaderFault::HostUnreachable)),
        (ZvtSimulator::break_card_reader, not_charged(ReaderFault::Broken)),
    ];
    for (fault, expected) in faults {
        let (simulator, reader) = pair();
        fault(&simulator);
        assert_eq!(reader.pay(&payment("P1")), expected);
        assert_eq!(charged(&simulator), 0);
    }
}

#[test]
fn an_unplugged_terminal_is_known_at_once_and_nothing_was_sent() {
    let (simulator, reader) = pair();
    assert_eq!(reader.probe(now()), HEALTHY);
    simulator.unplug();
    let began = Instant::now();
    assert_eq!(reader.probe(now()), NOT_CONNECTED);
    assert_eq!(reader.pay(&payment("P1")), UNREACHABLE);
    assert!(began.elapsed() < Duration::from_millis(150), "{:?}", began.elapsed());
    assert_eq!(reader.status(&payment("P1")), unknown(ReaderFault::Unreachable));
    simulator.plug().unwrap();
    assert_eq!(reader.probe(now()), HEALTHY);
    assert!(approved(&reader.pay(&payment("P2"))), "registered again after the loss of power");
}

#[test]
fn what_was_there_before_a_restart_of_the_till_proves_nothing() {
    let (simulator, reader) = old_pair();
    simulator.next_payment(NextZvtPayment::AnswerLost);
    let request = payment("P1");
    assert_eq!(reader.pay(&request), unknown(ReaderFault::ConnectionLost));
    let restarted = reader_at(simulator.address(), false);
    let later = ReaderPayment { at: now() + chrono::TimeDelta::seconds(60), ..payment("P2") };
    assert_eq!(restarted.status(&later), unknown(ReaderFault::Protocol), "P1 is no proof for P2");
    assert_eq!(restarted.status(&request), unknown(ReaderFault::Protocol), "another customer's may be alike");
    simulator.set_clock(Local::now().naive_local() - chrono::TimeDelta::hours(3));
    assert_eq!(restarted.status(&request), unknown(ReaderFault::Protocol), "a clock that was set back proves nothing");
}

#[test]
fn the_plug_pulled_while_the_customer_pays_charges_nothing() {
    let (simulator, reader) = pair();
    assert!(approved(&reader.pay(&payment("P0"))));
    simulator.set_customer_time(Duration::from_secs(1));
    let request = payment("P1");
    let outcome = thread::scope(|scope| {
        let paying = scope.spawn(|| reader.pay(&request));
        thread::sleep(Duration::from_millis(150));
        assert_eq!(reader.probe(now()), ReaderReport::Busy);
        assert_eq!(reader.status(&request), unknown(ReaderFault::Busy));
        assert_eq!(reader.pay(&payment("P2")), ReaderOutcome::NotCharged { fault: ReaderFault::Busy });
        let holding = scope.spawn(|| (reader.hold(Duration::from_secs(1)), Instant::now()));
        thread::sleep(Duration::from_millis(50));
        let pulled = Instant::now();
        simulator.unplug();
        let (end, noticed) = holding.join().unwrap();
        assert_eq!(end, HoldEnd::Lost);
        assert!(noticed - pulled < Duration::from_millis(100), "{:?}", noticed - pulled);
        paying.join().unwrap()
    });
    assert_eq!(outcome, unknown(ReaderFault::ConnectionLost));
    simulator.plug().unwrap();
    assert_eq!(reader.status(&request), NEVER_BEGAN);
    assert_eq!(charged(&simulator), 1);
}

#[test]
fn an_aborted_payment_is_cancelled() {
    let (simulator, reader) = pair();
    simulator.set_customer_time(Duration::from_secs(1));
    let request = payment("P1");
    let (outcome, waited) = thread::scope(|scope| {
        let paying = scope.spawn(|| {
            let began = Instant::now();
            (reader.pay(&request), began.elapsed())
        });
        thread::sleep(Duration::from_millis(150));
        reader.abort(&payment("P9"));
        reader.abort(&request);
        paying.join().unwrap()
    });
    assert_eq!(outcome, ReaderOutcome::Declined { reason: DeclineReason::Cancelled, card: CardSeen::NOTHING });
    assert!(waited < Duration::from_millis(600), "{waited:?}");
    simulator.set_customer_time(Duration::ZERO);
    assert!(approved(&reader.pay(&payment("P2"))), "the connection is still in step");
    assert_eq!(charged(&simulator), 1);
}

#[test]
fn another_amount_than_asked_for_is_for_a_person() {
    let (simulator, reader) = pair();
    simulator.next_payment(NextZvtPayment::ChargedLess);
    assert_eq!(reader.pay(&payment("P1")), unknown(ReaderFault::Protocol));
    assert_eq!(reader.status(&payment("P1")), unknown(ReaderFault::Protocol));
    assert_eq!(simulator.bookings()[0].amount_minor, 4_889);
}

#[test]
fn a_terminal_that_forgot_the_till_is_registered_with_again_once() {
    let (simulator, reader) = pair();
    assert!(approved(&reader.pay(&payment("P0"))));
    simulator.forget_registration();
    assert!(approved(&reader.pay(&payment("P1"))));
    assert_eq!(charged(&simulator), 2);
    let wrong = ZvtSettings {
        address: simulator.address(),
        password: Password::parse("000000").unwrap(),
        currency: Currency::EUR,
        config: CONFIG_DEFAULT,
        send_reference: true,
        timeouts: TIMEOUTS,
    };
    simulator.forget_registration();
    let refused = ReaderOutcome::NotCharged { fault: ReaderFault::Protocol };
    assert_eq!(ZvtReader::new(wrong).pay(&payment("P2")), refused);
}

#[test]
fn a_payment_is_reversed_once() {
    let (simulator, reader) = pair();
    let request = payment("P1");
    let ReaderOutcome::Approved { transaction, .. } = reader.pay(&request) else { panic!("not approved") };
    assert!(approved(&reader.pay(&payment("P2"))));
    simulator.set_host_reachable(false);
    let no_host = ReaderReversal::Unknown { fault: ReaderFault::HostUnreachable };
    assert_eq!(reader.reverse(&request, &transaction), no_host);
    simulator.set_host_reachable(true);
    assert_eq!(reader.reverse(&request, &transaction), ReaderReversal::Reversed);
    assert_eq!(reader.reverse(&request, &transaction), ReaderReversal::Reversed, "already");
    assert_eq!(reader.reverse(&request, "000009-0009"), ReaderReversal::Refused);
    assert_eq!(reader.reverse(&request, "no number"), ReaderReversal::Refused);
    let charged: Vec<bool> = simulator.bookings().iter().map(|booking| booking.approved).collect();
    assert_eq!(charged, [false, true]);
}

#[test]
fn diagnosis_end_of_day_and_log_off() {
    let (simulator, reader) = pair();
    assert!(approved(&reader.pay(&payment("P1"))) && approved(&reader.pay(&payment("P2"))));
    assert_eq!(
        reader.diagnose(now()).report,
        ReaderReport::Healthy { host_reachable: Some(true), stored_in_reader: None }
    );
    simulator.set_host_reachable(false);
    assert_eq!(
        reader.diagnose(now()).report,
        ReaderReport::Healthy { host_reachable: Some(false), stored_in_reader: None }
    );
    assert_eq!(reader.end_of_day(), ZvtDayEnd::Refused { code: 0xa3 });
    simulator.set_host_reachable(true);
    let closed = ZvtDayEnd::Closed { total_minor: Some(9_780), payments: Some(2) };
    assert_eq!(reader.end_of_day(), closed);
    reader.log_off();
    assert_eq!(reader.hold(Duration::from_secs(1)), HoldEnd::NotConnected);
    assert_eq!(reader.probe(now()), HEALTHY);
    assert_eq!(reader.hold(Duration::from_millis(20)), HoldEnd::StillThere);
}

#[test]
fn the_status_tells_what_is_broken_and_late_answers_are_silence() {
    let (simulator, reader) = pair();
    simulator.break_card_reader();
    let broken = ReaderReport::Faulty { cause: ReaderCause::CardReaderFault, hard: true };
    assert_eq!(reader.probe(now()), broken);
    simulator.mend();
    assert_eq!(reader.probe(now()), HEALTHY);
    simulator.set_answer_delay(Duration::from_millis(400));
    assert_eq!(reader.probe(now()), NO_ANSWER);
    simulator.set_answer_delay(Duration::ZERO);
    thread::sleep(Duration::from_millis(450));
    assert_eq!(reader.probe(now()), HEALTHY, "the late answer is not taken for this one's");
}

/// An endpoint that does `speak` with each connection, on a thread of its own.
fn endpoint(speak: Speaker) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().take(8) {
            thread::spawn(move || speak(stream.unwrap()));
        }
    });
    address
}

#[test]
fn endpoints_that_are_no_terminal_cost_bounded_time() {
    let speakers: [(&str, Speaker, ReaderCause); 5] = [
        ("silent", |_stream| thread::sleep(Duration::from_secs(3)), ReaderCause::NoAnswer),
        (
            "a byte at a time",
            |mut stream| {
                for byte in [0x06, 0x0f, 0xff, 0xff, 0xff].into_iter().chain([0; 60]) {
                    let _ = stream.write_all(&[byte]);
                    thread::sleep(Duration::from_millis(50));
                }
            },
            ReaderCause::NoAnswer,
        ),
        (
            "an oversized length",
            |mut stream| {
                let _ = stream.write_all(&[0x06, 0x0f, 0xff, 0xff, 0xff, 0x00]);
                thread::sleep(Duration::from_secs(3));
            },
            ReaderCause::NoAnswer,
        ),
        (
            "a flood",
            |mut stream| while stream.write_all(&[0x04, 0xff, 0x01, 0x0a].repeat(1_000)).is_ok() {},
            ReaderCause::SoftwareFault,
        ),
        (
            "another protocol",
            |mut stream| {
                let _ = stream.read(&mut [0; 16]);
                let _ = stream.write_all(&[0x06, 0x0f, 0x02, 0x99, 0x00]);
                thread::sleep(Duration::from_secs(3));
            },
            ReaderCause::SoftwareFault,
        ),
    ];
    for (name, speak, cause) in speakers {
        let reader = reader_at(endpoint(speak), true);
        let began = Instant::now();
        assert_eq!(reader.probe(now()), ReaderReport::Faulty { cause, hard: false }, "{name}");
        assert!(began.elapsed() < TIMEOUTS.probe + Duration::from_millis(200), "{name}: {:?}", began.elapsed());
        let outcome = reader.pay(&payment("P1"));
        let registration_failed = matches!(outcome, ReaderOutcome::NotCharged { .. });
        assert!(registration_failed, "{name}: {outcome:?}: the payment itself was never sent");
        let bound = TIMEOUTS.payment + Duration::from_millis(300);
        assert!(began.elapsed() < bound, "{name}: {:?}", began.elapsed());
    }
}
