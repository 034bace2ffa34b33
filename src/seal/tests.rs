use ::rsa::sha2::Sha256;
use ::rsa::{BoxedUint, PrivateKey};
use ring::agreement::{Algorithm, ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
use ring::rand::SystemRandom;

use super::*;
use crate::domain::card::{CardDraft, YearMonth};
use crate::domain::money::Currency;

mod keys;

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

    let (header, encrypted_key) = head(&sealed);
    assert_eq!(encrypted_key, "", "direct agreement has no encrypted key");
    let claims: serde_json::Value = serde_json::from_slice(&decode(header)).unwrap();
    assert_eq!(claims["alg"], "ECDH-ES");
    let epk = |name: &str| decode(claims["epk"][name].as_str().unwrap());
    let point = if kty == "EC" { [vec![4], epk("x"), epk("y")].concat() } else { epk("x") };
    let secret = agree_ephemeral(ours, &UnparsedPublicKey::new(algorithm, point), <[u8]>::to_vec).unwrap();
    let text = open(&sealed, &concat_kdf(&secret, "A256GCM", b"", b"", 256)[..]);
    (sealed, claims, text)
}

/// The public key of RFC 7516 appendix A.1.
const RSA_N: &str = "oahUIoWw0K0usKNuOR6H4wkf4oBUXHTxRvgb48E-BVvxkeDNjbC4he8rUWcJoZmds2h7M70imEVhRU5djINXtqllXI4DFqcI1DgjT9\
    LewND8MW2Krf3Spsk_ZkoFnilakGygTwpZ3uesH-PFABNIUYpOiN15dsQRkgr0vEhxN92i2asbOenSZeyaxziK72UwxrrKoExv6kc5twXTq4h-QChLO\
    ln0_mtUZwfsRaMStPs6mS6XrgxnxbWhojf663tuEQueGC-FCMfra36C9knDFGzKsNa7LZK2djYgyD3JR_MB_4NUJW_TqOQtwHYbxevoJArm-L5Stowj\
    zGy-_bq6Gw";
/// Its private exponent, published with it.
const RSA_D: &str = "kLdtIj6GbDks_ApCSTYQtelcNttlKiOyPzMrXHeI-yk1F7-kpDxY4-WY5NWV5KntaEeXS1j82E375xxhWMHXyvjYecPT9fpwR_M9gV\
    8n9Hrh2anTpTD93Dt62ypW3yDsJzBnTnrYu1iwWRgBKrEYY46qAZIrA2xAwnm2X7uGR1hghkqDp0Vqj3kbSCz1XyfCs6_LehBwtxHIyh8Ripy40p24m\
    oOAbgxVw3rxT_vlt3UVe4WO3JkJOzlpUf-KTVI2Ptgm-dARxTEtE-id-4OJr0h-K-VFs3VSndVTIznSxfyrj8ILL6MG_Uv8YAu7VILSB3lOW085-4qE\
    3DzgrTjgyQ";

fn rsa_jwk(n: &str, kid: &str) -> String {
    serde_json::json!({ "kty": "RSA", "n": n, "e": "AQAB", "kid": kid, "use": "enc", "alg": "RSA-OAEP-256" })
        .to_string()
}

/// Seals to the RSA key of the RFC and opens with its private half.
fn seal_and_open_rsa() -> (SealedCard, serde_json::Value, String) {
    let key = AcquirerKey::from_jwk_json(&rsa_jwk(RSA_N, "k1")).unwrap();
    let sealed = seal(&card(), &binding(), &key, &SystemRandom::new()).unwrap();
    let (header, encrypted_key) = head(&sealed);
    let claims: serde_json::Value = serde_json::from_slice(&decode(header)).unwrap();
    assert_eq!((&claims["alg"], claims.get("epk")), (&"RSA-OAEP-256".into(), None));
    let number = |text: &str| BoxedUint::from_be_slice_vartime(&decode(text));
    let private = PrivateKey::from_components(number(RSA_N), number("AQAB"), number(RSA_D), Vec::new()).unwrap();
    let content_key = private.oaep_decrypt::<Sha256>(&decode(encrypted_key)).unwrap();
    let text = open(&sealed, &content_key);
    (sealed, claims, text)
}

/// The header and the encrypted key.
fn head(sealed: &SealedCard) -> (&str, &str) {
    let parts: Vec<&str> = sealed.compact.split('.').collect();
    let [header, encrypted_key, _, _, _] = parts[..] else { panic!("{}", sealed.compact) };
    (header, encrypted_key)
}

/// Opens the content with its key.
fn open(sealed: &SealedCard, content_key: &[u8]) -> String {
    let parts: Vec<&str> = sealed.compact.split('.').collect();
    let [header, _, iv, content, tag] = parts[..] else { panic!("{}", sealed.compact) };
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, content_key).unwrap());
    let nonce = Nonce::try_assume_unique_for_key(&decode(iv)).unwrap();
    let mut text = [decode(content), decode(tag)].concat();
    let text = cipher.open_in_place(nonce, Aad::from(header.as_bytes()), &mut text).unwrap();
    String::from_utf8(text.to_vec()).unwrap()
}

