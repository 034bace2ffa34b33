//! Reports, backup and verify: beside the till, and without changing anything.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use rusqlite::Connection;
use stopgap::domain::fact::Fact;
use stopgap::store::{Checked, ReadError, Reader, verify};

use crate::generator::{Generator, TILL};
use crate::shop::{Folder, flip, make, traded};

#[test]
fn a_day_is_read_back_with_its_sales_payments_and_facts() {
    let folder = Folder::new();
    let mut generator = Generator::new(51);
    let mut store = folder.open().store;
    let mut days = Vec::new();
    for _ in 0..3 {
        let mut planned = vec![generator.open_day()];
        planned.extend((0..4).map(|_| generator.cash_sale()));
        let closed = generator.day_closed();
        planned.push(generator.certain(vec![closed], Vec::new()));
        for save in &planned {
            make(&mut store, save).unwrap();
        }
        let facts: Vec<Fact> = planned.into_iter().flat_map(|save| save.facts).collect();
        days.push((generator.ledger.clone(), facts));
    }
    let reader = store.reader().unwrap();
    assert_eq!(reader.days().unwrap().len(), 3);
    for (ledger, facts) in days {
        let day = ledger.day.unwrap();
        assert!(reader.days().unwrap().contains(&day));
        assert_eq!(reader.sales_of_day(day.id).unwrap(), ledger.sales.into_values().collect::<Vec<_>>());
        assert_eq!(reader.payments_of_day(day.id).unwrap(), ledger.payments.values().cloned().collect::<Vec<_>>());
        let read: Vec<Fact> = reader.facts_of_day(day.id).unwrap().into_iter().map(|entry| entry.fact).collect();
        assert_eq!(read, facts);
    }
    assert_eq!(reader.checkpoints().unwrap().len(), 3);
}

#[test]
fn a_printed_checkpoint_can_be_checked_with_the_public_key() {
    let folder = Folder::new();
    let mut generator = Generator::new(52);
    let mut store = folder.open().store;
    make(&mut store, &generator.open_day()).unwrap();
    let closed = generator.day_closed();
    let planned = generator.certain(vec![closed], Vec::new());
    let checkpoint = make(&mut store, &planned).unwrap().checkpoint.unwrap();
    let entry = store.reader().unwrap().entries(checkpoint.seq, 1).unwrap().remove(0);
    let hash_hex = stopgap::iso8583::encode_hex(&entry.hash);
    assert_eq!(hash_hex, checkpoint.hash_hex);
    let hex = store.public_key_hex();
    let key: Vec<u8> = (0..32).map(|byte| u8::from_str_radix(&hex[byte * 2..][..2], 16).unwrap()).collect();
    let signature = STANDARD.decode(&checkpoint.signature_base64).unwrap();
    let mut message = b"stopgap checkpoint 1".to_vec();
    message.push(TILL);
    message.extend(checkpoint.seq.to_be_bytes());
    message.extend(checkpoint.date.to_string().bytes());
    message.extend(entry.hash);
    UnparsedPublicKey::new(&ED25519, &key).verify(&message, &signature).unwrap();
    assert_eq!(store.reader().unwrap().checkpoints().unwrap(), [checkpoint]);
}

#[test]
fn verify_names_the_check_that_fails_and_changes_nothing() {
    let (folder, generator) = traded(53, 150);
    let mut store = folder.open().store;
    let mut generator = generator;
    if generator.ledger.day.as_ref().is_none_or(|day| day.closed.is_some()) {
        make(&mut store, &generator.open_day()).unwrap();
    }
    let (payment, sealed) = generator.sealed_sale();
    make(&mut store, &sealed).unwrap();
    let cash = generator.cash_sale();
    make(&mut store, &cash).unwrap();
    drop(store);
    let Fact::CashTaken { payment: paid, .. } = cash.facts[1] else { panic!("no cash") };
    let edit = |folder: &Folder, sql: &str| {
        let database = Connection::open(folder.file("stopgap.db")).unwrap();
        database.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}")).unwrap();
    };
    #[allow(clippy::type_complexity, reason = "the list is read once, right here")]
    let damages: [(Checked, &dyn Fn(&Folder)); 8] = [
        (Checked::Form, &|folder| edit(folder, "DROP INDEX payment_day")),
        (Checked::Chain, &|folder| {
            edit(
                folder,
                "DROP TRIGGER journal_is_never_changed; UPDATE journal SET actor = 'x' WHERE seq = 9;
                 CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
                     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
            );
        }),
        (Checked::Tables, &|folder| {
            edit(folder, "UPDATE sale SET amount_minor = 1 WHERE id = (SELECT min(id) FROM sale)");
        }),
        (Checked::Checkpoints, &|folder| edit(folder, "UPDATE checkpoint SET signature = zeroblob(64)")),
        (Checked::Mirror, &|folder| flip(&folder.file("mirror/journal.log"), 400, 2)),
        (Checked::Anchor, &|folder| fs::remove_file(folder.file("mirror/head")).unwrap()),
        (Checked::SealedCards, &|folder| {
            fs::write(folder.file("mirror/sealed").join(payment.to_string()), "").unwrap();
        }),
        (Checked::NothingKeptTooLong, &|folder| {
            fs::write(folder.file("mirror/sealed").join(paid.to_string()), "eyJ").unwrap();
        }),
    ];
    folder.expect_verified();
    for (what, damage) in damages {
        let copy = folder.copy();
        damage(&copy);
        let before = copy.contents();
        let report = verify(&copy.path()).unwrap();
        assert!(copy.contents() == before, "verify changed a file");
        let failed: Vec<Checked> =
            report.checks.iter().filter(|check| check.problem.is_some()).map(|check| check.what).collect();
        assert!(failed.contains(&what), "{what:?} is not among {failed:?}");
        assert!(what == Checked::Chain || failed == [what], "{what:?}: {failed:?}");
    }
}

#[test]
fn verify_and_reports_run_beside_the_till() {
    let (folder, mut generator) = traded(54, 20);
    let mut store = folder.open().store;
    for _ in 0..20 {
        make(&mut store, &generator.next()).unwrap();
        folder.expect_verified();
        let reader = Reader::open(&folder.path()).unwrap();
        assert_eq!(reader.entries(store.last_seq(), 1).unwrap().len(), 1);
    }
    let report = verify(&folder.path()).unwrap();
    assert_eq!(report.last_seq, store.last_seq());
}

#[test]
fn a_backup_is_the_ledger_and_never_overwrites_a_file() {
    let (folder, generator) = traded(55, 60);
    let store = folder.open().store;
    let reader = store.reader().unwrap();
    let target = folder.file("backup.db");
    reader.backup(&target).unwrap();
    assert!(matches!(reader.backup(&target), Err(ReadError::File { .. })), "a file was overwritten");
    drop(store);
    // Put in the place of a lost database and mirror it is the same ledger.
    fs::rename(&target, folder.file("stopgap.db")).unwrap();
    fs::remove_file(folder.file("mirror/journal.log")).unwrap();
    let opened = folder.open();
    assert!(opened.ledger == generator.ledger);
    assert!(opened.found.restored_mirror.is_some() && opened.found.restored_database.is_none());
}

#[test]
fn a_folder_without_a_ledger_is_named() {
    let folder = Folder::new();
    assert!(verify(&folder.path()).unwrap_err().to_string().contains(&folder.path().display().to_string()));
    assert!(matches!(Reader::open(&folder.path()), Err(ReadError::NoLedger(_))));
    assert!(!folder.path().exists(), "looking made a folder");
}
