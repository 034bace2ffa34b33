//! Everything that can happen to a case, one closed enum. A step is what the journal keeps of it; the case is the fold.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::ids::OutageId;
use crate::domain::ladder::{Kind, Rung};
use crate::domain::service::check::Check;

/// The longest ticket number that is kept, in characters.
pub const TICKET_CHARS_MAX: usize = 24;

/// One thing that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields have the names of the types they hold, which are documented")]
pub enum CaseStep {
    /// It was opened: by a person, or by the till when an outage went on.
    Opened { number: u32, reader: String, outage: Option<OutageId> },
    /// Another outage of the same reader belongs to it.
    Joined { outage: OutageId },
    /// The diagnosis ladder was climbed, and its cause is another than before; no cause when nothing is wrong.
    Seen { kind: Option<Kind>, rung: Option<Rung> },
    /// A person answered a question of the guide.
    Answered { question: String, answer: String },
    /// The supplier's notice says whether the reader may be restarted.
    Warned { do_not_restart: bool },
    /// Something is being tried.
    TryBegan { remedy: String },
    /// It was tried.
    TryEnded { remedy: String, helped: bool },
    /// A manager confirmed the cause.
    Diagnosed { kind: Kind, percent: u8 },
    /// A provider was called.
    Called { provider: String, outcome: CallOutcome },
    /// A copy of the ledger was made and read back: how many entries it has.
    BackedUp { entries: u64 },
    /// Payments that the reader may still hold were asked for, or a manager signs that they cannot be.
    HeldAsked { held: Outstanding },
    /// The reader left the shop.
    Sent {},
    /// The provider said that it has the reader.
    Received {},
    /// A technician is here, whose name and company are those of the order.
    VisitBegan {},
    /// Somebody came who is not the one that was announced, and was sent away.
    VisitorRefused {},
    /// A person looked at seals and housing before it came into other hands.
    Inspected { whole: bool },
    /// The reader is to be used again.
    Mended { how: Mended },
    /// Something that was done to it, as whoever did it says.
    Worked { work: Work },
    /// Nothing else was done to it.
    WorkTold {},
    /// Its serial number was read off it; whether it is the one of the register, where that has one.
    SerialRead { serial: String, fits: Option<bool> },
    /// A check of the acceptance test holds.
    Checked { check: Check, proof: Proof },
    /// A manager signed the acceptance test.
    Accepted {},
    /// A manager refused the reader; the check that does not hold.
    Rejected { check: Check },
    /// Nothing is left to do.
    Closed { ending: Ending },
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CallOutcome {
    /// Nobody answered.
    NoAnswer,
    /// The number is not theirs any more.
    WrongNumber,
    /// They help.
    Agreed {
        /// How.
        help: Help,
        /// Their number for it, when they gave one.
        ticket: Option<String>,
        /// When they said that it will be done.
        promised: Option<DateTime<FixedOffset>>,
    },
}

/// How a provider helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Help {
    /// A technician comes.
    Visit,
    /// The reader is sent to them.
    SendIn,
    /// They send another reader first.
    Swap,
    /// They mend it from afar.
    Remote,
}

/// Payments that a reader stored by itself and has not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "held", rename_all = "snake_case")]
pub enum Outstanding {
    /// The reader says how many (nexo `unconfirmedBatchCount`).
    Said {
        /// How many.
        count: u32,
    },
    /// It cannot be asked: a manager signs that none are known of.
    Signed,
}

/// How the reader came back into use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mended {
    /// By what was tried in the shop, or by itself.
    Here,
    /// By a technician in the shop, or from afar.
    ByProvider,
    /// It was away and is the same device.
    Repaired,
    /// Another device stands in its place.
    Replaced,
}

/// What is done to a reader in a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// It was cleaned.
    Cleaned,
    /// Another slot for cards that are put in.
    Slot,
    /// Another antenna for cards that are held to it.
    Antenna,
    /// Another keypad or screen.
    Keypad,
    /// Another battery or power supply.
    Power,
    /// Another cable.
    Cable,
    /// Another version of its program.
    Program,
    /// Other settings or keys.
    Settings,
}

impl Work {
    /// All of it, parts last.
    pub const ALL: [Self; 8] = [
        Self::Cleaned,
        Self::Program,
        Self::Settings,
        Self::Cable,
        Self::Power,
        Self::Slot,
        Self::Antenna,
        Self::Keypad,
    ];
}

/// Why a check of the acceptance test is taken to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The till saw it itself.
    Till,
    /// A person says so.
    Person,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The reader passed its test.
    Accepted,
    /// It was a customer's card, not the reader.
    OnlyTheCard,
    /// It was the bank or the banks behind it.
    OnlyTheHost,
    /// It was opened by mistake.
    Mistake,
}
