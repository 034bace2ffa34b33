//! The rows of `--out`: one for each sale, and one for each line that is not a sale's money.

use std::io::{self, Write};

use chrono::NaiveDate;
use serde::Serialize;

use super::reasons;
use crate::domain::money::Currency;
use crate::domain::reconcile::{Books, LineClass, PaymentClass, Standing};

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Row<'a> {
    Sale {
        reference: &'a str,
        amount_minor: i64,
        currency: Currency,
        class: &'static str,
        reason: String,
        score: Option<u8>,
        /// The line that is it, or may be it.
        line: Option<LineRow<'a>>,
    },
    Line {
        #[serde(flatten)]
        line: LineRow<'a>,
        booked_on: Option<NaiveDate>,
        currency: Currency,
        reference: Option<&'a str>,
        description: Option<&'a str>,
        class: &'static str,
        reason: String,
        score: Option<u8>,
        /// The sale that it may be, or is about.
        sale: Option<&'a str>,
    },
}

/// Where a line stands: its line in a CSV file, and in other files which one it is, from 1.
#[derive(Serialize)]
struct LineRow<'a> {
    file: &'a str,
    line: u32,
    amount_minor: i64,
}

/// Writes them all. `names` are the files, in the order in which they were read.
pub(super) fn write(out: &mut impl Write, books: &Books, names: &[String]) -> io::Result<()> {
    let mut write = |row: &Row<'_>| {
        serde_json::to_writer(&mut *out, row)?;
        out.write_all(b"\n")
    };
    for sale in 0..u32::try_from(books.sales().len()).unwrap_or(u32::MAX) {
        if let Some(row) = sale_row(books, names, sale) {
            write(&row)?;
        }
    }
    for line in 0..u32::try_from(books.lines().len()).unwrap_or(u32::MAX) {
        if let Some(row) = line_row(books, names, line) {
            write(&row)?;
        }
    }
    Ok(())
}

fn sale_row<'a>(books: &'a Books, names: &'a [String], sale: u32) -> Option<Row<'a>> {
    let (class, amount) = (books.sale(sale)?, books.sales().amount(sale)?);
    // A code that was taken off the screen is no sale; it only explains a line.
    let standing = books.sales().standing(sale).filter(|standing| *standing != Standing::Withdrawn)?;
    let (line, score) = match class {
        PaymentClass::Matched { line } | PaymentClass::Under { line, .. } | PaymentClass::Over { line, .. } => {
            (Some(line), None)
        }
        PaymentClass::Suggested { line, why } => (Some(line), Some(why.score())),
        PaymentClass::Missing { .. } | PaymentClass::Settled { .. } | PaymentClass::NotExpected => (None, None),
    };
    Some(Row::Sale {
        reference: books.sales().reference(sale),
        amount_minor: amount.minor,
        currency: amount.currency,
        class: reasons::sale_class(class, standing),
        reason: reasons::sale_reason(class, standing),
        score,
        line: line.and_then(|line| place(books, names, line)),
    })
}

fn line_row<'a>(books: &'a Books, names: &'a [String], line: u32) -> Option<Row<'a>> {
    let (class, amount) = (books.line(line)?, books.lines().amount(line)?);
    let (sale, score) = match class {
        LineClass::Matched { .. } | LineClass::Under { .. } | LineClass::Over { .. } => return None,
        LineClass::Suggested { payment, why } => (Some(payment), Some(why.score())),
        LineClass::Duplicate { payment } | LineClass::TakenBack { payment } => (Some(payment), None),
        LineClass::BookedBefore { .. } | LineClass::Unknown { .. } | LineClass::Outgoing => (None, None),
    };
    let place_of = |line| place(books, names, line).map_or(String::new(), |row| format!("{}:{}", row.file, row.line));
    let texts = books.lines().texts(line);
    let filled = |text: &'a str| Some(text).filter(|text| !text.is_empty());
    Some(Row::Line {
        line: place(books, names, line)?,
        booked_on: books.lines().booked_on(line),
        currency: amount.currency,
        reference: texts.and_then(|[reference, _, _]| filled(reference)),
        description: texts.and_then(|[_, _, description]| filled(description)),
        class: reasons::line_class(class),
        reason: reasons::line_reason(class, books, place_of),
        score,
        sale: sale.map(|sale| books.sales().reference(sale)),
    })
}

fn place<'a>(books: &Books, names: &'a [String], line: u32) -> Option<LineRow<'a>> {
    let lines = books.lines();
    Some(LineRow {
        file: names.get(lines.file(line))?,
        line: lines.place(line)?,
        amount_minor: lines.amount(line)?.minor,
    })
}
