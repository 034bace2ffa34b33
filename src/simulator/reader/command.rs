//! Faults of the simulated reader as one JSON line each, so that a script can set them while it runs.

use std::time::Duration;

use serde::Deserialize;

use super::{NextAnswer, NextPayment, ReaderSimulator};

/// What `--help` says of the commands.
pub const COMMANDS: &str = "\
Commands on standard input, one JSON object a line; each is answered by one line {\"done\":…} or {\"error\":…}:
  {\"fault\":\"unplug\"} {\"fault\":\"plug\"}          the cable
  {\"fault\":\"freeze\"} {\"fault\":\"thaw\"}          silence: connections are taken, nothing is answered
  {\"fault\":\"break_card_reader\"} {\"fault\":\"mend\"}
  {\"fault\":\"host_down\"} {\"fault\":\"host_up\"}    its acquirer
  {\"fault\":\"require_login\"}
  {\"fault\":\"customer_time\",\"ms\":1500}          how long a customer takes
  {\"fault\":\"stored_payments\",\"count\":3}        payments it says it stored by itself
  {\"fault\":\"next_payment\",\"course\":C}          C: approved bad_card declined dies_before_booking
      dies_after_booking charged_less mislabelled_answer other_sales_answer
  {\"fault\":\"next_answer\",\"fate\":F}             F: whole twice the_one_before cut garbage flood trickle changed
      other_hmac; or {\"fault\":\"next_answer\",\"fate\":\"late\",\"ms\":5000}
  {\"say\":\"OutOfOrder\",\"details\":\"a=b\"}         an event, to the address given by --events
  {\"bookings\":true}                            what it charged
The end of standard input ends the simulator.";

/// The longest time a command may set.
const TIME_MS_MAX: u64 = 600_000;

/// Why a command was not obeyed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// No command.
    #[error("not a command: {0}")]
    NotACommand(#[from] serde_json::Error),
    /// A time beyond the bound.
    #[error("ms is {0}, at most {TIME_MS_MAX}")]
    TooLong(u64),
    /// The socket would not.
    #[error("it did not work: {0}")]
    Failed(#[from] std::io::Error),
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Command {
    Fault(Fault),
    Say {
        say: String,
        #[serde(default)]
        details: String,
    },
    Bookings {
        #[serde(rename = "bookings")]
        _wanted: bool,
    },
}

// Empty braces: serde takes surplus fields of a variant without any, and a misspelt command must not be obeyed.
#[derive(Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case", deny_unknown_fields)]
enum Fault {
    Unplug {},
    Plug {},
    Freeze {},
    Thaw {},
    BreakCardReader {},
    Mend {},
    HostDown {},
    HostUp {},
    RequireLogin {},
    CustomerTime { ms: u64 },
    StoredPayments { count: u32 },
    NextPayment { course: Course },
    NextAnswer { fate: Fate, ms: Option<u64> },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Course {
    Approved,
    BadCard,
    Declined,
    DiesBeforeBooking,
    DiesAfterBooking,
    ChargedLess,
    MislabelledAnswer,
    OtherSalesAnswer,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fate {
    Whole,
    Twice,
    TheOneBefore,
    Late,
    Cut,
    Garbage,
    Flood,
    Trickle,
    Changed,
    OtherHmac,
}

/// Obeys one line and returns the line to answer with.
///
/// # Errors
///
/// It is not a command, or the simulator could not do it.
pub fn obey(simulator: &ReaderSimulator, line: &str) -> Result<String, CommandError> {
    match serde_json::from_str(line)? {
        Command::Fault(fault) => set(simulator, fault)?,
        Command::Say { say, details } => simulator.say(&say, &details)?,
        Command::Bookings { .. } => {
            let booking = |one: &super::ReaderBooking| {
                serde_json::json!({
                    "service_id": one.service_id.0, "reference": one.reference, "amount_minor": one.amount_minor,
                    "currency": one.currency, "approved": one.approved, "reversed": one.reversed,
                })
            };
            let bookings: Vec<_> = simulator.bookings().iter().map(booking).collect();
            return Ok(serde_json::json!({ "done": bookings }).to_string());
        }
    }
    Ok(serde_json::json!({"done": true}).to_string())
}

fn set(simulator: &ReaderSimulator, fault: Fault) -> Result<(), CommandError> {
    match fault {
        Fault::Unplug {} => simulator.unplug(),
        Fault::Plug {} => simulator.plug()?,
        Fault::Freeze {} => simulator.freeze(),
        Fault::Thaw {} => simulator.thaw(),
        Fault::BreakCardReader {} => simulator.break_card_reader(),
        Fault::Mend {} => simulator.mend(),
        Fault::HostDown {} => simulator.set_host_reachable(false),
        Fault::HostUp {} => simulator.set_host_reachable(true),
        Fault::RequireLogin {} => simulator.require_login(),
        Fault::CustomerTime { ms } => simulator.set_customer_time(time(ms)?),
        Fault::StoredPayments { count } => simulator.set_stored_payments(count),
        Fault::NextPayment { course } => simulator.next_payment(match course {
            Course::Approved => NextPayment::Approved,
            Course::BadCard => NextPayment::BadCard,
            Course::Declined => NextPayment::Declined,
            Course::DiesBeforeBooking => NextPayment::DiesBeforeBooking,
            Course::DiesAfterBooking => NextPayment::DiesAfterBooking,
            Course::ChargedLess => NextPayment::ChargedLess,
            Course::MislabelledAnswer => NextPayment::MislabelledAnswer,
            Course::OtherSalesAnswer => NextPayment::OtherSalesAnswer,
        }),
        Fault::NextAnswer { fate, ms } => simulator.next_answer(match fate {
            Fate::Whole => NextAnswer::Whole,
            Fate::Twice => NextAnswer::Twice,
            Fate::TheOneBefore => NextAnswer::TheOneBefore,
            Fate::Late => NextAnswer::Late(time(ms.unwrap_or(0))?),
            Fate::Cut => NextAnswer::Cut,
            Fate::Garbage => NextAnswer::Garbage,
            Fate::Flood => NextAnswer::Flood,
            Fate::Trickle => NextAnswer::Trickle,
            Fate::Changed => NextAnswer::Changed,
            Fate::OtherHmac => NextAnswer::OtherHmac,
        }),
    }
    Ok(())
}

fn time(ms: u64) -> Result<Duration, CommandError> {
    if ms > TIME_MS_MAX { Err(CommandError::TooLong(ms)) } else { Ok(Duration::from_millis(ms)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_help_is_obeyed() {
        let simulator = ReaderSimulator::start(0).unwrap();
        let listed = COMMANDS.split('{').filter_map(|piece| piece.split_once('}')).map(|(inner, _)| inner);
        let plain = listed.filter(|inner| inner.starts_with("\"fault\"") && !inner.ends_with(['C', 'F']));
        let mut count = 0;
        for inner in plain {
            assert_eq!(obey(&simulator, &format!("{{{inner}}}")).unwrap(), r#"{"done":true}"#, "{inner}");
            count += 1;
        }
        assert_eq!(count, 12);
        for word in "approved bad_card declined dies_before_booking dies_after_booking charged_less mislabelled_answer \
                     other_sales_answer"
            .split(' ')
        {
            assert!(COMMANDS.contains(word));
            obey(&simulator, &format!(r#"{{"fault":"next_payment","course":"{word}"}}"#)).unwrap();
        }
        for word in "whole twice the_one_before cut garbage flood trickle changed other_hmac".split(' ') {
            assert!(COMMANDS.contains(word));
            obey(&simulator, &format!(r#"{{"fault":"next_answer","fate":"{word}"}}"#)).unwrap();
        }
        assert_eq!(obey(&simulator, r#"{"bookings":true}"#).unwrap(), r#"{"done":[]}"#);
    }

    #[test]
    fn what_is_no_command_is_refused_with_a_reason() {
        let simulator = ReaderSimulator::start(0).unwrap();
        for line in ["", "unplug", "{}", r#"{"fault":"explode"}"#, r#"{"fault":"unplug","ms":1}"#, r#"{"say":1}"#] {
            assert!(matches!(obey(&simulator, line), Err(CommandError::NotACommand(_))), "{line}");
        }
        let long = obey(&simulator, r#"{"fault":"customer_time","ms":600001}"#);
        assert!(matches!(long, Err(CommandError::TooLong(600_001))));
        assert!(matches!(obey(&simulator, r#"{"say":"OutOfOrder"}"#), Err(CommandError::Failed(_))));
    }
}
