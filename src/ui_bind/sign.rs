//! The sign for customers.

use slint::ComponentHandle;

use super::generated::{self, AppWindow, SignApi};
use super::rows;
use super::wish::Wishes;
use super::words::same_words;
use crate::app::event::{SignTouch, Touch};
use crate::screens::sign::{SignRow, SignView, SignWay};

same_words! {
    SignWay => SignWay { Cash, Transfer, CardByHand }
}

impl From<&SignRow> for generated::SignRow {
    fn from(row: &SignRow) -> Self {
        let [english, chinese] = row.words;
        Self { way: row.way.into(), english: english.into(), chinese: chinese.into() }
    }
}

pub(super) fn show(window: &AppWindow, view: &SignView) {
    let api = window.global::<SignApi>();
    api.set_shop((&view.shop).into());
    api.set_reader_out(view.reader_out);
    let [english, chinese] = view.headlines;
    api.set_headline_english(english.into());
    api.set_headline_chinese(chinese.into());
    rows::put(&api.get_ways(), view.ways.iter().map(Into::into), |list| api.set_ways(list));
}

pub(super) fn connect(window: &AppWindow, wishes: &Wishes) {
    let api = window.global::<SignApi>();
    api.on_print(wishes.touch(Touch::Sign(SignTouch::Print)));
    api.on_back(wishes.touch(Touch::Sign(SignTouch::Back)));
}
