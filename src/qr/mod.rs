//! Payment codes: the text a customer's phone reads, and the picture of it. Pure.
//!
//! One file per scheme family builds the payload text; [`picture()`] turns any payload into modules that a page, a
//! receipt or a file can draw. A code proves nothing: see [`crate::domain::qr`].

pub mod account;
mod bill;
pub mod epc;
mod picture;
mod refusal;

pub use self::bill::Bill;
pub use self::picture::{Modules, PictureError, QUIET_ZONE, VERSION_MAX, picture};
pub use self::refusal::{Refusal, Unit};
