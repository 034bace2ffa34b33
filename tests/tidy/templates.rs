//! The HTML of the pages: nothing in it goes past the escaping, and none of it lies about unused.

use crate::repository::{Findings, Repository};

/// What would let a text into a page as it is, or the escaping be another one.
const UNESCAPED: [&str; 5] = ["|safe", "| safe", "|escape", "| escape", "|e("];

/// A template escapes all that it is given, as its file's ending says; nobody says otherwise in it or beside it.
pub fn escaped(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for file in repository.under(&["templates/"], "") {
        for (line, text) in file.lines() {
            for word in UNESCAPED.into_iter().filter(|word| text.contains(word)) {
                findings.push(file.finding(line, &format!("{word}: a page escapes what it is given")));
            }
        }
    }
    for file in repository.product() {
        for (line, code) in file.code() {
            let is_other = code.contains("#[template(") && (code.contains("escape =") || !code.contains(".html\""));
            if is_other || code.contains(concat!("Html", "Safe")) || code.contains(concat!("filters::", "Safe")) {
                findings.push(file.finding(line, "a page that does not escape what it is given"));
            }
        }
    }
    findings
}

/// Each template is a page, or a part of another one.
pub fn dead_files(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for file in repository.under(&["templates/"], "") {
        let named = format!("\"{}\"", file.path.trim_start_matches("templates/"));
        let is_named = |text: &str| text.contains(&named);
        let is_page = repository.product().any(|one| one.code().any(|(_, code)| is_named(code)));
        if !is_page && !repository.under(&["templates/"], ".html").any(|one| is_named(&one.text)) {
            findings.push(file.finding(1, "no page and no part of one"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_past_the_escaping_is_found() {
        let found = |path, text| escaped(&Repository::of(&[(path, text)]));
        assert_eq!(found("templates/a.html", "<p>{{ name|safe }}</p>").len(), 1);
        assert!(found("templates/a.html", "<p>{{ name }}</p>").is_empty());
        assert_eq!(found("src/a.rs", "#[template(path = \"a.html\", escape = \"none\")]").len(), 1);
        assert_eq!(found("src/a.rs", "#[template(path = \"a.txt\")]").len(), 1);
        assert!(found("src/a.rs", "#[template(path = \"a.html\")]").is_empty());
    }

    #[test]
    fn a_template_that_nothing_uses_is_found() {
        let files = [
            ("src/a.rs", "#[template(path = \"a.html\")]"),
            ("templates/a.html", "{% include \"b.html\" %}"),
            ("templates/b.html", ""),
            ("templates/c.html", ""),
        ];
        assert_eq!(dead_files(&Repository::of(&files)), ["templates/c.html:1: no page and no part of one"]);
    }
}
