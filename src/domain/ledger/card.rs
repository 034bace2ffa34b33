//! Facts about typed cards; the diagram of their states is in [`crate::domain::queue`].

use chrono::{DateTime, FixedOffset};

use crate::domain::fact::{Fact, FinalAnswer};
use crate::domain::ledger::{Ledger, Row};
use crate::domain::queue::{CardState, Promise};
use crate::domain::sale::Tender;

impl Ledger {
    pub(super) fn apply_card(&mut self, at: DateTime<FixedOffset>, fact: &Fact) -> Result<Vec<Row>, String> {
        let id = fact.payment().ok_or("it names no payment")?;
        let payment = self.payments.get_mut(&id).ok_or("no such payment")?;
        let Tender::Card { card, promise, .. } = &mut payment.tender else {
            return Err("the payment is no typed card".to_owned());
        };
        if let (Promise::AnsweredNow, CardState::Declined { .. }, Fact::CardUnparked { .. }) = (*promise, &*card, fact)
        {
            return Err("the sealed card of a refused payment is wiped, it cannot be sent again".to_owned());
        }
        *card = next_card_state(card, at, fact)?;
        let mut rows = vec![Row::Payment(id)];
        let stan = match &*card {
            CardState::Sending { trace, .. } => Some(trace.stan),
            CardState::Reversing { reversal_stan, .. } => Some(*reversal_stan),
            CardState::Stored { .. }
            | CardState::Unknown { .. }
            | CardState::Approved { .. }
            | CardState::Declined { .. }
            | CardState::Undone { .. }
            | CardState::Parked { .. }
            | CardState::WrittenOff { .. } => None,
        };
        if let Some(stan) = stan {
            self.last_stan = stan;
            rows.push(Row::Counters);
        }
        Ok(rows)
    }
}

/// The state table of a typed card; the diagram is in [`crate::domain::queue`].
fn next_card_state(card: &CardState, at: DateTime<FixedOffset>, fact: &Fact) -> Result<CardState, String> {
    Ok(match (card, fact) {
        (CardState::Stored { attempts, .. }, Fact::CardSending { trace, .. }) => {
            CardState::Sending { trace: trace.clone(), attempts: *attempts }
        }
        (CardState::Sending { trace, .. }, Fact::CardAnswered { answer, .. }) => match answer {
            FinalAnswer::Approved { approval_code } => {
                CardState::Approved { approval_code: approval_code.clone(), trace: trace.clone(), at }
            }
            FinalAnswer::Declined { code, hard } => CardState::Declined { code: code.clone(), hard: *hard, at },
        },
        (CardState::Sending { attempts, .. }, Fact::CardNotTaken { next_try, .. }) => {
            CardState::Stored { attempts: attempts + 1, next_try: *next_try }
        }
        (CardState::Sending { trace, attempts }, Fact::CardUnanswered { .. }) => {
            CardState::Unknown { trace: trace.clone(), attempts: attempts + 1, since: at }
        }
        (CardState::Unknown { trace, attempts, .. }, Fact::CardReversing { reversal_stan, next_try, .. }) => {
            let (trace, attempts) = (trace.clone(), *attempts);
            CardState::Reversing { trace, attempts, reversals: 1, reversal_stan: *reversal_stan, next_try: *next_try }
        }
        (
            CardState::Reversing { trace, attempts, reversals, .. },
            Fact::CardReversing { reversal_stan, next_try, .. },
        ) => CardState::Reversing {
            trace: trace.clone(),
            attempts: *attempts,
            reversals: reversals + 1,
            reversal_stan: *reversal_stan,
            next_try: *next_try,
        },
        (CardState::Reversing { attempts, .. }, Fact::CardReversed { next_try, .. }) => {
            CardState::Stored { attempts: *attempts, next_try: *next_try }
        }
        (CardState::Stored { .. }, Fact::CardUndone { .. }) => CardState::Undone { at },
        (CardState::Stored { attempts, .. }, Fact::CardParked { reason, .. }) => {
            CardState::Parked { reason: reason.clone(), attempts: *attempts, trace: None }
        }
        (
            CardState::Sending { trace, attempts } | CardState::Reversing { trace, attempts, .. },
            Fact::CardParked { reason, .. },
        ) => CardState::Parked { reason: reason.clone(), attempts: *attempts, trace: Some(trace.clone()) },
        (CardState::Parked { trace: None, .. }, Fact::CardUnparked { next_try, .. }) => {
            CardState::Stored { attempts: 0, next_try: *next_try }
        }
        (CardState::Parked { trace: Some(trace), attempts, .. }, Fact::CardUnparked { .. }) => {
            CardState::Unknown { trace: trace.clone(), attempts: *attempts, since: at }
        }
        (CardState::Declined { hard: false, .. }, Fact::CardUnparked { next_try, .. }) => {
            CardState::Stored { attempts: 0, next_try: *next_try }
        }
        (CardState::Parked { .. } | CardState::Declined { .. }, Fact::CardWrittenOff { by, reason, .. }) => {
            CardState::WrittenOff { by: by.clone(), reason: *reason }
        }
        (state, fact) => return Err(format!("a card in state {state:?} does not take {}", fact.kind())),
    })
}
