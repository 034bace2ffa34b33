//! The payment code of the Czech Republic: the Short Payment Descriptor (SPD, SPAYD) 1.0, the Czech Banking Association's
//! standard "Format for sharing payment information in CZK – QR codes" (QR Platba).

use crate::qr::account::{Bic, Iban};
use crate::qr::bill::Bill;
use crate::qr::refusal::Refusal;
use crate::qr::unreadable::{ReadFields, Unreadable, expect, is_positive_amount};
use crate::qr::{percent, text};

/// The most characters of an amount (`AM`), its point included.
pub const AMOUNT_CHARS_MAX: usize = 10;
/// The largest amount that fits, in hundredths.
pub const AMOUNT_MINOR_MAX: i64 = 999_999_999;
/// The most decimals of an amount, and so of a currency.
pub const AMOUNT_DECIMALS_MAX: u32 = 2;
/// The most digits of the payee's reference (`RF`).
pub const REFERENCE_DIGITS_MAX: usize = 16;
/// The most characters of the payee's name (`RN`), before encoding.
pub const NAME_CHARS_MAX: usize = 35;
/// The most characters of the message (`MSG`), before encoding.
pub const MESSAGE_CHARS_MAX: usize = 60;
/// The most digits of the variable, specific and constant symbol (`X-VS`, `X-SS`, `X-KS`).
pub const SYMBOL_DIGITS_MAX: usize = 10;

/// Each key and the one that stands for it in `stopgap qr`, in the order in which they are written.
const KEYS: [(&str, &str); 10] = [
    ("ACC", "iban"),
    ("AM", "amount"),
    ("CC", "currency"),
    ("RF", "reference"),
    ("RN", "name"),
    ("PT", "payment_type"),
    ("MSG", "message"),
    ("X-VS", "variable_symbol"),
    ("X-SS", "specific_symbol"),
    ("X-KS", "constant_symbol"),
];

/// Who is paid by a SPAYD code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaydPayee {
    /// The account.
    pub iban: Iban,
    /// Its bank; may be left out.
    pub bic: Option<Bic>,
    /// The payee's name; may be left out.
    pub name: Option<String>,
    /// The variable symbol, when it is not the bill's reference.
    pub variable_symbol: Option<String>,
    /// The specific symbol.
    pub specific_symbol: Option<String>,
    /// The constant symbol.
    pub constant_symbol: Option<String>,
    /// Whether an instant payment is asked for.
    pub instant: bool,
}

impl SpaydPayee {
    /// The payload.
    ///
    /// The bill's reference is the variable symbol, by which shops and banks of the country find a credit. When the
    /// payee has a variable symbol already, or the reference is too long for one, it is the reference `RF`.
    ///
    /// # Errors
    ///
    /// A field breaks its limit or has a character that is not taken, or the currency has more than two decimals.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        if bill.currency.exponent() > AMOUNT_DECIMALS_MAX {
            let taken = "currencies of at most two decimals";
            return Err(Refusal::Currency { standard: "SPAYD", given: bill.currency, taken });
        }
        let expected = "0.01 to 9,999,999.99 is expected";
        let amount = text::amount(bill, 1..=AMOUNT_MINOR_MAX, expected)?;
        let account = match &self.bic {
            Some(bic) => format!("{}+{}", self.iban.electronic(), bic.as_str()),
            None => self.iban.electronic().to_owned(),
        };
        let symbol = |field, value: &'_ Option<String>| -> Result<String, Refusal> {
            value.as_deref().map_or(Ok(""), |value| text::digits(field, value, SYMBOL_DIGITS_MAX)).map(str::to_owned)
        };
        let own = symbol("variable_symbol", &self.variable_symbol)?;
        let (variable_symbol, reference) = references(&own, bill)?;
        let values = [
            account.as_str(),
            &amount,
            bill.currency.code(),
            reference,
            text::optional("name", self.name.as_deref(), NAME_CHARS_MAX)?,
            if self.instant { "IP" } else { "" },
            text::optional("message", bill.message.as_deref(), MESSAGE_CHARS_MAX)?,
            variable_symbol,
            &symbol("specific_symbol", &self.specific_symbol)?,
            &symbol("constant_symbol", &self.constant_symbol)?,
        ];
        let mut payload = "SPD*1.0".to_owned();
        for ((key, _), value) in KEYS.iter().zip(values).filter(|(_, value)| !value.is_empty()) {
            // The plus between account and bank is no part of a value that has to be encoded.
            let written = if *key == "ACC" { value.to_owned() } else { percent::encode(value, is_kept) };
            payload.extend(["*", key, ":", &written]);
        }
        Ok(payload)
    }

    /// The account, whole.
    #[must_use]
    pub fn account(&self) -> &str {
        self.iban.electronic()
    }
}

