//! The acquirer's host over TCP.
//!
//! Each request has a connection of its own: slower by one handshake than a kept connection, but an answer can then
//! never be taken for that of an earlier request, and a connection that died unnoticed cannot swallow one. Time is
//! bounded for the whole of a step, not for each read, so that a host that dribbles bytes gains nothing by it.
//! Encryption on the line is that of the shop's tunnel to the acquirer; the card itself is sealed in any case.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};

use crate::domain::host::{CardRequest, HostAnswer, HostEcho, HostFault, ReversalAnswer, ReversalRequest};
use crate::domain::ladder::{Found, NotTried};
use crate::iso8583::{
    Dialect, FrameReader, Message, RequestError, Terminal, echo, frame, purchase, read_echo_answer,
    read_purchase_answer, read_reversal_answer, reversal,
};

/// How long finding the address and connecting may take together.
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

    /// How the acquirer registered this till.
    #[must_use]
    pub const fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// Asks whether the host's program is there (0800 with DE 70 = 301).
    #[must_use]
    pub fn echo(&self, stan: u32, at: &DateTime<FixedOffset>) -> HostEcho {
        match self.exchange(echo(stan, at, &self.terminal), self.answer_timeout.min(ECHO_TIMEOUT)) {
            Ok(answer) => read_echo_answer(&answer, stan),
            Err(Failure { fault, .. }) => HostEcho::Failed { fault },
        }
    }

    /// Whether the encrypted connection stands. This host is asked over a line that is encrypted below, or not at all.
    #[must_use]
    pub const fn tls(&self, _bound: Duration) -> Found {
        Found::NotTried(NotTried::NoSuchPart)
    }

    /// Asks for a purchase (0200). It is sent once; what to do without an answer is the caller's to decide.
    #[must_use]
    pub fn authorise(&self, request: &CardRequest) -> HostAnswer {
        match self.exchange(purchase(request, &self.terminal, &self.dialect), self.answer_timeout) {
            Ok(answer) => read_purchase_answer(&answer, request, &self.terminal),
            Err(Failure { sent: false, fault }) => HostAnswer::NotSent { fault },
            Err(Failure { sent: true, fault }) => HostAnswer::Unknown { fault },
        }
    }

    /// Undoes a purchase (0420 or 0421).
    #[must_use]
    pub fn reverse(&self, request: &ReversalRequest) -> ReversalAnswer {
        match self.exchange(reversal(request, &self.terminal), self.answer_timeout) {
            Ok(answer) => read_reversal_answer(&answer, request, &self.terminal),
            Err(Failure { fault, .. }) => ReversalAnswer::NoAnswer { fault },
        }
    }

    fn exchange(&self, request: Result<Message, RequestError>, patience: Duration) -> Result<Message, Failure> {
        let unsendable = || Failure::before_sending(HostFault::Protocol);
        let bytes = request.map_err(|_| unsendable())?.encode(&self.dialect).map_err(|_| unsendable())?;
        let framed = frame(&bytes).map_err(|_| unsendable())?;
        let mut stream = connect(&self.address, self.connect_timeout).map_err(Failure::before_sending)?;
        let deadline = Instant::now() + patience;
        // From here on every failure counts as sent: that a write failed does not prove that nothing left the machine.
        send(&mut stream, &framed, deadline).map_err(Failure::after_sending)?;
        let answer = receive(&mut stream, deadline).map_err(Failure::after_sending)?;
        Message::decode(&answer, &self.dialect).map_err(|_| Failure::after_sending(HostFault::Protocol))
    }
}

/// Connects to the first of the host's addresses that accepts, all within one time-out.
fn connect(address: &str, patience: Duration) -> Result<TcpStream, HostFault> {
    let deadline = Instant::now() + patience;
    let mut fault = HostFault::Unreachable;
    for candidate in resolve(address, patience)? {
        let Some(left) = time_left(deadline) else { return Err(HostFault::TimedOut) };
        match TcpStream::connect_timeout(&candidate, left) {
            Ok(stream) => {
                // Without it the last small packet may wait for an acknowledgement; failing to set it harms nothing.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => fault = connect_fault(error.kind()),
        }
    }
    Err(fault)
}

/// The addresses of a name. The system's resolver has no time-out of its own, so it is asked on a thread that is left
/// behind when it takes too long; it ends with the resolver's answer.
fn resolve(address: &str, patience: Duration) -> Result<Vec<SocketAddr>, HostFault> {
    if let Ok(literal) = address.parse() {
        return Ok(vec![literal]);
    }
    let (sender, receiver) = mpsc::channel();
    let name = address.to_owned();
    let asked = thread::Builder::new().name("resolve host".to_owned()).spawn(move || {
        // The receiver is gone when it took too long: nobody wants the answer then.
        let _ = sender.send(name.to_socket_addrs().map(Vec::from_iter));
    });
    asked.map_err(|_| HostFault::Unreachable)?;
    match receiver.recv_timeout(patience) {
        Ok(found) => found.map_err(|_| HostFault::Unreachable),
        Err(_) => Err(HostFault::TimedOut),
    }
}

/// Sends all bytes.
fn send(stream: &mut TcpStream, bytes: &[u8], deadline: Instant) -> Result<(), HostFault> {
    let mut written = 0;
    while written < bytes.len() {
        let left = time_left(deadline).ok_or(HostFault::TimedOut)?;
        stream.set_write_timeout(Some(left)).map_err(|_| HostFault::ConnectionLost)?;
        match stream.write(&bytes[written..]) {
            Ok(0) => return Err(HostFault::ConnectionLost),
            Ok(count) => written += count,
            Err(error) if may_go_on(error.kind()) => {}
            Err(_) => return Err(HostFault::ConnectionLost),
        }
    }
    Ok(())
}

/// Reads one message. Whatever follows it is not read: the connection had one request.
fn receive(stream: &mut TcpStream, deadline: Instant) -> Result<Vec<u8>, HostFault> {
    let mut reader = FrameReader::default();
    let mut piece = [0_u8; 2_048];
    loop {
        let left = time_left(deadline).ok_or(HostFault::TimedOut)?;
        stream.set_read_timeout(Some(left)).map_err(|_| HostFault::ConnectionLost)?;
        match stream.read(&mut piece) {
            Ok(0) => return Err(HostFault::ConnectionLost),
            Ok(count) => {
                reader.push(&piece[..count]);
                if let Some(message) = reader.next_message().map_err(|_| HostFault::Protocol)? {
                    return Ok(message);
                }
            }
            Err(error) if may_go_on(error.kind()) => {}
            Err(_) => return Err(HostFault::ConnectionLost),
        }
    }
}

/// What is left until a deadline; never zero, which the socket options would take for “for ever”.
fn time_left(deadline: Instant) -> Option<Duration> {
    deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
}

/// Errors after which the deadline decides: a signal, or the time-out of a single call.
fn may_go_on(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn connect_fault(kind: ErrorKind) -> HostFault {
    match kind {
        ErrorKind::ConnectionRefused => HostFault::Refused,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => HostFault::TimedOut,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => HostFault::ConnectionLost,
        // No route, no network, no such address, and what else the system may name: there is no way there.
        _ => HostFault::Unreachable,
    }
}

#[cfg(test)]
mod tests;
