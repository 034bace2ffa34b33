//! Payment codes: the text a customer's phone reads, and the picture of it. Pure.
//!
//! One file per scheme family builds the payload text; [`picture()`] turns any payload into modules that a page, a
//! receipt or a file can draw. A code proves nothing: see [`crate::domain::qr`].

pub mod account;
mod bill;
pub mod duitnow;
pub mod emv;
pub mod emvco;
pub mod epc;
pub mod fps;
pub mod inject;
pub mod khqr;
mod payee;
pub mod paynow;
mod picture;
pub mod pix;
pub mod promptpay;
pub mod provider_code;
mod refusal;
pub mod vietqr;

pub use self::bill::Bill;
pub use self::payee::{Currencies, Payee};
pub use self::picture::{Modules, PictureError, QUIET_ZONE, VERSION_MAX, picture};
pub use self::refusal::{Refusal, Unit};
