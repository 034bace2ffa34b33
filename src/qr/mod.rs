//! Payment codes: the text a customer's phone reads, and the picture of it. Pure.
//!
//! One file per scheme family builds the payload text and reads it; [`picture()`] turns any payload into modules that a
//! page, a receipt or a file can draw. A code proves nothing: see [`crate::domain::qr`].

pub mod account;
mod bill;
pub mod bysquare;
pub mod epc;
mod percent;
mod picture;
pub mod reference;
mod refusal;
pub mod spayd;
pub mod swiss;
mod text;
mod unreadable;
pub mod upi;

pub use self::bill::Bill;
pub use self::picture::{
    MODULE_PIXELS, MODULE_PIXELS_MAX, MODULE_PIXELS_MIN, Modules, PictureError, QUIET_ZONE, Symbol, VERSION_MAX,
    picture,
};
pub use self::refusal::{Refusal, Unit};
pub use self::unreadable::{ReadFields, Unreadable};
