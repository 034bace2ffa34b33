//! `stopgap report`: the same day in every form, and what is refused.

use std::path::Path;

use chrono::{DateTime, FixedOffset};
use serde_json::Value;
use stopgap::domain::cash::Count;
use stopgap::domain::day::{CloseTerms, DayFigures, DayRules};
use stopgap::domain::fact::Fact;
use stopgap::domain::ids::{DayId, DrawerId, PaymentId, PersonId, SaleId, SaleReference, SaveId};
use stopgap::domain::money::{Currency, Money};
use stopgap::domain::receipt::Heading;
use stopgap::store::{Options, Store};
use uuid::Uuid;

use crate::{assert_refused, run, text};

fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Every form tells the same sums; `data` holds a day that was closed.
pub fn every_form_agrees(data: &Path) {
    let report = |more: &[&str]| printed(&[&["report", "--data", text(data)], more].concat());
    let day: Value = serde_json::from_str(&report(&[])).unwrap();
    let minor = |name: &str| day[name].as_i64().unwrap();
    assert_eq!(minor("received_minor") + minor("open_minor") + minor("lost_minor"), minor("taken_minor"));
    assert!(minor("taken_minor") > 0 && day["close"]["checkpoint"].is_string(), "{day}");

    let table = report(&["--format", "csv"]);
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let taken = rows.headers().unwrap().iter().position(|one| one == "taken").unwrap();
    let cents = |cell: &str| cell.replace('.', "").parse::<i64>().unwrap();
    assert_eq!(rows.records().map(|row| cents(&row.unwrap()[taken])).sum::<i64>(), minor("taken_minor"));
    what_came_is_there(data, &day);
    let went_back = report(&["--format", "csv", "--rows", "refunds"]);
    let mut rows = csv::Reader::from_reader(went_back.as_bytes());
    assert_eq!(&rows.headers().unwrap()[4], "amount");
    let told: i64 = rows.records().map(|row| cents(&row.unwrap()[4])).sum();
    let known = day["refunds"].as_array().unwrap().iter().map(|one| one["amount_minor"].as_i64().unwrap());
    assert_eq!(told, known.sum::<i64>());

    let shown = format!("{}.{:02}", minor("taken_minor") / 100, minor("taken_minor") % 100);
    for (language, word) in [("en", "Taken or promised"), ("zh-CN", "已收或承诺合计")] {
        let page = report(&["--format", "html", "--language", language]);
        assert!(page.contains(word), "{page}");
        let told = page.split("id=\"taken\">").nth(1).unwrap().split('<').next().unwrap().replace(',', "");
        assert_eq!(told, format!("{shown} EUR"));
    }
    let date = day["business_day"].as_str().unwrap();
    let period: Value = serde_json::from_str(&report(&["--from", date, "--to", date])).unwrap();
    assert_eq!(period["taken_minor"], day["taken_minor"]);
    let outage: Value = serde_json::from_str(&report(&["--outage", "last"])).unwrap();
    assert!(outage["taken_minor"].as_i64().unwrap() <= minor("taken_minor"), "{outage}");
    a_case_has_its_outages(data);
    for format in ["hledger", "beancount"] {
        let books = report(&["--format", format]);
        assert!(books.contains("Income:Sales") && books.contains("Assets:Clearing:Transfers"), "{books}");
    }
    let refused = |more: &[&str], says: &str| {
        assert_refused(&run(&[&["report", "--data", text(data)], more].concat()), says);
    };
    refused(&["--day", "1999-01-01"], "no business day");
    refused(&["--outage", "yesterday"], "--outage");
    refused(&["--outage", "last", "--format", "hledger"], "outage");
    refused(&["--case", "1", "--format", "hledger"], "a case has no books");
    refused(&["--case", "99"], "--case 99: the last case is");
    refused(&["--from", "2027-01-02", "--to", "2027-01-01"], "after --to");
    assert_refused(&run(&["report"]), "--data");
}

