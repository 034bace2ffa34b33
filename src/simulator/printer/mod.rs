//! A receipt printer on the network that keeps what it printed, and fails the way printers fail.
//!
//! It reads ESC/POS by itself, not with the program's own writer of it, and knows only what it has to: a command it does
//! not know is kept as one, so that a test sees it. Like a real printer it takes one connection at a time, looks for
//! real-time commands in everything that comes, keeps what it cannot print yet, and prints it when there is paper again.

mod command;
mod reading;

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub use self::command::COMMANDS;
pub use self::reading::Printed;
use self::reading::{Reader, real_time_question};

/// How often it looks around: for connections, bytes, and faults that were set.
const TICK: Duration = Duration::from_millis(5);
/// The most things it keeps; what is printed beyond is dropped, the oldest first.
const KEPT_MAX: usize = 100_000;
/// The most bytes in its buffer; one that is full takes no more.
const BUFFER_MAX: usize = 64 * 1024;

/// What is wrong with it.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each fault comes and goes by itself")]
struct Faults {
    /// So many lines of paper are left; without a number, enough.
    paper_lines: Option<usize>,
    is_cover_open: bool,
    is_cutter_jammed: bool,
    /// Connections are taken, nothing is read.
    is_frozen: bool,
    /// Everything is printed, nothing is answered.
    is_mute: bool,
    /// Every connection ends at once.
    is_unplugged: bool,
    /// The connection ends after so many more bytes.
    drop_after: Option<usize>,
}

#[derive(Default)]
struct State {
    faults: Faults,
    printed: Vec<Printed>,
    reader: Reader,
}

struct Shared {
    state: Mutex<State>,
    ends: AtomicBool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The printer. It ends when it is dropped.
pub struct PrinterSimulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    worker: Option<JoinHandle<()>>,
}

impl PrinterSimulator {
    /// At this port of 127.0.0.1, or at a free one for 0.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub fn start(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { state: Mutex::default(), ends: AtomicBool::new(false) });
        let worker = thread::spawn({
            let shared = Arc::clone(&shared);
            move || serve(&listener, &shared)
        });
        Ok(Self { address, shared, worker: Some(worker) })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What came out of it, in order.
    #[must_use]
    pub fn printed(&self) -> Vec<Printed> {
        self.shared.state().printed.clone()
    }

    /// The paper ends after so many more lines.
    pub fn end_paper_after(&self, lines: usize) {
        self.shared.state().faults.paper_lines = Some(lines);
    }

    /// A new roll.
    pub fn load_paper(&self) {
        self.shared.state().faults.paper_lines = None;
    }

    /// Opens or closes the cover.
    pub fn set_cover_open(&self, is_open: bool) {
        self.shared.state().faults.is_cover_open = is_open;
    }

    /// Jams or frees the cutter.
    pub fn set_cutter_jammed(&self, is_jammed: bool) {
        self.shared.state().faults.is_cutter_jammed = is_jammed;
    }

    /// Reads nothing more, or goes on.
    pub fn set_frozen(&self, is_frozen: bool) {
        self.shared.state().faults.is_frozen = is_frozen;
    }

    /// Prints and answers nothing, or answers again.
    pub fn set_mute(&self, is_mute: bool) {
        self.shared.state().faults.is_mute = is_mute;
    }

    /// Ends every connection at once, or keeps them again.
    pub fn set_unplugged(&self, is_unplugged: bool) {
        self.shared.state().faults.is_unplugged = is_unplugged;
    }

    /// Ends the connection, once, after so many more bytes; they are printed.
    pub fn drop_after(&self, bytes: usize) {
        self.shared.state().faults.drop_after = Some(bytes);
    }
}

impl Drop for PrinterSimulator {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::SeqCst);
        if let Some(worker) = self.worker.take() {
            // A worker that panicked has nothing more to say here.
            let _ = worker.join();
        }
    }
}

fn serve(listener: &TcpListener, shared: &Shared) {
    while !shared.ends.load(Ordering::SeqCst) {
        if let Ok((stream, _)) = listener.accept() {
            // A connection that breaks is the other side's to notice.
            let _ = talk(stream, shared);
        } else {
            // Paper may have been loaded meanwhile: what is in the buffer is printed without a connection, too.
            shared.state().work();
            thread::sleep(TICK);
        }
    }
}

fn talk(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(TICK))?;
    let mut chunk = [0; 512];
    while !shared.ends.load(Ordering::SeqCst) {
        let faults = shared.state().faults;
        if faults.is_unplugged {
            return Ok(());
        }
        let is_full = shared.state().reader.waiting() >= BUFFER_MAX;
        if faults.is_frozen || is_full {
            thread::sleep(TICK);
            shared.state().work();
            continue;
        }
        let most = faults.drop_after.map_or(chunk.len(), |left| left.min(chunk.len()));
        if faults.drop_after == Some(0) {
            shared.state().faults.drop_after = None;
            return Ok(());
        }
        let read = match stream.read(&mut chunk[..most]) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => 0,
            Err(error) => return Err(error),
        };
        let mut state = shared.state();
        state.faults.drop_after = state.faults.drop_after.map(|left| left.saturating_sub(read));
        let mut answers = Vec::new();
        for byte in &chunk[..read] {
            state.reader.take(*byte);
            if let Some(n) = real_time_question(&mut state.reader) {
                answers.push(state.real_time(n));
            }
        }
        answers.extend(state.work());
        let is_mute = state.faults.is_mute;
        drop(state);
        if !is_mute {
            stream.write_all(&answers)?;
        }
    }
    Ok(())
}

impl State {
    /// Whether it prints now.
    fn is_ready(&self) -> bool {
        let faults = self.faults;
        faults.paper_lines != Some(0) && !faults.is_cover_open && !faults.is_cutter_jammed && !faults.is_frozen
    }

    /// Prints what is in the buffer as long as it can; returns the answers to send.
    fn work(&mut self) -> Vec<u8> {
        let mut answers = Vec::new();
        while self.is_ready() {
            let Some(next) = self.reader.next() else { break };
            match next {
                Printed::Asked => answers.push(if self.faults.paper_lines.is_some() { 0x03 } else { 0x00 }),
                other => {
                    if let (Some(left), true) = (self.faults.paper_lines, other.is_on_paper()) {
                        self.faults.paper_lines = Some(left.saturating_sub(1));
                    }
                    self.printed.push(other);
                    let surplus = self.printed.len().saturating_sub(KEPT_MAX);
                    self.printed.drain(..surplus);
                }
            }
        }
        answers
    }

    /// The answer to `DLE EOT n`.
    fn real_time(&self, n: u8) -> u8 {
        let faults = self.faults;
        let bit = |is_set: bool, bit: u8| if is_set { bit } else { 0 };
        let is_out = faults.paper_lines == Some(0);
        let bits = match n {
            1 => bit(!self.is_ready(), 0x08),
            2 => bit(faults.is_cover_open, 0x04) | bit(is_out, 0x20) | bit(faults.is_cutter_jammed, 0x40),
            3 => bit(faults.is_cutter_jammed, 0x08),
            _ => bit(faults.paper_lines.is_some(), 0x0c) | bit(is_out, 0x60),
        };
        bits | 0x12
    }
}

#[cfg(test)]
mod tests;
