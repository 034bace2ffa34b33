//! Sealing and opening local messages of the Terminal API (profile "protect local communications", version 1).
//!
//! A sealed message is `{MessageHeader, NexoBlob, SecurityTrailer}`. The blob is the whole clear message, AES-256-CBC
//! with PKCS #7 padding (RFC 5652 section 6.3); the trailer has the nonce and an HMAC-SHA256 over the clear message.
//! The header beside the blob is not covered by the HMAC, so it counts for nothing until it proved equal to the one
//! inside. Pure but for the random nonce, which the caller's generator makes.

use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::hmac;
use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::nexo_key::{BLOCK_BYTES, NexoKey};

/// The version of the sealing that is spoken here.
const CRYPTO_VERSION: u32 = 1;

/// Why a message cannot be sealed or opened. Never holds any of its content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecureError {
    /// Not a message of the protocol, so there is nothing to seal.
    #[error("the message to seal is not a Sale-to-POI message with a MessageHeader")]
    NotAMessage,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers for a nonce")]
    NoRandom,
    /// The other side does not seal its messages, or this is no message at all.
    #[error(
        "the message is not a sealed one (MessageHeader, NexoBlob, SecurityTrailer): \
         the reader must have the same encryption key in its settings as the till"
    )]
    NotSealed,
    /// Sealed with another key or another version of it.
    #[error("the message is sealed with {field} `{got}`, ours is `{expected}`: the reader's key settings differ")]
    OtherKey {
        /// Which field of the trailer.
        field: &'static str,
        /// What it says.
        got: String,
        /// What it must say.
        expected: String,
    },
    /// Changed on the way, or sealed with another passphrase. Says no more, on purpose.
    #[error("the message does not open with our key: another passphrase, or it was changed on the way")]
    NotGenuine,
    /// The header that travels in the clear is not the one that was sealed.
    #[error("the clear MessageHeader is not the sealed one: the message was put together from two")]
    OtherHeader,
    /// Its nonce was seen before.
    #[error("the message was received before: it is a repetition")]
    Repeated,
}

/// The two directions of messages, each with its content.
#[derive(Serialize, Deserialize)]
enum Envelope<T> {
    #[serde(rename = "SaleToPOIRequest")]
    Request(T),
    #[serde(rename = "SaleToPOIResponse")]
    Response(T),
}

impl<T> Envelope<T> {
    fn with<U>(&self, content: U) -> Envelope<U> {
        match self {
            Self::Request(_) => Envelope::Request(content),
            Self::Response(_) => Envelope::Response(content),
        }
    }

    fn content(&self) -> &T {
        match self {
            Self::Request(content) | Self::Response(content) => content,
        }
    }

