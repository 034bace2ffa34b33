//! How long failures and recoveries take to reach the screen, in virtual time, with answers that take theirs.

use chrono::TimeDelta;
use stopgap::app::event::{ReaderTouch, SellTouch, Touch};
use stopgap::domain::day::{Segment, segments};
use stopgap::domain::outage::OutageCause;
use stopgap::report::outages_csv;
use stopgap::screens::app::Message;
use stopgap::screens::status::ReaderState;

use crate::support::reader::ReaderMood;
use crate::support::shop::{CASHIER, connected};
use crate::support::{Bench, Pace};

/// A fault of an idle reader is on the screen within this time (DESIGN and `benches/detection.rs` have the same bound).
const SILENCE_SHOWN_MAX: TimeDelta = TimeDelta::seconds(3);

fn open_till(seed: u64) -> Bench {
    let mut till = Bench::new(connected(), Pace::Lifelike, seed);
    till.open_day(CASHIER);
    till.pass(TimeDelta::seconds(40));
    assert_eq!(reader(&till), ReaderState::Ready);
    till
}

fn reader(till: &Bench) -> ReaderState {
    till.view().status.reader
}

#[track_caller]
fn takes_at_most(till: &mut Bench, most: TimeDelta, wanted: ReaderState) {
    let began = till.now();
    till.run_until("the reader's state to change", |till| reader(till) == wanted);
    assert!(till.now() - began <= most, "{wanted:?} took {}", till.now() - began);
}

#[test]
fn an_idle_reader_that_falls_silent_is_down_within_three_seconds() {
    for seed in 0..20 {
        let mut till = open_till(seed);
        till.pass(TimeDelta::milliseconds(i64::try_from(seed).unwrap() * 97));
        till.world.reader.mood = ReaderMood::Frozen { books: false };
        takes_at_most(&mut till, SILENCE_SHOWN_MAX, ReaderState::Down);
    }
}

#[test]
fn two_unreadable_cards_of_one_sale_are_called_the_slot() {
    let mut till = Bench::new(connected(), Pace::Instant, 1);
    till.open_day(CASHIER);
    till.world.reader.mood = ReaderMood::BadCard;
    till.amount("4890");
    till.touch(Touch::Sell(SellTouch::PayByCard));
    let told = |till: &Bench| till.view().app.message;
    assert_ne!(told(&till), Some(Message::ContactsSuspect), "one card is that card");
    till.touch(Touch::Reader(ReaderTouch::TryAgain));
    assert_eq!(told(&till), Some(Message::ContactsSuspect));
}

#[test]
fn a_clock_that_is_set_back_or_forward_stops_no_watching() {
    for by in [TimeDelta::hours(-3), TimeDelta::minutes(-1), TimeDelta::minutes(1), TimeDelta::hours(3)] {
        let mut till = open_till(7);
        till.set_clock_by(by);
        till.pass(TimeDelta::seconds(5));
        till.world.reader.mood = ReaderMood::Unplugged;
        takes_at_most(&mut till, TimeDelta::seconds(3), ReaderState::Down);
        till.set_clock_by(-by);
        till.world.reader.mood = ReaderMood::Well;
        takes_at_most(&mut till, TimeDelta::minutes(2), ReaderState::OnTrial);
    }
}

#[test]
fn a_loose_plug_does_not_flip_the_screen() {
    let mut till = open_till(3);
    let mut changes = 0;
    let mut before = reader(&till);
    // Half a second in, half a second out, for half an hour. Three good probes come about by chance now and then; the
    // waits of 30 s, doubled to 8 min, leave room for seven trials.
    for beat in 0..3_600 {
        till.world.reader.mood = if beat % 2 == 0 { ReaderMood::Unplugged } else { ReaderMood::Well };
        till.pass(TimeDelta::milliseconds(500));
        let offered = |state: ReaderState| matches!(state, ReaderState::Ready | ReaderState::OnTrial);
        changes += usize::from(offered(before) != offered(reader(&till)));
        before = reader(&till);
    }
    assert!((3..=15).contains(&changes), "Card came and went {changes} times");
}

#[test]
fn a_line_that_fails_while_the_reader_is_out_stands_in_the_outage_with_its_own_time() {
    let mut till = open_till(11);
    till.world.reader.mood = ReaderMood::Unplugged;
    takes_at_most(&mut till, TimeDelta::seconds(3), ReaderState::Down);
    till.pass(TimeDelta::minutes(10));
    till.world.line_is_up = false;
    till.pass(TimeDelta::minutes(20));
    till.world.line_is_up = true;
    till.pass(TimeDelta::minutes(30));
    let outages: Vec<_> = till.app.ledger().outages.values().cloned().collect();
    let [outage] = &outages[..] else { panic!("one outage, and not {outages:#?}") };
    let told = segments(outage);
    let is_reader = |one: &Segment| matches!(one.cause, OutageCause::Reader(_));
    assert!(told.iter().all(is_reader), "the reader stays the cause: {told:#?}");
    let with_line: i64 = told
        .iter()
        .filter(|one| matches!(one.beside, Some(OutageCause::Line(_))))
        .map(|one| one.seconds(till.now()))
        .sum();
    assert!((19 * 60..=25 * 60).contains(&with_line), "the line was out for {with_line} s: {told:#?}");
    assert_eq!(outage.beside(), None, "the line is back: {told:#?}");
    let csv = outages_csv(&[till.app.day_report().expect("a report")]);
    assert!(
        csv.lines().any(|row| row.contains("Reader: not connected") && row.ends_with(",Line: no connection")),
        "{csv}"
    );
}
