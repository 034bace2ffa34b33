//! What a manager is asked for, and how far they are.

use crate::app::touch::Choice;
use crate::domain::access::Pin;
use crate::domain::cash::CountNote;
use crate::domain::day::ItemId;
use crate::domain::fact::{ApprovalReason, LossReason};
use crate::domain::ids::{CaseId, HandoverId, LineId, PaymentId, PersonId, SaleId};
use crate::domain::keys::Fingerprint;
use crate::domain::limits::LimitReached;
use crate::domain::money::Money;
use crate::domain::payee::PayeeKey;

/// A manager is needed.
#[derive(Debug)]
pub struct ApproveTalk {
    /// For what.
    pub why: ApproveWhy,
    /// The chosen manager.
    pub chosen: Option<PersonId>,
    /// The PIN being typed.
    pub pin: Pin,
    /// Why the exception is made.
    pub reason: Option<ApprovalReason>,
    /// The PIN is being compared.
    pub checking: bool,
    /// The last PIN was wrong.
    pub wrong: bool,
}

/// What a manager is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApproveWhy {
    /// A typed card beyond a limit.
    StoredCard {
        /// Its amount.
        amount: Money,
        /// The limit.
        limit: LimitReached,
    },
    /// A code that the bank is said to have said on the telephone, for an amount beyond a limit.
    VoiceCode {
        /// The card's payment.
        payment: PaymentId,
        /// The limit.
        limit: LimitReached,
    },
    /// The fingerprint of an acquirer's key is the one that the acquirer gave.
    ConfirmKey {
        /// The key's.
        fingerprint: Fingerprint,
    },
    /// An acquirer's key is never sealed to again.
    RetireKey {
        /// The key's.
        fingerprint: Fingerprint,
    },
    /// The test payment to an account arrived: customers may be asked to pay to it.
    UsePayee {
        /// The account's.
        payee: PayeeKey,
    },
    /// The sale goes another way although the first attempt is unknown.
    ParkAttempt {
        /// The attempt.
        payment: PaymentId,
    },
    /// A loss is taken: four eyes.
    WriteOff {
        /// The open item's id; the transfer's where a credit was said to be its money.
        item: String,
        /// The credit that a person said is that transfer's, and less than it.
        credit: Option<LineId>,
        /// Its amount.
        amount: Money,
        /// Why the loss is taken.
        reason: LossReason,
    },
    /// A loss that was taken is taken back: four eyes, as when it was taken.
    UndoLoss {
        /// What names the decision.
        item: ItemId,
        /// What the shop lost by it.
        amount: Money,
    },
    /// Stored payments that another till was to forward are taken back: four eyes.
    TakeHandoverBack {
        /// Which handover.
        handover: HandoverId,
        /// What is still out of it.
        amount: Money,
    },
    /// A credit on the bank's account goes back to the customer, or is said to have gone back: four eyes.
    ReturnCredit {
        /// The open item's id.
        item: String,
        /// How much.
        amount: Money,
        /// In which way.
        choice: Choice,
    },
    /// Money of a sale goes back.
    Refund {
        /// The sale.
        sale: SaleId,
        /// How much.
        amount: Money,
    },
    /// The drawer differs by more than a note explains.
    Difference {
        /// By how much.
        by: Money,
        /// The note that goes with it.
        note: CountNote,
    },
    /// Another person takes the drawer over, and the boxes beside it. It needs no manager and no reason.
    Handover {
        /// What was counted, each in its own currency, the drawer first.
        counted: Vec<Money>,
    },
    /// The person who is signed in is to take another's drawer over. Who has it agrees, or a manager, and before it is
    /// counted: a count says what is expected, and that is nothing for whoever has no right to the drawer.
    TakeOver {
        /// Who has it.
        from: PersonId,
    },
    /// Goods go on the customer's word for a transfer above the shop's trust limit.
    TransferUnseen {
        /// The transfer.
        payment: PaymentId,
    },
    /// The acceptance test of a reader is signed. It needs no second person, but the manager's PIN.
    AcceptReader {
        /// Which case.
        case: CaseId,
    },
    /// A person who typed too many wrong PINs may try again at once. It needs no reason: the manager sees who it is.
    Unlock {
        /// The person who is locked out.
        person: PersonId,
    },
}
