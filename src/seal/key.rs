//! The acquirer's public key: a JWK (RFC 7517) that is refused before a card is asked for unless it can be sealed to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::agreement::{Algorithm, ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};

/// The longest key file that is read, in bytes.
pub(super) const KEY_TEXT_MAX: usize = 8_192;

/// The longest `kid`, in bytes: it stands in every sealed card, which has to fit DE 63.
pub const KID_LENGTH_MAX: usize = 64;

/// The length of an X25519 public key and of one P-256 coordinate, in bytes.
const COORDINATE_LENGTH: usize = 32;

/// The kinds of key that are accepted, as an error says them.
const ACCEPTED: &str = "OKP with crv X25519 and EC with crv P-256";

/// Why a key is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a JSON object of a JWK.
    #[error("the acquirer's key is not a JWK (RFC 7517): {0}")]
    NotJwk(String),
    /// Longer than any key.
    #[error("the acquirer's key file has {bytes} bytes; at most {KEY_TEXT_MAX} are read")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// A set of keys.
    #[error("the file holds a set of keys (“keys”); give the one key that cards are to be sealed to")]
    KeySet,
    /// A member is missing.
    #[error("the acquirer's key has no “{0}”")]
    Missing(&'static str),
    /// A private or secret key.
    #[error(
        "the file holds a private or secret key (“{0}”); only the acquirer may have it, the till needs the public key"
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
    #[error("the acquirer's key has use “{0}”; a key that cards are sealed to has use “enc”, or none")]
    Use(String),
    /// `alg` is something else.
    #[error("the acquirer's key has alg “{0}”; with this kind of key only ECDH-ES is used")]
    Algorithm(String),
    /// No usable name.
    #[error(
        "the acquirer's key has a kid of {bytes} bytes; it must have 1 to {KID_LENGTH_MAX} printable ASCII characters"
    )]
    Kid {
        /// How long it is.
        bytes: usize,
    },
    /// A coordinate is not 32 bytes in base64url.
    #[error("“{name}” of the acquirer's key must be {COORDINATE_LENGTH} bytes in base64url without padding: {problem}")]
    Coordinate {
        /// The member.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A point that gives every sender the same secret (RFC 7748 section 6.1), or one that is not on the curve.
    #[error("the acquirer's key is not a safe point of its curve: no secret can be agreed with it")]
    UnsafePoint,
    /// The key is not valid yet.
    #[error("the acquirer's key “{kid}” is not valid before {not_before} (seconds since 1970)")]
    NotYetValid {
        /// The key's name.
        kid: String,
        /// The key's `nbf`.
        not_before: i64,
    },
    /// The key is no longer valid.
    #[error("the acquirer's key “{kid}” expired at {expires} (seconds since 1970); ask the acquirer for the new one")]
    Expired {
        /// The key's name.
        kid: String,
        /// The key's `exp`.
        expires: i64,
    },
}

fn curve(crv: Option<&String>) -> String {
    crv.map(|crv| format!(" with crv “{crv}”")).unwrap_or_default()
}

/// A public key cards can be sealed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcquirerKey {
    kid: String,
    point: Point,
    not_before: Option<i64>,
    expires: Option<i64>,
}

/// The key itself. RSA keys will be a third kind here, with their own way of carrying the content key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Point {
    /// RFC 8037: the u-coordinate, little endian.
    X25519([u8; COORDINATE_LENGTH]),
    /// RFC 7518 section 6.2: the point as SEC 1 writes it uncompressed, 4 then x then y.
    P256([u8; 1 + 2 * COORDINATE_LENGTH]),
}

