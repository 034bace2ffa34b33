//! The amount goes into the shop's own code, and nothing else of it changes.

use proptest::prelude::*;

use super::*;
use crate::domain::money::Money;
use crate::qr::emv::{Damage, parse};

/// A payload of these objects, closed with its check sum.
fn sealed(objects: &[(u8, &str)]) -> String {
    let objects: Vec<_> = objects.iter().map(|(id, value)| Object::text(*id, value)).collect();
    emv::seal(&objects, "").unwrap()
}

/// Objects of a template.
fn template(objects: &[(u8, &str)]) -> String {
    Value::Template(objects.iter().map(|(id, value)| Object::text(*id, value)).collect()).encode()
}

/// A static code as banks in Indonesia issue it; the shop and its numbers are made up.
fn qris() -> String {
    let bank = template(&[(0, "ID.BANK.WWW"), (1, "936000000000000000"), (2, "000000000000001"), (3, "UMI")]);
    let national = template(&[(0, "ID.CO.QRIS.WWW"), (2, "ID1020000000001"), (3, "UMI")]);
    sealed(&[
        (0, "01"),
        (1, "11"),
        (26, &bank),
        (51, &national),
        (52, "5812"),
        (53, "360"),
        (58, "ID"),
        (59, "WARUNG CONTOH"),
        (60, "JAKARTA"),
        (61, "12340"),
        (62, "0703A01"),
    ])
}

fn duitnow() -> &'static str {
    // Example 1 of PayNet's specification.
    "00020201021126410014A000000615000101065016640209123456789520499995303458540510.005802MY5909QRCSDNBHD6005BANGI6304343F"
}

fn bill(minor: i64, currency: Currency) -> Bill {
    Bill::open(currency).with_amount(Money::new(minor, currency)).with_reference("2300310425")
}

fn texts(payload: &str) -> Vec<(u8, String)> {
    parse(payload).unwrap().iter().map(|object| (object.id, object.value.encode())).collect()
}

#[test]
fn only_what_has_to_change_changes() {
    let before = qris();
    let code = OwnCode::read(OwnCodeScheme::Qris, &before).unwrap();
    let after = code.payload(&bill(5_000_000, Currency::IDR)).unwrap();
    let mut expected = texts(&before);
    for (id, value) in &mut expected {
        match id {
            1 => "12".clone_into(value),
            62 => "051023003104250703A01".clone_into(value),
            _ => {}
        }
    }
    expected.insert(expected.iter().position(|(id, _)| *id == 58).unwrap(), (54, "50000".to_owned()));
    let after = texts(&after);
    assert_eq!(after[..after.len() - 1], expected[..expected.len() - 1]);
    assert_eq!((code.name(), code.account()), (Some("WARUNG CONTOH"), "936000000000000000"));
}

#[test]
fn an_amount_is_replaced_and_tips_go() {
    let code = OwnCode::read(OwnCodeScheme::DuitNow, duitnow()).unwrap();
    let after = code.payload(&bill(4_250, Currency::MYR)).unwrap();
    assert!(after.starts_with("000202010212"), "{after}");
    assert!(after.contains("540542.505802MY") && after.contains("62140510"), "{after}");
    let tipping =
        [(0, "01"), (26, "0004test"), (52, "5812"), (53, "702"), (55, "02"), (56, "1.00"), (57, "5.0"), (58, "SG")];
    let tipping = sealed(&[&tipping[..], &[(59, "A"), (60, "B")]].concat());
    let code = OwnCode::read(OwnCodeScheme::Sgqr, &tipping).unwrap();
    let after = code.payload(&bill(100, Currency::SGD)).unwrap();
    let expected = "00020101021226080004test52045812530370254041.005802SG5901A6001B62140110";
    assert!(after.starts_with(expected), "{after}");
}

#[test]
fn a_reference_goes_in_only_where_there_is_room() {
    let with = |additional: &str| {
        let code = sealed(&[(0, "01"), (26, "0004test"), (53, "702"), (58, "SG"), (62, additional)]);
        let code = OwnCode::read(OwnCodeScheme::Emvco, &code).unwrap();
        let payload = code.payload(&bill(100, Currency::SGD)).unwrap();
        (code.carries("2300310425"), payload.contains("05102300310425"))
    };
    let label = |id: u8, length: usize| format!("{id:02}{length:02}{}", "x".repeat(length));
    // 14 characters of reference and 85 that are there already are 99.
    let fits = [label(1, 25), label(3, 25), label(7, 23)].concat();
    assert_eq!(with(&fits), (true, true));
    assert_eq!(with(&[label(1, 25), label(3, 25), label(7, 24)].concat()), (false, false));
    assert_eq!(with("0503***"), (true, true));
    assert_eq!(with("0503ABC"), (false, false));
}

