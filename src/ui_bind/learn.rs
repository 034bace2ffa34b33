//! The page of the knowledge base.

use slint::{ComponentHandle, SharedString};

use super::generated::{self, AppWindow, LearnApi};
use super::rows;
use super::wish::Wishes;
use crate::app::event::{LearnTouch, Touch};
use crate::screens::learn::{LearnRow, LearnView};

impl From<&LearnRow> for generated::LearnRow {
    fn from(row: &LearnRow) -> Self {
        Self { id: (&row.id).into(), title: (&row.title).into(), chosen: row.chosen }
    }
}

pub(super) fn show(window: &AppWindow, view: &LearnView) {
    let api = window.global::<LearnApi>();
    rows::put(&api.get_rows(), view.rows.iter().map(Into::into), |list| api.set_rows(list));
    api.set_words((&view.words).into());
    api.set_title((&view.title).into());
    rows::put(&api.get_steps(), view.steps.iter().map(SharedString::from), |list| api.set_steps(list));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<LearnApi>();
    api.on_choose(wishes.touch_with(|id: SharedString| Touch::Learn(LearnTouch::Choose(id.into()))));
    api.on_line(wishes.touch_with(|line: SharedString| Touch::Learn(LearnTouch::Line(line.into()))));
    api.on_letter(wishes.touch_with(|letter: SharedString| Touch::Learn(LearnTouch::Letter(letter.into()))));
    api.on_erase(wishes.touch(Touch::Learn(LearnTouch::Erase)));
    api.on_to_case(wishes.touch(Touch::Learn(LearnTouch::ToCase)));
}
