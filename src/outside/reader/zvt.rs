//! The driver for terminals that speak ZVT (13.x) over TCP.
//!
//! One connection is kept open, for a terminal takes one at a time; on it one command at a time ([`super::zvt_gate`]).
//! The connection is in [`super::zvt_link`], the course of a command in [`super::zvt_talk`], what answers mean in
//! [`super::zvt_meaning`], and whose the terminal's last transaction is in [`super::zvt_last`]: here they meet.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, Utc};

use super::zvt_gate::{Errand, Gate};
use super::zvt_last::{History, Last, Mark};
use super::zvt_link::{Link, LinkError};
use super::zvt_meaning::{fault_of, of_failed_probe, of_payment, of_reversal, of_status, receipt_of, report};
use super::zvt_settings::{ZvtDayEnd, ZvtSettings};
use super::zvt_talk::{Ended, Patience, Talk, talk};
use super::{Reader, ReaderDiagnosis};
use crate::domain::reader::{
    CardSeen, DeclineReason, HoldEnd, ReaderFault, ReaderOutcome, ReaderPayment, ReaderReport, ReaderReversal,
};
use crate::zvt::{Cause, Message, TerminalStatus, bmps, cause, commands, terminal_cause};

/// The result code of a terminal that wants the till to register first.
const NOT_REGISTERED: u8 = 0x6b;
/// How often a command is tried: once more after registering anew, or on a new connection when the old one had ended
/// before a byte was sent.
const TRIES_MAX: usize = 2;

/// A terminal that speaks ZVT.
pub struct ZvtReader {
    settings: ZvtSettings,
    gate: Gate,
    link: Mutex<Option<Arc<Link>>>,
    history: Mutex<History>,
    /// Whether the terminal was asked once what its last transaction was before the first payment.
    asked_last: AtomicBool,
}

impl ZvtReader {
    /// A driver for the terminal at the settings' address. Sends nothing yet.
    #[must_use]
    pub fn new(settings: ZvtSettings) -> Self {
        Self {
            settings,
            gate: Gate::default(),
            link: Mutex::default(),
            history: Mutex::default(),
            asked_last: AtomicBool::new(false),
        }
    }

    /// Lets the terminal send its day to its host.
    pub fn end_of_day(&self) -> ZvtDayEnd {
        let until = Instant::now() + self.settings.timeouts.long;
        let Some(_turn) = self.gate.enter(Errand::Long, self.turn_until()) else {
            return ZvtDayEnd::Unknown { fault: ReaderFault::Busy };
        };
        match self.ask(&commands::end_of_day(), until, |_| {}) {
            Ok(Talk { ended: Ended::Completed(_), status, .. }) => ZvtDayEnd::Closed {
                total_minor: status.as_ref().and_then(|status| status.amount_minor),
                payments: status.and_then(|status| status.payments),
            },
            Ok(Talk { ended: Ended::Aborted(code) | Ended::Refused(code), .. }) | Err(Unsaid::Code(code)) => {
                ZvtDayEnd::Refused { code }
            }
            Ok(Talk { ended: Ended::Broken(error), .. }) | Err(Unsaid::Link(error)) => {
                ZvtDayEnd::Unknown { fault: error.fault() }
            }
        }
    }

    /// Says goodbye, so that the terminal can be used by another till, and closes the connection.
    pub fn log_off(&self) {
        let Some(_turn) = self.gate.enter(Errand::Short, self.turn_until()) else { return };
        if let Some(link) = self.current() {
            let first = self.settings.timeouts.first;
            if let Ok(apdu) = commands::log_off().encode(None) {
                // A Log-Off has no completion; the acknowledgement, or silence, is the end of it.
                link.begin();
                let _ = link.send(&apdu).and_then(|()| link.receive(Instant::now() + first));
                link.end();
            }
            link.close();
        }
    }

    /// The lines the terminal wanted printed since the last call; no card number in them is whole.
    pub fn take_printed(&self) -> Vec<String> {
        self.current().map(|link| link.take_lines()).unwrap_or_default()
    }

    fn current(&self) -> Option<Arc<Link>> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long a command waits for its turn: a probe is the longest that others wait for.
    fn turn_until(&self) -> Instant {
        Instant::now() + self.settings.timeouts.connect + self.settings.timeouts.probe
    }

