//! `[host.dialect]`.

use super::{read, sample};
use crate::iso8583::{Bytes, Dialect, LengthHeader, Numbers, OddDigit, Tpdu, VoidForm};
use crate::settings::HostSettings;

fn with(lines: &str) -> Result<HostSettings, String> {
    let text = sample("eu.toml").replace("[card]\n", &format!("[host.dialect]\n{lines}\n[card]\n"));
    read(&text).map(|settings| settings.host.unwrap())
}

#[test]
fn without_a_dialect_it_is_the_usual_one() {
    let host = with("").unwrap();
    assert_eq!((host.dialect, host.sign_on), (Dialect::ASCII_1987, false));
}

#[test]
fn every_difference_can_be_said() {
    let host = with(
        "length_header = \"four_digits\"\ntpdu_destination = \"00A1\"\nbitmap = \"hex\"\nbinary = \"hex\"\n\
         numbers = \"bcd_f_after\"\nsealed_card_field = 62\nbatch_field = 61\ndeferred_field = 47\n\
         deferred_mark = \"SAF\"\nnetwork_id = \"001\"\nmerchant_category = \"5462\"\ncondition = \"05\"\n\
         sign_on = true",
    )
    .unwrap();
    let dialect = host.dialect;
    assert_eq!(dialect.envelope.length, LengthHeader::FourDigits);
    assert_eq!(dialect.envelope.tpdu, Some(Tpdu { destination: 0xA1, source: 0 }));
    assert_eq!((dialect.bitmap, dialect.binary), (Bytes::Hex, Bytes::Hex));
    assert_eq!(dialect.numbers, Numbers::Bcd { odd: OddDigit::FAfter });
    assert_eq!((dialect.private.sealed_card(), dialect.private.batch()), (62, 61));
    assert_eq!(dialect.private.deferred(), Some((47, "SAF")));
    assert!(host.sign_on);
    assert_eq!(with("void = \"reversal\"").unwrap().dialect.void, VoidForm::Reversal);
    assert_eq!(with("deferred_mark = \"\"").unwrap().dialect.private.deferred(), None);
}

#[test]
fn what_no_host_can_mean_is_refused_by_name() {
    for (line, says) in [
        (
            "length_header = \"one\"",
            "host.dialect.length_header is “one”: expected two_bytes, four_bytes or four_digits",
        ),
        ("tpdu_destination = \"+0A1\"", "host.dialect.tpdu_destination is “+0A1”: expected four hexadecimal digits"),
        ("tpdu_source = \"0000\"", "host.dialect.tpdu_source: without a tpdu_destination"),
        ("sealed_card_field = 55", "host.dialect: DE 55 cannot carry the sealed card"),
        ("batch_field = 63", "host.dialect: DE 63 would carry the sealed card and the batch number"),
        ("network_id = \"1\"", "host.dialect.network_id is “1”: expected three digits (ISO 8583 DE 24)"),
        ("condition = \"x1\"", "host.dialect.condition is “x1”: expected two digits (ISO 8583 DE 25)"),
        ("void = \"0400\"", "host.dialect.void is “0400”: expected request or reversal"),
        ("packed = true", "host.dialect.packed is not known"),
    ] {
        let error = with(line).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}
