//! The report as CSV: one row for each payment of each sale. The column `taken` adds up to what the day took or was
//! promised; `contingency` says which sales were taken in spite of a failure. Before the drawer of an open day is counted
//! the sums of its cash are empty.
//!
//! RFC 4180: commas, CR LF, quotes where they are needed, one header row. The words are fixed and English, because
//! scripts read them. Text that a spreadsheet would run as a formula is escaped (OWASP ASVS 5.0, 1.2.10).

use chrono::{DateTime, FixedOffset, SecondsFormat};
use csv::{Terminator, WriterBuilder};

use super::words::{self, say};
use super::{DayReport, ReportLine, ReportPayment, ReportSale};
use crate::domain::day::{Outcome, segments};
use crate::domain::money::Money;
use crate::domain::outage::{Outage, OutageCause};
use crate::domain::qr::QrState;
use crate::domain::receipt::Language;
use crate::domain::reconcile::LineState;
use crate::domain::sale::{Payment, SaleState, Tender, TenderKind};

/// The columns.
pub const COLUMNS: [&str; 19] = [
    "business_day",
    "till",
    "sale_reference",
    "pos_ticket",
    "cashier",
    "sale_began",
    "sale_amount",
    "sale_state",
    "contingency",
    "in_outage",
    "payment_began",
    "tender",
    "amount",
    "taken",
    "currency",
    "outcome",
    "detail",
    "payment_id",
    "came",
];

/// The columns of the statement lines.
pub const LINE_COLUMNS: [&str; 16] = [
    "business_day",
    "till",
    "statement",
    "booked_on",
    "amount",
    "currency",
    "fee",
    "counterparty",
    "reference",
    "description",
    "state",
    "what",
    "payment_ids",
    "line_id",
    "sale_references",
    "by",
];

/// The columns of the outages.
pub const OUTAGE_COLUMNS: [&str; 8] = ["business_day", "till", "outage", "part", "cause", "from", "to", "beside"];

/// The outages of these days as CSV: one row for each part in which the same was out. `to` is empty while one lasts,
/// `beside` says what failed beside a broken reader.
#[must_use]
pub fn outages_csv(reports: &[DayReport]) -> String {
    let moment = |at: DateTime<FixedOffset>| at.to_rfc3339_opts(SecondsFormat::Secs, false);
    let of_outage = |(report, outage)| segments(outage).into_iter().map(move |one| (report, outage, one));
    let outages = reports.iter().flat_map(|report| report.outages.iter().map(move |outage| (report, outage)));
    let rows = outages.flat_map(of_outage).map(|(report, outage, segment): (&DayReport, &Outage, _)| {
        [
            report.date.to_string(),
            report.heading.till.to_string(),
            outage.id.to_string(),
            part_of(segment.cause).to_owned(),
            Language::English.cause(segment.cause).to_owned(),
            moment(segment.from),
            segment.to.map(moment).unwrap_or_default(),
            segment.beside.map(|beside| Language::English.cause(beside).to_owned()).unwrap_or_default(),
        ]
    });
    written(&OUTAGE_COLUMNS, rows)
}

/// The part that an outage is of.
pub fn part_of(cause: OutageCause) -> &'static str {
    match cause {
        OutageCause::Reader(_) => "reader",
        OutageCause::Line(_) => "line",
        OutageCause::Host(_) => "host",
    }
}

