//! Everything that can happen to money or trust on this till, as facts that are journaled.
//!
//! A fact is the body of a journal entry. State is nothing but the fold of the facts ([`crate::domain::ledger`]), so
//! that the tables of the store can be rebuilt from the journal, and a day can be replayed.
//!
//! Facts never hold a card number, a PIN or a sealed card: the journal cannot forget, and those must be forgotten.

mod about;
mod act;
mod reason;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::access::PinRecord;
use crate::domain::batch::{BatchAnswer, ClosingStep};
use crate::domain::card::Brand;
use crate::domain::cash::{CashMovement, Count, CountNote, Foreign, ForeignCash};
use crate::domain::contact::KeptContact;
use crate::domain::day::{CarryReason, CloseTerms, DayFigures, ItemId};
use crate::domain::handover::{HandoverOutcome, TakenCard, TakenStep};
use crate::domain::host::{ApprovalCode, HostTrace};
use crate::domain::ids::{
    CaseId, DayId, DrawerId, HandoverId, LineId, OutageId, PaymentId, PersonId, ReceiptId, RefundId, SaleId,
    SaleReference, StatementId,
};
use crate::domain::keys::{Confirmation, Fingerprint, KeyDescription};
use crate::domain::money::Money;
use crate::domain::outage::OutageCause;
use crate::domain::payee::{PayeeKey, PayeeTitle};
use crate::domain::qr::{QrState, ShownCode};
use crate::domain::queue::{ParkReason, Promise};
use crate::domain::reader::{ReaderFault, ReaderOutcome, ServiceId};
use crate::domain::receipt::{ReceiptPaper, ReceiptState};
use crate::domain::reconcile::{LineReason, MatchHow, StatementLines, StatementNotes};
use crate::domain::sale::{GiveBackWay, Payment, RefundWay, Sale};
use crate::domain::service::{Attachment, CaseStep, Custody, UpkeepDone};
use crate::domain::ticket::TicketNumber;

