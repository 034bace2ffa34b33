//! What was seen on a rung, in values that each language has its own words for.

use crate::domain::contacts::ContactsVerdict;
use crate::domain::host::IssuerShare;
use crate::domain::outage::ReaderCause;

/// What trying a rung found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It works.
    Good(Evidence),
    /// It does not.
    Bad(Evidence),
    /// It was tried and says nothing for certain.
    Unclear(Evidence),
    /// It was not tried.
    NotTried(NotTried),
}

/// Why a rung was not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTried {
    /// The shop has no such part: no reader that can be asked, no host, no second anchor.
    NoSuchPart,
    /// The other end is on this machine, so there is no network in between.
    SameMachine,
    /// A rung below it failed.
    BelowFailed,
    /// The reader is busy with a customer.
    ReaderBusy,
    /// This system does not say.
    NotKnownHere,
}

/// What was seen, for people; addresses and names as they are configured.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are what their names say, times in the unit of their suffix")]
pub enum Evidence {
    /// All workers answer, the disk took a write, the clock runs evenly.
    TillWell { disk_ms: u64 },
    /// A worker has been at one job for longer than it may.
    WorkerStuck { worker: &'static str, seconds: u64 },
    /// The data folder does not take a write.
    DiskRefuses { why: String },
    /// The clock of the system was set while the till ran.
    ClockJumped { seconds: i64 },

    /// The reader's service runs.
    ServiceRuns,
    /// It does not run.
    ServiceStopped,
    /// It does not answer.
    ServiceHung,
    /// It is not installed.
    ServiceMissing,

    /// A connection was made.
    Connected { to: String, ms: u64 },
    /// The machine is there and refuses.
    Refused { by: String },
    /// Nothing came back.
    Silent { from: String, ms: u64 },
    /// The system knows no way there.
    NoRoute { to: String },
    /// The system lists the reader.
    ReaderListed,
    /// It does not.
    ReaderNotListed,

    /// The reader says that it is well, and, where it can, how many payments it has stored by itself and not sent yet.
    ReaderSaysWell { stored: Option<u32> },
    /// It works on something else.
    ReaderSaysBusy,
    /// It says what is wrong with it, or says nothing at all.
    ReaderFault(ReaderCause),

    /// What the last cards did.
    Cards(ContactsVerdict),

    /// There is a link.
    LinkUp { interface: String },
    /// There is none.
    NoLink,
    /// The till has an address on the way there.
    HasAddress { address: String },
    /// It has none.
    NoAddress,
    /// The router answers.
    GatewayAnswers { address: String },
    /// It does not.
    GatewaySilent { address: String },
    /// The system knows no router.
    NoGateway,
    /// The name was looked up.
    NameFound { name: String },
    /// It was not.
    NameNotFound { name: String },

    /// The encrypted connection stands.
    TlsStands,
    /// It does not, and why.
    TlsFails(TlsTrouble),
    /// The host answered an echo.
    EchoAnswered { ms: u64 },
    /// It did not, and what came instead.
    EchoFailed { why: &'static str },
    /// How many of the last answers said that the card's bank could not be asked.
    Issuers(IssuerShare),
}

/// Why there is no encrypted connection to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsTrouble {
    /// The certificate comes from another root than the settings name.
    OtherRoot,
    /// It has expired, or the till's clock is ahead.
    Expired,
    /// It is not valid yet, or the till's clock is behind.
    NotYetValid,
    /// It is somebody else's.
    OtherName,
    /// It cannot be used for another reason.
    Unusable,
    /// Whoever answers does not speak TLS, or not the versions that are safe.
    NotTls,
    /// The connection broke, or nothing came in time.
    NoAnswer,
}
