//! Opening the store: look at all copies, judge, put in order, and say what was found.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::audit::{self, DatabaseState, WholeDatabase};
use super::entry::{Entry, Mark, Written};
use super::error::OpenError;
use super::faults::Trials;
use super::files::{self, Layout};
use super::judge::{self, DatabasePlan, MirrorPlan, Source, TailPlan, Verdict};
use super::keys::Keys;
use super::mirror::Mirror;
use super::mirror::head::{self, Head, HeadState};
use super::mirror::record::{AbortReason, Record};
use super::mirror::survey::{self, MirrorState, MirrorSurvey};
use super::{Opened, Options, Store, build, database, journal, sealed};
use crate::domain::ids::PaymentId;

/// What a start found and did. With everything well, all of it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// This was a first start: the folder had no ledger.
    pub created: bool,
    /// The database was damaged or behind, and was rebuilt.
    pub restored_database: Option<Restored>,
    /// The mirror was damaged or behind, and was rewritten.
    pub restored_mirror: Option<Restored>,
    /// The anchor was missing or damaged, and was written anew.
    pub restored_anchor: bool,
    /// Entries that were under way when the till died and that nobody was told are saved: they do not count, and the
    /// manager has to look at them.
    pub unconfirmed: Vec<Entry>,
    /// Sealed cards of which one of the two copies was missing or damaged, and was restored.
    pub restored_cards: Vec<PaymentId>,
    /// Sealed cards of which both copies are gone: these payments can never be sent, a person has to decide.
    pub lost_cards: Vec<PaymentId>,
}

/// One copy that was made anew from the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What was wrong with it.
    pub why: String,
    /// Where the old file is kept, if there was one.
    pub moved_to: Option<PathBuf>,
}

/// See [`Store::open`].
pub(super) fn open(folder: &Path, till: u8, options: Options) -> Result<Opened, OpenError> {
    database::check_version()?;
    let layout = Layout::new(folder);
    let lock = enter(&layout)?;
    let exists = [layout.database(), layout.mirror(), layout.head()].iter().any(|path| path.exists());
    let keys = Keys::open(&layout, exists)?;
    let mut start = Start::look(layout, keys, options.now_unix)?;
    let verdict = judge::judge(&start.database, &start.mirror, start.head).map_err(OpenError::Halt)?;
    start.found.created = !exists;
    let whole = start.put_database_in_order(&verdict)?;
    let WholeDatabase { mut connection, chain, ledger } = whole;
    database::keep_log_on_close(&connection, false).map_err(OpenError::database(&start.layout.database()))?;
    start.keep_unconfirmed(&mut connection, verdict.tail)?;
    let last = chain.last().copied().unwrap_or_default();
    let used_up_to = start.used_up_to(&connection, last)?;
    let mirror = start.put_mirror_in_order(&verdict, &connection, used_up_to)?;
    let head = start.put_head_in_order(last)?;
    start.put_cards_in_order(&mut connection, &ledger)?;
    let Start { layout, keys, found, .. } = start;
    let mut store = Store {
        layout,
        till,
        keys,
        connection,
        mirror,
        head,
        ledger: ledger.clone(),
        last,
        next_seq: used_up_to + 1,
        trials: Trials::new(options.faults),
        wipes: 1,
        halted: None,
        _lock: lock,
    };
    // Nobody knows what the last process wiped.
    store.scrub();
    Ok(Opened { store, ledger, found })
}

/// Makes the folders and takes the lock, so that one process at a time has the store.
fn enter(layout: &Layout) -> Result<File, OpenError> {
    for folder in layout.folders() {
        files::create_folder(&folder).map_err(OpenError::folder("create the folder", &folder))?;
    }
    files::sync_folder(layout.root()).map_err(OpenError::folder("flush the folder", layout.root()))?;
    let lock = files::private()
        .create(true)
        .truncate(false)
        .open(layout.lock())
        .map_err(OpenError::folder("open", &layout.lock()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { folder: layout.root().to_owned() }),
        Err(TryLockError::Error(error)) => Err(OpenError::folder("lock", &layout.lock())(error)),
    }
}

