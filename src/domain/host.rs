//! What the acquirer's host can be asked and what it can answer, in Stopgap's own words.
//!
//! `iso8583` turns these into messages; the codes of DE 39 are sorted in [`crate::iso8583`].

use std::collections::VecDeque;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::ids::PaymentId;
use crate::domain::money::Money;

/// What identifies one request to the host for ever: kept before the first byte is sent and repeated unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HostTrace {
    /// DE 11, 1 to 999999, unique at this till and day.
    pub stan: u32,
    /// DE 37, twelve characters: our idempotency key together with DE 11, 41, 12 and 13.
    pub rrn: String,
    /// DE 12 and 13: the local time of the **sale**, never changed when it is sent later.
    pub sold_at: DateTime<FixedOffset>,
    /// DE 7: the time this request was first sent, in UTC on the wire. A reversal repeats it in DE 90.
    pub sent_at: DateTime<FixedOffset>,
}

impl HostTrace {
    /// The identity of a new request: its retrieval number is made of the day, the till and the STAN.
    #[must_use]
    pub fn new(stan: u32, till: u8, sold_at: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> Self {
        let rrn = format!("{}{till:02}{stan:06}", now.format("%y%j").to_string().get(1..).unwrap_or("0000"));
        Self { stan, rrn, sold_at, sent_at: now }
    }
}

/// A purchase asked of the host (0200), at once or deferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRequest {
    /// Ours.
    pub payment: PaymentId,
    /// The identity of this request.
    pub trace: HostTrace,
    /// DE 4 and 49.
    pub amount: Money,
    /// DE 63: the compact JWE that holds number and expiry. There is no DE 2 and no DE 14.
    pub sealed: String,
    /// Whether the sale was made earlier without the host.
    pub deferred: bool,
}

/// Undoing a request whose answer never came (0420), or taking an approval back (0400).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReversalRequest {
    /// Ours.
    pub payment: PaymentId,
    /// The request to undo: DE 37, 12, 13 and, in DE 90, its STAN and time.
    pub original: HostTrace,
    /// DE 11 of the reversal itself.
    pub stan: u32,
    /// DE 7 of the reversal itself.
    pub sent_at: DateTime<FixedOffset>,
    /// DE 4 and 49 of the original.
    pub amount: Money,
    /// DE 63 of the original.
    pub sealed: String,
    /// The original told of an approval by voice (0220) and asked for none (0200): so DE 90 names it.
    pub by_voice: bool,
    /// Whether an earlier 0420 of this went unanswered (then it is sent as 0421).
    pub repeat: bool,
}

/// The code that the card's bank says on the telephone: one to six letters and digits (ISO 8583 DE 38).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApprovalCode(String);

/// The most letters and digits of an [`ApprovalCode`].
pub const APPROVAL_CODE_CHARS_MAX: usize = 6;

/// A text that is no [`ApprovalCode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an approval code must be 1 to {APPROVAL_CODE_CHARS_MAX} letters and digits (ISO 8583 DE 38)")]
pub struct NoApprovalCode;

impl std::str::FromStr for ApprovalCode {
    type Err = NoApprovalCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=APPROVAL_CODE_CHARS_MAX).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(NoApprovalCode)
        }
    }
}

impl TryFrom<String> for ApprovalCode {
    type Error = NoApprovalCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ApprovalCode> for String {
    fn from(code: ApprovalCode) -> Self {
        code.0
    }
}

impl std::fmt::Display for ApprovalCode {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// What the host said when it was told of an approval on the telephone (0220).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdviceAnswer {
    /// It has it, now or from before (94).
    Delivered,
    /// It will not take it: a person must look.
    Refused {
        /// DE 39.
        code: String,
    },
    /// Not delivered yet; it has to be sent again, as a repeat, until there is an answer.
    NotYet {
        /// Why.
        fault: HostFault,
    },
}

/// What the host said to a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum HostAnswer {
    /// Approved in full.
    Approved {
        /// DE 38.
        approval_code: String,
    },
    /// Approved, but for a part of what was asked for only (10). It is undone at once: the goods cost all of it.
    ApprovedInPart {
        /// What it would have paid.
        part: Money,
    },
    /// Refused for good: the code is in the hard class (41, 14 …).
    DeclinedHard {
        /// DE 39.
        code: String,
    },
    /// Refused for now; it may be asked again later (51, 61 …).
    DeclinedSoft {
        /// DE 39.
        code: String,
    },
    /// The host or the issuer could not work on it (91, 96 …): says nothing of the card, counts against the host.
    NotNow {
        /// DE 39.
        code: String,
    },
    /// The host says our message is wrong (30, 58 …): sending it again helps nobody.
    Misunderstood {
        /// DE 39, or what was wrong with the answer.
        code: String,
    },
    /// Nothing was sent: no connection. The card was certainly not charged.
    NotSent {
        /// Why.
        fault: HostFault,
    },
    /// The request was sent and no answer came: the card may have been charged.
    Unknown {
        /// What was seen instead of an answer.
        fault: HostFault,
    },
}

