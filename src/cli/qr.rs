//! `stopgap qr`: one payment payload from a JSON object on standard input.

use crate::cli::json::{self, Fields};
use crate::cli::{Failure, print_line, read_input};
use crate::domain::money::{Currency, Money};
use crate::qr::Bill;
use crate::qr::epc::EpcPayee;

pub(super) fn qr() -> Result<(), Failure> {
    let (epc, bill) = transfer(&read_input()?)?;
    let payload = epc.payload(&bill).map_err(Failure::input)?;
    print_line(&serde_json::json!({ "payload": payload }).to_string())
}

/// What is asked for: `standard` (`epc`, EPC069-12), `amount_minor`, `currency`, `reference`, and `merchant` with `name`,
/// `iban` and, if wanted, `bic`.
fn transfer(text: &str) -> Result<(EpcPayee, Bill), Failure> {
    let mut given = Fields::of(json::parse(text)?)?;
    if given.text("standard")? != "epc" {
        return Err(Failure::Input("“standard” is none that can be made: “epc” is expected".to_owned()));
    }
    let amount_minor = given.whole_number("amount_minor")?;
    let currency: Currency = given.parsed("currency")?;
    let reference = given.text("reference")?;
    let mut merchant = given.object("merchant")?;
    given.end()?;
    let name = merchant.text("name")?;
    let (iban, bic) = (merchant.parsed("iban")?, merchant.optional_parsed("bic")?);
    merchant.end()?;
    let bill = Bill::open(currency).with_amount(Money::new(amount_minor, currency)).with_reference(&reference);
    Ok((EpcPayee::new(&name, iban, bic), bill))
}
