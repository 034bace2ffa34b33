//! Faults of a simulated reader as one JSON line each, so that a script can set them while it runs: the same lines
//! whatever it speaks. What one protocol does not have is refused with its name.

use std::time::Duration;

use serde::Deserialize;

use crate::simulator::printer::PrinterSimulator;
use crate::simulator::reader::{NextAnswer, NextPayment, ReaderBooking, ReaderSimulator};
use crate::simulator::zvt::{NextZvtPayment, ZvtSimulator};

/// What `--help` says of the commands.
pub const COMMANDS: &str = "\
Commands on standard input, one JSON object a line; each is answered by one line {\"done\":…} or {\"error\":…}.
Whatever it speaks:
  {\"fault\":\"unplug\"} {\"fault\":\"plug\"}          the cable
  {\"fault\":\"freeze\"} {\"fault\":\"thaw\"}          silence: connections are taken, nothing is answered
  {\"fault\":\"break_card_reader\"} {\"fault\":\"mend\"}
  {\"fault\":\"host_down\"} {\"fault\":\"host_up\"}    its acquirer
  {\"fault\":\"require_login\"}                  it wants the till to log in (nexo) or register (ZVT) anew
  {\"fault\":\"customer_time\",\"ms\":1500}          how long a customer takes
  {\"fault\":\"next_payment\",\"course\":C}          C: approved bad_card declined dies_before_booking
      dies_after_booking charged_less
  {\"bookings\":true}                            what it charged
With --protocol nexo also:
  {\"fault\":\"stored_payments\",\"count\":3}        payments it says it stored by itself
  {\"fault\":\"next_payment\",\"course\":D}          D: mislabelled_answer other_sales_answer
  {\"fault\":\"next_answer\",\"fate\":F}             F: whole twice the_one_before cut garbage flood trickle changed
      other_hmac; or {\"fault\":\"next_answer\",\"fate\":\"late\",\"ms\":5000}
  {\"say\":\"OutOfOrder\",\"details\":\"a=b\"}         an event, to the address given by --events
With --protocol zvt also:
  {\"fault\":\"answer_delay\",\"ms\":500}            how long it takes to begin with an answer
  {\"fault\":\"next_payment\",\"course\":E}          E: answer_lost
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
    /// It speaks a protocol in which that cannot happen.
    #[error("a simulator of {protocol} has no “{command}”")]
    NotInProtocol {
        /// What it speaks.
        protocol: &'static str,
        /// What was wanted.
        command: &'static str,
    },
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
pub(super) enum Fault {
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
    AnswerDelay { ms: u64 },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Course {
    Approved,
    BadCard,
    Declined,
    DiesBeforeBooking,
    DiesAfterBooking,
    ChargedLess,
    AnswerLost,
    MislabelledAnswer,
    OtherSalesAnswer,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fate {
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

/// A simulator that obeys commands.
pub trait Obeys {
    /// Obeys one line and returns the line to answer with.
    ///
    /// # Errors
    ///
    /// It is not a command, its protocol does not have it, or the simulator could not do it.
    fn obey(&self, line: &str) -> Result<String, CommandError>;
}

impl Obeys for ReaderSimulator {
    fn obey(&self, line: &str) -> Result<String, CommandError> {
        match serde_json::from_str(line)? {
            Command::Fault(fault) => nexo_fault(self, fault)?,
            Command::Say { say, details } => self.say(&say, &details)?,
            Command::Bookings { .. } => return Ok(listed(&self.bookings())),
        }
        Ok(done())
    }
}

impl Obeys for ZvtSimulator {
    fn obey(&self, line: &str) -> Result<String, CommandError> {
        match serde_json::from_str(line)? {
            Command::Fault(fault) => zvt_fault(self, fault)?,
            Command::Say { .. } => return Err(not_in_zvt("say")),
            Command::Bookings { .. } => return Ok(listed(&self.bookings())),
        }
        Ok(done())
    }
}

impl Obeys for PrinterSimulator {
    fn obey(&self, line: &str) -> Result<String, CommandError> {
        Ok(self.obey_command(line)?)
    }
}

fn done() -> String {
    serde_json::json!({"done": true}).to_string()
}

fn listed(bookings: &[ReaderBooking]) -> String {
    let booking = |one: &ReaderBooking| {
        serde_json::json!({
            "service_id": one.service_id.0, "reference": one.reference, "amount_minor": one.amount_minor,
            "currency": one.currency, "approved": one.approved, "reversed": one.reversed,
        })
    };
    let bookings: Vec<_> = bookings.iter().map(booking).collect();
    serde_json::json!({ "done": bookings }).to_string()
}

const fn not_in_zvt(command: &'static str) -> CommandError {
    CommandError::NotInProtocol { protocol: "ZVT", command }
}

fn nexo_fault(simulator: &ReaderSimulator, fault: Fault) -> Result<(), CommandError> {
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
            Course::AnswerLost => {
                return Err(CommandError::NotInProtocol { protocol: "nexo", command: "answer_lost" });
            }
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
        Fault::AnswerDelay { .. } => {
            return Err(CommandError::NotInProtocol { protocol: "nexo", command: "answer_delay" });
        }
    }
    Ok(())
}

fn zvt_fault(simulator: &ZvtSimulator, fault: Fault) -> Result<(), CommandError> {
    match fault {
        Fault::Unplug {} => simulator.unplug(),
        Fault::Plug {} => simulator.plug()?,
        Fault::Freeze {} => simulator.freeze(),
        Fault::Thaw {} => simulator.thaw(),
        Fault::BreakCardReader {} => simulator.break_card_reader(),
        Fault::Mend {} => simulator.mend(),
        Fault::HostDown {} => simulator.set_host_reachable(false),
        Fault::HostUp {} => simulator.set_host_reachable(true),
        Fault::RequireLogin {} => simulator.forget_registration(),
        Fault::CustomerTime { ms } => simulator.set_customer_time(time(ms)?),
        Fault::AnswerDelay { ms } => simulator.set_answer_delay(time(ms)?),
        Fault::NextPayment { course } => simulator.next_payment(match course {
            Course::Approved => NextZvtPayment::Approved,
            Course::BadCard => NextZvtPayment::BadCard,
            Course::Declined => NextZvtPayment::Declined,
            Course::DiesBeforeBooking => NextZvtPayment::DiesBeforeBooking,
            Course::DiesAfterBooking => NextZvtPayment::DiesAfterBooking,
            Course::ChargedLess => NextZvtPayment::ChargedLess,
            Course::AnswerLost => NextZvtPayment::AnswerLost,
            Course::MislabelledAnswer => return Err(not_in_zvt("mislabelled_answer")),
            Course::OtherSalesAnswer => return Err(not_in_zvt("other_sales_answer")),
        }),
        Fault::StoredPayments { .. } => return Err(not_in_zvt("stored_payments")),
        Fault::NextAnswer { .. } => return Err(not_in_zvt("next_answer")),
    }
    Ok(())
}

fn time(ms: u64) -> Result<Duration, CommandError> {
    if ms > TIME_MS_MAX { Err(CommandError::TooLong(ms)) } else { Ok(Duration::from_millis(ms)) }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn every_command_of_the_help_is_obeyed_by_whom_it_says() {
        let (nexo, zvt) = (ReaderSimulator::start(0).unwrap(), ZvtSimulator::start(0).unwrap());
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
        for line in ["", "unplug", "{}", r#"{"fault":"explode"}"#, r#"{"fault":"unplug","ms":1}"#, r#"{"say":1}"#] {
            assert!(matches!(nexo.obey(line), Err(CommandError::NotACommand(_))), "{line}");
            assert!(matches!(zvt.obey(line), Err(CommandError::NotACommand(_))), "{line}");
        }
        let long = r#"{"fault":"customer_time","ms":600001}"#;
        assert!(matches!(nexo.obey(long), Err(CommandError::TooLong(600_001))));
        assert!(matches!(zvt.obey(long), Err(CommandError::TooLong(600_001))));
        assert!(matches!(nexo.obey(r#"{"say":"OutOfOrder"}"#), Err(CommandError::Failed(_))));
    }
}
