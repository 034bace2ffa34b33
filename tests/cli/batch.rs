//! Closing the batch of approved typed cards with the acquirer, against a host that is a process of its own and counts for
//! itself.

use std::net::TcpListener;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use chrono::Local;
use stopgap::domain::day::DayFigures;
use stopgap::domain::fact::Fact;
use stopgap::domain::ids::{IdSource, SaveId};
use stopgap::store::{Options, Store};

use super::diagnose::Simulator;
use super::forward::{ledger_with, local_zvt_sample};
use super::*;

const VISA: &str = "4111111111111111";

struct Till {
    _folder: tempfile::TempDir,
    host: Simulator,
    config: PathBuf,
    data: PathBuf,
    _anchor: TcpListener,
}

impl Till {
    /// A till with two stored cards, whose day is open.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let anchor = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = Simulator::start(&["host"]);
        let sample = local_zvt_sample(&anchor, "")
            .replace("198.51.100.10:8583", &host.address())
            .replace("root_certificate = \"acquirer-root.pem\"\n", "batch_totals = true\n")
            .replace("certificate_name = \"host.acquirer.example\"\n", "");
        fs::write(folder.path().join("terminal-password.txt"), "123456\n").unwrap();
        let (config, data) = (folder.path().join("stopgap.toml"), folder.path().join("data"));
        fs::write(&config, sample).unwrap();
        ledger_with(&data, &[VISA, VISA], &host.place["key"].to_string());
        Self { host, config, data, _anchor: anchor, _folder: folder }
    }

    fn forward(&self, patience: &str) -> (Option<i32>, Vec<Value>, String) {
        let place = ["--config", text(&self.config), "--data", text(&self.data), "--patience", patience];
        let output = run(&[&["forward"][..], &place].concat());
        let lines = String::from_utf8(output.stdout).unwrap();
        let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (output.status.code(), lines, String::from_utf8(output.stderr).unwrap())
    }

    fn close_the_day(&self) {
        let at = Local::now().fixed_offset();
        let options = Options { now_unix: at.timestamp(), faults: None };
        let mut store = Store::open(&self.data, 12, options).unwrap().store;
        let day = store.ledger().day.as_ref().unwrap().id;
        let mut ids = IdSource::new(u64::try_from(at.timestamp_millis()).unwrap(), 9);
        let closed = [Fact::DayClosed { day, figures: DayFigures::default(), terms: None }];
        store.save(at, "manager-1", SaveId(ids.next_uuid()), &closed, &[]).unwrap();
    }

    fn book(&mut self) -> Vec<(bool, i64, Option<u64>)> {
        let book = self.host.obey(r#"{"bookings":true}"#)["done"].as_array().unwrap().clone();
        let entry =
            |one: &Value| (one["charged"] == true, one["amount_minor"].as_i64().unwrap(), one["batch"].as_u64());
        book.iter().map(entry).collect()
    }

    fn verifies(&self) {
        assert_eq!(run(&["ledger", "verify", "--data", text(&self.data)]).status.code(), Some(0));
    }
}

#[test]
fn a_batch_that_both_sides_count_alike_is_closed_after_the_day() {
    let mut till = Till::new();
    let (code, lines, error) = till.forward("60");
    assert_eq!((code, lines.len()), (Some(0), 2), "the day is open, nothing is settled: {error}");
    assert_eq!(till.book(), [(true, 101, None), (true, 102, None)]);
    till.close_the_day();
    let (code, lines, error) = till.forward("60");
    assert_eq!(code, Some(0), "{error}");
    let expected = serde_json::json!({"batch": 1, "state": "closed", "payments": 2, "minor": 203});
    assert_eq!(lines, [expected]);
    assert_eq!(till.book(), [(true, 101, Some(1)), (true, 102, Some(1))]);
    let (code, lines, _) = till.forward("5");
    assert_eq!((code, lines.len()), (Some(0), 0), "nothing is left to settle");
    till.verifies();
}

#[test]
fn where_the_host_counts_otherwise_every_card_is_uploaded_also_after_a_power_cut() {
    let mut till = Till::new();
    assert_eq!(till.forward("60").0, Some(0));
    till.host.obey(r#"{"forget_last":true}"#);
    assert_eq!(till.book(), [(true, 101, None)], "the host lost one that it had approved");
    till.close_the_day();
    // The answers to the totals and to the first upload come at once, that to the second one long after the power is gone.
    till.host.obey(r#"{"next_answer":"whole"}"#);
    till.host.obey(r#"{"next_answer":"whole"}"#);
    till.host.obey(r#"{"next_answer":"late","ms":60000}"#);
    let mut cut = stopgap()
        .args(["forward", "--config", text(&till.config), "--data", text(&till.data)])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let since = Instant::now();
    while till.book().len() < 2 {
        assert!(since.elapsed() < Duration::from_mins(1), "the second card never came to the host");
        thread::sleep(Duration::from_millis(20));
    }
    cut.kill().unwrap();
    cut.wait().unwrap();
    let since = Instant::now();
    let (code, lines, error) = till.forward("60");
    assert_eq!(code, Some(0), "{error}");
    assert_eq!((&lines[0]["state"], &lines[0]["payments"]), (&"closed".into(), &2.into()), "{:?}", since.elapsed());
    assert_eq!(till.book(), [(true, 101, Some(1)), (true, 102, Some(1))], "bookings there equal approved sales here");
    till.verifies();
}

#[test]
fn a_lost_answer_to_the_totals_is_asked_for_again_and_closes_one_batch() {
    let mut till = Till::new();
    assert_eq!(till.forward("60").0, Some(0));
    till.close_the_day();
    till.host.obey(r#"{"next_answer":"close"}"#);
    let (code, lines, error) = till.forward("60");
    assert_eq!((code, &lines[0]["state"]), (Some(0), &"closed".into()), "{error}");
    assert_eq!(till.book(), [(true, 101, Some(1)), (true, 102, Some(1))]);
    till.verifies();
}
