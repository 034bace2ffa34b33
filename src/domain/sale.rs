//! A sale and its payments.

mod back;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::card::Brand;
use crate::domain::cash::ForeignCash;
use crate::domain::contact::KeptContact;
use crate::domain::ids::{DayId, DrawerId, OutageId, PaymentId, PersonId, SaleId, SaleReference};
use crate::domain::money::Money;
use crate::domain::qr::{QrState, ShownCode};
use crate::domain::queue::{CardState, Promise, Refusals};
use crate::domain::reader::{ReaderFault, ReaderOutcome, ServiceId};
use crate::domain::receipt::PrintJob;
use crate::domain::ticket::TicketNumber;

pub use self::back::{CashState, GiveBackWay, GivenBack, Refund, RefundWay};

/// What a customer buys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Ours.
    pub id: SaleId,
    /// The till's number, on every row because a shop has several.
    pub till: u8,
    /// The business day it belongs to.
    pub day: DayId,
    /// The ten digits that go with it everywhere.
    pub reference: SaleReference,
    /// What is to be paid.
    pub amount: Money,
    /// The ticket number of the shop's POS, if one was typed.
    pub ticket: Option<TicketNumber>,
    /// Who sold.
    pub cashier: PersonId,
    /// When it began.
    pub began: DateTime<FixedOffset>,
    /// The outage it was taken in, if any.
    pub outage: Option<OutageId>,
    /// How far it is.
    pub state: SaleState,
    /// What was given back of it, because more had been taken than it cost.
    #[serde(default)]
    pub given_back: Vec<GivenBack>,
    /// What went back to the customer after it was done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
    /// Its receipts on a printer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<PrintJob>,
}

/// How far a sale is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SaleState {
    /// Being paid.
    Open,
    /// Paid, or promised in a way the shop accepts.
    Done {
        /// When.
        at: DateTime<FixedOffset>,
    },
    /// Given up; nothing was taken.
    Abandoned {
        /// When.
        at: DateTime<FixedOffset>,
    },
}

/// One payment of a sale, in one tender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Ours; made and stored before anything is sent.
    pub id: PaymentId,
    /// The sale it pays.
    pub sale: SaleId,
    /// The till's number.
    pub till: u8,
    /// The business day it was taken on.
    pub day: DayId,
    /// How much of the sale it pays.
    pub amount: Money,
    /// When it began.
    pub began: DateTime<FixedOffset>,
    /// The way it is made, and how far it is.
    pub tender: Tender,
}

/// The way a payment is made, with what that way needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tender", rename_all = "snake_case")]
pub enum Tender {
    /// Card on the reader.
    Reader {
        /// The id of the request.
        service_id: ServiceId,
        /// How far it is.
        reader: ReaderState,
    },
    /// QR transfer.
    Qr {
        /// The code that was shown; none in a journal from before codes were kept.
        #[serde(default)]
        code: Option<ShownCode>,
        /// How far it is.
        qr: QrState,
    },
    /// Card typed in by hand.
    Card {
        /// Brand, for people.
        brand: Brand,
        /// Last four digits, for people.
        last4: String,
        /// SHA-256 of the sealed card, in hex; the sealed card itself is kept apart and can be wiped.
        sealed_sha256: String,
        /// What the customer was told.
        promise: Promise,
        /// How far it is.
        card: CardState,
        /// How often the bank refused it, once it did; only of a card that is sent later.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refusals: Option<Refusals>,
        /// How the customer can be called, while somebody may have to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<KeptContact>,
    },
    /// Cash.
    Cash {
        /// What was handed over, or what that was worth.
        given: Money,
        /// What was given back.
        change: Money,
        /// The drawer it is in, or that the change came out of.
        drawer: DrawerId,
        /// What was handed over, where it was another currency.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        foreign: Option<ForeignCash>,
        /// Whether it is still there.
        #[serde(default, skip_serializing_if = "CashState::is_taken")]
        cash: CashState,
    },
}

