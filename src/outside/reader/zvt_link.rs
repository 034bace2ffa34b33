//! One TCP connection to a terminal: a thread that listens, a box for what came, and a bell for whoever waits.
//!
//! The thread reads without a time-out, so a closed connection is known at once, also while no command runs, and every
//! wait elsewhere ends exactly at its own deadline.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};

use crate::domain::reader::{HoldEnd, ReaderFault};
use crate::zvt::{Apdu, ApduReader, Control, Message, printed_lines};

/// After this much silence the kernel asks whether the other side is still there.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
/// And asks again after this, as often as [`KEEPALIVE_TRIES`] says: a pulled cable is noticed within 16 seconds.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(2);
/// See [`KEEPALIVE_INTERVAL`].
const KEEPALIVE_TRIES: u32 = 3;
/// How long a message may take to be written; all of them fit into the kernel's buffer.
const WRITE_MAX: Duration = Duration::from_secs(1);
/// The most messages that wait to be read. A terminal sends one and waits, so more than two is a flood.
const INBOX_MAX: usize = 16;
/// The most messages nobody asked for, between two commands: a long receipt in single lines. The answers to so many fit
/// into the kernel's buffer, so that answering never blocks.
const UNASKED_MAX: usize = 500;
/// The most printed lines that are kept; the oldest go first. A receipt has about 60.
const LINES_MAX: usize = 400;
/// What is answered to a message nobody asked for: "function not possible".
pub(super) const NOT_POSSIBLE: u8 = 0x83;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum LinkError {
    /// Nothing was sent: refused, or no way to it.
    #[error("the terminal cannot be connected to")]
    NotConnected,
    /// Nothing was sent: the connection was not made in time.
    #[error("the terminal did not take the connection in time")]
    ConnectTimedOut,
    /// Nothing was sent: the connection broke before the first byte.
    #[error("the connection to the terminal had ended before anything was sent")]
    NotSent,
    /// The connection broke.
    #[error("the connection to the terminal broke")]
    Lost,
    /// Nothing came in time.
    #[error("the terminal did not answer in time")]
    TimedOut,
    /// More than can be read, or what cannot be read.
    #[error("the terminal does not follow the protocol")]
    Protocol,
}

impl LinkError {
    pub(super) const fn fault(self) -> ReaderFault {
        match self {
            Self::NotConnected | Self::ConnectTimedOut => ReaderFault::Unreachable,
            Self::NotSent | Self::Lost => ReaderFault::ConnectionLost,
            Self::TimedOut => ReaderFault::TimedOut,
            Self::Protocol => ReaderFault::Protocol,
        }
    }
}

/// An open connection. It lives until [`Link::close`] or until the terminal ends it.
pub(super) struct Link {
    stream: TcpStream,
    writing: Mutex<()>,
    inbox: Mutex<Inbox>,
    bell: Condvar,
    /// Whether the till has registered on this connection.
    registered: AtomicBool,
}

#[derive(Default)]
struct Inbox {
    apdus: VecDeque<Apdu>,
    closed: bool,
    flooded: bool,
    /// Whether a command runs: then what comes belongs to it.
    commanded: bool,
    /// How long the terminal may be silent, and until when, once it was told to stop.
    silence: Option<(Duration, Instant)>,
    /// The messages since the last command that nobody asked for.
    unasked: usize,
    lines: VecDeque<String>,
}

