//! The report as one page of HTML.

use std::fmt::Write;

use chrono::{DateTime, FixedOffset};
use quick_xml::escape::escape;

use super::rows;
use super::words::{Said, say, tender};
use super::{DayReport, NaiveDate};
use crate::domain::day::{OpenItem, Segment, TenderFigures, segments};
use crate::domain::money::Money;
use crate::domain::outage::Outage;
use crate::domain::receipt::Language;
use crate::domain::sale::TenderKind;

/// The report as a page that needs nothing else: no script, no font, no picture from anywhere.
#[must_use]
pub fn html(report: &DayReport, language: Language) -> String {
    let mut page = Page { report, language, text: String::new() };
    page.head();
    page.summary();
    page.outages();
    rows::items(&mut page);
    rows::sales(&mut page);
    rows::losses(&mut page);
    rows::statements(&mut page);
    rows::drawer(&mut page);
    rows::alone(&mut page);
    page.checkpoint();
    page.put("</body>\n</html>\n");
    page.text
}

/// A page that is being written.
pub struct Page<'a> {
    pub report: &'a DayReport,
    pub language: Language,
    text: String,
}

impl Page<'_> {
    /// Adds HTML.
    pub fn put(&mut self, html: &str) {
        self.text.push_str(html);
    }

    /// The words in the page's language.
    pub fn say(&self, said: Said) -> &'static str {
        say(self.language, said)
    }

    /// A heading.
    pub fn heading(&mut self, said: Said) {
        let words = self.say(said);
        self.line(format_args!("<h2>{words}</h2>"));
    }

    /// A sentence in place of an empty table.
    pub fn nothing(&mut self, said: Said) {
        let words = self.say(said);
        self.line(format_args!("<p class=\"none\">{words}</p>"));
    }

    /// The beginning of a table; columns whose class is `number` stand to the right.
    pub fn table(&mut self, columns: &[(Said, &str)]) {
        self.put("<table>\n<thead><tr>");
        for (said, class) in columns {
            let words = self.say(*said);
            let _ = write!(self.text, "<th scope=\"col\" class=\"{class}\">{words}</th>");
        }
        self.put("</tr></thead>\n<tbody>\n");
    }

    /// A row; each cell is escaped here, whoever wrote it.
    pub fn row(&mut self, class: &str, cells: &[(&str, &str)]) {
        let _ = write!(self.text, "<tr class=\"{class}\">");
        for (text, class) in cells {
            let _ = write!(self.text, "<td class=\"{class}\">{}</td>", escape(*text));
        }
        self.put("</tr>\n");
    }

    /// The end of a table.
    pub fn end_table(&mut self) {
        self.put("</tbody>\n</table>\n");
    }

    /// An amount in minor units with its currency.
    pub fn money(&self, minor: i64) -> String {
        Money::new(minor, self.report.currency).to_string()
    }

    /// A line of HTML that is escaped already.
    fn line(&mut self, html: std::fmt::Arguments<'_>) {
        // Writing into a string cannot fail.
        let _ = self.text.write_fmt(html);
        self.text.push('\n');
    }

    fn head(&mut self) {
        let report = self.report;
        let heading = &report.heading;
        let lang = match self.language {
            Language::English => "en",
            Language::Chinese => "zh-CN",
        };
        let title = self.say(("Day report", "日报"));
        let (date, shop) = (day(report.date), escape(heading.shop.as_str()));
        let style = include_str!("style.css");
        self.line(format_args!(
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title} {date} · {shop}</title>\n<style>\n{style}</style>\n</head>\n<body>"
        ));
        let address = escape(heading.address.as_str());
        let till = format!("{} {}", self.say(("Till", "收银台")), heading.till);
        let (made, made_at) = (self.say(("Made", "生成于")), minute(report.made_at));
        let state = self.close_text();
        self.line(format_args!(
            "<header>\n<div>\n<h1>{title} {date}</h1>\n<p>{shop} · {address}</p>\n</div>\n\
             <div class=\"end\">\n<p><b>{state}</b></p>\n<p class=\"quiet\">{till} · {made} {made_at}</p>\n\
             </div>\n</header>"
        ));
        if heading.is_demo {
            let words = self.say(("DEMO: built-in simulators, no real money", "演示：内置模拟器，非真实资金"));
            self.line(format_args!("<p class=\"mark\">{words}</p>"));
        }
    }

    fn close_text(&self) -> String {
        let Some(close) = &self.report.close else {
            return self.say(("Not closed", "尚未日结")).to_owned();
        };
        let number = close.number.map(|number| format!(" {number}")).unwrap_or_default();
        let (word, by) = (self.say(("Close", "日结")), escape(close.by.as_str()));
        format!("{word}{number} · {by} · {}", minute(close.at))
    }

    fn summary(&mut self) {
        let figures = &self.report.figures;
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
            let (label, amount, caption) = (self.say(tender(kind)), self.money(amount_minor), caption(self, kind));
            self.tile("", &format!("{payments}{label}"), &amount, &caption);
        }
        let (sales, kept) = (self.say(("sales", "笔销售")), self.say(("of them contingency sales", "笔为应急销售")));
        let sales = format!("{} {sales}, {} {kept}", figures.sales, figures.contingency);
        let (taken, total) = (self.say(("Taken or promised", "已收或承诺合计")), self.money(figures.taken_minor()));
        self.tile("", taken, &total, &sales);
        let (received, sum) = (self.say(("Of it received", "其中已到账")), self.money(figures.received_minor));
        let (open, lost) = (self.say(("still open", "未决")), self.say(("lost", "损失")));
        let rest = format!("{} {open} · {} {lost}", self.money(figures.open_minor), self.money(figures.lost_minor));
        self.tile("", received, &sum, &rest);
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
        self.tile(class, open_word, &count, &caption);
        let (carried, amount) = (self.say(("Carried over", "结转")), self.money(figures.carried_minor));
        let not_due = self.say(("not yet due", "尚未到期"));
        self.tile("", carried, &amount, not_due);
        let (written_off, amount) = (self.say(("Written off", "已核销")), self.money(figures.written_off_minor));
        self.tile("", written_off, &amount, "");
    }

    fn tile(&mut self, class: &str, label: &str, figure: &str, caption: &str) {
        self.line(format_args!(
            "<div class=\"tile {class}\"><span class=\"quiet\">{label}</span><b>{figure}</b>\
             <span class=\"quiet\">{caption}</span></div>"
        ));
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
        for outage in &report.outages {
            let (left, width) = place(outage, report.opened, end);
            let percent = |per_mille: i64| format!("{}.{}%", per_mille / 10, per_mille % 10);
            let _ = write!(self.text, "<i style=\"left:{};width:{}\"></i>", percent(left), percent(width));
        }
        self.line(format_args!("</div>"));
        let (from, to) = (clock(report.opened), clock(end));
        self.line(format_args!("<div class=\"ends\"><span>{from}</span><span>{to}</span></div></div>"));
        self.table(&[
            (("From", "开始"), "tight"),
            (("To", "结束"), "tight"),
            (("Lasted", "持续"), "tight"),
            (("Cause", "原因"), ""),
        ]);
        for outage in &report.outages {
            let segments: Vec<Segment> = segments(outage).into_iter().filter(Segment::lasted).collect();
            let last = segments.len().saturating_sub(1);
            for (place, segment) in segments.iter().enumerate() {
                let ended = segment.to.map_or_else(|| self.say(("still lasts", "仍在持续")).to_owned(), minute);
                let lasted = self.language.duration(segment.seconds(end));
                let (from, cause) = (minute(segment.from), self.language.cause(segment.cause));
                let class = if place < last { "more" } else { "" };
                self.row(class, &[(&from, "tight"), (&ended, "tight"), (&lasted, "tight"), (cause, "")]);
            }
        }
        self.end_table();
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

/// Where an outage lies between two moments, as start and length in thousandths.
fn place(outage: &Outage, from: DateTime<FixedOffset>, to: DateTime<FixedOffset>) -> (i64, i64) {
    let span = (to - from).num_seconds().max(1);
    let inside = |at: DateTime<FixedOffset>| (at - from).num_seconds().clamp(0, span) * 1_000 / span;
    let start = inside(outage.began);
    (start, inside(outage.ended.unwrap_or(to)).saturating_sub(start).max(0))
}

/// A date, the same in every language.
pub fn day(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// A moment: ISO 8601 without the zone, since the shop has one.
pub fn minute(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// The time of a moment.
pub fn clock(at: DateTime<FixedOffset>) -> String {
    at.format("%H:%M").to_string()
}
