//! How fast stored cards drain: 500 of them over a real socket to the simulated host, with the store on a real disk.
//!
//! Each card takes one round trip to the host and one durable commit (its answer and the next request are one save), so
//! the goal is a ratio to the sum of the two, measured turn about in the same run: at least 0.7.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::collections::VecDeque;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, Local, TimeDelta};
use ring::rand::SystemRandom;
use stopgap::app::effect::Effect;
use stopgap::app::event::{Event, Input};
use stopgap::app::{App, Start};
use stopgap::domain::card::{Brand, CardDraft, YearMonth};
use stopgap::domain::cash::Count;
use stopgap::domain::fact::Fact;
use stopgap::domain::host::{CardRequest, HostAnswer, HostTrace};
use stopgap::domain::ids::{DayId, DrawerId, IdSource, PaymentId, PersonId, SaleId, SaleReference, SaveId};
use stopgap::domain::limits::CardWindow;
use stopgap::domain::money::{Currency, Money};
use stopgap::domain::queue::Promise;
use stopgap::domain::sale::Tender;
use stopgap::outside::files::Files;
use stopgap::outside::{World, random_bits};
use stopgap::seal::{AcquirerKey, Binding, SealedCard, seal};
use stopgap::simulator::shop::DemoShop;
use stopgap::store::{Options, Store};

