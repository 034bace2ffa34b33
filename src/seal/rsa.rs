//! RSA keys, to which the content key is encrypted with RSA-OAEP-256 (RFC 7518 section 4.3, RFC 8017 section 7.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SecureRandom;
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::sha2::Sha256;
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Error, PublicKey};
use zeroize::Zeroizing;

use super::key::{Delivery, Jwk, PublicJwk};
use super::{KEY_ENCRYPTION, KeyError, SealError};

/// The fewest bits of an RSA key (RFC 7518 section 4.3).
pub(super) const MODULUS_BITS_MIN: usize = 2_048;
/// The most bits of an RSA key: what is sealed to one of 4096 would not fit DE 63.
pub(super) const MODULUS_BITS_MAX: usize = 3_072;
/// Keys are made in steps of this many bits. One that is not has most likely lost its end.
pub(super) const MODULUS_BITS_STEP: usize = 256;

/// The least public exponent (NIST SP 800-56B revision 2, section 6.2).
pub(super) const EXPONENT_MIN: u64 = 65_537;
/// The largest public exponent: the library's, against keys made to waste time.
pub(super) const EXPONENT_MAX: u64 = PublicKey::MAX_PUB_EXPONENT;

/// No prime below this may divide the modulus (NIST SP 800-89 section 5.3.3, partial validation of a public key).
const SMALL_FACTORS_BELOW: u32 = 752;

/// An RSA public key, as its two numbers are written in a JWK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RsaKey {
    public: PublicKey,
    n: String,
    e: String,
}

impl RsaKey {
    /// The RSA key of a JWK. It may still be too large ([`Self::check_size`]), so that the error can say what would
    /// not fit.
    pub(super) fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        let (n, modulus) = number("n", jwk.n.as_deref())?;
        let (e, exponent) = number("e", jwk.e.as_deref())?;
        let bits = modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize);
        if bits < MODULUS_BITS_MIN || !bits.is_multiple_of(MODULUS_BITS_STEP) {
            return Err(KeyError::ModulusBits { bits });
        }
        if let Some(factor) = (2..SMALL_FACTORS_BELOW).find(|factor| remainder(&modulus, *factor) == 0) {
            return Err(KeyError::ModulusFactor { factor });
        }
        let value = exponent.iter().try_fold(0_u64, |value, byte| Some(value.checked_mul(256)? + u64::from(*byte)));
        let in_bounds = |value: &u64| (EXPONENT_MIN..=EXPONENT_MAX).contains(value) && value % 2 == 1;
        let value = value.filter(in_bounds).ok_or(KeyError::Exponent)?;
        let modulus = BoxedUint::from_be_slice_vartime(&modulus);
        let public = PublicKey::new(modulus, BoxedUint::from(value)).map_err(|_| KeyError::ModulusBits { bits })?;
        Ok(Self { public, n, e })
    }

    /// The length of the modulus, in bits.
    pub(super) fn bits(&self) -> usize {
        self.public.size() * 8
    }

    /// Refuses a key that is larger than what is accepted.
    pub(super) fn check_size(&self) -> Result<(), KeyError> {
        let bits = self.bits();
        if bits > MODULUS_BITS_MAX { Err(KeyError::ModulusBits { bits }) } else { Ok(()) }
    }

    /// The key as JSON.
    pub(super) fn public_jwk(&self) -> PublicJwk {
        PublicJwk::Rsa { e: self.e.clone(), kty: "RSA", n: self.n.clone() }
    }

    /// Draws a content key and encrypts it to the key.
    pub(super) fn deliver(&self, kid: &str, random: &dyn SecureRandom) -> Result<Delivery, SealError> {
        let mut content_key = Zeroizing::new([0_u8; 32]);
        random.fill(&mut *content_key).map_err(|_| SealError::Random)?;
        let encrypted_key = self
            .public
            .oaep_encrypt_with_rng::<Sha256, _>(&mut System(random), &content_key[..])
            .map_err(|error| match error {
                Error::Rng => SealError::Random,
                // Of the library's errors no other tells anything that the till could do something about.
                _ => SealError::Key { kid: kid.to_owned() },
            })?;
        Ok(Delivery { alg: KEY_ENCRYPTION, epk: None, encrypted_key, content_key })
    }
}

/// A member with its bytes: big endian, without zeros in front (RFC 7518 section 2).
fn number(name: &'static str, text: Option<&str>) -> Result<(String, Vec<u8>), KeyError> {
    let text = text.ok_or(KeyError::Missing(name))?;
    let wrong = |problem: String| KeyError::Number { name, problem };
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|error| wrong(error.to_string()))?;
    match bytes.first() {
        None => Err(wrong("it is empty".to_owned())),
        Some(0) => Err(wrong("it begins with a zero byte (RFC 7518 section 6.3.1)".to_owned())),
        Some(_) => Ok((text.to_owned(), bytes)),
    }
}

/// What is left of a number, big endian, when it is divided by a small one.
fn remainder(number: &[u8], divisor: u32) -> u32 {
    number.iter().fold(0, |left, byte| (left * 256 + u32::from(*byte)) % divisor)
}

/// ring's random source as the RSA library takes one.
struct System<'a>(&'a dyn SecureRandom);

/// The system's random source gave nothing.
#[derive(Debug, thiserror::Error)]
#[error("the system's random source gave nothing")]
struct NoRandom;

impl TryRng for System<'_> {
    type Error = NoRandom;

    fn try_next_u32(&mut self) -> Result<u32, NoRandom> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, NoRandom> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), NoRandom> {
        self.0.fill(bytes).map_err(|_| NoRandom)
    }
}

impl TryCryptoRng for System<'_> {}
