//! A mapping for a CSV file nobody has mapped yet, proposed from what is in it. A person looks at it before it counts.

mod words;

use std::borrow::Cow;

use chrono::NaiveDate;

use self::words::{Role, WORDS};
use super::cell::Style;
use super::mapping::{Amounts, Column, Currencies, Mapping};
use super::rows::{Fields, Rows};
use crate::domain::money::Currency;
use crate::statement::text;

/// How many rows are looked at.
const ROWS_LOOKED_AT: usize = 500;
/// How many lines may stand in front of the header.
const PREAMBLE_LINES_MAX: usize = 40;
/// How many rows of totals may stand at the end.
const FOOTER_ROWS_MAX: usize = 5;
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

/// A proposal: the mapping, and what it was seen from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The mapping.
    pub mapping: Mapping,
    /// What it was seen from.
    pub seen: Seen,
}

/// What a file shows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What the header says, in its order.
    pub columns: Vec<String>,
    /// How many rows were looked at.
    pub rows: usize,
    /// Another form that all dates fit as well, so that a person has to say which is day and which is month.
    pub other_date_format: Option<String>,
    /// Whether no amount shows which sign is the decimal one, so that it was taken for granted.
    pub decimal_is_guessed: bool,
    /// Whether nothing in the file says the currency.
    pub currency_is_missing: bool,
}

impl Seen {
    /// What a person has to look at before the mapping counts, a sentence each.
    #[must_use]
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        if let Some(other) = &self.other_date_format {
            doubts.push(format!("every date also fits {other}: say which is the day and which the month"));
        }
        if self.decimal_is_guessed {
            doubts.push("no amount has decimals: say which sign stands before them".to_owned());
        }
        if self.currency_is_missing {
            doubts.push("nothing says the currency: without currency = \"…\" it is the shop's".to_owned());
        }
        doubts
    }
}

/// Why nothing can be proposed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposeError {
    /// It is no text, or not in one encoding.
    #[error("the file cannot be read as text: {0}")]
    Text(String),
    /// There are no rows of several columns under a header.
    #[error("there is no header with at least two columns among the first {PREAMBLE_LINES_MAX} lines")]
    NoHeader,
    /// No column has a known name and dates in it.
    #[error("no column with dates was found; name it in the mapping (date_column)")]
    NoDate,
    /// No column has a known name and amounts in it.
    #[error(
        "no column with amounts was found; name it in the mapping (amount_column, or credit_column and debit_column)"
    )]
    NoAmount,
}

/// The columns of a CSV file, also of one whose rows no mapping can be proposed for: every file with this header is read
/// the same way. None where no header is found.
pub fn header(bytes: &[u8]) -> Option<Vec<String>> {
    let text = text::decode(bytes, None).ok()?;
    Table::find(&text).map(|table| table.header)
}

