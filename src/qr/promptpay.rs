//! `PromptPay`, the Thai QR payment: a transfer to a person's or a company's proxy (29), or the payment of a bill (30).
//!
//! Objects 52 and 60 are left out though EMV QRCPS lists them as mandatory, as Thai banks do themselves; 59 stands only
//! where the shop wants its name in the code.

use super::bill::Bill;
use super::emv::frame::Frame;
use super::emv::{self, Ans, Name, Objects};
use super::refusal::Refusal;
use crate::domain::money::Currency;

/// What it is paid in.
pub const CURRENCIES: [Currency; 1] = [Currency::THB];
/// 29.00: the application of transfers.
const GUID_TRANSFER: &str = "A000000677010111";
/// 30.00: the application of bill payments.
const GUID_BILL: &str = "A000000677010112";
/// The most characters of bank code and account (29.04).
const BANK_ACCOUNT_MAX: usize = 43;
/// The most characters of each reference of a bill (30.02, 30.03).
const REFERENCE_MAX: usize = 20;
/// The most characters of the terminal (62.07).
const TERMINAL_MAX: usize = 25;
/// What references are made of.
const REFERENCE_IS: &str = "only capital letters and digits are taken";

/// What the payer's bank finds the account by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptPayProxy {
    /// A mobile number: `0066` and nine digits.
    Mobile(String),
    /// A person's national number or a company's tax number: 13 digits. Both stand in the same place.
    TaxId(String),
    /// An e-wallet: 15 digits.
    EWallet(String),
    /// A bank's three digits and an account.
    BankAccount(String),
}

impl PromptPayProxy {
    /// A mobile number of Thailand, as people write it: `081-234-5678`, `+66 81 234 5678`.
    ///
    /// # Errors
    ///
    /// It is not nine digits behind the 0 or the country's 66.
    pub fn mobile(text: &str) -> Result<Self, Refusal> {
        let compact = compact(text);
        let number = ["+66", "0066", "66", "0"]
            .iter()
            .find_map(|begin| compact.strip_prefix(begin))
            .filter(|n| emv::digits(n, 9));
        let expected = "a mobile number is 0 or +66 and nine digits";
        number.map(|number| Self::Mobile(format!("0066{number}"))).ok_or_else(|| wrong(text, expected))
    }

    /// A national number or a tax number.
    ///
    /// # Errors
    ///
    /// It is not 13 digits.
    pub fn tax_id(text: &str) -> Result<Self, Refusal> {
        of_digits(text, 13, "a national number or a tax number is 13 digits").map(Self::TaxId)
    }

    /// An e-wallet.
    ///
    /// # Errors
    ///
    /// It is not 15 digits.
    pub fn e_wallet(text: &str) -> Result<Self, Refusal> {
        of_digits(text, 15, "an e-wallet is 15 digits").map(Self::EWallet)
    }

    /// A bank account.
    ///
    /// # Errors
    ///
    /// It is not the bank's three digits and an account, 4 to 43 digits together.
    pub fn bank_account(text: &str) -> Result<Self, Refusal> {
        let compact = compact(text);
        if (4..=BANK_ACCOUNT_MAX).contains(&compact.len()) && emv::digits(&compact, compact.len()) {
            return Ok(Self::BankAccount(compact));
        }
        Err(wrong(text, "a bank account is the bank's three digits and the account's, 43 digits at most together"))
    }

    fn object(&self) -> (u8, &str) {
        match self {
            Self::Mobile(value) => (1, value),
            Self::TaxId(value) => (2, value),
            Self::EWallet(value) => (3, value),
            Self::BankAccount(value) => (4, value),
        }
    }
}

fn compact(text: &str) -> String {
    text.chars().filter(|char| !matches!(char, ' ' | '-')).collect()
}

fn of_digits(text: &str, count: usize, expected: &'static str) -> Result<String, Refusal> {
    let compact = compact(text);
    if emv::digits(&compact, count) { Ok(compact) } else { Err(wrong(text, expected)) }
}

fn wrong(value: &str, expected: &'static str) -> Refusal {
    Refusal::Form { field: "proxy_value", value: emv::shown(value), expected }
}

/// Who is paid by a transfer. Nothing of it but the amount reaches the shop's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptPayTransfer {
    /// The proxy.
    pub proxy: PromptPayProxy,
    /// A name to put into the code. The payer's bank shows the account's holder in any case.
    pub name: Option<Name>,
}

impl PromptPayTransfer {
    /// The payload. A reference has no place in it.
    ///
    /// # Errors
    ///
    /// The bill is not in baht, or its amount does not fit.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        emv::one_currency(bill, "promptpay", &CURRENCIES, "THB")?;
        let (id, value) = self.proxy.object();
        let account = Objects::new().with(0, "standard", GUID_TRANSFER)?.with(id, "proxy_value", value)?;
        let accounts = Objects::new().with_template(29, &account, "“proxy_value”")?;
        let name = self.name.as_ref().map(Name::as_str);
        Frame { name, ..Frame::new(accounts, bill.currency, "TH").paying(emv::amount(bill)?) }.payload()
    }

    /// The account, whole.
    #[must_use]
    pub fn account(&self) -> &str {
        self.proxy.object().1
    }
}

/// Who is paid by a bill payment: a biller that is registered with its bank. The reference reaches the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptPayBiller {
    /// 15 digits: a tax number and the bank's suffix.
    pub biller_id: String,
    /// A second reference, where the bank asks for one.
    pub reference2: Option<Ans<REFERENCE_MAX>>,
    /// The terminal, or a third reference.
    pub terminal: Option<Ans<TERMINAL_MAX>>,
}

