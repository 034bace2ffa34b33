//! Published payloads with their check digits, a corpus of damaged ones, and what holds for every payload.

use proptest::prelude::*;

use super::object::encode;
use super::*;

/// Payloads that standards and schemes publish.
const PUBLISHED: [&str; 10] = [
    // EMV QRCPS v1.1, annex B; its check sum fits only over UTF-8.
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN\
     5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***\
     0708A60086670902ME91320016A0112233449988770708123456786304A13A",
    // PayNet, DuitNow QR 1.5, examples 1 to 3.
    "00020201021126410014A000000615000101065016640209123456789520499995303458540510.005802MY5909QRCSDNBHD\
     6005BANGI6304343F",
    "00020201021126410014A000000615000101065016640209123456789520400005303458540510.005802MY5909AUSERNAME\
     6005BANGI63043A23",
    "00020201021126410014A000000615000101065016640209123456789520499995303458540510.005802MY5909QRCSDNBHD\
     6005BANGI8264f879ac6266d8d6da081fc1c17160021119747b190615c21076b3fc0fce56c6eb6304B623",
    // Banco Central do Brasil, the static example of the manual of the BR Code.
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal\
     6008BRASILIA62070503***63041D3D",
    // NAPAS, a transfer with an amount.
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN\
     62340107NPS68690819thanh toan don hang63042E2E",
    // National Bank of Cambodia, tests of its SDK: a person, a merchant, and UnionPay.
    "00020101021229460015john_smith@devb0111855122334550208Dev Bank52045999530384054031005802KH5910John Smith\
     6010PHNOM PENH62670106#123450211855122334550311Coffee Shop0709Cashier_10810Buy coffee\
     64280002km0108ចន ស្មីន0206ភ្នំពញ993400131726821915797011317268220357976304B73E",
    "00020101021230350009khqr@devb01061234560208Dev Bank52045999530384054031005802KH5910John Smith\
     6010PHNOM PENH62670106#123450211855122334550311Coffee Shop0709Cashier_10810Buy coffee\
     64280002km0108ចន ស្មីន0206ភ្នំពញ993400131726822962612011317268230826126304A560",
    "00020101021215311974011600520446ACLB1000231208129200016chantha_dev@ftcc520459995303116540410005802KH\
     5911Chantha Dev6010Phnom Penh63046011",
    // HSBC, a test of its FPS service.
    "00020101021226320012hk.com.hkicl0207600050906011520400005303344540510.505802HK5902NA6002HK\
     62270523HKTEST202103190606259626304BCD1",
];

#[test]
fn published_payloads_are_read_and_come_out_again() {
    for payload in PUBLISHED {
        let mut objects = parse(payload).unwrap_or_else(|damage| panic!("{payload}: {damage}"));
        assert_eq!(encode(&objects), payload);
        objects.pop();
        assert_eq!(seal(&objects, ""), Ok(payload.to_owned()));
    }
}

#[test]
fn templates_are_taken_apart_where_they_are_templates() {
    let texts = |payload: &str, id: u8| match parse(payload).unwrap().into_iter().find(|object| object.id == id) {
        Some(Object { value: Value::Template(objects), .. }) => {
            objects.iter().map(|object| (object.id, object.value.encode())).collect::<Vec<_>>()
        }
        Some(Object { value: Value::Text(_), .. }) | None => Vec::new(),
    };
    let pair = |id: u8, text: &str| (id, text.to_owned());
    assert_eq!(texts(PUBLISHED[0], 64), [pair(0, "ZH"), pair(1, "最佳运输"), pair(2, "北京")]);
    assert_eq!(texts(PUBLISHED[0], 91), [pair(0, "A011223344998877"), pair(7, "12345678")]);
    assert_eq!(texts(PUBLISHED[3], 82), []);
    assert_eq!(texts(PUBLISHED[5], 38)[1], pair(1, "000697040301130011012345678"));
    let nested = parse(PUBLISHED[5]).unwrap();
    let Some(Value::Template(account)) = nested.iter().find(|object| object.id == 38).map(|object| &object.value)
    else {
        panic!("38 is a template");
    };
    assert_eq!(account[1].value, Value::Template(vec![Object::text(0, "970403"), Object::text(1, "0011012345678")]));
}

/// Objects closed with a right check sum, however wrong they are themselves.
fn closed(objects: &str) -> String {
    object::sealed(objects.to_owned(), "").unwrap()
}

