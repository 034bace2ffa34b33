//! Where a terminal is, how to speak to it and how long to wait; and what its end of day said.

use std::net::SocketAddr;
use std::time::Duration;

use crate::domain::money::Currency;
use crate::domain::reader::ReaderFault;
use crate::zvt::{Password, commands};

/// The port of the protocol (PA00P016).
pub const ZVT_PORT: u16 = 20_007;

/// Where the terminal is and how to speak to it. Holds the password, so it can be neither shown nor copied.
pub struct ZvtSettings {
    /// The terminal's address; an address and not a name, for a name needs a network that may be down.
    pub address: SocketAddr,
    /// Its password, from a file.
    pub password: Password,
    /// The currency to register with; payments in another are refused.
    pub currency: Currency,
    /// What till and terminal may do, bits of [`commands::config`]. By itself the terminal prints its own receipts, and
    /// payments can be started on it by hand: that is a shop's last resort.
    pub config: u8,
    /// Whether a payment carries our service id as its reference number (tag E9): where the terminal repeats it, the
    /// status of a lost payment is certain. Terminals older than 13.10 may refuse it.
    pub send_reference: bool,
    /// How long to wait.
    pub timeouts: ZvtTimeouts,
}

/// The config byte when none is set: the terminal says what it is doing.
pub const CONFIG_DEFAULT: u8 = commands::config::INTERMEDIATE_STATUS;

/// The bounds.
#[derive(Clone, Copy, Debug)]
pub struct ZvtTimeouts {
    /// For the connection, in every method; a terminal is in the same room, so a second is long.
    pub connect: Duration,
    /// For a whole probe.
    pub probe: Duration,
    /// For the first word of an answer, in every other method.
    pub first: Duration,
    /// For a whole payment: the customer's time and the host's.
    pub payment: Duration,
    /// For each word of a terminal that was told to stop a payment: it answers at once, unless its host is at work.
    pub stop: Duration,
    /// For a whole question for the status.
    pub status: Duration,
    /// For a reversal, a diagnosis and an end of day.
    pub long: Duration,
}

impl Default for ZvtTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(1),
            probe: Duration::from_secs(2),
            first: Duration::from_secs(3),
            payment: Duration::from_secs(130),
            stop: Duration::from_secs(10),
            status: Duration::from_secs(5),
            long: Duration::from_mins(2),
        }
    }
}

/// What an end of day said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZvtDayEnd {
    /// The terminal's day is with its host.
    Closed {
        /// All of it, in minor units, where the terminal says so.
        total_minor: Option<u64>,
        /// The number of payments, where the terminal says so.
        payments: Option<u32>,
    },
    /// Not closed, with the terminal's reason.
    Refused {
        /// The result code.
        code: u8,
    },
    /// No answer: it may be closed or not.
    Unknown {
        /// What was seen instead of an answer.
        fault: ReaderFault,
    },
}
