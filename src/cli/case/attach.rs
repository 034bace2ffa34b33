//! `stopgap case attach`: keeps a paper or a picture of a device, as a manager who types the PIN.

use std::path::{Path, PathBuf};

use chrono::Local;
use clap::{Args, ValueEnum};
use serde_json::json;
use zeroize::Zeroizing;

use crate::cli::shop::{open, pepper, save};
use crate::cli::{Failure, Place, print_line, read_input};
use crate::domain::access::{PIN_LENGTH_MAX, Pin, PinDigit, PinRecord, Role};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::ledger::Ledger;
use crate::domain::service::device::{AttachmentKind, DeviceRecord};
use crate::outside::attachments::{keep, read};
use crate::settings::Settings;
use crate::settings::file::load;
use crate::settings::pin::check_pin;
use crate::store::{Opened, Store};

/// Keep a paper or a picture of a device; the manager's PIN comes on standard input.
#[derive(Debug, Args)]
pub(super) struct AttachArgs {
    /// A PNG, JPEG or PDF file of up to 8 MiB, no link
    file: PathBuf,
    /// The device, as the settings name it
    #[arg(long, value_name = "NAME")]
    device: String,
    /// What it shows
    #[arg(long, value_enum)]
    kind: Kind,
    /// The short name of the manager who keeps it
    #[arg(long, value_name = "PERSON")]
    by: String,
}

/// What a paper shows.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// The invoice or receipt
    PurchaseProof,
    /// The warranty card
    WarrantyCard,
    /// The maker's manual
    Manual,
    /// Seals and serial number before somebody worked on it
    SealsBefore,
    /// Seals and serial number afterwards
    SealsAfter,
    /// A part that was taken out or put in
    Part,
    /// What the trouble looks like
    Trouble,
}

impl From<Kind> for AttachmentKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::PurchaseProof => Self::PurchaseProof,
            Kind::WarrantyCard => Self::WarrantyCard,
            Kind::Manual => Self::Manual,
            Kind::SealsBefore => Self::SealsBefore,
            Kind::SealsAfter => Self::SealsAfter,
            Kind::Part => Self::Part,
            Kind::Trouble => Self::Trouble,
        }
    }
}

pub(super) fn attach(args: &AttachArgs, place: &Place, data: &Path) -> Result<(), Failure> {
    let config = place.config.as_deref();
    let config = config.ok_or_else(|| Failure::Input("--config FILE is needed: it names the devices".to_owned()))?;
    let settings = load(config, data).map_err(Failure::input)?;
    let devices = &settings.service.devices;
    if devices.iter().all(|one| one.device.name != args.device) {
        let names: Vec<&str> = devices.iter().map(|one| one.device.name.as_str()).collect();
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(Failure::Input(format!("--device {}: the settings have {known}", args.device)));
    }
    let paper = read(&args.file).map_err(Failure::input)?;
    let Opened { mut store, .. } = open(data, &settings)?;
    let by = manager(&args.by, &settings, &mut store, data)?;
    let attachment = paper.attachment(args.kind.into(), &by, Local::now().fixed_offset());
    // The ledger decides before anything is kept: a paper that nothing refers to would stay for ever.
    let mut record = record(store.ledger(), &args.device);
    record.attach(attachment.clone()).map_err(Failure::input)?;
    let kept = keep(data, &paper).map_err(Failure::input)?;
    save(&mut store, &by.0, Fact::DeviceAttached { device: args.device.clone(), attachment })?;
    print_line(&json!({ "device": args.device, "sha256": paper.sha256, "kept": kept }).to_string())
}

fn record(ledger: &Ledger, device: &str) -> DeviceRecord {
    ledger.devices.get(device).cloned().unwrap_or_else(|| DeviceRecord::new(device))
}

/// The manager, once the PIN is right. A wrong one is counted as on the screen.
fn manager(id: &str, settings: &Settings, store: &mut Store, data: &Path) -> Result<PersonId, Failure> {
    let person = settings.people.iter().find(|person| person.id.0 == id && person.role == Role::Manager);
    let person = person.ok_or_else(|| Failure::Input(format!("--by {id}: no manager of the settings")))?;
    let now = Local::now().fixed_offset();
    let record = store.ledger().pins.get(&person.id).copied().unwrap_or(PinRecord::CLEAN);
    if let Some(until) = record.locked_at(now) {
        let until = until.format("%H:%M");
        return Err(Failure::Input(format!("too many wrong PINs: {id} can try again at {until}")));
    }
    let typed = Zeroizing::new(read_input()?);
    let digits = typed.trim();
    if digits.len() > PIN_LENGTH_MAX || digits.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Err(Failure::Input(format!("the PIN on standard input is not up to {PIN_LENGTH_MAX} digits")));
    }
    let mut pin = Pin::default();
    digits.chars().for_each(|digit| pin.push(PinDigit(digit)));
    let pepper = pepper(data, settings)?;
    let right = check_pin(&pin, &person.pin_hash, pepper.as_ref().map(|pepper| pepper.as_slice()));
    let after = if right { PinRecord::CLEAN } else { record.after_wrong(now) };
    if after != record {
        save(store, id, Fact::PinRefused { person: person.id.clone(), record: after })?;
    }
    if right { Ok(person.id.clone()) } else { Err(Failure::Input(format!("the PIN of {id} is wrong"))) }
}
