//! Bringing in a bank's or a provider's file; see `ui/api/statement_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::event::{StatementFile as Found, StatementRefusal};
use crate::app::place::StatementTalk;
use crate::screens::day_and_clock;

/// The statement page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementView {
    /// How far it is.
    pub stage: StatementStage,
    /// The folder that is watched.
    pub inbox: String,
    /// The currency of all amounts.
    pub currency: String,
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
    },
    /// A file was read.
    Read {
        /// Its name.
        file_name: String,
        /// Its lines.
        line_count: u32,
        /// Those that are a payment of ours.
        matched_count: u32,
        /// Those nobody has explained.
        unmatched_count: u32,
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

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the errors are described in ui/api/statement_api.slint")]
pub enum StatementError {
    NotFound,
    /// What was found instead.
    UnknownFormat(String),
    /// The line, or what is wrong with it.
    BadLine(String),
    /// Both figures.
    TotalsDiffer(String),
    WrongAccount,
    WrongCurrency,
    AlreadyRead,
    TooLarge,
}

/// The statement page.
pub(super) fn view(app: &App, talk: &StatementTalk) -> StatementView {
    let stage = match talk {
        StatementTalk::Choose(files) => {
            StatementStage::Choose { files: files.iter().map(|found| file(app, found)).collect() }
        }
        StatementTalk::Reading { name, .. } => StatementStage::Reading { file_name: name.clone() },
        StatementTalk::Read { name, lines, matched, unmatched, known, overruled, matched_total } => {
            StatementStage::Read {
                file_name: name.clone(),
                line_count: *lines,
                matched_count: *matched,
                unmatched_count: *unmatched,
                known_count: *known,
                overruled_count: *overruled,
                matched_amount: matched_total.shown(),
            }
        }
        StatementTalk::Known { name } => {
            StatementStage::Failed { file_name: name.clone(), error: StatementError::AlreadyRead }
        }
        StatementTalk::Failed { name, why, .. } => StatementStage::Failed {
            file_name: name.clone(),
            error: match why {
                StatementRefusal::NotFound(_) => StatementError::NotFound,
                StatementRefusal::UnknownFormat(found) => StatementError::UnknownFormat(found.clone()),
                StatementRefusal::Bad(why) => StatementError::BadLine(why.clone()),
                StatementRefusal::Totals(why) => StatementError::TotalsDiffer(why.clone()),
                StatementRefusal::OtherCurrency(_) => StatementError::WrongCurrency,
            },
        },
    };
    StatementView {
        stage,
        inbox: app.settings.statement_inbox.display().to_string(),
        currency: app.settings.currency.to_string(),
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
