//! How often a reader fails and how long it takes until it is trusted again, from the cases that are known.
//!
//! A case that turned out to be a customer's card, the bank or a mistake is no failure of the reader, and a loaner that
//! comes or is given back has not failed. Time to repair runs from the opening of the case to the signed test, for that
//! is how long the shop did without. Time between failures is the time in use between two failures: from the signed test
//! of one case to the opening of the next.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::domain::service::case::Case;
use crate::domain::service::step::{CallOutcome, CaseStep, Ending};

/// The record of one reader or of one provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// How many failures there were, the one that lasts included.
    pub failures: u32,
    /// How long each repair took, oldest first; of those that ended.
    pub repairs: Vec<TimeDelta>,
    /// How long the reader was in use between two failures, oldest first.
    pub between: Vec<TimeDelta>,
    /// How many promises were not kept, of how many that were made and whose time has come.
    pub broken_promises: (u32, u32),
}

impl Record {
    /// The mean time to repair; `None` before the first repair.
    #[must_use]
    pub fn mean_to_repair(&self) -> Option<TimeDelta> {
        mean(&self.repairs)
    }

    /// The mean time between failures; `None` before the second failure.
    #[must_use]
    pub fn mean_between(&self) -> Option<TimeDelta> {
        mean(&self.between)
    }
}

/// The records of all readers, by name.
#[must_use]
pub fn by_reader<'a>(
    cases: impl IntoIterator<Item = &'a Case>,
    now: DateTime<FixedOffset>,
) -> BTreeMap<String, Record> {
    let mut records: BTreeMap<String, Record> = BTreeMap::new();
    let mut last_trusted: BTreeMap<&str, DateTime<FixedOffset>> = BTreeMap::new();
    for case in in_order(cases) {
        let record = records.entry(case.reader.clone()).or_default();
        count(record, case, now);
        if let Some(before) = last_trusted.get(case.reader.as_str()) {
            record.between.push((case.opened() - *before).max(TimeDelta::zero()));
        }
        if let Some(trusted) = trusted_at(case) {
            last_trusted.insert(&case.reader, trusted);
        }
    }
    records
}

/// The records of all providers, by name: of the cases in which they agreed to help.
#[must_use]
pub fn by_provider<'a>(
    cases: impl IntoIterator<Item = &'a Case>,
    now: DateTime<FixedOffset>,
) -> BTreeMap<String, Record> {
    let mut records: BTreeMap<String, Record> = BTreeMap::new();
    for case in in_order(cases) {
        let last = case.history.iter().rev().find_map(|moment| agreed(&moment.step));
        if let Some((provider, _)) = last {
            count(records.entry(provider.to_owned()).or_default(), case, now);
        }
    }
    records
}

/// The failures, oldest first.
fn in_order<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Vec<&'a Case> {
    let mut failures: Vec<&Case> = cases.into_iter().filter(|case| is_failure(case)).collect();
    failures.sort_by_key(|case| case.opened());
    failures
}

fn is_failure(case: &Case) -> bool {
    let ending = case.history.last().map(|moment| &moment.step);
    let was_none = matches!(
        ending,
        Some(CaseStep::Closed { ending: Ending::OnlyTheCard | Ending::OnlyTheHost | Ending::Mistake })
    );
    !was_none && !case.gives_back() && !case.is_lent()
}

fn count(record: &mut Record, case: &Case, now: DateTime<FixedOffset>) {
    record.failures += 1;
    if let Some(trusted) = trusted_at(case) {
        record.repairs.push(trusted - case.opened());
    }
    let (broken, made) = promises(case, now);
    record.broken_promises.0 += broken;
    record.broken_promises.1 += made;
}

/// When a manager signed the test.
fn trusted_at(case: &Case) -> Option<DateTime<FixedOffset>> {
    case.history.iter().rev().find(|moment| matches!(moment.step, CaseStep::Accepted {})).map(|moment| moment.at)
}

/// Promises that were broken, of those whose time has come. One is kept when the reader was to be used again, or the
/// technician had come, by the time it names.
fn promises(case: &Case, now: DateTime<FixedOffset>) -> (u32, u32) {
    let (mut broken, mut made) = (0, 0);
    for (place, moment) in case.history.iter().enumerate() {
        let Some((_, Some(promised))) = agreed(&moment.step) else { continue };
        let kept = case.history[place..].iter().find(|later| {
            matches!(later.step, CaseStep::Mended { .. } | CaseStep::VisitBegan { .. }) && later.at <= promised
        });
        if kept.is_some() || now > promised {
            made += 1;
            broken += u32::from(kept.is_none());
        }
    }
    (broken, made)
}

