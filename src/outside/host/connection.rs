//! One connection to the host: TCP, and TLS over it where the settings name a root. All of it within one deadline, so
//! that a host that dribbles bytes gains nothing by it, not in the handshake either.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::domain::host::HostFault;
use crate::iso8583::{Envelope, FrameReader};
use crate::outside::tls::{TlsFault, TlsSetupError, pinned_roots};

/// TLS towards the host: one of the pinned roots, and the host's DNS name in its certificate (RFC 6125).
#[derive(Clone, Debug)]
pub struct HostTls {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

/// Why no TLS can be set up from the settings.
#[derive(Debug, thiserror::Error)]
pub enum HostTlsError {
    /// The roots.
    #[error(transparent)]
    Roots(#[from] TlsSetupError),
    /// Not a DNS name.
    #[error("“{0}” is not a DNS name such as acquirer.example")]
    Name(String),
}

impl HostTls {
    /// TLS that believes a server whose certificate chains to a root in `root_pem` and bears `name`.
    ///
    /// # Errors
    ///
    /// The PEM has no usable root certificate or too many, or the name is none.
    pub fn new(root_pem: &str, name: &str) -> Result<Self, HostTlsError> {
        let roots = pinned_roots(root_pem)?;
        let name = ServerName::try_from(name.to_owned()).map_err(|_| HostTlsError::Name(name.to_owned()))?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsSetupError::Root)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config), name })
    }
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoConnection {
    /// TCP.
    Tcp(HostFault),
    /// Whoever is there is not believed.
    Tls(TlsFault),
}

impl NoConnection {
    /// What it is to a payment.
    pub(super) const fn fault(&self) -> HostFault {
        match self {
            Self::Tcp(fault) => *fault,
            Self::Tls(_) => HostFault::NotTrusted,
        }
    }
}

/// A connection over which one request goes and one answer comes.
pub(super) enum Connection {
    /// As it is: the line is encrypted below, or the host is on this machine.
    Plain(Timed),
    /// Under TLS.
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Connection {
    /// Connects to the first of the host's addresses that accepts, and shakes hands, all within one time-out.
    pub(super) fn open(address: &str, tls: Option<&HostTls>, patience: Duration) -> Result<Self, NoConnection> {
        let deadline = Instant::now() + patience;
        let stream = connect(address, deadline).map_err(NoConnection::Tcp)?;
        let mut timed = Timed { stream, deadline };
        let Some(tls) = tls else { return Ok(Self::Plain(timed)) };
        let client = ClientConnection::new(Arc::clone(&tls.config), tls.name.clone());
        let mut client = client.map_err(|error| NoConnection::Tls(TlsFault::from(&error)))?;
        while client.is_handshaking() {
            if let Err(error) = client.complete_io(&mut timed) {
                let rejected = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
                return Err(rejected.map_or_else(
                    || NoConnection::Tcp(io_fault(&error)),
                    |error| NoConnection::Tls(TlsFault::from(error)),
                ));
            }
        }
        Ok(Self::Tls(Box::new(StreamOwned::new(client, timed))))
    }

    /// From now on everything ends at this deadline.
    pub(super) fn set_deadline(&mut self, deadline: Instant) {
        self.timed().deadline = deadline;
    }

    /// Sends all bytes.
    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<(), HostFault> {
        let sent = match self {
            Self::Plain(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        };
        sent.map_err(|error| io_fault(&error))
    }

    /// Reads one message, in the envelope in which we send ours. Whatever follows it is not read: the connection had one request.
    pub(super) fn receive(&mut self, envelope: Envelope) -> Result<Vec<u8>, HostFault> {
        let mut reader = FrameReader::new(envelope);
        let mut piece = [0_u8; 2_048];
        loop {
            let read = match self {
                Self::Plain(stream) => stream.read(&mut piece),
                Self::Tls(stream) => stream.read(&mut piece),
            };
            match read {
                Ok(0) => return Err(HostFault::ConnectionLost),
                Ok(count) => {
                    reader.push(&piece[..count]);
                    if let Some(message) = reader.next_message().map_err(|_| HostFault::Protocol)? {
                        return Ok(message);
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(io_fault(&error)),
            }
        }
    }

    /// The socket, for holding the connection while nothing is said.
    pub(super) fn into_socket(self) -> TcpStream {
        match self {
            Self::Plain(timed) => timed.stream,
            Self::Tls(stream) => stream.sock.stream,
        }
    }

    fn timed(&mut self) -> &mut Timed {
        match self {
            Self::Plain(timed) => timed,
            Self::Tls(stream) => &mut stream.sock,
        }
    }
}

/// A socket whose every read and write has only what is left until the deadline.
pub(super) struct Timed {
    stream: TcpStream,
    deadline: Instant,
}

impl Timed {
    /// What is left; an error once nothing is. Never zero, which the socket options would take for “for ever”.
    fn left(&self) -> io::Result<Duration> {
        let left = self.deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero());
        left.ok_or_else(|| ErrorKind::TimedOut.into())
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Connects to the first of the host's addresses that accepts.
fn connect(address: &str, deadline: Instant) -> Result<TcpStream, HostFault> {
    let left = || deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero());
    let mut fault = HostFault::Unreachable;
    for candidate in resolve(address, left().ok_or(HostFault::TimedOut)?)? {
        match TcpStream::connect_timeout(&candidate, left().ok_or(HostFault::TimedOut)?) {
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

fn connect_fault(kind: ErrorKind) -> HostFault {
    match kind {
        ErrorKind::ConnectionRefused => HostFault::Refused,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => HostFault::TimedOut,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => HostFault::ConnectionLost,
        // No route, no network, no such address, and what else the system may name: there is no way there.
        _ => HostFault::Unreachable,
    }
}

/// A read or write that failed on a connection that stood.
fn io_fault(error: &io::Error) -> HostFault {
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => HostFault::TimedOut,
        _ => HostFault::ConnectionLost,
    }
}
