//! A bank's or a provider's file as statement lines: recognised by what is in it, taken whole or not at all. Pure.
//!
//! [`Reading::read`] finds the encoding and the format and gives the text to the one reader that knows it. Each reader
//! goes over the text once, keeps named bounds, and puts what it finds into a [`Book`], which checks the file's own
//! totals before anything of it counts.

mod amount;
mod book;
mod camt;
mod csv;
mod day;
mod error;
mod format;
mod mt;
mod ofx;
mod progress;
mod said;
mod text;
mod xml;

use crate::domain::ids::IdSource;
use crate::domain::money::{Currency, Money};
use crate::domain::reconcile::StatementLine;

use self::book::Book;
pub use self::csv::assist::{Draft, MappedAs};
pub use self::csv::mapping::{Column, MAPPING_BYTES_MAX, Mapping, MappingError};
pub use self::csv::propose::{Proposal, ProposeError, Seen, SeenStatus, propose};
pub use self::day::FIRST_YEAR;
pub use self::error::{Fault, StatementError};
pub use self::format::{Format, UnknownFormatName, detect};
pub use self::progress::Progress;
pub use self::said::{FaultKind, Said};

/// The largest file that is read, in bytes, also of what an archive holds. A busy shop's year is a tenth of it.
pub const FILE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The most entries of one file.
pub const LINES_MAX: usize = 1_000_000;

/// The content of a file, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The format it came in.
    pub format: Format,
    /// Its parts, in the order of the file.
    pub parts: Vec<Part>,
    /// Its lines, in the order of the file.
    pub lines: Vec<StatementLine>,
    /// What a provider kept of its lines, where the file says it; in the order of the lines.
    pub fees: Vec<Fee>,
    /// Totals of the file that do not agree with its lines and were overruled; the first
    /// [`OVERRULED_MAX`](book::OVERRULED_MAX) of them.
    pub overruled: Vec<Fault>,
    /// How many rows were left out because their status says that they are no money.
    pub left_out: usize,
}

/// One statement inside a file: of one account, for a day or a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The account: an IBAN, or what the bank or provider uses instead.
    pub account: Option<String>,
    /// The currency of the account, where there is one.
    pub currency: Option<Currency>,
    /// The balance before the first line, where the file has it.
    pub opening: Option<Money>,
    /// The balance after the last line, where the file has it.
    pub closing: Option<Money>,
}

/// What a provider kept of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fee {
    /// Which line: its place in [`Statement::lines`].
    pub line: usize,
    /// What it kept; positive where the shop pays.
    pub fee: Money,
    /// What it pays out for the line.
    pub net: Money,
}

/// How a file is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading<'a> {
    /// The only format that is taken; any, where there is none.
    pub format: Option<Format>,
    /// How to read a CSV file that says nothing of itself.
    pub mapping: Option<&'a Mapping>,
    /// The shop's currency, for a mapping that names none.
    pub currency: Option<Currency>,
    /// Whether a file is taken although its totals do not agree with its lines.
    pub despite_totals: bool,
    /// Who waits for it, and may stop it.
    pub progress: Option<&'a Progress>,
}

/// Reads a file of any format that says what it is. The ids of its lines follow from `ids`, so that the same event
/// always makes the same ids.
///
/// # Errors
///
/// As [`Reading::read`].
pub fn read(bytes: &[u8], ids: &mut IdSource) -> Result<Statement, StatementError> {
    Reading::default().read(bytes, ids)
}

impl Reading<'_> {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Says what the file is instead, or the line and what is wrong in it; nothing of a file is taken then.
    pub fn read(&self, bytes: &[u8], ids: &mut IdSource) -> Result<Statement, StatementError> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(StatementError::TooLarge { bytes: bytes.len(), limit: FILE_BYTES_MAX });
        }
        let mut book = Book::new(ids, self.despite_totals);
        let encoding = self.mapping.and_then(Mapping::encoding);
        let text = text::decode(bytes, encoding)?;
        let found = format::of_text(&text);
        let format = match (found, self.mapping) {
            (Some(Format::Csv | Format::Wechat | Format::Alipay) | None, Some(_)) => Format::Csv,
            (Some(found), _) => found,
            (None, None) => return Err(StatementError::UnknownFormat(format::described(&text))),
        };
        if let Some(asked) = self.format.filter(|asked| !asked.takes(format)) {
            return Err(StatementError::OtherFormat { asked, found: format });
        }
        text::check(&text)?;
        if let Some(progress) = self.progress {
            progress.begin(progress::about(&text, format));
            book.watch(progress.clone());
        }
        match (format, self.mapping) {
            (Format::Camt052 | Format::Camt053 | Format::Camt054, _) => camt::read(&text, &mut book)?,
            (Format::Mt940 | Format::Mt942, _) => mt::read(&text, &mut book)?,
            (Format::Ofx, _) => ofx::read(&text, &mut book)?,
            (Format::Csv, Some(mapping)) => csv::mapped::read(&text, mapping, self.currency, &mut book)?,
            (Format::Csv, None) => csv::generic::read(&text, &mut book)?,
            (Format::Wechat, _) => csv::wechat::read(&text, &mut book)?,
            (Format::Alipay, _) => csv::alipay::read(&text, &mut book)?,
        }
        Ok(book.close(format))
    }

    /// Reads the files of an archive, in the order they are given, as one statement.
    ///
    /// # Errors
    ///
    /// The name of the file that is refused, and why; nothing of any file is taken then.
    pub fn read_all(
        &self,
        files: &[(String, Vec<u8>)],
        ids: &mut IdSource,
    ) -> Result<Statement, (String, StatementError)> {
        let mut whole: Option<Statement> = None;
        for (name, bytes) in files {
            let read = self.read(bytes, ids).map_err(|error| (shortened(name), error))?;
            match &mut whole {
                None => whole = Some(read),
                Some(whole) => whole.append(read).map_err(|error| (shortened(name), error))?,
            }
        }
        whole.ok_or_else(|| (String::new(), StatementError::UnknownFormat("an archive without files".to_owned())))
    }
}

impl Statement {
    fn append(&mut self, next: Self) -> Result<(), StatementError> {
        let before = self.lines.len();
        if before + next.lines.len() > LINES_MAX {
            let fault = Fault::TooLong { what: "the list of entries", limit: LINES_MAX };
            return Err(StatementError::Bad { line: 1, fault });
        }
        self.lines.extend(next.lines);
        self.parts.extend(next.parts);
        self.fees.extend(next.fees.into_iter().map(|fee| Fee { line: fee.line + before, ..fee }));
        self.overruled.extend(next.overruled);
        self.overruled.truncate(book::OVERRULED_MAX);
        self.left_out += next.left_out;
        Ok(())
    }
}

/// The first characters of a text that a stranger wrote, for a message: at most 24, of them at most 8 digits, so that
/// no card or account number is ever whole in it.
fn shortened(text: &str) -> String {
    let mut digits = 0;
    let mut short = String::new();
    for (place, char) in text.chars().enumerate() {
        digits += usize::from(char.is_numeric());
        if place == 24 || digits > 8 {
            short.push('…');
            break;
        }
        short.push(if char.is_control() { ' ' } else { char });
    }
    short
}

#[cfg(test)]
mod tests;
