//! Swiss QR Codes: the samples of the guidelines, the rules, and that they read back.

use proptest::prelude::*;

use super::*;
use crate::domain::money::{Currency, Money};
use crate::qr::unreadable::ReadFields;

fn address(name: &str, street: &str, house_no: &str, postal_code: &str, city: &str) -> Address {
    Address {
        name: name.into(),
        street: Some(street.into()),
        house_no: Some(house_no.into()),
        postal_code: postal_code.into(),
        city: city.into(),
        country: "CH".into(),
    }
}

fn shop(iban: &str) -> SwissPayee {
    let creditor = address("Robert Schneider AG", "Rue du Lac", "1268", "2501", "Biel");
    SwissPayee { creditor, iban: iban.parse().unwrap(), debtor: None, bill_info: None }
}

fn ordinary() -> SwissPayee {
    shop("CH5800791123000889012")
}

fn with_qr_iban() -> SwissPayee {
    shop("CH4431999123000889012")
}

fn bill(minor: Option<i64>, reference: Option<&str>, message: Option<&str>) -> Bill {
    let currency: Currency = "CHF".parse().unwrap();
    Bill {
        currency,
        amount: minor.map(|minor| Money::new(minor, currency)),
        reference: reference.map(str::to_owned),
        message: message.map(str::to_owned),
        made_at: None,
        expires_at: None,
    }
}

/// The first sample of the guidelines: an ordinary account, a message, no reference.
const WITH_MESSAGE: &str = "SPC\n0200\n1\nCH5800791123000889012\nS\nRobert Schneider AG\nRue du Lac\n1268\n2501\nBiel\nCH\n\
     \n\n\n\n\n\n\n3949.75\nCHF\nS\nPia Rutschmann\nMarktgasse\n28\n9400\nRorschach\nCH\nNON\n\n\
     Bill no. 3139 for gardening work and disposal of waste material\nEPD";
/// The second: a QR-IBAN, its reference, billing information.
const WITH_QR_REFERENCE: &str = "SPC\n0200\n1\nCH4431999123000889012\nS\nRobert Schneider AG\nRue du Lac\n1268\n2501\nBiel\n\
     CH\n\n\n\n\n\n\n\n1949.75\nCHF\nS\nPia-Maria Rutschmann-Schnyder\nGrosse Marktgasse\n28\n9400\nRorschach\nCH\n\
     QRR\n210000000003139471430009017\nOrder dated 18.06.2020\nEPD\n\
     //S1/01/20170309/11/10201409/20/14000000/22/36958/30/CH106017086/40/1020/41/3010";
/// The third: a donation without an amount or a payer.
const OPEN: &str = "SPC\n0200\n1\nCH3709000000304442225\nS\nSalvation Army Foundation Switzerland\n\n\n3000\nBern\nCH\n\
     \n\n\n\n\n\n\n\nCHF\n\n\n\n\n\n\n\nNON\n\nDonnation to the Winterfest campaign\nEPD";

#[test]
fn the_samples_of_the_guidelines_are_built() {
    let message = "Bill no. 3139 for gardening work and disposal of waste material";
    let debtor = Some(address("Pia Rutschmann", "Marktgasse", "28", "9400", "Rorschach"));
    let first = SwissPayee { debtor, ..ordinary() };
    assert_eq!(first.payload(&bill(Some(394_975), None, Some(message))).as_deref(), Ok(WITH_MESSAGE));
    let second = SwissPayee {
        debtor: Some(address("Pia-Maria Rutschmann-Schnyder", "Grosse Marktgasse", "28", "9400", "Rorschach")),
        bill_info: Some("//S1/01/20170309/11/10201409/20/14000000/22/36958/30/CH106017086/40/1020/41/3010".into()),
        ..with_qr_iban()
    };
    let asked = bill(Some(194_975), Some("210000000003139471430009017"), Some("Order dated 18.06.2020"));
    assert_eq!(second.payload(&asked).as_deref(), Ok(WITH_QR_REFERENCE));
    let creditor = Address {
        name: "Salvation Army Foundation Switzerland".into(),
        postal_code: "3000".into(),
        city: "Bern".into(),
        country: "CH".into(),
        ..Address::default()
    };
    let third = SwissPayee { creditor, ..shop("CH3709000000304442225") };
    assert_eq!(third.payload(&bill(None, None, Some("Donnation to the Winterfest campaign"))).as_deref(), Ok(OPEN));
    assert_eq!(third.account(), "CH3709000000304442225");
}