/// The credits and debits of the day's statements, as a table and in the object, and what came for each payment.
fn what_came_is_there(data: &Path, day: &Value) {
    let table = printed(&["report", "--data", text(data), "--format", "csv", "--rows", "lines"]);
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let column =
        |rows: &mut csv::Reader<&[u8]>, name| rows.headers().unwrap().iter().position(|one| one == name).unwrap();
    let (amount, state, payments) =
        (column(&mut rows, "amount"), column(&mut rows, "state"), column(&mut rows, "payment_ids"));
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let lines = day["lines"].as_array().unwrap();
    assert_eq!(rows.len(), lines.len());
    let came: i64 = lines.iter().map(|line| line["amount_minor"].as_i64().unwrap()).sum();
    assert_eq!(rows.iter().map(|row| row[amount].replace('.', "").parse::<i64>().unwrap()).sum::<i64>(), came);
    assert!(rows.iter().any(|row| &row[state] == "matched" && !row[payments].is_empty()), "{table}");
    let payments = day["sales"].as_array().unwrap().iter().flat_map(|sale| sale["payments"].as_array().unwrap());
    assert!(payments.filter(|payment| payment["came_minor"].as_i64().is_some()).count() > 0, "{day}");
    let outages = printed(&["report", "--data", text(data), "--format", "csv", "--rows", "outages"]);
    assert!(outages.lines().count() > 1, "{outages}");
}

/// The case that the till opened is the sum of its outages.
fn a_case_has_its_outages(data: &Path) {
    let report = |of: &[&str]| -> Value {
        serde_json::from_str(&printed(&[&["report", "--data", text(data)], of].concat())).unwrap()
    };
    let case = report(&["--case", "1"]);
    assert_eq!((&case["report"], &case["scope"]["case"]), (&"case".into(), &1.into()));
    let outages = case["outages"].as_array().unwrap();
    assert!(!outages.is_empty(), "{case}");
    let each: Vec<Value> = outages.iter().map(|one| report(&["--outage", one["outage"].as_str().unwrap()])).collect();
    let number = |of: &Value, pointer: &str| of.pointer(pointer).and_then(Value::as_i64).unwrap();
    for figure in ["/taken_minor", "/sales_done", "/costs/outage_seconds", "/costs/kept", "/costs/loss_minor"] {
        let sum: i64 = each.iter().map(|outage| number(outage, figure)).sum();
        assert_eq!(number(&case, figure), sum, "{figure}");
    }
}

/// A ledger on which two business days of one date were closed, and a third one is open.
fn two_days_of_one_date(data: &Path) -> String {
    let now: DateTime<FixedOffset> = chrono::Local::now().fixed_offset();
    let mut store = Store::open(data, 10, Options::default()).unwrap().store;
    let (date, currency) = (now.date_naive(), Currency::EUR);
    for n in 1..=3_u32 {
        let id = |kind: u128| Uuid::from_u128(u128::from(n) << 8 | kind);
        let (day, drawer, sale, payment) = (DayId(id(1)), DrawerId(id(2)), SaleId(id(3)), PaymentId(id(4)));
        let amount = Money::new(i64::from(n) * 100, currency);
        let cashier = PersonId("cashier-1".to_owned());
        let reference = SaleReference::new(10, n).unwrap();
        let mut facts = vec![
            Fact::DayOpened { day, date, is_demo: false },
            Fact::DrawerOpened { drawer, float: Count::default(), float_minor: 0, name: None, by: None, foreign: None },
            Fact::SaleBegan { sale, till: 10, day, reference, amount, ticket: None, cashier, outage: None },
            Fact::CashTaken {
                payment,
                sale,
                amount,
                given: amount,
                change: Money::zero(currency),
                drawer,
                foreign: None,
            },
            Fact::SaleDone { sale },
        ];
        if n < 3 {
            let heading = Heading {
                shop: format!("Shop as it was {n}"),
                address: "Old Road 1".to_owned(),
                till: 10,
                is_demo: n == 1,
                is_copy: false,
            };
            let rules =
                DayRules { currency, due_days: 3, drawer_note_above_minor: 500, expected_loss_basis_points: 250 };
            let terms = Some(Box::new(CloseTerms { heading, rules, closed_by: "Mina Then".to_owned() }));
            facts.push(Fact::DayClosed { day, figures: DayFigures { sales: n, ..DayFigures::default() }, terms });
        }
        store.save(now, "manager-1", SaveId(id(5)), &facts, &[]).unwrap();
    }
    date.to_string()
}

