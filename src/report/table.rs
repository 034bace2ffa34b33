//! The report as CSV: one row for each payment of each contingency sale.
//!
//! RFC 4180: commas, CR LF, quotes where they are needed, one header row. The words are fixed and English, because
//! scripts read them. Text that a spreadsheet would run as a formula is escaped (OWASP ASVS 5.0, 1.2.10).

use chrono::SecondsFormat;
use csv::{Terminator, WriterBuilder};

use super::DayReport;
use super::words::{self, say};
use crate::domain::day::Outcome;
use crate::domain::receipt::Language;
use crate::domain::sale::{Payment, Tender, TenderKind};

/// The columns.
pub const COLUMNS: [&str; 15] = [
    "business_day",
    "till",
    "sale_reference",
    "pos_ticket",
    "cashier",
    "sale_began",
    "sale_amount",
    "in_outage",
    "payment_began",
    "tender",
    "amount",
    "currency",
    "outcome",
    "detail",
    "payment_id",
];

/// The payments of the day's contingency sales as CSV.
#[must_use]
pub fn csv(report: &DayReport) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // All rows have the same number of cells and go into memory, so that writing cannot fail.
    let _ = writer.write_record(COLUMNS);
    for sale in &report.sales {
        for one in &sale.payments {
            let (payment, of) = (&one.payment, &sale.sale);
            let row = [
                report.date.to_string(),
                of.till.to_string(),
                of.reference.to_string(),
                text(&of.ticket.as_ref().map(ToString::to_string).unwrap_or_default()),
                text(&of.cashier.0),
                of.began.to_rfc3339_opts(SecondsFormat::Secs, false),
                of.amount.plain(),
                if of.outage.is_some() { "yes" } else { "no" }.to_owned(),
                payment.began.to_rfc3339_opts(SecondsFormat::Secs, false),
                tender(payment.tender.kind()).to_owned(),
                payment.amount.plain(),
                payment.amount.currency.to_string(),
                outcome(one.outcome).to_owned(),
                text(&detail(payment)),
                payment.id.to_string(),
            ];
            let _ = writer.write_record(row);
        }
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A text cell that no spreadsheet takes for a formula: an apostrophe before the characters that would begin one.
fn text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']) { format!("'{cell}") } else { cell.to_owned() }
}

fn tender(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Reader => "reader",
        TenderKind::Qr => "qr",
        TenderKind::Card => "card",
        TenderKind::Cash => "cash",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
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

fn detail(payment: &Payment) -> String {
    match &payment.tender {
        Tender::Cash { .. } => String::new(),
        Tender::Card { brand, last4, .. } => format!("{} {last4}", brand.label()),
        Tender::Qr { qr } => say(Language::English, words::transfer(qr)).to_owned(),
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
