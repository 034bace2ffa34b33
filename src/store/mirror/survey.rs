//! Reading the whole mirror at a start: which saves it says were made, and whether it can be believed.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::record::{AbortReason, Record};
use crate::store::entry::{Mark, Written};
use crate::store::keys::JournalKey;

/// How far the mirror can be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum MirrorState {
    /// There is none.
    Missing,
    /// Every line is what was written, and the lines follow each other.
    Whole,
    /// So are all but the end of the file, which is no line: a crash in the middle of an append, or damage there.
    TornTail(String),
    /// A line is not what was written, or one is missing.
    Damaged(String),
}

/// What the mirror says.
#[derive(Clone, Debug)]
pub(in crate::store) struct MirrorSurvey {
    pub(in crate::store) state: MirrorState,
    /// The entries of all saves that were made, but those of `tail`.
    pub(in crate::store) live: Vec<Mark>,
    /// The last frame, when nothing after it says what became of it.
    pub(in crate::store) tail: Option<Vec<Written>>,
    /// The numbers of entries that are void.
    pub(in crate::store) aborted: BTreeSet<u64>,
    /// Entries that an earlier start found to be acknowledged by nobody.
    pub(in crate::store) unconfirmed: Vec<Written>,
    /// The largest number that was ever given.
    pub(in crate::store) used_up_to: u64,
    /// Where the next line goes, in bytes.
    pub(in crate::store) end: u64,
}

impl MirrorSurvey {
    /// A mirror of which nothing is known but its state.
    pub(in crate::store) fn empty(state: MirrorState) -> Self {
        Self {
            state,
            live: Vec::new(),
            tail: None,
            aborted: BTreeSet::new(),
            unconfirmed: Vec::new(),
            used_up_to: 0,
            end: 0,
        }
    }

    /// The marks of the frame nobody decided about yet.
    pub(in crate::store) fn tail_marks(&self) -> Vec<Mark> {
        self.tail.iter().flatten().map(Written::mark).collect()
    }
}

/// Reads the mirror from end to end.
pub(in crate::store) fn survey(path: &Path, key: &JournalKey) -> io::Result<MirrorSurvey> {
    if !path.exists() {
        return Ok(MirrorSurvey::empty(MirrorState::Missing));
    }
    let mut reading = Reading { survey: MirrorSurvey::empty(MirrorState::Whole), lines: 0, last_given: 0 };
    each_line(path, |line, is_last| {
        match Record::read(line, key) {
            Some(record) if reading.may_go_on() => reading.take(record, line.len()),
            Some(record) => reading.take_after_damage(record),
            None => reading.bad_line(is_last),
        }
        Ok::<(), io::Error>(())
    })?;
    if reading.lines == 0 {
        reading.damaged("it is empty");
    }
    Ok(reading.survey)
}

/// Hands the entries of every frame whose first entry is in `live` to `each`, in order.
pub(in crate::store) fn each_frame<E: From<io::Error>>(
    path: &Path,
    key: &JournalKey,
    live: &BTreeSet<u64>,
    mut each: impl FnMut(Vec<Written>) -> Result<(), E>,
) -> Result<(), E> {
    each_line(path, |line, _| match Record::read(line, key) {
        Some(Record::Frame { entries }) if entries.first().is_some_and(|entry| live.contains(&entry.seq)) => {
            each(entries)
        }
        Some(_) | None => Ok(()),
    })
}

/// Hands every line to `each`, and whether only zeros come after it; the zeros themselves are no line.
fn each_line<E: From<io::Error>>(path: &Path, mut each: impl FnMut(&[u8], bool) -> Result<(), E>) -> Result<(), E> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut line = Vec::new();
    let mut next = Vec::new();
    file.read_until(b'\n', &mut line)?;
    while !is_filling(&line) {
        next.clear();
        file.read_until(b'\n', &mut next)?;
        each(&line, is_filling(&next))?;
        std::mem::swap(&mut line, &mut next);
    }
    Ok(())
}

fn is_filling(line: &[u8]) -> bool {
    line.iter().all(|byte| *byte == 0)
}

struct Reading {
    survey: MirrorSurvey,
    lines: u64,
    /// The largest number in a frame so far, void ones among them.
    last_given: u64,
}

