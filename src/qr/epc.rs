//! The payment code of the euro area: EPC069-12 v2.1, "Quick Response Code: Guidelines to enable data capture for the
//! initiation of a SEPA credit transfer" (on receipts and bills also called `GiroCode`).

use crate::domain::money::Currency;
use crate::qr::bill::Bill;
use crate::qr::reference::is_creditor_reference;
use crate::qr::refusal::{Refusal, Unit};
use crate::qr::text;
use crate::qr::unreadable::{ReadFields, Unreadable, expect, is_positive_amount, push};

pub use crate::qr::account::{Bic, BicError, Iban, IbanError};

/// The most bytes a payload may have (EPC069-12 v2.1, section 2). The limits in characters do not keep it.
pub const PAYLOAD_BYTES_MAX: usize = 331;
/// The most characters the name of the payee may have (AT-21).
pub const NAME_CHARS_MAX: usize = 70;
/// The most characters the purpose may have (AT-44).
pub const PURPOSE_CHARS_MAX: usize = 4;
/// The most characters a structured reference may have (AT-05).
pub const STRUCTURED_CHARS_MAX: usize = 35;
/// The most characters the text for the payee may have (AT-05).
pub const TEXT_CHARS_MAX: usize = 140;
/// The most characters the information for the payer may have.
pub const INFORMATION_CHARS_MAX: usize = 70;
/// The smallest amount, in cents (AT-04).
pub const AMOUNT_MINOR_MIN: i64 = 1;
/// The largest amount, in cents (AT-04).
pub const AMOUNT_MINOR_MAX: i64 = 99_999_999_999;
/// Lines up to the account, without which nothing can be paid.
const LINES_MIN: usize = 7;
/// Lines with everything that a payload can say.
const LINES_MAX: usize = 12;

/// Who is paid by a SEPA transfer that a customer's banking app is asked to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpcPayee {
    /// The exact name of the account's holder: the payer's bank compares it (Regulation (EU) 2024/886).
    pub name: String,
    /// The account.
    pub iban: Iban,
    /// The bank; needed only for an account outside the EEA.
    pub bic: Option<Bic>,
    /// A reference that the payee's bank reads, instead of text; one that begins with `RF` must be right by ISO 11649.
    /// The till leaves it out: many apps ignore or refuse it.
    pub structured_reference: Option<String>,
    /// Four letters of ISO 20022's purpose codes. Best left out: many apps do not know it.
    pub purpose: Option<String>,
    /// A note for the payer only. Best left out: many apps do not know it.
    pub information: Option<String>,
}

impl EpcPayee {
    /// A payee with an account and nothing that an app may not know.
    #[must_use]
    pub fn new(name: &str, iban: Iban, bic: Option<Bic>) -> Self {
        Self { name: name.to_owned(), iban, bic, structured_reference: None, purpose: None, information: None }
    }

    /// The payload: version 002, UTF-8, lines joined by LF, nothing after the last used line.
    ///
    /// The bill's reference goes into the text and not into the structured reference: the ten digits of a sale are no
    /// ISO 11649 reference, and text is what reaches the statement through every bank.
    ///
    /// # Errors
    ///
    /// A field breaks its limit, or all of them together that of the whole payload; nothing is cut. There is text beside
    /// a structured reference, another currency than the euro, or an account outside the EEA without its BIC.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        if bill.currency != Currency::EUR {
            return Err(Refusal::Currency { standard: "EPC069-12", given: bill.currency, taken: "EUR" });
        }
        let range = AMOUNT_MINOR_MIN..=AMOUNT_MINOR_MAX;
        let amount = text::amount(bill, range, "0.01 to 999,999,999.99 EUR is expected")?;
        let amount = if amount.is_empty() { amount } else { format!("EUR{amount}") };
        let name = text::filled("name", &self.name, NAME_CHARS_MAX)?;
        let purpose = text::optional("purpose", self.purpose.as_deref(), PURPOSE_CHARS_MAX)?;
        let allowed = "only upper-case letters and digits are taken";
        text::only("purpose", purpose, |char| char.is_ascii_uppercase() || char.is_ascii_digit(), allowed)?;
        let information = text::optional("information", self.information.as_deref(), INFORMATION_CHARS_MAX)?;
        let structured = self.structured_reference.as_deref().map_or(Ok(""), checked_structured)?;
        let text = remittance_text(bill)?;
        if !structured.is_empty() && !text.is_empty() {
            let reason = "a payload has a structured reference or text, never both";
            return Err(Refusal::Together { field: "structured_reference", other: "reference", reason });
        }
        if self.bic.is_none() && !self.iban.is_in_eea() {
            let expected = "the BIC of the bank of an account outside the European Economic Area";
            return Err(Refusal::Missing { field: "bic", expected });
        }
        let bic = self.bic.as_ref().map_or("", Bic::as_str);
        let iban = self.iban.electronic();
        let lines = ["BCD", "002", "1", "SCT", bic, name, iban, &amount, purpose, structured, &text, information];
        let payload = lines.join("\n").trim_end_matches('\n').to_owned();
        if payload.len() > PAYLOAD_BYTES_MAX {
            let (length, limit, unit) = (payload.len(), PAYLOAD_BYTES_MAX, Unit::Bytes);
            return Err(Refusal::PayloadTooLong { length, limit, unit, shorten: "the name or the text" });
        }
        Ok(payload)
    }

    /// The account, whole.
    #[must_use]
    pub fn account(&self) -> &str {
        self.iban.electronic()
    }
}

