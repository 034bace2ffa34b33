//! The acquirer's host over TCP.
//!
//! Each request has a connection of its own: slower by one handshake than a kept connection, but an answer can then
//! never be taken for that of an earlier request, and a connection that died unnoticed cannot swallow one. Time is
//! bounded for the whole of a step, not for each read, so that a host that dribbles bytes gains nothing by it.
//! The line is encrypted by TLS with a pinned root, or below by the shop's tunnel to the acquirer; the card itself is
//! sealed in any case.

mod connection;
mod contract;
pub mod open;

use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, Local};

use crate::domain::host::{
    AdviceAnswer, ApprovalCode, CardRequest, HostAnswer, HostEcho, HostFault, ReversalAnswer, ReversalRequest,
};
use crate::domain::ladder::{Evidence, Found, NotTried, TlsTrouble};
use crate::domain::reader::HoldEnd;
use crate::iso8583::{
    Batch, Dialect, Message, RequestError, Terminal, TotalsAnswer, UploadAnswer, advice, batch_totals, batch_upload,
    de, echo, purchase, read_advice_answer, read_echo_answer, read_purchase_answer, read_reversal_answer,
    read_totals_answer, read_upload_answer, read_void_answer, reversal, sign_on, void,
};
use crate::outside::hold::hold_open;

use self::connection::{Connection, NoConnection};
pub use self::connection::{HostTls, HostTlsError};
pub use self::contract::Host;

/// How long finding the address, connecting and the TLS handshake may take together.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the answer to a purchase or reversal may take, from the first byte that is sent.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the answer to an echo may take at most: a host that needs longer is not there for a customer.
pub const ECHO_TIMEOUT: Duration = Duration::from_secs(10);

/// The host, reached over TCP. All calls block up to the time-outs; they belong on a worker thread.
#[derive(Clone, Debug)]
pub struct TcpHost {
    address: String,
    terminal: Terminal,
    dialect: Dialect,
    sign_on: bool,
    tls: Option<HostTls>,
    connect_timeout: Duration,
    answer_timeout: Duration,
}

/// Why there is no answer, and whether the host may have received anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Failure {
    sent: bool,
    fault: HostFault,
}

impl Failure {
    const fn before_sending(fault: HostFault) -> Self {
        Self { sent: false, fault }
    }

    const fn after_sending(fault: HostFault) -> Self {
        Self { sent: true, fault }
    }
}

impl TcpHost {
    /// The host at an address such as `acquirer.example:8583`, with the usual time-outs.
    #[must_use]
    pub const fn new(address: String, terminal: Terminal) -> Self {
        Self {
            address,
            terminal,
            dialect: Dialect::ASCII_1987,
            sign_on: false,
            tls: None,
            connect_timeout: CONNECT_TIMEOUT,
            answer_timeout: ANSWER_TIMEOUT,
        }
    }

    /// The same host with other time-outs.
    #[must_use]
    pub const fn with_timeouts(mut self, connect: Duration, answer: Duration) -> Self {
        self.connect_timeout = connect;
        self.answer_timeout = answer;
        self
    }

    /// The same host in its dialect; with `sign_on` it wants one first on every connection.
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect, sign_on: bool) -> Self {
        (self.dialect, self.sign_on) = (dialect, sign_on);
        self
    }

    /// The same host, under TLS.
    #[must_use]
    pub fn with_tls(mut self, tls: HostTls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// How the acquirer registered this till.
    #[must_use]
    pub const fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    fn exchange(&self, request: Result<Message, RequestError>, patience: Duration) -> Result<Message, Failure> {
        let unsendable = || Failure::before_sending(HostFault::Protocol);
        let request = request.map_err(|_| unsendable())?;
        let framed = self.framed(&request).ok_or_else(unsendable)?;
        let connection = Connection::open(&self.address, self.tls.as_ref(), self.connect_timeout);
        let mut connection = connection.map_err(|error| Failure::before_sending(error.fault()))?;
        if self.sign_on {
            connection.set_deadline(Instant::now() + patience.min(ECHO_TIMEOUT));
            self.sign_on(&request, &mut connection).map_err(Failure::before_sending)?;
        }
        connection.set_deadline(Instant::now() + patience);
        // From here on every failure counts as sent: that a write failed does not prove that nothing left the machine.
        connection.send(&framed).map_err(Failure::after_sending)?;
        let answer = connection.receive(self.dialect.envelope).map_err(Failure::after_sending)?;
        Message::decode(&answer, &self.dialect).map_err(|_| Failure::after_sending(HostFault::Protocol))
    }

    /// Says who we are on a new connection, with the trace number of the request that follows: only message type and
    /// trace number together name a message. As long as the host has not taken it, nothing was asked of it.
    fn sign_on(&self, request: &Message, connection: &mut Connection) -> Result<(), HostFault> {
        let number = request.field(de::STAN).and_then(|stan| stan.parse().ok()).ok_or(HostFault::Protocol)?;
        let message = sign_on(number, &Local::now().fixed_offset(), &self.terminal);
        let framed = message.ok().and_then(|message| self.framed(&message)).ok_or(HostFault::Protocol)?;
        connection.send(&framed)?;
        let answer = connection.receive(self.dialect.envelope)?;
        let answer = Message::decode(&answer, &self.dialect).map_err(|_| HostFault::Protocol)?;
        match read_echo_answer(&answer, number) {
            HostEcho::Alive => Ok(()),
            HostEcho::Failed { fault } => Err(fault),
        }
    }

    fn framed(&self, message: &Message) -> Option<Vec<u8>> {
        let bytes = message.encode(&self.dialect).ok()?;
        self.dialect.envelope.frame(&bytes).ok()
    }
}

