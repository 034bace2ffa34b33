//! Stopgap keeps a shop selling when the card reader cannot.
//!
//! ```text
//! touch ─► ui/api callback ─┐
//! reader / host / clock ────┼─► Event ─► App::handle ─► Vec<Effect> ─► store | outside ─► Event …
//! worker results ───────────┘                 │
//!                                             └─► screens: App::view ─► ui_bind ─► Slint properties
//! ```
//!
//! Reading order:
//!
//! 1. [`domain`]: the rules, pure. Begin with [`domain::fact`], everything that can be journaled, and
//!    [`domain::ledger`], the fold of it.
//! 2. [`app`]: the one loop, events in, effects out.
//! 3. [`screens`]: what is on the screen, as plain data; [`ui_bind`] turns it into Slint.
//! 4. [`store`]: journal, mirror and tables; the only SQL.
//! 5. [`outside`]: reader, host, line, files; [`iso8583`], [`zvt`], [`escpos`], [`qr`], [`statement`] and
//!    [`seal`] are the languages spoken there.
//! 6. [`simulator`] and [`demo`]: a world that speaks the real protocols, and a day played in it.

pub mod app;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod escpos;
mod fields;
pub mod iso8583;
pub mod outside;
pub mod qr;
pub mod reconcile_csv;
pub mod repair;
pub mod report;
pub mod screens;
pub mod seal;
pub mod settings;
pub mod simulator;
pub mod statement;
pub mod store;
pub mod ui_bind;
pub mod zvt;
