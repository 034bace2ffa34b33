//! A small HTTP/1.1 server for the simulators: one request per connection, a body with Content-Length, bounded in
//! every direction. It can be closed and opened again on the same port, as when a cable is pulled and put back.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use socket2::{Domain, SockRef, Socket, Type};

/// The connections served at once; one more is dropped.
const CONNECTIONS_MAX: usize = 16;
/// The longest head of a request.
const HEAD_BYTES_MAX: usize = 8 * 1024;
/// The most header fields in it.
const HEADERS_MAX: usize = 32;
/// The longest body of a request.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// How long a client may take between two pieces of its request, or to take a piece of the answer.
const CLIENT_PATIENCE: Duration = Duration::from_secs(5);

/// A request, as far as the simulators look at it.
#[derive(Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// `POST`.
    pub method: String,
    /// `/nexo`.
    pub path: String,
    /// The body.
    pub body: Vec<u8>,
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

/// A server on 127.0.0.1 that starts closed: connections are refused until [`HttpServer::open`].
pub struct HttpServer {
    shared: Arc<Shared>,
    /// Bound and never listening. It keeps the port ours while the server is closed, and lets it refuse meanwhile.
    _port: Socket,
}

struct Shared {
    address: SocketAddr,
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
    /// Reserves the port; 0 takes any free one.
    ///
    /// # Errors
    ///
    /// The port is in use or may not be used.
    pub fn reserve(port: u16, handler: Arc<dyn HttpHandler>) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())?;
        let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
        let shared = Shared { address, handler, session: Mutex::new(None), opened: AtomicU64::new(0) };
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

    fn serve(&self, mut stream: TcpStream) {
        let patience = Some(CLIENT_PATIENCE);
        if stream.set_read_timeout(patience).and_then(|()| stream.set_write_timeout(patience)).is_err() {
            return;
        }
        let reply = match read_request(&mut stream) {
            Ok(request) => self.handler.answer(request),
            Err(RequestError::Refused(status)) => HttpReply::Answer { status, body: String::new() },
            Err(RequestError::Gone) => HttpReply::Drop,
        };
        match reply {
            // The client may be gone by now; then there is nobody to tell.
            HttpReply::Answer { status, body } => {
                let _ = stream.write_all(answer_text(status, &body).as_bytes());
            }
            HttpReply::Drop => {}
            HttpReply::PowerOff => self.close(),
        }
        let _ = stream.shutdown(Shutdown::Both);
    }
}

fn answer_text(status: u16, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} \r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
}

enum RequestError {
    /// Not a request we take; this is the status to say so with.
    Refused(u16),
    /// The client closed the connection or sends nothing.
    Gone,
}

