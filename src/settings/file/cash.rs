//! What `[cash]` and `[printer]` say.

use std::path::PathBuf;

use super::section::{Item, Section};
use super::{LINE_CHARS_MAX, SettingsError};
use crate::domain::cash::{
    CashRounding, Country, Foreign, Midway, Rate, SmallSum, cash_rounding, has_pieces, smallest_piece,
};
use crate::domain::money::{Currency, Money};
use crate::escpos::{CodePage, DrawerPin, PaperWidth, Profile};
use crate::outside::printer::{Printer, PrinterAddress};
use crate::settings::cash::{CashSettings, DrawerFor, DrawerPlace, ForeignTaken, MerchantCopy, PrinterSettings};

/// The most code pages of a printer that are tried for a line.
const CODE_PAGES_MAX: usize = 16;

/// The most drawers of one till: each is a key on its page.
const DRAWERS_MAX: usize = 4;
/// The most characters of a drawer's name, which is a key.
const DRAWER_NAME_CHARS_MAX: usize = 20;

/// The most other currencies: each is a key on the cash page.
const FOREIGN_MAX: usize = 4;
/// The most characters that say of when and whom a rate is.
const RATE_OF_CHARS_MAX: usize = 24;

const RATE: &str = "a rate in quotes, above 0 and at most 1000000, with at most 8 decimals, such as \"0.92\"";
const COUNTRY: &str = "a country code of two capital letters (ISO 3166-1), such as FI";

/// Cash is rounded as the country does it, where the shop says nothing else, and every refund needs a manager.
pub(super) fn cash(
    item: Option<Item<'_>>,
    country: Option<Item<'_>>,
    currency: Currency,
) -> Result<CashSettings, SettingsError> {
    let country: Option<Country> = country.map(|country| country.parse(COUNTRY)).transpose()?;
    let by_country = cash_rounding(currency, country);
    let mut settings = CashSettings {
        drawer_for: DrawerFor::Everybody,
        drawers: Vec::new(),
        foreign: Vec::new(),
        rounding: by_country,
        refund_manager_above_minor: 0,
        drawer_manager_above_minor: None,
    };
    let Some(item) = item else { return Ok(settings) };
    let mut table =
        item.section(&["rounding", "refund_manager_above", "drawer_manager_above", "drawer_for", "drawer", "foreign"])?;
    if let Some(rounding) = table.take("rounding") {
        settings.rounding = self::rounding(&rounding, by_country, currency)?;
    }
    if let Some(above) = table.take("refund_manager_above") {
        settings.refund_manager_above_minor = above.amount(currency)?;
    }
    settings.drawer_manager_above_minor =
        table.take("drawer_manager_above").map(|above| above.amount(currency)).transpose()?;
    if let Some(drawers) = table.take("drawer") {
        settings.drawers = self::drawers(drawers)?;
    }
    settings.drawer_for = drawer_for(table.take("drawer_for").as_ref(), settings.drawers.len())?;
    if let Some(foreign) = table.take("foreign") {
        settings.foreign = self::foreign(foreign, currency)?;
    }
    Ok(settings)
}

/// A shop with one drawer shares it; one that has several has them so that each person answers for one.
fn drawer_for(item: Option<&Item<'_>>, drawers: usize) -> Result<DrawerFor, SettingsError> {
    let Some(item) = item else {
        return Ok(if drawers > 1 { DrawerFor::OnePerson } else { DrawerFor::Everybody });
    };
    match item.text("\"everybody\" or \"one_person\"")? {
        "everybody" => Ok(DrawerFor::Everybody),
        "one_person" => Ok(DrawerFor::OnePerson),
        _ => Err(item.wrong("expected everybody (who is signed in) or one_person (whom it stands with)".to_owned())),
    }
}

/// Several drawers take turns; each has a name of its own.
fn drawers(item: Item<'_>) -> Result<Vec<DrawerPlace>, SettingsError> {
    let mut drawers: Vec<DrawerPlace> = Vec::new();
    for item in item.tables(DRAWERS_MAX, "drawers")? {
        let mut table = item.section(&["name", "pin"])?;
        let named = table.need("name", "what people call the drawer")?;
        let name = named.line_of_text(DRAWER_NAME_CHARS_MAX)?;
        if drawers.iter().any(|known| known.name == name) {
            return Err(named.wrong("expected a name that no other drawer has".to_owned()));
        }
        let pin = table.take("pin").map(|pin| self::pin(&pin)).transpose()?;
        drawers.push(DrawerPlace { name, pin });
    }
    Ok(drawers)
}

/// Other currencies, each at the shop's own rate.
fn foreign(item: Item<'_>, shop: Currency) -> Result<Vec<ForeignTaken>, SettingsError> {
    let mut taken: Vec<ForeignTaken> = Vec::new();
    for item in item.tables(FOREIGN_MAX, "currencies")? {
        let mut table = item.section(&["currency", "rate", "rate_of"])?;
        let named = table.need("currency", "the code of the currency, such as USD")?;
        let currency: Currency = named.parse("an ISO 4217 currency code of three letters, such as USD")?;
        if currency == shop {
            return Err(named.wrong("expected another currency than the shop's own".to_owned()));
        }
        if taken.iter().any(|known| known.foreign.currency == currency) {
            return Err(named.wrong("expected a currency that is not in the list yet".to_owned()));
        }
        if !has_pieces(currency.code()) {
            return Err(named
                .wrong("expected a currency whose notes and coins Stopgap knows, or it cannot be counted".to_owned()));
        }
        let rate = table.need("rate", "what one unit of it is worth, in quotes, such as \"0.92\"")?;
        let rate: Rate = rate.parse(RATE)?;
        let rate_of = table.take("rate_of").map(|of| of.line_of_text(RATE_OF_CHARS_MAX)).transpose()?;
        taken.push(ForeignTaken { foreign: Foreign { currency, rate }, rate_of });
    }
    Ok(taken)
}

