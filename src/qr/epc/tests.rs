//! EPC payloads: the lines, the limits, a published sample, and that they read back.

use proptest::prelude::*;

use super::*;
use crate::domain::ids::SaleReference;
use crate::domain::money::Money;

fn shop() -> EpcPayee {
    EpcPayee::new("Blumen Schmidt GmbH", "DE89370400440532013000".parse().unwrap(), None)
}

fn swiss_account() -> Iban {
    "CH9300762011623852957".parse().unwrap()
}

fn bill() -> Bill {
    let reference = SaleReference::new(23, 31_042).unwrap().to_string();
    Bill::open(Currency::EUR).with_amount(Money::new(4_890, Currency::EUR)).with_reference(&reference)
}

fn amount(minor: i64) -> Bill {
    Bill { amount: Some(Money::new(minor, Currency::EUR)), ..bill() }
}

fn reference(text: &str) -> Bill {
    Bill { reference: Some(text.to_owned()), ..bill() }
}

#[test]
fn a_sale_becomes_eleven_lines_with_its_reference_as_text() {
    let reference = SaleReference::new(23, 31_042).unwrap();
    let expected =
        format!("BCD\n002\n1\nSCT\n\nBlumen Schmidt GmbH\nDE89370400440532013000\nEUR48.90\n\n\n{reference}");
    assert_eq!(shop().payload(&bill()), Ok(expected));
    assert_eq!(shop().account(), "DE89370400440532013000");
    let with_message = Bill { message: Some("Danke".into()), ..bill() };
    assert!(shop().payload(&with_message).unwrap().ends_with(&format!("\n{reference} Danke")));
}

#[test]
fn nothing_follows_the_last_used_line_and_empty_lines_before_it_stay() {
    let lines = |epc: EpcPayee, bill: Bill| -> Vec<String> {
        epc.payload(&bill).unwrap().split('\n').map(str::to_owned).collect()
    };
    let bare = Bill { reference: None, ..bill() };
    let none = lines(shop(), bare.clone());
    assert_eq!((none.len(), none[7].as_str()), (8, "EUR48.90"));
    let open = lines(shop(), Bill { amount: None, ..bare.clone() });
    assert_eq!((open.len(), open[6].as_str()), (7, "DE89370400440532013000"));
    let open_with_text = lines(shop(), Bill { amount: None, ..bill() });
    assert_eq!((open_with_text.len(), open_with_text[7].as_str()), (11, ""));
    let rf = lines(EpcPayee { structured_reference: Some("RF18539007547034".into()), ..shop() }, bare);
    assert_eq!((rf.len(), rf[9].as_str()), (10, "RF18539007547034"));
    let full = lines(EpcPayee { purpose: Some("GDDS".into()), information: Some("Danke".into()), ..shop() }, bill());
    assert_eq!((full.len(), full[8].as_str(), full[11].as_str()), (12, "GDDS", "Danke"));
    let swiss = EpcPayee { iban: swiss_account(), bic: Some("UBSWCHZH80A".parse().unwrap()), ..shop() };
    assert_eq!(lines(swiss, bill())[4], "UBSWCHZH80A");
}

#[test]
fn each_rule_refuses_with_field_length_and_limit() {
    let too_long = |field, length, limit| Refusal::TooLong { field, length, limit, unit: Unit::Characters };
    let name = |name: &str| EpcPayee { name: name.to_owned(), ..shop() };
    for (epc, error) in [
        (name(&"ü".repeat(71)), too_long("name", 71, 70)),
        (EpcPayee { purpose: Some("GOODS".into()), ..shop() }, too_long("purpose", 5, 4)),
        (EpcPayee { information: Some("x".repeat(71)), ..shop() }, too_long("information", 71, 70)),
        (EpcPayee { structured_reference: Some("1".repeat(36)), ..shop() }, too_long("structured_reference", 36, 35)),
    ] {
        assert_eq!(epc.payload(&bill()), Err(error));
    }
    assert_eq!(shop().payload(&reference(&"x".repeat(141))), Err(too_long("reference", 141, 140)));
    let split = Bill { message: Some("x".repeat(130)), ..bill() };
    assert_eq!(shop().payload(&split), Err(too_long("reference", 141, 140)));
    assert!(matches!(name(" ").payload(&bill()), Err(Refusal::Missing { field: "name", .. })));
    assert!(matches!(name("A\nDE00").payload(&bill()), Err(Refusal::Character { character: '\n', .. })));
    assert!(matches!(shop().payload(&reference("")), Err(Refusal::Missing { field: "reference", .. })));
    let purpose = EpcPayee { purpose: Some("gdds".into()), ..shop() };
    assert!(matches!(purpose.payload(&bill()), Err(Refusal::Character { field: "purpose", character: 'g', .. })));
    for wrong in ["RF19539007547034", "RF18", "RFü9539007547034"] {
        let structured = EpcPayee { structured_reference: Some(wrong.into()), ..shop() };
        assert!(matches!(structured.payload(&bill()), Err(Refusal::Form { .. })), "{wrong}");
    }
    let both = EpcPayee { structured_reference: Some("RF18539007547034".into()), ..shop() };
    assert!(matches!(both.payload(&bill()), Err(Refusal::Together { .. })));
    let abroad = EpcPayee { iban: swiss_account(), ..shop() };
    assert!(matches!(abroad.payload(&bill()), Err(Refusal::Missing { field: "bic", .. })));
}

