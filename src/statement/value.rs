//! Single values of a camt file: amounts, indicators, dates, and places that hold one value or a joined text.

use chrono::NaiveDate;

use super::error::Fault;
use super::shortened;
use crate::domain::money::{Currency, Money, parse_plain};

/// How many bytes the remittance information of one transaction may have in all.
pub const REMITTANCE_BYTES_MAX: usize = 16 * 1024;

/// The amount with the sign that its indicator gives it.
pub fn signed(amount: Money, is_credit: bool) -> Money {
    Money::new(if is_credit { amount.minor } else { -amount.minor }, amount.currency)
}

/// Keeps something that may be there once.
pub fn set<T>(place: &mut Option<T>, value: T, what: &'static str) -> Result<(), Fault> {
    if place.replace(value).is_some() { Err(Fault::Repeated { what }) } else { Ok(()) }
}

/// Keeps a text that may be there once, unless it is empty.
pub fn set_text(place: &mut Option<String>, text: &str, what: &'static str) -> Result<(), Fault> {
    if text.is_empty() { Ok(()) } else { set(place, text.to_owned(), what) }
}

/// Adds a piece of a text that banks break into pieces.
pub fn join(text: &mut String, piece: &str) -> Result<(), Fault> {
    if piece.is_empty() {
        return Ok(());
    }
    if text.len() + 1 + piece.len() > REMITTANCE_BYTES_MAX {
        return Err(Fault::TooLong {
            what: "the remittance information of a transaction",
            limit: REMITTANCE_BYTES_MAX,
        });
    }
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(piece);
    Ok(())
}

/// An amount; the schema has no signs in it.
pub fn money(text: &str, currency: Option<&str>) -> Result<Money, Fault> {
    let code = currency.ok_or(Fault::Missing { what: "the currency of an amount (Ccy)" })?;
    let currency: Currency = code.parse().map_err(|_| Fault::Currency(shortened(code)))?;
    if text.starts_with('-') {
        return Err(Fault::Signed(shortened(text)));
    }
    Ok(parse_plain(text, currency)?)
}

/// Whether the indicator says credit.
pub fn credit_indicator(text: &str) -> Result<bool, Fault> {
    match text {
        "CRDT" => Ok(true),
        "DBIT" => Ok(false),
        _ => Err(Fault::Code { what: "CdtDbtInd", found: shortened(text), allowed: "CRDT, DBIT" }),
    }
}

/// A truth value of XML Schema.
pub fn boolean(text: &str) -> Result<bool, Fault> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Fault::Code { what: "RvslInd", found: shortened(text), allowed: "true, false" }),
    }
}

/// Whether an entry is booked (ISO 20022, `ExternalEntryStatus1Code`): the others are no money yet.
pub fn is_booked(text: &str) -> Result<bool, Fault> {
    match text {
        "BOOK" => Ok(true),
        "PDNG" | "INFO" | "FUTR" => Ok(false),
        _ => Err(Fault::Code { what: "Sts", found: shortened(text), allowed: "BOOK, PDNG, INFO, FUTR" }),
    }
}

/// The day of a date or a date with time, as it stands there: a bank books by its own calendar.
pub fn date(what: &'static str, text: &str) -> Result<NaiveDate, Fault> {
    let wrong = || Fault::Date { what, found: shortened(text) };
    let (day, rest) = text.split_at_checked(10).ok_or_else(wrong)?;
    let form = day.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if !form || !(rest.is_empty() || rest.starts_with(['T', 'Z', '+', '-'])) {
        return Err(wrong());
    }
    NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_the_day_that_stands_there() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        for good in ["2026-11-22", "2026-11-22Z", "2026-11-22+01:00", "2026-11-22T23:59:59.9-05:00"] {
            assert_eq!(date("d", good), Ok(day), "{good}");
        }
        for bad in
            ["", "2026-11-2", "22.11.2026", "2026-13-01", "2026-02-29", "2026-11-22 10", "+026-11-22", "日日日日"]
        {
            assert!(matches!(date("d", bad), Err(Fault::Date { .. })), "{bad}");
        }
    }

    #[test]
    fn an_amount_needs_a_currency_and_has_no_sign() {
        assert_eq!(money("12.5", Some("EUR")), Ok(Money::new(1_250, Currency::EUR)));
        assert!(matches!(money("-1", Some("EUR")), Err(Fault::Signed(_))));
        assert!(matches!(money("1", Some("EURO")), Err(Fault::Currency(_))));
        assert!(matches!(money("1", None), Err(Fault::Missing { .. })));
        assert!(matches!(money("1,5", Some("EUR")), Err(Fault::Amount(_))));
    }

    #[test]
    fn only_booked_entries_are_money_and_unknown_words_are_refused() {
        assert_eq!((is_booked("BOOK"), is_booked("PDNG"), is_booked("INFO")), (Ok(true), Ok(false), Ok(false)));
        assert!(matches!(is_booked("book"), Err(Fault::Code { .. })));
        assert!(matches!(credit_indicator("C"), Err(Fault::Code { .. })));
        assert_eq!((boolean("true"), boolean("0")), (Ok(true), Ok(false)));
    }

    #[test]
    fn pieces_are_joined_within_the_bound() {
        let mut text = String::new();
        for piece in ["", "2300310", "", "425"] {
            join(&mut text, piece).unwrap();
        }
        assert_eq!(text, "2300310 425");
        assert!(matches!(join(&mut text, &"x".repeat(REMITTANCE_BYTES_MAX)), Err(Fault::TooLong { .. })));
    }
}