pub(super) fn written<const COUNT: usize>(
    columns: &[&str; COUNT],
    rows: impl Iterator<Item = [String; COUNT]>,
) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // All rows have the same number of cells and go into memory, so that writing cannot fail.
    let _ = writer.write_record(columns);
    for row in rows {
        let _ = writer.write_record(row);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// The payments of all sales of these days as CSV. One that was carried over stands in each day that knew it, and is
/// taken in one of them only.
#[must_use]
pub fn csv(reports: &[DayReport]) -> String {
    let payments = reports.iter().flat_map(|report| {
        report.sales.iter().flat_map(move |sale| sale.payments.iter().map(move |one| row(report, sale, one)))
    });
    written(&COLUMNS, payments)
}

/// What the statement lines of these days are: every credit and debit that was brought in, and what is known of it.
#[must_use]
pub fn lines_csv(reports: &[DayReport]) -> String {
    let lines = reports.iter().flat_map(|report| report.lines.iter().map(move |one| line_row(report, one)));
    written(&LINE_COLUMNS, lines)
}

fn line_row(report: &DayReport, one: &ReportLine) -> [String; 16] {
    let line = &one.line;
    let file = report.statements.iter().find(|file| file.id == one.statement);
    let filled = |cell: &Option<String>| text(cell.as_deref().unwrap_or_default());
    let (state, by) = match &one.state {
        LineState::Unexplained => ("unexplained", None),
        LineState::Matched { .. } => ("matched", None),
        LineState::PaidOut { .. } => ("paid_out", None),
        LineState::Explained { by, .. } => ("explained", Some(by)),
        LineState::Returned { by, .. } => ("returned", Some(by)),
    };
    [
        report.date.to_string(),
        report.heading.till.to_string(),
        text(file.map(|file| file.name.as_str()).unwrap_or_default()),
        line.booked_on.to_string(),
        line.amount.plain(),
        line.amount.currency.to_string(),
        one.fee.map(Money::plain).unwrap_or_default(),
        filled(&line.counterparty_name),
        filled(&line.reference),
        filled(&line.description),
        state.to_owned(),
        say(Language::English, words::line(&one.state, one.class)).to_owned(),
        one.state.payments().map(|payment| payment.to_string()).collect::<Vec<String>>().join(" "),
        line.id.to_string(),
        one.sales.iter().map(ToString::to_string).collect::<Vec<String>>().join(" "),
        by.map(|by| text(report.name(by))).unwrap_or_default(),
    ]
}

fn row(report: &DayReport, sale: &ReportSale, one: &ReportPayment) -> [String; 19] {
    let (payment, of) = (&one.payment, &sale.sale);
    let with_cash = |amount: Money, is_blind: bool| if is_blind { String::new() } else { amount.plain() };
    let yes_no = |is: bool| if is { "yes" } else { "no" }.to_owned();
    [
        report.date.to_string(),
        of.till.to_string(),
        of.reference.to_string(),
        text(&of.ticket.as_ref().map(ToString::to_string).unwrap_or_default()),
        text(&of.cashier.0),
        of.began.to_rfc3339_opts(SecondsFormat::Secs, false),
        with_cash(of.amount, sale.is_blind),
        sale_state(of.state).to_owned(),
        yes_no(sale.is_contingency),
        yes_no(sale.outage.is_some()),
        payment.began.to_rfc3339_opts(SecondsFormat::Secs, false),
        tender(payment.tender.kind()).to_owned(),
        with_cash(payment.amount, sale.hides(one)),
        with_cash(one.taken, sale.hides(one)),
        payment.amount.currency.to_string(),
        outcome(one.outcome).to_owned(),
        text(&detail(payment)),
        payment.id.to_string(),
        came(payment).map(Money::plain).unwrap_or_default(),
    ]
}

/// What a statement says that came for a payment; none while no line is it.
pub fn came(payment: &Payment) -> Option<Money> {
    match &payment.tender {
        Tender::Qr { qr: QrState::SeenOnStatement { .. }, .. } => Some(payment.amount),
        Tender::Qr { qr: QrState::ShortOrOver { came, .. } | QrState::RefundDue { came, .. }, .. } => Some(*came),
        Tender::Qr { .. } | Tender::Reader { .. } | Tender::Card { .. } | Tender::Cash { .. } => None,
    }
}

/// How far a sale is.
pub fn sale_state(state: SaleState) -> &'static str {
    match state {
        SaleState::Open => "open",
        SaleState::Done { .. } => "done",
        SaleState::Abandoned { .. } => "given_up",
    }
}

/// A text cell that no spreadsheet takes for a formula: an apostrophe before the characters that would begin one.
pub(super) fn text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']) { format!("'{cell}") } else { cell.to_owned() }
}

/// The word for a tender.
pub fn tender(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Reader => "reader",
        TenderKind::Qr => "qr",
        TenderKind::Card => "card",
        TenderKind::Cash => "cash",
    }
}

/// The word for what became of a payment.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SettledAtAcquirer => "settled_at_acquirer",
        Outcome::OnStatement => "on_statement",
        Outcome::InDrawer => "in_drawer",
        Outcome::NotYetDue => "not_yet_due",
        Outcome::WrittenOff => "written_off",
        Outcome::NothingTaken => "nothing_taken",
        Outcome::Open => "open",
    }
}

/// What else is known of a payment.
pub fn detail(payment: &Payment) -> String {
    match &payment.tender {
        Tender::Cash { .. } => String::new(),
        Tender::Card { brand, last4, .. } => format!("{} {last4}", brand.label()),
        Tender::Qr { qr, .. } => say(Language::English, words::transfer(qr)).to_owned(),
        Tender::Reader { reader, .. } => say(Language::English, words::reader(reader)).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_escaped() {
        for (cell, escaped) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("A-2031/7", "A-2031/7"),
            ("", ""),
        ] {
            assert_eq!(text(cell), escaped);
        }
    }
}
