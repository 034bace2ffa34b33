//! The process dies or the disk refuses, at every step of every save.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use stopgap::domain::ids::SaveId;
use stopgap::domain::ledger::Ledger;
use stopgap::store::{Faults, Reader, SaveError, SavePoint, Strike};

use crate::generator::{Generator, Planned};
use crate::shop::{Folder, make};

/// Strikes at the `at`-th step, counted from 0 over all saves.
struct Nth {
    at: usize,
    seen: Arc<AtomicUsize>,
    strike: Strike,
}

impl Faults for Nth {
    fn strike(&mut self, _: SavePoint) -> Option<Strike> {
        (self.seen.fetch_add(1, Ordering::Relaxed) == self.at).then_some(self.strike)
    }
}

/// Strikes at certain points, each once.
struct At(Vec<(SavePoint, Strike)>);

impl Faults for At {
    fn strike(&mut self, point: SavePoint) -> Option<Strike> {
        let place = self.0.iter().position(|(one, _)| *one == point)?;
        Some(self.0.remove(place).1)
    }
}

/// Saves with every kind of step in them: plain ones, sealed cards, one that is wiped, a day that closes and another.
fn script() -> (Vec<Planned>, Vec<Ledger>) {
    let mut generator = Generator::new(7);
    let mut saves = vec![generator.open_day(), generator.cash_sale()];
    let mut ledgers = vec![Ledger::default(), Ledger::default()];
    let mut push = |generator: &mut Generator, planned: Planned| {
        saves.push(planned);
        ledgers.push(generator.ledger.clone());
    };
    let (payment, sealed) = generator.sealed_sale();
    push(&mut generator, sealed);
    for fact in [
        stopgap::domain::fact::Fact::CardSending { payment, trace: generator.trace() },
        stopgap::domain::fact::Fact::CardAnswered {
            payment,
            answer: stopgap::domain::fact::FinalAnswer::Approved { approval_code: "123456".to_owned() },
        },
        generator.day_closed(),
    ] {
        let planned = generator.certain(vec![fact], Vec::new());
        push(&mut generator, planned);
    }
    let planned = generator.open_day();
    push(&mut generator, planned);
    // The first two ledgers are folded here, so that `ledgers[n]` is the one after save `n`.
    let mut ledger = Ledger::default();
    for (number, save) in saves.iter().enumerate() {
        save.facts.iter().for_each(|fact| drop(ledger.apply(save.at, fact).unwrap()));
        ledgers[number] = ledger.clone();
    }
    (saves, ledgers)
}

/// Goal: whatever was acknowledged is there; the save under way is there whole, or shown as unconfirmed, or gone.
/// Method: the script is played with a crash at step 0, 1, 2 … until it runs through.
#[test]
fn a_crash_at_any_step_loses_nothing_that_was_acknowledged() {
    let (saves, ledgers) = script();
    let mut outcomes = BTreeSet::new();
    for at in 0.. {
        let folder = Folder::new();
        let seen = Arc::new(AtomicUsize::new(0));
        let mut store = folder.open_with(Nth { at, seen, strike: Strike::Crash }).store;
        let made = saves.iter().take_while(|save| make(&mut store, save).is_ok()).count();
        assert!(made == saves.len() || matches!(make(&mut store, &saves[made]), Err(SaveError::Halt { .. })));
        // The files are taken as they lie there: closing the store would tidy up.
        let left_behind = folder.copy();
        drop(store);
        let opened = left_behind.open();
        let acknowledged = if made == 0 { Ledger::default() } else { ledgers[made - 1].clone() };
        let unconfirmed: BTreeSet<SaveId> = opened.found.unconfirmed.iter().map(|entry| entry.save).collect();
        if made == saves.len() {
            assert!(opened.ledger == acknowledged && unconfirmed.is_empty());
            break;
        }
        let outcome = if opened.ledger == ledgers[made] && unconfirmed.is_empty() {
            "there"
        } else if opened.ledger == acknowledged && unconfirmed == BTreeSet::from([saves[made].save]) {
            "unconfirmed"
        } else if opened.ledger == acknowledged && unconfirmed.is_empty() {
            "gone"
        } else {
            panic!("step {at}, save {made}: neither the old ledger nor the new one");
        };
        outcomes.insert(outcome);
        go_on(&left_behind, opened.store, &saves[made..], ledgers.last().unwrap());
    }
    assert_eq!(outcomes, BTreeSet::from(["there", "unconfirmed", "gone"]));
}

/// After a crash the same saves are made again, with the same ids, and everything is well.
#[track_caller]
fn go_on(folder: &Folder, mut store: stopgap::store::Store, saves: &[Planned], ledger: &Ledger) {
    for save in saves {
        make(&mut store, save).unwrap();
    }
    let unconfirmed = store.reader().unwrap().unconfirmed().unwrap();
    let entries = store.reader().unwrap().entries(1, 1_000).unwrap();
    assert!(
        unconfirmed.iter().all(|void| entries.iter().all(|entry| entry.seq != void.seq)),
        "a number was used twice"
    );
    drop(store);
    drop(folder.expect_well(ledger));
}

