//! Every `@tr` of the screen has its Chinese, and every Chinese line its `@tr`.

use std::collections::{BTreeMap, BTreeSet};

use crate::repository::{File, Findings, Repository};

/// The translation of every sentence; its contexts are the components and globals that sentences stand in.
const CATALOGUE: &str = "lang/zh_CN/LC_MESSAGES/stopgap-ui.po";

/// A sentence as both sides name it: context, singular, plural (empty when there is none).
type Message = (String, String, String);

/// Where a sentence stands, and what it became in the other language.
struct Place {
    line: usize,
    translation: String,
}

/// No sentence without a translation, no translation without a sentence, the same placeholders in both.
pub fn complete(repository: &Repository) -> Findings {
    let Some(catalogue) = repository.get(CATALOGUE) else { return vec![format!("{CATALOGUE}:1: not there")] };
    let translated = catalogue_entries(catalogue);
    let mut findings = Findings::new();
    let mut used = BTreeSet::new();
    for file in repository.under(&["ui/"], ".slint") {
        for (message, line) in sentences(file) {
            match translated.get(&message) {
                None => {
                    findings.push(file.finding(line, &format!("[{}] “{}” is not translated", message.0, message.1)));
                }
                Some(place) if place.translation.is_empty() => {
                    findings.push(catalogue.finding(place.line, &format!("“{}” has no translation", message.1)));
                }
                Some(_) => {}
            }
            used.insert(message);
        }
    }
    if used.is_empty() {
        findings.push(catalogue.finding(1, "no @tr was found in ui/: has the way sentences are written changed?"));
    }
    for (message, place) in &translated {
        if !used.contains(message) {
            findings
                .push(catalogue.finding(place.line, &format!("[{}] “{}” is in no .slint file", message.0, message.1)));
        }
        let source = if message.2.is_empty() { &message.1 } else { &message.2 };
        if !place.translation.is_empty() && placeholders(source) != placeholders(&place.translation) {
            findings.push(catalogue.finding(place.line, "the placeholders of the translation are others"));
        }
    }
    findings
}

/// The `{…}` of a sentence, sorted: their order may differ between languages only where they have numbers or names.
fn placeholders(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    found.sort_unstable();
    found
}

/// The `@tr(…)` of a file with their lines.
fn sentences(file: &File) -> Vec<(Message, usize)> {
    // A comment is blanked out, not cut off, so that lines keep their numbers.
    let text: String = file.code().flat_map(|(_, code)| [code, "\n"]).collect();
    let mut found = Vec::new();
    for (place, _) in text.match_indices("@tr(") {
        let context = component_before(&text[..place]);
        let mut rest = text[place + "@tr(".len()..].trim_start();
        let Some((mut first, after)) = string_at(rest) else { continue };
        rest = after.trim_start();
        let mut own_context = None;
        if let Some((text, after)) = rest.strip_prefix("=>").and_then(|rest| string_at(rest.trim_start())) {
            own_context = Some(std::mem::replace(&mut first, text));
            rest = after.trim_start();
        }
        let plural = rest.strip_prefix('|').and_then(|rest| string_at(rest.trim_start())).map(|(plural, _)| plural);
        let message = (own_context.unwrap_or_else(|| context.to_owned()), first, plural.unwrap_or_default());
        found.push((message, text[..place].matches('\n').count() + 1));
    }
    found
}

/// The name of the component or global that the text is in: the last one that began.
fn component_before(text: &str) -> &str {
    let begins = |line: &&str| line.starts_with("component ") || line.starts_with("global ");
    let without_export = text.lines().rev().map(|line| line.strip_prefix("export ").unwrap_or(line));
    let declaration = without_export.into_iter().find(|line| begins(line)).unwrap_or("");
    declaration.split([' ', '{']).nth(1).unwrap_or("")
}

