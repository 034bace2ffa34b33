//! `stopgap print`: a text on a receipt printer, or the bytes that would print it. For setting a printer up: what comes
//! out shows which code pages it has.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::cli::{Failure, print_line, read_file, read_input};
use crate::escpos::{CodePage, DrawerPin, PaperState, PaperWidth, Printout, Profile};
use crate::outside::printer::{Delivery, Painter, Printer, PrinterAddress};

/// The longest text, in bytes: some twenty times the longest slip.
const TEXT_BYTES_MAX: u64 = 256 * 1024;

/// Print a text of up to 42 columns on a receipt printer, once
#[derive(Debug, Args)]
pub(super) struct PrintArgs {
    /// The UTF-8 text; standard input without one
    file: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    profile: ProfileArgs,
    /// A QR code below the text, such as a sale reference
    #[arg(long, value_name = "DATA")]
    code: Option<String>,
    /// Open the drawer at this pin of the printer's connector; nothing is printed
    #[arg(long, value_enum, conflicts_with_all = ["file", "code", "out", "status"])]
    kick: Option<Pin>,
    /// Only say how the printer is
    #[arg(long, conflicts_with_all = ["file", "code", "out", "blind"])]
    status: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false, id = "printer")]
struct PlaceArgs {
    /// The printer's network address, as a rule with port 9100
    #[arg(long, value_name = "ADDRESS:PORT")]
    address: Option<SocketAddr>,
    /// The printer's device file, such as /dev/usb/lp0
    #[arg(long, value_name = "FILE")]
    device: Option<PathBuf>,
    /// Write the bytes into a file instead
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
struct ProfileArgs {
    /// How wide the paper is
    #[arg(long, value_enum, default_value_t = Width::Mm80)]
    paper: Width,
    /// A code page that the printer has, the preferred one first; without one all but ASCII is drawn
    #[arg(long = "page", value_name = "PAGE")]
    pages: Vec<CodePage>,
    /// The printer has a Chinese font (GB 18030)
    #[arg(long)]
    chinese: bool,
    /// Draw the QR code instead of leaving it to the printer
    #[arg(long)]
    draw_code: bool,
    /// The printer has no cutter
    #[arg(long)]
    no_cutter: bool,
    /// The printer answers no questions: send everything and hope
    #[arg(long)]
    blind: bool,
}

/// How wide the paper is.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Width {
    /// 80 mm
    #[value(name = "80")]
    Mm80,
    /// 58 mm
    #[value(name = "58")]
    Mm58,
}

/// A pin of the drawer connector.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Pin {
    /// Pin 2, the first drawer
    #[value(name = "2")]
    Two,
    /// Pin 5, the second
    #[value(name = "5")]
    Five,
}

pub(super) fn print(args: &PrintArgs) -> Result<(), Failure> {
    let answers = !args.profile.blind;
    let place = &args.place;
    let address = match (place.address, &place.device) {
        (Some(address), _) => Some(PrinterAddress::Network(address)),
        (None, Some(device)) => Some(PrinterAddress::Device(device.clone())),
        (None, None) => None,
    };
    let printer = address.map(|address| Printer { address, answers });
    match (&printer, args.kick) {
        (Some(printer), _) if args.status => say_status(printer),
        (Some(printer), Some(pin)) => {
            let pin = match pin {
                Pin::Two => DrawerPin::Two,
                Pin::Five => DrawerPin::Five,
            };
            printer.kick(pin).map_err(does_not_hold)?;
            print_line(&json!({"kicked": true}).to_string())
        }
        (printer, _) => print_text(args, printer.as_ref()),
    }
}

fn print_text(args: &PrintArgs, printer: Option<&Printer>) -> Result<(), Failure> {
    let text = match &args.file {
        Some(file) => {
            let bytes = read_file(file, TEXT_BYTES_MAX)?;
            String::from_utf8(bytes).map_err(|_| Failure::Input(format!("{}: it is not UTF-8 text", file.display())))?
        }
        None => read_input()?,
    };
    let printout = Printout::of(&text, args.code.as_deref(), &args.profile.profile(), &Painter::default());
    let printout = printout.map_err(Failure::input)?;
    let delivery = match (printer, &args.place.out) {
        (Some(printer), _) => match printer.print(&printout).map_err(does_not_hold)? {
            Delivery::Printed => "printed",
            Delivery::Taken => "taken",
        },
        (None, Some(out)) => {
            fs::write(out, printout.bytes()).map_err(|error| Failure::Input(format!("{}: {error}", out.display())))?;
            "written"
        }
        (None, None) => return Err(Failure::Input("--address, --device or --out is missing".to_owned())),
    };
    print_line(&json!({"delivery": delivery, "lines": printout.lines()}).to_string())
}

fn say_status(printer: &Printer) -> Result<(), Failure> {
    let status = printer.status().map_err(does_not_hold)?;
    let paper = match status.paper {
        PaperState::Present => "present",
        PaperState::NearEnd => "near_end",
        PaperState::Out => "out",
    };
    let trouble = status.trouble().map(|trouble| trouble.to_string());
    let state = json!({
        "offline": status.is_offline, "cover_open": status.is_cover_open, "cutter_jammed": status.is_cutter_jammed,
        "broken": status.is_broken, "paper": paper, "drawer_pin_high": status.is_drawer_pin_high, "trouble": trouble,
    });
    print_line(&state.to_string())
}

fn does_not_hold(why: impl std::fmt::Display) -> Failure {
    Failure::DoesNotHold(why.to_string())
}

impl ProfileArgs {
    fn profile(&self) -> Profile {
        Profile {
            paper: match self.paper {
                Width::Mm80 => PaperWidth::Mm80,
                Width::Mm58 => PaperWidth::Mm58,
            },
            pages: self.pages.clone(),
            has_chinese: self.chinese,
            has_codes: !self.draw_code,
            has_cutter: !self.no_cutter,
        }
    }
}
