//! The command line as a script sees it: exit codes, one line of explanation, and a whole demo day.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

#[path = "cli/batch.rs"]
mod batch;
#[path = "cli/case.rs"]
mod case;
#[path = "cli/diagnose.rs"]
mod diagnose;
#[path = "cli/forward.rs"]
mod forward;
#[path = "cli/forward_peer.rs"]
mod forward_peer;
#[path = "cli/handover.rs"]
mod handover;
#[path = "cli/iso8583.rs"]
mod iso8583;
#[path = "cli/reconcile.rs"]
mod reconcile;
#[path = "cli/report.rs"]
mod report;
#[path = "cli/switched.rs"]
mod switched;

fn stopgap() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stopgap"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("XDG_DATA_HOME");
    command
}

fn run(arguments: &[&str]) -> Output {
    stopgap().args(arguments).output().unwrap()
}

fn run_with_input(arguments: &[&str], input: &str) -> Output {
    let mut child =
        stopgap().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Exit code 2, nothing on standard output, and one line that says this.
#[track_caller]
fn assert_refused(output: &Output, says: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(output.stdout.is_empty(), "{output:?}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(says), "{error}");
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_demo_day_ends_with_books_that_agree_and_a_ledger_that_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let (out, data) = (folder.path().join("out"), folder.path().join("ledger"));
    let output = run(&["demo", "--no-pictures", "--seed", "3", "--out", text(&out), "--data", text(&data)]);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    let day: Value = serde_json::from_str(shown.lines().last().unwrap()).unwrap();
    assert_eq!((&day["lost"], &day["duplicated"], &day["ledger_verified"]), (&0.into(), &0.into(), &true.into()));
    for counted in ["stored", "approved", "declined", "statement_matched"] {
        assert!(day[counted].as_u64().unwrap() > 0, "{counted}: {day}");
    }
    let by_tender = day["by_tender"].as_object().unwrap();
    let paid: u64 = by_tender.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(day["sales"].as_u64(), Some(paid), "each sale of this day has one payment that takes: {day}");

    let receipts = fs::read_dir(out.join("receipts")).unwrap().count() as u64;
    assert_eq!(receipts, paid + 1, "one receipt for each sale, and the slip of the day");
    assert!(fs::read_to_string(out.join("report/day-2026-10-12-1.html")).unwrap().contains("Bakery Example"));
    assert_the_papers_agree(&out);

    report::every_form_agrees(&data);
    reconcile::a_ledger_knows_its_own_statement(&data);
    let verified = run(&["ledger", "verify", "--json", "--data", text(&data)]);
    assert!(verified.status.success(), "{verified:?}");
    let again = run(&["demo", "--no-pictures", "--out", text(&out), "--data", text(&data)]);
    assert_refused(&again, "already has a ledger");
    no_card_number_in(folder.path());
}

/// Slip, page and table tell the same sums and the same number of contingency sales.
fn assert_the_papers_agree(out: &Path) {
    let receipts = fs::read_dir(out.join("receipts")).unwrap().map(|entry| entry.unwrap().path());
    let slip = receipts.into_iter().find(|path| text(path).contains("/day-")).unwrap();
    let slip = fs::read_to_string(slip).unwrap();
    let on_slip = |label: &str| {
        let line = slip.lines().find(|line| line.trim_start().starts_with(label)).unwrap();
        line.split_whitespace().rfind(|word| word.starts_with(|first: char| first.is_ascii_digit())).unwrap().to_owned()
    };
    let minor = |amount: &str| amount.replace(['.', ','], "").parse::<i64>().unwrap();
    let sum = |label: &str| minor(&on_slip(label));
    assert_eq!(sum("of it received") + sum("of it still open") + sum("of it lost"), sum("Taken or promised"), "{slip}");

    let table = fs::read_to_string(out.join("report/day-2026-10-12-1.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let columns = rows.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|one| one == name).unwrap();
    let (taken, contingency, reference) = (column("taken"), column("contingency"), column("sale_reference"));
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|row| minor(&row[taken])).sum::<i64>(), sum("Taken or promised"));
    let kept: std::collections::BTreeSet<&str> =
        rows.iter().filter(|row| &row[contingency] == "yes").map(|row| &row[reference]).collect();
    assert_eq!(kept.len().to_string(), on_slip("Contingency sales"));
    let page = fs::read_to_string(out.join("report/day-2026-10-12-1.html")).unwrap();
    assert!(page.contains(&format!("{} of them contingency sales", kept.len())));

    // The reader's outage lasts through that of the network, and every paper names it.
    let outages = fs::read_to_string(out.join("report/outages-2026-10-12-1.csv")).unwrap();
    let cause = "Reader: not connected";
    assert!(slip.contains(cause) && outages.contains(cause) && page.contains(cause), "{slip}\n{outages}");
}

#[test]
fn wrong_arguments_are_one_line() {
    for arguments in
        [&["dance"][..], &["key"], &["simulate"], &["key", "check"], &["demo", "--seed", "x"], &["run", "x"]]
    {
        assert_refused(&run(arguments), "--help");
    }
    let help = run(&["demo", "--help"]);
    assert!(help.status.success() && help.stderr.is_empty(), "{help:?}");
}

#[test]
fn a_demo_refuses_what_it_would_ignore_and_a_folder_of_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    fs::write(&file, "Dear Sir").unwrap();
    assert_refused(&run(&["demo", "--config", text(&file), "--out", text(&folder.path().join("out"))]), "--config");
    assert_refused(&run(&["demo", "--out", text(&file)]), "needs a folder");
    assert_refused(&run(&["demo", "--out", text(folder.path())]), "letter.txt");
    assert_eq!(fs::read_to_string(&file).unwrap(), "Dear Sir");
}

#[test]
fn a_display_that_is_not_there_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/standalone.toml");
    let data = folder.path().join("data");
    let mut command = stopgap();
    command.env("DISPLAY", ":4711").args(["run", "--config", config, "--data", text(&data)]);
    assert_refused(&command.output().unwrap(), "the touchscreen cannot be opened");
    assert!(!data.exists(), "a refused start leaves nothing behind");
}

