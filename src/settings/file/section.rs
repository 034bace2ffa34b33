//! Reading TOML tables so that every value knows its key and its line.
//!
//! A [`Section`] is opened with the keys that are known in it and refuses all others. This does what serde's
//! `deny_unknown_fields` would do, and keeps the line and the dotted key for every later check as well.

use std::net::SocketAddr;
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::value::{Error as ChoiceError, StrDeserializer};
use serde_json::{Map, Value as Json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::SOCKET_ADDRESS;
use super::error::{Problem, SettingsError, quoted};
use crate::domain::money::{AmountError, Currency, parse_plain};

/// The file that is being read: its name and its text, to say where something stands.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    file: &'t Path,
    text: &'t str,
}

impl<'t> Source<'t> {
    pub(super) fn new(file: &'t Path, text: &'t str) -> Self {
        Self { file, text }
    }

    /// The whole file as a table of `known` keys.
    pub(super) fn root(self, known: &[&str]) -> Result<Section<'t>, SettingsError> {
        let table = DeTable::parse(self.text).map_err(|error| {
            let near = error.span().and_then(|span| self.text.get(span)).and_then(|near| near.lines().next());
            let why = error.message().replace('\n', "; ").replace('`', "");
            let problem = Problem::Syntax { near: quoted(near.unwrap_or("")), why };
            self.error(error.span().map(|span| self.line(&span)), problem)
        })?;
        let section = Section { source: self, name: String::new(), line: None, table: table.into_inner() };
        section.only(known).map(|()| section)
    }

    pub(super) fn error(self, line: Option<usize>, problem: Problem) -> SettingsError {
        SettingsError { file: self.file.display().to_string(), line, problem }
    }

    fn line(self, span: &Range<usize>) -> usize {
        1 + self.text.get(..span.start).unwrap_or(self.text).matches('\n').count()
    }
}

/// One table of the file.
pub(super) struct Section<'t> {
    source: Source<'t>,
    name: String,
    line: Option<usize>,
    table: DeTable<'t>,
}

impl<'t> Section<'t> {
    /// The value of a key that may be missing.
    pub(super) fn take(&mut self, key: &str) -> Option<Item<'t>> {
        let (_, value) = self.table.remove_entry(key)?;
        Some(Item { source: self.source, key: self.dotted(key), line: self.source.line(&value.span()), value })
    }

    /// The value of a key that must be there.
    pub(super) fn need(&mut self, key: &str, expected: &str) -> Result<Item<'t>, SettingsError> {
        let missing = self.missing(key, expected);
        self.take(key).ok_or(missing)
    }

    /// Refuses those of `keys` that are there: nothing in a file is silently ignored. `why` says what ignores them.
    pub(super) fn none_of(&mut self, keys: &[&str], why: &str) -> Result<(), SettingsError> {
        let given = keys.iter().filter_map(|key| self.take(key)).min_by_key(|item| item.line);
        given.map_or(Ok(()), |item| Err(item.breaks(why)))
    }

    /// The error that a key is missing.
    pub(super) fn missing(&self, key: &str, expected: &str) -> SettingsError {
        let problem = Problem::Missing { key: self.dotted(key), expected: expected.to_owned() };
        self.source.error(self.line, problem)
    }

    /// Refuses the first key, as the file has them, that is not one of `known`.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), SettingsError> {
        let unknown = self.table.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref()));
        let Some((key, _)) = unknown.min_by_key(|(key, _)| key.span().start) else { return Ok(()) };
        let problem = Problem::Unknown { key: self.dotted(&quoted(key.get_ref())), known: known.join(", ") };
        Err(self.source.error(Some(self.source.line(&key.span())), problem))
    }

    /// An error about the section as a whole.
    pub(super) fn wrong(&self, problem: Problem) -> SettingsError {
        self.source.error(self.line, problem)
    }

    fn dotted(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

/// One value of the file.
pub(super) struct Item<'t> {
    source: Source<'t>,
    key: String,
    line: usize,
    value: Spanned<DeValue<'t>>,
}

impl<'t> Item<'t> {
    /// A string.
    pub(super) fn text(&self, expected: &str) -> Result<&str, SettingsError> {
        self.value.get_ref().as_str().ok_or_else(|| self.mistyped(expected))
    }

    /// A string of one line that is not empty and not longer than `chars_max` characters.
    pub(super) fn line_of_text(&self, chars_max: usize) -> Result<String, SettingsError> {
        let rule = format!("1 to {chars_max} characters on one line, no blanks around them");
        let text = self.text(&format!("text in quotes, {rule}"))?;
        let fits = (1..=chars_max).contains(&text.chars().count());
        if !fits || text.trim() != text || text.chars().any(char::is_control) {
            return Err(self.wrong(format!("expected {rule}")));
        }
        Ok(text.to_owned())
    }

    /// A whole number within a range.
    pub(super) fn number<T: FromStr + PartialOrd + ToString>(
        &self,
        range: &RangeInclusive<T>,
    ) -> Result<T, SettingsError> {
        let rule = format!("a whole number from {} to {}", range.start().to_string(), range.end().to_string());
        let number = self.value.get_ref().as_integer().ok_or_else(|| self.mistyped(&rule))?;
        let parsed = (number.radix() == 10).then(|| number.as_str().parse().ok()).flatten();
        parsed.filter(|parsed| range.contains(parsed)).ok_or_else(|| self.wrong(format!("expected {rule}")))
    }

    /// `true` or `false`.
    pub(super) fn flag(&self) -> Result<bool, SettingsError> {
        self.value.get_ref().as_bool().ok_or_else(|| self.mistyped("true or false"))
    }

