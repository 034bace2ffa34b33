//! What can go wrong with the store, in sentences that say what happened and what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::domain::ids::{PaymentId, SaveId};
use crate::domain::ledger::Unfitting;

/// Why the store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "the data folder {} is in use by another Stopgap: close that one first, or choose another folder with --data",
        folder.display()
    )]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// A file or folder cannot be made, read or written.
    #[error(
        "cannot {action} {}: {source}; the data folder has to be on a local disk with room, and belong to the user that \
         runs Stopgap",
        path.display()
    )]
    Folder {
        /// What was tried: “create the folder”, “read”.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The SQLite in the program can corrupt a write-ahead log.
    #[error("SQLite {found} is too old: a version before {minimum} can corrupt its log; build with the bundled one")]
    SqliteTooOld {
        /// The version that runs.
        found: &'static str,
        /// The oldest that may.
        minimum: &'static str,
    },
    /// SQLite did not take a setting that durability depends on.
    #[error("SQLite did not take PRAGMA {name}: wanted {wanted}, it says {found}")]
    Pragma {
        /// Its name.
        name: &'static str,
        /// The value asked for.
        wanted: String,
        /// The value read back.
        found: String,
    },
    /// The ledger belongs to a newer program.
    #[error(
        "the ledger in {} has schema {found}, this program knows schemas up to {known}: it was written by a newer \
         Stopgap, start that one",
        folder.display()
    )]
    Newer {
        /// The folder.
        folder: PathBuf,
        /// The schema of the ledger.
        found: u32,
        /// The newest schema of this program.
        known: u32,
    },
    /// The database cannot be used for a reason other than damage (no room, no access).
    #[error("the database {} cannot be used: {source}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// Going on would make a loss worse or hide it.
    #[error("stopped, so that nothing gets worse: {0}")]
    Halt(String),
}

impl OpenError {
    /// Turns an error of the system into one that names the path and what was tried.
    pub(super) fn folder(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Folder { action, path: path.to_owned(), source }
    }

    pub(super) fn database(path: &Path) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Self::Database { path: path.to_owned(), source }
    }
}

/// Why a save was refused. In every case but [`SaveError::Halt`] nothing has changed and the program goes on.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// A fact does not fit what the ledger knows.
    #[error(transparent)]
    Unfitting(#[from] Unfitting),
    /// There is nothing in it.
    #[error("a save without facts says nothing")]
    Empty,
    /// The id was used before, for other facts.
    #[error("save {save} was made before with other facts")]
    OtherFacts {
        /// The id.
        save: SaveId,
    },
    /// A sealed card and the facts do not belong together.
    #[error("the sealed card of payment {payment} does not fit the facts: {why}")]
    Sealed {
        /// The payment.
        payment: PaymentId,
        /// What does not fit.
        why: &'static str,
    },
    /// The disk or the database refused it.
    #[error("not saved, {step} failed: {why}")]
    NotSaved {
        /// Which step.
        step: &'static str,
        /// What was said.
        why: String,
    },
    /// Nobody can say any more what is on the disk: the program has to stop, and to look at the next start.
    #[error("the store has to stop: {why}; start again, the last save is then either there or shown as unconfirmed")]
    Halt {
        /// What happened.
        why: String,
    },
}

/// Why something cannot be read out of the store.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// SQLite refused.
    #[error("the ledger cannot be read: {0}")]
    Database(#[from] rusqlite::Error),
    /// A row holds what this program does not understand.
    #[error("a row of {table} does not read back: {why}")]
    Row {
        /// The table.
        table: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A file refused.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder holds no ledger, or not the keys of it.
    #[error("{0}")]
    NoLedger(String),
}

impl ReadError {
    pub(super) fn row(table: &'static str) -> impl Fn(serde_json::Error) -> Self {
        move |error| Self::Row { table, why: error.to_string() }
    }

    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }
}
