//! A whole file into a JWE (RFC 7516 compact serialisation), as a card is sealed, for whoever has the private key.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::SecureRandom;
use serde::Serialize;

use super::key::{Delivery, PublicJwk};
use super::{AcquirerKey, CONTENT_ENCRYPTION, SealError, base64url};

/// The protected header of a file. `cty` says what is inside (RFC 7516 section 4.1.12): a media type without its
/// `application/`.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    enc: &'static str,
    kid: &'a str,
    cty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    epk: Option<PublicJwk>,
}

/// Seals a zip archive to a public key that is valid at the moment `unix` (seconds since 1970).
///
/// # Errors
///
/// The key is not valid now or unusable, or the random source fails.
pub fn seal_archive(
    mut archive: Vec<u8>,
    key: &AcquirerKey,
    unix: i64,
    random: &dyn SecureRandom,
) -> Result<String, ParcelError> {
    key.valid_at(unix)?;
    let refused = || SealError::Key { kid: key.kid().to_owned() };
    let Delivery { alg, epk, encrypted_key, content_key } = key.deliver(random)?;
    let header = Header { alg, enc: CONTENT_ENCRYPTION, kid: key.kid(), cty: "zip", epk };
    let header = base64url(serde_json::to_vec(&header).map_err(|_| refused())?);
    let mut iv = [0_u8; NONCE_LEN];
    random.fill(&mut iv).map_err(|_| SealError::Random)?;
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &content_key[..]).map_err(|_| refused())?);
    let tag = cipher
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), Aad::from(header.as_bytes()), &mut archive)
        .map_err(|_| refused())?;
    let parts = [&encrypted_key, &iv[..], &archive, tag.as_ref()].map(base64url);
    Ok(format!("{header}.{}", parts.join(".")))
}

/// Why a file could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum ParcelError {
    /// The key is not valid now.
    #[error(transparent)]
    Key(#[from] super::KeyError),
    /// It could not be sealed to it.
    #[error(transparent)]
    Seal(#[from] SealError),
}
