//! Everything that can happen to money or trust on this till, as facts that are journaled.
//!
//! A fact is the body of a journal entry. State is nothing but the fold of the facts ([`crate::domain::ledger`]), so
//! that the tables of the store can be rebuilt from the journal, and a day can be replayed.
//!
//! Facts never hold a card number, a PIN or a sealed card: the journal cannot forget, and those must be forgotten.

mod acts;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

pub use self::acts::{ApprovalReason, FinalAnswer, LossReason, ManagedAct};
use crate::domain::access::PinRecord;
use crate::domain::card::Brand;
use crate::domain::cash::{Count, CountNote};
use crate::domain::day::DayFigures;
use crate::domain::host::HostTrace;
use crate::domain::ids::{DayId, DrawerId, LineId, OutageId, PaymentId, PersonId, SaleId, SaleReference, StatementId};
use crate::domain::money::Money;
use crate::domain::outage::OutageCause;
use crate::domain::qr::QrState;
use crate::domain::queue::{ParkReason, Promise};
use crate::domain::reader::{ReaderFault, ReaderOutcome, ServiceId};
use crate::domain::reconcile::{MatchHow, StatementLine, StatementNotes};
use crate::domain::sale::GiveBackWay;
use crate::domain::ticket::TicketNumber;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields have the names of the types they hold, which are documented")]
pub enum Fact {
    /// A person typed the right PIN.
    SignedIn { person: PersonId },
    /// The till was locked.
    SignedOut { person: PersonId },
    /// A wrong PIN, stored before the answer is shown; or the clean record of a person whom a manager unlocked.
    PinRefused { person: PersonId, record: PinRecord },
    /// A manager approved something that needs one.
    ManagerApproved {
        manager: PersonId,
        act: ManagedAct,
        reason: ApprovalReason,
        /// Nobody else was there: the manager approved an act of their own.
        #[serde(default)]
        alone: bool,
    },

    /// A business day began.
    DayOpened { day: DayId, date: NaiveDate },
    /// A drawer session began, with what was in the drawer.
    DrawerOpened { drawer: DrawerId, float: Count, float_minor: i64 },
    /// A drawer was counted without the expected figure in sight.
    DrawerCounted { drawer: DrawerId, counted: Count, counted_minor: i64, expected_minor: i64 },
    /// A difference of the count was explained.
    DrawerExplained { drawer: DrawerId, note: CountNote, by: PersonId },
    /// The drawer was opened without a sale.
    DrawerKicked {},
    /// The business day was closed.
    DayClosed { day: DayId, figures: DayFigures },

    /// Card payments on the reader became impossible.
    OutageBegan { outage: OutageId, cause: OutageCause },
    /// Something else turned out to be the reason.
    OutageChanged { outage: OutageId, cause: OutageCause },
    /// Cards can be taken again.
    OutageEnded { outage: OutageId },

    /// A sale began.
    SaleBegan {
        sale: SaleId,
        till: u8,
        day: DayId,
        reference: SaleReference,
        amount: Money,
        ticket: Option<TicketNumber>,
        cashier: PersonId,
        outage: Option<OutageId>,
    },
    /// The sale is covered.
    SaleDone { sale: SaleId },
    /// The sale was given up with nothing taken.
    SaleAbandoned { sale: SaleId },

    /// The reader is about to be asked.
    ReaderAsked { payment: PaymentId, sale: SaleId, amount: Money, service_id: ServiceId },
    /// The reader did not answer.
    ReaderUnanswered { payment: PaymentId, fault: ReaderFault },
    /// The reader said what became of it.
    ReaderAnswered { payment: PaymentId, outcome: ReaderOutcome },
    /// The answer cannot be had now; a manager let the sale go another way, and the question stays open.
    ReaderParked { payment: PaymentId, by: PersonId },
    /// A person said what became of it.
    ReaderDecided { payment: PaymentId, charged: bool, by: PersonId },
    /// A charge that came to light after the sale had gone another way is about to be taken back.
    ReaderReversing { payment: PaymentId },
    /// It was taken back.
    ReaderReversed { payment: PaymentId },
    /// It cannot be taken back by itself: the charge stays, and a person has to give the money back.
    ReaderKept { payment: PaymentId },

    /// A QR code is about to be shown.
    QrShown { payment: PaymentId, sale: SaleId, amount: Money },
    /// The transfer went one step on.
    QrMoved { payment: PaymentId, qr: QrState },