/// Proposes a mapping for a CSV file.
///
/// # Errors
///
/// Says what could not be found in it.
pub fn propose(bytes: &[u8]) -> Result<Proposal, ProposeError> {
    let text = text::decode(bytes, None).map_err(|error| ProposeError::Text(error.to_string()))?;
    let mut table = Table::find(&text).ok_or(ProposeError::NoHeader)?;
    let stop_at = table.cut_footer();
    let of = |role: Role| table.column(role);
    let forms = |place: usize| table.date_forms(place);
    let date = of_content(&table, Role::Date, |place| !forms(place).is_empty()).ok_or(ProposeError::NoDate)?;
    let date_forms = forms(date);
    let is_money = |place: usize| table.style(place).is_some();
    let single = of_content(&table, Role::Amount, is_money);
    let split = of(Role::Credit).zip(of(Role::Debit));
    let name = |place: usize| Column::Named(table.header[place].clone());
    let (amount, styled) = match (single, split) {
        (Some(place), _) => (table.signed(place), vec![place]),
        (None, Some((credit, debit))) => {
            (Amounts::Split { credit: name(credit), debit: name(debit) }, vec![credit, debit])
        }
        (None, None) => return Err(ProposeError::NoAmount),
    };
    let styles: Vec<Style> = styled.into_iter().filter_map(|place| table.style(place)).collect();
    let sure = styles.iter().find(|style| style.thousands.is_some()).or(styles.first()).copied();
    let style = sure.unwrap_or(Style { decimal: '.', thousands: None });
    let is_value_date = |place: usize| place != date && forms(place).first() == date_forms.first();
    let currency = of_content(&table, Role::Currency, |place| table.is_currency(place));
    let currency = currency.map(|place| Currencies::Column(name(place))).or_else(|| table.currency_in_header());
    let seen = Seen {
        columns: table.header.clone(),
        rows: table.rows.len(),
        other_date_format: date_forms.get(1).map(|form| (*form).to_owned()),
        decimal_is_guessed: sure.is_none() || !table.shows_decimals(),
        currency_is_missing: currency.is_none(),
    };
    let mapping = Mapping {
        encoding: table_encoding(bytes, &text),
        delimiter: Some(table.delimiter),
        header_row: table.header_row,
        stop_at,
        date_format: date_forms.first().copied().unwrap_or("%Y-%m-%d").to_owned(),
        style,
        date: name(date),
        value_date: of_content(&table, Role::ValueDate, is_value_date).map(name),
        amount,
        currency: currency.unwrap_or(Currencies::Own),
        reference: of(Role::Reference).map(name),
        end_to_end: of(Role::EndToEnd).map(name),
        description: of(Role::Description).map(name),
        counterparty_name: of(Role::CounterpartyName).map(name),
        counterparty_account: of(Role::CounterpartyAccount).map(name),
        bank_reference: of(Role::BankReference).map(name),
        fee: of_content(&table, Role::Fee, is_money).map(name),
        net: of_content(&table, Role::Net, is_money).map(name),
    };
    Ok(Proposal { mapping, seen })
}

/// An encoding is worth a line only where the beginning of the file had to be guessed from.
fn table_encoding(bytes: &[u8], text: &str) -> Option<&'static encoding_rs::Encoding> {
    let is_utf8 = std::str::from_utf8(bytes).is_ok() || encoding_rs::Encoding::for_bom(bytes).is_some();
    let candidates = [encoding_rs::GB18030, encoding_rs::WINDOWS_1252];
    let same = |encoding: &&'static encoding_rs::Encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).as_deref() == Some(text)
    };
    if is_utf8 { None } else { candidates.into_iter().find(|encoding| same(encoding)) }
}

/// The first column of this name whose content fits.
fn of_content(table: &Table, role: Role, fits: impl Fn(usize) -> bool) -> Option<usize> {
    table.columns(role).into_iter().find(|place| fits(*place))
}

/// The first rows of a file under their header.
struct Table {
    delimiter: u8,
    header_row: usize,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The header is the first row that has a name we know for two columns; the delimiter is the one that shows most.
    fn find(text: &str) -> Option<Self> {
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

    /// Leaves out the last rows where they have no date, as totals have none, and says what the first of them begins with.
    fn cut_footer(&mut self) -> Option<String> {
        let dated = |place: usize, form: &str| {
            let has_date = |row: &&Vec<String>| row.get(place).is_some_and(|cell| is_date(cell, form));
            self.rows.iter().take_while(has_date).count()
        };
        let columns = self.columns(Role::Date);
        let most = columns.into_iter().flat_map(|place| DATE_FORMS.map(|form| dated(place, form))).max()?;
        let first = self.rows.get(most).filter(|_| most > 0 && self.rows.len() - most <= FOOTER_ROWS_MAX)?;
        let begins = first.first().filter(|cell| !cell.is_empty()).cloned()?;
        self.rows.truncate(most);
        Some(begins)
    }

    fn columns(&self, role: Role) -> Vec<usize> {
        let words = WORDS.iter().find(|(known, _)| *known == role).map_or(&[][..], |(_, words)| words);
        let rank = |place: &usize| words.iter().position(|word| *word == plain(&self.header[*place]));
        let mut places: Vec<usize> = (0..self.header.len()).filter(|place| rank(place).is_some()).collect();
        // A name that is there twice means nothing.
        places.retain(|place| self.header.iter().filter(|name| **name == self.header[*place]).count() == 1);
        places.sort_by_key(rank);
        places
    }

    fn column(&self, role: Role) -> Option<usize> {
        self.columns(role).into_iter().next()
    }

    fn cells(&self, place: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(place)).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// The forms that all dates of a column have.
    fn date_forms(&self, place: usize) -> Vec<&'static str> {
        let fits = |form: &str| self.cells(place).next().is_some() && self.cells(place).all(|cell| is_date(cell, form));
        DATE_FORMS.into_iter().filter(|form| fits(form)).collect()
    }

