//! A code that a provider issued to the shop and that nobody else can make: Alipay, `WeChat` Pay, `UnionPay` in mainland
//! China, and any other. It is shown byte for byte, with the amount beside it for the customer to type.

use super::bill::Bill;
use super::emv;
use super::refusal::{Refusal, Unit};
use super::text;
use crate::domain::money::Money;

/// The most bytes of a provider's code: what version 25 of a QR code holds at level M in byte mode (ISO/IEC 18004, table
/// 7), which is more than a phone reads with ease from a screen.
pub const PROVIDER_CODE_BYTES_MAX: usize = 997;

/// Who issued a code, as far as its text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Alipay.
    Alipay,
    /// `WeChat` Pay.
    WeChatPay,
    /// `UnionPay`.
    UnionPay,
    /// Somebody else.
    Other,
}

/// How the codes of each provider begin, in small letters. Providers print some of them in capitals.
const BEGINNINGS: [(&str, Provider); 5] = [
    ("https://qr.alipay.com/", Provider::Alipay),
    ("wxp://", Provider::WeChatPay),
    ("https://payapp.weixin.qq.com/", Provider::WeChatPay),
    ("weixin://wxpay/", Provider::WeChatPay),
    ("https://qr.95516.com/", Provider::UnionPay),
];

/// How a code of EMV QRCPS begins. One with a wrong check sum was misread, and is never repaired or shown.
const EMV_BEGINS: [&str; 2] = ["000201", "000202"];

/// A provider's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderCode {
    text: String,
    /// The amount above which the customer may not be able to pay, and the cashier is warned. On the mainland it is 500
    /// yuan for one customer and day (notice 296 of 2017 of the People's Bank of China).
    pub warn_above: Option<Money>,
}

impl ProviderCode {
    /// The code as it was scanned or pasted. A line break at the end is no part of it; everything else is, letter case
    /// included.
    ///
    /// # Errors
    ///
    /// It is empty, has more than [`PROVIDER_CODE_BYTES_MAX`] bytes or a control character, or is a damaged code of EMV
    /// QRCPS.
    pub fn read(text: &str, warn_above: Option<Money>) -> Result<Self, Refusal> {
        let (field, text) = ("static_payload", text.trim_end_matches(['\r', '\n']));
        if EMV_BEGINS.iter().any(|begin| text.starts_with(begin)) {
            emv::parse(text).map_err(|damage| Refusal::Damaged { field, damage })?;
        }
        text::only(
            field,
            text,
            |char| !char.is_control(),
            "control characters are not taken, and no line break but the last",
        )?;
        match text.len() {
            0 => Err(Refusal::Missing { field, expected: "the text of the provider's code" }),
            1..=PROVIDER_CODE_BYTES_MAX => Ok(Self { text: text.to_owned(), warn_above }),
            length => Err(Refusal::TooLong { field, length, limit: PROVIDER_CODE_BYTES_MAX, unit: Unit::Bytes }),
        }
    }

    /// The code, byte for byte.
    #[must_use]
    pub fn payload(&self) -> &str {
        &self.text
    }

    /// The code for a bill: the same for each, because the payer types the amount.
    ///
    /// # Errors
    ///
    /// The amount is none that can be paid.
    pub fn shown_for(&self, bill: &Bill) -> Result<String, Refusal> {
        text::amount(bill, 1..=i64::MAX, "an amount of at least one minor unit is expected")?;
        Ok(self.text.clone())
    }

    /// Who seems to have issued it.
    #[must_use]
    pub fn provider(&self) -> Provider {
        let begins =
            |begin: &str| self.text.get(..begin.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(begin));
        BEGINNINGS.iter().find(|(begin, _)| begins(begin)).map_or(Provider::Other, |(_, provider)| *provider)
    }

    /// Whether the cashier is warned that an amount may be above what the customer can pay.
    #[must_use]
    pub fn warns_of(&self, amount: Money) -> bool {
        self.warn_above.is_some_and(|limit| limit.currency == amount.currency && amount.minor > limit.minor)
    }

    /// What the till knows of the account: the code itself.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn a_code_stays_as_it_is_and_its_provider_is_known() {
        for (text, provider) in [
            ("https://qr.alipay.com/fkx00000example", Provider::Alipay),
            ("HTTPS://QR.ALIPAY.COM/FKX00000EXAMPLE", Provider::Alipay),
            ("wxp://f2f0Example_aB-9", Provider::WeChatPay),
            ("https://qr.95516.com/00010000/01example", Provider::UnionPay),
            ("https://qr.example.com/1", Provider::Other),
            ("收款码", Provider::Other),
        ] {
            let code = ProviderCode::read(&format!("{text}\n"), None).unwrap();
            assert_eq!((code.payload(), code.provider()), (text, provider));
        }
    }

    #[test]
    fn what_was_misread_is_not_shown() {
        // Example 1 of PayNet's specification.
        let whole = "00020201021126410014A000000615000101065016640209123456789520499995303458540510.005802MY5909QRCSDNBHD\
            6005BANGI6304343F";
        assert!(ProviderCode::read(whole, None).is_ok());
        let damaged = ProviderCode::read(&whole.replace("BANGI", "BANGL"), None).unwrap_err().to_string();
        assert!(damaged.contains("the check sum is"), "{damaged}");
        for text in ["wxp://a\0b", "wxp://a\nb", "wxp://a\tb"] {
            assert!(matches!(ProviderCode::read(text, None), Err(Refusal::Character { .. })), "{text:?}");
        }
    }

    #[test]
    fn the_amount_beside_the_code_is_one_that_can_be_paid() {
        let code = ProviderCode::read("wxp://a", None).unwrap();
        let bill = |minor| Bill { amount: Some(Money::new(minor, Currency::CNY)), ..Bill::open(Currency::CNY) };
        assert_eq!(code.shown_for(&bill(1)).as_deref(), Ok("wxp://a"));
        assert_eq!(code.shown_for(&Bill::open(Currency::CNY)).as_deref(), Ok("wxp://a"));
        for wrong in [0, -1] {
            let refused = code.shown_for(&bill(wrong)).unwrap_err().to_string();
            assert!(refused.contains("at least one minor unit"), "{refused}");
        }
    }

    #[test]
    fn a_code_has_one_to_997_bytes() {
        assert!(ProviderCode::read("\n", None).is_err());
        assert!(ProviderCode::read(&"x".repeat(997), None).is_ok());
        let refused = ProviderCode::read(&"x".repeat(998), None).unwrap_err().to_string();
        assert_eq!(refused, "“static_payload” has 998 bytes, the limit is 997");
    }

    #[test]
    fn the_cashier_is_warned_above_the_limit() {
        let yuan = |minor| Money::new(minor, Currency::CNY);
        let code = ProviderCode::read("wxp://a", Some(yuan(50_000))).unwrap();
        assert!(code.warns_of(yuan(50_001)) && !code.warns_of(yuan(50_000)));
        assert!(!code.warns_of(Money::new(50_001, Currency::EUR)));
        assert!(!ProviderCode::read("wxp://a", None).unwrap().warns_of(yuan(i64::MAX)));
    }
}
