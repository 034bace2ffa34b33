//! The report of a day as one page of HTML.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use quick_xml::escape::escape;

use super::page::{Head, Page, clock, day, minute};
use super::words::tender;
use super::{DayReport, ReportSale, charts, costs, refunds, rows};
use crate::domain::day::{OpenItem, Segment, TenderFigures, segments};
use crate::domain::outage::Outage;
use crate::domain::receipt::Language;
use crate::domain::sale::{SaleState, TenderKind};

/// The report as a page that needs nothing else: no script, no font, no picture from anywhere.
#[must_use]
pub fn html(report: &DayReport, language: Language) -> String {
    let mut page = Page::new(report, language, report.currency);
    page.head(&Head {
        title: ("Day report", "日报"),
        of: day(report.date),
        heading: &report.heading,
        state: page.close_text(),
        made_at: report.made_at,
    });
    page.summary();
    charts::charts(&mut page);
    page.outages();
    let kept_blind = report.sales.iter().any(|sale| sale.is_contingency && sale.is_blind);
    costs::costs(&mut page, &report.costs, kept_blind);
    rows::items(&mut page);
    rows::sales(&mut page, &report.sales);
    refunds::table(&mut page);
    rows::losses(&mut page);
    rows::statements(&mut page);
    rows::drawers(&mut page);
    costs::adjustments(&mut page, &report.adjustments);
    rows::alone(&mut page);
    page.checkpoint();
    page.finish()
}

impl Page<'_> {
    fn close_text(&self) -> String {
        let Some(close) = &self.report.close else {
            return self.say(("Not closed", "尚未日结")).to_owned();
        };
        let number = close.number.map(|number| format!(" {number}")).unwrap_or_default();
        let (word, by) = (self.say(("Close", "日结")), escape(close.by.as_str()));
        format!("{word}{number} · {by} · {}", minute(close.at))
    }

    fn summary(&mut self) {
        let (figures, is_blind) = (&self.report.figures, self.report.is_blind);
        let caption = |page: &Self, kind| match kind {
            TenderKind::Reader | TenderKind::Cash => String::new(),
            TenderKind::Qr => format!("{} {}", figures.statement_matched, page.say(("on the statement", "在对账单上"))),
            TenderKind::Card => {
                let (approved, declined) = (page.say(("approved", "已批准")), page.say(("declined", "被拒绝")));
                format!("{} {approved} · {} {declined}", figures.approved, figures.declined)
            }
        };
        self.put("<section class=\"tiles\">\n");
        for kind in [TenderKind::Reader, TenderKind::Qr, TenderKind::Card, TenderKind::Cash] {
            let TenderFigures { count, amount_minor } = figures.tender(kind);
            let payments = format!("{count} × ");
            let is_blind = is_blind && kind == TenderKind::Cash;
            let amount = self.money_with_cash(amount_minor, is_blind);
            let (label, caption) = (self.say(tender(kind)), caption(self, kind));
            self.tile("", name_of(kind), &format!("{payments}{label}"), &amount, &caption);
        }
        let (sales, kept) = (self.say(("sales", "笔销售")), self.say(("of them contingency sales", "笔为应急销售")));
        let sales = format!("{} {sales}, {} {kept}", figures.sales, figures.contingency);
        let taken = self.say(("Taken or promised", "已收或承诺合计"));
        let total = self.money_with_cash(figures.taken_minor(), is_blind);
        self.tile("", "taken", taken, &total, &sales);
        let received = self.say(("Of it received", "其中已到账"));
        let sum = self.money_with_cash(figures.received_minor, is_blind);
        let (open, lost) = (self.say(("still open", "未决")), self.say(("lost", "损失")));
        let rest = format!("{} {open} · {} {lost}", self.money(figures.open_minor), self.money(figures.lost_minor));
        self.tile("", "received", received, &sum, &rest);
        self.closing_tiles();
        self.put("</section>\n");
    }

    /// The tiles of what is not simply taken: open, carried over, written off.
    fn closing_tiles(&mut self) {
        let figures = &self.report.figures;
        let open = self.report.items.iter().filter(|item| item.blocks()).count();
        let class = if open > 0 { "wait" } else { "" };
        let sum = |items: &mut dyn Iterator<Item = &OpenItem>| {
            items.filter_map(OpenItem::amount).fold(0_i64, |sum, one| sum.saturating_add(one.minor.saturating_abs()))
        };
        let unexplained = self.money(sum(&mut self.report.items.iter().filter(|item| item.blocks())));
        let caption = format!("{unexplained} {}", self.say(("not explained", "未说明")));
        let (open_word, count) = (self.say(("Open before closing", "日结前未决")), open.to_string());
        self.tile(class, "open", open_word, &count, &caption);
        let (carried, amount) = (self.say(("Carried over", "结转")), self.money(figures.carried_minor));
        let not_due = self.say(("not yet due", "尚未到期"));
        self.tile("", "carried", carried, &amount, not_due);
        let TenderFigures { count, amount_minor } = figures.refunded;
        let (refunded, amount) = (self.say(("Refunded", "已退款")), self.money(amount_minor));
        let caption = format!("{count} × · {}", self.say(("not taken off the sales", "未从销售额中扣除")));
        self.tile("", "refunded", refunded, &amount, &caption);
        let (written_off, amount) = (self.say(("Written off", "已核销")), self.money(figures.written_off_minor));
        self.tile("", "written-off", written_off, &amount, "");
    }

    fn outages(&mut self) {
        let report = self.report;
        self.heading(("Outages", "故障"));
        if report.outages.is_empty() {
            self.nothing(("No outage on this day.", "当日无故障。"));
            return;
        }
        let end = report.close.as_ref().map_or(report.made_at, |close| close.at);
        self.put("<div class=\"keep\"><div class=\"span\" role=\"presentation\">");
        let percent = |per_mille: i64| format!("{}.{}%", per_mille / 10, per_mille % 10);
        for outage in &report.outages {
            let (left, width) = place(outage, report.opened, end);
            self.put(&format!("<i style=\"left:{};width:{}\"></i>", percent(left), percent(width)));
        }
        // The sales that were taken in spite of them; those of one moment are one mark.
        let kept = report.sales.iter().filter(|sale| sale.is_contingency && sale.sale.began >= report.opened);
        let marks: BTreeSet<i64> = kept.map(|sale| moment(sale.sale.began, report.opened, end) / 2 * 2).collect();
        for left in marks {
            self.put(&format!("<b style=\"left:{}\"></b>", percent(left)));
        }
        self.line(format_args!("</div>"));
        let (from, to) = (clock(report.opened), clock(end));
        self.line(format_args!("<div class=\"ends\"><span>{from}</span><span>{to}</span></div></div>"));
        outage_table(self, &report.outages, &report.sales, end);
    }

    fn checkpoint(&mut self) {
        let Some(checkpoint) = self.report.close.as_ref().and_then(|close| close.checkpoint.as_deref()) else { return };
        self.heading(("Signed checkpoint of the journal", "日志签名校验点"));
        let (entry, signature) = checkpoint.split_once('\n').unwrap_or((checkpoint, ""));
        let labels = [("Entry and hash", "条目与哈希"), ("Signature", "签名")];
        for (said, text) in labels.into_iter().zip([entry, signature]).filter(|(_, text)| !text.is_empty()) {
            let (label, text) = (self.say(said), escape(text));
            self.line(format_args!("<p class=\"quiet\">{label}</p>\n<div class=\"print\">{text}</div>"));
        }
    }
}

