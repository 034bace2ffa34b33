//! One command at a time, and the wish to stop the one that runs.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::domain::reader::ServiceId;

/// What a command is to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    /// Over within seconds.
    Short,
    /// A customer is at it.
    Payment(ServiceId),
    /// It may take minutes: an end of day, a reversal.
    Long,
}

/// The gate before the terminal.
#[derive(Debug, Default)]
pub(super) struct Gate {
    running: Mutex<Option<Running>>,
    free: Condvar,
}

#[derive(Debug)]
struct Running {
    errand: Errand,
    /// Whether the terminal has taken the command, so that it can be stopped.
    taken: bool,
    stop_wanted: bool,
}

/// The right to speak to the terminal; ends when it is dropped.
pub(super) struct Turn<'a>(&'a Gate);

impl Gate {
    /// Waits for the turn, at the latest until `until`, and not at all behind a command that takes long.
    pub(super) fn enter(&self, errand: Errand, until: Instant) -> Option<Turn<'_>> {
        let mut running = self.running();
        while let Some(current) = running.as_ref() {
            let left = until.saturating_duration_since(Instant::now());
            if current.errand != Errand::Short || left.is_zero() {
                return None;
            }
            running = self.free.wait_timeout(running, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        *running = Some(Running { errand, taken: false, stop_wanted: false });
        Some(Turn(self))
    }

    /// Wishes that a payment ends; true when the terminal is to be told now.
    pub(super) fn want_stop(&self, id: &ServiceId) -> bool {
        match self.running().as_mut() {
            Some(running) if running.errand == Errand::Payment(id.clone()) => {
                running.stop_wanted = true;
                running.taken
            }
            Some(_) | None => false,
        }
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// The terminal has taken the command; true when it is to be stopped at once.
    pub(super) fn taken(&self) -> bool {
        self.0.running().as_mut().is_some_and(|running| {
            running.taken = true;
            running.stop_wanted
        })
    }

    pub(super) fn stop_wanted(&self) -> bool {
        self.0.running().as_ref().is_some_and(|running| running.stop_wanted)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.running() = None;
        self.0.free.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn id(text: &str) -> ServiceId {
        ServiceId(text.to_owned())
    }

    #[test]
    fn only_the_running_payment_can_be_stopped() {
        let gate = Gate::default();
        assert!(!gate.want_stop(&id("P1")), "nothing runs");
        let turn = gate.enter(Errand::Payment(id("P1")), Instant::now()).unwrap();
        assert!(!gate.want_stop(&id("P2")) && !turn.stop_wanted(), "another payment");
        assert!(!gate.want_stop(&id("P1")), "wished, but the terminal has not taken it yet");
        assert!(turn.stop_wanted() && turn.taken(), "so it is told when it has");
        assert!(gate.want_stop(&id("P1")));
        drop(turn);
        assert!(!gate.enter(Errand::Short, Instant::now()).unwrap().stop_wanted(), "the wish ends with the payment");
    }

    #[test]
    fn a_short_command_is_waited_for_and_a_long_one_is_not() {
        let gate = Gate::default();
        let soon = || Instant::now() + Duration::from_millis(30);
        let turn = gate.enter(Errand::Long, soon()).unwrap();
        let began = Instant::now();
        assert!(gate.enter(Errand::Short, soon()).is_none() && began.elapsed() < Duration::from_millis(20));
        drop(turn);
        let turn = gate.enter(Errand::Short, soon()).unwrap();
        let began = Instant::now();
        assert!(gate.enter(Errand::Short, soon()).is_none() && began.elapsed() >= Duration::from_millis(25));
        drop(turn);
    }
}