fn rounding(
    item: &Item<'_>,
    by_country: Option<CashRounding>,
    currency: Currency,
) -> Result<Option<CashRounding>, SettingsError> {
    let smallest = Money::new(smallest_piece(currency), currency);
    match item.text("\"country\", \"off\", or the smallest sum in quotes, such as \"0.05\"")? {
        "country" => Ok(by_country),
        "off" if smallest.minor == 1 => Ok(None),
        "off" => Err(item.wrong(format!("expected \"country\" or a sum: {smallest} is the smallest coin there is"))),
        _ => {
            let step_minor = item.amount(currency)?;
            if step_minor < 2 {
                return Err(item.wrong("expected more than one minor unit, or \"off\"".to_owned()));
            }
            if step_minor % smallest.minor != 0 {
                return Err(
                    item.wrong(format!("expected a multiple of {smallest}, which is the smallest coin there is"))
                );
            }
            let (midway, small) = (Midway::Up, SmallSum::Nothing);
            Ok(Some(CashRounding { step_minor, midway, small, whole_sales_only: false }))
        }
    }
}

/// The receipt printer.
pub(super) fn printer(item: Item<'_>) -> Result<PrinterSettings, SettingsError> {
    let mut table = item.section(&[
        "address",
        "device",
        "answers",
        "paper_mm",
        "code_pages",
        "chinese",
        "draws_codes",
        "cutter",
        "drawer_pin",
        "merchant_copy",
        "signature",
    ])?;
    let address = address(&mut table)?;
    let mut flag = |key, otherwise| table.take(key).map_or(Ok(otherwise), |flag| flag.flag());
    let answers = flag("answers", true)?;
    let (has_chinese, has_codes) = (flag("chinese", false)?, flag("draws_codes", true)?);
    let (has_cutter, signature) = (flag("cutter", true)?, flag("signature", false)?);
    let paper = match table.take("paper_mm") {
        None => PaperWidth::Mm80,
        Some(width) => match width.number(&(58..=80))? {
            58 => PaperWidth::Mm58,
            80 => PaperWidth::Mm80,
            _ => return Err(width.wrong("expected 58 or 80".to_owned())),
        },
    };
    Ok(PrinterSettings {
        printer: Printer { address, answers },
        profile: Profile { paper, pages: pages(&mut table)?, has_chinese, has_codes, has_cutter },
        drawer_pin: drawer_pin(table.take("drawer_pin").as_ref())?,
        merchant_copy: merchant_copy(table.take("merchant_copy").as_ref())?,
        signature,
    })
}

fn address(table: &mut Section<'_>) -> Result<PrinterAddress, SettingsError> {
    let rule = "the printer's IP address and port, such as 192.0.2.30:9100; or device, its file, such as /dev/usb/lp0";
    match (table.take("address"), table.take("device")) {
        (Some(address), None) => Ok(PrinterAddress::Network(address.address()?)),
        (None, Some(device)) => Ok(PrinterAddress::Device(PathBuf::from(device.line_of_text(LINE_CHARS_MAX)?))),
        (Some(_), Some(device)) => Err(device.wrong("either this or address".to_owned())),
        (None, None) => Err(table.missing("address", rule)),
    }
}

fn pages(table: &mut Section<'_>) -> Result<Vec<CodePage>, SettingsError> {
    let Some(item) = table.take("code_pages") else { return Ok(Vec::new()) };
    let pages = item.list(&(0..=CODE_PAGES_MAX), "code pages")?;
    pages.iter().map(|page| page.parse("a code page as stopgap print --page takes it, such as WPC1252")).collect()
}

fn drawer_pin(item: Option<&Item<'_>>) -> Result<Option<DrawerPin>, SettingsError> {
    let Some(item) = item else { return Ok(Some(DrawerPin::Two)) };
    match item.text("\"2\", \"5\" or \"none\"")? {
        "none" => Ok(None),
        "2" | "5" => pin(item).map(Some),
        _ => Err(item.wrong("expected 2, 5 or none: the pin of the drawer's connector".to_owned())),
    }
}

fn pin(item: &Item<'_>) -> Result<DrawerPin, SettingsError> {
    match item.text("\"2\" or \"5\"")? {
        "2" => Ok(DrawerPin::Two),
        "5" => Ok(DrawerPin::Five),
        _ => Err(item.wrong("expected 2 or 5: the pin of the drawer's connector".to_owned())),
    }
}

fn merchant_copy(item: Option<&Item<'_>>) -> Result<MerchantCopy, SettingsError> {
    let Some(item) = item else { return Ok(MerchantCopy::Promises) };
    match item.text("\"never\", \"promises\" or \"always\"")? {
        "never" => Ok(MerchantCopy::Never),
        "promises" => Ok(MerchantCopy::Promises),
        "always" => Ok(MerchantCopy::Always),
        _ => Err(item.wrong("expected never, promises (cards by hand and transfers) or always".to_owned())),
    }
}
