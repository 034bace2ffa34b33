use super::*;
use crate::domain::ids::SaveId;
use crate::store::entry::Written;

fn mark(seq: u64) -> Mark {
    Mark { seq, hash: [u8::try_from(seq).unwrap(); 32] }
}

fn marks(seqs: &[u64]) -> Vec<Mark> {
    seqs.iter().copied().map(mark).collect()
}

fn written(seq: u64) -> Written {
    Written {
        seq,
        at: String::new(),
        till: 23,
        actor: String::new(),
        save: SaveId(uuid::Uuid::nil()),
        part: 0,
        kind: String::new(),
        body: String::new(),
        prev: [0; 32],
        hash: mark(seq).hash,
    }
}

fn mirror(state: MirrorState, live: &[u64], tail: &[u64], aborted: &[u64]) -> MirrorSurvey {
    let tail: Vec<Written> = tail.iter().copied().map(written).collect();
    let all = live.iter().chain(aborted).copied().chain(tail.iter().map(|entry| entry.seq));
    MirrorSurvey {
        state,
        live: marks(live),
        used_up_to: all.max().unwrap_or(0),
        tail: (!tail.is_empty()).then_some(tail),
        aborted: aborted.iter().copied().collect(),
        unconfirmed: Vec::new(),
        end: 0,
    }
}

/// A database whose journal is whole. Only its chain matters here, so its tables are given out as different.
fn journal(seqs: &[u64]) -> DatabaseState {
    DatabaseState::TablesDiffer { why: "tables".to_owned(), chain: marks(seqs) }
}

fn damaged(readable: &[u64]) -> DatabaseState {
    DatabaseState::Damaged { why: "flipped".to_owned(), readable: marks(readable) }
}

fn at(seq: u64) -> HeadState {
    HeadState::At(mark(seq))
}

/// The verdict in a few words: what is made from what, and what becomes of the tail; or the halt.
fn spell(database: &DatabaseState, mirror: &MirrorSurvey, head: HeadState) -> String {
    match judge(database, mirror, head) {
        Err(why) => format!("halt: {why}"),
        Ok(Verdict { database, mirror, tail }) => {
            let database = match database {
                DatabasePlan::Keep => "keep".to_owned(),
                DatabasePlan::Create => "create".to_owned(),
                DatabasePlan::Rebuild { from, why } => format!("{from:?} since {why}"),
            };
            let mirror = match mirror {
                MirrorPlan::Keep => "keep",
                MirrorPlan::Create => "create",
                MirrorPlan::Rewrite { .. } => "rewrite",
            };
            format!("{database} | {mirror} | {tail:?}")
        }
    }
}

fn whole(live: &[u64], tail: &[u64]) -> MirrorSurvey {
    mirror(MirrorState::Whole, live, tail, &[])
}

fn bad(live: &[u64], tail: &[u64]) -> MirrorSurvey {
    mirror(MirrorState::Damaged("line 3".to_owned()), live, tail, &[])
}

fn missing() -> MirrorSurvey {
    mirror(MirrorState::Missing, &[], &[], &[])
}

#[test]
fn one_damaged_copy_is_restored_from_the_others() {
    let torn = |live: &[u64]| mirror(MirrorState::TornTail("line 9".to_owned()), live, &[], &[]);
    for (database, mirror, head, verdict) in [
        (DatabaseState::Missing, missing(), HeadState::Missing, "create | create | None"),
        (DatabaseState::Missing, whole(&[], &[]), HeadState::Missing, "create | keep | None"),
        (DatabaseState::Missing, whole(&[1, 2], &[]), at(2), "Mirror since it is missing | keep | None"),
        (damaged(&[1]), whole(&[1, 2], &[]), at(2), "Mirror since flipped | keep | None"),
        (journal(&[1, 2]), whole(&[1, 2], &[]), at(2), "Mirror since tables | keep | None"),
        (journal(&[1]), whole(&[1, 2, 3], &[]), at(3), "Mirror since entries 2 to 3 are missing in it | keep | None"),
        (journal(&[1, 2]), missing(), at(2), "OldJournal since tables | rewrite | None"),
        (journal(&[1, 2]), bad(&[1], &[]), at(2), "OldJournal since tables | rewrite | None"),
        (journal(&[1, 2]), torn(&[1, 2]), at(2), "Mirror since tables | rewrite | None"),
        (journal(&[1, 2]), whole(&[1], &[]), at(2), "OldJournal since tables | rewrite | None"),
        (damaged(&[]), torn(&[1, 2]), at(2), "Mirror since flipped | rewrite | None"),
        // The anchor may be behind or gone: then the copies agree by themselves.
        (journal(&[1, 2]), whole(&[1, 2], &[]), at(1), "Mirror since tables | keep | None"),
        (journal(&[1, 2]), whole(&[1, 2], &[]), HeadState::Damaged, "Mirror since tables | keep | None"),
    ] {
        assert_eq!(spell(&database, &mirror, head), verdict);
    }
}

