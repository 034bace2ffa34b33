//! The ids of the driver's own questions.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};

use crate::domain::reader::SERVICE_ID_LENGTH_MAX;

/// The first letter of the service ids the driver makes for its own questions. Those of payments come from the app and
/// never begin with it: they are written in an alphabet without I, L, O and U.
pub const OWN_SERVICE_ID_PREFIX: char = 'U';

/// Makes the service ids of the driver's own questions: the prefix and nine digits of base 36 that count milliseconds.
///
/// They must not repeat within 48 hours, also across a restart of the program, so they follow the clock; two in one
/// millisecond, or after a step back of the clock, go on counting instead.
#[derive(Debug, Default)]
pub(super) struct OwnServiceIds(AtomicU64);

impl OwnServiceIds {
    pub(super) fn next(&self, now: DateTime<Utc>) -> String {
        let now_ms = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let after = |last: u64| now_ms.max(last + 1);
        let last = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(after(last)));
        let mut rest = after(last.unwrap_or(0));
        let mut digits = [b'0'; SERVICE_ID_LENGTH_MAX - 1];
        for digit in digits.iter_mut().rev() {
            let value = u8::try_from(rest % 36).unwrap_or(0);
            *digit = if value < 10 { b'0' + value } else { b'A' + value - 10 };
            rest /= 36;
        }
        std::iter::once(OWN_SERVICE_ID_PREFIX).chain(digits.map(char::from)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_service_ids_never_repeat_also_when_the_clock_steps_back() {
        let ids = OwnServiceIds(AtomicU64::new(0));
        let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap();
        let now = 1_795_180_000_000;
        let made: Vec<String> = [now, now, now + 5, now - 1_000, now].map(|ms| ids.next(moment(ms))).into();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]), "{made:?}");
        assert!(made.iter().all(|id| id.len() == SERVICE_ID_LENGTH_MAX && id.starts_with(OWN_SERVICE_ID_PREFIX)));
        assert!(made.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric())));
        assert_eq!(u64::from_str_radix(&made[0][1..], 36), Ok(now.unsigned_abs()));
    }
}
