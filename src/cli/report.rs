//! `stopgap report`: a day, a period, an outage or a case as HTML, CSV, JSON, or as entries for hledger and beancount. It reads
//! the journal beside a till that may be running.

use std::fs;
use std::path::PathBuf;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, Local, NaiveDate};
use clap::{Args, ValueEnum};

use crate::cli::{Failure, Place, keep_inputs, print_text};
use crate::domain::ids::OutageId;
use crate::domain::receipt::Language;
use crate::domain::service::Case;
use crate::outside::past::PastReports;
use crate::report::{self, DayReport, PeriodReport};
use crate::settings::Settings;
use crate::settings::file::load;
use crate::store::{PastDay, Reader};

/// Report a day, a period, an outage or a case of the reader: what was taken, what became of it, and what it cost.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The business day, and its number where a date has several (2026-11-28/4); the last one, if nothing is asked for
    #[arg(long, value_name = "DATE[/NUMBER]", conflicts_with_all = ["outage", "case", "from"])]
    day: Option<NamedDay>,
    /// One outage, by the id that the report of its day has; or “last”
    #[arg(long, value_name = "ID", conflicts_with_all = ["case", "from"])]
    outage: Option<String>,
    /// One case of the reader, by its number: what was sold during its outages
    #[arg(long, value_name = "NUMBER", conflicts_with = "from")]
    case: Option<u32>,
    /// The first day of a period
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// The last day of a period; today, if it is not given
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<NaiveDate>,
    /// What is written
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Of CSV: a row for each payment, each statement line, each outage, each refund, or each drawer with the boxes of
    /// other currencies
    #[arg(long, value_enum, default_value_t = Rows::Payments)]
    rows: Rows,
    /// The language of a page
    #[arg(long, value_enum, default_value_t = PageLanguage::En)]
    language: PageLanguage,
    /// The file to write; standard output, if it is not given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A business day as a person names it. Two may be of one date: the number, which counts all days of the till, tells them
/// apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NamedDay {
    date: NaiveDate,
    number: Option<u32>,
}

impl FromStr for NamedDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (date, number) = text.split_once('/').map_or((text, None), |(date, number)| (date, Some(number)));
        let wrong = || "a day is a date such as 2026-11-28, or a date and its number such as 2026-11-28/4".to_owned();
        let number = number.map(str::parse).transpose().map_err(|_| wrong())?;
        Ok(Self { date: date.parse().map_err(|_| wrong())?, number })
    }
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page for people, in one file, that prints on A4.
    Html,
    /// A row for each payment.
    Csv,
    /// One JSON object.
    Json,
    /// Entries for hledger.
    Hledger,
    /// Entries for beancount.
    Beancount,
}

/// What a row of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Rows {
    Payments,
    Lines,
    Outages,
    Drawers,
    Handovers,
    Refunds,
}

/// The language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PageLanguage {
    En,
    #[value(name = "zh-CN")]
    ZhCn,
}

pub(super) fn report(args: &ReportArgs, place: &Place) -> Result<(), Failure> {
    let missing = || Failure::Input("--data DIR is needed: the folder of the ledger".to_owned());
    let data = place.data.as_deref().ok_or_else(missing)?;
    let settings = place.config.as_ref().map(|config| load(config, data)).transpose().map_err(Failure::input)?;
    let today = Local::now().date_naive();
    if let (Some(from), to) = (args.from, args.to.unwrap_or(today))
        && from > to
    {
        return Err(Failure::Input(format!("--from {from} is after --to {to}")));
    }
    if let Some(out) = &args.out {
        keep_inputs(out, place.config.iter().map(PathBuf::as_path), Some(data))?;
    }
    let reader = Reader::open(data).map_err(Failure::input)?;
    let days = wanted_days(args, today, &reader)?;
    let case = args.case.map(|number| case(&reader, number)).transpose()?;
    let maker = Maker { settings, is_books: matches!(args.format, Format::Hledger | Format::Beancount) };
    let reports: Result<Vec<DayReport>, String> = days.iter().map(|day| maker.past().report(day)).collect();
    let reports = reports.map_err(Failure::Input)?;
    let text = maker.text(args, today, &days, (reports, case.as_ref()))?;
    match &args.out {
        None => print_text(&text),
        Some(path) => fs::write(path, text).map_err(|error| Failure::Input(format!("{}: {error}", path.display()))),
    }
}

/// The days that are asked for; an outage may have lasted over several.
fn wanted_days(args: &ReportArgs, today: NaiveDate, reader: &Reader) -> Result<Vec<PastDay>, Failure> {
    let last = reader.days().map_err(Failure::input)?.last().map(|day| day.date);
    let no_day = |what: &str| Failure::Input(format!("the ledger has no business day {what}"));
    let last = last.ok_or_else(|| no_day("yet"))?;
    let is_of_all = args.outage.is_some() || args.case.is_some();
    let (from, to, said) = match (args.from, args.day) {
        (Some(from), _) => (from, args.to.unwrap_or(today), "in this period"),
        (None, Some(day)) => (day.date, day.date, "of this date"),
        (None, None) if is_of_all => (NaiveDate::MIN, NaiveDate::MAX, "yet"),
        (None, None) => (last, last, "yet"),
    };
    let mut days = reader.past_days(|date| (from..=to).contains(&date)).map_err(Failure::input)?;
    match args.day {
        Some(day) => days = one_day(day, days)?,
        // The last day is one, also where another one of its date came before it.
        None if args.from.is_none() && !is_of_all => days = days.pop().into_iter().collect(),
        None => {}
    }
    if days.is_empty() { Err(no_day(said)) } else { Ok(days) }
}

