//! The rows of `--out`: one for each sale, and one for each line that is not a sale's money.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::NaiveDate;
use serde::Serialize;

use super::{Source, reasons};
use crate::domain::money::{Currency, Money};
use crate::domain::reconcile::{Books, Candidates, LineClass, PaymentClass, Standing};

/// How many candidates of a credit are named.
const CANDIDATES_MAX: usize = 6;

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
        /// What of its money went back.
        went_back_minor: Option<i64>,
        /// The line that is it, or may be it; the first one where several are.
        line: Option<Place<'a>>,
    },
    Line {
        #[serde(flatten)]
        line: Place<'a>,
        booked_on: Option<NaiveDate>,
        currency: Currency,
        reference: Option<&'a str>,
        end_to_end_id: Option<&'a str>,
        description: Option<&'a str>,
        /// The payer's account where it is known, else the name.
        counterparty: Option<&'a str>,
        class: &'static str,
        reason: String,
        score: Option<u8>,
        /// The sale that it may be, is a part of, or is about.
        sale: Option<&'a str>,
        /// The open sales of its amount, where it names none and several fit.
        candidates: Vec<&'a str>,
    },
}

/// Where a line stands.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    /// Its line in a plain CSV file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// In other files which entry it is, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<u32>,
    amount_minor: i64,
}

/// Writes them all. `sources` are in the order in which they were read.
pub(super) fn write(out: &mut impl Write, books: &Books, sources: &[Source]) -> io::Result<()> {
    let rows = Rows { books, sources, went_back: books.went_back(), candidates: books.candidates() };
    let mut write = |row: &Row<'_>| {
        serde_json::to_writer(&mut *out, row)?;
        out.write_all(b"\n")
    };
    for sale in 0..u32::try_from(books.sales().len()).unwrap_or(u32::MAX) {
        if let Some(row) = rows.of_sale(sale) {
            write(&row)?;
        }
    }
    for line in 0..u32::try_from(books.lines().len()).unwrap_or(u32::MAX) {
        if let Some(row) = rows.of_line(line) {
            write(&row)?;
        }
    }
    Ok(())
}

struct Rows<'a> {
    books: &'a Books,
    sources: &'a [Source],
    went_back: BTreeMap<u32, Money>,
    candidates: Candidates<'a>,
}

impl<'a> Rows<'a> {
    fn of_sale(&self, sale: u32) -> Option<Row<'a>> {
        let (class, amount) = (self.books.sale(sale)?, self.books.sales().amount(sale)?);
        // A code that was taken off the screen is no sale; it only explains a line.
        let standing = self.books.sales().standing(sale).filter(|standing| *standing != Standing::Withdrawn)?;
        let score = match class {
            PaymentClass::Suggested { why, .. } => Some(why.score()),
            PaymentClass::Matched { .. }
            | PaymentClass::Under { .. }
            | PaymentClass::Over { .. }
            | PaymentClass::Missing { .. }
            | PaymentClass::Settled { .. }
            | PaymentClass::NotExpected => None,
        };
        let went_back = self.went_back.get(&sale).copied();
        Some(Row::Sale {
            reference: self.books.sales().reference(sale),
            amount_minor: amount.minor,
            currency: amount.currency,
            class: reasons::sale_class(class, standing),
            reason: reasons::sale_reason(class, standing, went_back),
            score,
            went_back_minor: went_back.map(|money| money.minor),
            line: line_of(class).and_then(|line| self.place(line)),
        })
    }

    fn of_line(&self, line: u32) -> Option<Row<'a>> {
        let (class, amount) = (self.books.line(line)?, self.books.lines().amount(line)?);
        let (sale, score) = match class {
            LineClass::Matched { .. } => return None,
            LineClass::Under { payment, .. } | LineClass::Over { payment, .. } => {
                // The first of several parts stands in the row of its sale.
                if self.books.sale(payment).and_then(line_of) == Some(line) {
                    return None;
                }
                (Some(payment), None)
            }
            LineClass::Suggested { payment, why } => (Some(payment), Some(why.score())),
            LineClass::Duplicate { payment } | LineClass::TakenBack { payment } => (Some(payment), None),
            LineClass::BookedBefore { .. } | LineClass::Unknown { .. } | LineClass::Outgoing => (None, None),
        };
        let called = |line| self.place(line).map_or_else(String::new, |place| place.called());
        let texts = self.books.lines().texts(line);
        let filled = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        let said = |place: usize| texts.and_then(|texts| texts.said.get(place).copied()).and_then(filled);
        let reference_of = |sale: u32| self.books.sales().reference(sale);
        Some(Row::Line {
            line: self.place(line)?,
            booked_on: self.books.lines().booked_on(line),
            currency: amount.currency,
            reference: said(0),
            end_to_end_id: said(1),
            description: said(2),
            counterparty: texts.and_then(|texts| filled(texts.payer)),
            class: reasons::line_class(class),
            reason: if amount.is_zero() {
                "a line of nothing: no money moved".to_owned()
            } else {
                reasons::line_reason(class, self.books, called)
            },
            score,
            sale: sale.map(reference_of),
            candidates: self.candidates.of(line, CANDIDATES_MAX).into_iter().map(reference_of).collect(),
        })
    }

    fn place(&self, line: u32) -> Option<Place<'a>> {
        let lines = self.books.lines();
        let (source, place) = (self.sources.get(lines.file(line))?, lines.place(line)?);
        Some(Place {
            file: &source.name,
            line: source.by_line.then_some(place),
            entry: (!source.by_line).then_some(place),
            amount_minor: lines.amount(line)?.minor,
        })
    }
}

impl Place<'_> {
    fn called(&self) -> String {
        match (self.line, self.entry) {
            (Some(line), _) => format!("{}:{line}", self.file),
            (None, Some(entry)) => format!("entry {entry} of {}", self.file),
            (None, None) => self.file.to_owned(),
        }
    }
}

/// The line that is a sale, or may be it.
fn line_of(class: PaymentClass<u32>) -> Option<u32> {
    match class {
        PaymentClass::Matched { line }
        | PaymentClass::Under { line, .. }
        | PaymentClass::Over { line, .. }
        | PaymentClass::Suggested { line, .. } => Some(line),
        PaymentClass::Missing { .. } | PaymentClass::Settled { .. } | PaymentClass::NotExpected => None,
    }
}
