//! A typed card into a JWE that only the acquirer can open (RFC 7516 compact serialisation).
//!
//! `alg` is ECDH-ES in direct mode (RFC 7518 section 4.6) for keys on a curve and RSA-OAEP-256 (section 4.3) for RSA
//! keys, `enc` is A256GCM (section 5.3). Payment, till, amount and currency stand in the protected header, so a sealed
//! card that is moved to another sale no longer opens as what it claims. Beside [`crate::domain::card`] this is the
//! only code that sees a card number; nothing in the product can undo it: the private key is the acquirer's.

mod error;
mod key;
mod parcel;
mod point;
mod rsa;
mod tag;

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::domain::card::{Brand, Card, EXPIRY_DIGITS, HOLDER_NAME_MAX, HolderPart, NUMBER_DIGITS_MAX, POSTCODE_MAX};
use crate::domain::ids::PaymentId;
use crate::domain::money::{AMOUNT_MINOR_MAX, Money};

pub use self::error::{KeyError, SealError};
pub use self::key::{AcquirerKey, KEY_BYTES_MAX, KID_LENGTH_MAX};
use self::key::{Delivery, PublicJwk};
pub use self::parcel::{ParcelError, seal_archive};
pub use self::tag::CardTagKey;

/// The longest sealed card, in bytes: it travels in ISO 8583 DE 63, an LLLVAR field.
pub const SEALED_LENGTH_MAX: usize = 999;

/// The longest terminal id, in characters: ISO 8583 DE 41 is `ans8`.
pub const TERMINAL_LENGTH_MAX: usize = 8;

/// The content encryption of every sealed card, as `enc` names it.
pub(crate) const CONTENT_ENCRYPTION: &str = "A256GCM";

/// How a content key is agreed on with a key on a curve, as `alg` names it.
pub(crate) const KEY_AGREEMENT: &str = "ECDH-ES";

/// How a content key is encrypted to an RSA key, as `alg` names it.
pub(crate) const KEY_ENCRYPTION: &str = "RSA-OAEP-256";

/// The length of an A256GCM key, in bits.
pub(crate) const CONTENT_KEY_BITS: u32 = 256;

/// The sale a card is sealed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The payment.
    pub payment: PaymentId,
    /// The terminal id of the request it travels in (DE 41, without the padding).
    pub terminal: String,
    /// The amount of the request (DE 4 and 49).
    pub amount: Money,
}

/// A card only the acquirer can open, and what may stand beside it in clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedCard {
    /// The compact JWE.
    pub compact: String,
    /// The brand.
    pub brand: Brand,
    /// The last four digits.
    pub last4: String,
    /// The acquirer's name of the key it is sealed to.
    pub kid: String,
    /// SHA-256 of `compact`, in lower-case hexadecimal: what the journal keeps of it.
    pub sha256: String,
}

/// The protected header. `stopgap` is a private name (RFC 7516 section 4.3): a reader that does not know it may ignore
/// it, but cannot change it.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    enc: &'static str,
    kid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    epk: Option<PublicJwk>,
    stopgap: BindingClaims,
}

/// The sale in the protected header, as the acquirer reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindingClaims {
    /// The payment's UUID.
    pub payment: String,
    /// The terminal id.
    pub till: String,
    /// The amount in minor units.
    pub amount: i64,
    /// The currency's three letters.
    pub currency: String,
}

/// Seals a card for one sale.
///
/// The caller checks [`AcquirerKey::valid_at`] before the card is asked for. The plaintext and the content key are
/// wiped; ring wipes neither its copy of the agreed secret nor its key schedule, both of which live only in this call.
///
/// # Errors
///
/// When the binding is not that of a sale, the random source fails, the key is unusable or the result is too long.
pub fn seal(
    card: &Card,
    binding: &Binding,
    key: &AcquirerKey,
    random: &dyn SecureRandom,
) -> Result<SealedCard, SealError> {
    let claims = claims(binding)?;
    let refused = || SealError::Key { kid: key.kid().to_owned() };
    let Delivery { alg, epk, encrypted_key, content_key } = key.deliver(random)?;
    let header = protected(key.kid(), alg, epk, claims).ok_or_else(refused)?;
    let mut iv = [0_u8; NONCE_LEN];
    random.fill(&mut iv).map_err(|_| SealError::Random)?;
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &content_key[..]).map_err(|_| refused())?);
    let mut content = plaintext(card);
    let tag = cipher
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), Aad::from(header.as_bytes()), &mut content)
        .map_err(|_| refused())?;
    let parts = [&encrypted_key, &iv[..], &content, tag.as_ref()].map(base64url);
    let compact = format!("{header}.{}", parts.join("."));
    if compact.len() > SEALED_LENGTH_MAX {
        return Err(SealError::TooLong { bytes: compact.len() });
    }
    let sha256 = sha256_hex(&compact);
    Ok(SealedCard { compact, brand: card.brand(), last4: card.last4(), kid: key.kid().to_owned(), sha256 })
}

