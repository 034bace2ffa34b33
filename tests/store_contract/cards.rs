//! Sealed cards: kept twice while they may be sent, wiped when nothing will be sent any more.

use std::fs;

use stopgap::domain::fact::{Fact, FinalAnswer, LossReason};
use stopgap::domain::ids::{PaymentId, PersonId, SaveId};
use stopgap::domain::queue::ParkReason;
use stopgap::store::{SaveError, Store};

use crate::generator::{Generator, Planned};
use crate::shop::{Folder, make};

/// A day with one sealed card in it.
fn with_card(seed: u64) -> (Folder, Generator, Store, PaymentId) {
    let folder = Folder::new();
    let mut generator = Generator::new(seed);
    let mut store = folder.open().store;
    make(&mut store, &generator.open_day()).unwrap();
    let (payment, planned) = generator.sealed_sale();
    make(&mut store, &planned).unwrap();
    assert_eq!(store.sealed(payment).unwrap().as_ref(), Some(&planned.sealed[0].1));
    (folder, generator, store, payment)
}

fn file(folder: &Folder, payment: PaymentId) -> std::path::PathBuf {
    folder.file("mirror/sealed").join(payment.to_string())
}

fn declined(hard: bool) -> FinalAnswer {
    FinalAnswer::Declined { code: "51".to_owned(), hard }
}

#[test]
fn a_card_is_wiped_with_the_save_that_ends_it() {
    let approved = FinalAnswer::Approved { approval_code: "123456".to_owned() };
    let by = PersonId("manager-1".to_owned());
    for (answer, then_written_off, kept) in [
        (approved, false, false),
        (declined(true), false, false),
        (declined(false), false, true),
        (declined(false), true, false),
    ] {
        let (folder, mut generator, mut store, payment) = with_card(41);
        let trace = generator.trace();
        let mut facts =
            vec![Fact::CardSending { payment, trace }, Fact::CardAnswered { payment, answer: answer.clone() }];
        if then_written_off {
            facts.push(Fact::CardWrittenOff { payment, by: by.clone(), reason: LossReason::Goodwill });
        }
        let planned = generator.certain(facts, Vec::new());
        make(&mut store, &planned).unwrap();
        assert_eq!(store.sealed(payment).unwrap().is_some(), kept, "{answer:?}");
        assert_eq!(file(&folder, payment).exists(), kept, "{answer:?}");
        drop(store);
        drop(folder.expect_well(&generator.ledger));
        assert_eq!(file(&folder, payment).exists(), kept);
    }
}

#[test]
fn a_wiped_card_is_nowhere_in_the_folder() {
    let (folder, mut generator, mut store, payment) = with_card(42);
    let sealed = store.sealed(payment).unwrap().unwrap();
    let hits = |folder: &Folder| -> Vec<_> {
        let found = |bytes: &[u8]| bytes.windows(sealed.len()).any(|window| window == sealed.as_bytes());
        folder.contents().into_iter().filter(|(_, bytes)| found(bytes)).map(|(path, _)| path).collect()
    };
    assert_eq!(hits(&folder).len(), 2, "one in the log of the database, one beside the mirror");
    make(&mut store, &approved(&mut generator, payment)).unwrap();
    // What a process leaves behind that dies now, and that one that dies a moment later: the till's store was at rest.
    let died = folder.copy();
    store.scrub();
    assert_eq!(hits(&folder.copy()), Vec::<std::path::PathBuf>::new());
    drop(store);
    assert_eq!(hits(&folder), Vec::<std::path::PathBuf>::new());
    // The other one's next start puts it away, before it closes.
    let opened = died.open();
    assert_eq!(hits(&died.copy()), Vec::<std::path::PathBuf>::new());
    assert!(opened.ledger == generator.ledger);
}

