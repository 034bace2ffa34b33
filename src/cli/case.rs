//! `stopgap case`: the cases of the reader for scripts, read beside a till that may be running.

mod attach;

use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, Local};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use crate::cli::{Failure, Place, print_line};
use crate::domain::ledger::Ledger;
use crate::domain::receipt::Language;
use crate::domain::service::article::SEARCH_CHARS_MAX;
use crate::domain::service::{Article, Case};
use crate::outside::attachments::embed;
use crate::repair::{self, RepairRequest};
use crate::settings::file::{built_in_service, load};
use crate::store::Reader;

/// The cases of the reader: list them, show one, write its repair request, keep a paper of a device, or look up
/// what to know.
#[derive(Debug, Args)]
pub(super) struct CaseArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// All cases, one JSON object on each line; exit code 1 when a promise is overdue
    List,
    /// One case with everything that happened, as one JSON object
    Show {
        /// Its number
        number: u32,
    },
    Attach(attach::AttachArgs),
    /// What to know about a reader that fails: the articles with these words, as text
    Learn {
        /// Words in English or Chinese; all articles without one
        words: Vec<String>,
        /// The language of the text
        #[arg(long, value_enum, default_value_t = Paper::En)]
        language: Paper,
    },
    /// The repair request as HTML on standard output, or into a file
    Request {
        /// The number of the case
        number: u32,
        /// The language of the paper; that of the settings by default
        #[arg(long, value_enum)]
        language: Option<Paper>,
        /// The file to write; it must not exist
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// The languages of the paper.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Paper {
    /// English
    En,
    /// Simplified Chinese
    #[value(name = "zh-CN")]
    ZhCn,
}

impl Paper {
    fn of(self) -> Language {
        match self {
            Self::En => Language::English,
            Self::ZhCn => Language::Chinese,
        }
    }
}

pub(super) fn case(args: &CaseArgs, place: &Place) -> Result<(), Failure> {
    let missing = || Failure::Input("--data DIR is needed: the folder of the ledger".to_owned());
    let data = || place.data.as_deref().ok_or_else(missing);
    let ledger = || Reader::open(data()?).and_then(|reader| reader.ledger()).map_err(Failure::input);
    let now = Local::now().fixed_offset();
    match &args.act {
        Act::Learn { words, language } => learn(&words.join(" "), language.of()),
        Act::Attach(args) => attach::attach(args, place, data()?),
        Act::List => list(&ledger()?, now),
        Act::Show { number } => show(find(&ledger()?, *number)?, now),
        Act::Request { number, language, out } => {
            let ledger = ledger()?;
            let case = find(&ledger, *number)?;
            let config = place.config.as_deref();
            let config =
                config.ok_or_else(|| Failure::Input("--config FILE is needed: it names the shop".to_owned()))?;
            let settings = load(config, data()?).map_err(Failure::input)?;
            let language = language.map_or(settings.language, Paper::of);
            let request = RepairRequest::of(&settings, &ledger, case, false, now);
            let papers = request.record.map(|record| record.attachments.as_slice()).unwrap_or_default();
            let page = embed(&repair::html(&request, language), data()?, papers);
            match out {
                None => print_line(page.trim_end()),
                Some(file) => write(file, &page),
            }
        }
    }
}

/// The articles that have all of these words.
fn learn(words: &str, language: Language) -> Result<(), Failure> {
    let length = words.chars().count();
    if length > SEARCH_CHARS_MAX {
        return Err(Failure::Input(format!("the words have {length} characters: up to {SEARCH_CHARS_MAX}")));
    }
    let articles = built_in_service().map_err(Failure::input)?.articles;
    let found: Vec<&Article> = articles.iter().filter(|article| article.has(words)).collect();
    if found.is_empty() {
        return Err(Failure::Input(format!("no article has “{words}”: ask with fewer words, or with none")));
    }
    for article in found {
        print_line(article.title.of(language))?;
        for (number, step) in (1..).zip(&article.steps) {
            print_line(&format!("  {number}. {}", step.of(language)))?;
        }
    }
    Ok(())
}

fn list(ledger: &Ledger, now: DateTime<FixedOffset>) -> Result<(), Failure> {
    let mut cases: Vec<&Case> = ledger.cases.values().collect();
    cases.sort_by_key(|case| case.number);
    for case in &cases {
        print_line(&summary(case, now).to_string())?;
    }
    match cases.iter().find(|case| case.overdue(now).is_some()) {
        Some(case) => Err(Failure::DoesNotHold(format!("a promise of case {} is overdue", case.number))),
        None => Ok(()),
    }
}

fn summary(case: &Case, now: DateTime<FixedOffset>) -> Value {
    let order = case.state.order();
    json!({
        "number": case.number,
        "reader": case.reader,
        "state": case.state.word(),
        "opened": case.opened(),
        "since": case.state.since(),
        "kind": case.kind(),
        "provider": order.map(|order| &order.provider),
        "ticket": order.and_then(|order| order.ticket.as_ref()),
        "promised": order.and_then(|order| order.promised),
        "overdue_minutes": case.overdue(now).map(|time| time.num_minutes()),
    })
}

fn show(case: &Case, now: DateTime<FixedOffset>) -> Result<(), Failure> {
    let mut object = summary(case, now);
    object["outages"] = json!(case.outages().map(|outage| outage.to_string()).collect::<Vec<_>>());
    object["missing_checks"] = json!(case.missing());
    object["history"] = json!(case.history);
    print_line(&object.to_string())
}

fn find(ledger: &Ledger, number: u32) -> Result<&Case, Failure> {
    let last = ledger.cases.values().map(|case| case.number).max().unwrap_or(0);
    let found = ledger.cases.values().find(|case| case.number == number);
    found.ok_or_else(|| Failure::Input(format!("there is no case {number}: the last one is {last}")))
}

/// Writes a new file; one that is there is never overwritten.
fn write(file: &Path, page: &str) -> Result<(), Failure> {
    let named = |error: std::io::Error| Failure::Input(format!("{}: {error}", file.display()));
    let mut made = std::fs::OpenOptions::new().write(true).create_new(true).open(file).map_err(named)?;
    std::io::Write::write_all(&mut made, page.as_bytes()).map_err(named)
}
