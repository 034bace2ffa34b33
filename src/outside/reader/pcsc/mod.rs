//! A PC/SC reader, watched for its health: is it there, does it work, does the chip of the card that was put in answer.
//!
//! Nothing is paid through it and no card is read: that is the business of the payment terminal, whose answer the
//! cashier types. Watching is done by a child process ([`crate::outside::pcsc_child`]), because the reader service can
//! hang so that only a killed process gets free of it.
//!
//! What is seen comes as [`PcscNews`] to one callback, and [`PcscWatch::state`] gives the last known state to whoever
//! probes or climbs the diagnosis ladder.

mod child;
mod picture;
mod supervisor;

use std::fmt;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

pub use self::child::ChildProgram;
use self::child::Message;
use self::supervisor::Supervisor;
use crate::domain::reader::{ReaderNews, ReaderReport};

/// The most messages that wait for the thread that watches over the child. A child that says more waits in its pipe.
const MESSAGES_MAX: usize = 64;

/// What the shop chose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PcscSettings {
    /// A part of the name of the shop's reader, as `pcsc_scan` shows it. Without one any reader will do.
    pub reader: Option<String>,
    /// Whether a card that is put in is sent one SELECT, to see that its chip is alive. Only for readers that no payment
    /// program uses at the same time.
    pub ask_chip: bool,
    /// The library to load in place of [`crate::outside::pcsc_child::LIBRARY`].
    pub library: Option<String>,
}

/// What the watch has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PcscNews {
    /// Something of the reader. A report comes as often in a row as makes the health machine certain.
    Reader(ReaderNews),
    /// The reader cannot be watched, said once until it can be. The till goes on as with a reader that cannot be asked.
    NotWatching(WhyNot),
}

/// What the watch knows of the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PcscState {
    /// Nothing yet.
    Unseen,
    /// A failure that may be over with the next look: the health machine has not been told of it often enough.
    Suspected(ReaderReport),
    /// How it is.
    Known(ReaderReport),
    /// It cannot be watched.
    NotWatching(WhyNot),
}

impl PcscState {
    /// How the reader is or seems to be, where that is known.
    #[must_use]
    pub fn report(&self) -> Option<&ReaderReport> {
        match self {
            Self::Suspected(report) | Self::Known(report) => Some(report),
            Self::Unseen | Self::NotWatching(_) => None,
        }
    }

    /// The answer to a probe: busy where nobody can say. A suspicion is told as news, once for each time that it was
    /// seen; a probe that repeated it would make one failure count as two.
    #[must_use]
    pub fn probed(&self) -> ReaderReport {
        match self {
            Self::Known(report) => report.clone(),
            Self::Unseen | Self::Suspected(_) | Self::NotWatching(_) => ReaderReport::Busy,
        }
    }
}

/// Why the reader cannot be watched. The text is one line for the person who looks after the till.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhyNot {
    /// The child process cannot be started.
    #[error("the reader cannot be watched: {program} does not start: {why}")]
    NoChild {
        /// The program.
        program: String,
        /// What the system said.
        why: String,
    },
    /// The child started, but said nothing at all in time.
    #[error("the reader cannot be watched: the watching process says nothing")]
    SilentChild,
    /// PC/SC is not installed.
    #[error("the reader cannot be watched: PC/SC is not installed ({why}); install pcscd and libpcsclite1")]
    NoLibrary {
        /// What the loader said.
        why: String,
    },
    /// Not on this system.
    #[error("the reader cannot be watched: PC/SC is supported on Linux only")]
    NotSupported,
    /// The child ended by itself.
    #[error("the reader cannot be watched: the watching process ended by itself ({how})")]
    ChildEnded {
        /// How.
        how: String,
    },
    /// The child says what nobody understands: another version of the program was started.
    #[error("the reader cannot be watched: {why}")]
    Nonsense {
        /// What is wrong with it.
        why: String,
    },
}

/// Watches a PC/SC reader for as long as it lives. Dropping it ends the child process and its threads.
pub struct PcscWatch {
    messages: SyncSender<Message>,
    state: Arc<Mutex<PcscState>>,
    supervisor: Option<JoinHandle<()>>,
}

impl fmt::Debug for PcscWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PcscWatch").field("state", &self.state()).finish_non_exhaustive()
    }
}

impl PcscWatch {
    /// Starts to watch with a child of this very program. `news` is called from a thread of the watch and must return at
    /// once: while it does not, no failure is noticed.
    ///
    /// # Errors
    ///
    /// Where the system does not say which program runs, or gives no thread. A child that does not start is no error but
    /// [`PcscNews::NotWatching`], and is tried again.
    pub fn start(settings: &PcscSettings, news: impl FnMut(PcscNews) + Send + 'static) -> io::Result<Self> {
        let program = ChildProgram::own(settings.library.as_deref(), settings.ask_chip)?;
        Self::start_program(program, settings, news)
    }

    /// As [`PcscWatch::start`], with a child of any program that writes the same lines.
    ///
    /// # Errors
    ///
    /// Where the system gives no thread.
    pub fn start_program(
        program: ChildProgram,
        settings: &PcscSettings,
        news: impl FnMut(PcscNews) + Send + 'static,
    ) -> io::Result<Self> {
        let (messages, inbox) = sync_channel(MESSAGES_MAX);
        let state = Arc::new(Mutex::new(PcscState::Unseen));
        let supervisor =
            Supervisor::new(program, settings.reader.clone(), messages.clone(), Arc::clone(&state), Box::new(news));
        let thread = thread::Builder::new().name("pcsc-watch".to_owned()).spawn(move || supervisor.run(&inbox))?;
        Ok(Self { messages, state, supervisor: Some(thread) })
    }

    /// What is known now. Never blocks.
    #[must_use]
    pub fn state(&self) -> PcscState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How the reader is or seems to be, as far as is known now. Never blocks.
    #[must_use]
    pub fn report(&self) -> Option<ReaderReport> {
        self.state().report().cloned()
    }
}

impl Drop for PcscWatch {
    fn drop(&mut self) {
        // Fails only when the thread is over already.
        let _ = self.messages.send(Message::Stop);
        if let Some(thread) = self.supervisor.take() {
            // A callback that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
