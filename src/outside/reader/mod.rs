//! The reader at the till: the contract every driver keeps, and the drivers.
//!
//! A driver turns one maker's protocol into the words of [`crate::domain::reader`]; nothing above it knows the
//! protocol. [`NexoReader`] is the first, [`ZvtReader`] the second. A reader that cannot be asked has no driver: the
//! settings say so, and the cashier reports it by hand.

mod nexo;
mod nexo_amount;
mod nexo_answer;
mod nexo_details;
mod nexo_diagnosis;
mod nexo_events;
mod nexo_failure;
mod nexo_ids;
mod nexo_key;
pub mod nexo_message;
mod nexo_payment;
pub mod nexo_payment_message;
mod nexo_post;
mod nexo_response;
mod nexo_reversal;
mod nexo_secure;
pub mod nexo_session_message;
mod nexo_settings;
mod nexo_tls;
mod nexo_tls_transport;
pub mod open;
pub mod pcsc;
mod zvt;
mod zvt_gate;
mod zvt_last;
mod zvt_link;
mod zvt_meaning;
mod zvt_settings;
mod zvt_talk;

use std::time::Duration;

use chrono::{DateTime, FixedOffset};

pub use self::nexo::NexoReader;
pub use self::nexo_amount::AmountNumber;
pub use self::nexo_details::{PrinterState, ReaderDetails};
pub use self::nexo_events::{EventError, NexoEventSettings, NexoEvents};
pub use self::nexo_ids::OWN_SERVICE_ID_PREFIX;
pub use self::nexo_key::{NexoKey, NexoKeyError};
pub(crate) use self::nexo_post::{PostTarget, post};
pub use self::nexo_secure::{SecureError, open as open_sealed, seal};
pub use self::nexo_settings::{NexoSettings, NexoSettingsError, NexoTimeouts};
pub use self::nexo_tls::{CertificateNames, NexoTls, event_tls};
pub use self::zvt::ZvtReader;
pub use self::zvt_settings::{CONFIG_DEFAULT, ZVT_PORT, ZvtDayEnd, ZvtSettings, ZvtTimeouts};
use crate::domain::reader::{HoldEnd, ReaderOutcome, ReaderPayment, ReaderReport, ReaderReversal};

/// What a whole diagnosis said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderDiagnosis {
    /// How the reader is, and whether it reaches its host.
    pub report: ReaderReport,
    /// What else it says of itself; `None` when it did not answer, or its protocol has no words for more.
    pub details: Option<ReaderDetails>,
}

/// A reader that can be asked.
///
/// Every method blocks its caller and returns within the bound that its driver's settings name, whatever the reader
/// does: the threads that call it are workers, never the screen's. The methods may be called from several threads at
/// once; [`Reader::abort`] is only useful that way.
pub trait Reader: Send + Sync {
    /// Asks the reader how it is. Changes nothing in it and shows nothing to the customer.
    fn probe(&self, at: DateTime<FixedOffset>) -> ReaderReport;

    /// Lets the reader look at all its parts and try to reach its own acquirers. Takes many seconds, and a ZVT terminal
    /// may print: only a person asks for it. The probe of every few seconds does without.
    fn diagnose(&self, at: DateTime<FixedOffset>) -> ReaderDiagnosis;

    /// Asks the reader to take a payment, and waits for the customer.
    ///
    /// The caller has stored the request with its service id before, and calls this once per service id: a second
    /// call is not a question but a second charge. Whenever a byte may have reached the reader and no answer came that
    /// speaks of this payment, the outcome is [`ReaderOutcome::Unknown`] and [`Reader::status`] has to be asked.
    /// [`ReaderOutcome::NotCharged`] is returned only when surely nothing was sent, or when the reader itself says so.
    fn pay(&self, request: &ReaderPayment) -> ReaderOutcome;

    /// Asks the reader what became of a payment that was asked before under the same service id.
    ///
    /// May be called any number of times. A reader that cannot be reached leaves the outcome
    /// [`ReaderOutcome::Unknown`], even when not a byte was sent: the payment was sent earlier.
    fn status(&self, request: &ReaderPayment) -> ReaderOutcome;

    /// Asks the reader to give up a payment that [`Reader::pay`] is waiting for on another thread.
    ///
    /// A wish, not a verdict: what became of the payment is still what `pay` returns, and that may be an approval.
    fn abort(&self, request: &ReaderPayment);

    /// Asks the reader to take back a payment it approved; `transaction` is what it approved it under
    /// ([`ReaderOutcome::Approved`]). The caller asks only for payments that are charged, and again only after
    /// [`ReaderReversal::Unknown`].
    fn reverse(&self, request: &ReaderPayment, transaction: &str) -> ReaderReversal;

    /// Holds a connection to the idle reader until the reader ends it, at most for `bound`.
    ///
    /// This is how a pulled plug is noticed at once and not at the next probe. It sends nothing that the reader would
    /// have to answer.
    fn hold(&self, bound: Duration) -> HoldEnd;
}
