//! PIX: the static BR Code of the Banco Central do Brasil ("Manual de Padrões para Iniciação do Pix", built on EMV QRCPS).

use std::str::FromStr;

use super::bill::Bill;
use super::emv::frame::Frame;
use super::emv::{self, CategoryCode, City, Name, Objects, VALUE_CHARS_MAX};
use super::refusal::{Refusal, Unit};
use crate::domain::money::Currency;

/// What it is paid in.
pub const CURRENCIES: [Currency; 1] = [Currency::BRL];
/// The scheme's GUID in 26.00.
const GUID: &str = "br.gov.bcb.pix";
/// The most characters of a txid in a static code; longer ones belong to dynamic codes.
const TXID_MAX: usize = 25;
/// Stands where there is no txid.
const NO_TXID: &str = "***";
/// The most characters of a key that is an e-mail address.
const EMAIL_MAX: usize = 77;

/// A key of the DICT, by which the payer's bank finds the account.
///
/// Only its form is checked. Whether it exists, and whose it is, the payer's bank says before the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PixKey {
    /// A person's tax number: 11 digits.
    Cpf(String),
    /// A company's tax number: 14 characters, the last two of them digits.
    Cnpj(String),
    /// `+55`, two digits of area and nine of number.
    Phone(String),
    /// An e-mail address in small letters.
    Email(String),
    /// A random key: a UUID with hyphens, in small letters.
    Random(String),
}

impl PixKey {
    /// What people call this kind of key. A phone without its country looks like a CPF: whoever approves an account has
    /// to see which of them it was taken for.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cpf(_) => "Pix · CPF",
            Self::Cnpj(_) => "Pix · CNPJ",
            Self::Phone(_) => "Pix · phone",
            Self::Email(_) => "Pix · e-mail",
            Self::Random(_) => "Pix · random key",
        }
    }

    /// The key as it stands in the code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cpf(key) | Self::Cnpj(key) | Self::Phone(key) | Self::Email(key) | Self::Random(key) => key,
        }
    }
}

impl FromStr for PixKey {
    type Err = Refusal;

    /// Reads a key as people write it: with the usual punctuation of numbers, in capitals or not.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.contains('@') {
            return email(text).map(Self::Email);
        }
        let compact: String = text.chars().filter(|char| !matches!(char, ' ' | '.' | '-' | '/' | '(' | ')')).collect();
        let is_uuid = text.len() == 36
            && text.bytes().enumerate().all(|(place, byte)| match place {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        if is_uuid {
            return Ok(Self::Random(text.to_ascii_lowercase()));
        }
        if compact.strip_prefix("+55").is_some_and(|number| emv::digits(number, 11)) {
            return Ok(Self::Phone(compact));
        }
        // Parentheses are around the area of a phone and in no tax number: without +55 its digits would be another's CPF.
        if emv::digits(&compact, 11) && !text.contains('(') {
            return Ok(Self::Cpf(compact));
        }
        let is_cnpj = compact.len() == 14
            && compact.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && compact.bytes().skip(12).all(|byte| byte.is_ascii_digit());
        if is_cnpj {
            return Ok(Self::Cnpj(compact.to_ascii_uppercase()));
        }
        Err(Refusal::Form {
            field: "pix_key",
            value: emv::shown(text),
            expected: "a key is a CPF (11 digits), a CNPJ (14 characters), a phone (+55, area, nine digits), an e-mail \
                       address or a random key (a UUID with hyphens)",
        })
    }
}

fn email(text: &str) -> Result<String, Refusal> {
    let length = text.chars().count();
    if length > EMAIL_MAX {
        return Err(Refusal::TooLong { field: "pix_key", length, limit: EMAIL_MAX, unit: Unit::Characters });
    }
    let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$&'*+/=?^_`{|}~-".contains(&byte);
    let parts = text.split_once('@');
    let fits = parts.is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && local.bytes().chain(domain.bytes()).all(is_taken)
    });
    if fits {
        Ok(text.to_ascii_lowercase())
    } else {
        let expected = "an e-mail address has one @, a domain behind it, and no blanks or accents";
        Err(Refusal::Form { field: "pix_key", value: text.to_owned(), expected })
    }
}

/// Who is paid by PIX.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PixPayee {
    /// The key.
    pub key: PixKey,
    /// The name, in capitals.
    pub name: Name,
    /// The city, in capitals.
    pub city: City,
}

impl PixPayee {
    /// The name and the city are fitted to capital letters, digits and blanks: the standard takes more, apps do not.
    ///
    /// # Errors
    ///
    /// Nothing is left of a name or a city.
    pub fn new(key: PixKey, name: &str, city: &str) -> Result<Self, Refusal> {
        Ok(Self { key, name: Name::fit_capitals(name)?, city: City::fit_capitals(city)? })
    }

    /// How many characters of a message fit beside the key: 26 has 99 in all, GUID, key and three headers included.
    #[must_use]
    pub fn message_max(&self) -> usize {
        let taken = 4 + GUID.len() + 4 + self.key.as_str().len() + 4;
        VALUE_CHARS_MAX.saturating_sub(taken)
    }

