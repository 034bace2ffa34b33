//! Reads who is paid by each scheme of the EMV family.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};

use crate::fields::{self, FieldError, Fields};
use crate::qr::duitnow::{self, DuitNowPayee};
use crate::qr::emv::{Ans, CategoryCode, City, Language, Name, national};
use crate::qr::emvco::{AccountTemplate, EmvcoPayee};
use crate::qr::fps::{self, FpsPayee, FpsProxy};
use crate::qr::khqr::{self, KhqrKind, KhqrPayee};
use crate::qr::paynow::{self, PayNowPayee, PayNowProxy};
use crate::qr::pix::PixPayee;
use crate::qr::promptpay::{PromptPayBiller, PromptPayProxy, PromptPayTransfer};
use crate::qr::vietqr::{VietQrPayee, VietQrService};
use crate::qr::{Bill, Payee, Refusal};

pub(super) fn pix(given: &mut Fields, merchant: &mut Fields, bill: &mut Bill) -> Result<Payee, FieldError> {
    bill.message = given.optional_text("message")?;
    country(merchant, "BR", "PIX is paid in Brazil, BR")?;
    let key = made(merchant.text("pix_key")?.parse())?;
    Ok(Payee::Pix(made(PixPayee::new(key, &merchant.text("name")?, &merchant.text("city")?))?))
}

pub(super) fn paynow(given: &mut Fields, merchant: &mut Fields, bill: &mut Bill) -> Result<Payee, FieldError> {
    country(merchant, "SG", "PayNow is paid in Singapore, SG")?;
    let (kind, value) = (merchant.text("proxy_type")?, merchant.text("proxy_value")?);
    let proxy = match kind.as_str() {
        "uen" => made(PayNowProxy::uen(&value))?,
        "mobile" => made(PayNowProxy::mobile(&value))?,
        _ => return Err(unknown("merchant.proxy_type", "“uen” or “mobile”")),
    };
    let mut last_day = None;
    if let Some(expiry) = given.optional_text("expiry")? {
        match expiry_of(&expiry)? {
            Expiry::Day(day) => last_day = Some(day),
            Expiry::Second(second) => bill.expires_at = Some(second),
        }
    }
    Ok(Payee::PayNow(PayNowPayee {
        proxy,
        name: made(Name::fit(&merchant.text("name")?))?,
        city: city(merchant, paynow::CITY)?,
        amount_editable: given.optional_flag("amount_editable")?.unwrap_or(false),
        last_day,
    }))
}

/// An expiry of `PayNow`.
enum Expiry {
    Day(NaiveDate),
    Second(DateTime<FixedOffset>),
}

/// An expiry in Singapore's time, as 26.04 has it: `YYYYMMDD`, or `YYYYMMDDHHMMSS`.
fn expiry_of(text: &str) -> Result<Expiry, FieldError> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let read = match text.len() {
        8 if is_digits => NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Expiry::Day),
        14 if is_digits => NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S")
            .ok()
            .and_then(|time| time.and_local_timezone(paynow::zone()?).single())
            .map(Expiry::Second),
        _ => None,
    };
    read.ok_or_else(|| unknown("expiry", "a day or a second in Singapore's time, YYYYMMDD or YYYYMMDDHHMMSS,"))
}

pub(super) fn promptpay(merchant: &mut Fields) -> Result<Payee, FieldError> {
    country(merchant, "TH", "PromptPay is paid in Thailand, TH")?;
    let (kind, value) = (merchant.text("proxy_type")?, merchant.text("proxy_value")?);
    let proxy = made(match kind.as_str() {
        "mobile" => PromptPayProxy::mobile(&value),
        "national_id" | "tax_id" => PromptPayProxy::tax_id(&value),
        "ewallet" => PromptPayProxy::e_wallet(&value),
        "bank_account" => PromptPayProxy::bank_account(&value),
        _ => {
            let expected = "“mobile”, “national_id”, “tax_id”, “ewallet” or “bank_account”";
            return Err(unknown("merchant.proxy_type", expected));
        }
    })?;
    let name = merchant.optional_text("name")?.map(|name| made(Name::fit(&name))).transpose()?;
    Ok(Payee::PromptPay(PromptPayTransfer { proxy, name }))
}

