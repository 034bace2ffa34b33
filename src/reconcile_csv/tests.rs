//! Whole files: refused with the line, taken whole, and a million-row mix in miniature of which everything is known.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::domain::reconcile::{Books, LineClass, PaymentClass, Rules};
use crate::simulator::takings::{Known, Takings, takings};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

const SALES: &str = "reference,amount_minor,currency,taken_at,tender\n";
const LINES: &str = "booked_on,amount_minor,currency,reference,counterparty,description\n";

/// Two files closed as the command does it.
fn closed(sales: &str, statements: &[&str]) -> Result<Books, String> {
    let folder = Folder::new();
    let path = folder.write("sales.csv", sales);
    let sales = read_sales(&path).map_err(|error| format!("sales: {error}"))?.build();
    let mut lines = Lines::default();
    for text in statements {
        let path = folder.write("bank.csv", text);
        assert!(is_statement(Input::File(&path)).unwrap());
        read_lines(Input::File(&path), &sales, &mut lines, false).map_err(|error| error.to_string())?;
    }
    let on = lines.last_day().unwrap_or_default();
    Ok(Books::close(sales, lines, Rules { on, due_days: 3 }))
}

fn sale_known(books: &Books, sale: u32) -> Known {
    match books.sale(sale).unwrap() {
        PaymentClass::Matched { .. } | PaymentClass::Settled { .. } => Known::Matched,
        PaymentClass::Over { .. } => Known::Over,
        PaymentClass::Under { .. } => Known::Under,
        PaymentClass::Suggested { why, .. } => Known::Suggested(why),
        PaymentClass::Missing { .. } | PaymentClass::NotExpected => Known::Missing,
    }
}

fn line_known(books: &Books, line: u32) -> Known {
    match books.line(line).unwrap() {
        LineClass::Matched { .. } => Known::Matched,
        LineClass::Over { .. } => Known::Over,
        LineClass::Under { .. } => Known::Under,
        LineClass::Suggested { why, .. } => Known::Suggested(why),
        LineClass::Duplicate { .. } | LineClass::BookedBefore { .. } => Known::Duplicate,
        LineClass::Unknown { .. } => Known::Unknown,
        LineClass::TakenBack { .. } => Known::TakenBack,
        LineClass::Outgoing => Known::Outgoing,
    }
}

fn all<T>(count: usize, known: impl Fn(u32) -> T) -> Vec<T> {
    (0..u32::try_from(count).unwrap()).map(known).collect()
}

fn count(known: &[Known], is: impl Fn(&Known) -> bool) -> u64 {
    known.iter().filter(|one| is(one)).count() as u64
}

/// Every class is the known one, and every sum is right to the minor unit.
fn agree(takings: &Takings, books: &Books) {
    for (sale, known) in (0..).zip(&takings.sales) {
        assert_eq!(sale_known(books, sale), *known, "sale {}", books.sales().reference(sale));
    }
    for (line, known) in (0..).zip(&takings.lines) {
        assert_eq!(line_known(books, line), *known, "line {:?} {:?}", books.lines().place(line), books.line(line));
    }
    let tally = books.tally();
    assert_eq!(tally.matched_minor, i128::from(takings.matched_minor));
    assert_eq!(tally.difference_minor, i128::from(takings.difference_minor));
    assert_eq!((tally.sales, tally.lines), (takings.sales.len() as u64, takings.lines.len() as u64));
    assert_eq!(tally.sales, tally.matched + tally.over + tally.under + tally.missing + tally.suggested);
    assert_eq!(tally.unknown, count(&takings.lines, |known| *known == Known::Unknown));
    assert_eq!(tally.duplicate, count(&takings.lines, |known| *known == Known::Duplicate));
    assert_eq!(tally.suggested, count(&takings.sales, |known| matches!(known, Known::Suggested(_))));
    assert_eq!(tally.taken_back, count(&takings.lines, |known| *known == Known::TakenBack));
    assert_eq!(tally.outgoing, count(&takings.lines, |known| *known == Known::Outgoing));
}

#[test]
fn everything_that_is_known_is_found() {
    for seed in 1..=3 {
        let takings = takings(20_000, seed);
        let kinds = |known: &[Known]| {
            let mut kinds: Vec<String> = known.iter().map(|known| format!("{known:?}")).collect();
            kinds.sort_unstable();
            kinds.dedup();
            kinds.len()
        };
        // The generator tells every story there is; else this test would prove less than it says.
        assert_eq!((kinds(&takings.sales), kinds(&takings.lines)), (9, 12));
        agree(&takings, &closed(&takings.sales_csv, &[&takings.statement_csv]).unwrap());
    }
}

#[test]
fn a_statement_given_twice_changes_nothing_but_the_duplicates() {
    let takings = takings(2_000, 4);
    let once = closed(&takings.sales_csv, &[&takings.statement_csv]).unwrap();
    let twice = closed(&takings.sales_csv, &[&takings.statement_csv, &takings.statement_csv]).unwrap();
    assert_eq!(all(2_000, |sale| sale_known(&once, sale)), all(2_000, |sale| sale_known(&twice, sale)));
    let lines = takings.lines.len();
    assert_eq!(all(lines, |line| line_known(&once, line)), all(lines, |line| line_known(&twice, line)));
    let (tally, again) = (once.tally(), twice.tally());
    assert_eq!((again.lines, again.duplicate), (tally.lines * 2, tally.duplicate + tally.lines));
    assert_eq!((again.matched_minor, again.unknown), (tally.matched_minor, tally.unknown));
}

