//! Characters of objects: what a field takes, and how names and cities are fitted.

use crate::qr::refusal::{Refusal, Unit};

/// The most characters of object 59, the payee's name (EMV QRCPS v1.1).
pub const PAYEE_NAME_MAX: usize = 25;
/// The most characters of object 60, the payee's city (EMV QRCPS v1.1).
pub const PAYEE_CITY_MAX: usize = 15;
/// The most characters of 64.01 and 64.02, name and city in another language (EMV QRCPS v1.1).
const LANGUAGE_NAME_MAX: usize = 25;
const LANGUAGE_CITY_MAX: usize = 15;

/// What format `ans` is, as a refusal says it (EMV QRCPS v1.1, 1.4; EMV Book 4, annex B).
const ANS_IS: &str = "only letters without accents, digits, punctuation and blanks are taken (printable ASCII)";

/// One to `MAX` characters of format `ans`: printable ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ans<const MAX: usize>(String);

impl<const MAX: usize> Ans<MAX> {
    /// The text, if it fits.
    ///
    /// # Errors
    ///
    /// It is empty, too long, or has another character.
    pub fn read(field: &'static str, text: &str) -> Result<Self, Refusal> {
        ans(field, text, MAX)?;
        Ok(Self(text.to_owned()))
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks that a text is one to `limit` characters of format `ans`.
pub(in crate::qr) fn ans(field: &'static str, text: &str, limit: usize) -> Result<(), Refusal> {
    of_set(field, text, limit, |char| matches!(char, ' '..='~'), ANS_IS)
}

/// Checks that a text is one to `limit` characters of a set.
pub(in crate::qr) fn of_set(
    field: &'static str,
    text: &str,
    limit: usize,
    is_taken: impl Fn(char) -> bool,
    allowed: &'static str,
) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(Refusal::Missing { field, expected: "at least one character" });
    }
    if let Some(character) = text.chars().find(|char| !is_taken(*char)) {
        return Err(Refusal::Character { field, character, allowed });
    }
    let length = text.chars().count();
    if length > limit {
        return Err(Refusal::TooLong { field, length, limit, unit: Unit::Characters });
    }
    Ok(())
}

/// Whether a text is exactly so many digits.
pub(in crate::qr) fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Checks that the country, where one is given, is that of a national scheme.
///
/// # Errors
///
/// It is another.
pub fn national(given: Option<&str>, own: &str, expected: &'static str) -> Result<(), Refusal> {
    match given {
        Some(other) if other != own => Err(Refusal::Form { field: "country", value: shown(other), expected }),
        Some(_) | None => Ok(()),
    }
}

/// The beginning of a value that is refused. No more of it: it may be anything that somebody pasted.
pub(in crate::qr) fn shown(value: &str) -> String {
    const SHOWN_MAX: usize = 40;
    value.chars().filter(|char| !char.is_control()).take(SHOWN_MAX).collect()
}

/// Enough of an account or a key to recognise it on a screen that customers see: the last four characters, and for an
/// address with `@` what stands behind it as well.
#[must_use]
pub fn tail(key: &str) -> String {
    let last = |text: &str, count: usize| -> String {
        let length = text.chars().count();
        // Of a short text less is shown, so that something always stays hidden.
        text.chars().skip(length - count.min(length / 2)).collect()
    };
    match key.split_once('@') {
        Some((local, domain)) => format!("… {}@{domain}", last(local, 2)),
        None => format!("… {}", last(key, 4)),
    }
}

