//! The pages of the screen, as Slint compiles them from `app_window.slint` and what it imports.
//!
//! A package of its own because the generated code is larger than the rest of the program together: it is compiled when
//! a page changes, and not when a rule does. Only `src/ui_bind/` of the till uses it.

#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    missing_docs,
    unreachable_pub,
    unsafe_code,
    reason = "this is the code that Slint generates; it follows its own rules"
)]
mod generated {
    slint::include_modules!();
}

pub use self::generated::*;
