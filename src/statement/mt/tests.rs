//! Traps of MT940 and MT942 that banks really publish.

use super::*;
use crate::domain::ids::IdSource;
use crate::domain::reconcile::StatementLine;
use crate::statement::{Reading, Statement};
use proptest::prelude::*;

fn read_text(text: &str, despite_totals: bool) -> Result<Statement, StatementError> {
    Reading { despite_totals, ..Reading::default() }.read(text.as_bytes(), &mut IdSource::new(0, 0))
}

fn message(lines: &str, closing: &str) -> String {
    format!(":20:A\r\n:25:77\r\n:28C:1/1\r\n:60F:C261121EUR100,\r\n{lines}\r\n:62F:{closing}\r\n-\r\n")
}

fn lines(text: &str) -> Vec<StatementLine> {
    read_text(text, false).unwrap().lines
}

fn fault(text: &str) -> (usize, Fault) {
    match read_text(text, false) {
        Err(StatementError::Bad { line, fault }) => (line, fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_mark_has_its_sign_and_the_balances_show_it() {
    for (mark, minor, is_reversal) in
        [("C", 1_000, false), ("D", -1_000, false), ("RC", -1_000, true), ("RD", 1_000, true), ("CR", 1_000, false)]
    {
        let closing = format!("C261122EUR{},00", 100 + minor / 100);
        let read = lines(&message(&format!(":61:2611221122{mark}10,NTRFNONREF"), &closing));
        assert_eq!((read[0].amount.minor, read[0].reversal), (minor, is_reversal), "{mark}");
    }
}

#[test]
fn the_pages_of_the_sample_are_read_as_they_were_written() {
    let read = read_text(include_str!("../../../tests/samples/statements/pages.mt940"), false).unwrap();
    assert_eq!(read.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [4_890, -1_500, -890, 500]);
    let [first, second, third, fourth] = &read.lines[..] else { panic!() };
    let texts = |line: &StatementLine| {
        [&line.reference, &line.end_to_end_id, &line.counterparty_name, &line.counterparty_account, &line.description]
            .map(|text| text.clone().unwrap_or_default())
    };
    assert_eq!(
        texts(first),
        ["", "E2E-1", "Ada Mueller und Co", "FR7630006000011234567890189", "2300000011 Danke sehr"]
    );
    assert_eq!((first.booked_on.to_string(), first.bank_reference.as_deref()), ("2026-11-22".into(), Some("B-1")));
    assert_eq!(texts(second), ["KREF-7", "E2E-2", "Energie BV", "NL91ABNA0417164300", "Invoice 77"]);
    assert_eq!(second.valued_on.unwrap().to_string(), "2026-11-23");
    // What looks like a tag inside the text is text, and what follows the closing balance tells of no entry.
    let free = "Returned transfer, account closed :10:30 at the counter";
    assert_eq!(texts(third), ["ORIG-1", "", "", "", free]);
    assert_eq!(texts(fourth), ["", "", "", "", "Fee taken back"]);
    assert_eq!(read.parts.len(), 2);
}

#[test]
fn an_expected_entry_is_no_money_yet() {
    let read = read_text(include_str!("../../../tests/samples/statements/interim.mt942"), false).unwrap();
    assert_eq!(read.format, Format::Mt942);
    assert_eq!(read.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [3_000, -1_200]);
    assert_eq!(read.lines[0].reference.as_deref(), Some("2300000029"));
}

#[test]
fn totals_that_disagree_are_refused_with_both_figures_and_may_be_overruled() {
    let text = message(":61:261122C10,NTRFNONREF", "C261122EUR110,01");
    let (line, fault_found) = fault(&text);
    assert_eq!((line, fault_found.is_of_totals()), (6, true));
    assert!(fault_found.to_string().contains("110.00 EUR") && fault_found.to_string().contains("110.01 EUR"));
    assert_eq!(read_text(&text, true).unwrap().overruled.len(), 1);
    let page = message(":61:261122C10,NTRFNONREF", "C261122EUR110,").replace(":62F:", ":62M:");
    let next = ":20:A\n:25:77\n:60M:C261122EUR111,\n:62F:C261122EUR111,\n";
    assert!(fault(&format!("{page}{next}")).1.is_of_totals());
    let interim = ":20:A\n:25:77\n:34F:EUR0,\n:61:261122C10,NTRFNONREF\n:90C:2EUR10,\n";
    assert!(fault(interim).1.is_of_totals());
    assert!(fault(&interim.replace(":90C:2EUR10,", ":90C:1EUR11,")).1.is_of_totals());
    assert!(read_text(&interim.replace(":34F:EUR0,", ":34F:EURC50,"), false).is_ok());
}

#[test]
fn dates_of_the_turn_of_the_year_and_of_a_bank_are_days() {
    let read = lines(&message(":61:2612310102C10,NTRFNONREF", "C270102EUR110,"));
    assert_eq!(read[0].booked_on.to_string(), "2027-01-02");
    assert_eq!(read[0].valued_on.unwrap().to_string(), "2026-12-31");
    let read = lines(&message(":61:2602300227C10,NTRFNONREF", "C260302EUR110,"));
    assert_eq!(read[0].valued_on.unwrap().to_string(), "2026-02-28");
}

#[test]
fn what_breaks_the_format_is_refused_with_its_line() {
    for (line, why) in [
        (":61:261122C10.00NTRFNONREF", "not a number"),
        (":61:261122C1,234NTRFNONREF", "more than 2 decimals"),
        (":61:261122CNTRFNONREF", "not a number"),
        (":61:261122X1,NTRFNONREF", "none of C, D"),
        (":61:261322C1,NTRFNONREF", "not a date"),
        (":61:26", "too short"),
        (":61:261122C1000000000000000000000000000000,NTRF", "larger than"),
    ] {
        let (at, fault) = fault(&message(line, "C261122EUR110,"));
        assert_eq!(at, 5);
        assert!(fault.to_string().contains(why), "{line}: {fault}");
    }
    let yen = message(":61:261122C10,NTRFNONREF", "C261122EUR110,").replace("EUR", "JPY");
    assert!(read_text(&yen, false).is_ok());
    assert!(fault(&yen.replace("C10,N", "C10,0N")).1.to_string().contains("more than 0 decimals"));
    let long = message(&format!(":61:261122C10,N\n:86:{}", "x".repeat(FIELD_BYTES_MAX + 1)), "C261122EUR110,");
    assert!(matches!(fault(&long).1, Fault::TooLong { .. }));
    assert!(matches!(fault(":20:A\n:61:261122C10,NTRFNONREF\n").1, Fault::Missing { .. }));
}

/// A file that has a statement twice would book everything twice.
#[test]
fn a_statement_that_is_there_twice_is_refused() {
    let one = message(":61:2611221122C10,NTRFNONREF", "C261122EUR110,");
    let repeated = Fault::Repeated { what: "the statement with its number and balances (:28C:)" };
    assert_eq!(fault(&one.repeat(2)).1, repeated);
    let next = one.replace(":28C:1/1", ":28C:2/1");
    assert_eq!(lines(&format!("{one}{next}")).len(), 2);
    let other = one.replace(":25:77", ":25:78");
    let read = lines(&format!("{one}{other}"));
    let accounts: Vec<Option<&str>> = read.iter().map(|line| line.account.as_deref()).collect();
    assert_eq!(accounts, [Some("77"), Some("78")]);
}

#[test]
fn a_file_that_was_cut_off_is_refused_with_what_is_missing() {
    let pages = include_str!("../../../tests/samples/statements/pages.mt940");
    let lines: Vec<&str> = pages.split_inclusive('\n').collect();
    let first_page = lines.iter().position(|line| line.starts_with("-}")).unwrap() + 1;
    // The envelope alone is no format yet.
    for kept in 2..lines.len() {
        let cut = lines[..kept].concat();
        // A bank may send each page in a file of its own.
        if kept == first_page {
            assert_eq!(read_text(&cut, false).unwrap().lines.len(), 2);
        } else {
            let (line, fault) = fault(&cut);
            assert_eq!(line, kept, "{fault}");
            assert!(fault.to_string().contains("is missing"), "{kept}: {fault}");
        }
    }
    let bare = message(":61:2611221122C10,NTRFNONREF", "C261122EUR110,").replace(":62F:C261122EUR110,\r\n", "");
    let (line, missing) = fault(&bare);
    assert_eq!((line, missing.is_of_totals()), (6, false), "nobody may overrule it");
    assert!(missing.to_string().contains(":62F:"));
    // The next message does not close the one before.
    assert!(fault(&format!("{bare}{bare}")).1.to_string().contains(":62F:"));
}

/// A part of an amount is another amount.
#[test]
fn what_was_cut_off_inside_a_field_is_no_smaller_amount() {
    let interim = ":20:A\n:25:77\n:34F:EUR0,\n:13D:2611221200+0100\n:61:2611221122C10,NTRFA\n";
    let last = ":61:2611221122C2000,50NTRFINV-1";
    let whole = format!("{interim}{last}\n");
    assert_eq!(lines(&whole).len(), 2);
    for kept in 1..=last.len() {
        let cut = format!("{interim}{}", &last[..kept]);
        assert!(read_text(&cut, false).is_err(), "{cut}");
    }
    assert_eq!(lines(&format!("{interim}{last}\n-")).len(), 2);
    assert_eq!(lines(&format!("{interim}{last}\n:90C:2EUR2010,50")).len(), 2);
    for wrong in [":90C:2EUR2010", ":90D:0EUR0"] {
        assert!(fault(&format!("{whole}{wrong}")).1.to_string().contains("not a number"), "{wrong}");
    }
    assert!(fault(&interim.replace("EUR0,", "EUR0")).1.to_string().contains("not a number"));
    assert!(fault(&message(":61:261122C10NTRFNONREF", "C261122EUR110,")).1.to_string().contains("not a number"));
}

#[test]
fn every_line_break_is_one() {
    let text = message(":61:2611221122C10,NTRFA\r\n:86:one", "C261122EUR110,");
    let read = lines(&text);
    assert_eq!((read.len(), read[0].description.as_deref()), (1, Some("one")));
    for breaks in ["\r", "\n"] {
        let other = text.replace("\r\n", breaks);
        let amounts: Vec<i64> = lines(&other).iter().map(|line| line.amount.minor).collect();
        assert_eq!(amounts, [1_000], "{breaks:?}");
        assert_eq!(fault(&other.replace("C10,", "C10")).0, 5);
    }
    assert_eq!(lines(&format!("{}\n", text.replace("\r\n", "\r"))).len(), 1);
}

#[test]
fn a_statement_without_entries_says_so() {
    assert_eq!(lines(":20:A\n:25:77\n:28C:1\n:60F:C261121EUR5,\n:62F:C261121EUR5,\n-\n").len(), 0);
    assert_eq!(lines(":20:A\n:25:77\n:34F:EUR0,\n:90D:0EUR0,\n:90C:0EUR0,\n-\n").len(), 0);
    for silent in [
        ":20:A\n",
        ":20:A\n:28C:1\n-\n",
        ":20:A\n:25:77\n:62F:C261121EUR5,\n-\n",
        ":20:A\n:25:77\n:34F:EUR0,\n:13D:2611221200+0100\n-\n",
    ] {
        assert!(matches!(fault(silent).1, Fault::Missing { .. }), "{silent}");
    }
}

proptest! {
    #[test]
    fn a_written_message_reads_back(entries in prop::collection::vec((1..1_000_000_i64, 0..4_usize), 0..12)) {
        let marks = [("C", 1), ("D", -1), ("RC", -1), ("RD", 1)];
        let expected: Vec<i64> = entries.iter().map(|(minor, mark)| minor * marks[*mark].1).collect();
        let written: Vec<String> = entries
            .iter()
            .map(|(minor, mark)| format!(":61:2611221122{}{},{:02}NTRFNONREF\r\n", marks[*mark].0, minor / 100, minor % 100))
            .collect();
        let closing = 10_000 + expected.iter().sum::<i64>();
        let side = if closing < 0 { 'D' } else { 'C' };
        let closing = format!("{side}261122EUR{},{:02}", closing.abs() / 100, closing.abs() % 100);
        let read = lines(&message(&written.concat(), &closing));
        prop_assert_eq!(read.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn no_details_make_it_panic(text in "(166)?[?/+A-Z0-9\n é]{0,60}") {
        let mut details = Details::default();
        details.add(&text).unwrap();
        let _ = details.told();
    }
}
