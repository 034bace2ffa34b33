//! Rules of the Slint code and of the contract between it and Rust.

use std::collections::BTreeSet;

use crate::repository::{File, Findings, Repository, has_word};

/// Colours and fonts are tokens of the theme; a bare touch area has neither role nor keyboard nor focus.
pub fn style(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for file in repository.under(&["ui/"], ".slint") {
        for (line, code) in file.code() {
            let mut find = |what: &str| findings.push(file.finding(line, what));
            if !file.path.starts_with("ui/theme/") {
                if has_hex_colour(code) {
                    find("a colour outside ui/theme");
                }
                if has_word(code, "rgb(") || has_word(code, "rgba(") || has_word(code, "hsv(") {
                    find("a colour outside ui/theme");
                }
                if ["font-size:", "font-weight:", "font-family:"].iter().any(|font| is_literal(code, font)) {
                    find("a font outside ui/theme");
                }
            }
            if has_word(code, "TouchArea") && !file.path.starts_with("ui/components/") {
                find("a bare TouchArea outside ui/components");
            }
        }
    }
    findings
}

/// `#` and three to eight hexadecimal digits.
fn has_hex_colour(code: &str) -> bool {
    code.match_indices('#').any(|(place, _)| {
        let digits = code[place + 1..].bytes().take_while(u8::is_ascii_alphanumeric);
        let (mut count, mut hex) = (0, true);
        digits.for_each(|digit| {
            count += 1;
            hex &= digit.is_ascii_hexdigit();
        });
        hex && matches!(count, 3 | 4 | 6 | 8)
    })
}

/// Whether a property is set to a number or a string right there and not to a token.
fn is_literal(code: &str, property: &str) -> bool {
    let value = code.split_once(property).map_or("", |(_, value)| value.trim_start());
    value.starts_with(|first: char| first.is_ascii_digit() || first == '"')
}

/// A `.slint` file that nothing imports is shown nowhere.
pub fn dead_files(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for file in repository.under(&["ui/"], ".slint").filter(|file| file.path != "ui/app_window.slint") {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let imported =
            |other: &File| other.text.contains(&format!("/{name}\"")) || other.text.contains(&format!("\"{name}\""));
        if !repository.under(&["ui/"], ".slint").any(imported) {
            findings.push(file.finding(1, "nothing imports this file"));
        }
    }
    findings
}

/// Every property and callback of `ui/api/` is shown or called somewhere in `ui/`. That Rust sets and answers each of
/// them is held by the tests of `src/ui_bind/`.
pub fn unused(repository: &Repository) -> Findings {
    let pages = repository.under(&["ui/"], ".slint").filter(|file| !file.path.starts_with("ui/api/"));
    let used: BTreeSet<String> = pages.flat_map(uses).collect();
    let mut findings = Findings::new();
    for file in repository.under(&["ui/api/"], ".slint") {
        let mut global = "";
        for (line, code) in file.code() {
            if let Some(rest) = code.strip_prefix("export global ") {
                global = name_of(rest);
            }
            // `in property <[Row]> rows: [];`: the name follows the type.
            let property = code.trim().strip_prefix("in property <").and_then(|rest| rest.split_once("> "));
            let callback = code.trim().strip_prefix("callback ");
            let Some(name) = property.map(|(_, rest)| rest).or(callback).map(name_of) else { continue };
            if !used.contains(&format!("{global}.{name}")) {
                findings.push(file.finding(line, &format!("{global}.{name} is used by no page")));
            }
        }
    }
    findings
}

/// What a page names of the contract, each as `SellApi.amount`.
fn uses(file: &File) -> impl Iterator<Item = String> {
    file.code().flat_map(|(_, code)| code.match_indices("Api.").map(move |(place, dot)| (code, place + dot.len()))).map(
        |(code, place)| {
            let before = code[..place - 1].rsplit(|char: char| !char.is_alphanumeric()).next().unwrap_or("");
            format!("{before}.{}", name_of(&code[place..]))
        },
    )
}

/// The Slint name that text begins with.
fn name_of(text: &str) -> &str {
    text.split(|char: char| !char.is_alphanumeric() && char != '-').next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_fonts_and_touch_areas_are_found() {
        let found = |path, text| style(&Repository::of(&[(path, text)])).len();
        for bad in ["color: #fff;", "color: #12ab34ff;", "x: rgb(1, 2, 3);", "font-size: 15px;", "font-weight: 600;"] {
            assert_eq!(found("ui/pages/a.slint", bad), 1, "{bad}");
            assert_eq!(found("ui/theme/a.slint", bad), 0, "{bad}");
        }
        assert_eq!(found("ui/pages/a.slint", "t := TouchArea {"), 1);
        assert_eq!(found("ui/components/a.slint", "t := TouchArea {"), 0);
        for good in ["font-size: Type.body;", "// #fff", "text: \"# of sales\";", "text: \"#31042\";"] {
            assert_eq!(found("ui/pages/a.slint", good), 0, "{good}");
        }
    }

    #[test]
    fn a_file_that_nothing_imports_is_found() {
        let files = [("ui/app_window.slint", "import { A } from \"pages/a.slint\";"), ("ui/pages/a.slint", "")];
        assert!(dead_files(&Repository::of(&files)).is_empty());
        assert_eq!(dead_files(&Repository::of(&[("ui/pages/ba.slint", ""), files[0]])).len(), 1);
    }

    #[test]
    fn what_no_page_uses_is_found() {
        let api = "export global AApi {\n    in property <[Row]> some-rows: [];\n    callback go-on(id: string);\n}\n";
        let page = "for row in AApi.some-rows: Row { clicked => { AApi.go-on(row.id); } }";
        assert!(unused(&Repository::of(&[("ui/api/a.slint", api), ("ui/pages/a.slint", page)])).is_empty());
        let other = page.replace("go-on", "go-on-and-on").replace("some-rows", "rows");
        assert_eq!(
            unused(&Repository::of(&[("ui/api/a.slint", api), ("ui/pages/a.slint", &other)])),
            ["ui/api/a.slint:2: AApi.some-rows is used by no page", "ui/api/a.slint:3: AApi.go-on is used by no page",]
        );
    }
}
