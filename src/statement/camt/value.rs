//! Single values of a camt file: amounts, indicators, and places that hold one value or a joined text.

use crate::domain::money::{Currency, Money};
use crate::statement::amount::Number;
use crate::statement::error::Fault;
use crate::statement::shortened;

/// How many bytes the remittance information of one transaction may have in all.
pub const REMITTANCE_BYTES_MAX: usize = 16 * 1024;

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

/// A currency code.
pub fn currency(code: &str) -> Result<Currency, Fault> {
    code.parse().map_err(|_| Fault::Currency(shortened(code)))
}

/// An amount; the schema has no signs in it.
pub fn money(text: &str, code: Option<&str>, number: Number) -> Result<Money, Fault> {
    let code = code.ok_or(Fault::Missing { what: "the currency of an amount (Ccy)" })?;
    number.unsigned(text, currency(code)?)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::AmountError;

    #[test]
    fn an_amount_needs_a_currency_and_has_no_sign() {
        let money = |text, code| money(text, code, Number::PLAIN);
        assert_eq!(money("12.5", Some("EUR")), Ok(Money::new(1_250, Currency::EUR)));
        assert!(matches!(money("-1", Some("EUR")), Err(Fault::Signed(_))));
        assert!(matches!(money("1", Some("EURO")), Err(Fault::Currency(_))));
        assert!(matches!(money("1", None), Err(Fault::Missing { .. })));
        assert!(matches!(money("1,5", Some("EUR")), Err(Fault::Amount(AmountError::NotANumber(_)))));
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
