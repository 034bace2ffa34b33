//! The payment code of the euro area: EPC069-12 v2.1, "Quick Response Code: Guidelines to enable data capture for the
//! initiation of a SEPA credit transfer" (on receipts and bills also called `GiroCode`).

use crate::domain::ids::SaleReference;
use crate::domain::money::{Currency, Money};

pub use crate::qr::account::{Bic, BicError, Iban, IbanError};

/// The most bytes a payload may have (EPC069-12 v2.1, section 2). The limits in characters do not keep it.
pub const PAYLOAD_BYTES_MAX: usize = 331;
/// The most characters the name of the payee may have (AT-21).
pub const NAME_CHARS_MAX: usize = 70;
/// The most characters the purpose may have (AT-44).
pub const PURPOSE_CHARS_MAX: usize = 4;
/// The most characters a structured reference may have (AT-05).
pub const STRUCTURED_CHARS_MAX: usize = 35;
/// The most characters the text for the payee may have (AT-05).
pub const TEXT_CHARS_MAX: usize = 140;
/// The most characters the information for the payer may have.
pub const INFORMATION_CHARS_MAX: usize = 70;
/// The smallest amount, in cents (AT-04).
pub const AMOUNT_MINOR_MIN: i64 = 1;
/// The largest amount, in cents (AT-04).
pub const AMOUNT_MINOR_MAX: i64 = 99_999_999_999;

/// A transfer that a customer's banking app is asked to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpcTransfer {
    /// The exact name of the account's holder: the payer's bank compares it (Regulation (EU) 2024/886).
    pub name: String,
    /// The account.
    pub iban: Iban,
    /// The bank; needed only for an account outside the EEA.
    pub bic: Option<Bic>,
    /// How much, in euro.
    pub amount: Money,
    /// What the payee will see on the statement.
    pub remittance: Remittance,
    /// Four letters of ISO 20022's purpose codes. Best left out: many apps do not know it.
    pub purpose: Option<String>,
    /// A note for the payer only. Best left out: many apps do not know it.
    pub information: Option<String>,
}

/// What the payee will see on the statement: a structured reference or text, never both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remittance {
    /// Nothing.
    None,
    /// A creditor reference; one that begins with `RF` must be right by ISO 11649.
    Structured(String),
    /// Free text.
    Text(String),
}

/// A line of the payload, as errors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpcField {
    /// Line 6.
    Name,
    /// Line 9.
    Purpose,
    /// Line 10.
    Structured,
    /// Line 11.
    Text,
    /// Line 12.
    Information,
}

impl std::fmt::Display for EpcField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Name => "the payee's name",
            Self::Purpose => "the purpose",
            Self::Structured => "the structured reference",
            Self::Text => "the remittance text",
            Self::Information => "the information for the payer",
        })
    }
}

/// Why a transfer has no payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EpcError {
    /// Nothing stands where something must.
    #[error("{field} is empty")]
    Empty {
        /// Where.
        field: EpcField,
    },
    /// More characters than the field takes.
    #[error("{field} has {length} characters, the limit is {limit}")]
    TooLong {
        /// Where.
        field: EpcField,
        /// How many there are.
        length: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A line break or another control character, which would begin a new field.
    #[error("{field} has a control character (U+{code:04X})")]
    ControlCharacter {
        /// Where.
        field: EpcField,
        /// Which.
        code: u32,
    },
    /// Not an amount the guidelines allow.
    #[error("the amount {amount} is not between 0.01 and 999,999,999.99 EUR")]
    Amount {
        /// What was asked for.
        amount: Money,
    },
    /// Another currency than the euro.
    #[error("the amount is in {0}, and an EPC payment code takes EUR only")]
    Currency(Currency),
    /// An `RF` reference with wrong form or check digits.
    #[error(
        "the structured reference “{0}” is not a creditor reference of ISO 11649: RF, two check digits that fit, \
         1 to 21 letters or digits"
    )]
    CreditorReference(String),
    /// An account outside the EEA without its BIC.
    #[error("an account in {country}, outside the European Economic Area, needs the BIC of its bank")]
    BicMissing {
        /// The country of the account.
        country: String,
    },
    /// Within every field's limit, but too much in all.
    #[error("the payload has {bytes} bytes, the limit is {PAYLOAD_BYTES_MAX}: shorten the name or the text")]
    PayloadTooLong {
        /// How many there are.
        bytes: usize,
    },
}

impl EpcTransfer {
    /// The transfer that pays a sale.
    ///
    /// The ten digits go into the text and not into the structured reference: they are no ISO 11649 reference, many
    /// apps ignore or refuse a structured one, and text is what reaches the statement through every bank.
    #[must_use]
    pub fn of_sale(name: &str, iban: Iban, bic: Option<Bic>, amount: Money, reference: SaleReference) -> Self {
        let remittance = Remittance::Text(reference.to_string());
        Self { name: name.to_owned(), iban, bic, amount, remittance, purpose: None, information: None }
    }

