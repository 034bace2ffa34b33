//! Where a transfer goes: an account number and a bank code that are known to be well formed.

use std::fmt;
use std::str::FromStr;

use iban::{IbanLike, ParseIbanError};

/// Countries of the European Economic Area, where a payment needs no BIC (Regulation (EU) No 260/2012, article 5(7)).
const EEA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// An IBAN: ISO 13616, with the right length and structure for its country and the right check digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Iban(iban::Iban);

/// Why text is not an IBAN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    /// Not two letters, two digits and up to 30 more letters and digits, or the check digits are wrong.
    #[error("“{0}” is not an IBAN: at least one character is mistyped, missing or too many")]
    Mistyped(String),
    /// The check digits are right, but length or structure are not those of the country.
    #[error("“{0}” does not have the length and structure of an IBAN of its country")]
    Structure(String),
    /// The registry of ISO 13616 does not have the country.
    #[error("“{0}” begins with the letters of no country that has IBANs")]
    Country(String),
}

impl Iban {
    /// Without spaces, as files and payment codes want it.
    #[must_use]
    pub fn electronic(&self) -> &str {
        self.0.electronic_str()
    }

    /// The two letters of the country.
    #[must_use]
    pub fn country(&self) -> &str {
        self.0.country_code()
    }

    /// Enough of it to recognise the account on a screen that customers see: `DE89 … 3000`.
    #[must_use]
    pub fn masked(&self) -> String {
        let text = self.electronic();
        // An IBAN is ASCII and at least 15 characters long (Norway), so both ends exist.
        format!("{} … {}", &text[..4], &text[text.len() - 4..])
    }

    /// Whether a transfer to it needs no BIC.
    #[must_use]
    pub fn is_in_eea(&self) -> bool {
        EEA.contains(&self.country())
    }
}

impl FromStr for Iban {
    type Err = IbanError;

    /// Reads an IBAN as people type it: spaces anywhere and small letters are allowed.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let compact: String =
            text.chars().filter(|char| !char.is_whitespace()).map(|char| char.to_ascii_uppercase()).collect();
        compact.parse().map(Self).map_err(|error| match error {
            ParseIbanError::InvalidBaseIban { .. } => IbanError::Mistyped(text.to_owned()),
            ParseIbanError::InvalidBban(_) => IbanError::Structure(text.to_owned()),
            ParseIbanError::UnknownCountry(_) => IbanError::Country(text.to_owned()),
        })
    }
}

impl fmt::Display for Iban {
    /// In groups of four, as it is printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.electronic())
    }
}

/// A business identifier code of a bank: ISO 9362, eight or eleven characters.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Bic(String);

/// The text is not a BIC.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a BIC: four letters, two letters of a country, two and perhaps three more letters or digits")]
pub struct BicError(String);

impl Bic {
    /// The eight or eleven characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Bic {
    type Err = BicError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let length_fits = bytes.len() == 8 || bytes.len() == 11;
        let fits = |(place, byte): (usize, &u8)| {
            byte.is_ascii_uppercase() || (byte.is_ascii_digit() && !(4..6).contains(&place) && place > 3)
        };
        if length_fits && bytes.iter().enumerate().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BicError(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_is_read_as_people_type_it_and_shown_masked() {
        for text in ["DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "de89 37040044 0532013000"] {
            let iban: Iban = text.parse().unwrap();
            assert_eq!(iban.electronic(), "DE89370400440532013000");
            assert_eq!(iban.masked(), "DE89 … 3000");
            assert_eq!(iban.to_string(), "DE89 3704 0044 0532 0130 00");
        }
    }

    #[test]
    fn a_wrong_iban_says_what_is_wrong() {
        let read = |text: &str| text.parse::<Iban>();
        for mistyped in ["", "DE", "DE88370400440532013000", "DE8937040044053201300", "DE89370400440532013O00"] {
            assert!(matches!(read(mistyped), Err(IbanError::Mistyped(_))), "{mistyped}");
        }
        // Right check digits for a German number that is one digit too long.
        assert!(matches!(read("DE543704004405320130001"), Err(IbanError::Structure(_))));
        assert!(matches!(read("ZZ22370400440532013000"), Err(IbanError::Country(_))));
    }

    #[test]
    fn only_accounts_outside_the_eea_need_a_bic() {
        for (text, inside) in [("DE89370400440532013000", true), ("CH9300762011623852957", false)] {
            assert_eq!(text.parse::<Iban>().unwrap().is_in_eea(), inside, "{text}");
        }
    }

    #[test]
    fn a_bic_has_its_form() {
        for good in ["COBADEFF", "COBADEFFXXX", "DEUTDE3B001"] {
            assert_eq!(good.parse::<Bic>().unwrap().as_str(), good);
        }
        for bad in ["", "COBADEF", "COBADEFFX", "cobadeff", "COBA1EFF", "1OBADEFF", "COBADEFF\nX"] {
            assert!(bad.parse::<Bic>().is_err(), "{bad}");
        }
    }
}