/// Stored cards.
const CARDS: u32 = 500;
/// Round trips and commits that are timed by themselves.
const ROUNDS: u32 = 100;
/// The demo's till.
const TILL: u8 = 23;
/// The longest that the drain may take.
const PATIENCE: Duration = Duration::from_mins(5);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let folder = std::env::temp_dir().join(format!("stopgap-drain-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(&folder);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path) -> Outcome<()> {
    let shop = DemoShop::start()?;
    let settings = Arc::new(shop.settings(folder)?);
    let at = Local::now().fixed_offset() - TimeDelta::minutes(5);
    let options = Options { now_unix: at.timestamp(), faults: None };
    let mut store = Store::open(folder, TILL, options)?.store;
    let key = AcquirerKey::from_jwk_json(&shop.host.public_jwk())?;
    let terminal = settings.host.as_ref().ok_or("the demo has a host")?.terminal.id().to_owned();
    let mut ids = IdSource::new(u64::try_from(at.timestamp_millis())?, 7);
    let (day, drawer) = (DayId(ids.next_uuid()), DrawerId(ids.next_uuid()));
    let float =
        Fact::DrawerOpened { drawer, float: Count::default(), float_minor: 0, name: None, by: None, foreign: None };
    let opened = [Fact::DayOpened { day, date: at.date_naive(), is_demo: false }, float];
    store.save(at, "bench", SaveId(ids.next_uuid()), &opened, &[])?;
    for sequence in 1..=CARDS {
        store_card(&mut store, &mut ids, (at, day, sequence), &terminal, &key)?;
    }
    let commit = commits(&mut store, at)?;
    let start = Start {
        settings: Arc::clone(&settings),
        ledger: store.ledger().clone(),
        card_window: CardWindow::new(),
        demo: true,
        unconfirmed: Vec::new(),
        repaired: false,
        at: Local::now().fixed_offset(),
    };
    let files = Files {
        inbox: folder.join("in"),
        receipts: folder.join("receipts"),
        reports: folder.join("reports"),
        mappings: folder.join("mappings"),
        currency: settings.currency,
        reading: Arc::default(),
    };
    let world = shop.world(settings, store, files, folder, Duration::from_secs(5))?;
    let round_trip = round_trips(&world, &key, &terminal)?;
    let drained = drain(App::new(start), &world)?;
    let per_card = drained / CARDS;
    let ideal = round_trip + commit;
    let hundredths = ideal.as_nanos() * 100 / per_card.as_nanos().max(1);
    println!("{:<52} {:>10} us", "round trip of one request, mean", round_trip.as_micros());
    println!("{:<52} {:>10} us", "one durable commit, mean", commit.as_micros());
    println!("{:<52} {:>10} us", "one card of 500 drained, mean", per_card.as_micros());
    println!(
        "{:<52} {:>7}.{:02}",
        "drain against 1/(round trip + commit) (goal 0.7)",
        hundredths / 100,
        hundredths % 100
    );
    Ok(())
}

fn sealed_card(payment: PaymentId, amount: Money, terminal: &str, key: &AcquirerKey) -> Outcome<SealedCard> {
    let mut draft = CardDraft::new();
    "4111111111111111".bytes().for_each(|digit| {
        draft.push_number(digit - b'0');
    });
    "1299".bytes().for_each(|digit| {
        draft.push_expiry(digit - b'0');
    });
    let card = draft.parse(&[Brand::Visa], YearMonth { year: 2090, month: 1 })?;
    let binding = Binding { payment, terminal: terminal.to_owned(), amount };
    Ok(seal(&card, &binding, key, &SystemRandom::new())?)
}

fn store_card(
    store: &mut Store,
    ids: &mut IdSource,
    (at, day, sequence): (DateTime<FixedOffset>, DayId, u32),
    terminal: &str,
    key: &AcquirerKey,
) -> Outcome<()> {
    // Each sale has a millisecond of its own, as at a till: the counter of one source ends at 4,096.
    *ids = IdSource::new(u64::try_from(at.timestamp_millis())? + u64::from(sequence), u64::from(sequence));
    let (sale, payment, amount) =
        (SaleId(ids.next_uuid()), PaymentId(ids.next_uuid()), Money::new(1_250, Currency::EUR));
    let sealed = sealed_card(payment, amount, terminal, key)?;
    let facts = [
        Fact::SaleBegan {
            sale,
            till: TILL,
            day,
            reference: SaleReference::new(TILL, sequence)?,
            amount,
            ticket: None,
            cashier: PersonId("bench".to_owned()),
            outage: None,
        },
        Fact::CardSealed {
            payment,
            sale,
            amount,
            brand: sealed.brand,
            last4: sealed.last4,
            sealed_sha256: sealed.sha256,
            promise: Promise::SentLater { send_by: at + TimeDelta::hours(24) },
        },
        Fact::SaleDone { sale },
    ];
    store.save(at, "bench", SaveId(ids.next_uuid()), &facts, &[(payment, sealed.compact)])?;
    Ok(())
}

/// The mean time of a commit of two small facts.
fn commits(store: &mut Store, at: DateTime<FixedOffset>) -> Outcome<Duration> {
    let mut ids = IdSource::new(u64::try_from(at.timestamp_millis())? + 60_000, 9);
    let person = PersonId("bench".to_owned());
    let facts = [Fact::SignedIn { person: person.clone() }, Fact::SignedOut { person }];
    let before = Instant::now();
    for _ in 0..ROUNDS {
        store.save(at, "bench", SaveId(ids.next_uuid()), &facts, &[])?;
    }
    Ok(before.elapsed() / ROUNDS)
}

/// The mean time of a purchase, as the host client sends it.
fn round_trips(world: &World, key: &AcquirerKey, terminal: &str) -> Outcome<Duration> {
    let host = world.host.as_ref().ok_or("the demo has a host")?;
    let now = Local::now().fixed_offset();
    let mut ids = IdSource::new(u64::try_from(now.timestamp_millis())?, 11);
    let mut requests = Vec::new();
    for stan in 1..=ROUNDS {
        let (payment, amount) = (PaymentId(ids.next_uuid()), Money::new(990, Currency::EUR));
        let sealed = sealed_card(payment, amount, terminal, key)?.compact;
        let trace = HostTrace { stan: 900_000 + stan, rrn: format!("99{stan:010}"), sold_at: now, sent_at: now };
        requests.push(CardRequest { payment, trace, amount, sealed, deferred: true });
    }
    let before = Instant::now();
    for request in &requests {
        let answer = host.authorise(request);
        if !matches!(answer, HostAnswer::Approved { .. }) {
            return Err(format!("the host did not approve: {answer:?}").into());
        }
    }
    Ok(before.elapsed() / ROUNDS)
}

/// Lets the app forward everything, and says how long that took from the first request on.
fn drain(mut app: App, world: &World) -> Outcome<Duration> {
    let mut todo: VecDeque<Effect> = VecDeque::new();
    let feed =
        |app: &mut App, event| app.handle(Input { at: Local::now().fixed_offset(), entropy: random_bits(), event });
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        todo.extend(feed(&mut app, Event::Clock));
        while let Some(effect) = todo.pop_front() {
            let now = Local::now().fixed_offset();
            // The reader and the line are probed on lanes of their own, which take nothing from the host's.
            let is_hosts = matches!(effect, Effect::Save(_) | Effect::AskHost(_) | Effect::ReverseAtHost(_));
            if let Some(event) = is_hosts.then(|| world.perform(effect, now)).flatten() {
                todo.extend(feed(&mut app, event));
            }
        }
        let waits = |tender: &Tender| matches!(tender, Tender::Card { card, .. } if card.is_open());
        if !app.ledger().payments.values().any(|payment| waits(&payment.tender)) {
            return Ok(began.elapsed());
        }
    }
    Err("the queue did not drain".into())
}
