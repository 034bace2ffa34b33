//! One thing that is open when the day shall be closed, with what a person can do about it.

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::domain::day::{About, CardShown, CarryReason, Credit, ItemId};
use crate::domain::ids::{DrawerId, PaymentId, PersonId, RefundId, SaleId, SaleReference};
use crate::domain::money::Money;
use crate::domain::queue::ParkReason;
use crate::domain::reconcile::{Likeness, UnknownWhy};
use crate::domain::sale::Overpaid;

/// What is open. Items that do not [block](Self::blocks) are carried over by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenItem {
    /// A sale is neither paid nor given up.
    SaleOpen {
        /// The sale.
        sale: SaleId,
        /// Its reference.
        reference: SaleReference,
        /// What no payment covers.
        remaining: Money,
        /// When it began.
        began: DateTime<FixedOffset>,
    },
    /// More came for a sale than it cost. A person gives the money back and says in which way.
    SaleOverpaid {
        /// The sale.
        sale: SaleId,
        /// Its reference.
        reference: SaleReference,
        /// What has to go back to the customer.
        by: Money,
        /// Why.
        because: Overpaid,
    },
    /// A refund that a manager has to transfer to the customer.
    RefundToSend {
        /// The refund.
        refund: RefundId,
        /// Its sale.
        sale: SaleId,
        /// The reference of the sale.
        reference: SaleReference,
        /// How much.
        amount: Money,
        /// When it was promised.
        at: DateTime<FixedOffset>,
    },
    /// Nobody knows what became of a payment on the reader.
    ReaderUnanswered {
        /// The payment.
        about: About,
    },
    /// The answer to a card that the customer waits for is not there.
    CardUnanswered {
        /// The payment.
        about: About,
        /// The card.
        card: CardShown,
    },
    /// A promised card waits for the host.
    CardWaiting {
        /// The payment.
        about: About,
        /// The card.
        card: CardShown,
        /// The latest moment the acquirer accepts it.
        send_by: DateTime<FixedOffset>,
        /// Whether that moment has passed.
        is_overdue: bool,
    },
    /// A promised card was refused: the goods are gone.
    CardDeclined {
        /// The payment.
        about: About,
        /// The card.
        card: CardShown,
        /// DE 39.
        code: String,
        /// Never to be asked again.
        is_hard: bool,
    },
    /// A card cannot go on by itself.
    CardParked {
        /// The payment.
        about: About,
        /// The card.
        card: CardShown,
        /// Why.
        reason: ParkReason,
    },
    /// A code is on the screen.
    TransferShown {
        /// The payment.
        about: About,
    },
    /// No statement has the transfer.
    TransferMissing {
        /// The payment.
        about: About,
        /// Whether somebody of the shop has seen the money.
        is_confirmed: bool,
        /// Whether the sale has been paid without it.
        paid_otherwise: bool,
        /// The last day on which nobody needs to worry.
        due_on: NaiveDate,
        /// Whether that day has passed.
        is_overdue: bool,
    },
    /// A credit agrees with a transfer and is not booked yet.
    TransferFound {
        /// The payment.
        about: About,
        /// The credit.
        credit: Credit,
    },
    /// A credit may well be a transfer.
    TransferSuggested {
        /// The payment.
        about: About,
        /// The credit.
        credit: Credit,
        /// What speaks for it.
        why: Likeness,
    },
    /// Several credits carry its reference and are together exactly its amount.
    TransferInParts {
        /// The payment.
        about: About,
        /// The credits, at least two.
        credits: Vec<Credit>,
    },
    /// One credit names several transfers and is what they come to, less fees.
    PayoutFound {
        /// The credit.
        credit: Credit,
        /// The payments, at least two.
        payments: Vec<About>,
        /// What was kept of them.
        fee: Money,
        /// What speaks for it.
        why: Likeness,
    },
    /// Less came than was asked for.
    TransferUnder {
        /// The payment.
        about: About,
        /// The credits with its reference: one, or several that are too little even together.
        credits: Vec<Credit>,
        /// What is missing.
        by: Money,
    },
    /// More came than was asked for.
    TransferOver {
        /// The payment.
        about: About,
        /// The credits with its reference: one, or several that are too much together.
        credits: Vec<Credit>,
        /// What is too much.
        by: Money,
    },
    /// A credit for a payment that has its money.
    TransferTwice {
        /// The credit.
        credit: Credit,
        /// The payment.
        payment: PaymentId,
    },
    /// A debit takes a payment back.
    TransferTakenBack {
        /// The debit.
        credit: Credit,
        /// The payment.
        payment: PaymentId,
    },
    /// A credit that no sale explains.
    CreditUnknown {
        /// The credit.
        credit: Credit,
        /// What was looked for.
        why: UnknownWhy,
        /// Whether it can still be taken for the transfer that it names: one that was given up or withdrawn, whose sale
        /// is over and still in the till's memory.
        fits_transfer: bool,
    },
    /// The drawer is not counted, or cash was taken after it was.
    DrawerNotCounted {
        /// The drawer session.
        drawer: DrawerId,
    },
    /// The count differs from what should be there, and nobody has said why.
    DrawerDiffers {
        /// The drawer session.
        drawer: DrawerId,
        /// What is too much (positive) or missing (negative).
        by: Money,
    },
    /// Journal entries that only one of the two copies has.
    EntriesUnconfirmed {
        /// How many.
        count: u32,
    },
    /// A person carries it over.
    CarriedOver {
        /// What would keep the day open.
        item: Box<OpenItem>,
        /// The last day on which it may stay open.
        until: NaiveDate,
        /// Why.
        reason: CarryReason,
        /// Who decided.
        by: PersonId,
    },
}