    /// The open connection, or a new one. Only whoever has the turn calls this.
    fn open(&self, until: Instant) -> Result<Arc<Link>, LinkError> {
        let before = self.current();
        if let Some(link) = before.as_ref().filter(|link| link.is_open()) {
            return Ok(Arc::clone(link));
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(LinkError::ConnectTimedOut);
        }
        let link = Link::connect(self.settings.address, left.min(self.settings.timeouts.connect))?;
        if let Some(before) = before {
            link.keep_lines(before.take_lines());
        }
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&link));
        Ok(link)
    }

    fn register(&self, link: &Link, until: Instant) -> Result<(), Unsaid> {
        let message = commands::registration(self.settings.config, self.settings.currency.numeric());
        match self.say(link, &message, until, || {}).ended {
            Ended::Completed(answer) => {
                // Bits of the status byte: initialisation, diagnosis or an action for a technician is due.
                if let Some(due) = answer.fields.byte(bmps::STATUS_BYTE).filter(|due| due & 0x07 != 0) {
                    tracing::warn!(status_byte = due, "the terminal wants to be looked after");
                }
                link.set_registered(true);
                Ok(())
            }
            Ended::Aborted(code) | Ended::Refused(code) => Err(Unsaid::Code(code)),
            Ended::Broken(error) => Err(Unsaid::Link(error)),
        }
    }

    fn say(&self, link: &Link, message: &Message, until: Instant, taken: impl FnOnce()) -> Talk {
        match message.encode(Some(&self.settings.password)) {
            Ok(apdu) => talk(link, &apdu, Patience { first: self.settings.timeouts.first, until }, taken),
            Err(error) => {
                tracing::warn!(%error, "the command cannot be written");
                Talk { ended: Ended::Broken(LinkError::NotSent), status: None, contradiction: false }
            }
        }
    }

    /// Says one command on a connection that is registered. An error means that the command itself was not sent.
    fn ask(&self, message: &Message, until: Instant, taken: impl Fn(&Link)) -> Result<Talk, Unsaid> {
        let mut tried = 0;
        loop {
            tried += 1;
            let link = self.open(until).map_err(Unsaid::Link)?;
            if !link.is_registered() {
                match self.register(&link, until) {
                    Err(Unsaid::Link(LinkError::NotSent)) if tried < TRIES_MAX => continue,
                    registered => registered?,
                }
            }
            let talk = self.say(&link, message, until, || taken(&link));
            let again = talk.ended.code() == Some(NOT_REGISTERED) && talk.status.is_none()
                || matches!(talk.ended, Ended::Broken(LinkError::NotSent));
            if !again || tried >= TRIES_MAX {
                return Ok(talk);
            }
            link.set_registered(false);
        }
    }

    /// How the terminal is. Needs no registration with most terminals, so it is first asked without.
    ///
    /// The question changes nothing, so when an old connection turns out to be dead it is asked again on a new one:
    /// only a new connection tells a terminal that has gone from one that has started anew.
    fn enquire(&self, until: Instant, ours: NaiveDateTime) -> Result<TerminalStatus, Unsaid> {
        let enquiry = commands::status_enquiry();
        let mut tried = 0;
        let answer = loop {
            tried += 1;
            let link = self.open(until).map_err(Unsaid::Link)?;
            match self.say(&link, &enquiry, until, || {}).ended {
                Ended::Completed(answer) => break answer,
                Ended::Aborted(NOT_REGISTERED) | Ended::Refused(NOT_REGISTERED) if tried < TRIES_MAX => {
                    self.register(&link, until)?;
                }
                Ended::Aborted(code) | Ended::Refused(code) => return Err(Unsaid::Code(code)),
                Ended::Broken(LinkError::NotSent | LinkError::Lost) if tried < TRIES_MAX => {}
                Ended::Broken(error) => return Err(Unsaid::Link(error)),
            }
        };
        let status = TerminalStatus::read(&answer).map_err(|_| Unsaid::Link(LinkError::Protocol))?;
        self.history().compare_clocks(status.time, ours);
        Ok(status)
    }

    /// Whether the terminal can be asked for a payment now; if not, why not.
    ///
    /// One more question before each payment: so a connection that has died unnoticed, or a terminal that has frozen,
    /// is found out while certainly nothing was charged.
    fn is_ready(&self, until: Instant, request: &ReaderPayment) -> Result<(), ReaderFault> {
        let until = until.min(Instant::now() + self.settings.timeouts.probe);
        match self.enquire(until, local_now(request)) {
            Ok(status) if terminal_cause(status.code) == Some(Cause::Busy) => Err(ReaderFault::Busy),
            // What else it says of itself keeps no terminal from trying; the payment's own answer counts.
            Ok(_) | Err(Unsaid::Code(_)) => Ok(()),
            Err(Unsaid::Link(error)) => Err(error.fault()),
        }
    }

    /// Tells the terminal to end the running command. A customer may take minutes over a PIN and the terminal says nothing
    /// meanwhile; one that was told to stop has nobody to wait for.
    fn stop(&self, link: &Link) {
        match commands::stop().encode(None) {
            // It is only a wish; when it cannot be sent, the payment ends by itself.
            Ok(apdu) => drop(link.send(&apdu)),
            Err(error) => tracing::debug!(%error, "the wish to stop cannot be written"),
        }
        link.hurry(self.settings.timeouts.stop);
    }

    /// Asks once, before the first payment, what the terminal's last transaction is: whatever it says then is not ours.
    fn learn_last(&self, until: Instant) {
        if self.history().knows_last() || self.asked_last.swap(true, Ordering::SeqCst) {
            return;
        }
        let until = until.min(Instant::now() + self.settings.timeouts.status);
        if let Ok(Talk { ended: Ended::Completed(_), status: Some(status), .. }) =
            self.ask(&commands::repeat_receipt(), until, |_| {})
            && let Some(mark) = Mark::of(&status)
        {
            self.history().set_last(Last::Transaction(mark));
        }
    }
}

