use super::*;
use crate::domain::host::IssuerShare;

fn at() -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_764_000_000, 0).unwrap().fixed_offset()
}

/// Climbs with every rung good but for those named, and says what is concluded and how many rungs were tried.
fn climb(odd: &[(Rung, Found)]) -> (Conclusion, usize) {
    let mut ladder = Ladder::begin(at());
    let mut tried = 0;
    while !ladder.is_done() {
        let rungs: Vec<Rung> = ladder.next().collect();
        for rung in rungs {
            let found = odd.iter().find(|(one, _)| *one == rung).map(|(_, found)| found.clone());
            ladder.take(Step { rung, found: found.unwrap_or_else(|| good(rung)) });
            tried += 1;
        }
    }
    assert_eq!(ladder.steps().len(), Rung::ALL.len());
    (ladder.conclusion(), tried)
}

/// The network's own rungs are unclear here, so that they prove nothing by themselves.
fn good(rung: Rung) -> Found {
    match rung {
        Rung::Till => Found::Good(Evidence::TillWell { disk_ms: 1 }),
        Rung::ReaderService => Found::NotTried(NotTried::NoSuchPart),
        Rung::ReaderPresent => Found::Good(Evidence::Connected { to: "reader".into(), ms: 1 }),
        Rung::ReaderHealthy => Found::Good(Evidence::ReaderSaysWell { stored: None }),
        Rung::Card => Found::Unclear(Evidence::Cards(ContactsVerdict::Fine)),
        Rung::Carrier => Found::Good(Evidence::LinkUp { interface: "eth0".into() }),
        Rung::Address => Found::Good(Evidence::HasAddress { address: "192.0.2.5".into() }),
        Rung::Gateway => Found::Good(Evidence::GatewayAnswers { address: "192.0.2.1".into() }),
        Rung::Name => Found::Good(Evidence::NameFound { name: "acquirer.example".into() }),
        Rung::Anchor | Rung::HostPort => Found::Good(Evidence::Connected { to: "there".into(), ms: 9 }),
        Rung::Tls => Found::Good(Evidence::TlsStands),
        Rung::HostApplication => Found::Good(Evidence::EchoAnswered { ms: 20 }),
        Rung::Issuer => Found::Good(Evidence::Issuers(IssuerShare { not_asked: 0, answers: 20 })),
    }
}

fn bad(rung: Rung) -> Found {
    Found::Bad(match rung {
        Rung::Till => Evidence::DiskRefuses { why: "read-only".into() },
        Rung::ReaderService => Evidence::ServiceStopped,
        Rung::ReaderPresent => Evidence::Refused { by: "reader".into() },
        Rung::ReaderHealthy => Evidence::ReaderFault(ReaderCause::NoAnswer),
        Rung::Card => Evidence::Cards(ContactsVerdict::TryAnotherCard),
        Rung::Carrier => Evidence::NoLink,
        Rung::Address => Evidence::NoAddress,
        Rung::Gateway => Evidence::GatewaySilent { address: "192.0.2.1".into() },
        Rung::Name => Evidence::NameNotFound { name: "acquirer.example".into() },
        Rung::Anchor | Rung::HostPort => Evidence::Silent { from: "there".into(), ms: 2_000 },
        Rung::Tls => Evidence::TlsFails(TlsTrouble::Expired),
        Rung::HostApplication => Evidence::EchoFailed { why: "timed_out" },
        Rung::Issuer => Evidence::Issuers(IssuerShare { not_asked: 12, answers: 20 }),
    })
}

fn kind(conclusion: &Conclusion) -> Option<(Kind, Rung)> {
    conclusion.cause.as_ref().map(|cause| (cause.kind, cause.rung))
}

#[test]
fn nothing_is_wrong_when_every_rung_works() {
    assert_eq!(climb(&[]), (Conclusion { cause: None, also: None }, 14));
}

