//! Files as a whole: what they are taken for, what they are refused as, and that nothing makes a reader panic.

use super::*;
use proptest::prelude::*;

fn ids() -> IdSource {
    IdSource::new(1_764_000_000_000, 7)
}

/// A small file of each format that says what it is.
pub const SAMPLES: [(&str, Format); 12] = [
    (include_str!("../../tests/samples/statements/camt052.xml"), Format::Camt052),
    (include_str!("../../tests/samples/statements/camt053-02.xml"), Format::Camt053),
    (include_str!("../../tests/samples/statements/camt053-13.xml"), Format::Camt053),
    (include_str!("../../tests/samples/statements/camt054.xml"), Format::Camt054),
    (include_str!("../../tests/samples/statements/pages.mt940"), Format::Mt940),
    (include_str!("../../tests/samples/statements/interim.mt942"), Format::Mt942),
    (include_str!("../../tests/samples/statements/bank.ofx1"), Format::Ofx),
    (include_str!("../../tests/samples/statements/card.ofx2"), Format::Ofx),
    (include_str!("../../tests/samples/statements/generic.csv"), Format::Csv),
    (include_str!("../../tests/samples/statements/wechat-all.csv"), Format::Wechat),
    (include_str!("../../tests/samples/statements/alipay-trades.csv"), Format::Alipay),
    (include_str!("../../tests/samples/statements/alipay-account.csv"), Format::Alipay),
];

#[test]
fn a_file_is_known_by_its_content_and_read_in_every_encoding() {
    for (text, format) in SAMPLES {
        assert_eq!(detect(text.as_bytes()), Some(format));
        let read_utf8 = read(text.as_bytes(), &mut ids()).unwrap();
        assert_eq!(read_utf8.format, format);
        assert!(!read_utf8.lines.is_empty());
        let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf16, &mut ids()).unwrap(), read_utf8);
        let marked = format!("\u{feff}{text}");
        assert_eq!(read(marked.as_bytes(), &mut ids()).unwrap(), read_utf8);
        let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
        if matches!(format, Format::Wechat | Format::Alipay) {
            assert_eq!(read(&gb18030, &mut ids()).unwrap(), read_utf8);
        }
    }
}

#[test]
fn what_is_no_statement_is_named() {
    for (bytes, found) in [
        (&b" \n"[..], "an empty file"),
        (b"<Document><CstmrCdtTrfInitn/></Document>", "an XML document “CstmrCdtTrfInitn”"),
        (b"<html><body/></html>", "an XML document “html”"),
        (b"hello", "text of an unknown layout"),
        (b"PK\x03\x04\0\0", "a file that is not text"),
    ] {
        let refused = read(bytes, &mut ids());
        assert_eq!(refused, Err(StatementError::UnknownFormat(found.to_owned())));
    }
    let latin = b"<?xml version='1.0'?><Document>\n<BkToCstmrStmt>M\xfcller";
    let fault = Fault::NotEncoded("UTF-8");
    assert_eq!(read(latin, &mut ids()), Err(StatementError::Bad { line: 2, fault }));
    let nul = b"booked_on,amount_minor,currency,reference,counterparty,description\n2026-11-22,1,EUR,a\0,b,c\n";
    assert_eq!(read(nul, &mut ids()), Err(StatementError::Bad { line: 2, fault: Fault::Nul }));
}

#[test]
fn another_format_than_the_one_asked_for_is_refused() {
    for (text, found) in SAMPLES {
        for asked in [Format::Camt053, Format::Mt940, Format::Ofx, Format::Wechat] {
            let reading = Reading { format: Some(asked), ..Reading::default() };
            let read = reading.read(text.as_bytes(), &mut ids());
            let is_refused = matches!(read, Err(StatementError::OtherFormat { .. }));
            assert_eq!(is_refused, !asked.takes(found), "{asked} {found}");
        }
    }
    assert_eq!("MT-940".parse(), Ok(Format::Mt940));
    assert_eq!("camt053".parse(), Ok(Format::Camt053));
    assert!("pdf".parse::<Format>().is_err());
}

#[test]
fn the_files_of_an_archive_are_one_statement_or_none() {
    let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let two = [file("a", SAMPLES[0].0), file("b", SAMPLES[8].0)];
    let apart = two.iter().map(|(_, bytes)| read(bytes, &mut ids()).unwrap().lines.len()).sum::<usize>();
    let whole = Reading::default().read_all(&two, &mut ids()).unwrap();
    assert_eq!(whole.lines.len(), apart);
    let refused = Reading::default().read_all(&[file("a", SAMPLES[0].0), file("b.txt", "x")], &mut ids());
    assert!(matches!(refused, Err((name, StatementError::UnknownFormat(_))) if name == "b.txt"));
}

#[test]
fn no_message_has_a_card_number_or_more_than_a_few_characters() {
    assert_eq!(shortened("4111111111111111"), "41111111…");
    assert_eq!(shortened("a\nb"), "a b");
    assert_eq!(shortened(&"x".repeat(25)), format!("{}…", "x".repeat(24)));
    assert_eq!(shortened("2026-11-22"), "2026-11-22");
    let head = "booked_on,amount_minor,currency,reference,counterparty,description\n";
    for row in
        ["2026-11-22,4111111111111111,EUR,a,b,c", "4111111111111111,1,EUR,a,b,c", "2026-11-22,1,4111111111111111,,,"]
    {
        let message = read(format!("{head}{row}").as_bytes(), &mut ids()).unwrap_err().to_string();
        assert!(!message.contains("411111111") && message.starts_with("line 2: "), "{message}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, &mut ids());
        let _ = propose(&bytes, None);
    }

    /// A real file with pieces cut out, doubled, or overwritten.
    #[test]
    fn no_broken_file_makes_it_panic(
        sample in 0..SAMPLES.len(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0..40_usize, "[\\x00-\\x7fé日]{0,6}"), 1..5),
    ) {
        let mut text: Vec<char> = SAMPLES[sample].0.chars().collect();
        for (at, length, put) in cuts {
            let from = at.index(text.len().max(1)).min(text.len());
            let to = (from + length).min(text.len());
            text.splice(from..to, put.chars());
        }
        let text: String = text.into_iter().collect();
        let _ = read(text.as_bytes(), &mut ids());
        let _ = Reading { despite_totals: true, ..Reading::default() }.read(text.as_bytes(), &mut ids());
        let _ = propose(text.as_bytes(), None);
    }

    /// A file that is cut off is refused, or was complete before.
    #[test]
    fn no_truncated_xml_or_bill_is_taken(sample in 0..SAMPLES.len(), keep in any::<prop::sample::Index>()) {
        let (text, format) = SAMPLES[sample];
        let whole = read(text.as_bytes(), &mut ids()).unwrap();
        let is_ended_by_itself = !matches!(format, Format::Csv | Format::Mt940 | Format::Mt942);
        let kept: String = text.chars().take(keep.index(text.chars().count())).collect();
        if let Ok(read) = read(kept.as_bytes(), &mut ids()) {
            prop_assert!(!is_ended_by_itself || read.lines == whole.lines);
        }
    }
}
