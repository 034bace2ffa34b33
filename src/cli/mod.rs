//! The command line: one file per subcommand, and the rules they share.
//!
//! Exit code 0 is done, 1 means that the thing checked does not hold, 2 is bad usage or bad input. Data goes to standard
//! output, one line of explanation to standard error.

mod again;
mod case;
mod demo;
mod diagnose;
mod display;
mod forward;
mod handover;
mod iso8583;
mod keep;
mod key;
mod ledger;
mod log;
mod nexo;
mod pcsc_watch;
mod pin;
mod print;
mod qr;
mod reconcile;
mod report;
mod run;
mod shop;
mod simulate;
mod statement;
mod support_pack;
mod usage;
mod zvt;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use self::keep::keep_inputs;
use crate::fields::FieldError;

/// Keeps a shop selling when the card reader cannot.
#[derive(Debug, Parser)]
#[command(name = "stopgap", version, about)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Where configuration and ledger are.
#[derive(Clone, Debug, Args)]
struct Place {
    /// The configuration file; without one, and without a ledger, the touchscreen opens in demo mode
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of the ledger
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the touchscreen
    Run(run::RunArgs),
    /// Say which part of the way to the card's bank has failed
    Diagnose(diagnose::DiagnoseArgs),
    /// Show the cases of the reader, or write a repair request
    Case(case::CaseArgs),
    /// Write the support pack for the supplier's support: no card data, no secrets
    SupportPack(support_pack::SupportPackArgs),
    /// Play a whole outage day through the real screens with no display
    Demo(demo::DemoArgs),
    /// Send the stored cards without the screen, or say whether any is left
    Forward(forward::ForwardArgs),
    /// Give the stored payments to another till, or bring back what became of them
    Handover(handover::HandoverArgs),
    /// Check the ledger, or make a copy of it
    Ledger(ledger::LedgerArgs),
    /// Run a simulator as a process of its own until it is ended
    Simulate(simulate::SimulateArgs),
    /// Look at an acquirer's key
    Key(key::KeyArgs),
    /// Make a payment code from JSON on standard input, or read one
    Qr(qr::QrArgs),
    /// Print a text on a receipt printer, open the drawer, or ask how the printer is
    Print(print::PrintArgs),
    /// Turn ISO 8583 messages into JSON fields and back, on standard input and output
    Iso8583(iso8583::Iso8583Args),
    /// Turn ZVT messages into JSON and back, on standard input and output
    #[command(hide = true)]
    Zvt(zvt::ZvtArgs),
    /// Read a bank's or a provider's file as JSON lines
    Statement(statement::StatementArgs),
    /// Match sales with statement lines, and say what became of each
    Reconcile(reconcile::ReconcileArgs),
    /// Report a day, a period, an outage or a case of the reader as HTML, CSV, JSON, or for hledger and beancount
    Report(report::ReportArgs),
    /// Seal or open one message of a nexo reader
    #[command(hide = true)]
    Nexo(nexo::NexoArgs),
    /// Hash a PIN from standard input for the configuration file
    Pin,
    /// Watch PC/SC readers; the till starts this itself
    #[command(hide = true)]
    PcscWatch(pcsc_watch::PcscWatchArgs),
}

/// Why a command could not do its work. The text is one line.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The thing checked does not hold; exit code 1.
    #[error("{0}")]
    DoesNotHold(String),
    /// Bad usage or input, or something outside that the person has to put right; exit code 2.
    #[error("{0}")]
    Input(String),
}

impl Failure {
    fn input(why: impl std::fmt::Display) -> Self {
        Self::Input(why.to_string())
    }
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        Self::Input(error.to_string())
    }
}

/// Runs the program on the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match usage::arguments() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    log::start();
    let done = match cli.command {
        None => run::run(&run::RunArgs::default(), &cli.place),
        Some(Command::Run(args)) => run::run(&args, &cli.place),
        Some(Command::Diagnose(args)) => diagnose::diagnose(&args, &cli.place),
        Some(Command::Case(args)) => case::case(&args, &cli.place),
        Some(Command::SupportPack(args)) => support_pack::support_pack(&args, &cli.place),
        Some(Command::Demo(args)) => demo::demo(&args, &cli.place),
        Some(Command::Ledger(args)) => ledger::ledger(&args, &cli.place),
        Some(Command::Forward(args)) => forward::forward(&args, &cli.place),
        Some(Command::Handover(args)) => handover::handover(&args, &cli.place),
        Some(Command::Simulate(args)) => simulate::simulate(&args, &cli.place),
        Some(Command::Key(args)) => key::key(&args),
        Some(Command::Qr(args)) => qr::qr(&args),
        Some(Command::Print(args)) => print::print(&args),
        Some(Command::Iso8583(args)) => iso8583::iso8583(&args),
        Some(Command::Zvt(args)) => zvt::zvt(&args),
        Some(Command::Statement(args)) => statement::statement(&args, &cli.place),
        Some(Command::Reconcile(args)) => reconcile::reconcile(&args, &cli.place),
        Some(Command::Report(args)) => report::report(&args, &cli.place),
        Some(Command::Nexo(args)) => nexo::nexo(&args),
        Some(Command::Pin) => pin::pin(&cli.place),
        Some(Command::PcscWatch(args)) => pcsc_watch::pcsc_watch(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let code = match failure {
                Failure::DoesNotHold(_) => 1,
                Failure::Input(_) => 2,
            };
            // When even standard error is gone, the exit code is all that is left to say.
            let _ = writeln!(io::stderr(), "stopgap: {failure}");
            ExitCode::from(code)
        }
    }
}

/// Prints one line of data.
fn print_line(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(|error| Failure::Input(format!("standard output: {error}")))
}

/// Prints many lines of data.
fn print_lines(mut lines: impl Iterator<Item = String>) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = lines.try_for_each(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
    written.map_err(|error| Failure::Input(format!("standard output: {error}")))
}

/// Prints a text that ends its own lines.
fn print_text(text: &str) -> Result<(), Failure> {
    io::stdout().write_all(text.as_bytes()).map_err(|error| Failure::Input(format!("standard output: {error}")))
}

/// The whole of a file, unless it is longer than `max` bytes; not one byte more is read of it.
fn read_file(path: &Path, max: u64) -> Result<Vec<u8>, Failure> {
    let named = |why: &dyn std::fmt::Display| Failure::Input(format!("{}: {why}", path.display()));
    let too_long = || named(&format!("the file has more than {max} bytes, the most that is read"));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| named(&error))?;
    // A file that says it is too long is not even begun; a pipe says nothing and is stopped.
    let stated = file.metadata().map_err(|error| named(&error))?.len();
    if stated > max {
        return Err(too_long());
    }
    let length = file.take(max + 1).read_to_end(&mut bytes).map_err(|error| named(&error))?;
    if length as u64 > max {
        return Err(too_long());
    }
    Ok(bytes)
}

/// The most bytes that are read from standard input.
const INPUT_BYTES_MAX: u64 = 1024 * 1024;

/// All of standard input, as text.
fn read_input() -> Result<String, Failure> {
    let mut text = String::new();
    let read = io::stdin().take(INPUT_BYTES_MAX + 1).read_to_string(&mut text);
    let length = read.map_err(|error| Failure::Input(format!("standard input: {error}")))?;
    if length as u64 > INPUT_BYTES_MAX {
        return Err(Failure::Input(format!("standard input has more than {INPUT_BYTES_MAX} bytes")));
    }
    Ok(text)
}
