//! The device register: who has which reader, and switching the till over to another one.

use chrono::TimeDelta;

use crate::app::event::DeviceTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{CaseTalk, DeviceTalk, Place};
use crate::app::{App, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::{CaseId, PersonId};
use crate::domain::sale::{ReaderState, Tender};
use crate::domain::service::device::is_here;
use crate::domain::service::{CaseStep, Custody, Device, DeviceRecord, DeviceRole, Holder, Mended};
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
            DeviceTouch::Use | DeviceTouch::Hand | DeviceTouch::Due(_) | DeviceTouch::FormerGone => {
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
        let holder = match touch {
            DeviceTouch::Use => {
                let is_possible = self.switch_over(&device, reader.is_some()) == SwitchOver::Possible;
                if is_possible {
                    self.save(vec![Fact::ReaderSwitched { device: device.name, by }], turn);
                }
                return;
            }
            DeviceTouch::Hand => {
                let is_lent = device.role == DeviceRole::Loaner;
                match self.next_holder(&device) {
                    // It leaves the shop by its case, which asks what has to be done before.
                    Holder::Provider { .. } => return self.visit_case_of(device.name, is_lent, by, turn),
                    // One that was sent away comes back by its case, and is tested.
                    Holder::Shop {} if self.ledger.open_case_of(&device.name).is_some() => {
                        return self.visit_case_of(device.name, false, by, turn);
                    }
                    to @ Holder::Shop {} if is_lent => {
                        let Place::Device(talk) = &mut self.place else { return };
                        talk.handing = Some(to);
                        return;
                    }
                    to @ Holder::Shop {} => to,
                }
            }
            DeviceTouch::Due(days) => {
                let Place::Device(DeviceTalk { handing: Some(to), .. }) = &self.place else { return };
                let due = days.map(|days| self.now + TimeDelta::days(i64::from(days)));
                let custody = Custody { holder: to.clone(), since: self.now, due, by, former: None };
                return self.take_loaner_in(device.name, custody, turn);
            }
            DeviceTouch::FormerGone => {
                let record = self.device_record(&device.name);
                let former = record.and_then(DeviceRecord::former).map(|(former, _)| former.clone());
                let Some(former) = former else { return };
                let holder = self.owner_of(&device.name);
                let custody = Custody { holder, since: self.now, due: None, by, former: Some(former) };
                return self.save(vec![Fact::DeviceHanded { device: device.name, custody }], turn);
            }
            DeviceTouch::Choose(_) | DeviceTouch::Cancel => return,
        };
        let custody = Custody { holder, since: self.now, due: None, by, former: None };
        self.save(vec![Fact::DeviceHanded { device: device.name, custody }], turn);
    }

    /// A loaner comes into the shop. Who has had it nobody here knows, so it has a case of its own: its number and seals are
    /// looked at and a manager signs, before anybody else takes a card on it.
    fn take_loaner_in(&mut self, device: String, custody: Custody, turn: &mut Turn) {
        let case = CaseId(turn.ids.next_uuid());
        let by = Some(custody.by.clone());
        let opened = CaseStep::Opened {
            number: self.ledger.next_case_number(),
            reader: device.clone(),
            outage: None,
            gives_back: false,
        };
        let steps = [opened, CaseStep::Mended { how: Mended::Lent }];
        let steps = steps.map(|step| Fact::ServiceCase { case, by: by.clone(), step });
        self.save(std::iter::once(Fact::DeviceHanded { device, custody }).chain(steps).collect(), turn);
        self.visit(Place::Case(CaseTalk { case: Some(case), ..CaseTalk::default() }));
    }

    /// To the case of a device, which is opened where none is.
    fn visit_case_of(&mut self, device: String, gives_back: bool, by: PersonId, turn: &mut Turn) {
        let open = self.ledger.open_case_of(&device).map(|case| case.id);
        let case = open.unwrap_or_else(|| self.open_case_of(device, gives_back, Some(by), turn));
        self.visit(Place::Case(CaseTalk { case: Some(case), ..CaseTalk::default() }));
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
        self.owner_of(&device.name)
    }

    /// Whoever lent a device, or repairs it.
    pub(crate) fn owner_of(&self, name: &str) -> Holder {
        let known = self.devices().iter().map(|one| &one.device).find(|device| device.name == name);
        let provider = known.and_then(|device| device.provider.clone());
        Holder::Provider { name: provider.unwrap_or_else(|| self.settings.shop.service_contact.clone()) }
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

    /// A device is in other hands: what was asked for it is answered.
    pub(super) fn device_is_handed(&mut self) {
        if let Place::Device(talk) = &mut self.place {
            talk.handing = None;
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