#[test]
fn a_rung_that_fails_is_the_cause_and_ends_the_climb_of_its_side() {
    use Kind::{Card, Hardware, Host, Network, Software};
    // Each with all that stands on it failing, too, where that is still tried.
    for (failed, expected, tried) in [
        (&[Rung::ReaderService][..], Some((Software, Rung::ReaderService)), 11),
        (&[Rung::ReaderPresent], Some((Hardware, Rung::ReaderPresent)), 12),
        (&[Rung::ReaderHealthy], Some((Software, Rung::ReaderHealthy)), 13),
        (&[Rung::Card], Some((Card, Rung::Card)), 14),
        (&[Rung::Carrier], Some((Network, Rung::Carrier)), 6),
        (&[Rung::Address], Some((Network, Rung::Address)), 7),
        (&[Rung::Gateway, Rung::Name, Rung::Anchor, Rung::HostPort], Some((Network, Rung::Gateway)), 11),
        (&[Rung::Anchor, Rung::HostPort], Some((Network, Rung::Anchor)), 11),
        (&[Rung::HostPort], Some((Host, Rung::HostPort)), 11),
        (&[Rung::Tls], Some((Host, Rung::Tls)), 12),
        (&[Rung::HostApplication], Some((Host, Rung::HostApplication)), 13),
        (&[Rung::Issuer], Some((Host, Rung::Issuer)), 14),
    ] {
        let odd: Vec<(Rung, Found)> = failed.iter().map(|rung| (*rung, bad(*rung))).collect();
        let (conclusion, count) = climb(&odd);
        assert_eq!((kind(&conclusion), count), (expected, tried), "{failed:?}");
        assert_eq!(conclusion.also, None, "{failed:?}");
    }
}

#[test]
fn a_rung_that_works_proves_those_below_it() {
    for silent in [Rung::Gateway, Rung::Name, Rung::Anchor] {
        assert_eq!(kind(&climb(&[(silent, bad(silent))]).0), None, "{silent:?}");
    }
    // A till with a full disk is in trouble whatever its reader says.
    assert_eq!(kind(&climb(&[(Rung::Till, bad(Rung::Till))]).0), Some((Kind::Software, Rung::Till)));
}

#[test]
fn both_sides_can_fail_and_the_readers_is_named_first() {
    let both = [Rung::ReaderPresent, Rung::Carrier].map(|rung| (rung, bad(rung)));
    let conclusion = climb(&both).0;
    assert_eq!(kind(&conclusion), Some((Kind::Hardware, Rung::ReaderPresent)));
    assert_eq!(conclusion.also.map(|cause| (cause.kind, cause.rung)), Some((Kind::Network, Rung::Carrier)));
}

#[test]
fn the_readers_own_words_decide_the_kind() {
    for (cause, expected) in [
        (ReaderCause::CardReaderFault, Kind::Hardware),
        (ReaderCause::Tampered, Kind::Hardware),
        (ReaderCause::NoAnswer, Kind::Software),
        (ReaderCause::Maintenance, Kind::Software),
    ] {
        let odd = [(Rung::ReaderHealthy, Found::Bad(Evidence::ReaderFault(cause)))];
        assert_eq!(kind(&climb(&odd).0), Some((expected, Rung::ReaderHealthy)), "{cause:?}");
    }
    let contacts = [(Rung::Card, Found::Bad(Evidence::Cards(ContactsVerdict::SuspectReader)))];
    assert_eq!(kind(&climb(&contacts).0), Some((Kind::Hardware, Rung::Card)));
}

#[test]
fn an_answer_to_an_earlier_climb_changes_nothing() {
    let mut ladder = Ladder::begin(at());
    ladder.take(Step { rung: Rung::HostPort, found: bad(Rung::HostPort) });
    assert!(ladder.steps().is_empty());
    assert_eq!(ladder.next().collect::<Vec<_>>(), [Rung::Till, Rung::Carrier]);
    assert_eq!(ladder.next_beside(Rung::Gateway), Some(Rung::Carrier));
}
