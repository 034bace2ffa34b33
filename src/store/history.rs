//! Business days of the past, each as the ledger was at its close and at its end: the journal played once more.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::error::ReadError;
use super::reader::{ENTRIES_MAX, Reader};
use super::{Checkpoint, Entry};
use crate::domain::day::{CloseTerms, DayFigures};
use crate::domain::fact::Fact;
use crate::domain::ledger::Ledger;

/// A business day as the journal has it.
#[derive(Clone, Debug)]
pub struct PastDay {
    /// How it was closed; none while it is open.
    pub close: Option<PastClose>,
    /// The ledger before the next day was opened, or as it is now.
    pub ledger: Ledger,
    /// When the last entry of it was stored.
    pub until: DateTime<FixedOffset>,
    /// What was so when the last day before it was closed, as far as that is known.
    pub before: Option<CloseTerms>,
}

/// How a day was closed.
#[derive(Clone, Debug)]
pub struct PastClose {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// By whom: the id of a person.
    pub by: String,
    /// The figures as they were sealed.
    pub figures: DayFigures,
    /// The ledger at that moment.
    pub ledger: Ledger,
    /// The signed checkpoint.
    pub checkpoint: Option<Checkpoint>,
}

impl Reader {
    /// The business days that are wanted, oldest first. Only what is wanted is kept in memory.
    ///
    /// # Errors
    ///
    /// The database cannot be read, or the journal does not fit together.
    pub fn past_days(&self, wanted: impl Fn(NaiveDate) -> bool) -> Result<Vec<PastDay>, ReadError> {
        let mut past =
            History { ledger: Ledger::default(), close: None, before: None, until: None, wanted, days: Vec::new() };
        let checkpoints = self.checkpoints()?;
        let mut from = 1;
        loop {
            let entries = self.entries(from, ENTRIES_MAX)?;
            let Some(last) = entries.last().map(|entry| entry.seq) else { break };
            for entry in &entries {
                past.take(entry, &checkpoints)?;
            }
            from = last + 1;
        }
        past.end_day();
        Ok(past.days)
    }
}

struct History<W> {
    ledger: Ledger,
    close: Option<PastClose>,
    before: Option<CloseTerms>,
    until: Option<DateTime<FixedOffset>>,
    wanted: W,
    days: Vec<PastDay>,
}

impl<W: Fn(NaiveDate) -> bool> History<W> {
    fn take(&mut self, entry: &Entry, checkpoints: &[Checkpoint]) -> Result<(), ReadError> {
        if let Fact::DayOpened { .. } = entry.fact {
            self.end_day();
        }
        let misfit = |why: &dyn std::fmt::Display| ReadError::Row { table: "journal", why: why.to_string() };
        self.ledger.apply(entry.at, &entry.fact).map_err(|why| misfit(&why))?;
        self.until = Some(entry.at);
        if let Fact::DayClosed { figures, .. } = &entry.fact
            && self.is_wanted()
        {
            self.close = Some(PastClose {
                at: entry.at,
                by: entry.actor.clone(),
                figures: figures.clone(),
                ledger: self.ledger.clone(),
                checkpoint: checkpoints.iter().find(|one| one.seq == entry.seq).cloned(),
            });
        }
        Ok(())
    }

    fn is_wanted(&self) -> bool {
        self.ledger.day.as_ref().is_some_and(|day| (self.wanted)(day.date))
    }

    fn end_day(&mut self) {
        let close = self.close.take();
        if let Some(until) = self.until.filter(|_| self.is_wanted()) {
            self.days.push(PastDay { close, ledger: self.ledger.clone(), until, before: self.before.clone() });
        }
        let terms = self.ledger.day.as_ref().and_then(|day| day.terms.as_ref());
        self.before = terms.cloned().or_else(|| self.before.take());
    }
}
