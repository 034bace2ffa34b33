//! The report page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, ReportApi};
use super::rows;
use super::wish::Wishes;
use super::words::{or_empty, same_words};
use crate::app::event::{ReportTouch, Touch};
use crate::screens::report::{ReportLine, ReportLineKind, ReportView};

same_words! {
    ReportLineKind => ReportLineKind {
        Sales, ByReader, ByQr, ByCard, ByCash, Received, StillOpen, Lost, Refunded, WrittenOff, CarriedOver,
        Owed, ForeignTaken, CashDifference, ForeignDifference,
    }
}

impl From<&ReportLine> for generated::ReportLine {
    fn from(line: &ReportLine) -> Self {
        Self { kind: line.kind.into(), count: (&line.count).into(), amount: (&line.amount).into() }
    }
}

pub(super) fn show(window: &AppWindow, view: &ReportView) {
    let api = window.global::<ReportApi>();
    let close = view.close.as_ref();
    api.set_closed(close.is_some());
    api.set_date_text((&view.date_text).into());
    api.set_closed_by(or_empty(close.map(|close| &close.by)));
    api.set_currency((&view.currency).into());
    rows::put(&api.get_lines(), view.lines.iter().map(Into::into), |list| api.set_lines(list));
    rows::put(&api.get_files(), view.files.iter().map(SharedString::from), |list| api.set_files(list));
    api.set_checkpoint(or_empty(close.map(|close| &close.checkpoint)));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<ReportApi>();
    api.on_write_files(wishes.touch(Touch::Report(ReportTouch::WriteFiles)));
    api.on_print(wishes.touch(Touch::Report(ReportTouch::Print)));
    api.on_finish(wishes.touch(Touch::Report(ReportTouch::Finish)));
}
