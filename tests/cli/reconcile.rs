//! `stopgap reconcile` and `stopgap statement` on files.

use super::*;

#[test]
fn sales_and_statements_are_reconciled_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (sales, bank, out) = (path("sales.csv"), path("bank.csv"), path("out.jsonl"));
    let rows = "A1,500,EUR,2026-11-20T10:00:00+01:00,qr\nA2,700,EUR,2026-11-20,qr\nA3,900,EUR,2026-11-20,card\n\
                A4,300,EUR,2026-11-20,cash\n";
    fs::write(&sales, format!("reference,amount_minor,currency,taken_at,tender\n{rows}")).unwrap();
    let lines = "2026-11-21,500,EUR,A1,Erika,\n2026-11-21,500,EUR,A1,Erika,again\n2026-11-21,650,EUR,,Max,\"for a2\"\n\
                 2026-11-22,123,EUR,,Lina,rent\n2026-11-22,-40,EUR,,Bank,fee\n";
    fs::write(&bank, format!("booked_on,amount_minor,currency,reference,counterparty,description\n{lines}")).unwrap();
    let arguments = ["reconcile", "--sales", text(&sales), "--statement", text(&bank), "--out", text(&out)];
    let output = run(&arguments);
    assert!(output.status.success(), "{output:?}");
    let mut object: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(object.as_object_mut().unwrap().remove("seconds").unwrap().as_f64().unwrap() > 0.0);
    let expected = serde_json::json!({
        "sales": 4, "lines": 5, "matched": 1, "over": 0, "under": 1, "duplicate": 1, "missing": 2, "unknown": 1,
        "suggested": 0, "matched_minor": 500, "difference_minor": -50,
    });
    assert_eq!(object, expected);
    let written = fs::read_to_string(&out).unwrap();
    let classes: Vec<(String, String)> = written
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|row| (row["kind"].as_str().unwrap().to_owned(), row["class"].as_str().unwrap().to_owned()))
        .collect();
    let sales_are = ["matched", "under", "missing", "missing"].map(|class| ("sale".to_owned(), class.to_owned()));
    let lines_are = ["duplicate", "unknown", "outgoing"].map(|class| ("line".to_owned(), class.to_owned()));
    assert_eq!(classes, [sales_are.to_vec(), lines_are.to_vec()].concat());

    fs::write(&sales, format!("reference,amount_minor,currency,taken_at,tender\n{rows}A5,1.50,EUR,2026-11-20,qr\n"))
        .unwrap();
    assert_refused(&run(&arguments), "line 6: amount_minor “1.50” is not a whole number");
    assert_refused(&run(&["reconcile", "--sales", text(&sales)]), "--statement");
    assert_refused(&run(&["reconcile"]), "--sales FILE or --data DIR");
}

/// A pipe gives its bytes once, whatever the program has to find out about them.
#[cfg(unix)]
#[test]
fn a_statement_comes_by_a_pipe_too() {
    let folder = tempfile::tempdir().unwrap();
    let sales = folder.path().join("sales.csv");
    fs::write(&sales, format!("{SALES}A1,500,EUR,2026-11-20,qr\n")).unwrap();
    let plain = format!("{BANK}2026-11-21,500,EUR,A1,Erika,\n");
    let mt940 = ":20:A\n:25:77\n:28C:1\n:60F:C261120EUR0,\n:61:261121C5,NTRFA1\n:62F:C261121EUR5,\n";
    for statement in [plain.as_str(), mt940] {
        let output = run_with_input(&["reconcile", "--sales", text(&sales), "--statement", "/dev/stdin"], statement);
        assert!(output.status.success(), "{output:?}");
        let object: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&object["matched"], &object["lines"]), (&1.into(), &1.into()), "{object}");
    }
}

const SALES: &str = "reference,amount_minor,currency,taken_at,tender\n";
const BANK: &str = "booked_on,amount_minor,currency,reference,counterparty,description\n";

