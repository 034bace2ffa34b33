//! A mapping for a CSV file nobody has mapped yet, proposed from what is in it. A person looks at it before it counts.

mod marks;
mod table;
mod words;

use self::table::{PREAMBLE_LINES_MAX, Table};
use self::words::Role;
use super::cell::Style;
use super::mapping::{Amounts, Column, Currencies, Mapping, Status};
use crate::domain::ids::IdSource;
use crate::domain::money::Currency;
use crate::statement::{Reading, text};

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
    /// Whether no amount has a sign and no column says which side it is on, so that every row is a credit.
    pub is_all_credit: bool,
    /// A column that seems to say which rows are money.
    pub status: Option<SeenStatus>,
}

/// A column that seems to say which rows are money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenStatus {
    /// Its name.
    pub column: String,
    /// The words in it that count.
    pub counts: Vec<String>,
    /// The others.
    pub others: Vec<String>,
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
        if self.is_all_credit {
            doubts
                .push("no amount is negative: every row is a credit, unless sign_column says which are not".to_owned());
        }
        match &self.status {
            Some(SeenStatus { column, counts, .. }) if counts.is_empty() => doubts.push(format!(
                "“{column}” may say which rows are money: without [status] with column and counts all of them count"
            )),
            Some(SeenStatus { column, others, .. }) if !others.is_empty() => {
                let others = others.join("”, “");
                doubts.push(format!("rows whose “{column}” is “{others}” are left out: say whether they are money"));
            }
            Some(_) | None => {}
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

/// Proposes a mapping for a CSV file. `own` is the shop's currency, in which the amounts are where nothing else says one.
///
/// # Errors
///
/// Says what could not be found in it.
pub fn propose(bytes: &[u8], own: Option<Currency>) -> Result<Proposal, ProposeError> {
    let text = text::decode(bytes, None).map_err(|error| ProposeError::Text(error.to_string()))?;
    let mut table = Table::find(&text).ok_or(ProposeError::NoHeader)?;
    let stop_at = table.cut_footer();
    let of = |role: Role| table.column(role);
    let forms = |place: usize| table.date_forms(place);
    let date = of_content(&table, Role::Date, |place| !forms(place).is_empty()).ok_or(ProposeError::NoDate)?;
    let date_forms = forms(date);
    let currency = table.currency(own);
    let units = table.units(currency.as_ref(), own);
    let is_money = |place: usize| table.style(place, &units).is_some();
    let single = of_content(&table, Role::Amount, is_money);
    let split = of(Role::Credit).zip(of(Role::Debit));
    let name = |place: usize| table.named(place);
    let (amount, styled) = match (single, split) {
        (Some(place), _) => (table.signed(place, &units), vec![place]),
        (None, Some((credit, debit))) => {
            (Amounts::Split { credit: name(credit), debit: name(debit) }, vec![credit, debit])
        }
        (None, None) => return Err(ProposeError::NoAmount),
    };
    let styles: Vec<Style> = styled.iter().filter_map(|place| table.style(*place, &units)).collect();
    let sure = styles.iter().find(|style| style.thousands.is_some()).or(styles.first()).copied();
    let style = sure.unwrap_or(Style { decimal: '.', thousands: None });
    let is_value_date = |place: usize| place != date && forms(place).first() == date_forms.first();
    let is_all_credit =
        matches!(amount, Amounts::Signed(_)) && !styled.iter().any(|place| table.has_debit(*place, &units));
    let status = table.status();
    let counting = status.clone().filter(|status| !status.counts.is_empty());
    let seen = Seen {
        columns: table.header.clone(),
        rows: table.rows.len(),
        other_date_format: date_forms.get(1).map(|form| (*form).to_owned()),
        decimal_is_guessed: sure.is_none() || !table.shows_decimals(&units),
        currency_is_missing: currency.is_none(),
        is_all_credit,
        status,
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
        status: counting.map(|status| Status { column: Column::Named(status.column), counts: status.counts }),
    };
    Ok(Proposal { mapping, seen })
}

impl Proposal {
    /// Why the mapping does not read the file that it was proposed for, where it does not: a row of it is unlike the
    /// others, or its totals do not agree.
    #[must_use]
    pub fn trouble(&self, bytes: &[u8], own: Currency) -> Option<String> {
        let reading = Reading { mapping: Some(&self.mapping), currency: Some(own), ..Reading::default() };
        reading.read(bytes, &mut IdSource::new(0, 0)).err().map(|error| error.to_string())
    }
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

#[cfg(test)]
mod tests;
