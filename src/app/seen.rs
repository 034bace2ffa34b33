//! What probes, real requests and news say of reader, line and host.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::App;
use crate::app::notice::NoticeKind;
use crate::app::place::Place;
use crate::app::watch::DOUBT_EVERY;
use crate::domain::contacts::ContactsVerdict;
use crate::domain::health::{Health, NETWORK_RECOVERY_MIN, Observation, READER_RECOVERY_MIN, Recovery};
use crate::domain::host::{HostAnswer, HostEcho, HostFault, LineReport, ReversalAnswer};
use crate::domain::ids::SaleId;
use crate::domain::outage::{HostCause, LineCause, ReaderCause, ReaderKind};
use crate::domain::reader::{DeclineReason, ReaderFault, ReaderNews, ReaderOutcome, ReaderReport};

/// The silence of an idle reader that is a fault by itself: noticed within three seconds, with the time a probe takes.
const SILENCE_MAX: TimeDelta = TimeDelta::milliseconds(2_500);

impl App {
    pub(super) fn reader_probed(&mut self, report: &ReaderReport) {
        self.watch.reader_probing = false;
        if let Place::Outage { testing } = &mut self.place {
            *testing = false;
        }
        self.reader_reported(report);
    }

    fn reader_reported(&mut self, report: &ReaderReport) {
        match report {
            // It answers, but it is not known to be well: what was known of it before still holds.
            ReaderReport::Busy => self.watch.reader_heard = self.now,
            ReaderReport::Healthy { stored_in_reader, .. } => {
                self.watch.reader_heard = self.now;
                self.watch.stored_in_reader = *stored_in_reader;
                self.reader_seen(Observation::Good);
            }
            // While it has a payment, its silence is left to the protocol's own time: some readers answer nothing while a
            // customer is at it.
            ReaderReport::Faulty { cause: ReaderCause::NoAnswer, hard: false } if self.watch.reader_busy() => {}
            ReaderReport::Faulty { cause, hard } => {
                let hard = *hard || self.is_silent(*cause);
                self.reader_seen(Observation::Bad { cause: *cause, hard });
            }
        }
    }

    /// Whether an idle reader has been silent for so long that it is no matter of one lost question any more. During a
    /// payment it may be silent while the customer types a PIN.
    fn is_silent(&self, cause: ReaderCause) -> bool {
        let since = self.now - self.watch.reader_heard;
        cause == ReaderCause::NoAnswer && !self.watch.reader_busy() && since >= SILENCE_MAX
    }

    /// When a reader that left one question unanswered has been silent for too long, should it not answer the next one.
    pub(super) fn silence_ends_at(&self) -> Option<DateTime<FixedOffset>> {
        match self.watch.healths.reader {
            Health::Doubtful { cause: ReaderCause::NoAnswer, .. } if !self.watch.reader_busy() => {
                Some(self.watch.reader_heard + SILENCE_MAX)
            }
            Health::Doubtful { .. }
            | Health::Working
            | Health::Down { .. }
            | Health::Recovering { .. }
            | Health::OnTrial { .. } => None,
        }
    }

    /// The second question need not run into its own time-out.
    pub(super) fn end_silence(&mut self) {
        if self.silence_ends_at().is_some_and(|at| at <= self.now) {
            self.reader_seen(Observation::Bad { cause: ReaderCause::NoAnswer, hard: true });
        }
    }

    /// What the reader, or its service, said without being asked.
    pub(super) fn reader_news(&mut self, news: &ReaderNews) {
        let sale = self.open_sale().map(|sale| sale.id);
        match news {
            ReaderNews::Report(report) => self.reader_reported(report),
            ReaderNews::AskNow => self.watch.probe_reader_soon(self.now),
            ReaderNews::NetworkChanged => (self.watch.line_next, self.watch.host_next) = (self.now, self.now),
            ReaderNews::MuteCard => self.card_was_mute(sale),
            ReaderNews::CardAnswered => self.watch.contacts = self.watch.contacts.card_answered(),
            ReaderNews::CardRemoved => {}
        }
    }

