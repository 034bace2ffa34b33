//! How soon a failure is on the screen, and what watching costs an idle till, as a table, by `cargo bench --bench
//! detection`. No test asserts any of it, because machines are noisy.
//!
//! The till is put together as the program does it: the app, the lanes and the watchers, the drivers with their usual
//! time-outs, a clock that ticks five times a second, and a screen that is drawn whole, into memory, whenever something
//! on it changes. A time begins before the fault is made, so that making it is counted too, and ends when the first
//! picture is painted that says so. Each run has a till and a shop of its own, and its fault comes at another moment
//! between two probes. The simulators live in this process, so the cost of idling contains theirs. A link needs a
//! network namespace, and pcscd a folder of its own: those rows are measured by this program again, started inside of
//! both, as root; where that is not possible the table says why.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::cell::Cell;
use std::env;
use std::error::Error;
use std::fs;
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Local;
use stopgap::app::event::{Event, Input};
use stopgap::app::{App, Start};
use stopgap::domain::limits::CardWindow;
use stopgap::domain::reader::ReaderReport;
use stopgap::outside::files::Files;
use stopgap::outside::lanes::Lanes;
use stopgap::outside::reader::open::open as open_reader;
use stopgap::outside::reader::pcsc::PcscWatch;
use stopgap::outside::watchers::Watchers;
use stopgap::outside::{World, random_bits};
use stopgap::screens::View;
use stopgap::screens::status::ReaderState;
use stopgap::screens::types::HealthState;
use stopgap::settings::ReaderSettings;
use stopgap::simulator::shop::DemoShop;
use stopgap::store::{Options, Store};
use stopgap::ui_bind::headless::Headless;

/// How often each fault is made.
const RUNS: u32 = 20;
/// How often the program's clock moves, as in `stopgap run`.
const TICK: Duration = Duration::from_millis(200);
/// How long line and host may take to answer: the bound of `stopgap run` for the line. The reader has its driver's own.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a till runs before its fault: by then the first probes are over and the connections are held.
const WARM_UP: Duration = Duration::from_secs(1);
/// By so much later than in the run before comes the fault, so that 20 of them lie all over the 800 ms between two
/// probes of the reader, and over the 250 ms between two looks at the link.
const LATER: Duration = Duration::from_millis(41);
/// The longest wait for anything here.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// How long an idle till is looked at.
const IDLE: Duration = Duration::from_secs(20);
/// The unit of `/proc/PID/stat`: Linux counts in hundredths of a second there, whatever the machine (`USER_HZ`).
const STAT_TICKS_PER_SECOND: u64 = 100;
/// Where pcscd has its socket.
const PCSCD_SOCKET: &str = "/run/pcscd/pcscd.comm";
/// The driver of a virtual reader (vsmartcard-vpcd).
const VPCD: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/// Starts this program, `$1`, in a network namespace whose only link is a cable to another one, where it can be pulled.
const BEHIND_A_CABLE: &str = r#"till=stopgap-till-$$ street=stopgap-street-$$
ip netns add $till && trap 'ip netns delete $till; ip netns delete $street' EXIT && ip netns add $street || exit
ip link add till0 netns $till type veth peer name street0 netns $street || exit
ip -n $till link set lo up && ip -n $till link set till0 up && ip netns exec $till "$1" carrier $street"#;
/// Starts this program, `$1`, where pcscd has a folder of its own: a real one on this machine is not disturbed.
const BESIDE_A_PCSCD: &str = r#"command -v pcscd > /dev/null || { echo there is no pcscd >&2; exit 1; }
mkdir -p /run/pcscd && exec unshare --mount --propagation private sh -c '
mount -t tmpfs tmpfs /run/pcscd && exec "$1" pcsc' sh "$1""#;

type Outcome<T> = Result<T, Box<dyn Error>>;
/// Whether a screen says what is waited for.
type Said = fn(&View) -> bool;