    /// The payload.
    ///
    /// # Errors
    ///
    /// The bill is not in real, or its amount, reference or message does not fit.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        emv::one_currency(bill, "pix", &CURRENCIES, "BRL")?;
        let txid = match bill.reference.as_deref() {
            None => NO_TXID,
            Some(reference) => {
                let allowed = "a txid takes letters without accents and digits only";
                emv::of_set("reference", reference, TXID_MAX, |char| char.is_ascii_alphanumeric(), allowed)?;
                reference
            }
        };
        if let Some(message) = &bill.message {
            emv::ans("message", message, self.message_max())?;
        }
        let account = Objects::new().with(0, "standard", GUID)?.with(1, "pix_key", self.key.as_str())?.with_optional(
            2,
            "message",
            bill.message.as_deref(),
        )?;
        let category = CategoryCode::none();
        // Object 01 is left out: 11 and 12 are optional in a static code, and apps differ in what they make of 12.
        Frame {
            initiation: None,
            additional: Objects::new().with(5, "reference", txid)?,
            ..Frame::new(Objects::new().with_template(26, &account, "“message”")?, bill.currency, "BR")
                .of_payee(&category, &self.name, &self.city)
                .paying(emv::amount(bill)?)
        }
        .payload()
    }

    /// The account, whole.
    #[must_use]
    pub fn account(&self) -> &str {
        self.key.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Money;

    const RANDOM: &str = "123e4567-e12b-12d1-a456-426655440000";

    fn payee() -> PixPayee {
        PixPayee::new(RANDOM.parse().unwrap(), "Fulano de Tal", "Brasília").unwrap()
    }

    fn bill() -> Bill {
        Bill::open(Currency::BRL)
    }

    /// The example of the central bank's manual has its name in small letters; in capitals nothing else changes.
    #[test]
    fn the_example_of_the_central_bank_comes_out_in_capitals() {
        let payload = payee().payload(&bill()).unwrap();
        let expected = format!(
            "00020126580014br.gov.bcb.pix0136{RANDOM}5204000053039865802BR5913FULANO DE TAL6008BRASILIA62070503***6304"
        );
        assert_eq!(payload[..payload.len() - 4], expected);
        let priced =
            payee().payload(&bill().with_amount(Money::new(1_000, Currency::BRL)).with_reference("2300310425"));
        assert!(priced.unwrap().contains("5303986540510.005802BR"));
    }

    #[test]
    fn keys_are_read_as_people_write_them() {
        let read = |text: &str| text.parse::<PixKey>();
        assert_eq!(read("123.456.789-09"), Ok(PixKey::Cpf("12345678909".to_owned())));
        assert_eq!(read("12.345.678/0001-95"), Ok(PixKey::Cnpj("12345678000195".to_owned())));
        assert_eq!(read("12abc34501de35"), Ok(PixKey::Cnpj("12ABC34501DE35".to_owned())));
        assert_eq!(read("+55 (11) 98765-4321"), Ok(PixKey::Phone("+5511987654321".to_owned())));
        assert_eq!(read("Loja@Exemplo.COM.br"), Ok(PixKey::Email("loja@exemplo.com.br".to_owned())));
        assert_eq!(read(&RANDOM.to_ascii_uppercase()), Ok(PixKey::Random(RANDOM.to_owned())));
        for bad in
            ["", "1234567890", "+551198765432", "+1555123456789", "a@b", "a b@c.d", "a@@b.c", "é@b.c", "12ABC34501DEAB"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&format!("{}@b.c", "a".repeat(74))).unwrap_err().to_string().contains("limit is 77"));
    }

    #[test]
    fn a_message_fits_beside_its_key() {
        for (key, limit) in [(RANDOM, 37), ("12345678000195", 59), ("+5511987654321", 59), ("12345678909", 62)] {
            let payee = PixPayee::new(key.parse().unwrap(), "A", "B").unwrap();
            assert_eq!(payee.message_max(), limit, "{key}");
            let with = |length: usize| Bill { message: Some("x".repeat(length)), ..bill() };
            assert!(payee.payload(&with(limit)).unwrap().contains("2699"));
            let refused = payee.payload(&with(limit + 1)).unwrap_err().to_string();
            assert_eq!(refused, format!("“message” has {} characters, the limit is {limit}", limit + 1));
        }
        let longest = format!("{}@b.c", "a".repeat(73));
        let payee = PixPayee::new(longest.parse().unwrap(), "A", "B").unwrap();
        assert!(payee.payload(&bill()).unwrap().contains("2699"));
        assert!(payee.payload(&Bill { message: Some("x".to_owned()), ..bill() }).is_err());
    }

    #[test]
    fn a_txid_has_letters_and_digits() {
        for bad in ["AB-1", "AB 1", "é", ""] {
            assert!(payee().payload(&bill().with_reference(bad)).is_err(), "{bad}");
        }
        assert!(payee().payload(&bill().with_reference(&"a".repeat(25))).is_ok());
        let refused = payee().payload(&bill().with_reference(&"a".repeat(26))).unwrap_err().to_string();
        assert_eq!(refused, "“reference” has 26 characters, the limit is 25");
        let other = payee().payload(&Bill::open(Currency::EUR)).unwrap_err().to_string();
        assert_eq!(other, "the amount is in EUR, and pix takes BRL only");
    }
}