/// The one day that is meant. Where its date has several, nothing is reported in place of another: all are named.
fn one_day(named: NamedDay, mut days: Vec<PastDay>) -> Result<Vec<PastDay>, Failure> {
    let number = |day: &PastDay| day.ledger.day.as_ref().map(|day| day.number);
    let said = |day: &PastDay| {
        let number = number(day).unwrap_or_default();
        let opened = day.ledger.day.as_ref().map(|day| day.opened.format("%H:%M").to_string()).unwrap_or_default();
        let closed = day
            .close
            .as_ref()
            .map_or_else(|| "is open".to_owned(), |close| format!("was closed {}", close.at.format("%Y-%m-%d %H:%M")));
        format!("{}/{number} (opened {opened}, {closed})", named.date)
    };
    let all: Vec<String> = days.iter().map(said).collect();
    match named.number {
        None if days.len() > 1 => {
            let (count, date) = (days.len(), named.date);
            let why = format!("--day {date}: there are {count} business days of this date: {}", all.join(", "));
            Err(Failure::Input(format!("{why}; --from {date} --to {date} reports them together")))
        }
        None => Ok(days),
        Some(wanted) => {
            days.retain(|day| number(day) == Some(wanted));
            if days.is_empty() && !all.is_empty() {
                let why = format!("--day {}/{wanted}: of this date there is {}", named.date, all.join(", "));
                return Err(Failure::Input(why));
            }
            Ok(days)
        }
    }
}

/// What writes them as they are asked for.
struct Maker {
    settings: Option<Settings>,
    /// Whether they are for the books: what happened after a close counts.
    is_books: bool,
}

impl Maker {
    /// The reports of the days themselves.
    fn past(&self) -> PastReports<'_> {
        PastReports { settings: self.settings.as_ref(), is_books: self.is_books }
    }

    fn text(
        &self,
        args: &ReportArgs,
        today: NaiveDate,
        days: &[PastDay],
        (mut reports, case): (Vec<DayReport>, Option<&Case>),
    ) -> Result<String, Failure> {
        let language = match args.language {
            PageLanguage::En => Language::English,
            PageLanguage::ZhCn => Language::Chinese,
        };
        let no_day = || Failure::Input("there is no day to report".to_owned());
        if self.is_books {
            if args.outage.is_some() || case.is_some() {
                let why = "an outage or a case has no books of its own: ask for a day or a period";
                return Err(Failure::Input(why.to_owned()));
            }
            let write = if args.format == Format::Hledger { report::hledger } else { report::beancount };
            return write(&reports).ok_or_else(no_day);
        }
        let period = match (&args.outage, case, args.from) {
            (None, Some(case), _) => Some(self.past().of_case(case, days, &mut reports).map_err(Failure::Input)?),
            (Some(outage), ..) => {
                let outage = outage_id(outage, &reports)?;
                let last = days.last().ok_or_else(no_day)?;
                let rules = self.past().rules(last).map_err(Failure::Input)?;
                for report in &mut reports {
                    report.sales.retain(|sale| sale.outage == Some(outage));
                }
                let unknown = || Failure::Input(format!("the ledger has no outage {outage}"));
                let mut made = PeriodReport::of_outage(outage, &reports, &rules).ok_or_else(unknown)?;
                if !self.past().knows_rates(last) {
                    made.costs.expected_loss_minor = None;
                }
                Some(made)
            }
            (None, None, Some(from)) => {
                let to = args.to.unwrap_or(today);
                Some(PeriodReport::of_days(from, to, &reports).ok_or_else(no_day)?)
            }
            (None, None, None) => None,
        };
        let made_at: DateTime<FixedOffset> = Local::now().fixed_offset();
        Ok(match (args.format, period) {
            (Format::Csv, _) => match args.rows {
                Rows::Payments => report::csv(&reports),
                Rows::Lines => report::lines_csv(&reports),
                Rows::Outages => report::outages_csv(&reports),
                Rows::Drawers => report::drawers_csv(&reports),
                Rows::Handovers => report::handovers_csv(&reports),
                Rows::Refunds => report::refunds_csv(&reports),
            },
            (Format::Html, Some(period)) => report::period_html(&PeriodReport { made_at, ..period }, language),
            (Format::Json | Format::Hledger | Format::Beancount, Some(period)) => pretty(&report::period_json(&period)),
            (Format::Html, None) => {
                let day = reports.pop().ok_or_else(no_day)?;
                report::html(&DayReport { made_at, ..day }, language)
            }
            (Format::Json | Format::Hledger | Format::Beancount, None) => {
                pretty(&report::json(&reports.pop().ok_or_else(no_day)?))
            }
        })
    }
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

/// The case of this number.
fn case(reader: &Reader, number: u32) -> Result<Case, Failure> {
    let ledger = reader.ledger().map_err(Failure::input)?;
    let last = ledger.cases.values().map(|case| case.number).max().unwrap_or(0);
    let found = ledger.cases.into_values().find(|case| case.number == number);
    found.ok_or_else(|| Failure::Input(format!("--case {number}: the last case is {last}")))
}

/// The outage that is meant.
fn outage_id(named: &str, days: &[DayReport]) -> Result<OutageId, Failure> {
    if named == "last" {
        let last = days.iter().flat_map(|day| &day.outages).map(|outage| outage.id).max();
        return last.ok_or_else(|| Failure::Input("there was no outage".to_owned()));
    }
    named.parse().map_err(|_| Failure::Input("--outage is no id of an outage, nor “last”".to_owned()))
}
