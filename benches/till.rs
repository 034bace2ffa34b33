//! How fast the till is, as a table. `cargo bench` prints it; no test asserts any of it, because machines are noisy.
//!
//! The one figure with a goal is a ratio: from "accept" to durable, against a raw flush of 4 KiB taken turn about in the
//! same process, so that whatever the disk does meets both.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, NaiveDate};
use stopgap::app::{App, Start};
use stopgap::demo::dice::Dice;
use stopgap::demo::till::Till;
use stopgap::domain::cash::Count;
use stopgap::domain::fact::Fact;
use stopgap::domain::ids::{DayId, DrawerId, IdSource, PaymentId, PersonId, SaleId, SaleReference, SaveId};
use stopgap::domain::limits::CardWindow;
use stopgap::domain::money::{Currency, Money};
use stopgap::outside::files::Files;
use stopgap::simulator::shop::DemoShop;
use stopgap::store::{Options, Store};

/// Sales in the large ledger.
const SALES: u32 = 10_000;
/// Sales that are timed one by one.
const ROUNDS: u32 = 400;
/// Starts that are timed.
const STARTS: usize = 5;
/// Keys that are timed.
const KEYS: usize = 300;
/// The pause between two timed flushes: a till sells now and then, and an idle processor wakes up slowly.
const PAUSE: Duration = Duration::from_millis(10);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let folder = std::env::temp_dir().join(format!("stopgap-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(&folder);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path) -> Outcome<()> {
    println!("{:<52} {:>10} {:>10}", "figure", "p50", "p99");
    let empty = folder.join("empty");
    row("start to first frame, empty ledger", starts(&empty)?);
    let large = folder.join("large");
    let (accept, flush) = accepts(&large)?;
    row("start to first frame, 10,000 sales", starts(&large)?);
    row("key press to painted frame, 1024x600", keys(&folder.join("keys"))?);
    let ratio_hundredths = percentile(&accept, 50).as_nanos() * 100 / percentile(&flush, 50).as_nanos().max(1);
    row("raw write and fdatasync of 4 KiB", flush);
    row("accept a cash sale to durable, two copies", accept);
    println!(
        "{:<52} {:>7}.{:02}",
        "accept against raw flush, p50 (goal 2.75)",
        ratio_hundredths / 100,
        ratio_hundredths % 100
    );
    Ok(())
}

fn row(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let shown = |time: Duration| format!("{}.{:02} ms", time.as_micros() / 1_000, time.as_micros() % 1_000 / 10);
    println!("{name:<52} {:>10} {:>10}", shown(percentile(&times, 50)), shown(percentile(&times, 99)));
}

fn percentile(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * percent / 100).copied().unwrap_or_default()
}

/// Opens the store, checks it whole, builds the app and paints the first page.
fn starts(data: &Path) -> Outcome<Vec<Duration>> {
    let shop = DemoShop::start()?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let before = Instant::now();
        let mut till = till(&shop, data)?;
        till.paint();
        times.push(before.elapsed());
    }
    Ok(times)
}

fn till(shop: &DemoShop, data: &Path) -> Outcome<Till> {
    let settings = Arc::new(shop.settings(data)?);
    let at = opening()?;
    let opened = Store::open(data, settings.till, Options { now_unix: at.timestamp(), faults: None })?;
    let files = Files::under(data, settings.currency);
    let start = Start {
        settings: Arc::clone(&settings),
        ledger: opened.ledger,
        card_window: CardWindow::new(),
        demo: true,
        unconfirmed: Vec::new(),
        repaired: false,
        at,
    };
    let world = Arc::new(shop.world(settings, opened.store, files, data, Duration::from_millis(250))?);
    Ok(Till::new(App::new(start), world, Dice::new(1), at, None)?)
}

/// A finger on a key until the page with the new amount is painted.
fn keys(data: &Path) -> Outcome<Vec<Duration>> {
    let shop = DemoShop::start()?;
    let mut till = till(&shop, data)?;
    till.open_a_day()?;
    let mut times = Vec::new();
    for round in 0..KEYS {
        let key = if round % 6 == 5 { "sell-clear".to_owned() } else { format!("key-{}", round % 9 + 1) };
        let before = Instant::now();
        till.tap(&key)?;
        till.paint();
        times.push(before.elapsed());
    }
    Ok(times)
}

/// Cash sales, and between them raw flushes. The first sales only fill the ledger.
fn accepts(data: &Path) -> Outcome<(Vec<Duration>, Vec<Duration>)> {
    let at = opening()?;
    let mut store = Store::open(data, 23, Options { now_unix: at.timestamp(), faults: None })?.store;
    let mut ids = IdSource::new(u64::try_from(at.timestamp_millis())?, 7);
    let (day, drawer) = (DayId(ids.next_uuid()), DrawerId(ids.next_uuid()));
    let float =
        Fact::DrawerOpened { drawer, float: Count::default(), float_minor: 0, name: None, by: None, foreign: None };
    let opened = [Fact::DayOpened { day, date: at.date_naive(), is_demo: false }, float];
    store.save(at, "bench", SaveId(ids.next_uuid()), &opened, &[])?;
    for sequence in 1..=SALES - ROUNDS {
        store.save(at, "bench", SaveId(ids.next_uuid()), &cash_sale(&mut ids, day, drawer, sequence)?, &[])?;
    }
    let raw = OpenOptions::new().create(true).truncate(true).write(true).open(data.join("raw"))?;
    let (mut accept, mut flush) = (Vec::new(), Vec::new());
    for sequence in SALES - ROUNDS + 1..=SALES {
        thread::sleep(PAUSE);
        flush.push(flush_4_kib(&raw)?);
        thread::sleep(PAUSE);
        let facts = cash_sale(&mut ids, day, drawer, sequence)?;
        let before = Instant::now();
        store.save(at, "bench", SaveId(ids.next_uuid()), &facts, &[])?;
        accept.push(before.elapsed());
    }
    Ok((accept, flush))
}

fn flush_4_kib(file: &File) -> Outcome<Duration> {
    let before = Instant::now();
    file.write_all_at(&[0x5a; 4_096], 0)?;
    file.sync_data()?;
    Ok(before.elapsed())
}

fn cash_sale(ids: &mut IdSource, day: DayId, drawer: DrawerId, sequence: u32) -> Outcome<Vec<Fact>> {
    let amount = Money::new(1_250, Currency::EUR);
    // Each sale has a millisecond of its own, as at a till: the counter of one source ends at 4,096.
    *ids = IdSource::new(1_791_000_000_000 + u64::from(sequence), u64::from(sequence));
    let (sale, payment) = (SaleId(ids.next_uuid()), PaymentId(ids.next_uuid()));
    let began = Fact::SaleBegan {
        sale,
        till: 23,
        day,
        reference: SaleReference::new(23, sequence)?,
        amount,
        ticket: None,
        cashier: PersonId("bench".to_owned()),
        outage: None,
    };
    let taken = Fact::CashTaken {
        payment,
        sale,
        amount,
        given: amount,
        change: Money::zero(Currency::EUR),
        drawer,
        foreign: None,
    };
    Ok(vec![began, taken, Fact::SaleDone { sale }])
}

fn opening() -> Outcome<DateTime<FixedOffset>> {
    let zone = FixedOffset::east_opt(7_200).ok_or("no such zone")?;
    let time = NaiveDate::from_ymd_opt(2026, 10, 12).and_then(|day| day.and_hms_opt(7, 30, 0)).ok_or("no such time")?;
    Ok(time.and_local_timezone(zone).single().ok_or("no such local time")?)
}
