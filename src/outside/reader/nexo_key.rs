//! The key that local messages of the Terminal API are sealed with, derived from a passphrase, and the memory of the
//! nonces it was used with.
//!
//! The derivation is the makers' (Terminal API, "protect local communications"): PBKDF2-HMAC-SHA1 over a fixed salt,
//! cut into a key for the HMAC, one for the cipher, and an IV. The salt is the same for every shop, so the passphrase
//! alone carries the strength: that is why a short one is refused here although the protocol would take it.

use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::io::Read;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ring::pbkdf2;
use zeroize::Zeroizing;

/// The salt of the derivation, the same for all.
const SALT: &[u8] = b"AdyenNexoV1Salt";
/// The rounds of the derivation.
const ROUNDS: NonZeroU32 = match NonZeroU32::new(4_000) {
    Some(rounds) => rounds,
    None => NonZeroU32::MIN,
};
/// HMAC key, cipher key and IV, in bytes.
const MATERIAL_BYTES: usize = HMAC_KEY_BYTES + CIPHER_KEY_BYTES + BLOCK_BYTES;
const HMAC_KEY_BYTES: usize = 32;
const CIPHER_KEY_BYTES: usize = 32;
/// A block of AES, and so an IV and a nonce.
pub(super) const BLOCK_BYTES: usize = 16;

/// The shortest passphrase that is taken, in characters.
pub const PASSPHRASE_MIN: usize = 8;
/// The longest passphrase that is taken, in characters.
pub const PASSPHRASE_MAX: usize = 255;
/// The longest key identifier, in characters.
pub const KEY_IDENTIFIER_MAX: usize = 64;
/// The nonces that are remembered. At one message a second they reach back more than four hours; what is older is
/// still refused as an answer, because no question of today has its service id.
const NONCES_MAX: usize = 16_384;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum NexoKeyError {
    /// The file cannot be read.
    #[error("the passphrase cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// Too short or too long.
    #[error("the passphrase has {0} characters; it must have {PASSPHRASE_MIN} to {PASSPHRASE_MAX}")]
    Length(usize),
    /// Makers' programs differ in how they turn other characters into bytes, so the reader would derive another key.
    #[error("the passphrase may only have printable ASCII characters")]
    NotAscii,
    /// No name for the key, or one that is too long.
    #[error("the key identifier must have 1 to {KEY_IDENTIFIER_MAX} characters")]
    Identifier,
}

/// A key with its name and version, and the nonces seen with it. It cannot be printed or copied; whoever needs it
/// shares it, so that a message replayed to another part of the program is noticed as well.
pub struct NexoKey {
    identifier: String,
    version: u32,
    material: Zeroizing<[u8; MATERIAL_BYTES]>,
    seen: Mutex<Nonces>,
}