/// A public key as JSON, its members in the order RFC 7638 hashes them.
#[derive(Serialize)]
pub(super) struct PublicJwk {
    crv: &'static str,
    kty: &'static str,
    x: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

/// The members of a JWK that are looked at; RFC 7517 section 4 has all others ignored.
#[derive(Deserialize)]
struct Jwk {
    kty: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    kid: Option<String>,
    r#use: Option<String>,
    alg: Option<String>,
    nbf: Option<i64>,
    exp: Option<i64>,
    d: Option<serde::de::IgnoredAny>,
    k: Option<serde::de::IgnoredAny>,
    keys: Option<serde::de::IgnoredAny>,
}

impl AcquirerKey {
    /// Reads a public key from the text of a JWK. Accepted are `OKP`/`X25519` and `EC`/`P-256`, both with a `kid`;
    /// `use`, `alg`, and `nbf` and `exp` (seconds since 1970) are looked at where they are given.
    ///
    /// # Errors
    ///
    /// Says which member is missing or wrong, and refuses keys nobody should seal to.
    pub fn from_jwk_json(text: &str) -> Result<Self, KeyError> {
        if text.len() > KEY_TEXT_MAX {
            return Err(KeyError::TooLong { bytes: text.len() });
        }
        let jwk: Jwk = serde_json::from_str(text).map_err(|error| KeyError::NotJwk(error.to_string()))?;
        let absent = [(jwk.d.is_some(), "d"), (jwk.k.is_some(), "k")];
        if let Some((_, name)) = absent.into_iter().find(|(present, _)| *present) {
            return Err(KeyError::Private(name));
        }
        if jwk.keys.is_some() {
            return Err(KeyError::KeySet);
        }
        if let Some(usage) = jwk.r#use.as_ref().filter(|usage| *usage != "enc") {
            return Err(KeyError::Use(usage.clone()));
        }
        let point = Point::from_jwk(&jwk)?;
        if let Some(algorithm) = jwk.alg.filter(|algorithm| algorithm != super::KEY_AGREEMENT) {
            return Err(KeyError::Algorithm(algorithm));
        }
        let kid = jwk.kid.ok_or(KeyError::Missing("kid"))?;
        if !(1..=KID_LENGTH_MAX).contains(&kid.len()) || !kid.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(KeyError::Kid { bytes: kid.len() });
        }
        let key = Self { kid, point, not_before: jwk.nbf, expires: jwk.exp };
        key.try_agreement()?;
        Ok(key)
    }

    /// The acquirer's name of the key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The kind, as `kty/crv`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.point {
            Point::X25519(_) => "OKP/X25519",
            Point::P256(_) => "EC/P-256",
        }
    }

    /// Whether the key may be used at a moment (seconds since 1970): from `nbf` up to, not including, `exp`.
    ///
    /// # Errors
    ///
    /// Too early or too late; says the limit.
    pub fn valid_at(&self, unix: i64) -> Result<(), KeyError> {
        if let Some(not_before) = self.not_before.filter(|not_before| unix < *not_before) {
            return Err(KeyError::NotYetValid { kid: self.kid.clone(), not_before });
        }
        if let Some(expires) = self.expires.filter(|expires| unix >= *expires) {
            return Err(KeyError::Expired { kid: self.kid.clone(), expires });
        }
        Ok(())
    }

    /// The key's thumbprint (RFC 7638, SHA-256, base64url), to be compared with the acquirer's by a person.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let public = self.public_jwk_like(self.point.bytes());
        // Serialising four strings cannot fail.
        let canonical = serde_json::to_vec(&public).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(digest(&SHA256, &canonical))
    }

    /// The agreement that fits the key.
    pub(super) fn algorithm(&self) -> &'static Algorithm {
        match self.point {
            Point::X25519(_) => &X25519,
            Point::P256(_) => &ECDH_P256,
        }
    }

    /// The key as ring takes it.
    pub(super) fn unparsed(&self) -> UnparsedPublicKey<&[u8]> {
        UnparsedPublicKey::new(self.algorithm(), self.point.bytes())
    }

    /// Another public key of the same kind, given in ring's form, as JSON.
    pub(super) fn public_jwk_like(&self, bytes: &[u8]) -> PublicJwk {
        match self.point {
            Point::X25519(_) => PublicJwk { crv: "X25519", kty: "OKP", x: URL_SAFE_NO_PAD.encode(bytes), y: None },
            Point::P256(_) => {
                let (x, y) = bytes[1..].split_at(COORDINATE_LENGTH);
                let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
                PublicJwk { crv: "P-256", kty: "EC", x, y: Some(y) }
            }
        }
    }

    /// ring checks that a P-256 point is on the curve, and that an X25519 secret is not zero, only while agreeing. So
    /// one agreement with a key thrown away at once is tried here: a bad key must not come to light with a card.
    fn try_agreement(&self) -> Result<(), KeyError> {
        let ours =
            EphemeralPrivateKey::generate(self.algorithm(), &SystemRandom::new()).map_err(|_| KeyError::UnsafePoint)?;
        agree_ephemeral(ours, &self.unparsed(), |_| ()).map_err(|_| KeyError::UnsafePoint)
    }
}

