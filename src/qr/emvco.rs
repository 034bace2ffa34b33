//! A code of any other scheme on EMV QRCPS, Merchant-Presented Mode, v1.1: the account template is the acquirer's.

use super::bill::Bill;
use super::emv::frame::Frame;
use super::emv::{self, Ans, CategoryCode, City, Country, Language, Name, Objects};
use super::refusal::Refusal;

/// The most characters of a GUID (EMV QRCPS v1.1, templates 26 to 51).
const GUID_MAX: usize = 32;
/// The most characters of the postal code (EMV QRCPS v1.1, object 61).
const POSTAL_CODE_MAX: usize = 10;
/// The most characters of each text in object 62 (EMV QRCPS v1.1).
const LABEL_MAX: usize = 25;

/// The account: one of the templates 26 to 51.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountTemplate {
    tag: u8,
    guid: Ans<GUID_MAX>,
    fields: Vec<(u8, String)>,
}

impl AccountTemplate {
    /// A template with its GUID in 00 and the acquirer's fields, which are put in the order of their IDs.
    ///
    /// # Errors
    ///
    /// The tag is not 26 to 51, a field not 01 to 99, twice there, empty, or too long.
    pub fn new(tag: u8, guid: &str, fields: &[(u8, String)]) -> Result<Self, Refusal> {
        if !(26..=51).contains(&tag) {
            let expected = "account templates are 26 to 51 (EMV QRCPS v1.1)";
            return Err(Refusal::Form { field: "tag", value: tag.to_string(), expected });
        }
        let mut fields = fields.to_vec();
        fields.sort_by_key(|(id, _)| *id);
        if let Some((id, _)) = fields.iter().find(|(id, _)| !(1..=99).contains(id)) {
            let expected = "the ID of a field is 01 to 99, because 00 is the GUID";
            return Err(Refusal::Form { field: "fields", value: format!("{id:02}"), expected });
        }
        if let Some(twice) = fields.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let expected = "an ID stands once in a template";
            return Err(Refusal::Form { field: "fields", value: format!("{:02}", twice[0].0), expected });
        }
        for (_, value) in &fields {
            emv::ans("fields", value, emv::VALUE_CHARS_MAX)?;
        }
        Ok(Self { tag, guid: Ans::read("guid", guid)?, fields })
    }

    fn objects(&self) -> Result<Objects, Refusal> {
        let guid = Objects::new().with(0, "guid", self.guid.as_str())?;
        let template = self.fields.iter().try_fold(guid, |objects, (id, value)| objects.with(*id, "fields", value))?;
        Objects::new().with_template(self.tag, &template, "“fields”")
    }
}

/// Who is paid by a code of EMV QRCPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmvcoPayee {
    /// The account.
    pub account: AccountTemplate,
    /// What the shop sells.
    pub category: CategoryCode,
    /// The name.
    pub name: Name,
    /// The city.
    pub city: City,
    /// The country.
    pub country: Country,
    /// The postal code.
    pub postal_code: Option<Ans<POSTAL_CODE_MAX>>,
    /// 62.07.
    pub terminal: Option<Ans<LABEL_MAX>>,
    /// Name and city in another language.
    pub language: Option<Language>,
    /// A bill number for one code, beside the reference.
    pub bill_number: Option<Ans<LABEL_MAX>>,
}

impl EmvcoPayee {
    /// The payload.
    ///
    /// # Errors
    ///
    /// Amount or reference does not fit, or something is too long together.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        if let Some(reference) = &bill.reference {
            emv::ans("reference", reference, LABEL_MAX)?;
        }
        Frame {
            postal_code: self.postal_code.as_ref().map(Ans::as_str),
            additional: Objects::new()
                .with_optional(1, "bill_number", self.bill_number.as_ref().map(Ans::as_str))?
                .with_optional(5, "reference", bill.reference.as_deref())?
                .with_optional(7, "terminal", self.terminal.as_ref().map(Ans::as_str))?,
            language: self.language.as_ref(),
            ..Frame::new(self.account.objects()?, bill.currency, self.country.as_str())
                .of_payee(&self.category, &self.name, &self.city)
                .paying(emv::amount(bill)?)
        }
        .payload()
    }

    /// The account, whole: its GUID and all its fields.
    #[must_use]
    pub fn account(&self) -> String {
        let fields = self.account.fields.iter().map(|(_, value)| value.as_str());
        std::iter::once(self.account.guid.as_str()).chain(fields).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::{Currency, Money};

    fn payee() -> EmvcoPayee {
        EmvcoPayee {
            account: AccountTemplate::new(29, "D15600000000", &[(5, "A93FO3230Q".to_owned())]).unwrap(),
            category: "4111".parse().unwrap(),
            name: Name::fit("BEST TRANSPORT").unwrap(),
            city: City::fit("BEIJING").unwrap(),
            country: "CN".parse().unwrap(),
            postal_code: None,
            terminal: Some(Ans::read("terminal", "A6008667").unwrap()),
            language: Language::read(Some("ZH"), Some("最佳运输"), Some("北京")).unwrap(),
            bill_number: None,
        }
    }

    /// The shop of the specification's own example (annex B), with objects in the order of their IDs.
    #[test]
    fn the_shop_of_the_specification_comes_out() {
        let bill = Bill::open(Currency::CNY).with_amount(Money::new(2_372, Currency::CNY)).with_reference("***");
        let payload = payee().payload(&bill).unwrap();
        let expected = "00020101021229300012D156000000000510A93FO3230Q520441115303156540523.725802CN\
                        5914BEST TRANSPORT6007BEIJING62190503***0708A600866764200002ZH0104最佳运输0202北京6304";
        assert!(payload.starts_with(expected), "{payload}");
    }

    #[test]
    fn fields_are_ordered_and_checked() {
        let new = |tag, fields: &[(u8, &str)]| {
            let fields: Vec<_> = fields.iter().map(|(id, value)| (*id, (*value).to_owned())).collect();
            AccountTemplate::new(tag, "com.example", &fields)
        };
        let objects = new(51, &[(3, "c"), (1, "a")]).unwrap();
        assert_eq!(objects.fields, [(1, "a".to_owned()), (3, "c".to_owned())]);
        for (tag, fields) in [(25, &[][..]), (52, &[]), (26, &[(0, "a")]), (26, &[(100, "a")]), (26, &[(1, "")])] {
            assert!(new(tag, fields).is_err(), "{tag} {fields:?}");
        }
        assert!(new(26, &[(1, "a"), (1, "b")]).is_err());
        assert!(AccountTemplate::new(26, &"x".repeat(33), &[]).is_err());
        let full = AccountTemplate::new(26, "com.example", &[(1, "x".repeat(81))]).unwrap();
        assert!(full.objects().unwrap_err().to_string().contains("object 26 has 100 characters"));
    }

    #[test]
    fn amounts_follow_the_currency() {
        let yen = Bill::open("JPY".parse().unwrap());
        let payload = payee().payload(&yen.clone().with_amount(Money::new(999, yen.currency))).unwrap();
        assert!(payload.contains("53033925403999"), "{payload}");
    }
}
