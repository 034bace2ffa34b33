//! How long a frame takes while much is waiting: 10,000 stored cards in the queue, and a million statement lines brought
//! in. A frame is the whole way of a change onto the screen: the app's view, the model of the page, and the painting.
//! `cargo bench --bench frames` prints the table; no test asserts any of it, because machines are noisy.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use stopgap::app::effect::Effect;
use stopgap::app::event::{
    AppTouch, Choice, DayTouch, DecideTouch, Event, Input, LockTouch, MenuTouch, SellTouch, StoredExtra, Touch,
};
use stopgap::app::{App, Start};
use stopgap::domain::access::PinDigit;
use stopgap::domain::card::Brand;
use stopgap::domain::cash::Count;
use stopgap::domain::fact::Fact;
use stopgap::domain::ids::{DayId, DrawerId, LineId, PaymentId, PersonId, SaleId, SaleReference, StatementId};
use stopgap::domain::ledger::Ledger;
use stopgap::domain::limits::CardWindow;
use stopgap::domain::money::{Currency, Money};
use stopgap::domain::queue::Promise;
use stopgap::domain::reconcile::{LineReason, StatementLine, StatementNotes};
use stopgap::simulator::shop::DemoShop;
use stopgap::ui_bind::headless::Headless;
use uuid::Uuid;

/// Stored cards in the queue.
const QUEUED: u32 = 10_000;
/// Lines of the statement that was brought in: one half is what the shop paid, the other came from customers of other
/// tills, so that no sale of this one explains it.
const LINES: u32 = 1_000_000;
/// Frames that are timed of each page.
const FRAMES: u32 = 50;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    // `cargo test --benches` only asks whether it runs.
    let (queued, lines) = if std::env::args().any(|one| one == "--bench") { (QUEUED, LINES) } else { (100, 1_000) };
    let folder = std::env::temp_dir().join(format!("stopgap-frames-{}", std::process::id()));
    let settings = Arc::new(DemoShop::start()?.settings(&folder)?);
    let at = opening()?;
    let mut ledger = queue(at, queued)?;
    let imported = statement(at, lines);
    let before = Instant::now();
    ledger.apply(at, &imported)?;
    println!("{:<52} {:>10} {:>10}", "figure", "p50", "p99");
    row("a million lines into the ledger in memory, once", &[before.elapsed()]);
    let (card_window, unconfirmed) = (CardWindow::new(), Vec::new());
    let start = Start { settings, ledger, card_window, demo: true, unconfirmed, repaired: false, at };
    let mut till = Till { app: App::new(start), screen: Headless::new()?, at };
    till.sign_in();
    till.screen.show(till.app.view());
    row("selling, a key pressed", &till.frames(|_| Touch::Sell(SellTouch::Digits("1".to_owned()))));
    till.touch(Touch::App(AppTouch::OpenQueue));
    row("the queue", &till.frames(|_| Touch::App(AppTouch::DismissMessage)));
    till.touch(Touch::App(AppTouch::Back));
    till.touch(Touch::App(AppTouch::OpenMenu));
    row("the manager's day, opened", &[till.frame(Touch::Menu(MenuTouch::OpenDay))]);
    row("the manager's day", &till.frames(|_| Touch::App(AppTouch::DismissMessage)));
    row("the manager's day, after a credit is explained", &till.explained());
    Ok(())
}

/// The app and its screen, with a world that answers at once.
struct Till {
    app: App,
    screen: Headless,
    at: DateTime<FixedOffset>,
}

impl Till {
    fn touch(&mut self, touch: Touch) {
        self.tell(Event::Touch(touch));
    }

