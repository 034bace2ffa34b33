//! Files are flipped, cut, deleted and replaced by older ones. One damaged copy is restored, two are a halt.

use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;
use stopgap::domain::ledger::Ledger;
use stopgap::store::{Findings, OpenError};

use crate::generator::Generator;
use crate::shop::{Folder, NOW_UNIX, flip, make, traded};

const DATABASE: &str = "stopgap.db";
const LOG: &str = "stopgap.db-wal";
const MIRROR: &str = "mirror/journal.log";
const HEAD: &str = "mirror/head";

/// Opens a damaged folder: the ledger has to be the one that was saved, whatever had to be done for it.
#[track_caller]
fn expect_restored(folder: &Folder, ledger: &Ledger) -> Findings {
    let opened = folder.open();
    assert!(opened.ledger == *ledger, "another ledger, and found only {:?}", opened.found);
    assert!(opened.found.unconfirmed.is_empty(), "an acknowledged save is called unconfirmed");
    drop(opened.store);
    drop(folder.expect_well(ledger));
    opened.found
}

/// Goal: no single flipped bit is ever silently used. Method: flips at random places, each followed by a start.
/// Returns how many of them had something restored.
fn flips(name: &str, limit: impl Fn(&Folder) -> usize, checkpointed: bool, saves: usize) -> (usize, usize) {
    let (folder, mut generator) = traded(21, saves);
    if checkpointed {
        drop(folder.open());
    }
    let mut restored = 0;
    // A few at each change, many at night: STOPGAP_FLIPS=10000.
    let tries = std::env::var("STOPGAP_FLIPS").map_or(48, |tries| tries.parse().unwrap());
    let length = limit(&folder);
    for _ in 0..tries {
        let copy = folder.copy();
        let place = usize::try_from(generator.below(u64::try_from(length).unwrap())).unwrap();
        let bit = u8::try_from(generator.below(8)).unwrap();
        flip(&copy.file(name), place, bit);
        let found = expect_restored(&copy, &generator.ledger);
        let touched = found.restored_database.is_some() || found.restored_mirror.is_some() || found.restored_anchor;
        restored += usize::from(touched);
    }
    (restored, tries)
}

fn whole_file(name: &'static str) -> impl Fn(&Folder) -> usize {
    move |folder| usize::try_from(fs::metadata(folder.file(name)).unwrap().len()).unwrap()
}

#[test]
fn a_flipped_bit_in_the_database_is_noticed_wherever_it_changes_an_answer() {
    // Many saves, so that most pages of the file hold something.
    let (restored, tries) = flips(DATABASE, whole_file(DATABASE), true, 480);
    assert!(restored > tries / 3, "{restored} of {tries} noticed");
}

#[test]
fn a_flipped_bit_in_the_log_loses_nothing() {
    let (restored, tries) = flips(LOG, whole_file(LOG), false, 120);
    assert!(restored > tries * 9 / 10, "{restored} of {tries} noticed");
}

#[test]
fn a_flipped_bit_in_the_mirror_is_always_noticed() {
    let written = |folder: &Folder| {
        let bytes = fs::read(folder.file(MIRROR)).unwrap();
        bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1
    };
    let (restored, tries) = flips(MIRROR, written, true, 120);
    assert_eq!(restored, tries);
}

#[test]
fn a_flipped_bit_in_the_anchor_is_always_noticed() {
    let (restored, tries) = flips(HEAD, whole_file(HEAD), true, 120);
    assert_eq!(restored, tries);
}

#[test]
fn a_missing_log_loses_nothing() {
    let (folder, generator) = traded(22, 60);
    fs::remove_file(folder.file(LOG)).unwrap();
    let found = expect_restored(&folder, &generator.ledger);
    let kept = found.restored_database.unwrap().moved_to.unwrap();
    assert_eq!(kept, PathBuf::from(format!("{}.damaged-{NOW_UNIX}", folder.file(DATABASE).display())));
    assert!(kept.exists(), "the damaged database is kept");
}

