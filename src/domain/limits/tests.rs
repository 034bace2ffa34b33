use super::*;
use crate::domain::money::Currency;

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn at(hours: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_764_000_000, 0).unwrap().fixed_offset() + TimeDelta::hours(hours)
}

/// A card of one cent beside nothing.
fn card() -> Proposed {
    let exposure = Exposure { total: euro(0), count: 0, oldest: None };
    Proposed { amount: euro(1), exposure, cashier_minor: 0, card_minor: 0, stopped: None, at: at(0) }
}

fn steps<T: Copy + Ord>(warn: T, manager: T, refuse: T) -> Steps<T> {
    Steps::new(Some(warn), Some(manager), Some(refuse)).unwrap()
}

fn full() -> Limits {
    let stored = StoredLimits {
        sale: steps(5_000, 15_000, 50_000),
        card: CardLimit::new(Some(20_000), Some(30_000), 7).unwrap(),
        cashier: steps(40_000, 60_000, 80_000),
        total: steps(50_000, 75_000, 100_000),
        count: steps(5, 10, 20),
        oldest: steps(TimeDelta::hours(2), TimeDelta::hours(8), TimeDelta::hours(20)),
    };
    Limits { sale_max_minor: 1_000_000, stored }
}

/// Each limit alone: a value at each of its edges, and one just beyond it.
#[test]
fn each_limit_decides_at_its_own_edges() {
    let sale = |minor| Proposed { amount: euro(minor), ..card() };
    let of_card = |minor: i64| Proposed { card_minor: minor - 1, ..card() };
    let of_cashier = |minor: i64| Proposed { cashier_minor: minor - 1, ..card() };
    let exposed =
        |minor, count, oldest| Proposed { exposure: Exposure { total: euro(minor), count, oldest }, ..card() };
    let total = |minor: i64| exposed(minor - 1, 0, None);
    let count = |count: u32| exposed(0, count - 1, None);
    let waited = |seconds| exposed(0, 1, Some(at(0) - TimeDelta::seconds(seconds)));
    let stopped = |step| Proposed { stopped: Some(step), ..card() };
    let hours = TimeDelta::hours;
    let (warns, asks, refuses) = (Verdict::Warns, Verdict::NeedsManager, Verdict::Refused);
    for (proposed, verdict) in [
        (sale(5_000), Verdict::Free),
        (sale(5_001), warns(LimitReached::Sale { above: euro(5_000) })),
        (sale(15_000), warns(LimitReached::Sale { above: euro(5_000) })),
        (sale(15_001), asks(LimitReached::Sale { above: euro(15_000) })),
        (sale(50_001), refuses(LimitReached::Sale { above: euro(50_000) })),
        (of_card(20_000), Verdict::Free),
        (of_card(20_001), warns(LimitReached::Card { above: euro(20_000), days: 7 })),
        (of_card(30_001), asks(LimitReached::Card { above: euro(30_000), days: 7 })),
        (of_card(i64::MAX), asks(LimitReached::Card { above: euro(30_000), days: 7 })),
        (of_cashier(40_000), Verdict::Free),
        (of_cashier(40_001), warns(LimitReached::Cashier { above: euro(40_000) })),
        (of_cashier(60_001), asks(LimitReached::Cashier { above: euro(60_000) })),
        (of_cashier(80_001), refuses(LimitReached::Cashier { above: euro(80_000) })),
        (total(50_000), Verdict::Free),
        (total(50_001), warns(LimitReached::Total { above: euro(50_000) })),
        (total(75_001), asks(LimitReached::Total { above: euro(75_000) })),
        (total(100_000), asks(LimitReached::Total { above: euro(75_000) })),
        (total(100_001), refuses(LimitReached::Total { above: euro(100_000) })),
        (count(5), Verdict::Free),
        (count(6), warns(LimitReached::Count { above: 5 })),
        (count(11), asks(LimitReached::Count { above: 10 })),
        (count(21), refuses(LimitReached::Count { above: 20 })),
        (waited(2 * 3_600), Verdict::Free),
        (waited(2 * 3_600 + 1), warns(LimitReached::Oldest { above: hours(2) })),
        (waited(8 * 3_600 + 1), asks(LimitReached::Oldest { above: hours(8) })),
        (waited(20 * 3_600 + 1), refuses(LimitReached::Oldest { above: hours(20) })),
        (waited(-3_600), Verdict::Free),
        (stopped(Step::Warn), warns(LimitReached::StopList)),
        (stopped(Step::NeedsManager), asks(LimitReached::StopList)),
        (stopped(Step::Refuse), refuses(LimitReached::StopList)),
    ] {
        assert_eq!(full().judge_stored(&proposed), verdict, "{proposed:?}");
    }
}

