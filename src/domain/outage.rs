//! Is the reader, the line or the host working, and what follows from it for the ways to be paid.
//!
//! The three parts are three machines of one kind ([`crate::domain::health`]). One table, [`offers`], turns all three into
//! what the cashier is offered.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::health::Health;
use crate::domain::ids::OutageId;
use crate::domain::keys::NoSealingKey;

/// Why the reader is not working.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderCause {
    /// Switched off, unplugged or without a network: nothing answers at its address.
    NotConnected,
    /// Connected, but it says nothing.
    NoAnswer,
    /// It says that its card reader is broken.
    CardReaderFault,
    /// It says that its PIN pad is broken.
    PinPadFault,
    /// It says that it is out of order.
    OutOfOrder,
    /// Its security module raised an alarm: it must not be used any more.
    Tampered,
    /// It answers, but its program refuses or does not follow the protocol.
    SoftwareFault,
    /// It is being updated.
    Maintenance,
    /// The program of the operating system that it hangs on does not run, or refuses the till (PC/SC: `pcscd`).
    ServiceStopped,
    /// That program runs and does not answer: nobody can reach the reader through it.
    ServiceHung,
    /// The cashier said so; the reader cannot be asked, or says that it is fine.
    ReportedByHand,
    /// It answers, but it was in other hands and no manager has accepted it yet.
    NotAccepted,
}

/// Why the line is not working.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineCause {
    /// No carrier, no address or no route: the cable, the Wi-Fi or the router.
    NoConnection,
    /// Nothing answers out there.
    NoAnswer,
}

/// Why the host is not working.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostCause {
    /// Its machine answers, its program does not run.
    Refused,
    /// It cannot be reached although the line works.
    Unreachable,
    /// It does not answer.
    NoAnswer,
    /// Whoever answers at its address does not prove to be the host.
    NotTrusted,
    /// It answers with faults.
    Unwilling,
}

/// The three machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Healths {
    /// The card reader.
    pub reader: Health<ReaderCause>,
    /// The shop's way to the internet.
    pub line: Health<LineCause>,
    /// The acquirer's host.
    pub host: Health<HostCause>,
}

impl Healths {
    /// All three working: how a till starts, until the first probes say otherwise.
    #[must_use]
    pub fn working() -> Self {
        Self { reader: Health::Working, line: Health::Working, host: Health::Working }
    }

    /// Whether all three may be relied on.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.reader.is_trusted() && self.line.is_trusted() && self.host.is_trusted()
    }

    /// The part that stops card payments on the reader, the one nearest to the cashier first.
    ///
    /// A host behind a line that is down cannot be judged, so the line is named before the host. A reader that stores
    /// payments by itself (`reader_stores`) goes on without line and host.
    ///
    /// A part on trial still names the outage: it ends when the trial is passed.
    #[must_use]
    pub fn outage_cause(&self, reader_stores: bool) -> Option<OutageCause> {
        nearest(self.reader.cause(), self.line.cause(), self.host.cause(), reader_stores)
    }

    /// What else is out while the reader is: without it cards would fail all the same, and typed ones have to be stored.
    /// Behind a line that is out nothing is known of the host, so there is never more than one.
    #[must_use]
    pub fn outage_beside(&self) -> Option<OutageCause> {
        self.reader.cause()?;
        nearest(None, self.line.cause(), self.host.cause(), false)
    }

    /// What keeps cards from being taken on the reader now. A part on trial does not: the next card is its trial.
    #[must_use]
    pub fn blocked_by(&self, reader_stores: bool) -> Option<OutageCause> {
        let reader = self.reader.cause().filter(|_| self.reader.is_out());
        let line = self.line.cause().filter(|_| self.line.is_out());
        let host = self.host.cause().filter(|_| self.host.is_out());
        nearest(reader, line, host, reader_stores)
    }
}

fn nearest(
    reader: Option<ReaderCause>,
    line: Option<LineCause>,
    host: Option<HostCause>,
    reader_stores: bool,
) -> Option<OutageCause> {
    let beyond = || line.map(OutageCause::Line).or_else(|| host.map(OutageCause::Host));
    reader.map(OutageCause::Reader).or_else(|| if reader_stores { None } else { beyond() })
}

/// What an outage comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", content = "cause", rename_all = "snake_case")]
pub enum OutageCause {
    /// The reader itself.
    Reader(ReaderCause),
    /// The line.
    Line(LineCause),
    /// The acquirer's host.
    Host(HostCause),
}

/// A period in which card payments on the reader cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// Its id.
    pub id: OutageId,
    /// When it was noticed.
    pub began: DateTime<FixedOffset>,
    /// What it comes from; the last one named when it changed.
    pub cause: OutageCause,
    /// Every cause it had, with the moment it was named: the first began the outage.
    #[serde(default)]
    pub causes: Vec<(DateTime<FixedOffset>, OutageCause)>,
    /// What else was out beside a broken reader, with the moment it was named; none where that was over. Empty where
    /// nothing ever was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub besides: Vec<(DateTime<FixedOffset>, Option<OutageCause>)>,
    /// When cards could be taken again.
    pub ended: Option<DateTime<FixedOffset>>,
}

impl Outage {
    /// One that was noticed now.
    #[must_use]
    pub fn began(id: OutageId, at: DateTime<FixedOffset>, cause: OutageCause, beside: Option<OutageCause>) -> Self {
        let besides = beside.map(|beside| (at, Some(beside))).into_iter().collect();
        Self { id, began: at, cause, causes: vec![(at, cause)], besides, ended: None }
    }

    /// What is out beside its cause.
    #[must_use]
    pub fn beside(&self) -> Option<OutageCause> {
        self.besides.last().and_then(|(_, beside)| *beside)
    }

