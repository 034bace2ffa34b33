//! A sale's amount put into the shop's own static code of EMV QRCPS.
//!
//! Schemes want codes with an amount from the acquirer, and an app may refuse one that was made here. So this is only for
//! shops that asked for it, and tried it once. The shop's code is never repaired: what is damaged is refused.

use super::bill::Bill;
use super::emv::{self, Initiation, Object, VALUE_CHARS_MAX, Value};
use super::payee::Currencies;
use super::paynow;
use super::refusal::Refusal;
use crate::domain::money::Currency;

/// The most characters of the reference in object 62 (EMV QRCPS v1.1).
const REFERENCE_MAX: usize = 25;
/// Stands in 62 where the payer's app is to ask (EMV QRCPS v1.1, object 62).
const ASK_PAYER: &str = "***";

/// The scheme of the shop's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnCodeScheme {
    /// Indonesia.
    Qris,
    /// Malaysia.
    DuitNow,
    /// Singapore.
    Sgqr,
    /// Any other scheme on EMV QRCPS.
    Emvco,
}

impl OwnCodeScheme {
    /// The name in settings and on the command line.
    #[must_use]
    pub fn standard(self) -> &'static str {
        match self {
            Self::Qris => "qris",
            Self::DuitNow => "duitnow",
            Self::Sgqr => "sgqr",
            Self::Emvco => "emvco",
        }
    }

    /// The one currency and country of a national scheme, with the words of a refusal.
    fn nation(self) -> Option<(Currency, &'static str, &'static str)> {
        match self {
            Self::Qris => Some((Currency::IDR, "ID", "a QRIS code has currency 360 (IDR) in 53 and ID in 58")),
            Self::DuitNow => Some((Currency::MYR, "MY", "a DuitNow code has currency 458 (MYR) in 53 and MY in 58")),
            Self::Sgqr => Some((Currency::SGD, "SG", "an SGQR code has currency 702 (SGD) in 53 and SG in 58")),
            Self::Emvco => None,
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Qris => "QRIS",
            Self::DuitNow => "DuitNow",
            Self::Sgqr => "SGQR",
            Self::Emvco => "EMV QR",
        }
    }

    /// The currencies it takes.
    #[must_use]
    pub fn currencies(self) -> Currencies {
        match self {
            Self::Qris => Currencies::Only(&[Currency::IDR]),
            Self::DuitNow => Currencies::Only(&[Currency::MYR]),
            Self::Sgqr => Currencies::Only(&[Currency::SGD]),
            Self::Emvco => Currencies::Any,
        }
    }

    /// Where in 62 the reference goes: SGQR has it as the bill number.
    fn reference_id(self) -> u8 {
        match self {
            Self::Qris | Self::DuitNow | Self::Emvco => 5,
            Self::Sgqr => 1,
        }
    }
}

/// The shop's own static code, read and found whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCode {
    scheme: OwnCodeScheme,
    /// All but the check sum, in their order.
    objects: Vec<Object>,
}

/// The key of settings and command line that holds the code.
const FIELD: &str = "static_payload";

impl OwnCode {
    /// Reads the code that the shop scanned or pasted. A line break at the end is no part of it.
    ///
    /// # Errors
    ///
    /// It is damaged, or of another scheme, or its acquirer protects it against changes.
    pub fn read(scheme: OwnCodeScheme, static_payload: &str) -> Result<Self, Refusal> {
        let payload = static_payload.trim_end_matches(['\r', '\n']);
        let mut objects = emv::parse(payload).map_err(|damage| Refusal::Damaged { field: FIELD, damage })?;
        objects.retain(|object| object.id != 63);
        let code = Self { scheme, objects };
        let refused = |value: &str, expected| Err(Refusal::Form { field: FIELD, value: emv::shown(value), expected });
        if code.text(0) != Some("01") && scheme != OwnCodeScheme::DuitNow {
            return refused(code.text(0).unwrap_or_default(), "object 00 has to be 01; only DuitNow codes have 02");
        }
        if code.text(58) == Some("MY") && code.get(82).is_some() {
            let expected = "a DuitNow code with a hash in 82 cannot take an amount, because only the acquirer can make \
                            the hash anew";
            return refused("82", expected);
        }
        if code.text(58) == Some("KH") {
            let expected = "a KHQR code with an amount needs its times in 99, which khqr builds and this does not";
            return refused("KH", expected);
        }
        if code.is_dynamic_pix() {
            let expected = "a Pix code with a location in 26.25 has its amount at the provider's, not in the code";
            return refused("26.25", expected);
        }
        if !code.objects.iter().any(|object| (2..=51).contains(&object.id)) {
            return refused(payload, "a code has an account in one of 02 to 51");
        }
        if let Some((currency, country, expected)) = scheme.nation() {
            let found = (code.text(53), code.text(58));
            if found != (Some(&numeric(currency)), Some(country)) {
                let value = format!("{} {}", found.0.unwrap_or_default(), found.1.unwrap_or_default());
                return refused(value.trim(), expected);
            }
        }
        if code.text(53).is_none() {
            return refused(payload, "a code has its currency in 53");
        }
        Ok(code)
    }

    /// The scheme.
    #[must_use]
    pub fn scheme(&self) -> OwnCodeScheme {
        self.scheme
    }

