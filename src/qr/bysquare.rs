//! The payment code of Slovakia: PAY by square 1.2.0 (Slovak Banking Association, in force since April 2025), one payment
//! order to one account.
//!
//! The fields are joined by tabs (table 15 of the specification), packed ([`packed`]) and written in base32hex.

use crate::qr::account::{Bic, Iban};
use crate::qr::bill::Bill;
use crate::qr::refusal::{Refusal, Unit};
use crate::qr::text;
use crate::qr::unreadable::{ReadFields, Unreadable, expect, is_amount, push};

mod packed;

/// The most characters of an amount, its point included.
pub const AMOUNT_CHARS_MAX: usize = 15;
/// The largest amount in minor units of a currency with two decimals.
pub const AMOUNT_MINOR_MAX: i64 = 99_999_999_999_999;
/// The most digits of the variable and the specific symbol.
pub const SYMBOL_DIGITS_MAX: usize = 10;
/// The most digits of the constant symbol.
pub const CONSTANT_DIGITS_MAX: usize = 4;
/// The most characters of the originator's reference information.
pub const REFERENCE_CHARS_MAX: usize = 35;
/// The most characters of the note.
pub const MESSAGE_CHARS_MAX: usize = 140;
/// The most characters of the payee's name.
pub const NAME_CHARS_MAX: usize = 70;
/// The most bytes of a symbol's text: what version 40 with level M holds in alphanumeric mode.
pub const PAYLOAD_CHARS_MAX: usize = 3_391;

/// The fields of a payment order to one account, in their order; those without a name are written as zero or empty.
const FIELDS: [&str; 19] = [
    "invoice_id",
    "payments",
    "payment_options",
    "amount",
    "currency",
    "due_date",
    "variable_symbol",
    "constant_symbol",
    "specific_symbol",
    "reference",
    "message",
    "accounts",
    "iban",
    "bic",
    "standing_order",
    "direct_debit",
    "name",
    "street",
    "city",
];

/// Who is paid by a PAY by square code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BySquarePayee {
    /// The account.
    pub iban: Iban,
    /// Its bank; may be left out.
    pub bic: Option<Bic>,
    /// The payee's name, which has to be there since version 1.2.0.
    pub name: String,
    /// The variable symbol, when it is not the bill's reference.
    pub variable_symbol: Option<String>,
    /// The specific symbol.
    pub specific_symbol: Option<String>,
    /// The constant symbol.
    pub constant_symbol: Option<String>,
}

impl BySquarePayee {
    /// The payload.
    ///
    /// The bill's reference is the variable symbol. When the payee has a variable symbol already, or the reference is
    /// no number of ten digits, it is the originator's reference information.
    ///
    /// # Errors
    ///
    /// A field breaks its limit or has a character that is not taken.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        if bill.currency.exponent() > 2 {
            let taken = "currencies with at most two decimals";
            return Err(Refusal::Currency { standard: "bysquare", given: bill.currency, taken });
        }
        let expected = "an amount above zero of at most 15 characters is expected";
        let amount = text::amount(bill, 1..=AMOUNT_MINOR_MAX, expected)?;
        if amount.len() > AMOUNT_CHARS_MAX {
            return Err(Refusal::Amount { given: amount, expected });
        }
        let symbol = |field, value: &'_ Option<String>, limit| -> Result<String, Refusal> {
            value.as_deref().map_or(Ok(""), |value| text::digits(field, value, limit)).map(str::to_owned)
        };
        let own = symbol("variable_symbol", &self.variable_symbol, SYMBOL_DIGITS_MAX)?;
        let (variable_symbol, reference) = references(&own, bill)?;
        let values = [
            "",
            "1",
            "1",
            &amount,
            bill.currency.code(),
            "",
            variable_symbol,
            &symbol("constant_symbol", &self.constant_symbol, CONSTANT_DIGITS_MAX)?,
            &symbol("specific_symbol", &self.specific_symbol, SYMBOL_DIGITS_MAX)?,
            reference,
            text::optional("message", bill.message.as_deref(), MESSAGE_CHARS_MAX)?,
            "1",
            self.iban.electronic(),
            self.bic.as_ref().map_or("", Bic::as_str),
            "0",
            "0",
            text::filled("name", &self.name, NAME_CHARS_MAX)?,
            "",
            "",
        ];
        let payload = packed::pack(&values.join("\t"));
        if payload.len() > PAYLOAD_CHARS_MAX {
            let (length, limit, unit) = (payload.len(), PAYLOAD_CHARS_MAX, Unit::Characters);
            return Err(Refusal::PayloadTooLong { length, limit, unit, shorten: "the name or the message" });
        }
        Ok(payload)
    }

    /// The account, whole.
    #[must_use]
    pub fn account(&self) -> &str {
        self.iban.electronic()
    }
}

