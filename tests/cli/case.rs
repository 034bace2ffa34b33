//! `stopgap case` on a ledger with one case.

use chrono::{DateTime, FixedOffset, TimeDelta};
use stopgap::domain::fact::Fact;
use stopgap::domain::ids::{CaseId, PersonId, SaveId};
use stopgap::domain::ladder::Kind;
use stopgap::domain::service::{CallOutcome, CaseStep, Help};
use stopgap::store::{Options, Store};
use uuid::Uuid;

use super::*;

/// A ledger with a case whose promise is overdue, or not yet.
fn ledger(folder: &Path, promised: TimeDelta) {
    let now: DateTime<FixedOffset> = chrono::Local::now().fixed_offset();
    let mut store = Store::open(folder, 10, Options::default()).unwrap().store;
    let steps = [
        CaseStep::Opened { number: 1, reader: "P400-2203".to_owned(), outage: None },
        CaseStep::Diagnosed { kind: Kind::Hardware, percent: 80 },
        CaseStep::Called {
            provider: "Example Reader Service".to_owned(),
            outcome: CallOutcome::Agreed {
                help: Help::Visit,
                ticket: Some("4711".to_owned()),
                promised: Some(now + promised),
            },
        },
    ];
    let case = CaseId(Uuid::from_u128(1));
    let facts = steps.map(|step| Fact::ServiceCase { case, by: Some(PersonId("manager-1".to_owned())), step });
    store.save(now, "manager-1", SaveId(Uuid::from_u128(2)), &facts, &[]).unwrap();
}

#[test]
fn cases_are_listed_and_an_overdue_promise_is_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    let (kept, broken) = (folder.path().join("kept"), folder.path().join("broken"));
    ledger(&kept, TimeDelta::hours(2));
    ledger(&broken, TimeDelta::hours(-2));
    let output = run(&["case", "list", "--data", text(&kept)]);
    assert!(output.status.success(), "{output:?}");
    let one: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&one["number"], &one["state"], &one["ticket"]), (&1.into(), &"reported".into(), &"4711".into()));
    assert_eq!(one["overdue_minutes"], Value::Null);
    let output = run(&["case", "list", "--data", text(&broken)]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("a promise of case 1 is overdue"), "{output:?}");
}

#[test]
fn a_case_is_shown_whole_and_its_request_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    ledger(&data, TimeDelta::hours(2));
    let shown = run(&["case", "show", "1", "--data", text(&data)]);
    let one: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(one["history"].as_array().unwrap().len(), 3);
    assert_eq!(one["history"][1]["step"]["step"], "diagnosed");
    assert_refused(&run(&["case", "show", "2", "--data", text(&data)]), "there is no case 2: the last one is 1");
    assert_refused(&run(&["case", "request", "1", "--data", text(&data)]), "--config FILE is needed");

    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/eu.toml");
    let paper = folder.path().join("request.html");
    let request = |language| {
        let place = ["--data", text(&data), "--config", text(&config)];
        run(&[&["case", "request", "1", "--language", language, "--out", text(&paper)], &place[..]].concat())
    };
    assert!(request("zh-CN").status.success());
    let page = fs::read_to_string(&paper).unwrap();
    assert!(page.contains("lang=\"zh-CN\"") && page.contains("R-2026-118") && page.contains("4711"), "{page}");
    assert_refused(&request("en"), "request.html");
}

#[test]
fn the_support_pack_is_an_archive_that_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("support.zip"));
    ledger(&data, TimeDelta::hours(2));
    let pack = || run(&["support-pack", "--out", text(&out), "--data", text(&data)]);
    assert!(pack().status.success());
    let archive = zip::ZipArchive::new(fs::File::open(&out).unwrap()).unwrap();
    let names: Vec<_> = archive.file_names().map(Result::unwrap).collect();
    assert!(["cases.json", "verify.json"].iter().all(|file| names.iter().any(|name| name == file)), "{names:?}");
    assert_refused(&pack(), "support.zip");
}
