//! `stopgap forward` on a ledger with stored cards, against a host that is a process of its own.

use std::net::TcpListener;

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
        Fact::DayOpened { day, date: at().date_naive() },
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
