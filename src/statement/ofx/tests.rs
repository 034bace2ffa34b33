//! OFX as banks write it, in both of its forms.

use super::*;
use crate::domain::ids::IdSource;
use crate::statement::{Statement, read as read_file};
use proptest::prelude::*;

fn read_text(text: &str) -> Result<Statement, StatementError> {
    read_file(text.as_bytes(), &mut IdSource::new(0, 0))
}

fn transaction(content: &str) -> String {
    format!("<OFX><STMTRS><CURDEF>EUR<BANKTRANLIST><STMTTRN>{content}</STMTTRN></BANKTRANLIST></STMTRS></OFX>")
}

fn fault(text: &str) -> Fault {
    match read_text(text) {
        Err(StatementError::Bad { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn both_forms_are_read_as_they_were_written() {
    let bank = read_text(include_str!("../../../tests/samples/statements/bank.ofx1")).unwrap();
    assert_eq!(bank.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [123_456, -2_050]);
    assert_eq!(bank.parts[0].account.as_deref(), Some("0012345678"));
    assert_eq!(bank.parts[0].closing.unwrap().minor, 500_000);
    let [first, second] = &bank.lines[..] else { panic!() };
    assert_eq!(
        (first.booked_on.to_string(), first.counterparty_name.as_deref()),
        ("2026-11-22".into(), Some("Smith & Sons"))
    );
    assert_eq!((first.description.as_deref(), first.bank_reference.as_deref()), (Some("2300000011"), Some("2026-1")));
    assert_eq!((second.counterparty_name.as_deref(), second.reference.as_deref()), (Some("Paper & Ink"), Some("77")));
    assert_eq!(second.valued_on.unwrap().to_string(), "2026-11-22");
    // A number of the bank that is there twice is two transactions all the same.
    let card = read_text(include_str!("../../../tests/samples/statements/card.ofx2")).unwrap();
    assert_eq!(card.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [123_450, -99]);
    assert!(card.lines.iter().all(|line| line.bank_reference.as_deref() == Some("A1")));
    assert_eq!(card.lines[0].description.as_deref(), Some("Payout 42 <nov>"));
}

#[test]
fn amounts_with_a_comma_or_groups_are_read_and_doubtful_ones_refused() {
    let minor = |text: &str| {
        let content = format!("<DTPOSTED>20261122<TRNAMT>{text}<FITID>1");
        read_text(&transaction(&content)).map(|read| read.lines[0].amount.minor).ok()
    };
    for (text, expected) in [
        ("-12.50", Some(-1_250)),
        ("+12,5", Some(1_250)),
        ("1,234.56", Some(123_456)),
        ("1.234,56", Some(123_456)),
        ("1 234,56", Some(123_456)),
        ("1,234,567", Some(123_456_700)),
        ("12.0000", Some(1_200)),
        ("1,234", None),
        ("1.234", None),
        ("1.2.3", None),
        ("12a", None),
        ("1e5", None),
    ] {
        assert_eq!(minor(text), expected, "{text}");
    }
}

#[test]
fn what_is_cut_off_or_missing_is_refused() {
    let good = transaction("<DTPOSTED>20261122<TRNAMT>1.00<FITID>1");
    assert!(read_text(&good).is_ok());
    assert!(matches!(fault(&good.replace("</OFX>", "")), Fault::Missing { what } if what.contains("</OFX>")));
    assert!(matches!(fault(&good.replace("</STMTTRN>", "")), Fault::Missing { .. }));
    assert!(matches!(fault(&good.replace("<CURDEF>EUR", "")), Fault::Missing { .. }));
    assert!(matches!(fault(&good.replace("<TRNAMT>1.00", "")), Fault::Missing { .. }));
    assert!(matches!(fault(&good.replace("20261122", "22.11.2026")), Fault::Date { .. }));
    assert!(matches!(fault(&good.replace("EUR", "EURO")), Fault::Currency(_)));
    assert_eq!(fault(&good.replace("<STMTRS>", "<!DOCTYPE a [<!ENTITY b 'c'>]><STMTRS>")), Fault::Doctype);
    assert!(matches!(fault("<OFX></OFX>"), Fault::Missing { .. }));
    // The amount is in another currency than the account, and says so.
    let foreign = good.replace("<FITID>", "<CURRENCY><CURRATE>1.1<CURSYM>USD</CURRENCY><FITID>");
    assert_eq!(read_text(&foreign).unwrap().lines[0].amount.currency.code(), "USD");
    let told = good.replace("<FITID>", "<ORIGCURRENCY><CURRATE>1.1<CURSYM>USD</ORIGCURRENCY><FITID>");
    assert_eq!(read_text(&told).unwrap().lines[0].amount.currency.code(), "EUR");
}

fn posted(id: &str, amount: &str, more: &str) -> String {
    format!("<STMTTRN><DTPOSTED>20261122<TRNAMT>{amount}<FITID>{id}{more}</STMTTRN>")
}

fn listed(transactions: &[String]) -> String {
    let list = transactions.concat();
    format!("<OFX><STMTRS><CURDEF>EUR<BANKTRANLIST>{list}</BANKTRANLIST></STMTRS></OFX>")
}

#[test]
fn a_correction_is_never_a_payment_of_its_own() {
    let correct = |action: &str, id: &str| format!("<CORRECTFITID>{id}<CORRECTACTION>{action}");
    let read = |transactions: &[String]| {
        let read = read_text(&listed(transactions)).unwrap();
        read.lines.iter().map(|line| (line.amount.minor, line.reversal)).collect::<Vec<_>>()
    };
    let sale = posted("1", "10.00", "");
    let deletion = posted("2", "10.00", &correct("DELETE", "1"));
    let replacement = posted("2", "12.00", &correct("replace", "1"));
    let other = posted("9", "5.00", "");
    // What is corrected goes, wherever it stands.
    assert_eq!(read(&[sale.clone(), other.clone(), deletion.clone()]), [(500, false)]);
    assert_eq!(read(&[deletion.clone(), other.clone(), sale.clone()]), [(500, false)]);
    assert_eq!(read(&[sale.clone(), replacement.clone(), other.clone()]), [(1_200, false), (500, false)]);
    let second = posted("3", "12.00", &correct("DELETE", "2"));
    assert_eq!(read(&[sale.clone(), replacement.clone(), second, other.clone()]), [(500, false)]);
    // What is on an earlier file may have counted: money that goes back, and money that a person looks at.
    assert_eq!(read(&[other.clone(), deletion]), [(500, false), (-1_000, true)]);
    assert_eq!(read(&[other.clone(), replacement.clone()]), [(500, false), (1_200, true)]);
    let refused = |transactions: &[String]| fault(&listed(transactions));
    assert!(matches!(refused(&[posted("2", "0", &correct("DELETE", "1"))]), Fault::Missing { .. }));
    assert!(matches!(refused(&[posted("2", "1", "<CORRECTACTION>DELETE")]), Fault::Missing { .. }));
    assert!(matches!(refused(&[posted("2", "1", "<CORRECTFITID>1")]), Fault::Missing { .. }));
    assert!(matches!(refused(&[posted("2", "1", &correct("UNDO", "1"))]), Fault::Code { .. }));
    assert!(matches!(refused(&[sale.clone(), sale, replacement]), Fault::Repeated { .. }));
}

#[test]
fn what_holds_values_has_to_end() {
    let good = listed(&[posted("1", "10.00", ""), posted("2", "5.00", "")]);
    assert_eq!(read_text(&good).unwrap().lines.len(), 2);
    for lost in ["</BANKTRANLIST>", "<BANKTRANLIST>", "</STMTRS>", "<STMTRS>", "</OFX>"] {
        assert!(matches!(fault(&good.replace(lost, "")), Fault::Missing { .. } | Fault::Misplaced { .. }), "{lost}");
    }
    for lost in ["</STMTTRN>", "<STMTTRN>"] {
        assert!(matches!(fault(&good.replacen(lost, "", 1)), Fault::Missing { .. }), "{lost}");
    }
    let open = "<OFX><STMTRS>\n<CURDEF>EUR<BANKTRANLIST>\n<STMTTRN><DTPOSTED>20261122<TRNAMT>5<FITID>9\n</OFX>";
    let refused = read_text(open).unwrap_err().to_string();
    assert!(refused.contains("line 4") && refused.contains("</STMTTRN>"), "{refused}");
}

proptest! {
    #[test]
    fn a_written_file_reads_back(minors in prop::collection::vec(-1_000_000..1_000_000_i64, 0..10), name in "[A-Za-z&<>\"é ]{1,20}") {
        let escaped = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let transactions: Vec<String> = minors
            .iter()
            .map(|minor| {
                let amount = Money::new(*minor, Currency::EUR).plain();
                format!("<STMTTRN><DTPOSTED>20261122</DTPOSTED><TRNAMT>{amount}</TRNAMT><NAME>{escaped}</NAME></STMTTRN>")
            })
            .collect();
        let text = format!("<OFX><STMTRS><CURDEF>EUR</CURDEF>{}</STMTRS></OFX>", transactions.concat());
        let read = read_text(&text).unwrap();
        prop_assert_eq!(read.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), minors);
        let expected = filled(&name);
        prop_assert!(read.lines.iter().all(|line| line.counterparty_name == expected));
    }
}