#[test]
fn the_worst_limit_holds_and_all_of_them_can_be_shown() {
    let both = Proposed {
        amount: euro(15_001),
        cashier_minor: 30_000,
        exposure: Exposure { total: euro(90_000), count: 5, oldest: None },
        ..card()
    };
    let total = LimitReached::Total { above: euro(100_000) };
    assert_eq!(full().judge_stored(&both), Verdict::Refused(total));
    let reached = [
        (Step::NeedsManager, LimitReached::Sale { above: euro(15_000) }),
        (Step::Warn, LimitReached::Cashier { above: euro(40_000) }),
        (Step::Refuse, total),
        (Step::Warn, LimitReached::Count { above: 5 }),
    ];
    assert_eq!(full().reached(&both), reached);
    let alike = Proposed { amount: euro(6_000), cashier_minor: 40_000, ..card() };
    assert_eq!(full().judge_stored(&alike), Verdict::Warns(LimitReached::Sale { above: euro(5_000) }));
}

#[test]
fn the_four_values_of_every_shop_decide_as_before() {
    let stored = StoredLimits::of(15_000, 50_000, 100_000, 3).unwrap();
    let limits = Limits { sale_max_minor: 1_000_000, stored };
    let judge = |amount, total, count| {
        let exposure = Exposure { total: euro(total), count, oldest: Some(at(-1_000)) };
        limits.judge_stored(&Proposed { amount: euro(amount), exposure, ..card() })
    };
    assert_eq!(judge(15_000, 0, 0), Verdict::Free);
    assert_eq!(judge(15_001, 0, 0), Verdict::NeedsManager(LimitReached::Sale { above: euro(15_000) }));
    assert_eq!(judge(50_001, 0, 0), Verdict::Refused(LimitReached::Sale { above: euro(50_000) }));
    assert_eq!(judge(10_000, 90_000, 1), Verdict::Free);
    assert_eq!(judge(10_001, 90_000, 1), Verdict::Refused(LimitReached::Total { above: euro(100_000) }));
    assert_eq!(judge(1, 0, 3), Verdict::Refused(LimitReached::Count { above: 3 }));
    let nothing = StoredLimits::of(0, 0, 0, 0).unwrap();
    assert_eq!(
        Limits { sale_max_minor: 1, stored: nothing }.judge_stored(&card()),
        Verdict::Refused(LimitReached::Sale { above: euro(0) }),
    );
}

#[test]
fn values_out_of_order_make_no_limit() {
    for (warn, manager, refuse) in [(Some(2), Some(1), None), (None, Some(2), Some(1)), (Some(2), None, Some(1))] {
        assert_eq!(Steps::new(warn, manager, refuse), Err(StepsOutOfOrder));
    }
    assert!(Steps::new(Some(1), Some(1), Some(1)).is_ok());
    assert_eq!(CardLimit::new(None, None, 0).unwrap().days(), 1);
    assert_eq!(StoredLimits::of(2, 1, 9, 9), Err(StepsOutOfOrder));
}

proptest::proptest! {
    /// A larger amount beside more stored is never judged more mildly.
    #[test]
    fn more_is_never_judged_more_mildly(
        amount in 1_i64..120_000, more in 0_i64..60_000, total in 0_i64..120_000, count in 0_u32..30,
        hours in 0_i64..30, cashier_minor in 0_i64..120_000, card_minor in 0_i64..60_000,
    ) {
        let exposure = Exposure { total: euro(total), count, oldest: Some(at(-hours)) };
        let one = Proposed { amount: euro(amount), exposure, cashier_minor, card_minor, ..card() };
        let worst = |card: &Proposed| full().reached(card).into_iter().map(|(step, _)| step).max();
        let before = worst(&one);
        let beside = Exposure { total: euro(total + more), count: count + 1, oldest: Some(at(-hours - 1)) };
        for other in [
            Proposed { amount: euro(amount + more), ..one },
            Proposed { exposure: beside, ..one },
            Proposed { cashier_minor: cashier_minor + more, ..one },
            Proposed { card_minor: card_minor + more, ..one },
        ] {
            proptest::prop_assert!(worst(&other) >= before, "{one:?} {other:?}");
        }
    }
}
