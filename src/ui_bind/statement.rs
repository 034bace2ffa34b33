//! The statement page.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, StatementApi};
use super::rows;
use super::wish::Wishes;
use super::words::{count, or_empty, ratio, same_words};
use crate::app::event::{StatementTouch, Touch};
use crate::screens::statement::{
    FaultSaid, FilePlace, MappedColumn, PreviewLine, StatementError, StatementFile, StatementStage, StatementView,
};
use crate::screens::types::PerMille;
use crate::statement::{FaultKind, MappedAs};

same_words! {
    MappedAs => MappedAs { Date, Amount, Reference, Payer, Text, BankReference }
    FilePlace => FilePlace { Inbox, Removable }
    FaultKind => StatementFault {
        OtherFormat, NotEncoded, Broken, TooLong, Missing, Repeated, Misplaced, Code, Date, Amount, Currency,
        TwoCurrencies, Fields, Column, CreditAndDebit, Totals, Archive, Workbook, Stopped,
    }
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
    open_count: u32,
    about_no_sale_count: u32,
    known_count: u32,
    overruled_count: u32,
    matched_amount: Option<&'a String>,
    error: Option<&'a StatementError>,
    ratio: PerMille,
    seconds_left: Option<u32>,
    can_cancel: bool,
}

pub(super) fn show(window: &AppWindow, view: &StatementView) {
    let api = window.global::<StatementApi>();
    let (word, stage) = stage(&view.stage);
    let (error, fault) = error(stage.error);
    show_mapping(&api, &view.stage);
    api.set_stage(word);
    rows::put(&api.get_files(), stage.files.iter().map(Into::into), |list| api.set_files(list));
    api.set_inbox((&view.inbox).into());
    api.set_file_name(or_empty(stage.file_name));
    api.set_line_count(count(stage.line_count));
    api.set_matched_count(count(stage.matched_count));
    api.set_open_count(count(stage.open_count));
    api.set_about_no_sale_count(count(stage.about_no_sale_count));
    api.set_known_count(count(stage.known_count));
    api.set_overruled_count(count(stage.overruled_count));
    api.set_matched_amount(or_empty(stage.matched_amount));
    api.set_currency((&view.currency).into());
    api.set_progress(ratio(stage.ratio));
    api.set_seconds_left(stage.seconds_left.map_or(-1, count));
    api.set_can_cancel(stage.can_cancel);
    api.set_error(error);
    api.set_fault(fault.map(Into::into).unwrap_or_default());
    api.set_wrong_line(match stage.error {
        Some(StatementError::WrongCurrency { line }) => line.into(),
        Some(_) | None => SharedString::default(),
    });
    api.set_can_correct(view.can_correct);
}

impl From<&FaultSaid> for generated::FaultSaid {
    fn from(fault: &FaultSaid) -> Self {
        Self {
            kind: fault.kind.into(),
            file: (&fault.file).into(),
            line: count(fault.line),
            what: (&fault.what).into(),
            first: (&fault.first).into(),
            second: (&fault.second).into(),
        }
    }
}

impl From<&MappedColumn> for generated::MappedColumn {
    fn from(one: &MappedColumn) -> Self {
        Self { what: one.what.into(), column: (&one.column).into() }
    }
}

impl From<&PreviewLine> for generated::PreviewLine {
    fn from(line: &PreviewLine) -> Self {
        Self {
            date_text: (&line.date_text).into(),
            amount: (&line.amount).into(),
            payer: (&line.payer).into(),
            text: (&line.text).into(),
        }
    }
}

