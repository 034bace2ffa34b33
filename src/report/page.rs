//! What every page has: its head, its figures as tiles, and how it says words and sums. The HTML stands in
//! `templates/report`, and every text that it is given is escaped there.

use askama::Template;
use chrono::{DateTime, FixedOffset, NaiveDate};

use super::words::{Said, say};
use crate::domain::money::{Currency, Money};
use crate::domain::receipt::{Heading, Language};

/// In place of what is not known, or is not told yet.
pub const NOT_TOLD: &str = "–";

/// How a page speaks: in which language, and in the currency of all its sums.
#[derive(Clone, Copy)]
pub struct Voice {
    /// Its language.
    pub language: Language,
    /// Its currency.
    pub currency: Currency,
}

impl Voice {
    /// The words in the page's language.
    pub fn say(self, said: Said) -> &'static str {
        say(self.language, said)
    }

    /// An amount in minor units with its currency.
    pub fn money(self, minor: i64) -> String {
        Money::new(minor, self.currency).to_string()
    }

    /// The same of a sum that may not be known.
    pub fn money_if_known(self, minor: Option<i64>) -> String {
        minor.map_or_else(|| NOT_TOLD.to_owned(), |minor| self.money(minor))
    }

    /// The same of a sum with cash in it, which nobody is told before the drawer is counted: with the float it would say
    /// what to count.
    pub fn money_with_cash(self, minor: i64, is_blind: bool) -> String {
        if is_blind { NOT_TOLD.to_owned() } else { self.money(minor) }
    }
}

/// What stands at the top of a page.
pub struct Head<'a> {
    /// Its language, as HTML names it.
    pub lang: &'static str,
    /// What the page is: “Day report”.
    pub title: &'static str,
    /// Of what: a date, or two.
    pub of: String,
    /// The shop's name.
    pub shop: &'a str,
    /// Its address.
    pub address: &'a str,
    /// The till's number.
    pub till: u8,
    /// Whether it is about a demo.
    pub is_demo: bool,
    /// Whether it is final, and since when.
    pub state: Option<String>,
    /// When it was made.
    pub made_at: String,
}

impl<'a> Head<'a> {
    /// The head of a page about this shop and till, made at this moment.
    pub fn new(
        language: Language,
        heading: &'a Heading,
        (title, of): (&'static str, String),
        made_at: DateTime<FixedOffset>,
    ) -> Self {
        let lang = match language {
            Language::English => "en",
            Language::Chinese => "zh-CN",
        };
        let Heading { shop, address, till, is_demo, is_copy: _ } = heading;
        let (till, is_demo, made_at) = (*till, *is_demo, minute(made_at));
        Self { lang, title, of, shop, address, till, is_demo, state: None, made_at }
    }
}

/// A tile with one figure.
pub struct Tile {
    /// How it looks.
    pub class: &'static str,
    /// Its name, for whoever reads the page by program.
    pub name: &'static str,
    /// What it is.
    pub label: String,
    /// The figure.
    pub figure: String,
    /// What else is to be said of it.
    pub caption: String,
}

/// The page as text.
pub fn written(page: &impl Template) -> String {
    // All that a page says is text already, so that writing it cannot fail; if it did, the file would say why.
    page.render().unwrap_or_else(|error| error.to_string())
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

/// Thousandths as a percentage, for the size of a bar.
pub fn percent(per_mille: i64) -> String {
    format!("{}.{}%", per_mille / 10, per_mille % 10)
}
