//! What the day comes to, before it is closed for good; see `ui/api/close_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::screens::report::{self, ReportLine, ReportLineKind};

/// The sheet before closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CloseView {
    /// The date of the day.
    pub date_text: String,
    /// The figures that it is sealed with.
    pub lines: Vec<ReportLine>,
    /// How many items are carried over.
    pub carried_count: u32,
}

/// The sheet before closing.
pub(super) fn view(app: &App) -> CloseView {
    let mut report = report::view(app, &[]);
    // How each tender did is on the page behind; what went back of it is nowhere there.
    let refunded = app.day_figures().refunded.count > 0;
    report.lines.retain(|line| match line.kind {
        ReportLineKind::Refunded => refunded,
        ReportLineKind::Sales
        | ReportLineKind::Received
        | ReportLineKind::StillOpen
        | ReportLineKind::Lost
        | ReportLineKind::WrittenOff
        | ReportLineKind::CarriedOver
        | ReportLineKind::Owed
        | ReportLineKind::CashDifference
        | ReportLineKind::ForeignDifference => true,
        ReportLineKind::ByReader
        | ReportLineKind::ByQr
        | ReportLineKind::ByCard
        | ReportLineKind::ByCash
        | ReportLineKind::ForeignTaken => false,
    });
    let carried = app.open_list().items.iter().filter(|item| !item.blocks()).count();
    CloseView {
        date_text: report.date_text,
        lines: report.lines,
        carried_count: u32::try_from(carried).unwrap_or(u32::MAX),
    }
}
