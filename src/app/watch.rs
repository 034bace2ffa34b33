//! Watching reader, line and host: when each is probed, what a probe or a real request says, and the outage that follows.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::effect::Effect;
use crate::app::event::OutageTouch;
use crate::app::place::Place;
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::host::{HostAnswer, HostEcho, HostFault, LineReport, ReversalAnswer};
use crate::domain::ids::{OutageId, PaymentId};
use crate::domain::outage::{
    Health, Healths, HostCause, LineCause, NETWORK_RECOVERY_MIN, Observation, READER_RECOVERY_MIN, ReaderCause,
    ReaderKind,
};
use crate::domain::reader::{ReaderFault, ReaderOutcome, ReaderReport};

/// How often the reader is asked for its health: an outage is noticed within a second.
pub const READER_EVERY: TimeDelta = TimeDelta::milliseconds(800);
/// How often the line is probed.
pub const LINE_EVERY: TimeDelta = TimeDelta::seconds(5);
/// How often the host is asked for an echo while it is well.
pub const HOST_EVERY: TimeDelta = TimeDelta::seconds(30);
/// How often line and host are probed while something is wrong.
pub const DOUBT_EVERY: TimeDelta = TimeDelta::seconds(2);
/// How many things seen are kept for the outage page.
const EVIDENCE_MAX: usize = 12;

/// One thing that was seen, for the outage page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The reader changed.
    Reader(Health<ReaderCause>),
    /// The line changed.
    Line(Health<LineCause>),
    /// The host changed.
    Host(Health<HostCause>),
}

/// When each part is probed, and what is known of it.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each probe is under way or not, independent of the others")]
pub struct Watch {
    pub(crate) healths: Healths,
    pub(crate) evidence: Vec<(DateTime<FixedOffset>, Seen)>,
    /// When the health of each part last changed.
    pub(crate) reader_since: DateTime<FixedOffset>,
    pub(crate) line_since: DateTime<FixedOffset>,
    pub(crate) host_since: DateTime<FixedOffset>,
    /// A payment or status request the reader is working on.
    asked_for: Option<PaymentId>,
    /// The last payment it was asked about or for.
    pub(crate) asked_last: Option<PaymentId>,
    reader_probing: bool,
    reader_next: DateTime<FixedOffset>,
    line_probing: bool,
    line_next: DateTime<FixedOffset>,
    host_probing: bool,
    host_next: DateTime<FixedOffset>,
    /// The cashier said that the reader does not work; it stays down until it is tested.
    by_hand: bool,
    /// When to ask again what became of a payment.
    pub(crate) ask_reader_at: Option<DateTime<FixedOffset>>,
    pub(crate) outage_is_saving: bool,
    echo_stan: u32,
}

impl Watch {
    pub(crate) fn new(at: DateTime<FixedOffset>) -> Self {
        Self {
            healths: Healths::working(),
            evidence: Vec::new(),
            reader_since: at,
            line_since: at,
            host_since: at,
            asked_for: None,
            asked_last: None,
            reader_probing: false,
            reader_next: at,
            line_probing: false,
            line_next: at,
            host_probing: false,
            host_next: at,
            by_hand: false,
            ask_reader_at: Some(at),
            outage_is_saving: false,
            echo_stan: 0,
        }
    }

    pub(crate) fn next_wake(&self) -> DateTime<FixedOffset> {
        self.reader_next.min(self.line_next).min(self.host_next)
    }

    pub(crate) fn probe_reader_soon(&mut self, now: DateTime<FixedOffset>) {
        self.reader_next = now;
    }

    pub(crate) fn reader_busy(&self) -> bool {
        self.asked_for.is_some()
    }

    pub(crate) fn reader_has(&self, payment: PaymentId) -> bool {
        self.asked_for == Some(payment)
    }

    pub(crate) fn reader_is_asked(&mut self, payment: PaymentId) {
        self.asked_for = Some(payment);
        self.asked_last = Some(payment);
    }

    pub(crate) fn reader_is_free(&mut self, payment: PaymentId) {
        if self.asked_for == Some(payment) {
            self.asked_for = None;
        }
    }

    fn keep(&mut self, at: DateTime<FixedOffset>, seen: Seen) {
        if self.evidence.len() == EVIDENCE_MAX {
            self.evidence.remove(0);
        }
        self.evidence.push((at, seen));
    }
}