    /// How the amounts of a column are written, if all of them are amounts.
    fn style(&self, place: usize) -> Option<Style> {
        let pairs = [
            ('.', None),
            (',', None),
            ('.', Some(',')),
            (',', Some('.')),
            (',', Some(' ')),
            ('.', Some(' ')),
            ('.', Some('\'')),
        ];
        let reads = |style: &Style| self.cells(place).all(|cell| style.amount(cell, Currency::EUR).is_ok());
        self.cells(place).next()?;
        pairs.into_iter().map(|(decimal, thousands)| Style { decimal, thousands }).find(reads)
    }

    /// Whether some amount has decimals.
    fn shows_decimals(&self) -> bool {
        let amounts = [Role::Amount, Role::Credit, Role::Debit].into_iter().flat_map(|role| self.columns(role));
        let mut cells = amounts.flat_map(|place| self.cells(place));
        cells.any(|cell| {
            let digits = cell.trim_end_matches(|char: char| !char.is_ascii_digit());
            let decimals = digits.bytes().rev().take_while(u8::is_ascii_digit).count();
            decimals < digits.len() && (1..=2).contains(&decimals)
        })
    }

    fn is_currency(&self, place: usize) -> bool {
        self.cells(place).next().is_some() && self.cells(place).all(|cell| cell.parse::<Currency>().is_ok())
    }

    /// A code in the name of a column: `Amount (EUR)`, `Betrag in EUR`.
    fn currency_in_header(&self) -> Option<Currencies> {
        let words = self.header.iter().flat_map(|name| name.split(|char: char| !char.is_ascii_alphabetic()));
        words.filter(|word| word.len() == 3).find_map(|word| word.parse().ok()).map(Currencies::One)
    }

    /// One amount column, with a sign column where there is one.
    fn signed(&self, place: usize) -> Amounts {
        let amount = Column::Named(self.header[place].clone());
        let marks = |sign: usize| {
            let mut marks: Vec<&str> = self.cells(sign).collect();
            marks.sort_unstable();
            marks.dedup();
            marks.truncate(3);
            marks.into_iter().map(str::to_owned).collect::<Vec<String>>()
        };
        let credits = ["c", "cr", "crdt", "credit", "h", "haben", "bij", "+", "avere", "收入", "收", "贷"];
        let Some(sign) = self.column(Role::Sign) else { return Amounts::Signed(amount) };
        let (credit, debit) = marks(sign).into_iter().partition(|mark| credits.contains(&mark.to_lowercase().as_str()));
        Amounts::Marked { amount, sign: Column::Named(self.header[sign].clone()), credit, debit }
    }
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

/// The rows under the header that are as wide as it; the first broken one ends them.
fn rows(text: &str, delimiter: u8, header_row: usize, width: usize) -> Vec<Vec<String>> {
    let (mut rows, mut fields, mut all) = (Rows::new(text, delimiter, header_row + 1), Fields::new(), Vec::new());
    while all.len() < ROWS_LOOKED_AT && matches!(rows.next(&mut fields), Ok(Some(_))) {
        if fields.len() == width {
            all.push(fields.drain(..).map(Cow::into_owned).collect());
        }
    }
    all
}

#[cfg(test)]
mod tests;
