//! `VietQR`, the transfer of Vietnam's banks: NAPAS "Technical specifications on NAPAS QR switching" on EMV QRCPS.

use std::str::FromStr;

use super::bill::Bill;
use super::emv::frame::Frame;
use super::emv::{self, Objects};
use super::refusal::Refusal;
use crate::domain::money::Currency;

/// What it is paid in.
pub const CURRENCIES: [Currency; 1] = [Currency::VND];
/// The scheme's GUID in 38.00.
const GUID: &str = "A000000727";
/// The most characters of an account or a card (38.01.01).
const ACCOUNT_MAX: usize = 19;
/// The most characters of the memo (62.08).
const MEMO_MAX: usize = 25;

/// 38.02: what the money goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VietQrService {
    /// `QRIBFTTA`, an account.
    Account,
    /// `QRIBFTTC`, a card.
    Card,
}

impl VietQrService {
    fn code(self) -> &'static str {
        match self {
            Self::Account => "QRIBFTTA",
            Self::Card => "QRIBFTTC",
        }
    }
}

impl FromStr for VietQrService {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        match text {
            "QRIBFTTA" => Ok(Self::Account),
            "QRIBFTTC" => Ok(Self::Card),
            other => Err(Refusal::Form {
                field: "service",
                value: emv::shown(other),
                expected: "QRIBFTTA is a transfer to an account, QRIBFTTC one to a card",
            }),
        }
    }
}

/// Who is paid by `VietQR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VietQrPayee {
    bank_bin: String,
    account: String,
    service: VietQrService,
}

impl VietQrPayee {
    /// An account at a bank. Accounts of wallets have letters.
    ///
    /// # Errors
    ///
    /// The bank is not six digits, or the account not 1 to 19 letters and digits.
    pub fn new(bank_bin: &str, account: &str, service: VietQrService) -> Result<Self, Refusal> {
        if !emv::digits(bank_bin, 6) {
            let expected = "the bank's number (BIN) at NAPAS is six digits";
            return Err(Refusal::Form { field: "bank_bin", value: emv::shown(bank_bin), expected });
        }
        let allowed = "only letters without accents and digits are taken";
        emv::of_set("account", account, ACCOUNT_MAX, |char| char.is_ascii_alphanumeric(), allowed)?;
        Ok(Self { bank_bin: bank_bin.to_owned(), account: account.to_owned(), service })
    }

    /// The payload. The reference is the memo, which reaches the statement.
    ///
    /// # Errors
    ///
    /// The bill is not in dong, or its amount or reference does not fit.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        emv::one_currency(bill, "vietqr", &CURRENCIES, "VND")?;
        if let Some(memo) = &bill.reference {
            let allowed = "a memo takes letters without marks, digits and blanks only";
            emv::of_set("reference", memo, MEMO_MAX, |char| char.is_ascii_alphanumeric() || char == ' ', allowed)?;
        }
        let beneficiary = Objects::new().with(0, "bank_bin", &self.bank_bin)?.with(1, "account", &self.account)?;
        let account = Objects::new().with(0, "standard", GUID)?.with_template(1, &beneficiary, "“account”")?.with(
            2,
            "service",
            self.service.code(),
        )?;
        let accounts = Objects::new().with_template(38, &account, "“account”")?;
        let additional = Objects::new().with_optional(8, "reference", bill.reference.as_deref())?;
        // 52, 59 and 60 are optional in a transfer, and the banks' own codes have none of them.
        Frame { additional, ..Frame::new(accounts, bill.currency, "VN").paying(emv::amount(bill)?) }.payload()
    }

    /// The account with its bank: the same number may be somebody else's at another one.
    #[must_use]
    pub fn account(&self) -> String {
        format!("{} {}", self.bank_bin, self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;

    fn payee() -> VietQrPayee {
        VietQrPayee::new("970403", "0011012345678", VietQrService::Account).unwrap()
    }

    fn bill() -> Bill {
        Bill::open(Currency::VND)
    }

    /// The example of NAPAS is a transfer of 180,000 dong to an account, with a bill number beside the memo.
    #[test]
    fn the_example_of_napas_comes_out_but_for_its_bill_number() {
        let published = "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN\
                         62340107NPS68690819thanh toan don hang63042E2E";
        let (begin, _) = published.split_once("6234").unwrap();
        assert!(emv::parse(published).is_ok());
        let priced = bill().with_amount(Money::new(180_000, Currency::VND)).with_reference("thanh toan don hang");
        let payload = payee().payload(&priced).unwrap();
        assert_eq!(payload, format!("{begin}62230819thanh toan don hang63045FAB"));
        let open = payee().payload(&bill()).unwrap();
        assert!(open.starts_with("000201010211") && open.contains("53037045802VN6304"), "{open}");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for bad in ["đồng", "a.b", "a-b", &"x".repeat(26), ""] {
            assert!(payee().payload(&bill().with_reference(bad)).is_err(), "{bad}");
        }
        let new = |bin: &str, account: &str| VietQrPayee::new(bin, account, VietQrService::Account);
        assert!(new("97040", "1").is_err());
        assert!(new("970403", &"1".repeat(20)).is_err());
        assert!(new("970403", "1-2").is_err());
        assert!(new("970403", "99MM24011M84").is_ok());
        assert!("QRPUSH".parse::<VietQrService>().is_err());
    }
}