    fn same_direction<U>(&self, other: &Envelope<U>) -> bool {
        match (self, other) {
            (Self::Request(_), Envelope::Request(_)) | (Self::Response(_), Envelope::Response(_)) => true,
            (Self::Request(_), Envelope::Response(_)) | (Self::Response(_), Envelope::Request(_)) => false,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Clear {
    message_header: Value,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sealed {
    message_header: Value,
    nexo_blob: String,
    security_trailer: SecurityTrailer,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SecurityTrailer {
    adyen_crypto_version: u32,
    key_identifier: String,
    key_version: u32,
    nonce: String,
    hmac: String,
}

/// Seals a whole message, request or response.
///
/// # Errors
///
/// It is not a message of the protocol, or the system has no random numbers.
pub fn seal(message: &str, key: &NexoKey, random: &dyn SecureRandom) -> Result<String, SecureError> {
    let clear: Envelope<Clear> = serde_json::from_str(message).map_err(|_| SecureError::NotAMessage)?;
    let mut nonce = [0_u8; BLOCK_BYTES];
    random.fill(&mut nonce).map_err(|_| SecureError::NoRandom)?;
    let cipher = cbc::Encryptor::<Aes256>::new_from_slices(key.cipher_key(), key.iv(&nonce).as_slice());
    // Key and IV always have the lengths of AES-256: they are cut out of one array by constants.
    let cipher = cipher.map_err(|_| SecureError::NotAMessage)?;
    let blob = cipher.encrypt_padded_vec::<Pkcs7>(message.as_bytes());
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.hmac_key()), message.as_bytes());
    let sealed = clear.with(Sealed {
        message_header: clear.content().message_header.clone(),
        nexo_blob: BASE64_STANDARD.encode(blob),
        security_trailer: SecurityTrailer {
            adyen_crypto_version: CRYPTO_VERSION,
            key_identifier: key.identifier().to_owned(),
            key_version: key.version(),
            nonce: BASE64_STANDARD.encode(nonce),
            hmac: BASE64_STANDARD.encode(tag.as_ref()),
        },
    });
    serde_json::to_string(&sealed).map_err(|_| SecureError::NotAMessage)
}

/// Opens a sealed message and returns the clear one, text as it was sealed.
///
/// # Errors
///
/// It is not sealed, not with our key, not genuine, or it was received before.
pub fn open(message: &str, key: &NexoKey) -> Result<String, SecureError> {
    let sealed: Envelope<Sealed> = serde_json::from_str(message).map_err(|_| SecureError::NotSealed)?;
    let content = sealed.content();
    same_key(&content.security_trailer, key)?;
    let trailer = &content.security_trailer;
    let decode = |text: &str| BASE64_STANDARD.decode(text).map_err(|_| SecureError::NotGenuine);
    let nonce: [u8; BLOCK_BYTES] = decode(&trailer.nonce)?.try_into().map_err(|_| SecureError::NotGenuine)?;
    let clear = decrypt(&decode(&content.nexo_blob)?, &nonce, &decode(&trailer.hmac)?, key)?;
    // Only a genuine message is remembered, so that nobody without the key can fill the memory.
    if !key.note(nonce) {
        return Err(SecureError::Repeated);
    }
    let inner: Envelope<Clear> = serde_json::from_str(&clear).map_err(|_| SecureError::NotAMessage)?;
    if !inner.same_direction(&sealed) || inner.content().message_header != content.message_header {
        return Err(SecureError::OtherHeader);
    }
    Ok(clear)
}

fn same_key(trailer: &SecurityTrailer, key: &NexoKey) -> Result<(), SecureError> {
    let numbers = |got: u32, expected: u32| (got.to_string(), expected.to_string());
    let (version, expected_version) = numbers(trailer.key_version, key.version());
    let (crypto, expected_crypto) = numbers(trailer.adyen_crypto_version, CRYPTO_VERSION);
    for (field, got, expected) in [
        ("AdyenCryptoVersion", crypto, expected_crypto),
        ("KeyIdentifier", trailer.key_identifier.clone(), key.identifier().to_owned()),
        ("KeyVersion", version, expected_version),
    ] {
        if got != expected {
            return Err(SecureError::OtherKey { field, got, expected });
        }
    }
    Ok(())
}

/// The clear text, when its HMAC is right.
///
/// A wrong padding and a wrong HMAC are one error that takes the same time: whoever could tell them apart could read
/// messages by trying.
fn decrypt(blob: &[u8], nonce: &[u8; BLOCK_BYTES], tag: &[u8], key: &NexoKey) -> Result<String, SecureError> {
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(key.cipher_key(), key.iv(nonce).as_slice());
    let decrypted = cipher.ok().and_then(|cipher| cipher.decrypt_padded_vec::<Pkcs7>(blob).ok());
    let is_padded = decrypted.is_some();
    let clear = decrypted.unwrap_or_else(|| blob.to_vec());
    // Compares in constant time and refuses a tag that is shorter or longer.
    let is_right = hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key.hmac_key()), &clear, tag).is_ok();
    if !(is_padded && is_right) {
        return Err(SecureError::NotGenuine);
    }
    String::from_utf8(clear).map_err(|_| SecureError::NotGenuine)
}

#[cfg(test)]
mod tests;