/// The string literal that text begins with, without its escapes, and what follows it.
fn string_at(text: &str) -> Option<(String, &str)> {
    let body = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut chars = body.char_indices();
    while let Some((place, char)) = chars.next() {
        match char {
            '"' => return Some((value, &body[place + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

/// The entries of a gettext catalogue. One-line strings and continued ones are the same.
fn catalogue_entries(file: &File) -> BTreeMap<Message, Place> {
    let mut entries = BTreeMap::new();
    for block in blocks(file) {
        let mut fields: BTreeMap<&str, String> = BTreeMap::new();
        let mut current = "";
        for (_, line) in &block {
            let (key, value) = line.split_once('"').map_or((*line, ""), |(key, _)| (key.trim(), &line[key.len()..]));
            if !key.is_empty() {
                current = key;
            }
            if let Some((value, _)) = string_at(value) {
                fields.entry(current).or_default().push_str(&value);
            }
        }
        let take = |key| fields.get(key).cloned().unwrap_or_default();
        let message = (take("msgctxt"), take("msgid"), take("msgid_plural"));
        let translation = if message.2.is_empty() { take("msgstr") } else { take("msgstr[0]") };
        if !message.1.is_empty() {
            entries.insert(message, Place { line: block[0].0, translation });
        }
    }
    entries
}

fn blocks(file: &File) -> Vec<Vec<(usize, &str)>> {
    let mut blocks = vec![Vec::new()];
    for (number, line) in file.lines() {
        match (line.trim().is_empty(), line.starts_with('#')) {
            (true, _) => blocks.push(Vec::new()),
            (false, true) => {}
            (false, false) => blocks.last_mut().unwrap().push((number, line)),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "export component APage inherits Page {\n    text: a ? @tr(\"One {}\", b) : @tr(\n        \"One sale\" | \"{n} sales\" % c);\n    label: @tr(\"Own\" => \"Say \\\"no\\\"\");\n}\n";
    const CHINESE: &str = "msgid \"\"\nmsgstr \"x\"\n\nmsgctxt \"APage\"\nmsgid \"One {}\"\nmsgstr \"一 {}\"\n\nmsgctxt \"APage\"\nmsgid \"One sale\"\nmsgid_plural \"{n} sales\"\nmsgstr[0] \"\"\n\"{n} 笔\"\n\nmsgctxt \"Own\"\nmsgid \"Say \\\"no\\\"\"\nmsgstr \"不\"\n";

    fn found(page: &str, chinese: &str) -> Findings {
        complete(&Repository::of(&[("ui/pages/a.slint", page), (CATALOGUE, chinese)]))
    }

    #[test]
    fn a_complete_catalogue_has_no_findings() {
        assert_eq!(found(PAGE, CHINESE), Findings::new());
    }

    #[test]
    fn missing_empty_dead_and_mangled_translations_are_found() {
        let missing = found(&PAGE.replace("One {}", "Two {}"), CHINESE);
        assert_eq!(
            missing,
            [
                "ui/pages/a.slint:2: [APage] “Two {}” is not translated",
                "lang/zh_CN/LC_MESSAGES/stopgap-ui.po:4: [APage] “One {}” is in no .slint file",
            ]
        );
        assert_eq!(found(&PAGE.replace("APage", "BPage"), CHINESE).len(), 4);
        assert_eq!(found(&PAGE.replace("{n} sales", "{n} payments"), CHINESE).len(), 2);
        let empty = found(PAGE, &CHINESE.replace("{n} 笔", ""));
        assert_eq!(empty, ["lang/zh_CN/LC_MESSAGES/stopgap-ui.po:8: “One sale” has no translation"]);
        let mangled = found(PAGE, &CHINESE.replace("一 {}", "一"));
        assert_eq!(mangled, ["lang/zh_CN/LC_MESSAGES/stopgap-ui.po:4: the placeholders of the translation are others"]);
        assert_eq!(complete(&Repository::of(&[])).len(), 1);
    }
}
