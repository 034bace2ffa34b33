//! SPAYD payloads: published samples, the rules, and that they read back.

use proptest::prelude::*;

use super::*;
use crate::domain::money::{Currency, Money};
use crate::qr::refusal::Unit;

fn shop() -> SpaydPayee {
    SpaydPayee {
        iban: "CZ5855000000001265098001".parse().unwrap(),
        bic: None,
        name: None,
        variable_symbol: None,
        specific_symbol: None,
        constant_symbol: None,
        instant: false,
    }
}

fn bill(minor: Option<i64>, reference: Option<&str>, message: Option<&str>) -> Bill {
    let currency: Currency = "CZK".parse().unwrap();
    Bill {
        currency,
        amount: minor.map(|minor| Money::new(minor, currency)),
        reference: reference.map(str::to_owned),
        message: message.map(str::to_owned),
        made_at: None,
        expires_at: None,
    }
}

#[test]
fn a_sale_becomes_a_payload_with_its_reference_as_variable_symbol() {
    let made = shop().payload(&bill(Some(48_050), Some("1234567890"), Some("PLATBA ZA ZBOZI")));
    let expected = "SPD*1.0*ACC:CZ5855000000001265098001*AM:480.50*CC:CZK*MSG:PLATBA ZA ZBOZI*X-VS:1234567890";
    assert_eq!(made.as_deref(), Ok(expected));
    let full = SpaydPayee {
        bic: Some("RZBCCZPP".parse().unwrap()),
        name: Some("Květiny * 50 % + víc".into()),
        variable_symbol: Some("0987654321".into()),
        specific_symbol: Some("1234567890".into()),
        constant_symbol: Some("3558".into()),
        instant: true,
        ..shop()
    };
    let expected = "SPD*1.0*ACC:CZ5855000000001265098001+RZBCCZPP*AM:5000.00*CC:CZK*RF:1234567890123456\
                    *RN:Kv%C4%9Btiny %2A 50 %25 %2B v%C3%ADc*PT:IP*X-VS:0987654321*X-SS:1234567890*X-KS:3558";
    assert_eq!(full.payload(&bill(Some(500_000), Some("1234567890123456"), None)).as_deref(), Ok(expected));
    let open = shop().payload(&bill(None, None, None));
    assert_eq!(open.as_deref(), Ok("SPD*1.0*ACC:CZ5855000000001265098001*CC:CZK"));
    assert_eq!(shop().account(), "CZ5855000000001265098001");
}

#[test]
fn the_reference_is_written_once() {
    let own = SpaydPayee { variable_symbol: Some("42".into()), ..shop() };
    assert!(own.payload(&bill(None, Some("42"), None)).unwrap().ends_with("*CC:CZK*X-VS:42"));
    assert!(own.payload(&bill(None, Some("43"), None)).unwrap().ends_with("*RF:43*X-VS:42"));
    assert!(shop().payload(&bill(None, Some("12345678901"), None)).unwrap().ends_with("*CC:CZK*RF:12345678901"));
}

/// The characters of the reference implementation's own test.
#[test]
fn special_characters_are_encoded_as_the_reference_implementation_does() {
    let made = shop().payload(&bill(None, None, Some("abc  123♥☠**123  abc-+ěščřžýáíé---%20"))).unwrap();
    let expected = "abc  123%E2%99%A5%E2%98%A0%2A%2A123  abc-%2B%C4%9B%C5%A1%C4%8D%C5%99%C5%BE%C3%BD%C3%A1%C3%AD\
                    %C3%A9---%2520";
    assert_eq!(made.split_once("MSG:").unwrap().1, expected);
}

#[test]
fn each_rule_refuses() {
    let refused = |spayd: SpaydPayee, bill: Bill| spayd.payload(&bill).unwrap_err();
    for minor in [0, -1, AMOUNT_MINOR_MAX + 1] {
        assert!(matches!(refused(shop(), bill(Some(minor), None, None)), Refusal::Amount { .. }), "{minor}");
    }
    assert!(shop().payload(&bill(Some(AMOUNT_MINOR_MAX), None, None)).unwrap().contains("*AM:9999999.99*"));
    let dinar: Currency = "KWD".parse().unwrap();
    let in_dinar = Bill { currency: dinar, ..bill(None, None, None) };
    assert!(matches!(refused(shop(), in_dinar), Refusal::Currency { .. }));
    let reference = |text: &str| refused(shop(), bill(None, Some(text), None));
    assert!(matches!(reference("12A"), Refusal::Character { field: "reference", .. }));
    assert!(matches!(reference("12345678901234567"), Refusal::TooLong { limit: 16, unit: Unit::Digits, .. }));
    let symbol = SpaydPayee { variable_symbol: Some("12345678901".into()), ..shop() };
    assert!(matches!(refused(symbol, bill(None, None, None)), Refusal::TooLong { field: "variable_symbol", .. }));
    let symbol = SpaydPayee { constant_symbol: Some("3 558".into()), ..shop() };
    assert!(matches!(refused(symbol, bill(None, None, None)), Refusal::Character { field: "constant_symbol", .. }));
    let name = SpaydPayee { name: Some("ě".repeat(36)), ..shop() };
    assert!(matches!(refused(name, bill(None, None, None)), Refusal::TooLong { field: "name", limit: 35, .. }));
    let message = bill(None, None, Some(&"x".repeat(61)));
    assert!(matches!(refused(shop(), message), Refusal::TooLong { field: "message", limit: 60, .. }));
    assert!(matches!(refused(shop(), bill(None, None, Some("a\nb"))), Refusal::Character { .. }));
}

