//! `stopgap ledger verify|backup`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use crate::cli::{Failure, Place, print_line};
use crate::store::{self, Checked, Reader};

/// Check the ledger, or make a copy of it.
#[derive(Debug, Args)]
pub(super) struct LedgerArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Check journal, mirror, tables, sealed cards and checkpoints against each other
    Verify {
        /// Print the findings as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Copy the ledger while it may be in use
    Backup {
        /// The file to write; it must not exist
        #[arg(value_name = "FILE")]
        to: PathBuf,
    },
}

pub(super) fn ledger(args: &LedgerArgs, place: &Place) -> Result<(), Failure> {
    let missing = || Failure::Input("--data DIR is needed: the folder of the ledger".to_owned());
    let data = place.data.as_deref().ok_or_else(missing)?;
    match &args.act {
        Act::Verify { json } => verify(data, *json),
        Act::Backup { to } => {
            let reader = Reader::open(data).map_err(Failure::input)?;
            reader.backup(to).map_err(Failure::input)
        }
    }
}

fn verify(data: &Path, json: bool) -> Result<(), Failure> {
    let report = store::verify(data).map_err(Failure::input)?;
    if json {
        let checks: Vec<_> =
            report.checks.iter().map(|check| json!({ "check": name(check.what), "problem": check.problem })).collect();
        let object = json!({
            "verified": report.holds(),
            "entries": report.entries,
            "last_seq": report.last_seq,
            "checks": checks,
        });
        print_line(&object.to_string())?;
    } else {
        print_line(&format!("{} entries, the last is {}", report.entries, report.last_seq))?;
        for check in &report.checks {
            let found = check.problem.as_deref().unwrap_or("holds");
            print_line(&format!("{}: {found}", name(check.what)))?;
        }
    }
    if report.holds() {
        Ok(())
    } else {
        Err(Failure::DoesNotHold(format!("the ledger in {} is not whole", data.display())))
    }
}

fn name(what: Checked) -> &'static str {
    match what {
        Checked::Form => "form",
        Checked::Chain => "chain",
        Checked::Tables => "tables",
        Checked::Checkpoints => "checkpoints",
        Checked::Mirror => "mirror",
        Checked::Anchor => "anchor",
        Checked::SealedCards => "sealed_cards",
        Checked::NothingKeptTooLong => "nothing_kept_too_long",
    }
}
