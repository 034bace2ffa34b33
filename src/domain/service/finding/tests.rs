//! What is asked next, and how sure the till is.

use std::collections::BTreeMap;

use super::*;
use crate::domain::service::case::tests::case;
use crate::domain::service::guide::{Answer, Sentence};
use crate::domain::service::step::{CallOutcome, CaseStep, Outstanding};

fn sentence(text: &str) -> Sentence {
    Sentence { en: text.to_owned(), zh: text.to_owned() }
}

fn question(id: &str, after: Option<(&str, &str)>, answers: &[(&str, Kind, u32)]) -> Question {
    let answer = |(id, kind, points): &(&str, Kind, u32)| Answer {
        suspect: false,
        id: (*id).to_owned(),
        text: sentence(id),
        points: BTreeMap::from([(*kind, *points)]),
    };
    Question {
        id: id.to_owned(),
        text: sentence(id),
        after: after.map(|(question, answer)| (question.to_owned(), answer.to_owned())),
        answers: answers.iter().map(answer).collect(),
    }
}

fn guide() -> Guide {
    let remedy = |id: &str, mends: &[Kind], restarts| Remedy {
        id: id.to_owned(),
        text: sentence(id),
        mends: mends.to_vec(),
        restarts,
        minutes: 2,
    };
    Guide {
        models: Vec::new(),
        questions: vec![
            question("lights", None, &[("dark", Kind::Hardware, 9), ("lit", Kind::Software, 1)]),
            question("socket", Some(("lights", "dark")), &[("works", Kind::Hardware, 1), ("dead", Kind::Hardware, 1)]),
            question("net", None, &[("yes", Kind::Software, 2), ("no", Kind::Network, 8)]),
        ],
        remedies: vec![
            remedy("cable", &[Kind::Hardware, Kind::Network], false),
            remedy("restart", &[Kind::Hardware, Kind::Software], true),
        ],
    }
}

fn answered(question: &str, answer: &str) -> CaseStep {
    CaseStep::Answered { question: question.to_owned(), answer: answer.to_owned(), suspect: false }
}

/// A reader without a light at a socket with power: ten points against three of doubt.
fn dark() -> Vec<CaseStep> {
    vec![answered("lights", "dark"), answered("socket", "works")]
}

fn tried(remedy: &str) -> [CaseStep; 2] {
    let remedy = remedy.to_owned();
    [CaseStep::TryBegan { remedy: remedy.clone() }, CaseStep::TryEnded { remedy, helped: false }]
}

/// What is asked, in a word.
fn asked(steps: &[CaseStep], patterns: &[Pattern], do_not_restart: bool) -> String {
    match ask(&case(steps), &guide(), patterns, do_not_restart) {
        Ask::Question(question) => question.id.clone(),
        Ask::Try(remedy) => format!("try {}", remedy.id),
        Ask::Helped { remedy, .. } => format!("did {} help", remedy.id),
        Ask::Confirm(found) => format!("{found:?}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn questions_are_asked_in_their_order_and_only_where_they_make_sense() {
    assert_eq!(asked(&[], &[], false), "lights");
    assert_eq!(asked(&[answered("lights", "lit")], &[], false), "net", "no socket where there is light");
    assert_eq!(asked(&[answered("lights", "dark")], &[], false), "socket", "75 % of one answer are not enough");
    assert_eq!(asked(&dark(), &[], false), "try cable");
    let seen = CaseStep::Seen { kind: Some(Kind::Network), rung: None };
    assert_eq!(asked(std::slice::from_ref(&seen), &[], false), "lights", "the ladder alone is not sure enough");
    assert_eq!(asked(&[seen, answered("lights", "lit"), answered("net", "no")], &[], false), "try cable");
}

#[test]
fn what_is_tried_is_asked_about_and_then_the_next_is_tried() {
    let mut steps = dark();
    steps.push(CaseStep::TryBegan { remedy: "cable".to_owned() });
    assert_eq!(asked(&steps, &[], false), "did cable help");
    steps.push(CaseStep::TryEnded { remedy: "cable".to_owned(), helped: false });
    assert_eq!(asked(&steps, &[], false), "try restart");
}

#[test]
fn a_notice_that_forbids_a_restart_is_respected_wherever_it_comes_from() {
    let mut steps = dark();
    steps.extend(tried("cable"));
    assert_eq!(asked(&steps, &[], false), "try restart");
    assert!(asked(&steps, &[], true).starts_with("Some(Finding { kind: Hardware"), "{}", asked(&steps, &[], true));
    steps.push(CaseStep::Warned { do_not_restart: true });
    assert!(asked(&steps, &[], false).starts_with("Some(Finding"));
    steps.push(CaseStep::Warned { do_not_restart: false });
    assert_eq!(asked(&steps, &[], false), "try restart", "the notice was taken back");
}

#[test]
fn confidence_is_the_share_of_the_points_and_never_certainty() {
    let of = |steps: &[CaseStep], patterns: &[Pattern]| finding(&case(steps), &guide(), patterns);
    assert_eq!(of(&[], &[]), None);
    let dark = answered("lights", "dark");
    assert_eq!(of(std::slice::from_ref(&dark), &[]), Some(Finding { kind: Kind::Hardware, percent: 75 }));
    let both = of(&[dark.clone(), answered("net", "no")], &[]);
    assert_eq!(both, Some(Finding { kind: Kind::Hardware, percent: 45 }));
    let warm = of(std::slice::from_ref(&dark), &[Pattern::OnlyAfter(12)]);
    assert_eq!(warm, Some(Finding { kind: Kind::Hardware, percent: 80 }));
    // A question answered again counts by its last answer.
    let again = of(&[dark, answered("lights", "lit")], &[]);
    assert_eq!(again, Some(Finding { kind: Kind::Software, percent: 25 }));
}

#[test]
fn patterns_point_at_what_they_have_in_common() {
    let of = |pattern| finding(&case(&[]), &guide(), &[pattern]).map(|found| found.kind);
    assert_eq!(of(Pattern::OnlyEntry(EntryMode::Contactless)), Some(Kind::Hardware));
    assert_eq!(of(Pattern::OnlyBrand(crate::domain::card::Brand::Amex)), Some(Kind::Software));
    assert_eq!(of(Pattern::OnlyCause(MisreadCause::NoHost)), Some(Kind::Network));
    assert_eq!(of(Pattern::OnlyCause(MisreadCause::Unreadable)), None);
}

#[test]
fn seals_are_looked_at_before_a_reader_leaves_by_an_exchange_as_well() {
    let outcome = CallOutcome::Agreed { help: Help::Swap, ticket: None, promised: None, technician: None };
    let mut steps = vec![
        CaseStep::Diagnosed { kind: Kind::Hardware, percent: 80 },
        CaseStep::Called { provider: "Example Service".to_owned(), outcome },
    ];
    assert!(asked(&steps, &[], false).starts_with("Promise"), "the other one is not here yet");
    let held = Outstanding::Signed;
    steps.extend([CaseStep::BackedUp { entries: 9 }, CaseStep::HeldAsked { held }]);
    assert!(asked(&steps, &[], false).starts_with("Inspect"));
    steps.push(CaseStep::Inspected { whole: true });
    assert!(asked(&steps, &[], false).starts_with("Promise"));
}
