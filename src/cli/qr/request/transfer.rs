//! Requests for the schemes that are not of the EMV family, as scripts send them.

use serde_json::{Value, json};

use crate::cli::qr::{decode, request};
use crate::qr::Symbol;

fn made(request: &Value) -> (String, Symbol) {
    request::payload(&request.to_string()).unwrap()
}

fn refused(request: &Value) -> String {
    let refused = request::payload(&request.to_string()).unwrap_err().to_string();
    assert_eq!(refused.lines().count(), 1, "{refused}");
    refused
}

fn address() -> Value {
    json!({"name": "Robert Schneider AG", "street": "Rue du Lac", "house_no": "1268", "postal_code": "2501",
           "city": "Biel", "country": "CH"})
}

fn requests() -> [(Value, Symbol, Value); 5] {
    let mut merchant = address();
    merchant["iban"] = json!("CH4431999123000889012");
    let mut swiss = json!({"version": "0200", "character_set": "1", "address_type": "S", "amount": "1949.75",
        "currency": "CHF", "reference_type": "QRR", "reference": "210000000003139471430009017", "message": "Danke",
        "debtor.address_type": "S", "iban": "CH4431999123000889012"});
    for (name, value) in address().as_object().unwrap() {
        swiss[name] = value.clone();
        swiss[format!("debtor.{name}")] = value.clone();
    }
    [
        (
            json!({"standard": "upi", "amount_minor": 49900, "currency": "INR", "reference": "2300310425",
                   "message": "Flowers & more", "merchant": {"vpa": "shop@okhdfcbank", "name": "Asha", "mcc": "5992"}}),
            Symbol::Link,
            json!({"vpa": "shop@okhdfcbank", "name": "Asha", "mcc": "5992", "reference": "2300310425",
                   "message": "Flowers & more", "amount": "499.00", "currency": "INR"}),
        ),
        (
            json!({"standard": "epc", "amount_minor": null, "currency": "EUR", "structured_reference": "RF18539007547034",
                   "purpose": "GDDS", "information": "Danke", "merchant": {"name": "Blumen", "bic": null,
                   "iban": "DE89370400440532013000"}}),
            Symbol::Epc,
            json!({"version": "002", "character_set": "1", "identification": "SCT", "name": "Blumen",
                   "iban": "DE89370400440532013000", "purpose": "GDDS", "structured_reference": "RF18539007547034",
                   "information": "Danke"}),
        ),
        (
            json!({"standard": "swiss", "amount_minor": 194_975, "currency": "CHF", "debtor": address(),
                   "reference": "210000000003139471430009017", "message": "Danke", "bill_info": null, "merchant": merchant}),
            Symbol::Swiss,
            swiss,
        ),
        (
            json!({"standard": "spayd", "amount_minor": 48050, "currency": "CZK", "reference": "1234567890", "instant": true,
                   "constant_symbol": "0558", "merchant": {"iban": "CZ5855000000001265098001", "bic": "RZBCCZPP"}}),
            Symbol::Spayd,
            json!({"iban": "CZ5855000000001265098001", "bic": "RZBCCZPP", "amount": "480.50", "currency": "CZK",
                   "payment_type": "IP", "variable_symbol": "1234567890", "constant_symbol": "0558"}),
        ),
        (
            json!({"standard": "bysquare", "amount_minor": 1550, "currency": "EUR", "reference": "1234567890",
                   "instant": false, "specific_symbol": "77", "message": "Nákup",
                   "merchant": {"iban": "SK9611000000002918599669", "name": "Kvety"}}),
            Symbol::BySquare,
            json!({"version": "1.2.0", "amount": "15.50", "currency": "EUR", "variable_symbol": "1234567890",
                   "specific_symbol": "77", "message": "Nákup", "iban": "SK9611000000002918599669", "name": "Kvety"}),
        ),
    ]
}

#[test]
fn each_scheme_is_made_drawn_by_its_rules_and_read_back() {
    for (request, symbol, expected) in requests() {
        let (payload, drawn) = made(&request);
        assert_eq!(drawn, symbol, "{request}");
        assert_eq!(decode::fields(&format!("{payload}\n")).unwrap(), expected);
        assert!(crate::qr::picture(&payload, drawn).is_ok());
    }
}

#[test]
fn what_is_missing_or_not_known_is_named() {
    for (request, _, _) in requests() {
        let mut unknown = request.clone();
        unknown["merchant"]["colour"] = json!("red");
        assert!(refused(&unknown).contains("“merchant.colour” is not known"), "{unknown}");
        let mut injected = request.clone();
        injected["op"] = json!("inject");
        assert!(refused(&injected).contains("“op” is “inject”"), "{injected}");
        let mut without = request.clone();
        without["merchant"] = json!({});
        assert!(refused(&without).contains("is missing"), "{without}");
    }
    let [_, epc, swiss, ..] = requests().map(|(request, _, _)| request);
    let mut both = epc;
    both["reference"] = json!("2300310425");
    assert!(refused(&both).contains("never both"));
    let mut debtor = swiss;
    debtor["debtor"] = json!({"name": "A"});
    assert!(refused(&debtor).contains("“debtor.postal_code” is missing"));
}

#[test]
fn a_damaged_payload_is_refused_by_its_own_scheme() {
    for text in ["BCD\n002", "SPC\n0200", "SPD*1.0*AM:1", "upi://pay?pn=x", "0804O0002G0L2UES834BQT9S"] {
        let refused = decode::fields(text).unwrap_err().to_string();
        assert!(refused.starts_with("the payload cannot be read: ") && refused.lines().count() == 1, "{refused}");
    }
}
