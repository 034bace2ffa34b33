//! Any CSV file by a mapping: a bank's export, a provider's, or an acquirer's settlement file with fee and net amount.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::mapping::{Amounts, Column, Currencies, Mapping};
use super::rows::{Fields, Rows, likely_delimiter};
use crate::domain::money::{Currency, Money};
use crate::domain::reconcile::StatementLine;
use crate::statement::amount::negated;
use crate::statement::book::{Book, filled};
use crate::statement::error::{Fault, StatementError};
use crate::statement::{Part, shortened};

/// Reads a whole file. `own` is the shop's currency, for a mapping that names none.
pub fn read(text: &str, mapping: &Mapping, own: Option<Currency>, book: &mut Book) -> Result<(), StatementError> {
    let first = mapping.header_row.max(1);
    let header_line = text.trim_start_matches('\u{feff}').lines().nth(first - 1).unwrap_or_default();
    let delimiter = mapping.delimiter.unwrap_or_else(|| likely_delimiter(header_line));
    let (mut rows, mut fields) = (Rows::new(text, delimiter, first), Fields::new());
    let at = |line| move |fault| StatementError::Bad { line, fault };
    let columns = if mapping.header_row == 0 {
        Columns::find(mapping, own, None).map_err(at(1))?
    } else {
        let header = Fault::Missing { what: "the header" };
        let line = rows.next(&mut fields)?.ok_or(StatementError::Bad { line: first, fault: header })?;
        Columns::find(mapping, own, Some(&fields)).map_err(at(line))?
    };
    let mut width = if mapping.header_row == 0 { None } else { Some(fields.len()) };
    while let Some(line) = rows.next(&mut fields)? {
        if mapping.stop_at.as_deref().is_some_and(|stop| columns.ends_at(stop, &fields)) {
            break;
        }
        let expected = *width.get_or_insert(fields.len());
        has_width(&mut fields, expected).map_err(at(line))?;
        if columns.counts(&fields, mapping) {
            columns.row(&fields, mapping, book).map_err(at(line))?;
        } else {
            book.leave_out();
        }
    }
    book.take_part(Part::default()).map_err(at(1))
}

/// A row is as wide as the header; a delimiter too many at the end is forgiven.
fn has_width(fields: &mut Fields<'_>, expected: usize) -> Result<(), Fault> {
    while fields.len() > expected && fields.last().is_some_and(|last| last.is_empty()) {
        fields.pop();
    }
    if fields.len() == expected { Ok(()) } else { Err(Fault::Fields { found: fields.len(), expected }) }
}

/// Where each column is.
struct Columns {
    date: usize,
    value_date: Option<usize>,
    amounts: Places,
    currency: Place,
    reference: Option<usize>,
    end_to_end: Option<usize>,
    description: Option<usize>,
    counterparty_name: Option<usize>,
    counterparty_account: Option<usize>,
    bank_reference: Option<usize>,
    fee: Option<usize>,
    net: Option<usize>,
    status: Option<usize>,
}

enum Places {
    Signed(usize),
    Marked { amount: usize, sign: usize },
    Split { credit: usize, debit: usize },
}

enum Place {
    One(Currency),
    Column(usize),
}

impl Columns {
    fn find(mapping: &Mapping, own: Option<Currency>, header: Option<&Fields<'_>>) -> Result<Self, Fault> {
        let find = |column: &Column| place_of(column, header);
        let some = |column: &Option<Column>| column.as_ref().map(find).transpose();
        Ok(Self {
            date: find(&mapping.date)?,
            value_date: some(&mapping.value_date)?,
            amounts: match &mapping.amount {
                Amounts::Signed(amount) => Places::Signed(find(amount)?),
                Amounts::Marked { amount, sign, .. } => Places::Marked { amount: find(amount)?, sign: find(sign)? },
                Amounts::Split { credit, debit } => Places::Split { credit: find(credit)?, debit: find(debit)? },
            },
            currency: match &mapping.currency {
                Currencies::Own => Place::One(
                    own.ok_or(Fault::Missing { what: "the currency (currency or currency_column in the mapping)" })?,
                ),
                Currencies::One(currency) => Place::One(*currency),
                Currencies::Column(column) => Place::Column(find(column)?),
            },
            reference: some(&mapping.reference)?,
            end_to_end: some(&mapping.end_to_end)?,
            description: some(&mapping.description)?,
            counterparty_name: some(&mapping.counterparty_name)?,
            counterparty_account: some(&mapping.counterparty_account)?,
            bank_reference: some(&mapping.bank_reference)?,
            fee: some(&mapping.fee)?,
            net: some(&mapping.net)?,
            status: mapping.status.as_ref().map(|status| find(&status.column)).transpose()?,
        })
    }

