//! Which payment is worked on next, and how long one waits after an attempt that led nowhere.

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::CardState;
use crate::domain::ids::PaymentId;

/// The wait after the first attempt that led nowhere; doubled after each further one.
pub const RETRY_WAIT_FIRST: TimeDelta = TimeDelta::seconds(5);
/// The longest wait between two attempts.
pub const RETRY_WAIT_MAX: TimeDelta = TimeDelta::minutes(5);

/// How long to wait after `attempts` attempts: doubling from [`RETRY_WAIT_FIRST`] to [`RETRY_WAIT_MAX`], and up to a
/// quarter more.
///
/// What comes on top differs from payment to payment and from try to try, so that the tills of a shop do not all come
/// back in the same second after a host was away. It is made of the payment's random id: a replay waits as long.
#[must_use]
pub fn retry_wait(attempts: u32, payment: PaymentId) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).min(16);
    let wait = RETRY_WAIT_FIRST.checked_mul(1 << doublings).map_or(RETRY_WAIT_MAX, |wait| wait.min(RETRY_WAIT_MAX));
    let (_, random) = payment.0.as_u64_pair();
    // Fibonacci hashing (Knuth, The Art of Computer Programming 6.4): neighbouring counts lead far from each other.
    let mixed = (random ^ u64::from(attempts)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56;
    let share = i32::try_from(mixed).unwrap_or(0);
    wait + wait * share / 1_024
}

/// The payment to work on next among `(id, state)`, oldest first within its rank; `None` when nothing is due.
pub fn next_due<'a>(
    payments: impl Iterator<Item = (PaymentId, &'a CardState)>,
    now: DateTime<FixedOffset>,
) -> Option<PaymentId> {
    let due = payments.filter(|(_, state)| state.due_at().is_some_and(|at| at <= now));
    due.min_by_key(|(id, state)| (state.rank(), *id)).map(|(id, _)| id)
}
