//! The two plain CSV files of `stopgap reconcile`: sales, and a statement that needs no mapping.
//!
//! A file is read in blocks that end where a record ends, its two halves by two threads. So a file of any length needs a
//! few hundred kilobytes beside what is kept of it. A file is taken whole, or refused whole with the line and the reason.
//! Quoting is that of RFC 4180.

mod blocks;
mod fields;
mod record;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::domain::reconcile::{Lines, LinesBuilder, NONE, Sales, SalesBuilder};
use crate::reconcile_csv::blocks::{Bad, Parse};

pub use self::blocks::{BLOCK_BYTES, RECORD_BYTES_MAX, SideBySide};
pub use self::fields::FieldFault;

/// Room for a reference, before it is known how long they are.
const REFERENCE_BYTES: usize = 12;
/// The line of the file behind its header.
const FIRST_LINE: u64 = 2;
/// The header of the sales.
pub const SALES_HEADER: &str = "reference,amount_minor,currency,taken_at,tender";
/// The header of a statement.
pub const STATEMENT_HEADER: &str = "booked_on,amount_minor,currency,reference,counterparty,description";

/// Why a file is refused.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// The operating system says no.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The first line is another one.
    #[error("line 1 is not the header “{expected}”")]
    Header {
        /// What it should be.
        expected: &'static str,
    },
    /// A line does not fit.
    #[error("line {line}: {fault}")]
    Bad {
        /// The line in the file, from 1.
        line: u64,
        /// What is wrong in it.
        fault: FieldFault,
    },
    /// It has more rows than are taken.
    #[error("{0}")]
    TooMany(String),
}

/// Where rows come from.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A file that can be opened again and again.
    File(&'a Path),
    /// What a pipe has given: it gives it once.
    Bytes(&'a [u8]),
}

/// Whether this is a statement that [`read_lines`] takes: its first line decides.
///
/// # Errors
///
/// The file cannot be read.
pub fn is_statement(input: Input<'_>) -> io::Result<bool> {
    let most = STATEMENT_HEADER.len() + 8;
    let mut start = Vec::new();
    match input {
        Input::File(path) => {
            File::open(path)?.take(most as u64).read_to_end(&mut start)?;
        }
        Input::Bytes(bytes) => start.extend_from_slice(bytes.get(..most).unwrap_or(bytes)),
    }
    Ok(blocks::header_length(&start, STATEMENT_HEADER).is_some())
}

/// Reads the sales.
///
/// # Errors
///
/// The line and what is wrong in it; nothing of the file is taken then.
pub fn read_sales(path: &Path) -> Result<SalesBuilder, CsvError> {
    let mut sales = SalesBuilder::default();
    for (_, part) in blocks::read(Input::File(path), SALES_HEADER, &SalesFile)? {
        if sales.is_empty() {
            // The larger of two parts is not copied.
            sales = part;
        } else {
            sales.append(part).map_err(|fault| CsvError::TooMany(fault.to_string()))?;
        }
    }
    Ok(sales)
}

struct SalesFile;

impl Parse for SalesFile {
    type Part = SalesBuilder;

    fn begin(&self, records: usize) -> SalesBuilder {
        SalesBuilder::with_capacity(records, records.saturating_mul(REFERENCE_BYTES))
    }

    fn block(&self, mut sales: SalesBuilder, block: &str, _: u64) -> Result<SalesBuilder, Bad> {
        let mut memory = fields::Memory::default();
        record::each::<5>(block, |fields| {
            let (reference, amount, taken_on, standing) = fields::sale(fields, &mut memory)?;
            sales.push(&reference, amount, taken_on, standing).map_err(FieldFault::Sale)
        })?;
        Ok(sales)
    }
}

/// Reads a statement and looks each line up in the sales. The place of a line is its line in the file. `keeps_texts`:
/// [`LinesBuilder::keeping_all_texts`].
///
/// # Errors
///
/// The line and what is wrong in it; nothing of the file is taken then.
pub fn read_lines(input: Input<'_>, sales: &Sales, lines: &mut Lines, keeps_texts: bool) -> Result<(), CsvError> {
    let parts = blocks::read(input, STATEMENT_HEADER, &LinesFile { sales, keeps_texts })?;
    let mut of_file = Lines::default();
    for (first_line, part) in parts {
        let moved = u32::try_from(first_line - FIRST_LINE).unwrap_or(NONE);
        of_file.append(part, moved).map_err(|fault| CsvError::TooMany(fault.to_string()))?;
    }
    lines.begin_file();
    lines.append(of_file, 0).map_err(|fault| CsvError::TooMany(fault.to_string()))
}

struct LinesFile<'s> {
    sales: &'s Sales,
    keeps_texts: bool,
}

impl Parse for LinesFile<'_> {
    type Part = Lines;

    fn begin(&self, records: usize) -> Lines {
        Lines::with_capacity(records)
    }

    fn block(&self, lines: Lines, block: &str, before: u64) -> Result<Lines, Bad> {
        let too_many = |_| FieldFault::TooManyLines;
        let mut lines = LinesBuilder::behind(self.sales, lines).keeping_all_texts(self.keeps_texts);
        let mut memory = fields::Memory::default();
        record::each::<6>(block, |fields| {
            let place = u32::try_from(before + FIRST_LINE).ok().and_then(|before| before.checked_add(fields.line));
            let place = place.ok_or(FieldFault::TooManyLines)?;
            lines.push(fields::line(fields, &mut memory)?, place).map_err(too_many)
        })?;
        lines.build().map_err(too_many).map_err(|fault| Bad { line: 0, fault })
    }
}

#[cfg(test)]
mod tests;
