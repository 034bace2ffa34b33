//! `stopgap qr`: one payment payload from a JSON object on standard input.

use serde::Deserialize;

use crate::cli::{Failure, print_line, read_input};
use crate::domain::money::{Currency, Money};
use crate::qr::epc::{EpcTransfer, Remittance};

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    standard: Standard,
    amount_minor: i64,
    currency: Currency,
    reference: String,
    merchant: Merchant,
}

/// The standards that can be built.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Standard {
    /// EPC069-12.
    Epc,
}

/// Who is paid.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Merchant {
    name: String,
    iban: String,
    bic: Option<String>,
}

pub(super) fn qr() -> Result<(), Failure> {
    let request: Request = serde_json::from_str(&read_input()?).map_err(Failure::input)?;
    let Standard::Epc = request.standard;
    let transfer = EpcTransfer {
        name: request.merchant.name,
        iban: request.merchant.iban.parse().map_err(Failure::input)?,
        bic: request.merchant.bic.map(|bic| bic.parse()).transpose().map_err(Failure::input)?,
        amount: Money::new(request.amount_minor, request.currency),
        remittance: Remittance::Text(request.reference),
        purpose: None,
        information: None,
    };
    let payload = transfer.payload().map_err(Failure::input)?;
    print_line(&serde_json::json!({ "payload": payload }).to_string())
}
