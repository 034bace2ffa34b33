//! Who is paid, in whichever scheme: what settings hold and the page shows.

use std::borrow::Cow;

use super::bill::Bill;
use super::bysquare::BySquarePayee;
use super::duitnow::DuitNowPayee;
use super::emv::Name;
use super::emvco::EmvcoPayee;
use super::epc::EpcPayee;
use super::fps::FpsPayee;
use super::inject::OwnCode;
use super::khqr::KhqrPayee;
use super::paynow::PayNowPayee;
use super::picture::Symbol;
use super::pix::PixPayee;
use super::promptpay::{PromptPayBiller, PromptPayTransfer};
use super::provider_code::{Provider, ProviderCode};
use super::refusal::Refusal;
use super::spayd::SpaydPayee;
use super::swiss::SwissPayee;
use super::upi::UpiPayee;
use super::vietqr::VietQrPayee;
use crate::domain::money::{Currency, Money};

/// Who is paid, by one scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payee {
    /// PIX, Brazil.
    Pix(PixPayee),
    /// `PayNow`, Singapore.
    PayNow(PayNowPayee),
    /// A `PromptPay` transfer, Thailand.
    PromptPay(PromptPayTransfer),
    /// A `PromptPay` bill payment, Thailand.
    PromptPayBill(PromptPayBiller),
    /// `VietQR`, Vietnam.
    VietQr(VietQrPayee),
    /// KHQR, Cambodia.
    Khqr(KhqrPayee),
    /// FPS, Hong Kong.
    Fps(FpsPayee),
    /// `DuitNow`, Malaysia.
    DuitNow(DuitNowPayee),
    /// Any other scheme on EMV QRCPS.
    Emvco(EmvcoPayee),
    /// UPI, India.
    Upi(UpiPayee),
    /// EPC069-12, the euro area.
    Epc(EpcPayee),
    /// The Swiss QR-bill.
    Swiss(Box<SwissPayee>),
    /// SPAYD, Czechia.
    Spayd(SpaydPayee),
    /// PAY by square, Slovakia.
    BySquare(BySquarePayee),
    /// The shop's own static code, into which the amount is put.
    Own(OwnCode),
    /// A provider's code, shown as it is.
    Provider(ProviderCode),
}

/// Which currencies a scheme takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Currencies {
    /// These.
    Only(&'static [Currency]),
    /// Whichever the account has: the payload says it.
    Any,
}

impl Currencies {
    /// Whether a currency is among them.
    #[must_use]
    pub fn contains(self, currency: Currency) -> bool {
        match self {
            Self::Only(currencies) => currencies.contains(&currency),
            Self::Any => true,
        }
    }
}

