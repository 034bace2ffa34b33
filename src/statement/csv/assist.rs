//! A mapping that a person corrects before it counts: which column is what, which part of a date is the day, which sign
//! stands before the decimals; and how the first lines would be read with it.

use super::cell::Style;
use super::mapping::{Amounts, Column, Mapping};
use super::propose::{Proposal, header, propose};
use crate::domain::ids::IdSource;
use crate::domain::money::Currency;
use crate::domain::reconcile::StatementLine;
use crate::statement::{Reading, StatementError};

/// How many of the first rows are kept to be shown; a file of many columns stays small all the same.
const SAMPLE_LINES: usize = 60;
/// The most bytes of a file that are kept to be shown.
const SAMPLE_BYTES_MAX: usize = 64 * 1024;

/// What a column can be for a person who corrects a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MappedAs {
    /// The booking date.
    Date,
    /// The amount.
    Amount,
    /// The reference.
    Reference,
    /// Who paid.
    Payer,
    /// What they wrote.
    Text,
    /// The bank's own number of the booking.
    BankReference,
}

impl MappedAs {
    /// All of them, in the order in which they are asked for.
    pub const ALL: [Self; 6] =
        [Self::Date, Self::Amount, Self::Reference, Self::Payer, Self::Text, Self::BankReference];

    /// Whether no line can be read without it.
    #[must_use]
    pub fn is_needed(self) -> bool {
        matches!(self, Self::Date | Self::Amount)
    }
}

/// A file nobody has mapped yet: what was proposed for it, as far as a person has corrected it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    mapping: Mapping,
    columns: Vec<String>,
    other_date_format: Option<String>,
    sample: Vec<u8>,
    is_remembered: bool,
}

impl Draft {
    /// The draft for a file of a shop with this currency; none for one that no mapping can be proposed for.
    #[must_use]
    pub fn of(bytes: &[u8], own: Currency) -> Option<Self> {
        let Proposal { mapping, seen } = propose(bytes, Some(own)).ok()?;
        Some(Self {
            mapping,
            columns: seen.columns,
            other_date_format: seen.other_date_format,
            sample: sample(bytes),
            is_remembered: false,
        })
    }

    /// The draft of a file for which nothing can be proposed, with the mapping that a person has given its header before.
    #[must_use]
    pub fn kept(bytes: &[u8], columns: Vec<String>, mapping: Mapping) -> Self {
        Self { mapping, columns, other_date_format: None, sample: sample(bytes), is_remembered: true }
    }

    /// The columns of a file, by which what a person said of it is found again; also of one that has no amounts today.
    #[must_use]
    pub fn columns_of(bytes: &[u8]) -> Option<Vec<String>> {
        header(bytes)
    }

    /// The draft with the mapping that a person has given files of this header before.
    #[must_use]
    pub fn remembered(self, mapping: Mapping) -> Self {
        Self { mapping, is_remembered: true, ..self }
    }

    /// Whether a person has given files of this header a mapping before.
    #[must_use]
    pub fn is_remembered(&self) -> bool {
        self.is_remembered
    }

    /// A name for the form of the file: every file with this header is read the same way.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The mapping as it is now.
    #[must_use]
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The column that is this; none where no column is, or two are.
    #[must_use]
    pub fn column(&self, what: MappedAs) -> Option<&str> {
        let mapping = &self.mapping;
        let column = match what {
            MappedAs::Date => Some(&mapping.date),
            MappedAs::Amount => match &mapping.amount {
                Amounts::Signed(amount) | Amounts::Marked { amount, .. } => Some(amount),
                Amounts::Split { credit, .. } => Some(credit),
            },
            MappedAs::Reference => mapping.reference.as_ref(),
            MappedAs::Payer => mapping.counterparty_name.as_ref(),
            MappedAs::Text => mapping.description.as_ref(),
            MappedAs::BankReference => mapping.bank_reference.as_ref(),
        };
        column.and_then(|column| match column {
            Column::Named(name) => Some(name.as_str()),
            Column::Numbered(number) => self.columns.get(number.checked_sub(1)?).map(String::as_str),
        })
    }

