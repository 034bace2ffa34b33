//! UPI links: what they say, what is refused, and that they read back.

use proptest::prelude::*;

use super::*;
use crate::domain::money::Money;

fn shop() -> UpiPayee {
    UpiPayee { vpa: "shop.one@okhdfcbank".parse().unwrap(), name: "Asha & Sons".into(), mcc: Some("5411".into()) }
}

fn bill(minor: Option<i64>, reference: Option<&str>, message: Option<&str>) -> Bill {
    let currency = "INR".parse().unwrap();
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
fn a_sale_becomes_a_link_with_blanks_as_percent_20() {
    let made = shop().payload(&bill(Some(49_900), Some("2300310425"), Some("चाय + 1")));
    let expected = "upi://pay?pa=shop.one@okhdfcbank&pn=Asha%20%26%20Sons&mc=5411&tr=2300310425\
                    &tn=%E0%A4%9A%E0%A4%BE%E0%A4%AF%20%2B%201&am=499.00&cu=INR";
    assert_eq!(made.as_deref(), Ok(expected));
    let open = UpiPayee { mcc: None, ..shop() }.payload(&bill(None, None, None));
    assert_eq!(open.as_deref(), Ok("upi://pay?pa=shop.one@okhdfcbank&pn=Asha%20%26%20Sons&cu=INR"));
    assert_eq!(shop().account(), "shop.one@okhdfcbank");
}

#[test]
fn each_rule_refuses() {
    let refused = |upi: UpiPayee, bill: Bill| upi.payload(&bill).unwrap_err();
    assert!(matches!(refused(shop(), bill(Some(0), Some("1"), None)), Refusal::Amount { .. }));
    assert!(matches!(refused(shop(), bill(Some(1), None, None)), Refusal::Missing { field: "reference", .. }));
    assert!(matches!(refused(shop(), bill(Some(1), Some("A/1"), None)), Refusal::Character { character: '/', .. }));
    let long = "1".repeat(REFERENCE_CHARS_MAX + 1);
    assert!(matches!(refused(shop(), bill(Some(1), Some(&long), None)), Refusal::TooLong { limit: 35, .. }));
    assert!(matches!(
        refused(UpiPayee { name: " ".into(), ..shop() }, bill(None, None, None)),
        Refusal::Missing { .. }
    ));
    let mcc = |text: &str| UpiPayee { mcc: Some(text.into()), ..shop() };
    assert!(matches!(refused(mcc("541"), bill(None, None, None)), Refusal::Form { field: "mcc", .. }));
    assert!(matches!(refused(mcc("54 1"), bill(None, None, None)), Refusal::Form { field: "mcc", .. }));
    let euro = Bill { currency: crate::domain::money::Currency::EUR, ..bill(None, None, None) };
    assert!(matches!(refused(shop(), euro), Refusal::Currency { .. }));
    for bad in ["", "shop", "@bank", "shop@", "sh op@bank", "shop@ba nk", "shop@b@c", &format!("{}@b", "a".repeat(254))]
    {
        assert!(bad.parse::<Vpa>().is_err(), "{bad}");
    }
}

#[test]
fn a_damaged_link_is_refused() {
    for (payload, why) in [
        ("", "upi://pay?"),
        ("upi://pay", "upi://pay?"),
        ("https://pay?pa=a@b", "upi://pay?"),
        ("upi://pay?", "“vpa” is missing"),
        ("upi://pay?pn=x", "“vpa” is missing"),
        ("upi://pay?pa=a@b&pa=c@d", "“vpa” stands twice"),
        ("upi://pay?pa=ab&pn=A", "“vpa” is “ab”"),
        ("upi://pay?pa=a@b&pn=A&am=1,000", "“amount” is “1,000”"),
        ("upi://pay?pa=a@b", "“name” is missing"),
        ("upi://pay?pa=a@b&pn=A&am=0.00", "“amount” is “0.00”"),
        ("upi://pay?pa=a@b&pn=A&am=-1", "“amount” is “-1”"),
        ("upi://pay?pa=a@b&amount=9", "“amount” is “9”: this is no parameter of UPI"),
        ("upi://pay?pa=a@b&pn=A&cu=USD", "“currency” is “USD”"),
        ("upi://pay?pa=a@b&pn=50%", "“name” is “50%”"),
        ("upi://pay?pa=a@b&pn=%ff", "“name” is “%ff”"),
    ] {
        let refused = decode(payload).unwrap_err().to_string();
        assert!(refused.contains(why), "{payload}: {refused}");
    }
}

proptest! {
    #[test]
    fn what_is_built_reads_back(
        name in "\\PC{1,60}", minor in proptest::option::of(1_i64..100_000_000), reference in "[A-Za-z0-9_-]{1,36}",
        message in proptest::option::of("\\PC{1,40}"),
    ) {
        let upi = UpiPayee { name: name.clone(), ..shop() };
        let bill = bill(minor, Some(&reference), message.as_deref());
        if let Ok(payload) = upi.payload(&bill) {
            let mut expected = vec![("vpa", upi.vpa.to_string()), ("name", name), ("mcc", "5411".into())];
            expected.push(("reference", reference));
            expected.extend(message.map(|message| ("message", message)));
            expected.extend(bill.amount.map(|amount| ("amount", amount.plain())));
            expected.push(("currency", "INR".into()));
            let expected: ReadFields = expected.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
            prop_assert!(payload.is_ascii());
            prop_assert_eq!(decode(&payload), Ok(expected));
        }
    }

    #[test]
    fn nothing_panics(text in "(upi://pay\\?)?\\PC{0,60}") {
        let _ = decode(&text);
    }
}
