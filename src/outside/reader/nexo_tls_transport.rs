//! TLS as a link of ureq's chain of connectors: after TCP, before the note that there is a connection.
//!
//! The handshake is finished here, so that a server that is not believed never gets a byte of a message. Every read and
//! write below TLS has only what is left of the time of the whole step: a server that sends one byte now and then gains
//! nothing by it.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use ureq::unversioned::transport::time::{Duration, Instant};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

use super::nexo_tls::NexoTls;
use crate::outside::tls::TlsFault;

/// Why a handshake failed, when it was TLS and not the connection that failed. Filled at most once.
#[derive(Clone, Debug, Default)]
pub(super) struct HandshakeNote(Arc<Mutex<Handshake>>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Handshake {
    /// TCP had no connection yet, or no TLS was wanted.
    #[default]
    NotBegun,
    /// It began and has not ended.
    Begun,
    /// It ended well.
    Done,
    /// The other end is not believed, or does not speak TLS.
    Failed(TlsFault),
}

impl HandshakeNote {
    pub(super) fn read(&self) -> Handshake {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, handshake: Handshake) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = handshake;
    }
}

/// The link of the chain; without settings for TLS it passes the connection on as it is.
#[derive(Debug)]
pub(super) struct TlsConnector {
    pub(super) tls: Option<NexoTls>,
    pub(super) note: HandshakeNote,
}

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = Either<In, TlsTransport>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, ureq::Error> {
        let Some(tls) = &self.tls else { return Ok(chained.map(Either::A)) };
        let Some(transport) = chained else { return Ok(None) };
        let address = details.addrs.first().copied().ok_or(ureq::Error::HostNotFound)?;
        // The name is not used: readers have none, and the verifier knows what to look for.
        let name = ServerName::from(address.ip());
        let mut connection = ClientConnection::new(tls.config(), name).map_err(io::Error::other)?;
        let mut socket = TransportAdapter::new(transport.boxed(), Arc::clone(&details.current_time));
        socket.set_timeout(rest_of(details.timeout, details.now, (details.current_time)()));
        self.note.set(Handshake::Begun);
        match connection.complete_io(&mut socket) {
            Ok(_) => self.note.set(Handshake::Done),
            Err(error) => {
                if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                    self.note.set(Handshake::Failed(TlsFault::from(fault)));
                }
                return Err(error.into());
            }
        }
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        let stream = StreamOwned { conn: connection, sock: socket };
        Ok(Some(Either::B(TlsTransport { buffers, stream })))
    }
}

/// What is left of a time-out that began earlier.
fn rest_of(mut timeout: NextTimeout, began: Instant, now: Instant) -> NextTimeout {
    if let (Duration::Exact(whole), Instant::Exact(began), Instant::Exact(now)) = (timeout.after, began, now) {
        timeout.after = Duration::Exact(whole.saturating_sub(now.saturating_duration_since(began)));
    }
    timeout
}

/// A connection over which TLS is spoken.
pub(super) struct TlsTransport {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsTransport").finish_non_exhaustive()
    }
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        Ok(self.stream.flush()?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.sock.set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        // Each request has a connection of its own; none is asked whether it can be used again.
        false
    }

    fn is_tls(&self) -> bool {
        true
    }
}
