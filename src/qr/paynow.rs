//! `PayNow`, the transfer of Singapore's banks: EMV QRCPS with the proxy in 26.

use chrono::{FixedOffset, NaiveDate};

use super::bill::Bill;
use super::emv::frame::Frame;
use super::emv::{self, CategoryCode, City, Name, Objects};
use super::refusal::Refusal;
use crate::domain::money::Currency;

/// What it is paid in.
pub const CURRENCIES: [Currency; 1] = [Currency::SGD];
/// The scheme's GUID in 26.00.
pub(super) const GUID: &str = "SG.PAYNOW";
/// The city where none is given.
pub const CITY: &str = "Singapore";
/// The most characters of a UEN with its suffix (26.02).
const UEN_MAX: usize = 16;
/// The fewest characters of a UEN: eight digits and a letter.
const UEN_MIN: usize = 9;
/// The most characters of the bill number (62.01).
const REFERENCE_MAX: usize = 25;
/// Singapore is eight hours ahead of UTC, all year.
const SINGAPORE_SECONDS: i32 = 8 * 3600;

/// The time that expiries are in.
#[must_use]
pub fn zone() -> Option<FixedOffset> {
    FixedOffset::east_opt(SINGAPORE_SECONDS)
}

/// What the payer's bank finds the account by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayNowProxy {
    /// A mobile number: `+65` and eight digits.
    Mobile(String),
    /// A company's unique entity number, perhaps with a suffix of the bank's.
    Uen(String),
}

impl PayNowProxy {
    /// A mobile number of Singapore, with or without the country's +65.
    ///
    /// # Errors
    ///
    /// It is not eight digits that begin with 8 or 9.
    pub fn mobile(text: &str) -> Result<Self, Refusal> {
        let compact: String = text.chars().filter(|char| !matches!(char, ' ' | '-')).collect();
        let number = compact.strip_prefix("+65").unwrap_or(&compact);
        if emv::digits(number, 8) && number.starts_with(['8', '9']) {
            return Ok(Self::Mobile(format!("+65{number}")));
        }
        let expected = "a mobile number is +65 and eight digits that begin with 8 or 9";
        Err(Refusal::Form { field: "proxy_value", value: emv::shown(text), expected })
    }

    /// A unique entity number. Its three forms and the banks' suffixes are letters and digits; whether it is registered
    /// the payer's bank says.
    ///
    /// # Errors
    ///
    /// It is not 9 to 16 letters and digits.
    pub fn uen(text: &str) -> Result<Self, Refusal> {
        let uen = text.trim().to_ascii_uppercase();
        let allowed = "a UEN takes letters and digits only";
        emv::of_set("proxy_value", &uen, UEN_MAX, |char| char.is_ascii_alphanumeric(), allowed)?;
        if uen.len() < UEN_MIN {
            let expected = "a UEN has at least nine characters";
            return Err(Refusal::Form { field: "proxy_value", value: uen, expected });
        }
        Ok(Self::Uen(uen))
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Mobile(_) => "0",
            Self::Uen(_) => "2",
        }
    }

    fn value(&self) -> &str {
        match self {
            Self::Mobile(value) | Self::Uen(value) => value,
        }
    }
}

/// Who is paid by `PayNow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayNowPayee {
    /// The proxy.
    pub proxy: PayNowProxy,
    /// The name.
    pub name: Name,
    /// The city.
    pub city: City,
    /// Whether the payer may change an amount that is given. An open amount can always be typed.
    pub amount_editable: bool,
    /// The last day the code can be paid, in Singapore, where the bill has no time.
    pub last_day: Option<NaiveDate>,
}

