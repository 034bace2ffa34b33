//! `DuitNow` QR, the payment code of Malaysia: `PayNet` "QR Generation Specification", version 1.5, on EMV QRCPS.

use super::bill::Bill;
use super::emv::frame::Frame;
use super::emv::{self, CategoryCode, City, Initiation, Name, Objects};
use super::refusal::Refusal;
use crate::domain::money::Currency;

/// What it is paid in.
pub const CURRENCIES: [Currency; 1] = [Currency::MYR];
/// The scheme's application in 26.00.
const GUID: &str = "A0000006150001";
/// Object 00 is 02, not the 01 of EMV QRCPS: the check sums of `PayNet`'s own examples fit only with it.
const VERSION: &str = "02";
/// The city where none is given.
pub const CITY: &str = "MY";
/// The most characters of the merchant's number (26.02).
const MERCHANT_ID_MAX: usize = 28;
/// The most characters of the reference (62.05).
const REFERENCE_MAX: usize = 25;

/// Who is paid by `DuitNow`. Both numbers come from the acquirer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuitNowPayee {
    acquirer_id: String,
    merchant_id: String,
    /// What the shop sells; 0000 for persons.
    pub category: CategoryCode,
    /// The name.
    pub name: Name,
    /// The city.
    pub city: City,
    /// What object 01 says, where it is not to follow from the amount.
    pub initiation: Option<Initiation>,
}

impl DuitNowPayee {
    /// A merchant at its acquirer, with category 0000.
    ///
    /// # Errors
    ///
    /// The acquirer is not six digits, or the merchant not 1 to 28 letters and digits.
    pub fn new(acquirer_id: &str, merchant_id: &str, name: Name, city: City) -> Result<Self, Refusal> {
        if !emv::digits(acquirer_id, 6) {
            let expected = "an acquirer id of PayNet is six digits";
            return Err(Refusal::Form { field: "acquirer_id", value: emv::shown(acquirer_id), expected });
        }
        let allowed = "only letters without accents and digits are taken";
        emv::of_set("merchant_id", merchant_id, MERCHANT_ID_MAX, |char| char.is_ascii_alphanumeric(), allowed)?;
        Ok(Self {
            acquirer_id: acquirer_id.to_owned(),
            merchant_id: merchant_id.to_owned(),
            category: CategoryCode::none(),
            name,
            city,
            initiation: None,
        })
    }

    /// The payload.
    ///
    /// # Errors
    ///
    /// The bill is not in ringgit, or its amount or reference does not fit.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        emv::one_currency(bill, "duitnow", &CURRENCIES, "MYR")?;
        if let Some(reference) = &bill.reference {
            emv::ans("reference", reference, REFERENCE_MAX)?;
        }
        let account = Objects::new().with(0, "standard", GUID)?.with(1, "acquirer_id", &self.acquirer_id)?.with(
            2,
            "merchant_id",
            &self.merchant_id,
        )?;
        let code = Frame::new(Objects::new().with_template(26, &account, "“merchant_id”")?, bill.currency, "MY")
            .of_payee(&self.category, &self.name, &self.city)
            .paying(emv::amount(bill)?);
        Frame {
            version: VERSION,
            initiation: self.initiation.or(code.initiation),
            additional: Objects::new().with_optional(5, "reference", bill.reference.as_deref())?,
            ..code
        }
        .payload()
    }

    /// The merchant's number with its acquirer's.
    #[must_use]
    pub fn account(&self) -> String {
        format!("{} {}", self.acquirer_id, self.merchant_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;

    fn payee(name: &str) -> DuitNowPayee {
        DuitNowPayee::new("501664", "123456789", Name::fit(name).unwrap(), City::fit("BANGI").unwrap()).unwrap()
    }

    fn bill() -> Bill {
        Bill::open(Currency::MYR).with_amount(Money::new(1_000, Currency::MYR))
    }

    /// Examples 1 and 2 of the specification.
    #[test]
    fn the_examples_of_paynet_come_out() {
        let initiation = Some(Initiation::Reused);
        let shop = DuitNowPayee { category: "9999".parse().unwrap(), initiation, ..payee("QRCSDNBHD") };
        assert_eq!(
            shop.payload(&bill()).unwrap(),
            "00020201021126410014A000000615000101065016640209123456789520499995303458540510.005802MY\
             5909QRCSDNBHD6005BANGI6304343F"
        );
        let person = DuitNowPayee { initiation, ..payee("AUSERNAME") };
        assert_eq!(
            person.payload(&bill()).unwrap(),
            "00020201021126410014A000000615000101065016640209123456789520400005303458540510.005802MY\
             5909AUSERNAME6005BANGI63043A23"
        );
    }

    #[test]
    fn object_01_follows_from_the_amount() {
        let with = payee("A").payload(&bill().with_reference("2300310425")).unwrap();
        assert!(with.starts_with("000202010212") && with.contains("621405102300310425"));
        assert!(payee("A").payload(&Bill::open(Currency::MYR)).unwrap().starts_with("000202010211"));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let new = |acquirer: &str, merchant: &str| {
            DuitNowPayee::new(acquirer, merchant, Name::fit("A").unwrap(), City::fit(CITY).unwrap())
        };
        assert!(new("50166", "1").is_err());
        assert!(new("501664", &"1".repeat(29)).is_err());
        assert!(new("501664", "1-2").is_err());
        assert!(new("501664", &"1".repeat(28)).is_ok());
    }
}
