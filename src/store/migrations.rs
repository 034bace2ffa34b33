//! The schema, as frozen steps forward. A step that was released is never edited; a change is a new step at the end.
//!
//! Each step is one transaction together with the schema number it leads to, so that a program killed in the middle
//! finds either the old or the new schema. An older program refuses a newer schema. The number stands twice, in
//! `PRAGMA user_version` and in table `schema_version`: a flipped bit in one is damage, not a newer program.
//!
//! Tables of current state hold the domain's value as JSON in `body`; the other columns are copies of parts of it that
//! queries need. `held` says that the ledger in memory still needs the row (see [`crate::domain::ledger`]). Tables keyed
//! by a UUID are `WITHOUT ROWID`: the ids are time-ordered, so a new row goes to the end of one tree. Every tree that a
//! sale touches is one more page to flush: so sales and payments have one index for both questions, what is held and
//! what belongs to a day.

use rusqlite::{Connection, TransactionBehavior};

/// The schema this program reads and writes.
pub(super) const SCHEMA_VERSION: u32 = 9;

/// Says that a database file is a ledger of Stopgap (`PRAGMA application_id`): the letters “STGP”.
pub(super) const APPLICATION_ID: u32 = 0x5354_4750;

/// Step `n` (from 0) leads from schema `n` to schema `n + 1`.
const STEPS: [&str; 9] = [STEP_1, STEP_2, STEP_3, STEP_4, STEP_5, STEP_6, STEP_7, STEP_8, STEP_9];

const STEP_1: &str = "
CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
INSERT INTO schema_version VALUES (0);

