//! The printer of the settings, as the app asks for it: a text in, what became of it out.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use crate::domain::printer::{PrintResult, PrinterTrouble, Reached as Lines};
use crate::escpos::{Printout, Trouble};
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

    /// Asks how the printer is. One that cannot answer is taken for well.
    ///
    /// # Errors
    ///
    /// Why it does not print.
    pub fn ask(&self) -> Result<(), PrinterTrouble> {
        if !self.0.printer.answers {
            return Ok(());
        }
        let status = self.0.printer.status().map_err(|cause| trouble(&cause))?;
        status.trouble().map_or(Ok(()), |why| Err(trouble_of(why)))
    }

    /// Opens the drawer, asked for at `asked_at`; `None` where no drawer hangs on the printer.
    #[must_use]
    pub fn kick(&self, asked_at: DateTime<FixedOffset>) -> Option<Result<(), PrinterTrouble>> {
        let pin = self.0.drawer_pin?;
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
