//! Days that could have been: a cashier who touches at random, a world in which everything fails, a plug that is pulled
//! at every point of a save; and after every step, what must be true whatever happened.
//!
//! `STOPGAP_SEEDS=5000 cargo test --test simulation` plays more days; `STOPGAP_SEED=17` plays one and tells it. Stored
//! cards by the thousand, and by the million, are forwarded in `simulation/forwarding.rs`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a seed that fails tells its last steps")]

#[path = "simulation/cash.rs"]
mod cash;
#[path = "simulation/cashier.rs"]
mod cashier;
#[path = "simulation/desk.rs"]
mod desk;
#[path = "simulation/forwarding.rs"]
mod forwarding;
#[path = "simulation/payees.rs"]
mod payees;
mod support;
#[path = "simulation/weather.rs"]
mod weather;

use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::fs;
use std::panic;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use chrono::TimeDelta;
use stopgap::domain::cash::Foreign;
use stopgap::domain::day::{DayRules, Findings, OpenItem, open_items};
use stopgap::domain::ids::SaleId;
use stopgap::domain::money::Currency;
use stopgap::domain::sale::{Payment, Sale, SaleState, Standing};
use stopgap::screens::PageView;
use stopgap::settings::{CashSettings, ForeignTaken, LateApproval, Settings};

use crate::cashier::Cashier;
use crate::support::books::step;
use crate::support::dice::Dice;
use crate::support::shop::{CASHIER, MANAGER, connected, secrets, settings, standalone};
use crate::support::{Bench, Pace};
use crate::weather::Climate;

/// Days in an ordinary run.
const SEEDS: u64 = 420;
/// Steps that are told of a day that failed.
const TOLD_STEPS_MAX: usize = 30;
/// The time in which everything that can settle by itself has settled, once the world works again.
const HEALING_MAX: TimeDelta = TimeDelta::minutes(25);

/// How often each kind of fact was stored.
type Kinds = BTreeMap<&'static str, u32>;

/// Every kind of fact: an ordinary run has to come by all of them.
const KINDS: [&str; 46] = [
    "signed_in",
    "signed_out",
    "pin_refused",
    "manager_approved",
    "day_opened",
    "drawer_opened",
    "drawer_counted",
    "drawer_explained",
    "drawer_kicked",
    "day_closed",
    "outage_began",
    "outage_changed",
    "outage_ended",
    "service_case",
    "upkeep_done",
    "sale_began",
    "sale_done",
    "sale_abandoned",
    "reader_asked",
    "reader_unanswered",
    "reader_answered",
    "reader_parked",
    "reader_decided",
    "reader_reversing",
    "reader_reversed",
    "reader_kept",
    "given_back",
    "qr_shown",
    "qr_moved",
    "card_sealed",
    "card_sending",
    "card_answered",
    "card_not_taken",
    "card_unanswered",
    "card_reversing",
    "card_reversed",
    "card_undone",
    "card_parked",
    "card_unparked",
    "card_written_off",
    "cash_taken",
    // No fact of its own: a box of dollars was opened by somebody who paid with them.
    "box_opened",
    "statement_imported",
    "line_matched",
    "line_explained",
    "qr_written_off",
];

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
        play(seed, Defect::None).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        return;
    }
    let seeds = env::var("STOPGAP_SEEDS").map_or(SEEDS, |seeds| seeds.parse().expect("STOPGAP_SEEDS is a number"));
    let threads = thread::available_parallelism().map_or(1, |count| u64::try_from(count.get()).expect("few"));
    let kinds: Vec<Kinds> = thread::scope(|scope| {
        let plays = (0..threads).map(|first| scope.spawn(move || play_every(first, threads, seeds)));
        let plays: Vec<_> = plays.collect();
        plays.into_iter().map(|play| play.join().unwrap_or_else(|why| panic::resume_unwind(why))).collect()
    });
    let kinds = kinds.into_iter().flatten().fold(Kinds::new(), |mut all, (kind, count)| {
        *all.entry(kind).or_default() += count;
        all
    });
    println!("{kinds:#?}");
    if seeds >= SEEDS {
        // Days in which little happens prove little.
        let missing: Vec<&&str> = KINDS.iter().filter(|kind| !kinds.contains_key(**kind)).collect();
        assert!(missing.is_empty(), "these never happened: {missing:?}");
    }
}