/// Whatever was typed in that day, no file holds a number of the demo's cards.
fn no_card_number_in(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            no_card_number_in(&path);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        for number in ["4111111111111111", "5555555555554444", "4000000000009995"] {
            let found = bytes.windows(number.len()).any(|window| window == number.as_bytes());
            assert!(!found, "{} holds {number}", path.display());
        }
    }
}

#[test]
fn a_changed_journal_does_not_verify() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("ledger");
    fs::create_dir(&data).unwrap();
    assert_refused(&run(&["ledger", "verify", "--data", text(&data)]), text(&data));
    assert_refused(&run(&["ledger", "verify"]), "--data");
}

#[test]
fn a_broken_configuration_is_one_line_with_file_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("stopgap.toml");
    let sample = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/eu.toml")).unwrap();
    let data = folder.path().join("data");
    let start = |text_of: &str| {
        fs::write(&config, text_of).unwrap();
        run(&["run", "--config", text(&config), "--data", text(&data)])
    };
    assert_refused(&start("till = 23\ntil = 1\n"), "stopgap.toml line 2");
    assert_refused(&start("[shop\n"), "stopgap.toml line 1");
    assert_refused(&start(&sample), "no display");
    assert!(!data.exists(), "a refused start leaves nothing behind");
    assert_refused(
        &run(&["run", "--config", text(&folder.path().join("none.toml")), "--data", text(&data)]),
        "none.toml",
    );
}

#[test]
fn a_data_folder_that_cannot_be_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let data = file.join("ledger");
    let out = folder.path().join("out");
    let output = run(&["demo", "--no-pictures", "--out", text(&out), "--data", text(&data)]);
    assert_refused(&output, text(&data));
}

#[test]
fn a_payment_code_is_made_and_read_back() {
    let asked = r#"{"standard":"pix","amount_minor":4890,"reference":"2300310425","message":null,
        "merchant":{"pix_key":"+5511987654321","name":"Padaria São João","city":"São Paulo"}}"#;
    let made = run_with_input(&["qr"], asked);
    let answer: Value = serde_json::from_slice(&made.stdout).unwrap();
    let payload = answer["payload"].as_str().unwrap();
    let read = run_with_input(&["qr", "--decode"], &format!("{payload}\n"));
    let fields: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(fields["26"]["01"], "+5511987654321");
    assert_eq!((&fields["54"], &fields["59"]), (&"48.90".into(), &"PADARIA SAO JOAO".into()));
    let damaged = payload.replace("48.90", "48.91");
    assert_refused(&run_with_input(&["qr", "--decode"], &damaged), "the check sum is");
    assert_refused(&run_with_input(&["qr", "--decode"], &payload[..40]), "the payload cannot be read");
    assert_refused(&run_with_input(&["qr"], &asked.replace("2300310425", "2300-31042")), "“reference”");
}

