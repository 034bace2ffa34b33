//! The page of upkeep and readiness.

use slint::ComponentHandle;

use super::generated::{self, AppWindow, CareApi};
use super::rows;
use super::wish::Wishes;
use super::words::{count, or_empty, ratio, same_words};
use crate::app::event::{CareTouch, Touch};
use crate::domain::service::Upkeep;
use crate::screens::care::{CareBar, CareDue, CareLack, CareRow, CareView};

same_words! {
    Upkeep => CareWork { Seals, Clean, Paper, Cables, Updates, Battery, Access, RestoreDrill, Practice }
    CareDue => CareDue { Never, Coming, Overdue }
    CareLack => CareLack { TypedCards, Transfers, Provider, Statement, Promises }
}

impl From<generated::CareWork> for Upkeep {
    fn from(work: generated::CareWork) -> Self {
        match work {
            generated::CareWork::Seals => Self::Seals,
            generated::CareWork::Clean => Self::Clean,
            generated::CareWork::Paper => Self::Paper,
            generated::CareWork::Cables => Self::Cables,
            generated::CareWork::Updates => Self::Updates,
            generated::CareWork::Battery => Self::Battery,
            generated::CareWork::Access => Self::Access,
            generated::CareWork::RestoreDrill => Self::RestoreDrill,
            generated::CareWork::Practice => Self::Practice,
        }
    }
}

impl From<&CareRow> for generated::CareRow {
    fn from(row: &CareRow) -> Self {
        Self { work: row.work.into(), due: row.due.into(), days: count(row.days), who: or_empty(row.who.as_ref()) }
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
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &CareView) {
    let api = window.global::<CareApi>();
    api.set_percent(i32::from(view.percent));
    rows::put(&api.get_lacks(), view.lacks.iter().map(|lack| (*lack).into()), |list| api.set_lacks(list));
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
    rows::put(&api.get_bars(), view.bars.iter().map(Into::into), |list| api.set_bars(list));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<CareApi>();
    api.on_done(wishes.touch_with(|work: generated::CareWork| Touch::Care(CareTouch::Done(work.into()))));
    api.on_to_case(wishes.touch(Touch::Care(CareTouch::ToCase)));
}
