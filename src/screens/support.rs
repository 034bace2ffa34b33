//! The pages that go into a support pack: as the till shows them, without people, amounts and what is being sold.
//!
//! They are those on which nothing of a sale stands. What the top bar and the pages say of the shop beside the reader is
//! taken out before anything is drawn, so there is nothing to black out in a picture.

use serde::Serialize;

use crate::app::App;
use crate::app::place::CaseTalk;
use crate::domain::receipt::Language;
use crate::screens::types::{Budget, PerMille};
use crate::screens::{PageView, View, app, care, case, outage, status};

/// What stands where the till shows an amount.
const HIDDEN: &str = "–";

/// A page to draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SupportPage {
    /// Its name, which its file has.
    pub name: &'static str,
    /// What it shows.
    pub view: View,
}

impl App {
    /// The pages for a support desk.
    pub(crate) fn support_pages(&self) -> Vec<SupportPage> {
        let outage = outage::OutageView {
            currency: String::new(),
            budget: Budget { used: HIDDEN.to_owned(), limit: HIDDEN.to_owned(), ratio: PerMille::ZERO },
            expected_loss: HIDDEN.to_owned(),
            ..outage::view(self, false)
        };
        let pages = [
            ("outage", PageView::Outage(outage)),
            ("case", PageView::Case(self.nameless_case())),
            ("upkeep", PageView::Care(self.nameless_care())),
        ];
        let head = app::AppView { person: None, message: None, busy: false, ..app::view(self) };
        let page = |(name, page)| SupportPage {
            name,
            view: View { app: head.clone(), status: status::view(self), page, overlay: None, simulator: None },
        };
        pages.map(page).into()
    }

    /// The case with nothing of people but that a person did it.
    fn nameless_case(&self) -> case::CaseView {
        let mut view = case::view(self, &CaseTalk::default());
        let person = match self.language {
            Language::English => "a person",
            Language::Chinese => "店员",
        };
        for row in &mut view.rows {
            row.who = row.who.as_ref().map(|_| person.to_owned());
            if row.said.names_visitor() {
                HIDDEN.clone_into(&mut row.first);
            }
        }
        if view.ask.ask.names_visitor() {
            HIDDEN.clone_into(&mut view.ask.first);
        }
        view
    }

    /// Upkeep without who did it.
    fn nameless_care(&self) -> care::CareView {
        let mut view = care::view(self);
        for row in &mut view.rows {
            row.who = None;
        }
        view
    }
}
