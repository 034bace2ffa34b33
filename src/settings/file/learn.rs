//! The knowledge base that is built in, every rule of it checked here: a test reads it, so that no release has a wrong one.

use std::collections::BTreeSet;
use std::path::Path;

use super::error::SettingsError;
use super::guide::{id, kinds, sentence};
use super::section::{Section, Source};
use crate::domain::service::Article;
use crate::domain::service::article::{ARTICLES_MAX, STEPS_MAX, TITLE_CHARS_MAX};
use crate::domain::service::guide::SENTENCE_CHARS_MAX;

const BUILT_IN: &str = include_str!("../../../learn/articles.toml");

/// The articles that every shop has.
pub(super) fn built_in() -> Result<Vec<Article>, SettingsError> {
    parse(BUILT_IN, Path::new("learn/articles.toml"))
}

fn parse(text: &str, file: &Path) -> Result<Vec<Article>, SettingsError> {
    let mut root = Source::new(file, text).root(&["article"])?;
    let (mut articles, mut ids) = (Vec::new(), BTreeSet::new());
    for item in root.need("article", "one [[article]] for each")?.list(&(1..=ARTICLES_MAX), "articles")? {
        articles.push(article(item.section(&["id", "kinds", "en", "zh", "steps"])?, &mut ids)?);
    }
    Ok(articles)
}

fn article(mut table: Section<'_>, ids: &mut BTreeSet<String>) -> Result<Article, SettingsError> {
    let id = id(&table.need("id", "a short name")?, ids)?;
    let kinds = kinds(table.need("kinds", "the kinds of trouble it is about")?)?;
    let title = sentence(&mut table, TITLE_CHARS_MAX)?;
    let mut steps = Vec::new();
    for item in table.need("steps", "what to do and to know")?.list(&(1..=STEPS_MAX), "steps")? {
        steps.push(sentence(&mut item.section(&["en", "zh"])?, SENTENCE_CHARS_MAX)?);
    }
    Ok(Article { id, title, kinds, steps })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ladder::Kind;

    #[test]
    fn the_built_in_articles_are_about_every_kind_and_are_found() {
        let articles = built_in().unwrap();
        for kind in [Kind::Hardware, Kind::Card, Kind::Network, Kind::Software, Kind::Host] {
            assert!(articles.iter().any(|one| one.kinds.contains(&kind)), "{kind:?}");
        }
        for (words, id) in
            [("battery bulges", "battery"), ("防拆", "tamper"), ("serial number", "tamper"), ("热敏纸", "printer")]
        {
            let found: Vec<&str> = articles.iter().filter(|one| one.has(words)).map(|one| one.id.as_str()).collect();
            assert_eq!(found, [id], "{words}");
        }
    }

    #[test]
    fn an_article_that_breaks_a_rule_is_refused_with_line_and_reason() {
        let one = "[[article]]\nid = \"dark\"\nkinds = [\"hardware\"]\nen = \"Dark\"\nzh = \"不亮\"\nsteps = [\n    { en = \"Plug.\", zh = \"插。\" },\n]\n";
        parse(one, Path::new("learn.toml")).unwrap();
        for (from, to, line, said) in [
            ("\"dark\"", "\"Dark\"", 2, "small letters"),
            ("[\"hardware\"]", "[\"magic\"]", 3, "hardware, card"),
            ("zh = \"不亮\"\n", "", 1, "Chinese"),
            (", zh = \"插。\"", "", 7, "Chinese"),
            ("    { en = \"Plug.\", zh = \"插。\" },\n", "", 6, "1 to 5 steps"),
        ] {
            let error = parse(&one.replacen(from, to, 1), Path::new("learn.toml")).unwrap_err().to_string();
            assert!(error.contains(&format!("learn.toml line {line}:")) && error.contains(said), "{to}: {error}");
        }
    }
}