fn main() -> Outcome<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let first = arguments.first().map(String::as_str);
    if first == Some("pcsc-watch") {
        // The till starts its own program as the child that watches; here that is this one, which is never out of date.
        return Ok(stopgap::cli::main());
    }
    let folder = env::temp_dir().join(format!("stopgap-detection-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let bench = Bench { folder: folder.clone(), screen: Headless::new()?, tills: Cell::new(0) };
    let measured = match (first, arguments.get(1)) {
        (Some("carrier"), Some(street)) => {
            bench.carrier(street);
            Ok(())
        }
        (Some("pcsc"), _) => bench.pcsc(),
        _ => bench.all(),
    };
    fs::remove_dir_all(&folder)?;
    measured.map(|()| ExitCode::SUCCESS)
}

/// A row of the table: the times from a fault to the screen.
fn row(name: &str, goal_ms: u128, one: impl FnMut(u32) -> Outcome<Duration>) {
    let mut times = match (0..RUNS).map(one).collect::<Outcome<Vec<Duration>>>() {
        Ok(times) => times,
        Err(why) => return println!("{name:<36} not run: {why}"),
    };
    times.sort_unstable();
    let micros = |place: usize| times.get(place).map_or(u128::MAX, Duration::as_micros);
    let [median, worst] = [micros(times.len() / 2), micros(times.len() - 1)];
    let met = if worst <= goal_ms * 1_000 { "met" } else { "not met" };
    let shown = |micros: u128| format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10);
    println!("{name:<36} {:>4} {:>12} {:>12} {goal_ms:>6} ms  {met}", RUNS, shown(median), shown(worst));
}

/// A shop's till as it runs, and its screen.
struct Live<'b> {
    app: App,
    lanes: Lanes,
    world: Arc<World>,
    _watchers: Watchers,
    events: Receiver<Event>,
    screen: &'b Headless,
    /// What is painted.
    painted: Option<View>,
    next_tick: Instant,
    last_turn: Instant,
}

impl Live<'_> {
    fn take(&mut self, event: Event) -> Outcome<()> {
        let at = Local::now().fixed_offset();
        for effect in self.app.handle(Input { at, entropy: random_bits(), event }) {
            self.lanes.perform(effect, at).map_err(|effect| format!("no lane took {effect:?}"))?;
        }
        self.screen.advance(self.last_turn.elapsed());
        self.last_turn = Instant::now();
        let view = self.app.view();
        self.screen.show(view.clone());
        if self.painted.as_ref() != Some(&view) {
            drop(self.screen.render());
            self.painted = Some(view);
        }
        Ok(())
    }

    /// Takes the next event, or moves the clock.
    fn turn(&mut self) -> Outcome<()> {
        let rest = self.next_tick.saturating_duration_since(Instant::now());
        if let Ok(event) = self.events.recv_timeout(rest) {
            return self.take(event);
        }
        self.next_tick += TICK;
        self.take(Event::Clock)
    }

    fn run_for(&mut self, time: Duration) -> Outcome<()> {
        let until = Instant::now() + time;
        while Instant::now() < until {
            self.turn()?;
        }
        Ok(())
    }

    fn run_until(&mut self, what: &str, seen: impl Fn(&Self) -> bool) -> Outcome<()> {
        let until = Instant::now() + WAIT_MAX;
        while !seen(self) {
            if Instant::now() > until {
                return Err(format!("waited in vain for {what}: {:?}", self.app.view().status).into());
            }
            self.turn()?;
        }
        Ok(())
    }

    /// Runs until everything was asked once, is watched and is well.
    fn warm_up(&mut self) -> Outcome<()> {
        self.run_for(WARM_UP)?;
        self.run_until("a shop that is well", |live| {
            let status = live.app.view().status;
            let reader_is_well = match status.reader {
                ReaderState::Ready => true,
                ReaderState::Standalone => {
                    matches!(live.world.pcsc.get().and_then(PcscWatch::report), Some(ReaderReport::Healthy { .. }))
                }
                _ => false,
            };
            reader_is_well && [status.line, status.host] == [HealthState::Working; 2]
        })
    }

    /// Makes a fault and says how long it takes until it is painted.
    fn fault(&mut self, round: u32, make: impl FnOnce() -> Outcome<()>, is_said: Said) -> Outcome<Duration> {
        self.warm_up()?;
        self.run_for(LATER * round)?;
        let began = Instant::now();
        make()?;
        self.run_until("the fault", |live| live.painted.as_ref().is_some_and(is_said))?;
        Ok(began.elapsed())
    }

    /// The cost of idling, as a row.
    fn idle(&mut self, name: &str) -> Outcome<()> {
        self.warm_up()?;
        let before = processor_time()?;
        self.run_for(IDLE)?;
        let spent = processor_time()?.checked_sub(before).ok_or("a child ended meanwhile")?;
        let hundredths = spent * 10_000 / (IDLE.as_secs() * STAT_TICKS_PER_SECOND);
        let met = if hundredths < 100 { "met" } else { "not met" };
        let cost = format!("{}.{:02} %", hundredths / 100, hundredths % 100);
        println!("{name:<36} {:>4} {cost:>12} {:>12} {:>9}  {met}", 1, "", "1.00 %");
        Ok(())
    }
}

