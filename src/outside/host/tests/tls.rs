//! Under TLS: only the host that the settings name is sent anything.

use super::*;
use crate::simulator::certificate::{CertificateFlaw, SimulatedCertificate};

const NAME: &str = "acquirer.example";

fn certificate(name: &str, flaw: CertificateFlaw) -> SimulatedCertificate {
    SimulatedCertificate::of_host(name, flaw).unwrap()
}

fn serving(certificate: &SimulatedCertificate) -> HostSimulator {
    {
        let ways = HostWays { certificate: Some(certificate), ..HostWays::default() };
        HostSimulator::start_with(0, key(), HostRules::default(), ways).unwrap()
    }
}

fn trusting(simulator: &HostSimulator, root_pem: &str) -> TcpHost {
    host_at(simulator.address()).with_tls(HostTls::new(root_pem, NAME).unwrap())
}

#[test]
fn a_card_is_approved_and_reversed_under_tls() {
    let certificate = certificate(NAME, CertificateFlaw::None);
    let simulator = serving(&certificate);
    let host = trusting(&simulator, certificate.root_pem());
    assert_eq!(host.tls(SHORT * 4), Found::Good(Evidence::TlsStands));
    assert_eq!(host.echo(1, &at()), HostEcho::Alive);
    let asked = request(2, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    assert!(matches!(host.authorise(&asked), HostAnswer::Approved { .. }));
    assert_eq!(host.reverse(&undo(&asked, 3)), ReversalAnswer::Reversed);
    simulator.controls().lose_next_answer();
    let lost = request(4, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
    assert_eq!(host.authorise(&lost), HostAnswer::Unknown { fault: HostFault::ConnectionLost });
}

#[test]
fn nothing_is_sent_to_a_host_that_is_not_believed() {
    let other_root = certificate(NAME, CertificateFlaw::None);
    for (served, root, trouble) in [
        (certificate(NAME, CertificateFlaw::None), Some(&other_root), TlsTrouble::OtherRoot),
        (certificate(NAME, CertificateFlaw::Expired), None, TlsTrouble::Expired),
        (certificate(NAME, CertificateFlaw::NotYetValid), None, TlsTrouble::NotYetValid),
        (certificate("evil.example", CertificateFlaw::None), None, TlsTrouble::OtherName),
    ] {
        let simulator = serving(&served);
        let host = trusting(&simulator, root.unwrap_or(&served).root_pem());
        assert_eq!(host.tls(SHORT * 4), Found::Bad(Evidence::TlsFails(trouble)));
        let asked = request(2, 4_890, &sealed_for(&key(), "4111111111111111", 4_890));
        assert_eq!(host.authorise(&asked), HostAnswer::NotSent { fault: HostFault::NotTrusted });
        assert_eq!(host.echo(1, &at()), HostEcho::Failed { fault: HostFault::NotTrusted });
        assert!(simulator.book().is_empty());
    }
}

#[test]
fn a_host_that_speaks_no_tls_or_nothing_is_told_apart() {
    let root = certificate(NAME, CertificateFlaw::None);
    let (plain, _) = start();
    let host = trusting(&plain, root.root_pem()).with_timeouts(SHORT, SHORT);
    assert!(matches!(host.echo(1, &at()), HostEcho::Failed { .. }));
    let talker = odd_host(|mut stream| {
        let _ = stream.read(&mut [0; 512]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let talker = talker.with_tls(HostTls::new(root.root_pem(), NAME).unwrap());
    assert_eq!(talker.tls(SHORT * 4), Found::Bad(Evidence::TlsFails(TlsTrouble::NotTls)));
    plain.controls().set_listening(false).unwrap();
    assert_eq!(host.tls(SHORT), Found::Bad(Evidence::TlsFails(TlsTrouble::NoAnswer)));
}

/// A handshake that dribbles has no more time than one that is silent.
#[test]
fn a_handshake_ends_within_its_time() {
    let root = certificate(NAME, CertificateFlaw::None);
    let host = odd_host(|mut stream| {
        // The head of a TLS record that never fills up.
        let mut head = [22, 3, 3, 0x40, 0].into_iter().chain(std::iter::repeat(0));
        while head.next().is_some_and(|byte| stream.write_all(&[byte]).is_ok()) {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let host = host.with_tls(HostTls::new(root.root_pem(), NAME).unwrap()).with_timeouts(SHORT, SHORT);
    let began = Instant::now();
    assert_eq!(host.echo(1, &at()), HostEcho::Failed { fault: HostFault::TimedOut });
    assert!(began.elapsed() < SHORT * 4, "{:?}", began.elapsed());
}

#[test]
fn an_idle_connection_is_held_under_tls() {
    let certificate = certificate(NAME, CertificateFlaw::None);
    let simulator = serving(&certificate);
    let host = trusting(&simulator, certificate.root_pem());
    assert_eq!(host.hold(SHORT * 4, SHORT * 2), HoldEnd::StillThere);
    let controls = simulator.controls();
    let ending = thread::spawn(move || {
        thread::sleep(SHORT);
        controls.set_listening(false).unwrap();
    });
    assert_eq!(host.hold(SHORT * 4, Duration::from_secs(5)), HoldEnd::Lost);
    ending.join().unwrap();
}

#[test]
fn a_root_or_a_name_that_cannot_be_used_is_refused() {
    let root = certificate(NAME, CertificateFlaw::None);
    assert!(matches!(HostTls::new("no PEM", NAME), Err(HostTlsError::Roots(_))));
    assert!(matches!(HostTls::new(root.root_pem(), "not a name"), Err(HostTlsError::Name(_))));
}