fn rows(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_reason_says_what_is_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (sales, bank, out) = (path("sales.csv"), path("bank.csv"), path("out.jsonl"));
    let sold = "A1,5100,EUR,2026-11-20,qr\nB1,4000,EUR,2026-11-20,qr\nC1,1000,EUR,2026-11-20,card\n\
                C2,3000,EUR,2026-11-20,card\n";
    let came = "2026-11-21,2000,EUR,A1,Erika,first\n2026-11-22,3000,EUR,A1,Erika,second\n\
                2026-11-21,3900,EUR,B1,Max,\n2026-11-22,3900,EUR,B1,Max,again\n2026-11-23,3200,EUR,,Platform,C1 C2\n";
    fs::write(&sales, format!("{SALES}{sold}")).unwrap();
    fs::write(&bank, format!("{BANK}{came}")).unwrap();
    let arguments = ["reconcile", "--sales", text(&sales), "--statement", text(&bank), "--out", text(&out)];
    let output = run(&arguments);
    assert!(output.status.success(), "{output:?}");
    let said: Vec<String> =
        rows(&out).iter().map(|row| format!("{}: {}", row["class"], row["reason"]).replace('"', "")).collect();
    assert_eq!(said[0], "under: the reference agrees, but 1.00 EUR too little came", "{said:#?}");
    assert_eq!(said[1], "under: the reference agrees, but 1.00 EUR too little came");
    assert!(said[2].starts_with("suggested: one line lists these sales") && said[2].contains("commission"));
    // The second line of B1 does not say that the sale has its money: it has not.
    assert!(said.contains(&"duplicate: another line is taken for B1 already, with 1.00 EUR too little".to_owned()));
}

#[test]
fn what_is_read_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (sales, bank) = (path("sales.csv"), path("bank.csv"));
    fs::write(&sales, format!("{SALES}A1,500,EUR,2026-11-20,qr\n")).unwrap();
    fs::write(&bank, format!("{BANK}2026-11-21,500,EUR,A1,Erika,\n")).unwrap();
    let (link, hard) = (path("link.jsonl"), path("hard.jsonl"));
    #[cfg(unix)]
    std::os::unix::fs::symlink(&sales, &link).unwrap();
    #[cfg(not(unix))]
    fs::hard_link(&sales, &link).unwrap();
    fs::hard_link(&bank, &hard).unwrap();
    let before = (fs::read(&sales).unwrap(), fs::read(&bank).unwrap());
    let roundabout = folder.path().join(".").join("bank.csv");
    for out in [&sales, &bank, &link, &hard, &roundabout] {
        let output = run(&["reconcile", "--sales", text(&sales), "--statement", text(&bank), "--out", text(out)]);
        assert_refused(&output, "would be overwritten");
        assert_eq!((fs::read(&sales).unwrap(), fs::read(&bank).unwrap()), before, "{out:?}");
    }
    // An earlier answer is no input, and is written over.
    let out = path("out.jsonl");
    for _ in 0..2 {
        let output = run(&["reconcile", "--sales", text(&sales), "--statement", text(&bank), "--out", text(&out)]);
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(rows(&out).len(), 1);
}

#[test]
fn a_file_that_was_cut_off_is_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.txt");
    for (sample, from, missing) in [
        ("pages.mt940", ":62F:", "the closing balance (:62F: or :62M:)"),
        ("alipay-trades.csv", "#\u{4ea4}\u{6613}\u{5408}\u{8ba1}", "\u{4ea4}\u{6613}\u{5408}\u{8ba1}"),
        ("wechat-all.csv", "\u{603b}\u{4ea4}\u{6613}\u{5355}\u{6570}", "the summary at the end of the bill"),
    ] {
        let whole = fs::read(Path::new("tests/samples/statements").join(sample)).unwrap();
        let whole = String::from_utf8(whole).unwrap();
        let cut = &whole[..whole.find(from).unwrap()];
        fs::write(&path, cut).unwrap();
        let output = run(&["statement", text(&path)]);
        assert_refused(&output, missing);
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(&format!("line {}", cut.lines().count())),
            "{output:?}"
        );
    }
}

