//! `stopgap pcsc-watch`: the child process that watches PC/SC readers. Started by the till, not by people.

use std::io::{self, Read, Write};
use std::process;
use std::thread;

use clap::Args;

use crate::cli::Failure;
use crate::outside::pcsc_child::line::WatchLine;
use crate::outside::pcsc_child::{LIBRARY, WatchOptions, run};
use crate::outside::reader::pcsc::{PcscNews, PcscSettings, PcscWatch};

/// Watch PC/SC readers until standard input ends; one JSON line for each event and each beat.
#[derive(Debug, Args)]
pub(super) struct PcscWatchArgs {
    /// Ask each card for its payment directory, to see that its chip is alive; nothing is read
    #[arg(long)]
    ask_chip: bool,
    /// The PC/SC library to load
    #[arg(long, value_name = "FILE", default_value = LIBRARY)]
    library: String,
    /// Start a child that watches and tell what the till would be told
    #[arg(long)]
    supervised: bool,
}

pub(super) fn pcsc_watch(args: &PcscWatchArgs) -> Result<(), Failure> {
    if args.supervised {
        return supervised(args);
    }
    // A parent that dies takes its child with it, also when the child hangs in the service: hence a thread.
    let watching = thread::Builder::new().name("parent".to_owned()).spawn(end_with_standard_input);
    watching.map_err(|error| Failure::Input(format!("no thread to watch standard input with: {error}")))?;
    let options = WatchOptions { library: args.library.clone(), ask_chip: args.ask_chip };
    run(&options, &mut print).map_err(Failure::input)
}

/// The till's side of the watch, without a till: for the checks with the real service.
fn supervised(args: &PcscWatchArgs) -> Result<(), Failure> {
    let settings = PcscSettings { reader: None, ask_chip: args.ask_chip, library: Some(args.library.clone()) };
    let told = |news| {
        let text = match news {
            PcscNews::Reader(news) => format!("{news:?}"),
            PcscNews::NotWatching(why) => why.to_string(),
        };
        // Whoever reads this ends it by closing standard input; until then there is nobody else to tell.
        let _ = writeln!(io::stdout(), "{}", serde_json::json!({ "news": text }));
    };
    let watch = PcscWatch::start(&settings, told).map_err(Failure::input)?;
    wait_for_standard_input();
    drop(watch);
    Ok(())
}

fn print(line: &WatchLine) -> io::Result<()> {
    let text = line.to_text().map_err(io::Error::other)?;
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

#[expect(clippy::exit, reason = "the thread that returns from main may hang in a call that nothing can cancel")]
fn end_with_standard_input() {
    wait_for_standard_input();
    process::exit(0);
}

fn wait_for_standard_input() {
    let mut byte = [0_u8];
    while matches!(io::stdin().read(&mut byte), Ok(1..)) {}
}