#[test]
fn the_order_of_the_lines_changes_no_class() {
    let takings = takings(2_000, 5);
    let mut rows: Vec<&str> = takings.statement_csv.lines().skip(1).collect();
    rows.reverse();
    let reversed = format!("{LINES}{}", rows.join("\r\n"));
    let books = closed(&takings.sales_csv, &[&reversed]).unwrap();
    let lines = takings.lines.iter().rev().copied().collect();
    agree(&Takings { lines, ..takings }, &books);
}

#[test]
fn a_file_is_refused_whole_with_the_line_and_the_reason() {
    let sales = |row: &str| closed(&format!("{SALES}A,1,EUR,2026-11-22,qr\n{row}\n"), &[]).unwrap_err();
    for (row, why) in [
        ("B,1.5,EUR,2026-11-22,qr", "line 3: amount_minor “1.5” is not a whole number"),
        ("B,1000000000000,EUR,2026-11-22,qr", "line 3: amount_minor “1000000000000” is beyond 999999999999"),
        ("B,1,EU,2026-11-22,qr", "line 3: currency “EU” is not"),
        ("B,1,EUR,22.11.2026,qr", "line 3: taken_at “22.11.2026” is not a date"),
        ("B,1,EUR,2026-11-22,cheque", "line 3: tender “cheque” is none of"),
        ("B,1,EUR,2026-11-22", "line 3: it has not 5 fields"),
        ("B\0,1,EUR,2026-11-22,qr", "line 3: a field holds a NUL byte"),
        ("\"B,1,EUR,2026-11-22,qr", "line 3: a quoted field is not closed"),
    ] {
        let said = sales(row);
        assert!(said.starts_with(&format!("sales: {why}")), "{said}");
    }
    assert!(sales(&format!("{},1,EUR,2026-11-22,qr", "x".repeat(141))).contains("141 bytes, more than 140"));
    assert!(closed("reference;amount_minor\n", &[]).unwrap_err().contains("line 1 is not the header"));
    let folder = Folder::new();
    let latin = folder.write("sales.csv", [SALES.as_bytes(), b"A,1,EUR,2026-11-22,qr\nM\xfcller"].concat());
    assert_eq!(read_sales(&latin).unwrap_err().to_string(), "line 3: it is not UTF-8");
    assert!(!is_statement(Input::File(&latin)).unwrap());
}

#[test]
fn the_line_of_a_mistake_is_counted_across_blocks() {
    let good = "A,1,EUR,\"2026-11-22\",qr\n".repeat(3 * BLOCK_BYTES / 20);
    let said = closed(&format!("{SALES}{good}B,x,EUR,2026-11-22,qr\n{good}C,y,EUR,2026-11-22,qr\n"), &[]).unwrap_err();
    let line = good.lines().count() + 2;
    assert_eq!(said, format!("sales: line {line}: amount_minor “x” is not a whole number such as 4890"));
    // A quote that is never closed takes no more memory than the longest record.
    let open = format!("{SALES}\"{}", "x".repeat(3 * BLOCK_BYTES));
    assert!(closed(&open, &[]).unwrap_err().starts_with("sales: line 2: "));
}

#[test]
fn lines_are_counted_where_quotes_hold_ends_of_lines() {
    let sales = format!("{SALES}\"INV \"\"1\"\"\",5,EUR,2026-11-22T09:00Z,qr\n");
    let bank = format!("{LINES}2026-11-22,1,EUR,,x,\"a\nb\n\"\n\r\n2026-11-22,5,EUR,\"inv \"\"1\"\"\",y,\n");
    let books = closed(&sales, &[&bank]).unwrap();
    assert_eq!(books.sale(0), Some(PaymentClass::Matched { line: 1 }));
    assert_eq!((books.lines().place(0), books.lines().place(1)), (Some(2), Some(6)));
    assert_eq!(books.lines().texts(0).map(|texts| texts.said), Some(["", "", "a\nb"]));
}

/// The middle of a long file may lie anywhere: in a field, before or behind an end of a line, inside quotes.
#[test]
fn a_file_of_two_halves_has_every_line_once() {
    let row = |number: u32| format!("2026-11-22,{number},EUR,R{number},,\"a\nb, {number}\n\"\n");
    let sale = |number: u32| format!("R{number},{number},EUR,2026-11-22,qr\n");
    let rows = 6_000_u32;
    let body: String = (1..=rows).map(row).collect();
    let sales: String = (1..=rows).map(sale).collect();
    for shift in 0..row(rows).len() {
        let first = format!("2026-11-22,1,EUR,,{},\n", "x".repeat(2 * shift));
        let books = closed(&format!("{SALES}{sales}"), &[&format!("{LINES}{first}{body}")]).unwrap();
        let tally = books.tally();
        assert_eq!((tally.lines, tally.matched, tally.unknown), (u64::from(rows) + 1, u64::from(rows), 1), "{shift}");
        for line in 1..=rows {
            assert_eq!(books.lines().place(line), Some(3 + 3 * (line - 1)), "{shift}");
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(prop_oneof![Just(b','), Just(b'"'), Just(b'\n'),
        Just(b'1'), Just(b'-'), any::<u8>()], 0..300)) {
        let folder = Folder::new();
        let path = folder.write("sales.csv", [SALES.as_bytes(), &bytes].concat());
        let _ = read_sales(&path);
        let path = folder.write("bank.csv", [LINES.as_bytes(), &bytes].concat());
        let _ = read_lines(Input::File(&path), &SalesBuilder::default().build(), &mut Lines::default(), false);
    }
}
