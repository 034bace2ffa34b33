//! The first rows of a file as a table: which column is what, how its dates and amounts are written, and where it ends.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::SeenStatus;
use super::marks::{Sides, counts};
use super::words::{Role, WORDS};
use crate::domain::money::Currency;
use crate::statement::csv::cell::Style;
use crate::statement::csv::mapping::{Amounts, Column, Currencies};
use crate::statement::csv::rows::{Fields, Rows};
use crate::statement::csv::symbol::Symbol;

/// How many rows are looked at: the first ones and the last.
const ROWS_LOOKED_AT: usize = 500;
/// How many lines may stand in front of the header.
pub const PREAMBLE_LINES_MAX: usize = 40;
/// How many rows of totals may stand at the end.
const FOOTER_ROWS_MAX: usize = 5;
/// How many different words a column has that says of each row the same few things.
const MARKS_MAX: usize = 12;
/// Forms of dates, the commoner first. Two in a row that differ only in day and month are told apart by a day above 12.
const DATE_FORMS: [&str; 15] = [
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%y",
    "%d %b %Y",
    "%Y年%m月%d日",
];

/// The first rows of a file under their header.
pub struct Table {
    pub delimiter: u8,
    pub header_row: usize,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The header is the first row that has a name we know for two columns; the delimiter is the one that shows most.
    pub fn find(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let known = |cells: &[String]| {
            cells.iter().filter(|cell| WORDS.iter().any(|(_, words)| words.contains(&plain(cell).as_str()))).count()
        };
        let mut best: Option<(usize, Self)> = None;
        for delimiter in [b',', b';', b'\t', b'|'] {
            for (place, line) in text.lines().take(PREAMBLE_LINES_MAX).enumerate() {
                let header = row(line, delimiter);
                let found = known(&header);
                if found >= 2 && best.as_ref().is_none_or(|(most, _)| found > *most) {
                    let rows = rows(text, delimiter, place + 1, header.len());
                    best = Some((found, Self { delimiter, header_row: place + 1, header, rows }));
                }
            }
        }
        best.map(|(_, table)| table)
    }

    /// Leaves out the last rows where they have no date, as totals have none, and says what is the first that stands in
    /// them. Rows of another width than the header are none of the table either.
    pub fn cut_footer(&mut self) -> Option<String> {
        let dated = |place: usize, form: &str| {
            let has_date = |row: &&Vec<String>| row.get(place).is_some_and(|cell| is_date(cell, form));
            self.rows.iter().take_while(has_date).count()
        };
        let columns = self.columns(Role::Date);
        let most = columns.into_iter().flat_map(|place| DATE_FORMS.map(|form| dated(place, form))).max().unwrap_or(0);
        let is_short = most > 0 && most < self.rows.len() && self.rows.len() - most <= FOOTER_ROWS_MAX;
        let footer = if is_short { self.rows.split_off(most) } else { Vec::new() };
        let begins = footer.first().and_then(|row| first_filled(row)).map(str::to_owned);
        self.rows.retain(|row| row.len() == self.header.len());
        // What rows of the table begin with as well ends nothing.
        begins.filter(|begins| !self.rows.iter().any(|row| first_filled(row) == Some(begins)))
    }

    pub fn columns(&self, role: Role) -> Vec<usize> {
        let words = WORDS.iter().find(|(known, _)| *known == role).map_or(&[][..], |(_, words)| words);
        let rank = |place: &usize| words.iter().position(|word| *word == plain(&self.header[*place]));
        let mut places: Vec<usize> = (0..self.header.len()).filter(|place| rank(place).is_some()).collect();
        // A name that is there twice means nothing.
        places.retain(|place| self.header.iter().filter(|name| **name == self.header[*place]).count() == 1);
        places.sort_by_key(rank);
        places
    }

    pub fn column(&self, role: Role) -> Option<usize> {
        self.columns(role).into_iter().next()
    }

