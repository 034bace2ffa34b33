//! Counting the drawer.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, CountApi};
use super::rows;
use super::wish::Wishes;
use super::words::{or_empty, same_words};
use crate::app::event::{CountTouch, Touch};
use crate::domain::cash::CountNote;
use crate::screens::count::{CountKind, CountResult, CountRow, CountView};

same_words! {
    CountKind => CountKind { OpeningFloat, BoxFloat, BlindCount, Handover }
    CountNote => CountNote { WrongChange, SlipMissing, FloatWrong, CannotBeFound }
}

impl From<&CountRow> for generated::CountRow {
    fn from(row: &CountRow) -> Self {
        Self {
            id: (&row.id).into(),
            label: (&row.label).into(),
            count: (&row.count).into(),
            sum: (&row.sum).into(),
            selected: row.selected,
        }
    }
}

pub(super) fn show(window: &AppWindow, view: &CountView) {
    let api = window.global::<CountApi>();
    let (result, expected, difference) = match &view.result {
        None => (generated::CountResult::None, None, None),
        Some(CountResult::Differs) => (generated::CountResult::Differs, None, None),
        Some(CountResult::Exact { expected, difference }) => {
            (generated::CountResult::Exact, Some(expected), Some(difference))
        }
        Some(CountResult::Over { expected, difference }) => {
            (generated::CountResult::Over, Some(expected), Some(difference))
        }
        Some(CountResult::Short { expected, difference }) => {
            (generated::CountResult::Short, Some(expected), Some(difference))
        }
    };
    api.set_kind(view.kind.into());
    api.set_drawer((&view.drawer).into());
    api.set_currency((&view.currency).into());
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
    api.set_total((&view.total).into());
    api.set_can_commit(view.can_commit);
    api.set_result(result);
    api.set_expected(or_empty(expected));
    api.set_difference(or_empty(difference));
    api.set_note_needed(view.note_needed);
    api.set_manager_needed(view.manager_needed);
    api.set_note(view.note.map_or(generated::CountNote::None, Into::into));
    api.set_can_accept(view.can_accept);
    api.set_empty_asked(view.empty_asked);
    api.set_at_most(or_empty(view.at_most.as_ref()));
    api.set_can_recount(view.can_recount);
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<CountApi>();
    let touch = |touch| wishes.touch(Touch::Count(touch));
    api.on_choose(wishes.touch_with(|id: SharedString| Touch::Count(CountTouch::Choose(id.into()))));
    api.on_digit(wishes.touch_with(|digits: SharedString| Touch::Count(CountTouch::Digits(digits.into()))));
    api.on_erase(touch(CountTouch::Erase));
    api.on_next_row(touch(CountTouch::NextRow));
    api.on_commit(touch(CountTouch::Commit));
    api.on_choose_note(
        wishes.some_touch_with(|word: generated::CountNote| Some(Touch::Count(CountTouch::ChooseNote(note(word)?)))),
    );
    api.on_accept(touch(CountTouch::Accept));
    api.on_recount(touch(CountTouch::Recount));
}

fn note(word: generated::CountNote) -> Option<CountNote> {
    match word {
        generated::CountNote::None => None,
        generated::CountNote::WrongChange => Some(CountNote::WrongChange),
        generated::CountNote::SlipMissing => Some(CountNote::SlipMissing),
        generated::CountNote::FloatWrong => Some(CountNote::FloatWrong),
        generated::CountNote::CannotBeFound => Some(CountNote::CannotBeFound),
    }
}
