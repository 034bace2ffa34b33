//! The day's report, and the slip of a closed day; see `ui/api/report_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::domain::day::{ForeignFigures, TenderFigures, owed};
use crate::domain::money::Money;
use crate::screens::NOT_BEFORE_COUNT;

/// The report page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportView {
    /// The close, once the day is closed.
    pub close: Option<Close>,
    /// The date of the day.
    pub date_text: String,
    /// The currency of all amounts.
    pub currency: String,
    /// The figures.
    pub lines: Vec<ReportLine>,
    /// Where the files were written.
    pub files: Vec<String>,
}

/// How a day was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Close {
    /// Who closed.
    pub by: String,
    /// The signed checkpoint as it stands on the slip.
    pub checkpoint: String,
}

/// One figure of the day report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportLine {
    /// Which.
    pub kind: ReportLineKind,
    /// How many.
    pub count: String,
    /// How much.
    pub amount: String,
}

/// A line of the day report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the lines are described in ui/api/report_api.slint")]
pub enum ReportLineKind {
    Sales,
    ByReader,
    ByQr,
    ByCard,
    ByCash,
    Received,
    StillOpen,
    Lost,
    Refunded,
    WrittenOff,
    CarriedOver,
    Owed,
    ForeignTaken,
    CashDifference,
    ForeignDifference,
}

/// The report page.
pub(super) fn view(app: &App, files: &[String]) -> ReportView {
    let figures = app.day_figures();
    let shown = |minor| Money::new(minor, app.settings.currency).shown();
    let counted = app.ledger.drawers_are_counted();
    // The count is blind: with the float, what cash brought would say what should be there, and so would a sum with it.
    let with_cash = |minor| if counted { shown(minor) } else { NOT_BEFORE_COUNT.to_owned() };
    let tender = |kind, tender: TenderFigures| ReportLine {
        kind,
        count: tender.count.to_string(),
        amount: shown(tender.amount_minor),
    };
    let amount = |kind, count: String, minor| ReportLine { kind, count, amount: shown(minor) };
    let date = app.ledger.day.as_ref().map(|day| day.date);
    let mut lines = vec![
        ReportLine {
            kind: ReportLineKind::Sales,
            count: figures.sales.to_string(),
            amount: with_cash(figures.taken_minor()),
        },
        tender(ReportLineKind::ByReader, figures.reader),
        tender(ReportLineKind::ByQr, figures.qr),
        tender(ReportLineKind::ByCard, figures.card),
        ReportLine {
            kind: ReportLineKind::ByCash,
            count: figures.cash.count.to_string(),
            amount: with_cash(figures.cash.amount_minor),
        },
        ReportLine { kind: ReportLineKind::Received, count: String::new(), amount: with_cash(figures.received_minor) },
        amount(ReportLineKind::StillOpen, String::new(), figures.open_minor),
        amount(ReportLineKind::Lost, String::new(), figures.lost_minor),
        tender(ReportLineKind::Refunded, figures.refunded),
        amount(ReportLineKind::WrittenOff, String::new(), figures.written_off_minor),
        amount(ReportLineKind::CarriedOver, String::new(), figures.carried_minor),
    ];
    let owed = owed(&app.open_list().items, app.settings.currency);
    if owed.count > 0 {
        lines.push(tender(ReportLineKind::Owed, owed));
    }
    let foreign = |kind, minor: fn(&ForeignFigures) -> i64| {
        figures.foreign.iter().map(move |one| ReportLine {
            kind,
            count: one.currency.to_string(),
            amount: Money::new(minor(one), one.currency).shown(),
        })
    };
    if counted {
        lines.extend(foreign(ReportLineKind::ForeignTaken, |one| one.lines.exchanged));
        lines.push(amount(ReportLineKind::CashDifference, String::new(), figures.cash_difference_minor()));
        lines.extend(foreign(ReportLineKind::ForeignDifference, ForeignFigures::difference_minor));
    }
    ReportView {
        close: app.day_close().map(|close| Close { by: close.by, checkpoint: close.checkpoint.unwrap_or_default() }),
        date_text: date.map(|date| date.format("%Y-%m-%d").to_string()).unwrap_or_default(),
        currency: app.settings.currency.to_string(),
        lines,
        files: files.to_vec(),
    }
}