/// Packed files, and a CSV file that a mapping explains, beside one that explains itself.
#[test]
fn archives_and_mapped_files_are_reconciled_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (sales, packed, mapped, mapping, out) =
        (path("sales.csv"), path("bank.csv.gz"), path("other.csv"), path("other.toml"), path("out.jsonl"));
    let of_sales = "A1,500,EUR,2026-11-20,qr\nA2,700,EUR,2026-11-20,qr\nA3,900,EUR,2026-11-20,qr\n";
    fs::write(&sales, format!("{SALES}{of_sales}")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(fs::File::create(&packed).unwrap(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, format!("{BANK}2026-11-21,500,EUR,A1,Erika,\n").as_bytes()).unwrap();
    gzip.finish().unwrap();
    fs::write(&mapped, "Date;Amount;Details\n21.11.2026;7,00;A2\n30.11.2026;9,01;A3\n").unwrap();
    let files = ["--statement", text(&packed), "--statement", text(&mapped), "--out", text(&out)];
    let without = [&["reconcile", "--sales", text(&sales)], &files[..]].concat();
    assert_refused(&run(&without), "other.csv: ");
    assert!(!out.exists(), "nothing is written where one file is refused");
    fs::write(&mapping, run(&["statement", text(&mapped), "--propose"]).stdout).unwrap();
    let output = run(&[&without[..], &["--mapping", text(&mapping)]].concat());
    assert!(output.status.success(), "{output:?}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found["lines"], &found["matched"], &found["over"]), (&3.into(), &2.into(), &1.into()), "{found}");
    assert_refused(&run(&[&without[..], &["--mapping", text(&path("gone.toml"))]].concat()), "gone.toml");
    fs::write(&mapping, "date = 1").unwrap();
    assert_refused(&run(&[&without[..], &["--mapping", text(&mapping)]].concat()), "other.toml");
}

/// A file whose totals do not agree with its lines is taken only where somebody says so.
#[test]
fn a_statement_that_does_not_add_up_is_reconciled_only_on_demand() {
    let folder = tempfile::tempdir().unwrap();
    let (sales, wrong) = (folder.path().join("sales.csv"), folder.path().join("wrong.mt940"));
    fs::write(&sales, format!("{SALES}A1,500,EUR,2026-11-20,qr\n")).unwrap();
    let content =
        fs::read_to_string("tests/samples/statements/pages.mt940").unwrap().replace("EUR1030,00", "EUR1030,01");
    fs::write(&wrong, content).unwrap();
    let arguments = ["reconcile", "--sales", text(&sales), "--statement", text(&wrong)];
    assert_refused(&run(&arguments), "the closing balance says 1,030.01 EUR");
    let output = run(&[&arguments[..], &["--despite-totals"]].concat());
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("taken all the same"), "{output:?}");
}

/// The same amount on the same day on two of the shop's accounts is two bookings; the same file twice is not.
#[test]
fn bookings_of_two_accounts_are_two() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let message = |account: &str| {
        format!(
            ":20:A\r\n:25:{account}\r\n:28C:1/1\r\n:60F:C261120EUR0,\r\n:61:2611211121C5,NTRFNONREF\r\n:86:TWINT\r\n\
             :62F:C261121EUR5,\r\n-\r\n"
        )
    };
    let (sales, first, second) = (path("sales.csv"), path("first.sta"), path("second.sta"));
    fs::write(&sales, format!("{SALES}A1,900,EUR,2026-11-20,qr\n")).unwrap();
    fs::write(&first, message("11111111/1")).unwrap();
    fs::write(&second, message("22222222/2")).unwrap();
    let found = |more: &Path| -> Value {
        let output =
            run(&["reconcile", "--sales", text(&sales), "--statement", text(&first), "--statement", text(more)]);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let two = found(&second);
    assert_eq!((&two["unknown"], &two["duplicate"]), (&2.into(), &0.into()), "{two}");
    let same = found(&first);
    assert_eq!((&same["unknown"], &same["duplicate"]), (&1.into(), &1.into()), "{same}");
}

/// What a person asks next: what the line says, which sales it may be for, what went back, and where it stands.
#[test]
fn a_row_says_enough_to_decide() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (sales, bank, other, out) = (path("sales.csv"), path("bank.csv"), path("other.sta"), path("out.jsonl"));
    let sold =
        "A1,500,EUR,2026-11-20,qr\nA2,500,EUR,2026-11-20,qr\nA3,700,EUR,2026-11-20,qr\nA4,600,EUR,2026-11-20,qr\n";
    let came = "2026-11-21,700,EUR,A3,Erika,\n2026-11-22,-200,EUR,A3,Erika,part back\n2026-11-21,500,EUR,,Max,thanks\n\
                2026-11-21,200,EUR,A4,Lina,first\n2026-11-22,450,EUR,A4,Lina,rest\n";
    let message = ":20:A\r\n:25:1/1\r\n:28C:1/1\r\n:60F:C261120EUR0,\r\n:61:2611211121C3,33NTRFNONREF\r\n:86:rent\r\n\
                   :62F:C261121EUR3,33\r\n-\r\n";
    fs::write(&sales, format!("{SALES}{sold}")).unwrap();
    fs::write(&bank, format!("{BANK}{came}")).unwrap();
    fs::write(&other, message).unwrap();
    let files = ["--statement", text(&bank), "--statement", text(&other), "--out", text(&out)];
    let output = run(&[&["reconcile", "--sales", text(&sales)], &files[..]].concat());
    assert!(output.status.success(), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("in minor units; --out says of which sales: 200"),
        "{output:?}"
    );
    let rows = rows(&out);
    let [_, _, third, fourth, back, nameless, rest, other] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((&third["class"], &third["went_back_minor"]), (&"matched".into(), &200.into()), "{third}");
    assert_eq!(third["reason"], "reference and amount agree; 2.00 EUR of it went back");
    assert_eq!(back["description"], "part back", "{back}");
    assert_eq!((&nameless["counterparty"], &nameless["description"]), (&"Max".into(), &"thanks".into()), "{nameless}");
    assert_eq!(nameless["candidates"], serde_json::json!(["A2", "A1"]), "{nameless}");
    assert_eq!((&fourth["class"], &fourth["line"]["line"]), (&"over".into(), &5.into()), "{fourth}");
    assert_eq!((&rest["sale"], &rest["line"]), (&"A4".into(), &6.into()), "{rest}");
    assert_eq!(rest["reason"], "a part of its sale: 0.50 EUR too much came in all");
    assert_eq!((&other["class"], &other["entry"], &other["line"]), (&"unknown".into(), &1.into(), &Value::Null));
}

