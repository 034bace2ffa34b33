//! What went back, and what the boxes of other currencies lack: in the page, the tables and the books.

use super::*;
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
