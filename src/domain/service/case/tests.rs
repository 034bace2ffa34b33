//! The life cycle: what leads where, and what is refused.

mod leaving;
mod strangers;

use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::service::{BeforeSending, Outstanding, Work};

pub(crate) fn at(minutes: i64) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-06-09T12:00:00+02:00").unwrap() + TimeDelta::minutes(minutes)
}

/// A case that was opened and took these steps, a minute each.
pub(crate) fn case(steps: &[CaseStep]) -> Case {
    let opened = CaseStep::Opened { number: 7, reader: "P400-2203".to_owned(), outage: None, gives_back: false };
    let mut case = Case::open(CaseId(Uuid::from_u128(7)), at(0), None, &opened).unwrap();
    for (minute, step) in (1..).zip(steps) {
        case.take(at(minute), None, step).unwrap_or_else(|why| panic!("{why}"));
    }
    case
}

fn diagnosed(kind: Kind) -> CaseStep {
    CaseStep::Diagnosed { kind, percent: 80 }
}

fn agreed(help: Help, promised: Option<DateTime<FixedOffset>>) -> CaseStep {
    let outcome = CallOutcome::Agreed { help, ticket: Some("4711".to_owned()), promised, technician: None };
    CaseStep::Called { provider: "Example Service".to_owned(), outcome }
}

fn visit() -> CaseStep {
    CaseStep::VisitBegan { visitor: Some("Meier".to_owned()), asked_back: false }
}

/// What has to be done before a reader leaves, with nothing in it.
fn cleared() -> [CaseStep; 2] {
    [CaseStep::BackedUp { entries: 90 }, CaseStep::HeldAsked { held: Outstanding::Signed }]
}

/// The way on which a reader comes back like this.
fn back(kind: Kind, how: Mended) -> Vec<CaseStep> {
    let way = match how {
        Mended::Here | Mended::Lent => Vec::new(),
        Mended::ByProvider => vec![agreed(Help::Remote, None)],
        Mended::Repaired | Mended::Replaced => {
            [agreed(Help::SendIn, None)].into_iter().chain(cleared()).chain([CaseStep::Sent {}]).collect()
        }
    };
    [diagnosed(kind)].into_iter().chain(way).chain([CaseStep::Mended { how }]).collect()
}

#[test]
fn a_reader_is_sent_away_only_after_a_backup_and_a_question_for_what_it_holds() {
    let mut case = case(&[diagnosed(Kind::Hardware), agreed(Help::SendIn, None)]);
    assert!(case.take(at(9), None, &CaseStep::Sent {}).is_err());
    assert_eq!(case.before_leaving(), Some(BeforeSending::Backup));
    case.take(at(10), None, &CaseStep::BackedUp { entries: 90 }).unwrap();
    assert_eq!(case.before_leaving(), Some(BeforeSending::Held));
    case.take(at(11), None, &CaseStep::HeldAsked { held: Outstanding::Said { count: 2 } }).unwrap();
    assert_eq!(case.before_leaving(), Some(BeforeSending::HoldsSome(Some(2))));
    assert!(case.take(at(12), None, &CaseStep::Sent {}).is_err());
    case.take(at(13), None, &CaseStep::HeldAsked { held: Outstanding::Said { count: 0 } }).unwrap();
    case.take(at(14), None, &CaseStep::Sent {}).unwrap();
    assert_eq!(case.state.word(), "away");
    // What was done for this order says nothing of the next one.
    case.take(at(20), None, &CaseStep::Mended { how: Mended::Repaired }).unwrap();
    case.take(at(21), None, &CaseStep::Rejected { check: Check::Contact }).unwrap();
    case.take(at(22), None, &agreed(Help::SendIn, None)).unwrap();
    assert_eq!(case.before_leaving(), Some(BeforeSending::Backup));
}

