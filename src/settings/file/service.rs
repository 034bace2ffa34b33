//! The section `[service]`: the directory of providers, the register of devices and the folder of guides.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;

use super::device::Around;
use super::error::{Problem, SettingsError};
use super::section::{Item, Section, Source};
use super::{FILE_BYTES_MAX, LINE_CHARS_MAX, NAME_CHARS_MAX, device, guide, learn};
use crate::domain::money::{Currency, Money};
use crate::domain::service::provider::PROVIDERS_MAX;
use crate::domain::service::{Guide, Provider, ProviderFor};
use crate::outside::files::read_short;
use crate::seal::{AcquirerKey, KEY_BYTES_MAX};
use crate::settings::{PackSettings, ReaderSettings, ServiceSettings};

/// The most files of a folder of guides.
pub const GUIDES_MAX: usize = 32;
/// The longest promise of a contract, in hours: a quarter of a year.
pub const PROMISE_HOURS_MAX: u16 = 2_208;

/// The guide for any reader, which every shop has.
const BUILT_IN: &str = include_str!("../../../guides/any.toml");

/// The section, or what holds without one.
pub(super) fn service(
    item: Option<Item<'_>>,
    (file, data): (&Path, &Path),
    currency: Currency,
    reader: &ReaderSettings,
) -> Result<ServiceSettings, SettingsError> {
    let mut service = built_in_service()?;
    let Some(item) = item else { return Ok(service) };
    let mut table =
        item.section(&["guides", "providers", "devices", "pack_folder", "pack_key", "papers_folder", "test_payment"])?;
    if let Some(folder) = table.take("guides") {
        let path = file.parent().unwrap_or(Path::new("")).join(folder.line_of_text(LINE_CHARS_MAX)?);
        service.guides.extend(read_folder(&folder, &path)?);
    }
    if let Some(list) = table.take("providers") {
        for entry in list.list(&(1..=PROVIDERS_MAX), "providers")? {
            let provider = provider(entry.section(&KEYS)?, &service.providers)?;
            service.providers.push(provider);
        }
    }
    if let Some(list) = table.take("devices") {
        let around = Around { file, currency, reader, providers: &service.providers };
        service.devices = device::devices(list, &around)?;
    }
    if let Some(folder) = table.take("pack_folder") {
        service.pack.folder = Some(data.join(folder.line_of_text(LINE_CHARS_MAX)?));
    }
    if let Some(folder) = table.take("papers_folder") {
        service.papers_folder = Some(data.join(folder.line_of_text(LINE_CHARS_MAX)?));
    }
    if let Some(amount) = table.take("test_payment") {
        service.test_payment = Some(Money::new(amount.amount(currency)?, currency));
    }
    if let Some(key) = table.take("pack_key") {
        service.pack.key = Some(public_key(&key, file)?);
    }
    Ok(service)
}

/// What a shop without the section has: nobody to call, and the guide for any reader.
///
/// # Errors
///
/// The guide that is compiled in is wrong; a test reads it, so that no release has such a one.
pub fn built_in_service() -> Result<ServiceSettings, SettingsError> {
    Ok(ServiceSettings {
        providers: Vec::new(),
        guides: vec![built_in()?],
        articles: learn::built_in()?,
        devices: Vec::new(),
        pack: PackSettings::default(),
        papers_folder: None,
        test_payment: None,
    })
}

/// The public key that a path beside the settings leads to. It is read once, at the start: a key that cannot be sealed
/// to is found now, and not when the reader has failed.
fn public_key(item: &Item<'_>, file: &Path) -> Result<AcquirerKey, SettingsError> {
    let path = file.parent().unwrap_or(Path::new("")).join(item.line_of_text(LINE_CHARS_MAX)?);
    let unusable = |error: &dyn std::fmt::Display| item.breaks(&format!("{}: {error}", path.display()));
    let text = read_short(&path, KEY_BYTES_MAX).map_err(|error| unusable(&error))?;
    AcquirerKey::from_jwk_json(&text).map_err(|error| unusable(&error))
}

/// The guide for any reader.
pub(super) fn built_in() -> Result<Guide, SettingsError> {
    guide::parse(BUILT_IN, Path::new("guides/any.toml"))
}

const KEYS: [&str; 12] = [
    "name",
    "for",
    "phone",
    "mail",
    "hours",
    "contract",
    "licence",
    "checked",
    "response_hours",
    "swap_hours",
    "loaner",
    "do_not_restart",
];

fn provider(mut table: Section<'_>, before: &[Provider]) -> Result<Provider, SettingsError> {
    let name = table.need("name", "the provider's name")?;
    let name_text = name.line_of_text(NAME_CHARS_MAX)?;
    if before.iter().any(|other| other.name == name_text) {
        return Err(name.wrong("each provider has a name of its own: a case knows it by that".to_owned()));
    }
    let what = "reader, network or payments";
    let serves = table.need("for", what)?;
    let serves = match serves.text(what)? {
        "reader" => ProviderFor::Reader,
        "network" => ProviderFor::Network,
        "payments" => ProviderFor::Payments,
        _ => return Err(serves.wrong(format!("expected {what}"))),
    };
    let phone = table.need("phone", "the number that stands in the contract")?.line_of_text(NAME_CHARS_MAX)?;
    let mut line = |key: &str| table.take(key).map(|item| item.line_of_text(LINE_CHARS_MAX)).transpose();
    let (mail, hours, contract, licence) = (line("mail")?, line("hours")?, line("contract")?, line("licence")?);
    let checked =
        table.take("checked").map(|item| item.parse::<NaiveDate>("a date such as \"2026-01-31\"")).transpose()?;
    let mut promise = |key: &str| table.take(key).map(|item| item.number(&(1..=PROMISE_HOURS_MAX))).transpose();
    let (response_hours, swap_hours) = (promise("response_hours")?, promise("swap_hours")?);
    let mut flag = |key: &str| table.take(key).map(|item| item.flag()).transpose().map(Option::unwrap_or_default);
    let (loaner, do_not_restart) = (flag("loaner")?, flag("do_not_restart")?);
    Ok(Provider {
        name: name_text,
        serves,
        phone,
        mail,
        hours,
        contract,
        licence,
        checked,
        response_hours,
        swap_hours,
        loaner,
        do_not_restart,
    })
}

/// Every `.toml` file of the folder, in the order of their names.
fn read_folder(item: &Item<'_>, folder: &Path) -> Result<Vec<Guide>, SettingsError> {
    let unreadable = |error: &dyn std::fmt::Display| item.breaks(&format!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(&error))? {
        let path = entry.map_err(|error| unreadable(&error))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    if files.is_empty() || files.len() > GUIDES_MAX {
        return Err(
            item.breaks(&format!("the folder has {} files that end in .toml, expected 1 to {GUIDES_MAX}", files.len()))
        );
    }
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Guide, SettingsError> {
    let source = Source::new(path, "");
    let unreadable = |error: &dyn std::fmt::Display| source.error(None, Problem::Unreadable(error.to_string()));
    let bytes = fs::metadata(path).map_err(|error| unreadable(&error))?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(source.error(None, Problem::TooLong { bytes, limit: FILE_BYTES_MAX }));
    }
    guide::parse(&fs::read_to_string(path).map_err(|error| unreadable(&error))?, path)
}