impl OpenItem {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> ItemId {
        match self {
            Self::SaleOpen { sale, .. } | Self::SaleOverpaid { sale, .. } => ItemId::Sale(*sale),
            Self::RefundToSend { refund, .. } => ItemId::Refund(*refund),
            Self::ReaderUnanswered { about }
            | Self::CardUnanswered { about, .. }
            | Self::CardWaiting { about, .. }
            | Self::CardDeclined { about, .. }
            | Self::CardParked { about, .. }
            | Self::TransferShown { about }
            | Self::TransferMissing { about, .. }
            | Self::TransferFound { about, .. }
            | Self::TransferSuggested { about, .. }
            | Self::TransferInParts { about, .. }
            | Self::TransferUnder { about, .. }
            | Self::TransferOver { about, .. } => ItemId::Payment(about.payment),
            Self::PayoutFound { credit, .. }
            | Self::TransferTwice { credit, .. }
            | Self::TransferTakenBack { credit, .. }
            | Self::CreditUnknown { credit, .. } => ItemId::Line(credit.line),
            Self::DrawerNotCounted { drawer } | Self::DrawerDiffers { drawer, .. } => ItemId::Drawer(*drawer),
            Self::EntriesUnconfirmed { .. } => ItemId::Journal,
            Self::CarriedOver { item, .. } => item.id(),
        }
    }

    /// The money that is not explained. An uncounted drawer has none here: it is counted blind.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        match self {
            Self::SaleOpen { remaining, .. } => Some(*remaining),
            Self::RefundToSend { amount, .. } => Some(*amount),
            Self::ReaderUnanswered { about }
            | Self::CardUnanswered { about, .. }
            | Self::CardWaiting { about, .. }
            | Self::CardDeclined { about, .. }
            | Self::CardParked { about, .. }
            | Self::TransferShown { about }
            | Self::TransferMissing { about, .. }
            | Self::TransferFound { about, .. }
            | Self::TransferSuggested { about, .. }
            | Self::TransferInParts { about, .. } => Some(about.amount),
            Self::SaleOverpaid { by, .. }
            | Self::TransferUnder { by, .. }
            | Self::TransferOver { by, .. }
            | Self::DrawerDiffers { by, .. } => Some(*by),
            Self::PayoutFound { credit, .. }
            | Self::TransferTwice { credit, .. }
            | Self::TransferTakenBack { credit, .. }
            | Self::CreditUnknown { credit, .. } => Some(credit.amount),
            Self::DrawerNotCounted { .. } | Self::EntriesUnconfirmed { .. } => None,
            Self::CarriedOver { item, .. } => item.amount(),
        }
    }

    /// The credit that stands alone in it: one that no payment takes for its own.
    #[must_use]
    pub fn credit(&self) -> Option<&Credit> {
        match self {
            Self::TransferTwice { credit, .. } | Self::CreditUnknown { credit, .. } => Some(credit),
            Self::CarriedOver { item, .. } => item.credit(),
            Self::SaleOpen { .. }
            | Self::SaleOverpaid { .. }
            | Self::RefundToSend { .. }
            | Self::ReaderUnanswered { .. }
            | Self::CardUnanswered { .. }
            | Self::CardWaiting { .. }
            | Self::CardDeclined { .. }
            | Self::CardParked { .. }
            | Self::TransferShown { .. }
            | Self::TransferMissing { .. }
            | Self::TransferFound { .. }
            | Self::TransferSuggested { .. }
            | Self::TransferInParts { .. }
            | Self::PayoutFound { .. }
            | Self::TransferUnder { .. }
            | Self::TransferOver { .. }
            | Self::TransferTakenBack { .. }
            | Self::DrawerNotCounted { .. }
            | Self::DrawerDiffers { .. }
            | Self::EntriesUnconfirmed { .. } => None,
        }
    }

    /// Whether the day cannot be closed with it.
    #[must_use]
    pub fn blocks(&self) -> bool {
        match self {
            Self::CardWaiting { is_overdue, .. } => *is_overdue,
            Self::TransferMissing { is_confirmed, is_overdue, .. } => *is_overdue || !is_confirmed,
            Self::CarriedOver { .. } => false,
            Self::SaleOpen { .. }
            | Self::SaleOverpaid { .. }
            | Self::RefundToSend { .. }
            | Self::ReaderUnanswered { .. }
            | Self::CardUnanswered { .. }
            | Self::CardDeclined { .. }
            | Self::CardParked { .. }
            | Self::TransferShown { .. }
            | Self::TransferFound { .. }
            | Self::TransferSuggested { .. }
            | Self::TransferInParts { .. }
            | Self::PayoutFound { .. }
            | Self::TransferUnder { .. }
            | Self::TransferOver { .. }
            | Self::TransferTwice { .. }
            | Self::TransferTakenBack { .. }
            | Self::CreditUnknown { .. }
            | Self::DrawerNotCounted { .. }
            | Self::DrawerDiffers { .. }
            | Self::EntriesUnconfirmed { .. } => true,
        }
    }
}
