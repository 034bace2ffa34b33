//! How to read a CSV file that says nothing of itself: a TOML file that names its columns and how it writes things.

use std::fmt::Write;

use encoding_rs::Encoding;
use serde::Deserialize;

use super::cell::Style;
use crate::domain::money::Currency;
use crate::statement::{shortened, text};

/// The largest mapping file, in bytes.
pub const MAPPING_BYTES_MAX: usize = 64 * 1024;

/// A mapping, checked. It always has a date and an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    pub(super) encoding: Option<&'static Encoding>,
    pub(super) delimiter: Option<u8>,
    /// The line of the header, 1 the first; 0 where there is none and columns have numbers.
    pub(super) header_row: usize,
    pub(super) stop_at: Option<String>,
    pub(super) date_format: String,
    pub(super) style: Style,
    pub(super) date: Column,
    pub(super) value_date: Option<Column>,
    pub(super) amount: Amounts,
    pub(super) currency: Currencies,
    pub(super) reference: Option<Column>,
    pub(super) end_to_end: Option<Column>,
    pub(super) description: Option<Column>,
    pub(super) counterparty_name: Option<Column>,
    pub(super) counterparty_account: Option<Column>,
    pub(super) bank_reference: Option<Column>,
    pub(super) fee: Option<Column>,
    pub(super) net: Option<Column>,
    pub(super) status: Option<Status>,
}

/// Which rows are money: those whose status is one of these words. A payment that was refused, or that is not done yet, is
/// none.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Status {
    pub column: Column,
    pub counts: Vec<String>,
}

/// A column: by what its header says, or by its number, 1 the first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// What the header says.
    Named(String),
    /// Which one it is.
    Numbered(usize),
}

/// Where amounts stand and what their sign is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Amounts {
    /// In one column, credits positive.
    Signed(Column),
    /// In one column, and another says which side.
    Marked { amount: Column, sign: Column, credit: Vec<String>, debit: Vec<String> },
    /// In two columns.
    Split { credit: Column, debit: Column },
}

/// What the amounts are in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Currencies {
    /// The shop's own, whichever that is.
    Own,
    One(Currency),
    Column(Column),
}

