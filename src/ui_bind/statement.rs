//! The statement page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, StatementApi};
use super::rows;
use super::wish::Wishes;
use super::words::{count, or_empty, same_words};
use crate::app::event::{StatementTouch, Touch};
use crate::screens::statement::{FilePlace, StatementError, StatementFile, StatementStage, StatementView};

same_words! {
    FilePlace => FilePlace { Inbox, Removable }
}

impl From<&StatementFile> for generated::StatementFile {
    fn from(file: &StatementFile) -> Self {
        Self {
            id: (&file.id).into(),
            name: (&file.name).into(),
            time_text: (&file.time_text).into(),
            place: file.place.into(),
        }
    }
}

/// What the stage leaves on the page; what it does not have is empty.
#[derive(Default)]
struct Stage<'a> {
    files: &'a [StatementFile],
    file_name: Option<&'a String>,
    line_count: u32,
    matched_count: u32,
    unmatched_count: u32,
    known_count: u32,
    overruled_count: u32,
    matched_amount: Option<&'a String>,
    error: Option<&'a StatementError>,
}

pub(super) fn show(window: &AppWindow, view: &StatementView) {
    let api = window.global::<StatementApi>();
    let (word, stage) = stage(&view.stage);
    let (error, argument) = error(stage.error);
    api.set_stage(word);
    rows::put(&api.get_files(), stage.files.iter().map(Into::into), |list| api.set_files(list));
    api.set_inbox((&view.inbox).into());
    api.set_file_name(or_empty(stage.file_name));
    api.set_line_count(count(stage.line_count));
    api.set_matched_count(count(stage.matched_count));
    api.set_unmatched_count(count(stage.unmatched_count));
    api.set_known_count(count(stage.known_count));
    api.set_overruled_count(count(stage.overruled_count));
    api.set_matched_amount(or_empty(stage.matched_amount));
    api.set_currency((&view.currency).into());
    api.set_error(error);
    api.set_error_argument(or_empty(argument));
}

fn stage(stage: &StatementStage) -> (generated::StatementStage, Stage<'_>) {
    use generated::StatementStage as Word;
    match stage {
        StatementStage::Choose { files } => (Word::Choose, Stage { files, ..Stage::default() }),
        StatementStage::Reading { file_name } => {
            (Word::Reading, Stage { file_name: Some(file_name), ..Stage::default() })
        }
        StatementStage::Read {
            file_name,
            line_count,
            matched_count,
            unmatched_count,
            known_count,
            overruled_count,
            matched_amount,
        } => (
            Word::Read,
            Stage {
                file_name: Some(file_name),
                line_count: *line_count,
                matched_count: *matched_count,
                unmatched_count: *unmatched_count,
                known_count: *known_count,
                overruled_count: *overruled_count,
                matched_amount: Some(matched_amount),
                ..Stage::default()
            },
        ),
        StatementStage::Failed { file_name, error } => {
            (Word::Failed, Stage { file_name: Some(file_name), error: Some(error), ..Stage::default() })
        }
    }
}

fn error(error: Option<&StatementError>) -> (generated::StatementError, Option<&String>) {
    use generated::StatementError as Word;
    match error {
        None => (Word::None, None),
        Some(StatementError::NotFound) => (Word::NotFound, None),
        Some(StatementError::UnknownFormat(found)) => (Word::UnknownFormat, Some(found)),
        Some(StatementError::BadLine(line)) => (Word::BadLine, Some(line)),
        Some(StatementError::TotalsDiffer(both)) => (Word::TotalsDiffer, Some(both)),
        Some(StatementError::WrongAccount) => (Word::WrongAccount, None),
        Some(StatementError::WrongCurrency) => (Word::WrongCurrency, None),
        Some(StatementError::AlreadyRead) => (Word::AlreadyRead, None),
        Some(StatementError::TooLarge) => (Word::TooLarge, None),
    }
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<StatementApi>();
    let touch = |touch| wishes.touch(Touch::Statement(touch));
    api.on_look_again(touch(StatementTouch::LookAgain));
    api.on_choose(wishes.touch_with(|id: SharedString| Touch::Statement(StatementTouch::Choose(id.into()))));
    api.on_take_anyway(touch(StatementTouch::TakeAnyway));
    api.on_choose_another(touch(StatementTouch::ChooseAnother));
    api.on_finish(touch(StatementTouch::Finish));
}
