//! The till's own health: do its workers answer, does its disk take a write, does its clock run evenly.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::mem;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::domain::ladder::{Evidence, Found};
use crate::outside::rungs::milliseconds;

/// How far the clock may move against the time that has passed between two looks before it counts as set, in seconds.
/// Time services slew slower than this.
const CLOCK_SLACK_SECONDS: u64 = 2;
/// The name of the file that is written to see whether the disk takes a write.
const TRIAL_FILE: &str = "disk-trial";

/// When each worker began the job it is at; what a job may take is the worker's own bound.
#[derive(Debug)]
pub struct Beats {
    started: Instant,
    workers: Vec<Worker>,
}

#[derive(Debug)]
struct Worker {
    name: &'static str,
    /// The longest one of its jobs may take.
    bound: Duration,
    /// Milliseconds after the start, plus one; 0 while it waits for work.
    busy_since: AtomicU64,
}

impl Beats {
    /// Beats of workers with their names and the longest that one job of each may take.
    #[must_use]
    pub fn new(workers: &[(&'static str, Duration)]) -> Self {
        let worker =
            |(name, bound): &(&'static str, Duration)| Worker { name, bound: *bound, busy_since: AtomicU64::new(0) };
        Self { started: Instant::now(), workers: workers.iter().map(worker).collect() }
    }

    /// The worker of this place began a job.
    pub fn begin(&self, place: usize) {
        if let Some(worker) = self.workers.get(place) {
            worker.busy_since.store(milliseconds(self.started.elapsed()) + 1, Ordering::SeqCst);
        }
    }

    /// It ended it.
    pub fn end(&self, place: usize) {
        if let Some(worker) = self.workers.get(place) {
            worker.busy_since.store(0, Ordering::SeqCst);
        }
    }

    /// A worker that has been at one job for longer than it may, and for how long.
    #[must_use]
    pub fn stuck(&self) -> Option<(&'static str, Duration)> {
        let now = milliseconds(self.started.elapsed()) + 1;
        self.workers.iter().find_map(|worker| {
            let since = worker.busy_since.load(Ordering::SeqCst);
            let busy = Duration::from_millis(now.saturating_sub(since));
            (since > 0 && busy > worker.bound).then_some((worker.name, busy))
        })
    }
}

/// What is looked at of the till itself.
#[derive(Debug)]
pub struct OwnHealth {
    data: PathBuf,
    beats: Option<Arc<Beats>>,
    /// Both clocks when they were last compared. Each look compares with the one before, so that a clock that was set
    /// (by a time service at boot, by a sleep of the machine) is reported once and then taken as it is.
    clocks: Mutex<(Instant, SystemTime)>,
}

impl OwnHealth {
    /// Of a till whose data are in `data`.
    #[must_use]
    pub fn new(data: PathBuf) -> Self {
        Self { data, beats: None, clocks: Mutex::new((Instant::now(), SystemTime::now())) }
    }

    /// With the beats of its workers.
    pub fn watch(&mut self, beats: Arc<Beats>) {
        self.beats = Some(beats);
    }

    /// The beats, when the till has workers.
    #[must_use]
    pub fn beats(&self) -> Option<&Beats> {
        self.beats.as_deref()
    }

    /// Looks, within `bound`.
    #[must_use]
    pub fn look(&self, bound: Duration) -> Found {
        if let Some((worker, busy)) = self.beats.as_ref().and_then(|beats| beats.stuck()) {
            return Found::Bad(Evidence::WorkerStuck { worker, seconds: busy.as_secs() });
        }
        if let Some(seconds) = self.jumped() {
            return Found::Bad(Evidence::ClockJumped { seconds });
        }
        let began = Instant::now();
        let (sender, written) = mpsc::channel();
        let data = self.data.clone();
        // A disk that hangs must not hang the ladder.
        thread::spawn(move || sender.send(write_trial(&data)));
        match written.recv_timeout(bound) {
            Ok(Ok(())) => Found::Good(Evidence::TillWell { disk_ms: milliseconds(began.elapsed()) }),
            Ok(Err(error)) => Found::Bad(Evidence::DiskRefuses { why: error.to_string() }),
            Err(_) => Found::Bad(Evidence::DiskRefuses { why: format!("no write in {} ms", bound.as_millis()) }),
        }
    }

    /// How far the clock was set since the last look.
    fn jumped(&self) -> Option<i64> {
        let mut clocks = self.clocks.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (Instant::now(), SystemTime::now());
        jump(mem::replace(&mut *clocks, now), now)
    }
}

fn write_trial(folder: &std::path::Path) -> io::Result<()> {
    let path = folder.join(TRIAL_FILE);
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(&path)?;
    file.write_all(b"may be removed\n")?;
    file.sync_data()?;
    drop(file);
    fs::remove_file(&path)
}

/// How far the system's clock was set between two moments, in whole seconds; `None` when it ran evenly.
fn jump(before: (Instant, SystemTime), now: (Instant, SystemTime)) -> Option<i64> {
    let passed = now.0.duration_since(before.0);
    let expected = before.1 + passed;
    let (seconds, forward) = match now.1.duration_since(expected) {
        Ok(ahead) => (ahead.as_secs(), true),
        Err(behind) => (behind.duration().as_secs(), false),
    };
    let signed = i64::try_from(seconds).unwrap_or(i64::MAX);
    (seconds > CLOCK_SLACK_SECONDS).then_some(if forward { signed } else { -signed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_takes_longer_than_it_may_is_named() {
        let beats = Beats::new(&[("store", Duration::from_mins(1)), ("reader", Duration::ZERO)]);
        assert_eq!(beats.stuck(), None);
        beats.begin(0);
        beats.begin(1);
        thread::sleep(Duration::from_millis(5));
        assert_eq!(beats.stuck().map(|(name, _)| name), Some("reader"));
        beats.end(1);
        assert_eq!(beats.stuck(), None);
    }

    #[test]
    fn a_clock_that_is_set_is_noticed_and_one_that_drifts_is_not() {
        let (instant, time) = (Instant::now(), SystemTime::now());
        let later = instant + Duration::from_secs(100);
        for (shown, expected) in [(100, None), (101, None), (103, Some(3)), (3_700, Some(3_600)), (90, Some(-10))] {
            let now = (later, time + Duration::from_secs(shown));
            assert_eq!(jump((instant, time), now), expected, "{shown}");
        }
    }

    #[test]
    fn a_clock_that_was_set_is_reported_once() {
        let folder = tempfile::tempdir().unwrap();
        let own = OwnHealth::new(folder.path().to_owned());
        for (before, seconds) in
            [(SystemTime::now() - Duration::from_hours(1), 3_600), (SystemTime::now() + Duration::from_mins(1), -60)]
        {
            own.clocks.lock().unwrap().1 = before;
            let Found::Bad(Evidence::ClockJumped { seconds: seen }) = own.look(Duration::from_secs(5)) else {
                panic!()
            };
            assert!((seen - seconds).abs() <= 1, "{seen}");
            for _ in 0..2 {
                assert!(matches!(own.look(Duration::from_secs(5)), Found::Good(Evidence::TillWell { .. })));
            }
        }
    }

    #[test]
    fn a_disk_that_takes_no_write_is_bad() {
        let folder = tempfile::tempdir().unwrap();
        let own = OwnHealth::new(folder.path().to_owned());
        assert!(matches!(own.look(Duration::from_secs(5)), Found::Good(Evidence::TillWell { .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "the trial leaves nothing behind");
        let gone = OwnHealth::new(folder.path().join("missing"));
        assert!(matches!(gone.look(Duration::from_secs(5)), Found::Bad(Evidence::DiskRefuses { .. })));
    }
}
