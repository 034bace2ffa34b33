//! Who decided what: losses of transfers of which less came, lines that a person explained, and what lines are about.

use super::*;
use crate::domain::reconcile::LineReason;

/// The day with a transfer of ten euro of which nine came, which a manager takes for paid, alone or with a second one.
fn with_short_transfer(alone: bool) -> DayReport {
    let mut ledger = ledger();
    let (payment, sale) = begin(&mut ledger, 4, 1_000, "A-4", None);
    tell(&mut ledger, 611, &Fact::QrShown { payment, sale, amount: euro(1_000), code: None });
    tell(&mut ledger, 611, &Fact::QrMoved { payment, qr: QrState::ConfirmedByShop { at: at(611) } });
    tell(&mut ledger, 611, &Fact::SaleDone { sale });
    let credit = line(52, 900, "Erika", SaleReference::new(23, 4).unwrap().to_string());
    let (statement, name, notes) = (StatementId(id(5)), "more.xml".into(), StatementNotes::default());
    let lines = vec![credit].into();
    tell(&mut ledger, 612, &Fact::StatementImported { statement, name, sha256: "1".into(), lines, notes });
    let act = ManagedAct::LossTaken { payment, amount: euro(100), reason: Some(LossReason::Goodwill) };
    let (by, reason) = (PersonId("manager-1".into()), ApprovalReason::Other);
    let manager = if alone { by.clone() } else { PersonId("manager-2".into()) };
    tell(&mut ledger, 613, &Fact::ManagerApproved { manager, act, reason, alone, by: Some(by) });
    tell(&mut ledger, 613, &Fact::LineMatched { line: LineId(id(52)), payment, how: MatchHow::ByHand });
    DayReport::of_ledger(heading(), &ledger, None, at(700), &RULES, 0).unwrap()
}

#[test]
fn who_took_a_short_transfer_for_paid_is_said_and_why() {
    for (alone, second, shown) in [(false, Some("manager-2"), "manager-2"), (true, None, "nobody")] {
        let report = with_short_transfer(alone);
        let person = |id: &str| PersonId(id.to_owned());
        let missing = LossCause::Missing {
            by: Some(person("manager-1")),
            seen_by: second.map(person),
            reason: Some(LossReason::Goodwill),
        };
        assert_eq!(report.losses.last().map(|loss| (loss.amount, &loss.cause)), Some((euro(100), &missing)));
        let told = &json(&report)["losses"][1];
        assert_eq!(
            (&told["cause"], &told["by"], &told["reason"]),
            (&"missing".into(), &"manager-1".into(), &"goodwill".into())
        );
        assert_eq!(told["seen_by"].as_str(), second);
        let page = html(&report, Language::English);
        let row = page.split("<tr").find(|row| row.contains("goodwill")).unwrap();
        for word in ["less came, or it went back · goodwill", ">manager-1<", shown, "1.00 EUR"] {
            assert!(row.contains(word), "{word}: {row}");
        }
    }
}

#[test]
fn a_line_says_to_which_sale_it_belongs_and_who_explained_it() {
    let mut ledger = ledger();
    let (line, by, why) = (LineId(id(51)), PersonId("manager-1".into()), Some(LineReason::PaidBack));
    tell(&mut ledger, 611, &Fact::LineExplained { line, by, payment: None, own_refund: false, why });
    let mut report = DayReport::of_ledger(heading(), &ledger, None, at(700), &RULES, 0).unwrap();
    report.people.insert(PersonId("manager-1".into()), "Mina".into());
    let sale = SaleReference::new(23, 1).unwrap().to_string();
    for (language, belongs, explained) in [
        (Language::English, "belongs to a sale", "paid back to us · Mina"),
        (Language::Chinese, "属于一笔销售", "退还给本店 · Mina"),
    ] {
        let page = html(&report, language);
        assert!(page.contains(&format!("{belongs} · {sale}<")) && page.contains(explained), "{page}");
    }
    let text = lines_csv(std::slice::from_ref(&report));
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), &::csv::StringRecord::from(table::LINE_COLUMNS.to_vec()));
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!([&rows[0][14], &rows[0][15]], [sale.as_str(), ""]);
    assert_eq!([&rows[1][11], &rows[1][14], &rows[1][15]], ["paid back to us", "", "Mina"]);
    let told = json(&report);
    assert_eq!((&told["lines"][0]["sales"][0], &told["lines"][1]["state"]["why"]), (&sale.into(), &"paid_back".into()));
}

#[test]
fn what_nobody_knows_is_not_made_up() {
    let mut report = report();
    report.costs.expected_loss_minor = None;
    report.heading = Heading { shop: String::new(), address: String::new(), till: 0, ..heading() };
    let told = json(&report);
    assert!(told["costs"]["expected_loss_minor"].is_null());
    assert!(told["shop"]["name"].is_null() && told["shop"]["address"].is_null() && told["shop"]["till"].is_null());
    let page = html(&report, Language::English);
    let row = page.split("<tr").find(|row| row.contains("Loss expected of those")).unwrap();
    assert!(row.contains(">–<") && !page.contains("Till 0") && !page.contains("<p> ·"), "{page}");
}
