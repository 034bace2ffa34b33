//! The program's driver against the printer: whole, or how far it got; never twice.

use std::time::{Duration, Instant};

use super::*;
use crate::escpos::{
    BLOCK_LINES, Cell, CodePage, DrawerPin, PaintLine, PaperState, PaperWidth, Printout, Profile, Raster, Trouble,
};
use crate::outside::printer::{
    ANSWER_MAX, BLOCK_MAX, CONNECT_MAX, Delivery, PrintCause, Printer, PrinterAddress, Reached,
};

struct Dot;

impl PaintLine for Dot {
    fn paint(&self, _: &str, columns: usize, cell: Cell) -> Raster {
        let mut raster = Raster::new(columns * cell.width, 2);
        raster.darken(0, 0);
        raster
    }
}

fn profile() -> Profile {
    Profile {
        paper: PaperWidth::Mm80,
        pages: vec![CodePage::Wpc1252, CodePage::Wpc1251],
        has_chinese: true,
        has_codes: true,
        has_cutter: true,
    }
}

fn printout(text: &str) -> Printout {
    Printout::of(text, Some("2300310428"), &profile(), &Dot).unwrap()
}

fn numbered(lines: usize) -> Printout {
    let lines: Vec<String> = (1..=lines).map(|line| format!("line {line}")).collect();
    printout(&lines.join("\n"))
}

fn printer(simulator: &PrinterSimulator) -> Printer {
    Printer { address: PrinterAddress::Network(simulator.address()), answers: true }
}

fn came_out(simulator: &PrinterSimulator) -> Vec<Printed> {
    simulator.printed()
}

fn lines_out(simulator: &PrinterSimulator) -> usize {
    simulator.printed().iter().filter(|one| matches!(one, Printed::Line(text) if text.starts_with("line"))).count()
}

#[test]
fn a_receipt_comes_out_whole_in_every_script() {
    let simulator = PrinterSimulator::start(0).unwrap();
    let text = "Café 2,50 €\nЦена\n应付 48.90\nราคา\nTotal";
    assert_eq!(printer(&simulator).print(&printout(text)).unwrap(), Delivery::Printed);
    let line = |text: &str| Printed::Line(text.to_owned());
    let expected = [
        line("Café 2,50 €"),
        line("Цена"),
        line("应付 48.90"),
        Printed::Picture { width: 504, height: 2, dark: 1 },
        line("Total"),
        Printed::Code("2300310428".to_owned()),
        line(""),
        Printed::Cut,
    ];
    assert_eq!(came_out(&simulator), expected);
    printer(&simulator).kick(DrawerPin::Five).unwrap();
    assert_eq!(came_out(&simulator).last(), Some(&Printed::Kick(1)));
}

#[test]
fn a_printer_that_cannot_print_is_sent_nothing() {
    let simulator = PrinterSimulator::start(0).unwrap();
    let refused = || match printer(&simulator).print(&numbered(3)) {
        Err(failure) => {
            assert_eq!(failure.reached, Reached::Nothing);
            failure.to_string()
        }
        Ok(delivery) => format!("{delivery:?}"),
    };
    simulator.set_cover_open(true);
    assert_eq!(refused(), "the printer's cover is open; nothing was printed");
    assert!(printer(&simulator).kick(DrawerPin::Two).is_err());
    simulator.set_cover_open(false);
    simulator.end_paper_after(0);
    assert_eq!(refused(), "the printer has no paper; nothing was printed");
    simulator.load_paper();
    simulator.set_cutter_jammed(true);
    assert_eq!(refused(), "the printer's cutter is jammed; nothing was printed");
    simulator.set_cutter_jammed(false);
    assert_eq!(came_out(&simulator), []);
    assert_eq!(printer(&simulator).status().unwrap().paper, PaperState::Present);
    assert_eq!(refused(), "Printed");
}

#[test]
fn paper_that_ends_leaves_less_than_a_block_in_the_printer() {
    let simulator = PrinterSimulator::start(0).unwrap();
    simulator.end_paper_after(10);
    let failure = printer(&simulator).print(&numbered(40)).unwrap_err();
    assert!(matches!(failure.cause, PrintCause::Trouble(Trouble::NoPaper)), "{failure}");
    assert_eq!(failure.reached, Reached::Part { surely: 8, at_most: 12, of: 41 });
    assert_eq!(failure.to_string(), "the printer has no paper; 8 to 12 of 41 lines were printed");
    assert_eq!(lines_out(&simulator), 10);
    simulator.load_paper();
    let until = Instant::now() + Duration::from_secs(5);
    while lines_out(&simulator) < 12 && Instant::now() < until {
        thread::sleep(TICK);
    }
    // What was in its buffer comes out, and no line twice.
    let lines: Vec<Printed> = (1..=12).map(|line| Printed::Line(format!("line {line}"))).collect();
    assert_eq!(came_out(&simulator), lines);
}

