//! The page of upkeep and readiness.

use slint::ComponentHandle;

use super::generated::{self, AppWindow, CareApi, CareThing};
use super::rows;
use super::wish::Wishes;
use super::words::{count, or_empty, ratio, same_words};
use crate::app::event::{CareTouch, Touch};
use crate::domain::service::{Ready, Upkeep};
use crate::screens::care::{CareBar, CareDue, CareRow, CareView};

same_words! {
    CareDue => CareDue { Lacks, Never, Coming, Overdue }
}

impl From<Ready> for CareThing {
    fn from(ready: Ready) -> Self {
        match ready {
            Ready::TypedCards => Self::TypedCards,
            Ready::Limits => Self::Limits,
            Ready::Transfers => Self::Transfers,
            Ready::Provider => Self::Provider,
            Ready::Statement => Self::Statement,
            Ready::Promises => Self::Promises,
            Ready::Printer => Self::Printer,
            Ready::SecondReader => Self::SecondReader,
            Ready::Warranty => Self::Warranty,
            Ready::Hands => Self::Hands,
            Ready::Work(Upkeep::Seals) => Self::Seals,
            Ready::Work(Upkeep::Clean) => Self::Clean,
            Ready::Work(Upkeep::Paper) => Self::Paper,
            Ready::Work(Upkeep::Cables) => Self::Cables,
            Ready::Work(Upkeep::Updates) => Self::Updates,
            Ready::Work(Upkeep::Battery) => Self::Battery,
            Ready::Work(Upkeep::Access) => Self::Access,
            Ready::Work(Upkeep::RestoreDrill) => Self::RestoreDrill,
            Ready::Work(Upkeep::Practice) => Self::Practice,
        }
    }
}

impl From<CareThing> for Ready {
    fn from(thing: CareThing) -> Self {
        match thing {
            CareThing::TypedCards => Self::TypedCards,
            CareThing::Limits => Self::Limits,
            CareThing::Transfers => Self::Transfers,
            CareThing::Provider => Self::Provider,
            CareThing::Statement => Self::Statement,
            CareThing::Promises => Self::Promises,
            CareThing::Printer => Self::Printer,
            CareThing::SecondReader => Self::SecondReader,
            CareThing::Warranty => Self::Warranty,
            CareThing::Hands => Self::Hands,
            CareThing::Seals => Self::Work(Upkeep::Seals),
            CareThing::Clean => Self::Work(Upkeep::Clean),
            CareThing::Paper => Self::Work(Upkeep::Paper),
            CareThing::Cables => Self::Work(Upkeep::Cables),
            CareThing::Updates => Self::Work(Upkeep::Updates),
            CareThing::Battery => Self::Work(Upkeep::Battery),
            CareThing::Access => Self::Work(Upkeep::Access),
            CareThing::RestoreDrill => Self::Work(Upkeep::RestoreDrill),
            CareThing::Practice => Self::Work(Upkeep::Practice),
        }
    }
}

impl From<&CareRow> for generated::CareRow {
    fn from(row: &CareRow) -> Self {
        Self { thing: row.thing.into(), due: row.due.into(), days: count(row.days), who: or_empty(row.who.as_ref()) }
    }
}

impl From<&CareBar> for generated::CareBar {
    fn from(bar: &CareBar) -> Self {
        Self {
            name: (&bar.name).into(),
            failures: count(bar.failures),
            repair_text: or_empty(bar.repair_text.as_ref()),
            between_text: or_empty(bar.between_text.as_ref()),
            length: ratio(bar.length),
            between_length: ratio(bar.between_length),
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &CareView) {
    let api = window.global::<CareApi>();
    api.set_can_practise(view.can_practise);
    api.set_percent(i32::from(view.percent));
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
    rows::put(&api.get_bars(), view.bars.iter().map(Into::into), |list| api.set_bars(list));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<CareApi>();
    api.on_act(wishes.touch_with(|thing: CareThing| Touch::Care(CareTouch::Act(thing.into()))));
    api.on_to_devices(wishes.touch(Touch::Care(CareTouch::ToDevices)));
    api.on_practise(wishes.touch(Touch::Care(CareTouch::Practise)));
    api.on_to_case(wishes.touch(Touch::Care(CareTouch::ToCase)));
}
