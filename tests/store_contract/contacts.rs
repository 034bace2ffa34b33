//! How a customer can be called: kept twice while somebody may have to, longer than the sealed card, and then wiped.

use std::fs;

use stopgap::domain::contact::KeptContact;
use stopgap::domain::fact::{Fact, FinalAnswer, LossReason};
use stopgap::domain::ids::{ContactId, PaymentId, PersonId, SaveId};
use stopgap::seal::sha256_hex;
use stopgap::store::{SaveError, Store};

use crate::generator::Generator;
use crate::shop::{Folder, make};

const TEXT: &str = "AAAAAAAAAAAAAAAAAAAAAA 00493023125001";
const CONTACT: ContactId = ContactId(uuid::Uuid::from_u128(0x5EC));

fn fact(payment: PaymentId) -> Fact {
    Fact::ContactKept { payment, contact: KeptContact { id: CONTACT, sha256: sha256_hex(TEXT) } }
}

/// A day with a sealed card and its customer's number in it.
fn with_contact(seed: u64) -> (Folder, Generator, Store, PaymentId) {
    let folder = Folder::new();
    let mut generator = Generator::new(seed);
    let mut store = folder.open().store;
    make(&mut store, &generator.open_day()).unwrap();
    let (payment, planned) = generator.sealed_sale();
    make(&mut store, &planned).unwrap();
    let planned = generator.certain(vec![fact(payment)], vec![(PaymentId(CONTACT.0), TEXT.to_owned())]);
    make(&mut store, &planned).unwrap();
    assert_eq!(store.contact(CONTACT).unwrap().as_deref(), Some(TEXT));
    (folder, generator, store, payment)
}

fn file(folder: &Folder) -> std::path::PathBuf {
    folder.file("mirror/sealed").join(CONTACT.to_string())
}

/// The files of the folder in which the number stands.
fn hits(folder: &Folder) -> usize {
    let found = |bytes: &[u8]| bytes.windows(TEXT.len()).any(|window| window == TEXT.as_bytes());
    folder.contents().into_iter().filter(|(_, bytes)| found(bytes)).count()
}

#[test]
fn a_number_outlives_the_sealed_card_and_goes_with_the_decision() {
    let (folder, mut generator, mut store, payment) = with_contact(61);
    assert_eq!(hits(&folder), 2, "one in the log of the database, one beside the mirror");
    let answer = FinalAnswer::Declined { code: "41".to_owned(), hard: true };
    let facts = vec![Fact::CardSending { payment, trace: generator.trace() }, Fact::CardAnswered { payment, answer }];
    let planned = generator.certain(facts, Vec::new());
    make(&mut store, &planned).unwrap();
    assert_eq!(store.sealed(payment).unwrap(), None);
    assert!(store.contact(CONTACT).unwrap().is_some() && file(&folder).exists());
    drop(store);
    let mut store = folder.expect_well(&generator.ledger);
    let by = PersonId("manager-1".to_owned());
    let planned =
        generator.certain(vec![Fact::CardWrittenOff { payment, by, reason: LossReason::Goodwill }], Vec::new());
    make(&mut store, &planned).unwrap();
    assert!(store.contact(CONTACT).unwrap().is_none() && !file(&folder).exists());
    store.scrub();
    assert_eq!(hits(&folder.copy()), 0, "also in what a process that dies now leaves behind");
    drop(store);
    assert_eq!(hits(&folder), 0);
    drop(folder.expect_well(&generator.ledger));
}

#[test]
fn each_copy_of_a_number_is_restored_from_the_other() {
    let (folder, generator, store, _) = with_contact(62);
    drop(store);
    for row in [true, false] {
        let copy = folder.copy();
        if row {
            let database = rusqlite::Connection::open(copy.file("stopgap.db")).unwrap();
            assert_eq!(database.execute("DELETE FROM contact WHERE id = ?1", [CONTACT.0]).unwrap(), 1);
        } else {
            fs::write(file(&copy), "something else").unwrap();
        }
        let opened = copy.open();
        assert!(opened.ledger == generator.ledger);
        assert_eq!(opened.found.restored_cards.len(), 1);
        assert_eq!(opened.store.contact(CONTACT).unwrap().as_deref(), Some(TEXT));
        assert_eq!(fs::read_to_string(file(&copy)).unwrap(), TEXT);
    }
}

#[test]
fn a_number_and_its_fact_come_together_and_once() {
    let (_folder, generator, mut store, payment) = with_contact(63);
    let before = store.last_seq();
    let row = PaymentId(CONTACT.0);
    for kept in [vec![], vec![(row, "other".to_owned())], vec![(payment, TEXT.to_owned())]] {
        let save = SaveId(uuid::Uuid::from_u128(7));
        let refused = store.save(generator.now(), "cashier-1", save, &[fact(payment)], &kept);
        assert!(matches!(refused, Err(SaveError::Sealed { .. })), "{refused:?}");
    }
    let save = SaveId(uuid::Uuid::from_u128(8));
    let twice = store.save(generator.now(), "cashier-1", save, &[fact(payment)], &[(row, TEXT.to_owned())]);
    assert!(twice.is_err() && store.last_seq() == before, "{twice:?}");
}