#[test]
fn of_many_cards_those_that_are_final_are_nowhere_while_the_others_wait() {
    let folder = Folder::new();
    let mut generator = Generator::new(47);
    let mut store = folder.open().store;
    make(&mut store, &generator.open_day()).unwrap();
    let mut cards = Vec::new();
    for _ in 0..150 {
        let (payment, planned) = generator.sealed_sale();
        make(&mut store, &planned).unwrap();
        cards.push((payment, planned.sealed[0].1.clone()));
    }
    // Not in their order, so that pages lose rows in their middle and are joined.
    let (gone, kept): (Vec<_>, Vec<_>) = cards.into_iter().enumerate().partition(|(place, _)| place * 7 % 10 < 8);
    for (_, (payment, _)) in gone.iter().rev().step_by(2).chain(&gone) {
        if store.sealed(*payment).unwrap().is_some() {
            make(&mut store, &approved(&mut generator, *payment)).unwrap();
        }
    }
    store.scrub();
    let left_behind: Vec<u8> = folder.copy().contents().into_iter().flat_map(|(_, bytes)| bytes).collect();
    // The part of a card that is its own is enough: a page that was joined may have overwritten its ends.
    let stands = |(payment, sealed): &(PaymentId, String)| {
        let own = payment.0.simple().to_string();
        assert!(sealed.contains(&own));
        left_behind.windows(own.len()).any(|window| window == own.as_bytes())
    };
    for (_, card) in &gone {
        assert!(store.sealed(card.0).unwrap().is_none() && !stands(card), "{}", card.0);
    }
    assert!(kept.iter().all(|(_, card)| stands(card)));
}

/// The save that ends a card.
fn approved(generator: &mut Generator, payment: PaymentId) -> Planned {
    let (trace, answer) = (generator.trace(), FinalAnswer::Approved { approval_code: "123456".to_owned() });
    generator.certain(vec![Fact::CardSending { payment, trace }, Fact::CardAnswered { payment, answer }], Vec::new())
}

#[test]
fn a_parked_card_survives_days_and_restarts() {
    let (folder, mut generator, mut store, payment) = with_card(43);
    for _ in 0..3 {
        let closed = generator.day_closed();
        let planned = generator.certain(vec![closed], Vec::new());
        make(&mut store, &planned).unwrap();
        make(&mut store, &generator.open_day()).unwrap();
        if let Ok(parked) =
            generator.ledger.clone().apply(generator.now(), &Fact::CardParked { payment, reason: ParkReason::TooLate })
        {
            assert!(!parked.is_empty());
            let planned =
                generator.certain(vec![Fact::CardParked { payment, reason: ParkReason::TooLate }], Vec::new());
            make(&mut store, &planned).unwrap();
        }
        drop(store);
        store = folder.expect_well(&generator.ledger);
        assert!(store.sealed(payment).unwrap().is_some() && file(&folder, payment).exists());
    }
}

#[test]
fn each_copy_of_a_card_is_restored_from_the_other_and_the_loss_of_both_is_told() {
    let (folder, generator, store, payment) = with_card(44);
    drop(store);
    let wiped_row = |folder: &Folder| {
        let database = rusqlite::Connection::open(folder.file("stopgap.db")).unwrap();
        assert_eq!(database.execute("DELETE FROM sealed", []).unwrap(), 1);
    };
    for (row, in_file) in [(true, false), (false, true), (true, true)] {
        let copy = folder.copy();
        if row {
            wiped_row(&copy);
        }
        if in_file {
            fs::write(file(&copy, payment), "something else").unwrap();
        }
        let opened = copy.open();
        assert!(opened.ledger == generator.ledger);
        let both = row && in_file;
        assert_eq!(
            (opened.found.restored_cards.len(), opened.found.lost_cards.len()),
            if both { (0, 1) } else { (1, 0) }
        );
        assert_eq!(opened.store.sealed(payment).unwrap().is_some(), !both);
    }
}

#[test]
fn leftovers_of_refused_saves_are_removed() {
    let (folder, generator, store, payment) = with_card(45);
    drop(store);
    let stray = file(&folder, PaymentId(uuid::Uuid::from_u128(5)));
    fs::write(&stray, "sealed").unwrap();
    drop(folder.expect_well(&generator.ledger));
    assert!(!stray.exists() && file(&folder, payment).exists());
}

#[test]
fn a_sealed_card_and_its_fact_come_together() {
    let (_folder, mut generator, mut store, _) = with_card(46);
    let before = store.last_seq();
    let ledger = generator.ledger.clone();
    let (payment, planned) = generator.sealed_sale();
    let other = (PaymentId(uuid::Uuid::from_u128(6)), planned.sealed[0].1.clone());
    let altered = (payment, "eyJ..".to_owned());
    for sealed in [
        vec![],
        vec![altered],
        vec![planned.sealed[0].clone(), other],
        vec![planned.sealed[0].clone(), planned.sealed[0].clone()],
    ] {
        let refused = store.save(planned.at, "cashier-1", SaveId(uuid::Uuid::from_u128(7)), &planned.facts, &sealed);
        assert!(matches!(refused, Err(SaveError::Sealed { .. })), "{refused:?}");
    }
    assert!(store.last_seq() == before && *store.ledger() == ledger);
    make(&mut store, &planned).unwrap();
}
