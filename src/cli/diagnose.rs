//! `stopgap diagnose`: climbs the diagnosis ladder once and says which part of the way to the card's bank has failed.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Local;
use clap::Args;
use serde_json::json;

use crate::cli::shop::settings_in_use;
use crate::cli::{Failure, Place, print_line};
use crate::domain::contacts::ContactsVerdict;
use crate::domain::ladder::{Cause, Evidence, Found, Kind, Ladder, NotTried, Rung, Step, TlsTrouble};
use crate::domain::outage::ReaderCause;
use crate::domain::reader::ReaderReport;
use crate::outside::host::open::open as open_host;
use crate::outside::reader::open::open as open_reader;
use crate::outside::reader::pcsc::{PcscSettings, PcscState, PcscWatch};
use crate::outside::reader::{PrinterState, ReaderDiagnosis};
use crate::outside::rung_of_watch;
use crate::outside::rungs::Rungs;
use crate::settings::{ReaderSettings, Settings};

/// How long the watch over a PC/SC reader gets to see it.
const WATCH: Duration = Duration::from_secs(3);
/// How often it is asked meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Climb the diagnosis ladder once; exit code 1 when something is wrong.
#[derive(Debug, Args)]
pub(super) struct DiagnoseArgs {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Let the reader check its own parts and hosts as well: up to two minutes, and a ZVT terminal may print
    #[arg(long)]
    reader: bool,
}

pub(super) fn diagnose(args: &DiagnoseArgs, place: &Place) -> Result<(), Failure> {
    let missing =
        |what: &str| Failure::Input(format!("{what} is needed: it says which reader, line and host there are"));
    let config = place.config.as_deref().ok_or_else(|| missing("--config FILE"))?;
    let data = place.data.as_deref().unwrap_or(Path::new("."));
    let settings = settings_in_use(config, data)?;
    let rungs = rungs(&settings, data)?;
    let ladder = climb(&settings, &rungs);
    let itself =
        rungs.reader.as_ref().filter(|_| args.reader).map(|reader| reader.diagnose(Local::now().fixed_offset()));
    let conclusion = ladder.conclusion();
    if args.json {
        let steps: Vec<_> = ladder.steps().into_iter().map(step_json).collect();
        let cause = |cause: &Cause| json!({ "kind": cause.kind, "rung": cause.rung, "seen": said(&cause.evidence) });
        let object = json!({
            "cause": conclusion.cause.as_ref().map(cause),
            "also": conclusion.also.as_ref().map(cause),
            "rungs": steps,
            "reader": itself.as_ref().map(diagnosis_json),
        });
        print_line(&object.to_string())?;
    } else {
        for step in ladder.steps() {
            print_line(&step_line(step))?;
        }
        if args.reader {
            let line = itself.as_ref().map_or_else(|| "cannot be asked".to_owned(), diagnosis_line);
            print_line(&format!("{:<8}{:<18}{line}", "", "the reader says"))?;
        }
    }
    match conclusion.cause {
        None => Ok(()),
        Some(cause) => {
            Err(Failure::DoesNotHold(format!("{}: {}: {}", kind(cause.kind), rung(cause.rung), said(&cause.evidence))))
        }
    }
}

/// Both sides at once, each from the bottom; the lines of text wait for the end, so that they stand in order.
fn climb(settings: &Settings, rungs: &Rungs) -> Ladder {
    let watch = watch(settings);
    let began = Local::now().fixed_offset();
    let mut ladder = Ladder::begin(began);
    let (sender, steps) = channel::<Step>();
    thread::scope(|scope| {
        let watch = watch.as_ref();
        let mut waiting = 0_u32;
        let start = |rung: Rung, sender: &Sender<Step>| {
            let sender = sender.clone();
            scope.spawn(move || {
                let watched = watch.and_then(|watch| rung_of_watch(rung, &watch.state()));
                let found = watched.unwrap_or_else(|| rungs.climb(rung, began).found);
                // The receiver lives until all are back.
                let _ = sender.send(Step { rung, found });
            });
        };
        let first: Vec<Rung> = ladder.next().collect();
        for rung in first {
            start(rung, &sender);
            waiting += 1;
        }
        while waiting > 0 {
            let Ok(step) = steps.recv() else { return };
            waiting -= 1;
            let rung = step.rung;
            ladder.take(step);
            if let Some(next) = ladder.next_beside(rung) {
                start(next, &sender);
                waiting += 1;
            }
        }
    });
    ladder
}

fn rungs(settings: &Settings, data: &Path) -> Result<Rungs, Failure> {
    let reader = open_reader(settings).map_err(Failure::input)?.driver;
    let host = settings.host.as_ref().map(open_host).transpose().map_err(Failure::input)?;
    Ok(Rungs::of_shop(settings, data.to_owned(), reader, host))
}

