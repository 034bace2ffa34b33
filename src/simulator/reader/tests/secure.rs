//! The driver and the simulated reader over TLS, with sealed messages, and with answers that are not as they should be.

use std::io::{Read, Write};
use std::sync::mpsc;
use std::sync::{Arc, LazyLock};

use super::*;
use crate::domain::reader::{HoldEnd, ReaderNews, ReaderReversal};
use crate::outside::reader::{CertificateNames, NexoEventSettings, NexoEvents, NexoKey, NexoTls, PrinterState};
use crate::simulator::certificate::{CertificateFlaw, SimulatedCertificate};
use crate::simulator::reader::{NextAnswer, ReaderWays};

const SUFFIX: &str = "test.terminal.example";

/// The certificate of a reader that is in order, made once.
static CERTIFICATE: LazyLock<SimulatedCertificate> =
    LazyLock::new(|| certificate(SIMULATED_POI_ID, CertificateFlaw::None));

fn certificate(id: &str, flaw: CertificateFlaw) -> SimulatedCertificate {
    SimulatedCertificate::of_reader(&format!("{id}.{SUFFIX}"), flaw).unwrap()
}

/// A key of its own for each side, as in two devices.
fn key() -> Arc<NexoKey> {
    Arc::new(NexoKey::derive("a passphrase of ours", "till-key", 1).unwrap())
}

fn names() -> CertificateNames {
    CertificateNames::of(SIMULATED_POI_ID, Some(SUFFIX), false)
}

fn reader_for(simulator: &ReaderSimulator, root_pem: Option<&str>, secure: Option<Arc<NexoKey>>) -> NexoReader {
    let timeouts = NexoTimeouts {
        connect: Duration::from_secs(1),
        probe: Duration::from_millis(1_500),
        diagnosis: Duration::from_millis(1_500),
        payment: Duration::from_millis(1_500),
        status: Duration::from_millis(1_500),
        reversal: Duration::from_millis(1_500),
    };
    let tls = root_pem.map(|pem| NexoTls::new(pem, names()).unwrap());
    let (sale_id, poi_id) = ("till-23".to_owned(), SIMULATED_POI_ID.to_owned());
    NexoReader::new(NexoSettings { address: simulator.address(), sale_id, poi_id, timeouts, tls, secure })
}

fn serving(certificate: &SimulatedCertificate) -> ReaderSimulator {
    let ways = ReaderWays { certificate: Some(certificate.clone()), key: Some(key()), ..ReaderWays::default() };
    ReaderSimulator::start_with(ways).unwrap()
}

fn safe_pair() -> (ReaderSimulator, NexoReader) {
    let simulator = serving(&CERTIFICATE);
    let reader = reader_for(&simulator, Some(CERTIFICATE.root_pem()), Some(key()));
    (simulator, reader)
}

fn transaction(outcome: &ReaderOutcome) -> String {
    let ReaderOutcome::Approved { transaction, .. } = outcome else { panic!("{outcome:?}") };
    transaction.clone()
}

#[test]
fn a_whole_day_goes_over_tls_with_sealed_messages() {
    let (simulator, reader) = safe_pair();
    let with_host = ReaderReport::Healthy { host_reachable: Some(true), stored_in_reader: Some(0) };
    let diagnosis = reader.diagnose(now());
    let details = diagnosis.details.unwrap();
    assert_eq!(diagnosis.report, with_host);
    assert_eq!((details.battery_percent, details.printer), (Some(87), Some(PrinterState::Ready)));
    assert_eq!(details.network.as_deref(), Some("Simulated network"));
    assert_eq!(reader.probe(now()), HEALTHY);
    let outcome = reader.pay(&payment("P1"));
    assert!(approved(&outcome), "{outcome:?}");
    assert_eq!(reader.status(&payment("P1")), outcome);
    reader.abort(&payment("P1"));
    assert_eq!(reader.reverse(&payment("P1"), &transaction(&outcome)), ReaderReversal::Reversed);
    assert!(simulator.bookings()[0].reversed);
    assert_eq!(reader.last_failure(), None);
}

