//! The two keys of a till: one that ties the journal together, one that signs the closing of a day.
//!
//! Both lie in files outside the database, so that whoever edits the database cannot make the chain fit again. They are
//! made at the first start and never replaced: without them the ledger cannot be checked, so a missing one stops the
//! till with a sentence, it is not made anew.

use std::fs;
use std::path::Path;

use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{self, Ed25519KeyPair, KeyPair};
use ring::{digest, hmac};
use zeroize::Zeroizing;

use super::error::OpenError;
use super::files::{self, Layout};
use crate::seal::CardTagKey;

/// The length of a hash, a tag and the journal's key, in bytes (SHA-256).
pub(super) const HASH_LENGTH: usize = 32;

/// A hash or tag.
pub(super) type Hash = [u8; HASH_LENGTH];

/// The keys of one data folder.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) journal: JournalKey,
    pub(super) till: TillKey,
}

impl Keys {
    /// The keys that are there, or new ones at the first start (`ledger_exists` is false).
    pub(super) fn open(layout: &Layout, ledger_exists: bool) -> Result<Self, OpenError> {
        if !ledger_exists {
            make_missing(layout)?;
        }
        let journal = read(&layout.journal_key())?;
        let journal = JournalKey::new(&journal).ok_or_else(|| unusable(&layout.journal_key()))?;
        let till = read(&layout.till_key())?;
        let till = TillKey::new(&till).ok_or_else(|| unusable(&layout.till_key()))?;
        Ok(Self { journal, till })
    }
}

fn make_missing(layout: &Layout) -> Result<(), OpenError> {
    let random = SystemRandom::new();
    let no_random = |_| OpenError::Halt("the system gives no random numbers to make the till's keys from".to_owned());
    if !layout.journal_key().exists() {
        let mut key = Zeroizing::new([0_u8; HASH_LENGTH]);
        random.fill(key.as_mut()).map_err(no_random)?;
        write(&layout.journal_key(), key.as_ref())?;
    }
    if !layout.till_key().exists() {
        let key = Ed25519KeyPair::generate_pkcs8(&random).map_err(no_random)?;
        write(&layout.till_key(), key.as_ref())?;
    }
    files::sync_folder(&layout.keys()).map_err(OpenError::folder("flush the folder", &layout.keys()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), OpenError> {
    files::write_new(path, bytes).map_err(OpenError::folder("write the key", path))
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Zeroizing::new(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(OpenError::Halt(format!(
            "there is a ledger, but its key {} is missing: without it nobody can tell a true entry from a forged one; \
             bring the key file back from where it was kept",
            path.display()
        ))),
        Err(error) => Err(OpenError::folder("read the key", path)(error)),
    }
}

fn unusable(path: &Path) -> OpenError {
    OpenError::Halt(format!(
        "the key {} is not a key of Stopgap (cut off or overwritten): bring it back from where it was kept",
        path.display()
    ))
}

/// Ties the journal together (HMAC-SHA256, RFC 2104).
#[derive(Clone)]
pub(super) struct JournalKey(hmac::Key);

impl JournalKey {
    fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == HASH_LENGTH).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, bytes)))
    }

    #[cfg(test)]
    pub(super) fn for_test(byte: u8) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &[byte; HASH_LENGTH]))
    }

    /// The tag over all parts. Each goes in with its length before it, so that no two lists of parts are the same bytes.
    pub(super) fn tag(&self, parts: &[&[u8]]) -> Hash {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&length(part));
            context.update(part);
        }
        to_hash(context.sign().as_ref())
    }
}

impl JournalKey {
    /// The key that cards are known again by: made of this one, so that there is no further file to lose. The number of
    /// parts is that of no entry, so no entry has this tag.
    pub(super) fn card_tags(&self) -> CardTagKey {
        CardTagKey::new(&self.tag(&[b"the key that typed cards are known again by"]))
    }
}

impl std::fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JournalKey(redacted)")
    }
}

/// Signs checkpoints (Ed25519, RFC 8032).
#[derive(Debug)]
pub(super) struct TillKey(Ed25519KeyPair);

impl TillKey {
    fn new(pkcs8: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_pkcs8(pkcs8).ok().map(Self)
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }

    pub(super) fn verify(&self, message: &[u8], signed: &[u8]) -> bool {
        signature::UnparsedPublicKey::new(&signature::ED25519, self.public()).verify(message, signed).is_ok()
    }

    pub(super) fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }
}

/// SHA-256 over all parts, each with its length before it.
pub(super) fn digest_of<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Hash {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(&length(part));
        context.update(part);
    }
    to_hash(context.finish().as_ref())
}

/// SHA-256 of a text in hex, as the journal names a sealed card.
pub(super) fn sha256_hex(text: &str) -> String {
    hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}

/// The hash that 64 lower-case hex digits spell.
pub(super) fn unhex(text: &[u8]) -> Option<Hash> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut hash = [0_u8; HASH_LENGTH];
    if text.len() != HASH_LENGTH * 2 {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(text.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(hash)
}

fn length(part: &[u8]) -> [u8; 8] {
    u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes()
}

fn to_hash(bytes: &[u8]) -> Hash {
    let mut hash = [0_u8; HASH_LENGTH];
    // SHA-256 always makes 32 bytes.
    hash.copy_from_slice(bytes);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_moved_into_one_another() {
        let key = JournalKey::for_test(1);
        assert_ne!(key.tag(&[b"ab", b"c"]), key.tag(&[b"a", b"bc"]));
        assert_ne!(key.tag(&[b"ab"]), key.tag(&[b"ab", b""]));
        assert_ne!(key.tag(&[b"ab"]), JournalKey::for_test(2).tag(&[b"ab"]));
        assert_eq!(format!("{key:?}"), "JournalKey(redacted)");
    }

    #[test]
    fn hex_goes_there_and_back_and_takes_nothing_else() {
        let hash = digest_of([b"x".as_slice()].into_iter());
        assert_eq!(unhex(hex(&hash).as_bytes()), Some(hash));
        assert_eq!(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        for bad in ["", "00", &"g".repeat(64), &"A".repeat(64)] {
            assert_eq!(unhex(bad.as_bytes()), None);
        }
    }
}