#[test]
fn what_is_damaged_or_of_another_scheme_is_refused() {
    let read = |scheme, text: &str| OwnCode::read(scheme, text).map(|_| ()).unwrap_err();
    let wrong_sum = duitnow().replace("343F", "343E");
    let damaged = read(OwnCodeScheme::DuitNow, &wrong_sum);
    assert!(matches!(damaged, Refusal::Damaged { damage: Damage::CheckSum { .. }, .. }), "{damaged}");
    assert!(read(OwnCodeScheme::DuitNow, &duitnow()[..80]).to_string().contains("only"));
    assert!(read(OwnCodeScheme::Emvco, "https://example.com/pay").to_string().contains("no payload of EMV QRCPS"));
    assert!(read(OwnCodeScheme::Qris, duitnow()).to_string().contains("object 00 has to be 01"));
    assert!(read(OwnCodeScheme::Sgqr, &qris()).to_string().contains("702 (SGD)"));
    assert!(read(OwnCodeScheme::Emvco, &sealed(&[(0, "01"), (53, "702")])).to_string().contains("02 to 51"));
    assert!(read(OwnCodeScheme::Emvco, &sealed(&[(0, "01"), (26, "0004test")])).to_string().contains("currency in 53"));
    // Example 3 of PayNet's specification, with a hash in 82.
    let hashed = "00020201021126410014A000000615000101065016640209123456789520499995303458540510.005802MY\
        5909QRCSDNBHD6005BANGI8264f879ac6266d8d6da081fc1c17160021119747b190615c21076b3fc0fce56c6eb6304B623";
    assert!(read(OwnCodeScheme::DuitNow, hashed).to_string().contains("hash in 82"));
    let as_other = sealed(&[(0, "01"), (26, "0004test"), (53, "458"), (58, "MY"), (82, "0123")]);
    assert!(read(OwnCodeScheme::Emvco, &as_other).to_string().contains("hash in 82"));
    let khqr = sealed(&[(0, "01"), (29, "0009shop@bank"), (53, "116"), (58, "KH")]);
    assert!(read(OwnCodeScheme::Emvco, &khqr).to_string().contains("needs its times in 99"));
    let located = template(&[(0, "BR.GOV.BCB.PIX"), (25, "pix.example.com/8b3da2f39a4140d1a91abd93113bd441")]);
    let dynamic = sealed(&[(0, "01"), (1, "12"), (26, &located), (53, "986"), (58, "BR")]);
    assert!(read(OwnCodeScheme::Emvco, &dynamic).to_string().contains("at the provider's"));
    let with_key = template(&[(0, "br.gov.bcb.pix"), (1, "shop@example.com")]);
    let of_key = sealed(&[(0, "01"), (26, &with_key), (53, "986"), (58, "BR")]);
    assert!(OwnCode::read(OwnCodeScheme::Emvco, &of_key).is_ok());
}

#[test]
fn a_bill_has_to_fit_the_code() {
    let code = OwnCode::read(OwnCodeScheme::Qris, &format!("{}\r\n", qris())).unwrap();
    assert!(code.payload(&bill(100, Currency::SGD)).unwrap_err().to_string().contains("object 53"));
    assert!(code.payload(&Bill::open(Currency::IDR)).unwrap_err().to_string().contains("“amount_minor” is missing"));
    assert!(code.payload(&bill(5_000_001, Currency::IDR)).unwrap_err().to_string().contains("rupiah"));
    let long = bill(100, Currency::IDR).with_reference(&"x".repeat(26));
    assert!(code.payload(&long).unwrap_err().to_string().contains("limit is 25"));
}

#[test]
fn a_label_that_has_ended_takes_no_amount() {
    let label = |end: &str| {
        let proxy = template(&[(0, "SG.PAYNOW"), (1, "2"), (2, "201403121W"), (3, "0"), (4, end)]);
        let objects =
            [(0, "01"), (1, "11"), (26, proxy.as_str()), (52, "0000"), (53, "702"), (58, "SG"), (59, "X"), (60, "Y")];
        OwnCode::read(OwnCodeScheme::Sgqr, &sealed(&objects)).unwrap()
    };
    let sgd = Bill::open(Currency::SGD).with_amount(Money::new(150, Currency::SGD));
    let at = |time: &str| Bill { made_at: Some(time.parse().unwrap()), ..sgd.clone() };
    let day = label("20261127");
    // The day is Singapore's, eight hours ahead.
    assert!(day.payload(&at("2026-11-27T15:59:59+00:00")).is_ok());
    let refused = day.payload(&at("2026-11-27T16:00:00+00:00")).unwrap_err().to_string();
    assert!(refused.contains("“static_payload” is “20261127”: the code ended then"), "{refused}");
    let time = label("20261127235000");
    assert!(time.payload(&at("2026-11-27T15:50:00+00:00")).is_ok());
    assert!(time.payload(&at("2026-11-27T15:50:01+00:00")).is_err());
    assert!(day.payload(&sgd).is_ok(), "nobody said when");
}

proptest! {
    #[test]
    fn every_object_but_the_named_ones_stays(
        minor in 1_i64..99_999_999,
        name in "[ -~]{1,25}",
        extra in 65_u8..80,
        text in "\\PC{1,40}",
    ) {
        let account = template(&[(0, "SG.SGQR"), (1, "123456789")]);
        let before = sealed(&[
            (0, "01"), (1, "11"), (15, "12345678"), (51, &account), (52, "5812"), (53, "702"), (58, "SG"),
            (59, &name), (60, "Singapore"), (extra, &text),
        ]);
        let code = OwnCode::read(OwnCodeScheme::Sgqr, &before).unwrap();
        let after = texts(&code.payload(&bill(minor, Currency::SGD)).unwrap());
        let kept = |objects: &[(u8, String)]| -> Vec<_> {
            objects.iter().filter(|(id, _)| ![1, 54, 62, 63].contains(id)).cloned().collect()
        };
        prop_assert_eq!(kept(&after), kept(&texts(&before)));
        let expected = (54, Money::new(minor, Currency::SGD).plain());
        prop_assert!(after.contains(&expected) && after.contains(&(1, "12".to_owned())), "{after:?}");
    }
}
