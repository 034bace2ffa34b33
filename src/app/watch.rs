//! Watching reader, line and host: when each is probed, and the outage that follows. What a probe or a real request
//! says of them is in [`crate::app::seen`].

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::app::effect::Effect;
use crate::app::event::OutageTouch;
use crate::app::place::Place;
use crate::app::{App, Turn};
use crate::domain::contacts::Contacts;
use crate::domain::fact::Fact;
use crate::domain::health::Health;
use crate::domain::host::IssuerAnswers;
use crate::domain::ids::{OutageId, PaymentId};
use crate::domain::outage::{Healths, OutageCause, ReaderCause, ReaderKind};

/// How often the reader is asked for its health: an outage is noticed within a second.
pub const READER_EVERY: TimeDelta = TimeDelta::milliseconds(750);
/// How often the line is probed.
pub const LINE_EVERY: TimeDelta = TimeDelta::seconds(5);
/// How often the host is asked for an echo while it is well.
pub const HOST_EVERY: TimeDelta = TimeDelta::seconds(30);
/// How often line and host are probed while something is wrong.
pub const DOUBT_EVERY: TimeDelta = TimeDelta::seconds(2);

/// When each part is probed, and what is known of it.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each probe is under way or not, independent of the others")]
pub struct Watch {
    pub(crate) healths: Healths,
    /// When the health of each part last changed.
    pub(crate) reader_since: DateTime<FixedOffset>,
    pub(crate) line_since: DateTime<FixedOffset>,
    pub(crate) host_since: DateTime<FixedOffset>,
    /// The payment the reader is working on.
    paying: Option<PaymentId>,
    /// The payments whose request to the driver has not come back: given up or not, the reader may still take them.
    under_way: BTreeSet<PaymentId>,
    /// The payment the cashier wants to stop, and when that was said.
    pub(super) stop_wanted: Option<(PaymentId, DateTime<FixedOffset>)>,
    /// The payment it is being asked about.
    asking: Option<PaymentId>,
    /// The payment it is taking back.
    pub(super) reversing: Option<PaymentId>,
    /// When taking back is tried again.
    pub(super) reverse_at: Option<DateTime<FixedOffset>>,
    /// What the reader said to taking back, until that is stored.
    pub(super) reversal_said: Option<Fact>,
    /// Whether a charge may have to be taken back of which nobody has thought: after a start, after a save that failed,
    /// and when a transfer turns out to be real.
    pub(super) look_for_charges: bool,
    /// The last payment it was asked about or for.
    pub(crate) asked_last: Option<PaymentId>,
    /// When the reader last said anything at all.
    pub(super) reader_heard: DateTime<FixedOffset>,
    pub(super) reader_probing: bool,
    pub(super) reader_next: DateTime<FixedOffset>,
    pub(super) line_probing: bool,
    pub(super) line_next: DateTime<FixedOffset>,
    pub(super) host_probing: bool,
    pub(super) host_next: DateTime<FixedOffset>,
    /// The cashier said that the reader does not work; it stays down until it is tested.
    pub(super) by_hand: bool,
    /// When to ask again what became of a payment.
    pub(crate) ask_reader_at: Option<DateTime<FixedOffset>>,
    pub(crate) outage_is_saving: bool,
    echo_stan: u32,
    /// What the last cards say of the reader's contacts.
    pub(crate) contacts: Contacts,
    /// What the host's last answers say of the banks behind it.
    pub(crate) issuers: IssuerAnswers,
    /// Payments that the reader says it has stored by itself and not sent yet; `None` where it says nothing of them.
    pub(crate) stored_in_reader: Option<u32>,
}

impl Watch {
    pub(crate) fn new(at: DateTime<FixedOffset>) -> Self {
        Self {
            healths: Healths::working(),
            reader_since: at,
            line_since: at,
            host_since: at,
            paying: None,
            under_way: BTreeSet::new(),
            stop_wanted: None,
            asking: None,
            reversing: None,
            reverse_at: None,
            reversal_said: None,
            look_for_charges: true,
            asked_last: None,
            reader_heard: at,
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
            contacts: Contacts::default(),
            issuers: IssuerAnswers::default(),
            stored_in_reader: None,
        }
    }

    pub(crate) fn next_wake(&self) -> DateTime<FixedOffset> {
        self.reader_next.min(self.line_next).min(self.host_next)
    }

    pub(crate) fn probe_reader_soon(&mut self, now: DateTime<FixedOffset>) {
        self.reader_next = now;
    }

    /// When the reader last said anything at all.
    pub(crate) fn heard_from_reader(&self) -> DateTime<FixedOffset> {
        self.reader_heard
    }

    /// Whether the reader works on a payment, as far as the till knows.
    pub(crate) fn reader_busy(&self) -> bool {
        self.paying.is_some()
    }

    pub(crate) fn reader_has(&self, payment: PaymentId) -> bool {
        self.paying == Some(payment)
    }

    pub(crate) fn reader_pays(&mut self, payment: PaymentId) {
        self.paying = Some(payment);
        self.under_way.insert(payment);
        self.stop_wanted = None;
        self.asked_last = Some(payment);
    }

