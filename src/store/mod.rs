//! The store: everything that was ever saved on this till, and the only SQL of the program.
//!
//! One call matters: [`Store::save`]. It takes the facts of one event and stores all of them or none, so that they
//! survive a power cut, and answers only then. [`Store::open`] brings back what was saved, checks that nothing of it is
//! missing, and says what it had to repair.
//!
//! # What is in the data folder
//!
//! | file | what | when it is damaged or missing |
//! |---|---|---|
//! | `stopgap.db` (`-wal`, `-shm`) | the journal, and tables of the current state made of it | rebuilt from the mirror |
//! | `mirror/journal.log` | every entry once more, flushed before the database commits | rewritten from the database |
//! | `mirror/head` | the anchor: the last entry that somebody was told is saved | written anew |
//! | `mirror/sealed/PAYMENT` | second copy of a sealed card, while it may still be sent | restored from the database |
//! | `keys/journal.key` | ties the entries together; 32 random bytes | halt: bring it back |
//! | `keys/till.ed25519` | signs the closing of each day; PKCS#8 | halt: bring it back |
//! | `lock` | one process per store | |
//!
//! Two of the first three damaged is a halt that says what is lost. Damaged files are moved aside, never deleted.
//!
//! # Reading order
//!
//! [`save`] is the heart. [`startup`] and [`judge`] are what a start does. Then the pieces: [`entry`] and [`keys`] (the
//! chain), [`mirror`], [`database`] and [`migrations`] (the schema), [`fold`] and [`rows`] (facts into tables, one file
//! per noun: [`day`], [`sale`], [`cash`], [`card`], [`outage`], [`access`], [`reconcile`], [`counters`]), [`sealed`],
//! [`scrub`], [`checkpoint`]. [`replay`] and [`audit`] check a whole database, [`build`] makes one copy from the other.
//! [`reader`], [`history`] and [`verify`] are for reports and the command line, [`faults`] for the tests.

mod access;
mod audit;
mod batch;
mod build;
mod card;
mod cash;
mod checkpoint;
mod counters;
mod database;
mod day;
mod entry;
mod error;
mod faults;
mod files;
mod fold;
mod handover;
mod history;
mod journal;
mod judge;
mod keys;
mod migrations;
mod mirror;
mod outage;
mod payee;
mod reader;
mod reconcile;
mod replay;
mod rows;
mod sale;
mod save;
mod scrub;
mod sealed;
mod service;
mod startup;
mod verify;

use std::fs::File;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset, NaiveDate};
use rusqlite::Connection;

pub use self::checkpoint::Checkpoint;
pub use self::entry::Entry;
pub use self::error::{OpenError, ReadError, SaveError};
pub use self::faults::{Faults, SavePoint, Strike};
pub use self::history::{PastClose, PastDay};
pub use self::reader::{ENTRIES_MAX, News, Reader};
pub use self::startup::{Findings, Restored};
pub use self::verify::{Check, Checked, VerifyReport, verify};

use self::entry::Mark;
use self::faults::Trials;
use self::files::Layout;
use self::keys::Keys;
use self::mirror::Mirror;
use self::mirror::head::Head;
use crate::domain::fact::Fact;
use crate::domain::handover::{TILL_KEY_BYTES, TillPublicKey};
use crate::domain::ids::{ContactId, PaymentId, SaveId};
use crate::domain::ledger::Ledger;
use crate::domain::limits::{CardSpend, CardWindow};
use crate::seal::CardTagKey;

/// How a store is opened.
#[derive(Default)]
pub struct Options {
    /// The time, in seconds since 1970, to name files with that are moved aside.
    pub now_unix: i64,
    /// What goes wrong, in a test.
    pub faults: Option<Box<dyn Faults>>,
}

/// A store that was opened.
#[derive(Debug)]
pub struct Opened {
    /// For the writer thread.
    pub store: Store,
    /// What the till knows: the same as the store's own.
    pub ledger: Ledger,
    /// What the start found and did.
    pub found: Findings,
}

/// What a save led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The number of its last entry.
    pub last_seq: u64,
    /// When a day was closed: what to print on the slip.
    pub checkpoint: Option<Checkpoint>,
}

/// The store, open for writing. One thread has it; others read through [`Store::reader`].
#[derive(Debug)]
pub struct Store {
    layout: Layout,
    till: u8,
    keys: Keys,
    connection: Connection,
    mirror: Mirror,
    head: Head,
    /// The fold of everything saved; a save is tried on it first.
    ledger: Ledger,
    /// The last entry.
    last: Mark,
    /// The next number; larger than any that was ever given.
    next_seq: u64,
    trials: Trials,
    /// What was wiped since the log of the database was emptied.
    wipes: usize,
    /// Why nothing is saved any more.
    halted: Option<String>,
    /// Held, and given back by the system when the process ends in whatever way.
    _lock: File,
}

