//! The payment code of Switzerland and Liechtenstein: the Swiss QR Code of the "Swiss Implementation Guidelines for the
//! QR-bill", v2.3 (in force since 22 November 2025).

use std::str::FromStr;

use crate::domain::ids::SaleReference;
use crate::qr::account::{Iban, IbanError};
use crate::qr::bill::Bill;
use crate::qr::reference::{QR_REFERENCE_DIGITS, is_creditor_reference, is_qr_reference, qr_reference_of};
use crate::qr::refusal::{Refusal, Unit};
use crate::qr::text;

pub use self::read::decode;

mod read;

/// The most characters of a name and of a street.
pub const NAME_CHARS_MAX: usize = 70;
/// The most characters of a house number and of a postal code.
pub const NUMBER_CHARS_MAX: usize = 16;
/// The most characters of a town.
pub const CITY_CHARS_MAX: usize = 35;
/// The most characters of the message and the billing information together.
pub const INFORMATION_CHARS_MAX: usize = 140;
/// The most bytes of a payload: what a QR code of version 25 with level M holds.
pub const PAYLOAD_BYTES_MAX: usize = 997;
/// The smallest amount, in centimes or cents. Zero is only for notices that nobody pays.
pub const AMOUNT_MINOR_MIN: i64 = 1;
/// The largest amount, in centimes or cents.
pub const AMOUNT_MINOR_MAX: i64 = 99_999_999_999;
/// The currencies that a bill can be in.
pub const CURRENCIES: [&str; 2] = ["CHF", "EUR"];

/// An account in Switzerland or Liechtenstein.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwissIban(Iban);

/// Why text is not such an account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SwissIbanError {
    /// It is no IBAN.
    #[error(transparent)]
    Iban(#[from] IbanError),
    /// It is one of another country.
    #[error("the account is in {0}, and a QR-bill is paid to an account in CH or LI only")]
    Country(String),
}

impl SwissIban {
    /// The account as any IBAN.
    #[must_use]
    pub fn iban(&self) -> Iban {
        self.0
    }

    /// Whether it is a QR-IBAN, which goes with a QR reference and only with one: its institution is 30000 to 31999.
    #[must_use]
    pub fn is_qr(&self) -> bool {
        // Both countries have five digits of the institution right behind the check digits.
        matches!(self.0.electronic().get(4..6), Some("30" | "31"))
    }

    /// What the bill of a sale has to have as its reference: for a QR-IBAN the ten digits as a QR reference, else as they
    /// are.
    #[must_use]
    pub fn reference_of(&self, sale: SaleReference) -> String {
        let digits = sale.to_string();
        if self.is_qr() { qr_reference_of(&digits).unwrap_or(digits) } else { digits }
    }
}

impl FromStr for SwissIban {
    type Err = SwissIbanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let iban: Iban = text.parse()?;
        match iban.country() {
            "CH" | "LI" => Ok(Self(iban)),
            other => Err(SwissIbanError::Country(other.to_owned())),
        }
    }
}

/// A structured address (type S), the only type since 22 November 2025.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// A person or company, 1 to 70 characters.
    pub name: String,
    /// Street or post-office box, at most 70 characters.
    pub street: Option<String>,
    /// House number, at most 16 characters.
    pub house_no: Option<String>,
    /// Postal code without a country in front, 1 to 16 characters.
    pub postal_code: String,
    /// Town, 1 to 35 characters.
    pub city: String,
    /// Two letters of ISO 3166-1.
    pub country: String,
}

/// The keys of an address, as refusals name them.
struct Keys {
    name: &'static str,
    street: &'static str,
    house_no: &'static str,
    postal_code: &'static str,
    city: &'static str,
    country: &'static str,
}

const CREDITOR: Keys = Keys {
    name: "name",
    street: "street",
    house_no: "house_no",
    postal_code: "postal_code",
    city: "city",
    country: "country",
};
const DEBTOR: Keys = Keys {
    name: "debtor.name",
    street: "debtor.street",
    house_no: "debtor.house_no",
    postal_code: "debtor.postal_code",
    city: "debtor.city",
    country: "debtor.country",
};

/// Who is paid by a QR-bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwissPayee {
    /// The creditor, as the bank knows the holder of the account.
    pub creditor: Address,
    /// The account.
    pub iban: SwissIban,
    /// The payer, where known. At a till nobody is.
    pub debtor: Option<Address>,
    /// Billing information for the payer's bookkeeping; begins with `//`.
    pub bill_info: Option<String>,
}

