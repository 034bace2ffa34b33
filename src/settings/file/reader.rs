//! The table `[reader]`.

use std::path::{Path, PathBuf};

use super::error::SettingsError;
use super::section::{Item, Section};
use super::{LINE_CHARS_MAX, NAME_CHARS_MAX, NEXO_ID_CHARS_MAX, SOCKET_ADDRESS};
use crate::settings::{LateApproval, NexoEncryption, NexoEventPlace, NexoRoot, ReaderSettings};

/// The kinds of readers, as errors list them.
const KINDS: &str = "\"nexo\", \"zvt\", \"pcsc\" or \"standalone\"";
/// The ZVT config byte when none is given: the terminal says what it is doing.
const CONFIG_BYTE: u8 = 0x08;
/// The longest identifier of a key.
const KEY_IDENTIFIER_CHARS_MAX: usize = 64;

/// The keys of each kind, in the order in which errors list them.
const NEXO: [&str; 16] = [
    "kind",
    "address",
    "poi_id",
    "sale_id",
    "stores",
    "late_approval",
    "root_certificate",
    "certificate_suffix",
    "certificate_legacy",
    "encryption",
    "passphrase_file",
    "key_identifier",
    "key_version",
    "events_address",
    "events_certificate",
    "events_key",
];
const ZVT: [&str; 8] =
    ["kind", "name", "address", "password_file", "config_byte", "send_reference", "stores", "late_approval"];
const PCSC: [&str; 5] = ["kind", "name", "reader", "ask_chip", "library"];
const STANDALONE: [&str; 2] = ["kind", "name"];

/// The reader, and what happens to a charge that comes to light too late. Relative files lie beside `file`.
pub(super) fn reader(item: Item<'_>, file: &Path) -> Result<(ReaderSettings, LateApproval), SettingsError> {
    let every: Vec<&str> = [&NEXO[..], &ZVT, &PCSC, &STANDALONE].concat();
    let mut table = item.section(&every)?;
    let kind = table.need("kind", KINDS)?;
    let beside = |name: String| file.parent().unwrap_or(Path::new("")).join(name);
    match kind.text(KINDS)? {
        "nexo" => table.only(&NEXO)?,
        "zvt" => table.only(&ZVT)?,
        "pcsc" => table.only(&PCSC)?,
        "standalone" => table.only(&STANDALONE)?,
        _ => return Err(kind.wrong("expected nexo, zvt, pcsc or standalone".to_owned())),
    }
    let late = match table.take("late_approval") {
        None => LateApproval::Reverse,
        Some(late) => match late.text("reverse or keep")? {
            "reverse" => LateApproval::Reverse,
            "keep" => LateApproval::Keep,
            _ => return Err(late.wrong("expected reverse or keep".to_owned())),
        },
    };
    let reader = match kind.text(KINDS)? {
        "nexo" => nexo(&mut table, &beside)?,
        "zvt" => zvt(&mut table, &beside)?,
        "pcsc" => pcsc(&mut table)?,
        _ => ReaderSettings::Standalone { name: name(&mut table)? },
    };
    Ok((reader, late))
}

fn nexo(table: &mut Section<'_>, beside: &dyn Fn(String) -> PathBuf) -> Result<ReaderSettings, SettingsError> {
    let address = table.need("address", SOCKET_ADDRESS)?.address()?;
    let poi_id = table.need("poi_id", "the reader's model and serial number")?.line_of_text(NEXO_ID_CHARS_MAX)?;
    let sale_id = table.need("sale_id", "a name for this till")?.line_of_text(NEXO_ID_CHARS_MAX)?;
    let stores = flag(table, "stores")?;
    let root = match path(table, "root_certificate", beside)? {
        Some(certificate) => Some(NexoRoot {
            certificate,
            suffix: text(table, "certificate_suffix", LINE_CHARS_MAX)?,
            legacy: flag(table, "certificate_legacy")?,
        }),
        None if address.ip().is_loopback() => {
            let why = "without a root_certificate no certificate is checked: add it or leave this out";
            table.none_of(&["certificate_suffix", "certificate_legacy"], why)?;
            None
        }
        // Over a network, messages without a certificate that is checked could come from anybody.
        None => {
            let rule = "the file with the maker's root certificate (PEM); only a reader on this machine goes without";
            return Err(table.missing("root_certificate", rule));
        }
    };
    let encryption = encryption(table, beside)?;
    let events = events(table, beside)?;
    Ok(ReaderSettings::Nexo { address, poi_id, sale_id, stores, root, encryption, events })
}

