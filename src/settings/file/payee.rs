//! The tables `[qr]` and `[payee]`: who is paid by transfer, in the keys that `stopgap qr` has for the same standard.

use std::ops::RangeInclusive;
use std::path::Path;

use serde_json::Value as Json;

use super::section::Item;
use super::{LINE_CHARS_MAX, SettingsError};
use crate::domain::money::{Currency, parse_plain};
use crate::fields::{FieldError, Fields};
use crate::outside::code_picture;
use crate::qr::keys::{Op, Standard};
use crate::qr::{Bill, Currencies, keys};
use crate::settings::{Area, CustomerSide, Payee, QrSettings, Terms};

/// The most payees: as many as fit on the page where the cashier chooses.
const PAYEES_MAX: usize = 6;
/// The farthest that a display can be from the corner of the desktop, in pixels.
const DESKTOP_PIXELS_MAX: i32 = 65_535;
/// The pixels a side of the customer's display may have.
const DISPLAY_PIXELS: RangeInclusive<u32> = 480..=8_192;
/// The highest fee: a quarter of the amount, in hundredths of a per cent.
const FEE_BASIS_POINTS_MAX: u16 = 2_500;
/// The longest wait for the money, in days.
const ARRIVES_DAYS_MAX: u16 = 60;
/// The longest label of a payee.
const LABEL_CHARS_MAX: usize = 24;
/// How long a code can be paid where the settings do not say, in minutes: ten are long for a payment and short for a
/// fraud.
const CODE_MINUTES: u8 = 10;

/// Transfers: `[qr]` is what holds whoever is paid, `[payee]` or `[[payee]]` who is.
pub(super) fn qr(
    qr: Option<Item<'_>>,
    payees: Option<Item<'_>>,
    currency: Currency,
    file: &Path,
) -> Result<QrSettings, SettingsError> {
    let mut settings = QrSettings {
        payees: Vec::new(),
        code_minutes: CODE_MINUTES,
        trust_limit_minor: 0,
        customer_side: CustomerSide::Beside,
    };
    if let Some(item) = qr {
        let mut table = item.section(&["code_minutes", "trust_limit", "customer_display"])?;
        if let Some(minutes) = table.take("code_minutes") {
            settings.code_minutes = minutes.number(&(1..=60))?;
        }
        if let Some(limit) = table.take("trust_limit") {
            settings.trust_limit_minor = limit.amount(currency)?;
        }
        if let Some(display) = table.take("customer_display") {
            let places = display.list(&(4..=4), "whole numbers: left, top, width and height, in pixels")?;
            let place = |item: &Item<'_>| item.number(&(-DESKTOP_PIXELS_MAX..=DESKTOP_PIXELS_MAX));
            let size = |item: &Item<'_>| item.number(&DISPLAY_PIXELS);
            if let [x, y, width, height] = places.as_slice() {
                let area = Area { x: place(x)?, y: place(y)?, width: size(width)?, height: size(height)? };
                settings.customer_side = CustomerSide::Display(area);
            }
        }
    }
    for item in payees.map_or(Ok(Vec::new()), |payees| payees.tables(PAYEES_MAX, "payees"))? {
        let payee = payee(&item, currency, file)?;
        if settings.payees.iter().any(|other| other.label == payee.label) {
            let rule = format!("“label”: another payee is called “{}” too; give each its own", payee.label);
            return Err(item.breaks(&rule));
        }
        settings.payees.push(payee);
    }
    Ok(settings)
}

/// One payee. Beside the keys of its standard the table has `label`, `standard` (EPC without one), `op`, and a table
/// `options` of those keys that `stopgap qr` has outside of `merchant`. Instead of `static_payload` it may have
/// `static_picture`, a picture of the code.
fn payee(item: &Item<'_>, currency: Currency, file: &Path) -> Result<Payee, SettingsError> {
    let mut json = item.json()?;
    let refused = |error: FieldError| item.breaks(&error.to_string());
    read_picture(&mut json, file).map_err(refused)?;
    let mut merchant = Fields::of(json).map_err(refused)?;
    let read = |merchant: &mut Fields| -> Result<Payee, FieldError> {
        let label = merchant.optional_text("label")?;
        let standard: Standard = merchant.optional_parsed("standard")?.unwrap_or(Standard::Epc);
        let terms = terms(merchant, currency)?;
        let op = merchant.optional_parsed("op")?.unwrap_or(Op::Build);
        let mut given = merchant.optional_object("options")?.unwrap_or_default();
        let mut bill = Bill::open(currency);
        let payee = keys::payee(standard, op, &mut given, merchant, &mut bill)?;
        given.end()?;
        let has_day = matches!(&payee, crate::qr::Payee::PayNow(paynow) if paynow.last_day.is_some());
        if has_day || bill.made_at.is_some() || bill.expires_at.is_some() {
            return Err(FieldError(
                "“options” has a time: every code is made when it is shown, and “code_minutes” in [qr] says how long \
                 it can be paid"
                    .to_owned(),
            ));
        }
        if let Some(label) = &label {
            let length = label.chars().count();
            if !(1..=LABEL_CHARS_MAX).contains(&length) || label.chars().any(char::is_control) {
                return Err(FieldError(format!(
                    "“label” has {length} characters: 1 to {LABEL_CHARS_MAX} are expected"
                )));
            }
        }
        if !payee.currencies().contains(currency) {
            let taken = match payee.currencies() {
                Currencies::Only(taken) => taken.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
                Currencies::Any => String::new(),
            };
            let rule = format!("{} takes {taken} only, and the till's currency is {currency}", payee.standard());
            return Err(FieldError(rule));
        }
        // A payee that no code can be made for is refused now and not in front of a customer.
        let made = Payee::new(label, payee, bill.message, currency).map_err(FieldError::of)?;
        Ok(Payee { terms, ..made })
    };
    read(&mut merchant).and_then(|payee| merchant.end().map(|()| payee)).map_err(refused)
}