impl App {
    pub(super) fn touch_outage(&mut self, touch: OutageTouch) {
        match touch {
            OutageTouch::TestReader => {
                self.watch.by_hand = false;
                if let Place::Outage { testing } = &mut self.place {
                    *testing = true;
                }
                match self.reader_kind() {
                    ReaderKind::Connected { .. } => self.watch.probe_reader_soon(self.now),
                    ReaderKind::Standalone => self.set_reader(Health::Working),
                }
            }
            OutageTouch::BackToSelling => self.go_selling(),
        }
    }

    pub(super) fn probe_what_is_due(&mut self, turn: &mut Turn) {
        let (now, watch) = (self.now, &mut self.watch);
        if self.settings.host.is_none() {
            watch.host_next = now + HOST_EVERY;
        }
        // A reader that works on a payment would say that it is busy; its answer tells more than a probe.
        let askable = matches!(self.settings.reader, crate::settings::ReaderSettings::Nexo { .. });
        if now >= watch.reader_next {
            watch.reader_next = now + READER_EVERY;
            if askable && !watch.reader_probing && watch.asked_for.is_none() {
                watch.reader_probing = true;
                turn.ask(Effect::ProbeReader);
            }
        }
        let doubt = watch.healths.line != Health::Working || watch.healths.host != Health::Working;
        if now >= watch.line_next {
            watch.line_next = now + if doubt { DOUBT_EVERY } else { LINE_EVERY };
            if !watch.line_probing && !self.settings.line_anchors.is_empty() {
                watch.line_probing = true;
                turn.ask(Effect::ProbeLine);
            }
        }
        if now >= watch.host_next {
            watch.host_next = now + if doubt { DOUBT_EVERY } else { HOST_EVERY };
            if !watch.host_probing {
                watch.host_probing = true;
                watch.echo_stan = watch.echo_stan % crate::domain::ledger::STAN_MAX + 1;
                turn.ask(Effect::EchoHost { stan: watch.echo_stan });
            }
        }
    }

    pub(super) fn reader_probed(&mut self, report: &ReaderReport, _turn: &mut Turn) {
        self.watch.reader_probing = false;
        if let Place::Outage { testing } = &mut self.place {
            *testing = false;
        }
        match report {
            ReaderReport::Busy => {}
            ReaderReport::Healthy { .. } => self.reader_seen(Observation::Good),
            ReaderReport::Faulty { cause, hard } => self.reader_seen(Observation::Bad { cause: *cause, hard: *hard }),
        }
    }

    /// A real payment tells as much as a probe.
    pub(super) fn reader_outcome_seen(&mut self, outcome: &ReaderOutcome, _turn: &mut Turn) {
        let seen = match outcome {
            ReaderOutcome::Approved { .. } | ReaderOutcome::Declined { .. } => Observation::Good,
            ReaderOutcome::NotCharged { fault } | ReaderOutcome::Unknown { fault } => match fault {
                ReaderFault::Unreachable | ReaderFault::ConnectionLost => {
                    Observation::Bad { cause: ReaderCause::NotConnected, hard: true }
                }
                ReaderFault::TimedOut => Observation::Bad { cause: ReaderCause::NoAnswer, hard: false },
                ReaderFault::Broken => Observation::Bad { cause: ReaderCause::OutOfOrder, hard: true },
                ReaderFault::Protocol => Observation::Bad { cause: ReaderCause::SoftwareFault, hard: false },
                // The reader itself is fine; line and host are probed at once to find out which of them is not.
                ReaderFault::HostUnreachable => {
                    (self.watch.line_next, self.watch.host_next) = (self.now, self.now);
                    return;
                }
                ReaderFault::Busy => return,
            },
        };
        if self.reader_kind() != ReaderKind::Standalone {
            self.reader_seen(seen);
        }
    }

    pub(super) fn reader_is_down(&mut self, cause: ReaderCause, _turn: &mut Turn) {
        self.watch.by_hand = true;
        self.set_reader(Health::Down { since: self.now, cause });
    }

    fn reader_seen(&mut self, seen: Observation<ReaderCause>) {
        if self.watch.by_hand {
            return;
        }
        let next = self.watch.healths.reader.observe(seen, self.now, READER_RECOVERY_MIN);
        if seen == Observation::Good && self.watch.healths.reader.is_out() {
            self.watch.ask_reader_at = Some(self.now);
        }
        self.set_reader(next);
    }

