//! What a start makes of the three copies: database, mirror and anchor. Pure: it decides, [`super::startup`] acts.
//!
//! One of the three damaged is restored from the others. Two damaged is a halt that says what is lost, for going on
//! could hide the loss of sales that somebody was told are saved.

use std::collections::BTreeSet;

use super::audit::DatabaseState;
use super::entry::Mark;
use super::mirror::head::HeadState;
use super::mirror::survey::{MirrorState, MirrorSurvey};

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) database: DatabasePlan,
    pub(super) mirror: MirrorPlan,
    pub(super) tail: TailPlan,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DatabasePlan {
    Keep,
    /// A first start.
    Create,
    /// Move it aside and make it anew.
    Rebuild {
        from: Source,
        why: String,
    },
}

/// Which copy of the journal a database is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Mirror,
    /// The journal in the database that is moved aside: it is whole, only the tables are not.
    OldJournal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MirrorPlan {
    Keep,
    /// A first start.
    Create,
    /// Move it aside and write it anew from the database.
    Rewrite {
        why: String,
    },
}

/// What becomes of the last frame of the mirror, when nothing in the mirror says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TailPlan {
    /// There is no such frame.
    None,
    /// It was committed.
    Counts,
    /// Nobody was told that it is saved: the manager looks at it.
    Unconfirmed,
}

/// Judges the three copies.
///
/// # Errors
///
/// Says why the till has to stop, and which entries are lost or cannot be trusted.
pub(super) fn judge(database: &DatabaseState, mirror: &MirrorSurvey, head: HeadState) -> Result<Verdict, String> {
    let case = Case { database, mirror, head };
    match (&mirror.state, case.chain()) {
        (MirrorState::Whole | MirrorState::TornTail(_), Some(chain)) => case.both(chain),
        (MirrorState::Whole | MirrorState::TornTail(_), None) => case.mirror_alone(),
        (MirrorState::Damaged(_) | MirrorState::Missing, Some(chain)) => case.database_alone(chain),
        (MirrorState::Damaged(_) | MirrorState::Missing, None) => case.neither(),
    }
}

struct Case<'a> {
    database: &'a DatabaseState,
    mirror: &'a MirrorSurvey,
    head: HeadState,
}

