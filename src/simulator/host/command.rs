//! What a script can wish of a simulated host while it runs: one JSON object a line, as of the other simulators.

use std::time::Duration;

use serde::Deserialize;

use super::{HostBooking, HostFate, HostSimulator};
use crate::simulator::command::{CommandError, Obeys, TIME_MS_MAX, done};

/// What `--help` says of the commands.
pub const COMMANDS: &str = "\
Commands on standard input, one JSON object a line; each is answered by one line {\"done\":…} or {\"error\":…}.
  {\"answer_next\":\"51\"}       the code (DE 39) of the next purchase; 10 is an approval of half of it
  {\"next_answer\":\"F\"}        what becomes of the next answer, which is booked in any case; F: whole twice close drop
      garbage wrong_mti other_till other_request; or {\"next_answer\":\"late\",\"ms\":5000}
  {\"listening\":false}        its program ends, and with true begins again
  {\"cut\":true}               the line to it, and with false it is mended
  {\"hang\":true}              it takes requests and works on none, and with false it does again
  {\"forget_last\":true}       the last purchase that it charged is not in its book any more
  {\"bookings\":true}          its book: every purchase it could read
The end of standard input ends the simulator.";

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected one of the commands that --help lists, with nothing beside it")]
enum Command {
    AnswerNext(AnswerNext),
    NextAnswer(NextAnswer),
    Listening(Listening),
    Cut(Cut),
    Hang(Hang),
    ForgetLast(ForgetLast),
    Bookings(Bookings),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForgetLast {
    forget_last: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerNext {
    answer_next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NextAnswer {
    next_answer: Fate,
    ms: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listening {
    listening: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cut {
    cut: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hang {
    hang: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bookings {
    bookings: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fate {
    Whole,
    Twice,
    Late,
    Close,
    Drop,
    Garbage,
    WrongMti,
    OtherTill,
    OtherRequest,
}

impl Obeys for HostSimulator {
    fn obey(&self, line: &str) -> Result<String, CommandError> {
        let controls = self.controls();
        match serde_json::from_str::<Command>(line)? {
            Command::AnswerNext(AnswerNext { answer_next: code }) => {
                if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    return Err(CommandError::NoCode(code));
                }
                controls.answer_next_with(&code);
            }
            Command::NextAnswer(NextAnswer { next_answer, ms }) => {
                if !controls.next_answer(fate(&next_answer, ms)?) {
                    return Err(CommandError::TooMany);
                }
            }
            Command::Listening(Listening { listening }) => controls.set_listening(listening)?,
            Command::Cut(Cut { cut }) => controls.cut(cut),
            Command::Hang(Hang { hang }) => controls.hang(hang),
            Command::ForgetLast(ForgetLast { forget_last }) => {
                if forget_last {
                    controls.forget_last();
                }
            }
            Command::Bookings(Bookings { bookings: true }) => return Ok(listed(&self.book())),
            Command::Bookings(Bookings { bookings: false }) => {}
        }
        Ok(done())
    }
}

fn fate(fate: &Fate, ms: Option<u64>) -> Result<HostFate, CommandError> {
    let ms = ms.unwrap_or(0);
    if ms > TIME_MS_MAX {
        return Err(CommandError::TooLong(ms));
    }
    Ok(match fate {
        Fate::Whole => HostFate::Whole,
        Fate::Twice => HostFate::Twice,
        Fate::Late => HostFate::Late(Duration::from_millis(ms)),
        Fate::Close => HostFate::Close,
        Fate::Drop => HostFate::Drop,
        Fate::Garbage => HostFate::Garbage,
        Fate::WrongMti => HostFate::WrongMti,
        Fate::OtherTill => HostFate::OtherTill,
        Fate::OtherRequest => HostFate::OtherRequest,
    })
}

fn listed(book: &[HostBooking]) -> String {
    let booking = |one: &HostBooking| {
        serde_json::json!({
            "terminal": one.terminal, "stan": one.stan, "rrn": one.rrn, "amount_minor": one.amount_minor,
            "currency": one.currency, "code": one.code, "approval_code": one.approval_code, "reversed": one.reversed,
            "last4": one.last4, "payment": one.payment, "charged": one.is_charged(), "batch": one.batch,
        })
    };
    let bookings: Vec<_> = book.iter().map(booking).collect();
    serde_json::json!({ "done": bookings }).to_string()
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::super::{HostKey, HostRules};
    use super::*;

    fn host() -> HostSimulator {
        let key = HostKey::generate("test", &SystemRandom::new()).unwrap();
        HostSimulator::start(0, key, HostRules::default()).unwrap()
    }

    #[test]
    fn every_command_of_the_help_is_obeyed() {
        let host = host();
        let objects = COMMANDS.lines().skip(1).flat_map(|line| line.split('{').skip(1));
        let listed: Vec<&str> = objects.filter_map(|piece| piece.split_once('}')).map(|(inner, _)| inner).collect();
        assert_eq!(listed.len(), 8);
        for inner in listed.into_iter().filter(|inner| !inner.ends_with("\"F\"")) {
            let answer = host.obey(&format!("{{{inner}}}")).unwrap();
            assert!(answer == r#"{"done":true}"# || answer == r#"{"done":[]}"#, "{inner}: {answer}");
        }
        for fate in "whole twice close drop garbage wrong_mti other_till other_request".split(' ') {
            assert!(COMMANDS.contains(fate));
            assert!(host.obey(&format!(r#"{{"next_answer":"{fate}"}}"#)).is_ok());
        }
    }

    #[test]
    fn what_is_no_command_is_refused_with_a_reason() {
        let host = host();
        for (line, expected) in [
            ("", "EOF"),
            ("{}", "--help lists"),
            (r#"{"cut":true,"hang":true}"#, "--help lists"),
            (r#"{"next_answer":"explode"}"#, "--help lists"),
            (r#"{"answer_next":"5"}"#, "two letters or digits"),
            (r#"{"next_answer":"late","ms":600001}"#, "at most"),
        ] {
            let error = host.obey(line).unwrap_err().to_string();
            assert!(error.contains(expected), "{line}: {error}");
        }
        let too_many = (0..100).find_map(|_| host.obey(r#"{"next_answer":"whole"}"#).err());
        assert!(matches!(too_many, Some(CommandError::TooMany)));
    }
}
