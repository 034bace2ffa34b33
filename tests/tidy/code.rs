//! Rules of the Rust code: what may not be where.

use crate::repository::{File, Findings, Repository, has_word, module_chain};

/// The longest file of Rust code, in lines: a guide that is kept.
const RUST_LINES_MAX: usize = 400;
/// The longest file of Slint code, in lines.
const SLINT_LINES_MAX: usize = 200;

/// What no pure module may name. The core gets time, ids and answers with the events that come in.
const IMPURE: [&str; 26] = [
    "SystemTime",
    "Instant",
    "Utc::now",
    "Local::now",
    "std::fs",
    "fs::",
    "std::net",
    "std::env",
    "std::io",
    "std::thread",
    "thread::spawn",
    "std::process",
    "println!",
    "eprintln!",
    "print!",
    "rand",
    "SystemRandom",
    "SecureRandom",
    "Uuid::now_v7",
    "Uuid::new_v4",
    "rusqlite",
    "ureq",
    "slint::",
    "f32",
    "f64",
    "TcpStream",
];

/// Modules without IO, clock, randomness, SQL, Slint types and floating point. `app/` and `screens/` are pure as well:
/// one turns events into effects, the other state into what is shown.
const PURE: [&str; 8] =
    ["src/domain/", "src/qr/", "src/statement/", "src/iso8583/", "src/zvt/", "src/escpos/", "src/app/", "src/screens/"];

/// Words, and the only places that may have them.
const BORDERS: [(&[&str], &[&str], &str); 6] = [
    (
        &["rusqlite", "\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE ", "\"CREATE ", "\"PRAGMA "],
        &["src/store/"],
        "only store/ knows SQL",
    ),
    (
        &["TcpStream", "TcpListener", "UdpSocket", "ureq"],
        &["src/outside/", "src/simulator/"],
        "only outside/ and simulator/ open sockets",
    ),
    (
        &["AppWindow", "include_modules!"],
        &["src/ui_bind/", "src/cli/run.rs"],
        "only ui_bind/ knows the types that Slint generates",
    ),
    (
        &["slint::"],
        &["src/ui_bind/", "src/cli/run.rs", "src/cli/demo.rs", "src/demo/"],
        "only ui_bind/ and the programs that show a window know Slint",
    ),
    (
        &["with_secret"],
        &["src/domain/card/", "src/seal.rs", "src/seal/"],
        "only domain/card and seal see a whole card number",
    ),
    (
        &["encode_clear", "decode_clear"],
        &["src/iso8583/", "src/cli/iso8583.rs"],
        "only the command that is given messages with card data writes and reads them",
    ),
];

/// Types that hold a card number, a date or a PIN, with the traits they may not derive, and where they are.
const SECRETS: [(&str, &str, &[&str]); 8] = [
    ("src/seal/tag.rs", "CardTagKey", &["Debug", "Clone", "Copy", "Serialize", "Deserialize"]),
    ("src/zvt/password.rs", "Password", &["Debug", "Clone", "Copy", "Serialize", "Deserialize"]),
    ("src/outside/reader/nexo_key.rs", "NexoKey", &["Debug", "Clone", "Copy", "Serialize", "Deserialize"]),
    ("src/domain/card.rs", "CardDraft", &["Debug", "Clone", "Copy", "Serialize", "Deserialize"]),
    ("src/domain/card/parsed.rs", "CardNumber", &["Debug", "Clone", "Copy", "Serialize", "Deserialize"]),
    ("src/domain/card/parsed.rs", "Expiry", &["Debug", "Clone", "Copy", "Serialize", "Deserialize"]),
    ("src/domain/card/parsed.rs", "Card", &["Clone", "Copy", "Serialize", "Deserialize"]),
    ("src/domain/access.rs", "Pin", &["Debug", "Copy", "Serialize", "Deserialize"]),
];

/// Pure modules name nothing that reads the world.
pub fn purity(repository: &Repository) -> Findings {
    let pure = |file: &&File| PURE.iter().any(|prefix| file.path.starts_with(prefix));
    let mut findings = Findings::new();
    for file in repository.product().filter(pure) {
        for (line, code) in file.code() {
            let words = IMPURE.iter().filter(|word| has_word(code, word));
            findings.extend(words.map(|word| file.finding(line, &format!("{word} in a pure module"))));
        }
    }
    findings
}