    /// Whether a row is the one that ends the data: it begins with this, or it has no date and this is the first that
    /// stands in it.
    fn ends_at(&self, stop: &str, fields: &Fields<'_>) -> bool {
        let begins = fields.first().is_some_and(|first| first == stop);
        let first = || fields.iter().find(|field| !field.is_empty());
        begins || (cell(fields, self.date).is_empty() && first().is_some_and(|first| first == stop))
    }

    /// Whether a row is money.
    fn counts(&self, fields: &Fields<'_>, mapping: &Mapping) -> bool {
        let (Some(place), Some(status)) = (self.status, &mapping.status) else { return true };
        let found = cell(fields, place);
        status.counts.iter().any(|word| word == found || word.to_lowercase() == found.to_lowercase())
    }

    fn row(&self, fields: &Fields<'_>, mapping: &Mapping, book: &mut Book) -> Result<(), Fault> {
        let text = |place: Option<usize>| place.and_then(|place| filled(cell(fields, place)));
        let currency = match self.currency {
            Place::One(currency) => currency,
            Place::Column(place) => {
                let code = cell(fields, place);
                code.parse().map_err(|_| Fault::Currency(shortened(code)))?
            }
        };
        let date = date("the date", cell(fields, self.date), &mapping.date_format)?;
        let amount = self.amount(fields, mapping, currency)?;
        let valued_on = match text(self.value_date) {
            Some(text) => Some(self::date("the value date", &text, &mapping.date_format)?),
            None => None,
        };
        let line = StatementLine {
            valued_on,
            reference: text(self.reference),
            end_to_end_id: text(self.end_to_end),
            description: text(self.description),
            counterparty_name: text(self.counterparty_name),
            counterparty_account: text(self.counterparty_account),
            bank_reference: text(self.bank_reference),
            ..book.line(date, amount)
        };
        book.take(line)?;
        self.fee(fields, mapping, amount, book)
    }

    fn amount(&self, fields: &Fields<'_>, mapping: &Mapping, currency: Currency) -> Result<Money, Fault> {
        let read = |place: usize| mapping.style.amount(cell(fields, place), currency);
        match self.amounts {
            Places::Signed(amount) => read(amount),
            Places::Marked { amount, sign } => {
                let Amounts::Marked { credit, debit, .. } = &mapping.amount else { return read(amount) };
                let mark = cell(fields, sign);
                let is_one_of = |words: &[String]| words.iter().any(|word| word.to_lowercase() == mark.to_lowercase());
                let read = read(amount)?;
                match (is_one_of(credit), is_one_of(debit)) {
                    (true, false) if read.minor < 0 => Err(Fault::Signed(shortened(cell(fields, amount)))),
                    (true, false) => Ok(read),
                    // Some files say it twice: a mark and a minus.
                    (false, true) => Ok(if read.minor < 0 { read } else { negated(read) }),
                    (true, true) | (false, false) => Err(Fault::Code {
                        what: "the sign column",
                        found: shortened(mark),
                        allowed: "credit_values, debit_values (exactly one of them)",
                    }),
                }
            }
            Places::Split { credit, debit } => {
                let side = |place: usize| {
                    let is_empty = cell(fields, place).is_empty();
                    if is_empty { Ok(None) } else { read(place).map(Some) }
                };
                match (side(credit)?, side(debit)?) {
                    (Some(credit), Some(debit)) if debit.is_zero() => Ok(credit),
                    (Some(credit), Some(debit)) if credit.is_zero() => Ok(of_debit(debit)),
                    (Some(_), Some(_)) => Err(Fault::CreditAndDebit("both filled")),
                    (Some(credit), None) => Ok(credit),
                    (None, Some(debit)) => Ok(of_debit(debit)),
                    (None, None) => Err(Fault::CreditAndDebit("both empty")),
                }
            }
        }
    }

