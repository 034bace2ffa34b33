//! The thread that watches over the child: it listens, notices silence, kills, and starts again.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::child::{ChildProgram, Heard, Message, Running};
use super::picture::Picture;
use super::{PcscNews, PcscState, WhyNot};
use crate::outside::pcsc_child::SLICE;
use crate::outside::pcsc_child::line::{LineError, WatchLine};

/// How much later than a slice a beat may come before the service counts as hung. With [`SLICE`] it keeps the time from a
/// freeze to the news below three seconds.
const LATE_MAX: Duration = Duration::from_secs(2);
/// How long a child may take to say its first line: a slow disk is not a hung service.
const FIRST_LINE_MAX: Duration = Duration::from_secs(10);
/// The wait before a child is started again, at first; each further time doubles it.
const RESTART_MIN: Duration = Duration::from_millis(250);
/// The longest wait before a child is started again. A service that hung and answers again is noticed within it.
const RESTART_MAX: Duration = Duration::from_secs(4);
/// A child that has run for this long ends the growing of that wait; one that crashes soon each time does not.
const STABLE_MIN: Duration = Duration::from_secs(10);
/// The wait where only a person can change something: PC/SC is not installed, or the child does not start.
const INSTALL_RETRY: Duration = Duration::from_mins(1);

/// Why a child is no longer listened to.
enum Over {
    /// It said nothing for too long. `started` says that it had said its first line.
    Silent { started: bool },
    /// It cannot watch, or wrote nonsense.
    Useless(WhyNot),
    /// It ended.
    Ended,
}

/// What is kept from one child to the next.
pub(super) struct Supervisor {
    program: ChildProgram,
    picture: Picture,
    heard: SyncSender<Message>,
    state: Arc<Mutex<PcscState>>,
    news: Box<dyn FnMut(PcscNews) + Send>,
    /// What was said last about why it does not watch; so that it is said once.
    said: Option<WhyNot>,
    restart: Duration,
}

impl Supervisor {
    pub(super) fn new(
        program: ChildProgram,
        wanted: Option<String>,
        heard: SyncSender<Message>,
        state: Arc<Mutex<PcscState>>,
        news: Box<dyn FnMut(PcscNews) + Send>,
    ) -> Self {
        let picture = Picture::new(wanted);
        Self { program, picture, heard, state, news, said: None, restart: RESTART_MIN }
    }

    /// One child after the other, until the till ends.
    pub(super) fn run(mut self, inbox: &Receiver<Message>) {
        for number in 0.. {
            let pause = match Running::start(&self.program, number, self.heard.clone()) {
                Ok(mut child) => match self.listen(inbox, number) {
                    ControlFlow::Break(()) => return,
                    ControlFlow::Continue(over) => self.judge(over, &mut child),
                },
                Err(error) => {
                    let program = self.program.file.display().to_string();
                    self.cannot_watch(WhyNot::NoChild { program, why: error.to_string() });
                    INSTALL_RETRY
                }
            };
            if !slept(inbox, pause) {
                return;
            }
        }
    }

    /// Listens to one child until it is of no more use; breaks when the till ends.
    fn listen(&mut self, inbox: &Receiver<Message>, number: u64) -> ControlFlow<(), Over> {
        let mut started = false;
        let began = Instant::now();
        let mut last = began;
        loop {
            let bound = if started { SLICE + LATE_MAX } else { FIRST_LINE_MAX };
            let heard = match inbox.recv_timeout(bound.saturating_sub(last.elapsed())) {
                Ok(Message::Child(from, heard)) if from == number => heard,
                // The last words of a child that was killed.
                Ok(Message::Child(..)) => continue,
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
                Err(RecvTimeoutError::Timeout) => return ControlFlow::Continue(Over::Silent { started }),
            };
            last = Instant::now();
            started = true;
            if began.elapsed() > STABLE_MIN {
                self.said = None;
                self.restart = RESTART_MIN;
            }
            let useless = match heard {
                Heard::Line(line) => self.hear(&line),
                Heard::Nonsense(error) => Some(nonsense(&error)),
                Heard::End => return ControlFlow::Continue(Over::Ended),
            };
            if let Some(why) = useless {
                return ControlFlow::Continue(Over::Useless(why));
            }
        }
    }

    fn hear(&mut self, line: &WatchLine) -> Option<WhyNot> {
        match line {
            WatchLine::LibraryMissing { why } => return Some(WhyNot::NoLibrary { why: why.clone() }),
            WatchLine::NotSupported => return Some(WhyNot::NotSupported),
            WatchLine::Started
            | WatchLine::Beat
            | WatchLine::ServiceUp
            | WatchLine::ServiceStopped { .. }
            | WatchLine::ReaderAdded { .. }
            | WatchLine::ReaderRemoved { .. }
            | WatchLine::ReaderFaulty { .. }
            | WatchLine::ReaderWell { .. }
            | WatchLine::CardIn { .. }
            | WatchLine::CardOut { .. }
            | WatchLine::CardsMissed { .. } => {}
        }
        let news = self.picture.hear(line);
        // Between a reader's line and the beat that follows, not all readers are known.
        if matches!(line, WatchLine::Started | WatchLine::Beat | WatchLine::ServiceStopped { .. }) {
            self.publish();
        }
        if let Some(news) = news {
            (self.news)(PcscNews::Reader(news));
        }
        None
    }

    /// What the end of a child means, and how long to wait before the next. The news goes before the killing, which may
    /// take its time.
    fn judge(&mut self, over: Over, child: &mut Running) -> Duration {
        let pause = match over {
            Over::Silent { started: true } => {
                let news = self.picture.silent();
                self.publish();
                if let Some(news) = news {
                    (self.news)(PcscNews::Reader(news));
                }
                self.grow()
            }
            Over::Silent { started: false } => {
                self.cannot_watch(WhyNot::SilentChild);
                self.grow()
            }
            Over::Ended => {
                self.cannot_watch(WhyNot::ChildEnded { how: child.end() });
                self.grow()
            }
            Over::Useless(why) => {
                self.cannot_watch(why);
                INSTALL_RETRY
            }
        };
        child.end();
        pause
    }

    fn cannot_watch(&mut self, why: WhyNot) {
        self.picture.start_anew();
        self.set(PcscState::NotWatching(why.clone()));
        if self.said.as_ref() != Some(&why) {
            self.said = Some(why.clone());
            (self.news)(PcscNews::NotWatching(why));
        }
    }

    /// Publishes what the picture shows.
    fn publish(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match (self.picture.state(), &*state) {
            (Some(seen), _) => seen,
            // A new child that has seen nothing yet does not disprove what kept the last one from watching.
            (None, PcscState::NotWatching(_)) => return,
            (None, PcscState::Unseen | PcscState::Suspected(_) | PcscState::Known(_)) => PcscState::Unseen,
        };
    }

    fn set(&self, state: PcscState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn grow(&mut self) -> Duration {
        let pause = self.restart;
        self.restart = (pause * 2).min(RESTART_MAX);
        pause
    }
}

fn nonsense(error: &LineError) -> WhyNot {
    WhyNot::Nonsense { why: error.to_string() }
}

/// Waits, and says whether to go on. What ended children still say is thrown away meanwhile.
fn slept(inbox: &Receiver<Message>, pause: Duration) -> bool {
    let began = Instant::now();
    loop {
        match inbox.recv_timeout(pause.saturating_sub(began.elapsed())) {
            Ok(Message::Child(..)) => {}
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => return true,
        }
    }
}