#[test]
fn the_last_frame_counts_when_it_was_committed_or_acknowledged() {
    for (database, mirror, head, verdict) in [
        // Committed, and the process died before it said so.
        (journal(&[1, 2, 3]), whole(&[1], &[2, 3]), at(1), "Mirror since tables | keep | Counts"),
        // The process died before the commit.
        (journal(&[1]), whole(&[1], &[2, 3]), at(1), "Mirror since tables | keep | Unconfirmed"),
        // Somebody was told: then the database has lost it.
        (journal(&[1]), whole(&[1], &[2, 3]), at(3), "Mirror since entries 2 to 3 are missing in it | keep | Counts"),
        (damaged(&[1]), whole(&[1], &[2]), at(2), "Mirror since flipped | keep | Counts"),
        (damaged(&[1, 2]), whole(&[1], &[2]), at(1), "Mirror since flipped | keep | Counts"),
        (damaged(&[1]), whole(&[1], &[2]), at(1), "Mirror since flipped | keep | Unconfirmed"),
        (journal(&[1]), bad(&[1], &[2]), at(1), "OldJournal since tables | rewrite | Unconfirmed"),
    ] {
        assert_eq!(spell(&database, &mirror, head), verdict);
    }
}

#[test]
fn an_entry_that_was_taken_back_leaves_the_database_again() {
    let mirror = mirror(MirrorState::Whole, &[1], &[], &[2, 3]);
    let verdict = "Mirror since it holds entries 2 to 3, which had been refused | keep | None";
    assert_eq!(spell(&journal(&[1, 2, 3]), &mirror, at(1)), verdict);
}

#[test]
fn two_damaged_copies_are_a_halt_that_names_what_is_lost() {
    let mut forked = whole(&[1, 2], &[]);
    forked.live[1].hash = [99; 32];
    for (database, mirror, head, said) in [
        (damaged(&[1, 2]), bad(&[1], &[]), at(5), "entries 3 to 5 cannot be read from either"),
        (damaged(&[1, 2]), bad(&[1, 2, 3], &[]), at(3), "still hold every entry up to 3"),
        (damaged(&[1, 2, 5]), bad(&[], &[]), at(5), "entries 3 to 4 cannot be read"),
        (damaged(&[]), bad(&[], &[]), at(5), "key of another ledger"),
        (DatabaseState::Missing, missing(), at(5), "Database: it is missing. Mirror: it is missing"),
        (DatabaseState::Missing, bad(&[1], &[]), at(1), "Database: it is missing. Mirror: line 3"),
        (DatabaseState::Missing, whole(&[1], &[]), at(3), "entries 2 to 3 had been saved and lost again"),
        (journal(&[1]), whole(&[1], &[]), at(2), "entry 2 had been saved and lost again"),
        (journal(&[1]), missing(), at(2), "entry 2 had been saved"),
        (journal(&[1]), bad(&[1, 2], &[]), at(1), "Database: tables. Mirror: line 3"),
        (journal(&[1]), bad(&[1], &[2]), at(2), "both damaged"),
        (damaged(&[1, 2, 3]), whole(&[1], &[]), at(1), "both damaged"),
        (journal(&[1, 2]), forked, at(1), "from entry 2 on, database and mirror tell two different stories"),
        (journal(&[1, 2]), whole(&[1, 2], &[]), HeadState::At(Mark { seq: 2, hash: [9; 32] }), "may have been mixed"),
    ] {
        let halt = spell(&database, &mirror, head);
        assert!(halt.starts_with("halt: ") && halt.contains(said), "“{halt}” does not say “{said}”");
    }
}
