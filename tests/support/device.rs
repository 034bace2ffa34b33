//! A shop with a register: the reader of the till, a spare one, and a loaner that has not come yet.

use std::sync::Arc;

use stopgap::domain::service::{Device, DeviceRole};
use stopgap::settings::{DeviceSettings, ReaderSettings, Settings};

use super::shop::{connected, settings, standalone};

pub const MAIN: &str = "P400-2203";
pub const SECOND: &str = "Terminal by the window";
pub const LOANER: &str = "Loaner";
/// The serial number that the register has of every device.
pub const SERIAL: &str = "804-117";

pub fn device(name: &str, role: DeviceRole, reader: Option<ReaderSettings>) -> DeviceSettings {
    let device = Device {
        name: name.to_owned(),
        role,
        model: Some("Model P".to_owned()),
        serial: Some(SERIAL.to_owned()),
        firmware: None,
        terminal: Some("71000123".to_owned()),
        bought: chrono::NaiveDate::from_ymd_opt(2025, 3, 14),
        warranty_until: None,
        provider: Some("Reader Service".to_owned()),
        deposit: None,
    };
    DeviceSettings { device, reader }
}

pub fn shop() -> Arc<Settings> {
    let mut shop = Settings::clone(&settings(connected()));
    let loaner = ReaderSettings::Standalone { name: LOANER.to_owned() };
    shop.service.devices = vec![
        device(MAIN, DeviceRole::Main, None),
        device(SECOND, DeviceRole::Second, Some(standalone())),
        device(LOANER, DeviceRole::Loaner, Some(loaner)),
    ];
    Arc::new(shop)
}
