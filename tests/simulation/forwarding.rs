//! Stored cards by the thousand, forwarded while answers get lost, come late, twice and in the place of others, the host is
//! in no mood, the line is cut, the acquirer's window passes and the plug is pulled at the steps of a save. In the end the
//! bookings at the host are the approved payments here: none double, none lost.
//!
//! `STOPGAP_FORWARDED=1000000 cargo test --release --test simulation forwarded -- --nocapture` is the long run. Lots of forty
//! cards are tills of their own, each with a ledger of its own, one for each core at a time, on a disk in memory and in
//! virtual time; what it takes is starts of a till, which reads its whole journal each time. A lot's number is the seed of
//! all that happens to it. `STOPGAP_FORWARDED_FROM=LOT` begins with that lot: so a long run is done in pieces, and a lot
//! that failed by itself. What came of it so far is said every five hundred lots of a core.

use std::env;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use chrono::TimeDelta;
use stopgap::app::event::{DoneTouch, SellTouch, TendersTouch, Touch};
use stopgap::domain::limits::{Limits, StoredLimits};
use stopgap::domain::sale::TenderKind;
use stopgap::settings::Settings;
use stopgap::store::Strike;

use crate::support::books::step;
use crate::support::dice::Dice;
use crate::support::disk::POINTS;
use crate::support::host::HostMood;
use crate::support::shop::{CASHIER, EXPIRY, MASTERCARD, VISA, settings, standalone};
use crate::support::wire::Wire;
use crate::support::{Bench, Pace};

/// Cards in an ordinary run.
const CARDS: u64 = 240;
/// Cards that one till stores before the line is back.
const LOT: u64 = 40;
/// Lots of a core after which it says how far it is.
const LOTS_SAID: u64 = 500;
/// The time in which a till settles everything once the world is well.
const SETTLING_MAX: TimeDelta = TimeDelta::hours(3);

/// Each at the odds of one in their number, whatever the card.
const MOODS: [HostMood; 9] = [
    HostMood::LosesAnswer { booked: true },
    HostMood::LosesAnswer { booked: false },
    HostMood::NotNow,
    HostMood::DeclinesSoft,
    HostMood::DeclinesHard,
    HostMood::WantsCall,
    HostMood::ApprovesInPart,
    HostMood::Misunderstands,
    HostMood::Refused,
];

/// What became of the cards of a run.
#[derive(Clone, Copy, Debug, Default)]
struct Came {
    cards: u64,
    approved: u64,
    refused: u64,
    parked: u64,
    restarts: u64,
    lost: u64,
    strange: u64,
    doubled: u64,
}

impl Came {
    fn and(self, more: Self) -> Self {
        Self {
            cards: self.cards + more.cards,
            approved: self.approved + more.approved,
            refused: self.refused + more.refused,
            parked: self.parked + more.parked,
            restarts: self.restarts + more.restarts,
            lost: self.lost + more.lost,
            strange: self.strange + more.strange,
            doubled: self.doubled + more.doubled,
        }
    }

    /// A run of hours says how far it is.
    fn said_now_and_then(self, began: Instant) -> Self {
        if self.cards.is_multiple_of(LOTS_SAID * LOT) {
            println!("one core of the run, after {:?}: {self:?}", began.elapsed());
        }
        self
    }
}

#[test]
fn every_forwarded_card_is_booked_once_or_not_at_all() {
    let cards =
        env::var("STOPGAP_FORWARDED").map_or(CARDS, |cards| cards.parse().expect("STOPGAP_FORWARDED is a number"));
    let first_lot = env::var("STOPGAP_FORWARDED_FROM").map_or(0, |lot| lot.parse().expect("a number of a lot"));
    let lots = first_lot + cards.div_ceil(LOT);
    let threads = thread::available_parallelism().map_or(1, |count| u64::try_from(count.get()).expect("few"));
    let began = Instant::now();
    let came = thread::scope(|scope| {
        let runs = (first_lot..first_lot + threads).map(|first| {
            scope.spawn(move || {
                let lots = (first..lots).step_by(usize::try_from(threads).expect("few threads"));
                lots.map(|lot| forward(lot, false).unwrap_or_else(|why| panic!("lot {lot}: {why}")))
                    .fold(Came::default(), |sofar, lot| sofar.and(lot).said_now_and_then(began))
            })
        });
        let runs: Vec<_> = runs.collect();
        runs.into_iter().map(|run| run.join().expect("a run ends")).fold(Came::default(), Came::and)
    });
    println!("lots {first_lot} to {}: {came:#?} in {:?}", lots - 1, began.elapsed());
    assert_eq!(came.approved + came.refused + came.parked, came.cards, "none is lost: {came:?}");
    // A run in which little happens proves little.
    assert!(came.approved > 0 && came.refused > 0 && came.parked > 0 && came.restarts > 0, "{came:?}");
    assert!(came.lost > 0 && came.strange > 0 && came.doubled > 0, "{came:?}");
}

#[test]
fn a_host_that_books_a_forwarded_card_twice_is_noticed() {
    let found = (0..4).find_map(|lot| forward(lot, true).err());
    assert!(found.is_some_and(|why| why.contains("booked 2 times")), "nobody noticed");
}

