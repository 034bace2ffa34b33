//! What to know about a reader that fails, by what a person sees: a short knowledge base.

use crate::domain::ladder::Kind;
use crate::domain::receipt::Language;
use crate::domain::service::guide::Sentence;

/// The most articles.
pub const ARTICLES_MAX: usize = 40;
/// The most steps of one article: what is read to the end while a queue waits.
pub const STEPS_MAX: usize = 5;
/// The longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 40;
/// The longest text that is searched for, in characters.
pub const SEARCH_CHARS_MAX: usize = 60;

/// One article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its short name.
    pub id: String,
    /// What a person sees.
    pub title: Sentence,
    /// What it may be.
    pub kinds: Vec<Kind>,
    /// What to do and to know, in order.
    pub steps: Vec<Sentence>,
}

impl Article {
    /// Whether every one of these words is somewhere in the article, in either language; capitals do not count.
    #[must_use]
    pub fn has(&self, words: &str) -> bool {
        let sentences = || std::iter::once(&self.title).chain(&self.steps);
        let texts =
            |language| sentences().map(move |one| one.of(language).to_lowercase()).collect::<Vec<_>>().join("\n");
        let (english, chinese) = (texts(Language::English), texts(Language::Chinese));
        words.to_lowercase().split_whitespace().all(|word| english.contains(word) || chinese.contains(word))
    }
}

/// All articles, those that are first of all about this kind of trouble first; among equals the order stays.
#[must_use]
pub fn for_kind(articles: &[Article], kind: Option<Kind>) -> Vec<&Article> {
    let place = |article: &&Article| {
        let place = kind.and_then(|kind| article.kinds.iter().position(|one| *one == kind));
        place.unwrap_or(usize::MAX)
    };
    let mut sorted: Vec<&Article> = articles.iter().collect();
    sorted.sort_by_key(place);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(id: &str, kind: Kind, text: (&str, &str)) -> Article {
        let sentence = |(en, zh): (&str, &str)| Sentence { en: en.to_owned(), zh: zh.to_owned() };
        Article {
            id: id.to_owned(),
            title: sentence(text),
            kinds: vec![kind],
            steps: vec![sentence(("Call.", "致电。"))],
        }
    }

    #[test]
    fn articles_are_found_by_words_in_either_language_and_what_fits_comes_first() {
        let dark = article("dark", Kind::Hardware, ("Everything is dark", "完全不亮"));
        let line = article("line", Kind::Network, ("No connection", "无连接"));
        assert!(dark.has("DARK call") && dark.has("不亮") && dark.has("") && dark.has("致电 dark"));
        assert!(!dark.has("dark connection") && !line.has("不亮"));
        let both = [dark.clone(), line.clone()];
        let ids = |kind| for_kind(&both, kind).iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        assert_eq!(
            (ids(Some(Kind::Network)), ids(None)),
            (vec!["line".into(), "dark".into()], vec!["dark".into(), "line".into()])
        );
    }
}
