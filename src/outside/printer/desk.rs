//! The printer of the settings, as the app asks for it: a text in, what became of it out.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use crate::domain::printer::{PrintResult, PrinterTrouble, Reached as Lines};
use crate::escpos::{DrawerPin, Printout, Trouble};
use crate::outside::printer::{Delivery, Painter, PrintCause, PrintFailure, Reached};
use crate::settings::PrinterSettings;

/// A drawer is opened within this time or not at all: it must not spring open when nobody expects it any more.
const KICK_WITHIN: TimeDelta = TimeDelta::seconds(10);

/// The printer of the settings.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'s>(pub &'s PrinterSettings);

impl Desk<'_> {
    /// Prints a text with a QR code below it, once.
    #[must_use]
    pub fn print(&self, text: &str, code: Option<&str>) -> PrintResult {
        let Ok(printout) = Printout::of(text, code, &self.0.profile, &Painter::default()) else {
            return PrintResult::Failed { trouble: PrinterTrouble::Unprintable, reached: None };
        };
        match self.0.printer.print(&printout) {
            Ok(Delivery::Printed) => PrintResult::Printed,
            Ok(Delivery::Taken) => PrintResult::Taken,
            Err(failure) => {
                tracing::warn!(%failure, "a receipt was not printed");
                let reached = match failure.reached {
                    Reached::Nothing => None,
                    Reached::Part { surely, at_most, of } => {
                        Some(Lines { surely: few(surely), at_most: few(at_most), of: few(of) })
                    }
                };
                PrintResult::Failed { trouble: trouble(&failure.cause), reached }
            }
        }
    }

    /// Prints a text that belongs to no sale.
    ///
    /// # Errors
    ///
    /// Says why it is not on paper, or not surely.
    pub fn print_text(&self, text: &str) -> Result<(), String> {
        let printout = Printout::of(text, None, &self.0.profile, &Painter::default()).map_err(|why| why.to_string())?;
        self.0.printer.print(&printout).map(|_| ()).map_err(|failure| failure.to_string())
    }

    /// Asks how the printer is. One that cannot answer is well when there is a way to it.
    ///
    /// # Errors
    ///
    /// Why it does not print.
    pub fn ask(&self) -> Result<(), PrinterTrouble> {
        if !self.0.printer.answers {
            return self.0.printer.reach().map_err(|cause| trouble(&cause));
        }
        let status = self.0.printer.status().map_err(|cause| trouble(&cause))?;
        status.trouble().map_or(Ok(()), |why| Err(trouble_of(why)))
    }

    /// Opens the drawer at this pin, or at the one of the settings, asked for at `asked_at`; `None` where no drawer hangs
    /// on the printer.
    #[must_use]
    pub fn kick(&self, asked_at: DateTime<FixedOffset>, pin: Option<DrawerPin>) -> Option<Result<(), PrinterTrouble>> {
        let pin = pin.or(self.0.drawer_pin)?;
        if Utc::now().fixed_offset() - asked_at > KICK_WITHIN {
            return Some(Err(PrinterTrouble::Unreachable));
        }
        Some(self.0.printer.kick(pin).map_err(|PrintFailure { cause, .. }| trouble(&cause)))
    }
}

fn trouble(cause: &PrintCause) -> PrinterTrouble {
    match cause {
        PrintCause::Connection(_) | PrintCause::Broke(_) | PrintCause::Silent => PrinterTrouble::Unreachable,
        PrintCause::Trouble(why) => trouble_of(*why),
    }
}

fn trouble_of(why: Trouble) -> PrinterTrouble {
    match why {
        Trouble::CoverOpen => PrinterTrouble::CoverOpen,
        Trouble::NoPaper => PrinterTrouble::NoPaper,
        Trouble::CutterJammed => PrinterTrouble::CutterJammed,
        Trouble::Broken => PrinterTrouble::Broken,
        Trouble::Offline => PrinterTrouble::Offline,
    }
}

