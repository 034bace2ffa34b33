//! KHQR, the payment code of Cambodia: rules of the National Bank of Cambodia's own SDK, 1.0.20, on EMV QRCPS.

use chrono::{DateTime, FixedOffset};

use super::bill::Bill;
use super::emv::frame::Frame;
use super::emv::{self, Ans, CategoryCode, City, Language, Name, Objects};
use super::refusal::{Refusal, Unit};
use crate::domain::money::Currency;

/// What it is paid in.
pub const CURRENCIES: [Currency; 2] = [Currency::KHR, Currency::USD];
/// The category where none is given.
pub const CATEGORY: &str = "5999";
/// The city where none is given.
pub const CITY: &str = "Phnom Penh";
/// The most characters of account, account information, merchant id and bank.
const ACCOUNT_MAX: usize = 32;
/// The most characters of each object of 62.
const LABEL_MAX: usize = 25;
/// The most characters of a merchant's number at `UnionPay` (15).
const UNIONPAY_MAX: usize = 31;
/// Times are 13 digits of milliseconds since 1970.
const MILLISECONDS: std::ops::RangeInclusive<i64> = 1_000_000_000_000..=9_999_999_999_999;

/// An account at Bakong: `name@bank`, up to 32 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BakongAccount(Ans<ACCOUNT_MAX>);

impl std::str::FromStr for BakongAccount {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let field = "bakong_account";
        let account = Ans::read(field, text)?;
        match text.split_once('@') {
            Some((name, bank)) if !name.is_empty() && !bank.is_empty() && !bank.contains('@') => Ok(Self(account)),
            Some(_) | None => {
                Err(Refusal::Form { field, value: text.to_owned(), expected: "a Bakong account is name@bank" })
            }
        }
    }
}

/// What kind of account is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KhqrKind {
    /// 29, a person's.
    Individual {
        /// More about the account, such as its number at the bank.
        information: Option<Ans<ACCOUNT_MAX>>,
        /// The bank's name.
        bank: Option<Ans<ACCOUNT_MAX>>,
    },
    /// 30, a merchant's.
    Merchant {
        /// The merchant's number at its bank.
        merchant_id: Ans<ACCOUNT_MAX>,
        /// The bank's name.
        bank: Ans<ACCOUNT_MAX>,
    },
}

/// Who is paid by KHQR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KhqrPayee {
    /// The account.
    pub account: BakongAccount,
    /// What kind it is.
    pub kind: KhqrKind,
    /// The merchant's number at `UnionPay`, for codes in riel.
    pub unionpay: Option<Ans<UNIONPAY_MAX>>,
    /// What the shop sells.
    pub category: CategoryCode,
    /// The name.
    pub name: Name,
    /// The city.
    pub city: City,
    /// 62.02.
    pub mobile: Option<Ans<LABEL_MAX>>,
    /// 62.03.
    pub store_label: Option<Ans<LABEL_MAX>>,
    /// 62.07.
    pub terminal_label: Option<Ans<LABEL_MAX>>,
    /// Name and city in Khmer, or another language.
    pub language: Option<Language>,
}