pub use self::act::ManagedAct;
pub use self::reason::{ApprovalReason, LossReason};

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
    /// A manager approved something that needs one; `by` is whose act it is, which older journals do not say.
    ManagerApproved {
        manager: PersonId,
        act: ManagedAct,
        reason: ApprovalReason,
        /// Nobody else was there: the manager approved an act of their own.
        #[serde(default)]
        alone: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<PersonId>,
    },

    /// A business day began; that of a demo is traded on the built-in simulators, with no real money.
    DayOpened {
        day: DayId,
        date: NaiveDate,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_demo: bool,
    },
    /// A drawer session began, with what was in the drawer.
    DrawerOpened {
        drawer: DrawerId,
        float: Count,
        float_minor: i64,
        /// What the shop calls it, where it has several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Who opened it, where there are several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<PersonId>,
        /// The other currency that it is the box of, with the rate of the moment. Such a box stands beside the drawer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        foreign: Option<Foreign>,
    },
    /// A drawer that waited is in use again, and the other one waits.
    DrawerChosen { drawer: DrawerId, by: PersonId },
    /// A drawer was counted without the expected figure in sight.
    DrawerCounted {
        drawer: DrawerId,
        counted: Count,
        counted_minor: i64,
        expected_minor: i64,
        /// It differs so much that the drawer is counted once more, and nobody has seen what was expected.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// A difference of the count was explained.
    DrawerExplained { drawer: DrawerId, note: CountNote, by: PersonId },
    /// The drawer was opened without a sale.
    DrawerKicked {},
    /// A person carries an open item over to a later day, with a reason.
    ItemCarried { item: ItemId, until: NaiveDate, reason: CarryReason, by: PersonId },
    /// Money went into the drawer or came out of it without a sale.
    DrawerMoved { drawer: DrawerId, movement: CashMovement, amount: Money, by: PersonId },
    /// Money was to come out that the drawer should not hold. Nothing moved, but each try tells something of what is
    /// expected, so the manager sees how often.
    DrawerRefused {
        drawer: DrawerId,
        /// Why it was to come out; none where a customer was to get it: a refund, a credit, or change for other notes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        movement: Option<CashMovement>,
        amount: Money,
        by: PersonId,
    },
    /// One person counted the drawer and another took it over. From then on it holds what was counted.
    DrawerHandedOver {
        drawer: DrawerId,
        counted: Count,
        counted_minor: i64,
        expected_minor: i64,
        from: PersonId,
        to: PersonId,
    },
    /// The business day was closed, with its figures and what the settings said.
    DayClosed {
        day: DayId,
        figures: DayFigures,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terms: Option<Box<CloseTerms>>,
    },

    /// Card payments on the reader became impossible.
    OutageBegan {
        outage: OutageId,
        cause: OutageCause,
        /// What is out beside a broken reader ([`crate::domain::outage::Healths::outage_beside`]).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        beside: Option<OutageCause>,
    },
    /// Something else turned out to be the reason, or something failed beside it or works again.
    OutageChanged {
        outage: OutageId,
        cause: OutageCause,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        beside: Option<OutageCause>,
    },
    /// Cards can be taken again.
    OutageEnded { outage: OutageId },

    /// The case of a reader that fails went one step on; nobody did it where the till did it by itself.
    ServiceCase { case: CaseId, by: Option<PersonId>, step: CaseStep },
    /// Work that keeps the reader from failing was done.
    UpkeepDone { done: UpkeepDone },
    /// A paper or a picture of a device was kept.
    DeviceAttached { device: String, attachment: Attachment },
    /// A device went into other hands.
    DeviceHanded { device: String, custody: Custody },
    /// A manager switched the till over to another reader.
    ReaderSwitched { device: String, by: PersonId },

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

    /// A manager approved an account that the settings name for transfers; `replaces` is the tail of the one before.
    PayeeApproved { payee: PayeeKey, title: PayeeTitle, replaces: Option<String>, by: PersonId },
    /// The code of a test payment to it is about to be shown.
    PayeeTestShown { payee: PayeeKey, reference: SaleReference, amount: Money },
    /// A manager looked whether the test payment arrived. Only then it is used.
    PayeeTested { payee: PayeeKey, arrived: bool, by: PersonId },
    /// The settings do not name it any more.
    PayeeRetired { payee: PayeeKey },

    /// A QR code is about to be shown.
    QrShown {
        payment: PaymentId,
        sale: SaleId,
        amount: Money,
        #[serde(default)]
        code: Option<ShownCode>,
    },
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
    /// The customer agreed to be called if the bank refuses it. The number lies beside the sealed card; see
    /// [`crate::domain::contact`].
    ContactKept { payment: PaymentId, contact: KeptContact },
    /// The host is about to be asked.
    CardSending { payment: PaymentId, trace: HostTrace },
    /// The host gave a final answer.
    CardAnswered { payment: PaymentId, answer: FinalAnswer },
    /// Certainly not charged this time; it goes back into the queue.
    CardNotTaken { payment: PaymentId, next_try: DateTime<FixedOffset> },
    /// No answer: it may have been charged.
    CardUnanswered { payment: PaymentId },
    /// The bank would pay a part only, which is undone.
    CardApprovedInPart { payment: PaymentId, part: Money },
    /// The host is about to be asked to undo it.
    CardReversing { payment: PaymentId, reversal_stan: u32, next_try: DateTime<FixedOffset> },
    /// The host has undone it, or never booked it. A promised card goes back into the queue.
    CardReversed { payment: PaymentId, next_try: DateTime<FixedOffset> },
    /// The bank, which had asked to be called, approved it on the telephone. The host is about to be told (0220).
    CardVoiceApproved {
        payment: PaymentId,
        approval_code: ApprovalCode,
        by: PersonId,
        trace: HostTrace,
        next_try: DateTime<FixedOffset>,
    },
    /// It is told once more (0221), under the same identity.
    CardAdvising { payment: PaymentId, next_try: DateTime<FixedOffset> },
    /// The host is about to be asked to take an approval back on its day; a repeat has the same number.
    CardVoiding { payment: PaymentId, void_stan: u32, next_try: DateTime<FixedOffset>, refund: RefundId, by: PersonId },
    /// It took it back. The refund is the next fact of the same save.
    CardVoided { payment: PaymentId },
    /// It refuses: the approval stands.
    CardVoidRefused { payment: PaymentId, code: String },
    /// Not charged, and the sale went another way.
    CardUndone { payment: PaymentId },
    /// The acquirer's settlement file has it: this line. The statement and its line are there already.
    CardSettled { payment: PaymentId, line: LineId },
    /// It needs a person.
    CardParked { payment: PaymentId, reason: ParkReason },
    /// A person sent it back into the queue.
    CardUnparked { payment: PaymentId, by: PersonId, next_try: DateTime<FixedOffset> },
    /// The bank refused it for now, and the schemes allow no further try.
    CardTriesEnded { payment: PaymentId },
    /// A person asks for another payment in its place; that payment's own fact is the next one of the same save.
    CardReplaced { payment: PaymentId, with: PaymentId, by: PersonId },
    /// Money came for a code that had been shown in place of the card and was withdrawn: it takes the card's place again.
    /// The line that it came with is the next fact of the same save.
    CardReplacedAgain { payment: PaymentId, with: PaymentId },
    /// Another till is about to be given it to forward, under this identity; the two numbers after it are kept for what
    /// that till may have to undo. Nobody did it where it was done on the command line.
    CardHandedOver { payment: PaymentId, handover: HandoverId, trace: HostTrace, by: Option<PersonId> },
    /// Two people took it back from the other till. Until the host answered it, it keeps its identity.
    CardTakenBack { payment: PaymentId, handover: HandoverId, by: PersonId, next_try: DateTime<FixedOffset> },
    /// What became of it at the other till, as that till's file says.
    CardForwarded { payment: PaymentId, handover: HandoverId, trace: HostTrace, outcome: HandoverOutcome },
    /// Stored payments of another till were taken over, to be forwarded under its terminal id.
    HandoverTaken { handover: HandoverId, till: u8, sha256: String, cards: Vec<TakenCard> },
    /// One of them went one step on.
    TakenCardMoved { handover: HandoverId, payment: PaymentId, step: TakenStep },
    /// A person took the loss.
    CardWrittenOff { payment: PaymentId, by: PersonId, reason: LossReason },

    /// The shop settles by batches from now on: approved cards go into this one.
    BatchOpened { number: u32 },
    /// A message of its closing is about to be sent, and keeps this number in every repeat.
    BatchSending { number: u32, step: ClosingStep, stan: u32 },
    /// The host gave a final answer to it.
    BatchAnswered { number: u32, answer: BatchAnswer },
    /// The host had refused, and a manager has it asked once more.
    BatchTriedAgain { number: u32, by: PersonId },

    /// A key of the acquirer came in, with the text it came as. It is public.
    KeyImported { key: KeyDescription, jwk: String, by: PersonId },
    /// Its fingerprint was compared with the acquirer's.
    KeyConfirmed { fingerprint: Fingerprint, confirmed: Confirmation },
    /// It is never sealed to again.
    KeyRetired { fingerprint: Fingerprint, by: PersonId },

    /// Too much had been taken for a sale, and a person gave it back.
    GivenBack { sale: SaleId, amount: Money, way: GiveBackWay, by: PersonId },

    /// Cash changed hands.
    CashTaken {
        payment: PaymentId,
        sale: SaleId,
        amount: Money,
        given: Money,
        change: Money,
        drawer: DrawerId,
        /// What was handed over where it was another currency; `given` is what that was worth.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        foreign: Option<ForeignCash>,
    },
    /// A part in cash of a sale that was given up went back to the customer: what had come into the drawer for it.
    CashReturned { payment: PaymentId, drawer: DrawerId },
    /// A sale of a closed day is taken up again, as the store has it: something of it goes back in the same save.
    SaleRecalled { sale: Box<Sale>, payments: Vec<Payment> },
    /// Something of a sale that was done went back to the customer, in the way it had been paid.
    Refunded { refund: RefundId, sale: SaleId, amount: Money, way: RefundWay, by: PersonId },
    /// A person sent the money of a refund by transfer.
    RefundSent { refund: RefundId, sale: SaleId, by: PersonId },

    /// A receipt is to be printed.
    ReceiptQueued { receipt: ReceiptId, sale: SaleId, paper: ReceiptPaper, is_copy: bool },
    /// It went one step on.
    ReceiptMoved { receipt: ReceiptId, sale: SaleId, state: ReceiptState },

    /// A statement was brought in.
    StatementImported {
        statement: StatementId,
        name: String,
        sha256: String,
        lines: StatementLines,
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
        /// The shop itself sent it back to the customer, which was written down then.
        #[serde(default)]
        own_refund: bool,
        /// What it is instead; not said by older journals, nor where a loss or a refund says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<LineReason>,
    },
    /// A person said that these lines are not these payments, although something speaks for it: it is not suggested again.
    SuggestionRefused { lines: Vec<LineId>, payments: Vec<PaymentId>, by: PersonId },
    /// A person gave a credit back to the customer: it came once more, or for a code that was not to be paid any more, or
    /// no sale explains it.
    CreditReturned {
        line: LineId,
        /// The payment that it names.
        payment: Option<PaymentId>,
        /// The whole credit.
        amount: Money,
        way: GiveBackWay,
        by: PersonId,
    },
    /// A person took back what a person had decided about a line.
    DecisionUndone { line: LineId, by: PersonId },
    /// A person took the loss of a transfer.
    QrWrittenOff { payment: PaymentId, by: PersonId, reason: LossReason },
    /// A person took back that a loss was taken: the money is waited for again.
    LossUndone { payment: PaymentId, by: PersonId },
}

/// A final answer of the host to a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum FinalAnswer {
    /// Approved.
    Approved {
        /// DE 38.
        approval_code: String,
    },
    /// Refused.
    Declined {
        /// DE 39.
        code: String,
        /// Never to be asked again.
        hard: bool,
    },
}
