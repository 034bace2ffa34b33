//! The request in both languages: complete, escaped, and without anything that is secret.

use chrono::TimeDelta;
use uuid::Uuid;

use super::*;
use crate::domain::card::Brand;
use crate::domain::ids::{CaseId, PaymentId, PersonId};
use crate::domain::ladder::Kind;
use crate::domain::reader::{CardSeen, EntryMode};
use crate::domain::service::{CallOutcome, Check, Ending, Help, Mended, MisreadCause, Outstanding, Proof};

fn at(minutes: i64) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-06-09T12:00:00+02:00").unwrap() + TimeDelta::minutes(minutes)
}

/// One of every step that there is.
fn every_step() -> Vec<CaseStep> {
    let text = |text: &str| text.to_owned();
    let agreed = |help| CaseStep::Called {
        provider: text("Reader & Service"),
        outcome: CallOutcome::Agreed { help, ticket: Some(text("<4711>")), promised: Some(at(90)) },
    };
    let called = |outcome| CaseStep::Called { provider: text("Reader & Service"), outcome };
    let mut steps = vec![
        CaseStep::Seen { kind: Some(Kind::Hardware), rung: None },
        CaseStep::Seen { kind: None, rung: None },
        CaseStep::Answered { question: text("lights"), answer: text("lit") },
        CaseStep::Answered { question: text("gone"), answer: text("gone too") },
        CaseStep::Warned { do_not_restart: true },
        CaseStep::Warned { do_not_restart: false },
        CaseStep::TryBegan { remedy: text("cable") },
        CaseStep::TryEnded { remedy: text("cable"), helped: false },
        CaseStep::TryEnded { remedy: text("cable"), helped: true },
        CaseStep::Diagnosed { kind: Kind::Hardware, percent: 80 },
        called(CallOutcome::NoAnswer),
        called(CallOutcome::WrongNumber),
        agreed(Help::Visit),
        agreed(Help::Swap),
        agreed(Help::Remote),
        agreed(Help::SendIn),
        CaseStep::VisitorRefused {},
        CaseStep::BackedUp { entries: 90 },
        CaseStep::HeldAsked { held: Outstanding::Said { count: 2 } },
        CaseStep::HeldAsked { held: Outstanding::Said { count: 0 } },
        CaseStep::HeldAsked { held: Outstanding::Signed },
        CaseStep::Sent {},
        CaseStep::Received {},
    ];
    steps.extend([Mended::Here, Mended::ByProvider, Mended::Repaired].map(|how| CaseStep::Mended { how }));
    steps.push(CaseStep::Checked { check: Check::Seals, proof: Proof::Person });
    steps.push(CaseStep::Rejected { check: Check::Contact });
    steps.push(CaseStep::Mended { how: Mended::Replaced });
    steps.extend(Check::ALL.map(|check| CaseStep::Checked { check, proof: Proof::Till }));
    steps.extend([CaseStep::Accepted {}, CaseStep::Closed { ending: Ending::Accepted }]);
    steps
}

fn case() -> Case {
    let opened = CaseStep::Opened { number: 7, reader: "P400-<2203>".to_owned(), outage: None };
    let mut case = Case::open(CaseId(Uuid::from_u128(7)), at(0), None, &opened).unwrap();
    for (minute, step) in (1..).zip(every_step()) {
        case.take(at(minute), Some(PersonId("manager-1".to_owned())), &step).unwrap();
    }
    case
}

fn page(language: Language) -> String {
    let (case, guide) = (case(), crate::settings::file::built_in_service().unwrap().guides.remove(0));
    let misread = Misread {
        payment: PaymentId(Uuid::from_u128(1)),
        at: at(-60),
        cause: MisreadCause::Unreadable,
        card: CardSeen { brand: Some(Brand::Visa), entry: Some(EntryMode::Contactless) },
        minutes_on: Some(41),
    };
    html(
        &RepairRequest {
            heading: Heading {
                shop: "Bakery <b>Example</b>".to_owned(),
                address: "1 Market Street".to_owned(),
                till: 23,
                is_demo: false,
                is_copy: false,
            },
            service_contact: "Example Service",
            case: &case,
            guide: Some(&guide),
            finding: Some(Finding { kind: Kind::Hardware, percent: 80 }),
            provider: None,
            misreads: vec![&misread],
            patterns: vec![Pattern::OnlyEntry(EntryMode::Contactless), Pattern::OnlyCause(MisreadCause::Unreadable)],
            outages: Vec::new(),
            payments: Vec::new(),
            names: vec![("manager-1".to_owned(), "Manager One".to_owned())],
            made_at: at(120),
        },
        language,
    )
}

#[test]
fn every_step_has_a_sentence_in_both_languages_and_everything_is_escaped() {
    let (english, chinese) = (page(Language::English), page(Language::Chinese));
    for page in [&english, &chinese] {
        assert!(page.contains("P400-&lt;2203&gt;") && page.contains("Bakery &lt;b&gt;Example&lt;/b&gt;"));
        assert!(page.contains("&lt;4711&gt;") && page.contains("Reader &amp; Service") && page.contains("Manager One"));
        assert!(!page.contains("{}"), "a sentence was not filled");
        assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"));
        let rows = page.matches("<tr><td>").count();
        assert!(rows > every_step().len(), "{rows} rows");
    }
    for (said, page) in [("Does the reader show any light", &english), ("读卡器有指示灯亮", &chinese)] {
        assert!(page.contains(said), "{said}");
    }
    assert!(english.contains("only cards held to it; all: card not readable"));
    let letters = chinese.chars().filter(|char| ('\u{4e00}'..='\u{9fff}').contains(char)).count();
    assert!(letters > 300, "only {letters} Chinese characters");
}
