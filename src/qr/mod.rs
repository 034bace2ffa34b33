//! Payment codes: the text a customer's phone reads, and the picture of it. Pure.
//!
//! One file per scheme builds the payload text and reads it, those on EMV QRCPS by way of [`emv`]; [`Payee`] is any of
//! them. [`picture()`] turns a payload into modules that a page, a receipt or a file can draw. A code proves nothing: see
//! [`crate::domain::qr`].

pub mod account;
mod bill;
pub mod bysquare;
pub mod duitnow;
pub mod emv;
pub mod emvco;
pub mod epc;
pub mod fps;
pub mod inject;
pub(crate) mod keys;
pub mod khqr;
mod payee;
pub mod paynow;
mod percent;
mod picture;
pub mod pix;
pub mod promptpay;
pub mod provider_code;
pub mod reference;
mod refusal;
pub mod spayd;
pub mod swiss;
mod text;
mod unreadable;
pub mod upi;
pub mod vietqr;

pub use self::bill::Bill;
pub use self::payee::{Currencies, Payee};
pub use self::picture::{
    MODULE_PIXELS, MODULE_PIXELS_MAX, MODULE_PIXELS_MIN, Modules, PictureError, QUIET_ZONE, Symbol, VERSION_MAX,
    picture,
};
pub use self::refusal::{Refusal, Unit};
pub use self::unreadable::{ReadFields, Unreadable};
