//! What a save promises when nothing goes wrong, and what is refused before anything is written.

use std::fs;

use rusqlite::Connection;
use stopgap::domain::fact::Fact;
use stopgap::domain::ids::{PersonId, SaleId, SaveId};
use stopgap::store::{OpenError, Reader, SaveError};

use crate::generator::Generator;
use crate::shop::{Folder, make};

/// Goal: the ledger read back is the fold of all facts, at any moment. Method: random days, reopened again and again.
#[test]
fn a_reopened_store_has_the_same_ledger() {
    for seed in 1..=6 {
        let folder = Folder::new();
        let mut generator = Generator::new(seed);
        let mut store = folder.open().store;
        for number in 1..=240 {
            let planned = generator.next();
            make(&mut store, &planned).unwrap_or_else(|error| panic!("seed {seed} save {number}: {error}"));
            assert!(*store.ledger() == generator.ledger, "seed {seed} save {number}");
            if number % 40 == 0 {
                drop(store);
                store = folder.expect_well(&generator.ledger);
            }
        }
        let days = store.reader().unwrap().days().unwrap();
        assert!(days.len() > 2, "seed {seed} is one of {} days and does not show forgetting", days.len());
    }
}

#[test]
fn the_same_save_twice_answers_the_same_and_changes_nothing() {
    let folder = Folder::new();
    let mut generator = Generator::new(1);
    let mut store = folder.open().store;
    make(&mut store, &generator.open_day()).unwrap();
    let sale = generator.cash_sale();
    let first = make(&mut store, &sale).unwrap();
    let facts = vec![generator.day_closed()];
    let closing = generator.certain(facts, Vec::new());
    let closed = make(&mut store, &closing).unwrap();
    assert!(closed.checkpoint.is_some());
    for _ in 0..2 {
        assert_eq!(make(&mut store, &sale).unwrap(), first);
        assert_eq!(make(&mut store, &closing).unwrap(), closed);
        assert_eq!(store.last_seq(), closed.last_seq);
        drop(store);
        store = folder.expect_well(&generator.ledger);
    }
    let mut other = closing.clone();
    other.facts = vec![Fact::DrawerKicked {}];
    assert!(matches!(make(&mut store, &other), Err(SaveError::OtherFacts { save }) if save == closing.save));
}

#[test]
fn a_save_that_does_not_fit_changes_nothing() {
    let folder = Folder::new();
    let mut generator = Generator::new(2);
    let mut store = folder.open().store;
    make(&mut store, &generator.open_day()).unwrap();
    make(&mut store, &generator.cash_sale()).unwrap();
    let before = (store.last_seq(), generator.ledger.clone());
    let save = SaveId(uuid::Uuid::from_u128(99));
    let person = PersonId("cashier-1".to_owned());
    // The first fact fits, the second does not: neither may stay.
    let facts = [Fact::SignedIn { person }, Fact::SaleDone { sale: SaleId(uuid::Uuid::nil()) }];
    let refused = store.save(generator.now(), "cashier-1", save, &facts, &[]);
    assert!(matches!(refused, Err(SaveError::Unfitting(_))), "{refused:?}");
    assert!(matches!(store.save(generator.now(), "x", save, &[], &[]), Err(SaveError::Empty)));
    assert!((store.last_seq(), store.ledger().clone()) == before);
    make(&mut store, &generator.cash_sale()).unwrap();
    drop(store);
    folder.expect_well(&generator.ledger);
}

#[test]
fn one_process_has_the_store() {
    let folder = Folder::new();
    let mut generator = Generator::new(3);
    let mut store = folder.open().store;
    match folder.try_open() {
        Err(OpenError::InUse { folder: named }) => assert_eq!(named, folder.path()),
        other => panic!("{other:?}"),
    }
    make(&mut store, &generator.open_day()).unwrap();
    drop(store);
    folder.expect_well(&generator.ledger);
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let folder = Folder::new();
    fs::write(folder.path(), "a file where the folder should be").unwrap();
    let error = folder.try_open().unwrap_err();
    assert!(matches!(&error, OpenError::Folder { path, .. } if *path == folder.path()), "{error:?}");
    assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
}

#[test]
fn an_older_program_refuses_a_newer_ledger_and_leaves_it_alone() {
    let folder = Folder::new();
    drop(folder.open());
    let newer = Connection::open(folder.file("stopgap.db")).unwrap();
    newer.execute_batch("PRAGMA user_version = 99; UPDATE schema_version SET version = 99").unwrap();
    drop(newer);
    let before = folder.contents();
    let error = folder.try_open().unwrap_err();
    let OpenError::Newer { found: 99, known, .. } = &error else { panic!("{error:?}") };
    assert!(*known < 99 && error.to_string().contains("schema 99"), "{error}");
    assert!(error.to_string().contains(&format!("up to {known}")), "{error}");
    assert!(folder.contents() == before);
}

#[test]
fn settings_that_durability_depends_on_are_in_the_file() {
    let folder = Folder::new();
    drop(folder.open());
    let database = Connection::open(folder.file("stopgap.db")).unwrap();
    let pragma = |name: &str| database.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, String>(0));
    assert_eq!(pragma("journal_mode").unwrap(), "wal");
    let strict: u32 = database
        .query_row("SELECT count(*) FROM pragma_table_list WHERE strict = 0 AND name NOT LIKE 'sqlite%'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(strict, 0, "a table is not STRICT");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_look_into_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    drop(folder.open());
    let mode = |name: &str| fs::metadata(folder.file(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("keys"), mode("mirror")), (0o700, 0o700, 0o700));
    assert_eq!(
        (mode("keys/journal.key"), mode("keys/till.ed25519"), mode("mirror/journal.log")),
        (0o600, 0o600, 0o600)
    );
}

#[test]
fn the_numbers_of_entries_rise_and_are_tied_to_their_saves() {
    let folder = Folder::new();
    let mut generator = Generator::new(4);
    let mut store = folder.open().store;
    let opened = generator.open_day();
    make(&mut store, &opened).unwrap();
    let sale = generator.cash_sale();
    assert_eq!(make(&mut store, &sale).unwrap().last_seq, 5);
    let entries = Reader::open(&folder.path()).unwrap().entries(1, 100).unwrap();
    let parts: Vec<(u64, u32, &Fact)> = entries.iter().map(|entry| (entry.seq, entry.part, &entry.fact)).collect();
    let expected: Vec<(u64, u32, &Fact)> = (1..)
        .zip((0..).zip(&opened.facts).chain((0..).zip(&sale.facts)))
        .map(|(seq, (part, fact))| (seq, part, fact))
        .collect();
    assert_eq!(parts, expected);
    assert!(entries.windows(2).all(|pair| pair[1].prev == pair[0].hash));
    assert_eq!(entries[2].save, sale.save);
}