impl PromptPayBiller {
    /// A biller by its number.
    ///
    /// # Errors
    ///
    /// The number is not 15 digits, or a reference has other characters than capital letters and digits.
    pub fn new(biller_id: &str, reference2: Option<&str>, terminal: Option<&str>) -> Result<Self, Refusal> {
        let expected = "a biller id is 15 digits: the tax number and two digits of the bank's";
        let compact = compact(biller_id);
        if !emv::digits(&compact, 15) {
            return Err(Refusal::Form { field: "biller_id", value: emv::shown(&compact), expected });
        }
        Ok(Self {
            biller_id: compact,
            reference2: reference2.map(|text| capitals("reference2", text)).transpose()?,
            terminal: terminal.map(|text| capitals("terminal", text)).transpose()?,
        })
    }

    /// The payload.
    ///
    /// # Errors
    ///
    /// The bill is not in baht, has no reference, or its amount or reference does not fit.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        emv::one_currency(bill, "promptpay_bill", &CURRENCIES, "THB")?;
        let expected = "the first reference of a bill, up to 20 capital letters and digits,";
        let reference = bill.reference.as_deref().ok_or(Refusal::Missing { field: "reference", expected })?;
        let reference: Ans<REFERENCE_MAX> = capitals("reference", reference)?;
        let account = Objects::new()
            .with(0, "standard", GUID_BILL)?
            .with(1, "biller_id", &self.biller_id)?
            .with(2, "reference", reference.as_str())?
            .with_optional(3, "reference2", self.reference2.as_ref().map(Ans::as_str))?;
        let accounts = Objects::new().with_template(30, &account, "“reference2”")?;
        let terminal = self.terminal.as_ref().map(Ans::as_str);
        let additional = Objects::new().with_optional(7, "terminal", terminal)?;
        Frame { additional, ..Frame::new(accounts, bill.currency, "TH").paying(emv::amount(bill)?) }.payload()
    }

    /// The account, whole.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.biller_id
    }
}

/// A text of capital letters and digits.
fn capitals<const MAX: usize>(field: &'static str, text: &str) -> Result<Ans<MAX>, Refusal> {
    emv::of_set(field, text, MAX, |char| char.is_ascii_uppercase() || char.is_ascii_digit(), REFERENCE_IS)?;
    Ans::read(field, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;

    fn bill() -> Bill {
        Bill::open(Currency::THB)
    }

    fn transfer(proxy: PromptPayProxy) -> String {
        PromptPayTransfer { proxy, name: None }.payload(&bill()).unwrap()
    }

    #[test]
    fn every_proxy_has_its_place() {
        let of = |result: Result<PromptPayProxy, Refusal>| transfer(result.unwrap());
        for text in ["0812345678", "081-234-5678", "+66812345678", "66 81 234 5678", "0066812345678"] {
            assert!(of(PromptPayProxy::mobile(text)).contains("29370016A00000067701011101130066812345678"), "{text}");
        }
        assert!(of(PromptPayProxy::tax_id("0-1055-50000-00-1")).contains("29370016A00000067701011102130105550000001"));
        assert!(
            of(PromptPayProxy::e_wallet("004999000288505")).contains("29390016A0000006770101110315004999000288505")
        );
        assert!(of(PromptPayProxy::bank_account("0141234567890")).contains("A00000067701011104130141234567890"));
    }

    #[test]
    fn a_transfer_has_an_amount_of_two_decimals_or_none() {
        let payee = PromptPayTransfer { proxy: PromptPayProxy::mobile("0812345678").unwrap(), name: None };
        let payload = payee.payload(&bill().with_amount(Money::new(42_000, Currency::THB))).unwrap();
        let expected = "00020101021229370016A000000677010111011300668123456785303764\
                        5406420.005802TH6304";
        assert_eq!(payload[..payload.len() - 4], *expected);
        let open = payee.payload(&bill()).unwrap();
        assert!(open.starts_with("000201010211") && open.contains("53037645802TH6304"), "{open}");
    }

    #[test]
    fn proxies_have_their_form() {
        for bad in ["", "812345678", "08123456789", "+65812345678", "08l2345678"] {
            assert!(PromptPayProxy::mobile(bad).is_err(), "{bad}");
        }
        assert!(PromptPayProxy::tax_id("010555000000").is_err());
        assert!(PromptPayProxy::e_wallet("00499900028850").is_err());
        assert!(PromptPayProxy::bank_account(&"1".repeat(43)).is_ok());
        for bad in ["", "014", "014A123", &"1".repeat(44)] {
            assert!(PromptPayProxy::bank_account(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bill_has_a_reference() {
        let biller = PromptPayBiller::new("010555000000101", Some("REF2"), Some("TILL1")).unwrap();
        let payload = biller.payload(&bill().with_reference("2300310425")).unwrap();
        let expected = "00020101021130610016A00000067701011201150105550000001010210230031042503\
                        04REF253037645802TH62090705TILL16304";
        assert_eq!(payload[..payload.len() - 4], *expected);
        assert!(biller.payload(&bill()).unwrap_err().to_string().contains("“reference” is missing"));
        for bad in ["abc", "A-1", "A 1", &"1".repeat(21)] {
            assert!(biller.payload(&bill().with_reference(bad)).is_err(), "{bad}");
        }
        assert!(PromptPayBiller::new("01055500000010", None, None).is_err());
        assert!(PromptPayBiller::new("010555000000101", Some("a"), None).is_err());
        assert!(PromptPayBiller::new("010555000000101", None, Some("é")).is_err());
    }
}
