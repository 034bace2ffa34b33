//! The device register: who has which reader, and switching the till over to another one.

use chrono::TimeDelta;

use crate::app::event::DeviceTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{DeviceTalk, Place};
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::sale::{ReaderState, Tender};
use crate::domain::service::device::is_here;
use crate::domain::service::{Case, Custody, Device, DeviceRecord, DeviceRole, Holder};
use crate::settings::DeviceSettings;

/// Whether the till can be switched over to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SwitchOver {
    /// The till uses it.
    InUse,
    /// Nothing is in the way.
    Possible,
    /// The settings do not say how it is connected.
    NotConnected,
    /// It is not in the shop.
    NotHere,
    /// A sale is open.
    SaleOpen,
    /// What became of a payment on the reader in use is not known: only that reader could say it.
    Unexplained,
}

impl App {
    pub(super) fn open_devices(&mut self) {
        self.visit(Place::Device(DeviceTalk::default()));
    }

    pub(super) fn touch_device(&mut self, touch: DeviceTouch, turn: &mut Turn) {
        let Place::Device(talk) = &mut self.place else { return };
        match touch {
            DeviceTouch::Choose(name) => *talk = DeviceTalk { chosen: Some(name), handing: None },
            DeviceTouch::Cancel => talk.handing = None,
            DeviceTouch::Use | DeviceTouch::Hand | DeviceTouch::Due(_) => {
                let Some(device) = self.shown_device().cloned() else { return };
                match self.person.clone().filter(|_| self.is_manager()) {
                    None => self.tell(NoticeKind::NotAllowed),
                    Some(_) if self.is_busy() => {}
                    Some(by) => self.change_device(touch, device, by, turn),
                }
            }
        }
    }

    fn change_device(
        &mut self,
        touch: DeviceTouch,
        DeviceSettings { device, reader }: DeviceSettings,
        by: PersonId,
        turn: &mut Turn,
    ) {
        let (holder, days) = match touch {
            DeviceTouch::Use => {
                let is_possible = self.switch_over(&device, reader.is_some()) == SwitchOver::Possible;
                if is_possible {
                    self.save(vec![Fact::ReaderSwitched { device: device.name, by }], turn);
                }
                return;
            }
            DeviceTouch::Hand => {
                let to = self.next_holder(&device);
                let Place::Device(talk) = &mut self.place else { return };
                // What comes back to its owner has no date on which it would be due.
                if is_lent(device.role, &to) {
                    talk.handing = Some(to);
                    return;
                }
                (to, None)
            }
            DeviceTouch::Due(days) => {
                let Place::Device(DeviceTalk { handing: Some(to), .. }) = &self.place else { return };
                (to.clone(), days)
            }
            DeviceTouch::Choose(_) | DeviceTouch::Cancel => return,
        };
        let due = days.map(|days| self.now + TimeDelta::days(i64::from(days)));
        let custody = Custody { holder, since: self.now, due, by };
        self.save(vec![Fact::DeviceHanded { device: device.name, custody }], turn);
    }

    /// The register; a shop may have none.
    pub(crate) fn devices(&self) -> &[DeviceSettings] {
        &self.settings.service.devices
    }

    /// The device that the page shows: the chosen one, or the one in use.
    pub(crate) fn shown_device(&self) -> Option<&DeviceSettings> {
        let Place::Device(talk) = &self.place else { return None };
        let name = talk.chosen.as_deref().unwrap_or_else(|| self.settings.reader.device_name());
        self.devices().iter().find(|one| one.device.name == name).or_else(|| self.devices().first())
    }

    pub(crate) fn device_record(&self, name: &str) -> Option<&DeviceRecord> {
        self.ledger.devices.get(name)
    }

    pub(crate) fn device_is_here(&self, device: &Device) -> bool {
        is_here(device.role, self.device_record(&device.name))
    }

    /// Into whose hands a device would go next.
    pub(crate) fn next_holder(&self, device: &Device) -> Holder {
        if !self.device_is_here(device) {
            return Holder::Shop {};
        }
        let name = device.provider.clone().unwrap_or_else(|| self.settings.shop.service_contact.clone());
        Holder::Provider { name }
    }

    /// Whether the till can be switched over to a device.
    pub(crate) fn switch_over(&self, device: &Device, is_connected: bool) -> SwitchOver {
        if self.settings.reader.device_name() == device.name {
            SwitchOver::InUse
        } else if !is_connected && device.role != DeviceRole::Main {
            SwitchOver::NotConnected
        } else if !self.device_is_here(device) {
            SwitchOver::NotHere
        } else if self.open_sale().is_some() {
            SwitchOver::SaleOpen
        } else if self.ledger.payments.values().any(|payment| is_unexplained(&payment.tender)) {
            SwitchOver::Unexplained
        } else {
            SwitchOver::Possible
        }
    }

    /// Whether the till could be switched over to a device, once nothing is under way.
    pub(crate) fn could_stand_in(&self, one: &DeviceSettings) -> bool {
        match self.switch_over(&one.device, one.reader.is_some()) {
            SwitchOver::Possible | SwitchOver::SaleOpen | SwitchOver::Unexplained => true,
            SwitchOver::InUse | SwitchOver::NotConnected | SwitchOver::NotHere => false,
        }
    }

    /// Whether another reader stands in for the one that a case is about: what that one does says nothing of it.
    pub(crate) fn another_stands_in_for(&self, case: &Case) -> bool {
        self.ledger.switched_to().is_some_and(|name| name != case.reader)
    }

    /// A device is in other hands: what was asked for it is answered.
    pub(super) fn device_is_handed(&mut self) {
        if let Place::Device(talk) = &mut self.place {
            talk.handing = None;
        }
    }
}

/// Whether whoever gets a device has to give it back.
fn is_lent(role: DeviceRole, to: &Holder) -> bool {
    match (role, to) {
        (DeviceRole::Main | DeviceRole::Second, Holder::Provider { .. }) | (DeviceRole::Loaner, Holder::Shop {}) => {
            true
        }
        (DeviceRole::Main | DeviceRole::Second, Holder::Shop {}) | (DeviceRole::Loaner, Holder::Provider { .. }) => {
            false
        }
    }
}

fn is_unexplained(tender: &Tender) -> bool {
    let Tender::Reader { reader, .. } = tender else { return false };
    match reader {
        ReaderState::Asked
        | ReaderState::Unknown { .. }
        | ReaderState::Parked { .. }
        | ReaderState::Reversing { .. } => true,
        ReaderState::Answered { .. }
        | ReaderState::Kept { .. }
        | ReaderState::Reversed { .. }
        | ReaderState::Decided { .. } => false,
    }
}
