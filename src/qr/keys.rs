//! Who is paid, read from the keys that `stopgap qr` and the settings share.
//!
//! Each standard has keys of its own. Null is as good as absent, and a key that a standard does not know is refused.

mod emv;
mod transfer;

use std::str::FromStr;

use super::inject::{OwnCode, OwnCodeScheme};
use super::provider_code::ProviderCode;
use super::{Bill, Payee};
use crate::domain::money::{Currency, Money};
use crate::fields::{FieldError, Fields};

/// Who is paid. What a standard has besides goes into the payee or the bill.
pub(crate) fn payee(
    standard: Standard,
    op: Op,
    given: &mut Fields,
    merchant: &mut Fields,
    bill: &mut Bill,
) -> Result<Payee, FieldError> {
    let own = |scheme, merchant: &mut Fields| {
        let code = OwnCode::read(scheme, &merchant.text("static_payload")?).map_err(FieldError::of)?;
        Ok(Payee::Own(code))
    };
    match (op, standard) {
        (Op::Build, Standard::Pix) => emv::pix(given, merchant, bill),
        (Op::Build, Standard::PayNow) => emv::paynow(given, merchant, bill),
        (Op::Build, Standard::PromptPay) => emv::promptpay(merchant),
        (Op::Build, Standard::PromptPayBill) => emv::promptpay_bill(given, merchant),
        (Op::Build, Standard::VietQr) => emv::vietqr(merchant),
        (Op::Build, Standard::Khqr) => emv::khqr(given, merchant, bill),
        (Op::Build, Standard::Fps) => emv::fps(given, merchant),
        (Op::Build, Standard::DuitNow) => emv::duitnow(given, merchant),
        (Op::Build, Standard::Emvco) => emv::emvco(given, merchant),
        (Op::Build, Standard::Upi) => transfer::upi(given, merchant, bill),
        (Op::Build, Standard::Epc) => transfer::epc(given, merchant),
        (Op::Build, Standard::Swiss) => transfer::swiss(given, merchant, bill),
        (Op::Build, Standard::Spayd) => transfer::spayd(given, merchant, bill),
        (Op::Build, Standard::BySquare) => transfer::bysquare(given, merchant, bill),
        (Op::Build, Standard::Static) => {
            // The amount above which the payer's own limit may be met, such as 500 yuan a day on the mainland.
            let warn_above = given.optional_whole_number("warn_above_minor")?;
            if warn_above.is_some_and(|minor| minor < 0) {
                return Err(FieldError("“warn_above_minor” is negative: minor units from 0 up are expected".to_owned()));
            }
            let warn_above = warn_above.map(|minor| Money::new(minor, bill.currency));
            let code = ProviderCode::read(&merchant.text("static_payload")?, warn_above).map_err(FieldError::of)?;
            Ok(Payee::Provider(code))
        }
        (Op::Inject, Standard::Qris) => own(OwnCodeScheme::Qris, merchant),
        (Op::Inject, Standard::DuitNow) => own(OwnCodeScheme::DuitNow, merchant),
        (Op::Inject, Standard::Sgqr) => own(OwnCodeScheme::Sgqr, merchant),
        (Op::Inject, Standard::Emvco) => own(OwnCodeScheme::Emvco, merchant),
        (Op::Build, Standard::Qris | Standard::Sgqr) => Err(FieldError(
            "“op” is “build”: codes of this standard come from the acquirer, and only “inject” can put an amount into one"
                .to_owned(),
        )),
        (
            Op::Inject,
            Standard::Pix
            | Standard::PayNow
            | Standard::PromptPay
            | Standard::PromptPayBill
            | Standard::VietQr
            | Standard::Khqr
            | Standard::Fps
            | Standard::Upi
            | Standard::Epc
            | Standard::Swiss
            | Standard::Spayd
            | Standard::BySquare
            | Standard::Static,
        ) => Err(FieldError(
            "“op” is “inject”: only codes of qris, duitnow, sgqr and emvco can be given an amount".to_owned(),
        )),
    }
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// A code from the shop's settings.
    Build,
    /// An amount into the shop's own code.
    Inject,
}

impl FromStr for Op {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "build" => Ok(Self::Build),
            "inject" => Ok(Self::Inject),
            _ => Err("“build” or “inject” is expected"),
        }
    }
}

/// The standards by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standard {
    Pix,
    PayNow,
    PromptPay,
    PromptPayBill,
    VietQr,
    Khqr,
    Fps,
    DuitNow,
    Emvco,
    Qris,
    Sgqr,
    Upi,
    Epc,
    Swiss,
    Spayd,
    BySquare,
    Static,
}

/// Every standard with its name.
const STANDARDS: [(&str, Standard); 17] = [
    ("pix", Standard::Pix),
    ("paynow", Standard::PayNow),
    ("promptpay", Standard::PromptPay),
    ("promptpay_bill", Standard::PromptPayBill),
    ("vietqr", Standard::VietQr),
    ("khqr", Standard::Khqr),
    ("fps", Standard::Fps),
    ("duitnow", Standard::DuitNow),
    ("emvco", Standard::Emvco),
    ("qris", Standard::Qris),
    ("sgqr", Standard::Sgqr),
    ("upi", Standard::Upi),
    ("epc", Standard::Epc),
    ("swiss", Standard::Swiss),
    ("spayd", Standard::Spayd),
    ("bysquare", Standard::BySquare),
    ("static", Standard::Static),
];

impl Standard {
    /// The currency where none is given: that of a standard which has only one.
    pub(crate) fn currency(self) -> Option<Currency> {
        match self {
            Self::Pix => Some(Currency::BRL),
            Self::PayNow | Self::Sgqr => Some(Currency::SGD),
            Self::PromptPay | Self::PromptPayBill => Some(Currency::THB),
            Self::VietQr => Some(Currency::VND),
            Self::DuitNow => Some(Currency::MYR),
            Self::Qris => Some(Currency::IDR),
            Self::Upi => Some(Currency::INR),
            Self::Epc => Some(Currency::EUR),
            Self::Khqr | Self::Fps | Self::Emvco | Self::Swiss | Self::Spayd | Self::BySquare | Self::Static => None,
        }
    }
}

impl FromStr for Standard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = STANDARDS.iter().find(|(name, _)| *name == text);
        known.map(|(_, standard)| *standard).ok_or_else(|| {
            let names: Vec<_> = STANDARDS.iter().map(|(name, _)| *name).collect();
            format!("none that can be made; known are {}", names.join(", "))
        })
    }
}