#[test]
fn the_samples_are_read_with_either_line_end_and_with_alternative_schemes() {
    for sample in [WITH_MESSAGE, WITH_QR_REFERENCE, OPEN] {
        let fields = decode(sample).unwrap();
        assert_eq!(decode(&sample.replace('\n', "\r\n")), Ok(fields.clone()));
        assert_eq!(decode(&format!("{sample}\n")), Ok(fields), "a line break at the end is empty billing information");
    }
    let schemes = format!("{WITH_QR_REFERENCE}\nUV;UltraPay005;12345\nXY;XYService;54321");
    let fields = decode(&schemes).unwrap();
    assert!(fields.contains(&("alternative_scheme_2".into(), "XY;XYService;54321".into())));
    assert!(fields.contains(&("debtor.name".into(), "Pia-Maria Rutschmann-Schnyder".into())));
    assert_eq!(decode(&format!("{schemes}\n")), Ok(fields));
}

#[test]
fn account_and_reference_go_together() {
    let field = |payload: &str, line: usize| payload.split('\n').nth(line).unwrap().to_owned();
    let scor = ordinary().payload(&bill(Some(1), Some("RF18539007547034"), None)).unwrap();
    assert_eq!((field(&scor, 27), field(&scor, 28)), ("SCOR".into(), "RF18539007547034".into()));
    let sale = ordinary().payload(&bill(Some(1), Some("2300310425"), Some("Danke"))).unwrap();
    assert_eq!(
        (field(&sale, 27), field(&sale, 28), field(&sale, 29)),
        ("NON".into(), String::new(), "2300310425 Danke".into())
    );
    let refused = |swiss: SwissPayee, reference| swiss.payload(&bill(Some(1), reference, None)).unwrap_err();
    let qr_reference = Some("210000000003139471430009017");
    assert!(matches!(refused(ordinary(), qr_reference), Refusal::Together { .. }));
    assert!(matches!(refused(ordinary(), Some("RF19539007547034")), Refusal::Form { field: "reference", .. }));
    assert!(matches!(refused(with_qr_iban(), None), Refusal::Missing { field: "reference", .. }));
    for wrong in ["210000000003139471430009018", "2300310425", "RF18539007547034"] {
        assert!(matches!(refused(with_qr_iban(), Some(wrong)), Refusal::Form { field: "reference", .. }), "{wrong}");
    }
    assert!(matches!("DE89370400440532013000".parse::<SwissIban>(), Err(SwissIbanError::Country(_))));
    assert!(matches!("CH5800791123000889013".parse::<SwissIban>(), Err(SwissIbanError::Iban(_))));
    for (iban, is_qr) in
        [("CH4431999123000889012", true), ("CH5800791123000889012", false), ("LI21088100002324013AA", false)]
    {
        assert_eq!(iban.parse::<SwissIban>().unwrap().is_qr(), is_qr, "{iban}");
    }
}

#[test]
fn the_reference_of_a_sale_goes_with_either_account() {
    let sale = SaleReference::new(23, 31_042).unwrap();
    for (swiss, reference) in [(ordinary(), sale.to_string()), (with_qr_iban(), format!("{:0>26}2", sale.to_string()))]
    {
        assert_eq!(swiss.iban.reference_of(sale), reference);
        assert!(swiss.payload(&bill(Some(1), Some(&reference), None)).unwrap().contains(&reference));
    }
}

#[test]
fn each_rule_refuses() {
    let refused = |swiss: SwissPayee, bill: Bill| swiss.payload(&bill).unwrap_err();
    let with = |change: fn(&mut Address)| {
        let mut swiss = ordinary();
        change(&mut swiss.creditor);
        refused(swiss, bill(Some(1), None, None))
    };
    assert!(matches!(with(|a| a.name = "x".repeat(71)), Refusal::TooLong { field: "name", limit: 70, .. }));
    assert!(matches!(with(|a| a.street = Some("x".repeat(71))), Refusal::TooLong { field: "street", limit: 70, .. }));
    assert!(matches!(with(|a| a.house_no = Some("1".repeat(17))), Refusal::TooLong { limit: 16, .. }));
    assert!(matches!(with(|a| a.postal_code = "1".repeat(17)), Refusal::TooLong { limit: 16, .. }));
    assert!(matches!(with(|a| a.city = "x".repeat(36)), Refusal::TooLong { field: "city", limit: 35, .. }));
    assert!(matches!(with(|a| a.postal_code.clear()), Refusal::Missing { field: "postal_code", .. }));
    assert!(matches!(with(|a| a.city.clear()), Refusal::Missing { field: "city", .. }));
    assert!(matches!(with(|a| a.country = "ch".into()), Refusal::Form { field: "country", .. }));
    assert!(matches!(with(|a| a.country.clear()), Refusal::Form { field: "country", .. }));
    assert!(matches!(with(|a| a.name = "花店".into()), Refusal::Character { character: '花', .. }));
    let debtor = SwissPayee { debtor: Some(Address::default()), ..ordinary() };
    assert!(matches!(refused(debtor, bill(None, None, None)), Refusal::Form { field: "debtor.country", .. }));
    for minor in [0, -5, AMOUNT_MINOR_MAX + 1] {
        assert!(matches!(refused(ordinary(), bill(Some(minor), None, None)), Refusal::Amount { .. }), "{minor}");
    }
    let pounds = Bill { currency: "GBP".parse().unwrap(), ..bill(None, None, None) };
    assert!(matches!(refused(ordinary(), pounds), Refusal::Currency { .. }));
    let info = |text: &str| SwissPayee { bill_info: Some(text.into()), ..ordinary() };
    assert!(matches!(refused(info("S1/10"), bill(None, None, None)), Refusal::Form { field: "bill_info", .. }));
    let (message, bill_info) = ("m".repeat(70), format!("//{}", "b".repeat(69)));
    let together = refused(info(&bill_info), bill(None, None, Some(&message)));
    assert!(matches!(together, Refusal::TooLong { length: 141, limit: 140, .. }));
    assert!(info(&bill_info).payload(&bill(None, None, Some(&message[1..]))).is_ok());
}

