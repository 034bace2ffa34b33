//! The causes of one outage, one after the other: a reader that dies and a line that follows are two lines of a report.

use chrono::{DateTime, FixedOffset};

use crate::domain::outage::{Outage, OutageCause};

/// A part of an outage during which the same was out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The cause.
    pub cause: OutageCause,
    /// What was out beside it.
    pub beside: Option<OutageCause>,
    /// When it was named.
    pub from: DateTime<FixedOffset>,
    /// When something else was out, or cards could be taken again; `None` while it lasts.
    pub to: Option<DateTime<FixedOffset>>,
}

impl Segment {
    /// Whether it lasted at all. Two parts that change at one moment leave a cause that had no time of its own.
    #[must_use]
    pub fn lasted(&self) -> bool {
        self.to != Some(self.from)
    }

    /// How long it lasted, in seconds; one that lasts is counted up to `until`.
    #[must_use]
    pub fn seconds(&self, until: DateTime<FixedOffset>) -> i64 {
        (self.to.unwrap_or(until) - self.from).num_seconds().max(0)
    }
}

/// The segments of an outage in the order of time. They follow each other without a gap from its beginning to its end.
#[must_use]
pub fn segments(outage: &Outage) -> Vec<Segment> {
    // An outage that an older version of the program stored names its last cause only.
    let only = [(outage.began, outage.cause)];
    let causes = if outage.causes.is_empty() { &only[..] } else { &outage.causes };
    let mut moments: Vec<DateTime<FixedOffset>> = causes.iter().map(|(at, _)| *at).collect();
    moments.extend(outage.besides.iter().map(|(at, _)| *at));
    moments.sort_unstable();
    moments.dedup();
    let next = moments.iter().skip(1).map(|at| Some(*at)).chain([outage.ended]);
    let segment = |(from, to): (&DateTime<FixedOffset>, Option<DateTime<FixedOffset>>)| {
        let cause = causes.iter().rfind(|(named, _)| named <= from).map_or(outage.cause, |(_, cause)| *cause);
        let beside = outage.besides.iter().rfind(|(named, _)| named <= from).and_then(|(_, beside)| *beside);
        Segment { cause, beside, from: *from, to }
    };
    moments.iter().zip(next).map(segment).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::OutageId;
    use crate::domain::outage::{LineCause, ReaderCause};
    use chrono::TimeDelta;
    use uuid::Uuid;

    fn at(minutes: i64) -> DateTime<FixedOffset> {
        DateTime::from_timestamp(1_791_000_000, 0).unwrap().fixed_offset() + TimeDelta::minutes(minutes)
    }

    #[test]
    fn every_cause_has_its_own_time_and_together_they_are_the_outage() {
        let reader = OutageCause::Reader(ReaderCause::NoAnswer);
        let line = OutageCause::Line(LineCause::NoAnswer);
        let causes = vec![(at(0), reader), (at(30), line)];
        let id = OutageId(Uuid::nil());
        let outage = Outage { id, began: at(0), cause: line, causes, besides: Vec::new(), ended: Some(at(45)) };
        let told: Vec<_> = segments(&outage).iter().map(|one| (one.cause, one.seconds(at(99)) / 60)).collect();
        assert_eq!(told, [(reader, 30), (line, 15)]);
        let ended_at_once = Outage { ended: Some(at(30)), ..outage.clone() };
        assert_eq!(segments(&ended_at_once).iter().map(Segment::lasted).collect::<Vec<_>>(), [true, false]);
        let lasting = Outage { ended: None, ..outage.clone() };
        assert_eq!(segments(&lasting)[1].seconds(at(90)), 3_600);
        let old = Outage { causes: Vec::new(), ..outage };
        assert_eq!(segments(&old), [Segment { cause: line, beside: None, from: at(0), to: Some(at(45)) }]);
    }

    #[test]
    fn a_line_that_fails_while_the_reader_is_out_has_its_own_time() {
        let reader = OutageCause::Reader(ReaderCause::NoAnswer);
        let line = OutageCause::Line(LineCause::NoAnswer);
        let mut outage = Outage::began(OutageId(Uuid::nil()), at(0), reader, None);
        outage.change(at(10), reader, Some(line));
        outage.change(at(30), reader, None);
        outage.ended = Some(at(60));
        let told = |outage: &Outage| -> Vec<_> {
            segments(outage).iter().map(|one| (one.cause, one.beside, one.seconds(at(99)) / 60)).collect()
        };
        assert_eq!(told(&outage), [(reader, None, 10), (reader, Some(line), 20), (reader, None, 30)]);
        outage.cut(at(20));
        assert_eq!(told(&outage), [(reader, None, 10), (reader, Some(line), 10)]);
        // The reader is back and the line is not: what was beside it is the cause now.
        let mut turned = Outage::began(OutageId(Uuid::nil()), at(0), reader, Some(line));
        turned.change(at(5), line, None);
        turned.ended = Some(at(9));
        assert_eq!(told(&turned), [(reader, Some(line), 5), (line, None, 4)]);
    }
}
