//! The device register; see `ui/api/device_api.slint`.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use crate::app::App;
use crate::app::device::SwitchOver;
use crate::app::place::DeviceTalk;
use crate::domain::service::device::is_here;
use crate::domain::service::{Device, DeviceRole, Holder};
use crate::settings::DeviceSettings;

/// The page of the device register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceView {
    /// All devices, in the order of the settings.
    pub rows: Vec<DeviceRow>,
    /// The one that is looked at; none where the settings name none.
    pub shown: Option<ShownDevice>,
}

/// One device in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceRow {
    /// Its name.
    pub name: String,
    /// What the shop has it for.
    pub role: DeviceRole,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// Whether it is the one that is looked at.
    pub chosen: bool,
}

/// Where a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/device_api.slint")]
pub enum Whereabouts {
    InUse,
    Here,
    Away,
}

/// The device that is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownDevice {
    /// Its name.
    pub name: String,
    /// What the shop has it for.
    pub role: DeviceRole,
    /// The maker's name of the model.
    pub model: Option<String>,
    /// The maker's number.
    pub serial: Option<String>,
    /// The version of its program.
    pub firmware: Option<String>,
    /// The acquirer's number of it.
    pub terminal: Option<String>,
    /// When it was bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bought: Option<String>,
    /// The last day of its warranty.
    pub warranty_until: Option<String>,
    /// Whether that is pointed out.
    pub warranty_ends: bool,
    /// What was left with the provider for it, with the currency.
    pub deposit: Option<String>,
    /// How many papers it has.
    pub papers: u32,
    /// Who has it; nothing while it is in the shop.
    pub holder: Option<String>,
    /// Since when it is where it is; nothing before it was ever handed over.
    pub since: Option<String>,
    /// When it is due back.
    pub due: Option<String>,
    /// Whether it should be back by now.
    pub overdue: bool,
    /// Whether the till can be switched over to it.
    pub switch: Switch,
    /// Into whose hands it would go next; nothing for the shop's.
    pub next_holder: Option<String>,
    /// When it is due back is being asked.
    pub asks_due: bool,
    /// The one that stood here before it, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub former: Option<FormerDevice>,
}

/// The device that stood here before, under the same name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormerDevice {
    /// Its serial number, where it was known.
    pub serial: Option<String>,
    /// Who has it; nothing while it is in the shop.
    pub holder: Option<String>,
    /// Since when.
    pub since: String,
    /// Into whose hands it would go next, while it is in the shop.
    pub goes_to: Option<String>,
}

/// Whether the till can be switched over to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/device_api.slint")]
pub enum Switch {
    InUse,
    Possible,
    NotConnected,
    NotHere,
    SaleOpen,
    Unexplained,
}

/// The page of the device register.
pub(super) fn view(app: &App, talk: &DeviceTalk) -> DeviceView {
    let chosen = app.shown_device().map(|one| one.device.name.as_str());
    let row = |one: &DeviceSettings| DeviceRow {
        name: one.device.name.clone(),
        role: one.device.role,
        whereabouts: whereabouts(app, &one.device),
        chosen: chosen == Some(one.device.name.as_str()),
    };
    DeviceView {
        rows: app.devices().iter().map(row).collect(),
        shown: app.shown_device().map(|one| shown(app, one, talk)),
    }
}

fn whereabouts(app: &App, device: &Device) -> Whereabouts {
    if app.settings.reader.device_name() == device.name {
        Whereabouts::InUse
    } else if is_here(device.role, app.device_record(&device.name)) {
        Whereabouts::Here
    } else {
        Whereabouts::Away
    }
}

fn shown(app: &App, DeviceSettings { device, reader }: &DeviceSettings, talk: &DeviceTalk) -> ShownDevice {
    let record = app.device_record(&device.name);
    let custody = record.and_then(|record| record.custody());
    let owner = holder(&app.owner_of(&device.name));
    let day = |at: DateTime<FixedOffset>| at.format("%Y-%m-%d").to_string();
    ShownDevice {
        name: device.name.clone(),
        role: device.role,
        model: device.model.clone(),
        serial: record.and_then(|record| record.serial.clone()).or_else(|| device.serial.clone()),
        firmware: device.firmware.clone(),
        terminal: device.terminal.clone(),
        bought: device.bought.map(|bought| bought.to_string()),
        warranty_until: device.warranty_until.map(|until| until.to_string()),
        warranty_ends: device.warranty_days(app.now.date_naive()).is_some(),
        deposit: device.deposit.map(|deposit| deposit.to_string()),
        papers: u32::try_from(record.map_or(0, |record| record.attachments.len())).unwrap_or(u32::MAX),
        // Of one that was never handed over its role says where it is.
        holder: match custody {
            Some(custody) => holder(&custody.holder),
            None => owner.clone().filter(|_| !app.device_is_here(device)),
        },
        since: custody.map(|custody| day(custody.since)),
        due: custody.and_then(|custody| custody.due).map(day),
        overdue: record.is_some_and(|record| record.overdue(app.now).is_some()),
        switch: switch(app.switch_over(device, reader.is_some())),
        next_holder: holder(&app.next_holder(device)),
        asks_due: talk.handing.is_some(),
        former: record.and_then(|record| record.former()).map(|(former, custody)| FormerDevice {
            serial: former.serial.clone(),
            holder: holder(&custody.holder),
            since: day(custody.since),
            goes_to: owner.clone().filter(|_| matches!(custody.holder, Holder::Shop {})),
        }),
    }
}

fn holder(holder: &Holder) -> Option<String> {
    match holder {
        Holder::Shop {} => None,
        Holder::Provider { name } => Some(name.clone()),
    }
}

fn switch(switch: SwitchOver) -> Switch {
    match switch {
        SwitchOver::InUse => Switch::InUse,
        SwitchOver::Possible => Switch::Possible,
        SwitchOver::NotConnected => Switch::NotConnected,
        SwitchOver::NotHere => Switch::NotHere,
        SwitchOver::SaleOpen => Switch::SaleOpen,
        SwitchOver::Unexplained => Switch::Unexplained,
    }
}
