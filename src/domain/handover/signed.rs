//! What makes the files of a handover tamper-evident: each is signed by the till that wrote it, and read only by a till
//! that the shop told that till's key.
//!
//! What is signed is the content as this program writes it, and what is checked is the content as it was read: no
//! member that the signature does not cover can mean anything. The content begins with its format, so that a signature
//! below a handover is none below an outcome, or below a day's close, which the same key signs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The length of an Ed25519 public key, in bytes (RFC 8032).
pub const TILL_KEY_BYTES: usize = 32;
/// The most tills that one till knows: as many as there are numbers of tills.
pub const KNOWN_TILLS_MAX: usize = 90;
/// Hex digits in a group of a key that is shown.
const GROUP_DIGITS: usize = 8;

/// The key that a till's signatures are checked with: 64 hex digits, in groups when it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TillPublicKey([u8; TILL_KEY_BYTES]);

impl TillPublicKey {
    /// The key of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; TILL_KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; TILL_KEY_BYTES] {
        &self.0
    }
}

/// In groups of eight digits, so that two people can compare it.
impl fmt::Display for TillPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if place > 0 && (place * 2).is_multiple_of(GROUP_DIGITS) {
                f.write_str(" ")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// A text that is no key of a till.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a till's key is 64 hex digits, as stopgap handover key prints them at that till")]
pub struct NoTillKey;

impl FromStr for TillPublicKey {
    type Err = NoTillKey;

    fn from_str(text: &str) -> Result<Self, NoTillKey> {
        let digits = text.chars().filter(|letter| *letter != ' ').map(|letter| letter.to_digit(16));
        let digits: Option<Vec<u8>> = digits.map(|digit| u8::try_from(digit?).ok()).collect();
        let digits = digits.ok_or(NoTillKey)?;
        let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        let is_whole = digits.len() == TILL_KEY_BYTES * 2;
        bytes.try_into().ok().filter(|_| is_whole).map(Self).ok_or(NoTillKey)
    }
}

/// A till whose files are believed, because the shop's settings name its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownTill {
    /// Its number.
    pub till: u8,
    /// What its signatures are checked with.
    pub key: TillPublicKey,
}

/// A file with the signature of the till that wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedFile<Content> {
    /// What the till says.
    pub signed: Content,
    /// Ed25519 over that, in Base64.
    pub signature: String,
}

impl<Content: Serialize> SignedFile<Content> {
    /// The file that a till writes; `sign` is that till's.
    pub fn by(signed: Content, sign: impl FnOnce(&[u8]) -> String) -> Self {
        let signature = sign(&signed_bytes(&signed));
        Self { signed, signature }
    }

    /// What the signature has to be over.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        signed_bytes(&self.signed)
    }
}

/// The content as it is signed. No map with other keys than text and no failing writer: serialising it cannot fail.
fn signed_bytes(content: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(content).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_shown_and_nothing_else_is_one() {
        let key = TillPublicKey::new([0xA7; TILL_KEY_BYTES]);
        let shown = key.to_string();
        assert!(shown.starts_with("a7a7a7a7 a7a7a7a7 ") && shown.len() == 71, "{shown}");
        assert_eq!((shown.parse(), shown.replace(' ', "").to_uppercase().parse()), (Ok(key), Ok(key)));
        for wrong in ["", "a7", &shown[..70], &format!("{shown}0"), &format!("{shown}00"), &shown.replace('7', "g")] {
            assert_eq!(wrong.parse::<TillPublicKey>(), Err(NoTillKey), "{wrong}");
        }
    }
}