    /// A typed card was sealed and is on disk.
    CardSealed {
        payment: PaymentId,
        sale: SaleId,
        amount: Money,
        brand: Brand,
        last4: String,
        sealed_sha256: String,
        promise: Promise,
    },
    /// The host is about to be asked.
    CardSending { payment: PaymentId, trace: HostTrace },
    /// The host gave a final answer.
    CardAnswered { payment: PaymentId, answer: FinalAnswer },
    /// Certainly not charged this time; it goes back into the queue.
    CardNotTaken { payment: PaymentId, next_try: DateTime<FixedOffset> },
    /// No answer: it may have been charged.
    CardUnanswered { payment: PaymentId },
    /// The host is about to be asked to undo it.
    CardReversing { payment: PaymentId, reversal_stan: u32, next_try: DateTime<FixedOffset> },
    /// The host has undone it, or never booked it. A promised card goes back into the queue.
    CardReversed { payment: PaymentId, next_try: DateTime<FixedOffset> },
    /// Not charged, and the sale went another way.
    CardUndone { payment: PaymentId },
    /// It needs a person.
    CardParked { payment: PaymentId, reason: ParkReason },
    /// A person sent it back into the queue.
    CardUnparked { payment: PaymentId, by: PersonId, next_try: DateTime<FixedOffset> },
    /// A person took the loss.
    CardWrittenOff { payment: PaymentId, by: PersonId, reason: LossReason },

    /// Too much had been taken for a sale, and a person gave it back.
    GivenBack { sale: SaleId, amount: Money, way: GiveBackWay, by: PersonId },

    /// Cash changed hands.
    CashTaken { payment: PaymentId, sale: SaleId, amount: Money, given: Money, change: Money, drawer: DrawerId },

    /// A statement was brought in.
    StatementImported {
        statement: StatementId,
        name: String,
        sha256: String,
        lines: Vec<StatementLine>,
        /// What is known of the file beside its lines.
        #[serde(default)]
        notes: StatementNotes,
    },
    /// A line of a statement is a payment, or a part of one.
    LineMatched { line: LineId, payment: PaymentId, how: MatchHow },
    /// A person said that a line pays many transfers out, less what was kept of them.
    PayoutMatched { line: LineId, payments: Vec<PaymentId>, fee: Money, by: PersonId },
    /// A person explained a line that is no payment's money.
    LineExplained {
        line: LineId,
        by: PersonId,
        /// The payment it has to do with all the same: taken back, paid twice, or paid after it was given up.
        #[serde(default)]
        payment: Option<PaymentId>,
    },
    /// A person took back what a person had decided about a line.
    DecisionUndone { line: LineId, by: PersonId },
    /// A person took the loss of a transfer.
    QrWrittenOff { payment: PaymentId, by: PersonId, reason: LossReason },
}

impl Fact {
    /// The payment it is about, when it is about one.
    #[must_use]
    pub fn payment(&self) -> Option<PaymentId> {
        match self {
            Self::ReaderAsked { payment, .. }
            | Self::ReaderUnanswered { payment, .. }
            | Self::ReaderAnswered { payment, .. }
            | Self::ReaderParked { payment, .. }
            | Self::ReaderDecided { payment, .. }
            | Self::ReaderReversing { payment }
            | Self::ReaderReversed { payment }
            | Self::ReaderKept { payment }
            | Self::QrShown { payment, .. }
            | Self::QrMoved { payment, .. }
            | Self::QrWrittenOff { payment, .. }
            | Self::CardSealed { payment, .. }
            | Self::CardSending { payment, .. }
            | Self::CardAnswered { payment, .. }
            | Self::CardNotTaken { payment, .. }
            | Self::CardUnanswered { payment }
            | Self::CardReversing { payment, .. }
            | Self::CardReversed { payment, .. }
            | Self::CardUndone { payment }
            | Self::CardParked { payment, .. }
            | Self::CardUnparked { payment, .. }
            | Self::CardWrittenOff { payment, .. }
            | Self::CashTaken { payment, .. }
            | Self::LineMatched { payment, .. } => Some(*payment),
            Self::SignedIn { .. }
            | Self::SignedOut { .. }
            | Self::PinRefused { .. }
            | Self::ManagerApproved { .. }
            | Self::DayOpened { .. }
            | Self::DrawerOpened { .. }
            | Self::DrawerCounted { .. }
            | Self::DrawerExplained { .. }
            | Self::DrawerKicked {}
            | Self::DayClosed { .. }
            | Self::OutageBegan { .. }
            | Self::OutageChanged { .. }
            | Self::OutageEnded { .. }
            | Self::SaleBegan { .. }
            | Self::SaleDone { .. }
            | Self::SaleAbandoned { .. }
            | Self::GivenBack { .. }
            | Self::StatementImported { .. }
            | Self::PayoutMatched { .. }
            | Self::LineExplained { .. }
            | Self::DecisionUndone { .. } => None,
        }
    }