/// One till: cards are stored while the line is down, and forwarded in bad weather until everything has its end.
fn forward(lot: u64, books_twice: bool) -> Result<Came, String> {
    let mut dice = Dice::new(lot ^ 0xF0A4);
    // A reader that can be asked would be asked every 0.75 s, which is most of what a day without one is spent on.
    let shop = Settings::clone(&settings(standalone()));
    let limits = Limits { stored: StoredLimits::OFF, ..shop.limits };
    let terminal = shop.host.as_ref().expect("a host").terminal.clone();
    let mut till = Bench::of_shop(Arc::new(Settings { limits, ..shop }), Pace::Instant, lot);
    till.world.host.books_twice = books_twice;
    till.world.host.wire = Some(Wire::new(terminal, lot));
    till.open_day(CASHIER);
    till.world.line_is_up = false;
    till.run_until("the outage to be noticed", |till| till.view().status.outage);
    for _ in 0..LOT {
        store_one(&mut till, &mut dice);
    }
    let stored = till.app.ledger().payments.values().count();
    if stored != usize::try_from(LOT).expect("few") {
        return Err(format!("{stored} of {LOT} cards were stored"));
    }
    // The acquirer's window passes for a lot now and then.
    if dice.chance(10) {
        till.sleep(TimeDelta::hours(25));
    }
    till.world.line_is_up = true;
    till.pace = Pace::Lifelike;
    let mut restarts = 0;
    for _ in 0..LOT * 3 {
        // What happens to a till that has nothing left to forward proves nothing, and a start is what costs most.
        if is_settled(&till) {
            break;
        }
        restarts += u64::from(bad_weather(&mut till, &mut dice));
    }
    till.world.disk.mend();
    till.world.line_is_up = true;
    till.world.host.next_moods.clear();
    till.world.host.mood = HostMood::Well;
    till.restart();
    if !till.runs_until(SETTLING_MAX, is_settled) {
        return Err(format!("not settled: {:?}", steps(&till)));
    }
    judge(&mut till, restarts + 1)
}

fn store_one(till: &mut Bench, dice: &mut Dice) {
    let number = if dice.chance(50) { VISA } else { MASTERCARD };
    till.amount(&dice.between(100, 14_000).to_string());
    till.touch_all([Touch::Sell(SellTouch::TakePayment), Touch::Tenders(TendersTouch::Choose(TenderKind::Card))]);
    till.type_card_at_once(number, EXPIRY);
    till.run_until("the card to be stored", |till| matches!(till.view().page, stopgap::screens::PageView::Done(_)));
    till.touch(Touch::Done(DoneTouch::NextSale));
}

/// Something goes wrong; says whether the till had to be started again.
fn bad_weather(till: &mut Bench, dice: &mut Dice) -> bool {
    match dice.between(1, 100) {
        1..=45 => till.world.host.mood = HostMood::Well,
        46..=70 => till.world.host.next_moods.push_back(*dice.pick(&MOODS)),
        71..=76 => till.world.line_is_up = !till.world.line_is_up,
        77..=90 => till.world.disk.strike(*dice.pick(&POINTS), Strike::Crash),
        _ => till.restart(),
    }
    till.pass(TimeDelta::milliseconds(dice.between(50, 4_000)));
    let is_down = till.is_down();
    if is_down {
        till.restart();
    }
    is_down
}

fn steps(till: &Bench) -> Vec<&'static str> {
    till.app.ledger().payments.values().map(step).collect()
}

/// Whether nothing of any card goes on by itself.
fn is_settled(till: &Bench) -> bool {
    let moves = ["stored", "sending", "unknown", "reversing", "partly approved"];
    !steps(till).iter().any(|step| moves.contains(step))
}

/// The host's book against the till's.
fn judge(till: &mut Bench, restarts: u64) -> Result<Came, String> {
    let mut came = Came { cards: LOT, restarts, ..Came::default() };
    let charges = till.world.host.charges();
    for payment in till.app.ledger().payments.values() {
        let booked = charges.get(&payment.id).map(Vec::as_slice).unwrap_or_default();
        let is_approved = match step(payment) {
            "approved" => true,
            // What the host did not understand it did not book. No host of this run refuses a reversal.
            "declined" | "declined for now" | "parked" | "parked with a request" => false,
            other => return Err(format!("payment {} ended as {other}", payment.id)),
        };
        if booked.len() > 1 {
            return Err(format!("payment {} is booked {} times", payment.id, booked.len()));
        }
        if booked.is_empty() == is_approved || booked.first().is_some_and(|minor| *minor != payment.amount.minor) {
            return Err(format!("payment {} is {}, and the host has {booked:?}", payment.id, step(payment)));
        }
        match step(payment) {
            "approved" => came.approved += 1,
            "parked" | "parked with a request" => came.parked += 1,
            _ => came.refused += 1,
        }
    }
    let report = till.world.verify();
    if !report.holds() {
        return Err(format!("the ledger does not verify: {report:#?}"));
    }
    till.world.books.broken()?;
    if let Some(wire) = &till.world.host.wire {
        (came.lost, came.strange, came.doubled) = (wire.lost, wire.strange, wire.doubled);
    }
    Ok(came)
}
