//! A guide's file: the questions and remedies for a model of reader, every rule of it checked here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::NAME_CHARS_MAX;
use super::error::SettingsError;
use super::section::{Item, Section, Source};
use crate::domain::ladder::Kind;
use crate::domain::service::guide::{
    ANSWER_CHARS_MAX, ANSWERS_MAX, POINTS_MAX, QUESTIONS_MAX, REMEDIES_MAX, SENTENCE_CHARS_MAX,
};
use crate::domain::service::{Answer, Guide, Question, Remedy, Sentence};

/// The longest short name of a question, an answer or a remedy.
const ID_CHARS_MAX: usize = 32;
/// The longest that a remedy may take, in minutes.
const MINUTES_MAX: u8 = 120;
/// The most beginnings of names that one guide has.
const MODELS_MAX: usize = 50;

const KINDS: [(&str, Kind); 5] = [
    ("hardware", Kind::Hardware),
    ("card", Kind::Card),
    ("network", Kind::Network),
    ("software", Kind::Software),
    ("host", Kind::Host),
];

/// Reads the text of a guide; `file` names it in errors.
pub(super) fn parse(text: &str, file: &Path) -> Result<Guide, SettingsError> {
    let mut root = Source::new(file, text).root(&["models", "question", "remedy"])?;
    let mut models = Vec::new();
    for model in root.need("models", "how the names of the readers begin")?.list(&(0..=MODELS_MAX), "models")? {
        models.push(model.line_of_text(NAME_CHARS_MAX)?);
    }
    let mut questions: Vec<Question> = Vec::new();
    for item in root.need("question", "one [[question]] for each")?.list(&(1..=QUESTIONS_MAX), "questions")? {
        let question = question(item.section(&["id", "en", "zh", "after", "answers"])?, &questions)?;
        questions.push(question);
    }
    let mut remedies: Vec<Remedy> = Vec::new();
    let mut ids = BTreeSet::new();
    for item in root.need("remedy", "one [[remedy]] for each")?.list(&(1..=REMEDIES_MAX), "remedies")? {
        remedies.push(remedy(item.section(&["id", "en", "zh", "mends", "restarts", "minutes"])?, &mut ids)?);
    }
    Ok(Guide { models, questions, remedies })
}

fn question(mut table: Section<'_>, before: &[Question]) -> Result<Question, SettingsError> {
    let mut ids: BTreeSet<String> = before.iter().map(|question| question.id.clone()).collect();
    let id = id(&table.need("id", "a short name")?, &mut ids)?;
    let text = sentence(&mut table, SENTENCE_CHARS_MAX)?;
    let after = table.take("after").map(|item| after(&item, before)).transpose()?;
    let mut answers = Vec::new();
    let mut answer_ids = BTreeSet::new();
    for item in table.need("answers", "what can be answered")?.list(&(2..=ANSWERS_MAX), "answers")? {
        answers.push(answer(item.section(&["id", "en", "zh", "points", "suspect"])?, &mut answer_ids)?);
    }
    Ok(Question { id, text, after, answers })
}

/// An earlier question and one of its answers, as `question:answer`.
fn after(item: &Item<'_>, before: &[Question]) -> Result<(String, String), SettingsError> {
    let rule = "an earlier question and one of its answers, as \"question:answer\"";
    let (question, answer) = item.text(rule)?.split_once(':').ok_or_else(|| item.wrong(format!("expected {rule}")))?;
    let asked = before.iter().find(|one| one.id == question);
    if asked.is_none_or(|asked| asked.answers.iter().all(|one| one.id != answer)) {
        return Err(item.wrong(format!("expected {rule}")));
    }
    Ok((question.to_owned(), answer.to_owned()))
}

fn answer(mut table: Section<'_>, ids: &mut BTreeSet<String>) -> Result<Answer, SettingsError> {
    let id = id(&table.need("id", "a short name")?, ids)?;
    let text = sentence(&mut table, ANSWER_CHARS_MAX)?;
    let suspect = table.take("suspect").map(|item| item.flag()).transpose()?.unwrap_or(false);
    let mut given = table.need("points", "what it speaks for")?.section(&KINDS.map(|(name, _)| name))?;
    let mut points = BTreeMap::new();
    for (name, kind) in KINDS {
        if let Some(item) = given.take(name) {
            points.insert(kind, item.number(&(1..=POINTS_MAX))?);
        }
    }
    Ok(Answer { id, text, points, suspect })
}

/// Some of the kinds of trouble, one or more.
pub(super) fn kinds(list: Item<'_>) -> Result<Vec<Kind>, SettingsError> {
    let expected = KINDS.map(|(name, _)| name).join(", ");
    let mut kinds = Vec::new();
    for item in list.list(&(1..=KINDS.len()), "kinds")? {
        let name = item.text(&expected)?;
        let known = KINDS.iter().find(|(known, _)| *known == name);
        kinds.push(known.map(|(_, kind)| *kind).ok_or_else(|| item.wrong(format!("expected one of {expected}")))?);
    }
    Ok(kinds)
}