    fn tell(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            self.at += TimeDelta::milliseconds(20);
            let entropy = u64::try_from(self.at.timestamp_millis()).unwrap_or(0);
            for effect in self.app.handle(Input { at: self.at, entropy, event }) {
                match effect {
                    Effect::Save(save) => events.push(Event::Stored(save.id, StoredExtra { checkpoint: None })),
                    Effect::CheckPin(check) => events.push(Event::PinChecked { person: check.person, right: true }),
                    // Nothing else of the world is asked for an answer here.
                    _ => {}
                }
            }
        }
    }

    fn sign_in(&mut self) {
        self.touch(Touch::Lock(LockTouch::Choose(PersonId("manager-1".to_owned()))));
        (0..4).for_each(|_| self.touch(Touch::Lock(LockTouch::Digit(PinDigit('1')))));
        self.touch(Touch::Lock(LockTouch::Enter));
    }

    /// The same touch many times, each until its frame is painted.
    fn frames(&mut self, touch: impl Fn(u32) -> Touch) -> Vec<Duration> {
        (0..FRAMES).map(|round| self.frame(touch(round))).collect()
    }

    /// A touch until its frame is painted.
    fn frame(&mut self, touch: Touch) -> Duration {
        let before = Instant::now();
        self.touch(touch);
        self.screen.show(self.app.view());
        std::hint::black_box(self.screen.render());
        before.elapsed()
    }

    /// One credit after the other is said to be another till's sale; what is timed is the last touch.
    fn explained(&mut self) -> Vec<Duration> {
        let explain = |round: u32| {
            self.touch(Touch::Day(DayTouch::Act(format!("line:{}", line_id(2 * round + 1)))));
            self.touch(Touch::Decide(DecideTouch::Choose(Choice::Explain)));
            self.touch(Touch::Decide(DecideTouch::ChooseLineReason(LineReason::SoldElsewhere)));
            self.frame(Touch::Decide(DecideTouch::Confirm))
        };
        let times = (0..FRAMES).map(explain).collect();
        let explained = self.app.ledger().lines.known().count();
        assert_eq!(explained, FRAMES as usize, "each touch explained one credit");
        times
    }
}

fn row(name: &str, times: &[Duration]) {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = |percent: usize| sorted.get(sorted.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default();
    let shown = |time: Duration| format!("{}.{:02} ms", time.as_micros() / 1_000, time.as_micros() % 1_000 / 10);
    println!("{name:<52} {:>10} {:>10}", shown(at(50)), shown(at(99)));
}

/// An open day with so many cards that wait to be sent.
fn queue(at: DateTime<FixedOffset>, count: u32) -> Outcome<Ledger> {
    let mut ledger = Ledger::default();
    let (day, drawer) = (DayId(Uuid::from_u128(1)), DrawerId(Uuid::from_u128(2)));
    ledger.apply(at, &Fact::DayOpened { day, date: at.date_naive(), is_demo: false })?;
    ledger.apply(
        at,
        &Fact::DrawerOpened { drawer, float: Count::default(), float_minor: 0, name: None, by: None, foreign: None },
    )?;
    for n in 1..=count {
        let id = |kind: u128| Uuid::from_u128(u128::from(n) << 32 | kind);
        let (sale, payment, amount) = (SaleId(id(3)), PaymentId(id(4)), Money::new(1_250, Currency::EUR));
        let cashier = PersonId("bench".to_owned());
        let reference = SaleReference::new(23, n)?;
        ledger.apply(
            at,
            &Fact::SaleBegan { sale, till: 23, day, reference, amount, ticket: None, cashier, outage: None },
        )?;
        let promise = Promise::SentLater { send_by: at + TimeDelta::days(3) };
        let (last4, sealed_sha256) = ("1111".to_owned(), String::new());
        let brand = Brand::Visa;
        ledger.apply(at, &Fact::CardSealed { payment, sale, amount, brand, last4, sealed_sha256, promise })?;
        ledger.apply(at, &Fact::SaleDone { sale })?;
    }
    Ok(ledger)
}

fn line_id(n: u32) -> LineId {
    LineId(Uuid::from_u128(u128::from(n) << 32 | 5))
}

fn statement(at: DateTime<FixedOffset>, count: u32) -> Fact {
    let line = |n: u32| StatementLine {
        id: line_id(n),
        account: None,
        booked_on: at.date_naive(),
        valued_on: None,
        amount: Money::new(if n.is_multiple_of(2) { -1 } else { 1 } * (100 + i64::from(n % 9_999)), Currency::EUR),
        reference: Some(format!("RF{n:08}")),
        end_to_end_id: None,
        counterparty_name: Some("A supplier".to_owned()),
        counterparty_account: None,
        description: None,
        bank_reference: Some(format!("B{n}")),
        reversal: false,
    };
    Fact::StatementImported {
        statement: StatementId(Uuid::from_u128(6)),
        name: "year.xml".to_owned(),
        sha256: "0".repeat(64),
        lines: (1..=count).map(line).collect(),
        notes: StatementNotes::default(),
    }
}

fn opening() -> Outcome<DateTime<FixedOffset>> {
    let zone = FixedOffset::east_opt(7_200).ok_or("no such zone")?;
    let time = NaiveDate::from_ymd_opt(2026, 10, 12).and_then(|day| day.and_hms_opt(7, 30, 0)).ok_or("no such time")?;
    Ok(time.and_local_timezone(zone).single().ok_or("no such local time")?)
}
