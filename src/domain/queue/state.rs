//! What the state of a typed card means for whoever asks: what is under way, what may still come of it, and when.

use chrono::{DateTime, FixedOffset};

use super::{CardState, Settlement};
use crate::domain::host::HostTrace;

/// A reversal that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undoing<'a> {
    /// The request that it undoes.
    pub original: &'a HostTrace,
    /// How often it was sent.
    pub times: u32,
    /// Its DE 11.
    pub stan: u32,
}

impl CardState {
    /// Whether the bank wants to be called before it decides (ISO 8583:1987 DE 39 01 and 02): only then may a code that it
    /// says on the telephone be sent to the host. Anything else would book money that nobody approved.
    #[must_use]
    pub fn wants_a_call(&self) -> bool {
        matches!(self, Self::Declined { code, hard: false, .. } if matches!(code.as_str(), "01" | "02"))
    }

    /// The reversal that is under way, with the request that it undoes; nothing before the first one is on disk.
    #[must_use]
    pub fn undoing(&self) -> Option<Undoing<'_>> {
        match self {
            Self::Reversing { trace, reversals, reversal_stan, .. }
            | Self::PartlyApproved { trace, reversals, reversal_stan: Some(reversal_stan), .. } => {
                Some(Undoing { original: trace, times: *reversals, stan: *reversal_stan })
            }
            Self::PartlyApproved { reversal_stan: None, .. }
            | Self::Stored { .. }
            | Self::Sending { .. }
            | Self::Unknown { .. }
            | Self::HandedOver { .. }
            | Self::Approved { .. }
            | Self::Settled { .. }
            | Self::Advising { .. }
            | Self::Voiding { .. }
            | Self::Voided { .. }
            | Self::Declined { .. }
            | Self::Undone { .. }
            | Self::Parked { .. }
            | Self::WrittenOff { .. }
            | Self::Replaced { .. } => None,
        }
    }

    /// Whether a settlement file may have it: the bank approved, or a request of it is in question.
    #[must_use]
    pub fn may_be_settled(&self) -> bool {
        matches!(self, Self::Approved { .. } | Self::Parked { trace: Some(_), .. })
    }

    /// The state once the acquirer's settlement file has it.
    ///
    /// # Errors
    ///
    /// Nothing of it was asked of the bank, or it ended otherwise.
    pub fn settled(&self, settlement: Settlement) -> Result<Self, String> {
        let (approval_code, trace) = match self {
            Self::Approved { approval_code, trace, .. } => (Some(approval_code.clone()), trace),
            Self::Parked { trace: Some(trace), .. } => (None, trace),
            other => return Err(format!("a card in state {other:?} is not settled")),
        };
        Ok(Self::Settled { approval_code, trace: trace.clone(), settlement })
    }

    /// Whether the shop has, or still expects, the money of a sale that the customer walked away with.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Stored { .. }
            | Self::Sending { .. }
            | Self::Unknown { .. }
            | Self::Reversing { .. }
            | Self::PartlyApproved { .. }
            | Self::HandedOver { .. }
            | Self::Advising { .. }
            | Self::Voiding { .. }
            | Self::Parked { .. } => true,
            Self::Approved { .. }
            | Self::Settled { .. }
            | Self::Voided { .. }
            | Self::Declined { .. }
            | Self::Undone { .. }
            | Self::WrittenOff { .. }
            | Self::Replaced { .. } => false,
        }
    }

    /// When this can be worked on by itself next, if at all.
    #[must_use]
    pub fn due_at(&self) -> Option<DateTime<FixedOffset>> {
        match self {
            Self::Stored { next_try, .. }
            | Self::Reversing { next_try, .. }
            | Self::PartlyApproved { next_try, .. }
            | Self::Advising { next_try, .. }
            | Self::Voiding { next_try, .. } => Some(*next_try),
            Self::Unknown { since, .. } => Some(*since),
            Self::Sending { .. }
            | Self::HandedOver { .. }
            | Self::Approved { .. }
            | Self::Settled { .. }
            | Self::Voided { .. }
            | Self::Declined { .. }
            | Self::Undone { .. }
            | Self::Parked { .. }
            | Self::WrittenOff { .. }
            | Self::Replaced { .. } => None,
        }
    }

    /// Rank in the queue: reversals go before requests, since they free a card that may have been charged; then what the
    /// bank approved on the telephone, which may not get old.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Self::Unknown { .. } | Self::Reversing { .. } | Self::PartlyApproved { .. } | Self::Voiding { .. } => 0,
            Self::Advising { .. } => 1,
            Self::Stored { .. }
            | Self::Sending { .. }
            | Self::HandedOver { .. }
            | Self::Approved { .. }
            | Self::Settled { .. }
            | Self::Voided { .. }
            | Self::Declined { .. }
            | Self::Undone { .. }
            | Self::Parked { .. }
            | Self::WrittenOff { .. }
            | Self::Replaced { .. } => 2,
        }
    }
}
