//! An acquirer's host that speaks the real protocol on a real socket, for the demo and the tests.
//!
//! It keeps a book of its own, so that a day's sales can be compared with what the acquirer thinks happened: nothing
//! lost, nothing charged twice. Its faults are switched on through [`HostControls`] while it runs.

mod approval;
mod batch;
mod command;
mod fate;
mod ledger;
mod server;
mod unseal;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use self::ledger::Ledger;
use self::server::{Shared, lock};
use crate::iso8583::Dialect;
use crate::simulator::certificate::SimulatedCertificate;

pub use self::command::COMMANDS;
pub use self::fate::{FATES_MAX, HostFate};
pub use self::ledger::{BOOKINGS_MAX, HostBooking, HostRules};
pub use self::unseal::{HostKey, OpenedCard, UnsealError};

/// A running host. It stops, and its port is closed, when it is dropped.
pub struct HostSimulator {
    controls: HostControls,
}

/// How a host is spoken to.
#[derive(Debug)]
pub struct HostWays<'a> {
    /// Under TLS with this certificate, if there is one.
    pub certificate: Option<&'a SimulatedCertificate>,
    /// Its way of speaking ISO 8583.
    pub dialect: Dialect,
    /// Whether it wants a sign-on first on every connection; without one it hangs up.
    pub sign_on: bool,
}

impl Default for HostWays<'_> {
    fn default() -> Self {
        Self { certificate: None, dialect: Dialect::ASCII_1987, sign_on: false }
    }
}

/// The switches of a running host. Clones steer the same host.
#[derive(Clone)]
pub struct HostControls {
    shared: Arc<Shared>,
}

impl HostSimulator {
    /// Starts a host on 127.0.0.1. Port 0 takes any free one: [`HostSimulator::address`] says which.
    ///
    /// # Errors
    ///
    /// The port cannot be bound, or the system gives no thread.
    pub fn start(port: u16, key: HostKey, rules: HostRules) -> io::Result<Self> {
        Self::start_with(port, key, rules, HostWays::default())
    }

    /// The same, spoken to in other ways.
    ///
    /// # Errors
    ///
    /// The port cannot be bound, or the system gives no thread.
    pub fn start_with(port: u16, key: HostKey, rules: HostRules, ways: HostWays<'_>) -> io::Result<Self> {
        let shared = Shared::start(port, Ledger::new(key, rules, &ways.dialect), &ways)?;
        Ok(Self { controls: HostControls { shared } })
    }

    /// Where it listens. The port stays the same when listening is switched off and on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.controls.shared.address
    }

    /// The switches.
    #[must_use]
    pub fn controls(&self) -> HostControls {
        self.controls.clone()
    }

    /// Every purchase the host could read, in the order in which they came, refused ones too.
    #[must_use]
    pub fn book(&self) -> Vec<HostBooking> {
        lock(&self.controls.shared.ledger).book()
    }

    /// The public key cards are to be sealed to, as a JWK.
    #[must_use]
    pub fn public_jwk(&self) -> String {
        lock(&self.controls.shared.ledger).public_jwk()
    }
}

impl Drop for HostSimulator {
    fn drop(&mut self) {
        // Closing cannot fail; only opening can.
        let _ = self.controls.set_listening(false);
    }
}

impl HostControls {
    /// The host's program runs (`true`) or not: then connections end and new ones are refused.
    ///
    /// # Errors
    ///
    /// The port was taken by somebody else in the meantime.
    pub fn set_listening(&self, open: bool) -> io::Result<()> {
        self.shared.set_listening(open)
    }

    /// The line to the host is cut: connections end, and new ones end at once.
    pub fn cut(&self, on: bool) {
        self.shared.faults.cut.store(on, Ordering::SeqCst);
        if on {
            self.shared.end_connections();
        }
    }

    /// The host accepts connections and requests, but neither works on them nor answers.
    pub fn hang(&self, on: bool) {
        self.shared.faults.hang.store(on, Ordering::SeqCst);
    }

    /// One more purchase or reversal is booked, and then the connection ends without an answer.
    pub fn lose_next_answer(&self) {
        self.shared.faults.answers_to_lose.fetch_add(1, Ordering::SeqCst);
    }

    /// What becomes of the next answer to a purchase or reversal that nobody has spoken for yet; says whether there was
    /// room to note it.
    #[must_use]
    pub fn next_answer(&self, fate: HostFate) -> bool {
        self.shared.faults.fates.push(fate)
    }

    /// The last purchase that it charged is not in its book any more: its totals differ from the till's.
    pub fn forget_last(&self) {
        lock(&self.shared.ledger).forget_last();
    }

    /// The next new purchase is answered with this code (DE 39), whatever the rules say.
    pub fn answer_next_with(&self, code: &str) {
        lock(&self.shared.ledger).answer_next_with(code);
    }
}

#[cfg(test)]
pub(crate) mod tests;
