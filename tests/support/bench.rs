//! Drives a till in virtual time: touches, waits, pulls the plug.

mod typing;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, TimeDelta};
use stopgap::app::effect::Effect;
use stopgap::app::entries::UnconfirmedEntry;
use stopgap::app::event::{AppTouch, ApproveTouch, CountTouch, Event, Input, LockTouch, SellTouch, Touch};
use stopgap::app::{App, Start};
use stopgap::domain::access::PinDigit;
use stopgap::domain::fact::ApprovalReason;
use stopgap::domain::ids::PersonId;
use stopgap::screens::{PageView, View};
use stopgap::settings::{ReaderSettings, Settings};
use stopgap::store::Entry;

use super::dice::Dice;
use super::lanes::lane_of;
use super::shop::{morning, pin_of, settings};
use super::world::FakeWorld;

/// Events at one moment of virtual time after which the till is called a spinning wheel.
const EVENTS_AT_ONCE_MAX: u32 = 3_000;
/// The longest that a request is on its way to the world.
const SENDING_MAX: TimeDelta = TimeDelta::seconds(1);
/// How long a driver waits for the answer to a probe.
const PROBE_TIME_OUT: TimeDelta = TimeDelta::seconds(2);
/// How often an answer of the reader comes twice.
const REPEATED_PERCENT: i64 = 10;
/// The longest a story waits for anything.
const PATIENCE: TimeDelta = TimeDelta::minutes(30);

/// How long the world takes to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Not at all: one effect after the other, before time goes on.
    Instant,
    /// As long as a real one, so that touches, answers and crashes come in between.
    Lifelike,
}

enum Todo {
    /// On its way to the world, and how long the answer will take to come back.
    Perform(Effect, TimeDelta),
    /// On its way back.
    Deliver(Event),
}

pub struct Bench {
    pub app: App,
    pub world: FakeWorld,
    pub pace: Pace,
    dice: Dice,
    /// Time that only goes forwards, whatever the till's clock does; and how far that is off.
    physical: DateTime<FixedOffset>,
    skew: TimeDelta,
    todo: BTreeMap<(DateTime<FixedOffset>, u64), Todo>,
    free_at: BTreeMap<&'static str, DateTime<FixedOffset>>,
    made: u64,
    at_once: u32,
}

impl Bench {
    pub fn new(reader: ReaderSettings, pace: Pace, seed: u64) -> Self {
        Self::of_shop(settings(reader), pace, seed)
    }

    pub fn of_shop(settings: Arc<Settings>, pace: Pace, seed: u64) -> Self {
        let mut world = FakeWorld::new(Arc::clone(&settings));
        world.bring_in_key(morning());
        world.trust_payees(morning());
        Self::in_world(world, pace, seed)
    }

    /// A shop whose accounts for transfers are new.
    pub fn untested(settings: Arc<Settings>, seed: u64) -> Self {
        Self::in_world(FakeWorld::new(settings), Pace::Instant, seed)
    }

    fn in_world(mut world: FakeWorld, pace: Pace, seed: u64) -> Self {
        let settings = Arc::clone(&world.settings);
        let app = start(&settings, &mut world, morning());
        let mut bench = Self {
            app,
            world,
            pace,
            dice: Dice::new(seed ^ 0xBE9C),
            physical: morning(),
            skew: TimeDelta::zero(),
            todo: BTreeMap::new(),
            free_at: BTreeMap::new(),
            made: 0,
            at_once: 0,
        };
        bench.feed(Event::Clock);
        bench.settle();
        bench
    }

    /// What the till's clock says.
    pub fn now(&self) -> DateTime<FixedOffset> {
        self.physical + self.skew
    }

    pub fn view(&self) -> View {
        self.app.view()
    }

    pub fn touch(&mut self, touch: Touch) {
        self.feed(Event::Touch(touch));
        self.settle();
    }

    pub fn touch_all(&mut self, touches: impl IntoIterator<Item = Touch>) {
        touches.into_iter().for_each(|touch| self.touch(touch));
    }

    /// Types an amount on the sell page.
    pub fn amount(&mut self, digits: &str) {
        self.touch_all(digits.chars().map(|digit| Touch::Sell(SellTouch::Digits(digit.to_string()))));
    }

    pub fn sign_in(&mut self, person: &str) {
        self.try_pin(person, pin_of(person));
        self.run_until("the person to be signed in", |bench| !matches!(bench.view().page, PageView::Lock(_)));
    }

    pub fn sign_out(&mut self) {
        self.touch(Touch::App(AppTouch::SignOut));
        self.run_until("the lock page", |bench| matches!(bench.view().page, PageView::Lock(_)));
    }

