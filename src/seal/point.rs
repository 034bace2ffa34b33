//! Keys that a secret is agreed with: X25519 (RFC 7748, RFC 8037) and P-256 (RFC 7518 section 6.2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::agreement::{Algorithm, ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
use ring::rand::SecureRandom;

use super::key::{Delivery, Jwk, PublicJwk};
use super::{CONTENT_ENCRYPTION, CONTENT_KEY_BITS, KEY_AGREEMENT, KeyError, SealError, concat_kdf};

/// The length of an X25519 public key and of one P-256 coordinate, in bytes.
pub(super) const COORDINATE_LENGTH: usize = 32;

/// A public key on a curve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Point {
    /// RFC 8037: the u-coordinate, little endian.
    X25519([u8; COORDINATE_LENGTH]),
    /// RFC 7518 section 6.2: the point as SEC 1 writes it uncompressed, 4 then x then y.
    P256([u8; 1 + 2 * COORDINATE_LENGTH]),
}

impl Point {
    /// The X25519 key of a JWK.
    pub(super) fn x25519(jwk: &Jwk) -> Result<Self, KeyError> {
        let x = coordinate("x", jwk.x.as_deref())?;
        if is_low_order(x) { Err(KeyError::UnsafePoint) } else { Ok(Self::X25519(x)) }
    }

    /// The P-256 key of a JWK.
    pub(super) fn p256(jwk: &Jwk) -> Result<Self, KeyError> {
        let mut point = [4_u8; 1 + 2 * COORDINATE_LENGTH];
        point[1..=COORDINATE_LENGTH].copy_from_slice(&coordinate("x", jwk.x.as_deref())?);
        point[1 + COORDINATE_LENGTH..].copy_from_slice(&coordinate("y", jwk.y.as_deref())?);
        Ok(Self::P256(point))
    }

    /// The key as JSON.
    pub(super) fn public_jwk(&self) -> PublicJwk {
        self.public_jwk_like(self.bytes())
    }

    /// Another public key of the same kind, given in ring's form, as JSON.
    fn public_jwk_like(&self, bytes: &[u8]) -> PublicJwk {
        match self {
            Self::X25519(_) => PublicJwk::Okp { crv: "X25519", kty: "OKP", x: URL_SAFE_NO_PAD.encode(bytes) },
            Self::P256(_) => {
                let (x, y) = bytes[1..].split_at(COORDINATE_LENGTH);
                let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
                PublicJwk::Ec { crv: "P-256", kty: "EC", x, y }
            }
        }
    }

    /// Agrees on a content key with a key that is made for this one message (RFC 7518 section 4.6, direct mode).
    pub(super) fn deliver(&self, kid: &str, random: &dyn SecureRandom) -> Result<Delivery, SealError> {
        let refused = || SealError::Key { kid: kid.to_owned() };
        let ephemeral = EphemeralPrivateKey::generate(self.algorithm(), random).map_err(|_| SealError::Random)?;
        let public = ephemeral.compute_public_key().map_err(|_| refused())?;
        let content_key = agree_ephemeral(ephemeral, &self.unparsed(), |secret| {
            concat_kdf(secret, CONTENT_ENCRYPTION, b"", b"", CONTENT_KEY_BITS)
        })
        .map_err(|_| refused())?;
        let epk = Some(self.public_jwk_like(public.as_ref()));
        Ok(Delivery { alg: KEY_AGREEMENT, epk, encrypted_key: Vec::new(), content_key })
    }

    /// ring checks that a P-256 point is on the curve, and that an X25519 secret is not zero, only while agreeing. So
    /// one agreement with a key thrown away at once is tried: a bad key must not come to light with a card.
    pub(super) fn try_agreement(&self, random: &dyn SecureRandom) -> Result<(), KeyError> {
        let ours = EphemeralPrivateKey::generate(self.algorithm(), random).map_err(|_| KeyError::UnsafePoint)?;
        agree_ephemeral(ours, &self.unparsed(), |_| ()).map_err(|_| KeyError::UnsafePoint)
    }

    fn algorithm(&self) -> &'static Algorithm {
        match self {
            Self::X25519(_) => &X25519,
            Self::P256(_) => &ECDH_P256,
        }
    }

    fn unparsed(&self) -> UnparsedPublicKey<&[u8]> {
        UnparsedPublicKey::new(self.algorithm(), self.bytes())
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
