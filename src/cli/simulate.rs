//! `stopgap simulate reader|host`: a simulator as a process of its own, on a real socket.

use std::io::{self, Read};

use clap::{Args, Subcommand};
use ring::rand::SystemRandom;

use crate::cli::{Failure, print_line};
use crate::simulator::host::{HostKey, HostRules, HostSimulator};
use crate::simulator::reader::ReaderSimulator;

/// Run a simulator until standard input ends.
#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A card reader that speaks nexo Sale-to-POI (Terminal API JSON) over HTTP
    Reader {
        /// The port on 127.0.0.1; 0 takes a free one
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// An acquirer's host that speaks ISO 8583:1987 and opens sealed cards
    Host {
        /// The port on 127.0.0.1; 0 takes a free one
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

pub(super) fn simulate(args: &SimulateArgs) -> Result<(), Failure> {
    match args.what {
        What::Reader { port } => {
            let reader =
                ReaderSimulator::start(port).map_err(|error| Failure::Input(format!("port {port}: {error}")))?;
            print_line(&serde_json::json!({ "address": reader.address().to_string() }).to_string())?;
            wait_for_the_end();
        }
        What::Host { port } => {
            let key = HostKey::generate("simulated-acquirer", &SystemRandom::new())
                .map_err(|_| Failure::Input("the system gives no random numbers".to_owned()))?;
            let host = HostSimulator::start(port, key, HostRules::default())
                .map_err(|error| Failure::Input(format!("port {port}: {error}")))?;
            let key: serde_json::Value = serde_json::from_str(&host.public_jwk()).map_err(Failure::input)?;
            print_line(&serde_json::json!({ "address": host.address().to_string(), "key": key }).to_string())?;
            wait_for_the_end();
        }
    }
    Ok(())
}

/// Waits until standard input ends: a parent that dies takes its simulators with it.
fn wait_for_the_end() {
    let mut byte = [0_u8];
    while matches!(io::stdin().read(&mut byte), Ok(1..)) {}
}