/// Goal: a save that was refused never comes back. Method: an error at every step, then a restart from the files.
#[test]
fn an_error_at_any_step_refuses_the_save_for_good() {
    let (saves, ledgers) = script();
    for at in 0.. {
        let folder = Folder::new();
        let seen = Arc::new(AtomicUsize::new(0));
        let mut store = folder.open_with(Nth { at, seen, strike: Strike::Error }).store;
        let mut halted = false;
        let mut refused = None;
        for (number, save) in saves.iter().enumerate() {
            match make(&mut store, save) {
                Ok(_) => assert!(*store.ledger() == ledgers[number], "step {at} save {number}"),
                Err(SaveError::NotSaved { .. }) => {
                    let before = if number == 0 { Ledger::default() } else { ledgers[number - 1].clone() };
                    assert!(*store.ledger() == before, "step {at}: the refused save {number} is still in memory");
                    let opened = folder.copy().open();
                    assert!(opened.ledger == before, "step {at}: the refused save {number} came back");
                    assert!(opened.found.unconfirmed.is_empty(), "step {at}: it was refused, not unconfirmed");
                    refused = Some(number);
                    make(&mut store, save).unwrap();
                }
                Err(SaveError::Halt { .. }) => {
                    halted = true;
                    refused = Some(number);
                    break;
                }
                Err(other) => panic!("step {at} save {number}: {other}"),
            }
        }
        let left_behind = folder.copy();
        drop(store);
        let opened = left_behind.open();
        match (halted, refused) {
            (true, Some(number)) => go_on(&left_behind, opened.store, &saves[number..], ledgers.last().unwrap()),
            (_, Some(_)) => {
                drop(opened);
                drop(left_behind.expect_well(ledgers.last().unwrap()));
            }
            (_, None) => break,
        }
    }
}

#[test]
fn a_flush_that_failed_halts_the_store_and_is_taken_back() {
    let mut generator = Generator::new(8);
    let (opening, sale) = (generator.open_day(), generator.cash_sale());
    let folder = Folder::new();
    let mut store = folder.open().store;
    make(&mut store, &opening).unwrap();
    let before = store.ledger().clone();
    drop(store);
    let mut store = folder.open_with(At(vec![(SavePoint::MirrorSync, Strike::Error)])).store;
    assert!(matches!(make(&mut store, &sale), Err(SaveError::Halt { .. })));
    assert!(matches!(make(&mut store, &generator.cash_sale()), Err(SaveError::Halt { .. })), "a halt is for good");
    drop(store);
    let opened = folder.open();
    assert!(opened.ledger == before && opened.found.unconfirmed.is_empty());
}

#[test]
fn a_commit_that_failed_but_is_in_the_file_is_taken_out_again() {
    let mut generator = Generator::new(9);
    let folder = Folder::new();
    let mut store = folder.open().store;
    make(&mut store, &generator.open_day()).unwrap();
    drop(store);
    let before = generator.ledger.clone();
    let mut store = folder.open_with(At(vec![(SavePoint::AfterCommit, Strike::Error)])).store;
    assert!(matches!(make(&mut store, &generator.cash_sale()), Err(SaveError::Halt { .. })));
    drop(store);
    let opened = folder.open();
    assert!(opened.ledger == before, "the refused sale came back");
    assert!(opened.found.restored_database.unwrap().why.contains("had been refused"));
    drop(opened.store);
    drop(folder.expect_well(&before));
}

#[test]
fn a_save_that_cannot_be_taken_back_halts_and_is_shown_at_the_next_start() {
    let mut generator = Generator::new(10);
    let folder = Folder::new();
    let mut store = folder.open().store;
    make(&mut store, &generator.open_day()).unwrap();
    drop(store);
    let before = generator.ledger.clone();
    let sale = generator.cash_sale();
    let faults = At(vec![(SavePoint::Commit, Strike::Error), (SavePoint::Abort, Strike::Error)]);
    let mut store = folder.open_with(faults).store;
    assert!(matches!(make(&mut store, &sale), Err(SaveError::Halt { .. })));
    drop(store);
    let opened = folder.open();
    assert!(opened.ledger == before);
    assert_eq!(
        opened.found.unconfirmed.iter().map(|entry| &entry.fact).collect::<Vec<_>>(),
        sale.facts.iter().collect::<Vec<_>>()
    );
    // Shown once at the start, kept for good, and its numbers are not used again.
    let kept = Reader::open(&folder.path()).unwrap().unconfirmed().unwrap();
    assert_eq!(kept, opened.found.unconfirmed);
    let mut store = opened.store;
    let mut other = Generator::new(11);
    other.ledger = before.clone();
    let next = make(&mut store, &other.cash_sale()).unwrap().last_seq;
    assert!(kept.iter().all(|entry| entry.seq < next - 2));
    drop(store);
    drop(folder.expect_well(&other.ledger));
}
