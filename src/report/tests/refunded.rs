//! What went back, and what the boxes of other currencies lack: in the page, the tables and the books.

use super::*;
use crate::domain::cash::{CashMovement, CountNote};
use crate::domain::ids::RefundId;
use crate::domain::sale::{GiveBackWay, RefundWay};

/// The day with five euro in cash, of which 2.02 go back, rounded to 2.00.
fn with_refund() -> DayReport {
    let mut ledger = ledger();
    let (sale, drawer) = (SaleId(id(1_003)), DrawerId(id(2)));
    assert!(ledger.sales.contains_key(&sale));
    let (way, by) = (RefundWay::Cash { drawer, paid: euro(200) }, PersonId("=cashier".into()));
    tell(&mut ledger, 611, &Fact::Refunded { refund: RefundId(id(77)), sale, amount: euro(202), way, by });
    DayReport::of_ledger(heading(), &ledger, None, at(700), &RULES, 0).unwrap()
}

#[test]
fn refunds_stand_in_the_head_of_the_page_in_a_table_and_in_the_json() {
    let report = with_refund();
    for (language, words) in
        [(Language::English, ["Refunds", "in cash: 2.00 EUR"]), (Language::Chinese, ["退款", "现金: 2.00 EUR"])]
    {
        let page = html(&report, language);
        assert!(page.contains("<b id=\"refunded\">2.02 EUR</b>"), "{page}");
        for word in words {
            assert!(page.contains(word), "{word}");
        }
    }
    assert!(!html(&super::report(), Language::English).contains("<h2>Refunds"), "a day without one has no table");
    let text = refunds_csv(std::slice::from_ref(&report));
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), &::csv::StringRecord::from(crate::report::refunds::REFUND_COLUMNS.to_vec()));
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!([&rows[0][4], &rows[0][6], &rows[0][7], &rows[0][8]], ["2.02", "cash", "2.00", "'=cashier"]);
    let told = json(&report);
    assert_eq!((&told["refunded_minor"], &told["refunds"][0]["out_of_drawer_minor"]), (&202.into(), &200.into()));
    // The count is one of before the refund.
    let told = json(&DayReport { is_blind: false, ..report.clone() });
    assert_eq!(told["taken_minor"], report.figures.taken_minor(), "what went back is not taken off the sales");
}

/// The day with six euro too much of a transfer, given back in cash as cash is rounded, and a credit sent back.
fn with_too_much() -> DayReport {
    let mut ledger = ledger();
    let (payment, sale) = begin(&mut ledger, 4, 1_000, "A-4", None);
    tell(&mut ledger, 611, &Fact::QrShown { payment, sale, amount: euro(1_000), code: None });
    tell(&mut ledger, 611, &Fact::QrMoved { payment, qr: QrState::ConfirmedByShop { at: at(611) } });
    tell(&mut ledger, 611, &Fact::SaleDone { sale });
    let credit = line(52, 1_602, "Erika", SaleReference::new(23, 4).unwrap().to_string());
    let (statement, name, notes) = (StatementId(id(5)), "more.xml".into(), StatementNotes::default());
    let lines = vec![credit].into();
    tell(&mut ledger, 612, &Fact::StatementImported { statement, name, sha256: "1".into(), lines, notes });
    tell(&mut ledger, 612, &Fact::LineMatched { line: LineId(id(52)), payment, how: MatchHow::ByHand });
    let way = GiveBackWay::Cash { drawer: DrawerId(id(2)), paid: Some(euro(600)) };
    tell(&mut ledger, 613, &Fact::GivenBack { sale, amount: euro(602), way, by: PersonId("manager-1".into()) });
    let (line, amount, way, by) = (LineId(id(51)), euro(777), GiveBackWay::OtherWay, PersonId("manager-1".into()));
    tell(&mut ledger, 614, &Fact::CreditReturned { line, payment: None, amount, way, by });
    DayReport::of_ledger(heading(), &ledger, None, at(700), &RULES, 0).unwrap()
}

#[test]
fn what_came_too_much_and_went_back_stands_beside_the_refunds() {
    let report = with_too_much();
    for (language, words) in [
        (Language::English, ["2 × · 6.00 EUR in cash", "Paid too much", "in cash: 6.00 EUR", "Credit without a sale"]),
        (Language::Chinese, ["2 × · 6.00 EUR 为现金", "多付款", "现金: 6.00 EUR", "无对应销售的入账"]),
    ] {
        let page = html(&report, language);
        assert!(page.contains("<b id=\"given-back\">13.79 EUR</b>"), "{page}");
        for word in words {
            assert!(page.contains(word), "{word}: {page}");
        }
    }
    assert!(!html(&super::report(), Language::English).contains("given-back"), "a day without it says nothing of it");
    let text = refunds_csv(std::slice::from_ref(&report));
    let rows: Vec<::csv::StringRecord> =
        ::csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect();
    let told: Vec<[&str; 5]> = rows.iter().map(|row| [&row[2], &row[4], &row[6], &row[7], &row[10]]).collect();
    let sale = SaleReference::new(23, 4).unwrap().to_string();
    assert_eq!(told, [[&sale, "6.02", "cash", "6.00", "overpaid"], ["", "7.77", "other", "", "credit"]]);
    let value = json(&report);
    assert_eq!((&value["given_back_minor"], &value["refunded_minor"]), (&1_379.into(), &0.into()));
    assert_eq!(value["given_back"][0]["out_of_drawer_minor"], 600);
    assert_eq!(value["refunds"].as_array().map(Vec::len), Some(0), "a refund is another thing");
}

