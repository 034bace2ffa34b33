//! Requests as scripts send them: what is made of them, and what is refused with which words.

use serde_json::{Value, json};

use super::*;
use crate::cli::qr::decode;

fn fields(request: &Value) -> Value {
    let (made, _) = payload(&request.to_string()).unwrap();
    decode::fields(&made).unwrap()
}

fn refused(request: &Value) -> String {
    let refused = payload(&request.to_string()).unwrap_err().to_string();
    assert_eq!(refused.lines().count(), 1, "{refused}");
    refused
}

/// The request with one member put at a place such as `merchant.name`.
fn with(request: &Value, place: &str, value: Value) -> Value {
    let mut changed = request.clone();
    match place.split_once('.') {
        Some((outer, inner)) => changed[outer][inner] = value,
        None => changed[place] = value,
    }
    changed
}

fn pix() -> Value {
    json!({
        "standard": "pix", "amount_minor": 4890, "currency": "BRL", "reference": "2300310425",
        "merchant": {"pix_key": "+5511987654321", "name": "Padaria São João", "city": "São Paulo"}
    })
}

fn paynow() -> Value {
    json!({
        "standard": "paynow", "amount_minor": 1050, "currency": "SGD", "reference": "2300310425",
        "merchant": {"proxy_type": "uen", "proxy_value": "201403121W", "name": "Example Pte Ltd"}
    })
}

fn khqr() -> Value {
    json!({
        "standard": "khqr", "amount_minor": 400_000, "currency": "KHR", "reference": "2300310425",
        "merchant": {"kind": "individual", "bakong_account": "john@devb", "name": "John"},
        "created_at_ms": 1_726_821_915_797_i64, "expires_at_ms": 1_726_822_035_797_i64
    })
}

fn emvco() -> Value {
    json!({
        "standard": "emvco", "amount_minor": 999, "currency": "JPY",
        "merchant": {
            "account": {"tag": 26, "guid": "com.example", "fields": {"02": "b", "01": "a"}},
            "mcc": "5812", "name": "Shop", "city": "Tokyo", "country": "JP", "terminal": "T1",
            "alt_language": "ja", "alt_name": "店"
        },
        "bill_number": "B1"
    })
}

#[test]
fn each_standard_has_its_defaults() {
    let pix = fields(&pix());
    assert_eq!((&pix["54"], &pix["58"], &pix["60"]), (&json!("48.90"), &json!("BR"), &json!("SAO PAULO")));
    let paynow = fields(&paynow());
    assert_eq!((&paynow["26"]["03"], &paynow["60"]), (&json!("0"), &json!("Singapore")));
    let khqr = fields(&khqr());
    assert_eq!((&khqr["52"], &khqr["54"], &khqr["60"]), (&json!("5999"), &json!("4000"), &json!("Phnom Penh")));
    assert_eq!(khqr["99"], json!({"00": "1726821915797", "01": "1726822035797"}));
    let fps = fields(&json!({"standard": "fps", "currency": "HKD", "merchant": {"fps_id": "1234567"}}));
    assert_eq!((&fps["59"], &fps["60"], &fps["01"]), (&json!("NA"), &json!("HK"), &json!("11")));
    let merchant = json!({"acquirer_id": "501664", "merchant_id": "1", "name": "A"});
    let duitnow = fields(&json!({"standard": "duitnow", "amount_minor": 100, "merchant": merchant}));
    assert_eq!((&duitnow["00"], &duitnow["52"], &duitnow["60"]), (&json!("02"), &json!("0000"), &json!("MY")));
    let vietqr = json!({"standard": "vietqr", "merchant": {"bank_bin": "970403", "account": "0011012345678"}});
    assert_eq!(fields(&vietqr)["38"]["02"], "QRIBFTTA");
    let emvco = fields(&emvco());
    assert_eq!(emvco["26"], json!({"00": "com.example", "01": "a", "02": "b"}));
    assert_eq!(emvco["62"], json!({"01": "B1", "07": "T1"}));
    assert_eq!(emvco["64"], json!({"00": "ja", "01": "店"}));
}

