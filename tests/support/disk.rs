//! A disk that fails where and when it is told to.

use std::sync::{Arc, Mutex};

use stopgap::store::{Faults, SavePoint, Strike};

/// Every step of a save at which something can go wrong.
pub const POINTS: [SavePoint; 8] = [
    SavePoint::SealedWrite,
    SavePoint::MirrorAppend,
    SavePoint::MirrorSync,
    SavePoint::Begin,
    SavePoint::Row,
    SavePoint::Commit,
    SavePoint::AfterCommit,
    SavePoint::Abort,
];

#[derive(Debug, Default)]
struct Plan {
    strikes: Vec<(SavePoint, Strike)>,
    full: bool,
    crashed: bool,
}

/// One disk, seen from the test and from the store.
#[derive(Clone, Debug, Default)]
pub struct Disk(Arc<Mutex<Plan>>);

impl Disk {
    fn plan(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.0.lock().expect("nobody panics while holding it")
    }

    /// The next save that comes to this point is struck there, once.
    pub fn strike(&self, point: SavePoint, strike: Strike) {
        self.plan().strikes.push((point, strike));
    }

    /// Every save is refused, until [`Self::mend`].
    pub fn fill(&self) {
        self.plan().full = true;
    }

    pub fn mend(&self) {
        *self.plan() = Plan::default();
    }

    /// Whether a crash has struck since the last time this was asked.
    pub fn take_crashed(&self) -> bool {
        std::mem::take(&mut self.plan().crashed)
    }
}

impl Faults for Disk {
    fn strike(&mut self, point: SavePoint) -> Option<Strike> {
        let mut plan = self.plan();
        if plan.full && point == SavePoint::MirrorAppend {
            return Some(Strike::Error);
        }
        let found = plan.strikes.iter().position(|(at, _)| *at == point)?;
        let (_, strike) = plan.strikes.remove(found);
        plan.crashed |= strike == Strike::Crash;
        Some(strike)
    }
}