#[test]
fn a_box_that_lacks_a_note_is_a_difference_in_the_books() {
    let mut ledger = ledger();
    let (drawer, usd) = (DrawerId(id(99)), Foreign { currency: "USD".parse().unwrap(), rate: "0.92".parse().unwrap() });
    let float = Count::default();
    let (name, by, foreign) = (None, None, Some(usd));
    tell(&mut ledger, 601, &Fact::DrawerOpened { drawer, float, float_minor: 2_000, name, by, foreign });
    let (from, to) = (PersonId("cashier-3".into()), PersonId("cashier-4".into()));
    let (counted, counted_minor, expected_minor) = (Count::default(), 1_900, 2_000);
    tell(&mut ledger, 602, &Fact::DrawerHandedOver { drawer, counted, counted_minor, expected_minor, from, to });
    let (counted, counted_minor, expected_minor) = (Count::default(), 1_400, 1_900);
    tell(&mut ledger, 603, &Fact::DrawerCounted { drawer, counted, counted_minor, expected_minor, again: false });
    let report = DayReport::of_ledger(heading(), &ledger, None, at(700), &RULES, 0).unwrap();
    let (entries, _) = accounts(std::slice::from_ref(&report));
    let found: Vec<(&str, Account, i64)> = entries
        .iter()
        .filter(|entry| entry.text.ends_with(" USD"))
        .flat_map(|entry| entry.postings.iter().map(|(account, minor)| (entry.text.as_str(), *account, *minor)))
        .collect();
    assert_eq!(
        found,
        [
            ("Handed over USD", Account::Foreign, -92),
            ("Handed over USD", Account::CashDifference, 92),
            ("Count USD", Account::Foreign, -460),
            ("Count USD", Account::CashDifference, 460),
        ]
    );
    let books = hledger(&[report]).unwrap();
    assert!(books.contains("Count USD") && books.contains("-4.60 EUR"), "{books}");
}

/// Notes are taken at what cash can pay for them, and what is missing at the plain rate. In the end the account has what
/// the notes in the box are worth, and what is left of the cents is a line of its own.
#[test]
fn a_box_is_worth_in_the_books_what_its_notes_are_worth() {
    let mut ledger = ledger();
    let (into, usd) = (DrawerId(id(99)), Foreign { currency: "USD".parse().unwrap(), rate: "0.92".parse().unwrap() });
    let (float, name, by, foreign) = (Count::default(), None, None, Some(usd));
    tell(&mut ledger, 601, &Fact::DrawerOpened { drawer: into, float, float_minor: 0, name, by, foreign });
    for n in [7, 8] {
        let (payment, sale) = begin(&mut ledger, n, 5_520, "A-7", None);
        // 60.05 dollars are 55.24 euro and a little, and five-cent coins can pay 55.20 of it.
        let notes = ForeignCash { given: Money::new(6_005, usd.currency), rate: usd.rate, drawer: into };
        let (amount, change, drawer) = (euro(5_520), euro(0), DrawerId(id(2)));
        let foreign = Some(notes);
        tell(&mut ledger, 602, &Fact::CashTaken { payment, sale, amount, given: amount, change, drawer, foreign });
        tell(&mut ledger, 602, &Fact::SaleDone { sale });
    }
    let (counted, counted_minor, expected_minor) = (Count::default(), 12_000, 12_010);
    tell(&mut ledger, 603, &Fact::DrawerCounted { drawer: into, counted, counted_minor, expected_minor, again: false });
    let report = DayReport::of_ledger(heading(), &ledger, None, at(700), &RULES, 0).unwrap();
    let (entries, _) = accounts(&[report]);
    let left = |wanted: Account| {
        let postings = entries.iter().flat_map(|entry| &entry.postings);
        postings.filter(|(account, _)| *account == wanted).map(|(_, minor)| minor).sum::<i64>()
    };
    assert_eq!(left(Account::Foreign), 11_040, "120.00 dollars at 0.92");
    assert_eq!(
        (left(Account::Rounding), left(Account::CashDifference)),
        (-9, 19),
        "ten dollar cents, and the drawer's ten"
    );
    assert!(entries.iter().any(|entry| entry.text == "Rounding USD"));
}

