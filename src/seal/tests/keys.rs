//! Keys: which are accepted, which refused, and why.

use ring::rand::SystemRandom;

use super::super::point::{LOW_ORDER_POINTS, is_low_order};
use super::*;

/// The public key of RFC 7518 appendix C (Bob's).
pub(super) const P256_JWK: &str = r#"{"kty":"EC","crv":"P-256","kid":"b",
    "x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"}"#;

/// The example key of RFC 7638 section 3.1.
const RFC_7638_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRX\
    jBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0z\
    gdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU\
    8awapJzKnqDKgw";

/// A number of so many bits that passes for an RSA modulus: odd and without small factors. Nobody can open what is
/// sealed to it, which is all right where only lengths and refusals count.
pub(super) fn modulus(bits: usize) -> String {
    let mut bytes = vec![0x5a_u8; bits.div_ceil(8)];
    bytes[0] = if bits.is_multiple_of(8) { 0xd3 } else { 1 << (bits % 8 - 1) };
    let last = bytes.len() - 2;
    for end in (1..=u16::MAX).step_by(2) {
        bytes[last..].copy_from_slice(&end.to_be_bytes());
        let remainder = |by: u32| bytes.iter().fold(0, |left, byte| (left * 256 + u32::from(*byte)) % by);
        if (2..752).all(|by| remainder(by) != 0) {
            return base64url(&bytes);
        }
    }
    panic!("no such number");
}

fn refusal(jwk: &str) -> String {
    AcquirerKey::from_jwk_json(jwk).unwrap_err().to_string()
}