fn agreed(step: &CaseStep) -> Option<(&str, Option<DateTime<FixedOffset>>)> {
    if let CaseStep::Called { provider, outcome: CallOutcome::Agreed { promised, .. } } = step {
        Some((provider, *promised))
    } else {
        None
    }
}

fn mean(times: &[TimeDelta]) -> Option<TimeDelta> {
    let count = i32::try_from(times.len()).ok().filter(|count| *count > 0)?;
    let sum = times.iter().fold(TimeDelta::zero(), |sum, time| sum + *time);
    Some(sum / count)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::CaseId;
    use crate::domain::ladder::Kind;
    use crate::domain::service::case::tests::at;
    use crate::domain::service::check::Check;
    use crate::domain::service::step::{Help, Mended, Proof};

    /// A case opened and ended at these hours; no end for one that lasts.
    fn case(number: u32, opened: i64, ended: Option<i64>, promised: Option<i64>) -> Case {
        let hour = |hours: i64| at(hours * 60);
        let open = CaseStep::Opened { number, reader: "P400".to_owned(), outage: None, gives_back: false };
        let id = CaseId(Uuid::from_u128(u128::from(number)));
        let mut case = Case::open(id, hour(opened), None, &open).unwrap();
        let outcome =
            CallOutcome::Agreed { help: Help::Remote, ticket: None, promised: promised.map(hour), technician: None };
        case.take(hour(opened), None, &CaseStep::Called { provider: "Service".to_owned(), outcome }).unwrap();
        if let Some(ended) = ended {
            case.take(hour(ended), None, &CaseStep::Mended { how: Mended::ByProvider }).unwrap();
            for check in Check::ALL {
                case.take(hour(ended), None, &CaseStep::Checked { check, proof: Proof::Till }).unwrap();
            }
            case.take(hour(ended), None, &CaseStep::Accepted {}).unwrap();
            case.take(hour(ended), None, &CaseStep::Closed { ending: Ending::Accepted }).unwrap();
        }
        case
    }

    #[test]
    fn means_are_of_what_ended_and_time_between_is_time_in_use() {
        let cases = [case(2, 110, Some(116), None), case(1, 0, Some(10), None), case(3, 216, None, None)];
        let record = &by_reader(&cases, at(220 * 60))["P400"];
        assert_eq!((record.failures, record.mean_to_repair()), (3, Some(TimeDelta::hours(8))));
        assert_eq!(record.between, [TimeDelta::hours(100), TimeDelta::hours(100)]);
        assert_eq!(record.mean_between(), Some(TimeDelta::hours(100)));
        assert_eq!(by_reader(&[], at(0)), BTreeMap::new());
        let first = &by_reader(&cases[1..2], at(600))["P400"];
        assert_eq!((first.mean_between(), first.mean_to_repair()), (None, Some(TimeDelta::hours(10))));
    }

    #[test]
    fn a_card_that_was_bad_is_no_failure_of_the_reader() {
        let opened = CaseStep::Opened { number: 4, reader: "P400".to_owned(), outage: None, gives_back: false };
        let mut one = Case::open(CaseId(Uuid::from_u128(4)), at(0), None, &opened).unwrap();
        assert_eq!(by_reader([&one], at(1))["P400"].failures, 1);
        one.take(at(1), None, &CaseStep::Diagnosed { kind: Kind::Card, percent: 70 }).unwrap();
        one.take(at(2), None, &CaseStep::Closed { ending: Ending::OnlyTheCard }).unwrap();
        assert!(by_reader([&one], at(3)).is_empty());
    }

    #[test]
    fn a_provider_is_known_by_the_promises_that_were_kept() {
        let cases = [case(1, 0, Some(3), Some(4)), case(2, 50, Some(60), Some(54)), case(3, 90, None, Some(99))];
        let broken = |hours: i64| by_provider(&cases, at(hours * 60))["Service"].broken_promises;
        assert_eq!(broken(95), (1, 2), "the third is not due yet");
        assert_eq!(broken(100), (2, 3));
    }
}
