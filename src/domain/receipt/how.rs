//! What paper says of a payment, by what became of it.

use super::{CardPart, How, TransferPart};
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, Promise};
use crate::domain::reader::ReaderOutcome;
use crate::domain::sale::{CashState, ReaderState, Tender};

/// How a payment is said on paper; `None` for one that pays nothing.
pub(super) fn how(tender: &Tender) -> Option<How> {
    match tender {
        Tender::Cash { cash: CashState::Returned { .. }, .. } => None,
        Tender::Cash { given, change, foreign, .. } => {
            Some(How::Cash { given: *given, change: *change, foreign: *foreign })
        }
        Tender::Reader { reader, .. } => match reader {
            ReaderState::Answered { outcome: ReaderOutcome::Approved { approval_code, brand, last4, .. }, .. }
            | ReaderState::Kept { outcome: ReaderOutcome::Approved { approval_code, brand, last4, .. }, .. } => {
                Some(How::Reader { approval_code: approval_code.clone(), brand: *brand, last4: last4.clone() })
            }
            ReaderState::Decided { charged: true, .. } => Some(How::ReaderByWord),
            ReaderState::Answered {
                outcome:
                    ReaderOutcome::Declined { .. } | ReaderOutcome::NotCharged { .. } | ReaderOutcome::Unknown { .. },
                ..
            }
            | ReaderState::Kept {
                outcome:
                    ReaderOutcome::Declined { .. } | ReaderOutcome::NotCharged { .. } | ReaderOutcome::Unknown { .. },
                ..
            }
            | ReaderState::Decided { charged: false, .. }
            | ReaderState::Reversing { .. }
            | ReaderState::Reversed { .. }
            | ReaderState::Asked
            | ReaderState::Unknown { .. }
            | ReaderState::Parked { .. } => None,
        },
        Tender::Qr { qr, .. } => match qr {
            QrState::CustomerSaysPaid { .. } => Some(How::Transfer(TransferPart::Announced)),
            QrState::ConfirmedByShop { .. } => Some(How::Transfer(TransferPart::Seen)),
            QrState::SeenOnStatement { .. } | QrState::ShortOrOver { .. } => {
                Some(How::Transfer(TransferPart::OnStatement))
            }
            QrState::NeverArrived { .. } => Some(How::Transfer(TransferPart::NotReceived)),
            QrState::Shown | QrState::Withdrawn | QrState::RefundDue { .. } => None,
        },
        Tender::Card { brand, last4, promise, card, .. } => {
            let state = card_part(card, *promise)?;
            Some(How::Card { brand: *brand, last4: last4.clone(), state })
        }
    }
}

fn card_part(card: &CardState, promise: Promise) -> Option<CardPart> {
    match (card, promise) {
        (CardState::Approved { approval_code, .. } | CardState::Voiding { approval_code, .. }, _) => {
            Some(CardPart::Approved { approval_code: approval_code.clone() })
        }
        (CardState::Settled { approval_code, .. }, _) => {
            Some(CardPart::Approved { approval_code: approval_code.clone().unwrap_or_default() })
        }
        (CardState::Declined { .. } | CardState::WrittenOff { .. }, Promise::SentLater { .. }) => {
            Some(CardPart::Refused)
        }
        (
            CardState::Stored { .. }
            | CardState::Sending { .. }
            | CardState::Unknown { .. }
            | CardState::Reversing { .. }
            | CardState::PartlyApproved { .. }
            | CardState::HandedOver { .. }
            | CardState::Advising { .. }
            | CardState::Parked { .. },
            Promise::SentLater { send_by },
        ) => Some(CardPart::NotYetAuthorised { send_by }),
        (CardState::Undone { .. } | CardState::Voided { .. } | CardState::Replaced { .. }, _)
        | (
            CardState::Stored { .. }
            | CardState::Sending { .. }
            | CardState::Unknown { .. }
            | CardState::Reversing { .. }
            | CardState::PartlyApproved { .. }
            | CardState::HandedOver { .. }
            | CardState::Advising { .. }
            | CardState::Parked { .. }
            | CardState::Declined { .. }
            | CardState::WrittenOff { .. },
            Promise::AnsweredNow,
        ) => None,
    }
}