impl Host for TcpHost {
    fn echo(&self, stan: u32, at: &DateTime<FixedOffset>) -> HostEcho {
        match self.exchange(echo(stan, at, &self.terminal), self.answer_timeout.min(ECHO_TIMEOUT)) {
            Ok(answer) => read_echo_answer(&answer, stan),
            Err(Failure { fault, .. }) => HostEcho::Failed { fault },
        }
    }

    fn tls(&self, bound: Duration) -> Found {
        let Some(tls) = &self.tls else { return Found::NotTried(NotTried::NoSuchPart) };
        match Connection::open(&self.address, Some(tls), bound) {
            Ok(_) => Found::Good(Evidence::TlsStands),
            Err(NoConnection::Tcp(_)) => Found::Bad(Evidence::TlsFails(TlsTrouble::NoAnswer)),
            Err(NoConnection::Tls(fault)) => Found::Bad(Evidence::TlsFails(fault.trouble())),
        }
    }

    fn hold(&self, connect: Duration, bound: Duration) -> HoldEnd {
        let until = Instant::now() + bound;
        match Connection::open(&self.address, self.tls.as_ref(), connect) {
            Ok(connection) => hold_open(connection.into_socket(), until),
            Err(_) => HoldEnd::NotConnected,
        }
    }

    fn authorise(&self, request: &CardRequest) -> HostAnswer {
        match self.exchange(purchase(request, &self.terminal, &self.dialect), self.answer_timeout) {
            Ok(answer) => read_purchase_answer(&answer, request, &self.terminal),
            Err(Failure { sent: false, fault }) => HostAnswer::NotSent { fault },
            Err(Failure { sent: true, fault }) => HostAnswer::Unknown { fault },
        }
    }

    fn reverse(&self, request: &ReversalRequest) -> ReversalAnswer {
        match self.exchange(reversal(request, &self.terminal, &self.dialect), self.answer_timeout) {
            Ok(answer) => read_reversal_answer(&answer, request, &self.terminal),
            Err(Failure { fault, .. }) => ReversalAnswer::NoAnswer { fault },
        }
    }

    fn void(&self, request: &ReversalRequest) -> ReversalAnswer {
        match self.exchange(void(request, &self.terminal, &self.dialect), self.answer_timeout) {
            Ok(answer) => read_void_answer(&answer, request, &self.terminal, self.dialect.void),
            Err(Failure { fault, .. }) => ReversalAnswer::NoAnswer { fault },
        }
    }

    fn advise(&self, request: &CardRequest, code: &ApprovalCode, repeat: bool) -> AdviceAnswer {
        let message = advice(request, code, repeat, &self.terminal, &self.dialect);
        match self.exchange(message, self.answer_timeout) {
            Ok(answer) => read_advice_answer(&answer, request, &self.terminal),
            Err(Failure { fault, .. }) => AdviceAnswer::NotYet { fault },
        }
    }

    fn total(&self, batch: &Batch) -> TotalsAnswer {
        match self.exchange(batch_totals(batch, &self.terminal, &self.dialect), self.answer_timeout) {
            Ok(answer) => read_totals_answer(&answer, batch, &self.terminal),
            Err(Failure { fault, .. }) => TotalsAnswer::NoAnswer { fault },
        }
    }

    fn upload(&self, sold: &CardRequest, approval: (&str, bool), batch: &Batch) -> UploadAnswer {
        let message = batch_upload(sold, approval, batch, &self.terminal, &self.dialect);
        match self.exchange(message, self.answer_timeout) {
            Ok(answer) => read_upload_answer(&answer, sold, batch, &self.terminal),
            Err(Failure { fault, .. }) => UploadAnswer::NoAnswer { fault },
        }
    }
}

#[cfg(test)]
mod tests;
