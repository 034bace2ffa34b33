//! Making one copy from the other: a database from a journal, a mirror from a database.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::database::{self, Obstacle};
use super::entry::{Mark, Written};
use super::error::OpenError;
use super::files::{self, Layout};
use super::judge::Source;
use super::keys::Keys;
use super::mirror::Mirror;
use super::mirror::record::{AbortReason, Record};
use super::mirror::survey;
use super::replay::Replay;
use super::{journal, migrations, rows};

/// Makes a database from a journal, flushed, beside the one that is there. `live` are the first entries of the frames
/// of the mirror that count.
pub(super) fn database(layout: &Layout, keys: &Keys, from: Source, live: &BTreeSet<u64>) -> Result<(), OpenError> {
    let path = layout.database_rebuilt();
    for suffix in ["", "-wal", "-shm"] {
        let leftover = files::beside(&path, suffix);
        files::remove(&leftover).map_err(OpenError::folder("remove", &leftover))?;
    }
    let built = fill(&path, layout, keys, from, live).map_err(|stop| match stop {
        Stop::Sql(error) => OpenError::database(&path)(error),
        Stop::File(error) => OpenError::folder("read", &layout.mirror())(error),
        Stop::Open(error) => error,
        Stop::Unfitting(why) => OpenError::Halt(format!("the journal cannot be played again: {why}")),
    });
    built.and_then(|()| {
        fs::File::open(&path).and_then(|file| file.sync_all()).map_err(OpenError::folder("flush", &path))
    })
}

fn fill(path: &Path, layout: &Layout, keys: &Keys, from: Source, live: &BTreeSet<u64>) -> Result<(), Stop> {
    let mut connection = database::open(path).map_err(|obstacle| match obstacle {
        Obstacle::Outside(error) => Stop::Open(error),
        Obstacle::Damage(why) => Stop::Unfitting(why),
    })?;
    migrations::migrate(&mut connection, 0)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut replay = Replay::default();
    let mut add = |entry: Written| -> Result<(), Stop> {
        journal::append(&transaction, &entry)?;
        let step = replay.take(&entry, &keys.journal).map_err(Stop::Unfitting)?;
        for change in &step.changes {
            rows::write(&transaction, change)?;
        }
        if let Some(closing) = step.closing {
            closing.sign(&keys.till).write(&transaction)?;
        }
        Ok(())
    };
    match from {
        Source::Mirror => survey::each_frame(&layout.mirror(), &keys.journal, live, |entries: Vec<Written>| {
            entries.into_iter().try_for_each(&mut add)
        })?,
        Source::OldJournal => journal::read_all(&database::open_for_reading(&layout.database())?, add)?,
    }
    transaction.commit()?;
    // All of it into the file itself, so that one file is moved into place.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    database::keep_log_on_close(&connection, false)?;
    connection.close().map_err(|(_, error)| Stop::Sql(error))
}

enum Stop {
    Sql(rusqlite::Error),
    File(io::Error),
    Open(OpenError),
    Unfitting(String),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// Moves the database aside, log and all, and puts the rebuilt one in its place. Says where the old one is now.
pub(super) fn swap_database(layout: &Layout, now_unix: i64) -> io::Result<Option<PathBuf>> {
    let (path, rebuilt) = (layout.database(), layout.database_rebuilt());
    let aside = files::damaged_name(&path, now_unix);
    let existed = path.exists();
    // The log goes too, before the new file comes: a log never lies beside a database that it does not belong to.
    for suffix in ["", "-wal", "-shm"] {
        if files::beside(&path, suffix).exists() {
            fs::rename(files::beside(&path, suffix), files::beside(&aside, suffix))?;
        }
    }
    files::sync_folder(layout.root())?;
    fs::rename(rebuilt, &path)?;
    files::sync_folder(layout.root())?;
    Ok(existed.then_some(aside))
}

/// Makes a mirror from the database, flushed, and puts it in place. Says where the old one is now.
pub(super) fn mirror(
    layout: &Layout,
    keys: &Keys,
    connection: &Connection,
    used_up_to: u64,
    now_unix: i64,
) -> Result<(Mirror, Option<PathBuf>), OpenError> {
    let path = layout.mirror_rewritten();
    let failed = |error| OpenError::folder("write the mirror", &layout.mirror())(error);
    let mut mirror = Mirror::create(&path, &Record::Start { used_up_to }, &keys.journal).map_err(failed)?;
    let written = write_frames(&mut mirror, keys, connection);
    written.map_err(|stop| match stop {
        Stop::Sql(error) => OpenError::database(&layout.database())(error),
        Stop::File(error) => failed(error),
        Stop::Open(error) => error,
        Stop::Unfitting(why) => OpenError::Halt(why),
    })?;
    mirror.flush().map_err(failed)?;
    let aside = files::damaged_name(&layout.mirror(), now_unix);
    let existed = layout.mirror().exists();
    if existed {
        fs::rename(layout.mirror(), &aside).map_err(failed)?;
    }
    fs::rename(&path, layout.mirror()).map_err(failed)?;
    files::sync_folder(&layout.mirror_folder()).map_err(failed)?;
    Ok((mirror, existed.then_some(aside)))
}

/// The saves in their order, and among them those that nobody acknowledged, each with the record that makes it void.
fn write_frames(mirror: &mut Mirror, keys: &Keys, connection: &Connection) -> Result<(), Stop> {
    let mut void = frames(journal::unconfirmed(connection)?).into_iter().peekable();
    let mut last = Mark::default();
    let mut frame: Vec<Written> = Vec::new();
    let mut finish = |frame: Vec<Written>, before: u64, mirror: &mut Mirror| -> Result<(), Stop> {
        if let Some(entry) = frame.last() {
            last = entry.mark();
            mirror.write_unflushed(&Record::Frame { entries: frame }, &keys.journal)?;
        }
        while let Some(entries) = void.next_if(|entries| entries[0].seq < before) {
            let first_seq = entries[0].seq;
            // One that does not follow belongs to a history that is gone; the table still has it.
            if entries[0].prev == last.hash && first_seq > last.seq {
                mirror.write_unflushed(&Record::Frame { entries }, &keys.journal)?;
                let abort = Record::Abort { first_seq, why: AbortReason::Unconfirmed };
                mirror.write_unflushed(&abort, &keys.journal)?;
            }
        }
        Ok(())
    };
    journal::read_all(connection, |entry| {
        if frame.last().is_none_or(|last| last.save != entry.save) {
            finish(std::mem::take(&mut frame), entry.seq, mirror)?;
        }
        frame.push(entry);
        Ok::<(), Stop>(())
    })?;
    finish(frame, u64::MAX, mirror)
}

/// Entries grouped by their save; none of the groups is empty.
fn frames(entries: Vec<Written>) -> Vec<Vec<Written>> {
    let mut frames: Vec<Vec<Written>> = Vec::new();
    for entry in entries {
        match frames.last_mut() {
            Some(frame) if frame[0].save == entry.save => frame.push(entry),
            Some(_) | None => frames.push(vec![entry]),
        }
    }
    frames
}
