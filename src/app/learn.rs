//! The knowledge base: what a person sees, and what to do about it.

use crate::app::App;
use crate::app::event::LearnTouch;
use crate::app::place::{CaseTalk, Place};
use crate::domain::service::{Article, article};

impl App {
    pub(super) fn open_learn(&mut self) {
        self.visit(Place::Learn { chosen: None });
    }

    pub(super) fn touch_learn(&mut self, touch: LearnTouch) {
        let Place::Learn { chosen } = &mut self.place else { return };
        match touch {
            LearnTouch::Choose(id) => *chosen = Some(id),
            LearnTouch::ToCase => self.visit(Place::Case(CaseTalk::default())),
        }
    }

    /// All articles, what fits the open case first.
    pub(crate) fn articles(&self) -> Vec<&Article> {
        let case = self.open_case();
        let found = case.and_then(|case| case.confirmed().or_else(|| self.finding_of(case).map(|one| (one.kind, 0))));
        article::for_kind(&self.settings.service.articles, found.map(|(kind, _)| kind))
    }
}
