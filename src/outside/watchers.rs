//! What tells the till of a failure before the next probe would: a connection held to the reader and to the host, the
//! network link, the reader's own events, and the PC/SC service.
//!
//! Watchers only bring news ([`Event`]); what follows from them is the app's. They run on threads of their own until
//! they are dropped, and none of them asks anything of reader or host.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::app::event::Event;
use crate::domain::reader::{HoldEnd, ReaderNews};
use crate::outside::World;
use crate::outside::network::WayOut;
use crate::outside::reader::pcsc::{PcscNews, PcscSettings, PcscWatch};
use crate::outside::reader::{NexoEventSettings, NexoEvents};
use crate::settings::ReaderSettings;

/// How long one connection is held at most before a watcher looks whether it should end.
const HOLD: Duration = Duration::from_mins(1);
/// How long making a connection that is held may take.
const CONNECT: Duration = Duration::from_secs(2);
/// The pause after a connection that could not be made, or was lost: a reader that closes idle connections by itself
/// must not be connected to all the time.
const PAUSE: Duration = Duration::from_millis(900);
/// How often the link is looked at: reading a few short files of the kernel's.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The running watchers. Dropping them ends them, each after at most [`HOLD`].
pub struct Watchers {
    stop: Arc<AtomicBool>,
    _events: Option<NexoEvents>,
}

impl Drop for Watchers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

/// A watcher cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum WatchersError {
    /// The address for the reader's events cannot be listened on.
    #[error("reader.events_address {address}: {why}")]
    Events {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        why: std::io::Error,
    },
}

impl Watchers {
    /// Starts those that the settings have a use for. `deliver` is called on their threads.
    ///
    /// # Errors
    ///
    /// The address for the reader's events cannot be listened on. Everything else that fails is a probe's to find.
    pub fn start(
        world: &Arc<World>,
        events: Option<NexoEventSettings>,
        deliver: impl Fn(Event) + Send + Sync + 'static,
    ) -> Result<Self, WatchersError> {
        let deliver: Arc<dyn Fn(Event) + Send + Sync> = Arc::new(deliver);
        let stop = Arc::new(AtomicBool::new(false));
        let events = events.map(|settings| listen(settings, &deliver)).transpose()?;
        if let Some(reader) = world.reader.clone() {
            let tell = Arc::clone(&deliver);
            repeat(&stop, "reader watcher", move || {
                match reader.hold(HOLD) {
                    HoldEnd::StillThere => return,
                    HoldEnd::Lost => tell(Event::ReaderNews(ReaderNews::AskNow)),
                    HoldEnd::NotConnected => {}
                }
                thread::sleep(PAUSE);
            });
        }
        let held = world.settings.host.as_ref().is_some_and(|host| host.idle_connection);
        if let Some(host) = world.host.clone().filter(|_| held) {
            let tell = Arc::clone(&deliver);
            repeat(&stop, "host watcher", move || {
                match host.hold(CONNECT, HOLD) {
                    HoldEnd::StillThere => return,
                    HoldEnd::Lost => tell(Event::HostNews),
                    HoldEnd::NotConnected => {}
                }
                thread::sleep(PAUSE);
            });
        }
        watch_link(world, &stop, &deliver);
        watch_pcsc(world, &deliver);
        Ok(Self { stop, _events: events })
    }
}

/// Runs `once` again and again on a thread of its own, until it is to stop.
fn repeat(stop: &Arc<AtomicBool>, name: &'static str, mut once: impl FnMut() + Send + 'static) {
    let stop = Arc::clone(stop);
    let run = move || {
        while !stop.load(Ordering::SeqCst) {
            once();
        }
    };
    // Without the thread a failure is found by the next probe instead.
    if let Err(error) = thread::Builder::new().name(name.to_owned()).spawn(run) {
        tracing::warn!(%error, name, "a watcher could not be started");
    }
}

/// The link on the way to the host, or else to an anchor. What is on this machine needs no link: where nothing else is
/// known, any link counts.
fn watch_link(world: &Arc<World>, stop: &Arc<AtomicBool>, deliver: &Arc<dyn Fn(Event) + Send + Sync>) {
    let far_ends = world.rungs.host_address.iter().chain(&world.rungs.anchors).map(SocketAddr::ip);
    let mut way = WayOut::new(far_ends.into_iter().find(|address| !address.is_loopback()));
    let Some(mut is_up) = way.has_link() else { return };
    let tell = Arc::clone(deliver);
    repeat(stop, "link watcher", move || {
        thread::sleep(LOOK_EVERY);
        let now = way.has_link().unwrap_or(is_up);
        if now != is_up {
            is_up = now;
            tell(Event::LinkChanged { is_up });
        }
    });
}

fn listen(
    settings: NexoEventSettings,
    deliver: &Arc<dyn Fn(Event) + Send + Sync>,
) -> Result<NexoEvents, WatchersError> {
    let address = settings.address;
    let tell = Arc::clone(deliver);
    let news = Arc::new(move |news| tell(Event::ReaderNews(news)));
    NexoEvents::listen(settings, news).map_err(|why| WatchersError::Events { address, why })
}

/// A reader that cannot be watched is one that cannot be asked: the till goes on, and the log says why.
fn watch_pcsc(world: &Arc<World>, deliver: &Arc<dyn Fn(Event) + Send + Sync>) {
    let ReaderSettings::Pcsc { reader, ask_chip, library, .. } = &world.settings.reader else { return };
    let settings = PcscSettings { reader: reader.clone(), ask_chip: *ask_chip, library: library.clone() };
    let tell = Arc::clone(deliver);
    let news = move |news| match news {
        PcscNews::Reader(news) => tell(Event::ReaderNews(news)),
        PcscNews::NotWatching(why) => tracing::warn!("{why}"),
    };
    match PcscWatch::start(&settings, news) {
        Ok(watch) => {
            // There is one world and one call of this, so the place is empty.
            let _ = world.pcsc.set(watch);
        }
        Err(error) => tracing::warn!(%error, "the reader cannot be watched"),
    }
}
