//! The driver against an endpoint that plays back what a terminal may say, in every order that is allowed and in some
//! that are not.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use super::*;
use crate::domain::ids::PaymentId;
use crate::domain::money::{Currency, Money};
use crate::domain::reader::ServiceId;
use crate::outside::reader::{CONFIG_DEFAULT, ZvtTimeouts};
use crate::zvt::{ApduReader, Control, Password};

const ACK: &[u8] = &[0x80, 0, 0];
const MOMENT: &[u8] = &[0x04, 0xff, 1, 0x0a];
const APPROVED: &[u8] =
    &[0x04, 0x0f, 20, 0x27, 0, 0x04, 0, 0, 0, 0, 0x48, 0x90, 0x0b, 0, 0, 0x01, 0x87, 0, 0x01, 0x8a, 0x0a, 0x19, 0x40];
const DECLINED: &[u8] = &[0x04, 0x0f, 2, 0x27, 0x05];
const LINE: &[u8] = &[0x06, 0xd1, 3, 0, b'h', b'i'];
const BROKEN_BLOCK: &[u8] = &[0x06, 0xd3, 3, 0x06, 0x7f, 0];
const COMPLETION: &[u8] = &[0x06, 0x0f, 0];
const ABORT: &[u8] = &[0x06, 0x1e, 1, 0x6c];
const REFUSAL: &[u8] = &[0x84, 0x83, 0];
const MENU: &[u8] = &[0x04, 0x0e, 0];

/// A terminal that is ready and registers anybody, and says `payment` to an Authorisation, all at once.
fn playing(payment: Vec<u8>) -> SocketAddr {
    endpoint(move |mut stream, _| {
        let mut reader = ApduReader::default();
        let mut piece = [0; 256];
        while let Ok(length @ 1..) = stream.read(&mut piece) {
            reader.push(&piece[..length]);
            while let Some(apdu) = reader.next_apdu() {
                let answer = match apdu.control {
                    Control::STATUS_ENQUIRY | Control::REGISTRATION => [ACK, COMPLETION].concat(),
                    Control::REPEAT_RECEIPT => REFUSAL.to_vec(),
                    Control::AUTHORISATION => payment.clone(),
                    Control(..) => continue,
                };
                stream.write_all(&answer).unwrap();
            }
        }
    })
}

/// An endpoint that does `speak` with each connection and its number.
fn endpoint(speak: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let speak = Arc::new(speak);
    thread::spawn(move || {
        for (number, stream) in listener.incoming().take(8).enumerate() {
            let speak = Arc::clone(&speak);
            thread::spawn(move || speak(stream.unwrap(), number));
        }
    });
    address
}

type Expected<'a> = &'a dyn Fn(&ReaderOutcome) -> bool;

fn reader_at(address: SocketAddr) -> ZvtReader {
    let bound = Duration::from_millis(500);
    let timeouts = ZvtTimeouts {
        connect: bound,
        probe: bound,
        first: bound,
        payment: bound * 2,
        stop: bound,
        status: bound,
        long: bound,
    };
    let password = Password::parse("000000").unwrap();
    let (currency, config) = (Currency::EUR, CONFIG_DEFAULT);
    ZvtReader::new(ZvtSettings { address, password, currency, config, send_reference: false, timeouts })
}

fn request() -> ReaderPayment {
    ReaderPayment {
        payment: PaymentId(uuid::Uuid::nil()),
        service_id: ServiceId("P1".to_owned()),
        amount: Money::new(4_890, Currency::EUR),
        reference: "2300310427".to_owned(),
        at: "2026-11-20T14:00:00+01:00".parse().unwrap(),
    }
}

#[test]
fn a_payment_is_read_in_every_order() {
    let approved = |outcome: &ReaderOutcome| matches!(outcome, ReaderOutcome::Approved { .. });
    let declined = |outcome: &ReaderOutcome| matches!(outcome, ReaderOutcome::Declined { .. });
    let unknown = |outcome: &ReaderOutcome| matches!(outcome, ReaderOutcome::Unknown { .. });
    let not_charged = |outcome: &ReaderOutcome| matches!(outcome, ReaderOutcome::NotCharged { .. });
    let cases: [(&str, &[&[u8]], Expected); 16] = [
        ("the usual", &[ACK, MOMENT, APPROVED, LINE, COMPLETION], &approved),
        ("the shortest", &[ACK, APPROVED, COMPLETION], &approved),
        ("no acknowledgement", &[APPROVED, COMPLETION], &approved),
        ("an old acknowledgement", &[&[0x84, 0, 0], APPROVED, COMPLETION], &approved),
        ("paper before the result", &[ACK, LINE, BROKEN_BLOCK, APPROVED, MOMENT, COMPLETION], &approved),
        ("a refused wish to stop", &[ACK, MOMENT, REFUSAL, APPROVED, COMPLETION], &approved),
        ("a message that is not for us", &[ACK, MENU, APPROVED, COMPLETION], &approved),
        ("the result twice", &[ACK, APPROVED, APPROVED, COMPLETION], &approved),
        ("two results", &[ACK, DECLINED, APPROVED, COMPLETION], &unknown),
        ("approved and then aborted", &[ACK, APPROVED, ABORT], &unknown),
        ("no result", &[ACK, COMPLETION], &unknown),
        ("no end", &[ACK, MOMENT, APPROVED], &unknown),
        ("a broken result", &[ACK, &[0x04, 0x0f, 2, 0x99, 0], COMPLETION], &unknown),
        ("refused by the bank", &[ACK, DECLINED, ABORT], &declined),
        ("aborted", &[ACK, MOMENT, ABORT], &declined),
        ("not taken", &[REFUSAL], &not_charged),
    ];
    for (case, messages, expected) in cases {
        let outcome = reader_at(playing(messages.concat())).pay(&request());
        assert!(expected(&outcome), "{case}: {outcome:?}");
    }
}

#[test]
fn a_probe_on_a_dead_connection_is_asked_again_on_a_new_one() {
    let address = endpoint(|mut stream, number| {
        let _ = stream.read(&mut [0; 16]);
        if number > 0 {
            stream.write_all(&[ACK, COMPLETION].concat()).unwrap();
            thread::sleep(Duration::from_secs(1));
        }
    });
    let healthy = ReaderReport::Healthy { host_reachable: None, stored_in_reader: None };
    assert_eq!(reader_at(address).probe(request().at), healthy);
}