    pub fn try_pin(&mut self, person: &str, pin: &str) {
        self.touch(Touch::Lock(LockTouch::Choose(PersonId(person.to_owned()))));
        self.touch_all(pin.chars().map(|digit| Touch::Lock(LockTouch::Digit(PinDigit(digit)))));
        self.touch(Touch::Lock(LockTouch::Enter));
    }

    /// A manager approves what is asked on the sheet.
    pub fn approve(&mut self, manager: &str, reason: ApprovalReason) {
        self.touch(Touch::Approve(ApproveTouch::Choose(PersonId(manager.to_owned()))));
        self.touch(Touch::Approve(ApproveTouch::ChooseReason(reason)));
        self.touch_all(pin_of(manager).chars().map(|digit| Touch::Approve(ApproveTouch::Digit(PinDigit(digit)))));
        self.touch(Touch::Approve(ApproveTouch::Approve));
    }

    /// Signs somebody in and opens the day with one note of a hundred in the drawer.
    pub fn open_day(&mut self, person: &str) {
        self.sign_in(person);
        self.count_drawer(&[("10000", "1")]);
        self.run_until("the sell page", |bench| matches!(bench.view().page, PageView::Sell(_)));
        self.touch(Touch::App(AppTouch::DismissMessage));
    }

    /// Types a count, piece by piece, and commits it.
    pub fn count_drawer(&mut self, pieces: &[(&str, &str)]) {
        for (piece, count) in pieces {
            self.touch(Touch::Count(CountTouch::Choose((*piece).to_owned())));
            self.touch(Touch::Count(CountTouch::Digits((*count).to_owned())));
        }
        self.touch(Touch::Count(CountTouch::Commit));
    }

    /// Counts a difference that has to be counted once more, with the same pieces both times.
    pub fn count_drawer_twice(&mut self, pieces: &[(&str, &str)]) {
        self.count_drawer(pieces);
        self.touch(Touch::Count(CountTouch::Recount));
        self.count_drawer(pieces);
    }

    /// Lets time pass; everything that is due meanwhile happens at its own moment.
    pub fn pass(&mut self, time: TimeDelta) {
        let end = self.physical + time;
        loop {
            let wake = self.app.next_wake() - self.skew;
            let next = self.todo.first_key_value().map_or(wake, |((at, _), _)| wake.min(*at)).max(self.physical);
            if next > end {
                break;
            }
            self.go_to(next);
            match self.todo.first_entry() {
                Some(entry) if entry.key().0 <= self.physical => {
                    let todo = entry.remove();
                    self.carry_out(todo);
                }
                Some(_) | None => {
                    // A wake-up that leads to nothing must not hold time up.
                    self.feed(Event::Clock);
                    if self.app.next_wake() - self.skew <= self.physical {
                        self.go_to(self.physical + TimeDelta::milliseconds(1));
                    }
                }
            }
        }
        self.go_to(end);
        self.feed(Event::Clock);
        self.settle();
    }

    /// The till sleeps: time is gone when it wakes up, and nothing happened meanwhile.
    pub fn sleep(&mut self, time: TimeDelta) {
        self.go_to(self.physical + time);
        self.feed(Event::Clock);
        self.settle();
    }

    /// Somebody sets the till's clock.
    pub fn set_clock_by(&mut self, by: TimeDelta) {
        self.skew += by;
        self.feed(Event::Clock);
        self.settle();
    }

    /// Lets time pass until something is so; panics when it does not come about.
    #[track_caller]
    pub fn run_until(&mut self, what: &str, seen: impl Fn(&Self) -> bool) {
        assert!(self.runs_until(PATIENCE, seen), "waited in vain for {what}; the screen shows {:#?}", self.view().page);
    }

    /// Lets time pass until something is so, at most this long; says whether it came about.
    pub fn runs_until(&mut self, patience: TimeDelta, seen: impl Fn(&Self) -> bool) -> bool {
        let end = self.physical + patience;
        while !seen(self) {
            if self.physical >= end {
                return false;
            }
            self.pass(TimeDelta::milliseconds(250));
        }
        true
    }

    /// Pulls the plug and starts the till again: what was under way to or from the world is lost.
    pub fn restart(&mut self) {
        self.todo.clear();
        self.free_at.clear();
        let now = self.now();
        let settings = Arc::clone(&self.world.settings);
        self.app = start(&settings, &mut self.world, now);
        self.feed(Event::Clock);
        self.settle();
    }

    /// Starts the till again with other settings.
    pub fn restart_with(&mut self, settings: Arc<Settings>) {
        self.world.settings = settings;
        self.restart();
    }

    /// Whether the program has stopped, or its process is gone.
    pub fn is_down(&self) -> bool {
        self.world.is_gone || matches!(self.view().page, PageView::Halt(_))
    }

    fn go_to(&mut self, at: DateTime<FixedOffset>) {
        if at > self.physical {
            self.physical = at;
            self.at_once = 0;
        }
    }

