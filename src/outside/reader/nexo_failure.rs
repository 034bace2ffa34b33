//! Why a question to a reader has no answer, and what that means for a probe and for a payment.

use super::nexo_answer::AnswerError;
use super::nexo_post::PostError;
use super::nexo_secure::SecureError;
use super::nexo_settings::NexoSettingsError;
use crate::domain::outage::ReaderCause;
use crate::domain::reader::{ReaderFault, ReaderOutcome, ReaderReport};

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the request cannot be written as JSON")]
    NotWritable,
    #[error(transparent)]
    Settings(#[from] NexoSettingsError),
    /// Before anything was sent.
    #[error(transparent)]
    Seal(SecureError),
    #[error(transparent)]
    Post(#[from] PostError),
    #[error(transparent)]
    Open(SecureError),
    #[error("the reader did not accept the message: {0}")]
    Rejected(String),
    #[error(transparent)]
    Answer(#[from] AnswerError),
}

impl Failure {
    pub(super) const fn nothing_was_sent(&self) -> bool {
        match self {
            Self::NotWritable | Self::Settings(_) | Self::Seal(_) => true,
            Self::Post(error) => error.nothing_was_sent(),
            Self::Open(_) | Self::Rejected(_) | Self::Answer(_) => false,
        }
    }

    /// In the domain's words.
    pub(super) const fn fault(&self) -> ReaderFault {
        match self {
            Self::Post(PostError::NotConnected | PostError::ConnectTimedOut | PostError::HandshakeLost) => {
                ReaderFault::Unreachable
            }
            Self::Post(PostError::ConnectionLost) => ReaderFault::ConnectionLost,
            Self::Post(PostError::AnswerTimedOut) => ReaderFault::TimedOut,
            Self::Post(PostError::NotHttp | PostError::Tls(_))
            | Self::NotWritable
            | Self::Settings(_)
            | Self::Seal(_)
            | Self::Open(_)
            | Self::Rejected(_)
            | Self::Answer(_) => ReaderFault::Protocol,
        }
    }
}

/// What a payment without an answer is: unknown, unless surely nothing was sent.
pub(super) fn payment_failed(failure: &Failure, fault: ReaderFault) -> ReaderOutcome {
    if failure.nothing_was_sent() { ReaderOutcome::NotCharged { fault } } else { ReaderOutcome::Unknown { fault } }
}

/// What a probe without an answer says.
///
/// A refused connection is certain: nothing runs at the reader's address. So is a certificate that is not the reader's,
/// for it does not change from one probe to the next. A connection that breaks is not, although it is an event and no
/// silence: the reader's program ended just then, and whether it is gone or only restarting is what the next probe finds
/// out, by a refusal or an answer. So one broken connection alone closes nothing, and a reader that is really gone costs
/// one more probe.
pub(super) fn probe_failed(failure: &Failure) -> ReaderReport {
    let (cause, hard) = match failure {
        Failure::Post(PostError::NotConnected) => (ReaderCause::NotConnected, true),
        Failure::Post(
            PostError::ConnectTimedOut
            | PostError::HandshakeLost
            | PostError::ConnectionLost
            | PostError::AnswerTimedOut,
        ) => (ReaderCause::NoAnswer, false),
        Failure::Post(PostError::Tls(_)) | Failure::Settings(_) => (ReaderCause::SoftwareFault, true),
        Failure::Post(PostError::NotHttp)
        | Failure::NotWritable
        | Failure::Seal(_)
        | Failure::Open(_)
        | Failure::Rejected(_)
        | Failure::Answer(_) => (ReaderCause::SoftwareFault, false),
    };
    ReaderReport::Faulty { cause, hard }
}
