use ring::agreement::{Algorithm, ECDH_P256, UnparsedPublicKey, X25519};
use ring::rand::SystemRandom;

use super::key::{LOW_ORDER_POINTS, is_low_order};
use super::*;
use crate::domain::card::{CardDraft, YearMonth};
use crate::domain::money::Currency;

/// The public key of RFC 8037 appendix A.6 (X25519).
const X25519_JWK: &str =
    r#"{"kty":"OKP","crv":"X25519","kid":"Bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;

fn card() -> Card {
    let mut draft = CardDraft::new();
    "4111111111111111".bytes().for_each(|byte| assert!(draft.push_number(byte - b'0')));
    "1229".bytes().for_each(|byte| assert!(draft.push_expiry(byte - b'0')));
    draft.parse(&[Brand::Visa], YearMonth { year: 2026, month: 11 }).unwrap()
}

fn binding() -> Binding {
    Binding {
        payment: PaymentId(uuid::Uuid::nil()),
        terminal: "TILL0010".to_owned(),
        amount: Money::new(4_890, Currency::EUR),
    }
}

fn refusal(jwk: &str) -> String {
    AcquirerKey::from_jwk_json(jwk).unwrap_err().to_string()
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Seals to a key made here and opens with its private half, step by step as RFC 7516 section 5.2 says.
fn seal_and_open(algorithm: &'static Algorithm, kty: &str, crv: &str) -> (SealedCard, serde_json::Value, String) {
    let ours = EphemeralPrivateKey::generate(algorithm, &SystemRandom::new()).unwrap();
    let public = ours.compute_public_key().unwrap();
    let coordinates = public.as_ref().strip_prefix(&[4]).filter(|_| kty == "EC").unwrap_or(public.as_ref());
    let (x, y) = coordinates.split_at(32);
    let (x, y) = (base64url(x), base64url(y));
    let jwk = format!(r#"{{"kty":"{kty}","crv":"{crv}","x":"{x}","y":"{y}","kid":"k1","use":"enc","alg":"ECDH-ES"}}"#);
    let key = AcquirerKey::from_jwk_json(&jwk).unwrap();
    let sealed = seal(&card(), &binding(), &key, &SystemRandom::new()).unwrap();

    let parts: Vec<&str> = sealed.compact.split('.').collect();
    let [header, "", iv, content, tag] = parts[..] else { panic!("{}", sealed.compact) };
    let claims: serde_json::Value = serde_json::from_slice(&decode(header)).unwrap();
    let epk = |name: &str| decode(claims["epk"][name].as_str().unwrap());
    let point = if kty == "EC" { [vec![4], epk("x"), epk("y")].concat() } else { epk("x") };
    let secret = agree_ephemeral(ours, &UnparsedPublicKey::new(algorithm, point), <[u8]>::to_vec).unwrap();
    let content_key = concat_kdf(&secret, "A256GCM", b"", b"", 256);
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &content_key[..]).unwrap());
    let nonce = Nonce::try_assume_unique_for_key(&decode(iv)).unwrap();
    let mut text = [decode(content), decode(tag)].concat();
    let text = cipher.open_in_place(nonce, Aad::from(header.as_bytes()), &mut text).unwrap();
    let text = String::from_utf8(text.to_vec()).unwrap();
    (sealed, claims, text)
}