fn remedy(mut table: Section<'_>, ids: &mut BTreeSet<String>) -> Result<Remedy, SettingsError> {
    let id = id(&table.need("id", "a short name")?, ids)?;
    let text = sentence(&mut table, SENTENCE_CHARS_MAX)?;
    let mends = kinds(table.need("mends", "the kinds of trouble it may mend")?)?;
    let restarts = table.take("restarts").map(|item| item.flag()).transpose()?.unwrap_or(false);
    let minutes = table.need("minutes", "how long it takes")?.number(&(1..=MINUTES_MAX))?;
    Ok(Remedy { id, text, mends, restarts, minutes })
}

/// Both languages: a question that the cashier cannot read is not asked.
pub(super) fn sentence(table: &mut Section<'_>, chars_max: usize) -> Result<Sentence, SettingsError> {
    let en = table.need("en", "the sentence in English")?.line_of_text(chars_max)?;
    let zh = table.need("zh", "the sentence in Chinese")?.line_of_text(chars_max)?;
    Ok(Sentence { en, zh })
}

pub(super) fn id(item: &Item<'_>, ids: &mut BTreeSet<String>) -> Result<String, SettingsError> {
    let rule = format!("1 to {ID_CHARS_MAX} small letters, digits and underscores");
    let text = item.text(&rule)?;
    let small = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !small || !(1..=ID_CHARS_MAX).contains(&text.len()) {
        return Err(item.wrong(format!("expected {rule}")));
    }
    if !ids.insert(text.to_owned()) {
        return Err(item.wrong("it stands in this file twice".to_owned()));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::file::service::built_in;

    const ONE: &str = r#"models = ["P400"]
[[question]]
id = "lights"
en = "Any light?"
zh = "有灯吗?"
answers = [
    { id = "dark", en = "Dark", zh = "不亮", points = { hardware = 8 } },
    { id = "lit", en = "Lit", zh = "亮", points = {} },
]
[[question]]
id = "socket"
after = "lights:dark"
en = "Power?"
zh = "有电吗?"
answers = [
    { id = "yes", en = "Yes", zh = "有", points = {} },
    { id = "no", en = "No", zh = "没有", points = {} },
]
[[remedy]]
id = "cable"
en = "Seat the cable."
zh = "插紧线缆。"
mends = ["hardware"]
minutes = 2
"#;

    #[test]
    fn the_built_in_guide_is_read_and_leads_to_all_four_causes() {
        let guide = built_in().unwrap();
        assert!(guide.models.is_empty());
        let suspect = guide.questions.iter().flat_map(|one| &one.answers).filter(|one| one.suspect);
        assert_eq!(suspect.map(|one| one.id.as_str()).collect::<Vec<_>>(), ["tamper"]);
        for kind in [Kind::Hardware, Kind::Card, Kind::Network, Kind::Software] {
            assert!(guide.questions.iter().flat_map(|one| &one.answers).any(|one| one.points.contains_key(&kind)));
            assert!(guide.remedies.iter().any(|one| one.mends.contains(&kind)), "{kind:?}");
        }
    }

    #[test]
    fn a_guide_that_breaks_a_rule_is_refused_with_line_and_reason() {
        let refused = |from: &str, to: &str| {
            assert!(ONE.contains(from), "{from}");
            parse(&ONE.replacen(from, to, 1), Path::new("p400.toml")).unwrap_err().to_string()
        };
        parse(ONE, Path::new("p400.toml")).unwrap();
        for (from, to, line, said) in [
            ("id = \"lights\"", "id = \"Lights\"", 3, "small letters"),
            ("id = \"socket\"", "id = \"lights\"", 11, "twice"),
            ("lights:dark", "lights:green", 12, "an earlier question"),
            ("lights:dark", "lights", 12, "an earlier question"),
            ("hardware = 8", "hardware = 11", 7, "from 1 to 10"),
            ("hardware = 8", "moon = 8", 7, "moon"),
            ("zh = \"有灯吗?\"\n", "", 2, "Chinese"),
            ("[\"hardware\"]", "[\"magic\"]", 23, "hardware, card"),
            ("minutes = 2", "minutes = 0", 24, "from 1 to 120"),
            ("{ id = \"lit\", en = \"Lit\", zh = \"亮\", points = {} },\n", "", 6, "2 to 4 answers"),
            ("models", "model", 1, "model"),
        ] {
            let error = refused(from, to);
            assert!(error.contains(&format!("p400.toml line {line}:")) && error.contains(said), "{to}: {error}");
        }
    }
}