/// How far a payment on the reader is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReaderState {
    /// The reader was asked.
    Asked,
    /// No answer; its status is being asked for.
    Unknown {
        /// What was seen instead.
        fault: ReaderFault,
    },
    /// Still no answer, but a manager let the sale go another way; the reader is asked again when it is back.
    Parked {
        /// Which manager.
        by: PersonId,
    },
    /// It answered, or was never asked: final.
    Answered {
        /// What became of it.
        outcome: ReaderOutcome,
        /// When the answer was stored.
        at: DateTime<FixedOffset>,
    },
    /// It was charged after the sale had gone another way, and is being taken back.
    Reversing {
        /// What it was charged as.
        outcome: ReaderOutcome,
        /// When it was charged, as far as the till knows.
        at: DateTime<FixedOffset>,
    },
    /// It was charged, and the reader does not take it back: the money is a person's to give back. Final.
    Kept {
        /// What it was charged as.
        outcome: ReaderOutcome,
        /// When it was charged, as far as the till knows.
        at: DateTime<FixedOffset>,
    },
    /// It was charged and taken back: final.
    Reversed {
        /// What it had been charged as.
        outcome: ReaderOutcome,
        /// When it was taken back.
        at: DateTime<FixedOffset>,
    },
    /// Its answer could not be had, and a named person said what became of it. Final.
    Decided {
        /// Whether the card was charged.
        charged: bool,
        /// Who decided.
        by: PersonId,
    },
}

/// The four tenders, as figures are grouped by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenderKind {
    /// Card on the reader.
    Reader,
    /// QR transfer.
    Qr,
    /// Card typed in by hand.
    Card,
    /// Cash.
    Cash,
}

impl Tender {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> TenderKind {
        match self {
            Self::Reader { .. } => TenderKind::Reader,
            Self::Qr { .. } => TenderKind::Qr,
            Self::Card { .. } => TenderKind::Card,
            Self::Cash { .. } => TenderKind::Cash,
        }
    }
}

/// Why money of a sale has to go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overpaid {
    /// It was taken in two ways.
    TakenTwice,
    /// A transfer came although its code had been withdrawn.
    AfterWithdrawal,
    /// More came by a transfer than was asked for.
    TooMuchCame,
    /// A card was charged after all that was let go, or whose sale was given up.
    ChargedAfterAll,
}

/// What a payment does for its sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It pays its part.
    Takes,
    /// Not decided yet; nothing else may be taken for its part meanwhile.
    Pending,
    /// It pays nothing: refused, withdrawn, undone. Another way may be tried.
    Void,
}

