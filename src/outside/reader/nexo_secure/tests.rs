//! What must open, what must not, and that nothing panics on the way.

use std::sync::LazyLock;

use proptest::prelude::*;
use ring::rand::SystemRandom;
use serde_json::{Value, json};

use super::*;

const MESSAGE: &str =
    r#"{"SaleToPOIResponse":{"MessageHeader":{"MessageClass":"Service","ServiceID":"Q1"},"Amount":48.90}}"#;

fn key() -> NexoKey {
    NexoKey::derive("a passphrase of ours", "till-key", 3).unwrap()
}

/// One key for all cases of a property, which derive nothing new.
static KEY: LazyLock<NexoKey> = LazyLock::new(key);

fn sealed(message: &str) -> Value {
    serde_json::from_str(&seal(message, &KEY, &SystemRandom::new()).unwrap()).unwrap()
}

#[test]
fn a_sealed_message_opens_once_and_shows_only_its_header() {
    let key = key();
    let text = sealed(MESSAGE).to_string();
    assert!(!text.contains("48.9") && text.contains("Q1"));
    assert_eq!(open(&text, &key).as_deref(), Ok(MESSAGE));
    assert_eq!(open(&text, &key), Err(SecureError::Repeated));
    assert_ne!(sealed(MESSAGE)["SaleToPOIResponse"]["NexoBlob"], sealed(MESSAGE)["SaleToPOIResponse"]["NexoBlob"]);
}

/// Made by the `NexoCrypto` class of the npm package `@adyen/api-library` 32.1.0.
#[test]
fn a_message_that_another_program_sealed_opens() {
    assert_eq!(open(include_str!("sealed_elsewhere.json"), &key()).as_deref(), Ok(MESSAGE));
}

#[test]
fn another_key_and_every_changed_part_are_refused() {
    let changed = |pointer: &str, value: Value| {
        let mut message = sealed(MESSAGE);
        *message.pointer_mut(pointer).unwrap() = value;
        open(&message.to_string(), &key()).unwrap_err()
    };
    let trailer = "/SaleToPOIResponse/SecurityTrailer";
    for (field, value) in
        [("AdyenCryptoVersion", json!(2)), ("KeyIdentifier", json!("other")), ("KeyVersion", json!(4))]
    {
        let error = changed(&format!("{trailer}/{field}"), value);
        assert!(matches!(error, SecureError::OtherKey { field: named, .. } if named == field), "{error}");
    }
    let zeros = |length| json!(BASE64_STANDARD.encode(vec![0_u8; length]));
    for (part, value) in [
        ("SecurityTrailer/Nonce", zeros(16)),
        ("SecurityTrailer/Nonce", zeros(15)),
        ("SecurityTrailer/Nonce", json!("no base64!")),
        ("SecurityTrailer/Hmac", zeros(32)),
        ("SecurityTrailer/Hmac", zeros(0)),
        ("SecurityTrailer/Hmac", zeros(33)),
        ("NexoBlob", zeros(0)),
        ("NexoBlob", zeros(15)),
        ("NexoBlob", zeros(16)),
        ("NexoBlob", zeros(160)),
    ] {
        assert_eq!(changed(&format!("/SaleToPOIResponse/{part}"), value), SecureError::NotGenuine, "{part}");
    }
    let other = json!({"MessageClass": "Service", "ServiceID": "Q2"});
    assert_eq!(changed("/SaleToPOIResponse/MessageHeader", other), SecureError::OtherHeader);
    let passphrase = NexoKey::derive("another passphrase", "till-key", 3).unwrap();
    assert_eq!(open(&sealed(MESSAGE).to_string(), &passphrase), Err(SecureError::NotGenuine));
}

#[test]
fn a_message_of_the_other_direction_or_in_the_clear_is_refused() {
    let turned = sealed(MESSAGE).to_string().replace("SaleToPOIResponse", "SaleToPOIRequest");
    assert_eq!(open(&turned, &key()), Err(SecureError::OtherHeader));
    for text in ["", "{}", "null", MESSAGE, "{\"SaleToPOIResponse\":{}}"] {
        assert_eq!(open(text, &key()), Err(SecureError::NotSealed), "{text}");
    }
    for text in ["", "{}", "{\"SaleToPOIRequest\":{}}", "{\"Else\":{\"MessageHeader\":{}}}"] {
        assert_eq!(seal(text, &KEY, &SystemRandom::new()), Err(SecureError::NotAMessage), "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_sealed_opens_as_it_was(text in ".{0,300}") {
        let message = json!({"SaleToPOIRequest": {"MessageHeader": {"ServiceID": "P1"}, "Text": text}}).to_string();
        let sealed = seal(&message, &KEY, &SystemRandom::new()).unwrap();
        prop_assert_eq!(open(&sealed, &KEY), Ok(message));
    }

    #[test]
    fn one_flipped_bit_is_noticed(place in 0_usize..160, bit in 0_u8..8) {
        let mut message = sealed(MESSAGE);
        let blob = message.pointer_mut("/SaleToPOIResponse/NexoBlob").unwrap();
        let mut bytes = BASE64_STANDARD.decode(blob.as_str().unwrap()).unwrap();
        let place = place % bytes.len();
        bytes[place] ^= 1 << bit;
        *blob = json!(BASE64_STANDARD.encode(bytes));
        prop_assert_eq!(open(&message.to_string(), &KEY), Err(SecureError::NotGenuine));
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}", blob in proptest::collection::vec(any::<u8>(), 0..80)) {
        prop_assert!(open(&text, &KEY).is_err());
        let mut message = sealed(MESSAGE);
        message["SaleToPOIResponse"]["NexoBlob"] = json!(BASE64_STANDARD.encode(&blob));
        prop_assert_eq!(open(&message.to_string(), &KEY), Err(SecureError::NotGenuine));
    }
}