#[test]
fn damage_is_found_and_named() {
    let long = closed("000201") + &"x".repeat(500);
    for (payload, why) in [
        (String::new(), "no payload of EMV QRCPS"),
        ("https://example.com".to_owned(), "no payload of EMV QRCPS"),
        (closed("000203"), "no payload of EMV QRCPS"),
        (closed("010211"), "no payload of EMV QRCPS"),
        ("000201".to_owned(), "object 63 with the check sum is not at the end"),
        (closed("000201") + "010211", "object 63 with the check sum is not at the end"),
        ("0002016303ABC".to_owned(), "object 63 with the check sum is not at the end"),
        ("00020163040000".to_owned(), "the check sum is 0000 where"),
        (PUBLISHED[1].to_lowercase(), "the check sum is"),
        (PUBLISHED[1].replace("343F", "343f"), "the check sum is 343f where 343F is right"),
        (PUBLISHED[0].replace("北京", "東京"), "the check sum is A13A where"),
        (PUBLISHED[1][..60].to_owned(), "truncated: after object 26 there are only 3 characters"),
        (PUBLISHED[1][..PUBLISHED[1].len() - 12].to_owned(), "object 60 says it has 5 characters, and only 1 are left"),
        (PUBLISHED[1][..PUBLISHED[1].len() - 1].to_owned(), "object 63 says it has 4 characters, and only 3 are left"),
        (PUBLISHED[1][..PUBLISHED[1].len() - 6].to_owned(), "truncated: after object 60 there are only 2 characters"),
        (closed("000201010211010212"), "object 01 stands twice"),
        (closed("0002015900"), "object 59 is empty"),
        (closed("000201AB02xx"), "after object 00 “AB02” stands where"),
        (closed("00020159+2xx"), "after object 00 “59+2” stands where"),
        (closed("00020159２２xx"), "stands where two digits"),
        (closed("0002015990x"), "object 59 says it has 90 characters"),
        (closed("00020126080009abcd"), "object 26.00 says it has 9 characters, and only 4 are left"),
        (closed("00020126160004abcd0004abcd"), "object 26.00 stands twice"),
        (closed("0002012603001"), "in object 26 there are only 3 characters"),
        (closed("00020162040100"), "object 62.01 is empty"),
        (closed("00020164040x01"), "in object 64 “0x01” stands where"),
        (closed("00020138220010A0000007270104000A"), "in object 38.01 “000A” stands where"),
        (closed("00020154010"), "object 54 is “0”, and an amount is"),
        (closed("00020154040.00"), "object 54 is “0.00”"),
        (closed("00020154051,000"), "object 54 is “1,000”"),
        (closed("00020154051.2.3"), "object 54 is “1.2.3”"),
        (closed("0002015403-12"), "object 54 is “-12”"),
        (closed("000201541412345678901.23"), "object 54 is “12345678901.23”"),
        (long, "more than 512 characters"),
    ] {
        let damage = parse(&payload).unwrap_err().to_string();
        assert!(damage.contains(why), "{payload}: {damage} should be {why}");
    }
}

/// EMV QRCPS v1.1 gives these three as amounts.
#[test]
fn an_amount_may_end_with_its_point() {
    for amount in ["540598.73", "540298", "540398."] {
        assert!(parse(&closed(&format!("000201{amount}"))).is_ok(), "{amount}");
    }
}

#[test]
fn what_belongs_to_others_is_text_where_it_holds_no_objects() {
    let objects = parse(&closed("0002018004abcd")).unwrap();
    assert_eq!(objects[1], Object::text(80, "abcd"));
    let objects = parse(&closed("000201621250080004abcd")).unwrap();
    let inner = Object { id: 50, value: Value::Template(vec![Object::text(0, "abcd")]) };
    assert_eq!(objects[1], Object { id: 62, value: Value::Template(vec![inner]) });
}

/// Objects of one level, with different IDs.
fn texts(ids: std::ops::Range<u8>) -> impl Strategy<Value = Vec<Object>> {
    proptest::collection::btree_map(ids, "\\PC{1,20}", 0..5)
        .prop_map(|map| map.into_iter().map(|(id, text)| Object::text(id, &text)).collect())
}

proptest! {
    #[test]
    fn what_is_built_is_read_back(plain in texts(1..26), inner in texts(1..99), place in 26_u8..52) {
        let inner: Vec<_> = [vec![Object::text(0, "com.example")], inner].concat();
        prop_assume!(encode(&inner).chars().count() <= VALUE_CHARS_MAX);
        let template = Object { id: place, value: Value::Template(inner) };
        let objects = [vec![Object::text(0, "01")], plain, vec![template]].concat();
        let payload = seal(&objects, "").unwrap();
        let mut read = parse(&payload).unwrap();
        read.pop();
        prop_assert_eq!(read, objects);
    }

    #[test]
    fn nothing_panics_and_no_change_gets_through(
        which in 0..PUBLISHED.len(),
        at in any::<proptest::sample::Index>(),
        new in any::<char>(),
    ) {
        let mut characters: Vec<char> = PUBLISHED[which].chars().collect();
        let at = at.index(characters.len());
        prop_assume!(characters[at] != new);
        characters[at] = new;
        let changed: String = characters.into_iter().collect();
        // Sixteen bits can be the same by chance; a change of one ASCII character is always found.
        prop_assert!(parse(&changed).is_err() || !new.is_ascii());
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,600}", digits in "0002010[0-9]{0,120}") {
        let _ = (parse(&text), parse(&digits));
    }

    #[test]
    fn every_cut_is_found(which in 0..PUBLISHED.len(), at in any::<proptest::sample::Index>()) {
        let characters: Vec<char> = PUBLISHED[which].chars().collect();
        let cut: String = characters[..at.index(characters.len())].iter().collect();
        prop_assert!(parse(&cut).is_err());
    }

    #[test]
    fn a_fitted_name_always_fits(text in "\\PC{0,60}") {
        for name in [Name::fit(&text), Name::fit_capitals(&text)].into_iter().flatten() {
            prop_assert!(text::ans("name", name.as_str(), PAYEE_NAME_MAX).is_ok());
            prop_assert_eq!(name.as_str().trim(), name.as_str());
        }
    }
}