    /// Another cause, or another failure beside it.
    pub fn change(&mut self, at: DateTime<FixedOffset>, cause: OutageCause, beside: Option<OutageCause>) {
        if self.cause != cause {
            self.cause = cause;
            self.causes.push((at, cause));
        }
        if self.beside() != beside {
            self.besides.push((at, beside));
        }
    }

    /// Leaves out what came after this moment.
    pub fn cut(&mut self, at: DateTime<FixedOffset>) {
        self.ended = Some(self.ended.map_or(at, |ended| ended.min(at)).max(self.began));
        self.causes.retain(|(named, _)| *named <= at);
        self.besides.retain(|(named, _)| *named <= at);
        if let Some((_, last)) = self.causes.last() {
            self.cause = *last;
        }
    }
}

/// How the shop's reader is connected, as far as the offers depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderKind {
    /// It can be asked.
    Connected {
        /// It takes payments without the host and sends them later by itself.
        stores: bool,
    },
    /// A standalone terminal: the cashier types the amount there and says what it answered.
    Standalone,
}

/// What the shop leaves out of the table of offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferRules {
    /// A typed card is offered while the host can answer it.
    pub card_answered_now: bool,
    /// A typed card is offered while it has to be stored, and the shop bears the risk.
    pub card_stored: bool,
    /// A transfer is offered while the shop's own line is down, so that only a phone can show the money.
    pub qr_without_line: bool,
}

impl OfferRules {
    /// Nothing is left out.
    pub const ALL: Self = Self { card_answered_now: true, card_stored: true, qr_without_line: true };
}

/// Whether a card can be typed in at all, from the settings and the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardEntryPolicy {
    /// At least one brand is allowed and a valid acquirer key is there.
    Allowed,
    /// No key of the acquirer can be sealed to now.
    NoKey(NoSealingKey),
    /// The settings allow no brand.
    NoBrand,
}

/// Whether there is an account that transfers may go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayeePolicy {
    /// At least one is approved and tested.
    Allowed,
    /// The settings name none.
    NoPayee,
    /// Those that the settings name are new.
    NotTested,
}

/// The ways to be paid that make sense now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offers {
    /// Card on the reader.
    pub reader: ReaderOffer,
    /// Card typed in by hand.
    pub card: CardOffer,
    /// QR transfer: the customer's phone has its own way to the bank, so it is offered whatever fails here.
    pub qr: QrOffer,
}

/// Card on the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderOffer {
    /// The first choice.
    Offered,
    /// Not now; why.
    Off(OutageCause),
}

/// A card typed in by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardOffer {
    /// The host answers: approved or declined while the customer is here.
    BankAnswersNow,
    /// It is sealed and stored, and the host is asked later: the shop bears the risk.
    StoredAndSentLater,
    /// Not offered; why.
    Off(CardOff),
}

/// Why a card may not be typed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardOff {
    /// The reader works: it is the safer way.
    ReaderWorks,
    /// No key of the acquirer can be sealed to now.
    NoKey(NoSealingKey),
    /// No brand is allowed.
    NoBrand,
    /// The shop does not want it in this case.
    NotWanted,
}

/// QR transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrOffer {
    /// Offered.
    Offered,
    /// The shop's own line is down, so the credit has to be seen on a phone with mobile data.
    OfferedLineDown,
    /// No payee is configured.
    NoPayee,
    /// No payee was tested yet: a manager has to see a test payment arrive first.
    NotTested,
    /// The shop does not want it while its line is down.
    NotWanted,
}

/// The table of what is offered. Cash always is, and needs no row.
///
/// `reader_failed` says that the reader just failed this very sale, although its machine may still call it working.
#[must_use]
pub fn offers(
    healths: &Healths,
    reader: ReaderKind,
    card_policy: CardEntryPolicy,
    payees: PayeePolicy,
    rules: OfferRules,
    reader_failed: bool,
) -> Offers {
    let stores = match reader {
        ReaderKind::Connected { stores } => stores,
        ReaderKind::Standalone => false,
    };
    let reader_offer = healths.blocked_by(stores).map_or(ReaderOffer::Offered, ReaderOffer::Off);
    // A customer does not wait for a host that is only on trial: one stored card has to be delivered first.
    let network_out = !healths.line.is_trusted() || !healths.host.is_trusted();
    let card = match (card_policy, reader_offer, reader_failed) {
        (CardEntryPolicy::NoKey(why), _, _) => CardOffer::Off(CardOff::NoKey(why)),
        (CardEntryPolicy::NoBrand, _, _) => CardOffer::Off(CardOff::NoBrand),
        (CardEntryPolicy::Allowed, ReaderOffer::Offered, false) => CardOffer::Off(CardOff::ReaderWorks),
        (CardEntryPolicy::Allowed, ReaderOffer::Offered, true) | (CardEntryPolicy::Allowed, ReaderOffer::Off(_), _) => {
            match (network_out, rules.card_stored, rules.card_answered_now) {
                (true, true, _) => CardOffer::StoredAndSentLater,
                (false, _, true) => CardOffer::BankAnswersNow,
                (true, false, _) | (false, _, false) => CardOffer::Off(CardOff::NotWanted),
            }
        }
    };
    let qr = match (payees, healths.line.is_out()) {
        (PayeePolicy::NoPayee, _) => QrOffer::NoPayee,
        (PayeePolicy::NotTested, _) => QrOffer::NotTested,
        (PayeePolicy::Allowed, false) => QrOffer::Offered,
        (PayeePolicy::Allowed, true) if rules.qr_without_line => QrOffer::OfferedLineDown,
        (PayeePolicy::Allowed, true) => QrOffer::NotWanted,
    };
    Offers { reader: reader_offer, card, qr }
}

#[cfg(test)]
mod tests;