    fn cells(&self, place: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(place)).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// The forms that all dates of a column have.
    pub fn date_forms(&self, place: usize) -> Vec<&'static str> {
        let fits = |form: &str| self.cells(place).next().is_some() && self.cells(place).all(|cell| is_date(cell, form));
        DATE_FORMS.into_iter().filter(|form| fits(form)).collect()
    }

    /// How the amounts of a column are written, if all of them are amounts. `units` are the currencies of the rows.
    pub fn style(&self, place: usize, units: &[Currency]) -> Option<Style> {
        let pairs = [
            ('.', None),
            (',', None),
            ('.', Some(',')),
            (',', Some('.')),
            (',', Some(' ')),
            ('.', Some(' ')),
            ('.', Some('\'')),
        ];
        let reads =
            |style: &Style| self.amounts(place, units).all(|(cell, currency)| style.amount(cell, currency).is_ok());
        self.cells(place).next()?;
        pairs.into_iter().map(|(decimal, thousands)| Style { decimal, thousands }).find(reads)
    }

    fn amounts<'a>(&'a self, place: usize, units: &'a [Currency]) -> impl Iterator<Item = (&'a str, Currency)> {
        let rows = self.rows.iter().zip(units);
        rows.filter_map(move |(row, currency)| Some((row.get(place)?.as_str(), *currency)))
            .filter(|(cell, _)| !cell.is_empty())
    }

    /// Whether some amount of a column is below zero.
    pub fn has_debit(&self, place: usize, units: &[Currency]) -> bool {
        let Some(style) = self.style(place, units) else { return false };
        let mut amounts = self.amounts(place, units);
        amounts.any(|(cell, currency)| style.amount(cell, currency).is_ok_and(|amount| amount.minor < 0))
    }

    /// Whether some amount shows which sign is the decimal one. Three digits behind a sign may be a group, also of a
    /// currency with three decimals, unless what stands in front of it is no group.
    pub fn shows_decimals(&self, units: &[Currency]) -> bool {
        let amounts = [Role::Amount, Role::Credit, Role::Debit].into_iter().flat_map(|role| self.columns(role));
        let mut cells = amounts.flat_map(|place| self.amounts(place, units));
        cells.any(|(cell, currency)| {
            let digits = cell.trim_end_matches(|char: char| !char.is_ascii_digit());
            let decimals = digits.bytes().rev().take_while(u8::is_ascii_digit).count();
            let whole = digits[..digits.len() - decimals].trim_end_matches(['.', ',']);
            let whole = &whole[whole.rfind(|char: char| !char.is_ascii_digit()).map_or(0, |place| place + 1)..];
            let is_no_group = whole.starts_with('0') || whole.len() > 3;
            let is_sure = (1..=2).contains(&decimals) || (decimals == 3 && currency.exponent() == 3 && is_no_group);
            decimals < digits.len() && is_sure
        })
    }

    /// What says the currency: a column, a name, or the sign at the amounts. A sign that the shop's own currency is
    /// written with says that it is this.
    pub fn currency(&self, own: Option<Currency>) -> Option<Currencies> {
        let column = self.columns(Role::Currency).into_iter().find(|place| self.is_currency(*place));
        let of_name = || self.currency_in_header();
        let of_cells = || {
            self.symbol().and_then(|symbol| match own.filter(|own| symbol.is_of(*own)) {
                Some(own) => Some(own),
                None => symbol.means(),
            })
        };
        column
            .map(|place| Currencies::Column(self.named(place)))
            .or_else(|| of_name().or_else(of_cells).map(Currencies::One))
    }

    /// The currency of each row.
    pub fn units(&self, currency: Option<&Currencies>, own: Option<Currency>) -> Vec<Currency> {
        let own = own.unwrap_or(Currency::EUR);
        let of_row = |row: &Vec<String>| match currency {
            Some(Currencies::One(currency)) => *currency,
            Some(Currencies::Column(Column::Named(name))) => {
                let place = self.header.iter().position(|column| column == name);
                place.and_then(|place| row.get(place)?.parse().ok()).unwrap_or(own)
            }
            Some(Currencies::Own | Currencies::Column(Column::Numbered(_))) | None => own,
        };
        self.rows.iter().map(of_row).collect()
    }

    fn is_currency(&self, place: usize) -> bool {
        self.cells(place).next().is_some() && self.cells(place).all(|cell| cell.parse::<Currency>().is_ok())
    }

    /// A code or a sign in the name of a column: `Amount (EUR)`, `Betrag in EUR`, `Valor (R$)`.
    fn currency_in_header(&self) -> Option<Currency> {
        let words = self.header.iter().flat_map(|name| name.split(|char: char| !char.is_ascii_alphabetic()));
        let code = words.filter(|word| word.len() == 3).find_map(|word| word.parse().ok());
        let inside = |name: &String| Some(name.split_once('(')?.1.split_once(')')?.0.trim().to_owned());
        let signs = || self.header.iter().filter_map(inside).find_map(|text| Symbol::at(&text)?.means());
        code.or_else(signs)
    }

    /// The sign at all amounts that have one.
    fn symbol(&self) -> Option<Symbol> {
        let places = [Role::Amount, Role::Credit, Role::Debit].into_iter().flat_map(|role| self.columns(role));
        let bare = |cell: &'_ str| Symbol::at(cell.trim_matches(|char: char| "+-−() ".contains(char)));
        let mut signs = places.flat_map(|place| self.cells(place)).filter_map(bare);
        let first = signs.next()?;
        signs.all(|sign| sign == first).then_some(first)
    }

    /// A column by its name.
    pub fn named(&self, place: usize) -> Column {
        Column::Named(self.header[place].clone())
    }

    /// The words of a column that has few.
    fn marks(&self, place: usize) -> Vec<String> {
        let mut marks: Vec<&str> = Vec::new();
        for cell in self.cells(place) {
            if !marks.contains(&cell) {
                marks.push(cell);
            }
            if marks.len() > MARKS_MAX {
                return Vec::new();
            }
        }
        marks.sort_unstable();
        marks.into_iter().map(str::to_owned).collect()
    }

    /// The column that seems to say which rows are money.
    pub fn status(&self) -> Option<SeenStatus> {
        let place = self.columns(Role::Status).into_iter().find(|place| !self.marks(*place).is_empty())?;
        let (counts, others) = self.marks(place).into_iter().partition(|mark| counts(mark));
        Some(SeenStatus { column: self.header[place].clone(), counts, others })
    }

    /// One amount column, with a sign column where there is one whose words are known. Where amounts are below zero, what
    /// its words say must not contradict that.
    pub fn signed(&self, place: usize, units: &[Currency]) -> Amounts {
        let amount = self.named(place);
        let marked = self.columns(Role::Sign).into_iter().find_map(|sign| {
            let sides = Sides::of(&self.marks(sign))?;
            let style = self.style(place, units)?;
            let agrees = |(row, currency): (&Vec<String>, &Currency)| {
                let (Some(cell), Some(mark)) = (row.get(place), row.get(sign)) else { return false };
                let is_negative = style.amount(cell, *currency).is_ok_and(|amount| amount.minor < 0);
                !mark.is_empty() && (!is_negative || sides.debit.contains(mark))
            };
            self.rows.iter().zip(units).all(agrees).then_some((sign, sides))
        });
        match marked {
            Some((sign, sides)) => {
                Amounts::Marked { amount, sign: self.named(sign), credit: sides.credit, debit: sides.debit }
            }
            None => Amounts::Signed(amount),
        }
    }
}

