//! Who decided about a loss, and losses that a person takes back: the customer came, or the loss should not have been
//! taken.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::fact::{LossReason, ManagedAct};
use crate::domain::ids::{PaymentId, PersonId};
use crate::domain::ledger::{Ledger, Row};
use crate::domain::qr::QrState;
use crate::domain::queue::{CardState, ParkReason, Promise};
use crate::domain::sale::{Payment, Standing, Tender};

/// A decision that money of a payment is lost, wholly or in part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossDecided {
    /// The payment.
    pub payment: PaymentId,
    /// Who took the loss; older journals do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// Who saw it as the second person; nobody where one person approved it alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_by: Option<PersonId>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<LossReason>,
}

impl LossDecided {
    /// The decision that a manager's approval is, if it is one.
    #[must_use]
    pub fn of(act: ManagedAct, manager: &PersonId, alone: bool, by: Option<&PersonId>) -> Option<Self> {
        let ManagedAct::LossTaken { payment, reason, .. } = act else { return None };
        let (by, seen_by) = if alone { (Some(manager), None) } else { (by, Some(manager)) };
        Some(Self { payment, by: by.cloned(), seen_by: seen_by.cloned(), reason })
    }
}

impl Ledger {
    /// A payment that was written off is waited for again. A person decides about it anew: nobody has seen the money of a
    /// transfer, and the sealed card was wiped when the loss was taken, so that it can never be sent again.
    pub(super) fn undo_loss(&mut self, at: DateTime<FixedOffset>, id: PaymentId) -> Result<Vec<Row>, String> {
        let payment = self.payments.get_mut(&id).ok_or("no such payment")?;
        match &mut payment.tender {
            Tender::Qr { qr: qr @ QrState::NeverArrived { .. }, .. } => *qr = QrState::CustomerSaysPaid { at },
            Tender::Card { promise: Promise::SentLater { .. }, card, .. } => {
                let CardState::WrittenOff { trace, .. } = card else { return Err("the card is no loss".to_owned()) };
                *card = CardState::Parked { reason: ParkReason::LossUndone, attempts: 0, trace: trace.take() };
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
