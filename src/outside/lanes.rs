//! Worker threads: each part of the world has a lane of its own, so that none waits for another.
//!
//! Within a lane effects are done in order; the store's lane is the one writer. The screen's thread only hands effects
//! over and takes events back.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::domain::ladder::Side;
use crate::outside::World;
use crate::outside::own::Beats;

/// How many effects may wait in one lane. The app asks for one probe, one payment and one save at a time, so a full lane
/// means that a driver has broken its bound.
const WAITING_MAX: usize = 64;

/// How long nothing is saved before the store is at rest.
const STORE_RESTS_AFTER: Duration = Duration::from_millis(250);

/// The lanes, by what would otherwise wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    Store,
    ReaderPayment,
    ReaderStatus,
    ReaderHealth,
    ReaderStop,
    ReaderRungs,
    Line,
    NetworkRungs,
    HostPayment,
    HostHealth,
    Statements,
    Files,
    Printer,
}

impl Lane {
    const ALL: [Self; 13] = [
        Self::Store,
        Self::ReaderPayment,
        Self::ReaderStatus,
        Self::ReaderHealth,
        Self::ReaderStop,
        Self::ReaderRungs,
        Self::Line,
        Self::NetworkRungs,
        Self::HostPayment,
        Self::HostHealth,
        Self::Statements,
        Self::Files,
        Self::Printer,
    ];

    /// Its name, and the longest that one of its jobs may take before the till's own health is in doubt: the bounds of
    /// the drivers, with room.
    const fn watched(self) -> (&'static str, Duration) {
        let (name, seconds) = match self {
            Self::Store => ("store", 10),
            Self::ReaderPayment => ("reader payment", 150),
            Self::ReaderStatus => ("reader status", 20),
            Self::ReaderHealth => ("reader health", 20),
            Self::ReaderStop => ("reader stop", 20),
            Self::ReaderRungs => ("reader diagnosis", 20),
            Self::Line => ("line", 20),
            Self::NetworkRungs => ("network diagnosis", 30),
            Self::HostPayment => ("host payment", 60),
            Self::HostHealth => ("host health", 30),
            // A million lines on a slow till.
            Self::Statements => ("statements", 600),
            Self::Files => ("files", 60),
            Self::Printer => ("printer", 90),
        };
        (name, Duration::from_secs(seconds))
    }
}

fn lane_of(effect: &Effect) -> Lane {
    match effect {
        Effect::Save(_) => Lane::Store,
        Effect::PayOnReader(_) => Lane::ReaderPayment,
        // Not behind the payment that it may be about: a frozen reader holds that lane for minutes.
        Effect::AskReader(_) | Effect::ReverseOnReader { .. } => Lane::ReaderStatus,
        Effect::ProbeReader => Lane::ReaderHealth,
        // Not behind a probe that a frozen reader does not answer: the question for the status comes after it.
        Effect::AbortReader(_) => Lane::ReaderStop,
        Effect::TryRung(rung) => match rung.side() {
            Side::Reader => Lane::ReaderRungs,
            Side::Network => Lane::NetworkRungs,
        },
        Effect::ProbeLine => Lane::Line,
        Effect::AskHost(_)
        | Effect::ReverseAtHost(_)
        | Effect::VoidAtHost(_)
        | Effect::AdviseHost(_)
        | Effect::AskBatch(_) => Lane::HostPayment,
        Effect::EchoHost { .. } => Lane::HostHealth,
        // A long statement keeps no card waiting for being sealed.
        Effect::ReadStatement(_) => Lane::Statements,
        Effect::SealCard { .. }
        | Effect::ReadKeyFile
        | Effect::WriteHandover { .. }
        | Effect::ReadOutcomes
        | Effect::FindSale { .. }
        | Effect::ReadContact { .. }
        | Effect::ForgetCard
        | Effect::CheckPin(_)
        | Effect::LookForStatements
        | Effect::AskStatementProgress
        | Effect::CancelStatement
        | Effect::ForgetMapping(_)
        | Effect::WriteReport { .. }
        | Effect::BackUp { .. }
        | Effect::WriteRequest { .. }
        | Effect::TakePictures { .. }
        | Effect::WriteSupportPack { .. }
        | Effect::StartAgain
        | Effect::Practise { .. } => Lane::Files,
        // A printer that stalls holds up nothing but itself and the drawer that hangs on it.
        Effect::PrintReceipt { .. } | Effect::AskPrinter | Effect::Print { .. } | Effect::KickDrawer(_) => {
            Lane::Printer
        }
    }
}

