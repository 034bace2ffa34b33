//! The frame that all schemes share: which object stands where.

use super::{CategoryCode, City, Language, Name, Objects};
use crate::domain::money::Currency;
use crate::qr::refusal::Refusal;

/// Object 01: whether a code is used again or made for one sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initiation {
    /// `11`, used again.
    Reused,
    /// `12`, for one sale.
    Once,
}

impl Initiation {
    /// A code with an amount is for one sale.
    #[must_use]
    pub fn of(amount: Option<&String>) -> Self {
        if amount.is_some() { Self::Once } else { Self::Reused }
    }

    /// The two digits.
    #[must_use]
    pub fn digits(self) -> &'static str {
        match self {
            Self::Reused => "11",
            Self::Once => "12",
        }
    }
}

impl std::str::FromStr for Initiation {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        match text {
            "11" => Ok(Self::Reused),
            "12" => Ok(Self::Once),
            other => Err(Refusal::Form {
                field: "point_of_initiation",
                value: super::text::shown(other),
                expected: "11 is a code that is used again, 12 one for one sale (EMV QRCPS v1.1, object 01)",
            }),
        }
    }
}

/// What a payload says, object by object, in the order in which it is written. Schemes leave out what they do not use.
pub(in crate::qr) struct Frame<'a> {
    /// 00, the version.
    pub version: &'static str,
    /// 01.
    pub initiation: Option<Initiation>,
    /// 02 to 51: whom the money goes to, with headers.
    pub accounts: Objects,
    /// 52.
    pub category: Option<&'a CategoryCode>,
    /// 53.
    pub currency: Currency,
    /// 54.
    pub amount: Option<String>,
    /// 58.
    pub country: &'a str,
    /// 59.
    pub name: Option<&'a str>,
    /// 60.
    pub city: Option<&'a str>,
    /// 61.
    pub postal_code: Option<&'a str>,
    /// What stands in 62.
    pub additional: Objects,
    /// What stands in 64.
    pub language: Option<&'a Language>,
    /// What stands in 99.
    pub unreserved: Objects,
    /// The fields that can be shortened when 62 is too long.
    pub shorten: &'static str,
}

impl<'a> Frame<'a> {
    /// Version 01 of a code that has accounts, a currency and a country only.
    pub(in crate::qr) fn new(accounts: Objects, currency: Currency, country: &'a str) -> Self {
        Self {
            version: "01",
            initiation: None,
            accounts,
            category: None,
            currency,
            amount: None,
            country,
            name: None,
            city: None,
            postal_code: None,
            additional: Objects::new(),
            language: None,
            unreserved: Objects::new(),
            shorten: "“reference”",
        }
    }

    /// With an amount, and with object 01 that says so.
    pub(in crate::qr) fn paying(self, amount: Option<String>) -> Self {
        Self { initiation: Some(Initiation::of(amount.as_ref())), amount, ..self }
    }

    /// With category, name and city.
    pub(in crate::qr) fn of_payee(self, category: &'a CategoryCode, name: &'a Name, city: &'a City) -> Self {
        Self { category: Some(category), name: Some(name.as_str()), city: Some(city.as_str()), ..self }
    }

    /// The payload.
    pub(in crate::qr) fn payload(self) -> Result<String, Refusal> {
        let currency = format!("{:03}", self.currency.numeric());
        let language = self.language.map(Language::objects).transpose()?.unwrap_or_default();
        Objects::new()
            .with(0, "standard", self.version)?
            .with_optional(1, "point_of_initiation", self.initiation.map(Initiation::digits))?
            .and(&self.accounts)
            .with_optional(52, "mcc", self.category.map(CategoryCode::as_str))?
            .with(53, "currency", &currency)?
            .with_optional(54, "amount_minor", self.amount.as_deref())?
            .with(58, "country", self.country)?
            .with_optional(59, "name", self.name)?
            .with_optional(60, "city", self.city)?
            .with_optional(61, "postal_code", self.postal_code)?
            .with_template(62, &self.additional, self.shorten)?
            .with_template(64, &language, "“alt_name” or “alt_city”")?
            .with_template(99, &self.unreserved, "the times")?
            .sealed(self.shorten)
    }
}