    fn feed(&mut self, event: Event) {
        self.at_once += 1;
        assert!(self.at_once < EVENTS_AT_ONCE_MAX, "the till turns round and round without time going on");
        let input = Input { at: self.now(), entropy: self.dice.bits(), event };
        let effects: VecDeque<Effect> = self.app.handle(input).into();
        for effect in effects {
            let lane = lane_of(&effect);
            // Payments on the reader do not wait for each other: a frozen one keeps only its own thread.
            let waits = !matches!(effect, Effect::PayOnReader(_));
            let free_at = self.free_at.get(lane).copied().filter(|_| waits).unwrap_or(self.physical).max(self.physical);
            // The store answers at the moment it has saved; every other answer has a way back, on which it can get lost.
            let at = free_at + self.way_out(&effect);
            let back = if lane == "store" { TimeDelta::zero() } else { self.way_back(&effect) };
            self.free_at.insert(lane, at + back);
            self.push(at, Todo::Perform(effect, back));
        }
    }

    fn push(&mut self, at: DateTime<FixedOffset>, todo: Todo) {
        self.made += 1;
        self.todo.insert((at, self.made), todo);
    }

    fn carry_out(&mut self, todo: Todo) {
        match todo {
            Todo::Deliver(event) => self.feed(event),
            Todo::Perform(effect, back) => {
                let now = self.now();
                let Some(event) = self.world.perform(effect, now) else { return };
                if back.is_zero() {
                    self.feed(event);
                } else {
                    self.repeat_later(&event);
                    self.push(self.physical + back, Todo::Deliver(event));
                }
            }
        }
    }

    /// Now and then an answer of the reader comes a second time, when the till is long at another sale.
    fn repeat_later(&mut self, event: &Event) {
        let of_reader =
            matches!(event, Event::ReaderPaid { .. } | Event::ReaderTold { .. } | Event::ReaderReversed { .. });
        if of_reader && self.dice.chance(REPEATED_PERCENT) {
            let late = TimeDelta::seconds(self.dice.between(1, 90));
            self.push(self.physical + late, Todo::Deliver(event.clone()));
        }
    }

    /// In an instant world, everything that is due now happens now.
    fn settle(&mut self) {
        while let Some(entry) = self.todo.first_entry().filter(|entry| entry.key().0 <= self.physical) {
            let todo = entry.remove();
            self.carry_out(todo);
        }
    }

    /// The way to the world. A reader that has frozen may take a payment only when it has thawed.
    fn way_out(&mut self, effect: &Effect) -> TimeDelta {
        let waits = matches!(effect, Effect::PayOnReader(_)) && self.world.reader.is_frozen() && self.dice.chance(50);
        let delay = self.delay(effect);
        if waits { delay } else { delay.min(SENDING_MAX) }
    }

    /// The way of an answer back. A probe of a reader that has frozen ends with the driver's own time-out.
    fn way_back(&mut self, effect: &Effect) -> TimeDelta {
        let is_silent = matches!(effect, Effect::ProbeReader) && self.world.reader.is_frozen();
        if is_silent && self.pace == Pace::Lifelike { PROBE_TIME_OUT } else { self.delay(effect) }
    }

    fn delay(&mut self, effect: &Effect) -> TimeDelta {
        let most = match (self.pace, effect) {
            (Pace::Instant, _) => return TimeDelta::zero(),
            (Pace::Lifelike, Effect::Save(_)) => 30,
            // A reader that has frozen keeps the payment until the driver's own time-out.
            (Pace::Lifelike, Effect::PayOnReader(_)) if self.world.reader.is_frozen() => 130_000,
            (Pace::Lifelike, Effect::PayOnReader(_)) => 4_000,
            (Pace::Lifelike, Effect::AskReader(_)) => 1_500,
            (Pace::Lifelike, effect) if lane_of(effect) == "host" => 1_500,
            (Pace::Lifelike, _) => 300,
        };
        TimeDelta::milliseconds(self.dice.between(1, most))
    }
}

fn start(settings: &Arc<Settings>, world: &mut FakeWorld, at: DateTime<FixedOffset>) -> App {
    let (ledger, found) = world.reopen(at);
    let card_window = world.card_window(at);
    App::new(Start {
        settings: Arc::clone(settings),
        ledger,
        card_window,
        demo: false,
        unconfirmed: found.unconfirmed.into_iter().map(unconfirmed).collect(),
        repaired: found.restored_database.is_some() || found.restored_mirror.is_some(),
        at,
    })
}

fn unconfirmed(entry: Entry) -> UnconfirmedEntry {
    UnconfirmedEntry { seq: entry.seq, at: entry.at, actor: entry.actor, fact: entry.fact }
}
