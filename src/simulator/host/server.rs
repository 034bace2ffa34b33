//! The simulated host's sockets, and the faults that can be switched on.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::HostWays;
use super::fate::{Fated, Fates, HostFate};
use super::ledger::Ledger;
use crate::iso8583::{Dialect, Envelope, FrameReader, Message, Mti, de};
use crate::simulator::certificate::SimulatedCertificate;

/// DE 70 of a sign-on.
const SIGN_ON: &str = "001";

/// How many connections are served at once; more are closed as soon as they come.
const CONNECTIONS_MAX: usize = 64;

/// How long a connection may be silent.
const IDLE_MAX: Duration = Duration::from_mins(2);

/// How often a connection looks whether it has to end.
const TICK: Duration = Duration::from_millis(20);

/// How long one answer may take to be taken by the other side.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// Everything the host's threads share.
pub(super) struct Shared {
    pub(super) ledger: Mutex<Ledger>,
    pub(super) faults: Faults,
    pub(super) address: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
    dialect: Dialect,
    sign_on: bool,
    listening: Mutex<Option<Listening>>,
    connections: AtomicUsize,
    /// Counts up whenever all connections have to end.
    epoch: AtomicU64,
}

/// What goes wrong on purpose.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) hang: AtomicBool,
    pub(super) cut: AtomicBool,
    pub(super) answers_to_lose: AtomicU32,
    pub(super) fates: Fates,
}

impl Faults {
    /// Whether this answer is one of those to be lost; it is one fewer then.
    fn loses_this_answer(&self) -> bool {
        let fewer = |left: u32| left.checked_sub(1);
        self.answers_to_lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer).is_ok()
    }
}

struct Listening {
    closing: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Shared {
    /// Binds the port (0 for any free one) on the loopback address and starts to accept.
    pub(super) fn start(port: u16, ledger: Ledger, ways: &HostWays<'_>) -> io::Result<Arc<Self>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let shared = Arc::new(Self {
            ledger: Mutex::new(ledger),
            faults: Faults::default(),
            address: listener.local_addr()?,
            tls: ways.certificate.map(SimulatedCertificate::server_config),
            dialect: ways.dialect.clone(),
            sign_on: ways.sign_on,
            listening: Mutex::new(None),
            connections: AtomicUsize::new(0),
            epoch: AtomicU64::new(0),
        });
        *lock(&shared.listening) = Some(listen(&shared, listener)?);
        Ok(shared)
    }

    /// Opens or closes the port. Closing also ends the connections there are; both return when it is done.
    pub(super) fn set_listening(self: &Arc<Self>, open: bool) -> io::Result<()> {
        let mut listening = lock(&self.listening);
        if open && listening.is_none() {
            *listening = Some(listen(self, TcpListener::bind(self.address)?)?);
        } else if let Some(current) = listening.take_if(|_| !open) {
            current.closing.store(true, Ordering::SeqCst);
            // The accepting thread sleeps in the system until somebody connects.
            drop(TcpStream::connect(self.address));
            // It does not panic; if it did, the port is closed all the same.
            let _ = current.thread.join();
            self.end_connections();
        }
        Ok(())
    }

    pub(super) fn end_connections(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }
}

/// A lock whose holder panicked is taken all the same: a simulator goes on with what it has.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen(shared: &Arc<Shared>, listener: TcpListener) -> io::Result<Listening> {
    let closing = Arc::new(AtomicBool::new(false));
    let (shared, asked_to_close) = (Arc::clone(shared), Arc::clone(&closing));
    let thread = thread::Builder::new().name("host simulator".to_owned()).spawn(move || {
        for stream in listener.incoming() {
            if asked_to_close.load(Ordering::SeqCst) {
                return;
            }
            match stream {
                Ok(stream) => admit(&shared, stream),
                // Out of descriptors, most likely: without a pause this would spin.
                Err(_) => thread::sleep(TICK),
            }
        }
    })?;
    Ok(Listening { closing, thread })
}

/// Serves a connection on a thread of its own, unless the line is cut or there are too many.
fn admit(shared: &Arc<Shared>, stream: TcpStream) {
    // Read before the cut is looked at: a cut that comes in between then still ends this connection.
    let epoch = shared.epoch.load(Ordering::SeqCst);
    if shared.faults.cut.load(Ordering::SeqCst) || shared.connections.load(Ordering::SeqCst) >= CONNECTIONS_MAX {
        return;
    }
    shared.connections.fetch_add(1, Ordering::SeqCst);
    let served = Arc::clone(shared);
    let spawned = thread::Builder::new().name("host connection".to_owned()).spawn(move || {
        // Whatever ends the connection, the till sees that it ended; there is nobody to tell more.
        let _ = serve(&served, stream, epoch);
        served.connections.fetch_sub(1, Ordering::SeqCst);
    });
    if spawned.is_err() {
        shared.connections.fetch_sub(1, Ordering::SeqCst);
    }
}

fn serve(shared: &Shared, socket: TcpStream, epoch: u64) -> io::Result<()> {
    socket.set_read_timeout(Some(TICK))?;
    socket.set_write_timeout(Some(WRITE_TIMEOUT))?;
    socket.set_nodelay(true)?;
    let ended = match &shared.tls {
        None => converse(shared, &mut &socket, epoch),
        Some(config) => {
            let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
            converse(shared, &mut StreamOwned::new(connection, &socket), epoch)
        }
    };
    // The other side may have been faster.
    let _ = socket.shutdown(Shutdown::Both);
    ended
}

/// Answers until the connection ends, from either side.
fn converse(shared: &Shared, stream: &mut (impl Read + Write), epoch: u64) -> io::Result<()> {
    let envelope = shared.dialect.envelope.of_peer();
    let mut reader = FrameReader::new(envelope);
    let mut is_known = !shared.sign_on;
    let mut piece = [0_u8; 2_048];
    let mut last_heard = Instant::now();
    while shared.epoch.load(Ordering::SeqCst) == epoch && last_heard.elapsed() < IDLE_MAX {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => {
                last_heard = Instant::now();
                reader.push(&piece[..count]);
                while let Some(message) = reader.next_message().map_err(io::Error::other)? {
                    match respond(shared, &message, envelope, &mut is_known) {
                        Response::Answer(Fated { wait, bytes: Some(bytes) }) => {
                            thread::sleep(wait);
                            stream.write_all(&bytes)?;
                        }
                        Response::Answer(Fated { bytes: None, .. }) => return Ok(()),
                        Response::Silence => {}
                        Response::Close => return Ok(()),
                    }
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

enum Response {
    Answer(Fated),
    Silence,
    Close,
}

fn respond(shared: &Shared, bytes: &[u8], envelope: Envelope, is_known: &mut bool) -> Response {
    if shared.faults.hang.load(Ordering::SeqCst) {
        return Response::Silence;
    }
    let Ok(request) = Message::decode(bytes, &shared.dialect) else { return Response::Close };
    *is_known |= request.mti() == Mti::NETWORK && request.field(de::NETWORK_CODE) == Some(SIGN_ON);
    if !*is_known {
        return Response::Close;
    }
    let Some(answer) = lock(&shared.ledger).answer(&request) else { return Response::Close };
    // Echoes are left alone, or a probe would use up the fault that was meant for a payment.
    if request.mti() != Mti::NETWORK && shared.faults.loses_this_answer() {
        return Response::Close;
    }
    let fate = if request.mti() == Mti::NETWORK { HostFate::Whole } else { shared.faults.fates.next() };
    Response::Answer(fate.of(&answer, &shared.dialect, envelope))
}
