//! What holds for every scheme, whatever is asked of it.

use chrono::DateTime;
use proptest::prelude::*;

use super::*;
use crate::domain::money::Money;
use crate::qr::emv::{Ans, City, Object, Value, parse};
use crate::qr::emvco::AccountTemplate;
use crate::qr::fps::FpsProxy;
use crate::qr::inject::OwnCodeScheme;
use crate::qr::khqr::KhqrKind;
use crate::qr::paynow::PayNowProxy;
use crate::qr::promptpay::PromptPayProxy;
use crate::qr::vietqr::VietQrService;

#[test]
fn a_payee_says_what_the_payer_and_the_cashier_see() {
    let pix = PixPayee::new("+5511987654321".parse().unwrap(), "Padaria São João", "São Paulo").unwrap();
    let pix = Payee::Pix(pix);
    assert_eq!(
        (pix.standard(), pix.seen_by_payer(), pix.account_tail().as_str()),
        ("pix", Some("PADARIA SAO JOAO"), "… 4321")
    );
    assert!(pix.carries_reference("2300310425") && !pix.has_expiry());
    assert!(pix.currencies().contains(Currency::BRL) && !pix.currencies().contains(Currency::EUR));
    let code = Payee::Provider(ProviderCode::read("wxp://f2fExample", None).unwrap());
    assert_eq!((code.standard(), code.seen_by_payer()), ("static", None));
    assert!(!code.carries_reference("2300310425") && code.currencies().contains(Currency::CNY));
    assert_eq!(code.payload(&Bill::open(Currency::CNY)), Ok("wxp://f2fExample".to_owned()));
}

/// One payee of each scheme on EMV QRCPS, with where its reference stands.
fn payees() -> Vec<(Payee, Currency, &'static [u8])> {
    let name = || Name::fit("Example Shop").unwrap();
    let city = || City::fit("City").unwrap();
    let paynow = PayNowPayee {
        proxy: PayNowProxy::uen("201403121W").unwrap(),
        name: name(),
        city: city(),
        amount_editable: false,
        last_day: None,
    };
    let khqr = KhqrPayee {
        account: "john@devb".parse().unwrap(),
        kind: KhqrKind::Individual { information: None, bank: None },
        unionpay: None,
        category: "5999".parse().unwrap(),
        name: name(),
        city: city(),
        mobile: Some(Ans::read("mobile", "85512233455").unwrap()),
        store_label: None,
        terminal_label: None,
        language: None,
    };
    let emvco = EmvcoPayee {
        account: AccountTemplate::new(26, "com.example", &[(1, "123456".to_owned())]).unwrap(),
        category: "5812".parse().unwrap(),
        name: name(),
        city: city(),
        country: "BH".parse().unwrap(),
        postal_code: None,
        terminal: None,
        language: None,
        bill_number: None,
    };
    let transfer = PromptPayTransfer { proxy: PromptPayProxy::mobile("0812345678").unwrap(), name: None };
    let biller = PromptPayBiller::new("010555000000101", None, None).unwrap();
    let vietqr = VietQrPayee::new("970403", "0011012345678", VietQrService::Account).unwrap();
    let fps = FpsPayee::new(FpsProxy::id("1234567").unwrap(), None, name(), city()).unwrap();
    let duitnow = DuitNowPayee::new("501664", "123456789", name(), city()).unwrap();
    let own = duitnow.payload(&Bill::open(Currency::MYR)).unwrap();
    let own = OwnCode::read(OwnCodeScheme::DuitNow, &own).unwrap();
    let pix = PixPayee::new("12345678909".parse().unwrap(), "A", "B").unwrap();
    vec![
        (Payee::Pix(pix), Currency::BRL, &[62, 5]),
        (Payee::PayNow(paynow), Currency::SGD, &[62, 1]),
        (Payee::PromptPay(transfer), Currency::THB, &[]),
        (Payee::PromptPayBill(biller), Currency::THB, &[30, 2]),
        (Payee::VietQr(vietqr), Currency::VND, &[62, 8]),
        (Payee::Khqr(khqr.clone()), Currency::USD, &[62, 1]),
        (Payee::Khqr(khqr), Currency::KHR, &[62, 1]),
        (Payee::Fps(fps), Currency::HKD, &[62, 5]),
        (Payee::DuitNow(duitnow), Currency::MYR, &[62, 5]),
        (Payee::Emvco(emvco), "BHD".parse().unwrap(), &[62, 5]),
        (Payee::Own(own), Currency::MYR, &[62, 5]),
    ]
}

