//! How far reading a file has come, for whoever waits for it: a count that goes up, and a wish to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::Format;

/// Lines between two looks at the wish to stop.
const LOOK_EVERY: usize = 1_024;

/// How far reading has come. Its copies are one.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<State>);

#[derive(Debug, Default)]
struct State {
    lines: AtomicU32,
    about: AtomicU32,
    is_cancelled: AtomicBool,
}

impl Progress {
    /// How many lines are read, and about how many there are; nothing of a file before it is decoded.
    #[must_use]
    pub fn so_far(&self) -> (u32, u32) {
        (self.0.lines.load(Ordering::Relaxed), self.0.about.load(Ordering::Relaxed))
    }

    /// Nobody waits for it any more.
    pub fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether somebody wants it to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled.load(Ordering::Relaxed)
    }

    /// A further file is begun, which has about so many lines.
    pub(super) fn begin(&self, about: usize) {
        self.0.about.fetch_add(bounded(about), Ordering::Relaxed);
    }

    /// So many lines of the present file are read; whether to go on.
    pub(super) fn goes_on(&self, lines: usize) -> bool {
        if !lines.is_multiple_of(LOOK_EVERY) {
            return true;
        }
        self.0.lines.fetch_add(bounded(LOOK_EVERY), Ordering::Relaxed);
        !self.is_cancelled()
    }
}

fn bounded(lines: usize) -> u32 {
    u32::try_from(lines).unwrap_or(u32::MAX)
}

/// About how many lines a text has, by what begins or ends each in its format.
pub(super) fn about(text: &str, format: Format) -> usize {
    match format {
        // Each entry is named when it begins and when it ends.
        Format::Camt052 | Format::Camt053 | Format::Camt054 => text.matches("Ntry>").count() / 2,
        Format::Mt940 | Format::Mt942 => text.matches(":61:").count(),
        Format::Ofx => text.matches("<STMTTRN>").count(),
        Format::Csv | Format::Wechat | Format::Alipay => text.bytes().filter(|byte| *byte == b'\n').count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::IdSource;
    use crate::statement::{Fault, Reading, StatementError};

    fn file(lines: usize) -> Vec<u8> {
        let header = "booked_on,amount_minor,currency,reference,counterparty,description\n";
        let line = |n: usize| format!("2026-11-22,{},EUR,,,\n", n + 1);
        [header.to_owned()].into_iter().chain((0..lines).map(line)).collect::<String>().into_bytes()
    }

    #[test]
    fn a_file_tells_how_far_it_is_and_stops_when_nobody_waits() {
        let progress = Progress::default();
        let reading = Reading { progress: Some(&progress), ..Reading::default() };
        let read = reading.read(&file(5_000), &mut IdSource::new(0, 0)).unwrap();
        assert_eq!(read.lines.len(), 5_000);
        assert_eq!(progress.so_far(), (4_096, 5_001));
        progress.cancel();
        let refused = reading.read(&file(5_000), &mut IdSource::new(0, 0));
        assert!(matches!(refused, Err(StatementError::Bad { line: 1_025, fault: Fault::Cancelled })), "{refused:?}");
        assert!(
            reading.read(&file(1_000), &mut IdSource::new(0, 0)).is_ok(),
            "a short one is done before anybody looks"
        );
    }
}