impl Reading {
    fn may_go_on(&self) -> bool {
        self.survey.state == MirrorState::Whole
    }

    fn damaged(&mut self, why: &str) {
        let line = self.lines;
        self.survey.state = MirrorState::Damaged(format!("line {line}: {why}"));
    }

    fn bad_line(&mut self, is_last: bool) {
        self.lines += 1;
        let why = format!("line {}: it is not what was written", self.lines);
        if self.may_go_on() {
            self.survey.state =
                if is_last && self.lines > 1 { MirrorState::TornTail(why) } else { MirrorState::Damaged(why) };
        }
    }

    /// A line of a mirror that is whole so far.
    fn take(&mut self, record: Record, length: usize) {
        self.lines += 1;
        self.survey.end += u64::try_from(length).unwrap_or(0);
        match record {
            Record::Start { used_up_to } if self.lines == 1 => self.survey.used_up_to = used_up_to,
            Record::Start { .. } => self.damaged("the mirror begins a second time"),
            Record::Frame { .. } | Record::Abort { .. } if self.lines == 1 => self.damaged("the beginning is missing"),
            Record::Frame { entries } => self.take_frame(entries),
            Record::Abort { first_seq, why } => self.take_abort(first_seq, why),
        }
    }

    fn take_frame(&mut self, entries: Vec<Written>) {
        self.survey.live.extend(self.survey.tail_marks());
        self.survey.tail = None;
        let last = self.survey.live.last().copied().unwrap_or_default();
        let follows = entries.first().is_some_and(|first| first.prev == last.hash)
            && entries.windows(2).all(|pair| pair[1].prev == pair[0].hash && pair[1].seq > pair[0].seq)
            && entries.iter().all(|entry| entry.seq > self.last_given);
        if !follows {
            self.damaged("a save does not follow the one before");
        }
        self.keep_tail(entries);
    }

    fn take_abort(&mut self, first_seq: u64, why: AbortReason) {
        let is_tail = self.survey.tail.as_ref().and_then(|tail| tail.first()).is_some_and(|one| one.seq == first_seq);
        let Some(tail) = self.survey.tail.take_if(|_| is_tail) else {
            return self.damaged("a save is taken back that is not the one before");
        };
        self.survey.aborted.extend(tail.iter().map(|entry| entry.seq));
        match why {
            AbortReason::Unconfirmed => self.survey.unconfirmed.extend(tail),
            AbortReason::Refused => {}
        }
    }

    /// A good line of a damaged mirror: enough is kept of it to see whether it knows more than the database.
    fn take_after_damage(&mut self, record: Record) {
        self.lines += 1;
        match record {
            Record::Start { used_up_to } => self.survey.used_up_to = self.survey.used_up_to.max(used_up_to),
            Record::Frame { entries } => {
                self.survey.live.extend(self.survey.tail_marks());
                self.keep_tail(entries);
            }
            Record::Abort { first_seq, .. } => {
                if let Some(tail) = self.survey.tail.take() {
                    if tail.first().is_some_and(|one| one.seq == first_seq) {
                        self.survey.aborted.extend(tail.iter().map(|entry| entry.seq));
                    } else {
                        self.survey.live.extend(tail.iter().map(Written::mark));
                    }
                }
            }
        }
    }