impl Link {
    pub(super) fn connect(address: SocketAddr, bound: Duration) -> Result<Arc<Self>, LinkError> {
        let stream = TcpStream::connect_timeout(&address, bound).map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => LinkError::ConnectTimedOut,
            _ => LinkError::NotConnected,
        })?;
        let prepared = prepare(&stream).and_then(|()| stream.try_clone());
        let listening = prepared.map_err(|_| LinkError::NotConnected)?;
        let link = Arc::new(Self {
            stream,
            writing: Mutex::new(()),
            inbox: Mutex::default(),
            bell: Condvar::new(),
            registered: AtomicBool::new(false),
        });
        let listener = Arc::clone(&link);
        let thread = thread::Builder::new().name("zvt".to_owned());
        thread.spawn(move || listener.listen(listening)).map_err(|_| LinkError::NotConnected)?;
        Ok(link)
    }

    pub(super) fn is_open(&self) -> bool {
        !self.inbox().closed
    }

    pub(super) fn is_registered(&self) -> bool {
        self.registered.load(Ordering::SeqCst)
    }

    pub(super) fn set_registered(&self, registered: bool) {
        self.registered.store(registered, Ordering::SeqCst);
    }

    /// Ends the connection; the listening thread ends with it.
    pub(super) fn close(&self) {
        self.inbox().closed = true;
        self.bell.notify_all();
        // An error means that it has ended already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// From now on what comes is an answer.
    pub(super) fn begin(&self) {
        let mut inbox = self.inbox();
        inbox.apdus.clear();
        inbox.commanded = true;
        inbox.silence = None;
        inbox.unasked = 0;
    }

    /// The terminal was told to stop the running command: from now on it may be silent for `silence` at a time, where
    /// before only the whole time of the command counted.
    pub(super) fn hurry(&self, silence: Duration) {
        let mut inbox = self.inbox();
        if inbox.commanded && inbox.silence.is_none() {
            inbox.silence = Some((silence, Instant::now() + silence));
        }
        drop(inbox);
        self.bell.notify_all();
    }

    /// From now on nobody asked for what comes.
    pub(super) fn end(&self) {
        let mut inbox = self.inbox();
        inbox.commanded = false;
        inbox.apdus.clear();
    }

    /// Sends a message whole. May be called while another thread waits for an answer.
    pub(super) fn send(&self, apdu: &Apdu) -> Result<(), LinkError> {
        let bytes = apdu.encode().map_err(|_| LinkError::Protocol)?;
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let inbox = self.inbox();
            if inbox.flooded {
                return Err(LinkError::Protocol);
            }
            if inbox.closed {
                return Err(LinkError::NotSent);
            }
        }
        // A first write that fails has taken no byte; after one that took some, anything may have arrived.
        match (&self.stream).write(&bytes) {
            Err(_) | Ok(0) => {
                self.close();
                Err(LinkError::NotSent)
            }
            Ok(written) => (&self.stream).write_all(&bytes[written..]).map_err(|_| {
                self.close();
                LinkError::Lost
            }),
        }
    }

    /// The next message, at the latest at `deadline`, or earlier after [`Link::hurry`].
    pub(super) fn receive(&self, deadline: Instant) -> Result<Apdu, LinkError> {
        let mut inbox = self.inbox();
        loop {
            if let Some(apdu) = inbox.apdus.pop_front() {
                return Ok(apdu);
            }
            if inbox.flooded {
                return Err(LinkError::Protocol);
            }
            if inbox.closed {
                return Err(LinkError::Lost);
            }
            let deadline = inbox.silence.map_or(deadline, |(_, until)| deadline.min(until));
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(LinkError::TimedOut);
            }
            inbox = self.bell.wait_timeout(inbox, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the connection ends, at most for `bound`.
    pub(super) fn hold(&self, bound: Duration) -> HoldEnd {
        let open = |inbox: &mut Inbox| !inbox.closed;
        let (inbox, _) =
            self.bell.wait_timeout_while(self.inbox(), bound, open).unwrap_or_else(PoisonError::into_inner);
        if inbox.closed { HoldEnd::Lost } else { HoldEnd::StillThere }
    }

    /// Keeps lines the terminal wants printed.
    pub(super) fn keep_lines(&self, lines: Vec<String>) {
        let mut inbox = self.inbox();
        inbox.lines.extend(lines);
        let surplus = inbox.lines.len().saturating_sub(LINES_MAX);
        inbox.lines.drain(..surplus);
    }

    /// Gives the kept lines away.
    pub(super) fn take_lines(&self) -> Vec<String> {
        self.inbox().lines.drain(..).collect()
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        // No thread leaves the box half changed.
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listen(&self, mut stream: TcpStream) {
        let mut reader = ApduReader::default();
        let mut piece = [0; 4_096];
        while let Ok(length @ 1..) = stream.read(&mut piece) {
            reader.push(&piece[..length]);
            while let Some(apdu) = reader.next_apdu() {
                if !self.take(apdu) {
                    self.close();
                    return;
                }
            }
        }
        self.close();
    }

    /// Puts a message into the box, or answers it when nobody asked for it; false when there are too many.
    fn take(&self, apdu: Apdu) -> bool {
        let mut inbox = self.inbox();
        if !inbox.commanded && inbox.unasked < UNASKED_MAX {
            inbox.unasked += 1;
            drop(inbox);
            self.answer_unasked(&apdu);
            return true;
        }
        if !inbox.commanded || inbox.apdus.len() >= INBOX_MAX {
            inbox.flooded = true;
            return false;
        }
        inbox.apdus.push_back(apdu);
        inbox.silence = inbox.silence.map(|(silence, _)| (silence, Instant::now() + silence));
        drop(inbox);
        self.bell.notify_all();
        true
    }

    /// A terminal may print on its own account; nothing else is wanted from it between commands.
    fn answer_unasked(&self, apdu: &Apdu) {
        tracing::debug!(control = %apdu.control, "the terminal speaks unasked");
        if apdu.control.is_acknowledgement() || apdu.control.refusal().is_some() {
            return;
        }
        let prints = apdu.control == Control::PRINT_LINE || apdu.control == Control::PRINT_TEXT_BLOCK;
        if prints && let Ok(message) = Message::decode(apdu) {
            self.keep_lines(printed_lines(&message));
        }
        let answer = if prints { Apdu::acknowledgement() } else { Apdu::refusal(NOT_POSSIBLE) };
        // When it cannot be sent, the connection has ended, and the next command finds that out.
        let _ = self.send(&answer);
    }
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(WRITE_MAX))?;
    let keepalive =
        TcpKeepalive::new().with_time(KEEPALIVE_IDLE).with_interval(KEEPALIVE_INTERVAL).with_retries(KEEPALIVE_TRIES);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// A link to an endpoint that sends `bytes` once and then stays.
    fn link_to(bytes: Vec<u8>) -> (Arc<Link>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let link = Link::connect(listener.local_addr().unwrap(), Duration::from_secs(1)).unwrap();
        link.begin();
        let (mut other, _) = listener.accept().unwrap();
        other.write_all(&bytes).unwrap();
        (link, other)
    }

    #[test]
    fn a_flood_ends_the_connection_and_is_not_kept() {
        let (link, _other) = link_to([0x04, 0xff, 0x01, 0x0a].repeat(INBOX_MAX * 4));
        assert_eq!(link.hold(Duration::from_secs(2)), HoldEnd::Lost);
        let soon = Instant::now() + Duration::from_millis(100);
        let kept = (0..INBOX_MAX * 4).take_while(|_| link.receive(soon).is_ok()).count();
        assert_eq!(kept, INBOX_MAX);
        assert_eq!(link.receive(soon).unwrap_err(), LinkError::Protocol);
    }

    #[test]
    fn what_nobody_asked_for_is_answered_and_only_lines_are_kept() {
        let line = [0x06, 0xd1, 0x03, 0x00, b'h', b'i'];
        let (link, mut other) = link_to(Vec::new());
        link.end();
        other.write_all(&[&[0x80, 0, 0][..], &line, &[0x04, 0x0e, 0]].concat()).unwrap();
        let mut answers = [0; 6];
        other.read_exact(&mut answers).unwrap();
        assert_eq!(answers, [0x80, 0, 0, 0x84, NOT_POSSIBLE, 0]);
        assert_eq!(link.take_lines(), ["hi"]);
        link.keep_lines(vec![String::new(); LINES_MAX + 5]);
        assert_eq!(link.take_lines().len(), LINES_MAX);
    }
}