impl PayNowPayee {
    /// The payload. The bill's expiry is written in Singapore's time.
    ///
    /// # Errors
    ///
    /// The bill is not in Singapore dollars, its expiry is not after its making, or amount or reference do not fit.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        emv::one_currency(bill, "paynow", &CURRENCIES, "SGD")?;
        if let Some(reference) = &bill.reference {
            emv::ans("reference", reference, REFERENCE_MAX)?;
        }
        let amount = emv::amount(bill)?;
        let editable = if amount.is_none() || self.amount_editable { "1" } else { "0" };
        let account = Objects::new()
            .with(0, "standard", GUID)?
            .with(1, "proxy_type", self.proxy.kind())?
            .with(2, "proxy_value", self.proxy.value())?
            .with(3, "amount_editable", editable)?
            .with_optional(4, "expiry", self.expiry(bill)?.as_deref())?;
        let category = CategoryCode::none();
        Frame {
            additional: Objects::new().with_optional(1, "reference", bill.reference.as_deref())?,
            ..Frame::new(Objects::new().with_template(26, &account, "“proxy_value”")?, bill.currency, "SG")
                .of_payee(&category, &self.name, &self.city)
                .paying(amount)
        }
        .payload()
    }

    /// 26.04: a day, or a second.
    fn expiry(&self, bill: &Bill) -> Result<Option<String>, Refusal> {
        let Some(expires_at) = bill.expires_at else {
            return Ok(self.last_day.map(|day| day.format("%Y%m%d").to_string()));
        };
        if bill.made_at.is_some_and(|made_at| expires_at <= made_at) {
            let expected = "a code has to expire after it was made; is the till's clock right?";
            return Err(Refusal::Form { field: "expiry", value: expires_at.to_string(), expected });
        }
        Ok(zone().map(|zone| expires_at.with_timezone(&zone).format("%Y%m%d%H%M%S").to_string()))
    }

    /// The account, whole.
    #[must_use]
    pub fn account(&self) -> &str {
        self.proxy.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;
    use chrono::DateTime;

    fn payee() -> PayNowPayee {
        PayNowPayee {
            proxy: PayNowProxy::uen("201403121W").unwrap(),
            name: Name::fit("Example Pte Ltd").unwrap(),
            city: City::fit(CITY).unwrap(),
            amount_editable: false,
            last_day: None,
        }
    }

    fn bill() -> Bill {
        Bill::open(Currency::SGD)
    }

    #[test]
    fn an_amount_is_locked_and_an_open_one_can_be_typed() {
        let priced = bill().with_amount(Money::new(1_050, Currency::SGD)).with_reference("2300310425");
        let payload = payee().payload(&priced).unwrap();
        let expected = "00020101021226370009SG.PAYNOW010120210201403121W03010520400005303702540510.505802SG\
                        5915Example Pte Ltd6009Singapore6214011023003104256304";
        assert_eq!(payload[..payload.len() - 4], *expected);
        let open = payee().payload(&bill()).unwrap();
        assert!(open.starts_with("00020101021126370009SG.PAYNOW010120210201403121W03011520400005303702580"), "{open}");
        let editable = PayNowPayee { amount_editable: true, ..payee() }.payload(&priced).unwrap();
        assert!(editable.contains("03011"), "{editable}");
    }

    #[test]
    fn the_expiry_is_in_the_time_of_singapore() {
        let at = |text: &str| Some(DateTime::parse_from_rfc3339(text).unwrap());
        let expiring = Bill { expires_at: at("2026-11-27T16:30:05Z"), ..bill() };
        assert!(payee().payload(&expiring).unwrap().contains("041420261128003005"));
        let last_day = NaiveDate::from_ymd_opt(2026, 12, 31);
        assert!(PayNowPayee { last_day, ..payee() }.payload(&bill()).unwrap().contains("040820261231"));
        let late = Bill { made_at: at("2026-11-27T16:30:05Z"), ..expiring };
        assert!(payee().payload(&late).unwrap_err().to_string().contains("expire after it was made"));
    }

    #[test]
    fn proxies_have_their_form() {
        for text in ["+6591234567", "91234567", "+65 9123-4567"] {
            assert_eq!(PayNowProxy::mobile(text), Ok(PayNowProxy::Mobile("+6591234567".to_owned())));
        }
        for bad in ["", "61234567", "9123456", "+6091234567", "912345678"] {
            assert!(PayNowProxy::mobile(bad).is_err(), "{bad}");
        }
        assert_eq!(PayNowProxy::uen("t08ll1234a"), Ok(PayNowProxy::Uen("T08LL1234A".to_owned())));
        assert!(PayNowProxy::uen("201403121WABC123").is_ok());
        for bad in ["", "2014031", "201403121-W", "201403121WABC1234"] {
            assert!(PayNowProxy::uen(bad).is_err(), "{bad}");
        }
    }
}
