//! The knowledge base; see `ui/api/learn_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::domain::service::Article;

/// The page of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LearnView {
    /// What is searched for.
    pub words: String,
    /// What a person may see, what fits the open case first.
    pub rows: Vec<LearnRow>,
    /// What is seen, of the article that is read.
    pub title: String,
    /// What to do and to know, in order.
    pub steps: Vec<String>,
}

/// One article in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LearnRow {
    /// Its short name.
    pub id: String,
    /// What is seen.
    pub title: String,
    /// Whether it is the one that is read.
    pub chosen: bool,
}

/// The page of the knowledge base.
pub(super) fn view(app: &App, chosen: Option<&str>, words: &str) -> LearnView {
    let articles = app.articles();
    let read = articles.iter().find(|one| Some(one.id.as_str()) == chosen).or(articles.first()).copied();
    let row = |one: &&Article| LearnRow {
        id: one.id.clone(),
        title: one.title.of(app.language).to_owned(),
        chosen: read.is_some_and(|read| read.id == one.id),
    };
    LearnView {
        words: words.to_owned(),
        rows: articles.iter().map(row).collect(),
        title: read.map(|one| one.title.of(app.language).to_owned()).unwrap_or_default(),
        steps: read.into_iter().flat_map(|one| &one.steps).map(|step| step.of(app.language).to_owned()).collect(),
    }
}