impl Store {
    /// Opens the store in `folder`, which is made at the first start, for the till of this number.
    ///
    /// Every copy is read and compared, the journal is played from its first entry, and the tables are compared with
    /// what it makes. One damaged copy is restored from the others; see [`Findings`].
    ///
    /// # Errors
    ///
    /// Another process has it, the folder cannot be used, a newer program wrote it, or going on could hide a loss
    /// ([`OpenError::Halt`]).
    pub fn open(folder: &Path, till: u8, options: Options) -> Result<Opened, OpenError> {
        startup::open(folder, till, options)
    }

    /// Stores the facts of one event, all or none, with the sealed cards that belong to them. When it answers with
    /// [`Saved`] they survive a power cut.
    ///
    /// The same save once more (the same id and facts) answers the same and changes nothing. `actor` is the person or
    /// the part of the program that did it.
    ///
    /// # Errors
    ///
    /// After every error but [`SaveError::Halt`] nothing has changed, now and after a restart. After a halt nothing is
    /// saved any more, and the next start says what became of the last save.
    pub fn save(
        &mut self,
        at: DateTime<FixedOffset>,
        actor: &str,
        save: SaveId,
        facts: &[Fact],
        sealed: &[(PaymentId, String)],
    ) -> Result<Saved, SaveError> {
        self.carry_out(&save::Order { at, actor, save, facts, sealed, spent: None })
    }

    /// The same for a stored card that the window of the per-card limit counts: in the same transaction, and only there.
    ///
    /// # Errors
    ///
    /// As [`Self::save`].
    pub fn save_counted(
        &mut self,
        at: DateTime<FixedOffset>,
        actor: &str,
        save: SaveId,
        facts: &[Fact],
        sealed: &[(PaymentId, String)],
        spent: CardSpend,
    ) -> Result<Saved, SaveError> {
        self.carry_out(&save::Order { at, actor, save, facts, sealed, spent: Some(spent) })
    }

    /// What each card came to since `first`; older days go. Without a `first` all of them do.
    ///
    /// # Errors
    ///
    /// The database cannot be read or written.
    pub fn card_window(&mut self, first: Option<NaiveDate>) -> Result<CardWindow, ReadError> {
        match first {
            Some(first) => card::forget_before(&self.connection, first)?,
            None => card::forget(&self.connection)?,
        }
        Ok(card::window(&self.connection)?)
    }

    /// What cards are known again by on this till.
    #[must_use]
    pub fn card_tags(&self) -> CardTagKey {
        self.keys.journal.card_tags()
    }

    /// What the till knows.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The number of the last entry; 0 before the first.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.last.seq
    }

    /// The compact JWE of a payment, to send it; `None` when it was wiped or never was.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn sealed(&self, payment: PaymentId) -> Result<Option<String>, ReadError> {
        Ok(sealed::read(&self.connection, payment)?)
    }

    /// What is kept of how a customer can be called; `None` once nobody has to.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn contact(&self, contact: ContactId) -> Result<Option<String>, ReadError> {
        Ok(sealed::read(&self.connection, sealed::row_of(contact))?)
    }

    /// The till's public key (Ed25519, in hex), to check printed checkpoints and the files of handovers with.
    #[must_use]
    pub fn public_key_hex(&self) -> String {
        keys::hex(self.keys.till.public())
    }

    /// The same key, as the settings of another till name it.
    #[must_use]
    pub fn public_key(&self) -> TillPublicKey {
        let mut key = [0; TILL_KEY_BYTES];
        // An Ed25519 key is always this long.
        key.copy_from_slice(self.keys.till.public());
        TillPublicKey::new(key)
    }

    /// What this till signs, in Base64: the files that another till reads. The message begins with the name of its kind.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> String {
        STANDARD.encode(self.keys.till.sign(message))
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.layout.root()
    }

    /// Where a copy of this name goes.
    #[must_use]
    pub fn backup_path(&self, name: &str) -> PathBuf {
        self.layout.backups().join(name)
    }

    /// A further connection, for reading on another thread.
    ///
    /// # Errors
    ///
    /// The database cannot be opened.
    pub fn reader(&self) -> Result<Reader, ReadError> {
        Reader::open(self.layout.root())
    }
}

impl Drop for Store {
    /// A store that ends well leaves its anchor flushed.
    fn drop(&mut self) {
        if self.halted.is_none() && self.head.flush().is_err() {
            tracing::warn!("the anchor could not be flushed");
        }
    }
}