#[test]
fn each_copy_that_is_missing_or_cut_is_restored() {
    let (folder, generator) = traded(23, 80);
    drop(folder.open());
    for (name, cut) in [
        (DATABASE, None),
        (DATABASE, Some(4_096)),
        (DATABASE, Some(0)),
        (MIRROR, None),
        (MIRROR, Some(900)),
        (MIRROR, Some(0)),
    ] {
        let copy = folder.copy();
        match cut {
            None => fs::remove_file(copy.file(name)).unwrap(),
            Some(length) => {
                fs::OpenOptions::new().write(true).open(copy.file(name)).unwrap().set_len(length).unwrap();
            }
        }
        // What a restoring that was itself cut short leaves behind is in nobody's way.
        fs::write(copy.file("stopgap.db.rebuilt"), "half a database").unwrap();
        fs::write(copy.file("mirror/journal.log.rewritten"), "half a mirror").unwrap();
        let found = expect_restored(&copy, &generator.ledger);
        assert_eq!(
            (found.restored_database.is_some(), found.restored_mirror.is_some()),
            (name == DATABASE, name == MIRROR),
            "{name} cut to {cut:?}: {found:?}"
        );
    }
}

#[test]
fn an_older_database_or_mirror_put_back_is_noticed() {
    let folder = Folder::new();
    let mut generator = Generator::new(24);
    let mut store = folder.open().store;
    for _ in 0..40 {
        make(&mut store, &generator.next()).unwrap();
    }
    drop(store);
    let old = folder.copy();
    let mut store = folder.open().store;
    for _ in 0..40 {
        make(&mut store, &generator.next()).unwrap();
    }
    let last_seq = store.last_seq();
    drop(store);
    for name in [DATABASE, MIRROR] {
        let copy = folder.copy();
        fs::copy(old.file(name), copy.file(name)).unwrap();
        let found = expect_restored(&copy, &generator.ledger);
        assert_eq!(
            (found.restored_database.is_some(), found.restored_mirror.is_some()),
            (name == DATABASE, name == MIRROR)
        );
        let mut store = copy.open().store;
        assert_eq!(store.last_seq(), last_seq);
        let next = make(&mut store, &generator.next()).unwrap().last_seq;
        assert!(next > last_seq, "a number was used again");
        generator = Generator::new(24);
        (0..80).for_each(|_| drop(generator.next()));
    }
    // Both put back: only the anchor still knows, and nothing can bring the entries back.
    fs::copy(old.file(DATABASE), folder.file(DATABASE)).unwrap();
    fs::copy(old.file(MIRROR), folder.file(MIRROR)).unwrap();
    let why = folder.expect_halt();
    assert!(why.contains(&format!("to {last_seq} had been saved and lost again")), "{why}");
}

#[test]
fn a_halt_changes_nothing_and_says_what_is_lost() {
    let (folder, _) = traded(25, 60);
    drop(folder.open());
    let middle = fs::read(folder.file(MIRROR)).unwrap().iter().position(|byte| *byte == b'\n').unwrap() + 80;
    flip(&folder.file(MIRROR), middle, 0);
    let database = Connection::open(folder.file(DATABASE)).unwrap();
    database
        .execute_batch("DROP TRIGGER journal_is_never_changed; UPDATE journal SET body = 'x' WHERE seq = 2")
        .unwrap();
    drop(database);
    let before = folder.contents();
    let why = folder.expect_halt();
    assert!(why.contains("both damaged") && why.contains("entry 2 is not what was written"), "{why}");
    assert!(why.contains("line 2: it is not what was written"), "{why}");
    let after: Vec<_> = folder.contents();
    let unchanged = before.iter().all(|(path, bytes)| after.contains(&(path.clone(), bytes.clone())));
    assert!(unchanged, "a halt changed a file");
    // Entries 1 and 2 are one save: its line in the mirror is gone, and in the database only entry 1 can be believed.
    assert!(why.contains("entry 2 cannot be read from either"), "{why}");
}

#[test]
fn a_forged_history_is_noticed_and_put_right() {
    // Another till's ledger, whole by itself, made with another key.
    let (folder, generator) = traded(26, 50);
    drop(folder.open());
    let (other, _) = traded(27, 50);
    drop(other.open());
    fs::copy(other.file(DATABASE), folder.file(DATABASE)).unwrap();
    let found = expect_restored(&folder, &generator.ledger);
    assert!(found.restored_database.unwrap().why.contains("not what was written"));
    // With the mirror and the anchor swapped too, nothing fits the key any more.
    for name in [DATABASE, MIRROR, HEAD] {
        fs::copy(other.file(name), folder.file(name)).unwrap();
    }
    assert!(folder.expect_halt().contains("key of another ledger"));
}