    /// A real payment tells more than a probe: one that was taken proves the reader. `fresh` says that this is its own
    /// answer, not one that was asked for later.
    pub(super) fn reader_outcome_seen(&mut self, outcome: &ReaderOutcome, fresh: bool) {
        let seen = match outcome {
            ReaderOutcome::Approved { .. } | ReaderOutcome::Declined { reason: DeclineReason::Bank, .. } => {
                self.watch.contacts = self.watch.contacts.card_answered();
                if fresh { Observation::Proven } else { Observation::Good }
            }
            // Its chip was read, or it could not have been refused.
            ReaderOutcome::Declined { reason: DeclineReason::Card, .. } => {
                self.watch.contacts = self.watch.contacts.card_answered();
                Observation::Good
            }
            // It answered; whether it can read a card, this card did not show.
            ReaderOutcome::Declined { reason: DeclineReason::Unreadable | DeclineReason::Cancelled, .. } => {
                Observation::Good
            }
            // It answers the question; that it does not know the payment, or cannot prove it, is no fault of its.
            ReaderOutcome::NotCharged { .. } if !fresh => Observation::Good,
            ReaderOutcome::Unknown { fault: ReaderFault::Protocol | ReaderFault::Broken } if !fresh => return,
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

    /// A card could not be read. The second one in a row that is surely another points at the reader.
    pub(super) fn card_was_mute(&mut self, sale: Option<SaleId>) {
        let before = self.watch.contacts.verdict();
        self.watch.contacts = self.watch.contacts.mute_card(sale);
        if self.watch.contacts.verdict() == ContactsVerdict::SuspectReader && before != ContactsVerdict::SuspectReader {
            self.tell(NoticeKind::ContactsSuspect);
            self.climb_soon();
        }
    }

    pub(super) fn reader_is_down(&mut self, cause: ReaderCause) {
        self.watch.by_hand = true;
        self.set_reader(Health::down(self.now, cause));
    }

    fn reader_seen(&mut self, seen: Observation<ReaderCause>) {
        if self.watch.by_hand {
            return;
        }
        let recovery = Recovery { span: READER_RECOVERY_MIN, on_trial: self.reader_kind() != ReaderKind::Standalone };
        let next = self.watch.healths.reader.observe(seen, self.now, recovery);
        if seen == Observation::Good && self.watch.healths.reader.is_out() {
            self.watch.ask_reader_at = Some(self.now);
        }
        self.set_reader(next);
    }

    pub(super) fn set_reader(&mut self, next: Health<ReaderCause>) {
        if state_changed(&self.watch.healths.reader, &next) {
            self.watch.reader_since = self.now;
            self.diagnose_if_doubtful(&next);
            if matches!(next, Health::Doubtful { .. }) {
                // One failure is a doubt, and a doubt is cleared up at once.
                self.watch.probe_reader_soon(self.now);
            }
        }
        self.watch.healths.reader = next;
    }

    pub(super) fn line_probed(&mut self, report: LineReport) {
        self.watch.line_probing = false;
        self.line_seen(match report {
            LineReport::Up => Observation::Good,
            LineReport::Down { hard: true } => Observation::Bad { cause: LineCause::NoConnection, hard: true },
            LineReport::Down { hard: false } => Observation::Bad { cause: LineCause::NoAnswer, hard: false },
        });
    }

    /// The till's link came or went. A link that is back says only that it is worth asking.
    pub(super) fn link_changed(&mut self, is_up: bool) {
        (self.watch.line_next, self.watch.host_next) = (self.now, self.now);
        if !is_up {
            self.line_seen(Observation::Bad { cause: LineCause::NoConnection, hard: true });
        }
    }

    fn line_seen(&mut self, seen: Observation<LineCause>) {
        let next = self.watch.healths.line.observe(seen, self.now, self.network_recovery());
        if state_changed(&self.watch.healths.line, &next) {
            self.watch.line_since = self.now;
            self.diagnose_if_doubtful(&next);
        }
        self.watch.healths.line = next;
    }

    /// Line and host are back when stored cards, if there are any, can be delivered again: one has to show it.
    fn network_recovery(&self) -> Recovery {
        Recovery { span: NETWORK_RECOVERY_MIN, on_trial: self.settings.host.is_some() && self.cards_can_be_sent() }
    }

    pub(super) fn host_echoed(&mut self, echo: &HostEcho) {
        self.watch.host_probing = false;
        match echo {
            HostEcho::Alive => self.host_seen(Observation::Good),
            HostEcho::Failed { fault } => self.host_fault_seen(*fault),
        }
    }

    pub(super) fn host_answer_seen(&mut self, answer: &HostAnswer) {
        self.watch.issuers.note(answer);
        match answer {
            HostAnswer::Approved { .. }
            | HostAnswer::ApprovedInPart { .. }
            | HostAnswer::DeclinedHard { .. }
            | HostAnswer::DeclinedSoft { .. } => {
                self.delivered();
            }
            HostAnswer::NotNow { .. } => {
                self.host_seen(Observation::Bad { cause: HostCause::Unwilling, hard: false });
            }
            HostAnswer::Misunderstood { .. } => {}
            HostAnswer::NotSent { fault } | HostAnswer::Unknown { fault } => self.host_fault_seen(*fault),
        }
    }

    pub(super) fn reversal_answer_seen(&mut self, answer: &ReversalAnswer) {
        match answer {
            ReversalAnswer::Reversed => self.delivered(),
            ReversalAnswer::Refused { .. } => {}
            ReversalAnswer::NoAnswer { fault } => self.host_fault_seen(*fault),
        }
    }

    /// A card went all the way to the host and its answer came back: that proves host and line.
    fn delivered(&mut self) {
        self.line_seen(Observation::Proven);
        self.host_seen(Observation::Proven);
    }

    /// The host closed the connection that was held to it, or the like: it is asked at once.
    pub(super) fn host_news(&mut self) {
        self.watch.host_next = self.now;
    }

    /// A fault on the way to the host counts against the line's next probe first: both are probed at once.
    fn host_fault_seen(&mut self, fault: HostFault) {
        self.watch.line_next = self.now;
        let (cause, hard) = match fault {
            HostFault::Refused => (HostCause::Refused, true),
            HostFault::Unreachable => (HostCause::Unreachable, false),
            HostFault::ConnectionLost | HostFault::TimedOut => (HostCause::NoAnswer, false),
            // A certificate does not get better by asking again.
            HostFault::NotTrusted => (HostCause::NotTrusted, true),
            HostFault::Protocol | HostFault::Unwilling | HostFault::Repeated => (HostCause::Unwilling, false),
        };
        self.host_seen(Observation::Bad { cause, hard });
    }

    fn host_seen(&mut self, seen: Observation<HostCause>) {
        let next = self.watch.healths.host.observe(seen, self.now, self.network_recovery());
        if state_changed(&self.watch.healths.host, &next) {
            self.watch.host_since = self.now;
            self.watch.host_next = self.watch.host_next.min(self.now + DOUBT_EVERY);
            self.diagnose_if_doubtful(&next);
        }
        self.watch.healths.host = next;
    }

    /// Something looks wrong: the ladder finds out which part it is.
    fn diagnose_if_doubtful<Cause>(&mut self, next: &Health<Cause>) {
        match next {
            Health::Doubtful { .. } | Health::Down { .. } => self.climb_soon(),
            Health::Working | Health::Recovering { .. } | Health::OnTrial { .. } => {}
        }
    }
}

fn state_changed<Cause: PartialEq>(before: &Health<Cause>, after: &Health<Cause>) -> bool {
    std::mem::discriminant(before) != std::mem::discriminant(after)
}
