//! What becomes of the next answer of the simulated host, as a test or a script wishes it.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use super::server::lock;
use crate::iso8583::{Dialect, Envelope, Message, Mti, de};

/// How many answers can be spoken for in advance.
pub const FATES_MAX: usize = 64;

/// What becomes of an answer to a purchase or a reversal; what was asked for is booked in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostFate {
    /// It comes.
    Whole,
    /// It comes twice.
    Twice,
    /// It comes this much later.
    Late(Duration),
    /// The connection ends without it.
    Close,
    /// It never comes, and the connection stands.
    Drop,
    /// Bytes come that are no message.
    Garbage,
    /// It says that it answers another kind of message.
    WrongMti,
    /// It answers what another till asked.
    OtherTill,
    /// It answers another request of this till.
    OtherRequest,
}

/// Answers that are spoken for, the next one first.
#[derive(Debug, Default)]
pub(super) struct Fates(Mutex<VecDeque<HostFate>>);

/// What is sent, after which time.
pub(super) struct Fated {
    pub(super) wait: Duration,
    /// Nothing where the connection is to end.
    pub(super) bytes: Option<Vec<u8>>,
}

impl Fates {
    /// Speaks for one more answer; says whether there was room.
    pub(super) fn push(&self, fate: HostFate) -> bool {
        let mut fates = lock(&self.0);
        let room = fates.len() < FATES_MAX;
        if room {
            fates.push_back(fate);
        }
        room
    }

    /// The fate of this answer.
    pub(super) fn next(&self) -> HostFate {
        lock(&self.0).pop_front().unwrap_or(HostFate::Whole)
    }
}

impl HostFate {
    /// The bytes of an answer with this fate.
    pub(super) fn of(self, answer: &Message, dialect: &Dialect, envelope: Envelope) -> Fated {
        let framed = |answer: &Message| answer.encode(dialect).ok().and_then(|bytes| envelope.frame(&bytes).ok());
        let at_once = |bytes: Option<Vec<u8>>| Fated { wait: Duration::ZERO, bytes };
        match self {
            Self::Whole => at_once(framed(answer)),
            Self::Late(wait) => Fated { wait, bytes: framed(answer) },
            Self::Twice => at_once(framed(answer).map(|bytes| [&bytes[..], &bytes[..]].concat())),
            Self::Close => at_once(None),
            Self::Drop => at_once(Some(Vec::new())),
            Self::Garbage => at_once(envelope.frame(b"no message of ISO 8583").ok()),
            Self::WrongMti => at_once(of_type(other_type(answer.mti()), answer).as_ref().and_then(framed)),
            Self::OtherTill => at_once(with(answer, de::TERMINAL, "OTHER001").as_ref().and_then(framed)),
            Self::OtherRequest => {
                // No till counts down: the number before is of a request that was answered long ago.
                let stan = answer.field(de::STAN).and_then(|stan| stan.parse::<u32>().ok()).unwrap_or(1);
                let before = format!("{:06}", if stan > 1 { stan - 1 } else { 999_999 });
                at_once(with(answer, de::STAN, &before).as_ref().and_then(framed))
            }
        }
    }
}

/// An answer of the other of the two kinds.
fn other_type(mti: Mti) -> Mti {
    if mti == Mti::PURCHASE_ANSWER { Mti::REVERSAL_ANSWER } else { Mti::PURCHASE_ANSWER }
}

fn of_type(mti: Mti, answer: &Message) -> Option<Message> {
    let mut other = Message::new(mti);
    for (number, text) in answer.fields() {
        other.set(number, text).ok()?;
    }
    Some(other)
}

fn with(answer: &Message, number: u8, text: &str) -> Option<Message> {
    let mut other = of_type(answer.mti(), answer)?;
    other.set(number, text).ok()?;
    Some(other)
}