#[test]
fn nobody_signs_before_every_check_holds_and_the_tills_own_eyes_outdo_a_person() {
    let mut case = case(&[diagnosed(Kind::Network), CaseStep::Mended { how: Mended::Here }]);
    assert_eq!(case.missing(), Some(vec![Check::Diagnosis, Check::Payment, Check::PowerCut]));
    let holds = |check, proof| CaseStep::Checked { check, proof };
    case.take(at(3), None, &holds(Check::Diagnosis, Proof::Till)).unwrap();
    case.take(at(4), None, &holds(Check::Payment, Proof::Manager)).unwrap();
    assert!(case.take(at(5), None, &CaseStep::Accepted {}).is_err());
    case.take(at(5), None, &holds(Check::PowerCut, Proof::Manager)).unwrap();
    case.take(at(6), None, &holds(Check::Payment, Proof::Till)).unwrap();
    case.take(at(7), None, &holds(Check::Diagnosis, Proof::Manager)).unwrap();
    let CaseState::UnderTest { held, .. } = &case.state else { panic!("{:?}", case.state) };
    assert_eq!((held[&Check::Payment], held[&Check::Diagnosis]), (Proof::Till, Proof::Till));
    case.take(at(8), None, &CaseStep::Accepted {}).unwrap();
    case.take(at(9), None, &CaseStep::Closed { ending: Ending::Accepted }).unwrap();
    assert!(case.is_closed() && case.take(at(10), None, &diagnosed(Kind::Card)).is_err());
}

#[test]
fn a_device_that_was_in_other_hands_has_to_show_everything() {
    let missing = |how| case(&back(Kind::Network, how)).missing().unwrap();
    for how in [Mended::ByProvider, Mended::Repaired, Mended::Replaced] {
        assert_eq!(missing(how), Check::ALL);
    }
    assert!(missing(Mended::Here).len() < Check::ALL.len());
}

#[test]
fn what_was_done_and_the_number_are_told_before_the_test_of_a_reader_that_was_in_other_hands() {
    let visited = [diagnosed(Kind::Hardware), agreed(Help::Visit, None), visit()];
    let mut one = case(&visited);
    assert_eq!((one.was_whole(), one.untold()), (None, None));
    assert!(one.take(at(9), None, &CaseStep::WorkTold {}).is_err(), "nothing is done yet");
    one.take(at(10), None, &CaseStep::Inspected { whole: false }).unwrap();
    one.take(at(11), None, &CaseStep::Mended { how: Mended::ByProvider }).unwrap();
    assert_eq!((one.was_whole(), one.untold()), (Some(false), Some(Untold::Work)));
    one.take(at(12), None, &CaseStep::Worked { work: Work::Slot }).unwrap();
    one.take(at(13), None, &CaseStep::WorkTold {}).unwrap();
    assert_eq!((one.works().collect::<Vec<_>>(), one.untold()), (vec![Work::Slot], Some(Untold::Serial)));
    one.take(at(14), None, &CaseStep::SerialRead { serial: "1".to_owned(), fits: Some(false) }).unwrap();
    assert_eq!((one.serial_of_another(), one.untold()), (Some("1"), None));
    // A second repair is told anew.
    one.take(at(15), None, &CaseStep::Rejected { check: Check::Seals }).unwrap();
    one.take(at(16), None, &agreed(Help::SendIn, None)).unwrap();
    for step in cleared().iter().chain(&[CaseStep::Sent {}, CaseStep::Mended { how: Mended::Repaired }]) {
        one.take(at(17), None, step).unwrap();
    }
    assert_eq!((one.was_whole(), one.untold(), one.works().count()), (None, Some(Untold::Work), 0));
    // The number that did not fit is as open as before, until another is read.
    assert_eq!(one.serial_of_another(), Some("1"));
    one.take(at(18), None, &CaseStep::WorkTold {}).unwrap();
    assert_eq!(one.untold(), Some(Untold::Serial));
    one.take(at(19), None, &CaseStep::SerialRead { serial: "804".to_owned(), fits: Some(true) }).unwrap();
    assert_eq!((one.serial_of_another(), one.untold()), (None, None));

    let untold = |how| case(&back(Kind::Software, how)).untold();
    assert_eq!((untold(Mended::Here), untold(Mended::Replaced)), (None, Some(Untold::Work)));
    // Nor does mending it from afar settle a number that did not fit.
    let mut afar = case(&back(Kind::Hardware, Mended::Repaired));
    let other = CaseStep::SerialRead { serial: "1".to_owned(), fits: Some(false) };
    let refused = CaseStep::Rejected { check: Check::Seals };
    for step in [other, refused, agreed(Help::Remote, None), CaseStep::Mended { how: Mended::ByProvider }] {
        afar.take(at(20), None, &step).unwrap();
    }
    afar.take(at(21), None, &CaseStep::WorkTold {}).unwrap();
    assert_eq!((afar.serial_of_another(), afar.untold()), (Some("1"), Some(Untold::Serial)));
    // From afar nobody exchanges a device.
    let told = [agreed(Help::Remote, None), CaseStep::Mended { how: Mended::ByProvider }, CaseStep::WorkTold {}];
    assert_eq!(case(&told).untold(), None);
}