pub(super) fn promptpay_bill(given: &mut Fields, merchant: &mut Fields) -> Result<Payee, FieldError> {
    country(merchant, "TH", "PromptPay is paid in Thailand, TH")?;
    let (reference2, terminal) = (given.optional_text("reference2")?, given.optional_text("terminal")?);
    let biller_id = merchant.text("biller_id")?;
    let biller = PromptPayBiller::new(&biller_id, reference2.as_deref(), terminal.as_deref());
    Ok(Payee::PromptPayBill(made(biller)?))
}

pub(super) fn vietqr(merchant: &mut Fields) -> Result<Payee, FieldError> {
    country(merchant, "VN", "VietQR is paid in Vietnam, VN")?;
    let service = merchant.optional_text("service")?.map_or(Ok(VietQrService::Account), |text| made(text.parse()))?;
    Ok(Payee::VietQr(made(VietQrPayee::new(&merchant.text("bank_bin")?, &merchant.text("account")?, service))?))
}

pub(super) fn khqr(given: &mut Fields, merchant: &mut Fields, bill: &mut Bill) -> Result<Payee, FieldError> {
    country(merchant, "KH", "KHQR is paid in Cambodia, KH")?;
    bill.message = given.optional_text("message")?;
    bill.made_at = time(given, "created_at_ms")?;
    bill.expires_at = time(given, "expires_at_ms")?;
    let kind = khqr_kind(merchant)?;
    Ok(Payee::Khqr(KhqrPayee {
        account: made(merchant.text("bakong_account")?.parse())?,
        kind,
        unionpay: optional(merchant, "unionpay_account")?,
        category: category(merchant, khqr::CATEGORY)?,
        name: made(Name::fit(&merchant.text("name")?))?,
        city: city(merchant, khqr::CITY)?,
        mobile: optional(merchant, "mobile")?,
        store_label: optional(merchant, "store_label")?,
        terminal_label: optional(merchant, "terminal_label")?,
        language: language(merchant)?,
    }))
}

/// A person's account or a merchant's, with what belongs to it.
fn khqr_kind(merchant: &mut Fields) -> Result<KhqrKind, FieldError> {
    let kind = merchant.text("kind")?;
    let information = optional(merchant, "account_information")?;
    let (merchant_id, bank) = (optional(merchant, "merchant_id")?, optional(merchant, "acquiring_bank")?);
    let needed = |field, value: Option<_>| value.ok_or(Refusal::Missing { field, expected: "text" });
    let apart = |field, reason| Err(FieldError::of(Refusal::Together { field, other: "kind", reason }));
    match kind.as_str() {
        "individual" if merchant_id.is_some() => apart("merchant_id", "only a merchant has it"),
        "individual" => Ok(KhqrKind::Individual { information, bank }),
        "merchant" if information.is_some() => apart("account_information", "only an individual has it"),
        "merchant" => Ok(KhqrKind::Merchant {
            merchant_id: made(needed("merchant_id", merchant_id))?,
            bank: made(needed("acquiring_bank", bank))?,
        }),
        _ => Err(unknown("merchant.kind", "“individual” or “merchant”")),
    }
}

/// Milliseconds since 1970.
fn time(given: &mut Fields, name: &'static str) -> Result<Option<DateTime<FixedOffset>>, FieldError> {
    let Some(milliseconds) = given.optional_whole_number(name)? else { return Ok(None) };
    let time = DateTime::from_timestamp_millis(milliseconds).map(|time| time.fixed_offset());
    time.map(Some).ok_or_else(|| unknown(name, "a time in milliseconds since 1970, 13 digits,"))
}

