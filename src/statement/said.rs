//! Why a file is refused, as a kind with its figures: the screen says it in the shop's language, while the command line
//! says the whole sentence in English.

use super::error::{Fault, StatementError};
use crate::domain::money::AmountError;

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// It is another format than the one asked for; first: what it is.
    OtherFormat,
    /// The text is in no encoding that is known.
    NotEncoded,
    /// It is damaged, or no proper file of its kind.
    Broken,
    /// Something is longer than any file needs; first: the limit.
    TooLong,
    /// Something that has to be there is not.
    Missing,
    /// Something that may be there once is there twice.
    Repeated,
    /// Something stands where it may not.
    Misplaced,
    /// A word that is not one of those allowed; first: the word, second: those allowed.
    Code,
    /// No date; first: what stands there.
    Date,
    /// No amount; first: what stands there.
    Amount,
    /// No currency; first: what stands there.
    Currency,
    /// Two currencies; first: the amount's, second: the account's.
    TwoCurrencies,
    /// A row of another length than the header; first: its fields, second: the header's.
    Fields,
    /// A column that is not there once; first: its name.
    Column,
    /// Both amount columns are filled, or none.
    CreditAndDebit,
    /// It contradicts itself; first: what it says, second: what its lines make.
    Totals,
    /// An archive that cannot be read.
    Archive,
    /// A workbook of a spreadsheet program.
    Workbook,
    /// Nobody waits for it any more.
    Stopped,
}

/// Why a file is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What is wrong.
    pub kind: FaultKind,
    /// In which line, counted from 1, where it is in one.
    pub line: Option<usize>,
    /// Which part of the file it is about, in English; empty where there is none.
    pub what: &'static str,
    /// The first argument of the kind.
    pub first: String,
    /// The second one.
    pub second: String,
}

impl Said {
    /// A reason that has no line.
    #[must_use]
    pub fn of(kind: FaultKind) -> Self {
        Self { kind, line: None, what: "", first: String::new(), second: String::new() }
    }

    /// The name that the format itself has for the part, the same in every language: `:62F: / :62M:`.
    #[must_use]
    pub fn token(&self) -> String {
        let named = self.what.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')).map(|(name, _)| name);
        named.unwrap_or_default().replace(" or ", " / ").replace(" and its figures", "")
    }
}

impl StatementError {
    /// The same as a kind with its figures.
    #[must_use]
    pub fn said(&self) -> Said {
        match self {
            Self::UnknownFormat(found) => Said { first: found.clone(), ..Said::of(FaultKind::OtherFormat) },
            Self::OtherFormat { found, .. } => Said { first: found.to_string(), ..Said::of(FaultKind::OtherFormat) },
            Self::TooLarge { limit, .. } => Said { first: limit.to_string(), ..Said::of(FaultKind::TooLong) },
            Self::Bad { line, fault } => Said { line: Some(*line), ..fault.said() },
        }
    }
}

impl Fault {
    fn said(&self) -> Said {
        let said = |kind, what, first: &dyn ToString, second: &dyn ToString| Said {
            kind,
            line: None,
            what,
            first: first.to_string(),
            second: second.to_string(),
        };
        let of = |kind, what, first: &dyn ToString| said(kind, what, first, &"");
        match self {
            Self::NotEncoded(encoding) => of(FaultKind::NotEncoded, "", encoding),
            Self::Nul | Self::Xml(_) | Self::Doctype | Self::Entity(_) | Self::UnclosedQuote => {
                of(FaultKind::Broken, "", &"")
            }
            Self::StatementLine { found, .. } => of(FaultKind::Broken, "", found),
            Self::TooDeep { limit } => of(FaultKind::TooLong, "", limit),
            Self::TooLong { what, limit } => of(FaultKind::TooLong, what, limit),
            Self::Missing { what } => of(FaultKind::Missing, what, &""),
            Self::Repeated { what } => of(FaultKind::Repeated, what, &""),
            Self::Misplaced { what } => of(FaultKind::Misplaced, what, &""),
            Self::Code { what, found, allowed } => said(FaultKind::Code, what, found, allowed),
            Self::Date { what, found } | Self::DateForm { what, found, .. } => of(FaultKind::Date, what, found),
            Self::Amount(
                AmountError::NotANumber(text) | AmountError::TooLarge(text) | AmountError::TooManyDecimals { text, .. },
            ) => of(FaultKind::Amount, "", text),
            Self::Whole { what, found, .. } => of(FaultKind::Amount, what, found),
            Self::Signed(text) => of(FaultKind::Amount, "", text),
            Self::Currency(text) => of(FaultKind::Currency, "", text),
            Self::OtherCurrency { found, account } => said(FaultKind::TwoCurrencies, "", found, account),
            Self::Symbol { symbol, currency } => said(FaultKind::TwoCurrencies, "", symbol, currency),
            Self::Fields { found, expected } => said(FaultKind::Fields, "", found, expected),
            Self::NoColumn(name) | Self::TwoColumns(name) => of(FaultKind::Column, "", name),
            Self::CreditAndDebit(_) => of(FaultKind::CreditAndDebit, "", &""),
            Self::EntryParts { entry, transactions, .. } => said(FaultKind::Totals, "", entry, transactions),
            Self::Balance { computed, closing } => said(FaultKind::Totals, "", closing, computed),
            Self::Total { what, stated, found } => said(FaultKind::Totals, what, stated, found),
            Self::Cancelled => of(FaultKind::Stopped, "", &""),
            Self::Overflow => of(FaultKind::TooLong, "", &""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_is_named_as_its_format_names_it() {
        let missing = |what| Fault::Missing { what }.said().token();
        assert_eq!(missing("the closing balance (:62F: or :62M:) of the statement"), ":62F: / :62M:");
        assert_eq!(missing("the end of the file (</OFX>)"), "</OFX>");
        assert_eq!(missing("the header"), "");
        let balance = StatementError::Bad { line: 7, fault: Fault::Fields { found: 3, expected: 4 } }.said();
        let figures = (balance.line, balance.kind, balance.first.as_str(), balance.second.as_str());
        assert_eq!(figures, (Some(7), FaultKind::Fields, "3", "4"));
    }
}