#[test]
fn a_certificate_that_is_not_the_readers_says_what_to_do_and_gets_no_message() {
    let other_root = certificate(SIMULATED_POI_ID, CertificateFlaw::None);
    let cases = [
        (certificate(SIMULATED_POI_ID, CertificateFlaw::Expired), None, "has expired: check the till's clock"),
        (certificate(SIMULATED_POI_ID, CertificateFlaw::NotYetValid), None, "not valid yet"),
        (certificate("SIM100-000000002", CertificateFlaw::None), None, "is for `SIM100-000000002.test"),
        (CERTIFICATE.clone(), Some(other_root.root_pem()), "does not come from the root in the settings"),
    ];
    for (served, root, says) in cases {
        let simulator = serving(&served);
        let reader = reader_for(&simulator, Some(root.unwrap_or(served.root_pem())), Some(key()));
        let refused = ReaderReport::Faulty { cause: ReaderCause::SoftwareFault, hard: true };
        assert_eq!(reader.probe(now()), refused, "{says}");
        let failure = reader.last_failure().unwrap();
        assert!(failure.contains(says), "{failure}");
        assert_eq!(reader.pay(&payment("P1")), ReaderOutcome::NotCharged { fault: ReaderFault::Protocol });
        assert_eq!(simulator.bookings(), []);
    }
}

#[test]
fn tls_and_plain_do_not_meet() {
    let plain = ReaderSimulator::start(0).unwrap();
    let reader = reader_for(&plain, Some(CERTIFICATE.root_pem()), None);
    assert_eq!(reader.pay(&payment("P1")), ReaderOutcome::NotCharged { fault: ReaderFault::Protocol });
    assert!(reader.last_failure().unwrap().contains("does not speak TLS"));
    let safe = serving(&CERTIFICATE);
    let reader = reader_for(&safe, None, None);
    assert!(matches!(reader.pay(&payment("P1")), ReaderOutcome::Unknown { .. }), "a byte may have arrived");
    assert_eq!((plain.bookings(), safe.bookings()), (Vec::new(), Vec::new()));
}

/// Neither silence nor a byte now and then holds the till up while TLS is agreed on, and no message is sent before.
#[test]
fn a_port_that_never_agrees_on_tls_is_bounded() {
    let talks: [fn(std::net::TcpStream); 2] = [
        |mut stream| {
            let _ = stream.read_to_end(&mut Vec::new());
        },
        |mut stream| {
            // The head of a long TLS record (RFC 8446 section 5.1), whose content then comes byte by byte.
            let _ = stream.write_all(&[0x16, 3, 3, 0x3f, 0xff]);
            while stream.write_all(&[2]).is_ok() {
                thread::sleep(Duration::from_millis(50));
            }
        },
    ];
    for talk in talks {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let settings = NexoSettings {
            address: listener.local_addr().unwrap(),
            sale_id: "till-23".to_owned(),
            poi_id: SIMULATED_POI_ID.to_owned(),
            timeouts: NexoTimeouts { connect: Duration::from_millis(300), ..NexoTimeouts::default() },
            tls: Some(NexoTls::new(CERTIFICATE.root_pem(), names()).unwrap()),
            secure: None,
        };
        thread::spawn(move || listener.incoming().flatten().for_each(talk));
        let reader = NexoReader::new(settings);
        let began = Instant::now();
        assert_eq!(reader.pay(&payment("P1")), UNREACHABLE);
        assert_eq!(reader.probe(now()), NO_ANSWER);
        assert!(began.elapsed() < Duration::from_millis(1_200), "{:?}", began.elapsed());
    }
}