/// SQL, sockets, generated types and card numbers are known in one place each.
pub fn borders(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for (words, places, rule) in BORDERS {
        for file in repository.product().filter(|file| !places.iter().any(|place| file.path.starts_with(place))) {
            for (line, code) in file.code() {
                let found = words.iter().filter(|word| has_word(code, word));
                findings
                    .extend(found.map(|word| file.finding(line, &format!("{}: {rule}", word.trim_start_matches('"')))));
            }
        }
    }
    findings
}

/// No secret type derives or implements what would show, copy or write it.
pub fn secrets(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for (path, name, forbidden) in SECRETS {
        match repository.get(path) {
            Some(file) => findings.extend(derived(file, name, forbidden)),
            None => findings.push(format!("{path}:1: not there; this check must know where {name} is")),
        }
    }
    for file in repository.product() {
        for (line, code) in file.code() {
            let shown = ["Display for", "Serialize for", "LowerHex for"]
                .into_iter()
                .flat_map(|what| SECRETS.iter().map(move |(_, name, _)| format!("{what} {name}")));
            let found = shown.filter(|shown| has_word(code, shown));
            findings.extend(found.map(|shown| file.finding(line, &format!("{shown}, which is a secret"))));
        }
    }
    findings
}

fn derived(file: &File, name: &str, forbidden: &[&str]) -> Findings {
    let lines: Vec<&str> = file.text.lines().collect();
    let declaration = format!("pub struct {name}");
    let Some(place) = lines.iter().position(|line| has_word(line, &declaration)) else {
        return vec![file.finding(1, &format!("no struct {name}; this check must know its new name"))];
    };
    let above = lines[..place].iter().rev().take_while(|line| line.starts_with(['#', '/']));
    let words = above
        .filter(|line| line.starts_with("#[derive("))
        .flat_map(|derive| forbidden.iter().filter(|word| has_word(derive, word)));
    words.map(|word| file.finding(place + 1, &format!("{name} derives {word}"))).collect()
}

/// No `unwrap` and its kin in product code, unless a comment right above says why it cannot fail.
pub fn panics(repository: &Repository) -> Findings {
    let words = [".unwrap()", ".expect(", ".unwrap_err()", "panic!(", "unreachable!(", "assert!("];
    let mut findings = Findings::new();
    for file in repository.product() {
        let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
        for (line, code) in file.code() {
            // Line numbers begin at 1, so this is the line above.
            let explained = line >= 2 && lines[line - 2].starts_with("// ") || code.len() < lines[line - 1].len();
            let found = words.iter().filter(|word| code.contains(**word) && !code.contains(&format!("debug_{word}")));
            if !explained {
                findings.extend(
                    found.map(|word| file.finding(line, &format!("{word} without a comment why it cannot fail"))),
                );
            }
        }
    }
    findings
}

/// Files a reader can take in.
pub fn lengths(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for (folders, ending, limit) in
        [(&["src/", "ui/", "tests/", "benches/"][..], ".rs", RUST_LINES_MAX), (&["ui/"][..], ".slint", SLINT_LINES_MAX)]
    {
        for file in repository.under(folders, ending) {
            let count = file.text.lines().count();
            if count > limit {
                findings.push(file.finding(limit + 1, &format!("{count} lines, at most {limit}")));
            }
        }
    }
    findings
}

/// No note to self and no print to the console that was forgotten.
pub fn left_overs(repository: &Repository) -> Findings {
    // Put together here, so that this file has none of them.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("HA", "CK"),
        concat!("dbg", "!("),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[ig", "nore"),
    ];
    let ours =
        ["src/", "templates/", "ui/", "tests/", "benches/", "docs/", "samples/", "lang/", "README", "ARCHITECTURE"];
    let mut findings = Findings::new();
    for file in repository.under(&ours, "") {
        for (line, text) in file.lines() {
            let found = words.iter().filter(|word| has_word(text, word));
            findings.extend(found.map(|word| file.finding(line, &format!("{word} is left over"))));
        }
    }
    findings
}

