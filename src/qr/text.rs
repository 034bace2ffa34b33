//! What the schemes ask of a field in the same way: that something stands there, how long it is and of what.

use std::ops::RangeInclusive;

use crate::qr::bill::Bill;
use crate::qr::refusal::{Refusal, Unit};

/// A text that has to stand there: not only blanks, at most `limit` characters, no line break or other control
/// character, which would begin a new field in some schemes and is shown by no app.
pub(super) fn filled<'a>(field: &'static str, value: &'a str, limit: usize) -> Result<&'a str, Refusal> {
    if value.trim().is_empty() {
        return Err(Refusal::Missing { field, expected: "a text of at least one character" });
    }
    let length = value.chars().count();
    if length > limit {
        return Err(Refusal::TooLong { field, length, limit, unit: Unit::Characters });
    }
    only(field, value, |char| !char.is_control(), "control characters such as line breaks are not taken")
}

/// A text that may be left out; what stands there is checked like one that may not.
pub(super) fn optional<'a>(field: &'static str, value: Option<&'a str>, limit: usize) -> Result<&'a str, Refusal> {
    value.map_or(Ok(""), |value| filled(field, value, limit))
}

/// A number that is kept as text, with its leading zeros: at least one and at most `limit` digits.
pub(super) fn digits<'a>(field: &'static str, value: &'a str, limit: usize) -> Result<&'a str, Refusal> {
    if value.is_empty() {
        return Err(Refusal::Missing { field, expected: "a number of at least one digit" });
    }
    only(field, value, |char| char.is_ascii_digit(), "only digits are taken")?;
    if value.len() > limit {
        return Err(Refusal::TooLong { field, length: value.len(), limit, unit: Unit::Digits });
    }
    Ok(value)
}

/// A text of certain characters; the first other one is named.
pub(super) fn only<'a>(
    field: &'static str,
    value: &'a str,
    taken: impl Fn(char) -> bool,
    allowed: &'static str,
) -> Result<&'a str, Refusal> {
    match value.chars().find(|char| !taken(*char)) {
        Some(character) => Err(Refusal::Character { field, character, allowed }),
        None => Ok(value),
    }
}

/// The amount as files and messages write it (`1204.30`), or nothing where it is open. `range` is in minor units of the
/// bill's currency, `expected` says it in words.
pub(super) fn amount(bill: &Bill, range: RangeInclusive<i64>, expected: &'static str) -> Result<String, Refusal> {
    let Some(amount) = bill.amount else { return Ok(String::new()) };
    if amount.currency != bill.currency {
        let reason = "the amount is in another currency than the bill";
        return Err(Refusal::Together { field: "amount_minor", other: "currency", reason });
    }
    if !range.contains(&amount.minor) {
        return Err(Refusal::Amount { given: amount.to_string(), expected });
    }
    Ok(amount.plain())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::{Currency, Money};

    #[test]
    fn a_field_is_refused_with_its_name_and_limit() {
        assert_eq!(filled("name", "Käse", 4), Ok("Käse"));
        assert!(matches!(filled("name", " ", 4), Err(Refusal::Missing { field: "name", .. })));
        assert!(matches!(filled("name", "Käses", 4), Err(Refusal::TooLong { length: 5, limit: 4, .. })));
        assert!(matches!(filled("name", "a\tb", 4), Err(Refusal::Character { character: '\t', .. })));
        assert_eq!(optional("message", None, 4), Ok(""));
        assert!(matches!(optional("message", Some(""), 4), Err(Refusal::Missing { .. })));
        assert_eq!(digits("variable_symbol", "0042", 4), Ok("0042"));
        assert!(matches!(digits("variable_symbol", "42a", 4), Err(Refusal::Character { character: 'a', .. })));
        assert!(matches!(digits("variable_symbol", "٣", 4), Err(Refusal::Character { .. })));
        assert!(matches!(digits("variable_symbol", "12345", 4), Err(Refusal::TooLong { unit: Unit::Digits, .. })));
    }

    #[test]
    fn an_amount_is_in_the_currency_of_its_bill_and_in_range() {
        let bill = |minor: Option<i64>, code: &str| Bill {
            currency: Currency::EUR,
            amount: minor.map(|minor| Money::new(minor, code.parse().unwrap())),
            reference: None,
            message: None,
            made_at: None,
            expires_at: None,
        };
        let read = |bill: &Bill| amount(bill, 1..=100, "0.01 to 1.00");
        assert_eq!(read(&bill(None, "EUR")), Ok(String::new()));
        assert_eq!(read(&bill(Some(100), "EUR")), Ok("1.00".to_owned()));
        assert!(matches!(read(&bill(Some(0), "EUR")), Err(Refusal::Amount { .. })));
        assert!(matches!(read(&bill(Some(1), "CHF")), Err(Refusal::Together { .. })));
    }
}
