//! `stopgap run`: the touchscreen.
//!
//! With a configuration it is the shop's till. With none, and with no ledger in the data folder, it is a demo on the
//! built-in simulators: in a ledger of its own, with DEMO on every page and receipt.

use std::cell::RefCell;
use std::env;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use chrono::{Local, Utc};
use slint::{Timer, TimerMode};
use zeroize::Zeroizing;

use crate::app::event::{Event, Input};
use crate::app::{App, Start};
use crate::cli::demo::{self, DemoArgs};
use crate::cli::{Failure, Place, print_line};
use crate::demo::till::card_key;
use crate::domain::card::CardDraft;
use crate::iso8583::Terminal;
use crate::outside::World;
use crate::outside::files::Files;
use crate::outside::host::TcpHost;
use crate::outside::lanes::{self, Lanes};
use crate::outside::line::{Line, TcpLine};
use crate::outside::random_bits;
use crate::outside::reader::NexoEventSettings;
use crate::outside::reader::open::open as open_reader;
use crate::outside::rungs::Rungs;
use crate::outside::watchers::Watchers;
use crate::screens::simulator::SimulatorView;
use crate::seal::AcquirerKey;
use crate::settings::Settings;
use crate::settings::file::load;
use crate::settings::pin::{pepper_file, pepper_fits, read_pepper};
use crate::simulator::shop::DemoShop;
use crate::store::{Opened, Options, Store};
use crate::ui_bind::Screen;
use crate::ui_bind::wish::{HaltTouch, SimulatorTouch, Wish};

/// How often the clock moves when nothing else happens.
const TICK: Duration = Duration::from_millis(200);
/// How long one anchor of the line may take.
const LINE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a simulated customer takes to present a card.
const CUSTOMER_TIME: Duration = Duration::from_millis(1_500);
/// How long the demo waits for reader, line and host.
const DEMO_PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn run(place: &Place) -> Result<(), Failure> {
    let data = place.data.clone().or_else(default_data_folder);
    if let Some(config) = &place.config {
        let data = data.ok_or_else(|| Failure::Input("--data DIR is needed: there is no home folder".to_owned()))?;
        let settings = load(config, &data).map_err(Failure::input)?;
        if !has_display() {
            return Err(Failure::Input("there is no display to open the touchscreen on".to_owned()));
        }
        return run_shop(settings, &data);
    }
    if let Some(data) = data.filter(|data| data.join("stopgap.db").exists()) {
        let why = format!("{} holds a ledger: --config FILE is needed to open it", data.display());
        return Err(Failure::Input(why));
    }
    if has_display() { run_demo() } else { demo_without_display() }
}

fn demo_without_display() -> Result<(), Failure> {
    print_line("There is no display, so the demo day is played without one; its pictures go to ./stopgap-demo.")?;
    let args = DemoArgs::standard();
    demo::demo(&args, &Place { config: None, data: None })
}

fn default_data_folder() -> Option<PathBuf> {
    let base = env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    base.or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".local/share")))
        .map(|base| base.join("stopgap"))
}

/// Whether a window can be opened. Only Unix desktops say so in the environment.
fn has_display() -> bool {
    let named = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(unix)) || cfg!(target_os = "macos") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

fn run_shop(settings: Settings, data: &Path) -> Result<(), Failure> {
    let settings = Arc::new(settings);
    let opened = open(data, &settings)?;
    let key = settings.host.as_ref().map(|host| read_key(&host.key_file)).transpose()?;
    let key = key.filter(|key| key.valid_at(Utc::now().timestamp()).is_ok());
    let files = Files {
        inbox: settings.statement_inbox.clone(),
        receipts: data.join("receipts"),
        reports: data.join("reports"),
    };
    let pepper = pepper(data, &settings)?;
    let start = start(&opened, &settings, key.is_some(), false);
    let (world, events) = shop_world(&settings, opened.store, key, files, data)?;
    touchscreen(start, World { pepper, ..world }, events, None)
}

fn run_demo() -> Result<(), Failure> {
    let shop = DemoShop::start().map_err(Failure::input)?;
    shop.reader.set_customer_time(CUSTOMER_TIME);
    let folder = env::temp_dir().join(format!("stopgap-demo-{}", std::process::id()));
    let settings = Arc::new(shop.settings(&folder).map_err(Failure::input)?);
    let opened = open(&folder, &settings)?;
    let files = Files {
        inbox: settings.statement_inbox.clone(),
        receipts: folder.join("receipts"),
        reports: folder.join("reports"),
    };
    let start = start(&opened, &settings, true, true);
    let world =
        shop.world(Arc::clone(&settings), opened.store, files, &folder, DEMO_PATIENCE).map_err(Failure::input)?;
    print_line("Demo on built-in simulators. Cashier 3 has PIN 3141, Manager 1 has PIN 2718.")?;
    touchscreen(start, world, None, Some(shop))
}

fn open(data: &Path, settings: &Settings) -> Result<Opened, Failure> {
    let options = Options { now_unix: Utc::now().timestamp(), faults: None };
    Store::open(data, settings.till, options).map_err(Failure::input)
}

