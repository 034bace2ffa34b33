//! `stopgap handover` and `stopgap forward --from`: two tills with ledgers of their own and one host, a process of its
//! own, whose bookings are held against what the tills believe.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Child;
use std::thread;
use std::time::Duration;

use stopgap::store::{Options, Store};

use super::diagnose::Simulator;
use super::forward::{ledger_with, local_zvt_sample};
use super::*;

const VISA: &str = "4111111111111111";

/// The till that took the cards, and the one beside it.
struct Shop {
    _folder: tempfile::TempDir,
    host: Simulator,
    stick: PathBuf,
    first: [PathBuf; 2],
    second: [PathBuf; 2],
    _anchor: TcpListener,
}

impl Shop {
    fn with(cards: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let anchor = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = Simulator::start(&["host"]);
        let sample = local_zvt_sample(&anchor, "")
            .replace("198.51.100.10:8583", &host.address())
            .replace("root_certificate = \"acquirer-root.pem\"\ncertificate_name = \"host.acquirer.example\"\n", "");
        fs::write(folder.path().join("terminal-password.txt"), "123456\n").unwrap();
        let keys = [("first", 12), ("second", 13)].map(|(name, till)| {
            let options = Options { now_unix: 0, faults: None };
            Store::open(&folder.path().join(name), till, options).unwrap().store.public_key().to_string()
        });
        let knows = |config: &str, till: u8, key: &str| {
            let line = format!("handover_tills = [{{ till = {till}, key = \"{key}\" }}]\nterminal = \"TERM0010\"");
            config.replace("terminal = \"TERM0010\"", &line)
        };
        let other = knows(&sample, 12, &keys[0]).replace("till = 12\n", "till = 13\n").replace("TERM0010", "TERM0013");
        let sample = knows(&sample, 13, &keys[1]);
        let place = |name: &str, config: &str| {
            let file = folder.path().join(format!("{name}.toml"));
            fs::write(&file, config).unwrap();
            [file, folder.path().join(name)]
        };
        let (first, second) = (place("first", &sample), place("second", &other));
        ledger_with(&first[1], cards, &host.place["key"].to_string());
        let stick = folder.path().join("stick");
        fs::create_dir(&stick).unwrap();
        Self { host, stick, first, second, _anchor: anchor, _folder: folder }
    }

    fn at(till: &[PathBuf; 2], arguments: &[&str], input: &str) -> (Option<i32>, Vec<Value>, String) {
        let place = ["--config", text(&till[0]), "--data", text(&till[1])];
        let output = run_with_input(&[arguments, &place].concat(), input);
        let lines = String::from_utf8(output.stdout).unwrap();
        let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (output.status.code(), lines, String::from_utf8(output.stderr).unwrap())
    }

    fn first(&self, arguments: &[&str]) -> (Option<i32>, Vec<Value>, String) {
        Self::at(&self.first, arguments, "")
    }

    fn second(&self, arguments: &[&str]) -> (Option<i32>, Vec<Value>, String) {
        Self::at(&self.second, arguments, "")
    }

    /// Hands everything over: the handover's id and its file.
    fn export(&self) -> (String, PathBuf) {
        let (code, lines, error) = self.first(&["handover", "export", "--to", text(&self.stick)]);
        assert_eq!(code, Some(0), "{error}");
        (lines[0]["handover"].as_str().unwrap().to_owned(), PathBuf::from(lines[0]["file"].as_str().unwrap()))
    }

    fn outcome(&self, file: &Path, pin: &str) -> (Option<i32>, Vec<Value>, String) {
        Self::at(&self.first, &["handover", "outcome", text(file), "--by", "manager-1"], pin)
    }

    fn take_back(&self, handover: &str, pins: &str) -> (Option<i32>, Vec<Value>, String) {
        let who = ["handover", "take-back", handover, "--by", "manager-1", "--second", "manager-2"];
        Self::at(&self.first, &who, pins)
    }

    /// What the host charges, by payment, in the first till's name.
    fn charged(&mut self) -> Vec<(String, i64)> {
        let book = self.host.obey(r#"{"bookings":true}"#)["done"].as_array().unwrap().clone();
        let mut charged: Vec<(String, i64)> = book
            .iter()
            .filter(|one| one["charged"] == true)
            .inspect(|one| assert_eq!(one["terminal"], "TERM0010", "the host knows them as the first till's"))
            .map(|one| (one["payment"].as_str().unwrap().to_owned(), one["amount_minor"].as_i64().unwrap()))
            .collect();
        charged.sort();
        charged
    }

    fn verifies(&self) {
        for till in [&self.first, &self.second] {
            assert_eq!(run(&["ledger", "verify", "--data", text(&till[1])]).status.code(), Some(0));
        }
    }
}

fn amounts(charged: &[(String, i64)]) -> Vec<i64> {
    charged.iter().map(|(_, minor)| *minor).collect()
}

fn states(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["card"]["state"].as_str().unwrap()).collect()
}