#[test]
fn the_amount_is_in_euro_and_in_its_range() {
    for minor in [0, -1, AMOUNT_MINOR_MAX + 1] {
        assert!(matches!(shop().payload(&amount(minor)), Err(Refusal::Amount { .. })), "{minor}");
    }
    let yen = "JPY".parse().unwrap();
    let in_yen = Bill { currency: yen, amount: Some(Money::new(5, yen)), ..bill() };
    assert!(matches!(shop().payload(&in_yen), Err(Refusal::Currency { .. })));
    assert!(matches!(shop().payload(&Bill { amount: None, ..in_yen }), Err(Refusal::Currency { .. })));
    assert!(shop().payload(&amount(AMOUNT_MINOR_MIN)).unwrap().contains("\nEUR0.01\n"));
    assert!(shop().payload(&amount(AMOUNT_MINOR_MAX)).unwrap().contains("\nEUR999999999.99\n"));
}

#[test]
fn the_limit_in_bytes_holds_where_those_in_characters_do_not() {
    let accented = EpcPayee { name: "ä".repeat(NAME_CHARS_MAX), ..shop() };
    let made = accented.payload(&reference(&"ö".repeat(TEXT_CHARS_MAX)));
    assert!(matches!(made, Err(Refusal::PayloadTooLong { length: 332.., limit: 331, .. })), "{made:?}");
}

#[test]
fn the_published_sample_is_read() {
    let sample = "BCD\n001\n1\nSCT\nBPOTBEB1\nRed Cross of Belgium\nBE72000000001616\nEUR1\nCHAR\n\nUrgency fund\n\
                  Sample EPC QR code";
    let expected = [
        ("version", "001"),
        ("character_set", "1"),
        ("identification", "SCT"),
        ("bic", "BPOTBEB1"),
        ("name", "Red Cross of Belgium"),
        ("iban", "BE72000000001616"),
        ("amount", "1"),
        ("currency", "EUR"),
        ("purpose", "CHAR"),
        ("text", "Urgency fund"),
        ("information", "Sample EPC QR code"),
    ];
    let expected: ReadFields = expected.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    assert_eq!(decode(sample), Ok(expected.clone()));
    assert_eq!(decode(&sample.replace('\n', "\r\n")), Ok(expected));
}

#[test]
fn a_damaged_payload_is_refused() {
    let good = shop().payload(&bill()).unwrap();
    for (from, to, why) in [
        ("BCD", "BCE", "not BCD"),
        ("002", "003", "“version”"),
        ("\n1\n", "\n9\n", "“character_set”"),
        ("SCT", "SDD", "“identification”"),
        ("002", "001", "“bic” is missing"),
        ("SCT\n\n", "SCT\nX\n", "“bic” is “X”"),
        ("Blumen Schmidt GmbH", "", "“name” is missing"),
        ("DE89", "DE88", "“iban”"),
        ("DE89370400440532013000", "", "“iban” is missing"),
        ("EUR48.90", "EUR48.901", "“amount”"),
        ("EUR48.90", "48.90", "“amount”"),
        ("EUR48.90", "EUR", "“amount”"),
        ("EUR48.90\n\n\n", "EUR48.90\n\nRF19539007547034\n", "“structured_reference”"),
        ("EUR48.90\n\n\n", "EUR48.90\n\nRF18539007547034\n", "“text”"),
    ] {
        let refused = decode(&good.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(refused.contains(why), "{from} → {to}: {refused}");
    }
    let many = format!("{good}\na\nb\nc");
    assert!(decode(&many).unwrap_err().to_string().contains("14 lines"), "{:?}", decode(&many));
    assert!(decode("BCD\n002\n1\nSCT").unwrap_err().to_string().contains("4 lines"));
}

proptest! {
    /// Whatever stands in name and text: the payload is either refused, or has its lines in their places, keeps its
    /// limit, and reads back.
    #[test]
    fn a_payload_reads_back_or_is_refused(
        name in ".{0,80}", text in "\\PC{0,150}", minor in -1_000_i64..200_000_000_000,
    ) {
        let epc = EpcPayee { name: name.clone(), ..shop() };
        let made = epc.payload(&Bill { reference: Some(text.clone()), ..amount(minor) });
        if let Ok(payload) = made {
            let lines: Vec<&str> = payload.split('\n').collect();
            prop_assert_eq!(lines.len(), 11);
            prop_assert_eq!((lines[0], lines[3], lines[5], lines[10]), ("BCD", "SCT", &*name, &*text));
            prop_assert!(payload.len() <= PAYLOAD_BYTES_MAX);
            let fields = decode(&payload).unwrap();
            let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            prop_assert_eq!(value("name"), Some(&*name));
            prop_assert_eq!(value("text"), Some(&*text));
            prop_assert_eq!(value("amount"), Some(&*Money::new(minor, Currency::EUR).plain()));
        }
    }

    #[test]
    fn nothing_panics(text in "(BCD\n002\n1\nSCT\n)?(\\PC{0,20}\n?){0,12}") {
        let _ = decode(&text);
    }
}