fn start(opened: &Opened, settings: &Arc<Settings>, has_key: bool, demo: bool) -> Start {
    Start {
        settings: Arc::clone(settings),
        ledger: opened.ledger.clone(),
        has_key,
        demo,
        unconfirmed: u32::try_from(opened.found.unconfirmed.len()).unwrap_or(u32::MAX),
        repaired: opened.found.restored_database.is_some() || opened.found.restored_mirror.is_some(),
        at: Local::now().fixed_offset(),
    }
}

fn read_key(file: &Path) -> Result<AcquirerKey, Failure> {
    let named = |why: &dyn std::fmt::Display| Failure::Input(format!("acquirer key {}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| named(&error))?;
    AcquirerKey::from_jwk_json(&text).map_err(|error| named(&error))
}

/// The key that PINs are peppered with; a missing or foreign one is said now, and not as a wrong PIN later.
fn pepper(data: &Path, settings: &Settings) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    let pepper = read_pepper(data).map_err(Failure::input)?;
    let bytes = pepper.as_ref().map(|pepper| pepper.as_slice());
    match settings.people.iter().find(|person| !pepper_fits(&person.pin_hash, bytes)) {
        None => Ok(pepper),
        Some(person) => {
            let file = pepper_file(data);
            Err(Failure::Input(format!(
                "the PIN of {} was hashed with another pepper than {}",
                person.id,
                file.display()
            )))
        }
    }
}

fn shop_world(
    settings: &Arc<Settings>,
    store: Store,
    key: Option<AcquirerKey>,
    files: Files,
    data: &Path,
) -> Result<(World, Option<NexoEventSettings>), Failure> {
    let host = settings.host.as_ref().map(|host| {
        let terminal = Terminal::new(&host.terminal, &host.merchant)?;
        Ok(TcpHost::new(host.address.to_string(), terminal))
    });
    let host = host.transpose().map_err(|error: crate::iso8583::TerminalError| Failure::input(error))?;
    let line = (!settings.line_anchors.is_empty())
        .then(|| TcpLine::new(settings.line_anchors.clone(), LINE_TIMEOUT).map_err(Failure::input))
        .transpose()?;
    let opened = open_reader(settings).map_err(Failure::input)?;
    let mut rungs = Rungs::new(data.to_owned());
    rungs.own.watch(Arc::new(lanes::beats()));
    rungs.reader.clone_from(&opened.driver);
    rungs.reader_address = settings.reader.address();
    rungs.anchors.clone_from(&settings.line_anchors);
    rungs.host.clone_from(&host);
    rungs.host_address = settings.host.as_ref().map(|host| host.address);
    let world = World {
        settings: Arc::clone(settings),
        store: Mutex::new(store),
        rungs,
        pcsc: OnceLock::new(),
        reader: opened.driver,
        line: line.map(|line| Arc::new(line) as Arc<dyn Line>),
        host,
        key,
        draft: Arc::new(Mutex::new(CardDraft::new())),
        files,
        pepper: None,
    };
    Ok((world, opened.events))
}

/// What lives on the screen's thread.
struct Front {
    app: App,
    screen: Rc<Screen>,
    lanes: Lanes,
    world: Arc<World>,
    shop: Option<DemoShop>,
    switches: SimulatorView,
}

thread_local! {
    /// Events from the workers find the front here: they come from other threads, and the screen's types may not leave
    /// theirs.
    static FRONT: RefCell<Option<Rc<RefCell<Front>>>> = const { RefCell::new(None) };
}

fn touchscreen(
    start: Start,
    world: World,
    events: Option<NexoEventSettings>,
    shop: Option<DemoShop>,
) -> Result<(), Failure> {
    let world = Arc::new(world);
    let screen = Screen::new().map_err(|error| Failure::Input(format!("the touchscreen cannot be opened: {error}")))?;
    let deliver = |event| {
        // An event for a loop that has ended has nobody to tell; what was stored is on disk.
        let _ = slint::invoke_from_event_loop(move || with_front(|front| front.take(event)));
    };
    let lanes = Lanes::start(&world, deliver);
    let _watchers = Watchers::start(&world, events, deliver).map_err(Failure::input)?;
    let switches = SimulatorView::default();
    let screen = Rc::new(screen);
    let front = Front { app: App::new(start), screen: Rc::clone(&screen), lanes, world, shop, switches };
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
    served
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
            if let Err(effect) = self.lanes.perform(effect, at) {
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
            Wish::Simulator(touch) => {
                if let Err(error) = self.switch(touch) {
                    tracing::error!(%error, "the simulators did not follow a switch");
                }
                self.take(Event::Clock);
            }
            Wish::Halt(HaltTouch::TryAgain | HaltTouch::Quit) => {
                // Starting again is what looks at the store anew; a supervisor does that, or the person.
                let _ = slint::quit_event_loop();
            }
        }
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
            SimulatorTouch::Mend => {
                *on = SimulatorView::default();
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