#[test]
fn two_sides_with_other_keys_do_not_understand_each_other() {
    let protocol = ReaderOutcome::Unknown { fault: ReaderFault::Protocol };
    let other = |passphrase, version| Arc::new(NexoKey::derive(passphrase, "till-key", version).unwrap());
    for ours in [None, Some(other("another passphrase", 1)), Some(other("a passphrase of ours", 2))] {
        let simulator = serving(&CERTIFICATE);
        let reader = reader_for(&simulator, Some(CERTIFICATE.root_pem()), ours);
        assert_eq!(reader.pay(&payment("P1")), protocol);
        assert_eq!(
            reader.last_failure().unwrap(),
            "the reader did not accept the message: message=Encryption does not fit"
        );
        assert_eq!(simulator.bookings(), []);
    }
    let clear = ReaderWays { certificate: Some(CERTIFICATE.clone()), ..ReaderWays::default() };
    let simulator = ReaderSimulator::start_with(clear).unwrap();
    let reader = reader_for(&simulator, Some(CERTIFICATE.root_pem()), Some(key()));
    let software = ReaderReport::Faulty { cause: ReaderCause::SoftwareFault, hard: false };
    assert_eq!(reader.probe(now()), software);
}

#[test]
fn an_answer_that_is_not_whole_and_new_is_none() {
    let (protocol, lost, timed_out) = (ReaderFault::Protocol, ReaderFault::ConnectionLost, ReaderFault::TimedOut);
    let fates = [
        (NextAnswer::TheOneBefore, Some(protocol)),
        (NextAnswer::Changed, Some(protocol)),
        (NextAnswer::OtherHmac, Some(protocol)),
        (NextAnswer::Garbage, Some(protocol)),
        (NextAnswer::Flood, Some(protocol)),
        (NextAnswer::Cut, Some(lost)),
        (NextAnswer::Late(Duration::from_secs(2)), Some(timed_out)),
        (NextAnswer::Trickle, Some(timed_out)),
        (NextAnswer::Twice, None),
    ];
    thread::scope(|scope| {
        for (fate, fault) in fates {
            scope.spawn(move || answered_so(fate, fault));
        }
    });
}

/// A payment whose answer meets this fate: what the till makes of it, and that the card was charged all the same.
fn answered_so(fate: NextAnswer, fault: Option<ReaderFault>) {
    let (simulator, reader) = safe_pair();
    assert_eq!(reader.probe(now()), HEALTHY);
    simulator.next_answer(fate);
    let began = Instant::now();
    let outcome = reader.pay(&payment("P1"));
    assert!(began.elapsed() < Duration::from_secs(3), "{fate:?}: {:?}", began.elapsed());
    match fault {
        Some(fault) => assert_eq!(outcome, ReaderOutcome::Unknown { fault }, "{fate:?}"),
        None => assert!(approved(&outcome), "{fate:?}: {outcome:?}"),
    }
    assert!(approved(&reader.status(&payment("P1"))), "{fate:?}: the card was charged, and the reader says so");
    assert_eq!(simulator.bookings().len(), 1);
}

#[test]
fn an_answer_about_another_sale_leaves_the_payment_unknown() {
    let (simulator, reader) = safe_pair();
    simulator.next_payment(NextPayment::OtherSalesAnswer);
    assert_eq!(reader.pay(&payment("P1")), ReaderOutcome::Unknown { fault: ReaderFault::Protocol });
    assert!(approved(&reader.status(&payment("P1"))));
}

#[test]
fn a_reader_that_wants_a_login_gets_one() {
    let (simulator, reader) = safe_pair();
    simulator.require_login();
    assert_eq!(reader.pay(&payment("P1")), ReaderOutcome::NotCharged { fault: ReaderFault::Protocol });
    assert!(approved(&reader.pay(&payment("P2"))), "it was logged in for the next payment");
    simulator.unplug();
    simulator.plug().unwrap();
    assert_eq!(reader.probe(now()), HEALTHY, "logged in again within the probe");
    assert_eq!(reader.logout(), Ok(()));
    assert!(approved(&reader.status(&payment("P2"))));
    assert_eq!(reader.login(), Ok(()));
    assert_eq!(simulator.bookings().len(), 1);
}