    /// What was kept of the row. Providers write a fee with either sign; amount and net say which it is.
    fn fee(&self, fields: &Fields<'_>, mapping: &Mapping, amount: Money, book: &mut Book) -> Result<(), Fault> {
        let read = |place: Option<usize>| {
            let text = place.map(|place| cell(fields, place)).filter(|text| !text.is_empty());
            text.map(|text| mapping.style.amount(text, amount.currency)).transpose()
        };
        let less = |fee: Money| amount.checked_sub(fee).ok_or(Fault::Overflow);
        // Where the net amount does not say it: a fee of a sale costs the shop, and one of a refund comes back.
        let cost = |fee: Money| if (amount.minor < 0) == (fee.minor < 0) { fee } else { negated(fee) };
        // Where a mark says that amounts are debits, it says so of the net amount, too.
        let is_marked = matches!(self.amounts, Places::Marked { .. });
        let turned = |net: Money| if is_marked && amount.minor < 0 && net.minor > 0 { negated(net) } else { net };
        match (read(self.fee)?, read(self.net)?.map(turned)) {
            (None, None) => {}
            (None, Some(net)) => book.take_fee(less(net)?, net),
            (Some(fee), None) => {
                let fee = cost(fee);
                book.take_fee(fee, less(fee)?);
            }
            (Some(fee), Some(net)) => {
                let found = [less(fee)?, less(negated(fee))?].into_iter().find(|found| *found == net);
                let found = found.map_or_else(|| less(cost(fee)), Ok)?;
                let what = "the net amount of a row";
                let (stated, made) = (net.to_string(), found.to_string());
                book.agree(found == net, || Fault::Total { what, stated, found: made })?;
                book.take_fee(less(found)?, net);
            }
        }
        Ok(())
    }
}

/// A debit, which some files write with a minus in its own column.
fn of_debit(amount: Money) -> Money {
    if amount.minor < 0 { amount } else { negated(amount) }
}

fn cell<'a>(fields: &'a Fields<'_>, place: usize) -> &'a str {
    fields.get(place).map_or("", Cow::as_ref)
}

fn place_of(column: &Column, header: Option<&Fields<'_>>) -> Result<usize, Fault> {
    let name = match column {
        Column::Numbered(number) => {
            let place = number.checked_sub(1).filter(|place| header.is_none_or(|header| *place < header.len()));
            return place.ok_or_else(|| Fault::NoColumn(number.to_string()));
        }
        Column::Named(name) => name.trim(),
    };
    let mut places = header.into_iter().flatten().enumerate().filter(|(_, field)| field.as_ref() == name);
    let (place, _) = places.next().ok_or_else(|| Fault::NoColumn(shortened(name)))?;
    if places.next().is_some() { Err(Fault::TwoColumns(shortened(name))) } else { Ok(place) }
}

/// A date of this form; a time behind it is the file's business.
fn date(what: &'static str, text: &str, form: &str) -> Result<NaiveDate, Fault> {
    let wrong = || Fault::DateForm { what, found: shortened(text), form: form.to_owned() };
    let (day, rest) = NaiveDate::parse_and_remainder(text, form).map_err(|_| wrong())?;
    let is_whole = rest.is_empty() || rest.starts_with([' ', 'T', ',']);
    if is_whole && (1_900..=2_999).contains(&chrono::Datelike::year(&day)) { Ok(day) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests;
