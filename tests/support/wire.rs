//! The way of the host's answers back to the till: real messages of ISO 8583, which get lost, come late, twice, or in the
//! place of another one. The till reads them with the same rules as over a socket.

use stopgap::app::effect::HostAsk;
use stopgap::domain::host::{CardRequest, HostAnswer, HostFault};
use stopgap::iso8583::{Dialect, Message, Mti, Terminal, purchase, read_purchase_answer};

use crate::support::dice::Dice;

/// The fields of a request that its answer repeats (ISO 8583:1987: DE 3, 4, 7, 11 to 13, 37, 41, 42, 49).
const REPEATED: [u8; 10] = [3, 4, 7, 11, 12, 13, 37, 41, 42, 49];
/// Answers that may still come.
const LATE_MAX: usize = 64;

#[derive(Debug)]
pub struct Wire {
    terminal: Terminal,
    dice: Dice,
    /// Answers that were sent and have not come.
    late: Vec<Message>,
    /// How many answers were lost, came late in the place of another one, or came twice.
    pub lost: u64,
    pub strange: u64,
    pub doubled: u64,
}

impl Wire {
    pub fn new(terminal: Terminal, seed: u64) -> Self {
        Self { terminal, dice: Dice::new(seed ^ 0x317E), late: Vec::new(), lost: 0, strange: 0, doubled: 0 }
    }

    /// What the till reads where the host gave this answer.
    pub fn carry(&mut self, ask: &HostAsk, answer: HostAnswer) -> HostAnswer {
        let (code, approval_code) = match &answer {
            HostAnswer::Approved { approval_code } => ("00", Some(approval_code.clone())),
            HostAnswer::DeclinedHard { code }
            | HostAnswer::DeclinedSoft { code }
            | HostAnswer::NotNow { code }
            | HostAnswer::Misunderstood { code } => (code.as_str(), None),
            // These never were a whole message, or have an amount of their own.
            HostAnswer::ApprovedInPart { .. } | HostAnswer::NotSent { .. } | HostAnswer::Unknown { .. } => {
                return answer;
            }
        };
        let asked = CardRequest {
            payment: ask.payment,
            trace: ask.trace.clone(),
            amount: ask.amount,
            sealed: String::new(),
            deferred: ask.deferred,
        };
        let request = purchase(&asked, &self.terminal, &Dialect::ASCII_1987).expect("a request");
        let mut message = Message::new(Mti::PURCHASE_ANSWER);
        for number in REPEATED {
            if let Some(text) = request.field(number) {
                message.set(number, text).expect("a field of the request");
            }
        }
        message.set(39, code).expect("a code");
        if let Some(approval_code) = approval_code {
            message.set(38, approval_code).expect("an approval code");
        }
        match self.dice.between(1, 100) {
            1..=6 => {
                self.lost += 1;
                self.keep(message);
                HostAnswer::Unknown { fault: HostFault::TimedOut }
            }
            7..=12 if !self.late.is_empty() => {
                self.strange += 1;
                let last = i64::try_from(self.late.len() - 1).expect("few");
                let place = usize::try_from(self.dice.between(0, last)).expect("a place");
                let other = self.late.swap_remove(place);
                self.keep(message);
                read_purchase_answer(&over_the_line(&other), &asked, &self.terminal)
            }
            13..=18 => {
                self.doubled += 1;
                self.keep(message.clone());
                read_purchase_answer(&over_the_line(&message), &asked, &self.terminal)
            }
            _ => read_purchase_answer(&over_the_line(&message), &asked, &self.terminal),
        }
    }

    fn keep(&mut self, message: Message) {
        if self.late.len() == LATE_MAX {
            self.late.remove(0);
        }
        self.late.push(message);
    }
}

/// A message as bytes and back.
fn over_the_line(message: &Message) -> Message {
    let bytes = message.encode(&Dialect::ASCII_1987).expect("it fits");
    Message::decode(&bytes, &Dialect::ASCII_1987).expect("what we wrote")
}