/// What is left in the accounts after a day in which a hundred dollars came at 0.90 and a hundred more at 1.00, and so many
/// were counted in the evening: in the box, as a difference of the count, as one of the rate.
fn at_two_rates(counted_minor: i64) -> [i64; 3] {
    let mut ledger = ledger();
    let (into, usd) = (DrawerId(id(99)), "USD".parse().unwrap());
    let (float, name, by) = (Count::default(), None, None);
    let foreign = Some(Foreign { currency: usd, rate: "0.90".parse().unwrap() });
    tell(&mut ledger, 601, &Fact::DrawerOpened { drawer: into, float, float_minor: 0, name, by, foreign });
    for (n, rate, worth) in [(7, "0.90", 9_000), (8, "1.00", 10_000)] {
        let (payment, sale) = begin(&mut ledger, n, worth, "A-7", None);
        let notes = ForeignCash { given: Money::new(10_000, usd), rate: rate.parse().unwrap(), drawer: into };
        let (amount, change, drawer, foreign) = (euro(worth), euro(0), DrawerId(id(2)), Some(notes));
        tell(&mut ledger, 602, &Fact::CashTaken { payment, sale, amount, given: amount, change, drawer, foreign });
        tell(&mut ledger, 602, &Fact::SaleDone { sale });
    }
    let (counted, expected_minor, again) = (Count::default(), 20_000, false);
    tell(&mut ledger, 603, &Fact::DrawerCounted { drawer: into, counted, counted_minor, expected_minor, again });
    let report = DayReport::of_ledger(heading(), &ledger, None, at(700), &RULES, 0).unwrap();
    let (entries, _) = accounts(std::slice::from_ref(&report));
    assert!(entries.iter().any(|entry| entry.text == "New rate of USD"));
    for books in [hledger(std::slice::from_ref(&report)), beancount(&[report])] {
        assert!(books.unwrap().contains("Expenses:Exchange-Difference  -10.00 EUR"));
    }
    [Account::Foreign, Account::CashDifference, Account::Exchange].map(|wanted| {
        let postings = entries.iter().flat_map(|entry| &entry.postings);
        postings.filter(|(account, _)| *account == wanted).map(|(_, minor)| minor).sum::<i64>()
    })
}

/// Ten euro more stand in the box than were taken for, since the first hundred are worth more now; and a box that is empty
/// has nothing in the books either.
#[test]
fn a_box_is_worth_what_its_notes_are_worth_at_the_last_of_several_rates() {
    // The drawer of the shop's currency is ten cents short beside it.
    assert_eq!(at_two_rates(20_000), [20_000, 10, -1_000]);
    assert_eq!(at_two_rates(0), [0, 10 + 20_000, -1_000]);
}

#[test]
fn a_handover_stands_in_every_form_with_both_of_its_counts() {
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
    tell(&mut ledger, 602, &count(10_300, false));
    let (note, by) = (CountNote::WrongChange, PersonId("cashier-3".into()));
    tell(&mut ledger, 603, &Fact::DrawerExplained { drawer, note, by: by.clone() });
    let (counted, counted_minor, expected_minor) = (Count::default(), 10_300, 10_500);
    let (from, to) = (by, PersonId("=cashier".into()));
    tell(&mut ledger, 604, &Fact::DrawerHandedOver { drawer, counted, counted_minor, expected_minor, from, to });
    let of = |ledger: &Ledger| DayReport::of_ledger(heading(), ledger, None, at(700), &RULES, 0).unwrap();
    let blind = of(&ledger);
    assert!(!html(&blind, Language::English).contains("Handed over"), "it would say where the count begins");
    assert!(!handovers_csv(std::slice::from_ref(&blind)).contains("103.00"));
    assert_eq!(json(&blind)["drawers"][0]["handovers"], serde_json::json!([]));

    let (counted, counted_minor, expected_minor) = (Count::default(), 10_300, 10_300);
    tell(&mut ledger, 605, &Fact::DrawerCounted { drawer, counted, counted_minor, expected_minor, again: false });
    let report = of(&ledger);
    for (language, words) in
        [(Language::English, ["Handed over", "wrong change"]), (Language::Chinese, ["交接", "找错钱"])]
    {
        let page = html(&report, language);
        for word in words.into_iter().chain(["90.00 EUR", "103.00 EUR", "-2.00 EUR", "cashier-3 → =cashier"]) {
            assert!(page.contains(word), "{word}");
        }
    }
    let one = &json(&report)["drawers"][0]["handovers"][0];
    let sums = ["expected_minor", "counted_minor", "difference_minor", "counted_first_minor", "difference_first_minor"];
    assert_eq!(sums.map(|name| one[name].as_i64().unwrap()), [10_500, 10_300, -200, 9_000, -1_500]);
    assert_eq!(one["note"], "wrong_change");
    let table = handovers_csv(&[report]);
    let row = table.lines().nth(1).unwrap();
    assert!(row.ends_with(",cashier-3,'=cashier,105.00,103.00,-2.00,90.00,-15.00,wrong_change"), "{row}");
    // Money that moves after the count makes it one of an earlier moment, and the next is as blind.
    let (movement, amount, by) = (CashMovement::SafeDrop, euro(100), PersonId("cashier-3".into()));
    tell(&mut ledger, 606, &Fact::DrawerMoved { drawer, movement, amount, by });
    assert!(!handovers_csv(&[of(&ledger)]).contains("103.00"));
}
