//! Every command of the help is obeyed, and everything else refused with what is expected.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::outside::reader::NexoKey;
use crate::simulator::reader::ReaderWays;

const COURSES: &str = "approved bad_card declined dies_before_booking dies_after_booking charged_less";
const NEXO_COURSES: &str = "mislabelled_answer other_sales_answer";
const FATES: &str = "whole twice the_one_before cut garbage flood trickle changed other_hmac";

/// The lines of one part of the help that can be sent as they stand.
fn listed_in(part: &str) -> Vec<String> {
    let objects = part.split('{').filter_map(|piece| piece.split_once('}')).map(|(inner, _)| inner);
    objects
        .filter(|inner| inner.starts_with("\"fault\"") && !inner.ends_with(['C', 'D', 'E', 'F']))
        .map(|inner| format!("{{{inner}}}"))
        .collect()
}

/// A simulator that every command of nexo makes sense for.
fn sealed() -> ReaderSimulator {
    let key = NexoKey::derive("a passphrase", "stopgap", 1).unwrap();
    ReaderSimulator::start_with(ReaderWays { key: Some(Arc::new(key)), ..ReaderWays::default() }).unwrap()
}

#[test]
fn every_command_of_the_help_is_obeyed_by_whom_it_says() {
    let (nexo, zvt) = (sealed(), ZvtSimulator::start(0).unwrap());
    let (common, rest) = COMMANDS.split_once("With --protocol nexo").unwrap();
    let (of_nexo, of_zvt) = rest.split_once("With --protocol zvt").unwrap();
    let done = r#"{"done":true}"#;
    assert_eq!([common, of_nexo, of_zvt].map(|part| listed_in(part).len()), [10, 2, 1]);
    let refuses = |refused: Result<String, CommandError>| {
        assert!(matches!(refused, Err(CommandError::NotInProtocol { .. })), "{refused:?}");
    };
    for line in listed_in(common) {
        assert_eq!((nexo.obey(&line).unwrap(), zvt.obey(&line).unwrap()), (done.to_owned(), done.to_owned()));
    }
    for line in listed_in(of_nexo) {
        assert_eq!(nexo.obey(&line).unwrap(), done);
        refuses(zvt.obey(&line));
    }
    let lost = r#"{"fault":"next_payment","course":"answer_lost"}"#.to_owned();
    for line in listed_in(of_zvt).into_iter().chain([lost]) {
        assert_eq!(zvt.obey(&line).unwrap(), done);
        refuses(nexo.obey(&line));
    }
    for word in COURSES.split(' ') {
        assert!(common.contains(word));
        let line = format!(r#"{{"fault":"next_payment","course":"{word}"}}"#);
        assert_eq!((nexo.obey(&line).unwrap(), zvt.obey(&line).unwrap()), (done.to_owned(), done.to_owned()));
    }
    for (key, words) in [("next_payment\",\"course", NEXO_COURSES), ("next_answer\",\"fate", FATES)] {
        for word in words.split(' ') {
            assert!(of_nexo.contains(word));
            let line = format!(r#"{{"fault":"{key}":"{word}"}}"#);
            assert_eq!(nexo.obey(&line).unwrap(), done);
            refuses(zvt.obey(&line));
        }
    }
    let bookings = r#"{"bookings":true}"#;
    assert_eq!((nexo.obey(bookings).unwrap(), zvt.obey(bookings).unwrap()), (listed(&[]), listed(&[])));
    refuses(zvt.obey(r#"{"say":"OutOfOrder"}"#));
}

#[test]
fn what_is_no_command_is_refused_with_a_reason() {
    let (nexo, zvt) = (ReaderSimulator::start(0).unwrap(), ZvtSimulator::start(0).unwrap());
    for (line, expected) in [
        ("", "EOF while parsing a value"),
        ("unplug", "expected value"),
        ("[]", "invalid type: sequence, expected a map"),
        ("{}", r#"expected {"fault":…}, {"say":…} or {"bookings":true}; --help lists them"#),
        (r#"{"ms":1}"#, r#"expected {"fault":…}, {"say":…} or {"bookings":true}; --help lists them"#),
        (r#"{"fault":"explode"}"#, "unknown variant `explode`, expected one of `unplug`, `plug`, `freeze`, `thaw`"),
        (r#"{"fault":"unplug","ms":1}"#, "unknown field `ms`"),
        (r#"{"fault":"customer_time"}"#, "missing field `ms`"),
        (r#"{"fault":"next_payment","course":"lost"}"#, "unknown variant `lost`, expected one of `approved`"),
        (r#"{"say":1}"#, "invalid type: integer `1`, expected a string"),
        (r#"{"bookings":1}"#, "invalid type: integer `1`, expected a boolean"),
    ] {
        for refused in [nexo.obey(line), zvt.obey(line)] {
            let error = refused.unwrap_err().to_string();
            assert!(error.starts_with("not a command: ") && error.contains(expected), "{line}: {error}");
        }
    }
    let long = r#"{"fault":"customer_time","ms":600001}"#;
    assert!(matches!(nexo.obey(long), Err(CommandError::TooLong(600_001))));
    assert!(matches!(zvt.obey(long), Err(CommandError::TooLong(600_001))));
    assert!(matches!(nexo.obey(r#"{"say":"OutOfOrder"}"#), Err(CommandError::Failed(_))));
}

#[test]
fn an_hmac_is_only_changed_where_there_is_one() {
    let other_hmac = r#"{"fault":"next_answer","fate":"other_hmac"}"#;
    assert!(sealed().obey(other_hmac).is_ok());
    let error = ReaderSimulator::start(0).unwrap().obey(other_hmac).unwrap_err();
    assert_eq!(error.to_string(), "“other_hmac” changes sealed answers only: start the simulator with --encrypt");
}

/// Nearly a command: known keys with values that may be right.
fn nearly() -> impl Strategy<Value = String> {
    let value = r#"("[a-z_]{0,14}"|true|null|-?[0-9]{1,20}|\{\})"#;
    let line = format!(r#"\{{"(fault|say|bookings|fate)":{value}(,"(ms|course|count|details)":{value})?\}}"#);
    prop::string::string_regex(&line).unwrap()
}

proptest! {
    #[test]
    fn no_line_makes_it_panic(line in prop_oneof![nearly(), ".{0,60}"]) {
        if let Err(error) = Command::parse(&line) {
            prop_assert!(error.to_string().starts_with("not a command: "), "{}", error);
        }
    }
}