/// The text at a place, from the root down.
fn at<'a>(objects: &'a [Object], place: &[u8]) -> Option<&'a str> {
    let (id, within) = place.split_first()?;
    match &objects.iter().find(|object| object.id == *id)?.value {
        Value::Text(text) if within.is_empty() => Some(text),
        Value::Template(objects) => at(objects, within),
        Value::Text(_) => None,
    }
}

proptest! {
    #[test]
    fn a_bill_is_refused_or_read_back(
        minor in prop_oneof![Just(None), (1_i64..99_999_999_999).prop_map(Some), any::<i64>().prop_map(Some)],
        reference in prop_oneof![Just(None), "[A-Z0-9]{1,30}".prop_map(Some), "\\PC{0,120}".prop_map(Some)],
        message in prop_oneof![Just(None), "[ -~]{1,80}".prop_map(Some), "\\PC{0,120}".prop_map(Some)],
    ) {
        for (payee, currency, place) in payees() {
            let time = |milliseconds| DateTime::from_timestamp_millis(milliseconds).map(|time| time.fixed_offset());
            let bill = Bill {
                currency,
                amount: minor.map(|minor| Money::new(minor, currency)),
                reference: reference.clone(),
                message: message.clone(),
                made_at: time(1_726_821_915_797),
                expires_at: time(1_726_822_035_797),
            };
            let Ok(payload) = payee.payload(&bill) else { continue };
            prop_assert!(payload.chars().count() <= 512);
            let objects = parse(&payload).map_err(|damage| TestCaseError::fail(format!("{payload}: {damage}")))?;
            let amount = at(&objects, &[54]).map(str::to_owned);
            let whole = [Currency::KHR, Currency::VND].contains(&currency);
            let plain = bill.amount.map(Money::plain).map(|text| match text.split_once('.') {
                Some((digits, _)) if whole => digits.to_owned(),
                Some(_) | None => text,
            });
            prop_assert_eq!(amount, plain);
            if payee.carries_reference(reference.as_deref().unwrap_or_default()) {
                let written = at(&objects, place).filter(|text| *text != "***");
                prop_assert_eq!(written, reference.as_deref().filter(|text| *text != "***"));
            }
        }
    }

    #[test]
    fn a_sale_of_any_size_is_paid(minor in 1_i64..=99_999_999, sequence in 1_u32..9_999_999) {
        let reference = crate::domain::ids::SaleReference::new(23, sequence).unwrap().to_string();
        for (payee, currency, _) in payees() {
            let minor = if currency == Currency::KHR { minor * 100 } else { minor };
            let time = |milliseconds| DateTime::from_timestamp_millis(milliseconds).map(|time| time.fixed_offset());
            let bill = Bill {
                made_at: time(1_726_821_915_797),
                expires_at: time(1_726_822_035_797),
                ..Bill::open(currency).with_amount(Money::new(minor, currency)).with_reference(&reference)
            };
            prop_assert!(payee.payload(&bill).is_ok(), "{}", payee.standard());
        }
    }

    /// Whoever is paid stands in the code as given, or the shop is told why not: never another account, and no code that
    /// is longer than its templates.
    #[test]
    fn who_is_paid_reads_back(
        name in "\\PC{0,60}",
        city in "\\PC{0,40}",
        digits in "[0-9]{15}",
        word in "[a-z]{1,20}",
        label in "[!-~]{1,60}",
        minor in 1_i64..99_999_999,
    ) {
        let (Ok(fitted), Ok(town)) = (Name::fit(&name), City::fit(&city)) else { return Ok(()) };
        for (payee, currency, account) in of_shop(&fitted, &town, &digits, &word, &label) {
            let Ok(payee) = payee else { continue };
            let time = |milliseconds| DateTime::from_timestamp_millis(milliseconds).map(|time| time.fixed_offset());
            let bill = Bill {
                made_at: time(1_726_821_915_797),
                expires_at: time(1_726_822_035_797),
                ..Bill::open(currency).with_amount(Money::new(minor * 100, currency)).with_reference("2300310425")
            };
            let Ok(payload) = payee.payload(&bill) else { continue };
            prop_assert!(payload.chars().count() <= 512);
            let objects = parse(&payload).map_err(|damage| TestCaseError::fail(format!("{payload}: {damage}")))?;
            for (place, value) in account {
                prop_assert_eq!(at(&objects, place), Some(value.as_str()), "{} in {}", payee.standard(), payload);
            }
            if let (Some(shown), Some(written)) = (payee.seen_by_payer(), at(&objects, &[59])) {
                prop_assert_eq!(shown, written);
                prop_assert!(written.chars().count() <= 25 && !written.trim().is_empty());
            }
            prop_assert!(at(&objects, &[60]).is_none_or(|written| written.chars().count() <= 15));
        }
    }
}