#[test]
fn thai_transfers_and_bills_are_told_apart() {
    let merchant = json!({"proxy_type": "mobile", "proxy_value": "0812345678"});
    let transfer = json!({"standard": "promptpay", "amount_minor": 100, "merchant": merchant});
    assert_eq!(fields(&transfer)["29"]["01"], "0066812345678");
    for kind in ["national_id", "tax_id"] {
        let of = with(&transfer, "merchant.proxy_type", json!(kind));
        assert_eq!(fields(&with(&of, "merchant.proxy_value", json!("0105550000001")))["29"]["02"], "0105550000001");
    }
    assert!(refused(&with(&transfer, "merchant.proxy_type", json!("email"))).contains("“ewallet”"));
    let bill = json!({
        "standard": "promptpay_bill", "reference": "2300310425", "reference2": "R2", "terminal": "T1",
        "merchant": {"biller_id": "010555000000101"}
    });
    assert_eq!(fields(&bill)["30"]["03"], "R2");
    assert_eq!(fields(&bill)["62"]["07"], "T1");
}

#[test]
fn absent_and_null_are_the_same() {
    for (request, place) in [
        (pix(), "amount_minor"),
        (pix(), "currency"),
        (pix(), "reference"),
        (pix(), "message"),
        (pix(), "op"),
        (pix(), "merchant.country"),
        (pix(), "something_else"),
        (paynow(), "amount_editable"),
        (paynow(), "expiry"),
        (paynow(), "merchant.city"),
        (khqr(), "merchant.mcc"),
        (emvco(), "merchant.postal_code"),
    ] {
        let null = with(&request, place, Value::Null);
        let mut absent = null.clone();
        let object = match place.split_once('.') {
            Some((outer, _)) => absent[outer].as_object_mut(),
            None => absent.as_object_mut(),
        };
        object.unwrap().remove(place.rsplit('.').next().unwrap());
        assert_eq!(fields(&null), fields(&absent), "{place}");
    }
}

#[test]
fn an_open_amount_is_left_out() {
    let open = |request: &Value| fields(&with(request, "amount_minor", Value::Null));
    for (request, initiation) in [(pix(), None), (paynow(), Some("11")), (khqr(), Some("11")), (emvco(), Some("11"))] {
        let fields = open(&request);
        assert_eq!((fields.get("54"), fields["01"].as_str()), (None, initiation));
    }
    assert_eq!(open(&paynow())["26"]["03"], "1");
    assert_eq!(open(&khqr()).get("99"), None);
    assert_eq!(fields(&with(&pix(), "reference", Value::Null))["62"]["05"], "***");
}

#[test]
fn what_does_not_fit_is_named() {
    for (request, place, value, why) in [
        (pix(), "standard", json!("bitcoin"), "known are pix, paynow"),
        (pix(), "op", json!("make"), "“build” or “inject”"),
        (pix(), "op", json!("inject"), "only codes of qris, duitnow, sgqr and emvco"),
        (pix(), "standard", json!("qris"), "only “inject”"),
        (pix(), "amount_minor", json!(0), "more than zero"),
        (pix(), "amount_minor", json!(1.5), "a number with decimals"),
        (pix(), "amount_minor", json!("4890"), "“amount_minor” is text"),
        (pix(), "currency", json!("EUR"), "pix takes BRL only"),
        (pix(), "currency", json!("REAL"), "“currency”: “REAL” is not"),
        (pix(), "reference", json!("a b"), "“reference” has the character U+0020"),
        (pix(), "merchant.pix_key", json!("123"), "“pix_key” is “123”"),
        (pix(), "merchant.name", json!(""), "“name” is missing"),
        (pix(), "merchant.city", Value::Null, "“merchant.city” is missing"),
        (pix(), "merchant.country", json!("PT"), "“country” is “PT”"),
        (pix(), "merchant.iban", json!("DE"), "“merchant.iban” is not known here"),
        (pix(), "bill_number", json!("1"), "“bill_number” is not known here"),
        (pix(), "merchant", Value::Null, "“merchant” is missing"),
        (paynow(), "expiry", json!("20261332"), "YYYYMMDD"),
        (paynow(), "expiry", json!("2026-12-31"), "YYYYMMDD"),
        (paynow(), "amount_editable", json!(1), "true or false"),
        (paynow(), "merchant.proxy_type", json!("vpa"), "“uen” or “mobile”"),
        (khqr(), "currency", Value::Null, "“currency” is missing"),
        (khqr(), "expires_at_ms", Value::Null, "“expires_at_ms” is missing"),
        (khqr(), "merchant.kind", json!("shop"), "“individual” or “merchant”"),
        (khqr(), "merchant.kind", json!("merchant"), "“merchant_id” is missing"),
        (khqr(), "merchant.merchant_id", json!("1"), "“merchant_id” does not go with “kind”"),
        (emvco(), "merchant.mcc", json!("58"), "four digits"),
        (emvco(), "merchant.country", json!("jp"), "two capital letters"),
        (emvco(), "merchant.account", json!({"tag": 2, "guid": "a"}), "26 to 51"),
        (emvco(), "merchant.account", json!({"tag": 26, "guid": "a", "fields": {"1": "a"}}), "two digits"),
        (emvco(), "merchant.account", json!({"tag": 26, "guid": "a", "fields": {"01": "é"}}), "U+00E9"),
    ] {
        let refused = refused(&with(&request, place, value.clone()));
        assert!(refused.contains(why), "{place} {value}: {refused}");
    }
    let fps = json!({"standard": "fps", "currency": "HKD", "merchant": {"fps_id": "1234567", "email": "a@b"}});
    assert!(refused(&fps).contains("exactly one"));
    assert!(refused(&with(&fps, "merchant", json!({}))).contains("exactly one"));
}