/// The beats of all lanes, for [`crate::outside::own::OwnHealth`].
#[must_use]
pub fn beats() -> Beats {
    Beats::new(&Lane::ALL.map(Lane::watched))
}

/// An effect with the time it was asked for.
type Job = (Effect, DateTime<FixedOffset>);

/// One lane's thread, and what it needs.
struct Worker {
    lane: Lane,
    place: usize,
    world: Arc<World>,
    deliver: Arc<dyn Fn(Event) + Send + Sync>,
}

impl Worker {
    /// Does what comes until nothing can come any more. A store that rests puts away what was wiped in it.
    fn run(&self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            self.take(job);
            if self.lane == Lane::Store && self.rests(jobs) {
                self.world.scrub();
            }
        }
    }

    /// Goes on until nothing came for a while; `false` when nothing can come any more.
    fn rests(&self, jobs: &Receiver<Job>) -> bool {
        loop {
            match jobs.recv_timeout(STORE_RESTS_AFTER) {
                Ok(job) => self.take(job),
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    fn take(&self, (effect, at): Job) {
        if self.lane == Lane::ReaderPayment {
            // A reader that has frozen keeps its thread for minutes; the next payment, on a reader that works again,
            // must not wait for it. The app has one payment on the reader at a time, so few of these are alive.
            let (world, deliver, lane) = (Arc::clone(&self.world), Arc::clone(&self.deliver), self.lane);
            thread::spawn(move || {
                if let Some(event) = carry_out(&world, lane, effect, at) {
                    deliver(event);
                }
            });
            return;
        }
        let beats = self.world.rungs.own.beats();
        beats.inspect(|beats| beats.begin(self.place));
        let event = carry_out(&self.world, self.lane, effect, at);
        beats.inspect(|beats| beats.end(self.place));
        if let Some(event) = event {
            (self.deliver)(event);
        }
    }
}

/// Does one effect. A defect that ends it is told: the till must not wait for an answer that never comes.
fn carry_out(world: &World, lane: Lane, effect: Effect, at: DateTime<FixedOffset>) -> Option<Event> {
    let done = panic::catch_unwind(AssertUnwindSafe(|| world.perform(effect, at)));
    done.unwrap_or_else(|_| Some(Event::WorkerFailed(lane.watched().0)))
}

/// The running lanes. Dropping them ends the threads after their last effect.
#[derive(Debug)]
pub struct Lanes {
    senders: Vec<(Lane, SyncSender<Job>)>,
}

impl Lanes {
    /// Starts a thread for each lane; `deliver` is called on those threads with what came of each effect.
    #[must_use]
    pub fn start(world: &Arc<World>, deliver: impl Fn(Event) + Send + Sync + 'static) -> Self {
        let deliver: Arc<dyn Fn(Event) + Send + Sync> = Arc::new(deliver);
        let mut place = 0;
        let senders = Lane::ALL.map(|lane| {
            let (sender, jobs): (SyncSender<Job>, Receiver<Job>) = sync_channel(WAITING_MAX);
            let worker = Worker { lane, place, world: Arc::clone(world), deliver: Arc::clone(&deliver) };
            place += 1;
            thread::spawn(move || worker.run(&jobs));
            (lane, sender)
        });
        Self { senders: senders.into() }
    }

    /// Hands an effect over. Never blocks.
    ///
    /// # Errors
    ///
    /// The lane is full or its thread is gone; the effect comes back.
    pub fn perform(&self, effect: Effect, at: DateTime<FixedOffset>) -> Result<(), Box<Effect>> {
        let wanted = lane_of(&effect);
        let sender = self.senders.iter().find(|(lane, _)| *lane == wanted).map(|(_, sender)| sender);
        let Some(sender) = sender else { return Err(Box::new(effect)) };
        sender.try_send((effect, at)).map_err(|refused| match refused {
            TrySendError::Full((effect, _)) | TrySendError::Disconnected((effect, _)) => Box::new(effect),
        })
    }
}
