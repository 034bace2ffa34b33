//! Payment codes: the text a customer's phone reads, and the picture of it. Pure.
//!
//! One file per scheme family builds the payload text; [`picture()`] turns any payload into modules that a page, a
//! receipt or a file can draw. A code proves nothing: see [`crate::domain::qr`].

pub mod account;
pub mod epc;
mod picture;

pub use self::picture::{Modules, PictureError, QUIET_ZONE, VERSION_MAX, picture};
