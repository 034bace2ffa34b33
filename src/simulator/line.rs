//! The far end of the shop's line: an anchor on 127.0.0.1 that takes connections and closes them, until it is cut.
//!
//! On the loopback interface a cut cannot be a missing route, and a closed port would be refused, which is proof of a
//! working line. So a cut is the loss of every packet that asks for a connection, and the kernel itself is made to
//! lose them: the anchor stops accepting, its queue is shortened to nothing and filled with one connection of our own.
//! Linux then drops each further SYN (listen(2), `tcp_abort_on_overflow` off as by default), and a real connect runs
//! into a real time-out. The program that probes cannot tell, and needs no word of code for it.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

/// How long a connection of our own may take before the queue counts as full. On the loopback interface one is made
/// within microseconds or not at all.
const FILL_PATIENCE: Duration = Duration::from_millis(50);
/// The most connections that fill the queue; one is enough, and a wake-up may have left another.
const FILLERS_MAX: usize = 8;
/// The length of the queue while the line works.
const QUEUE_LENGTH: i32 = 128;

/// The simulated line. All methods may be called from any thread; dropping it closes the anchor.
pub struct LineSimulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Held while the line is being cut or mended, so that neither begins before the other has ended.
    switch: Mutex<()>,
}

struct Shared {
    listener: TcpListener,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    cut: bool,
    closing: bool,
    /// The accepting thread has seen the cut and accepts nothing.
    paused: bool,
    /// The connections that fill the queue.
    fillers: Vec<TcpStream>,
}

impl LineSimulator {
    /// Starts it, whole, on 127.0.0.1 at `port`; 0 takes any free one.
    ///
    /// # Errors
    ///
    /// The port is in use or may not be used.
    pub fn start(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { listener, state: Mutex::default(), changed: Condvar::new() });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accepting.accept());
        Ok(Self { address, shared, switch: Mutex::new(()) })
    }

    /// The anchor to probe.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts the line. When it returns, a connection to the anchor is not made any more. Does nothing when it is cut.
    ///
    /// # Errors
    ///
    /// The operating system does not let the queue be shortened, or goes on taking connections.
    pub fn cut(&self) -> io::Result<()> {
        let _switch = self.switch();
        if std::mem::replace(&mut self.shared.state().cut, true) {
            return Ok(());
        }
        // The accepting thread may be blocked in accept(): a connection brings it back to look at the state.
        let wake = TcpStream::connect_timeout(&self.address, FILL_PATIENCE);
        let state = self.shared.state();
        let waiting = |state: &mut State| !state.paused;
        let mut state = self.shared.changed.wait_while(state, waiting).unwrap_or_else(PoisonError::into_inner);
        drop(wake);
        SockRef::from(&self.shared.listener).listen(0)?;
        while state.fillers.len() < FILLERS_MAX {
            match TcpStream::connect_timeout(&self.address, FILL_PATIENCE) {
                Ok(filler) => state.fillers.push(filler),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("the operating system takes connections although the queue of the anchor is full"))
    }

    /// Mends the line. Does nothing when it is whole.
    ///
    /// # Errors
    ///
    /// The operating system does not let the queue grow again.
    pub fn mend(&self) -> io::Result<()> {
        let _switch = self.switch();
        let mut state = self.shared.state();
        if state.cut {
            SockRef::from(&self.shared.listener).listen(QUEUE_LENGTH)?;
            state.cut = false;
            state.fillers.clear();
            self.shared.changed.notify_all();
        }
        Ok(())
    }

    fn switch(&self) -> MutexGuard<'_, ()> {
        // It guards no data.
        self.switch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LineSimulator {
    fn drop(&mut self) {
        self.shared.state().closing = true;
        self.shared.changed.notify_all();
        let _ = SockRef::from(&self.shared.listener).shutdown(Shutdown::Both);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // The state is a few flags, each written at once: it cannot be left half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accept(&self) {
        loop {
            let mut state = self.state();
            while state.cut && !state.closing {
                state.paused = true;
                self.changed.notify_all();
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state.paused = false;
            if state.closing {
                return;
            }
            drop(state);
            if self.listener.accept().is_err() {
                // Closed, which the next round sees, or out of file handles.
                thread::sleep(Duration::from_millis(10));
            }
        }
    }
}
