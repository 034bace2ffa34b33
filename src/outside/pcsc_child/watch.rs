//! The loop that watches: the picture is in the documentation of the module above.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::SLICE;
use super::chip::ChipAsker;
use super::library::{Code, Context, Library};
use super::line::{Chip, WatchLine, capped};
use super::readers::{Watched, keep_listed};

/// The wait before the service is tried again, at first; each further try doubles it.
const RETRY_MIN: Duration = Duration::from_millis(250);
/// The longest wait before the service is tried again. It is also the beat of a child without a service.
const RETRY_MAX: Duration = Duration::from_secs(1);
/// The least time of a round that saw nothing, whatever made it return: no state of the service makes a hot loop.
const IDLE_ROUND_MIN: Duration = Duration::from_millis(50);
/// How long one look waits while a chip is being asked, so that its answer is told soon.
const ASKING_SLICE: Duration = Duration::from_millis(50);

type Say<'s> = &'s mut dyn FnMut(&WatchLine) -> io::Result<()>;

/// Why one context is no longer watched with.
enum Stop {
    /// It is dead.
    Dead(Code),
    /// Nobody listens.
    Deaf(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Deaf(error)
    }
}

/// Watches for as long as somebody listens.
pub(super) fn watch(library: &Arc<Library>, ask_chip: bool, say: Say) -> io::Result<()> {
    let mut asker = ask_chip.then(|| ChipAsker::new(library));
    let mut retry = RETRY_MIN;
    loop {
        let code = match Context::establish(library) {
            Ok(context) => {
                retry = RETRY_MIN;
                say(&WatchLine::ServiceUp)?;
                let Err(stop) = Round::new(&context, asker.as_mut()).repeat(say);
                if let Some(asker) = &mut asker {
                    asker.give_up();
                }
                match stop {
                    Stop::Dead(code) => code,
                    Stop::Deaf(error) => return Err(error),
                }
            }
            Err(code) => code,
        };
        say(&WatchLine::ServiceStopped { code: code.to_string() })?;
        thread::sleep(retry);
        retry = (retry * 2).min(RETRY_MAX);
    }
}

/// Looks at all readers, again and again, through one context.
struct Round<'c> {
    context: &'c Context,
    asker: Option<&'c mut ChipAsker>,
    watched: Vec<Watched>,
    /// The reader whose card is being asked; its line waits for the answer.
    asking: Option<String>,
}

impl<'c> Round<'c> {
    fn new(context: &'c Context, asker: Option<&'c mut ChipAsker>) -> Self {
        Self { context, asker, watched: Vec::new(), asking: None }
    }

    fn repeat(mut self, say: Say) -> Result<Infallible, Stop> {
        loop {
            let began = Instant::now();
            let gone = self.list()?;
            if !gone.is_empty() {
                self.tell(gone, say)?;
                // What is gone is known completely; the look that follows may take a whole slice.
                say(&WatchLine::Beat)?;
            }
            let seen = self.look()?;
            let idle = seen.is_empty();
            self.tell(seen, say)?;
            self.tell_answer(say)?;
            say(&WatchLine::Beat)?;
            if idle {
                thread::sleep(IDLE_ROUND_MIN.saturating_sub(began.elapsed()));
            }
        }
    }

    fn list(&mut self) -> Result<Vec<WatchLine>, Stop> {
        let names = self.context.list_readers().map_err(Stop::Dead)?;
        Ok(keep_listed(&mut self.watched, names))
    }

    fn look(&mut self) -> Result<Vec<WatchLine>, Stop> {
        let bound = if self.asking.is_some() { ASKING_SLICE } else { SLICE };
        match self.context.wait_for_change(&self.watched, bound) {
            Ok(states) => {
                Ok(self.watched.iter_mut().zip(states).flat_map(|(reader, state)| reader.see(state)).collect())
            }
            // It was pulled between the list and the look: list again.
            Err(Code::UNKNOWN_READER) => Ok(Vec::new()),
            Err(code) => Err(Stop::Dead(code)),
        }
    }

    /// Says the lines; one of a card whose chip can be asked waits for the answer.
    fn tell(&mut self, lines: Vec<WatchLine>, say: Say) -> Result<(), Stop> {
        for line in lines {
            match &line {
                WatchLine::CardIn { reader, chip: Chip::Answers, found: false } if self.ask(reader) => continue,
                WatchLine::CardIn { reader, .. }
                | WatchLine::CardOut { reader }
                | WatchLine::ReaderFaulty { reader }
                | WatchLine::ReaderRemoved { reader }
                    if self.asking.as_ref() == Some(reader) =>
                {
                    // Pulled before it answered the command. It had answered its reset, and that is said now.
                    self.tell_chip(Chip::Answers, say)?;
                    if let Some(asker) = &mut self.asker {
                        asker.give_up();
                    }
                }
                WatchLine::Started
                | WatchLine::Beat
                | WatchLine::ServiceUp
                | WatchLine::ServiceStopped { .. }
                | WatchLine::LibraryMissing { .. }
                | WatchLine::NotSupported
                | WatchLine::ReaderAdded { .. }
                | WatchLine::ReaderRemoved { .. }
                | WatchLine::ReaderFaulty { .. }
                | WatchLine::ReaderWell { .. }
                | WatchLine::CardIn { .. }
                | WatchLine::CardOut { .. }
                | WatchLine::CardsMissed { .. } => {}
            }
            say(&line)?;
        }
        Ok(())
    }

    fn ask(&mut self, label: &str) -> bool {
        let reader = self.watched.iter().find(|reader| capped(&reader.name.to_string_lossy()) == label);
        let (Some(asker), Some(reader)) = (&mut self.asker, reader) else { return false };
        let asked = self.asking.is_none() && asker.ask(reader.name.clone());
        if asked {
            self.asking = Some(label.to_owned());
        }
        asked
    }

    fn tell_answer(&mut self, say: Say) -> Result<(), Stop> {
        match self.asker.as_mut().and_then(|asker| asker.answer()) {
            Some(chip) => self.tell_chip(chip, say),
            None => Ok(()),
        }
    }

    fn tell_chip(&mut self, chip: Chip, say: Say) -> Result<(), Stop> {
        match self.asking.take() {
            Some(reader) => Ok(say(&WatchLine::CardIn { reader, chip, found: false })?),
            None => Ok(()),
        }
    }
}
