//! Why a key is refused, and why a card could not be sealed. The key is the acquirer's, or the supplier's that support
//! packs are encrypted to: whoever shows the error says which.

use super::key::{KEY_TEXT_MAX, KID_LENGTH_MAX};
use super::point::COORDINATE_LENGTH;
use super::rsa::{EXPONENT_MAX, EXPONENT_MIN, MODULUS_BITS_MAX, MODULUS_BITS_MIN, MODULUS_BITS_STEP};
use super::{SEALED_LENGTH_MAX, TERMINAL_LENGTH_MAX};
use crate::domain::money::{AMOUNT_MINOR_MAX, Money};

/// The kinds of key that are accepted, as an error says them.
const ACCEPTED: &str = "OKP with crv X25519, EC with crv P-256, and RSA";

/// Why a key is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a JSON object of a JWK.
    #[error("the key is not a JWK (RFC 7517): {0}")]
    NotJwk(String),
    /// A file in PEM form.
    #[error("the file is in PEM form; a key that is sealed to is given as a JWK (RFC 7517)")]
    Pem,
    /// Longer than any key.
    #[error("the key file has {bytes} bytes; at most {KEY_TEXT_MAX} are read")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// A set of keys.
    #[error("the file holds a set of keys (“keys”); give the one key that is to be sealed to")]
    KeySet,
    /// A member is missing.
    #[error("the key has no “{0}”")]
    Missing(&'static str),
    /// A private or secret key.
    #[error(
        "the file holds a private or secret key (“{0}”); only its owner may have it, the till needs the public key"
    )]
    Private(&'static str),
    /// A kind of key that is not accepted.
    #[error("keys of kty “{kty}”{} are not accepted; accepted are {ACCEPTED}", curve(.crv.as_ref()))]
    Kind {
        /// The key's `kty`.
        kty: String,
        /// The key's `crv`, where it has one.
        crv: Option<String>,
    },
    /// `use` is not `enc`.
    #[error("the key has use “{0}”; a key that is sealed to has use “enc”, or none")]
    Use(String),
    /// `alg` is something else.
    #[error("the key has alg “{given}”; with this kind of key only {used} is used")]
    Algorithm {
        /// The key's `alg`.
        given: String,
        /// The `alg` that a card is sealed with.
        used: &'static str,
    },
    /// No usable name.
    #[error("the key has a kid of {bytes} bytes; it must have 1 to {KID_LENGTH_MAX} printable ASCII characters")]
    Kid {
        /// How long it is.
        bytes: usize,
    },
    /// A name that would go into the clear, and could be the number of a card.
    #[error(
        "the kid of the key could be the number of a card, and would be kept in the clear: ask its owner for another"
    )]
    KidIsCardNumber,
    /// A coordinate is not 32 bytes in base64url.
    #[error("“{name}” of the key must be {COORDINATE_LENGTH} bytes in base64url without padding: {problem}")]
    Coordinate {
        /// The member.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A point that gives every sender the same secret (RFC 7748 section 6.1), or one that is not on the curve.
    #[error("the key is not a safe point of its curve: no secret can be agreed with it")]
    UnsafePoint,
    /// A number of an RSA key that is not written as RFC 7518 section 2 has it (`Base64urlUInt`).
    #[error("“{name}” of the key must be a number in base64url without padding: {problem}")]
    Number {
        /// The member.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// An RSA key that is too small, too large, or cut off.
    #[error(
        "the RSA key has {bits} bits; {MODULUS_BITS_MIN} to {MODULUS_BITS_MAX} in steps of {MODULUS_BITS_STEP} are \
         accepted: a key of another length was cut off, or is too long for ISO 8583 DE 63"
    )]
    ModulusBits {
        /// How many it has.
        bits: usize,
    },
    /// A modulus that is certainly no product of two large primes.
    #[error("“n” of the key can be divided by {factor}, so it is no RSA key: it is cut off or mistyped")]
    ModulusFactor {
        /// What divides it.
        factor: u32,
    },
    /// A public exponent outside the bounds.
    #[error("“e” of the key must be an odd number from {EXPONENT_MIN} to {EXPONENT_MAX}; 65537 is usual")]
    Exponent,
    /// What is sealed to it would be longer than the field of the message.
    #[error(
        "a card sealed to the key “{kid}” ({kind}) would have up to {bytes} bytes; \
         ISO 8583 DE 63 takes {SEALED_LENGTH_MAX}: ask its owner for a smaller key or a shorter kid"
    )]
    DoesNotFit {
        /// The key's name.
        kid: String,
        /// The kind of key.
        kind: String,
        /// How long a sealed card could become.
        bytes: usize,
    },
    /// The cryptographic library refuses it although it looks right.
    #[error("the key “{kid}” does not work: a trial with it failed")]
    Trial {
        /// The key's name.
        kid: String,
    },
    /// The key is not valid yet.
    #[error("the key “{kid}” is not valid before {not_before} (seconds since 1970)")]
    NotYetValid {
        /// The key's name.
        kid: String,
        /// The key's `nbf`.
        not_before: i64,
    },
    /// The key is no longer valid.
    #[error("the key “{kid}” expired at {expires} (seconds since 1970); ask its owner for the new one")]
    Expired {
        /// The key's name.
        kid: String,
        /// The key's `exp`.
        expires: i64,
    },
    /// The key is never valid.
    #[error("the key has nbf {not_before} and exp {expires}: it would expire before it is valid")]
    NeverValid {
        /// The key's `nbf`.
        not_before: i64,
        /// The key's `exp`.
        expires: i64,
    },
}

fn curve(crv: Option<&String>) -> String {
    crv.map(|crv| format!(" with crv “{crv}”")).unwrap_or_default()
}

/// Why a card could not be sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The system's random source failed.
    #[error("the system's random source gave nothing, so no card can be sealed")]
    Random,
    /// The agreement or the encryption was refused.
    #[error("the acquirer's key “{kid}” does not work: the key agreement or the encryption failed")]
    Key {
        /// The key's name.
        kid: String,
    },
    /// The result does not fit DE 63.
    #[error("the sealed card has {bytes} bytes; ISO 8583 DE 63 takes at most {SEALED_LENGTH_MAX}")]
    TooLong {
        /// How long it became.
        bytes: usize,
    },
    /// No amount a card can be charged.
    #[error("a card cannot be sealed for {0}: the amount must be 1 to {AMOUNT_MINOR_MAX} minor units")]
    Amount(Money),
    /// Not a terminal id.
    #[error("terminal id “{0}” must be 1 to {TERMINAL_LENGTH_MAX} characters (ISO 8583 DE 41)")]
    Terminal(String),
}