fn play_every(first: u64, step: u64, seeds: u64) -> Kinds {
    let mut kinds = Kinds::new();
    for seed in (first..seeds).step_by(usize::try_from(step).expect("few threads")) {
        let played = play(seed, Defect::None).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        for (kind, count) in played {
            *kinds.entry(kind).or_default() += count;
        }
    }
    kinds
}

#[test]
fn a_host_that_books_twice_is_noticed() {
    let found: Vec<String> = (0..20).filter_map(|seed| play(seed, Defect::HostBooksTwice).err()).collect();
    assert!(found.iter().any(|why| why.contains("is charged 2 times")), "nobody noticed: {found:#?}");
}

#[test]
fn a_reader_that_forgets_what_it_charged_is_noticed() {
    let found: Vec<String> = (0..40).filter_map(|seed| play(seed, Defect::ReaderForgets).err()).collect();
    assert!(found.iter().any(|why| why.contains("is charged")), "nobody noticed: {found:#?}");
}

/// Plays one day to its end.
fn play(seed: u64, defect: Defect) -> Result<Kinds, String> {
    let mut dice = Dice::new(seed);
    let reader = if seed % 8 == 7 { standalone() } else { connected() };
    let late_approval = if seed.is_multiple_of(3) { LateApproval::Keep } else { LateApproval::Reverse };
    let shop = Settings::clone(&settings(reader));
    // Every other shop takes dollars, too.
    let dollars = ForeignTaken {
        foreign: Foreign { currency: Currency::USD, rate: "0.92".parse().expect("a rate") },
        rate_of: None,
    };
    let foreign = if seed.is_multiple_of(2) { vec![dollars] } else { Vec::new() };
    let shop = Settings { late_approval, cash: CashSettings { foreign, ..shop.cash }, ..shop };
    let mut bench = Bench::of_shop(Arc::new(shop), Pace::Lifelike, seed);
    bench.world.reader.refuses_reversals = seed % 5 == 1;
    bench.world.host.books_twice = defect == Defect::HostBooksTwice;
    bench.world.reader.is_forgetful = defect == Defect::ReaderForgets;
    let (mut cashier, climate) = (Cashier::default(), Climate::of(seed / 2));
    let mut told = Told::new(seed, defect);
    if dice.chance(80) {
        #[allow(clippy::explicit_auto_deref, reason = "without it the type of the list is guessed wrongly")]
        bench.open_day(*dice.pick(&[CASHIER, MANAGER, MANAGER]));
    }
    for _ in 0..dice.between(60, 150) {
        let what = match dice.between(1, 100) {
            1..=75 => cashier.act(&mut bench, &mut dice),
            76..=87 => weather::time(&mut bench, &mut dice),
            88..=99 => weather::change(climate, &mut bench, &mut dice),
            _ => {
                bench.restart();
                "the plug is pulled".to_owned()
            }
        };
        told.step(&bench, what);
        let short = if dice.chance(30) { dice.between(0, 400) } else { dice.between(400, 1_500) };
        bench.pass(TimeDelta::milliseconds(short));
        if bench.is_down() {
            bench.restart();
            told.step(&bench, "the till went down and is started again".to_owned());
        }
        check(&bench).map_err(|why| told.with(&why))?;
    }
    heal(&mut bench).map_err(|why| told.with(&why))?;
    let boxes = u32::try_from(bench.app.ledger().boxes.len()).expect("few");
    let of_boxes = (boxes > 0).then_some(("box_opened", boxes));
    Ok(bench.world.books.kinds.into_iter().chain(of_boxes).collect())
}

/// What must be true after every step.
fn check(bench: &Bench) -> Result<(), String> {
    let (world, view) = (&bench.world, bench.view());
    let is_down = world.is_gone || matches!(view.page, PageView::Halt(_));
    world.complaint.clone().map_or(Ok(()), Err)?;
    world.books.broken()?;
    if bench.app.ledger() != world.stored() && !is_down {
        return Err("the app and the store know different things".to_owned());
    }
    let ledger = bench.app.ledger();
    if let Some(drawer) = ledger.drawer_sessions().find(|one| ledger.figures_of(one).expected() < 0) {
        return Err(format!("a drawer or a box should hold less than nothing: {drawer:?}"));
    }
    let shown = shown_sales(bench);
    world.books.charged(&world.reader, &world.host, &world.bank, |sale| shown.contains(&sale))?;
    let screen = serde_json::to_string(&view).expect("a view is plain data");
    let papers = world.papers.values().map(String::as_str);
    if papers.chain([screen.as_str()]).any(|text| secrets().iter().any(|secret| text.contains(secret))) {
        return Err(format!("a card number or a PIN is readable: {screen}"));
    }
    let typing = matches!(view.page, PageView::Card(_));
    if !world.draft.is_empty() && !typing && !is_down && !bench.is_wiping_card() {
        return Err("digits of a card are kept although its page is gone".to_owned());
    }
    Ok(())
}

