//! FPS, the Faster Payment System of Hong Kong: HKMA "Common QR Code Specification for Retail Payments in Hong Kong" and
//! HKICL "Payee-presented QR Code Specification for FPS", on EMV QRCPS.

use super::bill::Bill;
use super::emv::frame::Frame;
use super::emv::{self, Ans, CategoryCode, City, Name, Objects};
use super::refusal::Refusal;
use crate::domain::money::Currency;

/// What it is paid in.
pub const CURRENCIES: [Currency; 2] = [Currency::HKD, Currency::CNY];
/// The scheme's GUID in 26.00.
const GUID: &str = "hk.com.hkicl";
/// The name where none is given: the payer's bank shows the registered one.
pub const NAME: &str = "NA";
/// The city where none is given.
pub const CITY: &str = "HK";
/// The most characters of bill number and reference (62.01, 62.05).
const LABEL_MAX: usize = 25;

/// What the payer's bank finds the account by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FpsProxy {
    /// 26.02, a number that FPS gave: seven or nine digits.
    Id(String),
    /// 26.03, `+852-` and eight digits.
    Mobile(String),
    /// 26.04.
    Email(String),
}

impl FpsProxy {
    /// A number that FPS gave.
    ///
    /// # Errors
    ///
    /// It is not seven or nine digits.
    pub fn id(text: &str) -> Result<Self, Refusal> {
        if emv::digits(text, 7) || emv::digits(text, 9) {
            return Ok(Self::Id(text.to_owned()));
        }
        Err(Refusal::Form { field: "fps_id", value: emv::shown(text), expected: "an FPS ID is seven or nine digits" })
    }

    /// A mobile number of Hong Kong, with or without the country's +852.
    ///
    /// # Errors
    ///
    /// It is not eight digits.
    pub fn mobile(text: &str) -> Result<Self, Refusal> {
        let compact: String = text.chars().filter(|char| !matches!(char, ' ' | '-')).collect();
        let number = compact.strip_prefix("+852").unwrap_or(&compact);
        if emv::digits(number, 8) {
            return Ok(Self::Mobile(format!("+852-{number}")));
        }
        let expected = "a mobile number is +852 and eight digits";
        Err(Refusal::Form { field: "mobile", value: emv::shown(text), expected })
    }

    /// An e-mail address.
    ///
    /// # Errors
    ///
    /// It has no @ with something on both sides, or a character that codes do not take.
    pub fn email(text: &str) -> Result<Self, Refusal> {
        let field = "email";
        emv::ans(field, text, emv::VALUE_CHARS_MAX)?;
        let parts = text.split_once('@').filter(|_| !text.contains(' '));
        if parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@')) {
            return Ok(Self::Email(text.to_owned()));
        }
        let expected = "an e-mail address has one @, something on both sides of it, and no blanks";
        Err(Refusal::Form { field, value: emv::shown(text), expected })
    }

    fn object(&self) -> (u8, &'static str, &str) {
        match self {
            Self::Id(value) => (2, "fps_id", value),
            Self::Mobile(value) => (3, "mobile", value),
            Self::Email(value) => (4, "email", value),
        }
    }
}

/// Who is paid by FPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FpsPayee {
    proxy: FpsProxy,
    bank_code: Option<String>,
    /// The name.
    pub name: Name,
    /// The city.
    pub city: City,
    /// A bill number for one code, beside the reference.
    pub bill_number: Option<Ans<LABEL_MAX>>,
}

impl FpsPayee {
    /// A proxy, at the bank with a clearing code where one is given.
    ///
    /// # Errors
    ///
    /// The clearing code is not three digits.
    pub fn new(proxy: FpsProxy, bank_code: Option<&str>, name: Name, city: City) -> Result<Self, Refusal> {
        if let Some(code) = bank_code.filter(|code| !emv::digits(code, 3)) {
            let expected = "a clearing code is three digits";
            return Err(Refusal::Form { field: "bank_code", value: emv::shown(code), expected });
        }
        Ok(Self { proxy, bank_code: bank_code.map(str::to_owned), name, city, bill_number: None })
    }

