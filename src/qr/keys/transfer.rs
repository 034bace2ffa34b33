//! Reads who is paid by the standards for transfers that are not on EMV QRCPS.

use crate::fields::{FieldError, Fields};
use crate::qr::bysquare::BySquarePayee;
use crate::qr::epc::EpcPayee;
use crate::qr::spayd::SpaydPayee;
use crate::qr::swiss::{Address, SwissPayee};
use crate::qr::upi::UpiPayee;
use crate::qr::{Bill, Payee};

pub(super) fn upi(given: &mut Fields, merchant: &mut Fields, bill: &mut Bill) -> Result<Payee, FieldError> {
    bill.message = given.optional_text("message")?;
    let vpa = merchant.parsed("vpa")?;
    Ok(Payee::Upi(UpiPayee { vpa, name: merchant.text("name")?, mcc: merchant.optional_text("mcc")? }))
}

pub(super) fn epc(given: &mut Fields, merchant: &mut Fields) -> Result<Payee, FieldError> {
    Ok(Payee::Epc(EpcPayee {
        name: merchant.text("name")?,
        iban: merchant.parsed("iban")?,
        bic: merchant.optional_parsed("bic")?,
        structured_reference: given.optional_text("structured_reference")?,
        purpose: given.optional_text("purpose")?,
        information: given.optional_text("information")?,
    }))
}

pub(super) fn swiss(given: &mut Fields, merchant: &mut Fields, bill: &mut Bill) -> Result<Payee, FieldError> {
    bill.message = given.optional_text("message")?;
    let iban = merchant.parsed("iban")?;
    let creditor = address(merchant)?;
    let debtor = match given.optional_object("debtor")? {
        Some(mut debtor) => {
            let read = address(&mut debtor)?;
            debtor.end()?;
            Some(read)
        }
        None => None,
    };
    let bill_info = given.optional_text("bill_info")?;
    Ok(Payee::Swiss(Box::new(SwissPayee { creditor, iban, debtor, bill_info })))
}

fn address(fields: &mut Fields) -> Result<Address, FieldError> {
    Ok(Address {
        name: fields.text("name")?,
        street: fields.optional_text("street")?,
        house_no: fields.optional_text("house_no")?,
        postal_code: fields.text("postal_code")?,
        city: fields.text("city")?,
        country: fields.text("country")?,
    })
}

pub(super) fn spayd(given: &mut Fields, merchant: &mut Fields, bill: &mut Bill) -> Result<Payee, FieldError> {
    bill.message = given.optional_text("message")?;
    Ok(Payee::Spayd(SpaydPayee {
        iban: merchant.parsed("iban")?,
        bic: merchant.optional_parsed("bic")?,
        name: merchant.optional_text("name")?,
        variable_symbol: given.optional_text("variable_symbol")?,
        specific_symbol: given.optional_text("specific_symbol")?,
        constant_symbol: given.optional_text("constant_symbol")?,
        instant: given.optional_flag("instant")?.unwrap_or(false),
    }))
}

pub(super) fn bysquare(given: &mut Fields, merchant: &mut Fields, bill: &mut Bill) -> Result<Payee, FieldError> {
    bill.message = given.optional_text("message")?;
    // PAY by square has no place for it: the payer's bank decides how it pays. Taken, so that one request fits both.
    given.optional_flag("instant")?;
    Ok(Payee::BySquare(BySquarePayee {
        iban: merchant.parsed("iban")?,
        bic: merchant.optional_parsed("bic")?,
        name: merchant.text("name")?,
        variable_symbol: given.optional_text("variable_symbol")?,
        specific_symbol: given.optional_text("specific_symbol")?,
        constant_symbol: given.optional_text("constant_symbol")?,
    }))
}
