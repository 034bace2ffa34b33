//! Is the chip of a card alive: asked on a thread of its own, because a card that never answers blocks its caller.

use std::ffi::CString;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::library::{Context, Library};
use super::line::Chip;

/// A chip that has not answered a command for this long is mute. Contact cards may ask for more time at each step, but a
/// directory is selected in far less.
const ANSWER_MAX: Duration = Duration::from_secs(2);

/// Asks one chip at a time.
pub(super) struct ChipAsker {
    library: Arc<Library>,
    asked: Option<Asked>,
}

struct Asked {
    since: Instant,
    /// The question was given up, and its thread still waits for the card. No other one is asked until it is back, so
    /// that there is never more than one such thread.
    given_up: bool,
    answer: Receiver<Chip>,
}

impl ChipAsker {
    pub(super) fn new(library: &Arc<Library>) -> Self {
        Self { library: Arc::clone(library), asked: None }
    }

    /// Starts to ask the card in a reader; `false` when it cannot be asked now.
    pub(super) fn ask(&mut self, reader: CString) -> bool {
        self.collect();
        if self.asked.is_some() {
            return false;
        }
        let (sender, answer) = sync_channel(1);
        let library = Arc::clone(&self.library);
        let started = thread::Builder::new().name("chip".to_owned()).spawn(move || {
            // Nobody listens any more when the question was given up.
            let _ = sender.send(ask_card(&library, &reader));
        });
        if started.is_ok() {
            self.asked = Some(Asked { since: Instant::now(), given_up: false, answer });
        }
        started.is_ok()
    }

    /// What the card that is being asked did, as soon as that is certain.
    pub(super) fn answer(&mut self) -> Option<Chip> {
        let chip = self.collect();
        if chip.is_some() {
            return chip;
        }
        let asked = self.asked.as_mut().filter(|asked| !asked.given_up && asked.since.elapsed() > ANSWER_MAX)?;
        asked.given_up = true;
        Some(Chip::Mute)
    }

    /// The card is out, or its reader is gone: whatever comes now is about nobody.
    pub(super) fn give_up(&mut self) {
        if let Some(asked) = &mut self.asked {
            asked.given_up = true;
        }
    }

    fn collect(&mut self) -> Option<Chip> {
        let asked = self.asked.as_ref()?;
        let chip = match asked.answer.try_recv() {
            Ok(chip) => chip,
            Err(TryRecvError::Empty) => return None,
            // The thread ended without a word. The card had answered its reset, and that stands.
            Err(TryRecvError::Disconnected) => Chip::Answers,
        };
        let wanted = !asked.given_up;
        self.asked = None;
        wanted.then_some(chip)
    }
}

/// Only a failure of the chip itself makes it mute. Where the card cannot be asked (another program holds it, it was
/// pulled, the service went), its answer to the reset stands.
fn ask_card(library: &Arc<Library>, reader: &CString) -> Chip {
    let asked = Context::establish(library).and_then(|context| context.select_payment_directory(reader));
    match asked {
        Ok(true) => Chip::Answers,
        Ok(false) => Chip::Mute,
        Err(code) if code.says_mute() => Chip::Mute,
        Err(_) => Chip::Answers,
    }
}