type Written = Vec<(&'static [u8], String)>;

/// Payees of a shop with these data, each with what its code has to say about the account.
#[allow(clippy::too_many_lines, reason = "one entry for each kind of account")]
fn of_shop(
    name: &Name,
    city: &City,
    digits: &str,
    word: &str,
    label: &str,
) -> Vec<(Result<Payee, Refusal>, Currency, Written)> {
    let (name, city) = (|| name.clone(), || city.clone());
    let (uen, mobile, mail) = (format!("{}K", &digits[..9]), &digits[..8], format!("{word}@example.com"));
    let paynow = |proxy| PayNowPayee { proxy, name: name(), city: city(), amount_editable: false, last_day: None };
    let khqr = |account: &str| {
        Ok(Payee::Khqr(KhqrPayee {
            account: account.parse()?,
            kind: KhqrKind::Individual { information: Some(Ans::read("account_information", label)?), bank: None },
            unionpay: None,
            category: "5999".parse()?,
            name: name(),
            city: city(),
            mobile: None,
            store_label: Some(Ans::read("store_label", label)?),
            terminal_label: None,
            language: None,
        }))
    };
    let emvco = || {
        Ok(Payee::Emvco(EmvcoPayee {
            account: AccountTemplate::new(31, "com.example", &[(1, label.to_owned()), (2, digits.to_owned())])?,
            category: "5812".parse()?,
            name: name(),
            city: city(),
            country: "BH".parse()?,
            postal_code: None,
            terminal: None,
            language: None,
            bill_number: None,
        }))
    };
    let transfer = |proxy: Result<PromptPayProxy, Refusal>| {
        proxy.map(|proxy| Payee::PromptPay(PromptPayTransfer { proxy, name: Some(name()) }))
    };
    vec![
        (
            mail.parse().and_then(|key| PixPayee::new(key, name().as_str(), city().as_str())).map(Payee::Pix),
            Currency::BRL,
            vec![(&[26, 1], mail.clone())],
        ),
        (
            PayNowProxy::uen(&uen).map(|proxy| Payee::PayNow(paynow(proxy))),
            Currency::SGD,
            vec![(&[26, 1], "2".to_owned()), (&[26, 2], uen.clone())],
        ),
        (
            PayNowProxy::mobile(mobile).map(|proxy| Payee::PayNow(paynow(proxy))),
            Currency::SGD,
            vec![(&[26, 1], "0".to_owned()), (&[26, 2], format!("+65{mobile}"))],
        ),
        (transfer(PromptPayProxy::e_wallet(digits)), Currency::THB, vec![(&[29, 3], digits.to_owned())]),
        (transfer(PromptPayProxy::tax_id(&digits[..13])), Currency::THB, vec![(&[29, 2], digits[..13].to_owned())]),
        (
            PromptPayBiller::new(digits, None, None).map(Payee::PromptPayBill),
            Currency::THB,
            vec![(&[30, 1], digits.to_owned())],
        ),
        (
            VietQrPayee::new(&digits[..6], digits, VietQrService::Account).map(Payee::VietQr),
            Currency::VND,
            vec![(&[38, 1, 0], digits[..6].to_owned()), (&[38, 1, 1], digits.to_owned())],
        ),
        (
            khqr(&format!("{word}@bank")),
            Currency::USD,
            vec![(&[29, 0], format!("{word}@bank")), (&[29, 1], label.to_owned()), (&[62, 3], label.to_owned())],
        ),
        (
            FpsProxy::email(&mail).and_then(|proxy| FpsPayee::new(proxy, None, name(), city())).map(Payee::Fps),
            Currency::HKD,
            vec![(&[26, 4], mail.clone())],
        ),
        (
            DuitNowPayee::new(&digits[..6], digits, name(), city()).map(Payee::DuitNow),
            Currency::MYR,
            vec![(&[26, 1], digits[..6].to_owned()), (&[26, 2], digits.to_owned())],
        ),
        (emvco(), Currency::EUR, vec![(&[31, 1], label.to_owned()), (&[31, 2], digits.to_owned())]),
    ]
}