impl From<io::Error> for RequestError {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

fn read_request(stream: &mut impl Read) -> Result<HttpRequest, RequestError> {
    let mut bytes = Vec::new();
    let (mut request, head_length, body_length) = loop {
        if let Some(head) = parse_head(&bytes)? {
            break head;
        }
        read_some(stream, &mut bytes)?;
    };
    while bytes.len() < head_length + body_length {
        read_some(stream, &mut bytes)?;
    }
    request.body = bytes[head_length..head_length + body_length].to_vec();
    Ok(request)
}

fn read_some(stream: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut piece = [0_u8; 4096];
    let length = stream.read(&mut piece)?;
    if length == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    bytes.extend_from_slice(&piece[..length]);
    Ok(())
}

/// The request without its body, the length of its head and that of its body; `None` while the head is not complete.
fn parse_head(bytes: &[u8]) -> Result<Option<(HttpRequest, usize, usize)>, RequestError> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(bytes) {
        Ok(httparse::Status::Complete(length)) if length <= HEAD_BYTES_MAX => length,
        Ok(httparse::Status::Partial) if bytes.len() <= HEAD_BYTES_MAX => return Ok(None),
        Ok(_) | Err(httparse::Error::TooManyHeaders) => return Err(RequestError::Refused(431)),
        Err(_) => return Err(RequestError::Refused(400)),
    };
    let header = |name: &str| head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    if header("Transfer-Encoding").is_some() {
        return Err(RequestError::Refused(411));
    }
    let body_length = match header("Content-Length") {
        None => 0,
        Some(length) => std::str::from_utf8(length.value)
            .ok()
            .and_then(|digits| digits.parse::<usize>().ok())
            .ok_or(RequestError::Refused(400))?,
    };
    if body_length > BODY_BYTES_MAX {
        return Err(RequestError::Refused(413));
    }
    let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
    let request = HttpRequest { method: text(head.method), path: text(head.path), body: Vec::new() };
    Ok(Some((request, length, body_length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Echo;

    impl HttpHandler for Echo {
        fn answer(&self, request: HttpRequest) -> HttpReply {
            match request.path.as_str() {
                "/drop" => HttpReply::Drop,
                "/off" => HttpReply::PowerOff,
                _ => HttpReply::Answer { status: 200, body: String::from_utf8(request.body).unwrap() },
            }
        }
    }

    fn server() -> HttpServer {
        let server = HttpServer::reserve(0, Arc::new(Echo)).unwrap();
        server.open().unwrap();
        server
    }

    fn exchange(server: &HttpServer, request: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(server.address())?;
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    #[test]
    fn requests_are_read_whole_or_refused_with_their_status() {
        let server = server();
        let long = format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(HEAD_BYTES_MAX + 1));
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(HEADERS_MAX + 1));
        for (request, status, body) in [
            ("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
            ("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello, world", 200, "hello"),
            ("GET / HTTP/1.1\r\n\r\n", 200, ""),
            ("POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400, ""),
            ("\u{1}\r\n\r\n", 400, ""),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, ""),
            ("POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", 413, ""),
            (&many, 431, ""),
        ] {
            let answer = exchange(&server, request).unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {answer}");
            assert_eq!(answer.split_once("\r\n\r\n").unwrap().1, body, "{request}");
        }
        // The rest of a head that is too long is left unread, so the connection may be reset before the status is read.
        assert!(exchange(&server, &long).map_or(true, |answer| answer.starts_with("HTTP/1.1 431 ")));
    }

    #[test]
    fn a_closed_server_refuses_drops_what_is_open_and_opens_again_on_its_port() {
        let server = server();
        let mut waiting = TcpStream::connect(server.address()).unwrap();
        // An answer to a later connection shows that the earlier one was taken from the queue.
        exchange(&server, "GET / HTTP/1.1\r\n\r\n").unwrap();
        server.close();
        assert_eq!(TcpStream::connect(server.address()).unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        waiting.set_read_timeout(Some(CLIENT_PATIENCE / 5)).unwrap();
        let ended = waiting.read(&mut [0]).or_else(|error| match error.kind() {
            io::ErrorKind::ConnectionReset => Ok(0),
            _ => Err(error),
        });
        assert_eq!(ended.unwrap(), 0);
        for _ in 0..20 {
            server.open().unwrap();
            assert!(exchange(&server, "GET / HTTP/1.1\r\n\r\n").is_ok());
            server.close();
            assert!(TcpStream::connect(server.address()).is_err());
        }
    }

    #[test]
    fn a_dropped_request_has_no_answer_and_a_lost_power_refuses_the_next() {
        let server = server();
        assert_eq!(exchange(&server, "GET /drop HTTP/1.1\r\n\r\n").unwrap(), "");
        assert_eq!(exchange(&server, "GET /off HTTP/1.1\r\n\r\n").unwrap(), "");
        assert!(TcpStream::connect(server.address()).is_err());
    }

    #[test]
    fn a_port_in_use_is_an_error() {
        let server = server();
        let second = HttpServer::reserve(server.address().port(), Arc::new(Echo));
        assert!(second.and_then(|second| second.open()).is_err());
    }

    #[test]
    fn connections_beyond_the_bound_are_dropped() {
        let server = server();
        let held: Vec<TcpStream> =
            (0..CONNECTIONS_MAX).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
        let mut late = TcpStream::connect(server.address()).unwrap();
        late.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        assert!(matches!(late.read(&mut [0]), Ok(0)));
        drop(held);
    }
}