    /// The amount it names itself, where it names one. Facts about a payment that began earlier have theirs in the ledger.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        match self {
            Self::SaleBegan { amount, .. }
            | Self::ReaderAsked { amount, .. }
            | Self::QrShown { amount, .. }
            | Self::CardSealed { amount, .. }
            | Self::GivenBack { amount, .. }
            | Self::CashTaken { amount, .. } => Some(*amount),
            Self::ManagerApproved { act, .. } => act.amount(),
            Self::SignedIn { .. }
            | Self::SignedOut { .. }
            | Self::PinRefused { .. }
            | Self::DayOpened { .. }
            | Self::DrawerOpened { .. }
            | Self::DrawerCounted { .. }
            | Self::DrawerExplained { .. }
            | Self::DrawerKicked {}
            | Self::DayClosed { .. }
            | Self::OutageBegan { .. }
            | Self::OutageChanged { .. }
            | Self::OutageEnded { .. }
            | Self::SaleDone { .. }
            | Self::SaleAbandoned { .. }
            | Self::ReaderUnanswered { .. }
            | Self::ReaderAnswered { .. }
            | Self::ReaderParked { .. }
            | Self::ReaderDecided { .. }
            | Self::ReaderReversing { .. }
            | Self::ReaderReversed { .. }
            | Self::ReaderKept { .. }
            | Self::QrMoved { .. }
            | Self::CardSending { .. }
            | Self::CardAnswered { .. }
            | Self::CardNotTaken { .. }
            | Self::CardUnanswered { .. }
            | Self::CardReversing { .. }
            | Self::CardReversed { .. }
            | Self::CardUndone { .. }
            | Self::CardParked { .. }
            | Self::CardUnparked { .. }
            | Self::CardWrittenOff { .. }
            | Self::StatementImported { .. }
            | Self::LineMatched { .. }
            | Self::PayoutMatched { .. }
            | Self::LineExplained { .. }
            | Self::DecisionUndone { .. }
            | Self::QrWrittenOff { .. } => None,
        }
    }

    /// The kind as the journal's column has it: the same word as in the JSON body.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "signed_in",
            Self::SignedOut { .. } => "signed_out",
            Self::PinRefused { .. } => "pin_refused",
            Self::ManagerApproved { .. } => "manager_approved",
            Self::DayOpened { .. } => "day_opened",
            Self::DrawerOpened { .. } => "drawer_opened",
            Self::DrawerCounted { .. } => "drawer_counted",
            Self::DrawerExplained { .. } => "drawer_explained",
            Self::DrawerKicked {} => "drawer_kicked",
            Self::DayClosed { .. } => "day_closed",
            Self::OutageBegan { .. } => "outage_began",
            Self::OutageChanged { .. } => "outage_changed",
            Self::OutageEnded { .. } => "outage_ended",
            Self::SaleBegan { .. } => "sale_began",
            Self::SaleDone { .. } => "sale_done",
            Self::SaleAbandoned { .. } => "sale_abandoned",
            Self::ReaderAsked { .. } => "reader_asked",
            Self::ReaderUnanswered { .. } => "reader_unanswered",
            Self::ReaderAnswered { .. } => "reader_answered",
            Self::ReaderParked { .. } => "reader_parked",
            Self::ReaderDecided { .. } => "reader_decided",
            Self::ReaderReversing { .. } => "reader_reversing",
            Self::ReaderReversed { .. } => "reader_reversed",
            Self::ReaderKept { .. } => "reader_kept",
            Self::GivenBack { .. } => "given_back",
            Self::QrShown { .. } => "qr_shown",
            Self::QrMoved { .. } => "qr_moved",
            Self::CardSealed { .. } => "card_sealed",
            Self::CardSending { .. } => "card_sending",
            Self::CardAnswered { .. } => "card_answered",
            Self::CardNotTaken { .. } => "card_not_taken",
            Self::CardUnanswered { .. } => "card_unanswered",
            Self::CardReversing { .. } => "card_reversing",
            Self::CardReversed { .. } => "card_reversed",
            Self::CardUndone { .. } => "card_undone",
            Self::CardParked { .. } => "card_parked",
            Self::CardUnparked { .. } => "card_unparked",
            Self::CardWrittenOff { .. } => "card_written_off",
            Self::CashTaken { .. } => "cash_taken",
            Self::StatementImported { .. } => "statement_imported",
            Self::LineMatched { .. } => "line_matched",
            Self::PayoutMatched { .. } => "payout_matched",
            Self::LineExplained { .. } => "line_explained",
            Self::DecisionUndone { .. } => "decision_undone",
            Self::QrWrittenOff { .. } => "qr_written_off",
        }
    }
}