#[test]
fn silence_and_broken_connections_end_in_time_and_say_how_far() {
    let simulator = PrinterSimulator::start(0).unwrap();
    let began = Instant::now();
    simulator.set_frozen(true);
    let failure = printer(&simulator).print(&numbered(3)).unwrap_err();
    assert!(matches!((&failure.cause, failure.reached), (PrintCause::Silent, Reached::Nothing)), "{failure}");
    simulator.set_frozen(false);
    assert!(began.elapsed() < CONNECT_MAX + ANSWER_MAX + Duration::from_secs(1));
    assert_eq!(lines_out(&simulator), 0);

    simulator.drop_after(100);
    let failure = printer(&simulator).print(&numbered(40)).unwrap_err();
    let Reached::Part { surely, at_most, of: 41 } = failure.reached else { panic!("{failure}") };
    assert!(matches!(failure.cause, PrintCause::Broke(_)), "{failure}");
    let printed = lines_out(&simulator);
    assert!(surely <= printed && printed <= at_most && at_most - surely <= BLOCK_LINES, "{failure}, {printed}");

    simulator.set_unplugged(true);
    let failure = printer(&simulator).print(&numbered(3)).unwrap_err();
    assert_eq!(failure.reached, Reached::Nothing, "{failure}");
    let address = simulator.address();
    drop(simulator);
    let gone = Printer { address: PrinterAddress::Network(address), answers: true };
    let failure = gone.print(&numbered(3)).unwrap_err();
    assert!(matches!((failure.cause, failure.reached), (PrintCause::Connection(_), Reached::Nothing)));
}

#[test]
fn a_printer_that_stalls_in_the_middle_is_given_up_after_one_block() {
    let simulator = PrinterSimulator::start(0).unwrap();
    let stalls = thread::scope(|scope| {
        let job = scope.spawn(|| (printer(&simulator).print(&numbered(700)), Instant::now()));
        while lines_out(&simulator) < 20 {
            thread::sleep(Duration::from_millis(1));
        }
        simulator.set_frozen(true);
        let frozen = Instant::now();
        let (failure, ended) = job.join().unwrap();
        assert!(ended - frozen < BLOCK_MAX + ANSWER_MAX + Duration::from_secs(1));
        failure.unwrap_err()
    });
    let Reached::Part { surely, at_most, of: 701 } = stalls.reached else { panic!("{stalls}") };
    assert!(matches!(stalls.cause, PrintCause::Silent) && surely >= 16 && at_most <= surely + BLOCK_LINES, "{stalls}");
}

#[test]
fn a_mute_printer_can_be_written_to_blindly() {
    let simulator = PrinterSimulator::start(0).unwrap();
    simulator.set_mute(true);
    let mute = Printer { answers: false, ..printer(&simulator) };
    assert_eq!(mute.print(&numbered(6)).unwrap(), Delivery::Taken);
    let until = Instant::now() + Duration::from_secs(5);
    while !came_out(&simulator).contains(&Printed::Cut) && Instant::now() < until {
        thread::sleep(TICK);
    }
    assert_eq!(lines_out(&simulator), 6);
}

#[cfg(unix)]
#[test]
fn a_device_is_not_waited_for_either() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lp0");
    let at = |path: &std::path::Path| Printer { address: PrinterAddress::Device(path.to_owned()), answers: false };
    assert!(matches!(at(&path).print(&numbered(2)).unwrap_err().reached, Reached::Nothing));
    std::fs::write(&path, "").unwrap();
    assert_eq!(at(&path).print(&numbered(2)).unwrap(), Delivery::Taken);
    assert_eq!(std::fs::read(&path).unwrap(), numbered(2).bytes());
    // A file has no answers: one that should have is silent within its bound.
    std::fs::write(&path, "").unwrap();
    let began = Instant::now();
    let silent = Printer { answers: true, ..at(&path) };
    assert!(matches!(silent.print(&numbered(2)).unwrap_err().cause, PrintCause::Silent));
    assert!(began.elapsed() < ANSWER_MAX + Duration::from_secs(1));
}

#[test]
fn commands_are_obeyed_line_by_line() {
    let simulator = PrinterSimulator::start(0).unwrap();
    assert_eq!(simulator.obey_command(r#"{"fault":"paper_ends","after_lines":0}"#).unwrap(), r#"{"done":true}"#);
    assert_eq!(printer(&simulator).status().unwrap().trouble(), Some(Trouble::NoPaper));
    simulator.obey_command(r#"{"fault":"load_paper"}"#).unwrap();
    printer(&simulator).print(&printout("a")).unwrap();
    let printed = simulator.obey_command(r#"{"printed":true}"#).unwrap();
    assert_eq!(printed, r#"{"done":[{"line":"a"},{"code":"2300310428"},{"line":""},{"cut":true}]}"#);
    for bad in ["", "{}", r#"{"fault":"load_paper","x":1}"#, r#"{"fault":"explode"}"#] {
        assert!(simulator.obey_command(bad).is_err(), "{bad}");
    }
}
