//! Many statement lines that no sale explains: what a page lists of them, and what it counts.

use super::*;

/// More credits without a sale than a list has, each of one cent more than the one before it.
fn many(count: u32) -> Story {
    let mut story = Story::new();
    story.statement((1..=count).map(|n| credit(n, i64::from(n), "")).collect());
    story
}

fn list(story: &Story) -> OpenList {
    open_list(&story.0, &story.findings(3), at(3), &RULES, 0)
}

fn lines(list: &OpenList) -> Vec<ItemId> {
    list.items.iter().map(OpenItem::id).filter(|id| matches!(id, ItemId::Line(_))).collect()
}

#[test]
fn a_list_has_the_first_lines_and_counts_the_others() {
    let mut story = many(250);
    let first = list(&story);
    assert_eq!(lines(&first).len(), 200);
    assert_eq!((first.others, first.others_minor), (50, (201..=250).sum()));
    assert_eq!(story.open(3).len(), 251, "a report has all of them, and the drawer");
    assert!(story.may_close(3).is_err());
    // Explained ones make room.
    let explained =
        |line| Fact::LineExplained { line: line_id(line), by: manager(), payment: None, own_refund: false, why: None };
    (1..=60).for_each(|line| story.tell(3, &explained(line)));
    let next = list(&story);
    assert_eq!((lines(&next).len(), next.others, next.others_minor), (190, 0, 0));
    assert_eq!(story.figures(3).statement_unmatched, 250, "a credit that a person explained is still without a sale");
}

#[test]
fn lines_that_are_carried_over_hide_no_other() {
    let mut story = many(250);
    let (until, reason) = (at(72).date_naive(), CarryReason::BankAsked);
    for n in 1..=240 {
        let item = ItemId::Line(line_id(n));
        story.tell(3, &Fact::ItemCarried { item, until, reason, by: manager() });
    }
    let all = list(&story);
    let blocking = all.items.iter().filter(|item| item.blocks() && item.credit().is_some());
    assert_eq!((lines(&all).len(), blocking.count(), all.others), (250, 10, 0));
}

#[test]
fn what_is_about_no_sale_is_forgotten_with_the_day() {
    let mut story = many(2);
    let debit = |n, text: &str| credit(n, -500, text);
    let (statement, name) = (StatementId(Uuid::from_u128(5_002)), "t".to_owned());
    let lines = vec![debit(3, "rent"), debit(4, &reference(7)), credit(5, 900, "")].into();
    let notes = StatementNotes { fees: vec![(line_id(3), euro(10))], ..StatementNotes::default() };
    story.tell(3, &Fact::StatementImported { statement, name, sha256: "1".into(), lines, notes });
    story
        .tell(3, &Fact::LineExplained { line: line_id(5), by: manager(), payment: None, own_refund: false, why: None });
    assert_eq!(story.0.lines.iter().count(), 5, "the report of the day has all of them");
    let figures = story.figures(10);
    story.tell(10, &Fact::DayClosed { day: day_id(), figures, terms: None });
    story.tell(24, &Fact::DayOpened { day: DayId(Uuid::from_u128(4_001)), date: at(24).date_naive(), is_demo: false });
    let kept: Vec<LineId> = story.0.lines.iter().map(|kept| kept.line.id).collect();
    assert_eq!(kept, [1, 2, 4].map(line_id));
    assert_eq!(story.0.lines.known().count(), 0);
    let written: Vec<_> = story.0.lines.iter().map(|kept| kept.written()).collect();
    assert_eq!(written.into_iter().collect::<crate::domain::ledger::LedgerLines>(), story.0.lines);
}