impl Point {
    fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        let kty = jwk.kty.as_deref().ok_or(KeyError::Missing("kty"))?;
        match (kty, jwk.crv.as_deref()) {
            ("OKP", Some("X25519")) => {
                let x = coordinate("x", jwk.x.as_deref())?;
                if is_low_order(x) { Err(KeyError::UnsafePoint) } else { Ok(Self::X25519(x)) }
            }
            ("EC", Some("P-256")) => {
                let mut point = [4_u8; 1 + 2 * COORDINATE_LENGTH];
                point[1..=COORDINATE_LENGTH].copy_from_slice(&coordinate("x", jwk.x.as_deref())?);
                point[1 + COORDINATE_LENGTH..].copy_from_slice(&coordinate("y", jwk.y.as_deref())?);
                Ok(Self::P256(point))
            }
            ("OKP" | "EC", None) => Err(KeyError::Missing("crv")),
            (_, crv) => Err(KeyError::Kind { kty: kty.to_owned(), crv: crv.map(ToOwned::to_owned) }),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::X25519(bytes) => bytes,
            Self::P256(bytes) => bytes,
        }
    }
}

fn coordinate(name: &'static str, text: Option<&str>) -> Result<[u8; COORDINATE_LENGTH], KeyError> {
    let text = text.ok_or(KeyError::Missing(name))?;
    let bytes =
        URL_SAFE_NO_PAD.decode(text).map_err(|error| KeyError::Coordinate { name, problem: error.to_string() })?;
    let length = bytes.len();
    bytes.try_into().map_err(|_| KeyError::Coordinate { name, problem: format!("it has {length} bytes") })
}

/// The u-coordinates of small order on Curve25519 and its twist, little endian, with those of them that are not below
/// the prime: with any of these every sender agrees on the secret zero (RFC 7748 section 6.1, RFC 8037 section 3.2;
/// the values are those of D. J. Bernstein, "Curve25519: how do I validate public keys").
pub(super) const LOW_ORDER_POINTS: [[u8; COORDINATE_LENGTH]; 7] = [
    point_of_ends([0x00, 0x00], 0x00, 0x00),
    point_of_ends([0x01, 0x00], 0x00, 0x00),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09,
        0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44,
        0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
    point_of_ends([0xec, 0xff], 0xff, 0x7f),
    point_of_ends([0xed, 0xff], 0xff, 0x7f),
    point_of_ends([0xee, 0xff], 0xff, 0x7f),
];

const fn point_of_ends(first: [u8; 2], middle: u8, last: u8) -> [u8; COORDINATE_LENGTH] {
    let mut point = [middle; COORDINATE_LENGTH];
    [point[0], point[1]] = first;
    point[COORDINATE_LENGTH - 1] = last;
    point
}

/// X25519 ignores the highest bit (RFC 7748 section 5), so it is ignored here too.
pub(super) fn is_low_order(mut point: [u8; COORDINATE_LENGTH]) -> bool {
    point[COORDINATE_LENGTH - 1] &= 0x7f;
    LOW_ORDER_POINTS.contains(&point)
}
