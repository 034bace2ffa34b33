//! The acquirer's public key: a JWK (RFC 7517) that is refused before a card is asked for unless it can be sealed to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::point::Point;
use super::rsa::RsaKey;
use super::{KEY_AGREEMENT, KEY_ENCRYPTION, KeyError, SEALED_LENGTH_MAX, SealError, longest_sealed};
use crate::domain::card::looks_like_card_number;
use crate::domain::keys::{Fingerprint, KeyDescription, Validity};

/// The longest key file that is read, in bytes.
pub(super) const KEY_TEXT_MAX: usize = 8_192;

/// The same for whoever reads the file.
pub const KEY_BYTES_MAX: u64 = KEY_TEXT_MAX as u64;

/// The longest `kid`, in bytes: it stands in every sealed card, which has to fit DE 63.
pub const KID_LENGTH_MAX: usize = 64;

/// A public key cards can be sealed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcquirerKey {
    kid: String,
    material: Material,
    valid: Validity,
}

/// The key itself, and with it the way the content key gets to the acquirer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    /// It is agreed on.
    Point(Point),
    /// It is encrypted.
    Rsa(Box<RsaKey>),
}

/// A public key as JSON, its members in the order RFC 7638 hashes them.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum PublicJwk {
    /// RFC 8037 section 2.
    Okp { crv: &'static str, kty: &'static str, x: String },
    /// RFC 7518 section 6.2.1.
    Ec { crv: &'static str, kty: &'static str, x: String, y: String },
    /// RFC 7518 section 6.3.1.
    Rsa { e: String, kty: &'static str, n: String },
}

/// How a content key gets to the acquirer, for one message.
pub(super) struct Delivery {
    /// The header's `alg`.
    pub(super) alg: &'static str,
    /// The header's `epk`, where a secret is agreed on.
    pub(super) epk: Option<PublicJwk>,
    /// The second part of the JWE: empty in direct agreement.
    pub(super) encrypted_key: Vec<u8>,
    /// The key of the content.
    pub(super) content_key: Zeroizing<[u8; 32]>,
}

/// The members of a JWK that are looked at; RFC 7517 section 4 has all others ignored.
#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: Option<String>,
    crv: Option<String>,
    pub(super) x: Option<String>,
    pub(super) y: Option<String>,
    pub(super) n: Option<String>,
    pub(super) e: Option<String>,
    kid: Option<String>,
    r#use: Option<String>,
    alg: Option<String>,
    nbf: Option<i64>,
    exp: Option<i64>,
    d: Option<IgnoredAny>,
    p: Option<IgnoredAny>,
    q: Option<IgnoredAny>,
    dp: Option<IgnoredAny>,
    dq: Option<IgnoredAny>,
    qi: Option<IgnoredAny>,
    oth: Option<IgnoredAny>,
    k: Option<IgnoredAny>,
    keys: Option<IgnoredAny>,
}

impl Jwk {
    /// The first member that only a private or secret key has (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
    fn secret_member(&self) -> Option<&'static str> {
        let members = [
            (&self.d, "d"),
            (&self.p, "p"),
            (&self.q, "q"),
            (&self.dp, "dp"),
            (&self.dq, "dq"),
            (&self.qi, "qi"),
            (&self.oth, "oth"),
            (&self.k, "k"),
        ];
        members.into_iter().find(|(member, _)| member.is_some()).map(|(_, name)| name)
    }
}

