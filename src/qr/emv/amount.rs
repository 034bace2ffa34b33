//! Object 54, the amount, and object 53, the currency.

use crate::domain::money::Currency;
use crate::qr::bill::Bill;
use crate::qr::refusal::Refusal;

/// The most characters of object 54 (EMV QRCPS v1.1).
pub(super) const AMOUNT_CHARS_MAX: usize = 13;

/// The text of object 54: always with all decimals of the currency that are in use, none for an open amount.
///
/// They are those of ISO 4217 (EMV QRCPS v1.1, object 54) but for the riel and the rupiah: the SDK of the National Bank of
/// Cambodia refuses a riel amount with decimals, and banks in Indonesia take whole rupiah.
pub(in crate::qr) fn amount(bill: &Bill) -> Result<Option<String>, Refusal> {
    let Some(amount) = bill.amount else { return Ok(None) };
    let refused = |expected| Err(Refusal::Amount { given: amount.to_string(), expected });
    if amount.currency != bill.currency {
        return Err(Refusal::Together {
            field: "amount_minor",
            other: "currency",
            reason: "the amount is in another currency",
        });
    }
    if amount.minor <= 0 {
        return refused("it has to be more than zero; leave it out if the payer is to type it");
    }
    let text = amount.plain();
    let text = if bill.currency.step_minor() > 1 {
        match text.strip_suffix(".00") {
            Some(whole) => whole.to_owned(),
            None => return refused("only whole riel and rupiah are paid, so its last two digits have to be 00"),
        }
    } else {
        text
    };
    if text.len() > AMOUNT_CHARS_MAX {
        return refused("object 54 of the code has at most 13 characters");
    }
    Ok(Some(text))
}

/// Refuses a bill in another currency than those a scheme takes.
pub(in crate::qr) fn one_currency(
    bill: &Bill,
    standard: &'static str,
    takes: &[Currency],
    taken: &'static str,
) -> Result<(), Refusal> {
    if takes.contains(&bill.currency) {
        Ok(())
    } else {
        Err(Refusal::Currency { standard, given: bill.currency, taken })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;

    fn of(minor: i64, code: &str) -> Result<Option<String>, Refusal> {
        let currency = code.parse().unwrap();
        amount(&Bill::open(currency).with_amount(Money::new(minor, currency)))
    }

    #[test]
    fn each_currency_has_its_decimals() {
        for (minor, code, text) in [
            (4_890, "BRL", "48.90"),
            (1, "THB", "0.01"),
            (100, "USD", "1.00"),
            (180_000, "VND", "180000"),
            (999, "JPY", "999"),
            (500, "KRW", "500"),
            (1_234, "BHD", "1.234"),
            (400_000, "KHR", "4000"),
            (5_000_000, "IDR", "50000"),
            (999_999_999_999, "SGD", "9999999999.99"),
        ] {
            assert_eq!(of(minor, code), Ok(Some(text.to_owned())), "{minor} {code}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for (minor, code, why) in [
            (0, "BRL", "more than zero"),
            (-1, "BRL", "more than zero"),
            (400_050, "KHR", "whole riel"),
            (5_000_001, "IDR", "whole riel and rupiah"),
            (1_000_000_000_000, "SGD", "at most 13 characters"),
            (10_000_000_000_000, "VND", "at most 13 characters"),
            (i64::MIN, "BRL", "more than zero"),
        ] {
            assert!(of(minor, code).unwrap_err().to_string().contains(why), "{minor} {code}");
        }
        let bill = Bill::open(Currency::EUR).with_amount(Money::new(1, Currency::BRL));
        assert!(matches!(amount(&bill), Err(Refusal::Together { .. })));
    }

    #[test]
    fn an_open_amount_has_no_object() {
        assert_eq!(amount(&Bill::open(Currency::BRL)), Ok(None));
    }
}
