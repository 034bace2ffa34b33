//! The statements on the page of a day: the files that were brought in, and their lines.

use super::page::{Voice, day};
use super::{DayReport, ReportLine, words};
use crate::domain::reconcile::LineState;

/// The most sales that are named in a line of the page; a payout may be of hundreds.
const SALES_MAX: usize = 6;

/// The files and their lines.
pub struct StatementTable<'a> {
    /// The names of the files, with the number of their lines.
    pub files: String,
    /// Files that were taken although they do not add up.
    pub overruled: Vec<Overruled<'a>>,
    /// The lines.
    pub lines: Vec<LineRow<'a>>,
}

/// A file that was taken although something in it is wrong.
pub struct Overruled<'a> {
    /// Its name.
    pub file: &'a str,
    /// What is wrong.
    pub fault: &'a str,
}

/// A line.
pub struct LineRow<'a> {
    /// When it was booked.
    pub booked: String,
    /// Who paid.
    pub payer: &'a str,
    /// What was written with it.
    pub text: String,
    /// What it is.
    pub what: String,
    /// How that looks.
    pub class: &'static str,
    /// How much.
    pub amount: String,
}

impl<'a> StatementTable<'a> {
    /// The statements of a day.
    pub fn of(voice: Voice, report: &'a DayReport) -> Self {
        let files = report.statements.iter().map(|file| format!("{} ({})", file.name, file.lines));
        let overruled = report
            .statements
            .iter()
            .flat_map(|file| file.overruled.iter().map(|fault| Overruled { file: &file.name, fault }));
        Self {
            files: files.collect::<Vec<String>>().join(", "),
            overruled: overruled.collect(),
            lines: report.lines.iter().map(|one| line(voice, report, one)).collect(),
        }
    }
}

fn line<'a>(voice: Voice, report: &'a DayReport, one: &'a ReportLine) -> LineRow<'a> {
    let line = &one.line;
    let texts = [line.reference.as_deref(), line.description.as_deref()];
    let (class, by) = match &one.state {
        LineState::Matched { .. } | LineState::PaidOut { .. } => ("good", None),
        LineState::Explained { by, .. } | LineState::Returned { by, .. } => ("quiet", Some(report.name(by))),
        LineState::Unexplained => ("", None),
    };
    let known = voice.say(words::line(&one.state, one.class)).to_owned();
    let named = one.sales.iter().take(SALES_MAX).map(ToString::to_string);
    let more = one.sales.len().saturating_sub(SALES_MAX);
    let more = (more > 0).then(|| format!("+ {more}"));
    let what = [known].into_iter().chain(named).chain(more).chain(by.map(str::to_owned));
    LineRow {
        booked: day(line.booked_on),
        payer: line.counterparty_name.as_deref().unwrap_or_default(),
        text: texts.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<&str>>().join(" · "),
        what: what.collect::<Vec<String>>().join(" · "),
        class,
        amount: line.amount.to_string(),
    }
}