#[test]
fn a_name_that_could_be_a_card_number_is_refused_and_not_repeated() {
    let refused = AcquirerKey::from_jwk_json(&X25519_JWK.replace("Bob", "4111111111111111")).unwrap_err();
    assert_eq!(refused, KeyError::KidIsCardNumber);
    assert!(!refused.to_string().contains("4111"), "{refused}");
}

#[test]
fn the_private_key_opens_what_was_sealed() {
    let opened =
        [seal_and_open(&X25519, "OKP", "X25519"), seal_and_open(&ECDH_P256, "EC", "P-256"), seal_and_open_rsa()];
    for (sealed, claims, text) in opened {
        assert_eq!(text, r#"{"pan":"4111111111111111","exp":"2912"}"#);
        assert_eq!((sealed.brand, sealed.last4.as_str(), sealed.kid.as_str()), (Brand::Visa, "1111", "k1"));
        assert_eq!((&claims["enc"], &claims["kid"]), (&"A256GCM".into(), &"k1".into()));
        let bound: BindingClaims = serde_json::from_value(claims["stopgap"].clone()).unwrap();
        assert_eq!((bound.till.as_str(), bound.amount, bound.currency.as_str()), ("TILL0010", 4_890, "EUR"));
        assert_eq!(bound.payment, binding().payment.to_string());
        assert_eq!(sealed.sha256, hex(digest(&SHA256, sealed.compact.as_bytes()).as_ref()));
        assert!(!format!("{sealed:?}").contains("41111"));
    }
}

#[test]
fn sealing_twice_gives_nothing_in_common() {
    for (jwk, differing) in [
        (X25519_JWK.to_owned(), "header (epk), iv, content and tag"),
        (rsa_jwk(RSA_N, "k1"), "encrypted key, iv, content and tag"),
    ] {
        let key = AcquirerKey::from_jwk_json(&jwk).unwrap();
        let seal = || seal(&card(), &binding(), &key, &SystemRandom::new()).unwrap().compact;
        let (one, other) = (seal(), seal());
        let differ = one.split('.').zip(other.split('.')).filter(|(one, other)| one != other).count();
        assert_eq!(differ, 4, "{differing} must all differ");
    }
}

/// What an import reckons with is what the longest card, amount and terminal id really come to, and it fits.
#[test]
fn the_longest_names_and_amounts_still_fit_the_field() {
    let kid = "k".repeat(KID_LENGTH_MAX);
    let mut longest = CardDraft::new();
    "4000000000000000006".bytes().for_each(|byte| assert!(longest.push_number(byte - b'0')));
    "1229".bytes().for_each(|byte| assert!(longest.push_expiry(byte - b'0')));
    "X".repeat(HOLDER_NAME_MAX).chars().for_each(|letter| assert!(longest.push_holder(HolderPart::Name, letter)));
    "9".repeat(POSTCODE_MAX).chars().for_each(|digit| assert!(longest.push_holder(HolderPart::Postcode, digit)));
    let longest = longest.parse(&[Brand::Visa], YearMonth { year: 2026, month: 11 }).unwrap();
    let terminal = "\\".repeat(TERMINAL_LENGTH_MAX);
    let binding = Binding { amount: Money::new(AMOUNT_MINOR_MAX, Currency::EUR), terminal, ..binding() };
    let p256 = keys::P256_JWK.replace(r#""b""#, &format!("\"{kid}\""));
    for (jwk, length) in [
        (X25519_JWK.replace("Bob", &kid), 593),
        (p256, 657),
        (rsa_jwk(RSA_N, &kid), 828),
        (rsa_jwk(&keys::modulus(3_072), &kid), 998),
    ] {
        let key = AcquirerKey::from_jwk_json(&jwk).unwrap();
        let reckoned = longest_sealed(&kid, key.deliver(&SystemRandom::new()).unwrap());
        let sealed = seal(&longest, &binding, &key, &SystemRandom::new()).unwrap();
        assert_eq!((sealed.compact.len(), reckoned), (length, length), "{}", key.kind());
        assert!(length <= SEALED_LENGTH_MAX);
    }
}

#[test]
fn name_and_postcode_of_the_holder_are_sealed_with_the_card_where_they_were_given() {
    let text = |name: &str, postcode: &str| {
        let mut draft = CardDraft::new();
        "4111111111111111".bytes().for_each(|byte| assert!(draft.push_number(byte - b'0')));
        "1229".bytes().for_each(|byte| assert!(draft.push_expiry(byte - b'0')));
        name.chars().for_each(|letter| assert!(draft.push_holder(HolderPart::Name, letter)));
        postcode.chars().for_each(|letter| assert!(draft.push_holder(HolderPart::Postcode, letter)));
        let card = draft.parse(&[Brand::Visa], YearMonth { year: 2026, month: 11 }).unwrap();
        String::from_utf8(plaintext(&card).to_vec()).unwrap()
    };
    let bare = r#"{"pan":"4111111111111111","exp":"2912""#;
    assert_eq!(text("", ""), format!("{bare}}}"));
    assert_eq!(text("Ada O'Hara ", ""), format!(r#"{bare},"name":"ADA O'HARA"}}"#));
    assert_eq!(text("", "sw1a 1aa"), format!(r#"{bare},"zip":"SW1A 1AA"}}"#));
    let both = text("A", "12345-678");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&both).unwrap()["zip"], "12345-678", "{both}");
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