/// The mapping stays on the page as it was while another stage is shown.
fn show_mapping(api: &StatementApi<'_>, stage: &StatementStage) {
    let StatementStage::Mapping {
        columns,
        preview,
        error,
        is_remembered,
        date_format,
        has_other_date,
        decimal,
        file_name: _,
    } = stage
    else {
        return;
    };
    rows::put(&api.get_columns(), columns.iter().map(Into::into), |list| api.set_columns(list));
    rows::put(&api.get_preview(), preview.iter().map(Into::into), |list| api.set_preview(list));
    api.set_preview_fault(error.as_ref().map(Into::into).unwrap_or_default());
    api.set_is_remembered(*is_remembered);
    api.set_date_format(date_format.into());
    api.set_has_other_date(*has_other_date);
    api.set_decimal(decimal.to_string().into());
}

fn stage(stage: &StatementStage) -> (generated::StatementStage, Stage<'_>) {
    use generated::StatementStage as Word;
    match stage {
        StatementStage::Choose { files } => (Word::Choose, Stage { files, ..Stage::default() }),
        StatementStage::Reading { file_name, line_count, ratio, seconds_left, can_cancel } => (
            Word::Reading,
            Stage {
                file_name: Some(file_name),
                line_count: *line_count,
                ratio: *ratio,
                seconds_left: *seconds_left,
                can_cancel: *can_cancel,
                ..Stage::default()
            },
        ),
        StatementStage::Mapping { file_name, .. } => {
            (Word::Mapping, Stage { file_name: Some(file_name), ..Stage::default() })
        }
        StatementStage::Read {
            file_name,
            line_count,
            matched_count,
            open_count,
            about_no_sale_count,
            known_count,
            overruled_count,
            matched_amount,
        } => (
            Word::Read,
            Stage {
                file_name: Some(file_name),
                line_count: *line_count,
                matched_count: *matched_count,
                open_count: *open_count,
                about_no_sale_count: *about_no_sale_count,
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

fn error(error: Option<&StatementError>) -> (generated::StatementError, Option<&FaultSaid>) {
    use generated::StatementError as Word;
    match error {
        None => (Word::None, None),
        Some(StatementError::NotFound) => (Word::NotFound, None),
        Some(StatementError::UnknownFormat(_)) => (Word::UnknownFormat, None),
        Some(StatementError::BadLine(fault)) => (Word::BadLine, Some(fault)),
        Some(StatementError::TotalsDiffer(fault)) => (Word::TotalsDiffer, Some(fault)),
        Some(StatementError::WrongAccount) => (Word::WrongAccount, None),
        Some(StatementError::WrongCurrency { .. }) => (Word::WrongCurrency, None),
        Some(StatementError::AlreadyRead) => (Word::AlreadyRead, None),
        Some(StatementError::TooLarge) => (Word::TooLarge, None),
    }
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<StatementApi>();
    let touch = |touch| wishes.touch(Touch::Statement(touch));
    api.on_look_again(touch(StatementTouch::LookAgain));
    api.on_choose(wishes.touch_with(|id: SharedString| Touch::Statement(StatementTouch::Choose(id.into()))));
    api.on_next_column(wishes.touch_with(|what: generated::MappedAs| {
        Touch::Statement(StatementTouch::NextColumn(match what {
            generated::MappedAs::Date => MappedAs::Date,
            generated::MappedAs::Amount => MappedAs::Amount,
            generated::MappedAs::Reference => MappedAs::Reference,
            generated::MappedAs::Payer => MappedAs::Payer,
            generated::MappedAs::Text => MappedAs::Text,
            generated::MappedAs::BankReference => MappedAs::BankReference,
        }))
    }));
    api.on_swap_date_format(touch(StatementTouch::SwapDateFormat));
    api.on_swap_decimal(touch(StatementTouch::SwapDecimal));
    api.on_read_as_mapped(touch(StatementTouch::ReadAsMapped));
    api.on_correct_mapping(touch(StatementTouch::CorrectMapping));
    api.on_forget_mapping(touch(StatementTouch::ForgetMapping));
    api.on_cancel(touch(StatementTouch::Cancel));
    api.on_take_anyway(touch(StatementTouch::TakeAnyway));
    api.on_choose_another(touch(StatementTouch::ChooseAnother));
    api.on_finish(touch(StatementTouch::Finish));
}
