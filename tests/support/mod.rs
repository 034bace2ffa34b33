//! A till in a test: the real app and the real store, and around them a world that lives in memory.
//!
//! [`Bench`] drives it with virtual time, touch by touch. [`world::FakeWorld`] does the effects; its [`reader`], [`host`] and
//! [`bank`] keep books of their own, so that a test can compare what the till believes with what was really charged.
//! [`books::Books`] looks at every fact that the store was told to keep and says which rule it breaks.

#![allow(dead_code, reason = "each of the two test programs uses its own part of this folder")]

mod at_host;
pub mod bank;
pub mod bench;
pub mod books;
pub mod case;
pub mod device;
pub mod dice;
pub mod disk;
pub mod host;
mod lanes;
pub mod printer;
pub mod reader;
pub mod shop;
pub mod stop;
pub mod wire;
pub mod world;

pub use bench::{Bench, Pace};