    /// The driver is done with this payment: nothing of it can come any more.
    pub(crate) fn reader_is_done(&mut self, payment: PaymentId) {
        self.under_way.remove(&payment);
    }

    /// Whether the driver still has the request for this payment.
    pub(crate) fn is_under_way(&self, payment: PaymentId) -> bool {
        self.under_way.contains(&payment)
    }

    /// Nobody waits for this payment any more: it was answered, or given up.
    pub(crate) fn reader_paid(&mut self, payment: PaymentId) {
        self.paying = self.paying.filter(|paying| *paying != payment);
    }

    pub(crate) fn reader_is_asked(&mut self, payment: PaymentId) {
        self.asking = Some(payment);
        self.asked_last = Some(payment);
    }

    pub(crate) fn reader_told(&mut self, payment: PaymentId) {
        self.asking = self.asking.filter(|asking| *asking != payment);
    }

    /// Whether a question about a payment may be put to it: it can answer one at a time.
    pub(crate) fn may_be_asked(&self) -> bool {
        self.paying.is_none() && self.asking.is_none() && self.reversing.is_none()
    }

    /// The clock was set back by `by`: what waits, waits no longer than before.
    pub(crate) fn clock_went_back(&mut self, by: TimeDelta) {
        for at in [&mut self.reader_next, &mut self.line_next, &mut self.host_next] {
            *at -= by;
        }
        for at in [&mut self.ask_reader_at, &mut self.reverse_at].into_iter().flatten() {
            *at -= by;
        }
        if let Some((_, at)) = &mut self.stop_wanted {
            *at -= by;
        }
        self.healths.reader = self.healths.reader.clock_went_back(by);
        self.healths.line = self.healths.line.clock_went_back(by);
        self.healths.host = self.healths.host.clock_went_back(by);
        for at in [&mut self.reader_since, &mut self.line_since, &mut self.host_since, &mut self.reader_heard] {
            *at -= by;
        }
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
                self.climb_now();
                match self.reader_kind() {
                    ReaderKind::Connected { .. } => self.watch.probe_reader_soon(self.now),
                    ReaderKind::Standalone => {
                        self.set_reader(Health::Working);
                        self.watch.probe_reader_soon(self.now);
                    }
                }
            }
            OutageTouch::BackToSelling => self.go_selling(),
        }
    }

    /// After a start: what a person said of a reader that cannot be asked still holds, and its outage goes on, until a
    /// person tests it. A reader that can be asked says itself how it is.
    pub(super) fn take_outage_up(&mut self) {
        let by_hand = ReaderCause::ReportedByHand;
        let outage = self.ledger.open_outage().filter(|open| open.cause == OutageCause::Reader(by_hand));
        let Some(began) = outage.map(|open| open.began) else { return };
        self.watch.by_hand = self.reader_kind() == ReaderKind::Standalone;
        (self.watch.healths.reader, self.watch.reader_since) = (Health::down(began, by_hand), began);
    }

    pub(super) fn probe_what_is_due(&mut self, turn: &mut Turn) {
        let (now, watch) = (self.now, &mut self.watch);
        if self.settings.host.is_none() {
            watch.host_next = now + HOST_EVERY;
        }
        // Also while it works on a payment: one that is alive says that it is busy, and one that has frozen says nothing.
        let askable = self.settings.reader.can_be_probed();
        if now >= watch.reader_next {
            watch.reader_next = now + READER_EVERY;
            if askable && !watch.reader_probing {
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
            watch.host_next = now + if doubt { jittered(DOUBT_EVERY, turn) } else { HOST_EVERY };
            if !watch.host_probing {
                watch.host_probing = true;
                watch.echo_stan = watch.echo_stan % crate::domain::ledger::STAN_MAX + 1;
                turn.ask(Effect::EchoHost { stan: watch.echo_stan });
            }
        }
    }

    /// Begins, renames or ends the outage that the three machines amount to.
    pub(super) fn note_outage(&mut self, turn: &mut Turn) {
        if self.watch.outage_is_saving {
            return;
        }
        let healths = self.healths();
        let (cause, beside) = (healths.outage_cause(self.reader_stores()), healths.outage_beside());
        let fact = match (self.ledger.open_outage(), cause) {
            (None, Some(cause)) => Fact::OutageBegan { outage: OutageId(turn.ids.next_uuid()), cause, beside },
            (Some(open), Some(cause)) if open.cause != cause || open.beside() != beside => {
                Fact::OutageChanged { outage: open.id, cause, beside }
            }
            (Some(open), None) => Fact::OutageEnded { outage: open.id },
            (Some(_), Some(_)) | (None, None) => return,
        };
        self.watch.outage_is_saving = true;
        self.save(vec![fact], turn);
    }
}

/// `base` shortened or lengthened by up to a quarter, so that the tills of a shop do not ask in step.
fn jittered(base: TimeDelta, turn: &mut Turn) -> TimeDelta {
    let bits = turn.ids.next_uuid().as_u128() % 512;
    let quarter_thousandths = i32::try_from(bits).unwrap_or(256) - 256;
    base + base * quarter_thousandths / 1_024
}
