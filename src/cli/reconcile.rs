//! `stopgap reconcile`: sales against statements, from files or from the ledger. The rules are in
//! `docs/reconciliation.md`.

mod from_files;
mod from_ledger;
mod reasons;
mod rows;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use clap::Args;

use crate::cli::statement::{left_out, own_currency, read_mapping};
use crate::cli::{Failure, Place, keep_inputs, print_line, read_file};
use crate::domain::ids::IdSource;
use crate::domain::reconcile::{Books, Lines, Rules, Sales, Tally};
use crate::outside::unpack::{Content, UNNAMED, unpack};
use crate::statement::{FILE_BYTES_MAX, Fault, Mapping, Reading, Statement, StatementError};

/// Match sales with statement lines, and say what became of each.
#[derive(Debug, Args)]
pub(super) struct ReconcileArgs {
    #[arg(long, value_name = "FILE", requires = "statement", help = SALES_HELP)]
    sales: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = STATEMENT_HELP)]
    statement: Vec<PathBuf>,
    /// How to read a CSV file of another header (TOML), as `stopgap statement --propose` writes it; several times if need
    /// be, and the first that fits a file counts
    #[arg(long, value_name = "FILE", requires = "statement")]
    mapping: Vec<PathBuf>,
    /// Take statements although their totals do not agree with their lines
    #[arg(long, requires = "statement")]
    despite_totals: bool,
    /// Write a JSON line for each sale and each line that is not a sale's money
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How many days money may take to be booked
    #[arg(long, value_name = "DAYS", default_value_t = 3, value_parser = clap::value_parser!(u16).range(0..=30))]
    due_days: u16,
    /// The day on which it is judged what is overdue: the last day of the statements, if it is not given
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
}

const SALES_HELP: &str = "The sales: a CSV file with the header reference,amount_minor,currency,taken_at,tender; \
    without it the ledger in --data is read";
const STATEMENT_HELP: &str = "A bank's or a provider's file, several times if need be; a CSV file with the header \
    booked_on,amount_minor,currency,reference,counterparty,description needs no mapping";

/// Where lines come from.
struct Source {
    name: String,
    /// Whether a line is called by its line in the file; else by which one it is, from 1.
    by_line: bool,
}

/// What is held against each other.
struct Sides {
    sales: Sales,
    lines: Lines,
    sources: Vec<Source>,
    /// Sale and line of what a person has refused.
    refused: BTreeSet<(u32, u32)>,
}

pub(super) fn reconcile(args: &ReconcileArgs, place: &Place) -> Result<(), Failure> {
    let started = Instant::now();
    if let Some(out) = &args.out {
        let files = args.sales.iter().chain(&args.statement).chain(&args.mapping).map(PathBuf::as_path);
        keep_inputs(out, files, place.data.as_deref())?;
    }
    let desk = Desk::of(args, place)?;
    let Sides { sales, lines, sources, refused } = match &args.sales {
        Some(path) => from_files::sides(path, args, &desk)?,
        None => from_ledger::sides(args, place, &desk)?,
    };
    let on = args.on.or(lines.last_day()).or(sales.last_day()).unwrap_or_default();
    let rules = Rules { on, due_days: args.due_days };
    let books = Books::close_without(sales, lines, rules, refused);
    if let Some(path) = &args.out {
        write_rows(path, &books, &sources)?;
    }
    let tally = books.tally();
    print_line(&object(&tally, started.elapsed()))?;
    notes(&tally);
    Ok(())
}

fn named(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::Input(format!("{}: {why}", path.display()))
}

/// How statements are read.
struct Desk {
    reading: Reading<'static>,
    mappings: Vec<Mapping>,
}

impl Desk {
    fn of(args: &ReconcileArgs, place: &Place) -> Result<Self, Failure> {
        let mappings = args.mapping.iter().map(|path| read_mapping(path)).collect::<Result<_, _>>()?;
        let currency = Some(own_currency(place)?);
        let reading = Reading { currency, despite_totals: args.despite_totals, ..Reading::default() };
        Ok(Self { reading, mappings })
    }

