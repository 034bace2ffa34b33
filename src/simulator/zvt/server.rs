//! The socket of the simulated terminal: one connection at a time, and a port that can be closed and opened again.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use socket2::{Domain, SockRef, Socket, Type};

use super::device::Device;
use super::session;

/// A server on 127.0.0.1 that starts closed: connections are refused until [`Server::open`].
pub(super) struct Server {
    shared: Arc<Shared>,
    /// Bound and never listening. It keeps the port ours while the server is closed, and lets it refuse meanwhile.
    _port: Socket,
}

struct Shared {
    address: SocketAddr,
    device: Arc<Device>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    listener: Option<TcpListener>,
    /// Counts the openings, so that a thread knows whether its own is over.
    number: u64,
    stream: Option<TcpStream>,
}

impl Server {
    pub(super) fn reserve(port: u16, device: Arc<Device>) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())?;
        let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(Self { shared: Arc::new(Shared { address, device, open: Mutex::default() }), _port: socket })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Takes connections from now on. Does nothing when it is open.
    pub(super) fn open(&self) -> io::Result<()> {
        let mut open = self.shared.open();
        if open.listener.is_some() {
            return Ok(());
        }
        let listener = TcpListener::bind(self.shared.address)?;
        let accepting = listener.try_clone()?;
        open.listener = Some(listener);
        open.number += 1;
        let (number, shared) = (open.number, Arc::clone(&self.shared));
        thread::spawn(move || shared.accept(&accepting, number));
        Ok(())
    }

    /// Refuses connections from now on and drops the one that is open.
    pub(super) fn close(&self) {
        self.shared.close();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        let mut open = self.open();
        open.number += 1;
        if let Some(listener) = open.listener.take() {
            // Wakes the thread that accepts; a listener that is shut down refuses at once.
            let _ = SockRef::from(&listener).shutdown(Shutdown::Both);
        }
        drop_stream(&mut open);
    }

    fn accept(self: Arc<Self>, listener: &TcpListener, number: u64) {
        while let Ok((stream, _)) = listener.accept() {
            let mut open = self.open();
            if open.number != number {
                return;
            }
            // A terminal takes one connection; the newest is the till's, for the old one it may not know to be dead.
            drop_stream(&mut open);
            // Without this an acknowledgement and the answer after it would wait for one another in the kernel.
            let Ok(kept) = stream.set_nodelay(true).and_then(|()| stream.try_clone()) else { continue };
            open.stream = Some(kept);
            let shared = Arc::clone(&self);
            thread::spawn(move || {
                if session::serve(&shared.device, stream) == session::End::PowerOff {
                    shared.close();
                }
            });
        }
    }
}

fn drop_stream(open: &mut Open) {
    if let Some(stream) = open.stream.take() {
        // An error means that it has ended already.
        let _ = stream.shutdown(Shutdown::Both);
    }
}