impl Drop for ZvtReader {
    fn drop(&mut self) {
        if let Some(link) = self.current() {
            link.close();
        }
    }
}

/// Why a command could not even be said.
#[derive(Clone, Copy, Debug)]
enum Unsaid {
    /// There is no connection, or it broke before.
    Link(LinkError),
    /// The terminal does not let the till register.
    Code(u8),
}

impl Unsaid {
    fn fault(self) -> ReaderFault {
        match self {
            Self::Link(error) => error.fault(),
            Self::Code(code) => fault_of(code),
        }
    }
}

impl Reader for ZvtReader {
    fn probe(&self, at: DateTime<FixedOffset>) -> ReaderReport {
        let until = Instant::now() + self.settings.timeouts.probe;
        let Some(_turn) = self.gate.enter(Errand::Short, until) else { return ReaderReport::Busy };
        match self.enquire(until, at.naive_local()) {
            Ok(status) => of_status(&status),
            Err(Unsaid::Link(error)) => of_failed_probe(error),
            Err(Unsaid::Code(code)) => report(terminal_cause(code), None),
        }
    }

    fn diagnose(&self, _at: DateTime<FixedOffset>) -> ReaderDiagnosis {
        let until = Instant::now() + self.settings.timeouts.long;
        let only = |report| ReaderDiagnosis { report, details: None };
        let Some(_turn) = self.gate.enter(Errand::Long, self.turn_until()) else { return only(ReaderReport::Busy) };
        only(match self.ask(&commands::diagnosis(), until, |_| {}) {
            Ok(Talk { ended: Ended::Completed(_), .. }) => report(Some(Cause::Success), Some(true)),
            Ok(Talk { ended: Ended::Aborted(code) | Ended::Refused(code), .. }) => report(cause(code), None),
            Ok(Talk { ended: Ended::Broken(error), .. }) | Err(Unsaid::Link(error)) => of_failed_probe(error),
            Err(Unsaid::Code(code)) => report(cause(code), None),
        })
    }