impl Case<'_> {
    /// Mirror and journal are each whole by themselves: do they say the same?
    fn both(&self, chain: &[Mark]) -> Result<Verdict, String> {
        let tail = self.tail(chain);
        let truth = self.truth(tail);
        self.check_head(&[&truth, chain])?;
        let common = truth.iter().zip(chain).take_while(|(one, other)| one == other).count();
        let (missing, extra) = (&truth[common..], &chain[common..]);
        let taken_back = extra.iter().filter(|mark| self.mirror.aborted.contains(&mark.seq)).count();
        let rebuild = |why| DatabasePlan::Rebuild { from: Source::Mirror, why };
        let (database, mirror) = match (missing, extra) {
            ([], []) => (self.keep_or_rebuild(Source::Mirror), self.keep_or_rewrite()),
            ([first, ..], []) => {
                (rebuild(format!("{} are missing in it", upwards(*first, missing))), self.keep_or_rewrite())
            }
            ([], [first, ..]) if taken_back == extra.len() => (
                rebuild(format!("it holds {}, which had been refused", upwards(*first, extra))),
                self.keep_or_rewrite(),
            ),
            ([], [first, ..]) if taken_back == 0 => {
                let why = format!("{} are missing in it", upwards(*first, extra));
                (self.keep_or_rebuild(Source::OldJournal), MirrorPlan::Rewrite { why })
            }
            (_, [first, ..]) => {
                return Err(format!(
                    "from entry {} on, database and mirror tell two different stories, each whole by itself; neither \
                     can be trusted from there on. Files of two data folders may have been mixed",
                    first.seq
                ));
            }
        };
        Ok(Verdict { database, mirror, tail })
    }

    /// The journal in the database cannot be believed or is not there.
    fn mirror_alone(&self) -> Result<Verdict, String> {
        let readable = self.readable();
        let tail = self.tail(readable);
        let truth = self.truth(tail);
        self.check_head(&[&truth])?;
        let last = truth.last().copied().unwrap_or_default();
        let beyond = readable.iter().filter(|mark| mark.seq > last.seq && !self.mirror.aborted.contains(&mark.seq));
        if beyond.count() > 0 {
            return Err(self.both_damaged());
        }
        let why = match self.database {
            DatabaseState::Missing if truth.is_empty() => None,
            DatabaseState::Missing => Some("it is missing".to_owned()),
            DatabaseState::Damaged { why, .. } => Some(why.clone()),
            DatabaseState::Newer(_) | DatabaseState::TablesDiffer { .. } | DatabaseState::Whole(_) => None,
        };
        let database = why.map_or(DatabasePlan::Create, |why| DatabasePlan::Rebuild { from: Source::Mirror, why });
        Ok(Verdict { database, mirror: self.keep_or_rewrite(), tail })
    }

    /// The mirror cannot be believed or is not there.
    fn database_alone(&self, chain: &[Mark]) -> Result<Verdict, String> {
        let last = chain.last().copied().unwrap_or_default();
        let tail = self.tail(chain);
        let more = self.mirror.live.iter().any(|mark| mark.seq > last.seq);
        let taken_back = chain.iter().any(|mark| self.mirror.aborted.contains(&mark.seq));
        let tail_lost = tail == TailPlan::Counts && self.mirror.tail_marks().iter().any(|mark| mark.seq > last.seq);
        if more || taken_back || tail_lost {
            return Err(self.both_damaged());
        }
        self.check_head(&[chain])?;
        let mirror = match &self.mirror.state {
            MirrorState::Missing if chain.is_empty() => MirrorPlan::Create,
            MirrorState::Missing => MirrorPlan::Rewrite { why: "it is missing".to_owned() },
            MirrorState::Damaged(why) | MirrorState::TornTail(why) => MirrorPlan::Rewrite { why: why.clone() },
            MirrorState::Whole => MirrorPlan::Keep,
        };
        Ok(Verdict { database: self.keep_or_rebuild(Source::OldJournal), mirror, tail })
    }

    fn neither(&self) -> Result<Verdict, String> {
        match (self.database, &self.mirror.state, self.head) {
            (DatabaseState::Missing, MirrorState::Missing, HeadState::Missing) => {
                Ok(Verdict { database: DatabasePlan::Create, mirror: MirrorPlan::Create, tail: TailPlan::None })
            }
            _ => Err(self.both_damaged()),
        }
    }

    fn chain(&self) -> Option<&[Mark]> {
        match self.database {
            DatabaseState::Whole(whole) => Some(&whole.chain),
            DatabaseState::TablesDiffer { chain, .. } => Some(chain),
            DatabaseState::Missing | DatabaseState::Newer(_) | DatabaseState::Damaged { .. } => None,
        }
    }

    /// The entries of a damaged database that can still be believed.
    fn readable(&self) -> &[Mark] {
        match self.database {
            DatabaseState::Damaged { readable, .. } => readable,
            _ => self.chain().unwrap_or_default(),
        }
    }

    /// The last frame counts when the database has it, or when somebody was told that it is saved.
    fn tail(&self, database: &[Mark]) -> TailPlan {
        let marks = self.mirror.tail_marks();
        let Some(last) = marks.last() else { return TailPlan::None };
        if find(database, last.seq) == Some(*last) || self.head.acknowledged() >= last.seq {
            TailPlan::Counts
        } else {
            TailPlan::Unconfirmed
        }
    }

    /// The entries that the mirror vouches for.
    fn truth(&self, tail: TailPlan) -> Vec<Mark> {
        let mut truth = self.mirror.live.clone();
        if tail == TailPlan::Counts {
            truth.extend(self.mirror.tail_marks());
        }
        truth
    }

    /// What was acknowledged has to be in one of the copies, and be the same there.
    fn check_head(&self, copies: &[&[Mark]]) -> Result<(), String> {
        let HeadState::At(head) = self.head else { return Ok(()) };
        if head.seq == 0 || copies.iter().any(|copy| find(copy, head.seq) == Some(head)) {
            return Ok(());
        }
        let last = copies.iter().filter_map(|copy| copy.last()).map(|mark| mark.seq).max().unwrap_or(0);
        if last < head.seq {
            return Err(format!(
                "{} had been saved and lost again: neither the database nor the mirror has them. {}",
                spelled(last + 1, head.seq),
                "The last lines of both were cut off or replaced by older copies",
            ));
        }
        Err(format!(
            "entry {} in database and mirror is not the one that was saved: files of two data folders may have been \
             mixed",
            head.seq
        ))
    }

    fn keep_or_rebuild(&self, from: Source) -> DatabasePlan {
        match self.database {
            DatabaseState::TablesDiffer { why, .. } => DatabasePlan::Rebuild { from, why: why.clone() },
            DatabaseState::Missing
            | DatabaseState::Newer(_)
            | DatabaseState::Damaged { .. }
            | DatabaseState::Whole(_) => DatabasePlan::Keep,
        }
    }

    fn keep_or_rewrite(&self) -> MirrorPlan {
        match &self.mirror.state {
            MirrorState::TornTail(why) | MirrorState::Damaged(why) => MirrorPlan::Rewrite { why: why.clone() },
            MirrorState::Whole | MirrorState::Missing => MirrorPlan::Keep,
        }
    }

    /// The sentence of a halt: what is wrong with each copy, and what neither has.
    fn both_damaged(&self) -> String {
        let database = match self.database {
            DatabaseState::Missing => "it is missing",
            DatabaseState::Damaged { why, .. } | DatabaseState::TablesDiffer { why, .. } => why,
            DatabaseState::Newer(_) | DatabaseState::Whole(_) => "it ends too early",
        };
        let mirror = match &self.mirror.state {
            MirrorState::Missing => "it is missing",
            MirrorState::TornTail(why) | MirrorState::Damaged(why) => why,
            MirrorState::Whole => "it ends too early",
        };
        let tail = self.mirror.tail_marks();
        let known: BTreeSet<u64> =
            self.readable().iter().chain(&self.mirror.live).chain(&tail).map(|mark| mark.seq).collect();
        let highest = known.last().copied().unwrap_or(0).max(self.head.acknowledged()).max(self.mirror.used_up_to);
        let lost = if known.is_empty() {
            "no entry of either fits the key in keys/journal.key: all are lost, or it is the key of another ledger"
                .to_owned()
        } else {
            match missing_ranges(&known, &self.mirror.aborted, highest).as_slice() {
                [] => format!("between them they still hold every entry up to {highest}"),
                ranges => format!("{} cannot be read from either", ranges.join(", ")),
            }
        };
        format!("database and mirror are both damaged. Database: {database}. Mirror: {mirror}. {lost}")
    }
}

fn find(marks: &[Mark], seq: u64) -> Option<Mark> {
    marks.binary_search_by_key(&seq, |mark| mark.seq).ok().map(|place| marks[place])
}

/// The numbers up to `highest` that are neither known nor void, as ranges in words. A number that was never given
/// (an append that was refused) cannot be told from a lost one here, so it is named too.
fn missing_ranges(known: &BTreeSet<u64>, void: &BTreeSet<u64>, highest: u64) -> Vec<String> {
    let mut ranges = Vec::new();
    let mut next = 1;
    for seq in known.union(void).copied().chain([highest + 1]) {
        if seq > next {
            ranges.push(spelled(next, seq - 1));
        }
        next = next.max(seq + 1);
    }
    ranges
}

fn upwards(first: Mark, marks: &[Mark]) -> String {
    spelled(first.seq, marks.last().unwrap_or(&first).seq)
}

fn spelled(first: u64, last: u64) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}

#[cfg(test)]
mod tests;
