//! One thing that is open when the day shall be closed, with what a person can do about it.

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::domain::day::{About, CardShown, CarryReason, Credit, ItemId};
use crate::domain::ids::{DrawerId, PaymentId, RefundId, SaleId, SaleReference};
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
    },
    /// Less came than was asked for.
    TransferUnder {
        /// The payment.
        about: About,
        /// The credit.
        credit: Credit,
        /// What is missing.
        by: Money,
    },
    /// More came than was asked for.
    TransferOver {
        /// The payment.
        about: About,
        /// The credit.
        credit: Credit,
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
    },
}

/// What a person can do about an open item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Finish the sale or give it up.
    FinishSale,
    /// Ask the reader once more what became of it.
    AskReader,
    /// Say that the card was charged.
    SayCharged,
    /// Say that the card was not charged.
    SayNotCharged,
    /// Send the card, or send it once more.
    Send,
    /// Say that the money was seen on the shop's own phone.
    ConfirmSeen,
    /// Bring in a newer statement.
    BringInStatement,
    /// Say that the credit is this payment.
    MatchThis,
    /// Say what the line is.
    Explain,
    /// Take the loss, with a reason.
    WriteOff,
    /// Give the customer back what was taken too much, and say in which way.
    GiveBack,
    /// Say that the refund was transferred.
    SayRefundSent,
    /// Count the drawer.
    Count,
    /// Say why the drawer differs.
    NoteDifference,
    /// Look at the entries and accept or drop them.
    LookAtEntries,
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

    /// What a person can do about it, the likeliest first.
    #[must_use]
    pub fn actions(&self) -> &'static [Action] {
        match self {
            Self::SaleOpen { .. } | Self::TransferShown { .. } => &[Action::FinishSale],
            Self::ReaderUnanswered { .. } => &[Action::AskReader, Action::SayCharged, Action::SayNotCharged],
            Self::CardUnanswered { .. } | Self::CardWaiting { .. } => &[Action::Send],
            Self::CardDeclined { is_hard: true, .. }
            // Sent after its window it would only be parked again.
            // Money could come twice once a code was shown in its place.
            | Self::CardParked { reason: ParkReason::TooLate | ParkReason::OtherWayWithdrawn, .. } => &[Action::WriteOff],
            Self::CardDeclined { is_hard: false, .. } | Self::CardParked { .. } => &[Action::Send, Action::WriteOff],
            Self::TransferMissing { is_overdue: false, is_confirmed: true, .. } => &[Action::BringInStatement],
            Self::TransferMissing { is_confirmed: false, is_overdue: false, .. } => {
                &[Action::ConfirmSeen, Action::BringInStatement, Action::WriteOff]
            }
            Self::TransferMissing { is_overdue: true, .. } => &[Action::BringInStatement, Action::WriteOff],
            Self::TransferFound { .. } | Self::TransferOver { .. } => &[Action::MatchThis],
            Self::TransferSuggested { .. } | Self::TransferInParts { .. } | Self::TransferUnder { .. } => {
                &[Action::MatchThis, Action::WriteOff]
            }
            Self::PayoutFound { .. } => &[Action::MatchThis, Action::Explain],
            Self::CreditUnknown { why: UnknownWhy::Withdrawn(_), .. } => &[Action::MatchThis, Action::Explain],
            Self::TransferTwice { .. } | Self::TransferTakenBack { .. } | Self::CreditUnknown { .. } => {
                &[Action::Explain]
            }
            Self::SaleOverpaid { .. } => &[Action::GiveBack],
            Self::RefundToSend { .. } => &[Action::SayRefundSent],
            Self::DrawerNotCounted { .. } => &[Action::Count],
            Self::DrawerDiffers { .. } => &[Action::NoteDifference, Action::Count],
            Self::EntriesUnconfirmed { .. } => &[Action::LookAtEntries],
            Self::CarriedOver { item, .. } => item.actions(),
        }
    }
}