fn outcomes(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["card"]["outcome"]["outcome"].as_str().unwrap_or("none")).collect()
}

fn outcome_file(handover: &Path) -> PathBuf {
    handover.with_file_name(format!("{}-outcome.json", handover.file_stem().unwrap().to_str().unwrap()))
}

#[test]
fn another_till_forwards_in_the_first_ones_name_and_the_outcome_comes_back() {
    let mut shop = Shop::with(&[VISA, "4000000000009995", VISA]);
    let (handover, file) = shop.export();
    let on_stick = fs::read_to_string(&file).unwrap();
    assert!(!on_stick.contains(VISA) && on_stick.contains("TERM0010"));
    let (code, lines, _) = shop.first(&["forward", "--check"]);
    assert_eq!(
        (code, states(&lines)),
        (Some(1), vec!["handed_over"; 3]),
        "a drain check does not let them be forgotten"
    );
    let (code, lines, _) = shop.first(&["forward", "--patience", "20"]);
    assert_eq!((code, states(&lines)), (Some(1), vec!["handed_over"; 3]));
    assert!(shop.charged().is_empty(), "this till sends them no more");

    let (code, lines, error) = shop.second(&["forward", "--from", text(&file), "--patience", "60"]);
    assert_eq!((code, outcomes(&lines)), (Some(1), vec!["approved", "declined", "approved"]), "{error}");
    assert_eq!(error, "stopgap: 1 of 3 payments were not approved\n");
    assert_eq!(amounts(&shop.charged()), [101, 103]);
    // Once more changes nothing.
    let (_, again, _) = shop.second(&["forward", "--from", text(&file)]);
    assert_eq!((again, amounts(&shop.charged())), (lines, vec![101, 103]));

    let (code, lines, error) = shop.outcome(&outcome_file(&file), "2718\n");
    assert_eq!((code, lines[0]["brought_in"].as_u64()), (Some(0), Some(3)), "{error}");
    let (_, lines, _) = shop.outcome(&outcome_file(&file), "2718\n");
    assert_eq!(lines[0]["brought_in"].as_u64(), Some(0));
    let (code, lines, _) = shop.first(&["forward", "--check"]);
    assert_eq!((code, states(&lines)), (Some(1), vec!["declined"]), "the refused one is the desk's");
    let (_, lines, _) = shop.first(&["handover", "list"]);
    assert!(lines.is_empty());
    let (code, _, error) = shop.take_back(&handover, "2718\n1618\n");
    assert!(code == Some(2) && error.contains("no payment of this till is in it"), "{error}");
    shop.verifies();
}

#[test]
fn two_tills_with_the_same_payments_charge_each_card_once() {
    let mut shop = Shop::with(&[VISA, VISA, VISA]);
    let (handover, file) = shop.export();
    // The other till has it all, and nobody has brought that back yet.
    let (code, _, error) = shop.second(&["forward", "--from", text(&file), "--patience", "60"]);
    assert_eq!(code, Some(0), "{error}");
    for (pins, code, says) in [
        ("1618\n2718\n", 1, "the PIN of manager-1 is wrong"),
        ("2718\n", 2, "the PIN of manager-2 is not 4 to"),
        ("2718\n1618\n", 0, "the other till may have sent them: none of them counts as not sent"),
    ] {
        let (exit, _, error) = shop.take_back(&handover, pins);
        assert!(exit == Some(code) && error.contains(says), "{error}");
    }
    let (code, lines, error) = shop.first(&["forward", "--patience", "60"]);
    assert_eq!((code, states(&lines)), (Some(0), vec!["approved"; 3]), "{error}");
    assert_eq!(amounts(&shop.charged()), [101, 102, 103], "each once");
    let (code, lines, _) = shop.outcome(&outcome_file(&file), "2718\n");
    assert_eq!((code, lines[0]["brought_in"].as_u64()), (Some(0), Some(0)), "it says what is known already");
    shop.verifies();
}