#[test]
fn a_promise_is_overdue_from_the_moment_it_names() {
    let mut case = case(&[diagnosed(Kind::Hardware), agreed(Help::Visit, Some(at(60)))]);
    assert_eq!(case.overdue(at(60)), None);
    assert_eq!(case.overdue(at(75)), Some(TimeDelta::minutes(15)));
    case.take(at(80), None, &visit()).unwrap();
    assert!(case.overdue(at(81)).is_some(), "it is not mended yet");
    case.take(at(90), None, &CaseStep::Mended { how: Mended::ByProvider }).unwrap();
    assert_eq!(case.overdue(at(91)), None);
}

#[test]
fn only_a_card_or_a_host_ends_a_case_without_a_test() {
    let close = |kind, ending| {
        let mut one = case(&[diagnosed(kind)]);
        one.take(at(5), None, &CaseStep::Closed { ending })
    };
    assert!(close(Kind::Card, Ending::OnlyTheCard).is_ok());
    assert!(close(Kind::Host, Ending::OnlyTheHost).is_ok());
    assert!(close(Kind::Hardware, Ending::Accepted).is_err());
}

#[test]
fn a_case_that_is_full_takes_no_notes_and_can_still_be_ended() {
    let mut one = case(&[diagnosed(Kind::Card)]);
    let note = CaseStep::Seen { kind: Some(Kind::Card), rung: None };
    while one.has_room() {
        one.take(at(9), None, &note).unwrap();
    }
    assert!(one.take(at(10), None, &note).unwrap_err().contains("close it"));
    one.take(at(11), None, &CaseStep::Closed { ending: Ending::OnlyTheCard }).unwrap();
}

#[test]
fn a_reader_that_was_in_other_hands_is_trusted_by_the_signature_alone() {
    let mut one = case(&[diagnosed(Kind::Hardware), agreed(Help::SendIn, None)]);
    assert_eq!(one.trust(), Trust::Trusted, "half a reader is better than none");
    for step in cleared().iter().chain(&[CaseStep::Sent {}]) {
        one.take(at(9), None, step).unwrap();
    }
    assert_eq!((one.trust(), one.has_left()), (Trust::NotAccepted, true));
    one.take(at(10), None, &CaseStep::Mended { how: Mended::Repaired }).unwrap();
    assert_eq!((one.trust(), one.has_left()), (Trust::OnTrial, false));
    for check in Check::ALL {
        one.take(at(11), None, &CaseStep::Checked { check, proof: Proof::Till }).unwrap();
        assert_eq!(one.trust(), Trust::OnTrial);
    }
    let mut refused = one.clone();
    one.take(at(12), None, &CaseStep::Accepted {}).unwrap();
    assert_eq!(one.trust(), Trust::Trusted);
    refused.take(at(12), None, &CaseStep::Rejected { check: Check::Contact }).unwrap();
    refused.take(at(13), None, &agreed(Help::Visit, None)).unwrap();
    assert_eq!(refused.trust(), Trust::NotAccepted, "a call does not accept it");
    // A technician's hands are other hands, and a call that changes the help takes nothing of that back.
    let mut visited = case(&[diagnosed(Kind::Hardware), agreed(Help::Visit, None)]);
    assert_eq!(visited.trust(), Trust::Trusted);
    for step in [visit(), agreed(Help::Remote, None)] {
        visited.take(at(9), None, &step).unwrap();
        assert_eq!(visited.trust(), Trust::NotAccepted, "{step:?}");
    }
    // What helped in the shop was seen all the time.
    assert_eq!(case(&back(Kind::Hardware, Mended::Here)).trust(), Trust::Trusted);
}

