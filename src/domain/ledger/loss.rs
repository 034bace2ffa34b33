//! Who decided about a loss, and losses that a person takes back: the customer came, or the loss should not have been
//! taken.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::fact::{LossReason, ManagedAct};
use crate::domain::ids::{PaymentId, PersonId};
use crate::domain::ledger::{Day, Ledger, Row};
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

impl Day {
    /// The last decision that money of this payment is lost.
    #[must_use]
    pub fn loss_decided(&self, payment: PaymentId) -> Option<LossDecided> {
        let known = self.losses_decided.iter().rfind(|one| one.payment == payment).cloned();
        let seen = || self.seen_losses.iter().rfind(|(seen, _)| *seen == payment);
        let by_second = |(_, person): &(PaymentId, PersonId)| LossDecided {
            payment,
            by: None,
            seen_by: Some(person.clone()),
            reason: None,
        };
        known.or_else(|| seen().map(by_second))
    }

    /// Notes who decided about a loss, if an approval is of one. A journal that does not say whose act it was leads to the
    /// same day as before.
    pub(super) fn note_loss(
        &mut self,
        act: ManagedAct,
        manager: &PersonId,
        alone: bool,
        by: Option<&PersonId>,
    ) -> bool {
        let ManagedAct::LossTaken { payment, reason, .. } = act else { return false };
        match (by, alone) {
            (Some(by), _) => {
                let seen_by = (!alone).then(|| manager.clone());
                self.losses_decided.push(LossDecided { payment, by: Some(by.clone()), seen_by, reason });
            }
            (None, false) => self.seen_losses.push((payment, manager.clone())),
            (None, true) => {}
        }
        true
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
