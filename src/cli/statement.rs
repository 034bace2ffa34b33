//! `stopgap statement FILE`: a bank's or a provider's file as JSON lines.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::cli::{Failure, Place, print_lines, read_file};
use crate::domain::ids::IdSource;
use crate::domain::money::Currency;
use crate::domain::reconcile::StatementLine;
use crate::outside::unpack::{Content, unpack};
use crate::settings::file::load;
use crate::statement::{self, FILE_BYTES_MAX, Format, MAPPING_BYTES_MAX, Mapping, Reading, Statement};

/// Read a bank's or a provider's file as JSON lines.
///
/// camt.052, camt.053, camt.054, MT940, MT942, OFX, bills of WeChat Pay and Alipay, and any CSV file by a mapping; also
/// in gzip and zip. A file is taken whole or refused whole.
#[derive(Debug, Args)]
pub(super) struct StatementArgs {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Take no other format than this: camt.052, camt.053, camt.054, mt940, mt942, ofx, csv, wechat or alipay
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// How to read a CSV file (TOML)
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Take the file although its totals do not agree with its lines
    #[arg(long)]
    despite_totals: bool,
    /// Print a mapping for a CSV file instead of its lines
    #[arg(long, conflicts_with_all = ["format", "mapping", "despite_totals"])]
    propose: bool,
}

pub(super) fn statement(args: &StatementArgs, place: &Place) -> Result<(), Failure> {
    let bytes = read_file(&args.file, FILE_BYTES_MAX as u64)?;
    let content = unpack(bytes, FILE_BYTES_MAX).map_err(|error| named(&args.file, &error))?;
    if args.propose {
        return propose(&args.file, &content, own_currency(place)?);
    }
    let mapping = args.mapping.as_deref().map(read_mapping).transpose()?;
    let reading = Reading {
        format: args.format,
        mapping: mapping.as_ref(),
        currency: Some(own_currency(place)?),
        despite_totals: args.despite_totals,
        progress: None,
    };
    let read = read(&reading, &content).map_err(|why| named(&args.file, &why))?;
    for fault in &read.overruled {
        // The lines count all the same when standard error is gone.
        let _ = writeln!(io::stderr(), "stopgap: {}: taken all the same: {fault}", args.file.display());
    }
    if let Some(left_out) = left_out(read.left_out) {
        let _ = writeln!(io::stderr(), "stopgap: {}: {left_out}", args.file.display());
    }
    print_lines(read.lines.iter().map(row))
}

fn read(reading: &Reading<'_>, content: &Content) -> Result<Statement, String> {
    let mut ids = IdSource::new(0, 0);
    match content {
        Content::Plain(bytes) => reading.read(bytes, &mut ids).map_err(|error| error.to_string()),
        Content::Archive(files) => {
            reading.read_all(files, &mut ids).map_err(|(name, error)| format!("{name}: {error}"))
        }
    }
}

/// How many rows of a file are no money, where there are some.
pub(super) fn left_out(count: usize) -> Option<String> {
    let rows = if count == 1 { "row is" } else { "rows are" };
    (count > 0).then(|| format!("{count} {rows} left out: their status says that they are no money"))
}

fn row(line: &StatementLine) -> String {
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
    row.to_string()
}

pub(super) fn read_mapping(path: &Path) -> Result<Mapping, Failure> {
    let bytes = read_file(path, MAPPING_BYTES_MAX as u64)?;
    let text = String::from_utf8(bytes).map_err(|_| named(path, &"the mapping is not UTF-8"))?;
    Mapping::parse(&text).map_err(|error| named(path, &error))
}

/// The currency that a mapping without one means: the shop's, and without a configuration the demo shop's.
pub(super) fn own_currency(place: &Place) -> Result<Currency, Failure> {
    let Some(path) = &place.config else { return Ok(Currency::EUR) };
    let data = place.data.as_deref().unwrap_or(Path::new("."));
    load(path, data).map(|settings| settings.currency).map_err(Failure::input)
}

/// Prints the mapping; what it leaves open stands in front of it as a comment.
fn propose(path: &Path, content: &Content, own: Currency) -> Result<(), Failure> {
    let first = match content {
        Content::Plain(bytes) => bytes,
        Content::Archive(files) => {
            files.first().map(|(_, bytes)| bytes).ok_or_else(|| named(path, &"no file in it"))?
        }
    };
    let proposal = statement::propose(first, Some(own)).map_err(|error| named(path, &error))?;
    let trouble = proposal.trouble(first, own).map(|trouble| format!("it does not read the whole file: {trouble}"));
    let doubts = proposal.seen.doubts().into_iter().chain(trouble).map(|doubt| format!("# {doubt}"));
    let lines = proposal.mapping.to_toml();
    print_lines(doubts.chain(lines.lines().map(str::to_owned)))
}

fn named(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::Input(format!("{}: {why}", path.display()))
}
