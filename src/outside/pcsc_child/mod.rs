//! The child process of the till that watches PC/SC readers: `stopgap pcsc-watch`.
//!
//! It is a process of its own because the reader service can hang, and a call into a hung service ignores its time-out
//! and cannot be cancelled: only a process can be ended from outside. The parent is
//! [`crate::outside::reader::pcsc::PcscWatch`].
//!
//! ```text
//!        ┌──────────── no service: wait, longer each time ───────────┐
//!        ▼                                                           │
//!   establish ──ok──► ServiceUp ──► list ──► wait one slice ──► Beat ─┤ any error but an unknown reader:
//!        ▲                           ▲               │               │ the context is dead
//!        │                           └───────────────┘               │
//!        └──── ServiceStopped, wait ◄── drop the context ◄────────────┘
//! ```
//!
//! A dead context fails in microseconds at every call, so no way round this picture is without a wait. It watches the
//! health of readers and nothing else: no card is read.

#[cfg(target_os = "linux")]
mod chip;
#[cfg(target_os = "linux")]
mod library;
pub mod line;
#[cfg(target_os = "linux")]
mod readers;
#[cfg(target_os = "linux")]
mod watch;

use std::io;
use std::time::Duration;

use self::line::WatchLine;

/// The library where nothing else is said: the one that pcsc-lite installs.
pub const LIBRARY: &str = "libpcsclite.so.1";
/// How long one look at the readers waits for a change, and so the longest time between two beats of a service that
/// answers.
pub const SLICE: Duration = Duration::from_millis(500);

/// What to watch with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchOptions {
    /// The file name of the library.
    pub library: String,
    /// Whether a card that answered its reset is sent one SELECT as well, to see that its chip is alive.
    pub ask_chip: bool,
}

/// Why watching ended.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The library cannot be loaded.
    #[error("PC/SC is not installed: {why}; install pcscd and the library {library}")]
    LibraryMissing {
        /// Which library.
        library: String,
        /// What the loader said.
        why: String,
    },
    /// Not on this system.
    #[error("watching PC/SC readers is not supported on this operating system, only on Linux")]
    NotSupported,
    /// What was seen can be told to nobody.
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
}

/// Watches until what it sees can be told to nobody any more. `say` is given each line in turn, and must not block for
/// long: the beat waits for it.
///
/// # Errors
///
/// Where the library or the system is missing, after the line that says so; and where `say` fails.
pub fn run(options: &WatchOptions, say: &mut dyn FnMut(&WatchLine) -> io::Result<()>) -> Result<(), WatchError> {
    say(&WatchLine::Started)?;
    watch_here(options, say)
}

#[cfg(target_os = "linux")]
fn watch_here(options: &WatchOptions, say: &mut dyn FnMut(&WatchLine) -> io::Result<()>) -> Result<(), WatchError> {
    match library::Library::open(&options.library) {
        Ok(library) => Ok(watch::watch(&library, options.ask_chip, say)?),
        Err(error) => {
            let why = line::capped(&error.to_string());
            say(&WatchLine::LibraryMissing { why: why.clone() })?;
            Err(WatchError::LibraryMissing { library: options.library.clone(), why })
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn watch_here(_options: &WatchOptions, say: &mut dyn FnMut(&WatchLine) -> io::Result<()>) -> Result<(), WatchError> {
    say(&WatchLine::NotSupported)?;
    Err(WatchError::NotSupported)
}
