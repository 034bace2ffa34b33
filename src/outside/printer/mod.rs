//! The receipt printer: a printout goes to it block by block, and what comes of it is "whole" or how far it got.
//!
//! Nothing is ever printed again by itself. Where not a byte was sent the caller may try again; else some lines may be
//! out already, and a person decides whether the customer gets a second paper, which then says COPY.
//!
//! Every step is bounded: [`CONNECT_MAX`], [`ANSWER_MAX`], [`BLOCK_MAX`] and, for all of it, [`PRINTOUT_MAX`].

pub mod desk;
mod link;
mod painter;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use self::link::Link;
pub use self::painter::Painter;
use crate::escpos::{Answer, DrawerPin, Printout, Question, Status, Trouble, kick};

/// How long a connection may take.
pub const CONNECT_MAX: Duration = Duration::from_secs(2);
/// How long a printer may take to say its state, which it does even when it has stopped.
pub const ANSWER_MAX: Duration = Duration::from_secs(1);
/// How long it may take over one block: four lines and a code take it well below a second.
pub const BLOCK_MAX: Duration = Duration::from_secs(4);
/// After so long without an answer to a block the printer is asked why.
const ASK_WHY_AFTER: Duration = Duration::from_millis(500);
/// How long all of a printout may take.
pub const PRINTOUT_MAX: Duration = Duration::from_mins(1);
/// The most bytes that are read while one answer is waited for: a printer that talks without end is broken.
const NOISE_MAX: usize = 256;

/// Where a printer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrinterAddress {
    /// On the network, as a rule at port 9100.
    Network(SocketAddr),
    /// A device file: `/dev/usb/lp0`, or a serial line whose speed and raw mode the system has set. Unix only.
    Device(PathBuf),
}

/// A printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printer {
    /// Where it is.
    pub address: PrinterAddress,
    /// It answers questions. One that does not, as behind some USB cables, is written to blindly.
    pub answers: bool,
}

/// What is known of a printout that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The printer has worked on all of it.
    Printed,
    /// It took all of it, and cannot say what became of it.
    Taken,
}

/// How far a printout got that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// Not a byte was sent: it can be printed again, and nothing is printed twice.
    Nothing,
    /// Some of it may be on paper.
    Part {
        /// So many lines are surely printed.
        surely: usize,
        /// So many at most.
        at_most: usize,
        /// So many it has.
        of: usize,
    },
}

/// Why a printer did not do what it was sent.
#[derive(Debug, thiserror::Error)]
pub enum PrintCause {
    /// There is no way to it.
    #[error("no connection to the printer: {0}")]
    Connection(#[source] io::Error),
    /// The way to it broke.
    #[error("the connection to the printer broke: {0}")]
    Broke(#[source] io::Error),
    /// It takes nothing and says nothing.
    #[error("the printer does not answer")]
    Silent,
    /// It says why.
    #[error("{0}")]
    Trouble(Trouble),
}

/// A printout, or a drawer's pulse, that failed.
#[derive(Debug)]
pub struct PrintFailure {
    /// Why.
    pub cause: PrintCause,
    /// How far it got.
    pub reached: Reached,
}

impl fmt::Display for PrintFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = &self.cause;
        match self.reached {
            Reached::Nothing => write!(f, "{cause}; nothing was printed"),
            Reached::Part { surely, at_most, of } if surely == at_most => {
                write!(f, "{cause}; {surely} of {of} lines were printed")
            }
            Reached::Part { surely, at_most, of } => {
                write!(f, "{cause}; {surely} to {at_most} of {of} lines were printed")
            }
        }
    }
}

impl std::error::Error for PrintFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

impl Printer {
    /// Prints, once.
    ///
    /// # Errors
    ///
    /// Says why and how far it got. A printer that says beforehand that it cannot print is sent nothing.
    pub fn print(&self, printout: &Printout) -> Result<Delivery, PrintFailure> {
        let nothing = |cause| PrintFailure { cause, reached: Reached::Nothing };
        let until = Instant::now() + PRINTOUT_MAX;
        let mut talk = self.open().map_err(nothing)?;
        if self.answers {
            talk.ready().map_err(nothing)?;
        }
        let (mut surely, mut sent) = (0, 0);
        for block in &printout.blocks {
            sent += block.lines;
            let done = talk.print_block(&block.bytes, self.answers, until);
            let reached = Reached::Part { surely, at_most: sent, of: printout.lines() };
            done.map_err(|cause| PrintFailure { cause, reached })?;
            surely = sent;
        }
        Ok(if self.answers { Delivery::Printed } else { Delivery::Taken })
    }

