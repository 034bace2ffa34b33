//! One message of the closing of a batch, as the host's interface has it.

use crate::domain::batch::{BatchAnswer, BatchAsk, BatchCard, ClosingStep};
use crate::domain::host::CardRequest;
use crate::domain::money::Currency;
use crate::iso8583::{Batch, BatchStep, BatchTotals, Counted, TotalsAnswer, UploadAnswer};
use crate::outside::host::Host;

/// Sends it. Nothing comes back when the host did not answer.
#[must_use]
pub fn ask(host: &dyn Host, ask: &BatchAsk, currency: Currency) -> Option<BatchAnswer> {
    let minor =
        ask.cards.iter().fold(0_u64, |sum, card| sum.saturating_add(u64::try_from(card.amount.minor).unwrap_or(0)));
    let debits = Counted { count: u64::try_from(ask.cards.len()).unwrap_or(u64::MAX), minor };
    let batch = |step| Batch {
        number: ask.number,
        stan: ask.stan,
        sent_at: ask.sent_at,
        currency,
        totals: BatchTotals { debits, ..BatchTotals::default() },
        step,
    };
    match ask.step {
        ClosingStep::Compare => of_totals(host.total(&batch(BatchStep::Compare))),
        ClosingStep::Close => of_totals(host.total(&batch(BatchStep::CloseAfterUpload))),
        ClosingStep::Upload { payment } => {
            let card = ask.cards.iter().find(|card| card.payment == payment)?;
            let BatchCard { payment, trace, amount, approval_code, by_voice, .. } = card.clone();
            // The sealed card went with the approval: the host knows the sale by its number.
            let sold = CardRequest { payment, trace, amount, sealed: String::new(), deferred: false };
            match host.upload(&sold, (&approval_code, by_voice), &batch(BatchStep::Compare)) {
                UploadAnswer::Taken => Some(BatchAnswer::Taken),
                UploadAnswer::Refused { code } => Some(BatchAnswer::Refused { code }),
                UploadAnswer::NoAnswer { .. } => None,
            }
        }
    }
}

fn of_totals(answer: TotalsAnswer) -> Option<BatchAnswer> {
    match answer {
        TotalsAnswer::InBalance => Some(BatchAnswer::InBalance),
        TotalsAnswer::OutOfBalance => Some(BatchAnswer::OutOfBalance),
        TotalsAnswer::Refused { code } => Some(BatchAnswer::Refused { code }),
        TotalsAnswer::NoAnswer { .. } => None,
    }
}
