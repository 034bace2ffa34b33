//! Does the terminal's last transaction belong to this payment? Pure.
//!
//! A terminal can be asked for nothing but its last transaction, and the answer names no payment of ours. So it has to
//! be proven: by our own reference number where the terminal repeats it, otherwise by amount, numbers and time
//! together. What is not proven is unknown.

use std::collections::VecDeque;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};

use super::zvt_meaning::{is_amount, of_result};
use crate::domain::reader::{ReaderFault, ReaderOutcome, ReaderPayment, ServiceId};
use crate::zvt::{StatusInformation, TerminalTime};

/// The payments that are remembered.
const ATTEMPTS_MAX: usize = 64;
/// How much the times may differ when the terminal's clock was compared with ours: both are cut to whole seconds.
const COMPARED_CLOCK_SLACK: TimeDelta = TimeDelta::seconds(2);
/// How much they may differ when it was not: terminals set their clock once a day.
const UNKNOWN_CLOCK_SLACK: TimeDelta = TimeDelta::minutes(10);

/// What tells one transaction of a terminal from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    trace: Option<u32>,
    receipt: Option<u16>,
    time: Option<TerminalTime>,
}

impl Mark {
    /// `None` for a result with neither number.
    pub(super) fn of(status: &StatusInformation) -> Option<Self> {
        let mark = Self { trace: status.trace, receipt: status.receipt, time: status.time };
        (mark.trace.is_some() || mark.receipt.is_some()).then_some(mark)
    }
}

/// The terminal's last transaction, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Last {
    /// It was not asked, or did not say. A terminal that cannot repeat receipts and one that has none yet say the same,
    /// so nothing follows from that.
    #[default]
    Unknown,
    /// This one.
    Transaction(Mark),
}

/// What the driver remembers of transactions, from its start on.
#[derive(Debug, Default)]
pub(super) struct History {
    last: Last,
    attempts: VecDeque<Attempt>,
    /// How much the terminal's clock is ahead of ours.
    clock: Option<TimeDelta>,
}

#[derive(Debug)]
struct Attempt {
    id: ServiceId,
    /// What was the last transaction when it began.
    before: Last,
    /// Its own transaction.
    mark: Option<Mark>,
}

impl History {
    pub(super) fn knows_last(&self) -> bool {
        self.last != Last::Unknown
    }

    pub(super) fn set_last(&mut self, last: Last) {
        self.last = last;
    }

    /// Compares the clocks: `ours` is the local time of the shop at about the moment when the terminal said `theirs`.
    pub(super) fn compare_clocks(&mut self, theirs: Option<TerminalTime>, ours: NaiveDateTime) {
        if let Some(theirs) = theirs.and_then(|theirs| resolved(theirs, ours)) {
            self.clock = Some(theirs - ours);
        }
    }

    /// A payment begins.
    pub(super) fn begin(&mut self, id: &ServiceId) {
        if self.attempts.len() >= ATTEMPTS_MAX {
            self.attempts.pop_front();
        }
        self.attempts.push_back(Attempt { id: id.clone(), before: self.last.clone(), mark: None });
    }

    /// A payment ended with this result, which is surely its own.
    pub(super) fn finish(&mut self, id: &ServiceId, status: &StatusInformation) {
        let Some(mark) = Mark::of(status) else { return };
        if let Some(attempt) = self.attempts.iter_mut().find(|attempt| attempt.id == *id) {
            attempt.mark = Some(mark.clone());
        }
        self.last = Last::Transaction(mark);
    }

    /// What became of a payment, now that the idle terminal says what its last transaction was.
    ///
    /// `longest` is the longest a payment takes.
    pub(super) fn judge(
        &self,
        request: &ReaderPayment,
        status: &StatusInformation,
        longest: TimeDelta,
    ) -> ReaderOutcome {
        let unproven = ReaderOutcome::Unknown { fault: ReaderFault::Protocol };
        let attempt = self.attempts.iter().find(|attempt| attempt.id == request.service_id);
        let before = attempt.map_or(&Last::Unknown, |attempt| &attempt.before);
        if status.reference.as_deref() == Some(request.service_id.0.as_str()) {
            return of_result(status, request.amount);
        }
        let Some(mark) = Mark::of(status) else { return unproven };
        if *before == Last::Unknown {
            // Without our reference, and not knowing what was there before, it may be any customer's: after a restart of
            // the till the next payment of the same amount would pass for this one.
            return unproven;
        }
        if *before == Last::Transaction(mark.clone()) {
            // The terminal is idle, and nothing has happened in it since before this payment: it never began.
            return ReaderOutcome::NotCharged { fault: ReaderFault::ConnectionLost };
        }
        let named_otherwise = status.reference.is_some();
        let anothers =
            self.attempts.iter().any(|other| other.id != request.service_id && other.mark.as_ref() == Some(&mark));
        let in_time = self.in_time(&mark, request, longest);
        if named_otherwise || anothers || !is_amount(status, request.amount) || !in_time {
            return unproven;
        }
        of_result(status, request.amount)
    }

    /// Whether a transaction happened while the payment was asked for.
    fn in_time(&self, mark: &Mark, request: &ReaderPayment, longest: TimeDelta) -> bool {
        let (ahead, slack) = match self.clock {
            Some(ahead) => (ahead, COMPARED_CLOCK_SLACK),
            None => (TimeDelta::zero(), UNKNOWN_CLOCK_SLACK),
        };
        let asked = request.at.naive_local();
        let happened = mark.time.and_then(|time| resolved(time, asked + ahead)).map(|time| time - ahead);
        happened.is_some_and(|happened| asked - slack <= happened && happened <= asked + longest + slack)
    }
}

/// A time with a year: its own, or that which brings it next to `near`.
fn resolved(time: TerminalTime, near: NaiveDateTime) -> Option<NaiveDateTime> {
    let in_year = |year: i32| {
        let date = NaiveDate::from_ymd_opt(year, u32::from(time.month), u32::from(time.day))?;
        date.and_hms_opt(u32::from(time.hour), u32::from(time.minute), u32::from(time.second))
    };
    if let Some(year) = time.year {
        return in_year(i32::from(year));
    }
    let years = [near.year() - 1, near.year(), near.year() + 1];
    years.into_iter().filter_map(in_year).min_by_key(|moment| (*moment - near).abs())
}

#[cfg(test)]
mod tests;
