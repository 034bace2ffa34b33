//! `stopgap run`: the touchscreen.
//!
//! With a configuration it is the shop's till. With none, and with no ledger in the data folder, it is a demo on the
//! built-in simulators: in a ledger of its own, with DEMO on every page and receipt.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use std::{env, thread};

use chrono::Local;
use clap::Args;
use slint::{Timer, TimerMode};

use crate::app::effect::Effect;
use crate::app::event::{Event, Input};
use crate::app::{App, Start};
use crate::cli::again::{Again, start_again};
use crate::cli::demo::{self, DemoArgs, TemporaryFolder};
use crate::cli::shop::{open, pepper, save, shop_world, start};
use crate::cli::{Failure, Place, display, print_line};
use crate::demo::till::card_key;
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::service::{Upkeep, UpkeepDone};
use crate::outside::World;
use crate::outside::files::Files;
use crate::outside::lanes::Lanes;
use crate::outside::random_bits;
use crate::outside::reader::NexoEventSettings;
use crate::outside::watchers::Watchers;
use crate::screens::simulator::SimulatorView;
use crate::settings::file::load;
use crate::settings::{CustomerSide, Settings};
use crate::simulator::shop::{DemoShop, PEOPLE, trust_payees};
use crate::store::Store;
use crate::ui_bind::Screen;
use crate::ui_bind::wish::{HaltTouch, SimulatorTouch, Wish};

/// How often the clock moves when nothing else happens.
const TICK: Duration = Duration::from_millis(200);
/// How long a simulated customer takes to present a card.
const CUSTOMER_TIME: Duration = Duration::from_millis(1_500);
/// How long the demo waits for reader, line and host.
const DEMO_PATIENCE: Duration = Duration::from_secs(3);

/// Open the touchscreen.
#[derive(Debug, Default, Args)]
pub(super) struct RunArgs {
    /// Take the whole display; on one of 1024x600 or less that happens by itself
    #[arg(long)]
    full_screen: bool,
    /// Play an outage on the built-in simulators, in a ledger of its own; afterwards the till starts again
    #[arg(long)]
    practice: bool,
    /// With --practice: who practises. A sale that is finished during an outage ticks “An outage practised” for them
    #[arg(long, value_name = "PERSON", requires = "practice", require_equals = true)]
    by: Option<String>,
    /// What the till is told when it comes back from practice: who played an outage
    #[arg(long, value_name = "PERSON", conflicts_with = "practice", require_equals = true, hide = true)]
    practised: Option<String>,
}

/// How the touchscreen ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ended {
    /// The window was closed, or somebody ended the program.
    Closed,
    /// Somebody wants the store to be looked at anew, which only a start does.
    Again,
    /// Somebody wants to practise: the till makes room for that, and comes back.
    Practice {
        /// Who.
        by: PersonId,
    },
}

pub(super) fn run(args: &RunArgs, place: &Place) -> Result<(), Failure> {
    // Everything of the ended till is gone when this is matched, the lock on its store too.
    let (ended, played) = open_till(args, place)?;
    match ended {
        Ended::Closed | Ended::Again if args.practice && place.config.is_some() => {
            Err(start_again(Again::Till { practised: args.by.as_deref().filter(|_| played) }))
        }
        Ended::Closed => Ok(()),
        Ended::Again if args.practice => Err(start_again(Again::Practice { by: args.by.as_deref() })),
        Ended::Again => Err(start_again(Again::Till { practised: None })),
        Ended::Practice { by } => Err(start_again(Again::Practice { by: Some(&by.0) })),
    }
}

/// How the touchscreen ended, and whether an outage was played on it.
fn open_till(args: &RunArgs, place: &Place) -> Result<(Ended, bool), Failure> {
    let data = place.data.clone().or_else(default_data_folder);
    if let Some(config) = &place.config {
        let data = data.ok_or_else(|| Failure::Input("--data DIR is needed: there is no home folder".to_owned()))?;
        let settings = load(config, &data).map_err(Failure::input)?;
        if !display::is_named() {
            return Err(Failure::Input("there is no display to open the touchscreen on".to_owned()));
        }
        let screen = display::screen(args.full_screen)?;
        if args.practice {
            return run_demo(screen, Some(&settings));
        }
        return run_shop(settings, &data, screen, args.practised.as_deref());
    }
    if let Some(data) = data.filter(|data| data.join("stopgap.db").exists()) {
        let why = format!("{} holds a ledger: --config FILE is needed to open it", data.display());
        return Err(Failure::Input(why));
    }
    let screen = if display::is_named() {
        display::screen(args.full_screen)
    } else {
        Err(Failure::Input("there is no display".to_owned()))
    };
    match screen {
        Ok(screen) => run_demo(screen, None),
        Err(why) => demo_without_display(&why).map(|()| (Ended::Closed, false)),
    }
}

