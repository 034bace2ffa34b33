//! The table `[payee]`: who is paid by transfer, in the keys that `stopgap qr` has for the same standard.

use chrono::DateTime;

use super::SettingsError;
use super::section::Item;
use crate::domain::ids::SaleReference;
use crate::domain::money::{Currency, Money};
use crate::fields::{FieldError, Fields};
use crate::qr::keys::{Op, Standard};
use crate::qr::{Bill, Currencies, keys};
use crate::settings::Payee;

/// The number of a sale that is tried when the file is read, so that a payee which no code can be made for is refused
/// then and not in front of a customer.
const SAMPLE_SEQUENCE: u32 = 1;
/// The amount that is tried, in minor units of the largest kind: a whole unit where there are three decimals.
const SAMPLE_MINOR: i64 = 1_000;

/// The payee. Beside the keys of its standard the table has `standard` (EPC without one), `op`, and a table `options` of
/// those keys that `stopgap qr` has outside of `merchant`.
pub(super) fn payee(item: &Item<'_>, currency: Currency, till: u8) -> Result<Payee, SettingsError> {
    let json = item.json()?;
    let refused = |error: FieldError| item.breaks(&error.0);
    let mut merchant = Fields::of(json).map_err(refused)?;
    let read = |merchant: &mut Fields| -> Result<Payee, FieldError> {
        let standard: Standard = merchant.optional_parsed("standard")?.unwrap_or(Standard::Epc);
        let op = merchant.optional_parsed("op")?.unwrap_or(Op::Build);
        let mut given = merchant.optional_object("options")?.unwrap_or_default();
        let mut bill = Bill::open(currency);
        let payee = keys::payee(standard, op, &mut given, merchant, &mut bill)?;
        given.end()?;
        Ok(Payee { payee, message: bill.message })
    };
    let payee = read(&mut merchant).and_then(|payee| merchant.end().map(|()| payee)).map_err(refused)?;
    if !payee.payee.currencies().contains(currency) {
        let taken = match payee.payee.currencies() {
            Currencies::Only(taken) => taken.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
            Currencies::Any => String::new(),
        };
        let rule = format!("{} takes {taken} only, and the till's currency is {currency}", payee.payee.standard());
        return Err(item.breaks(&rule));
    }
    let reference = SaleReference::new(till, SAMPLE_SEQUENCE).map_err(|error| item.breaks(&error.to_string()))?;
    let sample = payee.bill(Money::new(SAMPLE_MINOR, currency), reference, DateTime::UNIX_EPOCH.fixed_offset(), 1);
    payee.payee.payload(&sample).map_err(|refusal| item.breaks(&refusal.to_string()))?;
    Ok(payee)
}

#[cfg(test)]
mod tests {
    use crate::settings::file::tests::{read, sample};

    const EPC: &str = "name = \"Bakery Example GmbH\"\niban = \"DE89 3704 0044 0532 0130 00\"\n";

    /// The euro sample with another payee and another currency.
    fn with(currency: &str, payee: &str) -> Result<crate::settings::Payee, String> {
        let text = sample("eu.toml");
        let (before, after) = text.split_once("[payee]\n").unwrap();
        let after = &after[after.find("# What the shop leaves out").unwrap()..];
        let decimals = if currency == "VND" { "" } else { ".00" };
        let before = before.replace("\"EUR\"", &format!("\"{currency}\""));
        let text = format!("{before}[payee]\n{payee}\n{}", after.replace(".00\"", &format!("{decimals}\"")));
        read(&text.replace("\"2.00\"", "\"2\"")).map(|settings| settings.payee.unwrap())
    }

    #[test]
    fn any_standard_can_be_the_payee() {
        let swiss = "standard = \"swiss\"\nname = \"Robert Schneider AG\"\npostal_code = \"2501\"\ncity = \"Biel\"\n\
                     country = \"CH\"\niban = \"CH4431999123000889012\"";
        for (currency, payee, standard, tail) in [
            ("EUR", EPC, "epc", "… 3000"),
            ("CHF", swiss, "swiss", "… 9012"),
            (
                "BRL",
                "standard = \"pix\"\npix_key = \"+5511987654321\"\nname = \"Padaria\"\ncity = \"São Paulo\"",
                "pix",
                "… 4321",
            ),
            ("VND", "standard = \"vietqr\"\nbank_bin = \"970436\"\naccount = \"0011001932418\"", "vietqr", "… 2418"),
            (
                "CZK",
                "standard = \"spayd\"\niban = \"CZ5855000000001265098001\"\n[payee.options]\ninstant = true",
                "spayd",
                "… 8001",
            ),
            ("CNY", "standard = \"static\"\nstatic_payload = \"wxp://f2f0Example\"", "static", "… mple"),
        ] {
            let payee = with(currency, payee).unwrap();
            assert_eq!((payee.payee.standard(), payee.payee.account_tail().as_str()), (standard, tail));
        }
    }

    #[test]
    fn a_payee_that_no_code_can_be_made_for_is_refused_at_the_start() {
        let long = format!("name = \"{}\"\niban = \"DE89 3704 0044 0532 0130 00\"\n", "x".repeat(71));
        for (currency, payee, says) in [
            ("EUR", EPC.replace("DE89", "DE88"), "payee: “iban”: “DE88 3704 0044 0532 0130 00” is not an IBAN"),
            ("EUR", EPC.replace("DE89 3704 0044 0532 0130 00", "CH93 0076 2011 6238 5295 7"), "“bic” is missing"),
            ("EUR", format!("{EPC}bic = \"COBA\""), "payee: “bic”: “COBA”"),
            ("EUR", long, "“name” has 71 characters, the limit is 70"),
            ("EUR", format!("{EPC}city = \"Here\""), "“city” is not known here"),
            ("EUR", format!("{EPC}[payee.options]\ncolour = \"red\""), "“options.colour” is not known here"),
            ("EUR", "name = \"x\"".to_owned(), "“iban” is missing: text is expected"),
            ("EUR", "standard = \"giro\"".to_owned(), "“standard”: none that can be made; known are pix, "),
            ("EUR", "name = 1.5".to_owned(), "only text, whole numbers, true, false and tables are taken here"),
            ("CHF", EPC.to_owned(), "epc takes EUR only, and the till's currency is CHF"),
        ] {
            let error = with(currency, &payee).unwrap_err();
            assert!(error.contains(says) && error.lines().count() == 1, "{payee}: {error}");
        }
    }
}