/// A file that no module mounts is compiled by nobody and tested by nobody.
pub fn dead_files(repository: &Repository) -> Findings {
    let mut findings = Findings::new();
    for file in repository.under(&["src/"], ".rs") {
        let Some((parents, name)) = module_chain(&file.path).into_iter().next() else { continue };
        let declared =
            |parent: &File| parent.code().any(|(_, code)| code.trim_end().ends_with(&format!("mod {name};")));
        if !parents.iter().filter_map(|parent| repository.get(parent)).any(declared) {
            findings.push(file.finding(1, &format!("no `mod {name};` in {}", parents.join(" or "))));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(check: fn(&Repository) -> Findings, path: &str, text: &str) -> Findings {
        check(&Repository::of(&[(path, text)]))
    }

    #[test]
    fn what_is_impure_is_found_in_pure_modules_only() {
        assert_eq!(
            found(purity, "src/qr/a.rs", "\nlet at = Utc::now();"),
            ["src/qr/a.rs:2: Utc::now in a pure module"]
        );
        for word in IMPURE {
            assert!(!found(purity, "src/domain/a.rs", &format!("x {word} y")).is_empty(), "{word}");
            assert!(found(purity, "src/outside/a.rs", word).is_empty(), "{word}");
            assert!(found(purity, "src/domain/a.rs", &format!("// {word}")).is_empty(), "{word}");
        }
    }

    #[test]
    fn what_crosses_a_border_is_found() {
        for (words, places, _) in BORDERS {
            for word in words {
                let text = format!("let a = {word};");
                assert_eq!(found(borders, "src/report.rs", &text).len(), 1, "{word}");
                assert!(found(borders, &format!("{}x.rs", places[0]), &text).is_empty(), "{word}");
            }
        }
    }

    #[test]
    fn a_secret_that_can_be_printed_is_found() {
        let text = "/// A PIN.\n#[derive(Clone, Debug)]\npub struct Pin(String);\nimpl fmt::Display for Pin {\n";
        let findings = found(secrets, "src/domain/access.rs", text);
        assert!(findings.contains(&"src/domain/access.rs:3: Pin derives Debug".to_owned()), "{findings:?}");
        let shown = findings.iter().any(|finding| finding.contains(":4: Display for Pin, which is a secret"));
        assert!(shown, "{findings:?}");
        assert!(findings.iter().any(|finding| finding.contains("not there")), "{findings:?}");
        assert!(found(secrets, "src/domain/card.rs", "").iter().any(|finding| finding.contains("no struct CardDraft")));
    }

    #[test]
    fn a_panic_needs_a_comment_and_a_test_needs_none() {
        assert_eq!(found(panics, "src/a.rs", "fn a() {\nb.unwrap();").len(), 1);
        assert_eq!(found(panics, "src/a.rs", "fn a() {\nb.expect(\"c\");").len(), 1);
        assert!(found(panics, "src/a.rs", "// It was checked above.\nb.unwrap();").is_empty());
        assert!(found(panics, "src/a.rs", "#[cfg(test)]\nmod tests {\nb.unwrap();").is_empty());
        assert!(found(panics, "src/a.rs", "debug_assert!(b);\nb.unwrap_or(c);").is_empty());
    }

    #[test]
    fn long_files_left_overs_and_dead_files_are_found() {
        assert_eq!(found(lengths, "src/a.rs", &"\n".repeat(401)), ["src/a.rs:401: 401 lines, at most 400"]);
        assert!(found(lengths, "src/a.rs", &"\n".repeat(400)).is_empty());
        assert_eq!(found(lengths, "ui/a.slint", &"\n".repeat(201)).len(), 1);
        assert_eq!(found(left_overs, "src/a.rs", concat!("// TO", "DO later")).len(), 1);
        assert_eq!(found(left_overs, "tests/a.rs", concat!("#[ig", "nore = \"slow\"]")).len(), 1);
        let files = [("src/lib.rs", "pub mod a;\n"), ("src/a.rs", "// mod b;"), ("src/a/b.rs", "")];
        assert_eq!(dead_files(&Repository::of(&files)), ["src/a/b.rs:1: no `mod b;` in src/a.rs or src/a/mod.rs"]);
    }
}