impl NexoKey {
    /// Derives the key, which takes some milliseconds; done once.
    ///
    /// # Errors
    ///
    /// The passphrase or the identifier does not fit.
    pub fn derive(passphrase: &str, identifier: &str, version: u32) -> Result<Self, NexoKeyError> {
        let length = passphrase.chars().count();
        if !(PASSPHRASE_MIN..=PASSPHRASE_MAX).contains(&length) {
            return Err(NexoKeyError::Length(length));
        }
        if !passphrase.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            return Err(NexoKeyError::NotAscii);
        }
        if identifier.is_empty() || identifier.chars().count() > KEY_IDENTIFIER_MAX {
            return Err(NexoKeyError::Identifier);
        }
        let mut material = Zeroizing::new([0_u8; MATERIAL_BYTES]);
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA1, ROUNDS, SALT, passphrase.as_bytes(), material.as_mut_slice());
        Ok(Self { identifier: identifier.to_owned(), version, material, seen: Mutex::new(Nonces::default()) })
    }

    /// Derives the key from the passphrase that is alone in a file, with or without an end of line.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or what is in it or the identifier does not fit.
    pub fn read(file: &Path, identifier: &str, version: u32) -> Result<Self, NexoKeyError> {
        let limit = u64::try_from(PASSPHRASE_MAX + 3).unwrap_or(u64::MAX);
        let mut text = Zeroizing::new(String::with_capacity(PASSPHRASE_MAX + 3));
        File::open(file)?.take(limit).read_to_string(&mut text)?;
        Self::derive(text.trim_end_matches(['\r', '\n']), identifier, version)
    }

    /// What the messages call it.
    pub(super) fn identifier(&self) -> &str {
        &self.identifier
    }

    /// The version of it.
    pub(super) const fn version(&self) -> u32 {
        self.version
    }

    /// The key for HMAC-SHA256.
    pub(super) fn hmac_key(&self) -> &[u8] {
        &self.material[..HMAC_KEY_BYTES]
    }

    /// The key for AES-256.
    pub(super) fn cipher_key(&self) -> &[u8] {
        &self.material[HMAC_KEY_BYTES..HMAC_KEY_BYTES + CIPHER_KEY_BYTES]
    }

    /// The IV of one message: the derived one, bit by bit exclusive-or its nonce.
    pub(super) fn iv(&self, nonce: &[u8; BLOCK_BYTES]) -> Zeroizing<[u8; BLOCK_BYTES]> {
        let mut iv = Zeroizing::new(*nonce);
        let derived = &self.material[HMAC_KEY_BYTES + CIPHER_KEY_BYTES..];
        iv.iter_mut().zip(derived).for_each(|(byte, derived)| *byte ^= derived);
        iv
    }

    /// Notes the nonce of a message that has proved genuine; false when it was seen before.
    pub(super) fn note(&self, nonce: [u8; BLOCK_BYTES]) -> bool {
        // A thread that panicked between the two tables left at worst one nonce too many: a message too many refused.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).note(nonce)
    }
}

#[derive(Default)]
struct Nonces {
    known: HashSet<[u8; BLOCK_BYTES]>,
    order: VecDeque<[u8; BLOCK_BYTES]>,
}

impl Nonces {
    fn note(&mut self, nonce: [u8; BLOCK_BYTES]) -> bool {
        if !self.known.insert(nonce) {
            return false;
        }
        self.order.push_back(nonce);
        if self.order.len() > NONCES_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_would_make_a_weak_or_another_key_is_refused() {
        let long = "p".repeat(PASSPHRASE_MAX + 1);
        let name = "k".repeat(KEY_IDENTIFIER_MAX + 1);
        for (passphrase, identifier, says) in [
            ("short", "key", "has 5 characters; it must have 8 to 255"),
            (long.as_str(), "key", "has 256 characters"),
            ("passwörtlich", "key", "printable ASCII"),
            ("with a tab\there", "key", "printable ASCII"),
            ("long enough", "", "key identifier"),
            ("long enough", name.as_str(), "key identifier"),
        ] {
            let error = NexoKey::derive(passphrase, identifier, 1).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
            assert!(!error.contains(passphrase), "{error}");
        }
    }

    #[test]
    fn a_passphrase_is_read_without_its_end_of_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("passphrase");
        let plain = NexoKey::derive("a passphrase of ours", "key", 1).unwrap();
        for end in ["", "\n", "\r\n"] {
            fs::write(&file, format!("a passphrase of ours{end}")).unwrap();
            let read = NexoKey::read(&file, "key", 1).unwrap();
            assert_eq!(read.material.as_slice(), plain.material.as_slice());
        }
        fs::write(&file, "p".repeat(100_000)).unwrap();
        assert!(matches!(NexoKey::read(&file, "key", 1), Err(NexoKeyError::Length(258))));
        assert!(matches!(NexoKey::read(folder.path(), "key", 1), Err(NexoKeyError::File(_))));
    }

    #[test]
    fn nonces_are_refused_the_second_time_in_bounded_memory() {
        let mut nonces = Nonces::default();
        let nonce = |number: usize| u128::try_from(number).unwrap().to_be_bytes();
        for number in 0..NONCES_MAX {
            assert!(nonces.note(nonce(number)));
        }
        assert!(!nonces.note(nonce(0)) && !nonces.note(nonce(NONCES_MAX - 1)));
        assert!(nonces.note(nonce(NONCES_MAX)), "a new one pushes the oldest out");
        assert!(nonces.note(nonce(0)));
        assert_eq!((nonces.known.len(), nonces.order.len()), (NONCES_MAX, NONCES_MAX));
    }
}
