//! One command and everything the terminal says to it, until it gives the word back.
//!
//! After the acknowledgement the terminal is the one who speaks: it says what it is doing, what the result is and what
//! to print, in any order, and each is acknowledged; a completion or an abort is the end (PA00P015 13.13, 2.2).

use std::time::{Duration, Instant};

use super::zvt_link::{Link, LinkError, NOT_POSSIBLE};
use crate::zvt::{Apdu, Control, Head, Intermediate, Message, StatusInformation, ZvtError, printed_lines};

/// The most messages of one command; a long receipt in single lines has some hundred.
const MESSAGES_MAX: usize = 2_000;

/// What became of a command.
#[derive(Debug)]
pub(super) struct Talk {
    /// How it ended.
    pub(super) ended: Ended,
    /// The result of a transaction, where the terminal gave one.
    pub(super) status: Option<StatusInformation>,
    /// Two results that contradict each other.
    pub(super) contradiction: bool,
}

/// How a command ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// With a completion.
    Completed(Box<Message>),
    /// With an abort and its result code.
    Aborted(u8),
    /// It was not accepted.
    Refused(u8),
    /// Not at all.
    Broken(LinkError),
}

impl Ended {
    /// The terminal's own "no", where it gave one.
    pub(super) const fn code(&self) -> Option<u8> {
        match self {
            Self::Aborted(code) | Self::Refused(code) => Some(*code),
            Self::Completed(_) | Self::Broken(_) => None,
        }
    }
}

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the first word.
    pub(super) first: Duration,
    /// Until when for all of it.
    pub(super) until: Instant,
}

/// Sends a command and listens to the end. `acknowledged` is called once the terminal has taken the command.
pub(super) fn talk(link: &Link, command: &Apdu, patience: Patience, acknowledged: impl FnOnce()) -> Talk {
    let mut talk = Talk { ended: Ended::Broken(LinkError::TimedOut), status: None, contradiction: false };
    link.begin();
    talk.ended = match link.send(command) {
        Ok(()) => listen(link, patience, acknowledged, &mut talk).unwrap_or_else(Ended::Broken),
        Err(error) => Ended::Broken(error),
    };
    link.end();
    if let Ended::Broken(error) = talk.ended {
        tracing::debug!(control = %command.control, %error, "terminal");
        // What comes later must not be taken for the answer to another command.
        link.close();
    }
    talk
}

fn listen(link: &Link, patience: Patience, acknowledged: impl FnOnce(), talk: &mut Talk) -> Result<Ended, LinkError> {
    let mut acknowledged = Some(acknowledged);
    let mut deadline = patience.until.min(Instant::now() + patience.first);
    for _ in 0..MESSAGES_MAX {
        let apdu = link.receive(deadline)?;
        if let Some(why) = apdu.control.refusal() {
            // Once the command is taken, a refusal answers the wish to stop it.
            if acknowledged.is_some() {
                return Ok(Ended::Refused(why));
            }
            continue;
        }
        deadline = patience.until;
        if let Some(acknowledged) = acknowledged.take() {
            acknowledged();
        }
        if apdu.control.is_acknowledgement() {
            continue;
        }
        if let Some(ended) = answer(link, &apdu, talk)? {
            return Ok(ended);
        }
    }
    Err(LinkError::Protocol)
}

/// Reads and acknowledges one message; the end, when it is one.
fn answer(link: &Link, apdu: &Apdu, talk: &mut Talk) -> Result<Option<Ended>, LinkError> {
    let message = Message::decode(apdu);
    let mut ended = None;
    match apdu.control {
        Control::STATUS_INFORMATION => {
            let status = read(message.and_then(|message| StatusInformation::read(&message)))?;
            talk.contradiction |= talk.status.as_ref().is_some_and(|before| before.result != status.result);
            talk.status = Some(status);
        }
        Control::INTERMEDIATE_STATUS => {
            if let Ok(Message { head: Head::Moment { code, .. }, .. }) = message {
                tracing::debug!(moment = ?Intermediate::of(code), "terminal");
            }
        }
        // Paper is not worth a payment: a line that cannot be read is acknowledged and forgotten.
        Control::PRINT_LINE | Control::PRINT_TEXT_BLOCK => {
            link.keep_lines(message.map(|message| printed_lines(&message)).unwrap_or_default());
        }
        Control::COMPLETION => ended = Some(Ended::Completed(Box::new(read(message)?))),
        Control::ABORT => match read(message)?.head {
            Head::Result { code, .. } => ended = Some(Ended::Aborted(code)),
            Head::Empty
            | Head::Password
            | Head::Registration { .. }
            | Head::Moment { .. }
            | Head::Status { .. }
            | Head::Line { .. }
            | Head::Unread(_) => return Err(LinkError::Protocol),
        },
        Control(..) => {
            link.send(&Apdu::refusal(NOT_POSSIBLE)).map_err(after_the_command)?;
            return Ok(None);
        }
    }
    match (link.send(&Apdu::acknowledgement()), ended) {
        // The terminal has said all it had to say; whether it hears our last word changes nothing for us.
        (_, Some(ended)) => Ok(Some(ended)),
        (Ok(()), None) => Ok(None),
        (Err(error), None) => Err(after_the_command(error)),
    }
}

/// A failure to answer, when the command itself was sent: never "nothing was sent".
fn after_the_command(error: LinkError) -> LinkError {
    match error {
        LinkError::Protocol => LinkError::Protocol,
        LinkError::TimedOut => LinkError::TimedOut,
        LinkError::NotConnected | LinkError::ConnectTimedOut | LinkError::NotSent | LinkError::Lost => LinkError::Lost,
    }
}

fn read<T>(read: Result<T, ZvtError>) -> Result<T, LinkError> {
    read.map_err(|error| {
        tracing::warn!(%error, "the terminal's message cannot be read");
        LinkError::Protocol
    })
}
