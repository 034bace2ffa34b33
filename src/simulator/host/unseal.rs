//! The acquirer's side of [`crate::seal`]: the private key, and opening a sealed card with it.
//!
//! It is part of the simulator because the till must not be able to do this. ring lends no X25519 key that lasts longer
//! than one agreement, so the agreement here is x25519-dalek's: a second implementation beside the one that seals.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::error::Unspecified;
use ring::rand::SecureRandom;
use serde::Deserialize;
use serde_json::json;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::seal::{BindingClaims, CONTENT_ENCRYPTION, CONTENT_KEY_BITS, KEY_AGREEMENT, SEALED_LENGTH_MAX, concat_kdf};

/// The simulated acquirer's key pair.
pub struct HostKey {
    kid: String,
    secret: StaticSecret,
}

impl fmt::Debug for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostKey({}, redacted)", self.kid)
    }
}

/// Why a sealed card cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// Not five parts in base64url, or too long.
    #[error("not a compact JWE of at most {SEALED_LENGTH_MAX} bytes with an empty key part")]
    Form,
    /// The protected header is not one of Stopgap's.
    #[error("the protected header is not that of a sealed card: {0}")]
    Header(String),
    /// Sealed to another key.
    #[error("sealed to the key “{0}”, which is not this acquirer's")]
    Key(String),
    /// Changed on the way, or sealed to another key of the same name.
    #[error("the content does not open: it was changed, or sealed to another key")]
    Content,
}

/// An opened card.
pub struct OpenedCard {
    /// The sale it was sealed for.
    pub claims: BindingClaims,
    /// The number.
    pub number: Zeroizing<String>,
    /// YYMM.
    pub expiry: Zeroizing<String>,
}

impl OpenedCard {
    /// The last four digits.
    #[must_use]
    pub fn last4(&self) -> String {
        self.number.get(self.number.len().saturating_sub(4)..).unwrap_or_default().to_owned()
    }
}

impl fmt::Debug for OpenedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenedCard({:?}, redacted)", self.claims)
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    enc: String,
    kid: String,
    epk: EphemeralKey,
    stopgap: BindingClaims,
}

#[derive(Deserialize)]
struct EphemeralKey {
    crv: String,
    x: String,
}

/// Borrowed from the decrypted text, so that the only other copy is the one that is wiped.
#[derive(Deserialize)]
struct Content<'a> {
    pan: &'a str,
    exp: &'a str,
}

impl HostKey {
    /// A new key pair.
    ///
    /// # Errors
    ///
    /// The random source failed.
    pub fn generate(kid: &str, random: &dyn SecureRandom) -> Result<Self, Unspecified> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        random.fill(&mut *bytes)?;
        Ok(Self::from_bytes(kid, *bytes))
    }

    /// The key pair of a secret, so that a demo from a seed can have the same key every time.
    #[must_use]
    pub fn from_bytes(kid: &str, secret: [u8; 32]) -> Self {
        Self { kid: kid.to_owned(), secret: StaticSecret::from(secret) }
    }

    /// The public half as a JWK, for the till's settings.
    #[must_use]
    pub fn public_jwk(&self) -> String {
        let x = URL_SAFE_NO_PAD.encode(PublicKey::from(&self.secret).as_bytes());
        json!({ "kty": "OKP", "crv": "X25519", "use": "enc", "alg": KEY_AGREEMENT, "kid": self.kid, "x": x })
            .to_string()
    }

    /// Opens a sealed card.
    ///
    /// # Errors
    ///
    /// It is not one, is sealed to another key, or was changed.
    pub fn open(&self, compact: &str) -> Result<OpenedCard, UnsealError> {
        let parts: Vec<&str> = compact.split('.').collect();
        let [protected, "", iv, content, tag] = parts[..] else { return Err(UnsealError::Form) };
        if compact.len() > SEALED_LENGTH_MAX {
            return Err(UnsealError::Form);
        }
        let header: Header =
            serde_json::from_slice(&decode(protected)?).map_err(|error| UnsealError::Header(error.to_string()))?;
        let kind = (header.alg.as_str(), header.enc.as_str(), header.epk.crv.as_str());
        if kind != (KEY_AGREEMENT, CONTENT_ENCRYPTION, "X25519") {
            return Err(UnsealError::Header(format!("alg {}, enc {}, crv {}", header.alg, header.enc, header.epk.crv)));
        }
        if header.kid != self.kid {
            return Err(UnsealError::Key(header.kid));
        }
        let theirs: [u8; 32] = decode(&header.epk.x)?.try_into().map_err(|_| UnsealError::Form)?;
        let agreed = self.secret.diffie_hellman(&PublicKey::from(theirs));
        if !agreed.was_contributory() {
            return Err(UnsealError::Content);
        }
        let key = concat_kdf(agreed.as_bytes(), CONTENT_ENCRYPTION, b"", b"", CONTENT_KEY_BITS);
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key[..]).map_err(|_| UnsealError::Content)?);
        let nonce = Nonce::try_assume_unique_for_key(&decode(iv)?).map_err(|_| UnsealError::Form)?;
        let mut text = Zeroizing::new([decode(content)?, decode(tag)?].concat());
        let text = cipher
            .open_in_place(nonce, Aad::from(protected.as_bytes()), &mut text)
            .map_err(|_| UnsealError::Content)?;
        let content: Content<'_> = serde_json::from_slice(text).map_err(|_| UnsealError::Content)?;
        let wiped = |text: &str| Zeroizing::new(text.to_owned());
        Ok(OpenedCard { claims: header.stopgap, number: wiped(content.pan), expiry: wiped(content.exp) })
    }
}

