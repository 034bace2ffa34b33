//! Losses that a person takes back: the customer came, or the loss should not have been taken.

use chrono::{DateTime, FixedOffset};

use crate::domain::ids::PaymentId;
use crate::domain::ledger::{Ledger, Row};
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, ParkReason, Promise};
use crate::domain::sale::{Payment, Standing, Tender};

impl Ledger {
    /// A payment that was written off is waited for again. A person decides about it anew: nobody has seen the money of a
    /// transfer, and the sealed card was wiped when the loss was taken, so that it can never be sent again.
    pub(super) fn undo_loss(&mut self, at: DateTime<FixedOffset>, id: PaymentId) -> Result<Vec<Row>, String> {
        let payment = self.payments.get_mut(&id).ok_or("no such payment")?;
        match &mut payment.tender {
            Tender::Qr { qr: qr @ QrState::NeverArrived { .. }, .. } => *qr = QrState::CustomerSaysPaid { at },
            Tender::Card { promise: Promise::SentLater { .. }, card, .. } => {
                let CardState::WrittenOff { trace, then, .. } = card else {
                    return Err("the card is no loss".to_owned());
                };
                let (trace, then) = (trace.take(), then.take());
                *card = CardState::Parked { reason: ParkReason::LossUndone, attempts: 0, trace, then };
            }
            Tender::Qr { .. } | Tender::Card { .. } | Tender::Reader { .. } | Tender::Cash { .. } => {
                return Err("no loss was taken of the payment".to_owned());
            }
        }
        Ok([Row::Payment(id)].into_iter().chain(self.note_loss_undone(at, id)).collect())
    }
}

impl Payment {
    /// Whether a person took the loss of it: the goods are gone, and nobody waits for the money.
    #[must_use]
    pub fn is_loss(&self) -> bool {
        let is_written_off = matches!(
            self.tender,
            Tender::Qr { qr: QrState::NeverArrived { .. }, .. }
                | Tender::Card { card: CardState::WrittenOff { .. }, .. }
        );
        is_written_off && self.standing() == Standing::Takes
    }
}
