//! `stopgap simulate reader|host|printer`: a simulator as a process of its own, on a real socket.

use std::io::{self, BufRead, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use ring::rand::SystemRandom;

use crate::cli::nexo::KeyArgs;
use crate::cli::{Failure, Place, print_line};
use crate::settings::file::load;
use crate::simulator::certificate::{CertificateFlaw, SimulatedCertificate};
use crate::simulator::command::{COMMANDS, Obeys};
use crate::simulator::host::{self, HostKey, HostRules, HostSimulator, HostWays};
use crate::simulator::printer::{self, PrinterSimulator};
use crate::simulator::reader::{ReaderSimulator, ReaderWays, SIMULATED_POI_ID};
use crate::simulator::zvt::{SIMULATED_PASSWORD, ZvtSimulator};

/// The longest command line, in bytes.
const COMMAND_BYTES_MAX: u64 = 4 * 1024;

/// Run a simulator until standard input ends.
#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A card reader; its faults can be set while it runs
    #[command(after_help = COMMANDS)]
    Reader(ReaderArgs),
    /// An acquirer's host that speaks ISO 8583:1987 and opens sealed cards; with --config in the dialect of its [host]
    #[command(after_help = host::COMMANDS)]
    Host {
        /// The port on 127.0.0.1; 0 takes a free one
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Speak TLS, with a certificate made at the start; its root is printed
        #[arg(long)]
        tls: bool,
        /// The DNS name in the certificate
        #[arg(long, value_name = "NAME", default_value = "acquirer.example", requires = "tls")]
        name: String,
    },
    /// A receipt printer that keeps what it printed; its faults can be set while it runs
    #[command(after_help = printer::COMMANDS)]
    Printer {
        /// The port on 127.0.0.1; 0 takes a free one
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

#[derive(Debug, Args)]
struct ReaderArgs {
    /// What it speaks
    #[arg(long, value_enum, default_value_t = Protocol::Nexo)]
    protocol: Protocol,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Speak TLS, with a certificate made at the start; its root is printed
    #[arg(long)]
    tls: bool,
    /// The certificate's name after the reader's id
    #[arg(long, value_name = "NAME", default_value = "test.terminal.example", requires = "tls")]
    name_suffix: String,
    /// Seal messages with the passphrase in this file
    #[arg(long, value_name = "FILE")]
    encrypt: Option<PathBuf>,
    #[command(flatten)]
    key: KeyArgs,
    /// Where it sends what it says without being asked, over HTTP
    #[arg(long, value_name = "ADDRESS")]
    events: Option<SocketAddr>,
}

/// What a simulated reader speaks.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Protocol {
    /// nexo Sale-to-POI in the Terminal API's JSON form
    Nexo,
    /// ZVT 13 over TCP
    Zvt,
}

pub(super) fn simulate(args: &SimulateArgs, place: &Place) -> Result<(), Failure> {
    match &args.what {
        What::Reader(args) => match args.protocol {
            Protocol::Nexo => nexo_reader(args),
            Protocol::Zvt => zvt_reader(args),
        },
        What::Printer { port } => receipt_printer(*port),
        What::Host { port, tls, name } => {
            let make = || SimulatedCertificate::of_host(name, CertificateFlaw::None).map_err(Failure::input);
            let certificate = tls.then(make).transpose()?;
            let root_pem = certificate.as_ref().map(SimulatedCertificate::root_pem);
            let key = HostKey::generate("simulated-acquirer", &SystemRandom::new())
                .map_err(|_| Failure::Input("the system gives no random numbers".to_owned()))?;
            let ways = ways_of_host(place, certificate.as_ref())?;
            let host = HostSimulator::start_with(*port, key, HostRules::default(), ways)
                .map_err(|error| Failure::Input(format!("port {port}: {error}")))?;
            let key: serde_json::Value = serde_json::from_str(&host.public_jwk()).map_err(Failure::input)?;
            let said = serde_json::json!({
                "address": host.address().to_string(), "key": key, "root_pem": root_pem,
                "certificate_name": tls.then_some(name),
            });
            print_line(&said.to_string())?;
            obey_until_the_end(&host)
        }
    }
}

/// Spoken to as the `[host]` of the till's configuration says, where one is given.
fn ways_of_host<'a>(place: &Place, certificate: Option<&'a SimulatedCertificate>) -> Result<HostWays<'a>, Failure> {
    let ways = HostWays { certificate, ..HostWays::default() };
    let Some(config) = &place.config else { return Ok(ways) };
    let settings = load(config, Path::new("")).map_err(Failure::input)?;
    let no_host = || Failure::Input(format!("{}: there is no [host] whose dialect could be spoken", config.display()));
    let host = settings.host.ok_or_else(no_host)?;
    Ok(HostWays { dialect: host.dialect, sign_on: host.sign_on, ..ways })
}

fn nexo_reader(args: &ReaderArgs) -> Result<(), Failure> {
    let name = format!("{SIMULATED_POI_ID}.{}", args.name_suffix);
    let make = || SimulatedCertificate::of_reader(&name, CertificateFlaw::None).map_err(Failure::input);
    let certificate = args.tls.then(make).transpose()?;
    let root_pem = certificate.as_ref().map(|certificate| certificate.root_pem().to_owned());
    let key = args.encrypt.as_deref().map(|file| args.key.read(file)).transpose()?.map(Arc::new);
    let ways = ReaderWays { port: args.port, certificate, key, events: args.events, events_tls: None };
    let reader =
        ReaderSimulator::start_with(ways).map_err(|error| Failure::Input(format!("port {}: {error}", args.port)))?;
    let place = serde_json::json!({
        "address": reader.address().to_string(), "poi_id": SIMULATED_POI_ID, "root_pem": root_pem,
        "certificate_name": args.tls.then_some(name), "encrypted": args.encrypt.is_some(),
    });
    print_line(&place.to_string())?;
    obey_until_the_end(&reader)
}

fn receipt_printer(port: u16) -> Result<(), Failure> {
    let printer = PrinterSimulator::start(port).map_err(|error| Failure::Input(format!("port {port}: {error}")))?;
    print_line(&serde_json::json!({ "address": printer.address().to_string() }).to_string())?;
    obey_until_the_end(&printer)
}

fn zvt_reader(args: &ReaderArgs) -> Result<(), Failure> {
    if args.tls || args.encrypt.is_some() || args.events.is_some() {
        return Err(Failure::Input(
            "--tls, --encrypt and --events are for --protocol nexo: ZVT knows neither".to_owned(),
        ));
    }
    let reader =
        ZvtSimulator::start(args.port).map_err(|error| Failure::Input(format!("port {}: {error}", args.port)))?;
    let place = serde_json::json!({ "address": reader.address().to_string(), "password": SIMULATED_PASSWORD });
    print_line(&place.to_string())?;
    obey_until_the_end(&reader)
}

/// Obeys the commands on standard input until it ends: a parent that dies takes its simulators with it.
fn obey_until_the_end(reader: &impl Obeys) -> Result<(), Failure> {
    let mut input = io::stdin().lock();
    loop {
        let mut line = String::new();
        match (&mut input).take(COMMAND_BYTES_MAX).read_line(&mut line) {
            Ok(0) | Err(_) => return Ok(()),
            Ok(_) if line.trim().is_empty() => {}
            Ok(_) => {
                let done = reader.obey(line.trim());
                let done = done.unwrap_or_else(|error| serde_json::json!({"error": error.to_string()}).to_string());
                print_line(&done)?;
            }
        }
    }
}
