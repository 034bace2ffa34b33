//! A receipt printer in memory: it prints, stops, and dies in the middle of a paper.

use stopgap::domain::printer::{PrintResult, PrinterTrouble, Reached};
use stopgap::escpos::DrawerPin;

/// The printer.
#[derive(Debug, Default)]
pub struct FakePrinter {
    /// What came out whole.
    pub papers: Vec<String>,
    /// What came out in part.
    pub torn: Vec<String>,
    /// Why it does not print.
    pub trouble: Option<PrinterTrouble>,
    /// The next paper breaks off after so many lines.
    pub breaks_after: Option<u16>,
    /// What it breaks off with; without it there is no paper.
    pub breaks_with: Option<PrinterTrouble>,
    /// How often the drawer sprang open.
    pub kicks: u32,
    /// At which pin the last time.
    pub pin: Option<DrawerPin>,
}

impl FakePrinter {
    pub fn print(&mut self, text: &str) -> PrintResult {
        if let Some(trouble) = self.trouble {
            return PrintResult::Failed { trouble, reached: None };
        }
        if let Some(lines) = self.breaks_after.take() {
            self.torn.push(text.lines().take(usize::from(lines)).collect::<Vec<_>>().join("\n"));
            let of = u16::try_from(text.lines().count()).unwrap_or(u16::MAX);
            let reached = Some(Reached { surely: lines, at_most: lines + 4, of });
            let trouble = self.breaks_with.unwrap_or(PrinterTrouble::NoPaper);
            self.trouble = Some(trouble);
            return PrintResult::Failed { trouble, reached };
        }
        self.papers.push(text.to_owned());
        PrintResult::Printed
    }

    pub fn ask(&self) -> Result<(), PrinterTrouble> {
        self.trouble.map_or(Ok(()), Err)
    }

    pub fn kick(&mut self, pin: Option<DrawerPin>) -> Result<(), PrinterTrouble> {
        self.pin = pin;
        self.kicks += u32::from(self.trouble.is_none());
        self.ask()
    }

    /// How many papers say this.
    pub fn count(&self, words: &str) -> usize {
        self.papers.iter().filter(|paper| paper.contains(words)).count()
    }
}
