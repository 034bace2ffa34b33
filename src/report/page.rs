//! A page of HTML that needs nothing else: no script, no font, no picture from anywhere. All text is escaped here.

use std::fmt::Write;

use chrono::{DateTime, FixedOffset, NaiveDate};
use quick_xml::escape::escape;

use super::DayReport;
use super::words::{Said, say};
use crate::domain::money::{Currency, Money};
use crate::domain::receipt::{Heading, Language};

/// A page that is being written about a report.
pub struct Page<'a, R = DayReport> {
    /// What it is about.
    pub report: &'a R,
    /// Its language.
    pub language: Language,
    /// The currency of all its amounts.
    pub currency: Currency,
    text: String,
}

/// In place of a sum that would say what is in a drawer that is still to be counted.
pub const NOT_BEFORE_COUNT: &str = "–";

/// What stands at the top of a page.
pub struct Head<'a> {
    /// What the page is: “Day report”.
    pub title: Said,
    /// Of what: a date, or two.
    pub of: String,
    /// Shop and till.
    pub heading: &'a Heading,
    /// Whether it is final, and since when; escaped already.
    pub state: String,
    /// When it was made.
    pub made_at: DateTime<FixedOffset>,
}

impl<'a, R> Page<'a, R> {
    /// A page with nothing on it.
    pub fn new(report: &'a R, language: Language, currency: Currency) -> Self {
        Self { report, language, currency, text: String::new() }
    }

    /// The page as it is.
    pub fn finish(mut self) -> String {
        self.put("</body>\n</html>\n");
        self.text
    }

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

    /// A heading, and what it is of where that needs saying.
    pub fn heading_of(&mut self, said: Said, name: Option<&str>) {
        let words = self.say(said);
        match name {
            Some(name) => self.line(format_args!("<h2>{words} · {}</h2>", escape(name))),
            None => self.line(format_args!("<h2>{words}</h2>")),
        }
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
        Money::new(minor, self.currency).to_string()
    }

    /// The same of a sum with cash in it, which nobody is told before the drawer is counted.
    pub fn money_with_cash(&self, minor: i64, is_blind: bool) -> String {
        if is_blind { NOT_BEFORE_COUNT.to_owned() } else { self.money(minor) }
    }

    /// A line of HTML that is escaped already.
    pub fn line(&mut self, html: std::fmt::Arguments<'_>) {
        // Writing into a string cannot fail.
        let _ = self.text.write_fmt(html);
        self.text.push('\n');
    }

    /// The beginning of the page.
    pub fn head(&mut self, head: &Head<'_>) {
        let heading = head.heading;
        let lang = match self.language {
            Language::English => "en",
            Language::Chinese => "zh-CN",
        };
        let title = self.say(head.title);
        let (of, shop) = (escape(head.of.as_str()), escape(heading.shop.as_str()));
        let style = include_str!("style.css");
        self.line(format_args!(
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title} {of} · {shop}</title>\n<style>\n{style}</style>\n</head>\n<body>"
        ));
        let address = escape(heading.address.as_str());
        let till = format!("{} {}", self.say(("Till", "收银台")), heading.till);
        let (made, made_at) = (self.say(("Made", "生成于")), minute(head.made_at));
        let state = &head.state;
        self.line(format_args!(
            "<header>\n<div>\n<h1>{title} {of}</h1>\n<p>{shop} · {address}</p>\n</div>\n\
             <div class=\"end\">\n<p><b>{state}</b></p>\n<p class=\"quiet\">{till} · {made} {made_at}</p>\n\
             </div>\n</header>"
        ));
        if heading.is_demo {
            let words = self.say(("DEMO: built-in simulators, no real money", "演示：内置模拟器，非真实资金"));
            self.line(format_args!("<p class=\"mark\">{words}</p>"));
        }
    }

    /// A tile with one figure. The name is for whoever reads the page by program.
    pub fn tile(&mut self, class: &str, name: &str, label: &str, figure: &str, caption: &str) {
        self.line(format_args!(
            "<div class=\"tile {class}\"><span class=\"quiet\">{label}</span><b id=\"{name}\">{figure}</b>\
             <span class=\"quiet\">{caption}</span></div>"
        ));
    }
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