    /// The payload: version 002, UTF-8, lines joined by LF, nothing after the last used line.
    ///
    /// # Errors
    ///
    /// A field breaks its limit, or all of them together that of the whole payload; nothing is cut.
    pub fn payload(&self) -> Result<String, EpcError> {
        check(EpcField::Name, &self.name, NAME_CHARS_MAX)?;
        let purpose = check_optional(EpcField::Purpose, self.purpose.as_deref(), PURPOSE_CHARS_MAX)?;
        let information = check_optional(EpcField::Information, self.information.as_deref(), INFORMATION_CHARS_MAX)?;
        let (structured, text) = match &self.remittance {
            Remittance::None => ("", ""),
            Remittance::Structured(reference) => {
                check(EpcField::Structured, reference, STRUCTURED_CHARS_MAX)?;
                if reference.starts_with("RF") && !is_creditor_reference(reference) {
                    return Err(EpcError::CreditorReference(reference.clone()));
                }
                (reference.as_str(), "")
            }
            Remittance::Text(text) => {
                check(EpcField::Text, text, TEXT_CHARS_MAX)?;
                ("", text.as_str())
            }
        };
        if self.bic.is_none() && !self.iban.is_in_eea() {
            return Err(EpcError::BicMissing { country: self.iban.country().to_owned() });
        }
        let amount = format!("EUR{}", self.checked_amount()?.plain());
        let bic = self.bic.as_ref().map_or("", Bic::as_str);
        let iban = self.iban.electronic();
        let lines = ["BCD", "002", "1", "SCT", bic, &self.name, iban, &amount, purpose, structured, text, information];
        let payload = lines.join("\n").trim_end_matches('\n').to_owned();
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(EpcError::PayloadTooLong { bytes: payload.len() });
        }
        Ok(payload)
    }

    fn checked_amount(&self) -> Result<Money, EpcError> {
        if self.amount.currency != Currency::EUR {
            return Err(EpcError::Currency(self.amount.currency));
        }
        if !(AMOUNT_MINOR_MIN..=AMOUNT_MINOR_MAX).contains(&self.amount.minor) {
            return Err(EpcError::Amount { amount: self.amount });
        }
        Ok(self.amount)
    }
}

fn check(field: EpcField, value: &str, limit: usize) -> Result<(), EpcError> {
    if value.trim().is_empty() {
        return Err(EpcError::Empty { field });
    }
    let length = value.chars().count();
    if length > limit {
        return Err(EpcError::TooLong { field, length, limit });
    }
    match value.chars().find(|char| char.is_control()) {
        Some(char) => Err(EpcError::ControlCharacter { field, code: u32::from(char) }),
        None => Ok(()),
    }
}

fn check_optional(field: EpcField, value: Option<&str>, limit: usize) -> Result<&str, EpcError> {
    let Some(value) = value else { return Ok("") };
    check(field, value, limit)?;
    Ok(value)
}

