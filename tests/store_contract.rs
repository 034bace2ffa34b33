//! What every store has to hold to, whatever happens to the process and to the disk.
//!
//! The stories are told in the files of `store_contract/`: [`saves`] (what a save promises), [`crashes`] (the process
//! dies, the disk refuses), [`damage`] (files are flipped, deleted, swapped), [`cards`] (sealed cards), [`reading`]
//! (reports, backup, verify). All of them draw their saves from [`generator`]: days that could have been.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "store_contract/cards.rs"]
mod cards;
#[path = "store_contract/contacts.rs"]
mod contacts;
#[path = "store_contract/crashes.rs"]
mod crashes;
#[path = "store_contract/damage.rs"]
mod damage;
#[path = "store_contract/generator.rs"]
mod generator;
#[path = "store_contract/reading.rs"]
mod reading;
#[path = "store_contract/saves.rs"]
mod saves;
#[path = "store_contract/shop.rs"]
mod shop;
