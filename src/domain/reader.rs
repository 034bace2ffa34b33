//! What the reader can be asked and what it can answer, in Stopgap's own words.
//!
//! A driver (nexo, ZVT …) turns its protocol into these types; nothing above it knows the protocol.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::card::Brand;
use crate::domain::ids::PaymentId;
use crate::domain::money::Money;
use crate::domain::outage::ReaderCause;

/// The number of characters a nexo ServiceID may have (Sale-to-POI protocol 3.0, MessageHeader).
pub const SERVICE_ID_LENGTH_MAX: usize = 10;

/// The id of one request to the reader. Made and stored before the request is sent, and asked for again when the
/// answer never comes; it does not repeat within 48 hours.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceId(pub String);

/// A payment asked of the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderPayment {
    /// Ours.
    pub payment: PaymentId,
    /// The reader's.
    pub service_id: ServiceId,
    /// What to take from the card.
    pub amount: Money,
    /// The sale reference, as the reader prints it.
    pub reference: String,
    /// When the request is made.
    pub at: DateTime<FixedOffset>,
}

/// What became of a payment on the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ReaderOutcome {
    /// The card was charged.
    Approved {
        /// The issuer's approval code.
        approval_code: String,
        /// The brand, where the reader says it.
        brand: Option<Brand>,
        /// The last four digits, where the reader says them.
        last4: Option<String>,
        /// The reader's own id of the transaction, for a later reversal and for reconciling.
        transaction: String,
        /// How the card was presented, where the reader says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entry: Option<EntryMode>,
    },
    /// The bank, the card or the customer said no; nothing was charged.
    Declined {
        /// Whose no it was.
        reason: DeclineReason,
        /// What the reader says of the card.
        #[serde(default, skip_serializing_if = "CardSeen::is_nothing")]
        card: CardSeen,
    },
    /// The reader says it did not take this payment (it failed before the host was asked, or does not know it).
    NotCharged {
        /// What kept it from taking it.
        fault: ReaderFault,
    },
    /// No answer, or one that says nothing of the money: the status has to be asked.
    Unknown {
        /// What was seen instead of an answer.
        fault: ReaderFault,
    },
}

/// How a card was presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryMode {
    /// Put into the slot.
    Contact,
    /// Held to the reader.
    Contactless,
    /// Swiped.
    Stripe,
}

/// What a reader says of the card of a payment beside its outcome. Never its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardSeen {
    /// The brand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
    /// How it was presented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryMode>,
}

impl CardSeen {
    /// Nothing.
    pub const NOTHING: Self = Self { brand: None, entry: None };

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    fn is_nothing(&self) -> bool {
        *self == Self::NOTHING
    }
}

/// Who said no to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// The issuing bank refused.
    Bank,
    /// This card cannot be used: expired, wrong PIN. Another card may.
    Card,
    /// The card could not be read. Another card may; when that cannot be read either, it is the reader.
    Unreadable,
    /// The customer or the cashier cancelled.
    Cancelled,
}

/// What went wrong between the till and the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderFault {
    /// The connection was refused or could not be made: switched off, unplugged.
    Unreachable,
    /// The connection broke while the request was under way.
    ConnectionLost,
    /// Nothing came in time.
    TimedOut,
    /// The reader says a part of it is broken.
    Broken,
    /// The reader cannot reach the acquirer's host.
    HostUnreachable,
    /// The reader is doing something else.
    Busy,
    /// The answer does not follow the protocol, or the reader refuses us (not logged in, wrong message).
    Protocol,
}

/// What one health probe of the reader said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderReport {
    /// Reader, PIN pad and link are fine; and whether the reader itself reaches the host.
    Healthy {
        /// `None` where the reader does not say.
        host_reachable: Option<bool>,
        /// Payments the reader stored by itself and has not sent yet (nexo `unconfirmedBatchCount`); `None` where it does
        /// not say: that is not the same as none.
        stored_in_reader: Option<u32>,
    },
    /// It answers, but is doing something else: not an outage.
    Busy,
    /// It cannot take cards.
    Faulty {
        /// What failed.
        cause: ReaderCause,
        /// One failure of this kind is enough to call it down (refused, reported broken); a time-out is not.
        hard: bool,
    },
}

/// What became of the wish to take back a payment that the reader had approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reversal", rename_all = "snake_case")]
pub enum ReaderReversal {
    /// It is undone; the customer keeps the money.
    Reversed,
    /// The reader or the host refuses: a person has to give the money back.
    Refused,
    /// No answer: it may be asked again, the same payment is never undone twice.
    Unknown {
        /// What was seen instead of an answer.
        fault: ReaderFault,
    },
}

/// Something the reader, or the service it hangs on, said without being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderNews {
    /// It means as much as the answer to a probe.
    Report(ReaderReport),
    /// Something changed that only a probe can tell: it restarted, or ended its maintenance.
    AskNow,
    /// Its own network came or went: line and host have to be probed.
    NetworkChanged,
    /// A card was put in that does not answer.
    MuteCard,
    /// A card was put in and answered. Its number was not read.
    CardAnswered,
    /// The card was taken out.
    CardRemoved,
}

/// How holding a connection to an idle reader ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldEnd {
    /// The reader, or whatever ended it, closed the connection: it has to be probed at once.
    Lost,
    /// The bound was reached and the connection was still there.
    StillThere,
    /// There was no connection to hold.
    NotConnected,
}