impl Payment {
    /// What this payment does for its sale.
    ///
    /// A card promised for later takes its part from the moment it is stored. A card that was to be answered now does so
    /// only when approved; while it is being undone its part may be paid another way, because the reversal is repeated
    /// until the host has answered it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match &self.tender {
            Tender::Cash { cash: CashState::Taken, .. } => Standing::Takes,
            Tender::Cash { cash: CashState::Returned { .. }, .. } => Standing::Void,
            Tender::Qr { qr, .. } => match qr {
                QrState::Shown => Standing::Pending,
                // Its sale was paid without it: the money is the customer's.
                QrState::Withdrawn | QrState::RefundDue { .. } => Standing::Void,
                QrState::CustomerSaysPaid { .. }
                | QrState::ConfirmedByShop { .. }
                | QrState::SeenOnStatement { .. }
                | QrState::ShortOrOver { .. }
                | QrState::NeverArrived { .. } => Standing::Takes,
            },
            Tender::Reader { reader, .. } => match reader {
                ReaderState::Asked | ReaderState::Unknown { .. } => Standing::Pending,
                ReaderState::Parked { .. } | ReaderState::Reversed { .. } => Standing::Void,
                ReaderState::Decided { charged: true, .. }
                | ReaderState::Reversing { .. }
                | ReaderState::Kept { .. }
                | ReaderState::Answered { outcome: ReaderOutcome::Approved { .. }, .. } => Standing::Takes,
                ReaderState::Decided { charged: false, .. }
                | ReaderState::Answered {
                    outcome: ReaderOutcome::Declined { .. } | ReaderOutcome::NotCharged { .. },
                    ..
                } => Standing::Void,
                ReaderState::Answered { outcome: ReaderOutcome::Unknown { .. }, .. } => Standing::Pending,
            },
            Tender::Card { promise, card, .. } => card_standing(*promise, card),
        }
    }

    /// Whether its money is there beyond a customer's word.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        let by_word = matches!(
            self.tender,
            Tender::Qr { qr: QrState::CustomerSaysPaid { .. } | QrState::NeverArrived { .. }, .. }
        );
        self.standing() == Standing::Takes && !by_word
    }

    /// What came for it that is the customer's, in minor units: all of a transfer whose code had been withdrawn, and of
    /// another what is more than was asked for.
    #[must_use]
    pub fn not_ours_minor(&self) -> i64 {
        match &self.tender {
            Tender::Qr { qr: QrState::RefundDue { came, .. }, .. } => came.minor,
            Tender::Qr { qr: QrState::ShortOrOver { came, .. }, .. } => {
                came.minor.saturating_sub(self.amount.minor).max(0)
            }
            Tender::Qr { .. } | Tender::Reader { .. } | Tender::Card { .. } | Tender::Cash { .. } => 0,
        }
    }

    /// What the shop has had for it, at most: what it pays of its sale, or more, where the bank's statement says so.
    #[must_use]
    pub fn came(&self) -> Money {
        match &self.tender {
            Tender::Qr { qr: QrState::RefundDue { came, .. }, .. } => *came,
            Tender::Qr { .. } | Tender::Reader { .. } | Tender::Card { .. } | Tender::Cash { .. } => {
                Money::new(self.amount.minor.saturating_add(self.not_ours_minor()), self.amount.currency)
            }
        }
    }

    /// Whether something about it is still to be done or found out, at any time later.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match &self.tender {
            Tender::Cash { .. } => false,
            Tender::Qr { qr, .. } => match qr {
                QrState::Shown | QrState::CustomerSaysPaid { .. } | QrState::ConfirmedByShop { .. } => true,
                // What came too much is the sale's to give back, not the payment's.
                QrState::SeenOnStatement { .. }
                | QrState::ShortOrOver { .. }
                | QrState::RefundDue { .. }
                | QrState::NeverArrived { .. }
                | QrState::Withdrawn => false,
            },
            Tender::Reader { reader: ReaderState::Parked { .. } | ReaderState::Reversing { .. }, .. } => true,
            Tender::Reader { .. } => self.standing() == Standing::Pending,
            Tender::Card { promise, card, .. } => match (promise, card) {
                // The goods are gone: a refusal is a loss that a person has to decide about.
                (Promise::SentLater { .. }, CardState::Declined { .. }) => true,
                (Promise::SentLater { .. } | Promise::AnsweredNow, _) => card.is_open(),
            },
        }
    }
}

fn card_standing(promise: Promise, card: &CardState) -> Standing {
    match (promise, card) {
        (_, CardState::Approved { .. } | CardState::Settled { .. }) => Standing::Takes,
        // The goods of a promised card are gone, and the loss is taken; one that was to be answered now was paid another way.
        (Promise::SentLater { .. }, CardState::WrittenOff { .. }) => Standing::Takes,
        (Promise::AnsweredNow, CardState::WrittenOff { .. }) => Standing::Void,
        // What was asked for in its place pays its part.
        (_, CardState::Undone { .. } | CardState::Voided { .. } | CardState::Replaced { .. })
        | (Promise::AnsweredNow, CardState::Declined { .. }) => Standing::Void,
        (
            Promise::SentLater { .. },
            CardState::Stored { .. }
            | CardState::Sending { .. }
            | CardState::Unknown { .. }
            | CardState::Reversing { .. }
            | CardState::PartlyApproved { .. }
            | CardState::HandedOver { .. }
            | CardState::Declined { .. }
            | CardState::Parked { .. },
        )
        // While the host has not taken an approval back, it stands.
        | (_, CardState::Advising { .. } | CardState::Voiding { .. }) => Standing::Takes,
        (Promise::AnsweredNow, CardState::Stored { .. } | CardState::Sending { .. }) => Standing::Pending,
        (
            Promise::AnsweredNow,
            CardState::Unknown { .. }
            | CardState::Reversing { .. }
            | CardState::PartlyApproved { .. }
            | CardState::HandedOver { .. }
            | CardState::Parked { .. },
        ) => Standing::Void,
    }
}