#[test]
fn a_payment_that_the_other_till_undid_meanwhile_is_asked_for_anew() {
    let mut shop = Shop::with(&[VISA]);
    let (handover, file) = shop.export();
    shop.host.obey(r#"{"next_answer":"close"}"#);
    let (code, lines, error) = shop.second(&["forward", "--from", text(&file), "--patience", "60"]);
    assert_eq!((code, outcomes(&lines)), (Some(1), vec!["not_charged"]), "booked, not answered, undone: {error}");
    assert!(shop.charged().is_empty());
    assert_eq!(shop.take_back(&handover, "2718\n1618\n").0, Some(0));
    let (code, lines, error) = shop.first(&["forward", "--patience", "60"]);
    assert_eq!((code, states(&lines)), (Some(0), vec!["approved"]), "{error}");
    assert_eq!(amounts(&shop.charged()), [101]);
    shop.verifies();
}

#[test]
fn a_power_cut_at_the_other_till_loses_and_doubles_nothing() {
    let mut shop = Shop::with(&[VISA, VISA]);
    let (_, file) = shop.export();
    shop.host.obey(r#"{"next_answer":"late","ms":8000}"#);
    let place = ["--config", text(&shop.second[0]), "--data", text(&shop.second[1])];
    let mut cut: Child = stopgap()
        .args([&["forward", "--from", text(&file)][..], &place].concat())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let until = std::time::Instant::now() + Duration::from_secs(20);
    while shop.charged().is_empty() {
        assert!(std::time::Instant::now() < until, "nothing was sent");
        thread::sleep(Duration::from_millis(50));
    }
    cut.kill().unwrap();
    cut.wait().unwrap();
    let (code, lines, error) = shop.second(&["forward", "--from", text(&file), "--patience", "60"]);
    assert_eq!((code, outcomes(&lines)), (Some(1), vec!["not_charged", "approved"]), "{error}");
    assert_eq!(amounts(&shop.charged()), [102], "the first was booked, nobody had its answer, and it was undone");
    let (code, ..) = shop.outcome(&outcome_file(&file), "2718\n");
    assert_eq!(code, Some(0));
    let (code, lines, error) = shop.first(&["forward", "--patience", "60"]);
    assert_eq!((code, states(&lines)), (Some(0), vec!["approved"]), "{error}");
    assert_eq!(amounts(&shop.charged()), [101, 102]);
    shop.verifies();
}

#[test]
fn a_request_without_an_answer_is_undone_by_the_other_till_before_anything_is_sent() {
    let mut shop = Shop::with(&[VISA]);
    for _ in 0..2 {
        shop.host.obey(r#"{"next_answer":"close"}"#);
    }
    let (code, lines, error) = shop.first(&["forward", "--patience", "2"]);
    assert_eq!((code, states(&lines)), (Some(1), vec!["reversing"]), "booked, and neither answer came: {error}");
    let (_, file) = shop.export();
    let (code, lines, error) = shop.second(&["forward", "--from", text(&file), "--patience", "60"]);
    assert_eq!((code, outcomes(&lines)), (Some(0), vec!["approved"]), "{error}");
    assert_eq!(amounts(&shop.charged()), [101], "the first request is undone, the second stands");
    let (code, ..) = shop.outcome(&outcome_file(&file), "2718\n");
    assert_eq!(code, Some(0));
    assert_eq!(shop.first(&["forward", "--check"]).0, Some(0), "nothing is left");
    shop.verifies();
}

#[test]
fn a_file_that_no_till_wrote_is_refused_with_its_field() {
    let shop = Shop::with(&[VISA]);
    let (_, file) = shop.export();
    let (code, _, error) = shop.first(&["forward", "--from", text(&file)]);
    assert!(code == Some(2) && error.contains("this till's own payments: take them back"), "{error}");
    let whole = fs::read_to_string(&file).unwrap();
    for (text_of, says) in [
        (String::new(), "EOF while parsing"),
        (whole[..whole.len() / 2].to_owned(), "EOF while parsing"),
        (whole.replace("\"till\": 12", "\"till\": 12, \"more\": 1"), "unknown field `more`"),
        ("[".repeat(200_000), "invalid type: sequence"),
    ] {
        fs::write(&file, text_of).unwrap();
        let (code, lines, error) = shop.second(&["forward", "--from", text(&file)]);
        assert!(code == Some(2) && lines.is_empty() && error.contains(says), "{says}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    let (code, _, error) = shop.outcome(&file, "2718\n");
    assert!(code == Some(2) && error.lines().count() == 1, "{error}");
    let (code, _, error) = shop.first(&["handover", "export", "--to", text(&shop.stick)]);
    assert_eq!((code, error.as_str()), (Some(1), "stopgap: no stored payment waits to be sent\n"));
    let (code, _, error) = shop.first(&["handover", "export", "--to", "/no/such/stick"]);
    assert!(code == Some(2) && error.contains("there is no such folder"), "{error}");
}

#[test]
fn a_handover_that_was_changed_after_it_was_signed_is_sent_by_nobody() {
    let mut shop = Shop::with(&[VISA, VISA]);
    let (_, file) = shop.export();
    let whole = fs::read_to_string(&file).unwrap();
    let signed: Value = serde_json::from_str(&whole).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from} in {whole}");
        whole.replacen(from, to, 1)
    };
    for (text_of, says) in [
        (changed("\"minor\": 101", "\"minor\": 9101"), "it is not what till 12 signed"),
        (changed("TERM0010", "TERM0013"), "it is not what till 12 signed"),
        (changed("eyJ", "eyK"), "it is not what till 12 signed"),
        (changed("stopgap handover 2", "stopgap handover 9"), "it is not what till 12 signed"),
        (changed("\"signature\": \"", "\"signature\": \"A"), "it is not what till 12 signed"),
        (changed("\"till\": 12", "\"till\": 14"), "till 14 is not among host.handover_tills"),
        (changed("\"till\": 12", "\"till\": 13"), "these are this till's own payments"),
        (signed["signed"].to_string(), "it is not signed"),
        (serde_json::json!({ "signed": signed["signed"] }).to_string(), "it is not signed"),
    ] {
        fs::write(&file, text_of).unwrap();
        let (code, lines, error) = shop.second(&["forward", "--from", text(&file)]);
        assert!(code == Some(2) && lines.is_empty() && error.contains(says), "{says}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    assert!(shop.charged().is_empty());
    fs::write(&file, whole).unwrap();
    let (code, _, error) = shop.second(&["forward", "--from", text(&file), "--patience", "60"]);
    assert_eq!((code, amounts(&shop.charged())), (Some(0), vec![101, 102]), "{error}");
    shop.verifies();
}

#[test]
fn an_outcome_is_taken_from_the_till_that_signed_it_and_by_a_manager_only() {
    let shop = Shop::with(&[VISA, "4000000000009995"]);
    let (_, file) = shop.export();
    assert_eq!(shop.second(&["forward", "--from", text(&file), "--patience", "60"]).0, Some(1));
    let file = outcome_file(&file);
    let whole = fs::read_to_string(&file).unwrap();
    let signed: Value = serde_json::from_str(&whole).unwrap();
    let forged = whole.replacen("\"outcome\": \"declined\"", "\"outcome\": \"not_charged\"", 1);
    assert_ne!(forged, whole);
    for (text_of, says) in [
        (forged, "it is not what till 13 signed"),
        (whole.replacen("\"till\": 13", "\"till\": 14", 1), "till 14 is not among host.handover_tills"),
        (signed["signed"].to_string(), "it is not signed"),
        (serde_json::json!({ "signed": signed["signed"] }).to_string(), "it is not signed"),
    ] {
        fs::write(&file, text_of).unwrap();
        let (code, lines, error) = shop.outcome(&file, "2718\n");
        assert!(code == Some(2) && lines.is_empty() && error.contains(says), "{says}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    fs::write(&file, whole).unwrap();
    let by =
        |person: &str, pin: &str| Shop::at(&shop.first, &["handover", "outcome", text(&file), "--by", person], pin);
    for (person, pin, code, says) in [
        ("cashier-1", "1357\n", 2, "is no manager of this till"),
        ("manager-1", "", 2, "the PIN of manager-1 is not 4 to"),
        ("manager-1", "1618\n", 1, "the PIN of manager-1 is wrong"),
    ] {
        let (exit, lines, error) = by(person, pin);
        assert!(exit == Some(code) && lines.is_empty() && error.contains(says), "{error}");
    }
    let (_, lines, _) = shop.first(&["forward", "--check"]);
    assert_eq!(states(&lines), ["handed_over"; 2], "nothing of it was taken");
    let (code, lines, error) = by("manager-1", "2718\n");
    assert_eq!((code, lines[0]["brought_in"].as_u64()), (Some(0), Some(2)), "{error}");
    let (_, lines, _) = shop.first(&["handover", "key"]);
    assert_eq!((lines[0]["till"].as_u64(), lines[0]["key"].as_str().map(str::len)), (Some(12), Some(71)));
    shop.verifies();
}