#[test]
fn two_days_of_one_date_are_named_and_asked_for_by_number() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let date = two_days_of_one_date(&data);
    let report = |more: &[&str]| run(&[&["report", "--data", text(&data)], more].concat());
    let refused = report(&["--day", &date]);
    for named in ["3 business days", &format!("{date}/1"), &format!("{date}/2"), &format!("{date}/3 (opened")] {
        assert_refused(&refused, named);
    }
    for (number, sales, is_open) in [(1, 1, false), (2, 2, false), (3, 1, true)] {
        let output = report(&["--day", &format!("{date}/{number}")]);
        let day: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&day["figures"]["sales"], day["close"].is_null()), (&sales.into(), is_open), "{day}");
    }
    assert_refused(&report(&["--day", &format!("{date}/9")]), "of this date there is");
    assert_refused(&report(&["--day", "today/1"]), "2026-11-28/4");
    // Without a day it is the last one in every form.
    let last = printed(&["report", "--data", text(&data), "--format", "csv"]);
    assert_eq!(last.lines().count(), 2, "{last}");
    let both: Value =
        serde_json::from_str(&printed(&["report", "--data", text(&data), "--from", &date, "--to", &date])).unwrap();
    assert_eq!(both["days"].as_array().unwrap().len(), 3);
    let database = data.join("stopgap.db");
    assert_refused(&report(&["--out", text(&database)]), "would be overwritten");
    assert!(run(&["ledger", "verify", "--data", text(&data)]).status.success());
}

/// A day that is open is read without the settings: what the journal knows is said, and the rest is not made up.
#[test]
fn an_open_day_without_settings_says_what_the_journal_knows() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let now: DateTime<FixedOffset> = chrono::Local::now().fixed_offset();
    let id = |n: u128| Uuid::from_u128(n);
    let mut store = Store::open(&data, 10, Options::default()).unwrap().store;
    let (sale, amount) = (SaleId(id(3)), Money::new(700, Currency::EUR));
    let (cashier, reference) = (PersonId("cashier-1".to_owned()), SaleReference::new(10, 1).unwrap());
    let day = DayId(id(1));
    let facts = [
        Fact::DayOpened { day, date: now.date_naive(), is_demo: true },
        Fact::SaleBegan { sale, till: 10, day, reference, amount, ticket: None, cashier, outage: None },
        Fact::QrShown { payment: PaymentId(id(4)), sale, amount, code: None },
    ];
    store.save(now, "cashier-1", SaveId(id(5)), &facts, &[]).unwrap();
    drop(store);
    let report = |more: &[&str]| printed(&[&["report", "--data", text(&data)], more].concat());
    let date = now.date_naive().to_string();
    for scope in [&[][..], &["--from", &date, "--to", &date]] {
        let told: Value = serde_json::from_str(&report(scope)).unwrap();
        assert!(told["costs"]["expected_loss_minor"].is_null() && told["shop"]["name"].is_null(), "{told}");
        assert_eq!((&told["shop"]["demo"], &told["shop"]["till"]), (&true.into(), &10.into()), "{told}");
        let page = report(&[scope, &["--format", "html"]].concat());
        assert!(page.contains("DEMO") && page.contains("Till 10"), "{page}");
    }
    let told: Value = serde_json::from_str(&report(&["--config", "samples/eu.toml"])).unwrap();
    assert_eq!((&told["costs"]["expected_loss_minor"], &told["shop"]["demo"]), (&0.into(), &true.into()), "{told}");
    assert!(told["shop"]["name"].is_string());
}

/// A sealed day's page says what was so when it was closed, whatever the shop is called today.
#[test]
fn a_sealed_day_says_what_was_so_then() {
    let folder = tempfile::tempdir().unwrap();
    let (data, config) = (folder.path().join("data"), folder.path().join("stopgap.toml"));
    let date = two_days_of_one_date(&data);
    let sample = std::fs::read_to_string("samples/eu.toml").unwrap();
    std::fs::write(&config, sample).unwrap();
    let page = |number: u32, more: &[&str]| {
        let day = format!("{date}/{number}");
        printed(&[&["report", "--data", text(&data), "--format", "html", "--day", &day], more].concat())
    };
    for more in [&[][..], &["--config", text(&config)]] {
        let (first, second) = (page(1, more), page(2, more));
        assert!(first.contains("Shop as it was 1") && first.contains("Old Road 1") && first.contains("Mina Then"));
        assert!(second.contains("Shop as it was 2") && !second.contains("Shop as it was 1"));
        assert!(first.contains("DEMO") && !second.contains("DEMO"), "{first}");
    }
    assert!(!page(3, &["--config", text(&config)]).contains("Shop as it was"), "an open day has today's heading");
    assert!(page(3, &[]).contains("Shop as it was 2"), "and without the settings that of the last close");
}
