//! Who is let to a reader, and what a device that nobody here knows has to show.

use super::*;
use crate::domain::service::Doubt;

fn doubted() -> CaseStep {
    CaseStep::VisitorDoubted { visitor: "Schmidt".to_owned(), why: Doubt::Name }
}

#[test]
fn after_a_name_that_did_not_fit_no_name_alone_leads_to_the_reader() {
    let mut case = case(&[diagnosed(Kind::Hardware), agreed(Help::Visit, None), doubted()]);
    assert_eq!(case.doubted(), Some(("Schmidt", Doubt::Name)));
    assert!(case.take(at(9), None, &visit()).is_err());
    case.take(at(10), None, &CaseStep::VisitorRefused { visitor: Some("Schmidt".to_owned()) }).unwrap();
    // He is gone, and may come back with a better name; neither a new call nor another order changes that.
    assert_eq!(case.doubted(), None);
    assert!(case.take(at(11), None, &visit()).is_err());
    case.take(at(12), None, &agreed(Help::Visit, None)).unwrap();
    assert!(case.take(at(13), None, &visit()).is_err());
    let asked_back = CaseStep::VisitBegan { visitor: Some("Meier".to_owned()), asked_back: true };
    case.take(at(14), None, &asked_back).unwrap();
    assert_eq!((case.state.word(), case.was_doubted()), ("visited", false));
    assert!(case.take(at(15), None, &doubted()).is_err(), "who is here was looked at");
}

#[test]
fn a_journal_of_before_that_sent_somebody_away_is_still_read() {
    let sent_away = CaseStep::VisitorRefused { visitor: None };
    let case = case(&[diagnosed(Kind::Hardware), agreed(Help::Visit, None), sent_away, visit()]);
    assert_eq!(case.state.word(), "visited");
}

#[test]
fn a_loaner_shows_who_it_is_and_takes_a_payment_before_it_is_trusted() {
    let lent = CaseStep::Mended { how: Mended::Lent };
    let mut one = case(std::slice::from_ref(&lent));
    assert_eq!((one.trust(), one.untold()), (Trust::OnTrial, Some(Untold::Serial)));
    assert_eq!(one.missing(), Some(vec![Check::Seals, Check::Diagnosis, Check::Payment]));
    one.take(at(5), None, &CaseStep::SerialRead { serial: "1".to_owned(), fits: None }).unwrap();
    one.take(at(6), None, &CaseStep::Rejected { check: Check::Diagnosis }).unwrap();
    assert!(one.may_go_back() && one.trust() == Trust::NotAccepted);
    let closed = CaseStep::Closed { ending: Ending::GivenBack };
    assert!(one.take(at(7), None, &closed).is_err(), "first the copy, and what it holds");
    for step in cleared().iter().chain([&closed]) {
        one.take(at(8), None, step).unwrap();
    }
    assert!(one.is_closed());
    // A reader that failed before is no loaner that comes.
    let mut failed = case(&[diagnosed(Kind::Hardware)]);
    assert!(failed.take(at(9), None, &lent).is_err());
}

#[test]
fn a_number_that_the_provider_confirms_is_another_step_than_a_look_at_the_seals() {
    let mut case = case(&back(Kind::Hardware, Mended::Replaced));
    let confirmed = |serial: &str| CaseStep::SerialConfirmed { serial: serial.to_owned() };
    assert!(case.take(at(8), None, &confirmed("1")).is_err(), "nothing was read");
    case.take(at(9), None, &CaseStep::SerialRead { serial: "1".to_owned(), fits: Some(false) }).unwrap();
    assert!(case.take(at(10), None, &confirmed("2")).is_err(), "that is not the one that was read");
    case.take(at(11), None, &confirmed("1")).unwrap();
    assert_eq!((case.serial_of_another(), case.serial_read()), (None, Some("1")));
}

#[test]
fn broken_seals_are_no_mistake_that_closes_a_case() {
    let mistake = CaseStep::Closed { ending: Ending::Mistake };
    let alarm = CaseStep::Answered { question: "error".to_owned(), answer: "tamper".to_owned(), suspect: true };
    let mut suspect = case(std::slice::from_ref(&alarm));
    assert!(suspect.take(at(9), None, &mistake).is_err());
    let mut opened = case(&[]);
    opened.take(at(9), None, &mistake).unwrap();
    assert!(opened.is_closed());
}