#[test]
fn broken_seals_stop_a_reader_until_another_takes_its_place_or_they_are_found_whole() {
    let begun = [diagnosed(Kind::Hardware), agreed(Help::Visit, None), visit(), CaseStep::Inspected { whole: false }];
    let mut one = case(&begun);
    assert_eq!((one.trust(), one.is_suspicion_reported()), (Trust::Suspect, false));
    one.take(at(9), None, &agreed(Help::Swap, None)).unwrap();
    assert_eq!((one.trust(), one.is_suspicion_reported()), (Trust::Suspect, true), "a call makes nothing whole");
    assert!(one.clone().take(at(10), None, &CaseStep::Mended { how: Mended::Here }).is_err());
    // Whoever exchanges it takes it along: first the copy and the question.
    let replaced = CaseStep::Mended { how: Mended::Replaced };
    assert!(one.take(at(10), None, &replaced).is_err());
    for step in cleared() {
        one.take(at(11), None, &step).unwrap();
    }
    one.take(at(12), None, &replaced).unwrap();
    assert_eq!(one.trust(), Trust::OnTrial);
    one.take(at(13), None, &CaseStep::Rejected { check: Check::Seals }).unwrap();
    assert_eq!((one.trust(), one.is_suspicion_reported()), (Trust::Suspect, false));
}

#[test]
fn an_answer_that_speaks_of_tampering_stops_the_reader_and_forbids_to_restart_it() {
    let said = |suspect| CaseStep::Answered { question: "says".to_owned(), answer: "tamper".to_owned(), suspect };
    let mut one = case(&[said(false)]);
    assert_eq!((one.trust(), one.must_not_restart()), (Trust::Trusted, false));
    one.take(at(2), None, &said(true)).unwrap();
    assert_eq!((one.trust(), one.must_not_restart(), one.is_suspicion_reported()), (Trust::Suspect, true, false));
    assert!(one.take(at(3), None, &CaseStep::Mended { how: Mended::Here }).is_err());
    one.take(at(4), None, &agreed(Help::Swap, None)).unwrap();
    assert_eq!((one.trust(), one.is_suspicion_reported()), (Trust::Suspect, true));
}

#[test]
fn a_case_knows_when_its_reader_was_on_trial_and_when_it_was_settled() {
    let mut one = case(&back(Kind::Network, Mended::Repaired));
    let returned = one.history.last().unwrap().at;
    assert_eq!((one.was_on_trial(returned), one.was_on_trial(returned - TimeDelta::minutes(1))), (true, false));
    for check in Check::ALL {
        one.take(at(20), None, &CaseStep::Checked { check, proof: Proof::Till }).unwrap();
    }
    assert_eq!(one.settled(), None);
    one.take(at(30), None, &CaseStep::Accepted {}).unwrap();
    one.take(at(40), None, &CaseStep::Closed { ending: Ending::Accepted }).unwrap();
    assert_eq!((one.settled(), one.was_on_trial(at(29)), one.was_on_trial(at(31))), (Some(at(30)), true, false));
    let here = case(&back(Kind::Network, Mended::Here));
    assert!(!here.was_on_trial(at(50)), "it was in nobody's hands but the shop's");
}

#[test]
fn the_last_word_of_a_check_counts_and_the_tills_own_eyes_before_it() {
    let mut one = case(&back(Kind::Network, Mended::Here));
    for (check, proof) in [
        (Check::Diagnosis, Proof::Till),
        (Check::Diagnosis, Proof::Manager),
        (Check::PowerCut, Proof::Manager),
        (Check::Payment, Proof::Manager),
        (Check::Payment, Proof::Till),
    ] {
        one.take(at(9), None, &CaseStep::Checked { check, proof }).unwrap();
    }
    let tested: Vec<(Check, Proof)> = one.tested().into_iter().collect();
    let wanted = [(Check::Diagnosis, Proof::Till), (Check::Payment, Proof::Till), (Check::PowerCut, Proof::Manager)];
    assert_eq!(tested, wanted);
}