fn checked_structured(reference: &str) -> Result<&str, Refusal> {
    text::filled("structured_reference", reference, STRUCTURED_CHARS_MAX)?;
    let begins = reference.get(..2).is_some_and(|begin| begin.eq_ignore_ascii_case("RF"));
    if begins && !is_creditor_reference(reference) {
        let expected = "a creditor reference of ISO 11649 has RF, two check digits that fit, 1 to 21 letters or digits";
        return Err(Refusal::Form { field: "structured_reference", value: reference.to_owned(), expected });
    }
    Ok(reference)
}

/// What reaches the statement: the reference first, so that a bank that cuts the text leaves it whole.
fn remittance_text(bill: &Bill) -> Result<String, Refusal> {
    let reference = text::optional("reference", bill.reference.as_deref(), TEXT_CHARS_MAX)?;
    let message = text::optional("message", bill.message.as_deref(), TEXT_CHARS_MAX)?;
    let both = if reference.is_empty() || message.is_empty() { "" } else { " " };
    let text = format!("{reference}{both}{message}");
    let field = if reference.is_empty() { "message" } else { "reference" };
    text::optional(field, (!text.is_empty()).then_some(text.as_str()), TEXT_CHARS_MAX)?;
    Ok(text)
}

/// Reads a payload of version 001 or 002.
///
/// # Errors
///
/// It is no EPC payload, has too few or too many lines, or a line has what cannot stand there.
pub fn decode(payload: &str) -> Result<ReadFields, Unreadable> {
    let lines: Vec<&str> = payload.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    if lines.first() != Some(&"BCD") {
        return Err(Unreadable::Other { standard: "EPC069-12", expected: "the first line is not BCD" });
    }
    // Some makers end the last line too.
    let found = lines.len() - usize::from(lines.last() == Some(&""));
    if !(LINES_MIN..=LINES_MAX).contains(&found) {
        return Err(Unreadable::Count { found, parts: "lines", expected: "7 to 12 are expected" });
    }
    let line = |place: usize| lines.get(place).copied().unwrap_or("");
    let is = |field, value, taken: &[&str], expected| {
        if taken.contains(&value) { Ok(()) } else { Err(Unreadable::form(field, value, expected)) }
    };
    is("version", line(1), &["001", "002"], "001 or 002 is expected")?;
    is("character_set", line(2), &["1", "2", "3", "4", "5", "6", "7", "8"], "a number from 1 to 8 is expected")?;
    is("identification", line(3), &["SCT"], "SCT is expected")?;
    if line(1) == "001" && line(4).is_empty() {
        return Err(Unreadable::Missing { field: "bic" });
    }
    expect("bic", line(4), |bic| bic.parse::<Bic>().is_ok(), "a BIC of 8 or 11 letters and digits is expected")?;
    for (field, value) in [("name", line(5)), ("iban", line(6))] {
        if value.is_empty() {
            return Err(Unreadable::Missing { field });
        }
    }
    expect("iban", line(6), |iban| iban.parse::<Iban>().is_ok(), "an IBAN with the right check digits is expected")?;
    // EPC069-12, AT-04: 0.01 is the least. An open amount is an empty line.
    let is_euro = |text: &str| {
        let amount = text.strip_prefix("EUR");
        amount.is_some_and(is_positive_amount)
    };
    expect("amount", line(7), is_euro, "EUR and an amount such as 12.30 are expected")?;
    let is_right = |text: &str| !text.starts_with("RF") || is_creditor_reference(text);
    expect("structured_reference", line(9), is_right, "the check digits of ISO 11649 do not fit")?;
    if !line(9).is_empty() && !line(10).is_empty() {
        return Err(Unreadable::form("text", line(10), "none is expected beside a structured reference"));
    }
    let mut fields = ReadFields::new();
    for (place, name) in ["version", "character_set", "identification", "bic", "name", "iban"].iter().enumerate() {
        push(&mut fields, name, line(place + 1));
    }
    if let Some(amount) = line(7).strip_prefix("EUR") {
        push(&mut fields, "amount", amount);
        push(&mut fields, "currency", "EUR");
    }
    for (place, name) in ["purpose", "structured_reference", "text", "information"].iter().enumerate() {
        push(&mut fields, name, line(place + 8));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests;
