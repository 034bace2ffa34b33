//! `stopgap report`: the same day in every form, and what is refused.

use std::path::Path;

use serde_json::Value;

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
