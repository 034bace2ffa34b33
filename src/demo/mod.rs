//! `stopgap demo`: a whole outage day through the real screens, with no display and a virtual clock.
//!
//! [`till`] is a cashier's hands and eyes: it taps the real screens and performs one effect after the other. [`script`]
//! is the day. [`books`] compares the ledger with the simulators' own books afterwards.

pub mod books;
pub mod dice;
pub mod script;
pub mod summary;
pub mod till;