/// The variable symbol and the originator's reference information.
fn references<'a>(own: &'a str, bill: &'a Bill) -> Result<(&'a str, &'a str), Refusal> {
    let reference = text::optional("reference", bill.reference.as_deref(), REFERENCE_CHARS_MAX)?;
    let is_symbol = reference.len() <= SYMBOL_DIGITS_MAX && reference.bytes().all(|byte| byte.is_ascii_digit());
    Ok(match own {
        "" if is_symbol => (reference, ""),
        own if own == reference => (own, ""),
        own => (own, reference),
    })
}

/// Reads a payload with one payment order to one account, of version 1.0.0 to 1.2.0.
///
/// # Errors
///
/// It is no PAY by square payload, cannot be unpacked, its check sum does not fit, it has several payments or accounts,
/// or a field has what cannot stand there.
pub fn decode(payload: &str) -> Result<ReadFields, Unreadable> {
    let (version, content) = packed::unpack(payload)?;
    let values: Vec<&str> = content.split('\t').collect();
    // Version 1.0.0 ends with the direct debit and knows no payee.
    let expected = if version == "1.0.0" { FIELDS.len() - 3..=FIELDS.len() } else { FIELDS.len()..=FIELDS.len() };
    let value = |name: &str| {
        FIELDS.iter().position(|known| *known == name).and_then(|place| values.get(place)).copied().unwrap_or("")
    };
    let ordinary = "1 is expected: only a code with one payment order to one account is read here";
    for name in ["payments", "payment_options", "accounts"] {
        if value(name) != "1" {
            return Err(Unreadable::form(name, value(name), ordinary));
        }
    }
    for name in ["standing_order", "direct_debit"] {
        if value(name) != "0" {
            return Err(Unreadable::form(name, value(name), "0 is expected: only payment orders are read here"));
        }
    }
    if !expected.contains(&values.len()) {
        let expected = "19 are expected, or 16 in version 1.0.0";
        return Err(Unreadable::Count { found: values.len(), parts: "fields", expected });
    }
    let is_number = |text: &str, limit: usize| text.len() <= limit && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_positive = |text: &str| is_amount(text) && text.len() <= AMOUNT_CHARS_MAX;
    expect("amount", value("amount"), is_positive, "an amount such as 15.50 of at most 15 characters is expected")?;
    let is_code = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    expect("currency", value("currency"), is_code, "three letters of ISO 4217 are expected")?;
    for symbol in ["variable_symbol", "specific_symbol"] {
        expect(symbol, value(symbol), |text| is_number(text, SYMBOL_DIGITS_MAX), "at most 10 digits are expected")?;
    }
    let is_constant = |text: &str| is_number(text, CONSTANT_DIGITS_MAX);
    expect("constant_symbol", value("constant_symbol"), is_constant, "at most 4 digits are expected")?;
    expect("due_date", value("due_date"), |date| date.len() == 8 && is_number(date, 8), "YYYYMMDD is expected")?;
    if value("iban").is_empty() {
        return Err(Unreadable::Missing { field: "iban" });
    }
    expect("iban", value("iban"), |iban| iban.parse::<Iban>().is_ok(), "an IBAN with right check digits is expected")?;
    expect("bic", value("bic"), |bic| bic.parse::<Bic>().is_ok(), "a BIC of 8 or 11 letters and digits is expected")?;
    let mut fields = ReadFields::new();
    push(&mut fields, "version", version);
    let counts = ["payments", "payment_options", "accounts", "standing_order", "direct_debit"];
    for name in FIELDS.iter().filter(|name| !counts.contains(name)) {
        push(&mut fields, name, value(name));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests;