#[test]
fn every_edit_of_the_database_is_noticed_and_put_right() {
    let (folder, mut generator) = traded(28, 150);
    let mut store = folder.open().store;
    if generator.ledger.day.as_ref().is_none_or(|day| day.closed.is_some()) {
        make(&mut store, &generator.open_day()).unwrap();
    }
    make(&mut store, &generator.cash_sale()).unwrap();
    make(&mut store, &generator.sealed_sale().1).unwrap();
    drop(store);
    for edit in [
        "UPDATE payment SET amount_minor = amount_minor + 1 WHERE id = (SELECT max(id) FROM payment)",
        "UPDATE payment SET body = replace(body, '\"minor\":', '\"minor\":1') WHERE id = (SELECT min(id) FROM payment)",
        "UPDATE sale SET open = 1 - open WHERE id = (SELECT min(id) FROM sale)",
        "UPDATE sale SET held = 1 - held WHERE id = (SELECT min(id) FROM sale)",
        "DELETE FROM outage WHERE id = (SELECT min(id) FROM outage)",
        "INSERT INTO person VALUES ('nobody', 1, '[\"nobody\",{\"wrong\":0,\"locked_until\":null}]')",
        "UPDATE counters SET body = '[1,1]'",
        "DELETE FROM checkpoint WHERE seq = (SELECT max(seq) FROM checkpoint)",
        "UPDATE checkpoint SET signature = zeroblob(64)",
        "UPDATE checkpoint SET date = '2026-01-01'",
        "DROP INDEX sale_day",
        "DROP TRIGGER journal_is_never_cut; DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)",
        "PRAGMA user_version = 70",
        "PRAGMA application_id = 1",
    ] {
        let copy = folder.copy();
        let database = Connection::open(copy.file(DATABASE)).unwrap();
        database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        database.execute_batch(edit).unwrap();
        assert!(
            edit.starts_with("PRAGMA") || edit.starts_with("DROP") || database.changes() > 0,
            "{edit} edits nothing"
        );
        drop(database);
        let found = expect_restored(&copy, &generator.ledger);
        assert!(found.restored_database.is_some(), "not noticed: {edit}");
    }
}

#[test]
fn tables_are_made_anew_from_the_journal_when_the_mirror_is_gone_too() {
    let (folder, generator) = traded(29, 60);
    drop(folder.open());
    let database = Connection::open(folder.file(DATABASE)).unwrap();
    database.execute_batch("UPDATE counters SET body = '[1,1]'").unwrap();
    drop(database);
    fs::remove_file(folder.file(MIRROR)).unwrap();
    let found = expect_restored(&folder, &generator.ledger);
    assert!(found.restored_database.is_some() && found.restored_mirror.is_some());
}

#[test]
fn a_missing_key_halts_with_a_clear_sentence() {
    for key in ["keys/journal.key", "keys/till.ed25519"] {
        let (folder, _) = traded(30, 5);
        fs::remove_file(folder.file(key)).unwrap();
        let why = folder.expect_halt();
        assert!(why.contains(key) && why.contains("missing") && !folder.file(key).exists(), "{why}");
        fs::write(folder.file(key), "short").unwrap();
        assert!(folder.expect_halt().contains("not a key"));
    }
}

#[test]
fn unconfirmed_entries_outlive_both_kinds_of_restoring() {
    let (folder, generator) = traded(31, 30);
    drop(folder.open());
    // A frame in the mirror that never came into the database: the mirror of a longer history, with the old anchor.
    let (longer, longer_generator) = (folder.copy(), generator);
    let mut generator = longer_generator;
    let before = generator.ledger.clone();
    let mut store = longer.open().store;
    make(&mut store, &generator.next()).unwrap();
    drop(store);
    fs::copy(longer.file(MIRROR), folder.file(MIRROR)).unwrap();
    let opened = folder.open();
    assert!(opened.ledger == before && !opened.found.unconfirmed.is_empty());
    let kept = opened.store.reader().unwrap().unconfirmed().unwrap();
    drop(opened.store);
    for name in [MIRROR, DATABASE, MIRROR] {
        fs::remove_file(folder.file(name)).unwrap();
        let opened = folder.open();
        assert!(opened.ledger == before);
        assert_eq!(opened.store.reader().unwrap().unconfirmed().unwrap(), kept, "after {name} was restored");
    }
    assert!(!matches!(folder.try_open(), Err(OpenError::Halt(_))));
}
