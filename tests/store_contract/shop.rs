//! A data folder and the shop that trades in it.

use std::fs;
use std::path::{Path, PathBuf};

use stopgap::domain::ledger::Ledger;
use stopgap::store::{Faults, Findings, OpenError, Opened, Options, SaveError, Saved, Store, verify};

use crate::generator::{Generator, Planned, TILL};

/// The time in the names of files that are moved aside.
pub const NOW_UNIX: i64 = 1_764_000_000;

/// A folder that is gone after the test.
pub struct Folder {
    temporary: tempfile::TempDir,
}

impl Folder {
    pub fn new() -> Self {
        Self { temporary: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> PathBuf {
        self.temporary.path().join("data")
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub fn try_open(&self) -> Result<Opened, OpenError> {
        Store::open(&self.path(), TILL, Options { now_unix: NOW_UNIX, faults: None })
    }

    pub fn open(&self) -> Opened {
        self.try_open().unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn open_with(&self, faults: impl Faults + 'static) -> Opened {
        let options = Options { now_unix: NOW_UNIX, faults: Some(Box::new(faults)) };
        Store::open(&self.path(), TILL, options).unwrap_or_else(|error| panic!("{error}"))
    }

    /// A copy as it is on the disk this moment: what a process that dies now leaves behind.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        copy_folder(&self.path(), &copy.path());
        copy
    }

    /// Opens, and expects this ledger and nothing to repair; and that everything verifies.
    #[track_caller]
    pub fn expect_well(&self, ledger: &Ledger) -> Store {
        let opened = self.open();
        assert_eq!(opened.found, Findings::default());
        assert!(opened.ledger == *ledger, "another ledger than the one that was saved");
        self.expect_verified();
        opened.store
    }

    #[track_caller]
    pub fn expect_verified(&self) {
        let report = verify(&self.path()).unwrap();
        assert!(report.holds(), "{report:#?}");
    }

    /// The sentence of a halt.
    #[track_caller]
    pub fn expect_halt(&self) -> String {
        match self.try_open() {
            Err(OpenError::Halt(why)) => why,
            Err(other) => panic!("no halt but: {other}"),
            Ok(opened) => panic!("no halt but: {:?}", opened.found),
        }
    }

    /// Every file with its content; not the lock, and not what any reader of SQLite leaves: an empty log and its index.
    pub fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(&self.path(), &mut files);
        files.retain(|(path, bytes)| !path.to_string_lossy().ends_with("-shm") && !bytes.is_empty());
        files.sort();
        files
    }
}

/// A shop that traded for some saves, and the folder it did so in, as if the process had just died.
pub fn traded(seed: u64, saves: usize) -> (Folder, Generator) {
    let folder = Folder::new();
    let mut generator = Generator::new(seed);
    let mut store = folder.open().store;
    for _ in 0..saves {
        make(&mut store, &generator.next()).unwrap();
    }
    let left_behind = folder.copy();
    drop(store);
    (left_behind, generator)
}

pub fn make(store: &mut Store, planned: &Planned) -> Result<Saved, SaveError> {
    store.save(planned.at, "cashier-1", planned.save, &planned.facts, &planned.sealed)
}

pub fn flip(path: &Path, place: usize, bit: u8) {
    let mut bytes = fs::read(path).unwrap();
    bytes[place] ^= 1 << bit;
    fs::write(path, bytes).unwrap();
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if !path.ends_with("lock") {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
}
