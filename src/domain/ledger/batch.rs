//! Facts about the batch of approved typed cards; the rules are those of [`crate::domain::batch`].

use chrono::{DateTime, FixedOffset};

use crate::domain::batch::{BatchCard, OpenBatch};
use crate::domain::fact::Fact;
use crate::domain::ids::PaymentId;
use crate::domain::ledger::{Ledger, Row};
use crate::domain::queue::CardState;
use crate::domain::sale::Tender;

impl Ledger {
    pub(super) fn apply_batch(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        match (fact, &mut self.batch) {
            (Fact::BatchOpened { number }, None) => self.batch = Some(OpenBatch::new(*number)),
            (Fact::BatchSending { number, step, stan }, Some(batch)) if batch.number == *number => {
                batch.sending(*step, *stan, at)?;
                self.last_stan = *stan;
                return Ok(vec![Row::Batch, Row::Counters]);
            }
            (Fact::BatchAnswered { number, answer }, Some(batch)) if batch.number == *number => {
                batch.answered(answer)?;
            }
            (Fact::BatchTriedAgain { number, .. }, Some(batch)) if batch.number == *number => batch.try_again()?,
            (other, _) => return Err(format!("{} does not fit the batch that is open", other.kind())),
        }
        Ok(vec![Row::Batch])
    }

    /// A card that was taken back leaves the batch.
    pub(super) fn note_voided(&mut self, id: PaymentId) -> Option<Row> {
        self.batch.as_mut()?.remove(id);
        Some(Row::Batch)
    }

    /// An approved card goes into the batch, where the shop settles by batches.
    pub(super) fn note_approved(&mut self, id: PaymentId) -> Option<Row> {
        let payment = self.payments.get(&id)?;
        let Tender::Card { card: CardState::Approved { approval_code, trace, by_voice, .. }, .. } = &payment.tender
        else {
            return None;
        };
        let (trace, approval_code, amount) = (trace.clone(), approval_code.clone(), payment.amount);
        let by_voice = *by_voice;
        self.batch.as_mut()?.add(BatchCard { payment: id, trace, amount, approval_code, by_voice, uploaded: false });
        Some(Row::Batch)
    }
}
