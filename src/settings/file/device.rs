//! The list `service.devices`: the shop's readers.

use std::path::Path;

use chrono::NaiveDate;

use super::error::SettingsError;
use super::section::{Item, Section};
use super::{LINE_CHARS_MAX, NAME_CHARS_MAX, reader};
use crate::domain::card::looks_like_card_number;
use crate::domain::money::{Currency, Money};
use crate::domain::service::Provider;
use crate::domain::service::device::{DEVICES_MAX, Device, DeviceRole};
use crate::settings::{DeviceSettings, ReaderSettings};

const KEYS: [&str; 11] = [
    "name",
    "role",
    "model",
    "serial",
    "firmware",
    "terminal",
    "bought",
    "warranty_until",
    "provider",
    "deposit",
    "reader",
];
const DATE: &str = "a date such as \"2026-01-31\"";

/// A number that stands on papers and in support packs. One that may be a card's is not quoted.
fn plain_number(item: Item) -> Result<String, SettingsError> {
    let text = item.line_of_text(LINE_CHARS_MAX)?;
    if looks_like_card_number(&text) {
        return Err(item.breaks("it could be the number of a card, which is kept nowhere in the clear"));
    }
    Ok(text)
}

/// What stands around the list.
pub(super) struct Around<'a> {
    /// The configuration file; relative files lie beside it.
    pub file: &'a Path,
    /// The currency of deposits.
    pub currency: Currency,
    /// The reader of the table `[reader]`.
    pub reader: &'a ReaderSettings,
    /// The directory.
    pub providers: &'a [Provider],
}

/// The devices, each with a name of its own.
pub(super) fn devices(list: Item<'_>, around: &Around<'_>) -> Result<Vec<DeviceSettings>, SettingsError> {
    let mut devices: Vec<DeviceSettings> = Vec::new();
    for entry in list.list(&(1..=DEVICES_MAX), "devices")? {
        let device = device(entry.section(&KEYS)?, around, &devices)?;
        devices.push(device);
    }
    Ok(devices)
}

fn device(
    mut table: Section<'_>,
    around: &Around<'_>,
    before: &[DeviceSettings],
) -> Result<DeviceSettings, SettingsError> {
    let name = table.need("name", "what people call the device, or what it calls itself")?;
    let name_text = name.line_of_text(NAME_CHARS_MAX)?;
    if before.iter().any(|other| other.device.name == name_text) {
        return Err(name.wrong("each device has a name of its own: its papers are known by that".to_owned()));
    }
    let what = "main, second or loaner";
    let role_item = table.need("role", what)?;
    let role: DeviceRole = role_item.choice(what)?;
    let main = around.reader.device_name();
    match role {
        DeviceRole::Main if name_text != main => {
            return Err(name.wrong(format!("the main device is the one of [reader], “{main}”")));
        }
        DeviceRole::Second | DeviceRole::Loaner if name_text == main => {
            return Err(role_item.wrong("the device of [reader] is the main one".to_owned()));
        }
        DeviceRole::Main | DeviceRole::Second | DeviceRole::Loaner => {}
    }
    let provider = match table.take("provider") {
        None => None,
        Some(item) => {
            let text = item.line_of_text(NAME_CHARS_MAX)?;
            if around.providers.iter().all(|one| one.name != text) {
                return Err(item.wrong("expected the name of one of service.providers".to_owned()));
            }
            Some(text)
        }
    };
    let deposit = table.take("deposit").map(|item| item.amount(around.currency)).transpose()?;
    let reader = match table.take("reader") {
        None => None,
        Some(item) if role == DeviceRole::Main => {
            return Err(item.breaks("the main device is connected as the table [reader] says: leave this out"));
        }
        Some(item) => {
            let (reader, _) = reader::reader(item, around.file)?;
            if reader.device_name() != name_text {
                let rule = format!("the reader calls itself “{}”: give the device that name", reader.device_name());
                return Err(name.wrong(rule));
            }
            Some(reader)
        }
    };
    let mut line = |key: &str| table.take(key).map(plain_number).transpose();
    let (model, serial, firmware, terminal) = (line("model")?, line("serial")?, line("firmware")?, line("terminal")?);
    let mut date = |key: &str| table.take(key).map(|item| item.parse::<NaiveDate>(DATE)).transpose();
    let (bought, warranty_until) = (date("bought")?, date("warranty_until")?);
    let deposit = deposit.map(|minor| Money::new(minor, around.currency));
    Ok(DeviceSettings {
        device: Device {
            name: name_text,
            role,
            model,
            serial,
            firmware,
            terminal,
            bought,
            warranty_until,
            provider,
            deposit,
        },
        reader,
    })
}
