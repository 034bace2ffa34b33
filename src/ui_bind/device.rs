//! The page of the device register.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, DeviceApi};
use super::rows;
use super::wish::Wishes;
use super::words::{count, or_empty, same_words};
use crate::app::event::{DeviceTouch, Touch};
use crate::domain::service::DeviceRole;
use crate::screens::device::{DeviceRow, DeviceView, FormerDevice, ShownDevice, Switch, Whereabouts};

same_words! {
    DeviceRole => DeviceRole { Main, Second, Loaner }
    Whereabouts => DevicePlace { InUse, Here, Away }
    Switch => DeviceSwitch { InUse, Possible, NotConnected, NotHere, SaleOpen, Unexplained }
}

impl From<&DeviceRow> for generated::DeviceRow {
    fn from(row: &DeviceRow) -> Self {
        Self {
            name: (&row.name).into(),
            role: row.role.into(),
            whereabouts: row.whereabouts.into(),
            chosen: row.chosen,
        }
    }
}

impl From<&FormerDevice> for generated::FormerDevice {
    fn from(former: &FormerDevice) -> Self {
        Self {
            serial: or_empty(former.serial.as_ref()),
            holder: or_empty(former.holder.as_ref()),
            since: (&former.since).into(),
            goes_to: or_empty(former.goes_to.as_ref()),
        }
    }
}

impl From<&ShownDevice> for generated::ShownDevice {
    fn from(device: &ShownDevice) -> Self {
        Self {
            name: (&device.name).into(),
            role: device.role.into(),
            model: or_empty(device.model.as_ref()),
            serial: or_empty(device.serial.as_ref()),
            firmware: or_empty(device.firmware.as_ref()),
            terminal: or_empty(device.terminal.as_ref()),
            bought: or_empty(device.bought.as_ref()),
            warranty_until: or_empty(device.warranty_until.as_ref()),
            warranty_ends: device.warranty_ends,
            deposit: or_empty(device.deposit.as_ref()),
            papers: count(device.papers),
            holder: or_empty(device.holder.as_ref()),
            since: or_empty(device.since.as_ref()),
            due: or_empty(device.due.as_ref()),
            overdue: device.overdue,
            can_switch: device.switch.into(),
            next_holder: or_empty(device.next_holder.as_ref()),
            asks_due: device.asks_due,
            former: device.former.as_ref().map(Into::into).unwrap_or_default(),
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &DeviceView) {
    let api = window.global::<DeviceApi>();
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
    api.set_shown(view.shown.as_ref().map(Into::into).unwrap_or_default());
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<DeviceApi>();
    let touch = |touch| wishes.touch(Touch::Device(touch));
    api.on_choose(wishes.touch_with(|name: SharedString| Touch::Device(DeviceTouch::Choose(name.into()))));
    api.on_use_it(touch(DeviceTouch::Use));
    api.on_hand(touch(DeviceTouch::Hand));
    api.on_former_gone(touch(DeviceTouch::FormerGone));
    api.on_cancel(touch(DeviceTouch::Cancel));
    api.on_due(
        wishes
            .touch_with(|days: i32| Touch::Device(DeviceTouch::Due(u16::try_from(days).ok().filter(|days| *days > 0)))),
    );
}