#[test]
fn keys_nobody_should_seal_to_are_refused_with_the_reason() {
    let x = "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08";
    let okp = |members: &str| format!(r#"{{"kty":"OKP","crv":"X25519","kid":"k","x":"{x}"{members}}}"#);
    let off_curve = format!(r#"{{"kty":"EC","crv":"P-256","kid":"k","x":"{x}","y":"{x}"}}"#);
    for (jwk, says) in [
        ("", "is not a JWK"),
        ("[]", "is not a JWK"),
        (r#"{"keys":[]}"#, "a set of keys"),
        (r#"{"crv":"X25519"}"#, "no “kty”"),
        (r#"{"kty":"OKP"}"#, "no “crv”"),
        (r#"{"kty":"OKP","crv":"X25519"}"#, "no “x”"),
        (&okp("").replace(r#""kid":"k","#, ""), "no “kid”"),
        (&okp("").replace(r#""kid":"k""#, r#""kid":"""#), "a kid of 0 bytes"),
        (&okp("").replace(r#""kid":"k""#, &format!(r#""kid":"{}""#, "k".repeat(65))), "a kid of 65 bytes"),
        (
            r#"{"kty":"oct"}"#,
            "kty “oct” are not accepted; accepted are OKP with crv X25519, EC with crv P-256, and RSA",
        ),
        (r#"{"kty":"EC","crv":"P-384"}"#, "kty “EC” with crv “P-384” are not accepted"),
        (&okp("").replace("X25519", "Ed25519"), "crv “Ed25519” are not accepted"),
        (&okp(r#","d":"AA""#), "private or secret key (“d”)"),
        (r#"{"kty":"oct","k":"AA"}"#, "private or secret key (“k”)"),
        (r#"{"kty":"RSA","n":"AQAB","p":"AA"}"#, "private or secret key (“p”)"),
        ("-----BEGIN PRIVATE KEY-----", "private or secret key (“PRIVATE KEY”)"),
        ("-----BEGIN PUBLIC KEY-----", "is in PEM form"),
        (&okp("")[..60], "is not a JWK (RFC 7517): EOF"),
        (&okp(r#","use":"sig""#), "use “sig”"),
        (&okp(r#","alg":"RSA-OAEP""#), "alg “RSA-OAEP”; with this kind of key only ECDH-ES is used"),
        (&okp(r#","nbf":5,"exp":5"#), "nbf 5 and exp 5: it would expire before it is valid"),
        (&okp("").replace("IK08", ""), "“x” of the key must be 32 bytes"),
        (&okp("").replace("IK08", "IK08A"), "it has 33 bytes"),
        (&okp("").replace("IK08", "IK0="), "“x” of the key must be"),
        (&off_curve, "not a safe point"),
        (&" ".repeat(8_193), "has 8193 bytes; at most 8192"),
    ] {
        let shown = refusal(jwk);
        assert!(shown.contains(says), "{says}: {shown}");
    }
}

#[test]
fn points_of_low_order_are_refused_also_with_the_ignored_bit_set() {
    for point in LOW_ORDER_POINTS {
        let mut with_bit = point;
        with_bit[31] |= 0x80;
        for bytes in [point, with_bit] {
            assert!(is_low_order(bytes));
            let jwk = format!(r#"{{"kty":"OKP","crv":"X25519","kid":"k","x":"{}"}}"#, base64url(bytes));
            assert_eq!(AcquirerKey::from_jwk_json(&jwk), Err(KeyError::UnsafePoint));
            // The list is right: ring, asked by itself, finds the agreed secret to be zero.
            let ours = EphemeralPrivateKey::generate(&X25519, &SystemRandom::new()).unwrap();
            assert!(agree_ephemeral(ours, &UnparsedPublicKey::new(&X25519, bytes), |_| ()).is_err());
        }
    }
}

#[test]
fn a_key_is_valid_from_its_first_second_to_before_its_last() {
    let jwk = X25519_JWK.replace(r#""kid""#, r#""nbf":100,"exp":200,"kid""#);
    let key = AcquirerKey::from_jwk_json(&jwk).unwrap();
    let kid = || "Bob".to_owned();
    assert_eq!(key.valid_at(99), Err(KeyError::NotYetValid { kid: kid(), not_before: 100 }));
    assert_eq!((key.valid_at(100), key.valid_at(199)), (Ok(()), Ok(())));
    assert_eq!(key.valid_at(200), Err(KeyError::Expired { kid: kid(), expires: 200 }));
    assert_eq!(AcquirerKey::from_jwk_json(X25519_JWK).unwrap().valid_at(i64::MAX), Ok(()));
}

/// The first two were computed with jwcrypto's `JWK.thumbprint`, the last is the RFC's own (section 3.1).
#[test]
fn the_fingerprint_is_the_thumbprint_of_rfc_7638() {
    let rsa = rsa_jwk(RFC_7638_N, "2011-04-29");
    for (jwk, kind, thumbprint) in [
        (X25519_JWK, "OKP/X25519", "giQqigT_IKcuzHl0FVJ3k5ts3_TWNAxvsC08UZsfcM8"),
        (P256_JWK, "EC/P-256", "Vy57XrArUrW0NbpI12tEzDHABxMwrTh6HHXRenSpnCo"),
        (&rsa, "RSA/2048", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
    ] {
        let key = AcquirerKey::from_jwk_json(jwk).unwrap();
        let described = key.describe();
        assert_eq!((described.kind.as_str(), described.fingerprint.as_str()), (kind, thumbprint));
    }
}

#[test]
fn rsa_keys_nobody_should_seal_to_are_refused_with_the_reason() {
    let with = |member: &str, value: &str| {
        let mut jwk: serde_json::Value = serde_json::from_str(&rsa_jwk(RSA_N, "k")).unwrap();
        jwk[member] = value.into();
        jwk.to_string()
    };
    let cut_off = &RSA_N[..300];
    let large_cut_off = &modulus(3_072)[..508];
    let even = base64url([&decode(RSA_N)[..255], &[0]].concat());
    let threes = base64url([0xff; 256]);
    let zero_first = base64url([&[0][..], &decode(RSA_N)].concat());
    for (jwk, says) in [
        (with("n", ""), "“n” of the key must be a number in base64url without padding: it is empty"),
        (with("n", "A=="), "“n” of the key must be a number in base64url"),
        (with("n", &zero_first), "it begins with a zero byte"),
        (
            with("n", cut_off),
            "has 1800 bits; 2048 to 3072 in steps of 256 are accepted: a key of another length was cut off",
        ),
        (
            with("n", large_cut_off),
            "has 3048 bits; 2048 to 3072 in steps of 256 are accepted: a key of another length was cut off",
        ),
        (with("n", &modulus(1_024)), "has 1024 bits"),
        (with("n", &modulus(2_047)), "has 2047 bits"),
        (with("n", &modulus(3_328)), "has 3328 bits"),
        (with("n", &even), "can be divided by 2,"),
        (with("n", &threes), "can be divided by 3,"),
        (with("e", "AQ"), "“e” of the key must be an odd number from 65537 to 8589934591"),
        (with("e", "Aw"), "“e” of the key must be an odd number"),
        (with("e", "AQAC"), "“e” of the key must be an odd number"),
        (with("e", "AgAAAAE"), "“e” of the key must be an odd number"),
        (with("e", &modulus(2_048)), "“e” of the key must be an odd number"),
        (with("alg", "RSA-OAEP"), "alg “RSA-OAEP”; with this kind of key only RSA-OAEP-256 is used"),
        (rsa_jwk(&modulus(3_072), &"\"".repeat(64)), "would have up to 1084 bytes; ISO 8583 DE 63 takes 999"),
    ] {
        let shown = refusal(&jwk);
        assert!(shown.contains(says), "{says}: {shown}");
    }
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert_eq!(AcquirerKey::from_jwk_json(&with(member, "AQ")), Err(KeyError::Private(member)));
    }
    assert!(AcquirerKey::from_jwk_json(&with("e", "Af____8")).is_ok(), "the largest exponent");
}

#[test]
fn a_key_whose_sealed_cards_would_not_fit_is_refused_with_the_numbers() {
    let shown = refusal(&rsa_jwk(&modulus(4_096), "acquirer-1"));
    assert_eq!(
        shown,
        "a card sealed to the key “acquirer-1” (RSA/4096) would have up to 1097 bytes; ISO 8583 DE 63 takes \
         999: ask its owner for a smaller key or a shorter kid"
    );
}

proptest::proptest! {
    /// Whatever is in the file: a key or one sentence, never a panic.
    #[test]
    fn any_text_is_a_key_or_refused(
        kty in "OKP|EC|RSA|oct", crv in "X25519|P-256|", x in "[A-Za-z0-9_-]{0,44}", n in "[A-Za-z0-9_-]{0,400}",
        kid in ".{0,3}", junk in ".{0,60}",
    ) {
        let jwk = serde_json::json!({ "kty": kty, "crv": crv, "x": x, "y": x, "n": n, "e": "AQAB", "kid": kid });
        for text in [jwk.to_string(), junk] {
            if let Err(error) = AcquirerKey::from_jwk_json(&text) {
                proptest::prop_assert!(!error.to_string().contains('\n'), "{error}");
            }
        }
    }
}
