//! `stopgap forward` on a ledger with stored cards, against a host that is a process of its own.

use std::io::Read;
use std::net::TcpListener;
use std::thread;

use chrono::{DateTime, FixedOffset, Local, TimeDelta};
use ring::rand::SystemRandom;
use stopgap::domain::card::{Brand, CardDraft, YearMonth};
use stopgap::domain::cash::Count;
use stopgap::domain::fact::Fact;
use stopgap::domain::ids::{DayId, DrawerId, IdSource, PaymentId, PersonId, SaleId, SaleReference, SaveId};
use stopgap::domain::money::{Currency, Money};
use stopgap::domain::queue::Promise;
use stopgap::seal::{AcquirerKey, Binding, seal};
use stopgap::store::{Options, Store};

use super::diagnose::Simulator;
use super::*;

/// The till of the ZVT sample, and its terminal id.
const TILL: u8 = 10;
const TERMINAL: &str = "TERM0010";

fn at() -> DateTime<FixedOffset> {
    Local::now().fixed_offset() - TimeDelta::minutes(10)
}

/// A ledger in which these cards were stored ten minutes ago, each for one euro and as many cents as its place.
pub(crate) fn ledger_with(data: &Path, cards: &[&str], jwk: &str) {
    let options = Options { now_unix: at().timestamp(), faults: None };
    let mut store = Store::open(data, TILL, options).unwrap().store;
    let mut ids = IdSource::new(u64::try_from(at().timestamp_millis()).unwrap(), 1);
    let (day, drawer) = (DayId(ids.next_uuid()), DrawerId(ids.next_uuid()));
    let opening = [
        Fact::DayOpened { day, date: at().date_naive(), is_demo: false },
        Fact::DrawerOpened { drawer, float: Count::default(), float_minor: 0, name: None, by: None, foreign: None },
    ];
    store.save(at(), "test", SaveId(ids.next_uuid()), &opening, &[]).unwrap();
    let key = AcquirerKey::from_jwk_json(jwk).unwrap();
    for (number, sequence) in cards.iter().zip(1..) {
        let (sale, payment) = (SaleId(ids.next_uuid()), PaymentId(ids.next_uuid()));
        let amount = Money::new(100 + i64::from(sequence), Currency::EUR);
        let mut draft = CardDraft::new();
        number.bytes().for_each(|digit| assert!(draft.push_number(digit - b'0')));
        "1299".bytes().for_each(|digit| assert!(draft.push_expiry(digit - b'0')));
        let card = draft.parse(&[Brand::Visa], YearMonth { year: 2090, month: 1 }).unwrap();
        let binding = Binding { payment, terminal: TERMINAL.to_owned(), amount };
        let sealed = seal(&card, &binding, &key, &SystemRandom::new()).unwrap();
        let facts = [
            Fact::SaleBegan {
                sale,
                till: TILL,
                day,
                reference: SaleReference::new(TILL, sequence).unwrap(),
                amount,
                ticket: None,
                cashier: PersonId("cashier-1".to_owned()),
                outage: None,
            },
            Fact::CardSealed {
                payment,
                sale,
                amount,
                brand: sealed.brand,
                last4: sealed.last4,
                sealed_sha256: sealed.sha256,
                promise: Promise::SentLater { send_by: at() + TimeDelta::hours(24) },
            },
            Fact::SaleDone { sale },
        ];
        store.save(at(), "cashier-1", SaveId(ids.next_uuid()), &facts, &[(payment, sealed.compact)]).unwrap();
    }
}

/// The ZVT sample with a line anchor on this machine, and with this as its dialect of the host.
pub(crate) fn local_zvt_sample(anchor: &TcpListener, dialect: &str) -> String {
    let sample = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/zvt.toml")).unwrap();
    sample
        .replace("[\"198.51.100.53:53\", \"203.0.113.53:53\"]", &format!("[\"{}\"]", anchor.local_addr().unwrap()))
        .replace("\n[card]\n", &format!("\n[host.dialect]\n{dialect}\n[card]\n"))
}

