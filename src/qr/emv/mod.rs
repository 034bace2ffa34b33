//! The base of most national payment codes: EMV QR Code Specification for Payment Systems (EMV QRCPS), Merchant-Presented
//! Mode, version 1.1.
//!
//! A payload is a run of objects: two digits of ID, two digits of length in characters, the value. `00` is first, `63`
//! with the check sum is last. `frame` writes one, [`parse()`] reads one, and nothing else in the program knows the form.

mod amount;
mod crc;
pub(super) mod frame;
mod object;
mod parse;
mod text;

pub(super) use self::amount::{amount, one_currency};
pub use self::frame::Initiation;
pub(super) use self::object::Objects;
pub use self::object::{Object, VALUE_CHARS_MAX, Value, seal};
pub use self::parse::{Damage, Place, Spot, parse};
pub use self::text::{
    Ans, CategoryCode, City, Country, Language, Name, PAYEE_CITY_MAX, PAYEE_NAME_MAX, national, tail,
};
pub(super) use self::text::{ans, digits, of_set, shown};

/// The most characters a payload may have (EMV QRCPS v1.1, 4.1).
pub const PAYLOAD_CHARS_MAX: usize = 512;

#[cfg(test)]
mod tests;