/// What a transfer to it costs the shop, and when the money is there.
fn terms(merchant: &mut Fields, currency: Currency) -> Result<Terms, FieldError> {
    let number = |merchant: &mut Fields, name: &str, most: u16| match merchant.optional_whole_number(name)? {
        None => Ok(None),
        Some(given) => match u16::try_from(given) {
            Ok(number) if number <= most => Ok(Some(number)),
            _ => Err(FieldError(format!("“{name}” is {given}: expected a whole number from 0 to {most}"))),
        },
    };
    let fee_basis_points = number(merchant, "fee_basis_points", FEE_BASIS_POINTS_MAX)?.unwrap_or_default();
    let arrives_days = number(merchant, "arrives_days", ARRIVES_DAYS_MAX)?.and_then(|days| u8::try_from(days).ok());
    let fee_fixed_minor = match merchant.optional_text("fee_fixed")? {
        None => 0,
        Some(text) => {
            let fee = parse_plain(&text, currency);
            let fee = fee.map_err(|error| FieldError(format!("“fee_fixed” is “{text}”: {error}")))?;
            if fee.minor < 0 {
                return Err(FieldError(format!("“fee_fixed” is “{text}”: expected an amount that is not negative")));
            }
            fee.minor
        }
    };
    Ok(Terms { fee_basis_points, fee_fixed_minor, arrives_days })
}