/// The state of each card that `stopgap forward` printed.
pub(crate) fn states(output: &Output) -> Vec<String> {
    let lines = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| line["card"]["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn stored_cards_are_sent_and_what_became_of_each_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let anchor = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = folder.path().join("stopgap.toml");
    // The host speaks the dialect of the same configuration.
    let dialect = "length_header = \"four_digits\"\ntpdu_destination = \"0001\"\n\
                   numbers = \"bcd_zero_before\"\nsign_on = true\n";
    let sample = local_zvt_sample(&anchor, dialect);
    fs::write(&config, &sample).unwrap();
    fs::write(folder.path().join("terminal-password.txt"), "123456\n").unwrap();
    let host = Simulator::start(&["host", "--tls", "--name", "host.acquirer.example", "--config", text(&config)]);
    fs::write(&config, sample.replace("198.51.100.10:8583", &host.address())).unwrap();
    fs::write(folder.path().join("acquirer-root.pem"), host.place["root_pem"].as_str().unwrap()).unwrap();
    ledger_with(&data, &["4111111111111111", "4000000000009995", "4111111111111111"], &host.place["key"].to_string());

    let forward = |more: &[&str]| {
        let place = ["forward", "--config", text(&config), "--data", text(&data)];
        let output = run(&[&place[..], more].concat());
        (output.status.code(), states(&output), String::from_utf8(output.stderr).unwrap())
    };
    let (code, states, error) = forward(&["--check"]);
    assert_eq!((code, states), (Some(1), vec!["stored".to_owned(); 3]), "{error}");
    assert_eq!(error, "stopgap: 3 stored cards are left that are not settled\n");
    let (code, states, error) = forward(&["--patience", "60"]);
    // The one that is refused for now is a loss that a person decides about.
    assert_eq!((code, states), (Some(1), ["approved", "declined", "approved"].map(str::to_owned).to_vec()), "{error}");
    let (code, states, _) = forward(&["--check"]);
    assert_eq!((code, states), (Some(1), vec!["declined".to_owned()]));
    assert_eq!(run(&["ledger", "verify", "--data", text(&data)]).status.code(), Some(0));
}

/// A folder with the settings for a host at this address, under TLS with this root where there is one, and one stored card.
fn a_till_with_one_card(anchor: &TcpListener, address: &str, root: Option<&str>, key: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut sample = local_zvt_sample(anchor, "").replace("198.51.100.10:8583", address);
    match root {
        Some(root) => fs::write(folder.path().join("acquirer-root.pem"), root).unwrap(),
        None => {
            sample = sample
                .replace("root_certificate = \"acquirer-root.pem\"\n", "")
                .replace("certificate_name = \"host.acquirer.example\"\n", "");
        }
    }
    fs::write(folder.path().join("stopgap.toml"), sample).unwrap();
    fs::write(folder.path().join("terminal-password.txt"), "123456\n").unwrap();
    ledger_with(&folder.path().join("data"), &["4111111111111111"], key);
    folder
}

fn forward_briefly(folder: &Path, more: &[&str]) -> (Option<i32>, Vec<String>) {
    let (config, data) = (folder.join("stopgap.toml"), folder.join("data"));
    let place = ["forward", "--config", text(&config), "--data", text(&data)];
    let output = run(&[&place[..], more].concat());
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
    (output.status.code(), states(&output))
}

/// Whatever a host answers instead of a message: the card is not settled, is not dropped, and is undone when a real host
/// is there again.
#[test]
fn a_card_stays_queued_whatever_the_host_sends_instead_of_an_answer() {
    let anchor = TcpListener::bind("127.0.0.1:0").unwrap();
    let real = Simulator::start(&["host"]);
    let large = [&[0xff, 0xff][..], &vec![b'0'; 65_535]].concat();
    for nonsense in [vec![0, 0], large, [&[0, 100][..], b"0210"].concat(), b"HTTP/1.1 400\r\n\r\n".to_vec()] {
        let odd = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = odd.local_addr().unwrap().to_string();
        let sent = nonsense.clone();
        thread::spawn(move || {
            for mut stream in odd.incoming().flatten() {
                let asked = stream.read(&mut [0; 2_048]);
                let _ = asked.and_then(|_| stream.write_all(&sent));
            }
        });
        let folder = a_till_with_one_card(&anchor, &address, None, &real.place["key"].to_string());
        let (code, states) = forward_briefly(folder.path(), &["--patience", "3"]);
        assert_eq!(
            (code, states.as_slice()),
            (Some(1), ["reversing".to_owned()].as_slice()),
            "{} bytes",
            nonsense.len()
        );
        assert_eq!(run(&["ledger", "verify", "--data", text(&folder.path().join("data"))]).status.code(), Some(0));
        let config = folder.path().join("stopgap.toml");
        let mended = fs::read_to_string(&config).unwrap().replace(&address, &real.address());
        fs::write(&config, mended).unwrap();
        let (code, states) = forward_briefly(folder.path(), &["--patience", "60"]);
        assert_eq!((code, states.as_slice()), (Some(0), ["approved".to_owned()].as_slice()));
    }
}

#[test]
fn nothing_of_a_card_is_sent_to_a_host_with_another_name_or_root() {
    let anchor = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut evil = Simulator::start(&["host", "--tls", "--name", "evil.example"]);
    let root = evil.place["root_pem"].as_str().unwrap().to_owned();
    let mut stranger = Simulator::start(&["host", "--tls", "--name", "host.acquirer.example"]);
    for host in [&mut evil, &mut stranger] {
        let key = host.place["key"].to_string();
        let folder = a_till_with_one_card(&anchor, &host.address(), Some(&root), &key);
        let (code, states) = forward_briefly(folder.path(), &["--patience", "3"]);
        assert_eq!((code, states.as_slice()), (Some(1), ["stored".to_owned()].as_slice()));
        assert_eq!(host.obey(r#"{"bookings":true}"#)["done"], serde_json::json!([]));
    }
}

#[test]
fn nothing_is_forwarded_without_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/zvt.toml");
    for (arguments, says) in [
        (vec!["forward"], "--config FILE is needed"),
        (vec!["forward", "--config", text(&sample)], "--data DIR is needed"),
        (vec!["forward", "--config", text(&sample), "--data", text(folder.path())], "there is no ledger"),
        (vec!["forward", "--patience", "0"], "0 is not in 1..=86400"),
    ] {
        let output = run(&arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && error.contains(says), "{error}");
    }
}
