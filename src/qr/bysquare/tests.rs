//! PAY by square: codes of other makers, the rules, and that codes read back.

use proptest::prelude::*;

use super::*;
use crate::domain::money::{Currency, Money};

fn shop() -> BySquarePayee {
    BySquarePayee {
        iban: "SK9611000000002918599669".parse().unwrap(),
        bic: None,
        name: "Kvety Žilina s.r.o.".into(),
        variable_symbol: None,
        specific_symbol: None,
        constant_symbol: None,
    }
}

fn bill(minor: Option<i64>, reference: Option<&str>, message: Option<&str>) -> Bill {
    Bill {
        currency: Currency::EUR,
        amount: minor.map(|minor| Money::new(minor, Currency::EUR)),
        reference: reference.map(str::to_owned),
        message: message.map(str::to_owned),
        made_at: None,
        expires_at: None,
    }
}

fn value(fields: &ReadFields, name: &str) -> String {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

#[test]
fn a_sale_becomes_tab_separated_fields() {
    let full = BySquarePayee {
        bic: Some("TATRSKBX".parse().unwrap()),
        specific_symbol: Some("77".into()),
        constant_symbol: Some("0308".into()),
        ..shop()
    };
    let payload = full.payload(&bill(Some(1_550), Some("1234567890"), Some("Ďakujeme"))).unwrap();
    let expected = "\t1\t1\t15.50\tEUR\t\t1234567890\t0308\t77\t\tĎakujeme\t1\tSK9611000000002918599669\tTATRSKBX\t0\t0\
                    \tKvety Žilina s.r.o.\t\t";
    assert_eq!(packed::unpack(&payload), Ok(("1.2.0", expected.to_owned())));
    assert!(payload.starts_with("08"), "the header is 0200");
    assert!(payload.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'V').contains(&byte)));
    assert_eq!(full.account(), "SK9611000000002918599669");
    let open = shop().payload(&bill(None, None, None)).unwrap();
    assert!(packed::unpack(&open).unwrap().1.starts_with("\t1\t1\t\tEUR\t\t\t\t\t\t\t1\tSK96"));
}

#[test]
fn the_reference_is_written_once() {
    let own = BySquarePayee { variable_symbol: Some("42".into()), ..shop() };
    for (payee, reference, symbol, other) in [
        (&shop(), "43", "43", ""),
        (&own, "42", "42", ""),
        (&own, "43", "42", "43"),
        (&shop(), "A-43", "", "A-43"),
        (&shop(), "12345678901", "", "12345678901"),
    ] {
        let fields = decode(&payee.payload(&bill(None, Some(reference), None)).unwrap()).unwrap();
        assert_eq!((value(&fields, "variable_symbol"), value(&fields, "reference")), (symbol.into(), other.into()));
    }
}

/// Made by other programs, with and without an end mark, with and without repetitions, of versions 1.0.0 and 1.2.0.
#[test]
fn codes_of_other_makers_are_read() {
    for (code, iban, amount, message) in [
        (
            "0004I0006UC5LT8E21H3IC1K9R40P82GJL22NTU0586BBEOEKDMQSVUUBAOP1C0FFE14UJA1F1LJMV0FONE35J05TRC77FTIMV87NKNAN\
             NOFJB684000",
            "SK4523585719461382368397",
            "25.3",
            "",
        ),
        (
            "00054000DG4GL2L1JL66N01P4GCBG05KQEPULNMP9EB7MEE935VG4P4B1BDBN7MV4GU13R7DMGU9O93QEI2KQJLPTFFU7GJNP6QL0UADV\
             HOQ3B0OP0OO5P4L58M918PG00",
            "SK2738545237537948273958",
            "45.55",
            "bendzín",
        ),
        (
            "0804O0002G0L2UES834BQT9SQJQA9M5QGN1AHN4VO0KB6MVM9RPFU06E5LQEOQUN07FTDIF96UAS90AOPDCSE86CMTRAI45IDKRHJ6BUO\
             IG1162LVVVRAKA000",
            "SK9611000000002918599669",
            "100",
            "",
        ),
    ] {
        let fields = decode(code).unwrap();
        assert_eq!(value(&fields, "iban"), iban);
        assert_eq!(value(&fields, "amount"), amount);
        assert_eq!(value(&fields, "message"), message);
    }
}