CREATE TABLE journal (
    seq   INTEGER PRIMARY KEY CHECK (seq > 0),
    at    TEXT    NOT NULL,
    till  INTEGER NOT NULL,
    actor TEXT    NOT NULL,
    save  BLOB    NOT NULL CHECK (length(save) = 16),
    part  INTEGER NOT NULL,
    kind  TEXT    NOT NULL,
    body  TEXT    NOT NULL,
    prev  BLOB    NOT NULL CHECK (length(prev) = 32),
    hash  BLOB    NOT NULL CHECK (length(hash) = 32),
    UNIQUE (save, part)
) STRICT;
CREATE INDEX journal_days ON journal (seq) WHERE kind = 'day_opened';
CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_never_cut BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE day (
    id   BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    date TEXT    NOT NULL,
    open INTEGER NOT NULL,
    held INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE drawer (
    id   BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    open INTEGER NOT NULL,
    held INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outage (
    id   BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    open INTEGER NOT NULL,
    held INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sale (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    day          BLOB    NOT NULL,
    reference    TEXT    NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency     TEXT    NOT NULL,
    open         INTEGER NOT NULL,
    held         INTEGER NOT NULL,
    body         TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sale_day ON sale (held, day);

CREATE TABLE payment (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    sale         BLOB    NOT NULL REFERENCES sale (id),
    day          BLOB    NOT NULL,
    tender       TEXT    NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency     TEXT    NOT NULL,
    open         INTEGER NOT NULL,
    held         INTEGER NOT NULL,
    body         TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_day ON payment (held, day);

CREATE TABLE person (
    id   TEXT    NOT NULL PRIMARY KEY,
    held INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
    id     BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    sha256 TEXT    NOT NULL,
    held   INTEGER NOT NULL,
    body   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE statement_line (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    statement    BLOB    NOT NULL REFERENCES statement (id),
    booked_on    TEXT    NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency     TEXT    NOT NULL,
    open         INTEGER NOT NULL,
    held         INTEGER NOT NULL,
    body         TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_line_held ON statement_line (held) WHERE held = 1;

CREATE TABLE counters (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    held INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT;

CREATE TABLE sealed (
    payment BLOB NOT NULL PRIMARY KEY REFERENCES payment (id),
    jwe     TEXT NOT NULL
) STRICT;

CREATE TABLE unconfirmed (
    seq   INTEGER PRIMARY KEY,
    at    TEXT    NOT NULL,
    till  INTEGER NOT NULL,
    actor TEXT    NOT NULL,
    save  BLOB    NOT NULL,
    part  INTEGER NOT NULL,
    kind  TEXT    NOT NULL,
    body  TEXT    NOT NULL,
    prev  BLOB    NOT NULL,
    hash  BLOB    NOT NULL
) STRICT;

CREATE TABLE checkpoint (
    seq       INTEGER PRIMARY KEY REFERENCES journal (seq),
    till      INTEGER NOT NULL,
    date      TEXT    NOT NULL,
    hash      BLOB    NOT NULL CHECK (length(hash) = 32),
    signature BLOB    NOT NULL
) STRICT;
";

/// Accounts that transfers go to.
const STEP_2: &str = "
CREATE TABLE payee (
    key    TEXT    NOT NULL PRIMARY KEY,
    in_use INTEGER NOT NULL,
    held   INTEGER NOT NULL,
    body   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The cases of the reader, and its failed reads.
const STEP_3: &str = "
CREATE TABLE service_case (
    id     BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    number INTEGER NOT NULL,
    open   INTEGER NOT NULL,
    held   INTEGER NOT NULL,
    body   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE misread (
    payment BLOB    NOT NULL PRIMARY KEY CHECK (length(payment) = 16),
    held    INTEGER NOT NULL,
    body    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The acquirer's keys, and what each typed card came to on a day.
const STEP_4: &str = "
CREATE TABLE key_ring (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    held INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT;

CREATE TABLE card_window (
    day   TEXT    NOT NULL,
    tag   INTEGER NOT NULL CHECK (tag BETWEEN 0 AND 65535),
    minor INTEGER NOT NULL,
    PRIMARY KEY (day, tag)
) STRICT, WITHOUT ROWID;
";

/// The work that keeps the reader from failing.
const STEP_5: &str = "
CREATE TABLE upkeep (
    work TEXT    NOT NULL PRIMARY KEY,
    held INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The papers and hands of devices, and which one the till uses.
const STEP_6: &str = "
CREATE TABLE device (
    name TEXT    NOT NULL PRIMARY KEY,
    held INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
";

/// How customers can be called; the numbers are wiped one day.
const STEP_7: &str = "
CREATE TABLE contact (
    id      BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    contact TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Stored payments that were taken over from another till.
const STEP_8: &str = "
CREATE TABLE taken_over (
    handover BLOB    NOT NULL PRIMARY KEY CHECK (length(handover) = 16),
    held     INTEGER NOT NULL,
    body     TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The open batch of approved typed cards.
const STEP_9: &str = "
CREATE TABLE batch (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    held INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT;
";

/// Brings the schema from `from` to [`SCHEMA_VERSION`].
pub(super) fn migrate(connection: &mut Connection, from: u32) -> rusqlite::Result<()> {
    for (version, step) in (0_u32..).zip(STEPS).skip_while(|(version, _)| *version < from) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", version + 1)?;
        transaction.execute("UPDATE schema_version SET version = ?1", [version + 1])?;
        transaction.commit()?;
    }
    Ok(())
}

/// The schema number of a file; `None` when its two places disagree.
pub(super) fn version_of(connection: &Connection) -> rusqlite::Result<Option<u32>> {
    let header: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let table: u32 = connection.query_row("SELECT version FROM schema_version", [], |row| row.get(0))?;
    Ok((header == table).then_some(header))
}

/// The schema as SQLite keeps it, in an order of its own: to compare a file with what this program would make.
pub(super) fn schema_of(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1",
    )?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// The schema this program makes.
pub(super) fn schema_expected() -> rusqlite::Result<Vec<String>> {
    let mut connection = Connection::open_in_memory()?;
    migrate(&mut connection, 0)?;
    schema_of(&connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn released_steps_are_frozen() {
        let fingerprints = STEPS.map(|step| crate::store::keys::sha256_hex(step)[..16].to_owned());
        assert_eq!(
            fingerprints,
            [
                "eb731b77c11c56a3",
                "c215c7d3fcdb9e81",
                "dd51b9455601573f",
                "4f4da256e5025b39",
                "ef3f10a2cfd169ba",
                "82149ad102ddf384",
                "638643acca1c98c8",
                "74fd3adad2126152",
                "b5f113dc062ec1c5"
            ],
            "add a step; never edit one that was released"
        );
        assert_eq!(STEPS.len(), usize::try_from(SCHEMA_VERSION).unwrap());
    }

    #[test]
    fn a_ledger_of_the_first_schema_is_brought_up_to_this_one() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(STEP_1).unwrap();
        connection.execute_batch("PRAGMA user_version = 1; UPDATE schema_version SET version = 1").unwrap();
        migrate(&mut connection, 1).unwrap();
        assert_eq!(schema_of(&connection).unwrap(), schema_expected().unwrap());
        assert_eq!(version_of(&connection).unwrap(), Some(SCHEMA_VERSION));
    }

    #[test]
    fn a_step_that_fails_leaves_the_old_schema() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE payment (x)").unwrap();
        let before = schema_of(&connection).unwrap();
        assert!(migrate(&mut connection, 0).is_err());
        assert_eq!(schema_of(&connection).unwrap(), before);
    }

    #[test]
    fn the_journal_takes_no_change() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, 0).unwrap();
        connection
            .execute_batch(
                "INSERT INTO journal VALUES (1, '', 23, '', zeroblob(16), 0, '', '', zeroblob(32), zeroblob(32))",
            )
            .unwrap();
        for change in ["UPDATE journal SET body = 'x'", "DELETE FROM journal"] {
            assert!(connection.execute_batch(change).unwrap_err().to_string().contains("append-only"));
        }
    }
}
