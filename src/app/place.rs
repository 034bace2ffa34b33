//! Where the cashier is: one enum, each page with the state that only it needs.

mod approve;
mod decide;
mod service;
mod statement;

use chrono::{DateTime, FixedOffset};
use zeroize::Zeroizing;

pub use self::approve::{ApproveTalk, ApproveWhy};
pub use self::decide::{DecideTalk, Pick};
pub use self::service::{CallDraft, CaseTalk, DeviceTalk, Refusing, VisitorDraft};
pub use self::statement::StatementTalk;
pub use crate::app::basket::{AmountRefused, Basket};
use crate::app::drawer::DrawerTalk;
use crate::app::event::KeyRefusal;
use crate::app::handover::HandoverTalk;
use crate::app::refund::RefundTalk;
use crate::domain::access::Pin;
use crate::domain::card::{CardEntry, HolderPart};
use crate::domain::cash::{CountNote, Foreign};
use crate::domain::contact::Telephone;
use crate::domain::fact::ApprovalReason;
use crate::domain::ids::{DrawerId, PaymentId, PersonId, SaleId};
use crate::domain::keys::Fingerprint;
use crate::domain::money::Currency;
use crate::domain::reader::DeclineReason;

/// The page, with its own state. What is in the ledger is not repeated here.
#[derive(Debug)]
pub enum Place {
    /// Choosing a person and typing the PIN.
    Lock(LockState),
    /// Typing an amount.
    Sell,
    /// The ways to pay this sale.
    Tenders,
    /// A payment on the reader.
    Reader(ReaderTalk),
    /// A transfer.
    Qr {
        /// The payment whose code is shown.
        payment: PaymentId,
        /// The cashier is asked whether it was surely not paid.
        withdraw_asked: bool,
    },
    /// By which of several payees the customer pays.
    QrChoice {
        /// The refused card that a transfer is asked for in place of; without one, the sale being paid.
        instead_of: Option<PaymentId>,
    },
    /// A card typed in by hand.
    Card(Box<CardTalk>),
    /// Cash.
    Cash {
        /// The digits typed, in minor units.
        typed: Option<i64>,
        /// The currency they are in, where it is not the shop's.
        foreign: Option<Currency>,
    },
    /// A sale is done.
    Done {
        /// Which.
        sale: SaleId,
        /// What the printer did.
        print: PrintState,
    },
    /// The drawer beside the sales.
    Drawer(DrawerTalk),
    /// Giving money back.
    Refund(RefundTalk),
    /// The sign that tells customers how they can pay.
    Sign,
    /// The stored payments.
    Queue,
    /// Stored cards that were refused or cannot go on by themselves.
    Desk(DeskTalk),
    /// Stored payments that another till has.
    Handover(HandoverTalk),
    /// What failed and what to do.
    Outage {
        /// A test of the reader was asked for.
        testing: bool,
    },
    /// The case of the reader.
    Case(CaseTalk),
    /// Upkeep and readiness.
    Care,
    /// The device register.
    Device(DeviceTalk),
    /// The knowledge base.
    Learn {
        /// The article that is read; the first until somebody chooses.
        chosen: Option<String>,
        /// What is searched for.
        words: String,
    },
    /// The manager's day.
    Day,
    /// Counting the drawer.
    Count(CountTalk),
    /// Bringing in a statement.
    Statement(StatementTalk),
    /// The accounts that transfers go to.
    Payees {
        /// The label of the one that is looked at.
        chosen: String,
    },
    /// The day's report.
    Report {
        /// Files written.
        files: Vec<String>,
    },
    /// The acquirer's keys.
    Keys(KeysTalk),
    /// The store cannot promise anything any more.
    Halt(String),
}

impl Place {
    /// The lock page with nobody chosen.
    #[must_use]
    pub fn lock() -> Self {
        Self::Lock(LockState::default())
    }

    /// The outage page.
    #[must_use]
    pub fn outage() -> Self {
        Self::Outage { testing: false }
    }

    /// Whether it is the cashier's: an answer that ends the sale may go on from it to the page at the end. A lock, a
    /// count or the manager's pages are not left because of an answer.
    #[must_use]
    pub fn belongs_to_selling(&self) -> bool {
        match self {
            Self::Sell
            | Self::Tenders
            | Self::Reader(_)
            | Self::Qr { .. }
            | Self::QrChoice { .. }
            | Self::Card(_)
            | Self::Cash { .. }
            | Self::Done { .. }
            | Self::Queue
            | Self::Outage { .. } => true,
            Self::Drawer(_)
            | Self::Desk(_)
            | Self::Handover(_)
            | Self::Refund(_)
            | Self::Sign
            | Self::Case(_)
            | Self::Care
            | Self::Device(_)
            | Self::Learn { .. }
            | Self::Lock(_)
            | Self::Day
            | Self::Count(_)
            | Self::Statement(_)
            | Self::Payees { .. }
            | Self::Report { .. }
            | Self::Keys(_)
            | Self::Halt(_) => false,
        }
    }

