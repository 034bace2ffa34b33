//! Exports of several countries: what is proposed reads the file it was proposed for.

use super::*;
use crate::domain::ids::IdSource;
use crate::statement::Reading;
use proptest::prelude::*;

fn proposed(text: &str) -> Proposal {
    propose(text.as_bytes(), Some(Currency::EUR)).unwrap()
}

fn minors(text: &str) -> Vec<i64> {
    let proposal = proposed(text);
    let again = Mapping::parse(&proposal.mapping.to_toml()).unwrap();
    assert_eq!(again, proposal.mapping);
    let reading = Reading { mapping: Some(&again), currency: Some(Currency::EUR), ..Reading::default() };
    let read = reading.read(text.as_bytes(), &mut IdSource::new(0, 0)).unwrap();
    assert_eq!(proposal.trouble(text.as_bytes(), Currency::EUR), None);
    read.lines.iter().map(|line| line.amount.minor).collect()
}

#[test]
fn a_proposal_reads_the_file_it_was_made_for() {
    let german = include_str!("../../../../tests/samples/statements/bank-de.csv");
    assert_eq!(minors(german), [104_890, -1_500]);
    assert!(proposed(german).mapping.to_toml().contains("stop_at = \"Summe\""));
    assert_eq!(minors(include_str!("../../../../tests/samples/statements/settlement.csv")), [4_890, 102_000, -890]);
    for (text, expected) in [
        ("Date;Libellé;Débit;Crédit\n22/11/2026;Vente;;1 234,50\n23/11/2026;Frais;5,00;\n", vec![123_450, -500]),
        ("Fecha,Concepto,Importe,Divisa\n2026-11-22,Venta,\"1.234,50\",EUR\n", vec![123_450]),
        ("Data;Descrição;Valor\n22/11/2026;Venda;10,00\n", vec![1_000]),
        ("Data contabile\tDescrizione\tImporto\n22-11-2026\tVendita\t-3,10\n", vec![-310]),
        ("Datum,Naam,Af Bij,Bedrag\n20261122,Klant,Bij,\"12,50\"\n20261123,Huur,Af,\"7,00\"\n", vec![1_250, -700]),
        ("交易日期,摘要,收入,支出\n2026-11-22,销售,48.90,\n2026-11-22,手续费,,0.29\n", vec![4_890, -29]),
    ] {
        assert_eq!(minors(text), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_told_apart_is_said() {
    let either = proposed("Date,Amount\n01/02/2026,5\n03/04/2026,6\n");
    assert_eq!(either.mapping.date_format, "%d/%m/%Y");
    assert_eq!(either.seen.other_date_format.as_deref(), Some("%m/%d/%Y"));
    assert!(either.seen.decimal_is_guessed && either.seen.currency_is_missing);
    assert_eq!(either.seen.doubts().len(), 4);
    let sure = proposed("Date,Amount EUR\n01/02/2026,5.00\n01/13/2026,-6.00\n");
    assert_eq!(sure.mapping.date_format, "%m/%d/%Y");
    assert_eq!(sure.seen.doubts(), [""; 0]);
}

#[test]
fn what_is_no_table_of_dates_and_amounts_is_refused() {
    assert_eq!(propose(b"hello\nworld\n", None), Err(ProposeError::NoHeader));
    assert_eq!(propose(b"Name,Amount\nA,1\n", None), Err(ProposeError::NoDate));
    assert_eq!(propose(b"Date,Amount\nx,1\n", None), Err(ProposeError::NoDate));
    assert_eq!(propose(b"Date,Name\n2026-11-22,A\n", None), Err(ProposeError::NoAmount));
    assert_eq!(propose(b"Date,Amount\n2026-11-22,A\n", None), Err(ProposeError::NoAmount));
}

#[test]
fn three_decimals_are_those_of_the_currency() {
    let dinars = "Date;Amount;Currency\n2026-11-22;1.234;KWD\n2026-11-22;12.500;KWD\n2026-11-23;-0.500;KWD\n";
    assert_eq!(minors(dinars), [1_234, 12_500, -500]);
    assert_eq!(proposed(dinars).seen.doubts(), [""; 0], "a nought shows which sign it is");
    let own = |text: &str, code: &str| propose(text.as_bytes(), code.parse().ok()).unwrap().mapping.style;
    let bare = "Date;Amount\n2026-11-22;1.234\n";
    assert_eq!(own(bare, "BHD"), Style { decimal: '.', thousands: None });
    assert_eq!(own(bare, "EUR"), Style { decimal: ',', thousands: Some('.') });
    assert_eq!(minors("Date,Amount,Currency\n2026-11-22,1.234,EUR\n2026-11-23,-5.000,EUR\n"), [123_400, -500_000]);
    assert_eq!(propose(b"Date,Amount\n2026-11-22,0.500\n", Some(Currency::EUR)), Err(ProposeError::NoAmount));
}

#[test]
fn the_words_of_a_side_give_the_sign() {
    for (rows, expected) in [
        ("Type\n2026-11-22;5;Credit\n2026-11-22;7;DEBIT\n", [500, -700]),
        ("借/贷\n2026-11-22;5;贷\n2026-11-22;7;借\n", [500, -700]),
        ("D/C\n2026-11-22;5;C\n2026-11-22;-7;D\n", [500, -700]),
        ("Soll/Haben\n2026-11-22;5;H\n2026-11-22;7;S\n", [500, -700]),
        ("Type\n2026-11-22;5;Sale\n2026-11-22;7;Refund\n", [500, -700]),
        // The same words of a tender are no sides.
        ("Type\n2026-11-22;5;Credit Card\n2026-11-22;7;Debit Card\n", [500, 700]),
        ("Type\n2026-11-22;5;Debit Reversal\n2026-11-22;-7;Transfer\n", [500, -700]),
    ] {
        let text = format!("Date;Amount EUR;{rows}");
        assert_eq!(minors(&text), expected, "{text}");
        assert_eq!(proposed(&text).seen.is_all_credit, expected[1] > 0, "{text}");
    }
    // The next file may have the other side.
    let one_side = proposed("Date;Amount EUR;D/C\n2026-11-22;5;C\n").mapping.to_toml();
    assert!(one_side.contains("debit_values = [\"d\"]"), "{one_side}");
}

#[test]
fn a_status_says_which_rows_count() {
    let paypal = "Date,Name,Status,Currency,Gross,Fee,Net,Transaction ID,Invoice Number\n\
        22/11/2026,Bob,Completed,EUR,\"10,00\",\"-0,64\",\"9,36\",TX1,INV-1\n\
        22/11/2026,Bob,Pending,EUR,\"20,00\",\"0,00\",\"20,00\",TX2,INV-2\n";
    assert_eq!(minors(paypal), [1_000]);
    let seen = proposed(paypal);
    assert_eq!(seen.mapping.reference, Some(Column::Named("Invoice Number".to_owned())));
    assert!(seen.seen.doubts().iter().any(|doubt| doubt.contains("Pending")), "{:?}", seen.seen);
    let unknown = proposed("Date,Amount,State\n2026-11-22,5.00,X1\n2026-11-22,5.00,X2\n");
    assert_eq!(unknown.mapping.status, None);
    assert!(unknown.seen.doubts().iter().any(|doubt| doubt.contains("“State”")), "{:?}", unknown.seen);
}

#[test]
fn the_sign_at_the_amounts_says_the_currency_where_nothing_else_does() {
    let pix = "Data;Descrição;Valor;Identificador\n22/11/2026;Pix;R$ 1.234,56;INV-1\n23/11/2026;Pix;-R$ 5,00;X\n";
    assert_eq!(minors(pix), [123_456, -500]);
    let mapping = proposed(pix).mapping;
    assert_eq!(mapping.currency, Currencies::One("BRL".parse().unwrap()));
    assert_eq!(mapping.reference, Some(Column::Named("Identificador".to_owned())));
    let dollars = "Date;Amount\n22/11/2026;$5.00\n";
    assert_eq!(propose(dollars.as_bytes(), Some(Currency::EUR)), Err(ProposeError::NoAmount));
    let canadian = propose(dollars.as_bytes(), "CAD".parse().ok()).unwrap();
    assert_eq!(canadian.mapping.currency, Currencies::One("CAD".parse().unwrap()));
    let mixed = "Date,Amount,Currency\n2026-11-22,US$ 12.50,EUR\n";
    assert_eq!(propose(mixed.as_bytes(), Some(Currency::EUR)), Err(ProposeError::NoAmount));
}

#[test]
fn what_does_not_read_its_own_file_says_so() {
    let text = "Date,Amount EUR,Fee,Net\n2026-11-22,5.00,0.10,4.80\n";
    let trouble = proposed(text).trouble(text.as_bytes(), Currency::EUR).unwrap();
    assert!(trouble.contains("line 2") && trouble.contains("4.80"), "{trouble}");
}

/// What stands at the end of files.
const FOOTERS: [&str; 8] =
    ["", "Total;;1,00", ";Total;1,00", ";;1,00", "Total;1,00", "Total", "Total;x;1,00\n;;", "Sum;;\nTotal;;5,00"];

proptest! {
    /// Whatever stands at the end of a file, and however many rows it has.
    #[test]
    fn a_proposal_always_reads_its_own_file(
        minors in prop::collection::vec(-1_000_000_i64..1_000_000, 1..6),
        repeat in prop::sample::select(vec![1_usize, 7, 300]),
        footer in prop::sample::select(FOOTERS.to_vec()),
        form in prop::sample::select(vec!["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]),
    ) {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let row = |minor: &i64| {
            let amount = crate::domain::money::Money::new(*minor, Currency::EUR).plain().replace('.', ",");
            format!("{};text;{amount}\n", day.format(form))
        };
        let rows: String = minors.iter().map(row).collect::<String>().repeat(repeat);
        let text = format!("Date;Description;Amount\n{rows}{footer}");
        let proposal = propose(text.as_bytes(), Some(Currency::EUR)).unwrap();
        prop_assert_eq!(proposal.trouble(text.as_bytes(), Currency::EUR), None);
        let reading = Reading { mapping: Some(&proposal.mapping), currency: Some(Currency::EUR), ..Reading::default() };
        let read = reading.read(text.as_bytes(), &mut IdSource::new(0, 0)).unwrap();
        prop_assert_eq!(read.lines.len(), minors.len() * repeat);
    }
}