/// The sales that stand among what is open.
fn shown_sales(bench: &Bench) -> Vec<SaleId> {
    let rules =
        DayRules { currency: Currency::EUR, due_days: 0, drawer_note_above_minor: 200, expected_loss_basis_points: 0 };
    let items =
        open_items(bench.app.ledger(), &Findings::of(bench.app.ledger(), bench.now(), &rules), bench.now(), &rules, 0);
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
    items.iter().map(OpenItem::inner).filter_map(sale_of).collect()
}

/// Everything works again: in bounded time every payment gets somewhere, and all books agree.
fn heal(bench: &mut Bench) -> Result<(), String> {
    weather::clear(bench);
    bench.restart();
    let settled = bench.runs_until(HEALING_MAX, |bench| bench.world.books.stuck().is_empty() && !is_forgotten(bench));
    check(bench)?;
    if is_forgotten(bench) {
        return Err("a charge that its sale does not need was not taken back".to_owned());
    }
    // A reader that gave one payment another's answer leaves the other to a person; the till shows it.
    let is_a_persons = bench.world.reader.has_mixed_up.get();
    if !settled && !is_standalone(bench) && !is_a_persons {
        return Err(format!("not settled after {HEALING_MAX}: {:#?}", bench.world.books.stuck()));
    }
    if !is_standalone(bench) && settled {
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

/// Whether a charge on the reader that comes on top of its sale is left to itself in a shop that takes such charges back.
fn is_forgotten(bench: &Bench) -> bool {
    let ledger = bench.app.ledger();
    let owed = |sale: &Sale| match sale.state {
        SaleState::Open => None,
        SaleState::Done { .. } => Some(sale.amount.minor),
        SaleState::Abandoned { .. } => Some(0),
    };
    let is_superfluous = |payment: &Payment| {
        let certain: i64 =
            ledger.payments.of_sale(payment.sale).filter(|one| one.is_certain()).map(|one| one.amount.minor).sum();
        let owed = ledger.sales.get(&payment.sale).and_then(owed);
        step(payment) == "answered"
            && payment.standing() == Standing::Takes
            && owed.is_some_and(|owed| certain - payment.amount.minor >= owed)
    };
    !is_standalone(bench)
        && bench.world.settings.late_approval == LateApproval::Reverse
        && ledger.payments.values().any(is_superfluous)
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
        // Digits stay digits, whatever else the bytes around them are.
        let text = String::from_utf8_lossy(&bytes);
        if let Some(secret) = secrets().iter().find(|secret| text.contains(**secret)) {
            return Err(format!("{} holds {secret}", path.display()));
        }
    }
    Ok(())
}

/// The page as the YAML of a view names it, and the sheet over it.
fn page_name(bench: &Bench) -> String {
    let view = bench.view();
    let name = |debug: String| debug.split(['(', ' ', '{']).next().unwrap_or_default().to_owned();
    let sheet = view.overlay.map_or_else(String::new, |sheet| format!(" under {}", name(format!("{sheet:?}"))));
    format!("{}{sheet}", name(format!("{:?}", view.page)))
}

/// The last steps of a day, told when it fails or panics.
struct Told {
    seed: u64,
    is_aloud: bool,
    is_quiet: bool,
    steps: VecDeque<String>,
}

impl Told {
    fn new(seed: u64, defect: Defect) -> Self {
        let is_aloud = env::var("STOPGAP_SEED").is_ok() && defect == Defect::None;
        Self { seed, is_aloud, is_quiet: defect != Defect::None, steps: VecDeque::new() }
    }

    fn step(&mut self, bench: &Bench, what: String) {
        if self.steps.len() == TOLD_STEPS_MAX {
            self.steps.pop_front();
        }
        let step = format!("{} {what} → {}", bench.now().format("%d %H:%M:%S%.3f"), page_name(bench));
        if self.is_aloud {
            println!("{step}");
        }
        self.steps.push_back(step);
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
