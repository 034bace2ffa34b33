//! Which payment is worked on next, and how long one waits after an attempt that led nowhere.

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::{CardState, Promise};
use crate::domain::ids::PaymentId;

/// How often, and after which waits, an attempt that led nowhere is made again; the settings say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryRules {
    /// The wait after the first attempt that led nowhere; doubled after each further one.
    pub first: TimeDelta,
    /// The longest wait between two attempts.
    pub most: TimeDelta,
    /// Attempts after which a person has to look; reversals without an answer, too.
    pub attempts: u32,
}

impl RetryRules {
    /// What applies where the settings say nothing. Six attempts are PayEx's rule for unanswered advices.
    pub const USUAL: Self = Self { first: TimeDelta::seconds(5), most: TimeDelta::minutes(5), attempts: 6 };

    /// How long to wait after `attempts` attempts: doubling from the first wait to the longest, and up to a quarter more.
    ///
    /// What comes on top differs from payment to payment and from try to try, so that the tills of a shop do not all come
    /// back in the same second after a host was away. It is made of the payment's random id: a replay waits as long.
    #[must_use]
    pub fn wait(&self, attempts: u32, payment: PaymentId) -> TimeDelta {
        let doublings = attempts.saturating_sub(1).min(16);
        let wait = self.first.checked_mul(1 << doublings).map_or(self.most, |wait| wait.min(self.most));
        let (_, random) = payment.0.as_u64_pair();
        // Fibonacci hashing (Knuth, The Art of Computer Programming 6.4): neighbouring counts lead far from each other.
        let mixed = (random ^ u64::from(attempts)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56;
        let share = i32::try_from(mixed).unwrap_or(0);
        wait + wait * share / 1_024
    }
}

/// The payment to work on next among `(id, promise, state)`: within its rank the one whose time at the acquirer ends first,
/// and of those the oldest; `None` when nothing is due.
pub fn next_due<'a>(
    payments: impl Iterator<Item = (PaymentId, Promise, &'a CardState)>,
    now: DateTime<FixedOffset>,
) -> Option<PaymentId> {
    // A customer who waits for the answer waits for no deadline.
    let deadline = |promise| match promise {
        Promise::AnsweredNow => None,
        Promise::SentLater { send_by } => Some(send_by),
    };
    let due = payments.filter(|(_, _, state)| state.due_at().is_some_and(|at| at <= now));
    due.min_by_key(|(id, promise, state)| (state.rank(), deadline(*promise), *id)).map(|(id, ..)| id)
}