/// Why a mapping is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// It is too long to be one.
    #[error("the mapping has {0} bytes, the limit is {MAPPING_BYTES_MAX}")]
    TooLarge(usize),
    /// It is no TOML, or has a key or a kind of value that no mapping has.
    #[error("the mapping cannot be read: {0}")]
    Toml(String),
    /// A value that means nothing.
    #[error("{key} is “{found}”: {why}")]
    Value {
        /// Which key.
        key: &'static str,
        /// What it is.
        found: String,
        /// What it should be.
        why: &'static str,
    },
    /// Something without which no line can be read.
    #[error("{0}")]
    Missing(&'static str),
    /// Keys that exclude each other.
    #[error("{0}")]
    Conflict(&'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    encoding: Option<String>,
    delimiter: Option<String>,
    header_row: Option<usize>,
    stop_at: Option<String>,
    date_format: Option<String>,
    decimal: Option<String>,
    thousands: Option<String>,
    date_column: Option<Column>,
    value_date_column: Option<Column>,
    amount_column: Option<Column>,
    credit_column: Option<Column>,
    debit_column: Option<Column>,
    sign_column: Option<Column>,
    credit_values: Option<Vec<String>>,
    debit_values: Option<Vec<String>>,
    currency: Option<String>,
    currency_column: Option<Column>,
    reference_column: Option<Column>,
    end_to_end_column: Option<Column>,
    description_column: Option<Column>,
    counterparty_name_column: Option<Column>,
    counterparty_account_column: Option<Column>,
    bank_reference_column: Option<Column>,
    fee_column: Option<Column>,
    net_column: Option<Column>,
    status: Option<Status>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    ///
    /// Says which key is wrong and what it should be.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        if text.len() > MAPPING_BYTES_MAX {
            return Err(MappingError::TooLarge(text.len()));
        }
        let raw: Raw = toml::from_str(text).map_err(|error| MappingError::Toml(first_line(error.message())))?;
        let amount = amounts(&raw)?;
        if raw.status.as_ref().is_some_and(|status| status.counts.is_empty()) {
            return Err(MappingError::Missing("counts of [status] has no word: no row would count"));
        }
        Ok(Self {
            encoding: raw.encoding.as_deref().map(encoding).transpose()?,
            delimiter: raw.delimiter.as_deref().map(delimiter).transpose()?,
            header_row: raw.header_row.unwrap_or(1),
            stop_at: raw.stop_at,
            date_format: raw.date_format.map_or(Ok("%Y-%m-%d".to_owned()), date_format)?,
            style: style(raw.decimal.as_deref(), raw.thousands.as_deref())?,
            date: raw.date_column.ok_or(MappingError::Missing("date_column is missing"))?,
            value_date: raw.value_date_column,
            amount,
            currency: currencies(raw.currency.as_deref(), raw.currency_column)?,
            reference: raw.reference_column,
            end_to_end: raw.end_to_end_column,
            description: raw.description_column,
            counterparty_name: raw.counterparty_name_column,
            counterparty_account: raw.counterparty_account_column,
            bank_reference: raw.bank_reference_column,
            fee: raw.fee_column,
            net: raw.net_column,
            status: raw.status,
        })
    }

    /// The encoding it says.
    #[must_use]
    pub fn encoding(&self) -> Option<&'static Encoding> {
        self.encoding
    }

    /// The mapping as a file that [`parse`](Self::parse) reads.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        let mut put = |key: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{key} = {value}");
        };
        if let Some(encoding) = self.encoding {
            put("encoding", &quoted(encoding.name()));
        }
        if let Some(delimiter) = self.delimiter {
            put("delimiter", &quoted(char::from(delimiter).encode_utf8(&mut [0; 4])));
        }
        put("header_row", &self.header_row.to_string());
        if let Some(stop_at) = &self.stop_at {
            put("stop_at", &quoted(stop_at));
        }
        put("date_format", &quoted(&self.date_format));
        put("decimal", &quoted(self.style.decimal.encode_utf8(&mut [0; 4])));
        if let Some(thousands) = self.style.thousands {
            put("thousands", &quoted(thousands.encode_utf8(&mut [0; 4])));
        }
        let list =
            |values: &[String]| format!("[{}]", values.iter().map(|one| quoted(one)).collect::<Vec<_>>().join(", "));
        put("date_column", &self.date.to_toml());
        match &self.amount {
            Amounts::Signed(amount) => put("amount_column", &amount.to_toml()),
            Amounts::Marked { amount, sign, credit, debit } => {
                put("amount_column", &amount.to_toml());
                put("sign_column", &sign.to_toml());
                put("credit_values", &list(credit));
                put("debit_values", &list(debit));
            }
            Amounts::Split { credit, debit } => {
                put("credit_column", &credit.to_toml());
                put("debit_column", &debit.to_toml());
            }
        }
        match &self.currency {
            Currencies::Own => {}
            Currencies::One(currency) => put("currency", &quoted(currency.code())),
            Currencies::Column(column) => put("currency_column", &column.to_toml()),
        }
        for (key, column) in [
            ("value_date_column", &self.value_date),
            ("reference_column", &self.reference),
            ("end_to_end_column", &self.end_to_end),
            ("description_column", &self.description),
            ("counterparty_name_column", &self.counterparty_name),
            ("counterparty_account_column", &self.counterparty_account),
            ("bank_reference_column", &self.bank_reference),
            ("fee_column", &self.fee),
            ("net_column", &self.net),
        ] {
            if let Some(column) = column {
                put(key, &column.to_toml());
            }
        }
        // A table comes behind everything that is in none.
        if let Some(Status { column, counts }) = &self.status {
            let _ = writeln!(text, "\n[status]\ncolumn = {}\ncounts = {}", column.to_toml(), list(counts));
        }
        text
    }
}

