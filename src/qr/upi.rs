//! The payment link of India: `upi://pay`, by the UPI Linking Specifications of NPCI (v1.6).
//!
//! The link is not signed: a signature needs the key of the shop's bank. So its mode is left out as well, and an app asks
//! the payer for the PIN as always.

use std::fmt;
use std::str::FromStr;

use crate::domain::money::AMOUNT_MINOR_MAX;
use crate::qr::bill::Bill;
use crate::qr::refusal::Refusal;
use crate::qr::unreadable::{ReadFields, Unreadable, expect, is_positive_amount};
use crate::qr::{percent, text};

/// The most characters of an address (`pa`).
pub const VPA_CHARS_MAX: usize = 255;
/// The most characters of the payee's name (`pn`).
pub const NAME_CHARS_MAX: usize = 99;
/// The most characters of the transaction reference (`tr`).
pub const REFERENCE_CHARS_MAX: usize = 35;
/// The most characters of the note (`tn`).
pub const MESSAGE_CHARS_MAX: usize = 50;
/// The digits of a merchant category code (`mc`, ISO 18245).
pub const MCC_DIGITS: usize = 4;

/// Each parameter and the key that stands for it in `stopgap qr`.
const PARAMETERS: [(&str, &str); 7] = [
    ("pa", "vpa"),
    ("pn", "name"),
    ("mc", "mcc"),
    ("tr", "reference"),
    ("tn", "message"),
    ("am", "amount"),
    ("cu", "currency"),
];

/// A virtual payment address, such as `shop@okhdfcbank`: who is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpa(String);

/// The text is not a virtual payment address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not a UPI address: letters, digits, points, hyphens and underscores, then @, then the handle of a bank or \
     app of letters, digits, points and hyphens, at most 255 characters in all"
)]
pub struct VpaError(String);

impl Vpa {
    /// The address as it is typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Vpa {
    type Err = VpaError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part = |text: &str, extra: &str| {
            !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || extra.contains(char))
        };
        let fits = text.split_once('@').is_some_and(|(user, handle)| part(user, ".-_") && part(handle, ".-"));
        if fits && text.len() <= VPA_CHARS_MAX { Ok(Self(text.to_owned())) } else { Err(VpaError(text.to_owned())) }
    }
}

impl fmt::Display for Vpa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who is paid by a UPI link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpiPayee {
    /// The address. A merchant's: many apps refuse a link with an amount to a private one.
    pub vpa: Vpa,
    /// The name that the payer sees beside the one that the bank knows.
    pub name: String,
    /// The category, exactly as the bank gave it; with it the payee is a merchant.
    pub mcc: Option<String>,
}

impl UpiPayee {
    /// The link. Its `tr` is the bill's reference, its `tn` the message.
    ///
    /// # Errors
    ///
    /// A field breaks its limit, the currency is not the rupee, or a merchant asks for an amount without a reference.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        if bill.currency.code() != "INR" {
            return Err(Refusal::Currency { standard: "a UPI link", given: bill.currency, taken: "INR" });
        }
        let amount = text::amount(bill, 1..=AMOUNT_MINOR_MAX, "0.01 INR or more is expected")?;
        let name = text::filled("name", &self.name, NAME_CHARS_MAX)?;
        let mcc = self.mcc.as_deref().map_or(Ok(""), checked_mcc)?;
        let reference = bill.reference.as_deref().map_or(Ok(""), checked_reference)?;
        if reference.is_empty() && !mcc.is_empty() && !amount.is_empty() {
            return Err(Refusal::Missing {
                field: "reference",
                expected: "a transaction reference, which a merchant's link with an amount must have,",
            });
        }
        let message = text::optional("message", bill.message.as_deref(), MESSAGE_CHARS_MAX)?;
        let values = [self.vpa.as_str(), name, mcc, reference, message, &amount, "INR"];
        let filled = PARAMETERS.iter().zip(values).filter(|(_, value)| !value.is_empty());
        let parameters: Vec<String> =
            filled.map(|((name, _), value)| format!("{name}={}", percent::encode(value, is_kept))).collect();
        Ok(format!("upi://pay?{}", parameters.join("&")))
    }

    /// The account, whole.
    #[must_use]
    pub fn account(&self) -> &str {
        self.vpa.as_str()
    }
}

fn checked_mcc(mcc: &str) -> Result<&str, Refusal> {
    let expected = "a merchant category code has four digits";
    let fits = mcc.len() == MCC_DIGITS && mcc.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(mcc) } else { Err(Refusal::Form { field: "mcc", value: mcc.to_owned(), expected }) }
}

fn checked_reference(reference: &str) -> Result<&str, Refusal> {
    text::filled("reference", reference, REFERENCE_CHARS_MAX)?;
    text::only("reference", reference, is_reference, "only letters, digits, “_” and “-” are taken")
}

fn is_reference(char: char) -> bool {
    char.is_ascii_alphanumeric() || "_-".contains(char)
}

/// What stands for itself: the unreserved characters (RFC 3986, section 2.3), and `@`, which may stand in a query and
/// which some apps look for in the address. A blank becomes `%20`, for some apps show the `+` of web forms as it is.
fn is_kept(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte)
}

/// Reads a link: the parameters above under the names of `stopgap qr`, others under their own.
///
/// # Errors
///
/// It is no `upi://pay` link, a parameter stands twice, is damaged or has a value that it cannot have, or the address is
/// missing.
pub fn decode(payload: &str) -> Result<ReadFields, Unreadable> {
    let begins = "it does not begin with upi://pay?";
    let standard = "UPI";
    let (place, query) = payload.split_once('?').ok_or(Unreadable::Other { standard, expected: begins })?;
    if !place.eq_ignore_ascii_case("upi://pay") {
        return Err(Unreadable::Other { standard, expected: begins });
    }
    let mut fields = ReadFields::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if PARAMETERS.iter().any(|(_, key)| *key == name) {
            // It would pass for the parameter that `stopgap qr` calls so.
            return Err(Unreadable::form(name, value, "this is no parameter of UPI; am, pn and the like are"));
        }
        let key = PARAMETERS.iter().find(|(short, _)| *short == name).map_or(name, |(_, key)| key);
        let value = percent::decode(value).ok_or_else(|| {
            Unreadable::form(key, value, "each % needs two hexadecimal digits, and all must be UTF-8")
        })?;
        if fields.iter().any(|(known, _)| known == key) {
            return Err(Unreadable::Twice(key.to_owned()));
        }
        fields.push((key.to_owned(), value));
    }
    let value = |key: &str| fields.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value);
    // Both are mandatory in NPCI's linking specification.
    if let Some(field) = ["vpa", "name"].into_iter().find(|field| value(field).is_empty()) {
        return Err(Unreadable::Missing { field });
    }
    expect(
        "vpa",
        value("vpa"),
        |vpa| vpa.parse::<Vpa>().is_ok(),
        "a UPI address, such as shop@okhdfcbank, is expected",
    )?;
    expect(
        "amount",
        value("amount"),
        is_positive_amount,
        "an amount such as 499.00 and more than nothing is expected",
    )?;
    expect("currency", value("currency"), |code| code == "INR", "INR is expected")?;
    Ok(fields)
}

#[cfg(test)]
mod tests;
