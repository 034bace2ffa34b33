//! What a person can do about an open item.

use super::OpenItem;
use crate::domain::queue::ParkReason;
use crate::domain::reconcile::UnknownWhy;

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
    /// Say that the sale was paid in another way, and that no transfer is expected.
    SayPaidOtherWay,
    /// Say that the credit is not this payment.
    RefuseThis,
    /// Say whose money the credit is, of the sales that it may be.
    PickSale,
    /// Say what the line is.
    Explain,
    /// Say that the shop itself sent the money back.
    SayOwnRefund,
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
            // One whose loss was taken back is wiped.
            | Self::CardParked {
                reason: ParkReason::TooLate | ParkReason::OtherWayWithdrawn | ParkReason::LossUndone | ParkReason::UndoneElsewhere, ..
            } => &[Action::WriteOff],
            Self::CardDeclined { is_hard: false, .. } | Self::CardParked { .. } => &[Action::Send, Action::WriteOff],
            Self::TransferMissing { paid_otherwise: true, is_confirmed: false, .. } => {
                &[Action::SayPaidOtherWay, Action::ConfirmSeen, Action::BringInStatement]
            }
            Self::TransferMissing { is_overdue: false, is_confirmed: true, .. } => &[Action::BringInStatement],
            Self::TransferMissing { is_confirmed: false, is_overdue: false, .. } => {
                &[Action::ConfirmSeen, Action::BringInStatement, Action::WriteOff]
            }
            Self::TransferMissing { is_overdue: true, .. } => &[Action::BringInStatement, Action::WriteOff],
            Self::TransferFound { .. } | Self::TransferOver { .. } => &[Action::MatchThis],
            // What came is taken; what is missing is a loss, and a loss is never taken by one person's touch.
            Self::TransferUnder { .. } => &[Action::WriteOff],
            Self::TransferSuggested { .. } | Self::TransferInParts { .. } => {
                &[Action::MatchThis, Action::RefuseThis, Action::WriteOff]
            }
            Self::PayoutFound { .. } => &[Action::MatchThis, Action::RefuseThis, Action::Explain],
            Self::CreditUnknown { fits_transfer: true, .. } => &[Action::MatchThis, Action::GiveBack],
            Self::TransferTwice { .. } => &[Action::GiveBack, Action::Explain],
            Self::CreditUnknown { why: UnknownWhy::Withdrawn(_), .. } => &[Action::GiveBack],
            Self::CreditUnknown { why, .. } if why.payment().is_none() => {
                &[Action::PickSale, Action::Explain, Action::GiveBack]
            }
            Self::CreditUnknown { .. } => &[Action::Explain, Action::GiveBack],
            Self::TransferTakenBack { .. } => &[Action::SayOwnRefund, Action::WriteOff],
            Self::SaleOverpaid { .. } => &[Action::GiveBack],
            Self::RefundToSend { .. } => &[Action::SayRefundSent],
            Self::DrawerNotCounted { .. } => &[Action::Count],
            Self::DrawerDiffers { .. } => &[Action::NoteDifference, Action::Count],
            Self::EntriesUnconfirmed { .. } => &[Action::LookAtEntries],
            Self::CarriedOver { item, .. } => item.actions(),
        }
    }
}