impl SwissPayee {
    /// The payload: 31 lines, or 32 with billing information, joined by LF, none after the last.
    ///
    /// The bill's reference is the QR reference of a QR-IBAN; else a creditor reference of ISO 11649 when it begins with
    /// `RF`; else it stands in front of the message, for an ordinary account has no other place for it.
    ///
    /// # Errors
    ///
    /// A field breaks its limit or has a character that is not taken, the reference does not go with the account, or all
    /// fields together have more bytes than a symbol holds.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        if !CURRENCIES.contains(&bill.currency.code()) {
            return Err(Refusal::Currency { standard: "a QR-bill", given: bill.currency, taken: "CHF and EUR" });
        }
        let expected = "0.01 to 999,999,999.99 is expected";
        let amount = text::amount(bill, AMOUNT_MINOR_MIN..=AMOUNT_MINOR_MAX, expected)?;
        let creditor = lines(&self.creditor, &CREDITOR)?;
        let debtor = self.debtor.as_ref().map_or(Ok([""; 7]), |debtor| lines(debtor, &DEBTOR))?;
        let (kind, reference, in_message) = self.reference(bill)?;
        let message = message(in_message, bill)?;
        let bill_info = text::optional("bill_info", self.bill_info.as_deref(), INFORMATION_CHARS_MAX)?;
        checked_bill_info(bill_info, &message)?;
        let mut all = vec!["SPC", "0200", "1", self.iban.0.electronic()];
        all.extend(creditor);
        // The ultimate creditor, which is reserved.
        all.extend([""; 7]);
        all.extend([&amount, bill.currency.code()]);
        all.extend(debtor);
        all.extend([kind, reference, &message, "EPD"]);
        all.extend(self.bill_info.as_deref());
        let payload = all.join("\n");
        if payload.len() > PAYLOAD_BYTES_MAX {
            let (length, limit, unit) = (payload.len(), PAYLOAD_BYTES_MAX, Unit::Bytes);
            return Err(Refusal::PayloadTooLong { length, limit, unit, shorten: "the addresses or the message" });
        }
        Ok(payload)
    }

    /// Type and value of the reference, and what of it has to go into the message.
    fn reference<'a>(&self, bill: &'a Bill) -> Result<(&'static str, &'a str, &'a str), Refusal> {
        let field = "reference";
        let reference = text::optional(field, bill.reference.as_deref(), INFORMATION_CHARS_MAX)?;
        let wrong = |expected| Err(Refusal::Form { field, value: reference.to_owned(), expected });
        let is_digits = reference.bytes().all(|byte| byte.is_ascii_digit());
        if self.iban.is_qr() {
            return if reference.is_empty() {
                Err(Refusal::Missing { field, expected: "a QR reference, which a QR-IBAN must have," })
            } else if is_qr_reference(reference) {
                Ok(("QRR", reference, ""))
            } else {
                wrong("a QR-IBAN goes with a QR reference of 27 digits, of which the last is a right check digit")
            };
        }
        if is_digits && reference.len() == QR_REFERENCE_DIGITS {
            let reason = "a QR reference of 27 digits goes with a QR-IBAN only (institution 30000 to 31999)";
            return Err(Refusal::Together { field, other: "iban", reason });
        }
        if reference.starts_with("RF") {
            let expected = "a creditor reference has RF, two check digits that fit, 1 to 21 letters or digits";
            return if is_creditor_reference(reference) { Ok(("SCOR", reference, "")) } else { wrong(expected) };
        }
        Ok(("NON", "", reference))
    }

    /// The account, whole.
    #[must_use]
    pub fn account(&self) -> &str {
        self.iban.0.electronic()
    }
}

fn message(reference: &str, bill: &Bill) -> Result<String, Refusal> {
    let given = text::optional("message", bill.message.as_deref(), INFORMATION_CHARS_MAX)?;
    let between = if reference.is_empty() || given.is_empty() { "" } else { " " };
    checked_characters("reference", reference)?;
    checked_characters("message", given)?;
    Ok(format!("{reference}{between}{given}"))
}

fn checked_bill_info(bill_info: &str, message: &str) -> Result<(), Refusal> {
    checked_characters("bill_info", bill_info)?;
    if !bill_info.is_empty() && !bill_info.starts_with("//") {
        let expected = "billing information begins with //";
        return Err(Refusal::Form { field: "bill_info", value: bill_info.to_owned(), expected });
    }
    let length = message.chars().count() + bill_info.chars().count();
    if length > INFORMATION_CHARS_MAX {
        // Named by what is there; with both, it is their sum that is too long.
        let field = if bill_info.is_empty() { "message" } else { "message and bill_info" };
        return Err(Refusal::TooLong { field, length, limit: INFORMATION_CHARS_MAX, unit: Unit::Characters });
    }
    Ok(())
}

fn lines<'a>(address: &'a Address, keys: &Keys) -> Result<[&'a str; 7], Refusal> {
    let country = address.country.as_str();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let expected = "two capital letters of ISO 3166-1 are expected";
        return Err(Refusal::Form { field: keys.country, value: country.to_owned(), expected });
    }
    Ok([
        "S",
        checked_characters(keys.name, text::filled(keys.name, &address.name, NAME_CHARS_MAX)?)?,
        checked_characters(keys.street, text::optional(keys.street, address.street.as_deref(), NAME_CHARS_MAX)?)?,
        checked_characters(
            keys.house_no,
            text::optional(keys.house_no, address.house_no.as_deref(), NUMBER_CHARS_MAX)?,
        )?,
        checked_characters(keys.postal_code, text::filled(keys.postal_code, &address.postal_code, NUMBER_CHARS_MAX)?)?,
        checked_characters(keys.city, text::filled(keys.city, &address.city, CITY_CHARS_MAX)?)?,
        country,
    ])
}

fn checked_characters<'a>(field: &'static str, value: &'a str) -> Result<&'a str, Refusal> {
    text::only(field, value, is_taken, "only Latin letters, digits and common signs are taken (guidelines v2.3, 4.1.1)")
}

/// The character set of the guidelines since v2.3 (4.1.1): Basic Latin, Latin-1 Supplement, Latin Extended-A, four
/// letters of Romania, and the sign of the euro.
fn is_taken(char: char) -> bool {
    matches!(char, '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{17f}' | '\u{218}'..='\u{21b}' | '\u{20ac}')
}

#[cfg(test)]
mod tests;
