//! Faults of a simulated reader as one JSON line each, so that a script can set them while it runs: the same lines
//! whatever it speaks. What one protocol does not have is refused with its name.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

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
      other_hmac (with --encrypt); or {\"fault\":\"next_answer\",\"fate\":\"late\",\"ms\":5000}
  {\"say\":\"OutOfOrder\",\"details\":\"a=b\"}         an event, to the address given by --events
With --protocol zvt also:
  {\"fault\":\"answer_delay\",\"ms\":500}            how long it takes to begin with an answer
  {\"fault\":\"next_payment\",\"course\":E}          E: answer_lost
The end of standard input ends the simulator.";

/// The longest time a command may set.
pub(super) const TIME_MS_MAX: u64 = 600_000;

/// Why a command was not obeyed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// No JSON object, or a command with something wrong in it; serde says what is expected.
    #[error("not a command: {0}")]
    NotACommand(#[from] serde_json::Error),
    /// An object that is none of the commands.
    #[error("not a command: expected {{\"fault\":…}}, {{\"say\":…}} or {{\"bookings\":true}}; --help lists them")]
    Unknown,
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
    /// There is no HMAC to be changed in messages that are in the clear.
    #[error("“other_hmac” changes sealed answers only: start the simulator with --encrypt")]
    NotSealed,
    /// No response code.
    #[error("answer_next is “{0}”: a response code (DE 39) is two letters or digits")]
    NoCode(String),
    /// More answers are spoken for than there is room for.
    #[error("{} answers are spoken for already", crate::simulator::host::FATES_MAX)]
    TooMany,
    /// The socket would not.
    #[error("it did not work: {0}")]
    Failed(#[from] std::io::Error),
}

enum Command {
    Fault(Fault),
    Say(Say),
    Bookings,
}

impl Command {
    /// Reads one line. The key that each command begins with decides, so that an error speaks of that command.
    fn parse(line: &str) -> Result<Self, CommandError> {
        let object: Map<String, Value> = serde_json::from_str(line)?;
        let has = |key| object.contains_key(key);
        let (fault, say, bookings) = (has("fault"), has("say"), has("bookings"));
        let object = Value::Object(object);
        if fault {
            Ok(Self::Fault(serde_json::from_value(object)?))
        } else if say {
            Ok(Self::Say(serde_json::from_value(object)?))
        } else if bookings {
            serde_json::from_value::<Bookings>(object)?;
            Ok(Self::Bookings)
        } else {
            Err(CommandError::Unknown)
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    say: String,
    #[serde(default)]
    details: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bookings {
    #[serde(rename = "bookings")]
    _wanted: bool,
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
        match Command::parse(line)? {
            Command::Fault(fault) => nexo_fault(self, fault)?,
            Command::Say(Say { say, details }) => self.say(&say, &details)?,
            Command::Bookings => return Ok(listed(&self.bookings())),
        }
        Ok(done())
    }
}

impl Obeys for ZvtSimulator {
    fn obey(&self, line: &str) -> Result<String, CommandError> {
        match Command::parse(line)? {
            Command::Fault(fault) => zvt_fault(self, fault)?,
            Command::Say(_) => return Err(not_in_zvt("say")),
            Command::Bookings => return Ok(listed(&self.bookings())),
        }
        Ok(done())
    }
}

impl Obeys for PrinterSimulator {
    fn obey(&self, line: &str) -> Result<String, CommandError> {
        Ok(self.obey_command(line)?)
    }
}

pub(super) fn done() -> String {
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
            Fate::OtherHmac if !simulator.is_sealed() => return Err(CommandError::NotSealed),
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
mod tests;
