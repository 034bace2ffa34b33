//! Worker threads: each part of the world has a lane of its own, so that none waits for another.
//!
//! Within a lane effects are done in order; the store's lane is the one writer. The screen's thread only hands effects
//! over and takes events back.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use chrono::{DateTime, FixedOffset};

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::outside::World;

/// How many effects may wait in one lane. The app asks for one probe, one payment and one save at a time, so a full lane
/// means that a driver has broken its bound.
const WAITING_MAX: usize = 64;

/// The lanes, by what would otherwise wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    Store,
    ReaderPayment,
    ReaderHealth,
    Line,
    HostPayment,
    HostHealth,
    Files,
}

const LANES: [Lane; 7] = [
    Lane::Store,
    Lane::ReaderPayment,
    Lane::ReaderHealth,
    Lane::Line,
    Lane::HostPayment,
    Lane::HostHealth,
    Lane::Files,
];

fn lane_of(effect: &Effect) -> Lane {
    match effect {
        Effect::Save(_) => Lane::Store,
        Effect::PayOnReader(_) | Effect::AskReader(_) => Lane::ReaderPayment,
        Effect::ProbeReader | Effect::AbortReader(_) => Lane::ReaderHealth,
        Effect::ProbeLine => Lane::Line,
        Effect::AskHost(_) | Effect::ReverseAtHost(_) => Lane::HostPayment,
        Effect::EchoHost { .. } => Lane::HostHealth,
        Effect::SealCard { .. }
        | Effect::ForgetCard
        | Effect::CheckPin(_)
        | Effect::LookForStatements
        | Effect::ReadStatement { .. }
        | Effect::WriteReport { .. }
        | Effect::Print { .. }
        | Effect::KickDrawer => Lane::Files,
    }
}

/// An effect with the time it was asked for.
type Job = (Effect, DateTime<FixedOffset>);

/// The running lanes. Dropping them ends the threads after their last effect.
#[derive(Debug)]
pub struct Lanes {
    senders: Vec<(Lane, SyncSender<Job>)>,
}

impl Lanes {
    /// Starts a thread for each lane; `deliver` is called on those threads with what came of each effect.
    #[must_use]
    pub fn start(world: &Arc<World>, deliver: impl Fn(Event) + Send + Sync + 'static) -> Self {
        let deliver = Arc::new(deliver);
        let senders = LANES.map(|lane| {
            let (sender, jobs): (SyncSender<Job>, Receiver<Job>) = sync_channel(WAITING_MAX);
            let (world, deliver) = (Arc::clone(world), Arc::clone(&deliver));
            thread::spawn(move || {
                for (effect, at) in jobs {
                    if let Some(event) = world.perform(effect, at) {
                        deliver(event);
                    }
                }
            });
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
