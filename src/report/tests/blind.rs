//! Before the drawer of an open day is counted no form of the report says what to count; afterwards each says both counts.

use super::*;

/// The day, open, with its drawer not counted yet.
fn open_day() -> DayReport {
    let mut ledger = ledger();
    ledger.drawer.as_mut().unwrap().counted = None;
    DayReport::of_ledger(heading(), &ledger, None, at(200), &RULES, 0).unwrap()
}

#[test]
fn an_open_day_does_not_tell_what_should_be_in_the_drawer() {
    let report = open_day();
    let page = html(&report, Language::English);
    assert!(page.contains("Not closed") && page.contains("Not counted yet"));
    assert!(page.contains("id=\"cash\">–<") && page.contains("id=\"taken\">–<") && page.contains("id=\"received\">–<"));
    assert!(page.contains("id=\"qr\">48.90 EUR<"), "what is in no drawer is no secret of it");
    // Five euro of cash, the drawer with it, and the sums of the day with it.
    for secret in ["105.00", " 5.00 EUR", ">5.00 EUR", "83.90", "53.90"] {
        assert!(!page.contains(secret), "{secret}");
    }
    let told = json(&report);
    for hidden in [
        "/figures/drawer",
        "/figures/cash",
        "/figures/cash_expected_minor",
        "/figures/received_minor",
        "/taken_minor",
        "/received_minor",
        "/cash_difference_minor",
        "/drawers/0/lines",
        "/sales/2/amount_minor",
        "/sales/2/payments/0/amount_minor",
        "/sales/2/payments/0/taken_minor",
    ] {
        assert_eq!(told.pointer(hidden), Some(&serde_json::Value::Null), "{hidden}");
    }
    assert_eq!(
        (&told["sales"][0]["amount_minor"], &told["figures"]["qr"]["amount_minor"]),
        (&4_890.into(), &4_890.into())
    );
    let table = csv(std::slice::from_ref(&report));
    let cash = table.lines().find(|line| line.contains(",cash,")).unwrap();
    assert!(cash.contains(",cash,,,EUR,in_drawer,") && !cash.contains("5.00"), "{cash}");
    let drawers = drawers_csv(std::slice::from_ref(&report));
    assert!(drawers.lines().nth(1).unwrap().ends_with(",EUR,,,,,,,,,,,0,,,,,"), "{drawers}");
}

#[test]
fn the_books_of_an_open_day_leave_the_drawer_out_and_say_so() {
    let report = open_day();
    for text in [hledger(std::slice::from_ref(&report)), beancount(std::slice::from_ref(&report))] {
        let text = text.unwrap();
        assert!(!text.contains("Assets:Cash") && !text.contains("105.00") && !text.contains(" 5.00"), "{text}");
        assert!(text.contains("; The day 2026-11-22 is open and its drawer is not counted"), "{text}");
        assert!(text.contains("Income:Sales  -48.90 EUR"), "the other tenders are there\n{text}");
    }
    let (entries, _) = accounts(&[report]);
    assert!(entries.iter().all(|entry| entry.postings.iter().map(|(_, minor)| minor).sum::<i64>() == 0));
    // A day that is closed is whole.
    let text = hledger(&[super::report()]).unwrap();
    assert!(text.contains("Assets:Cash:Drawer  5.00 EUR") && !text.contains("left out"), "{text}");
}

#[test]
fn a_period_with_such_a_day_tells_no_sum_with_its_cash() {
    let report = open_day();
    let period = PeriodReport::of_days(report.date, report.date, std::slice::from_ref(&report)).unwrap();
    let told = period_json(&period);
    for hidden in ["/taken_minor", "/received_minor", "/days/0/taken_minor", "/days/0/received_minor"] {
        assert_eq!(told.pointer(hidden), Some(&serde_json::Value::Null), "{hidden}");
    }
    let page = period_html(&period, Language::English);
    assert!(page.contains("id=\"taken\">–<") && !page.contains("83.90") && !page.contains("53.90"));
}

#[test]
fn both_counts_stand_in_every_form_and_so_do_refusals_and_openings() {
    let mut ledger = ledger();
    let drawer = DrawerId(id(2));
    let count = |counted_minor, again| Fact::DrawerCounted {
        drawer,
        counted: Count::default(),
        counted_minor,
        expected_minor: 10_500,
        again,
    };
    tell(&mut ledger, 601, &count(9_000, true));
    assert!(ledger.apply(at(602), &count(9_100, true)).is_err(), "there is no third count");
    tell(&mut ledger, 603, &count(10_450, false));
    let (movement, by) = (None, PersonId("cashier-3".to_owned()));
    tell(&mut ledger, 604, &Fact::DrawerRefused { drawer, movement, amount: euro(20_000), by });
    tell(&mut ledger, 605, &Fact::DrawerKicked {});
    let report = DayReport::of_ledger(heading(), &ledger, None, at(700), &RULES, 0).unwrap();
    let page = html(&report, Language::English);
    for said in ["First counted without seeing it", "90.00 EUR", "-15.00 EUR", "104.50 EUR", "-0.50 EUR"] {
        assert!(page.contains(said), "{said}");
    }
    assert!(page.contains("Refused: more than it holds") && page.contains("Opened without a sale"));
    let one = &json(&report)["drawers"][0];
    assert_eq!((&one["counted_first_minor"], &one["difference_first_minor"]), (&9_000.into(), &(-1_500).into()));
    let row = drawers_csv(&[report]);
    assert!(row.lines().nth(1).unwrap().ends_with(",1,105.00,104.50,-0.50,90.00,-15.00"), "{row}");
}
