//! Stories: whole conversations with the till, told touch by touch, with the screen as text at each stop.
//!
//! The world answers at once and from memory; the app and the store are the real ones. A screen that changed on purpose
//! is accepted with `INSTA_UPDATE=always cargo test --test stories`, and read in the diff.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

#[path = "stories/access.rs"]
mod access;
#[path = "stories/approval.rs"]
mod approval;
#[path = "stories/bad_cash.rs"]
mod bad_cash;
#[path = "stories/card.rs"]
mod card;
#[path = "stories/card_numbers.rs"]
mod card_numbers;
#[path = "stories/cash.rs"]
mod cash;
#[path = "stories/cash_on_screen.rs"]
mod cash_on_screen;
#[path = "stories/credit.rs"]
mod credit;
#[path = "stories/day.rs"]
mod day;
#[path = "stories/decided.rs"]
mod decided;
#[path = "stories/desk.rs"]
mod desk;
#[path = "stories/foreign.rs"]
mod foreign;
#[path = "stories/handover.rs"]
mod handover;
#[path = "stories/input.rs"]
mod input;
#[path = "stories/keys.rs"]
mod keys;
#[path = "stories/limits.rs"]
mod limits;
#[path = "stories/limits_of_cash.rs"]
mod limits_of_cash;
#[path = "stories/nameless.rs"]
mod nameless;
#[path = "stories/papers.rs"]
mod papers;
#[path = "stories/printer.rs"]
mod printer;
#[path = "stories/reader.rs"]
mod reader;
#[path = "stories/refund.rs"]
mod refund;
#[path = "stories/service_acceptance.rs"]
mod service_acceptance;
#[path = "stories/service_care.rs"]
mod service_care;
#[path = "stories/service_devices.rs"]
mod service_devices;
#[path = "stories/service_hardware.rs"]
mod service_hardware;
#[path = "stories/service_others.rs"]
mod service_others;
#[path = "stories/service_pack.rs"]
mod service_pack;
#[path = "stories/service_trust.rs"]
mod service_trust;
#[path = "stories/settled.rs"]
mod settled;
#[path = "stories/speed.rs"]
mod speed;
#[path = "stories/statement.rs"]
mod statement;
#[path = "stories/store.rs"]
mod store;
#[path = "stories/terminal.rs"]
mod terminal;
#[path = "stories/transfer.rs"]
mod transfer;
#[path = "stories/watching.rs"]
mod watching;
#[path = "stories/whose_drawer.rs"]
mod whose_drawer;

/// Looks at the screen: page, sheet and message have to be as they were accepted.
macro_rules! look {
    ($bench:expr, $name:literal) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => true }, {
            insta::assert_yaml_snapshot!($name, $crate::support::stop::stop(&$bench));
        })
    };
}
pub(crate) use look;