    /// Whether leaving it loses nothing: nothing typed by hand that would have to be typed again, nothing under way.
    #[must_use]
    pub fn is_interruptible(&self) -> bool {
        match self {
            Self::Sell
            | Self::Tenders
            | Self::QrChoice { .. }
            | Self::Done { .. }
            | Self::Drawer(_)
            | Self::Refund(_)
            | Self::Sign
            | Self::Queue
            | Self::Desk(_)
            | Self::Handover(_)
            | Self::Outage { .. }
            | Self::Case(_)
            | Self::Care
            | Self::Device(_)
            | Self::Learn { .. }
            | Self::Day
            | Self::Statement(_)
            | Self::Payees { .. }
            | Self::Report { .. }
            | Self::Keys(_) => true,
            Self::Lock(_) | Self::Reader(_) | Self::Qr { .. } | Self::Card(_) | Self::Cash { .. } | Self::Count(_) => {
                false
            }
            Self::Halt(_) => false,
        }
    }
}

/// The decline desk: how it is sorted, and which card is looked at.
#[derive(Clone, Debug, Default)]
pub struct DeskTalk {
    /// The largest first; otherwise the oldest first.
    pub by_amount: bool,
    /// The chosen card; without one the first.
    pub chosen: Option<PaymentId>,
    /// In how many days the bank is asked again, as far as that was chosen.
    pub day: Option<u32>,
    /// How the customer of a card can be called, once it was asked for; nothing where it is not kept any more.
    pub telephone: Option<(PaymentId, Option<Telephone>)>,
    /// The code that the bank says on the telephone, as far as it is typed.
    pub voice_code: Option<(PaymentId, String)>,
}

/// Signing in.
#[derive(Debug, Default)]
pub struct LockState {
    /// The chosen person.
    pub chosen: Option<PersonId>,
    /// The PIN being typed.
    pub pin: Pin,
    /// The PIN is being compared, or the answer is being stored.
    pub checking: bool,
    /// The last PIN was wrong.
    pub wrong: bool,
}

/// A payment on the reader.
#[derive(Clone, Debug)]
pub struct ReaderTalk {
    /// The payment.
    pub payment: PaymentId,
    /// When it was asked for.
    pub since: DateTime<FixedOffset>,
    /// The cashier asked the reader to give it up.
    pub cancelling: bool,
    /// It was declined, and by whom.
    pub declined: Option<DeclineReason>,
}

/// A card being typed in.
#[derive(Debug)]
pub struct CardTalk {
    /// What is asked, or being done.
    pub step: CardStep,
    /// What may be known of the digits.
    pub entry: Option<CardEntry>,
    /// The customer agrees that the card is typed in.
    pub consent: bool,
    /// How the customer can be called if the bank refuses it; only of a card that is stored.
    pub telephone: Telephone,
    /// The customer agrees to be called.
    pub may_call: bool,
    /// The bank is asked later.
    pub stored: bool,
    /// A manager approved it.
    pub approval: Option<(PersonId, ApprovalReason)>,
    /// The payment, from sealing on.
    pub payment: Option<PaymentId>,
    /// When the present step began.
    pub since: DateTime<FixedOffset>,
    /// The bank's answer, when it refused.
    pub declined_code: Option<String>,
}

/// What the card page asks, or what is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardStep {
    /// The number is typed.
    Number,
    /// The expiry date is typed.
    Expiry,
    /// The holder's name or postcode is typed, or left out.
    Holder(HolderPart),
    /// Everything is there.
    Confirm,
    /// The telephone number is typed.
    Telephone,
    /// It is sealed and saved.
    Sealing,
    /// The host is asked.
    AskingBank,
    /// The bank refused.
    Declined,
    /// No answer came; it is being undone.
    Reversing,
}

/// Counting the drawer.
#[derive(Clone, Debug)]
pub struct CountTalk {
    /// The opening float, or the blind count at the end.
    pub kind: CountKind,
    /// The session that is counted; none of a drawer that is about to be opened.
    pub session: Option<DrawerId>,
    /// What the shop calls the drawer, where it has several.
    pub name: Option<String>,
    /// The other currency that is counted, with its rate.
    pub foreign: Option<Foreign>,
    /// The pieces and what was typed for each.
    pub rows: Vec<(i64, Zeroizing<String>)>,
    /// The row that the keypad types into.
    pub selected: usize,
    /// How a difference is explained.
    pub note: Option<CountNote>,
    /// Nothing is typed and "commit" was pressed: the next press says that the drawer is really empty.
    pub empty_asked: bool,
    /// Another digit would have been more than [`crate::domain::cash::PIECES_MAX`] pieces.
    pub too_many: bool,
    /// The count is stored and its result is shown.
    pub committed: bool,
}

/// Which count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountKind {
    /// What is in the drawer at the start.
    OpeningFloat,
    /// What is in it at the end.
    Blind,
    /// What is in it when another person takes it over.
    Handover,
    /// What is in one that was another's: who had it, or a manager, has let this person count it and have it.
    TakeOver,
}

/// The acquirer's keys: which one is looked at, and what became of the last file.
#[derive(Clone, Debug, Default)]
pub struct KeysTalk {
    /// The chosen key; without one the last that came in.
    pub chosen: Option<Fingerprint>,
    /// The file is being read.
    pub reading: bool,
    /// Why the last file was refused.
    pub refused: Option<KeyRefusal>,
}

/// A sheet over the page.
#[derive(Debug)]
pub enum Overlay {
    /// More things to do.
    Menu,
    /// A manager is needed.
    Approve(ApproveTalk),
    /// One open item.
    Decide(DecideTalk),
    /// The day is about to be closed for good.
    CloseDay,
    /// The journal entries that were never confirmed.
    Entries,
}

/// What the printer did with the receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintState {
    /// Under way.
    Printing,
    /// Done.
    Printed,
    /// It could not.
    Failed,
}