/// Two banks' CSV files, each with its own mapping: the one whose columns are there counts.
#[test]
fn each_file_finds_its_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let sales = path("sales.csv");
    fs::write(&sales, format!("{SALES}A1,500,EUR,2026-11-20,qr\nA2,700,EUR,2026-11-20,qr\n")).unwrap();
    fs::write(path("one.csv"), "Date;Amount;Details\n21.11.2026;5,00;A1\n").unwrap();
    fs::write(path("two.csv"), "Buchungstag;Betrag;Zweck\n21.11.2026;7,00;A2\n").unwrap();
    let mut arguments = vec!["reconcile".to_owned(), "--sales".to_owned(), text(&sales).to_owned()];
    for name in ["one", "two"] {
        let (file, mapping) = (path(&format!("{name}.csv")), path(&format!("{name}.toml")));
        fs::write(&mapping, run(&["statement", text(&file), "--propose"]).stdout).unwrap();
        arguments.extend(["--statement", text(&file), "--mapping", text(&mapping)].map(str::to_owned));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run(&arguments);
    assert!(output.status.success(), "{output:?}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["matched"], 2, "{found}");
    // Without its own mapping the second file is refused with the column that is not there.
    assert_refused(&run(&arguments[..arguments.len() - 2]), "two.csv: ");
}

/// The ledger of `data` has brought in the statement in it: what it decided stays, and no line is told twice.
pub fn a_ledger_knows_its_own_statement(data: &Path) {
    let found = |more: &[&str]| -> (Value, String) {
        let output = run(&[&["reconcile", "--data", text(data)], more].concat());
        assert!(output.status.success(), "{output:?}");
        let mut found: Value = serde_json::from_slice(&output.stdout).unwrap();
        found.as_object_mut().unwrap().remove("seconds");
        (found, String::from_utf8(output.stderr).unwrap())
    };
    let (alone, _) = found(&[]);
    let file = data.join("statements/camt053-today.xml");
    let (with, says) = found(&["--statement", text(&file)]);
    assert_eq!(with, alone);
    assert!(says.contains("of its lines are in the ledger already"), "{says}");
}
