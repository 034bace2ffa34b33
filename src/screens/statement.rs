//! Bringing in a bank's or a provider's file; see `ui/api/statement_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::event::{StatementFile as Found, StatementRefusal};
use crate::app::place::StatementTalk;
use crate::domain::receipt::Language;
use crate::screens::day_and_clock;
use crate::screens::types::PerMille;
use crate::statement::{Draft, FaultKind, MappedAs, Said};

/// The statement page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementView {
    /// How far it is.
    pub stage: StatementStage,
    /// The folder that is watched.
    pub inbox: String,
    /// The currency of all amounts.
    pub currency: String,
    /// How the file is read can be corrected.
    #[serde(skip_serializing_if = "is_false")]
    pub can_correct: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// How far bringing in a statement is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementStage {
    /// A file is to be chosen.
    Choose {
        /// The files there are.
        files: Vec<StatementFile>,
    },
    /// A file is being read.
    Reading {
        /// Its name.
        file_name: String,
        /// Lines read so far.
        line_count: u32,
        /// How much of the file that is.
        ratio: PerMille,
        /// About how many seconds are left, where that can be told.
        seconds_left: Option<u32>,
        /// Whether it can still be stopped.
        can_cancel: bool,
    },
    /// A person says how to read a file.
    Mapping {
        /// Its name.
        file_name: String,
        /// Which column is what.
        columns: Vec<MappedColumn>,
        /// The first lines as they would be read.
        preview: Vec<PreviewLine>,
        /// What cannot be read in them.
        error: Option<FaultSaid>,
        /// A person has said before how files with this header are read.
        #[serde(skip_serializing_if = "is_false")]
        is_remembered: bool,
        /// The form of its dates.
        date_format: String,
        /// Whether every date fits another form as well.
        has_other_date: bool,
        /// The sign before the decimals.
        decimal: char,
    },
    /// A file was read.
    Read {
        /// Its name.
        file_name: String,
        /// Its lines.
        line_count: u32,
        /// Those that are a payment of ours.
        matched_count: u32,
        /// Those that nobody has explained and that stand on the day page.
        open_count: u32,
        /// Those that are about no sale.
        about_no_sale_count: u32,
        /// Those that were there already, beside these.
        known_count: u32,
        /// How many of its totals were overruled.
        overruled_count: u32,
        /// What the matched ones come to.
        matched_amount: String,
    },
    /// A file could not be read.
    Failed {
        /// Its name.
        file_name: String,
        /// Why.
        error: StatementError,
    },
}

/// One thing that a column can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MappedColumn {
    /// What.
    #[serde(serialize_with = "word")]
    pub what: MappedAs,
    /// The name of the column; empty where there is none.
    pub column: String,
}

/// A line as it would be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviewLine {
    /// When it was booked.
    pub date_text: String,
    /// How much.
    pub amount: String,
    /// Who paid.
    pub payer: String,
    /// The reference, or what they wrote.
    pub text: String,
}

/// A file that may be a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementFile {
    /// What comes back when it is chosen.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was last changed.
    pub time_text: String,
    /// Where it lies.
    pub place: FilePlace,
}

