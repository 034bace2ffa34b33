//! A small HTTP/1.1 server, with or without TLS: one request per connection, bounded in every direction. The till listens with it for what its reader has to say, and the simulated reader is one. It can be
//! closed and opened again on the same port, as when a cable is pulled and put back.

mod request;

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::{Domain, SockRef, Socket, Type};

pub use self::request::HttpRequest;
use self::request::{RequestError, read_request};

/// The connections served at once; one more is dropped.
const CONNECTIONS_MAX: usize = 16;
/// How long a client may take for its whole request, agreeing on TLS included, and then to take the whole answer.
const CLIENT_PATIENCE: Duration = Duration::from_secs(5);

/// The time between two bytes of an answer that trickles.
const TRICKLE_PAUSE: Duration = Duration::from_secs(1);

/// Where and how to listen.
#[derive(Clone)]
pub struct HttpPlace {
    /// The address and port; port 0 takes any free one.
    pub address: SocketAddr,
    /// TLS with this certificate; plain HTTP without.
    pub tls: Option<Arc<ServerConfig>>,
    /// How long a connection may be open before its first byte: long where somebody holds one to see it break.
    pub idle_max: Duration,
}

/// What to do with a request.
#[derive(Debug, PartialEq, Eq)]
pub enum HttpReply {
    /// Answer it.
    Answer {
        /// Such as 200.
        status: u16,
        /// The body, JSON or empty.
        body: String,
    },
    /// Send these bytes as they are, which may be no answer of HTTP at all.
    Bytes(Vec<u8>),
    /// Send these bytes as they are, one a second.
    Trickle(Vec<u8>),
    /// Close the connection without a word.
    Drop,
    /// Close the port and every connection, then say nothing: the device lost its power.
    PowerOff,
}

/// What answers the requests. Called on the connection's own thread; it may block.
pub trait HttpHandler: Send + Sync + 'static {
    /// Answers one request.
    fn answer(&self, request: HttpRequest) -> HttpReply;
}

/// A server that starts closed: connections are refused until [`HttpServer::open`].
pub struct HttpServer {
    shared: Arc<Shared>,
    /// Bound and never listening. It keeps the port ours while the server is closed, and lets it refuse meanwhile.
    _port: Socket,
}

struct Shared {
    address: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
    idle_max: Duration,
    handler: Arc<dyn HttpHandler>,
    session: Mutex<Option<Session>>,
    opened: AtomicU64,
}

/// The time between an opening and the next closing.
struct Session {
    listener: TcpListener,
    number: u64,
    streams: HashMap<u64, TcpStream>,
    accepted: u64,
}

impl HttpServer {
    /// Reserves the port.
    ///
    /// # Errors
    ///
    /// The port is in use or may not be used.
    pub fn reserve(place: HttpPlace, handler: Arc<dyn HttpHandler>) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(place.address), Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        socket.bind(&place.address.into())?;
        let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
        let HttpPlace { tls, idle_max, .. } = place;
        let shared = Shared { address, tls, idle_max, handler, session: Mutex::new(None), opened: AtomicU64::new(0) };
        Ok(Self { shared: Arc::new(shared), _port: socket })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Takes connections from now on. Does nothing when it is open.
    ///
    /// # Errors
    ///
    /// Another program listens on the port.
    pub fn open(&self) -> io::Result<()> {
        self.shared.open()
    }

