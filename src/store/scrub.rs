//! What was wiped is gone from the log of the database too.
//!
//! `secure_delete` overwrites a row in its page. But the log (`stopgap.db-wal`) keeps the earlier pages until it is
//! written back and used again from its beginning, which can take days at a till that saves little. So after a wipe the
//! log is written back and cut to nothing ([`Store::scrub`]): as soon as nothing is to be saved, after
//! [`WIPES_MAX`] wipes at the latest, and at each start.

use std::time::Duration;

use rusqlite::{Connection, ffi};

use super::Store;

/// Wipes after which the log is emptied although more is to be saved: a queue that drains wipes one card with each save,
/// and one flush for all of them costs next to nothing.
pub(super) const WIPES_MAX: usize = 32;

impl Store {
    /// Empties the log of the database if something in it was wiped. Where another process is reading just now it is
    /// left for the next time: nobody waits for it.
    pub fn scrub(&mut self) {
        if self.wipes == 0 || self.halted.is_some() {
            return;
        }
        match empty_log(&self.connection) {
            Ok(true) => self.wipes = 0,
            Ok(false) => tracing::debug!("the log of the database is being read and is emptied later"),
            Err(error) if is_flush(&error) => {
                // A flush that fails is never tried again and called a success.
                let _told = self.halt(format!("writing the log of the database back failed ({error})"));
            }
            Err(error) => tracing::warn!(%error, "the log of the database could not be emptied"),
        }
    }

    /// Notes that bytes were wiped whose earlier pages stand in the log.
    pub(super) fn has_wiped(&mut self, count: usize) {
        self.wipes = self.wipes.saturating_add(count);
        if self.wipes >= WIPES_MAX {
            self.scrub();
        }
    }
}

/// Writes the log back and cuts it to nothing; `false` when a reader is in the way.
fn empty_log(connection: &Connection) -> rusqlite::Result<bool> {
    let waited: u32 = connection.pragma_query_value(None, "busy_timeout", |row| row.get(0))?;
    connection.busy_timeout(Duration::ZERO)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    connection.busy_timeout(Duration::from_millis(u64::from(waited)))?;
    Ok(!busy?)
}

fn is_flush(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    matches!(code, Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC))
}