impl KhqrPayee {
    /// The payload. With an amount it needs the times of making and expiry, without one it has none.
    ///
    /// # Errors
    ///
    /// The bill is neither in riel nor in US dollars, its expiry is missing or not after its making, or something is
    /// too long alone or together.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        emv::one_currency(bill, "khqr", &CURRENCIES, "KHR and USD")?;
        if self.unionpay.is_some() && bill.currency != Currency::KHR {
            let reason = "UnionPay is paid in riel (KHR) only";
            return Err(Refusal::Together { field: "unionpay_account", other: "currency", reason });
        }
        for (field, text) in [("reference", &bill.reference), ("message", &bill.message)] {
            if let Some(text) = text {
                emv::ans(field, text, LABEL_MAX)?;
            }
        }
        let amount = emv::amount(bill)?;
        let additional = Objects::new()
            .with_optional(1, "reference", bill.reference.as_deref())?
            .with_optional(2, "mobile", self.mobile.as_ref().map(Ans::as_str))?
            .with_optional(3, "store_label", self.store_label.as_ref().map(Ans::as_str))?
            .with_optional(7, "terminal_label", self.terminal_label.as_ref().map(Ans::as_str))?
            .with_optional(8, "message", bill.message.as_deref())?;
        Frame {
            additional,
            language: self.language.as_ref(),
            unreserved: if amount.is_some() { times(bill)? } else { Objects::new() },
            shorten: "“reference”, “message”, “mobile”, “store_label” or “terminal_label”",
            ..Frame::new(self.accounts()?, bill.currency, "KH")
                .of_payee(&self.category, &self.name, &self.city)
                .paying(amount)
        }
        .payload()
    }

    fn accounts(&self) -> Result<Objects, Refusal> {
        let account = Objects::new().with(0, "bakong_account", self.account.0.as_str())?;
        let (id, account, shorten) = match &self.kind {
            KhqrKind::Individual { information, bank } => {
                let information = information.as_ref().map(Ans::as_str);
                let account = account.with_optional(1, "account_information", information)?.with_optional(
                    2,
                    "acquiring_bank",
                    bank.as_ref().map(Ans::as_str),
                )?;
                (29, account, "“account_information” or “acquiring_bank”")
            }
            KhqrKind::Merchant { merchant_id, bank } => {
                let account =
                    account.with(1, "merchant_id", merchant_id.as_str())?.with(2, "acquiring_bank", bank.as_str())?;
                (30, account, "“merchant_id” or “acquiring_bank”")
            }
        };
        Objects::new()
            .with_optional(15, "unionpay_account", self.unionpay.as_ref().map(Ans::as_str))?
            .with_template(id, &account, shorten)
    }

    /// The account, whole.
    #[must_use]
    pub fn account(&self) -> &str {
        self.account.0.as_str()
    }
}

/// What stands in 99: when the code was made, and until when it can be paid.
fn times(bill: &Bill) -> Result<Objects, Refusal> {
    let expected = "a time in milliseconds since 1970, because a code with an amount has to expire,";
    let made = milliseconds("created_at_ms", bill.made_at, expected)?;
    let expires = milliseconds("expires_at_ms", bill.expires_at, expected)?;
    if expires <= made {
        return Err(Refusal::Form {
            field: "expires_at_ms",
            value: expires.to_string(),
            expected: "a code has to expire after it was made; is the till's clock right?",
        });
    }
    Objects::new().with(0, "created_at_ms", &made.to_string())?.with(1, "expires_at_ms", &expires.to_string())
}

