//! The sign for customers; see `ui/api/sign_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::domain::receipt::{Language, NoticeCard, NoticeWay};

/// The sign for customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignView {
    /// The shop's name.
    pub shop: String,
    /// Whether cards are out of order at all; otherwise the sign says only how one can pay.
    pub reader_out: bool,
    /// What stands above the ways, in each language of [`LANGUAGES`].
    pub headlines: [&'static str; 2],
    /// What is offered, the quickest way first.
    pub ways: Vec<SignRow>,
}

/// A way that is offered, with its name in each language of [`LANGUAGES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SignRow {
    /// Which.
    pub way: SignWay,
    /// Its names.
    pub words: [&'static str; 2],
}

/// The sign speaks both languages at once, whatever the screen speaks: nobody knows who will read it.
const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

/// A way that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the ways are described in ui/api/sign_api.slint")]
pub enum SignWay {
    Cash,
    Transfer,
    CardByHand,
}

/// The sign for customers.
pub(super) fn view(app: &App) -> SignView {
    let card = app.notice_card();
    let row = |kind: NoticeWay| {
        let way = match kind {
            NoticeWay::Cash => SignWay::Cash,
            NoticeWay::Transfer => SignWay::Transfer,
            NoticeWay::CardByHand => SignWay::CardByHand,
        };
        SignRow { way, words: LANGUAGES.map(|language| kind.words(language)) }
    };
    let reader_out = app.reader_is_blocked();
    let headlines = LANGUAGES.map(|language| NoticeCard::headline(language, reader_out));
    SignView { shop: card.shop, reader_out, headlines, ways: card.ways.into_iter().map(row).collect() }
}