/// The watch over a PC/SC reader, once it knows how the reader is or why it cannot, or its time is up.
fn watch(settings: &Settings) -> Option<PcscWatch> {
    let ReaderSettings::Pcsc { reader, ask_chip, library, .. } = &settings.reader else { return None };
    let settings = PcscSettings { reader: reader.clone(), ask_chip: *ask_chip, library: library.clone() };
    let watch = PcscWatch::start(&settings, |_| {}).ok()?;
    let until = Instant::now() + WATCH;
    while matches!(watch.state(), PcscState::Unseen | PcscState::Suspected(_)) && Instant::now() < until {
        thread::sleep(LOOK_EVERY);
    }
    Some(watch)
}

fn step_line(step: &Step) -> String {
    let (mark, text) = match &step.found {
        Found::Good(evidence) => ("good", said(evidence)),
        Found::Bad(evidence) => ("BAD", said(evidence)),
        Found::Unclear(evidence) => ("unclear", said(evidence)),
        Found::NotTried(why) => ("-", not_tried(*why).to_owned()),
    };
    format!("{mark:<8}{:<18}{text}", rung(step.rung))
}

fn step_json(step: &Step) -> serde_json::Value {
    let (outcome, text) = match &step.found {
        Found::Good(evidence) => ("good", said(evidence)),
        Found::Bad(evidence) => ("bad", said(evidence)),
        Found::Unclear(evidence) => ("unclear", said(evidence)),
        Found::NotTried(why) => ("not_tried", not_tried(*why).to_owned()),
    };
    json!({ "rung": step.rung, "outcome": outcome, "seen": text })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Hardware => "hardware",
        Kind::Card => "card",
        Kind::Network => "network",
        Kind::Software => "software",
        Kind::Host => "host",
    }
}

fn rung(rung: Rung) -> &'static str {
    match rung {
        Rung::Till => "till",
        Rung::ReaderService => "reader service",
        Rung::ReaderPresent => "reader present",
        Rung::ReaderHealthy => "reader healthy",
        Rung::Card => "card",
        Rung::Carrier => "cable or Wi-Fi",
        Rung::Address => "address",
        Rung::Gateway => "router",
        Rung::Name => "names",
        Rung::Anchor => "internet",
        Rung::HostPort => "host port",
        Rung::Tls => "host TLS",
        Rung::HostApplication => "host program",
        Rung::Issuer => "issuers",
    }
}

fn not_tried(why: NotTried) -> &'static str {
    match why {
        NotTried::NoSuchPart => "not tried: the configuration names no such part",
        NotTried::SameMachine => "not tried: the other end is on this machine",
        NotTried::BelowFailed => "not tried: a rung below it failed",
        NotTried::ReaderBusy => "not tried: the reader is busy",
        NotTried::NotKnownHere => "not tried: this is known only while the till runs, or not on this system",
    }
}

/// What was seen, as a line for whoever installs or repairs.
fn said(evidence: &Evidence) -> String {
    match evidence {
        Evidence::TillWell { disk_ms } => {
            format!("a write to the data folder took {disk_ms} ms, the clock runs evenly")
        }
        Evidence::WorkerStuck { worker, seconds } => format!("part “{worker}” has been at one job for {seconds} s"),
        Evidence::DiskRefuses { why } => format!("the data folder takes no write: {why}"),
        Evidence::ClockJumped { seconds } => format!("the clock was set by {seconds} s"),
        Evidence::ServiceRuns => "PC/SC runs".to_owned(),
        Evidence::ServiceStopped => "PC/SC does not run: start pcscd".to_owned(),
        Evidence::ServiceHung => "PC/SC does not answer: restart pcscd".to_owned(),
        Evidence::ServiceMissing => "PC/SC says nothing: is it installed?".to_owned(),
        Evidence::Connected { to, ms } => format!("connected to {to} in {ms} ms"),
        Evidence::Refused { by } => format!("{by} refused the connection"),
        Evidence::Silent { from, ms } => format!("nothing answered at {from} in {ms} ms"),
        Evidence::NoRoute { to } => format!("there is no way to {to}"),
        Evidence::ReaderListed => "the system lists it".to_owned(),
        Evidence::ReaderNotListed => "the system does not list it".to_owned(),
        Evidence::ReaderSaysWell { stored: None | Some(0) } => "it says that it is well".to_owned(),
        Evidence::ReaderSaysWell { stored: Some(stored) } => {
            format!("it says that it is well; {stored} payments wait in it")
        }
        Evidence::ReaderSaysBusy => "it says that it is busy".to_owned(),
        Evidence::ReaderFault(cause) => fault(*cause).to_owned(),
        Evidence::Cards(ContactsVerdict::Fine) => "no card has failed".to_owned(),
        Evidence::Cards(ContactsVerdict::TryAnotherCard) => "the last card did not answer".to_owned(),
        Evidence::Cards(ContactsVerdict::SuspectReader) => "two different cards in a row did not answer".to_owned(),
        Evidence::LinkUp { interface } => format!("{interface} has a link"),
        Evidence::NoLink => "no link on the way out".to_owned(),
        Evidence::HasAddress { address } => format!("this till is {address} on the way there"),
        Evidence::NoAddress => "this till has no address on the way there".to_owned(),
        Evidence::GatewayAnswers { address } => format!("{address} answers"),
        Evidence::GatewaySilent { address } => format!("{address} does not answer"),
        Evidence::NoGateway => "the system knows no router".to_owned(),
        Evidence::NameFound { name } => format!("{name} was looked up"),
        Evidence::NameNotFound { name } => format!("{name} could not be looked up"),
        Evidence::TlsStands => "the encrypted connection stands".to_owned(),
        Evidence::TlsFails(trouble) => format!("no encrypted connection: {}", tls_trouble(*trouble)),
        Evidence::EchoAnswered { ms } => format!("an echo (0800, DE 70 = 301) was answered in {ms} ms"),
        Evidence::EchoFailed { why } => format!("an echo (0800, DE 70 = 301) failed: {}", why.replace('_', " ")),
        Evidence::Issuers(share) => {
            format!("of the last {} answers {} had code 91, 92 or 96", share.answers, share.not_asked)
        }
    }
}