/// The name the payer sees: in letters of format `ans`, 25 characters at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// The name as codes carry it: accents taken off, other scripts in Latin letters, cut after 25 characters.
    ///
    /// # Errors
    ///
    /// Nothing is left of it, or a character has no counterpart.
    pub fn fit(text: &str) -> Result<Self, Refusal> {
        fit("name", text, PAYEE_NAME_MAX, latin).map(Self)
    }

    /// The same in capital letters, digits and blanks only, which every Brazilian app reads.
    ///
    /// # Errors
    ///
    /// As for [`Name::fit`].
    pub fn fit_capitals(text: &str) -> Result<Self, Refusal> {
        fit("name", text, PAYEE_NAME_MAX, capitals).map(Self)
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The city of the payee: in letters of format `ans`, 15 characters at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct City(String);

impl City {
    /// The city as codes carry it, fitted as [`Name::fit`] does.
    ///
    /// # Errors
    ///
    /// As for [`Name::fit`].
    pub fn fit(text: &str) -> Result<Self, Refusal> {
        fit("city", text, PAYEE_CITY_MAX, latin).map(Self)
    }

    /// The same in capital letters, digits and blanks only.
    ///
    /// # Errors
    ///
    /// As for [`Name::fit`].
    pub fn fit_capitals(text: &str) -> Result<Self, Refusal> {
        fit("city", text, PAYEE_CITY_MAX, capitals).map(Self)
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn fit(
    field: &'static str,
    text: &str,
    limit: usize,
    letters: fn(&'static str, &str) -> Result<String, Refusal>,
) -> Result<String, Refusal> {
    let fitted = letters(field, text)?.split_whitespace().collect::<Vec<_>>().join(" ");
    // Everything is ASCII here, so characters are bytes.
    let cut = fitted.get(..limit).unwrap_or(&fitted).trim_end();
    if cut.is_empty() {
        return Err(Refusal::Missing { field, expected: "at least one letter or digit" });
    }
    Ok(cut.to_owned())
}

/// The text in printable ASCII.
fn latin(field: &'static str, text: &str) -> Result<String, Refusal> {
    let mut fitted = String::new();
    for character in text.trim().chars() {
        match character {
            ' '..='~' => fitted.push(character),
            _ => match counterpart(character) {
                Some(letters) => fitted.push_str(letters),
                None => return Err(Refusal::Character { field, character, allowed: ANS_IS }),
            },
        }
    }
    Ok(fitted)
}

/// Latin letters for a letter of any script. Pictures have none: their English names would be put into the shop's.
fn counterpart(character: char) -> Option<&'static str> {
    match character {
        '\u{2190}'..='\u{2BFF}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F000}'.. => None,
        _ if character.is_control() => None,
        _ if character.is_whitespace() => Some(" "),
        _ => deunicode::deunicode_char(character),
    }
}

/// The text in `A-Z`, `0-9` and blanks: apostrophes and full stops go, other punctuation becomes a blank.
fn capitals(field: &'static str, text: &str) -> Result<String, Refusal> {
    let kept = |char: char| match char {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Some(char.to_ascii_uppercase()),
        '\'' | '.' => None,
        _ => Some(' '),
    };
    Ok(latin(field, text)?.chars().filter_map(kept).collect())
}

/// Object 52: the merchant category code, four digits (ISO 18245).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryCode(String);

impl CategoryCode {
    /// No category: persons, and schemes whose banks do not use it.
    #[must_use]
    pub fn none() -> Self {
        Self("0000".to_owned())
    }

    /// The four digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for CategoryCode {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let expected = "a merchant category code is four digits (ISO 18245)";
        let refused = || Refusal::Form { field: "mcc", value: shown(text), expected };
        digits(text, 4).then(|| Self(text.to_owned())).ok_or_else(refused)
    }
}

/// Object 58: two capital letters (ISO 3166-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country(String);

impl Country {
    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Country {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let expected = "a country is two capital letters (ISO 3166-1)";
        let refused = || Refusal::Form { field: "country", value: shown(text), expected };
        let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        fits.then(|| Self(text.to_owned())).ok_or_else(refused)
    }
}

/// Object 64: the payee in another language, in its own script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    code: String,
    name: String,
    city: Option<String>,
}

impl Language {
    /// The template, if language and name are there, as EMV QRCPS v1.1 has them together; none if nothing is.
    ///
    /// # Errors
    ///
    /// One of the two is missing, the language is not two letters (ISO 639-1), or a text is too long.
    pub fn read(code: Option<&str>, name: Option<&str>, city: Option<&str>) -> Result<Option<Self>, Refusal> {
        let (code, name) = match (code, name) {
            (None, None) if city.is_none() => return Ok(None),
            (None, _) => return Err(Refusal::Missing { field: "alt_language", expected: "a language (ISO 639)" }),
            (Some(_), None) => {
                return Err(Refusal::Missing { field: "alt_name", expected: "the name in that language" });
            }
            (Some(code), Some(name)) => (code, name),
        };
        if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let expected = "a language is two letters (ISO 639-1)";
            return Err(Refusal::Form { field: "alt_language", value: shown(code), expected });
        }
        let allowed = "no control characters are taken";
        of_set("alt_name", name, LANGUAGE_NAME_MAX, |char| !char.is_control(), allowed)?;
        if let Some(city) = city {
            of_set("alt_city", city, LANGUAGE_CITY_MAX, |char| !char.is_control(), allowed)?;
        }
        Ok(Some(Self { code: code.to_owned(), name: name.to_owned(), city: city.map(str::to_owned) }))
    }

    pub(super) fn objects(&self) -> Result<super::Objects, Refusal> {
        super::Objects::new().with(0, "alt_language", &self.code)?.with(1, "alt_name", &self.name)?.with_optional(
            2,
            "alt_city",
            self.city.as_deref(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_fitted_and_cut() {
        for (given, fitted) in [
            ("Café São João", "Cafe Sao Joao"),
            ("  Bún   Chả Đặng\u{a0}Thị ", "Bun Cha Dang Thi"),
            ("Müller & Straße", "Muller & Strasse"),
            ("e\u{301}te\u{301}", "ete"),
            ("北京", "Bei Jing"),
            ("O’Neill – Søn", "O'Neill - Son"),
            ("A name of more than twenty-five characters", "A name of more than twent"),
            ("A name that is cut at an ending", "A name that is cut at an"),
        ] {
            assert_eq!(Name::fit(given).unwrap().as_str(), fitted);
        }
        for (given, fitted) in [("D'Ávila & Filhos S.A.", "DAVILA FILHOS SA"), ("São Paulo-SP", "SAO PAULO SP")] {
            assert_eq!(Name::fit_capitals(given).unwrap().as_str(), fitted);
        }
        assert_eq!(City::fit_capitals("São José do Rio Preto").unwrap().as_str(), "SAO JOSE DO RIO");
    }

    #[test]
    fn what_has_no_letters_is_refused() {
        for bad in ["", "   ", "🦄", "a\nb", "\u{e000}"] {
            assert!(Name::fit(bad).is_err(), "{bad:?}");
        }
        assert!(Name::fit_capitals("...").is_err());
        assert_eq!(Name::fit("☂ Shop").unwrap_err().to_string(), format!("“name” has the character U+2602: {ANS_IS}"));
    }

    #[test]
    fn a_tail_hides_most_of_a_key() {
        for (key, shown) in [
            ("+5511987654321", "… 4321"),
            ("201403121W", "… 121W"),
            ("pagos@example.com", "… os@example.com"),
            ("ab@bank", "… b@bank"),
            ("123", "… 3"),
            ("", "… "),
        ] {
            assert_eq!(tail(key), shown);
        }
    }

    #[test]
    fn codes_and_languages_have_their_form() {
        assert!("5999".parse::<CategoryCode>().is_ok());
        for bad in ["", "599", "59999", "59a9", "５９９９"] {
            assert!(bad.parse::<CategoryCode>().is_err(), "{bad}");
        }
        for bad in ["", "S", "sg", "SGP", "S1"] {
            assert!(bad.parse::<Country>().is_err(), "{bad}");
        }
        assert_eq!(Language::read(None, None, None), Ok(None));
        assert!(Language::read(Some("km"), None, None).unwrap_err().to_string().contains("alt_name"));
        assert!(Language::read(None, Some("x"), None).unwrap_err().to_string().contains("alt_language"));
        assert!(Language::read(None, None, Some("x")).unwrap_err().to_string().contains("alt_language"));
        assert!(Language::read(Some("khm"), Some("x"), None).is_err());
        assert!(
            Language::read(Some("zh"), Some(&"北".repeat(26)), None).unwrap_err().to_string().contains("limit is 25")
        );
    }
}