#[test]
fn an_expiry_is_a_day_or_a_second() {
    for expiry in ["20261231", "20261231235959"] {
        assert_eq!(fields(&with(&paynow(), "expiry", json!(expiry)))["26"]["04"], expiry);
    }
}

#[test]
fn an_amount_goes_into_the_shops_own_code() {
    let own = payload(
        &json!({
            "standard": "duitnow", "merchant": {"acquirer_id": "501664", "merchant_id": "1", "name": "A"}
        })
        .to_string(),
    );
    let inject = json!({
        "standard": "duitnow", "op": "inject", "amount_minor": 1050, "currency": "MYR", "reference": "2300310425",
        "merchant": {"static_payload": own.unwrap().0}
    });
    let made = fields(&inject);
    assert_eq!((&made["01"], &made["54"], &made["62"]["05"]), (&json!("12"), &json!("10.50"), &json!("2300310425")));
    assert!(refused(&with(&inject, "standard", json!("sgqr"))).contains("object 00"));
    assert!(refused(&with(&inject, "amount_minor", Value::Null)).contains("“amount_minor” is missing"));
    let wrong = with(&inject, "merchant.static_payload", json!("000202010211"));
    assert!(refused(&wrong).contains("“static_payload” cannot be used: object 63"));
}

const IBAN: &str = "DE89370400440532013000";

#[test]
fn transfers_are_made_and_read_back() {
    let upi = json!({
        "standard": "upi", "amount_minor": 49900, "reference": "2300310425", "message": "tea",
        "merchant": {"vpa": "shop@okbank", "name": "Tea Shop", "mcc": "5812"}
    });
    assert_eq!(fields(&upi)["amount"], "499.00");
    let epc = json!({
        "standard": "epc", "amount_minor": 4890, "reference": "2300310425", "purpose": "GDDS",
        "merchant": {"name": "Blumen Schmidt GmbH", "iban": IBAN}
    });
    assert_eq!(fields(&epc)["purpose"], "GDDS");
    let party = json!({"name": "A", "postal_code": "8000", "city": "Z", "country": "CH", "house_no": null});
    let mut creditor = party.clone();
    creditor["iban"] = json!("CH9300762011623852957");
    let swiss = json!({
        "standard": "swiss", "currency": "CHF", "amount_minor": 1000, "merchant": creditor, "debtor": party
    });
    assert_eq!(fields(&swiss)["debtor.city"], "Z");
    for standard in ["spayd", "bysquare"] {
        let symbols = json!({
            "standard": standard, "currency": "EUR", "amount_minor": 1550, "instant": true,
            "variable_symbol": "123", "constant_symbol": "0308", "message": "ROHLIKY",
            "merchant": {"iban": IBAN, "name": "PEKARNA"}
        });
        let read = fields(&symbols);
        assert_eq!((&read["variable_symbol"], &read["name"]), (&json!("123"), &json!("PEKARNA")), "{read}");
    }
    assert!(refused(&with(&swiss, "debtor", json!({"name": "A"}))).contains("“debtor.postal_code” is missing"));
    assert!(refused(&with(&epc, "merchant.iban", json!("DE00"))).contains("“merchant.iban”"));
}

#[test]
fn each_standard_is_drawn_by_its_own_rules() {
    let (_, symbol) = payload(&pix().to_string()).unwrap();
    assert_eq!(symbol, Symbol::Emv);
}