/// Lines of a receipt, of which there are a few hundred at most.
fn few(lines: usize) -> u16 {
    u16::try_from(lines).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escpos::{DrawerPin, PaperWidth, Profile};
    use crate::outside::printer::{Printer, PrinterAddress};
    use crate::settings::MerchantCopy;
    use crate::simulator::printer::{Printed, PrinterSimulator};

    fn settings(printer: &PrinterSimulator) -> PrinterSettings {
        PrinterSettings {
            printer: Printer { address: PrinterAddress::Network(printer.address()), answers: true },
            profile: Profile {
                paper: PaperWidth::Mm80,
                pages: Vec::new(),
                has_chinese: false,
                has_codes: true,
                has_cutter: true,
            },
            drawer_pin: Some(DrawerPin::Two),
            merchant_copy: MerchantCopy::Never,
            signature: false,
        }
    }

    /// Brings a fault about, or mends it.
    type Set = fn(&PrinterSimulator, bool);

    /// Twelve lines: three blocks.
    fn receipt() -> String {
        (1..=12).fold(String::new(), |text, line| text + &format!("line {line}\n"))
    }

    #[test]
    fn what_a_real_printer_does_is_told_as_the_app_has_to_know_it() {
        let printer = PrinterSimulator::start(0).unwrap();
        let settings = settings(&printer);
        let desk = Desk(&settings);
        assert_eq!(desk.print(&receipt(), Some("2300000017")), PrintResult::Printed);
        assert_eq!(desk.ask(), Ok(()));

        printer.end_paper_after(0);
        let trouble = PrinterTrouble::NoPaper;
        assert_eq!(desk.print(&receipt(), None), PrintResult::Failed { trouble, reached: None });
        assert_eq!(desk.ask(), Err(trouble));
        assert_eq!(desk.kick(Utc::now().fixed_offset(), None), Some(Err(trouble)));

        printer.load_paper();
        printer.end_paper_after(6);
        let PrintResult::Failed { trouble, reached: Some(lines) } = desk.print(&receipt(), None) else {
            panic!("the paper ended in the middle");
        };
        assert_eq!((trouble, lines.surely, lines.of), (PrinterTrouble::NoPaper, 4, 12));
        assert!(lines.at_most >= 6, "{lines:?}");
        printer.load_paper();

        // The connection ends in the middle: some of it may be on paper, and nobody knows how much.
        printer.drop_after(60);
        let PrintResult::Failed { trouble: PrinterTrouble::Unreachable, reached: Some(lines) } =
            desk.print(&receipt(), None)
        else {
            panic!("the connection ended in the middle");
        };
        assert!(lines.surely <= lines.at_most && lines.at_most <= lines.of, "{lines:?}");

        // A printer that has frozen takes the connection and says nothing: not a line of the receipt is sent to it.
        printer.set_frozen(true);
        let trouble = PrinterTrouble::Unreachable;
        assert_eq!(desk.print(&receipt(), None), PrintResult::Failed { trouble, reached: None });
        printer.set_frozen(false);

        printer.set_cover_open(true);
        assert_eq!(desk.ask(), Err(PrinterTrouble::CoverOpen));
        printer.set_cover_open(false);
        printer.set_unplugged(true);
        assert_eq!(desk.ask(), Err(PrinterTrouble::Unreachable));
    }

    #[test]
    fn a_drawer_is_opened_at_once_or_not_at_all() {
        let printer = PrinterSimulator::start(0).unwrap();
        let settings = settings(&printer);
        let now = Utc::now().fixed_offset();
        let late = Desk(&settings).kick(now - KICK_WITHIN - TimeDelta::seconds(1), None);
        assert_eq!(late, Some(Err(PrinterTrouble::Unreachable)));
        assert_eq!(Desk(&settings).kick(now, None), Some(Ok(())));
        let kicks = printer.printed().into_iter().filter(|one| matches!(one, Printed::Kick(_))).count();
        assert_eq!(kicks, 1);
        let without = PrinterSettings { drawer_pin: None, ..settings };
        assert_eq!(Desk(&without).kick(now, None), None);
    }

    /// It is said in time, and the pulse is not kept for later: a drawer springs open for nobody when the paper is refilled.
    #[test]
    fn a_drawer_on_a_printer_in_trouble_stays_closed_also_when_it_is_well_again() {
        let printer = PrinterSimulator::start(0).unwrap();
        let settings = settings(&printer);
        let desk = Desk(&settings);
        let faults: [(Set, PrinterTrouble); 5] = [
            (
                |printer, is_on| if is_on { printer.end_paper_after(0) } else { printer.load_paper() },
                PrinterTrouble::NoPaper,
            ),
            (PrinterSimulator::set_cover_open, PrinterTrouble::CoverOpen),
            (PrinterSimulator::set_cutter_jammed, PrinterTrouble::CutterJammed),
            // It stalls: the connection is taken, and nothing is read or said.
            (PrinterSimulator::set_frozen, PrinterTrouble::Unreachable),
            (PrinterSimulator::set_unplugged, PrinterTrouble::Unreachable),
        ];
        for (set, trouble) in faults {
            set(&printer, true);
            let began = Utc::now();
            assert_eq!(desk.kick(began.fixed_offset(), None), Some(Err(trouble)));
            assert!(Utc::now() - began < KICK_WITHIN, "{trouble:?}");
            set(&printer, false);
            // What it was sent before this it has printed by now.
            assert_eq!(desk.print("a\n", None), PrintResult::Printed, "{trouble:?}");
            let kicks = printer.printed().into_iter().filter(|one| matches!(one, Printed::Kick(_))).count();
            assert_eq!(kicks, 0, "{trouble:?}");
        }
    }
}