/// What the reader says of itself, where it says anything.
fn diagnosis_line(diagnosis: &ReaderDiagnosis) -> String {
    let mut parts = vec![match &diagnosis.report {
        ReaderReport::Healthy { stored_in_reader: None | Some(0), .. } => "well".to_owned(),
        ReaderReport::Healthy { stored_in_reader: Some(stored), .. } => format!("well, holding {stored} payments"),
        ReaderReport::Busy => "busy".to_owned(),
        ReaderReport::Faulty { cause, .. } => fault(*cause).to_owned(),
    }];
    if let ReaderReport::Healthy { host_reachable: Some(reachable), .. } = diagnosis.report {
        parts.push(format!("it {} its acquirer", if reachable { "reaches" } else { "does not reach" }));
    }
    if let Some(details) = &diagnosis.details {
        let acquirer = |(name, reached): &(String, bool)| {
            format!("acquirer {name} {}", if *reached { "reached" } else { "not reached" })
        };
        parts.extend(details.acquirers.iter().map(acquirer));
        parts.extend(details.printer.map(|state| format!("printer {}", printer(state))));
        parts.extend(details.battery_percent.map(|percent| format!("battery {percent} %")));
        parts.extend(details.network.as_ref().map(|network| format!("network {network}")));
        parts.extend(details.firmware.as_ref().map(|firmware| format!("firmware {firmware}")));
        parts.extend(details.terminal.as_ref().map(|terminal| format!("terminal {terminal}")));
    }
    parts.join(", ")
}

fn diagnosis_json(diagnosis: &ReaderDiagnosis) -> serde_json::Value {
    let (is_well, host_reachable) = match diagnosis.report {
        ReaderReport::Healthy { host_reachable, .. } => (true, host_reachable),
        ReaderReport::Busy | ReaderReport::Faulty { .. } => (false, None),
    };
    json!({
        "is_well": is_well, "host_reachable": host_reachable, "details": diagnosis.details,
        "seen": diagnosis_line(diagnosis),
    })
}

fn printer(state: PrinterState) -> &'static str {
    match state {
        PrinterState::Ready => "ready",
        PrinterState::PaperLow => "low on paper",
        PrinterState::NoPaper => "without paper",
        PrinterState::PaperJam => "jammed",
        PrinterState::OutOfOrder => "broken",
    }
}

fn tls_trouble(trouble: TlsTrouble) -> &'static str {
    match trouble {
        TlsTrouble::OtherRoot => "the certificate does not come from host.root_certificate",
        TlsTrouble::Expired => "the certificate has expired, or the till's clock is ahead",
        TlsTrouble::NotYetValid => "the certificate is not valid yet, or the till's clock is behind",
        TlsTrouble::OtherName => "the certificate does not bear host.certificate_name",
        TlsTrouble::Unusable => "the certificate cannot be used",
        TlsTrouble::NotTls => "TLS 1.2 or 1.3 is not spoken there",
        TlsTrouble::NoAnswer => "no answer",
    }
}

fn fault(cause: ReaderCause) -> &'static str {
    match cause {
        ReaderCause::NotConnected => "nothing answers: is it switched on and plugged in?",
        ReaderCause::NoAnswer => "it takes connections and does not answer",
        ReaderCause::CardReaderFault => "it says that its card slot is broken",
        ReaderCause::PinPadFault => "it says that its keypad is broken",
        ReaderCause::OutOfOrder => "it says that it is out of order",
        ReaderCause::Tampered => "it says that its security alarm went off",
        ReaderCause::SoftwareFault => {
            "its program refuses, or what came is not its protocol: check ids, keys, certificate"
        }
        ReaderCause::Maintenance => "it is being updated",
        ReaderCause::ServiceStopped => "its service does not run",
        ReaderCause::ServiceHung => "its service does not answer",
        ReaderCause::ReportedByHand => "a person says that it does not work",
        ReaderCause::NotAccepted => "no manager has accepted it since it was in other hands",
    }
}
