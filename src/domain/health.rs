//! One part of the way to the bank (reader, line or host): does it work, and when may it be trusted again.
//!
//! ```text
//!            soft              second soft, or hard
//! Working ─────────► Doubtful ─────────────────────► Down ◄──────────────────────┐
//!    ▲ ▲                │ good                        │ good                     │ bad
//!    │ └────────────────┘                             ▼                          │
//!    │                                            Recovering ────────────────────┤
//!    │ three good in a row that span the minimum,     │                          │
//!    │ nothing to prove it with                       │ the same, after the wait │
//!    ├────────────────────────────────────────────────┤                          │
//!    │ proven: a payment taken, a card delivered      ▼                          │
//!    └──────────────────────────────────────────── OnTrial ──────────────────────┘
//! ```
//!
//! The rule against flapping: worse is shown at once, better only after the trial. Each trial that fails doubles the wait
//! before the next one, up to [`TRIAL_WAIT_MAX`], so a part that comes and goes changes what the cashier is offered fewer
//! and fewer times. Only a trial that succeeds forgets the failed ones.

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};

/// Failed probes in a row after which a part is down, when none of them was a hard event.
pub const FAILED_PROBES_MAX: u32 = 2;
/// Good probes in a row after which a part may be trusted again.
pub const GOOD_PROBES_MIN: u32 = 3;
/// The time those good probes of line and host have to span.
pub const NETWORK_RECOVERY_MIN: TimeDelta = TimeDelta::seconds(30);
/// A reader is in front of the cashier, who sees at once whether it works again: three good probes are enough.
pub const READER_RECOVERY_MIN: TimeDelta = TimeDelta::zero();
/// The wait after the first trial that failed; doubled after each further one.
pub const TRIAL_WAIT_FIRST: TimeDelta = TimeDelta::seconds(30);
/// The longest wait before a trial.
pub const TRIAL_WAIT_MAX: TimeDelta = TimeDelta::minutes(8);

/// What one probe or one real request told about a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation<Cause> {
    /// A probe was answered well.
    Good,
    /// The real thing worked: a payment was taken, a stored card was delivered.
    Proven,
    /// It did not work.
    Bad {
        /// In which way.
        cause: Cause,
        /// Certain by itself; otherwise it takes two.
        hard: bool,
    },
}

/// What a part has to show before it counts as working again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The time that the good probes have to span.
    pub span: TimeDelta,
    /// Whether the real thing has to work once before the part is trusted.
    pub on_trial: bool,
}

/// The trials of one outage that failed, and the wait that follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trials {
    /// How many failed.
    pub failed: u32,
    /// No trial before.
    pub wait_until: DateTime<FixedOffset>,
}

/// The state of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Health<Cause> {
    /// It works.
    Working,
    /// One probe failed.
    Doubtful {
        /// When.
        since: DateTime<FixedOffset>,
        /// Probes failed in a row.
        failed: u32,
        /// What the last one saw.
        cause: Cause,
    },
    /// It does not work.
    Down {
        /// Since when.
        since: DateTime<FixedOffset>,
        /// Why.
        cause: Cause,
        /// Its trials so far.
        trials: Trials,
    },
    /// It was down and answers again, not yet for long enough.
    Recovering {
        /// Down since when.
        down_since: DateTime<FixedOffset>,
        /// Why it was down.
        cause: Cause,
        /// Its trials so far.
        trials: Trials,
        /// The first good probe.
        good_since: DateTime<FixedOffset>,
        /// Good probes in a row.
        good: u32,
    },
    /// It answers well for long enough; the next real use decides.
    OnTrial {
        /// Down since when.
        down_since: DateTime<FixedOffset>,
        /// Why it was down.
        cause: Cause,
        /// Its trials so far.
        trials: Trials,
        /// On trial since when.
        since: DateTime<FixedOffset>,
    },
}

impl<Cause: Copy + PartialEq> Health<Cause> {
    /// Down since `at`, with no trial behind it.
    #[must_use]
    pub fn down(at: DateTime<FixedOffset>, cause: Cause) -> Self {
        Self::Down { since: at, cause, trials: Trials { failed: 0, wait_until: at } }
    }

    /// On trial since `at`, with no trial behind it.
    #[must_use]
    pub fn on_trial(at: DateTime<FixedOffset>, cause: Cause) -> Self {
        Self::OnTrial { down_since: at, cause, trials: Trials { failed: 0, wait_until: at }, since: at }
    }

