//! `stopgap statement FILE`: a bank's file as JSON lines.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::{Failure, print_line, read_file};
use crate::domain::ids::IdSource;
use crate::statement;

/// Read a bank's file as JSON lines.
#[derive(Debug, Args)]
pub(super) struct StatementArgs {
    /// The file; camt.053 is read
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn statement(args: &StatementArgs) -> Result<(), Failure> {
    let named = |why: &dyn std::fmt::Display| Failure::Input(format!("{}: {why}", args.file.display()));
    let bytes = read_file(&args.file, statement::FILE_BYTES_MAX as u64)?;
    let read = statement::read(&bytes, &mut IdSource::new(0, 0)).map_err(|error| named(&error))?;
    for line in &read.lines {
        let row = json!({
            "booked_on": line.booked_on,
            "valued_on": line.valued_on,
            "amount_minor": line.amount.minor,
            "currency": line.amount.currency,
            "reference": line.reference,
            "end_to_end_id": line.end_to_end_id,
            "counterparty_name": line.counterparty_name,
            "counterparty_account": line.counterparty_account,
            "description": line.description,
            "bank_reference": line.bank_reference,
            "reversal": line.reversal,
        });
        print_line(&row.to_string())?;
    }
    Ok(())
}