/// The variable symbol and `RF`.
fn references<'a>(own: &'a str, bill: &'a Bill) -> Result<(&'a str, &'a str), Refusal> {
    let reference = bill
        .reference
        .as_deref()
        .map_or(Ok(""), |reference| text::digits("reference", reference, REFERENCE_DIGITS_MAX))?;
    Ok(match own {
        "" if reference.len() <= SYMBOL_DIGITS_MAX => (reference, ""),
        own if own == reference => (own, ""),
        own => (own, reference),
    })
}

/// What stands for itself: printable ASCII but the star, which ends a value, the percent sign, which encodes, and the
/// plus, which decoders of web forms take for a blank.
fn is_kept(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte) && !b"*%+".contains(&byte)
}

/// Reads a payload: the keys above under the names of `stopgap qr`, others under their own.
///
/// # Errors
///
/// It is no SPAYD payload, a key stands twice, has no value, is damaged or has a value that it cannot have, the account
/// is missing, or there is a check sum that does not fit.
pub fn decode(payload: &str) -> Result<ReadFields, Unreadable> {
    let expected = "it does not begin with SPD*1.0*";
    let rest = payload.strip_prefix("SPD*1.0*").ok_or(Unreadable::Other { standard: "SPAYD", expected })?;
    let rest = rest.strip_suffix('*').unwrap_or(rest);
    let mut fields = ReadFields::new();
    for attribute in rest.split('*') {
        let (key, value) = attribute.split_once(':').unwrap_or((attribute, ""));
        let is_key = !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-' || byte.is_ascii_digit());
        if !is_key {
            return Err(Unreadable::form(
                "key",
                key,
                "capital letters, digits and hyphens are expected before a colon",
            ));
        }
        let name = KEYS.iter().find(|(short, _)| *short == key).map_or(key, |(_, name)| name);
        if value.is_empty() {
            return Err(Unreadable::form(name, value, "a key has a value"));
        }
        let value = percent::decode(value).ok_or_else(|| {
            Unreadable::form(name, value, "each % needs two hexadecimal digits, and all must be UTF-8")
        })?;
        if fields.iter().any(|(known, _)| known == name) {
            return Err(Unreadable::Twice(name.to_owned()));
        }
        let (value, bic) = match value.split_once('+') {
            Some((iban, bic)) if key == "ACC" => (iban.to_owned(), Some(bic.to_owned())),
            Some(_) | None => (value, None),
        };
        fields.push((name.to_owned(), value));
        fields.extend(bic.map(|bic| ("bic".to_owned(), bic)));
    }
    checked(&fields)?;
    check_sum(rest, &fields)?;
    Ok(fields)
}

fn checked(fields: &ReadFields) -> Result<(), Unreadable> {
    let value = |key: &str| fields.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value);
    if value("iban").is_empty() {
        return Err(Unreadable::Missing { field: "iban" });
    }
    let is_number = |text: &str, limit: usize| text.len() <= limit && text.bytes().all(|byte| byte.is_ascii_digit());
    expect("iban", value("iban"), |iban| iban.parse::<Iban>().is_ok(), "an IBAN with right check digits is expected")?;
    expect("bic", value("bic"), |bic| bic.parse::<Bic>().is_ok(), "a BIC of 8 or 11 letters and digits is expected")?;
    expect(
        "amount",
        value("amount"),
        |text| is_positive_amount(text) && text.len() <= AMOUNT_CHARS_MAX,
        "an amount such as 480.50 of at most 10 characters and more than nothing is expected",
    )?;
    let is_code = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    expect("currency", value("currency"), is_code, "three letters of ISO 4217 are expected")?;
    let is_reference = |text: &str| is_number(text, REFERENCE_DIGITS_MAX);
    expect("reference", value("reference"), is_reference, "at most 16 digits are expected")?;
    for symbol in ["variable_symbol", "specific_symbol", "constant_symbol"] {
        expect(symbol, value(symbol), |text| is_number(text, SYMBOL_DIGITS_MAX), "at most 10 digits are expected")?;
    }
    Ok(())
}

/// The optional check sum: CRC-32 of the payload in its canonical form, which has the other attributes sorted.
fn check_sum(attributes: &str, fields: &ReadFields) -> Result<(), Unreadable> {
    let Some((_, found)) = fields.iter().find(|(name, _)| name == "CRC32") else { return Ok(()) };
    let mut others: Vec<&str> = attributes.split('*').filter(|attribute| !attribute.starts_with("CRC32:")).collect();
    others.sort_unstable();
    let canonical = format!("SPD*1.0*{}", others.join("*"));
    let right = format!("{:08X}", crc32fast::hash(canonical.as_bytes()));
    if found.eq_ignore_ascii_case(&right) { Ok(()) } else { Err(Unreadable::Checksum { found: found.clone(), right }) }
}

#[cfg(test)]
mod tests;