#[test]
fn the_limit_in_bytes_holds_where_those_in_characters_do_not() {
    let wide = Address {
        name: "€".repeat(NAME_CHARS_MAX),
        street: Some("€".repeat(NAME_CHARS_MAX)),
        postal_code: "2501".into(),
        city: "Biel".into(),
        country: "CH".into(),
        house_no: None,
    };
    let swiss = SwissPayee { creditor: wide.clone(), debtor: Some(wide), ..ordinary() };
    let made = swiss.payload(&bill(Some(1), None, Some(&"€".repeat(140))));
    assert!(matches!(made, Err(Refusal::PayloadTooLong { limit: 997, unit: Unit::Bytes, .. })), "{made:?}");
}

#[test]
fn a_damaged_payload_is_refused() {
    for (from, to, why) in [
        ("SPC", "SPD", "not SPC"),
        ("0200", "0100", "“version”"),
        ("0200\n1", "0200\n2", "“character_set”"),
        ("CH4431999123000889012", "CH4431999123000889013", "“iban”"),
        ("CH4431999123000889012", "ch4431999123000889012", "“iban”"),
        ("CH4431999123000889012", "CH5800791123000889012", "“reference_type”"),
        ("CH\n\n\n", "CH\nS\n\n", "“ultimate_creditor”"),
        ("S\nRobert", "X\nRobert", "“address_type”"),
        ("Robert Schneider AG", "", "“name”"),
        ("1949.75", "1'949.75", "“amount”"),
        ("CHF", "USD", "“currency”"),
        ("QRR", "SCOR", "“reference_type”"),
        ("QRR", "ABC", "“reference_type”"),
        ("210000000003139471430009017", "210000000003139471430009018", "“reference”"),
        ("EPD", "EPC", "“trailer”"),
        ("Order", "Order\n", "“trailer”"),
        ("Order", "花", "“text”"),
    ] {
        let refused = decode(&WITH_QR_REFERENCE.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(refused.contains(why), "{from} → {to}: {refused}");
    }
    let cut: String = WITH_MESSAGE.chars().take(100).collect();
    assert!(decode(&cut).unwrap_err().to_string().contains("lines, 31 to 34"));
    assert!(decode(&format!("{WITH_QR_REFERENCE}\na\nb\nc")).unwrap_err().to_string().contains("35 lines"));
}

proptest! {
    #[test]
    fn what_is_built_reads_back(
        name in "[ -~\u{a0}-\u{17f}]{1,75}", message in proptest::option::of("[ -~€]{1,120}"),
        number in "[0-9]{1,26}", is_qr: bool, minor in proptest::option::of(1_i64..100_000_000_000),
    ) {
        let swiss = if is_qr { with_qr_iban() } else { ordinary() };
        let swiss = SwissPayee { creditor: Address { name: name.clone(), ..swiss.creditor.clone() }, ..swiss };
        let reference = if is_qr { crate::qr::reference::qr_reference_of(&number).unwrap() } else { number };
        if let Ok(payload) = swiss.payload(&bill(minor, Some(&reference), message.as_deref())) {
            prop_assert!(payload.len() <= PAYLOAD_BYTES_MAX);
            prop_assert_eq!(payload.split('\n').count(), 31);
            let fields: ReadFields = decode(&payload).unwrap();
            let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            prop_assert_eq!(value("name"), Some(name));
            prop_assert_eq!(value("amount"), minor.map(|minor| Money::new(minor, "CHF".parse().unwrap()).plain()));
            if is_qr {
                prop_assert_eq!(value("reference"), Some(reference));
                prop_assert_eq!(value("message"), message);
            } else {
                let whole = message.map_or(reference.clone(), |message| format!("{reference} {message}"));
                prop_assert_eq!(value("message"), Some(whole));
            }
        }
    }

    #[test]
    fn nothing_panics(text in "(SPC\n0200\n1\n)?(\\PC{0,12}\n?){0,36}") {
        let _ = decode(&text);
    }
}
