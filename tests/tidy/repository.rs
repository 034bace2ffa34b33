//! The repository as a list of text files, and reading code line by line without its comments and tests.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// What a check found, each as `path:line: what is wrong`.
pub type Findings = Vec<String>;

/// Folders that are not ours to check.
const SKIPPED: [&str; 3] = ["target", ".git", ".cargo"];

/// One text file.
pub struct File {
    /// From the root of the repository, with slashes.
    pub path: String,
    /// All of it.
    pub text: String,
}

/// All files, sorted by path.
pub struct Repository {
    /// The text files.
    pub files: Vec<File>,
    /// The paths of all files, also of those that are not text.
    pub paths: Vec<String>,
}

impl Repository {
    /// The repository this test was built from, read once.
    pub fn loaded() -> &'static Self {
        static LOADED: OnceLock<Repository> = OnceLock::new();
        LOADED.get_or_init(Self::load)
    }

    fn load() -> Self {
        let mut repository = Self { files: Vec::new(), paths: Vec::new() };
        repository.add_folder(Path::new(env!("CARGO_MANIFEST_DIR")), "");
        repository.files.sort_by(|one, other| one.path.cmp(&other.path));
        assert!(repository.get("src/lib.rs").is_some(), "this is not the repository");
        repository
    }

    /// A repository of a few made-up files, to see a check fail.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        Self { files: files.iter().map(file).collect(), paths }
    }

    /// The file of this path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether there is a file or a folder of this path.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.paths.iter().any(|known| known == path || known.starts_with(&folder))
    }

    /// The text files under one of these prefixes and with this ending.
    pub fn under<'r>(&'r self, prefixes: &'r [&str], ending: &'r str) -> impl Iterator<Item = &'r File> {
        self.files.iter().filter(move |file| {
            file.path.ends_with(ending) && prefixes.iter().any(|prefix| file.path.starts_with(prefix))
        })
    }

    /// The Rust files of the product: those in `src/` that are not tests.
    pub fn product(&self) -> impl Iterator<Item = &File> {
        self.under(&["src/"], ".rs").filter(|file| !self.is_test(&file.path))
    }

    /// Whether the file is a module that its parent mounts for tests only, or lies below one.
    fn is_test(&self, path: &str) -> bool {
        module_chain(path).iter().any(|(parent, name)| {
            let declaration = format!("mod {name};");
            parent.iter().filter_map(|parent| self.get(parent)).any(|parent| {
                let lines: Vec<&str> = parent.text.lines().map(str::trim).collect();
                lines.windows(2).any(|pair| pair[0] == "#[cfg(test)]" && pair[1].ends_with(&declaration))
            })
        })
    }

    fn add_folder(&mut self, folder: &Path, prefix: &str) {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = format!("{prefix}{name}");
            if entry.file_type().unwrap().is_dir() {
                if !SKIPPED.contains(&path.as_str()) {
                    self.add_folder(&entry.path(), &format!("{path}/"));
                }
                continue;
            }
            if let Ok(text) = String::from_utf8(fs::read(entry.path()).unwrap()) {
                self.files.push(File { path: path.clone(), text });
            }
            self.paths.push(path);
        }
    }
}

/// Each module on the way to a file, as (the files that may declare it, its name): for `src/a/b.rs` these are `b` in
/// `src/a.rs` or `src/a/mod.rs`, and `a` in `src/lib.rs` or `src/main.rs`.
pub fn module_chain(path: &str) -> Vec<(Vec<String>, String)> {
    let Some(rest) = path.strip_prefix("src/").and_then(|path| path.strip_suffix(".rs")) else { return Vec::new() };
    let mut names: Vec<&str> = rest.split('/').filter(|name| !matches!(*name, "mod" | "lib" | "main")).collect();
    let mut chain = Vec::new();
    while let Some(name) = names.pop() {
        let parents = if names.is_empty() {
            vec!["src/lib.rs".to_owned(), "src/main.rs".to_owned()]
        } else {
            let parent = names.join("/");
            vec![format!("src/{parent}.rs"), format!("src/{parent}/mod.rs")]
        };
        chain.push((parents, name.to_owned()));
    }
    chain
}

impl File {
    /// The lines with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// The lines of a Rust file without comments, up to the tests at its end.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = self.text.lines().map(str::trim).collect();
        let tests = lines
            .windows(2)
            .position(|pair| pair[0] == "#[cfg(test)]" && has_word(pair[1], "mod") && pair[1].ends_with('{'));
        self.lines().take(tests.unwrap_or(usize::MAX)).map(|(number, line)| (number, without_comment(line)))
    }

    /// A finding in this file.
    pub fn finding(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

/// A line up to its `//`, where that is not part of a string.
fn without_comment(line: &str) -> &str {
    let bytes = line.as_bytes();
    let (mut place, mut in_string) = (0, false);
    while place < bytes.len() {
        match bytes[place] {
            b'\\' if in_string => place += 1,
            b'"' => in_string = !in_string,
            b'\'' if !in_string && bytes.get(place + 1) == Some(&b'\\') => place += 3,
            b'\'' if !in_string && bytes.get(place + 2) == Some(&b'\'') => place += 2,
            b'/' if !in_string && bytes.get(place + 1) == Some(&b'/') => return &line[..place],
            _ => {}
        }
        place += 1;
    }
    line
}

/// Whether code has a word that is not part of a longer one: `rand` is in `rand::random` but not in `operand`.
pub fn has_word(code: &str, word: &str) -> bool {
    let letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let (code, word) = (code.as_bytes(), word.as_bytes());
    (0..=code.len().saturating_sub(word.len())).any(|place| {
        let before = place.checked_sub(1).and_then(|before| code.get(before));
        code[place..].starts_with(word)
            && !(letter(word.first()) && letter(before))
            && !(letter(word.last()) && letter(code.get(place + word.len())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_tests_are_no_code() {
        for (line, code) in [
            ("let a = 1; // one", "let a = 1; "),
            ("let a = \"// no\"; // yes", "let a = \"// no\"; "),
            ("let a = '\"'; // yes", "let a = '\"'; "),
            ("let a = '\\''; // yes", "let a = '\\''; "),
            ("let a: &'a str = b; // yes", "let a: &'a str = b; "),
        ] {
            assert_eq!(without_comment(line), code);
        }
        let text = "a\n#[cfg(test)]\nfn b() {}\n#[cfg(test)]\nmod tests {\nc\n}\n";
        let file = File { path: "src/a.rs".to_owned(), text: text.to_owned() };
        assert_eq!(file.code().map(|(number, _)| number).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn words_are_whole() {
        assert!(
            has_word("use rand::Rng;", "rand") && has_word("x: f64,", "f64") && has_word("a.unwrap()", ".unwrap()")
        );
        assert!(!has_word("operand", "rand") && !has_word("random", "rand") && !has_word("_f64", "f64"));
    }

    #[test]
    fn a_module_mounted_for_tests_is_no_product_code() {
        let repository = Repository::of(&[
            ("src/lib.rs", "mod a;\n"),
            ("src/a.rs", "mod b;\n#[cfg(test)]\nmod tests;\n"),
            ("src/a/b.rs", ""),
            ("src/a/tests.rs", ""),
            ("src/a/tests/more.rs", ""),
        ]);
        let product: Vec<&str> = repository.product().map(|file| file.path.as_str()).collect();
        assert_eq!(product, ["src/lib.rs", "src/a.rs", "src/a/b.rs"]);
        assert!(repository.has("src/a") && repository.has("src/a/") && !repository.has("src/c"));
    }
}
