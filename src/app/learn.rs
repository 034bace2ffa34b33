//! The knowledge base: what a person sees, and what to do about it.

use crate::app::App;
use crate::app::event::LearnTouch;
use crate::app::place::{CaseTalk, Place};
use crate::domain::service::article::SEARCH_CHARS_MAX;
use crate::domain::service::{Article, article};

impl App {
    pub(super) fn open_learn(&mut self) {
        self.visit(Place::Learn { chosen: None, words: String::new() });
    }

    pub(super) fn touch_learn(&mut self, touch: LearnTouch) {
        let Place::Learn { chosen, words } = &mut self.place else { return };
        match touch {
            LearnTouch::Choose(id) => *chosen = Some(id),
            LearnTouch::Line(line) => {
                *words = line.chars().filter(|one| !one.is_control()).take(SEARCH_CHARS_MAX).collect();
                *chosen = None;
            }
            LearnTouch::Letter(letter) => {
                let room = SEARCH_CHARS_MAX.saturating_sub(words.chars().count());
                words.extend(letter.chars().take(room));
                *chosen = None;
            }
            LearnTouch::Erase => {
                words.pop();
            }
            LearnTouch::ToCase => self.visit(Place::Case(CaseTalk::default())),
        }
    }

    /// The articles that have the words that are searched for, what fits the open case first.
    pub(crate) fn articles(&self) -> Vec<&Article> {
        let case = self.open_case();
        let found = case.and_then(|case| case.confirmed().or_else(|| self.finding_of(case).map(|one| (one.kind, 0))));
        let words = if let Place::Learn { words, .. } = &self.place { words.as_str() } else { "" };
        let all = article::for_kind(&self.settings.service.articles, found.map(|(kind, _)| kind));
        all.into_iter().filter(|one| one.has(words)).collect()
    }
}