/// The bar is red because of the reader.
const READER_DOWN: Said = |view| view.status.reader == ReaderState::Down && view.status.outage;
const HOST_DOWN: Said = |view| view.status.host == HealthState::Down;
const LINE_DOWN: Said = |view| view.status.line == HealthState::Down;

/// What all rows need.
struct Bench {
    folder: PathBuf,
    screen: Headless,
    tills: Cell<u32>,
}

impl Bench {
    fn all(&self) -> Outcome<()> {
        println!("{:<36} {:>4} {:>12} {:>12} {:>9}", "fault to screen", "runs", "median", "worst", "goal");
        self.connected("connection closed by the reader", 100, READER_DOWN, |shop| shop.reader.unplug());
        again("carrier lost", BEHIND_A_CABLE);
        // A host that goes on listening misses the goal, so what this returns need not be looked at.
        self.connected("host refusing", 1_000, HOST_DOWN, |shop| drop(shop.host_controls().set_listening(false)));
        self.connected("idle reader frozen", 3_000, READER_DOWN, |shop| shop.reader.freeze());
        again("pcscd killed, frozen", BESIDE_A_PCSCD);
        let shop = DemoShop::start()?;
        self.till(&shop, None)?.idle("idle, of one core")
    }

    /// A row of the reader, line and host that a shop has by network.
    fn connected(&self, name: &str, goal_ms: u128, is_said: Said, make: fn(&DemoShop)) {
        row(name, goal_ms, |round| {
            let shop = DemoShop::start()?;
            let fault = || {
                make(&shop);
                Ok(())
            };
            self.till(&shop, None)?.fault(round, fault, is_said)
        });
    }

    /// The row of the link, in the namespace of the till; `street` is the namespace with the other end of the cable.
    fn carrier(&self, street: &str) {
        row("carrier lost", 1_000, |round| {
            let shop = DemoShop::start()?;
            run("ip", &["-n", street, "link", "set", "street0", "up"])?;
            let pull = || run("ip", &["-n", street, "link", "set", "street0", "down"]);
            self.till(&shop, None)?.fault(round, pull, LINE_DOWN)
        });
    }

    /// The rows of PC/SC, where pcscd has a folder of its own.
    fn pcsc(&self) -> Outcome<()> {
        let reader = ReaderSettings::Pcsc { name: "Virtual".to_owned(), reader: None, ask_chip: false, library: None };
        // A shop for each, too: its host would otherwise go on serving the connections of tills that have ended.
        let one = |round, signal| {
            let (shop, service) = (DemoShop::start()?, Service::start(&self.folder)?);
            self.till(&shop, Some(reader.clone()))?.fault(round, || service.signal(signal), READER_DOWN)
        };
        row("pcscd killed", 100, |round| one(round, "-KILL"));
        row("pcscd frozen", 3_000, |round| one(round, "-STOP"));
        let (shop, _service) = (DemoShop::start()?, Service::start(&self.folder)?);
        self.till(&shop, Some(reader.clone()))?.idle("idle with PC/SC, child and pcscd")
    }

