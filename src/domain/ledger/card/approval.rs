//! What becomes of approvals: one given on the telephone that the host is told of, and one that is taken back on its day.

use chrono::{DateTime, FixedOffset};

use crate::domain::fact::Fact;
use crate::domain::queue::CardState;

/// The state table of both; the diagram is in [`crate::domain::queue`].
pub(super) fn next_state(card: &CardState, at: DateTime<FixedOffset>, fact: &Fact) -> Result<CardState, String> {
    Ok(match (card, fact) {
        (CardState::Advising { approval_code, trace, times, .. }, Fact::CardAdvising { next_try, .. }) => {
            CardState::Advising {
                approval_code: approval_code.clone(),
                trace: trace.clone(),
                times: times + 1,
                next_try: *next_try,
            }
        }
        // The host has certainly not booked what it refused: another way may be asked for.
        (CardState::Advising { times, .. }, Fact::CardParked { reason, .. }) => {
            CardState::Parked { reason: reason.clone(), attempts: *times, trace: None, then: None }
        }
        (
            CardState::Approved { approval_code, trace, at: approved_at, by_voice },
            Fact::CardVoiding { void_stan, next_try, refund, by, .. },
        ) => CardState::Voiding {
            approval_code: approval_code.clone(),
            trace: trace.clone(),
            approved_at: *approved_at,
            by_voice: *by_voice,
            void_stan: *void_stan,
            times: 1,
            next_try: *next_try,
            refund: *refund,
            by: by.clone(),
        },
        (
            CardState::Voiding { void_stan: first, times, refund: of, .. },
            Fact::CardVoiding { void_stan, next_try: later, refund, .. },
        ) if first == void_stan && of == refund => {
            let mut again = card.clone();
            if let CardState::Voiding { times: sent, next_try, .. } = &mut again {
                (*sent, *next_try) = (times + 1, *later);
            }
            again
        }
        (CardState::Voiding { approval_code, .. }, Fact::CardVoided { .. }) => {
            CardState::Voided { approval_code: approval_code.clone(), at }
        }
        (CardState::Voiding { approval_code, trace, approved_at, by_voice, .. }, Fact::CardVoidRefused { .. }) => {
            CardState::Approved {
                approval_code: approval_code.clone(),
                trace: trace.clone(),
                at: *approved_at,
                by_voice: *by_voice,
            }
        }
        (state, fact) => return Err(format!("a card in state {state:?} does not take {}", fact.kind())),
    })
}