#[test]
fn the_private_key_opens_what_was_sealed() {
    for (algorithm, kty, crv) in [(&X25519, "OKP", "X25519"), (&ECDH_P256, "EC", "P-256")] {
        let (sealed, claims, text) = seal_and_open(algorithm, kty, crv);
        assert_eq!(text, r#"{"pan":"4111111111111111","exp":"2912"}"#);
        assert_eq!((sealed.brand, sealed.last4.as_str(), sealed.kid.as_str()), (Brand::Visa, "1111", "k1"));
        assert_eq!(
            (&claims["alg"], &claims["enc"], &claims["kid"]),
            (&"ECDH-ES".into(), &"A256GCM".into(), &"k1".into())
        );
        let bound: BindingClaims = serde_json::from_value(claims["stopgap"].clone()).unwrap();
        assert_eq!((bound.till.as_str(), bound.amount, bound.currency.as_str()), ("TILL0010", 4_890, "EUR"));
        assert_eq!(bound.payment, binding().payment.to_string());
        assert_eq!(sealed.sha256, hex(digest(&SHA256, sealed.compact.as_bytes()).as_ref()));
        assert!(!format!("{sealed:?}").contains("41111"));
    }
}

#[test]
fn sealing_twice_gives_nothing_in_common() {
    let key = AcquirerKey::from_jwk_json(X25519_JWK).unwrap();
    let seal = || seal(&card(), &binding(), &key, &SystemRandom::new()).unwrap().compact;
    let (one, other) = (seal(), seal());
    let differ = one.split('.').zip(other.split('.')).filter(|(one, other)| one != other).count();
    assert_eq!(differ, 4, "header (epk), iv, content and tag must all differ");
}

#[test]
fn the_longest_names_and_amounts_still_fit_the_field() {
    let jwk = X25519_JWK.replace("Bob", &"k".repeat(KID_LENGTH_MAX));
    let key = AcquirerKey::from_jwk_json(&jwk).unwrap();
    let binding = Binding { amount: Money::new(AMOUNT_MINOR_MAX, Currency::EUR), ..binding() };
    assert!(seal(&card(), &binding, &key, &SystemRandom::new()).unwrap().compact.len() <= SEALED_LENGTH_MAX);
}

#[test]
fn a_binding_to_no_sale_is_refused() {
    let key = AcquirerKey::from_jwk_json(X25519_JWK).unwrap();
    let refused = |binding: Binding| seal(&card(), &binding, &key, &SystemRandom::new()).unwrap_err();
    for minor in [0, -1, AMOUNT_MINOR_MAX + 1] {
        let amount = Money::new(minor, Currency::EUR);
        assert_eq!(refused(Binding { amount, ..binding() }), SealError::Amount(amount));
    }
    for terminal in ["", "TILL00100", "TI LL"] {
        let terminal = terminal.to_owned();
        assert_eq!(refused(Binding { terminal: terminal.clone(), ..binding() }), SealError::Terminal(terminal));
    }
}

/// RFC 7518 appendix C.
#[test]
fn the_derived_key_is_that_of_the_standard() {
    let secret = [
        158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163, 218, 128, 106,
        72, 246, 218, 167, 121, 140, 254, 144, 196,
    ];
    let key = concat_kdf(&secret, "A128GCM", b"Alice", b"Bob", 128);
    assert_eq!(base64url(&key[..16]), "VqqN6vgjbSBcIijNcacQGg");
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
        (&okp("").replace("OKP", "RSA"), "kty “RSA” with crv “X25519” are not accepted; accepted are OKP"),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, "kty “RSA” are not accepted"),
        (&okp("").replace("X25519", "Ed25519"), "crv “Ed25519” are not accepted"),
        (&okp(r#","d":"AA""#), "private or secret key (“d”)"),
        (&okp(r#","use":"sig""#), "use “sig”"),
        (&okp(r#","alg":"RSA-OAEP""#), "alg “RSA-OAEP”"),
        (&okp("").replace("IK08", ""), "“x” of the acquirer's key must be 32 bytes"),
        (&okp("").replace("IK08", "IK08A"), "it has 33 bytes"),
        (&okp("").replace("IK08", "IK0="), "“x” of the acquirer's key must be"),
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
            let jwk = format!(r#"{{"kty":"OKP","crv":"X25519","kid":"k","x":"{}"}}"#, base64url(&bytes));
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

/// Both values were computed with jwcrypto's `JWK.thumbprint`.
#[test]
fn the_fingerprint_is_the_thumbprint_of_rfc_7638() {
    let key = AcquirerKey::from_jwk_json(X25519_JWK).unwrap();
    assert_eq!((key.kind(), key.fingerprint().as_str()), ("OKP/X25519", "giQqigT_IKcuzHl0FVJ3k5ts3_TWNAxvsC08UZsfcM8"));
    // The public key of RFC 7518 appendix C (Bob's).
    let ec = r#"{"kty":"EC","crv":"P-256","kid":"b","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"}"#;
    let key = AcquirerKey::from_jwk_json(ec).unwrap();
    assert_eq!((key.kind(), key.fingerprint().as_str()), ("EC/P-256", "Vy57XrArUrW0NbpI12tEzDHABxMwrTh6HHXRenSpnCo"));
}
