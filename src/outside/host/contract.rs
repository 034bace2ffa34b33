//! What an acquirer's host can be asked, whatever it speaks. ISO 8583 over TCP is one such host.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};

use crate::domain::host::{
    AdviceAnswer, ApprovalCode, CardRequest, HostAnswer, HostEcho, ReversalAnswer, ReversalRequest,
};
use crate::domain::ladder::Found;
use crate::domain::reader::HoldEnd;
use crate::iso8583::{Batch, TotalsAnswer, UploadAnswer};

/// The acquirer's host. All calls block, each up to a bound of its own; they belong on a worker thread. Each asks once:
/// what follows from an answer that did not come is the caller's to decide.
pub trait Host: fmt::Debug + Send + Sync {
    /// Asks whether the host's program is there.
    fn echo(&self, stan: u32, at: &DateTime<FixedOffset>) -> HostEcho;

    /// Whether the encrypted connection stands; not tried where the line is encrypted below.
    fn tls(&self, bound: Duration) -> Found;

    /// Holds an idle connection for at most `bound`, to hear at once when it ends. The handshake is made first: a host
    /// ends connections that do not begin one.
    fn hold(&self, connect: Duration, bound: Duration) -> HoldEnd;

    /// Asks for a purchase, at once or deferred.
    fn authorise(&self, request: &CardRequest) -> HostAnswer;

    /// Undoes a purchase whose answer never came.
    fn reverse(&self, request: &ReversalRequest) -> ReversalAnswer;

    /// Takes an approved purchase back on its day.
    fn void(&self, request: &ReversalRequest) -> ReversalAnswer;

    /// Tells of a purchase that the card's bank approved on the telephone.
    fn advise(&self, request: &CardRequest, code: &ApprovalCode, repeat: bool) -> AdviceAnswer;

    /// Sends the totals of a batch.
    fn total(&self, batch: &Batch) -> TotalsAnswer;

    /// Sends one approved purchase of a batch that is out of balance: with its code, and whether that was said by voice.
    fn upload(&self, sold: &CardRequest, approval: (&str, bool), batch: &Batch) -> UploadAnswer;
}