    fn set_reader(&mut self, next: Health<ReaderCause>) {
        if state_changed(&self.watch.healths.reader, &next) {
            self.watch.reader_since = self.now;
            self.watch.keep(self.now, Seen::Reader(next));
        }
        self.watch.healths.reader = next;
    }

    pub(super) fn line_probed(&mut self, report: LineReport, _turn: &mut Turn) {
        self.watch.line_probing = false;
        let seen = match report {
            LineReport::Up => Observation::Good,
            LineReport::Down { hard: true } => Observation::Bad { cause: LineCause::NoConnection, hard: true },
            LineReport::Down { hard: false } => Observation::Bad { cause: LineCause::NoAnswer, hard: false },
        };
        let next = self.watch.healths.line.observe(seen, self.now, NETWORK_RECOVERY_MIN);
        if state_changed(&self.watch.healths.line, &next) {
            self.watch.line_since = self.now;
            self.watch.keep(self.now, Seen::Line(next));
        }
        self.watch.healths.line = next;
    }

    pub(super) fn host_echoed(&mut self, echo: &HostEcho, _turn: &mut Turn) {
        self.watch.host_probing = false;
        match echo {
            HostEcho::Alive => self.host_seen(Observation::Good),
            HostEcho::Failed { fault } => self.host_fault_seen(*fault),
        }
    }

    pub(super) fn host_answer_seen(&mut self, answer: &HostAnswer, _turn: &mut Turn) {
        match answer {
            HostAnswer::Approved { .. } | HostAnswer::DeclinedHard { .. } | HostAnswer::DeclinedSoft { .. } => {
                self.host_seen(Observation::Good);
            }
            HostAnswer::NotNow { .. } => {
                self.host_seen(Observation::Bad { cause: HostCause::Unwilling, hard: false });
            }
            HostAnswer::Misunderstood { .. } => {}
            HostAnswer::NotSent { fault } | HostAnswer::Unknown { fault } => self.host_fault_seen(*fault),
        }
    }

    pub(super) fn reversal_answer_seen(&mut self, answer: &ReversalAnswer, _turn: &mut Turn) {
        match answer {
            ReversalAnswer::Reversed => self.host_seen(Observation::Good),
            ReversalAnswer::Refused { .. } => {}
            ReversalAnswer::NoAnswer { fault } => self.host_fault_seen(*fault),
        }
    }

    /// A fault on the way to the host counts against the line's next probe first: both are probed at once.
    fn host_fault_seen(&mut self, fault: HostFault) {
        self.watch.line_next = self.now;
        let (cause, hard) = match fault {
            HostFault::Refused => (HostCause::Refused, true),
            HostFault::Unreachable => (HostCause::Unreachable, false),
            HostFault::ConnectionLost | HostFault::TimedOut => (HostCause::NoAnswer, false),
            HostFault::Protocol | HostFault::Unwilling => (HostCause::Unwilling, false),
        };
        self.host_seen(Observation::Bad { cause, hard });
    }

    fn host_seen(&mut self, seen: Observation<HostCause>) {
        let next = self.watch.healths.host.observe(seen, self.now, NETWORK_RECOVERY_MIN);
        if state_changed(&self.watch.healths.host, &next) {
            self.watch.host_since = self.now;
            self.watch.keep(self.now, Seen::Host(next));
            self.watch.host_next = self.watch.host_next.min(self.now + DOUBT_EVERY);
        }
        self.watch.healths.host = next;
    }

    /// Begins, renames or ends the outage that the three machines amount to.
    pub(super) fn note_outage(&mut self, turn: &mut Turn) {
        if self.watch.outage_is_saving {
            return;
        }
        let stores = match self.reader_kind() {
            ReaderKind::Connected { stores } => stores,
            ReaderKind::Standalone => false,
        };
        let cause = self.watch.healths.outage_cause(stores);
        let fact = match (self.ledger.open_outage(), cause) {
            (None, Some(cause)) => Fact::OutageBegan { outage: OutageId(turn.ids.next_uuid()), cause },
            (Some(open), Some(cause)) if open.cause != cause => Fact::OutageChanged { outage: open.id, cause },
            (Some(open), None) => Fact::OutageEnded { outage: open.id },
            (Some(_), Some(_)) | (None, None) => return,
        };
        self.watch.outage_is_saving = true;
        self.save(vec![fact], turn);
    }
}

fn state_changed<Cause: PartialEq>(before: &Health<Cause>, after: &Health<Cause>) -> bool {
    std::mem::discriminant(before) != std::mem::discriminant(after)
}