/// The outages, one row for each cause, with what was sold in each. One that lasts is counted up to `end`.
pub fn outage_table<R>(page: &mut Page<'_, R>, outages: &[Outage], sales: &[ReportSale], end: DateTime<FixedOffset>) {
    page.table(&[
        (("From", "开始"), "tight"),
        (("To", "结束"), "tight"),
        (("Lasted", "持续"), "tight"),
        (("Cause", "原因"), ""),
        (("Sales in it", "期间销售"), "number"),
        (("Taken or promised", "已收或承诺"), "number"),
    ]);
    for outage in outages {
        let segments: Vec<Segment> = segments(outage).into_iter().filter(Segment::lasted).collect();
        let last = segments.len().saturating_sub(1);
        let is_done = |sale: &&ReportSale| matches!(sale.sale.state, SaleState::Done { .. });
        let inside = || sales.iter().filter(|sale| sale.outage == Some(outage.id)).filter(is_done);
        let taken =
            inside().flat_map(|sale| &sale.payments).fold(0_i64, |sum, one| sum.saturating_add(one.taken.minor));
        let is_blind = inside().any(|sale| sale.is_blind);
        let (count, taken) = (inside().count().to_string(), page.money_with_cash(taken, is_blind));
        for (place, segment) in segments.iter().enumerate() {
            let ended = segment.to.map_or_else(|| page.say(("still lasts", "仍在持续")).to_owned(), minute);
            let lasted = page.language.duration(segment.seconds(end));
            let (from, cause) = (minute(segment.from), page.language.segment(segment));
            let class = if place < last { "more" } else { "" };
            let (count, taken) = if place == last { (count.as_str(), taken.as_str()) } else { ("", "") };
            let sold = [(count, "number"), (taken, "number")];
            let when = [(from.as_str(), "tight"), (ended.as_str(), "tight"), (lasted.as_str(), "tight"), (&cause, "")];
            page.row(class, &[when.as_slice(), sold.as_slice()].concat());
        }
    }
    page.end_table();
}

/// The id of a tender's figure.
pub fn name_of(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Reader => "reader",
        TenderKind::Qr => "qr",
        TenderKind::Card => "card",
        TenderKind::Cash => "cash",
    }
}

/// Where an outage lies between two moments, as start and length in thousandths.
fn place(outage: &Outage, from: DateTime<FixedOffset>, to: DateTime<FixedOffset>) -> (i64, i64) {
    let start = moment(outage.began, from, to);
    (start, moment(outage.ended.unwrap_or(to), from, to).saturating_sub(start).max(0))
}

/// Where a moment lies between two others, in thousandths.
fn moment(at: DateTime<FixedOffset>, from: DateTime<FixedOffset>, to: DateTime<FixedOffset>) -> i64 {
    let span = (to - from).num_seconds().max(1);
    (at - from).num_seconds().clamp(0, span) * 1_000 / span
}
