//! A reader, a receipt printer, an acquirer's host, a line and a bank that speak the real protocols, each with a book of its own.
//!
//! They stand in for the world in the demo and the tests, as actors on real local sockets. They share no state with the
//! till: what they know they were told over a socket, so their books prove what the ledger says.

pub mod bank;
pub mod certificate;
pub mod command;
pub mod host;
pub mod line;
pub mod printer;
pub mod reader;
pub mod shop;
pub mod takings;
pub mod zvt;