#[test]
fn each_rule_refuses() {
    let refused = |payee: BySquarePayee, bill: Bill| payee.payload(&bill).unwrap_err();
    for minor in [0, -1, AMOUNT_MINOR_MAX + 1] {
        assert!(matches!(refused(shop(), bill(Some(minor), None, None)), Refusal::Amount { .. }), "{minor}");
    }
    assert!(shop().payload(&bill(Some(AMOUNT_MINOR_MAX), None, None)).is_ok());
    let name = |name: &str| BySquarePayee { name: name.into(), ..shop() };
    assert!(matches!(refused(name(""), bill(None, None, None)), Refusal::Missing { field: "name", .. }));
    assert!(matches!(refused(name(&"ž".repeat(71)), bill(None, None, None)), Refusal::TooLong { limit: 70, .. }));
    assert!(matches!(refused(name("a\tb"), bill(None, None, None)), Refusal::Character { character: '\t', .. }));
    let constant = BySquarePayee { constant_symbol: Some("03080".into()), ..shop() };
    assert!(matches!(refused(constant, bill(None, None, None)), Refusal::TooLong { limit: 4, .. }));
    let specific = BySquarePayee { specific_symbol: Some("x".into()), ..shop() };
    assert!(matches!(refused(specific, bill(None, None, None)), Refusal::Character { field: "specific_symbol", .. }));
    let message = bill(None, None, Some(&"x".repeat(141)));
    assert!(matches!(refused(shop(), message), Refusal::TooLong { field: "message", limit: 140, .. }));
    let reference = bill(None, Some(&"x".repeat(36)), None);
    assert!(matches!(refused(shop(), reference), Refusal::TooLong { field: "reference", limit: 35, .. }));
}

#[test]
fn a_damaged_code_is_refused() {
    let good = shop().payload(&bill(Some(1_550), Some("1234567890"), None)).unwrap();
    assert!(decode(&good).is_ok());
    for (code, why) in [
        ("", "header of four bytes"),
        ("hello", "base32hex"),
        ("0800", "header of four bytes"),
        ("2000000000", "not that of a payment order"),
        ("0C00000000", "version is above"),
        (&good[..good.len() / 16 * 8], "unpacked"),
        (&"0".repeat(5_000), "longer than a QR code"),
    ] {
        let refused = decode(code).unwrap_err().to_string();
        assert!(refused.contains(why), "{code}: {refused}");
    }
    for (content, why) in [
        ("\t2\t1", "“payments” is “2”"),
        ("\t1\t2\t\tEUR", "“payment_options”"),
        ("\t1\t1\t1,5\tEUR\t\t\t\t\t\t\t1\tSK9611000000002918599669\t\t0\t0\tA\t\t", "“amount”"),
        ("\t1\t1\t15\tEUR\t\t\t\t\t\t\t2\tSK96\t\t0\t0\tA\t\t", "“accounts”"),
        ("\t1\t1\t15\tEUR\t\t\t\t\t\t\t1\tSK9611000000002918599668\t\t0\t0\tA\t\t", "“iban”"),
        ("\t1\t1\t15\tEUR\t\t\t\t\t\t\t1\tSK9611000000002918599669\t\t1\t0\tA\t\t", "“standing_order”"),
        ("\t1\t1\t15\tEUR\t\t\t\t\t\t\t1\tSK9611000000002918599669\t\t0\t0\tA", "17 fields"),
        ("\t1\t1\t15\tEUR\t1.1.2026\t\t\t\t\t\t1\tSK9611000000002918599669\t\t0\t0\tA\t\t", "“due_date”"),
    ] {
        let refused = decode(&packed::pack(content)).unwrap_err().to_string();
        assert!(refused.contains(why), "{content}: {refused}");
    }
}

#[test]
fn every_single_changed_character_is_noticed_or_changes_nothing() {
    let good = shop().payload(&bill(Some(1_550), Some("1234567890"), None)).unwrap();
    let fields = decode(&good).unwrap();
    for place in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
        if let Ok(read) = decode(std::str::from_utf8(&bytes).unwrap()) {
            let without_version = |fields: &ReadFields| fields[1..].to_vec();
            assert_eq!(without_version(&read), without_version(&fields), "{place}");
        }
    }
}

proptest! {
    #[test]
    fn what_is_built_reads_back(
        name in "\\PC{1,75}", message in proptest::option::of("\\PC{1,145}"), minor in proptest::option::of(1_i64..1_000_000_000),
        symbol in proptest::option::of("[0-9]{1,10}"), reference in "[0-9A-Z]{1,35}",
    ) {
        let payee = BySquarePayee { name: name.clone(), variable_symbol: symbol.clone(), ..shop() };
        if let Ok(payload) = payee.payload(&bill(minor, Some(&reference), message.as_deref())) {
            let fields = decode(&payload).unwrap();
            prop_assert_eq!(value(&fields, "name"), name);
            prop_assert_eq!(value(&fields, "message"), message.unwrap_or_default());
            let amount = minor.map(|minor| Money::new(minor, Currency::EUR).plain());
            prop_assert_eq!(value(&fields, "amount"), amount.unwrap_or_default());
            for kept in symbol.into_iter().chain([reference]) {
                prop_assert!(["variable_symbol", "reference"].iter().any(|name| value(&fields, name) == kept));
            }
        }
    }

    #[test]
    fn nothing_panics(text in "(08[0-9A-V]{0,200}|\\PC{0,40})") {
        let _ = decode(&text);
    }
}