impl AcquirerKey {
    /// Reads a public key from the text of a JWK. Accepted are `OKP`/`X25519`, `EC`/`P-256` and `RSA` with 2048 to 3072
    /// bits, all with a `kid`; `use`, `alg`, `nbf` and `exp` (seconds since 1970) are looked at where they are given.
    ///
    /// # Errors
    ///
    /// Says which member is missing or wrong, and refuses keys nobody should seal to and those to which a sealed card
    /// would not fit DE 63.
    pub fn from_jwk_json(text: &str) -> Result<Self, KeyError> {
        if text.len() > KEY_TEXT_MAX {
            return Err(KeyError::TooLong { bytes: text.len() });
        }
        if text.trim_start().starts_with("-----BEGIN") {
            return Err(if text.contains("PRIVATE KEY") { KeyError::Private("PRIVATE KEY") } else { KeyError::Pem });
        }
        let jwk: Jwk = serde_json::from_str(text).map_err(|error| KeyError::NotJwk(error.to_string()))?;
        if let Some(name) = jwk.secret_member() {
            return Err(KeyError::Private(name));
        }
        if jwk.keys.is_some() {
            return Err(KeyError::KeySet);
        }
        if let Some(usage) = jwk.r#use.as_ref().filter(|usage| *usage != "enc") {
            return Err(KeyError::Use(usage.clone()));
        }
        let material = Material::from_jwk(&jwk)?;
        if let Some(given) = jwk.alg.filter(|given| given != material.alg()) {
            return Err(KeyError::Algorithm { given, used: material.alg() });
        }
        let kid = jwk.kid.ok_or(KeyError::Missing("kid"))?;
        if !(1..=KID_LENGTH_MAX).contains(&kid.len()) || !kid.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(KeyError::Kid { bytes: kid.len() });
        }
        if looks_like_card_number(&kid) {
            return Err(KeyError::KidIsCardNumber);
        }
        let valid = Validity::between(jwk.nbf, jwk.exp)
            .ok_or(KeyError::NeverValid { not_before: jwk.nbf.unwrap_or(0), expires: jwk.exp.unwrap_or(0) })?;
        let key = Self { kid, material, valid };
        key.check_use(&SystemRandom::new())?;
        Ok(key)
    }

    /// The acquirer's name of the key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The kind: `OKP/X25519`, `EC/P-256` or such as `RSA/2048`.
    #[must_use]
    pub fn kind(&self) -> String {
        match &self.material {
            Material::Point(Point::X25519(_)) => "OKP/X25519".to_owned(),
            Material::Point(Point::P256(_)) => "EC/P-256".to_owned(),
            Material::Rsa(key) => format!("RSA/{}", key.bits()),
        }
    }

    /// What a ring of keys has to know of it.
    #[must_use]
    pub fn describe(&self) -> KeyDescription {
        KeyDescription { kid: self.kid.clone(), kind: self.kind(), fingerprint: self.fingerprint(), valid: self.valid }
    }

    /// Whether the key may be used at a moment (seconds since 1970): from `nbf` up to, not including, `exp`.
    ///
    /// # Errors
    ///
    /// Too early or too late; says the limit.
    pub fn valid_at(&self, unix: i64) -> Result<(), KeyError> {
        if let Some(not_before) = self.valid.not_before().filter(|not_before| unix < *not_before) {
            return Err(KeyError::NotYetValid { kid: self.kid.clone(), not_before });
        }
        if let Some(expires) = self.valid.expires().filter(|expires| unix >= *expires) {
            return Err(KeyError::Expired { kid: self.kid.clone(), expires });
        }
        Ok(())
    }

    /// The key's thumbprint (RFC 7638, SHA-256, base64url), to be compared with the acquirer's by a person.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        // Serialising strings cannot fail.
        let canonical = serde_json::to_vec(&self.material.public_jwk()).unwrap_or_default();
        Fingerprint::of_thumbprint(URL_SAFE_NO_PAD.encode(digest(&SHA256, &canonical)))
    }

    /// A content key for one message, on its way to the acquirer.
    pub(super) fn deliver(&self, random: &dyn SecureRandom) -> Result<Delivery, SealError> {
        match &self.material {
            Material::Point(point) => point.deliver(&self.kid, random),
            Material::Rsa(key) => key.deliver(&self.kid, random),
        }
    }

    /// Refuses a key whose sealed cards would not fit the host's field, and one that a trial fails with.
    fn check_use(&self, random: &dyn SecureRandom) -> Result<(), KeyError> {
        if let Material::Point(point) = &self.material {
            point.try_agreement(random)?;
        }
        let trial = self.deliver(random).map_err(|_| KeyError::Trial { kid: self.kid.clone() })?;
        let bytes = longest_sealed(&self.kid, trial);
        if bytes > SEALED_LENGTH_MAX {
            return Err(KeyError::DoesNotFit { kid: self.kid.clone(), kind: self.kind(), bytes });
        }
        match &self.material {
            Material::Point(_) => Ok(()),
            Material::Rsa(key) => key.check_size(),
        }
    }
}

impl Material {
    fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        let kty = jwk.kty.as_deref().ok_or(KeyError::Missing("kty"))?;
        match (kty, jwk.crv.as_deref()) {
            ("OKP", Some("X25519")) => Point::x25519(jwk).map(Self::Point),
            ("EC", Some("P-256")) => Point::p256(jwk).map(Self::Point),
            ("RSA", _) => RsaKey::from_jwk(jwk).map(|key| Self::Rsa(Box::new(key))),
            ("OKP" | "EC", None) => Err(KeyError::Missing("crv")),
            (_, crv) => Err(KeyError::Kind { kty: kty.to_owned(), crv: crv.map(ToOwned::to_owned) }),
        }
    }

    /// The `alg` of what is sealed to the key.
    fn alg(&self) -> &'static str {
        match self {
            Self::Point(_) => KEY_AGREEMENT,
            Self::Rsa(_) => KEY_ENCRYPTION,
        }
    }

    fn public_jwk(&self) -> PublicJwk {
        match self {
            Self::Point(point) => point.public_jwk(),
            Self::Rsa(key) => key.public_jwk(),
        }
    }
}
