//! The text of the configuration file into [`Settings`]: every rule of it is checked here, once.
//!
//! Errors are one line that names the file, the line, the key, the wrong value and what is expected. How tables are read
//! so that every value knows its line is in [`section`]; `samples/` has complete files with comments.

mod cash;
mod device;
mod dialect;
mod error;
mod guide;
mod handover;
mod learn;
mod limits;
mod payee;
mod people;
mod reader;
mod retry;
mod section;
mod service;
#[cfg(test)]
mod tests;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use self::error::{Problem, SettingsError};
pub use self::limits::{OLDEST_HOURS_MAX, STORED_COUNT_MAX};
use self::section::{Item, Section, Source};
pub use self::service::built_in_service;
use super::{HostEncryption, HostSettings, Settings, Shop};
use crate::app::event::Language;
use crate::domain::card::{Brand, HolderPart};
use crate::domain::money::Currency;
use crate::domain::outage::OfferRules;
use crate::domain::queue::RetryRules;
use crate::iso8583::Terminal;
use crate::outside::line::ANCHORS_MAX;

/// The longest configuration that is read, in bytes.
pub const FILE_BYTES_MAX: u64 = 256 * 1024;
/// The most people of one till.
pub const PEOPLE_MAX: usize = 100;
/// The longest short name of a person.
pub const PERSON_ID_CHARS_MAX: usize = 24;
/// The longest name of a shop, a payee or a person (EPC069-12 takes 70 characters for a payee).
pub const NAME_CHARS_MAX: usize = 70;
/// The longest address or contact, one line of a receipt or two.
pub const LINE_CHARS_MAX: usize = 140;
/// The longest id of a reader or of this till in nexo messages.
pub const NEXO_ID_CHARS_MAX: usize = 64;
/// The longest window for deferred authorisations, in hours: a week, the longest that acquirers are known to accept.
pub const SEND_WITHIN_HOURS_MAX: u16 = 168;
/// The longest wait for a transfer to show on a statement, in days.
pub const STATEMENT_DUE_DAYS_MAX: u8 = 30;

/// The length of DE 41 (ISO 8583, `ans 8`): a shorter one is padded differently by different hosts, so all are given.
const TERMINAL_CHARS: usize = 8;
/// The longest DE 42 (ISO 8583, `ans 15`).
const MERCHANT_CHARS_MAX: usize = 15;

/// What a till can be called: two digits that begin the references of its sales.
const TILL_NUMBERS: std::ops::RangeInclusive<u8> = 10..=99;
const SOCKET_ADDRESS: &str =
    "an IP address and a port, such as 192.0.2.10:8080 (no name: looking one up needs a network)";

/// Reads a configuration file. A relative key file lies beside it, a relative statement folder in the data folder.
///
/// # Errors
///
/// The file cannot be read, or [`parse`] refuses it.
pub fn load(file: &Path, data: &Path) -> Result<Settings, SettingsError> {
    let source = Source::new(file, "");
    let unreadable = |error: &dyn std::fmt::Display| source.error(None, Problem::Unreadable(error.to_string()));
    let bytes = fs::metadata(file).map_err(|error| unreadable(&error))?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(source.error(None, Problem::TooLong { bytes, limit: FILE_BYTES_MAX }));
    }
    parse(&fs::read_to_string(file).map_err(|error| unreadable(&error))?, file, data)
}

/// Reads the text of a configuration. `file` names it in errors, and a relative key file lies in its folder; a relative
/// statement folder lies in the data folder.
///
/// # Errors
///
/// The first thing that is wrong, as one line.
pub fn parse(text: &str, file: &Path, data: &Path) -> Result<Settings, SettingsError> {
    let mut root = Source::new(file, text).root(&ROOT)?;
    let till = root.need("till", "a whole number from 10 to 99")?.number(&TILL_NUMBERS)?;
    let currency: Currency = root.need("currency", CURRENCY)?.parse(CURRENCY)?;
    let language = match root.take("language") {
        Some(language) => language.choice("en or zh-CN")?,
        None => Language::English,
    };
    let second_person = root.take("second_person");
    let country = root.take("country");
    let cash = cash::cash(root.take("cash"), country, currency)?;
    let printer = root.take("printer").map(cash::printer).transpose()?;
    let shop = shop(root.need("shop", "a table [shop]")?)?;
    let (reader, late_approval) = reader::reader(root.need("reader", "a table [reader]")?, file)?;
    let host = root.take("host").map(|host| self::host(host, file, data)).transpose()?;
    let (line_anchors, line_name) = line(root.need("line", "a table [line]")?, host.as_ref())?;
    let card = card(root.take("card"), host.as_ref())?;
    let qr = payee::qr(root.take("qr"), root.take("payee"), currency, file)?;
    let offer_rules = root.take("offers").map_or(Ok(OfferRules::ALL), offer_rules)?;
    let limits = limits::limits(root.need("limits", "a table [limits]")?, currency)?;
    let stop_list = root.take("stop_list").map(limits::stop_list).transpose()?.unwrap_or_default();
    let day = day(root.need("day", "a table [day]")?, currency, data)?;
    let people = people::people(root.need("people", "one [[people]] for each person")?)?;
    let second_person = people::second_person(second_person.as_ref(), &root, &people)?;
    let service = service::service(root.take("service"), (file, data), currency, &reader)?;
    Ok(Settings {
        shop,
        till,
        currency,
        language,
        reader,
        late_approval,
        line_anchors,
        line_name,
        host,
        card_brands: card.brands,
        card_holder: card.holder,
        qr,
        offer_rules,
        limits,
        stop_list,
        send_within_hours: card.send_within_hours,
        expected_loss_basis_points: card.expected_loss_basis_points,
        statement_due_days: day.statement_due_days,
        drawer_note_above_minor: day.drawer_note_above_minor,
        cash,
        printer,
        second_person,
        people,
        statement_inbox: day.statement_inbox,
        service,
    })
}

