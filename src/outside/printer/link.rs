//! The way to a printer: a connection, or a device file that is not waited for. Both end at a given moment.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::PrinterAddress;

/// How often a device that is not ready is tried again.
#[cfg(unix)]
const TRY_AGAIN: Duration = Duration::from_millis(5);

/// An open way.
pub enum Link {
    /// On the network.
    Network(TcpStream),
    /// A device file, opened so that neither reading nor writing waits.
    #[cfg(unix)]
    Device(std::fs::File),
}

impl Link {
    /// Opens it.
    ///
    /// # Errors
    ///
    /// There is no such printer, or it takes no connection in time.
    pub fn open(address: &PrinterAddress, bound: Duration) -> io::Result<Self> {
        match address {
            PrinterAddress::Network(address) => {
                let stream = TcpStream::connect_timeout(address, bound)?;
                stream.set_nodelay(true)?;
                Ok(Self::Network(stream))
            }
            #[cfg(unix)]
            PrinterAddress::Device(path) => {
                use std::os::unix::fs::OpenOptionsExt;

                // Not waiting: a printer that is switched off would hold the open call itself for ever. And a serial
                // line must not become the terminal that can interrupt this program.
                let mut options = std::fs::OpenOptions::new();
                options.read(true).write(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
                options.open(path).map(Self::Device)
            }
            #[cfg(not(unix))]
            PrinterAddress::Device(_) => {
                let why = "printers at a device file need Unix; give the printer's network address";
                Err(io::Error::new(io::ErrorKind::Unsupported, why))
            }
        }
    }

    /// Sends all of it.
    ///
    /// # Errors
    ///
    /// `TimedOut` when it was not taken in time; some of it may have been.
    pub fn send(&mut self, bytes: &[u8], until: Instant) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = self.once(until, |link| match link {
                Self::Network(stream) => stream.write(rest),
                #[cfg(unix)]
                Self::Device(file) => file.write(rest),
            })?;
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// The next byte that comes.
    ///
    /// # Errors
    ///
    /// `TimedOut` when none came in time.
    pub fn receive(&mut self, until: Instant) -> io::Result<u8> {
        let mut byte = [0];
        loop {
            let read = self.once(until, |link| match link {
                // Nothing to read is the end of a connection.
                Self::Network(stream) => stream.read(&mut byte).and_then(not_the_end),
                #[cfg(unix)]
                Self::Device(file) => file.read(&mut byte).or_else(nothing_yet),
            })?;
            match read {
                0 => pause(until)?,
                _ => return Ok(byte[0]),
            }
        }
    }

    /// Tries until it works, fails otherwise than by not being ready, or the time is over.
    fn once(&mut self, until: Instant, mut attempt: impl FnMut(&mut Self) -> io::Result<usize>) -> io::Result<usize> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            if let Self::Network(stream) = self {
                stream.set_read_timeout(Some(left))?;
                stream.set_write_timeout(Some(left))?;
            }
            match attempt(self) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => pause(until)?,
                other => return other,
            }
        }
    }
}

fn not_the_end(read: usize) -> io::Result<usize> {
    if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(read) }
}

/// The driver of USB printers says "nothing there" with an empty read, that of serial lines with an error.
#[cfg(unix)]
fn nothing_yet(error: io::Error) -> io::Result<usize> {
    if error.kind() == io::ErrorKind::WouldBlock { Ok(0) } else { Err(error) }
}

/// Waits a moment, or says that the time is over. Only a device comes here: a connection waits by itself.
fn pause(until: Instant) -> io::Result<()> {
    if Instant::now() >= until {
        return Err(io::ErrorKind::TimedOut.into());
    }
    #[cfg(unix)]
    std::thread::sleep(TRY_AGAIN);
    Ok(())
}
