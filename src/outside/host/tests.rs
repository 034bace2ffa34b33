//! Over real sockets, against the simulated host.

mod tls;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

use super::*;
use crate::domain::money::{Currency, Money};
use crate::iso8583::{Bytes, Envelope, LengthHeader, Numbers, OddDigit, PrivateUse, Tpdu, VoidForm};
use crate::simulator::host::tests::{key, request, sealed_for, terminal, undo};
use crate::simulator::host::{HostFate, HostRules, HostSimulator, HostWays};

const SHORT: Duration = Duration::from_millis(300);

fn host_at(address: SocketAddr) -> TcpHost {
    TcpHost::new(address.to_string(), terminal()).with_timeouts(Duration::from_secs(2), Duration::from_secs(2))
}

fn start() -> (HostSimulator, TcpHost) {
    let simulator = HostSimulator::start(0, key(), HostRules::default()).unwrap();
    let host = host_at(simulator.address());
    (simulator, host)
}

fn at() -> DateTime<FixedOffset> {
    "2026-11-27T10:30:15+01:00".parse().unwrap()
}

fn charged(simulator: &HostSimulator) -> usize {
    simulator.book().iter().filter(|booking| booking.is_charged()).count()
}

#[test]
fn a_card_is_approved_or_declined() {
    let (simulator, host) = start();
    assert_eq!(host.echo(1, &at()), HostEcho::Alive);
    let good = request(2, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    assert_eq!(host.authorise(&good), HostAnswer::Approved { approval_code: "700001".to_owned() });
    let poor = request(3, 4_890, &sealed_for(&key(), "4000000000009995", 4_890));
    assert_eq!(host.authorise(&poor), HostAnswer::DeclinedSoft { code: "51".to_owned() });
    let lost = request(4, 4_890, &sealed_for(&key(), "4000000000009987", 4_890));
    assert_eq!(host.authorise(&lost), HostAnswer::DeclinedHard { code: "41".to_owned() });
    assert_eq!((simulator.book().len(), charged(&simulator)), (3, 1));
}

/// The dialects that a host may speak, each with all that differs from the usual one in some way.
fn dialects() -> Vec<Dialect> {
    let tpdu = Some(Tpdu { destination: 0x0001, source: 0x1234 });
    let envelope = |length, tpdu| Envelope { length, tpdu };
    let packed = |odd| Numbers::Bcd { odd };
    let private = PrivateUse::new(62, 61, Some((47, "SAF"))).unwrap();
    vec![
        Dialect::ASCII_1987_HEX,
        Dialect { envelope: envelope(LengthHeader::FourDigits, None), private, ..Dialect::ASCII_1987 },
        Dialect {
            envelope: envelope(LengthHeader::TwoBytes, tpdu),
            numbers: packed(OddDigit::ZeroBefore),
            ..Dialect::ASCII_1987
        },
        Dialect {
            envelope: envelope(LengthHeader::FourBytes, tpdu),
            numbers: packed(OddDigit::FAfter),
            bitmap: Bytes::Hex,
            ..Dialect::ASCII_1987
        },
    ]
}

#[test]
fn a_host_is_understood_in_its_own_dialect_and_signed_on_to() {
    for (dialect, sign_on) in dialects().into_iter().zip([false, true].into_iter().cycle()) {
        let ways = HostWays { dialect: dialect.clone(), sign_on, ..HostWays::default() };
        let simulator = HostSimulator::start_with(0, key(), HostRules::default(), ways).unwrap();
        let host = host_at(simulator.address()).with_dialect(dialect.clone(), sign_on);
        assert_eq!(host.echo(1, &at()), HostEcho::Alive, "{dialect:?}");
        let asked = request(2, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
        let deferred = CardRequest { deferred: true, ..asked };
        assert_eq!(
            host.authorise(&deferred),
            HostAnswer::Approved { approval_code: "700001".to_owned() },
            "{dialect:?}"
        );
        assert_eq!(charged(&simulator), 1);
        assert_eq!(host.reverse(&undo(&deferred, 3)), ReversalAnswer::Reversed, "{dialect:?}");
        assert_eq!(charged(&simulator), 0);
    }
}

#[test]
fn a_host_that_wants_a_sign_on_is_asked_nothing_without_one() {
    let ways = HostWays { sign_on: true, ..HostWays::default() };
    let simulator = HostSimulator::start_with(0, key(), HostRules::default(), ways).unwrap();
    let asked = request(2, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    let unknown = host_at(simulator.address());
    assert_eq!(unknown.authorise(&asked), HostAnswer::Unknown { fault: HostFault::ConnectionLost });
    simulator.controls().hang(true);
    let host = unknown.with_dialect(Dialect::ASCII_1987, true).with_timeouts(SHORT, SHORT);
    assert_eq!(host.authorise(&asked), HostAnswer::NotSent { fault: HostFault::TimedOut }, "the sign-on came first");
    assert!(simulator.book().is_empty());
}

#[test]
fn a_lost_answer_is_unknown_then_undone_then_asked_anew() {
    let (simulator, host) = start();
    let sealed = sealed_for(&key(), "4111111111111111", 4_890);
    let first = request(1, 4_890, &sealed);
    simulator.controls().lose_next_answer();
    assert_eq!(host.echo(9, &at()), HostEcho::Alive, "a probe does not use the fault up");
    assert_eq!(host.authorise(&first), HostAnswer::Unknown { fault: HostFault::ConnectionLost });
    assert_eq!(charged(&simulator), 1, "the host did charge it");
    simulator.controls().lose_next_answer();
    assert_eq!(host.reverse(&undo(&first, 2)), ReversalAnswer::NoAnswer { fault: HostFault::ConnectionLost });
    let again = ReversalRequest { repeat: true, ..undo(&first, 2) };
    assert_eq!(host.reverse(&again), ReversalAnswer::Reversed);
    assert_eq!(charged(&simulator), 0);
    let anew = request(3, 4_890, &sealed);
    assert_eq!(host.authorise(&anew), HostAnswer::Approved { approval_code: "700002".to_owned() });
    assert_eq!(charged(&simulator), 1);
}

#[test]
fn nothing_was_sent_to_a_host_that_is_down() {
    let (simulator, host) = start();
    let asked = request(1, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    simulator.controls().set_listening(false).unwrap();
    assert_eq!(host.authorise(&asked), HostAnswer::NotSent { fault: HostFault::Refused });
    assert_eq!(host.echo(2, &at()), HostEcho::Failed { fault: HostFault::Refused });
    assert_eq!(host.reverse(&undo(&asked, 3)), ReversalAnswer::NoAnswer { fault: HostFault::Refused });
    simulator.controls().set_listening(true).unwrap();
    assert!(matches!(host.authorise(&asked), HostAnswer::Approved { .. }));
}

#[test]
fn a_silent_host_is_given_up_in_time() {
    let (simulator, host) = start();
    let host = host.with_timeouts(SHORT, SHORT);
    simulator.controls().hang(true);
    let asked = request(1, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    let began = Instant::now();
    assert_eq!(host.authorise(&asked), HostAnswer::Unknown { fault: HostFault::TimedOut });
    assert!((SHORT..SHORT * 4).contains(&began.elapsed()), "{:?}", began.elapsed());
    assert_eq!(host.echo(2, &at()), HostEcho::Failed { fault: HostFault::TimedOut });
    simulator.controls().hang(false);
    assert_eq!(host.echo(3, &at()), HostEcho::Alive);
    assert!(simulator.book().is_empty(), "a hanging host works on nothing");
}

#[test]
fn a_cut_line_breaks_the_connection() {
    let (simulator, host) = start();
    simulator.controls().cut(true);
    assert_eq!(host.echo(1, &at()), HostEcho::Failed { fault: HostFault::ConnectionLost });
    simulator.controls().cut(false);
    assert_eq!(host.echo(2, &at()), HostEcho::Alive);
}

#[test]
fn a_host_that_goes_down_ends_its_connections() {
    let (simulator, host) = start();
    let mut connection = Connection::open(&simulator.address().to_string(), None, SHORT).unwrap();
    let question = echo(1, &at(), host.terminal()).unwrap().encode(&Dialect::ASCII_1987).unwrap();
    connection.send(&Envelope::default().frame(&question).unwrap()).unwrap();
    assert!(connection.receive(Envelope::default()).is_ok());
    simulator.controls().set_listening(false).unwrap();
    connection.set_deadline(Instant::now() + Duration::from_secs(2));
    assert_eq!(connection.receive(Envelope::default()), Err(HostFault::ConnectionLost));
}

/// A host that does with each connection what the closure says, for ever.
fn odd_host(mut treat: impl FnMut(TcpStream) + Send + 'static) -> TcpHost {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().flatten().for_each(&mut treat));
    host_at(address)
}

#[test]
fn an_answer_that_is_no_message_is_a_fault_of_protocol() {
    for nonsense in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], &[0, 0], &[0, 4, b'0', b'8', b'1', b'0']] {
        let host = odd_host(move |mut stream| {
            let mut request = [0; 2_048];
            assert!(stream.read(&mut request).unwrap() > 0);
            stream.write_all(nonsense).unwrap();
        });
        assert_eq!(host.echo(1, &at()), HostEcho::Failed { fault: HostFault::Protocol });
        let asked = request(1, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
        assert_eq!(host.authorise(&asked), HostAnswer::Unknown { fault: HostFault::Protocol });
    }
}

/// One byte each 50 ms would never let a time-out per read strike.
#[test]
fn a_dribbling_host_does_not_hold_the_till() {
    let host = odd_host(|mut stream| {
        while stream.write_all(&[1]).is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let host = host.with_timeouts(SHORT, SHORT);
    let began = Instant::now();
    let fault = HostFault::TimedOut;
    assert_eq!(host.echo(1, &at()), HostEcho::Failed { fault });
    let asked = request(1, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    assert_eq!(host.authorise(&asked), HostAnswer::Unknown { fault });
    assert!(began.elapsed() < SHORT * 6, "{:?}", began.elapsed());
}

/// What a host sends when it is asked, and how it goes on: it ends the connection, or says nothing more.
fn frames_that_are_none() -> [(Vec<u8>, bool, HostFault); 6] {
    let half = [&[0, 100][..], b"0210"].concat();
    let large = [&[0xff, 0xff][..], &vec![b'0'; 65_535]].concat();
    [
        (vec![0, 0], false, HostFault::Protocol),
        (large.clone(), false, HostFault::Protocol),
        (large[..2].to_vec(), false, HostFault::Protocol),
        (half.clone(), true, HostFault::ConnectionLost),
        (half, false, HostFault::TimedOut),
        (vec![0], true, HostFault::ConnectionLost),
    ]
}

/// An empty frame, one of 64 KiB, which is refused by its length before any of it is kept, and half of one: the request
/// was sent, so that what became of it is not known.
#[test]
fn a_frame_that_is_none_leaves_the_payment_unknown() {
    for (bytes, ends, fault) in frames_that_are_none() {
        let length = bytes.len();
        let host = odd_host(move |mut stream| {
            let _ = stream.read(&mut [0; 2_048]);
            let _ = stream.write_all(&bytes);
            while !ends && stream.read(&mut [0; 64]).is_ok_and(|count| count > 0) {}
        });
        let host = host.with_timeouts(SHORT, SHORT);
        let asked = request(1, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
        let began = Instant::now();
        assert_eq!(host.authorise(&asked), HostAnswer::Unknown { fault }, "{length} bytes");
        assert_eq!(host.reverse(&undo(&asked, 2)), ReversalAnswer::NoAnswer { fault }, "{length} bytes");
        assert!(began.elapsed() < SHORT * 6, "{length} bytes: {:?}", began.elapsed());
    }
}

/// The simulated host books the purchase in any case; the till believes only an answer to exactly what it asked.
#[test]
fn an_answer_that_is_not_ours_leaves_it_unknown_and_the_reversal_ends_it() {
    let (simulator, host) = start();
    let host = host.with_timeouts(SHORT * 4, SHORT);
    let fates = [
        (HostFate::Garbage, HostFault::Protocol),
        (HostFate::WrongMti, HostFault::Protocol),
        (HostFate::OtherTill, HostFault::Protocol),
        (HostFate::OtherRequest, HostFault::Protocol),
        (HostFate::Close, HostFault::ConnectionLost),
        (HostFate::Drop, HostFault::TimedOut),
        (HostFate::Late(SHORT * 2), HostFault::TimedOut),
    ];
    for (number, (fate, fault)) in (1..).zip(fates) {
        assert!(simulator.controls().next_answer(fate));
        let asked = request(2 * number, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
        assert_eq!(host.authorise(&asked), HostAnswer::Unknown { fault }, "{fate:?}");
        assert_eq!(charged(&simulator), 1, "{fate:?}");
        assert_eq!(host.reverse(&undo(&asked, 2 * number + 1)), ReversalAnswer::Reversed, "{fate:?}");
        assert_eq!(charged(&simulator), 0, "{fate:?}");
    }
    assert!(simulator.controls().next_answer(HostFate::Twice));
    let asked = request(40, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    assert!(matches!(host.authorise(&asked), HostAnswer::Approved { .. }));
    for fate in [HostFate::Garbage, HostFate::WrongMti, HostFate::OtherTill, HostFate::OtherRequest] {
        assert!(simulator.controls().next_answer(fate));
        let fault = HostFault::Protocol;
        assert_eq!(host.reverse(&undo(&asked, 41)), ReversalAnswer::NoAnswer { fault }, "{fate:?}");
    }
    assert_eq!(host.reverse(&undo(&asked, 42)), ReversalAnswer::Reversed);
}

#[test]
fn an_approval_is_taken_back_once_in_either_form_and_not_after_it_is_settled() {
    for form in [VoidForm::Request, VoidForm::Reversal] {
        let dialect = Dialect { void: form, ..Dialect::ASCII_1987 };
        let ways = HostWays { dialect: dialect.clone(), ..HostWays::default() };
        let simulator = HostSimulator::start_with(0, key(), HostRules::default(), ways).unwrap();
        let host = host_at(simulator.address()).with_dialect(dialect, false);
        let asked = request(1, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
        let wish = ReversalRequest { sealed: String::new(), ..undo(&asked, 2) };
        assert_eq!(
            host.void(&wish),
            ReversalAnswer::Refused { code: "25".to_owned() },
            "{form:?}: nothing to take back"
        );
        assert!(matches!(host.authorise(&asked), HostAnswer::Approved { .. }));
        simulator.controls().lose_next_answer();
        assert_eq!(host.void(&wish), ReversalAnswer::NoAnswer { fault: HostFault::ConnectionLost });
        assert_eq!(charged(&simulator), 0, "{form:?}: it was taken back, and nobody knows it yet");
        let again = ReversalRequest { repeat: true, ..wish.clone() };
        assert_eq!(host.void(&again), ReversalAnswer::Reversed, "{form:?}");
        assert_eq!(charged(&simulator), 0);
        let other = ReversalRequest { amount: Money::new(1, Currency::EUR), ..wish };
        assert_eq!(host.void(&other), ReversalAnswer::Refused { code: "64".to_owned() });
    }
}

#[test]
fn an_approval_by_voice_is_booked_once_with_the_spoken_code() {
    let (simulator, host) = start();
    let code: ApprovalCode = "v12a4".parse().unwrap();
    let asked = request(1, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    simulator.controls().lose_next_answer();
    assert_eq!(host.advise(&asked, &code, false), AdviceAnswer::NotYet { fault: HostFault::ConnectionLost });
    assert_eq!(host.advise(&asked, &code, true), AdviceAnswer::Delivered);
    let book = simulator.book();
    assert_eq!(book.len(), 1, "a repeat books nothing more");
    assert_eq!((book[0].approval_code.as_deref(), book[0].is_charged()), (Some("V12A4"), true));
    simulator.controls().answer_next_with("12");
    let other = request(2, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    assert_eq!(host.advise(&other, &code, false), AdviceAnswer::Refused { code: "12".to_owned() });
    assert_eq!(charged(&simulator), 1);
}

#[test]
fn an_approval_in_part_is_told_with_its_amount_and_undone() {
    let (simulator, host) = start();
    simulator.controls().answer_next_with("10");
    let asked = request(1, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    let part = Money::new(2_445, Currency::EUR);
    assert_eq!(host.authorise(&asked), HostAnswer::ApprovedInPart { part });
    assert_eq!(charged(&simulator), 1);
    assert_eq!(host.reverse(&undo(&asked, 2)), ReversalAnswer::Reversed);
    assert_eq!(charged(&simulator), 0);
}

#[test]
fn what_cannot_be_sent_was_not_sent() {
    let (simulator, host) = start();
    let asked = request(0, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    assert_eq!(host.authorise(&asked), HostAnswer::NotSent { fault: HostFault::Protocol });
    assert!(simulator.book().is_empty());
    let nowhere = TcpHost::new("no-such-host.invalid:8583".to_owned(), terminal());
    let fault = nowhere.echo(1, &at());
    assert!(matches!(fault, HostEcho::Failed { fault: HostFault::Unreachable | HostFault::TimedOut }), "{fault:?}");
}