fn first_filled(row: &[String]) -> Option<&str> {
    row.iter().map(String::as_str).find(|cell| !cell.is_empty())
}

fn is_date(cell: &str, form: &str) -> bool {
    NaiveDate::parse_and_remainder(cell, form)
        .is_ok_and(|(_, rest)| rest.is_empty() || rest.starts_with([' ', 'T', ',']))
}

/// A column's name as the words have it: in lower case, without its unit.
fn plain(name: &str) -> String {
    let name = name.split(['（', '(']).next().filter(|name| !name.trim().is_empty()).unwrap_or(name);
    let name = name.trim().to_lowercase();
    let code = name.rsplit(' ').next().filter(|last| last.to_uppercase().parse::<Currency>().is_ok());
    match code.and_then(|code| name.strip_suffix(code)) {
        Some(rest) if !rest.is_empty() => rest.trim_end().trim_end_matches(" in").trim().to_owned(),
        Some(_) | None => name,
    }
}

fn row(line: &str, delimiter: u8) -> Vec<String> {
    let mut fields = Fields::new();
    let read = Rows::new(line, delimiter, 1).next(&mut fields);
    if read.is_err() { Vec::new() } else { fields.into_iter().map(Cow::into_owned).collect() }
}

/// The rows under the header, the first and the last of many; a broken one ends them. A delimiter too many at the end is
/// forgiven.
fn rows(text: &str, delimiter: u8, header_row: usize, width: usize) -> Vec<Vec<String>> {
    let (mut rows, mut fields) = (Rows::new(text, delimiter, header_row + 1), Fields::new());
    let mut all: Vec<Fields<'_>> = Vec::new();
    while matches!(rows.next(&mut fields), Ok(Some(_))) {
        while fields.len() > width && fields.last().is_some_and(|last| last.is_empty()) {
            fields.pop();
        }
        all.push(std::mem::take(&mut fields));
        if all.len() > ROWS_LOOKED_AT {
            all.remove(ROWS_LOOKED_AT - FOOTER_ROWS_MAX - 1);
        }
    }
    all.into_iter().map(|fields| fields.into_iter().map(Cow::into_owned).collect()).collect()
}