impl Column {
    fn to_toml(&self) -> String {
        match self {
            Self::Named(name) => quoted(name),
            Self::Numbered(number) => number.to_string(),
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(120).collect()
}

fn encoding(name: &str) -> Result<&'static Encoding, MappingError> {
    let why = "no known encoding; such as utf-8, utf-16, gb18030, iso-8859-1 or windows-1252";
    text::encoding(name).ok_or_else(|| MappingError::Value { key: "encoding", found: shortened(name), why })
}

fn delimiter(text: &str) -> Result<u8, MappingError> {
    match text {
        "tab" => Ok(b'\t'),
        "," | ";" | "\t" | "|" | ":" | "^" | "~" | " " => Ok(text.as_bytes()[0]),
        _ => {
            let why = "one of , ; | : ^ ~ or a tab is expected";
            Err(MappingError::Value { key: "delimiter", found: shortened(text), why })
        }
    }
}

fn date_format(text: String) -> Result<String, MappingError> {
    use chrono::format::{Item, StrftimeItems};
    let is_form = !text.is_empty()
        && text.len() <= 40
        && text.contains('%')
        && !StrftimeItems::new(&text).any(|item| matches!(item, Item::Error));
    let why = "a form such as %Y-%m-%d or %d.%m.%Y is expected";
    if is_form { Ok(text) } else { Err(MappingError::Value { key: "date_format", found: shortened(&text), why }) }
}

fn style(decimal: Option<&str>, thousands: Option<&str>) -> Result<Style, MappingError> {
    let decimal = match decimal.unwrap_or(".") {
        "." => '.',
        "," => ',',
        found => {
            let why = "a point or a comma is expected";
            return Err(MappingError::Value { key: "decimal", found: shortened(found), why });
        }
    };
    let thousands = match thousands.unwrap_or("") {
        "" => None,
        "." => Some('.'),
        "," => Some(','),
        " " | "\u{a0}" | "\u{202f}" => Some(' '),
        "'" | "’" => Some('\''),
        found => {
            let why = "a point, a comma, a space, an apostrophe or nothing is expected";
            return Err(MappingError::Value { key: "thousands", found: shortened(found), why });
        }
    };
    if thousands == Some(decimal) {
        return Err(MappingError::Conflict("decimal and thousands are the same; one number would mean two things"));
    }
    Ok(Style { decimal, thousands })
}

fn currencies(code: Option<&str>, column: Option<Column>) -> Result<Currencies, MappingError> {
    match (code, column) {
        (Some(code), None) => {
            let why = "a code of three letters such as EUR is expected (ISO 4217)";
            let wrong = |_| MappingError::Value { key: "currency", found: shortened(code), why };
            code.parse().map(Currencies::One).map_err(wrong)
        }
        (None, Some(column)) => Ok(Currencies::Column(column)),
        (Some(_), Some(_)) => Err(MappingError::Conflict("currency and currency_column exclude each other")),
        (None, None) => Ok(Currencies::Own),
    }
}

fn amounts(raw: &Raw) -> Result<Amounts, MappingError> {
    let words = |given: &Option<Vec<String>>, usual: &[&str]| {
        given.clone().unwrap_or_else(|| usual.iter().map(|word| (*word).to_owned()).collect())
    };
    match (&raw.amount_column, &raw.credit_column, &raw.debit_column, &raw.sign_column) {
        (Some(amount), None, None, None) => Ok(Amounts::Signed(amount.clone())),
        (Some(amount), None, None, Some(sign)) => Ok(Amounts::Marked {
            amount: amount.clone(),
            sign: sign.clone(),
            credit: words(&raw.credit_values, &["C", "CR", "CRDT", "CREDIT", "H", "+"]),
            debit: words(&raw.debit_values, &["D", "DR", "DBIT", "DEBIT", "S", "-"]),
        }),
        (None, Some(credit), Some(debit), None) => Ok(Amounts::Split { credit: credit.clone(), debit: debit.clone() }),
        (None, None, None, _) => {
            Err(MappingError::Missing("amount_column is missing, or credit_column and debit_column"))
        }
        _ => Err(MappingError::Conflict(
            "amounts stand in amount_column (with a sign_column, where there is one), or in credit_column and \
             debit_column together",
        )),
    }
}

#[cfg(test)]
mod tests;