#[test]
fn a_payment_code_is_drawn_and_read_back_from_its_picture() {
    let folder = tempfile::tempdir().unwrap();
    let (png, svg) = (folder.path().join("code.png"), folder.path().join("code.svg"));
    let asked = r#"{"standard":"static","currency":"CNY","merchant":{"static_payload":"wxp://f2f0Example"}}"#;
    let made = run_with_input(&["qr", "--png", text(&png), "--svg", text(&svg)], asked);
    assert!(made.status.success(), "{made:?}");
    let read = run(&["qr", "--picture", text(&png)]);
    let answer: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(answer["payload"], "wxp://f2f0Example");
    assert!(
        fs::read_to_string(&svg).unwrap().starts_with("<?xml") || fs::read_to_string(&svg).unwrap().starts_with("<svg")
    );
    assert_refused(&run(&["qr", "--picture", text(&svg)]), "neither a PNG nor a JPEG");
    assert_refused(&run(&["qr", "--picture", text(&folder.path().join("gone.png"))]), "gone.png");
    fs::write(&png, &fs::read(&png).unwrap()[..60]).unwrap();
    assert_refused(&run(&["qr", "--picture", text(&png)]), "code.png: ");
}

#[test]
fn payment_codes_keys_messages_and_statements_are_read_or_refused() {
    let asked = r#"{"standard":"epc","amount_minor":4890,"currency":"EUR","reference":"2300000011",
        "merchant":{"name":"Bakery Example GmbH","iban":"DE89370400440532013000"}}"#;
    let made = run_with_input(&["qr"], asked);
    let answer: Value = serde_json::from_slice(&made.stdout).unwrap();
    let payload = "BCD\n002\n1\nSCT\n\nBakery Example GmbH\nDE89370400440532013000\nEUR48.90\n\n\n2300000011";
    assert_eq!(answer["payload"], payload);
    assert_refused(&run_with_input(&["qr"], &asked.replace("4890", "0")), "0.01");
    assert_refused(&run_with_input(&["qr"], &asked.replace("DE89", "DE88")), "merchant.iban");
    assert_refused(&run_with_input(&["qr"], &asked.replace("4890", "\"4890\"")), "“amount_minor” is text");
    assert_refused(&run_with_input(&["qr"], "[]"), "a list: a JSON object is expected");
    assert_refused(
        &run_with_input(&["qr"], &asked.replace("\"EUR\",", "\"EUR\",\"currency\":\"EUR\",")),
        "stands twice",
    );
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.jwk");
    fs::write(&key, r#"{"kty":"OKP","crv":"X25519","kid":"k","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#)
        .unwrap();
    assert_refused(&run(&["key", "check", text(&key)]), "key.jwk");
    // Cut off, of another kind, or with its private part, which is named and not repeated.
    let good = r#"{"kty":"OKP","crv":"X25519","kid":"k","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;
    let private = good.replace("\"kid\"", "\"d\":\"XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os\",\"kid\"");
    for (wrong, says) in [
        (good[..50].to_owned(), "is not a JWK"),
        (good.replace("IK08", "I"), "“x” of the key must be 32 bytes"),
        (good.replace("X25519", "Ed25519"), "crv “Ed25519” are not accepted"),
        (private, "private or secret key (“d”)"),
    ] {
        fs::write(&key, wrong).unwrap();
        let checked = run(&["key", "check", text(&key)]);
        assert_refused(&checked, says);
        assert!(!String::from_utf8_lossy(&checked.stderr).contains("XasIfmJK"), "{checked:?}");
    }
    let dated = |date: &str| {
        format!(r#"{{"kty":"OKP","crv":"X25519","kid":"k","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",{date}}}"#)
    };
    for (date, says) in
        [(r#""exp":1735689600"#, "expired at 2025-01-01"), (r#""nbf":4102444800"#, "not valid before 2100-01-01")]
    {
        fs::write(&key, dated(date)).unwrap();
        let checked = run(&["key", "check", text(&key)]);
        assert_eq!((checked.status.code(), checked.stdout.is_empty()), (Some(1), true), "{checked:?}");
        assert!(String::from_utf8_lossy(&checked.stderr).contains(says), "{checked:?}");
    }
    fs::write(&key, " ".repeat(70_000)).unwrap();
    assert_refused(&run(&["key", "check", text(&key)]), "65536 bytes");
    let statement = folder.path().join("statement.xml");
    fs::write(&statement, "<!DOCTYPE a [<!ENTITY b \"c\">]><Document>&b;</Document>").unwrap();
    assert_refused(&run(&["statement", text(&statement)]), "statement.xml");
}

#[test]
fn a_statement_is_taken_whole_or_refused_whole() {
    let sample = |name: &str| format!("{}/tests/samples/statements/{name}", env!("CARGO_MANIFEST_DIR"));
    let lines = |output: &Output| -> Vec<Value> {
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let read = lines(&run(&["statement", &sample("pages.mt940"), "--format", "mt940"]));
    assert_eq!(
        read.iter().map(|line| line["amount_minor"].as_i64().unwrap()).collect::<Vec<_>>(),
        [4_890, -1_500, -890, 500]
    );
    assert_refused(&run(&["statement", &sample("pages.mt940"), "--format", "ofx"]), "not ofx");
    assert_refused(&run(&["statement", &sample("bank-de.csv")]), "a mapping");
    let mapped = lines(&run(&["statement", &sample("bank-de.csv"), "--mapping", &sample("bank-de.toml")]));
    assert_eq!((mapped.len(), mapped[0]["valued_on"].as_str()), (2, Some("2026-11-23")));
    let folder = tempfile::tempdir().unwrap();
    let mapping = folder.path().join("mapping.toml");
    let proposed = run(&["statement", &sample("bank-de.csv"), "--propose"]);
    fs::write(&mapping, proposed.stdout).unwrap();
    assert_eq!(lines(&run(&["statement", &sample("bank-de.csv"), "--mapping", text(&mapping)])), mapped);
    fs::write(&mapping, "date = 1").unwrap();
    assert_refused(&run(&["statement", &sample("bank-de.csv"), "--mapping", text(&mapping)]), "mapping.toml");
    let wrong = folder.path().join("wrong.mt940");
    let content = fs::read_to_string(sample("pages.mt940")).unwrap().replace("EUR1030,00", "EUR1030,01");
    fs::write(&wrong, content).unwrap();
    assert_refused(&run(&["statement", text(&wrong)]), "1,030.00 EUR, the closing balance says 1,030.01 EUR");
    let overruled = run(&["statement", text(&wrong), "--despite-totals"]);
    assert_eq!(lines(&overruled), read);
    assert!(String::from_utf8_lossy(&overruled.stderr).contains("1,030.01"), "{overruled:?}");
}

#[test]
fn rows_that_are_no_money_are_left_out_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let (file, mapping) = (folder.path().join("wallet.csv"), folder.path().join("mapping.toml"));
    fs::write(&file, "Date,Amount,Status\n2026-11-22,5.00,Completed\n2026-11-22,7.00,Pending\n").unwrap();
    let proposed = run(&["statement", text(&file), "--propose"]);
    assert!(String::from_utf8_lossy(&proposed.stdout).contains("“Pending” are left out"), "{proposed:?}");
    fs::write(&mapping, proposed.stdout).unwrap();
    let read = run(&["statement", text(&file), "--mapping", text(&mapping)]);
    assert_eq!(String::from_utf8_lossy(&read.stdout).lines().count(), 1, "{read:?}");
    assert!(String::from_utf8_lossy(&read.stderr).contains("1 row is left out"), "{read:?}");
}

#[test]
fn a_weak_or_misformed_pin_is_refused_and_a_good_one_hashed() {
    assert_refused(&run_with_input(&["pin"], "12a4\n"), "4 to 12 digits");
    assert_refused(&run_with_input(&["pin"], "1111\n"), "PIN");
    let hashed = run_with_input(&["pin"], "3141\n");
    assert!(String::from_utf8(hashed.stdout).unwrap().starts_with("$argon2id$"));
}
