use proptest::prelude::*;

use super::*;
use crate::domain::outage::LineCause;

fn at(second: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_764_000_000 + second, 0).unwrap().fixed_offset()
}

const GOOD: Observation<LineCause> = Observation::Good;
const PROVEN: Observation<LineCause> = Observation::Proven;
const SOFT: Observation<LineCause> = Observation::Bad { cause: LineCause::NoAnswer, hard: false };
const HARD: Observation<LineCause> = Observation::Bad { cause: LineCause::NoConnection, hard: true };
const AT_ONCE: Recovery = Recovery { span: TimeDelta::zero(), on_trial: false };
const NETWORK: Recovery = Recovery { span: NETWORK_RECOVERY_MIN, on_trial: false };
const TRIAL: Recovery = Recovery { span: READER_RECOVERY_MIN, on_trial: true };

/// Plays observations `every` seconds apart and spells the states: W, D(oubtful), X (down), R(ecovering), T(rial).
fn play(seen: &[Observation<LineCause>], every: i64, recovery: Recovery) -> String {
    let mut health = Health::Working;
    let mut spelled = String::new();
    for (second, one) in (0..).zip(seen) {
        health = health.observe(*one, at(second * every), recovery);
        spelled.push(letter(&health));
    }
    spelled
}

fn letter(health: &Health<LineCause>) -> char {
    match health {
        Health::Working => 'W',
        Health::Doubtful { .. } => 'D',
        Health::Down { .. } => 'X',
        Health::Recovering { .. } => 'R',
        Health::OnTrial { .. } => 'T',
    }
}

#[test]
fn down_after_one_hard_event_or_two_failed_probes() {
    for (seen, states) in [
        (&[HARD][..], "X"),
        (&[SOFT, SOFT], "DX"),
        (&[SOFT, GOOD, SOFT, SOFT], "DWDX"),
        (&[SOFT, PROVEN, SOFT], "DWD"),
        (&[SOFT, HARD], "DX"),
    ] {
        assert_eq!(play(seen, 1, AT_ONCE), states);
    }
}

#[test]
fn up_only_after_three_good_probes_that_span_the_minimum() {
    assert_eq!(play(&[HARD, GOOD, GOOD, GOOD], 1, AT_ONCE), "XRRW");
    assert_eq!(play(&[HARD, GOOD, SOFT, GOOD, GOOD, GOOD], 1, AT_ONCE), "XRXRRW");
    assert_eq!(play(&[HARD, GOOD, GOOD, GOOD, GOOD], 10, NETWORK), "XRRRW");
    assert_eq!(play(&[HARD, GOOD, GOOD, GOOD], 15, NETWORK), "XRRW");
    // A payment that works while the part is out counts as a probe, not as the trial.
    assert_eq!(play(&[HARD, PROVEN, GOOD, GOOD], 1, TRIAL), "XRRT");
}

#[test]
fn on_trial_until_the_real_thing_works_and_down_when_anything_fails() {
    assert_eq!(play(&[HARD, GOOD, GOOD, GOOD, GOOD, PROVEN, GOOD], 1, TRIAL), "XRRTTWW");
    assert_eq!(play(&[HARD, GOOD, GOOD, GOOD, SOFT], 1, TRIAL), "XRRTX");
    // When there is nothing left to prove it with, the next good probe ends the trial.
    let on_trial = Health::OnTrial {
        down_since: at(0),
        cause: LineCause::NoAnswer,
        trials: Trials { failed: 0, wait_until: at(0) },
        since: at(9),
    };
    assert_eq!(on_trial.observe(GOOD, at(10), AT_ONCE), Health::Working);
}

#[test]
fn each_failed_trial_doubles_the_wait_and_success_forgets_it() {
    let mut health = Health::down(at(0), LineCause::NoAnswer);
    let mut second = 0;
    let mut waits = Vec::new();
    for _ in 0..7 {
        let failed_at = second;
        while !matches!(health, Health::OnTrial { .. }) {
            second += 1;
            health = health.observe(GOOD, at(second), TRIAL);
        }
        waits.push(second - failed_at);
        health = health.observe(SOFT, at(second), TRIAL);
    }
    assert_eq!(waits, [3, 30, 60, 120, 240, 480, 480]);
    while !matches!(health, Health::OnTrial { .. }) {
        second += 1;
        health = health.observe(GOOD, at(second), TRIAL);
    }
    health = health.observe(PROVEN, at(second), TRIAL).observe(HARD, at(second), TRIAL);
    assert_eq!(health, Health::down(at(second), LineCause::NoConnection));
}

#[test]
fn an_outage_keeps_the_moment_it_began_through_a_flapping_recovery() {
    let mut health = Health::Working;
    for (second, seen) in (0..).zip([HARD, GOOD, SOFT, GOOD, GOOD, GOOD, SOFT]) {
        health = health.observe(seen, at(second), TRIAL);
    }
    let Health::Down { since, .. } = health else { panic!("{health:?}") };
    assert_eq!(since, at(0));
}

proptest! {
    /// The rule against flapping: in an hour of probes a second apart, whatever they say, the part comes back into use
    /// fewer times than the doubled waits have room for.
    #[test]
    fn a_part_that_flaps_comes_back_into_use_only_a_few_times_in_an_hour(seen in prop::collection::vec(0..8_u8, 3_600)) {
        let mut health: Health<LineCause> = Health::down(at(0), LineCause::NoAnswer);
        let mut returns = 0;
        for (second, one) in (1..).zip(seen) {
            let seen = if one == 0 { SOFT } else { GOOD };
            let next = health.observe(seen, at(second), TRIAL);
            returns += u32::from(health.is_out() && !next.is_out());
            health = next;
        }
        // 3 + 30 + 60 + 120 + 240 seconds, and then 480 each.
        prop_assert!(returns <= 5 + 7, "{returns} returns");
    }
}