#[test]
fn published_payloads_are_read() {
    // A bank's samples, and the one with a check sum of the standard.
    for (payload, field, value) in [
        ("SPD*1.0*ACC:CZ7801000000000000000123*AM:799.50*CC:CZK*DT:20221001*X-VS:9562231077", "DT", "20221001"),
        (
            "SPD*1.0*ACC:CZ2508000000000300300232*AM:5000.00*CC:CZK*PT:IP*MSG:MIMOŘÁDNÝ VKLAD*X-VS:0987654321*X-KS:3558\
             *X-SS:1234567890*",
            "message",
            "MIMOŘÁDNÝ VKLAD",
        ),
        ("SPD*1.0*ACC:CZ5855000000001265098001*AM:100.00*CC:CZK*CRC32:AAD80227", "CRC32", "AAD80227"),
        ("SPD*1.0*CC:CZK*CRC32:AAD80227*AM:100.00*ACC:CZ5855000000001265098001", "amount", "100.00"),
        ("SPD*1.0*ACC:CZ5855000000001265098001+RZBCCZPP*MSG:5%2A5", "bic", "RZBCCZPP"),
    ] {
        assert!(decode(payload).unwrap().contains(&(field.to_owned(), value.to_owned())), "{payload}");
    }
}

#[test]
fn a_damaged_payload_is_refused() {
    for (payload, why) in [
        ("", "SPD*1.0*"),
        ("SPD*2.0*ACC:CZ5855000000001265098001", "SPD*1.0*"),
        ("SPD*1.0*ACC:CZ5855000000001265098001*AM:0.00", "“amount” is “0.00”"),
        ("SPD*1.0*", "“key”"),
        ("SPD*1.0*AM:1.00", "“iban” is missing"),
        ("SPD*1.0*ACC:CZ5855000000001265098002", "“iban”"),
        ("SPD*1.0*ACC:CZ5855000000001265098001+XX", "“bic”"),
        ("SPD*1.0*ACC:CZ5855000000001265098001*AM:12345678.90", "“amount”"),
        ("SPD*1.0*ACC:CZ5855000000001265098001*AM:1,00", "“amount”"),
        ("SPD*1.0*ACC:CZ5855000000001265098001*CC:Kč", "“currency”"),
        ("SPD*1.0*ACC:CZ5855000000001265098001*X-VS:12345678901", "“variable_symbol”"),
        ("SPD*1.0*ACC:CZ5855000000001265098001*RF:x", "“reference”"),
        ("SPD*1.0*ACC:CZ5855000000001265098001*MSG:50%", "“message”"),
        ("SPD*1.0*ACC:CZ5855000000001265098001*MSG:", "“message”"),
        ("SPD*1.0*ACC:CZ5855000000001265098001**MSG:a", "“key”"),
        ("SPD*1.0*ACC:CZ5855000000001265098001*MSG:a*MSG:b", "“message” stands twice"),
        ("SPD*1.0*ACC:CZ5855000000001265098001*AM:100.01*CC:CZK*CRC32:AAD80227", "the check sum is AAD80227"),
    ] {
        let refused = decode(payload).unwrap_err().to_string();
        assert!(refused.contains(why), "{payload}: {refused}");
    }
}

proptest! {
    #[test]
    fn what_is_built_reads_back(
        name in proptest::option::of("\\PC{1,40}"), message in proptest::option::of("\\PC{1,65}"),
        symbol in proptest::option::of("[0-9]{1,10}"), reference in proptest::option::of("[0-9]{1,16}"),
        minor in proptest::option::of(1_i64..1_000_000_000), instant: bool, with_bic: bool,
    ) {
        let bic = with_bic.then(|| "RZBCCZPP".parse().unwrap());
        let spayd = SpaydPayee { name: name.clone(), variable_symbol: symbol.clone(), bic, instant, ..shop() };
        if let Ok(payload) = spayd.payload(&bill(minor, reference.as_deref(), message.as_deref())) {
            prop_assert!(payload.is_ascii());
            let fields = decode(&payload).unwrap();
            let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            prop_assert_eq!(value("name"), name);
            prop_assert_eq!(value("message"), message);
            prop_assert_eq!(value("payment_type").is_some(), instant);
            prop_assert_eq!(value("bic").is_some(), with_bic);
            prop_assert_eq!(value("amount"), minor.map(|minor| Money::new(minor, "CZK".parse().unwrap()).plain()));
            for kept in [symbol, reference].into_iter().flatten() {
                prop_assert!(["variable_symbol", "reference"].iter().any(|name| value(name).as_ref() == Some(&kept)));
            }
        }
    }

    #[test]
    fn nothing_panics(text in "(SPD\\*1\\.0\\*)?([A-Z-]{0,4}:?[ -~é%+]{0,9}\\*?){0,9}") {
        let _ = decode(&text);
    }
}