    fn pay(&self, request: &ReaderPayment) -> ReaderOutcome {
        let not_charged = |fault| ReaderOutcome::NotCharged { fault };
        let minor = u64::try_from(request.amount.minor).ok().filter(|minor| *minor > 0);
        let ours = request.amount.currency == self.settings.currency;
        let reference = self.settings.send_reference.then_some(request.service_id.0.as_str());
        let Some(message) = minor
            .filter(|_| ours)
            .and_then(|minor| commands::authorisation(minor, request.amount.currency.numeric(), reference).ok())
        else {
            return not_charged(ReaderFault::Protocol);
        };
        let until = Instant::now() + self.settings.timeouts.payment;
        let Some(turn) = self.gate.enter(Errand::Payment(request.service_id.clone()), self.turn_until()) else {
            return not_charged(ReaderFault::Busy);
        };
        if let Err(fault) = self.is_ready(until, request) {
            return not_charged(fault);
        }
        self.learn_last(until);
        if turn.stop_wanted() {
            return ReaderOutcome::Declined { reason: DeclineReason::Cancelled, card: CardSeen::NOTHING };
        }
        self.history().begin(&request.service_id);
        let stop_if_wanted = |link: &Link| {
            if turn.taken() {
                self.stop(link);
            }
        };
        match self.ask(&message, until, stop_if_wanted) {
            Ok(talk) => {
                if let Some(status) = &talk.status {
                    self.history().finish(&request.service_id, status);
                }
                of_payment(&talk, request.amount)
            }
            Err(unsaid) => not_charged(unsaid.fault()),
        }
    }

    fn status(&self, request: &ReaderPayment) -> ReaderOutcome {
        let unknown = |fault| ReaderOutcome::Unknown { fault };
        let until = Instant::now() + self.settings.timeouts.status;
        let Some(_turn) = self.gate.enter(Errand::Short, until) else { return unknown(ReaderFault::Busy) };
        match self.enquire(until, local_now(request)) {
            // A terminal that is not idle may still be at this very payment.
            Ok(status) if terminal_cause(status.code) == Some(Cause::Busy) => return unknown(ReaderFault::Busy),
            Ok(_) => {}
            Err(unsaid) => return unknown(unsaid.fault()),
        }
        match self.ask(&commands::repeat_receipt(), until, |_| {}) {
            Ok(Talk { ended: Ended::Completed(_), status: Some(status), contradiction: false }) => {
                let longest = TimeDelta::from_std(self.settings.timeouts.payment).unwrap_or(TimeDelta::zero());
                self.history().judge(request, &status, longest)
            }
            Ok(Talk { ended: Ended::Completed(_), .. }) => unknown(ReaderFault::Protocol),
            Ok(Talk { ended: Ended::Aborted(code) | Ended::Refused(code), .. }) => unknown(fault_of(code)),
            Ok(Talk { ended: Ended::Broken(error), .. }) => unknown(error.fault()),
            Err(unsaid) => unknown(unsaid.fault()),
        }
    }

    fn abort(&self, request: &ReaderPayment) {
        if self.gate.want_stop(&request.service_id)
            && let Some(link) = self.current()
        {
            self.stop(&link);
        }
    }

    fn reverse(&self, request: &ReaderPayment, transaction: &str) -> ReaderReversal {
        let Some(message) = receipt_of(transaction).and_then(|receipt| commands::reversal(receipt).ok()) else {
            // Without a receipt number the terminal would undo its last payment, whose ever that is.
            return ReaderReversal::Refused;
        };
        let until = Instant::now() + self.settings.timeouts.long;
        let Some(_turn) = self.gate.enter(Errand::Long, self.turn_until()) else {
            return ReaderReversal::Unknown { fault: ReaderFault::Busy };
        };
        match self.ask(&message, until, |_| {}) {
            Ok(talk) => {
                if let Some(mark) = talk.status.as_ref().and_then(Mark::of) {
                    self.history().set_last(Last::Transaction(mark));
                }
                of_reversal(&talk, request.amount)
            }
            Err(unsaid) => ReaderReversal::Unknown { fault: unsaid.fault() },
        }
    }

    fn hold(&self, bound: Duration) -> HoldEnd {
        match self.current().filter(|link| link.is_open()) {
            Some(link) => link.hold(bound),
            None => HoldEnd::NotConnected,
        }
    }
}

/// The shop's wall clock, for comparing the terminal's with it.
fn local_now(request: &ReaderPayment) -> NaiveDateTime {
    Utc::now().with_timezone(request.at.offset()).naive_local()
}

#[cfg(test)]
mod tests;