/// What stands in the file outside of its tables, and the tables.
const ROOT: [&str; 20] = [
    "till",
    "currency",
    "country",
    "language",
    "second_person",
    "shop",
    "reader",
    "line",
    "host",
    "card",
    "payee",
    "qr",
    "offers",
    "limits",
    "stop_list",
    "day",
    "cash",
    "printer",
    "people",
    "service",
];

const CURRENCY: &str = "an ISO 4217 code of three letters, such as EUR";

fn shop(item: Item<'_>) -> Result<Shop, SettingsError> {
    let mut table = item.section(&["name", "address", "service_contact"])?;
    Ok(Shop {
        name: table.need("name", "the shop's name")?.line_of_text(NAME_CHARS_MAX)?,
        address: table.need("address", "the shop's address on one line")?.line_of_text(LINE_CHARS_MAX)?,
        service_contact: table.need("service_contact", "whom to call")?.line_of_text(LINE_CHARS_MAX)?,
    })
}

fn line(item: Item<'_>, host: Option<&HostSettings>) -> Result<(Vec<SocketAddr>, Option<String>), SettingsError> {
    let mut table = item.section(&["anchors", "name"])?;
    let name = table.take("name").map(|name| name.line_of_text(LINE_CHARS_MAX)).transpose()?;
    let anchors = table.need("anchors", "a list of addresses")?.list(&(1..=ANCHORS_MAX), "addresses")?;
    let mut addresses = Vec::with_capacity(anchors.len());
    for anchor in anchors {
        let address = anchor.address()?;
        if host.is_some_and(|host| host.address == address) {
            let rule = "the line is judged by others than the host, or a host that is down looks like a dead line";
            return Err(anchor.wrong(rule.to_owned()));
        }
        addresses.push(address);
    }
    Ok((addresses, name))
}

fn host(item: Item<'_>, file: &Path, data: &Path) -> Result<HostSettings, SettingsError> {
    let mut table = item.section(&[
        "address",
        "terminal",
        "merchant",
        "key_file",
        "idle_connection",
        "root_certificate",
        "certificate_name",
        "encryption",
        "dialect",
        "handover_folder",
        "handover_tills",
        "batch_totals",
        "retry",
    ])?;
    let graphic = |item: &Item<'_>, lengths: std::ops::RangeInclusive<usize>, rule: &str| {
        let text = item.text(rule)?;
        let fits = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(text.to_owned()) } else { Err(item.wrong(format!("expected {rule}"))) }
    };
    let terminal_rule = "exactly 8 letters, digits or signs without blanks (ISO 8583 DE 41)";
    let merchant_rule = "1 to 15 letters, digits or signs without blanks (ISO 8583 DE 42)";
    let key_file = table.need("key_file", "the file of the acquirer's public key")?.line_of_text(LINE_CHARS_MAX)?;
    let address = table.need("address", SOCKET_ADDRESS)?.address()?;
    let encryption = host_encryption(&mut table, address, file)?;
    let id = table.need("terminal", terminal_rule)?;
    let terminal = graphic(&id, TERMINAL_CHARS..=TERMINAL_CHARS, terminal_rule)?;
    let merchant = graphic(&table.need("merchant", merchant_rule)?, 1..=MERCHANT_CHARS_MAX, merchant_rule)?;
    let terminal = Terminal::new(&terminal, &merchant).map_err(|error| id.wrong(error.to_string()))?;
    let spoken = dialect::spoken(table.take("dialect"), terminal)?;
    Ok(HostSettings {
        address,
        encryption,
        terminal: spoken.terminal,
        dialect: spoken.dialect,
        sign_on: spoken.sign_on,
        key_file: file.parent().unwrap_or(Path::new("")).join(key_file),
        batch_totals: table.take("batch_totals").map(|flag| flag.flag()).transpose()?.unwrap_or(false),
        handover_folder: match table.take("handover_folder") {
            Some(folder) => data.join(folder.line_of_text(LINE_CHARS_MAX)?),
            None => data.join("handover"),
        },
        handover_tills: table.take("handover_tills").map(handover::known_tills).transpose()?.unwrap_or_default(),
        idle_connection: table.take("idle_connection").map(|flag| flag.flag()).transpose()?.unwrap_or(true),
        retry: table.take("retry").map(retry::rules).transpose()?.unwrap_or(RetryRules::USUAL),
    })
}

