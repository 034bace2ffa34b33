//! Where a save can go wrong, so that tests can make it go wrong there.
//!
//! The product runs with no [`Faults`] at all. A simulation hands one in through [`super::Options`] and is asked before
//! each step of every save; it answers with nothing, with an error of the disk, or with a crash.

use std::fmt;
use std::io;

/// The steps of a save, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SavePoint {
    /// Before the file of a sealed card is written and flushed.
    SealedWrite,
    /// Before the frame is appended to the mirror. A crash here leaves the first half of it behind.
    MirrorAppend,
    /// After the append, before its flush.
    MirrorSync,
    /// Before the transaction begins.
    Begin,
    /// Before each row of the transaction.
    Row,
    /// Before the commit. An error here means that nothing was committed.
    Commit,
    /// After the commit, before anybody is told. An error here means that the commit is in the file, but was reported
    /// as failed.
    AfterCommit,
    /// Before the record that takes a refused save back is appended and flushed to the mirror.
    Abort,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strike {
    /// The disk reports an error for this step.
    Error,
    /// The process is gone: nothing after this point is done, not even tidying up.
    Crash,
}

/// Decides what goes wrong where.
pub trait Faults: Send {
    /// Asked before each step; `None` lets it go on.
    fn strike(&mut self, point: SavePoint) -> Option<Strike>;
}

/// What a struck step returns.
#[derive(Debug)]
pub(super) enum Struck {
    Error(io::Error),
    Crash,
}

/// The faults of one store; none in the product.
pub(super) struct Trials(Option<Box<dyn Faults>>);

impl Trials {
    pub(super) fn new(faults: Option<Box<dyn Faults>>) -> Self {
        Self(faults)
    }

    pub(super) fn check(&mut self, point: SavePoint) -> Result<(), Struck> {
        match self.0.as_mut().and_then(|faults| faults.strike(point)) {
            None => Ok(()),
            Some(Strike::Error) => Err(Struck::Error(io::Error::other(format!("injected at {point:?}")))),
            Some(Strike::Crash) => Err(Struck::Crash),
        }
    }
}

impl fmt::Debug for Trials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Trials(some)" } else { "Trials(none)" })
    }
}