    /// The payload. Whether the reference reaches the statement, and whether the code can be paid with it, depends on
    /// the shop's bank: it has to be tried once when the shop is set up.
    ///
    /// # Errors
    ///
    /// The bill is neither in Hong Kong dollars nor in yuan, or its amount or reference does not fit.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        emv::one_currency(bill, "fps", &CURRENCIES, "HKD and CNY")?;
        if let Some(reference) = &bill.reference {
            emv::ans("reference", reference, LABEL_MAX)?;
        }
        let (id, field, value) = self.proxy.object();
        let account = Objects::new()
            .with(0, "standard", GUID)?
            .with_optional(1, "bank_code", self.bank_code.as_deref())?
            .with(id, field, value)?;
        let category = CategoryCode::none();
        Frame {
            additional: Objects::new()
                .with_optional(1, "bill_number", self.bill_number.as_ref().map(Ans::as_str))?
                .with_optional(5, "reference", bill.reference.as_deref())?,
            ..Frame::new(Objects::new().with_template(26, &account, "“email”")?, bill.currency, "HK")
                .of_payee(&category, &self.name, &self.city)
                .paying(emv::amount(bill)?)
        }
        .payload()
    }

    /// The proxy, with the bank where the code names one.
    #[must_use]
    pub fn account(&self) -> String {
        let bank = self.bank_code.as_deref().map(|bank| format!("{bank} ")).unwrap_or_default();
        format!("{bank}{}", self.proxy.object().2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;

    fn payee(proxy: FpsProxy, bank_code: Option<&str>) -> FpsPayee {
        FpsPayee::new(proxy, bank_code, Name::fit(NAME).unwrap(), City::fit(CITY).unwrap()).unwrap()
    }

    fn bill() -> Bill {
        Bill::open(Currency::HKD)
    }

    #[test]
    fn a_code_has_the_form_that_hsbc_publishes() {
        let payee = payee(FpsProxy::id("000509060").unwrap(), None);
        let priced = bill().with_amount(Money::new(1_050, Currency::HKD)).with_reference("HKTEST20210319060625962");
        let payload = payee.payload(&priced).unwrap();
        let expected = "00020101021226290012hk.com.hkicl0209000509060520400005303344540510.505802HK5902NA6002HK\
                        62270523HKTEST202103190606259626304";
        assert_eq!(payload[..payload.len() - 4], *expected);
    }

    #[test]
    fn each_proxy_has_its_object() {
        let text = |proxy, bank| payee(proxy, bank).payload(&bill()).unwrap();
        let id = text(FpsProxy::id("1234567").unwrap(), Some("004"));
        assert!(id.starts_with("00020101021126340012hk.com.hkicl01030040207123456752040000530334458"), "{id}");
        let mobile = text(FpsProxy::mobile("+852 9123 4567").unwrap(), None);
        assert!(mobile.contains("26330012hk.com.hkicl0313+852-91234567"), "{mobile}");
        let email = text(FpsProxy::email("shop@example.hk").unwrap(), None);
        assert!(email.contains("26350012hk.com.hkicl0415shop@example.hk"), "{email}");
        let yuan = payee(FpsProxy::id("1234567").unwrap(), None).payload(&Bill::open(Currency::CNY)).unwrap();
        assert!(yuan.contains("5303156"), "{yuan}");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for bad in ["", "123456", "12345678", "1234567890", "123456a"] {
            assert!(FpsProxy::id(bad).is_err(), "{bad}");
        }
        for bad in ["", "+853 91234567", "9123456", "+852"] {
            assert!(FpsProxy::mobile(bad).is_err(), "{bad}");
        }
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c", "é@b"] {
            assert!(FpsProxy::email(bad).is_err(), "{bad}");
        }
        let long = payee(FpsProxy::email(&format!("{}@b.hk", "a".repeat(75))).unwrap(), None);
        assert!(long.payload(&bill()).unwrap_err().to_string().contains("object 26 has 100 characters"));
        let (name, city) = (Name::fit(NAME).unwrap(), City::fit(CITY).unwrap());
        assert!(FpsPayee::new(FpsProxy::id("1234567").unwrap(), Some("04"), name, city).is_err());
    }
}