impl Payee {
    /// The name of the standard in settings and on the command line.
    #[must_use]
    pub fn standard(&self) -> &'static str {
        match self {
            Self::Pix(_) => "pix",
            Self::PayNow(_) => "paynow",
            Self::PromptPay(_) => "promptpay",
            Self::PromptPayBill(_) => "promptpay_bill",
            Self::VietQr(_) => "vietqr",
            Self::Khqr(_) => "khqr",
            Self::Fps(_) => "fps",
            Self::DuitNow(_) => "duitnow",
            Self::Emvco(_) => "emvco",
            Self::Upi(_) => "upi",
            Self::Epc(_) => "epc",
            Self::Swiss(_) => "swiss",
            Self::Spayd(_) => "spayd",
            Self::BySquare(_) => "bysquare",
            Self::Own(code) => code.scheme().standard(),
            Self::Provider(_) => "static",
        }
    }

    /// The text of the code for a bill.
    ///
    /// # Errors
    ///
    /// The scheme does not take the bill as it is.
    pub fn payload(&self, bill: &Bill) -> Result<String, Refusal> {
        match self {
            Self::Pix(payee) => payee.payload(bill),
            Self::PayNow(payee) => payee.payload(bill),
            Self::PromptPay(payee) => payee.payload(bill),
            Self::PromptPayBill(payee) => payee.payload(bill),
            Self::VietQr(payee) => payee.payload(bill),
            Self::Khqr(payee) => payee.payload(bill),
            Self::Fps(payee) => payee.payload(bill),
            Self::DuitNow(payee) => payee.payload(bill),
            Self::Emvco(payee) => payee.payload(bill),
            Self::Upi(payee) => payee.payload(bill),
            Self::Epc(payee) => payee.payload(bill),
            Self::Swiss(payee) => payee.payload(bill),
            Self::Spayd(payee) => payee.payload(bill),
            Self::BySquare(payee) => payee.payload(bill),
            Self::Own(code) => code.payload(bill),
            Self::Provider(code) => code.shown_for(bill),
        }
    }

    /// The payee's name as it stands in the code. None where the code has none: the payer's bank then shows the name
    /// under which it knows the account.
    #[must_use]
    pub fn seen_by_payer(&self) -> Option<&str> {
        match self {
            Self::Pix(payee) => Some(payee.name.as_str()),
            Self::PayNow(payee) => Some(payee.name.as_str()),
            Self::PromptPay(payee) => payee.name.as_ref().map(Name::as_str),
            Self::PromptPayBill(_) | Self::VietQr(_) | Self::Provider(_) => None,
            Self::Khqr(payee) => Some(payee.name.as_str()),
            Self::Fps(payee) => Some(payee.name.as_str()).filter(|name| *name != super::fps::NAME),
            Self::DuitNow(payee) => Some(payee.name.as_str()),
            Self::Emvco(payee) => Some(payee.name.as_str()),
            Self::Upi(payee) => Some(&payee.name),
            Self::Epc(payee) => Some(&payee.name),
            Self::Swiss(payee) => Some(&payee.creditor.name),
            Self::Spayd(payee) => payee.name.as_deref(),
            Self::BySquare(payee) => Some(&payee.name),
            Self::Own(code) => code.name(),
        }
    }

    /// The account, whole: number, address or key, and of a provider's code its text.
    #[must_use]
    pub fn account(&self) -> Cow<'_, str> {
        match self {
            Self::Pix(payee) => Cow::Borrowed(payee.account()),
            Self::PayNow(payee) => Cow::Borrowed(payee.account()),
            Self::PromptPay(payee) => Cow::Borrowed(payee.account()),
            Self::PromptPayBill(payee) => Cow::Borrowed(payee.account()),
            Self::VietQr(payee) => Cow::Owned(payee.account()),
            Self::Khqr(payee) => Cow::Borrowed(payee.account()),
            Self::Fps(payee) => Cow::Owned(payee.account()),
            Self::DuitNow(payee) => Cow::Owned(payee.account()),
            Self::Emvco(payee) => Cow::Owned(payee.account()),
            Self::Upi(payee) => Cow::Borrowed(payee.account()),
            Self::Epc(payee) => Cow::Borrowed(payee.account()),
            Self::Swiss(payee) => Cow::Borrowed(payee.account()),
            Self::Spayd(payee) => Cow::Borrowed(payee.account()),
            Self::BySquare(payee) => Cow::Borrowed(payee.account()),
            Self::Own(code) => Cow::Borrowed(code.account()),
            Self::Provider(code) => Cow::Borrowed(code.account()),
        }
    }

    /// Enough of the account to recognise it on a screen that customers see: `… 4567`.
    #[must_use]
    pub fn account_tail(&self) -> String {
        super::emv::tail(&self.account())
    }

    /// Whether the code carries a sale's reference to the shop's statement. Where it does not, a credit is found by
    /// amount and time.
    #[must_use]
    pub fn carries_reference(&self, reference: &str) -> bool {
        match self {
            Self::PromptPay(_) | Self::Provider(_) => false,
            Self::Own(code) => code.carries(reference),
            Self::Pix(_)
            | Self::PayNow(_)
            | Self::PromptPayBill(_)
            | Self::VietQr(_)
            | Self::Khqr(_)
            | Self::Fps(_)
            | Self::DuitNow(_)
            | Self::Emvco(_)
            | Self::Upi(_)
            | Self::Epc(_)
            | Self::Swiss(_)
            | Self::Spayd(_)
            | Self::BySquare(_) => true,
        }
    }

    /// Whether a code with an amount can be given an end, after which no bank takes it.
    #[must_use]
    pub fn has_expiry(&self) -> bool {
        match self {
            Self::PayNow(_) | Self::Khqr(_) => true,
            Self::Pix(_)
            | Self::PromptPay(_)
            | Self::PromptPayBill(_)
            | Self::VietQr(_)
            | Self::Fps(_)
            | Self::DuitNow(_)
            | Self::Emvco(_)
            | Self::Upi(_)
            | Self::Epc(_)
            | Self::Swiss(_)
            | Self::Spayd(_)
            | Self::BySquare(_)
            | Self::Own(_)
            | Self::Provider(_) => false,
        }
    }

    /// The rules by which the code is drawn.
    #[must_use]
    pub fn symbol(&self) -> Symbol {
        Symbol::of_standard(self.standard())
    }

    /// What people call the scheme.
    #[must_use]
    pub fn scheme_name(&self) -> &'static str {
        match self {
            Self::Pix(payee) => payee.key.kind(),
            Self::PayNow(_) => "PayNow",
            Self::PromptPay(_) | Self::PromptPayBill(_) => "PromptPay",
            Self::VietQr(_) => "VietQR",
            Self::Khqr(_) => "KHQR",
            Self::Fps(_) => "FPS",
            Self::DuitNow(_) => "DuitNow",
            Self::Emvco(_) => "EMV QR",
            Self::Upi(_) => "UPI",
            Self::Epc(_) => "SEPA QR",
            Self::Swiss(_) => "QR-bill",
            Self::Spayd(_) => "QR Platba",
            Self::BySquare(_) => "PAY by square",
            Self::Own(code) => code.scheme().name(),
            Self::Provider(code) => match code.provider() {
                Provider::Alipay => "Alipay",
                Provider::WeChatPay => "WeChat Pay",
                Provider::UnionPay => "UnionPay",
                Provider::Other => "QR",
            },
        }
    }

    /// The amount above which the customer may not be able to pay by it, where the shop has set one.
    #[must_use]
    pub fn warn_above(&self) -> Option<Money> {
        match self {
            Self::Provider(code) => code.warn_above,
            Self::Pix(_)
            | Self::PayNow(_)
            | Self::PromptPay(_)
            | Self::PromptPayBill(_)
            | Self::VietQr(_)
            | Self::Khqr(_)
            | Self::Fps(_)
            | Self::DuitNow(_)
            | Self::Emvco(_)
            | Self::Upi(_)
            | Self::Epc(_)
            | Self::Swiss(_)
            | Self::Spayd(_)
            | Self::BySquare(_)
            | Self::Own(_) => None,
        }
    }

    /// The currencies the scheme takes.
    #[must_use]
    pub fn currencies(&self) -> Currencies {
        match self {
            Self::Pix(_) => Currencies::Only(&super::pix::CURRENCIES),
            Self::PayNow(_) => Currencies::Only(&super::paynow::CURRENCIES),
            Self::PromptPay(_) | Self::PromptPayBill(_) => Currencies::Only(&super::promptpay::CURRENCIES),
            Self::VietQr(_) => Currencies::Only(&super::vietqr::CURRENCIES),
            Self::Khqr(_) => Currencies::Only(&super::khqr::CURRENCIES),
            Self::Fps(_) => Currencies::Only(&super::fps::CURRENCIES),
            Self::DuitNow(_) => Currencies::Only(&super::duitnow::CURRENCIES),
            Self::Upi(_) => Currencies::Only(&[Currency::INR]),
            Self::Epc(_) => Currencies::Only(&[Currency::EUR]),
            Self::Swiss(_) => Currencies::Only(&[Currency::CHF, Currency::EUR]),
            Self::Own(code) => code.scheme().currencies(),
            Self::Emvco(_) | Self::Spayd(_) | Self::BySquare(_) | Self::Provider(_) => Currencies::Any,
        }
    }
}

#[cfg(test)]
mod tests;