    /// A till of this shop with a ledger of its own; `reader` in place of the shop's.
    fn till(&self, shop: &DemoShop, reader: Option<ReaderSettings>) -> Outcome<Live<'_>> {
        self.tills.set(self.tills.get() + 1);
        let data = self.folder.join(self.tills.get().to_string());
        let mut settings = shop.settings(&data)?;
        if let Some(reader) = reader {
            settings.reader = reader;
        }
        let settings = Arc::new(settings);
        let at = Local::now().fixed_offset();
        let opened = Store::open(&data, settings.till, Options { now_unix: at.timestamp(), faults: None })?;
        let files = Files::under(&data, settings.currency);
        let start = Start {
            settings: Arc::clone(&settings),
            ledger: opened.ledger,
            card_window: CardWindow::new(),
            demo: true,
            unconfirmed: Vec::new(),
            repaired: false,
            at,
        };
        // The reader as the program opens it: the demo's is less patient, which would make the figures too good.
        let driver = open_reader(&settings)?.driver;
        let mut world = shop.world(Arc::clone(&settings), opened.store, files, &data, PATIENCE)?;
        world.rungs.reader.clone_from(&driver);
        world.rungs.reader_address = settings.reader.address();
        world.reader = driver;
        let world = Arc::new(world);
        let (sender, events) = channel();
        let watched = sender.clone();
        // A till that is gone has nobody to tell.
        let lanes = Lanes::start(&world, move |event| drop(sender.send(event)));
        let watchers = Watchers::start(&world, None, move |event| drop(watched.send(event)))?;
        let now = Instant::now();
        let (app, screen) = (App::new(start), &self.screen);
        let (painted, next_tick, last_turn) = (None, now, now);
        Ok(Live { app, lanes, world, _watchers: watchers, events, screen, painted, next_tick, last_turn })
    }
}

/// The processor time that this process and its children have used: the one that watches, and pcscd.
fn processor_time() -> Outcome<u64> {
    let mut processes = vec!["self".to_owned()];
    for thread in fs::read_dir("/proc/self/task")? {
        // A thread that has ended since has no children.
        let children = fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
        processes.extend(children.split_whitespace().map(str::to_owned));
    }
    let mut sum = 0;
    for process in processes {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // Behind the name, which may hold anything: the state, ten more, the time for itself, the time in the kernel.
        let (_, behind) = stat.rsplit_once(')').ok_or("a stat without a name")?;
        for field in behind.split_whitespace().skip(11).take(2) {
            sum += field.parse::<u64>()?;
        }
    }
    Ok(sum)
}

/// Runs a command to its end; an error is what it said.
fn run(program: &str, arguments: &[&str]) -> Outcome<()> {
    let ended = Command::new(program).args(arguments).output()?;
    if ended.status.success() { Ok(()) } else { Err(format!("{program}: {}", first_line(&ended.stderr)).into()) }
}

/// Starts this program again by way of a script; it prints its rows itself.
fn again(name: &str, script: &str) {
    let started = env::current_exe().and_then(|own| {
        Command::new("sh").args(["-c", script, "sh"]).arg(own).stderr(Stdio::piped()).spawn()?.wait_with_output()
    });
    match started {
        Ok(ended) if ended.status.success() => {}
        Ok(ended) => println!("{name:<36} not run: {}", first_line(&ended.stderr)),
        Err(why) => println!("{name:<36} not run: {why}"),
    }
}

fn first_line(said: &[u8]) -> String {
    String::from_utf8_lossy(said).lines().next().unwrap_or("nobody says why").to_owned()
}

/// A real pcscd with one virtual reader. It dies with its owner.
struct Service(Child);

impl Service {
    fn start(folder: &Path) -> Outcome<Self> {
        let readers = folder.join("readers");
        fs::create_dir_all(&readers)?;
        // One port for each of its two slots, below those that the system gives to anybody.
        let is_free = |port: u16| TcpListener::bind(("0.0.0.0", port)).is_ok();
        let port = (20_000..30_000).step_by(2).find(|port| is_free(*port) && is_free(port + 1)).ok_or("no port")?;
        let reader = format!(
            "FRIENDLYNAME \"Virtual\"\nDEVICENAME /dev/null:0x{port:04X}\nLIBPATH {VPCD}\nCHANNELID 0x{port:X}\n"
        );
        fs::write(readers.join("virtual"), reader)?;
        let mut command = Command::new("pcscd");
        command.arg("--foreground").arg("--config").arg(&readers);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let service = Self(child);
        let began = Instant::now();
        while UnixStream::connect(PCSCD_SOCKET).is_err() {
            if began.elapsed() > WAIT_MAX {
                return Err("pcscd does not start".into());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(service)
    }

    fn signal(&self, name: &str) -> Outcome<()> {
        run("kill", &[name, &self.0.id().to_string()])
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // One that was killed cannot be killed again, and need not be.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
