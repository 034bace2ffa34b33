//! When a stored card that the bank refused for now may be asked for once more.
//!
//! The schemes fine whoever asks too often. Visa allows 20 requests for the same amount within 30 days (Core Rules, since
//! 25 May 2025), Mastercard 35, and at most 10 of them in one day. Stopgap keeps to one rule that is within all of them,
//! whatever the brand: at most once in 24 hours, and at most 20 times in the 30 days after the first refusal. A refusal
//! without a reason (05) is asked for less often: it seldom means "later". A refusal for good is never asked for again.

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};

/// How often one card may be refused for now before its tries end; the strictest of the schemes' caps.
pub const REFUSED_TIMES_MAX: u32 = 20;
/// The same for code 05, "do not honour", which gives no reason. Ours: "at most a few".
const REFUSED_WITHOUT_REASON_MAX: u32 = 4;
/// The days after the first refusal in which it may be asked for again.
pub const RETRY_WINDOW: TimeDelta = TimeDelta::days(30);
/// The least time between two requests.
pub const RETRY_PAUSE: TimeDelta = TimeDelta::hours(24);

/// How often and when the bank refused a stored card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusals {
    /// How often.
    pub times: u32,
    /// When for the first time.
    pub first: DateTime<FixedOffset>,
    /// When for the last time.
    pub last: DateTime<FixedOffset>,
    /// DE 39 of the last one.
    pub code: String,
}

/// When it may be asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryLeave {
    /// Not before.
    pub from: DateTime<FixedOffset>,
    /// Before that.
    pub until: DateTime<FixedOffset>,
}

impl Refusals {
    /// What is known after one more refusal.
    #[must_use]
    pub fn and_one(before: Option<&Self>, code: &str, at: DateTime<FixedOffset>) -> Self {
        let times = before.map_or(0, |before| before.times).saturating_add(1);
        Self { times, first: before.map_or(at, |before| before.first), last: at, code: code.to_owned() }
    }

    /// When it may be asked for again, if it may.
    #[must_use]
    pub fn leave(&self) -> Option<RetryLeave> {
        let most = if self.code == "05" { REFUSED_WITHOUT_REASON_MAX } else { REFUSED_TIMES_MAX };
        let leave = RetryLeave { from: self.last + RETRY_PAUSE, until: self.first + RETRY_WINDOW };
        (self.times < most && leave.from < leave.until).then_some(leave)
    }

    /// Whether it may not be asked for again any more.
    #[must_use]
    pub fn have_ended(&self, now: DateTime<FixedOffset>) -> bool {
        self.leave().is_none_or(|leave| leave.until <= now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hours: i64) -> DateTime<FixedOffset> {
        DateTime::from_timestamp(1_764_000_000, 0).unwrap().fixed_offset() + TimeDelta::hours(hours)
    }

    #[test]
    fn a_refused_card_rests_for_a_day_and_is_over_after_thirty() {
        let once = Refusals::and_one(None, "51", at(0));
        assert_eq!(once.leave(), Some(RetryLeave { from: at(24), until: at(720) }));
        assert!(!once.have_ended(at(719)) && once.have_ended(at(720)));
        let twice = Refusals::and_one(Some(&once), "61", at(30));
        assert_eq!(twice.leave(), Some(RetryLeave { from: at(54), until: at(720) }));
        let late = Refusals::and_one(Some(&twice), "51", at(700));
        assert_eq!(late.leave(), None, "the next day would be beyond the thirtieth");
    }

    #[test]
    fn a_refusal_without_a_reason_is_asked_for_less_often() {
        let mut refusals = Refusals::and_one(None, "05", at(0));
        let mut asked = 1;
        while let Some(leave) = refusals.leave() {
            refusals = Refusals::and_one(Some(&refusals), "05", leave.from);
            asked += 1;
        }
        assert_eq!(asked, 4);
    }

    proptest! {
        /// Whoever asks whenever it is allowed stays within the caps of Visa and Mastercard.
        #[test]
        fn no_cap_of_a_scheme_is_passed(waits in proptest::collection::vec(0_i64..72, 0..60)) {
            let mut requests = vec![at(0)];
            let mut refusals = Refusals::and_one(None, "51", at(0));
            for wait in waits {
                let Some(leave) = refusals.leave() else { break };
                let next = leave.from + TimeDelta::hours(wait);
                if next >= leave.until {
                    break;
                }
                requests.push(next);
                refusals = Refusals::and_one(Some(&refusals), "51", next);
            }
            prop_assert!(requests.len() <= 20);
            prop_assert!(requests.iter().all(|one| *one - at(0) < TimeDelta::days(30)));
            prop_assert!(requests.windows(2).all(|pair| pair[1] - pair[0] >= TimeDelta::hours(24)));
        }
    }
}