fn any_step() -> impl Strategy<Value = CaseStep> {
    let kind = prop::sample::select(vec![Kind::Hardware, Kind::Card, Kind::Network, Kind::Software, Kind::Host]);
    let check = prop::sample::select(Check::ALL.to_vec());
    let how = prop::sample::select(vec![Mended::Here, Mended::ByProvider, Mended::Repaired, Mended::Replaced]);
    let ending = prop::sample::select(vec![Ending::Accepted, Ending::OnlyTheCard, Ending::Mistake, Ending::GivenBack]);
    let help = prop::sample::select(vec![Help::Visit, Help::SendIn, Help::Swap, Help::Remote]);
    prop_oneof![
        kind.prop_map(diagnosed),
        help.prop_map(|help| agreed(help, None)),
        Just(CaseStep::BackedUp { entries: 1 }),
        Just(CaseStep::HeldAsked { held: Outstanding::Signed }),
        Just(CaseStep::Sent {}),
        Just(CaseStep::Received {}),
        Just(visit()),
        any::<bool>().prop_map(|whole| CaseStep::Inspected { whole }),
        Just(CaseStep::HeldAsked { held: Outstanding::Known }),
        Just(CaseStep::Worked { work: Work::Cable }),
        Just(CaseStep::WorkTold {}),
        Just(CaseStep::SerialRead { serial: "1".to_owned(), fits: None }),
        how.prop_map(|how| CaseStep::Mended { how }),
        check.clone().prop_map(|check| CaseStep::Checked { check, proof: Proof::Manager }),
        check.prop_map(|check| CaseStep::Rejected { check }),
        Just(CaseStep::Accepted {}),
        ending.prop_map(|ending| CaseStep::Closed { ending }),
    ]
}

proptest! {
    /// Whatever is tried in whatever order: a refused step changes nothing, nothing follows the end, no reader leaves
    /// the shop without a backup, and none is trusted without its test.
    #[test]
    fn no_order_of_steps_breaks_the_rules(steps in prop::collection::vec(any_step(), 0..60)) {
        let mut one = case(&[]);
        for (minute, step) in (1..).zip(&steps) {
            let before = one.clone();
            if one.take(at(minute), None, step).is_err() {
                prop_assert_eq!(&one, &before);
                continue;
            }
            prop_assert!(!before.is_closed());
            let (sent, accepted) = (*step == CaseStep::Sent {}, *step == CaseStep::Accepted {});
            prop_assert!(!sent || before.before_leaving().is_none());
            let is_exchanged = *step == CaseStep::Mended { how: Mended::Replaced } && !before.has_left();
            prop_assert!(!is_exchanged || before.before_leaving().is_none());
            // One that was in other hands is trusted by the signature alone, and one with broken seals never before
            // somebody found them whole, or another took its place.
            let was_out = before.trust() != Trust::Trusted && one.trust() == Trust::Trusted;
            let clears = matches!(
                step,
                CaseStep::Accepted {}
                    | CaseStep::Inspected { whole: true }
                    | CaseStep::Checked { check: Check::Seals, .. }
            );
            prop_assert!(!was_out || clears, "{step:?} made a reader trusted again");
            prop_assert!(!accepted || before.missing() == Some(Vec::new()));
        }
        // The state is nothing but the fold of the history, and both survive being written down.
        let mut again = case(&[]);
        for moment in &one.history[1..] {
            again.take(moment.at, moment.by.clone(), &moment.step).unwrap();
        }
        prop_assert_eq!(&again, &one);
        let text = serde_json::to_string(&one).unwrap();
        prop_assert_eq!(serde_json::from_str::<Case>(&text).unwrap(), one);
    }
}
