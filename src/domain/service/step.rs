//! Everything that can happen to a case, one closed enum. A step is what the journal keeps of it; the case is the fold.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::ids::OutageId;
use crate::domain::ladder::{Kind, Rung};
use crate::domain::service::check::Check;
use crate::domain::service::misread::Misread;

/// One thing that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields have the names of the types they hold, which are documented")]
pub enum CaseStep {
    /// It was opened: by a person, or by the till when an outage went on.
    Opened {
        number: u32,
        reader: String,
        outage: Option<OutageId>,
        /// Nothing is wrong with it: it goes back to whoever lent it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        gives_back: bool,
    },
    /// Another outage of the same reader belongs to it.
    Joined { outage: OutageId },
    /// The diagnosis ladder was climbed, and its cause is another than before; no cause when nothing is wrong.
    Seen { kind: Option<Kind>, rung: Option<Rung> },
    /// A card was not read: noted by the till, as it keeps failed reads for some days only.
    CardFailed { misread: Misread },
    /// A person answered a question of the guide.
    Answered {
        question: String,
        answer: String,
        /// It says that somebody may have tampered with the reader.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        suspect: bool,
    },
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
    /// A technician is here, who named the company and the number of the order.
    VisitBegan {
        /// The name; none in journals of before it was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        visitor: Option<String>,
        /// Another name was announced, or none: a manager asked the provider, on the number of the contract.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        asked_back: bool,
    },
    /// Somebody came for the reader, and what they said does not fit the order. From then on a manager decides who is let
    /// to it.
    VisitorDoubted {
        /// The name that was said.
        visitor: String,
        /// What does not fit.
        why: Doubt,
    },
    /// Somebody came who is not the one that was announced, and was sent away.
    VisitorRefused {
        /// The name that was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        visitor: Option<String>,
    },
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
    /// It is not the one of the register, and the provider confirmed, on the number of the contract, that it sent this one.
    SerialConfirmed { serial: String },
    /// A check of the acceptance test holds.
    Checked { check: Check, proof: Proof },
    /// A manager signed the acceptance test.
    Accepted {},
    /// A manager refused the reader; the check that does not hold.
    Rejected { check: Check },
    /// Nothing is left to do.
    Closed { ending: Ending },
}

/// What somebody who came for the reader said that does not fit the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The name is not the one that was announced.
    Name,
    /// Nobody was announced by name.
    Unannounced,
    /// Nothing by itself; but somebody came before who did not fit.
    Before,
    /// The company or the number of the order.
    Order,
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
        /// Who comes, when they said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        technician: Option<String>,
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
    /// It cannot be asked, and a person knows of some.
    Known,
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
    /// It was not away and nothing was wrong with it: whoever lends it brought it.
    Lent,
}

impl Mended {
    /// Whether somebody who is not of the shop had it in hands, or had its program.
    #[must_use]
    pub fn was_in_other_hands(self) -> bool {
        match self {
            Self::Here => false,
            Self::ByProvider | Self::Repaired | Self::Replaced | Self::Lent => true,
        }
    }
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
    /// A manager looked, and pictures of it are kept.
    Pictures,
    /// A manager says so, and nothing else shows it.
    #[serde(alias = "person")]
    Manager,
    /// A manager says that the reader has no part for it, so there is nothing to hold.
    Absent,
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
    /// The reader went back to whoever lent it.
    GivenBack,
}