#[test]
fn a_payment_is_taken_back_once_however_often_it_is_asked() {
    let (simulator, reader) = safe_pair();
    let known = transaction(&reader.pay(&payment("P1")));
    simulator.set_host_reachable(false);
    let unknown = |fault| ReaderReversal::Unknown { fault };
    assert_eq!(reader.reverse(&payment("P1"), &known), unknown(ReaderFault::HostUnreachable));
    simulator.set_host_reachable(true);
    let (simulator, reader) = safe_pair();
    let known = transaction(&reader.pay(&payment("P1")));
    assert_eq!(reader.reverse(&payment("P1"), &known), ReaderReversal::Reversed);
    assert_eq!(reader.reverse(&payment("P1"), &known), ReaderReversal::Reversed, "as it was answered the first time");
    assert_eq!(reader.reverse(&payment("P2"), "SIMP2.000009@t"), ReaderReversal::Refused, "never charged");
    assert_eq!(reader.reverse(&payment("P3"), ""), ReaderReversal::Refused, "nothing to name it by");
    let reversed: Vec<bool> = simulator.bookings().iter().map(|booking| booking.reversed).collect();
    assert_eq!(reversed, [true]);
    simulator.unplug();
    assert_eq!(reader.reverse(&payment("P1"), &known), unknown(ReaderFault::Unreachable));
}

#[test]
fn what_the_reader_says_by_itself_is_heard() {
    let (tell, told) = mpsc::sync_channel(8);
    let till = SimulatedCertificate::of_reader("till-23", CertificateFlaw::None).unwrap();
    let settings = NexoEventSettings {
        address: ([127, 0, 0, 1], 0).into(),
        poi_id: SIMULATED_POI_ID.to_owned(),
        tls: Some(till.server_config()),
        secure: Some(key()),
    };
    let tell = move |news| tell.try_send(news).unwrap();
    let ears = NexoEvents::listen(settings, Arc::new(tell)).unwrap();
    let ways = ReaderWays {
        key: Some(key()),
        events: Some(ears.address()),
        events_tls: Some(NexoTls::new(till.root_pem(), CertificateNames::of("till-23", None, false)).unwrap()),
        ..ReaderWays::default()
    };
    let simulator = ReaderSimulator::start_with(ways).unwrap();
    simulator.say("OutOfOrder", "a=b").unwrap();
    let broken = ReaderReport::Faulty { cause: ReaderCause::OutOfOrder, hard: true };
    assert_eq!(told.try_recv(), Ok(ReaderNews::Report(broken)));
    simulator.say("KeyPressed", "").unwrap();
    assert_eq!(told.try_recv(), Err(mpsc::TryRecvError::Empty));
    let other = ReaderWays { events: Some(ears.address()), ..ReaderWays::default() };
    assert!(ReaderSimulator::start_with(other).unwrap().say("OutOfOrder", "").is_err(), "no TLS");
    drop(ears);
    assert!(simulator.say("OutOfOrder", "").is_err(), "nobody listens any more");
}

#[test]
fn a_pulled_plug_ends_a_held_connection_at_once() {
    let (simulator, reader) = safe_pair();
    let began = Instant::now();
    let end = thread::scope(|scope| {
        let holding = scope.spawn(|| reader.hold(Duration::from_secs(5)));
        thread::sleep(Duration::from_millis(200));
        assert_eq!(reader.probe(now()), HEALTHY, "the reader works meanwhile");
        simulator.unplug();
        holding.join().unwrap()
    });
    assert_eq!(end, HoldEnd::Lost);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!(reader.hold(Duration::from_secs(5)), HoldEnd::NotConnected);
    simulator.plug().unwrap();
    assert_eq!(reader.hold(Duration::from_millis(300)), HoldEnd::StillThere);
}