/// What the host said to a reversal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum ReversalAnswer {
    /// The original is undone, or was never booked.
    Reversed,
    /// The host refuses the reversal: a person must look.
    Refused {
        /// DE 39.
        code: String,
    },
    /// No answer; it has to be sent again until there is one.
    NoAnswer {
        /// Why.
        fault: HostFault,
    },
}

/// What one echo (0800, DE 70 = 301) said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostEcho {
    /// 0810 with DE 39 = 00.
    Alive,
    /// Something else.
    Failed {
        /// What.
        fault: HostFault,
    },
}

/// What went wrong between the till and the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostFault {
    /// The machine answered and refused: the host's program is not running.
    Refused,
    /// No way there: no carrier, no address, no route.
    Unreachable,
    /// The connection broke.
    ConnectionLost,
    /// Nothing came in time.
    TimedOut,
    /// Whoever answers there does not prove to be the host: another certificate, or no TLS. Nothing was sent to it.
    NotTrusted,
    /// The answer does not follow ISO 8583, or is not an answer to what was asked.
    Protocol,
    /// It answered, with a code other than 00 to an echo.
    Unwilling,
    /// It says that it had this very request before (94), and not what became of it.
    Repeated,
}

/// What one probe of the line (the shop's way to the internet) said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineReport {
    /// The anchor could be reached.
    Up,
    /// It could not.
    Down {
        /// No carrier or no route is certain at once; silence is not.
        hard: bool,
    },
}

/// How many of the last answers are looked at for the banks behind the host.
pub const ISSUER_ANSWERS: usize = 20;
/// Fewer answers than this say nothing of them.
const ISSUER_ANSWERS_MIN: usize = 5;

/// What the last answers of the host say of the banks behind it: codes 91, 92 and 96 of ISO 8583 DE 39 mean that the
/// card's bank could not be asked. Refusals such as 51 and 05 are answers of that bank.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct IssuerAnswers(VecDeque<bool>);

impl IssuerAnswers {
    /// Notes one answer; those that say nothing of the card's bank are not counted.
    pub fn note(&mut self, answer: &HostAnswer) {
        let asked = match answer {
            HostAnswer::Approved { .. }
            | HostAnswer::ApprovedInPart { .. }
            | HostAnswer::DeclinedHard { .. }
            | HostAnswer::DeclinedSoft { .. } => true,
            HostAnswer::NotNow { code } => {
                if !matches!(code.as_str(), "91" | "92" | "96") {
                    return;
                }
                false
            }
            HostAnswer::Misunderstood { .. } | HostAnswer::NotSent { .. } | HostAnswer::Unknown { .. } => return,
        };
        if self.0.len() == ISSUER_ANSWERS {
            self.0.pop_front();
        }
        self.0.push_back(asked);
    }

    /// The share of them that could not be asked.
    #[must_use]
    pub fn share(&self) -> IssuerShare {
        IssuerShare { not_asked: self.0.iter().filter(|asked| !**asked).count(), answers: self.0.len() }
    }
}

/// How many of the last answers said that the card's bank could not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct IssuerShare {
    /// Those.
    pub not_asked: usize,
    /// All.
    pub answers: usize,
}

impl IssuerShare {
    /// Whether there are enough answers to judge by, and at least half of them say so.
    #[must_use]
    pub fn is_failing(self) -> bool {
        self.answers >= ISSUER_ANSWERS_MIN && self.not_asked * 2 >= self.answers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreachable_banks_are_counted_and_refusals_are_answers() {
        let mut answers = IssuerAnswers::default();
        let refused = || HostAnswer::DeclinedSoft { code: "51".to_owned() };
        let not_now = |code: &str| HostAnswer::NotNow { code: code.to_owned() };
        for _ in 0..4 {
            answers.note(&not_now("91"));
        }
        assert!(!answers.share().is_failing(), "four answers are too few");
        answers.note(&not_now("96"));
        assert_eq!(answers.share(), IssuerShare { not_asked: 5, answers: 5 });
        assert!(answers.share().is_failing());
        for _ in 0..6 {
            answers.note(&refused());
        }
        assert_eq!(answers.share(), IssuerShare { not_asked: 5, answers: 11 });
        assert!(!answers.share().is_failing());
        for ignored in [
            not_now("90"),
            HostAnswer::Unknown { fault: HostFault::TimedOut },
            HostAnswer::Misunderstood { code: "30".to_owned() },
        ] {
            answers.note(&ignored);
        }
        assert_eq!(answers.share().answers, 11);
        for _ in 0..30 {
            answers.note(&refused());
        }
        assert_eq!(answers.share(), IssuerShare { not_asked: 0, answers: ISSUER_ANSWERS });
    }
}