fn demo_without_display(why: &Failure) -> Result<(), Failure> {
    print_line(&format!(
        "The demo day is played without a display, because {why}; its pictures go to ./stopgap-demo."
    ))?;
    // A thread on which a window was tried to be opened cannot draw without one any more.
    let played = thread::spawn(|| demo::demo(&DemoArgs::standard(), &Place { config: None, data: None }));
    played.join().unwrap_or_else(|_| Err(Failure::Input("the demo day broke off".to_owned())))
}

fn default_data_folder() -> Option<PathBuf> {
    let base = env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    base.or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".local/share")))
        .map(|base| base.join("stopgap"))
}

fn run_shop(
    settings: Settings,
    data: &Path,
    screen: Screen,
    practised: Option<&str>,
) -> Result<(Ended, bool), Failure> {
    let mut opened = open(data, &settings)?;
    if let Some(by) = practised {
        note_practice(&mut opened.store, &settings, by)?;
    }
    let settings = Arc::new(settings.switched_to(opened.store.ledger().switched_to()));
    let files = Files {
        inbox: settings.statement_inbox.clone(),
        receipts: data.join("receipts"),
        reports: data.join("reports"),
        mappings: data.join("mappings"),
        currency: settings.currency,
        reading: Arc::<_>::default(),
    };
    let pepper = pepper(data, &settings)?;
    let start = start(&mut opened, &settings, false)?;
    let (world, events) = shop_world(&settings, opened.store, files, data)?;
    match settings.qr.customer_side {
        CustomerSide::Beside => {}
        CustomerSide::Display(area) => screen
            .open_customer_display(&settings.shop.name, area)
            .map_err(|error| Failure::Input(format!("the customer's display: {error}")))?,
    }
    touchscreen(screen, start, World { pepper, ..world }, events, (None, false))
}

/// Ticks the practice that the till comes back from.
fn note_practice(store: &mut Store, settings: &Settings, by: &str) -> Result<(), Failure> {
    let person = settings.people.iter().find(|person| person.id.0 == by);
    let by = person.ok_or_else(|| Failure::Input(format!("--practised={by}: the settings have no such person")))?;
    let done = UpkeepDone { work: Upkeep::Practice, at: Local::now().fixed_offset(), by: by.id.clone() };
    save(store, &by.id.0, Fact::UpkeepDone { done })
}

/// The till on the built-in simulators, in a ledger of its own that is gone afterwards. For practice it has the name and
/// the language of the shop, and nothing else of it: no account, no key, no person and no PIN.
fn run_demo(screen: Screen, practice: Option<&Settings>) -> Result<(Ended, bool), Failure> {
    let shop = DemoShop::start().map_err(Failure::input)?;
    shop.reader.set_customer_time(CUSTOMER_TIME);
    let temporary = TemporaryFolder::new()?;
    let folder = &temporary.0;
    let mut settings = shop.settings(folder).map_err(Failure::input)?;
    if let Some(shop) = practice {
        (settings.shop, settings.language) = (shop.shop.clone(), shop.language);
    }
    let settings = Arc::new(settings);
    let mut opened = open(folder, &settings)?;
    shop.bring_in_key(&mut opened.store, Local::now().fixed_offset()).map_err(Failure::input)?;
    trust_payees(&mut opened.store, &settings, Local::now().fixed_offset()).map_err(Failure::input)?;
    let files = Files {
        inbox: settings.statement_inbox.clone(),
        receipts: folder.join("receipts"),
        reports: folder.join("reports"),
        mappings: folder.join("mappings"),
        currency: settings.currency,
        reading: Arc::<_>::default(),
    };
    let start = start(&mut opened, &settings, true)?;
    let world =
        shop.world(Arc::clone(&settings), opened.store, files, folder, DEMO_PATIENCE).map_err(Failure::input)?;
    let pins: Vec<String> = PEOPLE.iter().map(|(_, name, _, pin)| format!("{name} has PIN {pin}")).collect();
    print_line(&format!("Demo on built-in simulators. {}.", pins.join(", ")))?;
    touchscreen(screen, start, world, None, (Some(shop), practice.is_some()))
}

/// What lives on the screen's thread.
struct Front {
    app: App,
    screen: Rc<Screen>,
    lanes: Lanes,
    world: Arc<World>,
    shop: Option<DemoShop>,
    switches: SimulatorView,
    ended: Ended,
}

thread_local! {
    /// Events from the workers find the front here: they come from other threads, and the screen's types may not leave
    /// theirs.
    static FRONT: RefCell<Option<Rc<RefCell<Front>>>> = const { RefCell::new(None) };
}

