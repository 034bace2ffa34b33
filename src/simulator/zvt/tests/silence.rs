//! Terminals that fall silent or die, before and in the middle of a payment.

use super::*;

#[test]
fn a_frozen_terminal_leaves_everything_unknown_within_the_bounds() {
    let (simulator, reader) = pair();
    assert!(approved(&reader.pay(&payment("P0"))));
    simulator.freeze();
    let began = Instant::now();
    assert_eq!(reader.probe(now()), NO_ANSWER);
    assert!(began.elapsed() < TIMEOUTS.probe + Duration::from_millis(200), "{:?}", began.elapsed());
    let not_even_sent = ReaderOutcome::NotCharged { fault: ReaderFault::TimedOut };
    assert_eq!(reader.pay(&payment("P1")), not_even_sent);
    assert_eq!(reader.status(&payment("P1")), unknown(ReaderFault::TimedOut));
    assert!(began.elapsed() < Duration::from_millis(1_300), "{:?}", began.elapsed());
    simulator.thaw();
    assert_eq!(reader.status(&payment("P1")), unknown(ReaderFault::Protocol), "P1 was never sent, so nothing is known");
    assert_eq!(charged(&simulator), 1);
}

#[test]
fn a_payment_under_way_goes_on_while_the_terminal_is_frozen() {
    for (simulator, reader) in [pair(), old_pair()] {
        assert!(approved(&reader.pay(&payment("P0"))));
        assert_eq!(reader.probe(now()), HEALTHY, "and the clocks are compared");
        simulator.set_customer_time(Duration::from_millis(300));
        let request = payment("P1");
        let outcome = thread::scope(|scope| {
            let paying = scope.spawn(|| reader.pay(&request));
            thread::sleep(Duration::from_millis(150));
            simulator.freeze();
            paying.join().unwrap()
        });
        assert_eq!(outcome, unknown(ReaderFault::TimedOut));
        simulator.thaw();
        assert!(approved(&reader.status(&request)), "{:?}", reader.status(&request));
        assert_eq!(charged(&simulator), 2);
    }
}

#[test]
fn a_terminal_that_freezes_in_a_payment_is_given_up_soon_after_it_was_told_to_stop() {
    let (simulator, reader) = pair();
    assert!(approved(&reader.pay(&payment("P0"))));
    simulator.set_customer_time(Duration::from_millis(300));
    let request = payment("P1");
    let (outcome, took) = thread::scope(|scope| {
        let paying = scope.spawn(|| reader.pay(&request));
        thread::sleep(Duration::from_millis(150));
        simulator.freeze();
        assert_eq!(reader.probe(now()), ReaderReport::Busy, "it may be the customer who takes so long");
        let told = Instant::now();
        reader.abort(&request);
        (paying.join().unwrap(), told.elapsed())
    });
    assert_eq!(outcome, unknown(ReaderFault::TimedOut));
    assert!(took < TIMEOUTS.stop + Duration::from_millis(400), "{took:?}");
    assert_eq!(reader.probe(now()), NO_ANSWER, "and now it is asked again");
    simulator.thaw();
    let found = reader.status(&request);
    assert_eq!(approved(&found), charged(&simulator) == 2, "{found:?}");
}

#[test]
fn a_terminal_that_dies_in_a_payment_tells_afterwards_whether_it_charged() {
    for booked in [false, true] {
        for (simulator, reader) in [pair(), old_pair()] {
            assert!(approved(&reader.pay(&payment("P0"))));
            assert_eq!(reader.probe(now()), HEALTHY);
            simulator.fail_mid_payment_next(booked);
            let request = payment("P1");
            assert_eq!(reader.pay(&request), unknown(ReaderFault::ConnectionLost));
            assert_eq!(reader.probe(now()), NOT_CONNECTED);
            simulator.plug().unwrap();
            let found = reader.status(&request);
            assert_eq!(approved(&found), booked, "{found:?}");
            assert!(booked || found == NEVER_BEGAN, "{found:?}");
            assert_eq!(charged(&simulator), 1 + usize::from(booked));
        }
    }
}
