//! Transfers by QR code: where they go, and what the shop wants of them.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::domain::ids::SaleReference;
use crate::domain::money::{Currency, Money};
use crate::domain::payee::{PayeeKey, PayeeTitle};
use crate::domain::qr::ShownCode;
use crate::qr::{self, Bill, Refusal};

/// The sale that every payee is asked for once, to know it by its code: the smallest reference, and an amount that is
/// whole also where there are three decimals.
const KEY_REFERENCE: (u8, u32) = (10, 1);
const KEY_MINOR: i64 = 1_000;
/// When it is asked for, in seconds of the Unix epoch: the first of January 2020. KHQR takes times of thirteen digits.
const KEY_MADE_AT: i64 = 1_577_836_800;

/// Transfers by QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrSettings {
    /// Where they go, in the order in which they are offered.
    pub payees: Vec<Payee>,
    /// How long a code can be paid where its standard has an end, in minutes.
    pub code_minutes: u8,
    /// Up to this amount, in minor units, goods go on the customer's word that it is paid; above it a manager approves.
    pub trust_limit_minor: i64,
    /// How the customer sees the code.
    pub customer_side: CustomerSide,
}

/// How the customer sees the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerSide {
    /// The cashier shows the screen.
    Beside,
    /// On a display of its own that looks at the customer.
    Display(Area),
}

/// A part of the desktop, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// Where transfers go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payee {
    /// What the shop calls it.
    pub label: String,
    /// Who is paid, by which standard.
    pub payee: qr::Payee,
    /// A text that every code carries, where the standard has a place for one.
    pub message: Option<String>,
    /// What makes it this one.
    pub key: PayeeKey,
    /// What a transfer costs the shop, and when the money is there.
    pub terms: Terms,
}

/// What a transfer by one way costs the shop, and when the money is there: as the contract of the bank or the wallet
/// has it. A cashier is told before the way is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The part of the amount, in hundredths of a per cent.
    pub fee_basis_points: u16,
    /// What each transfer costs besides, in minor units.
    pub fee_fixed_minor: i64,
    /// Days until the money is there; 0 is at once, and `None` is as the standard has it.
    pub arrives_days: Option<u8>,
}

impl Terms {
    /// The fee on an amount, rounded half up to the minor unit; `None` where it costs nothing.
    #[must_use]
    pub fn fee(&self, amount: Money) -> Option<Money> {
        let part = (i128::from(amount.minor) * i128::from(self.fee_basis_points) + 5_000) / 10_000;
        let minor = i64::try_from(part).ok()?.checked_add(self.fee_fixed_minor)?;
        (minor > 0).then(|| Money::new(minor, amount.currency))
    }
}

impl Payee {
    /// A payee with a label, or named after its scheme without one.
    ///
    /// # Errors
    ///
    /// No code can be made for it in this currency.
    pub fn new(
        label: Option<String>,
        payee: qr::Payee,
        message: Option<String>,
        currency: Currency,
    ) -> Result<Self, Refusal> {
        let label = label.unwrap_or_else(|| payee.scheme_name().to_owned());
        let mut made = Self { label, payee, message: None, key: PayeeKey(String::new()), terms: Terms::default() };
        let (till, sequence) = KEY_REFERENCE;
        if let Ok(reference) = SaleReference::new(till, sequence) {
            let made_at = DateTime::from_timestamp(KEY_MADE_AT, 0).unwrap_or_default().fixed_offset();
            let asked = made.bill(Money::new(KEY_MINOR, currency), reference, made_at, 1);
            made.key = PayeeKey(made.payee.payload(&asked)?);
            made.message = message;
            let with_message = Bill { message: made.message.clone(), ..asked };
            made.payee.payload(&with_message)?;
        }
        Ok(made)
    }

    /// As people tell it from others.
    #[must_use]
    pub fn title(&self) -> PayeeTitle {
        PayeeTitle {
            label: self.label.clone(),
            standard: self.payee.standard().to_owned(),
            account: self.payee.account_tail(),
        }
    }

    /// The code for a sale; it can be paid for `minutes` where its standard has an end.
    ///
    /// # Errors
    ///
    /// The scheme does not take the amount.
    pub fn code(
        &self,
        amount: Money,
        reference: SaleReference,
        made_at: DateTime<FixedOffset>,
        minutes: u8,
    ) -> Result<ShownCode, Refusal> {
        let bill = self.bill(amount, reference, made_at, minutes);
        Ok(ShownCode {
            standard: self.payee.standard().to_owned(),
            payload: self.payee.payload(&bill)?,
            payee: self.payee.seen_by_payer().map(str::to_owned),
            label: self.label.clone(),
            account: self.payee.account_tail(),
            expires_at: bill.expires_at,
            warn_above: self.payee.warn_above(),
            carries_reference: bill.reference.as_deref().is_some_and(|text| self.payee.carries_reference(text)),
        })
    }

    /// What a code for a sale asks for.
    ///
    /// A Swiss QR-IBAN takes references of 27 digits only, which are made of ours.
    fn bill(&self, amount: Money, reference: SaleReference, made_at: DateTime<FixedOffset>, minutes: u8) -> Bill {
        let reference = match &self.payee {
            qr::Payee::Swiss(swiss) => swiss.iban.reference_of(reference),
            qr::Payee::Pix(_)
            | qr::Payee::PayNow(_)
            | qr::Payee::PromptPay(_)
            | qr::Payee::PromptPayBill(_)
            | qr::Payee::VietQr(_)
            | qr::Payee::Khqr(_)
            | qr::Payee::Fps(_)
            | qr::Payee::DuitNow(_)
            | qr::Payee::Emvco(_)
            | qr::Payee::Upi(_)
            | qr::Payee::Epc(_)
            | qr::Payee::Spayd(_)
            | qr::Payee::BySquare(_)
            | qr::Payee::Own(_)
            | qr::Payee::Provider(_) => reference.to_string(),
        };
        let expires_at = self.payee.has_expiry().then(|| made_at + TimeDelta::minutes(i64::from(minutes)));
        Bill {
            amount: Some(amount),
            reference: Some(reference),
            message: self.message.clone(),
            made_at: Some(made_at),
            expires_at,
            ..Bill::open(amount.currency)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fee_is_a_part_and_a_fixed_sum_rounded_half_up() {
        let fee = |fee_basis_points, fee_fixed_minor, minor| {
            let terms = Terms { fee_basis_points, fee_fixed_minor, arrives_days: None };
            terms.fee(Money::new(minor, Currency::EUR)).map(|fee| fee.minor)
        };
        assert_eq!((fee(0, 0, 1_000), fee(90, 0, 10), fee(0, 10, 1)), (None, None, Some(10)));
        assert_eq!((fee(90, 10, 2_750), fee(50, 0, 99), fee(50, 0, 100)), (Some(35), None, Some(1)));
        assert_eq!(fee(2_500, i64::MAX, 1_000), None, "a sum that no number holds is none");
    }
}
