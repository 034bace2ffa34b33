//! The two plain CSV files of `stopgap reconcile`: sales, and a statement that needs no mapping.
//!
//! A file is read in blocks that end where a record ends, by two threads that take turns at the file and parse their
//! blocks side by side. So a file of any length needs a few megabytes beside what is kept of it. A file is taken whole,
//! or refused whole with the line and the reason. Quoting is that of RFC 4180.

mod blocks;
mod fields;
mod record;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::domain::reconcile::{Lines, LinesBuilder, Sales, SalesBuilder};
use crate::reconcile_csv::blocks::Bad;

pub use self::blocks::{BLOCK_BYTES, RECORD_BYTES_MAX};
pub use self::fields::FieldFault;

/// Room for a reference, before it is known how long they are.
const REFERENCE_BYTES: usize = 12;
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

/// Whether a file is a statement that [`read_lines`] takes: its first line decides.
///
/// # Errors
///
/// The file cannot be read.
pub fn is_statement(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(STATEMENT_HEADER.len() as u64 + 8).read_to_end(&mut start)?;
    Ok(blocks::header_length(&start, STATEMENT_HEADER).is_some())
}

/// Reads the sales.
///
/// # Errors
///
/// The line and what is wrong in it; nothing of the file is taken then.
pub fn read_sales(path: &Path) -> Result<SalesBuilder, CsvError> {
    let parts = blocks::read(File::open(path)?, SALES_HEADER, |block, lines| {
        let mut sales = SalesBuilder::with_capacity(lines, lines * REFERENCE_BYTES);
        let mut memory = fields::Memory::default();
        record::each::<5>(block, |fields| {
            let (reference, amount, taken_on, standing) = fields::sale(fields, &mut memory)?;
            sales.push(&reference, amount, taken_on, standing).map_err(FieldFault::Sale)
        })?;
        Ok(sales)
    })?;
    let (rows, bytes) =
        parts.iter().fold((0, 0), |(rows, bytes), (_, part)| (rows + part.len(), bytes + part.reference_bytes()));
    let mut sales = SalesBuilder::with_capacity(rows, bytes);
    for (_, part) in parts {
        sales.append(part).map_err(|fault| CsvError::TooMany(fault.to_string()))?;
    }
    Ok(sales)
}

/// Reads a statement and looks each line up in the sales. The place of a line is its line in the file. `keeps_texts`:
/// [`LinesBuilder::keeping_all_texts`].
///
/// # Errors
///
/// The line and what is wrong in it; nothing of the file is taken then.
pub fn read_lines(path: &Path, sales: &Sales, lines: &mut Lines, keeps_texts: bool) -> Result<(), CsvError> {
    let parts = blocks::read(File::open(path)?, STATEMENT_HEADER, |block, lines| {
        let mut lines = LinesBuilder::new(sales, lines).keeping_all_texts(keeps_texts);
        let mut memory = fields::Memory::default();
        record::each::<6>(block, |fields| {
            lines.push(fields::line(fields, &mut memory)?, fields.line).map_err(|_| FieldFault::TooManyLines)
        })?;
        lines.build().map_err(|_| Bad { line: 0, fault: FieldFault::TooManyLines })
    })?;
    lines.begin_file();
    lines.reserve(parts.iter().map(|(_, part)| part.len()).sum());
    for (first_line, part) in parts {
        let places = u32::try_from(first_line).unwrap_or(u32::MAX);
        lines.append(part, places).map_err(|fault| CsvError::TooMany(fault.to_string()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