    fn keep_tail(&mut self, entries: Vec<Written>) {
        let last = entries.last().map_or(0, |entry| entry.seq);
        self.last_given = self.last_given.max(last);
        self.survey.used_up_to = self.survey.used_up_to.max(last);
        self.survey.tail = Some(entries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::SaveId;
    use crate::store::faults::Trials;
    use crate::store::mirror::Mirror;

    /// A frame of `seqs` that follows the entry whose hash is `prev`; an entry's hash is its number.
    fn frame(prev: u8, seqs: &[u8]) -> Record {
        let before = std::iter::once(prev).chain(seqs.iter().copied());
        let entries = seqs.iter().zip(before).map(|(seq, prev)| Written {
            seq: u64::from(*seq),
            at: String::new(),
            till: 23,
            actor: String::new(),
            save: SaveId(uuid::Uuid::nil()),
            part: 0,
            kind: String::new(),
            body: String::new(),
            prev: [prev; 32],
            hash: [*seq; 32],
        });
        Record::Frame { entries: entries.collect() }
    }

    fn abort(first_seq: u64, why: AbortReason) -> Record {
        Record::Abort { first_seq, why }
    }

    /// Writes the records, changes the file, and surveys it.
    fn after(records: &[Record], change: impl Fn(&mut Vec<u8>)) -> MirrorSurvey {
        let key = JournalKey::for_test(1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.log");
        let mut mirror = Mirror::create(&path, &Record::Start { used_up_to: 0 }, &key).unwrap();
        for record in records {
            mirror.append(record, &key, &mut Trials::new(None)).unwrap();
        }
        let mut bytes = std::fs::read(&path).unwrap();
        change(&mut bytes);
        std::fs::write(&path, bytes).unwrap();
        survey(&path, &key).unwrap()
    }

    fn live(survey: &MirrorSurvey) -> Vec<u64> {
        survey.live.iter().map(|mark| mark.seq).collect()
    }

    #[test]
    fn what_follows_a_frame_says_what_became_of_it() {
        let refused = abort(3, AbortReason::Refused);
        let found = abort(5, AbortReason::Unconfirmed);
        let records =
            [frame(0, &[1, 2]), frame(2, &[3]), refused, frame(2, &[4]), frame(4, &[5]), found, frame(4, &[6])];
        let seen = after(&records, |_| {});
        assert_eq!(seen.state, MirrorState::Whole);
        assert_eq!((live(&seen), seen.tail_marks()[0].seq), (vec![1, 2, 4], 6));
        assert_eq!(seen.aborted, BTreeSet::from([3, 5]));
        assert_eq!((seen.unconfirmed.len(), seen.unconfirmed[0].seq, seen.used_up_to), (1, 5, 6));
    }

    #[test]
    fn a_line_that_is_missing_changed_or_out_of_place_is_damage() {
        let newline = |bytes: &[u8], number: usize| {
            bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(number).map(|(place, _)| place).unwrap()
        };
        let records = [frame(0, &[1]), frame(1, &[2]), frame(2, &[3])];
        let flipped = after(&records, |bytes| {
            let place = newline(bytes, 1) + 90;
            bytes[place] ^= 4;
        });
        assert_eq!(flipped.state, MirrorState::Damaged("line 3: it is not what was written".to_owned()));
        assert_eq!((live(&flipped), flipped.used_up_to), (vec![1], 3));
        let removed = after(&records, |bytes| drop(bytes.drain(newline(bytes, 1) + 1..=newline(bytes, 2))));
        assert!(matches!(removed.state, MirrorState::Damaged(why) if why.contains("does not follow")));
        let headless = after(&records, |bytes| drop(bytes.drain(..=newline(bytes, 0))));
        assert!(matches!(headless.state, MirrorState::Damaged(why) if why.contains("beginning")));
        let wrong_abort = after(&[frame(0, &[1]), abort(7, AbortReason::Refused)], |_| {});
        assert!(matches!(wrong_abort.state, MirrorState::Damaged(why) if why.contains("taken back")));
        assert!(matches!(after(&records, Vec::clear).state, MirrorState::Damaged(_)));
    }

    #[test]
    fn an_end_that_is_no_line_is_torn() {
        let records = [frame(0, &[1]), frame(1, &[2])];
        let end = |bytes: &[u8]| bytes.iter().rposition(|byte| *byte != 0).unwrap();
        for change in [
            // Half a line, a flipped line break, zeros in the middle of the line, something in the zeros behind.
            (|bytes, end| bytes[end - 200..].fill(0)) as fn(&mut Vec<u8>, usize),
            |bytes, end| bytes[end] ^= 1,
            |bytes, end| bytes[end - 300..end - 100].fill(0),
            |bytes, end| bytes[end + 5_000] = 1,
        ] {
            let seen = after(&records, |bytes| {
                let end = end(bytes);
                change(bytes, end);
            });
            assert!(matches!(seen.state, MirrorState::TornTail(_)), "{:?}", seen.state);
            let known = [live(&seen), seen.tail_marks().iter().map(|mark| mark.seq).collect()].concat();
            assert_eq!(known[0], 1);
        }
    }
}
