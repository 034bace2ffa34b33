//! What the documents promise: links, paths and commands.

use crate::repository::{Findings, Repository};

/// The documents.
const DOCUMENTS: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "docs/"];
/// The folders a path in backticks begins with.
const FOLDERS: [&str; 11] =
    ["src/", "templates/", "ui/", "tests/", "docs/", "samples/", "lang/", "benches/", ".ci/", "learn/", "guides/"];

/// Relative links and paths in backticks lead to a file or folder of the repository.
pub fn links(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for file in repository.under(&DOCUMENTS, ".md") {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, text) in file.lines() {
            for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
                let path = target.split('#').next().unwrap_or(target);
                if !path.is_empty() && !path.contains(":/") && !repository.has(&joined(folder, path)) {
                    findings.push(file.finding(line, &format!("the link {target} leads nowhere")));
                }
            }
            // Every second piece between backticks is code.
            for code in text.split('`').skip(1).step_by(2) {
                let is_path =
                    FOLDERS.iter().any(|folder| code.starts_with(folder)) && !code.contains([' ', '*', '…', '{']);
                if is_path && !repository.has(code) {
                    findings.push(file.finding(line, &format!("there is no {code}")));
                }
            }
        }
    }
    findings
}

/// A relative path, seen from a folder.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Every `stopgap COMMAND` and `cargo run … -- COMMAND` of the documents is a file of `src/cli/`: one for each command.
pub fn commands(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for file in repository.under(&DOCUMENTS, ".md") {
        let mut in_block = false;
        for (line, text) in file.lines() {
            in_block ^= text.starts_with("```");
            let code: Vec<&str> = if in_block { vec![text] } else { text.split('`').skip(1).step_by(2).collect() };
            for command in code.into_iter().filter_map(command_of) {
                if !repository.has(&format!("src/cli/{command}.rs")) && !repository.has(&format!("src/cli/{command}")) {
                    findings
                        .push(file.finding(line, &format!("there is no command {command}: no src/cli/{command}.rs")));
                }
            }
        }
    }
    findings
}

/// The command that a line of a shell calls Stopgap with.
fn command_of(code: &str) -> Option<&str> {
    let code = code.trim().trim_start_matches("$ ");
    let rest = match code.strip_prefix("stopgap ") {
        Some(rest) => rest,
        None => code.strip_prefix("cargo run")?.split_once(" -- ")?.1,
    };
    rest.split_whitespace()
        .next()
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(check: fn(&Repository) -> Findings, text: &str) -> Findings {
        check(&Repository::of(&[
            ("README.md", text),
            ("docs/decisions/0001-a.md", "See [the other](../b.md) and [outside](https://example.org/x)."),
            ("docs/b.md", "[back](../README.md#part)"),
            ("src/cli/demo.rs", ""),
        ]))
    }

    #[test]
    fn a_link_or_path_to_nothing_is_found() {
        assert!(found(links, "[a](docs/b.md), [here](#part), `src/cli/demo.rs`, `src/cli/`, `src/*.rs`").is_empty());
        assert_eq!(found(links, "\n[a](docs/c.md)"), ["README.md:2: the link docs/c.md leads nowhere"]);
        assert_eq!(found(links, "![a](docs/images/a.png)").len(), 1);
        assert_eq!(found(links, "see `src/cli/run.rs`"), ["README.md:1: there is no src/cli/run.rs"]);
    }

    #[test]
    fn a_command_that_does_not_exist_is_found() {
        let good =
            "`stopgap demo --out DIR`\n```\ncargo run --release -- demo\ncargo run --release\nstopgap --help\n```\n";
        assert!(found(commands, good).is_empty());
        for bad in ["`stopgap dance`", "```\ncargo run --release -- dance\n```", "```\n$ stopgap dance\n```"] {
            assert_eq!(found(commands, bad).len(), 1, "{bad}");
        }
    }
}