pub(super) fn fps(given: &mut Fields, merchant: &mut Fields) -> Result<Payee, FieldError> {
    country(merchant, "HK", "FPS is paid in Hong Kong, HK")?;
    let id = merchant.optional_text("fps_id")?.map(|text| FpsProxy::id(&text));
    let mobile = merchant.optional_text("mobile")?.map(|text| FpsProxy::mobile(&text));
    let email = merchant.optional_text("email")?.map(|text| FpsProxy::email(&text));
    let mut proxies = [id, mobile, email].into_iter().flatten();
    let proxy = match (proxies.next(), proxies.next()) {
        (Some(proxy), None) => made(proxy)?,
        (None, _) | (Some(_), Some(_)) => {
            return Err(unknown("merchant", "exactly one of “fps_id”, “mobile” and “email”"));
        }
    };
    let name = merchant.optional_text("name")?;
    let name = made(Name::fit(name.as_deref().unwrap_or(fps::NAME)))?;
    let bank_code = merchant.optional_text("bank_code")?;
    let mut payee = made(FpsPayee::new(proxy, bank_code.as_deref(), name, city(merchant, fps::CITY)?))?;
    payee.bill_number = optional(given, "bill_number")?;
    Ok(Payee::Fps(payee))
}

pub(super) fn duitnow(given: &mut Fields, merchant: &mut Fields) -> Result<Payee, FieldError> {
    country(merchant, "MY", "DuitNow is paid in Malaysia, MY")?;
    let name = made(Name::fit(&merchant.text("name")?))?;
    let city = city(merchant, duitnow::CITY)?;
    let (acquirer_id, merchant_id) = (merchant.text("acquirer_id")?, merchant.text("merchant_id")?);
    let mut payee = made(DuitNowPayee::new(&acquirer_id, &merchant_id, name, city))?;
    payee.category = category(merchant, "0000")?;
    payee.initiation = given.optional_text("point_of_initiation")?.map(|text| made(text.parse())).transpose()?;
    Ok(Payee::DuitNow(payee))
}

pub(super) fn emvco(given: &mut Fields, merchant: &mut Fields) -> Result<Payee, FieldError> {
    let mut account = merchant.object("account")?;
    let (tag, guid) = (account.two_digits("tag")?, account.text("guid")?);
    let mut fields = Vec::new();
    if let Some(members) = account.optional_object("fields")? {
        for (name, value) in members.texts()? {
            let id = fields::two_digits(&name);
            fields.push((id.ok_or_else(|| unknown("merchant.account.fields", "only keys of two digits"))?, value));
        }
    }
    account.end()?;
    Ok(Payee::Emvco(EmvcoPayee {
        account: made(AccountTemplate::new(tag, &guid, &fields))?,
        category: made(merchant.text("mcc")?.parse())?,
        name: made(Name::fit(&merchant.text("name")?))?,
        city: made(City::fit(&merchant.text("city")?))?,
        country: made(merchant.text("country")?.parse())?,
        postal_code: optional(merchant, "postal_code")?,
        terminal: optional(merchant, "terminal")?,
        language: language(merchant)?,
        bill_number: optional(given, "bill_number")?,
    }))
}

fn made<T>(result: Result<T, Refusal>) -> Result<T, FieldError> {
    result.map_err(FieldError::of)
}

fn unknown(name: &str, expected: &str) -> FieldError {
    FieldError(format!("“{name}” does not have its form: {expected} is expected"))
}

/// The country of a national scheme needs not be given, and cannot be another.
fn country(merchant: &mut Fields, own: &str, expected: &'static str) -> Result<(), FieldError> {
    made(national(merchant.optional_text("country")?.as_deref(), own, expected))
}

fn city(merchant: &mut Fields, otherwise: &str) -> Result<City, FieldError> {
    made(City::fit(merchant.optional_text("city")?.as_deref().unwrap_or(otherwise)))
}

fn category(merchant: &mut Fields, otherwise: &str) -> Result<CategoryCode, FieldError> {
    made(merchant.optional_text("mcc")?.as_deref().unwrap_or(otherwise).parse())
}

fn language(merchant: &mut Fields) -> Result<Option<Language>, FieldError> {
    let code = merchant.optional_text("alt_language")?;
    let (name, city) = (merchant.optional_text("alt_name")?, merchant.optional_text("alt_city")?);
    made(Language::read(code.as_deref(), name.as_deref(), city.as_deref()))
}

fn optional<const MAX: usize>(fields: &mut Fields, name: &'static str) -> Result<Option<Ans<MAX>>, FieldError> {
    fields.optional_text(name)?.map(|text| made(Ans::read(name, &text))).transpose()
}
