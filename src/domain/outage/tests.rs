use super::*;

fn at(second: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_764_000_000 + second, 0).unwrap().fixed_offset()
}

const SOFT: Observation<LineCause> = Observation::Bad { cause: LineCause::NoAnswer, hard: false };
const HARD: Observation<LineCause> = Observation::Bad { cause: LineCause::NoConnection, hard: true };

/// Plays observations one second apart and spells the states: W, D(oubtful), X (down), R(ecovering).
fn play(seen: &[Observation<LineCause>], every: i64, recovery_min: TimeDelta) -> String {
    let mut health = Health::Working;
    let mut spelled = String::new();
    for (second, one) in (0..).zip(seen) {
        health = health.observe(*one, at(second * every), recovery_min);
        spelled.push(match health {
            Health::Working => 'W',
            Health::Doubtful { .. } => 'D',
            Health::Down { .. } => 'X',
            Health::Recovering { .. } => 'R',
        });
    }
    spelled
}

#[test]
fn down_after_one_hard_event_or_two_failed_probes() {
    let none = TimeDelta::zero();
    assert_eq!(play(&[HARD], 1, none), "X");
    assert_eq!(play(&[SOFT, SOFT], 1, none), "DX");
    assert_eq!(play(&[SOFT, Observation::Good, SOFT, SOFT], 1, none), "DWDX");
    assert_eq!(play(&[SOFT, HARD], 1, none), "DX");
}

#[test]
fn up_only_after_three_good_probes_that_span_the_minimum() {
    let good = Observation::Good;
    assert_eq!(play(&[HARD, good, good, good], 1, TimeDelta::zero()), "XRRW");
    assert_eq!(play(&[HARD, good, SOFT, good, good, good], 1, TimeDelta::zero()), "XRXRRW");
    assert_eq!(play(&[HARD, good, good, good, good], 10, NETWORK_RECOVERY_MIN), "XRRRW");
    assert_eq!(play(&[HARD, good, good, good], 15, NETWORK_RECOVERY_MIN), "XRRW");
}

#[test]
fn an_outage_keeps_the_moment_it_began_through_a_flapping_recovery() {
    let mut health = Health::Working;
    for (second, seen) in [HARD, Observation::Good, SOFT].into_iter().enumerate() {
        health = health.observe(seen, at(i64::try_from(second).unwrap()), TimeDelta::zero());
    }
    assert_eq!(health, Health::Down { since: at(0), cause: LineCause::NoAnswer });
}

#[test]
fn the_fault_decides_what_is_offered() {
    let reader_down = Health::Down { since: at(0), cause: ReaderCause::NoAnswer };
    let line_down = Health::Down { since: at(0), cause: LineCause::NoAnswer };
    let host_down = Health::Down { since: at(0), cause: HostCause::Refused };
    let well = Healths::working();
    let asked = ReaderKind::Connected { stores: false };
    let storing = ReaderKind::Connected { stores: true };
    let by_reader = ReaderOffer::Off(OutageCause::Reader(ReaderCause::NoAnswer));
    let by_line = ReaderOffer::Off(OutageCause::Line(LineCause::NoAnswer));
    let by_host = ReaderOffer::Off(OutageCause::Host(HostCause::Refused));
    let works = CardOffer::Off(CardOff::ReaderWorks);
    let now = CardOffer::BankAnswersNow;
    let later = CardOffer::StoredAndSentLater;
    let only_reader = Healths { reader: reader_down, ..well };
    let only_line = Healths { line: line_down, ..well };
    let only_host = Healths { host: host_down, ..well };
    let reader_and_line = Healths { reader: reader_down, line: line_down, ..well };
    for (healths, kind, failed, reader, card, qr) in [
        (well, asked, false, ReaderOffer::Offered, works, QrOffer::Offered),
        (well, asked, true, ReaderOffer::Offered, now, QrOffer::Offered),
        (only_reader, asked, false, by_reader, now, QrOffer::Offered),
        (only_line, asked, false, by_line, later, QrOffer::OfferedLineDown),
        (only_line, storing, false, ReaderOffer::Offered, works, QrOffer::OfferedLineDown),
        (only_line, storing, true, ReaderOffer::Offered, later, QrOffer::OfferedLineDown),
        (only_line, ReaderKind::Standalone, false, by_line, later, QrOffer::OfferedLineDown),
        (only_host, asked, false, by_host, later, QrOffer::Offered),
        (reader_and_line, asked, false, by_reader, later, QrOffer::OfferedLineDown),
        (reader_and_line, storing, false, by_reader, later, QrOffer::OfferedLineDown),
    ] {
        let offered = offers(&healths, kind, CardEntryPolicy::Allowed, true, failed);
        assert_eq!(offered, Offers { reader, card, qr }, "{healths:?} {kind:?} {failed}");
    }
    let no_key = offers(&only_reader, asked, CardEntryPolicy::NoKey, false, false);
    assert_eq!((no_key.card, no_key.qr), (CardOffer::Off(CardOff::NoKey), QrOffer::NoPayee));
}