    /// The payee's name, as the payer's app will show it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.text(59)
    }

    /// The first account's longest text, which is a number of the shop's.
    #[must_use]
    pub fn account(&self) -> &str {
        let account = self.objects.iter().find(|object| (2..=51).contains(&object.id));
        match account.map(|account| &account.value) {
            Some(Value::Text(text)) => text.as_str(),
            Some(Value::Template(objects)) => {
                let texts = objects.iter().filter(|object| object.id != 0).map(|object| match &object.value {
                    Value::Text(text) => text.as_str(),
                    Value::Template(_) => "",
                });
                texts.max_by_key(|text| text.len()).unwrap_or_default()
            }
            None => "",
        }
    }

    /// The payload with the bill's amount: 01 becomes 12, 54 is the amount, tips and fees (55 to 57) go, the reference is
    /// added where there is room for it. Everything else stays as it is, and in its place.
    ///
    /// # Errors
    ///
    /// The bill has no amount, or another currency than the code, or does not fit, or the code ended before it is shown.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        if self.text(53) != Some(&numeric(bill.currency)) {
            return Err(Refusal::Currency {
                standard: self.scheme.standard(),
                given: bill.currency,
                taken: "the currency in object 53 of the shop's code",
            });
        }
        if let Some(end) = self.paynow_end().filter(|end| is_over(end, bill)) {
            let expected = "the code ended then (PayNow 26.04), and no app pays it; the acquirer has a new one";
            return Err(Refusal::Form { field: FIELD, value: end.to_owned(), expected });
        }
        let expected = "an amount to put into the shop's code";
        let amount = emv::amount(bill)?.ok_or(Refusal::Missing { field: "amount_minor", expected })?;
        let mut objects = self.objects.clone();
        objects.retain(|object| !(55..=57).contains(&object.id));
        put(&mut objects, Object::text(1, Initiation::Once.digits()));
        put(&mut objects, Object::text(54, &amount));
        if let Some(reference) = &bill.reference {
            emv::ans("reference", reference, REFERENCE_MAX)?;
            if let Some(additional) = self.additional(reference) {
                put(&mut objects, Object { id: 62, value: Value::Template(additional) });
            }
        }
        emv::seal(&objects, "“reference”")
    }

    /// Whether the bill's reference is in the code: not if 62 has no room for it or has another one already.
    #[must_use]
    pub fn carries(&self, reference: &str) -> bool {
        self.additional(reference).is_some()
    }

    /// What 62 is with the reference in it; none if it does not go in.
    fn additional(&self, reference: &str) -> Option<Vec<Object>> {
        let mut additional = match self.get(62) {
            None => Vec::new(),
            Some(Value::Template(objects)) => objects.clone(),
            Some(Value::Text(_)) => return None,
        };
        let id = self.scheme.reference_id();
        match additional.iter().find(|object| object.id == id) {
            // The issuer's own reference may steer the payment, so it stays.
            Some(object) if object.value != Value::Text(ASK_PAYER.to_owned()) => return None,
            Some(_) | None => put(&mut additional, Object::text(id, reference)),
        }
        let length = Value::Template(additional.clone()).encode().chars().count();
        (length <= VALUE_CHARS_MAX).then_some(additional)
    }

    /// Whether it is one of Pix whose payment is kept by the provider ("Manual de Padrões para Iniciação do Pix": 26.25 in
    /// place of a key).
    fn is_dynamic_pix(&self) -> bool {
        let is = |objects: &[Object]| {
            let has = |id: u8, holds: &dyn Fn(&str) -> bool| {
                objects
                    .iter()
                    .any(|object| object.id == id && matches!(&object.value, Value::Text(text) if holds(text)))
            };
            has(0, &|guid| guid.eq_ignore_ascii_case("br.gov.bcb.pix")) && has(25, &|_| true)
        };
        self.objects.iter().any(|object| match &object.value {
            Value::Template(objects) => is(objects),
            Value::Text(_) => false,
        })
    }

    /// When the code ends where it is one of `PayNow`: a date, or a date and time, as it stands there.
    fn paynow_end(&self) -> Option<&str> {
        self.objects.iter().find_map(|object| match &object.value {
            Value::Template(objects) if text_of(objects, 0) == Some(paynow::GUID) => text_of(objects, 4),
            Value::Template(_) | Value::Text(_) => None,
        })
    }

    fn get(&self, id: u8) -> Option<&Value> {
        self.objects.iter().find(|object| object.id == id).map(|object| &object.value)
    }

    fn text(&self, id: u8) -> Option<&str> {
        text_of(&self.objects, id)
    }
}

/// The text of an object; none where it is a template, or not there.
fn text_of(objects: &[Object], id: u8) -> Option<&str> {
    match &objects.iter().find(|object| object.id == id)?.value {
        Value::Text(text) => Some(text),
        Value::Template(_) => None,
    }
}

/// Whether a code that ends then (`YYYYMMDD`, or with `hhmmss`, in Singapore) is over when the bill is made. A day counts to
/// its last second. Where nobody says when that is, none is.
fn is_over(end: &str, bill: &Bill) -> bool {
    let Some((made_at, zone)) = bill.made_at.zip(paynow::zone()) else { return false };
    let last = if end.len() == 8 { format!("{end}235959") } else { end.to_owned() };
    made_at.with_timezone(&zone).format("%Y%m%d%H%M%S").to_string() > last
}

/// Replaces the object with this ID, or puts it before the first one with a higher ID.
fn put(objects: &mut Vec<Object>, object: Object) {
    if let Some(known) = objects.iter_mut().find(|known| known.id == object.id) {
        *known = object;
    } else {
        let place = objects.iter().position(|known| known.id > object.id).unwrap_or(objects.len());
        objects.insert(place, object);
    }
}

fn numeric(currency: Currency) -> String {
    format!("{:03}", currency.numeric())
}

#[cfg(test)]
mod tests;
