//! The rules of the trade, pure: no IO, no clock, no randomness, no floating point.
//!
//! Reading order: [`money`] and [`ids`] first, then [`fact`] (everything that can be journaled) and [`ledger`]
//! (the fold of those facts), then the nouns: [`sale`], [`reader`], [`qr`], [`card`], [`queue`], [`cash`],
//! [`health`], [`outage`], [`contacts`], [`ladder`], [`limits`], [`access`], [`reconcile`], [`day`],
//! [`service`].

pub mod access;
pub mod batch;
pub mod card;
pub mod cash;
pub mod contact;
pub mod contacts;
pub mod day;
pub mod fact;
pub mod handover;
pub mod health;
pub mod host;
pub mod ids;
pub mod keys;
pub mod ladder;
pub mod ledger;
pub mod limits;
pub mod money;
pub mod outage;
pub mod payee;
pub mod printer;
pub mod qr;
pub mod queue;
pub mod reader;
pub mod receipt;
pub mod reconcile;
pub mod sale;
pub mod service;
pub mod ticket;
