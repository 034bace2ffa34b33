//! Bank exports and settlement files by mapping, with what people and programs write into them.

use super::*;
use crate::domain::ids::IdSource;
use crate::statement::{Reading, Statement};
use proptest::prelude::*;

fn read_by(text: &str, mapping: &str, despite_totals: bool) -> Result<Statement, StatementError> {
    let mapping = Mapping::parse(mapping).unwrap();
    let reading = Reading { mapping: Some(&mapping), despite_totals, ..Reading::default() };
    reading.read(text.as_bytes(), &mut IdSource::new(0, 0))
}

const PLAIN: &str = "date_column = 'd'\namount_column = 'a'\ncurrency = 'EUR'\n";

fn minors(text: &str, mapping: &str) -> Vec<i64> {
    read_by(text, mapping, false).unwrap().lines.iter().map(|line| line.amount.minor).collect()
}

fn fault(text: &str, mapping: &str) -> (usize, Fault) {
    match read_by(text, mapping, false) {
        Err(StatementError::Bad { line, fault }) => (line, fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_german_export_with_preamble_and_total_is_read() {
    let text = include_str!("../../../../tests/samples/statements/bank-de.csv");
    let mapping = include_str!("../../../../tests/samples/statements/bank-de.toml");
    let read = read_by(text, mapping, false).unwrap();
    assert_eq!(read.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [104_890, -1_500]);
    let first = &read.lines[0];
    assert_eq!(
        (first.booked_on.to_string(), first.valued_on.unwrap().to_string()),
        ("2026-11-22".into(), "2026-11-23".into())
    );
    assert_eq!(first.counterparty_name.as_deref(), Some("Ada Müller"));
    assert_eq!(first.counterparty_account.as_deref(), Some("FR7630006000011234567890189"));
    // The same file as Latin-1, told and untold.
    let latin: Vec<u8> = text.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect();
    for mapping in [mapping.to_owned(), format!("encoding = 'iso-8859-1'\n{mapping}")] {
        let mapping = Mapping::parse(&mapping).unwrap();
        let reading = Reading { mapping: Some(&mapping), ..Reading::default() };
        assert_eq!(reading.read(&latin, &mut IdSource::new(0, 0)).unwrap(), read);
    }
    assert_eq!(fault(text, &mapping.replace("stop_at = \"Summe\"\n", "")).0, 7);
}

#[test]
fn a_settlement_file_has_fees_and_its_net_amounts_must_agree() {
    let text = include_str!("../../../../tests/samples/statements/settlement.csv");
    let mapping = include_str!("../../../../tests/samples/statements/settlement.toml");
    let read = read_by(text, mapping, false).unwrap();
    let fees: Vec<(usize, i64, i64)> = read.fees.iter().map(|fee| (fee.line, fee.fee.minor, fee.net.minor)).collect();
    assert_eq!(fees, [(0, 73, 4_817), (1, 1_530, 100_470), (2, -13, -877)]);
    let wrong = text.replace("48.17", "48.16");
    let (line, found) = fault(&wrong, mapping);
    assert_eq!((line, found.is_of_totals()), (2, true));
    assert!(found.to_string().contains("48.16 USD") && found.to_string().contains("48.17 USD"), "{found}");
    assert_eq!(read_by(&wrong, mapping, true).unwrap().overruled.len(), 1);
    let only_fee = mapping.replace("net_column = \"Net\"\n", "");
    assert_eq!(read_by(text, &only_fee, false).unwrap().fees, read.fees);
    let only_net = mapping.replace("fee_column = \"Fee\"\n", "");
    assert_eq!(read_by(text, &only_net, false).unwrap().fees, read.fees);
}

#[test]
fn signs_come_from_the_amount_a_mark_or_the_column() {
    let marked = format!("{PLAIN}sign_column = 's'\n");
    assert_eq!(minors("d,a,s\n2026-11-22,5,C\n2026-11-22,5,d\n2026-11-22,-5,DR\n", &marked), [500, -500, -500]);
    assert!(matches!(fault("d,a,s\n2026-11-22,-5,C\n", &marked).1, Fault::Signed(_)));
    assert!(matches!(fault("d,a,s\n2026-11-22,5,?\n", &marked).1, Fault::Code { .. }));
    let words = format!("{marked}credit_values = ['收入']\ndebit_values = ['支出']\n");
    assert_eq!(minors("d,a,s\n2026-11-22,5,收入\n2026-11-22,5,支出\n", &words), [500, -500]);
    let split = "date_column = 'd'\ncredit_column = 'in'\ndebit_column = 'out'\ncurrency_column = 'c'\n";
    let rows = "d,in,out,c\n2026-11-22,5,,EUR\n2026-11-22,,7,JPY\n2026-11-22,0.00,-7.25,EUR\n2026-11-22,1,0,EUR\n";
    assert_eq!(minors(rows, split), [500, -7, -725, 100]);
    for (row, why) in [("1,2,EUR", "both filled"), (",,EUR", "both empty")] {
        assert_eq!(fault(&format!("d,in,out,c\n2026-11-22,{row}\n"), split), (2, Fault::CreditAndDebit(why)));
    }
}

#[test]
fn columns_may_have_numbers_and_currencies_may_be_the_shops() {
    let numbered = "header_row = 0\ndate_column = 1\namount_column = 2\n";
    let mapping = Mapping::parse(numbered).unwrap();
    let read = |currency| {
        let reading = Reading { mapping: Some(&mapping), currency, ..Reading::default() };
        reading.read("2026-11-22;5\n".as_bytes(), &mut IdSource::new(0, 0))
    };
    assert!(matches!(read(None), Err(StatementError::Bad { fault: Fault::Missing { .. }, .. })));
    let forced = Mapping::parse(&format!("delimiter = ';'\n{numbered}")).unwrap();
    let reading = Reading { mapping: Some(&forced), currency: "JPY".parse().ok(), ..Reading::default() };
    let lines = reading.read("2026-11-22;5\n".as_bytes(), &mut IdSource::new(0, 0)).unwrap().lines;
    assert_eq!((lines[0].amount.minor, lines[0].amount.currency.code()), (5, "JPY"));
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_the_rule() {
    for (rows, line, says) in [
        ("2026-11-22,5\n22.11.2026,5\n", 3, "is not a date of the form %Y-%m-%d"),
        ("2026-11-22,1.234\n", 2, "more than 2 decimals"),
        ("2026-11-22,\"1,5\"\n", 2, "not a number"),
        ("2026-11-22,=1+1\n", 2, "not a number"),
        ("2026-11-22,1000000000000000000000000000000\n", 2, "larger than"),
        ("2026-11-22\n", 2, "the row has 1 fields, the header has 2"),
        ("2026-11-22,5,6\n", 2, "the row has 3 fields, the header has 2"),
        ("2026-11-22,\"5\n", 2, "never closed"),
        ("2026-11-22,\n", 2, "not a number"),
        ("99999-01-01,5\n", 2, "not a date"),
    ] {
        let (at, fault) = fault(&format!("d,a\n{rows}"), PLAIN);
        assert_eq!(at, line, "{rows}");
        assert!(fault.to_string().contains(says), "{rows}: {fault}");
    }
    assert_eq!(fault("x,a\n", PLAIN), (1, Fault::NoColumn("d".into())));
    assert_eq!(fault("d,a,d\n", PLAIN), (1, Fault::TwoColumns("d".into())));
    assert!(matches!(fault("", PLAIN).1, Fault::Missing { .. }));
    let yen = PLAIN.replace("EUR", "JPY");
    assert!(fault("d,a\n2026-11-22,100.00\n", &yen).1.to_string().contains("more than 0 decimals"));
    // A delimiter too many, empty lines and a time behind the day are forgiven.
    assert_eq!(minors("d,a\n\n2026-11-22 10:00,5,\n\n", PLAIN), [500]);
}

/// A payment that was refused is on the list, and on no account.
#[test]
fn only_rows_that_are_money_count_and_the_others_are_counted() {
    let text = "d,a,s\n2026-11-22,5,Completed\n2026-11-22,7,Pending\n,,Denied\n2026-11-22,9,COMPLETED\n";
    let mapping = format!("{PLAIN}[status]\ncolumn = 's'\ncounts = ['completed']\n");
    let read = read_by(text, &mapping, false).unwrap();
    assert_eq!(read.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [500, 900]);
    assert_eq!(read.left_out, 2);
    assert_eq!(fault(text, &mapping.replace("'s'", "'x'")), (1, Fault::NoColumn("x".into())));
}

#[test]
fn a_total_ends_the_data_also_behind_empty_cells() {
    let stops = format!("{PLAIN}stop_at = 'Total'\n");
    assert_eq!(minors("d,t,a\n2026-11-22,Total,5\n,Total,5\nanything\n", &stops), [500]);
    assert_eq!(minors("d,t,a\n2026-11-22,x,5\nTotal,,5\n", &stops), [500]);
}

#[test]
fn a_marked_debit_has_its_net_amount_on_the_same_side() {
    let marked = format!("{PLAIN}sign_column = 's'\nfee_column = 'f'\nnet_column = 'n'\n");
    let read = read_by("d,a,s,f,n\n2026-11-22,10,C,0.20,9.80\n2026-11-22,5,D,0.10,4.90\n", &marked, false).unwrap();
    let fees: Vec<(i64, i64)> = read.fees.iter().map(|fee| (fee.fee.minor, fee.net.minor)).collect();
    assert_eq!(fees, [(20, 980), (-10, -490)]);
}

#[test]
fn another_currencys_sign_is_refused_with_its_line() {
    let (line, found) = fault("d,a\n2026-11-22,5.00\n2026-11-22,US$ 12.50\n", PLAIN);
    assert_eq!(line, 3);
    assert!(found.to_string().contains("US$") && found.to_string().contains("EUR"), "{found}");
}

proptest! {
    #[test]
    fn a_written_file_reads_back(rows in prop::collection::vec((-1_000_000_000..1_000_000_000_i64, "[^\0\r]{0,20}"), 0..12)) {
        let write = |(minor, text): &(i64, String)| {
            let amount = Money::new(*minor, Currency::EUR).shown().replace(',', ".");
            let (whole, cents) = amount.rsplit_once('.').unwrap();
            format!("22/11/2026;\"{}\";{whole},{cents}\r\n", text.replace('"', "\"\""))
        };
        let file = format!("d;t;a\r\n{}", rows.iter().map(write).collect::<String>());
        let mapping = format!("{PLAIN}description_column = 't'\ndate_format = '%d/%m/%Y'\ndecimal = ','\nthousands = '.'\n");
        let read = read_by(&file, &mapping, false).unwrap();
        let expected: Vec<(i64, Option<String>)> = rows.iter().map(|(minor, text)| (*minor, filled(text))).collect();
        let found: Vec<(i64, Option<String>)> =
            read.lines.into_iter().map(|line| (line.amount.minor, line.description)).collect();
        prop_assert_eq!(found, expected);
    }
}