    /// Opens a drawer. Nothing says that it opened; a printer that stands still is not sent the pulse, so that the drawer
    /// does not spring open when somebody refills the paper.
    ///
    /// # Errors
    ///
    /// The printer cannot be reached, or says that it has stopped.
    pub fn kick(&self, pin: DrawerPin) -> Result<(), PrintFailure> {
        let failed = |cause| PrintFailure { cause, reached: Reached::Nothing };
        let mut talk = self.open().map_err(failed)?;
        if self.answers {
            talk.ready().map_err(failed)?;
        }
        talk.print_block(&kick(pin), self.answers, Instant::now() + BLOCK_MAX).map_err(failed)
    }

    /// Whether there is a way to it; all that can be asked of one that does not answer.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn reach(&self) -> Result<(), PrintCause> {
        self.open().map(|_| ())
    }

    /// Asks how it is.
    ///
    /// # Errors
    ///
    /// It cannot be reached or does not answer.
    pub fn status(&self) -> Result<Status, PrintCause> {
        self.open()?.status()
    }

    fn open(&self) -> Result<Talk, PrintCause> {
        let link = Link::open(&self.address, CONNECT_MAX).map_err(PrintCause::Connection)?;
        Ok(Talk { link, is_done: false })
    }
}

/// A connection that is being talked over.
struct Talk {
    link: Link,
    /// The last block has been worked on. The answer may come while another is waited for.
    is_done: bool,
}

impl Talk {
    fn status(&mut self) -> Result<Status, PrintCause> {
        let mut answers = [0; 4];
        for (question, answer) in Question::ALL.into_iter().zip(&mut answers) {
            let until = Instant::now() + ANSWER_MAX;
            self.send(&question.bytes(), until)?;
            *answer = self.wait(until, |answer| match answer {
                Answer::RealTime(byte) => Some(byte),
                Answer::BlockDone | Answer::Other(_) => None,
            })?;
        }
        Ok(Status::of(answers))
    }

    fn ready(&mut self) -> Result<(), PrintCause> {
        self.status()?.trouble().map_or(Ok(()), |trouble| Err(PrintCause::Trouble(trouble)))
    }

    /// Sends a block and waits until it has been worked on. A printer that takes its time is asked why.
    fn print_block(&mut self, bytes: &[u8], answers: bool, until: Instant) -> Result<(), PrintCause> {
        let until = until.min(Instant::now() + BLOCK_MAX);
        self.is_done = false;
        self.send(bytes, until)?;
        if !answers {
            return Ok(());
        }
        self.send(&Question::after_block(), until)?;
        while !self.is_done {
            match self.wait(until.min(Instant::now() + ASK_WHY_AFTER), |answer| match answer {
                Answer::BlockDone => Some(()),
                Answer::RealTime(_) | Answer::Other(_) => None,
            }) {
                Err(PrintCause::Silent) => self.ask_why(until)?,
                other => return other,
            }
        }
        Ok(())
    }

    /// Why a block is not done; nothing when the printer is well and only slow, or got done meanwhile.
    fn ask_why(&mut self, until: Instant) -> Result<(), PrintCause> {
        let trouble = match self.status() {
            Ok(status) => status.trouble(),
            Err(PrintCause::Silent) => None,
            Err(broke) => return Err(broke),
        };
        match trouble {
            _ if self.is_done => Ok(()),
            Some(trouble) => Err(PrintCause::Trouble(trouble)),
            None if Instant::now() >= until => Err(PrintCause::Silent),
            None => Ok(()),
        }
    }

    fn send(&mut self, bytes: &[u8], until: Instant) -> Result<(), PrintCause> {
        self.link.send(bytes, until).map_err(broke)
    }

    /// The first answer that is looked for; others are passed over.
    fn wait<T>(&mut self, until: Instant, wanted: impl Fn(Answer) -> Option<T>) -> Result<T, PrintCause> {
        for _ in 0..NOISE_MAX {
            let answer = Answer::of(self.link.receive(until).map_err(broke)?);
            self.is_done |= answer == Answer::BlockDone;
            if let Some(found) = wanted(answer) {
                return Ok(found);
            }
        }
        Err(PrintCause::Silent)
    }
}

fn broke(error: io::Error) -> PrintCause {
    match error.kind() {
        io::ErrorKind::TimedOut => PrintCause::Silent,
        _ => PrintCause::Broke(error),
    }
}
