//! How fast sales and statement lines are matched, as a table, with peers on the same files in turns. `cargo bench
//! --bench reconcile` prints it; no test asserts any of it, because machines are noisy. The ratios are what counts.
//!
//! Each run is a process of its own, so that its memory is its own too. Each says by itself how long it took from the
//! first byte read to the classes known, so that no peer pays for the start of Python. The peers need a Python
//! environment: `STOPGAP_PEERS` names its folder (`target/peers` if it is not set). One without pandas, polars or
//! bankstatementparser leaves their rows out.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::error::Error;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use stopgap::simulator::takings::takings;

/// Rounds in which all take their turn.
const ROUNDS: usize = 7;
/// How often the memory of a process is looked at. What counts is its own high-water mark, which the system keeps.
const LOOK: Duration = Duration::from_millis(2);

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Reads both files and finds which amounts agree: no reasons, duplicates or suggestions.
const PANDAS: &str = "
import json, time
import pandas as pd
t = time.perf_counter()
s = pd.read_csv('sales.csv', dtype={'reference': str}); l = pd.read_csv('bank.csv', dtype={'reference': str})
j = s.merge(l.dropna(subset=['reference']), on='reference', how='outer')
n = int((j['amount_minor_x'] == j['amount_minor_y']).sum())
print(json.dumps({'agree': n, 'seconds': time.perf_counter() - t}))
";
/// The same.
const POLARS: &str = "
import json, time
import polars as pl
t = time.perf_counter(); o = {'reference': pl.String}
s = pl.read_csv('sales.csv', schema_overrides=o); l = pl.read_csv('bank.csv', schema_overrides=o)
j = s.join(l, on='reference', how='full')
n = int((j['amount_minor'] == j['amount_minor_right']).sum())
print(json.dumps({'agree': n, 'seconds': time.perf_counter() - t}))
";
/// Four passes with reasons, but neither duplicates nor other amounts.
const PARSER: &str = "
import csv, json, time
from bankstatementparser.reconciliation import reconcile_payments_and_statements as reconcile
def rows(name, day, party):
    with open(name, newline='') as file:
        for row in csv.DictReader(file):
            yield {'amount': row['amount_minor'], 'currency': row['currency'], 'reference': row['reference'],
                   'counterparty': row.get(party, ''), 'date': row[day][:10]}
t = time.perf_counter()
r = reconcile(rows('sales.csv', 'taken_at', 'none'), rows('bank.csv', 'booked_on', 'counterparty'))
print(json.dumps({'agree': r.matched_count, 'seconds': time.perf_counter() - t}))
";

/// One program that is measured.
struct Program {
    name: &'static str,
    command: PathBuf,
    arguments: Vec<String>,
    /// The slowest takes a minute for a million.
    rounds: usize,
    micros: Vec<u64>,
    peak_kib: u64,
}

fn main() -> Outcome<()> {
    let folder = std::env::temp_dir().join(format!("stopgap-reconcile-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(&folder);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path) -> Outcome<()> {
    println!("{:<12} {:<22} {:>12} {:>12} {:>12} {:>10}", "sales", "program", "median", "best", "peak", "times ours");
    let mut medians = Vec::new();
    for sales in [10_000_u32, 100_000, 1_000_000] {
        let made = takings(sales, 7);
        fs::write(folder.join("sales.csv"), &made.sales_csv)?;
        fs::write(folder.join("bank.csv"), &made.statement_csv)?;
        drop(made);
        let mut programs = programs(folder)?;
        for round in 0..ROUNDS {
            for program in programs.iter_mut().filter(|program| round < program.rounds) {
                run(program, folder)?;
            }
        }
        let ours = programs.first().map_or(1, |program| median(&program.micros)).max(1);
        medians.push(ours);
        for program in &programs {
            let tenths = median(&program.micros) * 10 / ours;
            println!(
                "{sales:<12} {:<22} {:>12} {:>12} {:>8} MB {:>8}.{}",
                program.name,
                milliseconds(median(&program.micros)),
                milliseconds(program.micros.iter().copied().min().unwrap_or(0)),
                program.peak_kib * 1_024 / 1_000_000,
                tenths / 10,
                tenths % 10
            );
        }
    }
    if let [small, .., large] = medians[..] {
        println!("from 10,000 to 1,000,000 it takes {} times as long (goal: at most 200)", large / small.max(1));
    }
    Ok(())
}

/// Ourselves first, then the peers that are there.
fn programs(folder: &Path) -> Outcome<Vec<Program>> {
    let python = std::env::var_os("STOPGAP_PEERS").map_or_else(|| PathBuf::from("target/peers"), PathBuf::from);
    let python = std::path::absolute(python.join("bin/python3"))?;
    let ours = ["reconcile", "--sales", "sales.csv", "--statement", "bank.csv"].map(str::to_owned).to_vec();
    let program = |name, command: &Path, arguments, rounds| Program {
        name,
        command: command.to_owned(),
        arguments,
        rounds,
        micros: Vec::new(),
        peak_kib: 0,
    };
    let mut programs = vec![program("stopgap", Path::new(env!("CARGO_BIN_EXE_stopgap")), ours, ROUNDS)];
    let peers = [("pandas", PANDAS, ROUNDS), ("polars", POLARS, ROUNDS), ("bankstatementparser", PARSER, 1)];
    for (name, script, rounds) in peers {
        let import = format!("import {name}");
        let asked = Command::new(&python).args(["-c", &import]).current_dir(folder).stderr(Stdio::null()).status();
        if asked.is_ok_and(|status| status.success()) {
            programs.push(program(name, &python, vec!["-c".to_owned(), script.to_owned()], rounds));
        } else {
            println!("{name} is not in {}: left out", python.display());
        }
    }
    Ok(programs)
}

/// One run: the time it says itself, and the most memory it had.
fn run(program: &mut Program, folder: &Path) -> Outcome<()> {
    let mut child = Command::new(&program.command)
        .args(&program.arguments)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        program.peak_kib = program.peak_kib.max(peak.unwrap_or(0));
        thread::sleep(LOOK);
    }
    let mut said = String::new();
    child.stdout.take().ok_or("no output")?.read_to_string(&mut said)?;
    program.micros.push(micros(&said).ok_or_else(|| format!("{} said “{said}”", program.name))?);
    Ok(())
}

/// The seconds in a JSON object of ours or a peer's, as whole microseconds.
fn micros(said: &str) -> Option<u64> {
    let object: serde_json::Value = serde_json::from_str(said).ok()?;
    let took = Duration::try_from_secs_f64(object.get("seconds")?.as_f64()?).ok()?;
    u64::try_from(took.as_micros()).ok()
}

fn median(micros: &[u64]) -> u64 {
    let mut sorted = micros.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

fn milliseconds(micros: u64) -> String {
    format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
}
