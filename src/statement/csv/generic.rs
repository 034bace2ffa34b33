//! Stopgap's own CSV: the header `booked_on,amount_minor,currency,reference,counterparty,description`.

use super::rows::{Fields, Rows};
use crate::domain::money::{AMOUNT_MINOR_MAX, Currency, Money};
use crate::statement::book::{Book, filled};
use crate::statement::error::{Fault, StatementError};
use crate::statement::{Part, day, shortened};

/// The columns, in their order.
const HEADER: [&str; 6] = ["booked_on", "amount_minor", "currency", "reference", "counterparty", "description"];

/// Whether a line is this header.
pub fn is_header(line: &str) -> bool {
    let mut fields = line.split(',').map(|field| field.trim().trim_matches('"'));
    HEADER.iter().all(|name| fields.next() == Some(name)) && fields.next().is_none()
}

/// Reads a whole file.
pub fn read(text: &str, book: &mut Book) -> Result<(), StatementError> {
    let (mut rows, mut fields) = (Rows::new(text, b',', 1), Fields::new());
    rows.next(&mut fields)?;
    while let Some(line) = rows.next(&mut fields)? {
        row(&fields, book).map_err(|fault| StatementError::Bad { line, fault })?;
    }
    book.take_part(Part::default()).map_err(|fault| StatementError::Bad { line: 1, fault })
}

fn row(fields: &Fields<'_>, book: &mut Book) -> Result<(), Fault> {
    let [booked_on, minor, currency, reference, counterparty, description] = &fields[..] else {
        return Err(Fault::Fields { found: fields.len(), expected: HEADER.len() });
    };
    let booked_on = day::iso("booked_on", booked_on)?;
    let currency: Currency = currency.parse().map_err(|_| Fault::Currency(shortened(currency)))?;
    let whole = || Fault::Whole { what: "amount_minor", found: shortened(minor), limit: AMOUNT_MINOR_MAX };
    let is_digits = minor.strip_prefix('-').unwrap_or(minor).bytes().all(|byte| byte.is_ascii_digit());
    let parsed: Option<i64> = minor.parse().ok().filter(|_| is_digits);
    let minor = parsed.filter(|minor| minor.unsigned_abs() <= AMOUNT_MINOR_MAX.unsigned_abs()).ok_or_else(whole)?;
    let mut line = book.line(booked_on, Money::new(minor, currency));
    line.reference = filled(reference);
    line.counterparty_name = filled(counterparty);
    line.description = filled(description);
    book.take(line)
}