fn decode(text: &str) -> Result<Vec<u8>, UnsealError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| UnsealError::Form)
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::super::tests::sealed_for;
    use super::*;

    #[test]
    fn what_was_sealed_to_the_public_half_opens_and_names_its_sale() {
        let key = HostKey::generate("sim-1", &SystemRandom::new()).unwrap();
        let sealed = sealed_for(&key, "4111111111111111", 4_890);
        let opened = key.open(&sealed.compact).unwrap();
        assert_eq!((opened.number.as_str(), opened.expiry.as_str()), ("4111111111111111", "2912"));
        assert_eq!((opened.last4(), opened.claims.amount), ("1111".to_owned(), 4_890));
        assert!(!format!("{opened:?} {key:?}").contains("41111"));
    }

    /// With the point zero as its half, anybody agrees with every key on the secret zero.
    fn sealed_with_the_secret_zero() -> String {
        let claims = json!({ "payment": "", "till": "", "amount": 1, "currency": "EUR" });
        let epk = json!({ "crv": "X25519", "x": URL_SAFE_NO_PAD.encode([0; 32]) });
        let header = json!({ "alg": "ECDH-ES", "enc": "A256GCM", "kid": "sim-1", "epk": epk, "stopgap": claims });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        let content_key = concat_kdf(&[0; 32], "A256GCM", b"", b"", 256);
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &content_key[..]).unwrap());
        let mut content = br#"{"pan":"4111111111111111","exp":"2912"}"#.to_vec();
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        let tag = cipher.seal_in_place_separate_tag(nonce, Aad::from(header.as_bytes()), &mut content).unwrap();
        let [iv, content, tag] = [&[0; 12], content.as_slice(), tag.as_ref()].map(|part| URL_SAFE_NO_PAD.encode(part));
        format!("{header}..{iv}.{content}.{tag}")
    }

    #[test]
    fn nothing_changed_or_foreign_opens() {
        let key = HostKey::from_bytes("sim-1", [7; 32]);
        let compact = sealed_for(&key, "4111111111111111", 4_890).compact;
        assert_eq!(HostKey::from_bytes("sim-1", [8; 32]).open(&compact).unwrap_err(), UnsealError::Content);
        let other_name = HostKey::from_bytes("sim-2", [7; 32]);
        assert_eq!(other_name.open(&compact).unwrap_err(), UnsealError::Key("sim-1".to_owned()));
        let parts: Vec<&str> = compact.split('.').collect();
        let header = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[0]).unwrap()).unwrap();
        let cheaper = URL_SAFE_NO_PAD.encode(header.replace(":4890,", ":4891,"));
        assert_ne!(cheaper, parts[0]);
        let moved = compact.replace(parts[0], &cheaper);
        assert_eq!(key.open(&moved).unwrap_err(), UnsealError::Content, "the header is bound to the content");
        assert_eq!(key.open(&sealed_with_the_secret_zero()).unwrap_err(), UnsealError::Content);
        for bad in ["", "a.b.c.d.e", "....", &compact[1..], &compact.replace("..", ".AA."), &format!("{compact}=")] {
            assert!(key.open(bad).is_err(), "{bad}");
        }
    }
}