    /// A file, or the files of an archive, each by its own format, and by a mapping what says nothing of itself.
    fn read(&self, path: &Path, bytes: Vec<u8>, ids: &mut IdSource) -> Result<Vec<(Source, Statement)>, Failure> {
        let name = path.display().to_string();
        let files = match unpack(bytes, FILE_BYTES_MAX).map_err(|error| named(path, &error))? {
            Content::Plain(bytes) => vec![(name, bytes)],
            Content::Archive(files) => {
                let whole = |inner: String| if inner == UNNAMED { name.clone() } else { format!("{name}: {inner}") };
                files.into_iter().map(|(inner, bytes)| (whole(inner), bytes)).collect()
            }
        };
        let mut read = Vec::with_capacity(files.len());
        for (name, bytes) in files {
            let statement = self.read_one(&bytes, ids).map_err(|error| Failure::Input(format!("{name}: {error}")))?;
            for fault in &statement.overruled {
                // The lines count all the same when standard error is gone.
                let _ = writeln!(io::stderr(), "stopgap: {name}: taken all the same: {fault}");
            }
            if let Some(left_out) = left_out(statement.left_out) {
                let _ = writeln!(io::stderr(), "stopgap: {name}: {left_out}");
            }
            read.push((Source { name, by_line: false }, statement));
        }
        Ok(read)
    }

    fn read_one(&self, bytes: &[u8], ids: &mut IdSource) -> Result<Statement, StatementError> {
        let mut read = self.reading.read(bytes, ids);
        for mapping in &self.mappings {
            // A mapping whose columns are not there is of another file; any other fault is the file's own.
            if !matches!(
                read,
                Err(StatementError::UnknownFormat(_) | StatementError::Bad { fault: Fault::NoColumn(_), .. })
            ) {
                break;
            }
            read = Reading { mapping: Some(mapping), ..self.reading }.read(bytes, ids);
        }
        read
    }
}

/// All of a file.
fn whole(path: &Path) -> Result<Vec<u8>, Failure> {
    read_file(path, FILE_BYTES_MAX as u64)
}

fn write_rows(path: &Path, books: &Books, sources: &[Source]) -> Result<(), Failure> {
    let written = File::create(path).and_then(|file| {
        let mut out = BufWriter::new(file);
        rows::write(&mut out, books, sources)?;
        out.flush()
    });
    written.map_err(|error| named(path, &error))
}

/// The figures as one JSON object. Sums of ten thousand billion do not fit 64 bits, so the numbers are written here.
fn object(tally: &Tally, took: Duration) -> String {
    let counts = [
        ("sales", tally.sales),
        ("lines", tally.lines),
        ("matched", tally.matched),
        ("over", tally.over),
        ("under", tally.under),
        ("duplicate", tally.duplicate),
        ("missing", tally.missing),
        ("unknown", tally.unknown),
        ("suggested", tally.suggested),
    ];
    let counts: Vec<String> = counts.iter().map(|(name, count)| format!("\"{name}\":{count}")).collect();
    format!(
        "{{{},\"matched_minor\":{},\"difference_minor\":{},\"seconds\":{}.{:06}}}",
        counts.join(","),
        tally.matched_minor,
        tally.difference_minor,
        took.as_secs(),
        took.subsec_micros()
    )
}

/// What the object has no key for, on standard error.
fn notes(tally: &Tally) {
    let notes = [
        ("missing sales in cash, which is in the drawer and on no statement", i128::from(tally.missing_cash)),
        ("debits with the reference of a sale, money that went back", i128::from(tally.taken_back)),
        ("what went back, in minor units; --out says of which sales", tally.taken_back_minor),
        ("other debits and lines of nothing, none of the sales' business", i128::from(tally.outgoing)),
    ];
    for (what, count) in notes.into_iter().filter(|(_, count)| *count > 0) {
        // Without standard error there is nobody to tell.
        let _ = writeln!(io::stderr(), "stopgap: {what}: {count}");
    }
}
