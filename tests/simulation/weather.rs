//! What goes wrong in the world while somebody sells.

use chrono::TimeDelta;
use stopgap::store::Strike;

use crate::support::Bench;
use crate::support::dice::Dice;
use crate::support::disk::POINTS;
use crate::support::host::HostMood;
use crate::support::reader::ReaderMood;

const READER_MOODS: [ReaderMood; 10] = [
    ReaderMood::Declines,
    ReaderMood::BadCard,
    ReaderMood::HostAway,
    ReaderMood::Unplugged,
    ReaderMood::Frozen { books: false },
    ReaderMood::Frozen { books: true },
    ReaderMood::DiesMidPayment { booked: false },
    ReaderMood::DiesMidPayment { booked: true },
    ReaderMood::Broken,
    ReaderMood::InUse,
];

const HOST_MOODS: [HostMood; 9] = [
    HostMood::DeclinesSoft,
    HostMood::DeclinesHard,
    HostMood::ApprovesInPart,
    HostMood::NotNow,
    HostMood::Misunderstands,
    HostMood::Refused,
    HostMood::LosesAnswer { booked: false },
    HostMood::LosesAnswer { booked: true },
    HostMood::RefusesReversals,
];

/// What fails most often on a day: one thing that keeps failing leads further than many that fail once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Climate {
    Mixed,
    /// Sales without an answer from the reader.
    DyingReader,
    /// Cards that are stored, and forwarded to a host that is in no mood.
    BadLine,
    /// Cards whose answers get lost.
    DeafHost,
}

impl Climate {
    pub fn of(seed: u64) -> Self {
        [Self::Mixed, Self::DyingReader, Self::BadLine, Self::DeafHost]
            [usize::try_from(seed % 4).expect("less than four")]
    }
}

/// Changes one thing in the world and says what it was.
pub fn change(climate: Climate, bench: &mut Bench, dice: &mut Dice) -> String {
    if climate == Climate::Mixed || dice.chance(40) {
        return change_anything(bench, dice);
    }
    let (booked, world) = (dice.chance(50), &mut bench.world);
    let loses = HostMood::LosesAnswer { booked };
    match climate {
        Climate::Mixed => {}
        Climate::DyingReader => {
            world.reader.mood =
                *dice.pick(&[ReaderMood::DiesMidPayment { booked }, ReaderMood::Well, ReaderMood::Well]);
        }
        Climate::BadLine => {
            world.line_is_up = dice.chance(50);
            world.host.mood = *dice.pick(&[HostMood::DeclinesSoft, HostMood::DeclinesHard, loses, HostMood::Well]);
        }
        Climate::DeafHost => {
            world.reader.mood = ReaderMood::Broken;
            world.host.mood = *dice.pick(&[loses, loses, HostMood::RefusesReversals, HostMood::Misunderstands]);
        }
    }
    told(bench)
}

fn told(bench: &Bench) -> String {
    let world = &bench.world;
    let line = if world.line_is_up { "up" } else { "down" };
    format!("reader {:?}, host {:?}, line {line}", world.reader.mood, world.host.mood)
}

fn change_anything(bench: &mut Bench, dice: &mut Dice) -> String {
    let world = &mut bench.world;
    match dice.between(1, 100) {
        1..=25 => world.reader.mood = *dice.pick(&READER_MOODS),
        26..=42 => world.reader.mood = ReaderMood::Well,
        43..=60 => world.host.mood = *dice.pick(&HOST_MOODS),
        61..=68 => world.host.mood = HostMood::Well,
        69..=75 => world.line_is_up = false,
        76..=84 => world.line_is_up = true,
        85..=92 => {
            let strike = if dice.chance(60) { Strike::Crash } else { Strike::Error };
            let point = *dice.pick(&POINTS);
            world.disk.strike(point, strike);
            return format!("the disk: {strike:?} at {point:?} next time");
        }
        93..=94 => {
            world.disk.fill();
            return "the disk is full".to_owned();
        }
        95..=98 => {
            world.disk.mend();
            return "the disk is well".to_owned();
        }
        99 => world.reader.mixes_up = !world.reader.mixes_up,
        _ => world.printer_has_paper = !world.printer_has_paper,
    }
    told(bench)
}

/// Lets time go by, in one of the ways it does, and says how.
pub fn time(bench: &mut Bench, dice: &mut Dice) -> String {
    match dice.between(1, 100) {
        1..=55 => {
            let milliseconds = dice.between(1, 900);
            bench.pass(TimeDelta::milliseconds(milliseconds));
            format!("{milliseconds} ms pass")
        }
        56..=88 => {
            let seconds = dice.between(1, 40);
            bench.pass(TimeDelta::seconds(seconds));
            format!("{seconds} s pass")
        }
        89..=92 => {
            let minutes = dice.between(1, 20);
            bench.sleep(TimeDelta::minutes(minutes));
            format!("the till sleeps for {minutes} min")
        }
        93 => {
            let hours = dice.between(1, 30);
            bench.sleep(TimeDelta::hours(hours));
            format!("the till sleeps for {hours} h")
        }
        _ => {
            let seconds = dice.between(-120, 20);
            bench.set_clock_by(TimeDelta::seconds(seconds));
            format!("the clock is set by {seconds} s")
        }
    }
}

/// Everything works again.
pub fn clear(bench: &mut Bench) {
    let world = &mut bench.world;
    world.reader.mood = ReaderMood::Well;
    world.reader.mixes_up = false;
    world.host.mood = HostMood::Well;
    world.line_is_up = true;
    world.printer_has_paper = true;
    world.disk.mend();
}
