//! `stopgap reconcile`: sales against statements, from files or from the ledger. The rules are in
//! `docs/reconciliation.md`.

mod reasons;
mod rows;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use clap::Args;

use crate::cli::statement::{own_currency, read_mapping};
use crate::cli::{Failure, Place, keep_inputs, print_line, read_file};
use crate::domain::ids::IdSource;
use crate::domain::reconcile::{
    Books, LineTexts, Lines, LinesBuilder, Rules, Sales, SalesBuilder, Tally, claimed, refused_places,
};
use crate::outside::unpack::{Content, UNNAMED, unpack};
use crate::reconcile_csv;
use crate::statement::{FILE_BYTES_MAX, Mapping, Reading, StatementError};
use crate::store::Reader;

/// Match sales with statement lines, and say what became of each.
#[derive(Debug, Args)]
pub(super) struct ReconcileArgs {
    #[arg(long, value_name = "FILE", requires = "statement", help = SALES_HELP)]
    sales: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = STATEMENT_HELP)]
    statement: Vec<PathBuf>,
    /// How to read a CSV file of another header (TOML), as `stopgap statement --propose` writes it
    #[arg(long, value_name = "FILE", requires = "statement")]
    mapping: Option<PathBuf>,
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

pub(super) fn reconcile(args: &ReconcileArgs, place: &Place) -> Result<(), Failure> {
    let started = Instant::now();
    if let Some(out) = &args.out {
        let files = args.sales.iter().chain(&args.statement).chain(&args.mapping).map(PathBuf::as_path);
        keep_inputs(out, files, place.data.as_deref())?;
    }
    let mut names = Vec::new();
    let (sales, mut lines, refused) = match &args.sales {
        Some(path) => (read_sales(path)?, Lines::default(), BTreeSet::new()),
        None => read_ledger(place, &mut names)?,
    };
    let mapping = args.mapping.as_deref().map(read_mapping).transpose()?;
    let currency = Some(own_currency(place)?);
    let reading = Reading { currency, despite_totals: args.despite_totals, ..Reading::default() };
    for path in &args.statement {
        read_statement(path, (&reading, mapping.as_ref()), &sales, &mut lines, &mut names)?;
    }
    let on = args.on.or(lines.last_day()).or(sales.last_day()).unwrap_or_default();
    let rules = Rules { on, due_days: args.due_days };
    let books = Books::close_without(sales, lines, rules, refused);
    if let Some(path) = &args.out {
        write_rows(path, &books, &names)?;
    }
    let tally = books.tally();
    print_line(&object(&tally, started.elapsed()))?;
    notes(&tally);
    Ok(())
}

fn named(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::Input(format!("{}: {why}", path.display()))
}

fn read_sales(path: &Path) -> Result<Sales, Failure> {
    reconcile_csv::read_sales(path).map(SalesBuilder::build).map_err(|error| named(path, &error))
}

/// What the till waits for, the lines that nothing is known of, and which of both a person said do not belong together.
type FromLedger = (Sales, Lines, BTreeSet<(u32, u32)>);

/// The transfers the till waits for, and the lines it has that nothing is known of.
fn read_ledger(place: &Place, names: &mut Vec<String>) -> Result<FromLedger, Failure> {
    let missing =
        || Failure::Input("--sales FILE or --data DIR is needed: the sales, or a folder of a ledger".to_owned());
    let data = place.data.as_deref().ok_or_else(missing)?;
    let ledger = Reader::open(data).and_then(|reader| reader.ledger()).map_err(Failure::input)?;
    let sales = claimed(&ledger).map_err(Failure::input)?;
    let mut lines = Lines::default();
    lines.begin_file();
    lines.append(look_up(ledger.lines.unexplained().map(LineTexts::of), &sales)?, 0).map_err(Failure::input)?;
    names.push("ledger".to_owned());
    Ok((sales, lines, refused_places(&ledger)))
}

/// One file, or the files of an archive: the plain CSV by the fast way, any other by its format, and by the mapping what
/// says nothing of itself.
fn read_statement(
    path: &Path,
    (reading, mapping): (&Reading<'_>, Option<&Mapping>),
    sales: &Sales,
    lines: &mut Lines,
    names: &mut Vec<String>,
) -> Result<(), Failure> {
    let name = path.display().to_string();
    if reconcile_csv::is_statement(path).map_err(|error| named(path, &error))? {
        names.push(name);
        return reconcile_csv::read_lines(path, sales, lines).map_err(|error| named(path, &error));
    }
    let bytes = read_file(path, FILE_BYTES_MAX as u64)?;
    let files = match unpack(bytes, FILE_BYTES_MAX).map_err(|error| named(path, &error))? {
        Content::Plain(bytes) => vec![(name, bytes)],
        Content::Archive(files) => {
            let whole = |inner: String| if inner == UNNAMED { name.clone() } else { format!("{name}: {inner}") };
            files.into_iter().map(|(inner, bytes)| (whole(inner), bytes)).collect()
        }
    };
    for (name, bytes) in files {
        let mut ids = IdSource::new(0, 0);
        let read = match (reading.read(&bytes, &mut ids), mapping) {
            (Err(StatementError::UnknownFormat(_)), Some(_)) => Reading { mapping, ..*reading }.read(&bytes, &mut ids),
            (read, _) => read,
        };
        let read = read.map_err(|error| Failure::Input(format!("{name}: {error}")))?;
        for fault in &read.overruled {
            // The lines count all the same when standard error is gone.
            let _ = writeln!(io::stderr(), "stopgap: {name}: taken all the same: {fault}");
        }
        lines.begin_file();
        lines.append(look_up(read.lines.iter().map(LineTexts::of), sales)?, 0).map_err(Failure::input)?;
        names.push(name);
    }
    Ok(())
}

/// Lines that are numbered from 1.
fn look_up<'a>(texts: impl Iterator<Item = LineTexts<'a>>, sales: &Sales) -> Result<Lines, Failure> {
    let mut lines = LinesBuilder::new(sales, 0);
    for (place, line) in (1..).zip(texts) {
        lines.push(line, place).map_err(Failure::input)?;
    }
    lines.build().map_err(Failure::input)
}

fn write_rows(path: &Path, books: &Books, names: &[String]) -> Result<(), Failure> {
    let written = File::create(path).and_then(|file| {
        let mut out = BufWriter::new(file);
        rows::write(&mut out, books, names)?;
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
        (tally.missing_cash, "of the missing sales are cash, which is in the drawer and on no statement"),
        (tally.taken_back, "debits carry the reference of a sale: money that went back"),
        (tally.outgoing, "other debits are none of the sales' business"),
    ];
    for (count, what) in notes.into_iter().filter(|(count, _)| *count > 0) {
        // Without standard error there is nobody to tell.
        let _ = writeln!(io::stderr(), "stopgap: {count} {what}");
    }
}