/// ISO 11649: `RF`, two check digits, 1 to 21 letters or digits; moved behind the rest and with letters as numbers from
/// 10 to 35 the whole is 1 modulo 97 (ISO/IEC 7064, MOD 97-10).
fn is_creditor_reference(text: &str) -> bool {
    let form = (5..=25).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && text[2..4].bytes().all(|byte| byte.is_ascii_digit());
    let moved = || text[4..].chars().chain(text[..4].chars());
    form && moved()
        .filter_map(|char| char.to_digit(36))
        .fold(0, |rest, value| if value < 10 { (rest * 10 + value) % 97 } else { (rest * 100 + value) % 97 })
        == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn transfer() -> EpcTransfer {
        let reference = SaleReference::new(23, 31_042).unwrap();
        let iban = "DE89370400440532013000".parse().unwrap();
        EpcTransfer::of_sale("Blumen Schmidt GmbH", iban, None, Money::new(4_890, Currency::EUR), reference)
    }

    #[test]
    fn a_sale_becomes_eleven_lines_with_its_reference_as_text() {
        let reference = SaleReference::new(23, 31_042).unwrap();
        let expected =
            format!("BCD\n002\n1\nSCT\n\nBlumen Schmidt GmbH\nDE89370400440532013000\nEUR48.90\n\n\n{reference}");
        assert_eq!(transfer().payload(), Ok(expected));
    }

    #[test]
    fn nothing_follows_the_last_used_line_and_empty_lines_before_it_stay() {
        let last_line = |transfer: EpcTransfer| transfer.payload().unwrap().rsplit('\n').next().unwrap().to_owned();
        let none = EpcTransfer { remittance: Remittance::None, ..transfer() };
        assert_eq!(none.payload().unwrap().lines().count(), 8);
        assert_eq!(last_line(none), "EUR48.90");
        let rf = EpcTransfer { remittance: Remittance::Structured("RF18539007547034".into()), ..transfer() };
        assert_eq!(rf.payload().unwrap().lines().count(), 10);
        assert_eq!(last_line(rf), "RF18539007547034");
        let full = EpcTransfer { purpose: Some("GDDS".into()), information: Some("Danke".into()), ..transfer() };
        assert_eq!(full.payload().unwrap().lines().nth(8), Some("GDDS"));
        assert_eq!(last_line(full), "Danke");
        let swiss = EpcTransfer {
            iban: "CH9300762011623852957".parse().unwrap(),
            bic: Some("UBSWCHZH80A".parse().unwrap()),
            ..transfer()
        };
        assert_eq!(swiss.payload().unwrap().lines().nth(4), Some("UBSWCHZH80A"));
    }

    #[test]
    fn each_rule_refuses_with_field_length_and_limit() {
        let base = transfer;
        let name = |name: &str| EpcTransfer { name: name.to_owned(), ..base() };
        let text = |text: String| EpcTransfer { remittance: Remittance::Text(text), ..base() };
        let structured = |text: &str| EpcTransfer { remittance: Remittance::Structured(text.into()), ..base() };
        let amount = |minor| EpcTransfer { amount: Money::new(minor, Currency::EUR), ..base() };
        let yen = "JPY".parse().unwrap();
        let too_long = |field, length, limit| EpcError::TooLong { field, length, limit };
        let zero = Money::zero(Currency::EUR);
        let huge = Money::new(AMOUNT_MINOR_MAX + 1, Currency::EUR);
        for (bad, error) in [
            (name(" "), EpcError::Empty { field: EpcField::Name }),
            (name(&"ü".repeat(71)), too_long(EpcField::Name, 71, 70)),
            (name("A\nDE00"), EpcError::ControlCharacter { field: EpcField::Name, code: 10 }),
            (text(String::new()), EpcError::Empty { field: EpcField::Text }),
            (text("x".repeat(141)), too_long(EpcField::Text, 141, 140)),
            (structured(&"1".repeat(36)), too_long(EpcField::Structured, 36, 35)),
            (structured("RF19539007547034"), EpcError::CreditorReference("RF19539007547034".into())),
            (structured("RF18"), EpcError::CreditorReference("RF18".into())),
            (structured("RFü9539007547034"), EpcError::CreditorReference("RFü9539007547034".into())),
            (amount(0), EpcError::Amount { amount: zero }),
            (amount(AMOUNT_MINOR_MAX + 1), EpcError::Amount { amount: huge }),
            (EpcTransfer { amount: Money::new(5, yen), ..base() }, EpcError::Currency(yen)),
            (EpcTransfer { purpose: Some("GOODS".into()), ..base() }, too_long(EpcField::Purpose, 5, 4)),
            (
                EpcTransfer { iban: "CH9300762011623852957".parse().unwrap(), ..base() },
                EpcError::BicMissing { country: "CH".into() },
            ),
        ] {
            assert_eq!(bad.payload(), Err(error));
        }
        assert!(amount(AMOUNT_MINOR_MIN).payload().unwrap().contains("\nEUR0.01\n"));
        assert!(amount(AMOUNT_MINOR_MAX).payload().unwrap().contains("\nEUR999999999.99\n"));
    }

    #[test]
    fn the_limit_in_bytes_holds_where_those_in_characters_do_not() {
        let accented = EpcTransfer {
            name: "ä".repeat(NAME_CHARS_MAX),
            remittance: Remittance::Text("ö".repeat(TEXT_CHARS_MAX)),
            ..transfer()
        };
        assert!(matches!(accented.payload(), Err(EpcError::PayloadTooLong { bytes: 332.. })));
    }

    proptest! {
        /// Whatever stands in name and text: the payload is either refused, or has its lines in their places, keeps
        /// its limit, and fits the picture.
        #[test]
        fn a_payload_keeps_its_form_or_is_refused(
            name in ".{0,80}", text in "\\PC{0,150}", minor in -1_000_i64..200_000_000_000,
        ) {
            let made = EpcTransfer {
                name: name.clone(),
                amount: Money::new(minor, Currency::EUR),
                remittance: Remittance::Text(text.clone()),
                ..transfer()
            };
            if let Ok(payload) = made.payload() {
                let lines: Vec<&str> = payload.split('\n').collect();
                prop_assert_eq!(lines.len(), 11);
                prop_assert_eq!((lines[0], lines[3], lines[5], lines[10]), ("BCD", "SCT", &*name, &*text));
                prop_assert!(payload.len() <= PAYLOAD_BYTES_MAX);
                prop_assert!(crate::qr::picture(&payload).is_ok());
            }
        }
    }
}