/// Where a file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the places are described in ui/api/statement_api.slint")]
pub enum FilePlace {
    Inbox,
    Removable,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FaultSaid {
    /// What kind of fault it is.
    #[serde(serialize_with = "fault_word")]
    pub kind: FaultKind,
    /// Which file of an archive it is in; empty where there is no archive.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// In which line, counted from 1; 0 where it is in none.
    pub line: u32,
    /// Which part of the file it is about: in English its name, in any other language what the format itself calls it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// The first argument of the kind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub first: String,
    /// The second one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub second: String,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn fault_word<S: serde::Serializer>(kind: &FaultKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{kind:?}"))
}

fn fault_said(app: &App, file: &str, said: &Said) -> FaultSaid {
    let what = match app.language {
        Language::English => said.what.to_owned(),
        Language::Chinese => said.token(),
    };
    FaultSaid {
        kind: said.kind,
        file: file.to_owned(),
        line: said.line.map_or(0, |line| u32::try_from(line).unwrap_or(u32::MAX)),
        what,
        first: said.first.clone(),
        second: said.second.clone(),
    }
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the errors are described in ui/api/statement_api.slint")]
pub enum StatementError {
    NotFound,
    /// What was found instead.
    UnknownFormat(String),
    /// What is wrong with it.
    BadLine(FaultSaid),
    /// What does not add up.
    TotalsDiffer(FaultSaid),
    WrongAccount,
    /// The line, as it is booked.
    WrongCurrency {
        line: String,
    },
    AlreadyRead,
    TooLarge,
}

/// The statement page.
pub(super) fn view(app: &App, talk: &StatementTalk) -> StatementView {
    let stage = match talk {
        StatementTalk::Choose(files) => {
            StatementStage::Choose { files: files.iter().map(|found| file(app, found)).collect() }
        }
        StatementTalk::Reading { name, since, progress: (lines, about), .. } => StatementStage::Reading {
            file_name: name.clone(),
            line_count: *lines,
            ratio: PerMille::of(i64::from(*lines), i64::from(*about)),
            seconds_left: seconds_left((app.now - *since).num_milliseconds(), *lines, *about),
            can_cancel: !app.is_storing_statement(),
        },
        StatementTalk::Read { name, lines, matched, open, about_no_sale, known, overruled, matched_total, .. } => {
            StatementStage::Read {
                file_name: name.clone(),
                line_count: *lines,
                matched_count: *matched,
                open_count: *open,
                about_no_sale_count: *about_no_sale,
                known_count: *known,
                overruled_count: *overruled,
                matched_amount: matched_total.shown(),
            }
        }
        StatementTalk::Mapping { name, draft, .. } => mapping(app, name, draft),
        StatementTalk::Known { name, .. } => {
            StatementStage::Failed { file_name: name.clone(), error: StatementError::AlreadyRead }
        }
        StatementTalk::Failed { name, why, .. } => StatementStage::Failed {
            file_name: name.clone(),
            error: match why {
                StatementRefusal::NotFound(_) => StatementError::NotFound,
                StatementRefusal::UnknownFormat(found) => StatementError::UnknownFormat(found.clone()),
                StatementRefusal::Bad(why) => StatementError::BadLine(fault_said(app, &why.file, &why.said)),
                StatementRefusal::Totals(why) => StatementError::TotalsDiffer(fault_said(app, &why.file, &why.said)),
                // The page asks for it in another way.
                StatementRefusal::NeedsMapping(_) => StatementError::UnknownFormat("csv".to_owned()),
                StatementRefusal::OtherCurrency { booked_on, amount } => {
                    StatementError::WrongCurrency { line: format!("{booked_on} · {amount}") }
                }
            },
        },
    };
    StatementView {
        stage,
        inbox: app.settings.statement_inbox.display().to_string(),
        currency: app.settings.currency.to_string(),
        can_correct: talk.mapped().is_some(),
    }
}

/// What is left takes as long for each line as what is done. Before a thousandth is done, or a second has passed, that
/// would be a guess.
fn seconds_left(passed_ms: i64, lines: u32, about: u32) -> Option<u32> {
    let left = i64::from(about.saturating_sub(lines));
    if passed_ms < 1_000 || lines < about / 1_000 + 1 {
        return None;
    }
    u32::try_from((passed_ms.saturating_mul(left) / i64::from(lines) + 999) / 1_000).ok()
}

/// How many lines are shown as they would be read.
const PREVIEW_LINES: usize = 4;

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn word<S: serde::Serializer>(what: &MappedAs, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match what {
        MappedAs::Date => "date",
        MappedAs::Amount => "amount",
        MappedAs::Reference => "reference",
        MappedAs::Payer => "payer",
        MappedAs::Text => "text",
        MappedAs::BankReference => "bank_reference",
    })
}

fn mapping(app: &App, name: &str, draft: &Draft) -> StatementStage {
    let (lines, error) = match draft.preview(app.settings.currency) {
        Ok(lines) => (lines, None),
        Err(error) => (Vec::new(), Some(fault_said(app, "", &error.said()))),
    };
    let preview = lines.into_iter().take(PREVIEW_LINES).map(|line| PreviewLine {
        date_text: line.booked_on.format("%Y-%m-%d").to_string(),
        amount: line.amount.to_string(),
        payer: line.counterparty_name.unwrap_or_default(),
        text: line.reference.or(line.description).unwrap_or_default(),
    });
    let column = |what| MappedColumn { what, column: draft.column(what).unwrap_or_default().to_owned() };
    let (date_format, has_other_date) = draft.date_format();
    StatementStage::Mapping {
        file_name: name.to_owned(),
        columns: MappedAs::ALL.into_iter().map(column).collect(),
        preview: preview.collect(),
        error,
        is_remembered: draft.is_remembered(),
        date_format: date_format.to_owned(),
        has_other_date,
        decimal: draft.decimal(),
    }
}

fn file(app: &App, found: &Found) -> StatementFile {
    // A file system tells the time in UTC.
    let changed = found.changed.with_timezone(app.now.offset());
    StatementFile {
        id: found.path.clone(),
        name: found.name.clone(),
        time_text: day_and_clock(app, changed),
        place: FilePlace::Inbox,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_only_when_it_can_be() {
        assert_eq!(seconds_left(900, 500, 1_000), None);
        assert_eq!(seconds_left(5_000, 0, 0), None);
        assert_eq!(seconds_left(5_000, 500, 1_000), Some(5));
        assert_eq!(seconds_left(2_000, 1_000, 1_000_000), None);
        assert_eq!(seconds_left(2_000, 4_096, 1_000_000), Some(487));
        assert_eq!(seconds_left(2_000, 1_024, 1_001), Some(0), "more lines than were thought");
    }
}
