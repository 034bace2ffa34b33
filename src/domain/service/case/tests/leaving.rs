//! Ways out of the shop: what has to be done before each, and what of it is too old.

use super::*;
use crate::domain::service::case::Untold;

#[test]
fn a_loaner_goes_back_with_the_same_rule_as_any_other_reader() {
    let opened = CaseStep::Opened { number: 8, reader: "Loaner".to_owned(), outage: None, gives_back: true };
    let mut one = Case::open(CaseId(Uuid::from_u128(8)), at(0), None, &opened).unwrap();
    let back = CaseStep::Closed { ending: Ending::GivenBack };
    assert!(one.take(at(1), None, &back).is_err());
    one.take(at(2), None, &CaseStep::BackedUp { entries: 9 }).unwrap();
    one.take(at(3), None, &CaseStep::HeldAsked { held: Outstanding::Known }).unwrap();
    assert_eq!(one.before_leaving(), Some(BeforeSending::HoldsSome(None)));
    assert!(one.take(at(4), None, &back).is_err(), "somebody knows of payments in it");
    one.take(at(5), None, &CaseStep::HeldAsked { held: Outstanding::Signed }).unwrap();
    one.take(at(6), None, &back).unwrap();
    assert!(one.is_closed());
    let mut other = case(&cleared());
    assert!(other.take(at(9), None, &back).is_err(), "a reader of the shop's is given back to nobody");
}

#[test]
fn what_was_copied_and_asked_for_an_earlier_way_out_counts_for_no_later_one() {
    let away = [CaseStep::Sent {}, CaseStep::Mended { how: Mended::Repaired }];
    let steps = [diagnosed(Kind::Hardware), agreed(Help::SendIn, None)].into_iter().chain(cleared()).chain(away);
    let mut one = case(&steps.collect::<Vec<_>>());
    assert_eq!(one.before_leaving(), Some(BeforeSending::Backup), "it was away, and takes cards again");
    one.take(at(50), None, &CaseStep::Rejected { check: Check::Contact }).unwrap();
    one.take(at(51), None, &agreed(Help::SendIn, None)).unwrap();
    assert!(one.take(at(52), None, &CaseStep::Sent {}).is_err());
    for step in cleared() {
        one.take(at(53), None, &step).unwrap();
    }
    one.take(at(54), None, &CaseStep::Sent {}).unwrap();
}

#[test]
fn a_loaner_that_was_refused_for_its_seals_goes_back_after_the_call_that_they_ask_for() {
    let lent = CaseStep::Mended { how: Mended::Lent };
    let mut one = case(&[lent, CaseStep::Rejected { check: Check::Seals }, agreed(Help::Swap, None)]);
    let back = CaseStep::Closed { ending: Ending::GivenBack };
    assert!(one.may_go_back() && one.take(at(50), None, &back).is_err(), "first what every way out asks for");
    for step in cleared() {
        one.take(at(51), None, &step).unwrap();
    }
    one.take(at(52), None, &back).unwrap();
    // A reader of the shop's own that was refused is mended, and not given to anybody.
    let refused = [CaseStep::Rejected { check: Check::Seals }, agreed(Help::Swap, None)];
    let own = case(&[back_by_parcel(), refused.to_vec()].concat());
    assert!(!own.may_go_back());
}

fn back_by_parcel() -> Vec<CaseStep> {
    super::back(Kind::Hardware, Mended::Repaired)
}

#[test]
fn no_later_call_forgets_that_a_technician_had_the_reader_in_hand() {
    let mended = CaseStep::Mended { how: Mended::ByProvider };
    let steps = [diagnosed(Kind::Software), agreed(Help::Visit, None), visit(), agreed(Help::Remote, None), mended];
    let mut one = case(&steps);
    assert_eq!(one.untold(), Some(Untold::Work));
    one.take(at(50), None, &CaseStep::WorkTold {}).unwrap();
    assert_eq!(one.untold(), Some(Untold::Serial), "it may be another one");
    let afar = [diagnosed(Kind::Software), agreed(Help::Remote, None), CaseStep::Mended { how: Mended::ByProvider }];
    let mut other = case(&afar);
    other.take(at(50), None, &CaseStep::WorkTold {}).unwrap();
    assert_eq!(other.untold(), None, "nobody touched it");
}
