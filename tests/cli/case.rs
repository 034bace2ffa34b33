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
        CaseStep::Opened { number: 1, reader: "P400-2203".to_owned(), outage: None, gives_back: false },
        CaseStep::Diagnosed { kind: Kind::Hardware, percent: 80 },
        CaseStep::Called {
            provider: "Example Reader Service".to_owned(),
            outcome: CallOutcome::Agreed {
                help: Help::Visit,
                ticket: Some("4711".to_owned()),
                promised: Some(now + promised),
                technician: None,
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
#[cfg(unix)]
fn papers_are_kept_once_and_every_refusal_is_one_sentence() {
    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n";
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/eu.toml");
    fs::write(place("warranty.pdf"), PDF).unwrap();
    fs::write(place("fake.png"), PDF).unwrap();
    fs::write(place("large.pdf"), b"").unwrap();
    fs::File::options().write(true).open(place("large.pdf")).unwrap().set_len(8 * 1024 * 1024 + 1).unwrap();
    std::os::unix::fs::symlink(place("warranty.pdf"), place("link.pdf")).unwrap();
    let data = place("data");
    let attach = |file: &str, device: &str, pin: &str| {
        let file = place(file);
        let words = ["case", "attach", text(&file), "--device", device, "--kind", "warranty-card", "--by", "manager-1"];
        run_with_input(&[&words[..], &["--config", text(&config), "--data", text(&data)]].concat(), pin)
    };
    let reader = "P400Plus-123456789";
    assert_refused(&attach("large.pdf", reader, "2718"), "is too large: a paper has up to 8388608 bytes");
    assert_refused(&attach("fake.png", reader, "2718"), "is no whole png file");
    assert_refused(&attach("link.pdf", reader, "2718"), "is no regular file");
    assert_refused(&attach("warranty.pdf", "Nobody's", "2718"), "--device Nobody's");
    assert_refused(&attach("warranty.pdf", reader, "1111"), "the PIN of manager-1 is wrong");
    assert!(!data.join("attachments").exists(), "a refused paper leaves nothing behind");

    let kept = attach("warranty.pdf", reader, "2718");
    assert!(kept.status.success(), "{kept:?}");
    let said: Value = serde_json::from_slice(&kept.stdout).unwrap();
    assert_eq!(fs::read(said["kept"].as_str().unwrap()).unwrap(), PDF);
    assert_refused(&attach("warranty.pdf", reader, "2718"), "has this paper already");
    let verified = run(&["ledger", "verify", "--data", text(&data)]);
    assert!(verified.status.success(), "{verified:?}");
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

    // With the supplier's key nothing of it can be read on the way.
    let sample = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/eu.toml")).unwrap();
    let config = folder.path().join("stopgap.toml");
    fs::write(&config, sample.replacen("[service]\n", "[service]\npack_key = \"support.jwk\"\n", 1)).unwrap();
    let sealed = folder.path().join("support.zip.jwe");
    let pack = || {
        let place = ["--config", text(&config), "--data", text(&data)];
        run(&[&["support-pack", "--out", text(&sealed)], &place[..]].concat())
    };
    assert_refused(&pack(), "support.jwk");
    let key = r#"{"kty":"OKP","crv":"X25519","kid":"support-1","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;
    fs::write(folder.path().join("support.jwk"), key).unwrap();
    assert!(pack().status.success());
    let jwe = fs::read_to_string(&sealed).unwrap();
    assert_eq!(jwe.split('.').count(), 5, "a compact JWE (RFC 7516)");
}

#[test]
fn the_knowledge_base_is_searched_by_what_is_seen() {
    let found = run(&["case", "learn", "battery", "bulges", "--language", "zh-CN"]);
    let said = String::from_utf8_lossy(&found.stdout);
    assert!(found.status.success() && said.starts_with("自动关机\n  1. ") && said.lines().count() == 5, "{said}");
    let all = run(&["case", "learn"]);
    assert!(String::from_utf8_lossy(&all.stdout).lines().filter(|line| !line.starts_with(' ')).count() > 12);
    assert_refused(&run(&["case", "learn", "unicorn"]), "no article has “unicorn”");
    assert_refused(&run(&["case", "learn", &"x".repeat(61)]), "61 characters: up to 60");
}
