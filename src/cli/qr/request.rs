//! What is asked for: the standard, the bill, and who is paid.
//!
//! An object with `standard`, `op` (`build`, or `inject` to put the amount into the shop's own code), `amount_minor`,
//! `currency`, `reference` and `merchant`; each standard has keys of its own besides. Null is as good as absent, and a
//! key that a standard does not know is refused.

use chrono::Utc;

use crate::cli::Failure;
use crate::domain::money::{Currency, Money};
use crate::fields::{self, Fields};
use crate::qr::keys::{Op, Standard, payee};
use crate::qr::{Bill, Symbol};

/// The payload asked for by a JSON object, and how it is drawn.
pub(super) fn payload(text: &str) -> Result<(String, Symbol), Failure> {
    let mut given = Fields::of(fields::parse(text)?)?;
    let standard: Standard = given.parsed("standard")?;
    let op = given.optional_parsed("op")?.unwrap_or(Op::Build);
    let currency = given.optional_parsed("currency")?.or(standard.currency());
    let currency: Currency = currency.map_or_else(|| given.parsed("currency"), Ok)?;
    let mut bill = Bill {
        amount: given.optional_whole_number("amount_minor")?.map(|minor| Money::new(minor, currency)),
        reference: given.optional_text("reference")?,
        ..Bill::open(currency)
    };
    let mut merchant = given.object("merchant")?;
    let payee = payee(standard, op, &mut given, &mut merchant, &mut bill)?;
    merchant.end()?;
    given.end()?;
    // A code that tells when it was made is made now, unless the script says otherwise.
    bill.made_at = bill.made_at.or_else(|| Some(Utc::now().fixed_offset()));
    Ok((payee.payload(&bill).map_err(Failure::input)?, payee.symbol()))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod transfer;
