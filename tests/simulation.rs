//! Days that could have been: a cashier who touches at random, a world in which everything fails, a plug that is pulled
//! at every point of a save; and after every step, what must be true whatever happened.
//!
//! `STOPGAP_SEEDS=5000 cargo test --test simulation` plays more days; `STOPGAP_SEED=17` plays one and tells it.

#[path = "simulation/cashier.rs"]
mod cashier;
mod support;
#[path = "simulation/weather.rs"]
mod weather;

use std::collections::VecDeque;
use std::env;
use std::fs;
use std::path::Path;

use chrono::TimeDelta;
use stopgap::domain::day::{DayRules, OpenItem, open_items};
use stopgap::domain::ids::SaleId;
use stopgap::domain::money::Currency;
use stopgap::screens::PageView;

use crate::cashier::Cashier;
use crate::support::shop::{connected, secrets, standalone};
use crate::support::{Bench, Dice, Pace};

/// Days in an ordinary run.
const SEEDS: u64 = 300;
/// Steps that are told of a day that failed.
const TOLD_STEPS_MAX: usize = 30;
/// The time in which everything that can settle by itself has settled, once the world works again.
const HEALING_MAX: TimeDelta = TimeDelta::minutes(25);

/// A defect that a test builds into the world, to see that it is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    None,
    HostBooksTwice,
    ReaderForgets,
}

#[test]
fn whatever_happens_no_sale_is_lost_and_none_is_charged_twice() {
    if let Ok(seed) = env::var("STOPGAP_SEED") {
        let seed = seed.parse().expect("STOPGAP_SEED is a number");
        return play(seed, Defect::None).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    }
    let seeds = env::var("STOPGAP_SEEDS").map_or(SEEDS, |seeds| seeds.parse().expect("STOPGAP_SEEDS is a number"));
    for seed in 0..seeds {
        play(seed, Defect::None).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    }
}

#[test]
fn a_host_that_books_twice_is_noticed() {
    let found: Vec<String> = (0..20).filter_map(|seed| play(seed, Defect::HostBooksTwice).err()).collect();
    assert!(found.iter().any(|why| why.contains("is charged 2 times")), "nobody noticed: {found:#?}");
}

#[test]
fn a_reader_that_forgets_what_it_charged_is_noticed() {
    let found: Vec<String> = (0..40).filter_map(|seed| play(seed, Defect::ReaderForgets).err()).collect();
    assert!(found.iter().any(|why| why.contains("the books have it 1 times")), "nobody noticed: {found:#?}");
}

/// Plays one day to its end.
fn play(seed: u64, defect: Defect) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let reader = if seed % 8 == 7 { standalone() } else { connected() };
    let mut bench = Bench::new(reader, Pace::Lifelike, seed);
    bench.world.host.books_twice = defect == Defect::HostBooksTwice;
    bench.world.reader.is_forgetful = defect == Defect::ReaderForgets;
    let mut cashier = Cashier::default();
    let mut told = Told::new(seed, defect);
    for _ in 0..dice.between(60, 150) {
        let what = match dice.between(1, 100) {
            1..=60 => cashier.act(&mut bench, &mut dice),
            61..=80 => weather::time(&mut bench, &mut dice),
            81..=98 => weather::change(&mut bench, &mut dice),
            _ => {
                bench.restart();
                "the plug is pulled".to_owned()
            }
        };
        told.step(&bench, what);
        let short = TimeDelta::milliseconds(dice.between(0, 400));
        bench.pass(short);
        if bench.is_down() {
            bench.restart();
            told.step(&bench, "the till went down and is started again".to_owned());
        }
        check(&bench).map_err(|why| told.with(&why))?;
    }
    heal(&mut bench).map_err(|why| told.with(&why))
}