    /// The state after one more observation.
    #[must_use]
    pub fn observe(self, seen: Observation<Cause>, at: DateTime<FixedOffset>, recovery: Recovery) -> Self {
        match seen {
            Observation::Good => self.after_good(at, recovery),
            Observation::Proven => match self {
                Self::Working | Self::Doubtful { .. } | Self::OnTrial { .. } => Self::Working,
                Self::Down { .. } | Self::Recovering { .. } => self.after_good(at, recovery),
            },
            Observation::Bad { cause, hard } => self.after_bad(at, cause, hard),
        }
    }

    fn after_good(self, at: DateTime<FixedOffset>, recovery: Recovery) -> Self {
        match self {
            Self::Working | Self::Doubtful { .. } => Self::Working,
            Self::Down { since, cause, trials } => {
                Self::Recovering { down_since: since, cause, trials, good_since: at, good: 1 }
            }
            Self::Recovering { down_since, cause, trials, good_since, good } => {
                let good = good.saturating_add(1);
                if good < GOOD_PROBES_MIN || at - good_since < recovery.span || at < trials.wait_until {
                    Self::Recovering { down_since, cause, trials, good_since, good }
                } else if recovery.on_trial {
                    Self::OnTrial { down_since, cause, trials, since: at }
                } else {
                    Self::Working
                }
            }
            Self::OnTrial { .. } if recovery.on_trial => self,
            Self::OnTrial { .. } => Self::Working,
        }
    }

    fn after_bad(self, at: DateTime<FixedOffset>, cause: Cause, hard: bool) -> Self {
        match self {
            Self::Working if hard => Self::down(at, cause),
            Self::Working => Self::Doubtful { since: at, failed: 1, cause },
            Self::Doubtful { .. } if hard => Self::down(at, cause),
            Self::Doubtful { since, failed, .. } => {
                let failed = failed.saturating_add(1);
                if failed >= FAILED_PROBES_MAX {
                    Self::down(since, cause)
                } else {
                    Self::Doubtful { since, failed, cause }
                }
            }
            Self::Down { since, trials, .. } | Self::Recovering { down_since: since, trials, .. } => {
                Self::Down { since, cause, trials }
            }
            Self::OnTrial { down_since, trials, .. } => {
                let failed = trials.failed.saturating_add(1);
                let trials = Trials { failed, wait_until: at + trial_wait(failed) };
                Self::Down { since: down_since, cause, trials }
            }
        }
    }

    /// Whether it must not be used: down, or not yet long enough back.
    #[must_use]
    pub fn is_out(&self) -> bool {
        match self {
            Self::Working | Self::Doubtful { .. } | Self::OnTrial { .. } => false,
            Self::Down { .. } | Self::Recovering { .. } => true,
        }
    }

    /// Whether it may be relied on: no outage, and no trial that is still to be passed.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        match self {
            Self::Working | Self::Doubtful { .. } => true,
            Self::Down { .. } | Self::Recovering { .. } | Self::OnTrial { .. } => false,
        }
    }

    /// The same after the clock was set back by `by`: a wait that was to end in a minute still ends in a minute.
    #[must_use]
    pub fn clock_went_back(self, by: TimeDelta) -> Self {
        let earlier = |trials: Trials| Trials { wait_until: trials.wait_until - by, ..trials };
        match self {
            Self::Working => self,
            Self::Doubtful { since, failed, cause } => Self::Doubtful { since: since - by, failed, cause },
            Self::Down { since, cause, trials } => Self::Down { since: since - by, cause, trials: earlier(trials) },
            Self::Recovering { down_since, cause, trials, good_since, good } => Self::Recovering {
                down_since: down_since - by,
                cause,
                trials: earlier(trials),
                good_since: good_since - by,
                good,
            },
            Self::OnTrial { down_since, cause, trials, since } => {
                Self::OnTrial { down_since: down_since - by, cause, trials: earlier(trials), since: since - by }
            }
        }
    }

    /// Why it is not trusted, when it is not.
    #[must_use]
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::Working | Self::Doubtful { .. } => None,
            Self::Down { cause, .. } | Self::Recovering { cause, .. } | Self::OnTrial { cause, .. } => Some(*cause),
        }
    }
}

/// How long to wait after `failed` trials that failed: doubling from [`TRIAL_WAIT_FIRST`] to [`TRIAL_WAIT_MAX`].
fn trial_wait(failed: u32) -> TimeDelta {
    let doublings = failed.saturating_sub(1).min(16);
    TRIAL_WAIT_FIRST.checked_mul(1 << doublings).map_or(TRIAL_WAIT_MAX, |wait| wait.min(TRIAL_WAIT_MAX))
}

#[cfg(test)]
mod tests;