/// Puts the text of the code in a picture where the text itself may stand. A relative path is taken from the folder of
/// the configuration.
fn read_picture(json: &mut Json, file: &Path) -> Result<(), FieldError> {
    const PICTURE: &str = "static_picture";
    const TEXT: &str = "static_payload";
    let Json::Object(members) = json else { return Ok(()) };
    let path = match members.remove(PICTURE) {
        Some(Json::String(path)) if path.chars().count() <= LINE_CHARS_MAX => path,
        Some(_) => return Err(FieldError(format!("“{PICTURE}”: the path of a picture is expected"))),
        None => return Ok(()),
    };
    if members.contains_key(TEXT) {
        return Err(FieldError(format!("“{PICTURE}”: either this or “{TEXT}”")));
    }
    let path = file.parent().unwrap_or(Path::new("")).join(path);
    let text = code_picture::read_file(&path)
        .map_err(|error| FieldError(format!("“{PICTURE}”: {}: {error}", path.display())))?;
    members.insert(TEXT.to_owned(), Json::String(text));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::settings::Terms;
    use crate::settings::file::tests::{read, sample};

    const KHQR: &str = "standard = \"khqr\"\nkind = \"individual\"\nbakong_account = \"shop@aclb\"\nname = \"Shop\"\n\
                        city = \"Phnom Penh\"\n";
    const EPC: &str = "name = \"Bakery Example GmbH\"\niban = \"DE89 3704 0044 0532 0130 00\"\n";

    /// The euro sample with another payee and another currency.
    fn with(currency: &str, payee: &str) -> Result<crate::settings::Payee, String> {
        let text = sample("eu.toml");
        let (before, after) = text.split_once("[payee]\n").unwrap();
        let after = &after[after.find("# What the shop leaves out").unwrap()..];
        let decimals = if currency == "VND" { "" } else { ".00" };
        let before = before.replace("\"EUR\"", &format!("\"{currency}\""));
        let text = format!("{before}[payee]\n{payee}\n{}", after.replace(".00\"", &format!("{decimals}\"")));
        read(&text.replace("\"2.00\"", "\"2\"")).map(|mut settings| settings.qr.payees.remove(0))
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
            (
                "KHR",
                "standard = \"khqr\"\nkind = \"individual\"\nbakong_account = \"shop@aclb\"\nname = \"Shop\"\n\
                 city = \"Phnom Penh\"",
                "khqr",
                "… op@aclb",
            ),
            (
                "SGD",
                "standard = \"paynow\"\nproxy_type = \"uen\"\nproxy_value = \"201403121W\"\nname = \"Shop\"",
                "paynow",
                "… 121W",
            ),
            (
                "THB",
                "standard = \"promptpay\"\nproxy_type = \"mobile\"\nproxy_value = \"0812345678\"",
                "promptpay",
                "… 5678",
            ),
            ("HKD", "standard = \"fps\"\nfps_id = \"1234567\"\nname = \"Shop\"", "fps", "… 567"),
            ("INR", "standard = \"upi\"\nvpa = \"shop@okbank\"\nname = \"Shop\"", "upi", "… op@okbank"),
            (
                "MYR",
                "standard = \"duitnow\"\nacquirer_id = \"501664\"\nmerchant_id = \"123456789\"\nname = \"Shop\"",
                "duitnow",
                "… 6789",
            ),
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
            ("KHR", format!("{KHQR}[payee.options]\ncreated_at_ms = 1726822035797"), "“options” has a time"),
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

    #[test]
    fn several_payees_have_labels_of_their_own_and_a_code_may_come_as_a_picture() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stopgap.toml");
        let modules = crate::qr::picture("wxp://f2f0Example", crate::qr::Symbol::AsIssued).unwrap();
        std::fs::write(folder.path().join("wechat.png"), modules.png(8).unwrap()).unwrap();
        let text = sample("eu.toml");
        let (before, after) = text.split_once("[payee]\n").unwrap();
        let after = &after[after.find("[qr]").unwrap()..];
        let read = |second: &str| {
            let text = format!("{before}[[payee]]\n{EPC}[[payee]]\nstandard = \"static\"\n{second}\n{after}");
            crate::settings::file::parse(&text, &file, folder.path()).map_err(|error| error.to_string())
        };
        let settings = read("static_picture = \"wechat.png\"").unwrap();
        let labels: Vec<&str> = settings.qr.payees.iter().map(|payee| payee.label.as_str()).collect();
        assert_eq!(labels, ["SEPA QR", "WeChat Pay"]);
        assert_eq!(settings.qr.payees[1].key.0, "wxp://f2f0Example");
        std::fs::write(folder.path().join("notes.txt"), "no picture").unwrap();
        for (second, says) in [
            ("static_picture = \"gone.png\"", "“static_picture”: "),
            ("static_picture = \"notes.txt\"", "neither a PNG nor a JPEG"),
            ("static_picture = \"wechat.png\"\nstatic_payload = \"x\"", "either this or “static_payload”"),
            ("static_payload = \"x\"\nlabel = \"SEPA QR\"", "another payee is called “SEPA QR” too"),
            ("static_payload = \"x\"\nlabel = \"\"", "“label” has 0 characters"),
        ] {
            let error = read(second).unwrap_err();
            assert!(error.contains(says) && error.lines().count() == 1, "{second}: {error}");
        }
    }

    #[test]
    fn what_a_transfer_costs_is_read_within_its_bounds() {
        let terms = |more: &str| with("EUR", &format!("{EPC}{more}\n")).map(|payee| payee.terms);
        assert_eq!(terms("").unwrap(), Terms::default());
        let read = terms("fee_basis_points = 90\nfee_fixed = \"0.10\"\narrives_days = 2").unwrap();
        assert_eq!(read, Terms { fee_basis_points: 90, fee_fixed_minor: 10, arrives_days: Some(2) });
        for (more, says) in [
            ("fee_basis_points = 2501", "“fee_basis_points” is 2501: expected a whole number from 0 to 2500"),
            ("fee_basis_points = -1", "“fee_basis_points” is -1: expected a whole number from 0 to 2500"),
            ("arrives_days = 61", "“arrives_days” is 61: expected a whole number from 0 to 60"),
            ("fee_fixed = \"-0.10\"", "“fee_fixed” is “-0.10”"),
            ("fee_fixed = \"0.101\"", "“fee_fixed” is “0.101”"),
        ] {
            let error = terms(more).unwrap_err();
            assert!(error.contains(says) && error.lines().count() == 1, "{more}: {error}");
        }
    }

    #[test]
    fn a_message_makes_no_other_payee_and_another_account_does() {
        let key = |text: &str| with("EUR", text).unwrap().key;
        let with_name = EPC.replace("Bakery", "Butcher");
        assert_ne!(key(EPC), key(&with_name));
        assert_ne!(key(EPC), key(&EPC.replace("DE89 3704 0044 0532 0130 00", "FR14 2004 1010 0505 0001 3M02 606")));
        assert_eq!(key(EPC), key(EPC));
    }
}