    /// A string that a type of the program reads; the type says what is wrong with it.
    pub(super) fn parse<T: FromStr>(&self, expected: &str) -> Result<T, SettingsError> {
        self.text(expected)?.parse().map_err(|_| self.wrong(format!("expected {expected}")))
    }

    /// An address that can be connected to, or listened on where others find it.
    pub(super) fn address(&self) -> Result<SocketAddr, SettingsError> {
        let address: SocketAddr = self.parse(SOCKET_ADDRESS)?;
        if address.port() == 0 { Err(self.wrong("expected a port from 1 to 65535".to_owned())) } else { Ok(address) }
    }

    /// One of the names that an enum of the program has in files.
    pub(super) fn choice<T: for<'de> Deserialize<'de>>(&self, expected: &str) -> Result<T, SettingsError> {
        let text = self.text(expected)?;
        T::deserialize(StrDeserializer::<ChoiceError>::new(text)).map_err(|error| {
            // serde knows the names: "unknown variant `x`, expected one of `a`, `b`".
            let message = error.to_string();
            let names = message.rsplit_once("expected ").map_or(expected, |(_, names)| names);
            self.wrong(format!("expected {}", names.replace('`', "")))
        })
    }

    /// An amount in major units and in quotes, in minor units: TOML's own numbers with decimals are floating point.
    pub(super) fn amount(&self, currency: Currency) -> Result<i64, SettingsError> {
        let text = self.text("an amount in quotes, such as \"150\"")?;
        let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.chars().count());
        let limit = currency.exponent();
        // Also of zeros: "150.000" is a hundred and fifty thousand to half of Europe.
        let too_many = format!("at most {limit} decimals for {currency}");
        match parse_plain(text, currency) {
            Ok(_) if decimals > limit as usize => Err(self.wrong(too_many)),
            Ok(money) if money.minor < 0 => Err(self.wrong("expected an amount that is not negative".to_owned())),
            Ok(money) => Ok(money.minor),
            Err(AmountError::TooManyDecimals { .. }) => Err(self.wrong(too_many)),
            Err(AmountError::NotANumber(_)) => {
                Err(self.wrong("expected digits and at most one decimal point, such as 150".to_owned()))
            }
            Err(AmountError::TooLarge(_)) => Err(self.wrong("at most 999,999,999,999 minor units".to_owned())),
        }
    }

    /// The tables that this is: one, or a list of up to `most`.
    pub(super) fn tables(self, most: usize, of: &str) -> Result<Vec<Self>, SettingsError> {
        match self.value.get_ref() {
            DeValue::Table(_) => Ok(vec![self]),
            DeValue::Array(_)
            | DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => self.list(&(1..=most), of),
        }
    }

    /// The value as JSON, for keys that a command of the program reads as well.
    pub(super) fn json(&self) -> Result<Json, SettingsError> {
        json(self.value.get_ref())
            .ok_or_else(|| self.breaks("only text, whole numbers, true, false and tables are taken here"))
    }

    /// The table of `known` keys that this is.
    pub(super) fn section(self, known: &[&str]) -> Result<Section<'t>, SettingsError> {
        let wrong = self.mistyped(&format!("a table of {}", known.join(", ")));
        match self.value.into_inner() {
            DeValue::Table(table) => {
                let section = Section { source: self.source, name: self.key, line: Some(self.line), table };
                section.only(known).map(|()| section)
            }
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => Err(wrong),
        }
    }

    /// The members of the list this is, named `key[1]`, `key[2]` and so on, as people count.
    pub(super) fn list(self, range: &RangeInclusive<usize>, of: &str) -> Result<Vec<Item<'t>>, SettingsError> {
        let expected = format!("a list of {} to {} {of}", range.start(), range.end());
        let wrong = self.mistyped(&expected);
        let DeValue::Array(array) = self.value.into_inner() else { return Err(wrong) };
        let length = array.iter().count();
        if !range.contains(&length) {
            let problem = Problem::Value {
                key: self.key,
                value: format!("{length} of them"),
                rule: format!("expected {expected}"),
            };
            return Err(self.source.error(Some(self.line), problem));
        }
        let member = |(place, value): (usize, Spanned<DeValue<'t>>)| Item {
            source: self.source,
            key: format!("{}[{}]", self.key, place + 1),
            line: self.source.line(&value.span()),
            value,
        };
        Ok(array.into_iter().enumerate().map(member).collect())
    }

    /// An error about this value that repeats it.
    pub(super) fn wrong(&self, rule: String) -> SettingsError {
        let value = match self.value.get_ref() {
            DeValue::String(text) => quoted(text),
            DeValue::Integer(number) => quoted(&number.to_string()),
            DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                format!("a {}", self.value.get_ref().type_str())
            }
        };
        self.error(Problem::Value { key: self.key.clone(), value, rule })
    }

    /// An error about this value that does not repeat it.
    pub(super) fn breaks(&self, rule: &str) -> SettingsError {
        self.error(Problem::Rule { key: self.key.clone(), rule: rule.to_owned() })
    }

    fn mistyped(&self, expected: &str) -> SettingsError {
        let found = self.value.get_ref().type_str();
        self.error(Problem::Type { key: self.key.clone(), found, expected: expected.to_owned() })
    }

    fn error(&self, problem: Problem) -> SettingsError {
        self.source.error(Some(self.line), problem)
    }
}

fn json(value: &DeValue<'_>) -> Option<Json> {
    match value {
        DeValue::String(text) => Some(Json::String(text.clone().into_owned())),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse::<i64>().ok().map(Json::from),
        DeValue::Boolean(flag) => Some(Json::Bool(*flag)),
        DeValue::Table(table) => {
            let member = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                json(value.get_ref()).map(|value| (key.clone().into_owned(), value))
            };
            table.iter().map(member).collect::<Option<Map<String, Json>>>().map(Json::Object)
        }
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) => None,
    }
}