fn encryption(
    table: &mut Section<'_>,
    beside: &dyn Fn(String) -> PathBuf,
) -> Result<Option<NexoEncryption>, SettingsError> {
    if let Some(off) = table.take("encryption") {
        return match off.text("\"off\"")? {
            "off" => {
                let why = "with encryption = \"off\" there is no key: leave one of the two out";
                table.none_of(&["passphrase_file", "key_identifier", "key_version"], why)?;
                Ok(None)
            }
            _ => Err(off.wrong("expected off; with a passphrase_file it is on".to_owned())),
        };
    }
    let rule = "the file with the passphrase that the reader was given, or encryption = \"off\"";
    let passphrase_file = beside(table.need("passphrase_file", rule)?.line_of_text(LINE_CHARS_MAX)?);
    let key_identifier = table
        .need("key_identifier", "the name of the key in the reader's settings")?
        .line_of_text(KEY_IDENTIFIER_CHARS_MAX)?;
    let key_version = table.need("key_version", "the version of the key")?.number(&(0..=u32::MAX))?;
    Ok(Some(NexoEncryption { passphrase_file, key_identifier, key_version }))
}

fn events(
    table: &mut Section<'_>,
    beside: &dyn Fn(String) -> PathBuf,
) -> Result<Option<NexoEventPlace>, SettingsError> {
    let Some(address) = table.take("events_address") else {
        let why = "without an events_address no event is listened for: add it or leave this out";
        return table.none_of(&["events_certificate", "events_key"], why).map(|()| None);
    };
    let address = address.address()?;
    let certificate = match path(table, "events_certificate", beside)? {
        None => {
            table.none_of(&["events_key"], "a key needs its events_certificate: add it or leave this out")?;
            None
        }
        Some(certificate) => {
            let key = table.need("events_key", "the file with the key of events_certificate (PEM)")?;
            Some((certificate, beside(key.line_of_text(LINE_CHARS_MAX)?)))
        }
    };
    Ok(Some(NexoEventPlace { address, certificate }))
}

fn zvt(table: &mut Section<'_>, beside: &dyn Fn(String) -> PathBuf) -> Result<ReaderSettings, SettingsError> {
    Ok(ReaderSettings::Zvt {
        address: table.need("address", SOCKET_ADDRESS)?.address()?,
        name: name(table)?,
        password_file: beside(
            table
                .need("password_file", "the file with the terminal's password, six digits")?
                .line_of_text(LINE_CHARS_MAX)?,
        ),
        config_byte: table.take("config_byte").map_or(Ok(CONFIG_BYTE), |byte| byte.number(&(0..=u8::MAX)))?,
        send_reference: flag(table, "send_reference")?,
        stores: flag(table, "stores")?,
    })
}

fn pcsc(table: &mut Section<'_>) -> Result<ReaderSettings, SettingsError> {
    Ok(ReaderSettings::Pcsc {
        name: name(table)?,
        reader: text(table, "reader", NAME_CHARS_MAX)?,
        ask_chip: flag(table, "ask_chip")?,
        library: text(table, "library", LINE_CHARS_MAX)?,
    })
}

fn name(table: &mut Section<'_>) -> Result<String, SettingsError> {
    table.need("name", "what people call the terminal")?.line_of_text(NAME_CHARS_MAX)
}

fn flag(table: &mut Section<'_>, key: &str) -> Result<bool, SettingsError> {
    Ok(table.take(key).map(|flag| flag.flag()).transpose()?.unwrap_or(false))
}

fn text(table: &mut Section<'_>, key: &str, chars_max: usize) -> Result<Option<String>, SettingsError> {
    table.take(key).map(|text| text.line_of_text(chars_max)).transpose()
}

fn path(
    table: &mut Section<'_>,
    key: &str,
    beside: &dyn Fn(String) -> PathBuf,
) -> Result<Option<PathBuf>, SettingsError> {
    Ok(text(table, key, LINE_CHARS_MAX)?.map(beside))
}

#[cfg(test)]
mod tests;