fn touchscreen(
    screen: Screen,
    start: Start,
    world: World,
    events: Option<NexoEventSettings>,
    (shop, practice): (Option<DemoShop>, bool),
) -> Result<(Ended, bool), Failure> {
    let world = Arc::new(world);
    let deliver = |event| {
        // An event for a loop that has ended has nobody to tell; what was stored is on disk.
        let _ = slint::invoke_from_event_loop(move || with_front(|front| front.take(event)));
    };
    let lanes = Lanes::start(&world, deliver);
    let _watchers = Watchers::start(&world, events, deliver).map_err(Failure::input)?;
    let switches = SimulatorView { practice, ..SimulatorView::default() };
    let screen = Rc::new(screen);
    let ended = Ended::Closed;
    let front = Front { app: App::new(start), screen: Rc::clone(&screen), lanes, world, shop, switches, ended };
    front.screen.connect(|wish| {
        // The wish is granted after the callback has returned, so that a page never changes under its own touch.
        let _ = slint::invoke_from_event_loop(move || with_front(|front| front.grant(wish)));
    });
    let front = Rc::new(RefCell::new(front));
    FRONT.with(|kept| *kept.borrow_mut() = Some(Rc::clone(&front)));
    front.borrow_mut().take(Event::Clock);
    let tick = Timer::default();
    tick.start(TimerMode::Repeated, TICK, || with_front(|front| front.take(Event::Clock)));
    let served = screen.run().map_err(|error| Failure::Input(format!("the touchscreen: {error}")));
    FRONT.with(|kept| *kept.borrow_mut() = None);
    served?;
    let front = front.borrow();
    Ok((front.ended.clone(), front.app.has_played_an_outage()))
}

fn with_front(act: impl FnOnce(&mut Front)) {
    let front = FRONT.with(|kept| kept.borrow().clone());
    if let Some(front) = front {
        act(&mut front.borrow_mut());
    }
}

impl Front {
    fn take(&mut self, event: Event) {
        let at = Local::now().fixed_offset();
        let effects = self.app.handle(Input { at, entropy: random_bits(), event });
        for effect in effects {
            if effect == Effect::StartAgain {
                self.end(Ended::Again);
            } else if let Effect::Practise { by } = effect {
                self.end(Ended::Practice { by });
            } else if let Err(effect) = self.lanes.perform(effect, at) {
                tracing::error!(?effect, "no lane took an effect");
            }
        }
        let mut view = self.app.view();
        view.simulator = self.shop.is_some().then_some(self.switches);
        self.screen.show(view);
    }

    fn grant(&mut self, wish: Wish) {
        match wish {
            Wish::Touch(touch) => self.take(Event::Touch(touch)),
            Wish::Card(key) => {
                let entry = card_key(&self.world, key, Local::now().fixed_offset());
                self.take(Event::CardTyped(entry));
            }
            Wish::Simulator(SimulatorTouch::End) => self.end(Ended::Closed),
            Wish::Simulator(touch) => {
                if let Err(error) = self.switch(touch) {
                    tracing::error!(%error, "the simulators did not follow a switch");
                }
                self.take(Event::Clock);
            }
            Wish::Halt(touch) => {
                self.end(match touch {
                    HaltTouch::TryAgain => Ended::Again,
                    HaltTouch::Quit => Ended::Closed,
                });
            }
        }
    }

    fn end(&mut self, ended: Ended) {
        self.ended = ended;
        // A loop that has ended already needs no telling.
        let _ = slint::quit_event_loop();
    }

    fn switch(&mut self, touch: SimulatorTouch) -> std::io::Result<()> {
        let Some(shop) = &self.shop else { return Ok(()) };
        let on = &mut self.switches;
        match touch {
            SimulatorTouch::Unplug => {
                on.unplugged = !on.unplugged;
                if on.unplugged { shop.reader.unplug() } else { shop.reader.plug()? }
            }
            SimulatorTouch::Freeze => {
                on.frozen = !on.frozen;
                if on.frozen { shop.reader.freeze() } else { shop.reader.thaw() }
            }
            SimulatorTouch::NextCardBad => shop.reader.bad_card_next(),
            SimulatorTouch::CutNetwork => {
                on.network_cut = !on.network_cut;
                if on.network_cut { shop.cut_network()? } else { shop.mend_network()? }
            }
            SimulatorTouch::StopHost => {
                on.host_down = !on.host_down;
                shop.host_controls().set_listening(!on.host_down)?;
                shop.reader.set_host_reachable(!on.host_down);
            }
            SimulatorTouch::LoseAnswer => shop.host_controls().lose_next_answer(),
            // It ends the loop, and was done before.
            SimulatorTouch::End => {}
            SimulatorTouch::Mend => {
                *on = SimulatorView { practice: on.practice, ..SimulatorView::default() };
                shop.reader.thaw();
                shop.reader.mend();
                shop.reader.plug()?;
                shop.mend_network()?;
                shop.host_controls().set_listening(true)?;
            }
        }
        Ok(())
    }
}