/// The longest a card sealed to a key can become, in bytes: the longest number, name, postcode, amount and terminal id.
fn longest_sealed(kid: &str, delivery: Delivery) -> usize {
    let claims = BindingClaims {
        payment: uuid::Uuid::nil().to_string(),
        // In JSON a backslash takes two characters.
        till: "\\".repeat(TERMINAL_LENGTH_MAX),
        amount: AMOUNT_MINOR_MAX,
        currency: "XXX".to_owned(),
    };
    let content = CONTENT_FRAME.len() + NUMBER_DIGITS_MAX + EXPIRY_DIGITS + HOLDER_NAME_MAX + POSTCODE_MAX;
    let encoded = [delivery.encrypted_key.len(), NONCE_LEN, content, AES_256_GCM.tag_len()]
        .map(|bytes| 1 + (bytes * 8).div_ceil(6));
    protected(kid, delivery.alg, delivery.epk, claims)
        .map_or(usize::MAX, |header| header.len() + encoded.iter().sum::<usize>())
}

/// The first part of the JWE: the protected header in base64url.
fn protected(kid: &str, alg: &'static str, epk: Option<PublicJwk>, claims: BindingClaims) -> Option<String> {
    let header = Header { alg, enc: CONTENT_ENCRYPTION, kid, epk, stopgap: claims };
    // Serialising strings and an integer cannot fail; nothing is sealed with an empty header should it fail after all.
    serde_json::to_vec(&header).ok().map(|header| base64url(&header))
}

/// The single-step key derivation of NIST SP 800-56A with SHA-256, as RFC 7518 section 4.6.2 fills it in.
///
/// Returns 256 bits; a shorter key is the front of them. Both parties' info is empty in what Stopgap seals.
pub(crate) fn concat_kdf(
    secret: &[u8],
    algorithm: &str,
    sender: &[u8],
    recipient: &[u8],
    key_bits: u32,
) -> Zeroizing<[u8; 32]> {
    let mut hash = ring::digest::Context::new(&SHA256);
    hash.update(&1_u32.to_be_bytes());
    hash.update(secret);
    for part in [algorithm.as_bytes(), sender, recipient] {
        // The parts are names of a few bytes; more than 4 GiB of them cannot come here.
        hash.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.update(&key_bits.to_be_bytes());
    let mut key = Zeroizing::new([0_u8; 32]);
    key.copy_from_slice(hash.finish().as_ref());
    key
}

fn claims(binding: &Binding) -> Result<BindingClaims, SealError> {
    if !(1..=AMOUNT_MINOR_MAX).contains(&binding.amount.minor) {
        return Err(SealError::Amount(binding.amount));
    }
    let till = binding.terminal.clone();
    if !(1..=TERMINAL_LENGTH_MAX).contains(&till.len()) || !till.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(SealError::Terminal(till));
    }
    Ok(BindingClaims {
        payment: binding.payment.to_string(),
        till,
        amount: binding.amount.minor,
        currency: binding.amount.currency.code().to_owned(),
    })
}

/// What stands around all parts of a card in [`plaintext`].
const CONTENT_FRAME: &str = r#"{"pan":"","exp":"","name":"","zip":""}"#;

/// `{"pan":"…","exp":"YYMM"}`, and where they were given `"name":"…"` and `"zip":"…"`. They are made of digits, letters
/// and signs that need no escaping, so no serialiser sees them; encryption in place then overwrites the text.
fn plaintext(card: &Card) -> Zeroizing<Vec<u8>> {
    const ROOM: usize = 128;
    let mut text = Zeroizing::new(Vec::with_capacity(ROOM));
    card.with_secret(|number, expiry| {
        // Writing into a vector cannot fail, and 128 bytes hold 19 digits, 4 digits, 26 and 9 letters and the frame: it
        // does not grow.
        let _ = write!(&mut *text, r#"{{"pan":"{number}","exp":"{expiry}""#);
    });
    for (member, part) in [("name", HolderPart::Name), ("zip", HolderPart::Postcode)] {
        let given = card.holder().part(part);
        if !given.is_empty() {
            let _ = write!(&mut *text, r#","{member}":"{given}""#);
        }
    }
    text.push(b'}');
    debug_assert!(text.len() <= ROOM);
    text
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 of a text in lower-case hexadecimal, as the journal names what is kept beside it.
#[must_use]
pub fn sha256_hex(text: &str) -> String {
    hex(digest(&SHA256, text.as_bytes()).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    crate::iso8583::encode_hex(bytes)
}

#[cfg(test)]
mod tests;