/// A start under way.
struct Start {
    layout: Layout,
    keys: Keys,
    now_unix: i64,
    database: DatabaseState,
    mirror: MirrorSurvey,
    head: HeadState,
    found: Findings,
}

impl Start {
    fn look(layout: Layout, keys: Keys, now_unix: i64) -> Result<Self, OpenError> {
        let mirror = match survey::survey(&layout.mirror(), &keys.journal) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                return Err(OpenError::folder("read the mirror", &layout.mirror())(error));
            }
            // A sector that cannot be read is damage like any other.
            Err(error) => MirrorSurvey::empty(MirrorState::Damaged(format!("it cannot be read: {error}"))),
            Ok(mirror) => mirror,
        };
        let head =
            head::read(&layout.head(), &keys.journal).map_err(OpenError::folder("read the anchor", &layout.head()))?;
        let database = audit::survey(&layout.database(), &keys)?;
        if let DatabaseState::Newer(found) = database {
            let known = super::migrations::SCHEMA_VERSION;
            return Err(OpenError::Newer { folder: layout.root().to_owned(), found, known });
        }
        Ok(Self { layout, keys, now_unix, database, mirror, head, found: Findings::default() })
    }

    fn put_database_in_order(&mut self, verdict: &Verdict) -> Result<WholeDatabase, OpenError> {
        let path = self.layout.database();
        let (from, why) = match &verdict.database {
            DatabasePlan::Keep => match std::mem::replace(&mut self.database, DatabaseState::Missing) {
                DatabaseState::Whole(whole) => return Ok(*whole),
                other => return Err(OpenError::Halt(format!("the database was to be kept, but is {other:?}"))),
            },
            DatabasePlan::Create => (Source::Mirror, None),
            DatabasePlan::Rebuild { from, why } => (*from, Some(why.clone())),
        };
        let live = self.live_frames(verdict.tail);
        if from == Source::Mirror && self.mirror.state == MirrorState::Missing {
            self.create_mirror()?;
        }
        build::database(&self.layout, &self.keys, from, &live)?;
        let moved_to =
            build::swap_database(&self.layout, self.now_unix).map_err(OpenError::folder("replace", &path))?;
        if let Some(why) = why {
            tracing::error!(why, "the database was rebuilt");
            self.found.restored_database = Some(Restored { why, moved_to });
        }
        match audit::survey(&path, &self.keys)? {
            DatabaseState::Whole(whole) => Ok(*whole),
            other => Err(OpenError::Halt(format!("the database was rebuilt, but is {other:?}"))),
        }
    }

    /// The first entries of the mirror's frames that count.
    fn live_frames(&self, tail: TailPlan) -> BTreeSet<u64> {
        let mut live: BTreeSet<u64> = self.mirror.live.iter().map(|mark| mark.seq).collect();
        if tail == TailPlan::Counts {
            live.extend(self.mirror.tail_marks().iter().map(|mark| mark.seq));
        }
        live
    }

    /// Keeps what nobody acknowledged in its table, before the mirror says that it is void.
    fn keep_unconfirmed(&mut self, connection: &mut Connection, tail: TailPlan) -> Result<(), OpenError> {
        let new: &[Written] = match (tail, &self.mirror.tail) {
            (TailPlan::Unconfirmed, Some(entries)) => entries,
            (TailPlan::Unconfirmed | TailPlan::None | TailPlan::Counts, _) => &[],
        };
        let kept = (|| {
            let transaction = connection.transaction()?;
            for entry in self.mirror.unconfirmed.iter().chain(new) {
                journal::keep_unconfirmed(&transaction, entry)?;
            }
            transaction.commit()
        })();
        kept.map_err(OpenError::database(&self.layout.database()))?;
        let parsed: Result<Vec<Entry>, String> = new.iter().cloned().map(Written::parse).collect();
        self.found.unconfirmed = parsed.map_err(OpenError::Halt)?;
        Ok(())
    }

    /// The largest number that was ever given, as far as any copy knows.
    fn used_up_to(&self, connection: &Connection, last: Mark) -> Result<u64, OpenError> {
        let unconfirmed = journal::unconfirmed(connection).map_err(OpenError::database(&self.layout.database()))?;
        let unconfirmed = unconfirmed.last().map_or(0, |entry| entry.seq);
        Ok(self.mirror.used_up_to.max(last.seq).max(unconfirmed).max(self.head.acknowledged()))
    }

    fn put_mirror_in_order(
        &mut self,
        verdict: &Verdict,
        connection: &Connection,
        used_up_to: u64,
    ) -> Result<Mirror, OpenError> {
        let path = self.layout.mirror();
        match &verdict.mirror {
            MirrorPlan::Keep => {
                let mut mirror =
                    Mirror::open(&path, self.mirror.end).map_err(OpenError::folder("open the mirror", &path))?;
                if let (TailPlan::Unconfirmed, Some(first)) = (verdict.tail, self.mirror.tail_marks().first()) {
                    mirror
                        .abort(first.seq, AbortReason::Unconfirmed, &self.keys.journal)
                        .map_err(OpenError::folder("write the mirror", &path))?;
                }
                Ok(mirror)
            }
            MirrorPlan::Create => {
                if !path.exists() {
                    self.create_mirror()?;
                }
                self.mirror =
                    survey::survey(&path, &self.keys.journal).map_err(OpenError::folder("read the mirror", &path))?;
                Mirror::open(&path, self.mirror.end).map_err(OpenError::folder("open the mirror", &path))
            }
            MirrorPlan::Rewrite { why } => {
                let (mirror, moved_to) =
                    build::mirror(&self.layout, &self.keys, connection, used_up_to, self.now_unix)?;
                tracing::error!(why, "the mirror was rewritten");
                self.found.restored_mirror = Some(Restored { why: why.clone(), moved_to });
                Ok(mirror)
            }
        }
    }

    /// An empty mirror, put in place only when it is whole.
    fn create_mirror(&self) -> Result<(), OpenError> {
        let (path, made) = (self.layout.mirror(), self.layout.mirror_rewritten());
        let create = || -> io::Result<()> {
            Mirror::create(&made, &Record::Start { used_up_to: 0 }, &self.keys.journal)?;
            std::fs::rename(&made, &path)?;
            files::sync_folder(&self.layout.mirror_folder())
        };
        create().map_err(OpenError::folder("create the mirror", &path))
    }

    fn put_head_in_order(&mut self, last: Mark) -> Result<Head, OpenError> {
        let path = self.layout.head();
        let mut head = Head::open(&path).map_err(OpenError::folder("open the anchor", &path))?;
        if self.head != HeadState::At(last) {
            head.write_flushed(last, &self.keys.journal).map_err(OpenError::folder("write the anchor", &path))?;
            files::sync_folder(&self.layout.mirror_folder()).map_err(OpenError::folder("flush", &path))?;
            self.found.restored_anchor = match self.head {
                HeadState::Damaged => true,
                HeadState::Missing => last.seq > 0,
                HeadState::At(_) => false,
            };
        }
        Ok(head)
    }

    fn put_cards_in_order(
        &mut self,
        connection: &mut Connection,
        ledger: &crate::domain::ledger::Ledger,
    ) -> Result<(), OpenError> {
        let settled = sealed::settle(connection, &self.layout, ledger).map_err(|error| match error {
            sealed::SettleError::Database(error) => OpenError::database(&self.layout.database())(error),
            sealed::SettleError::File(error) => {
                OpenError::folder("put the sealed cards in order in", &self.layout.sealed_folder())(error)
            }
        })?;
        self.found.restored_cards = settled.restored;
        self.found.lost_cards = settled.lost;
        Ok(())
    }
}