/// What must be true after every step.
fn check(bench: &Bench) -> Result<(), String> {
    let world = &bench.world;
    world.complaint.clone().map_or(Ok(()), Err)?;
    world.books.broken()?;
    if bench.app.ledger() != world.stored() && !bench.is_down() {
        return Err("the app and the store know different things".to_owned());
    }
    let shown = shown_sales(bench);
    world.books.charged(&world.reader, &world.host, &world.bank, |sale| shown.contains(&sale))?;
    let screen = bench.screen_text();
    let papers = world.papers.values().map(String::as_str);
    if papers.chain([screen.as_str()]).any(|text| secrets().iter().any(|secret| text.contains(secret))) {
        return Err(format!("a card number or a PIN is readable: {screen}"));
    }
    if !world.draft.is_empty() && !matches!(bench.view().page, PageView::Card(_)) && !bench.is_down() {
        return Err("digits of a card are kept although its page is gone".to_owned());
    }
    Ok(())
}

/// The sales that stand among what is open.
fn shown_sales(bench: &Bench) -> Vec<SaleId> {
    let rules = DayRules { currency: Currency::EUR, due_days: 0, drawer_note_above_minor: 200 };
    let items = open_items(bench.app.ledger(), bench.now(), &rules, 0);
    let sale_of = |item: &OpenItem| match item {
        OpenItem::SaleOpen { sale, .. } | OpenItem::SaleOverpaid { sale, .. } => Some(*sale),
        OpenItem::ReaderUnanswered { about }
        | OpenItem::CardUnanswered { about, .. }
        | OpenItem::CardWaiting { about, .. }
        | OpenItem::CardParked { about, .. }
        | OpenItem::CardDeclined { about, .. }
        | OpenItem::TransferShown { about } => Some(about.sale),
        _ => None,
    };
    items.iter().filter_map(sale_of).collect()
}

/// Everything works again: in bounded time every payment gets somewhere, and all books agree.
fn heal(bench: &mut Bench) -> Result<(), String> {
    weather::clear(bench);
    bench.restart();
    let settled = bench.runs_until(HEALING_MAX, |bench| bench.world.books.stuck().is_empty());
    check(bench)?;
    if !settled && !is_standalone(bench) {
        return Err(format!("not settled after {HEALING_MAX}: {:#?}", bench.world.books.stuck()));
    }
    if !is_standalone(bench) {
        bench.world.books.agree(&bench.world.reader, &bench.world.host)?;
    }
    bench.restart();
    check(bench)?;
    let report = bench.world.verify();
    if !report.holds() {
        return Err(format!("the ledger does not verify: {report:#?}"));
    }
    search_files(&bench.world.data())
}

/// A terminal that cannot be asked waits for the cashier's word for ever, and has no book to compare with.
fn is_standalone(bench: &Bench) -> bool {
    bench.world.settings.reader == standalone()
}

/// No file of the till holds a card number or a PIN.
fn search_files(folder: &Path) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            search_files(&path)?;
            continue;
        }
        let bytes = fs::read(&path).map_err(|error| error.to_string())?;
        let holds = |secret: &&&str| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        if let Some(secret) = secrets().iter().find(holds) {
            return Err(format!("{} holds {secret}", path.display()));
        }
    }
    Ok(())
}

/// The last steps of a day, told when it fails or panics.
struct Told {
    seed: u64,
    is_quiet: bool,
    steps: VecDeque<String>,
}

impl Told {
    fn new(seed: u64, defect: Defect) -> Self {
        Self { seed, is_quiet: defect != Defect::None, steps: VecDeque::new() }
    }

    fn step(&mut self, bench: &Bench, what: String) {
        if self.steps.len() == TOLD_STEPS_MAX {
            self.steps.pop_front();
        }
        self.steps.push_back(format!("{} {what}", bench.now().format("%d %H:%M:%S%.3f")));
    }

    fn with(&self, why: &str) -> String {
        let steps: Vec<&str> = self.steps.iter().map(String::as_str).collect();
        format!("{why}\n{}", steps.join("\n"))
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() && !self.is_quiet {
            eprintln!("seed {}: {}", self.seed, self.with("a panic; the last steps:"));
        }
    }
}