    /// The next column for this; after the last one none, where a line can be read without it.
    pub fn take_next_column(&mut self, what: MappedAs) {
        let now = self.column(what).and_then(|name| self.columns.iter().position(|one| one == name));
        let next = now.map_or(0, |place| place + 1);
        let next = if next >= self.columns.len() && what.is_needed() { 0 } else { next };
        let column = self.columns.get(next).cloned().map(Column::Named);
        let mapping = &mut self.mapping;
        match (what, column) {
            (MappedAs::Date, Some(column)) => mapping.date = column,
            (MappedAs::Amount, Some(column)) => mapping.amount = Amounts::Signed(column),
            (MappedAs::Date | MappedAs::Amount, None) => {}
            (MappedAs::Reference, column) => mapping.reference = column,
            (MappedAs::Payer, column) => mapping.counterparty_name = column,
            (MappedAs::Text, column) => mapping.description = column,
            (MappedAs::BankReference, column) => mapping.bank_reference = column,
        }
    }

    /// The form of its dates, and whether another one fits as well.
    #[must_use]
    pub fn date_format(&self) -> (&str, bool) {
        (&self.mapping.date_format, self.other_date_format.is_some())
    }

    /// The other form of dates, where every date fits both.
    pub fn swap_date_format(&mut self) {
        if let Some(other) = &mut self.other_date_format {
            std::mem::swap(other, &mut self.mapping.date_format);
        }
    }

    /// The sign before the decimals.
    #[must_use]
    pub fn decimal(&self) -> char {
        self.mapping.style.decimal
    }

    /// The other sign before the decimals; what was that now groups thousands.
    pub fn swap_decimal(&mut self) {
        self.mapping.style = match self.mapping.style.decimal {
            ',' => Style { decimal: '.', thousands: Some(',') },
            _ => Style { decimal: ',', thousands: Some('.') },
        };
    }

    /// The first lines as they would be read.
    ///
    /// # Errors
    ///
    /// Says the line that cannot be read, and why.
    pub fn preview(&self, own: Currency) -> Result<Vec<StatementLine>, StatementError> {
        let reading = Reading { mapping: Some(&self.mapping), currency: Some(own), ..Reading::default() };
        let read = Reading { despite_totals: true, ..reading }.read(&self.sample, &mut IdSource::new(0, 0))?;
        Ok(read.lines)
    }
}

/// The first lines of a file, which the page shows.
fn sample(bytes: &[u8]) -> Vec<u8> {
    let mut sample: Vec<u8> = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n').take(SAMPLE_LINES) {
        if sample.len() + line.len() > SAMPLE_BYTES_MAX {
            break;
        }
        sample.extend_from_slice(line);
    }
    sample
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "Date,Payee,Amount,Details\n03/04/2026,Erika,12.50,2300000011\n05/06/2026,Max,-1.00,fee\n";

    #[test]
    fn a_person_corrects_what_was_proposed_and_sees_what_comes_of_it() {
        let mut draft = Draft::of(FILE.as_bytes(), Currency::EUR).unwrap();
        assert_eq!((draft.column(MappedAs::Date), draft.column(MappedAs::Amount)), (Some("Date"), Some("Amount")));
        let first = |draft: &Draft| draft.preview(Currency::EUR).map(|lines| lines[0].clone());
        let (before, both_fit) = (first(&draft).unwrap().booked_on, draft.date_format().1);
        assert!(both_fit, "the third of April or the fourth of March: a person has to say");
        draft.swap_date_format();
        assert_ne!(first(&draft).unwrap().booked_on, before);
        while draft.column(MappedAs::Reference) != Some("Details") {
            draft.take_next_column(MappedAs::Reference);
        }
        assert_eq!(first(&draft).unwrap().reference.as_deref(), Some("2300000011"));
        draft.take_next_column(MappedAs::Reference);
        assert_eq!(draft.column(MappedAs::Reference), None, "after the last column there is none");
        draft.take_next_column(MappedAs::Amount);
        assert!(first(&draft).is_err(), "the details are no amounts, and that is said");
        draft.take_next_column(MappedAs::Amount);
        assert_eq!(draft.column(MappedAs::Amount), Some("Date"), "an amount there has to be");
    }

    #[test]
    fn a_decimal_sign_is_swapped_and_swapped_back() {
        let mut draft =
            Draft::of("Datum;Betrag\n03.04.2026;12,50\n30.04.2026;1,00\n".as_bytes(), Currency::EUR).unwrap();
        assert_eq!(draft.preview(Currency::EUR).unwrap()[0].amount.minor, 1_250);
        draft.swap_decimal();
        assert_eq!(draft.decimal(), '.');
        draft.swap_decimal();
        assert_eq!(draft.preview(Currency::EUR).unwrap()[0].amount.minor, 1_250);
        assert_eq!(Draft::of(b"nothing of the kind", Currency::EUR), None);
    }
}