fn milliseconds(
    field: &'static str,
    at: Option<DateTime<FixedOffset>>,
    expected: &'static str,
) -> Result<i64, Refusal> {
    let milliseconds = at.ok_or(Refusal::Missing { field, expected })?.timestamp_millis();
    if MILLISECONDS.contains(&milliseconds) {
        Ok(milliseconds)
    } else {
        let length = milliseconds.unsigned_abs().to_string().len();
        Err(Refusal::TooLong { field, length, limit: 13, unit: Unit::Digits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;

    fn payee() -> KhqrPayee {
        KhqrPayee {
            account: "john_smith@devb".parse().unwrap(),
            kind: KhqrKind::Individual {
                information: Some(Ans::read("account_information", "85512233455").unwrap()),
                bank: Some(Ans::read("acquiring_bank", "Dev Bank").unwrap()),
            },
            unionpay: None,
            category: CATEGORY.parse().unwrap(),
            name: Name::fit("John Smith").unwrap(),
            city: City::fit("PHNOM PENH").unwrap(),
            mobile: Some(Ans::read("mobile", "85512233455").unwrap()),
            store_label: Some(Ans::read("store_label", "Coffee Shop").unwrap()),
            terminal_label: Some(Ans::read("terminal_label", "Cashier_1").unwrap()),
            language: Language::read(Some("km"), Some("ចន ស្មីន"), Some("ភ្នំពញ")).unwrap(),
        }
    }

    fn at(milliseconds: i64) -> Option<DateTime<FixedOffset>> {
        DateTime::from_timestamp_millis(milliseconds).map(|at| at.fixed_offset())
    }

    fn bill(minor: i64, currency: Currency) -> Bill {
        Bill {
            message: Some("Buy coffee".to_owned()),
            made_at: at(1_726_821_915_797),
            expires_at: at(1_726_822_035_797),
            ..Bill::open(currency).with_amount(Money::new(minor, currency)).with_reference("#12345")
        }
    }

    /// An example from the tests of the bank's SDK, which writes whole dollars as `100` where this has all decimals.
    #[test]
    fn an_example_of_the_national_bank_comes_out() {
        let published = "00020101021229460015john_smith@devb0111855122334550208Dev Bank52045999530384054031005802KH\
                         5910John Smith6010PHNOM PENH62670106#123450211855122334550311Coffee Shop0709Cashier_1\
                         0810Buy coffee64280002km0108ចន ស្មីន0206ភ្នំពញ993400131726821915797011317268220357976304B73E";
        let objects = |payload: &str| {
            let objects = crate::qr::emv::parse(payload).unwrap();
            objects.into_iter().filter(|object| ![54, 63].contains(&object.id)).collect::<Vec<_>>()
        };
        let payload = payee().payload(&bill(10_000, Currency::USD)).unwrap();
        assert_eq!(objects(&payload), objects(published));
        assert!(payload.contains("5406100.00"), "{payload}");
    }

    #[test]
    fn riel_are_whole_and_an_open_code_does_not_expire() {
        assert!(payee().payload(&bill(400_000, Currency::KHR)).unwrap().contains("530311654044000"));
        assert!(payee().payload(&bill(400_050, Currency::KHR)).unwrap_err().to_string().contains("whole riel"));
        let open = Bill { amount: None, ..bill(1, Currency::KHR) };
        let payload = payee().payload(&open).unwrap();
        assert!(payload.starts_with("000201010211") && !payload.contains("9934"), "{payload}");
    }

    #[test]
    fn a_code_with_an_amount_expires_after_it_was_made() {
        let usd = bill(100, Currency::USD);
        for (made_at, expires_at, why) in [
            (usd.made_at, None, "“expires_at_ms” is missing"),
            (None, usd.expires_at, "“created_at_ms” is missing"),
            (usd.expires_at, usd.expires_at, "expire after"),
            (usd.expires_at, usd.made_at, "expire after"),
            (at(999_999_999_999), usd.expires_at, "limit is 13"),
            (usd.made_at, at(10_000_000_000_000), "limit is 13"),
        ] {
            let refused = payee().payload(&Bill { made_at, expires_at, ..usd.clone() }).unwrap_err().to_string();
            assert!(refused.contains(why), "{refused}");
        }
    }

    #[test]
    fn a_merchant_has_its_own_object() {
        let kind = KhqrKind::Merchant {
            merchant_id: Ans::read("merchant_id", "123456").unwrap(),
            bank: Ans::read("acquiring_bank", "Dev Bank").unwrap(),
        };
        let unionpay = Some(Ans::read("unionpay_account", &"1".repeat(31)).unwrap());
        let merchant = KhqrPayee { kind, unionpay, ..payee() };
        let payload = merchant.payload(&bill(100, Currency::KHR)).unwrap();
        assert!(payload.contains(&format!("1531{}30410015john_smith@devb01061234560208Dev Bank", "1".repeat(31))));
        let refused = merchant.payload(&bill(100, Currency::USD)).unwrap_err().to_string();
        assert!(refused.contains("riel (KHR) only"), "{refused}");
    }

    #[test]
    fn what_is_too_long_together_is_refused() {
        let long = || Ans::read("x", &"x".repeat(32)).unwrap();
        let kind = KhqrKind::Individual { information: Some(long()), bank: Some(long()) };
        let account = format!("{}@devb", "x".repeat(27)).parse().unwrap();
        let refused = KhqrPayee { account, kind, ..payee() }.payload(&bill(100, Currency::KHR)).unwrap_err();
        assert!(refused.to_string().contains("object 29 has 108 characters, the limit is 99"), "{refused}");
        let label = || Some(Ans::read("x", &"x".repeat(25)).unwrap());
        let labelled = KhqrPayee { mobile: label(), store_label: label(), terminal_label: label(), ..payee() };
        let refused = labelled.payload(&bill(100, Currency::KHR)).unwrap_err().to_string();
        assert!(refused.contains("object 62 has 111 characters"), "{refused}");
        for bad in ["", "john", "@devb", "john@", "a@b@c", &format!("{}@devb", "x".repeat(28))] {
            assert!(bad.parse::<BakongAccount>().is_err(), "{bad}");
        }
    }
}
