//! Exports of several countries: what is proposed reads the file it was proposed for.

use super::*;
use crate::domain::ids::IdSource;
use crate::statement::Reading;

fn proposed(text: &str) -> Proposal {
    propose(text.as_bytes()).unwrap()
}

fn minors(text: &str) -> Vec<i64> {
    let proposal = proposed(text);
    let again = Mapping::parse(&proposal.mapping.to_toml()).unwrap();
    assert_eq!(again, proposal.mapping);
    let reading = Reading { mapping: Some(&again), currency: Some(Currency::EUR), ..Reading::default() };
    let read = reading.read(text.as_bytes(), &mut IdSource::new(0, 0)).unwrap();
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
    assert_eq!(either.seen.doubts().len(), 3);
    let sure = proposed("Date,Amount EUR\n01/02/2026,5.00\n01/13/2026,6.00\n");
    assert_eq!(sure.mapping.date_format, "%m/%d/%Y");
    assert_eq!(sure.seen.doubts(), [""; 0]);
}

#[test]
fn what_is_no_table_of_dates_and_amounts_is_refused() {
    assert_eq!(propose(b"hello\nworld\n"), Err(ProposeError::NoHeader));
    assert_eq!(propose(b"Name,Amount\nA,1\n"), Err(ProposeError::NoDate));
    assert_eq!(propose(b"Date,Amount\nx,1\n"), Err(ProposeError::NoDate));
    assert_eq!(propose(b"Date,Name\n2026-11-22,A\n"), Err(ProposeError::NoAmount));
    assert_eq!(propose(b"Date,Amount\n2026-11-22,A\n"), Err(ProposeError::NoAmount));
}