/// Over a network, answers that anybody could give would be worth nothing: TLS, or a tunnel that the shop says it has.
fn host_encryption(table: &mut Section<'_>, address: SocketAddr, file: &Path) -> Result<HostEncryption, SettingsError> {
    let rule = "the file with the root of the host's certificate (PEM); encryption = \"tunnel\" where the way to it is \
                encrypted otherwise; only a host on this machine goes without";
    let tunnel = table.take("encryption");
    let Some(root) = table.take("root_certificate") else {
        table.none_of(
            &["certificate_name"],
            "without a root_certificate no name is checked: add it or leave this out",
        )?;
        return match tunnel {
            None if address.ip().is_loopback() => Ok(HostEncryption::Tunnel),
            None => Err(table.missing("root_certificate", rule)),
            Some(tunnel) => match tunnel.text("\"tunnel\"")? {
                "tunnel" => Ok(HostEncryption::Tunnel),
                _ => Err(tunnel.wrong("expected tunnel; with a root_certificate it is TLS".to_owned())),
            },
        };
    };
    if let Some(tunnel) = tunnel {
        return Err(tunnel.wrong("either this or root_certificate".to_owned()));
    }
    let name = table.need("certificate_name", "the DNS name in the host's certificate")?;
    Ok(HostEncryption::Tls {
        root_certificate: file.parent().unwrap_or(Path::new("")).join(root.line_of_text(LINE_CHARS_MAX)?),
        name: name.line_of_text(LINE_CHARS_MAX)?,
    })
}

/// What `[card]` says; without it no card is typed in.
struct CardSettings {
    brands: Vec<Brand>,
    holder: Vec<HolderPart>,
    send_within_hours: u16,
    expected_loss_basis_points: u16,
}

impl Default for CardSettings {
    /// A day is the shortest window among the products that were compared; 2.5 per cent is what Cayan, a processor,
    /// says of its own offline payments: about two declined later, and up to one approved in part.
    fn default() -> Self {
        Self { brands: Vec::new(), holder: Vec::new(), send_within_hours: 24, expected_loss_basis_points: 250 }
    }
}

fn card(item: Option<Item<'_>>, host: Option<&HostSettings>) -> Result<CardSettings, SettingsError> {
    let mut settings = CardSettings::default();
    let Some(item) = item else { return Ok(settings) };
    let mut table = item.section(&["brands", "holder", "send_within_hours", "expected_loss_basis_points"])?;
    if let Some(hours) = table.take("send_within_hours") {
        settings.send_within_hours = hours.number(&(1..=SEND_WITHIN_HOURS_MAX))?;
    }
    if let Some(loss) = table.take("expected_loss_basis_points") {
        settings.expected_loss_basis_points = loss.number(&(0..=10_000))?;
    }
    if let Some(brands) = table.take("brands") {
        for item in brands.list(&(0..=Brand::ALL.len()), "brands")? {
            let brand = item.choice("the name of a brand")?;
            if settings.brands.contains(&brand) {
                return Err(item.wrong("each brand only once".to_owned()));
            }
            if host.is_none() {
                return Err(item.wrong("a typed card needs a [host] that it is sent to".to_owned()));
            }
            settings.brands.push(brand);
        }
    }
    if let Some(parts) = table.take("holder") {
        for item in parts.list(&(0..=2), "parts")? {
            let part = item.choice("name or postcode")?;
            if settings.holder.contains(&part) {
                return Err(item.wrong("each part only once".to_owned()));
            }
            settings.holder.push(part);
        }
    }
    Ok(settings)
}

/// What `[offers]` leaves out; everything is offered where it does not say so.
fn offer_rules(item: Item<'_>) -> Result<OfferRules, SettingsError> {
    let mut table = item.section(&["card_answered_now", "card_stored", "qr_without_line"])?;
    let mut offered = |key| table.take(key).map_or(Ok(true), |flag| flag.flag());
    Ok(OfferRules {
        card_answered_now: offered("card_answered_now")?,
        card_stored: offered("card_stored")?,
        qr_without_line: offered("qr_without_line")?,
    })
}

/// What `[day]` says.
struct DaySettings {
    statement_due_days: u8,
    drawer_note_above_minor: i64,
    statement_inbox: PathBuf,
}

fn day(item: Item<'_>, currency: Currency, data: &Path) -> Result<DaySettings, SettingsError> {
    let mut table = item.section(&["statement_due_days", "drawer_note_above", "statement_inbox"])?;
    let due = table.need("statement_due_days", "a number of days")?;
    let note = table.need("drawer_note_above", "an amount in quotes")?;
    let inbox = match table.take("statement_inbox") {
        Some(inbox) => inbox.line_of_text(LINE_CHARS_MAX)?,
        None => "statements".to_owned(),
    };
    Ok(DaySettings {
        statement_due_days: due.number(&(0..=STATEMENT_DUE_DAYS_MAX))?,
        drawer_note_above_minor: note.amount(currency)?,
        statement_inbox: data.join(inbox),
    })
}