    /// Refuses connections from now on and drops those that are open. Does nothing when it is closed.
    pub fn close(&self) {
        self.shared.close();
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn session(&self) -> MutexGuard<'_, Option<Session>> {
        // A thread that panicked left at worst a stream too many in the table; close() still reaches all of them.
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(self: &Arc<Self>) -> io::Result<()> {
        let mut session = self.session();
        if session.is_some() {
            return Ok(());
        }
        let listener = TcpListener::bind(self.address)?;
        let accepting = listener.try_clone()?;
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        *session = Some(Session { listener, number, streams: HashMap::new(), accepted: 0 });
        let shared = Arc::clone(self);
        thread::spawn(move || shared.accept(&accepting, number));
        Ok(())
    }

    fn close(&self) {
        let Some(session) = self.session().take() else { return };
        // On Linux this ends the listening at once, also for the thread that is blocked in accept(). Where it is an
        // error, a connection wakes that thread, which then sees that its session is over.
        if SockRef::from(&session.listener).shutdown(Shutdown::Both).is_err() {
            let _ = TcpStream::connect_timeout(&self.address, CLIENT_PATIENCE);
        }
        for stream in session.streams.values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener, number: u64) {
        loop {
            let accepted = listener.accept();
            if accepted.is_err() {
                // The listening has ended, or there are no file handles: then it must not be tried in a tight circle.
                thread::sleep(Duration::from_millis(10));
            }
            let mut session = self.session();
            let Some(session) = session.as_mut().filter(|session| session.number == number) else { return };
            if let Ok((stream, _)) = accepted {
                self.begin(session, stream);
            }
        }
    }

    fn begin(self: &Arc<Self>, session: &mut Session, stream: TcpStream) {
        let Ok(known) = stream.try_clone() else { return };
        if session.streams.len() >= CONNECTIONS_MAX {
            return;
        }
        session.accepted += 1;
        let (number, id) = (session.number, session.accepted);
        session.streams.insert(id, known);
        let shared = Arc::clone(self);
        thread::spawn(move || {
            shared.serve(stream);
            if let Some(session) = shared.session().as_mut().filter(|session| session.number == number) {
                session.streams.remove(&id);
            }
        });
    }

    fn serve(&self, stream: TcpStream) {
        // The time for the request begins with its first byte: a connection may be held open to see it break.
        // Without the kernel's waiting for more to send, which costs a TLS handshake 40 ms now and then.
        let ready = stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(self.idle_max)));
        let waits = ready.and_then(|()| stream.peek(&mut [0]));
        let Ok(socket) = stream.try_clone() else { return };
        match (waits, &self.tls) {
            (Err(_) | Ok(0), _) => {}
            (Ok(_), None) => self.talk(&mut Timed::new(socket)),
            (Ok(_), Some(tls)) => {
                if let Ok(connection) = ServerConnection::new(Arc::clone(tls)) {
                    self.talk(&mut StreamOwned::new(connection, Timed::new(socket)));
                }
            }
        }
        let _ = stream.shutdown(Shutdown::Both);
    }

    fn talk(&self, stream: &mut impl Conversation) {
        let reply = match read_request(stream) {
            Ok(request) => self.handler.answer(request),
            Err(RequestError::Refused(status)) => HttpReply::Answer { status, body: String::new() },
            Err(RequestError::Gone) => HttpReply::Drop,
        };
        stream.begin_answer();
        match reply {
            // The client may be gone by now; then there is nobody to tell.
            HttpReply::Answer { status, body } => {
                let _ = stream.write_all(answer_text(status, &body).as_bytes());
            }
            HttpReply::Bytes(bytes) => {
                let _ = stream.write_all(&bytes);
            }
            HttpReply::Trickle(bytes) => {
                for byte in bytes {
                    stream.begin_answer();
                    if stream.write_all(&[byte]).and_then(|()| stream.flush()).is_err() {
                        break;
                    }
                    thread::sleep(TRICKLE_PAUSE);
                }
            }
            HttpReply::Drop => {}
            HttpReply::PowerOff => return self.close(),
        }
        stream.end();
    }
}

/// The two kinds of connections, as far as their ends differ.
trait Conversation: Read + Write {
    /// From now on the time for the answer runs.
    fn begin_answer(&mut self);
    /// Says that nothing follows.
    fn end(&mut self);
}

impl Conversation for Timed {
    fn begin_answer(&mut self) {
        self.until = Instant::now() + CLIENT_PATIENCE;
    }

    fn end(&mut self) {}
}

impl Conversation for StreamOwned<ServerConnection, Timed> {
    fn begin_answer(&mut self) {
        self.sock.begin_answer();
    }

    fn end(&mut self) {
        self.conn.send_close_notify();
        let _ = self.flush();
    }
}

/// A connection that fails when its time is over, however small the pieces are in which the client sends or takes.
struct Timed {
    stream: TcpStream,
    until: Instant,
}

impl Timed {
    fn new(stream: TcpStream) -> Self {
        Self { stream, until: Instant::now() + CLIENT_PATIENCE }
    }

    fn rest(&self) -> io::Result<Option<Duration>> {
        let rest = self.until.saturating_duration_since(Instant::now());
        if rest.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(Some(rest)) }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.rest()?)?;
        self.stream.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.rest()?)?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// An answer as it goes over the wire.
#[must_use]
pub fn answer_text(status: u16, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} \r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
}

#[cfg(test)]
mod tests;
