//! What the lines of the child add up to: pure.

use std::collections::BTreeMap;

use super::PcscState;
use crate::domain::health::{FAILED_PROBES_MAX, GOOD_PROBES_MIN};
use crate::domain::outage::ReaderCause;
use crate::domain::reader::{ReaderNews, ReaderReport};
use crate::outside::pcsc_child::line::{Chip, WatchLine};

/// The most readers that are kept in mind; the child never names more at a time.
const READERS_MAX: usize = 64;

/// What is known of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    /// Nothing yet, or nothing any more.
    Unknown,
    /// It answers. `had_reader` says that the shop's reader was there since.
    Up {
        had_reader: bool,
    },
    Stopped,
    Hung,
}

/// What one reader can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Well,
    Faulty,
}

/// All that is known, and what of it was told.
#[derive(Debug)]
pub(super) struct Picture {
    /// A part of the name of the shop's reader; without one every reader is the shop's.
    wanted: Option<String>,
    service: Service,
    readers: BTreeMap<String, Reader>,
    told: Option<(ReaderReport, u32)>,
}

impl Picture {
    pub(super) fn new(wanted: Option<String>) -> Self {
        Self { wanted, service: Service::Unknown, readers: BTreeMap::new(), told: None }
    }

    /// Takes in one line and says what is news in it.
    ///
    /// What a line says of a reader is told with the beat that follows: only then are all readers known.
    pub(super) fn hear(&mut self, line: &WatchLine) -> Option<ReaderNews> {
        match line {
            // The service that hung hangs still, until a child gets an answer of it.
            WatchLine::Started if self.service == Service::Hung => {}
            WatchLine::Started | WatchLine::LibraryMissing { .. } | WatchLine::NotSupported => self.forget(),
            WatchLine::Beat => return self.news(),
            WatchLine::ServiceUp => {
                self.forget();
                self.service = Service::Up { had_reader: false };
            }
            WatchLine::ServiceStopped { .. } => {
                self.forget();
                self.service = Service::Stopped;
                return self.news();
            }
            WatchLine::ReaderAdded { reader } | WatchLine::ReaderWell { reader } => self.set(reader, Reader::Well),
            WatchLine::ReaderFaulty { reader } => self.set(reader, Reader::Faulty),
            WatchLine::ReaderRemoved { reader } => {
                self.readers.remove(reader);
            }
            WatchLine::CardIn { reader, chip, found } if self.wants(reader) => match (chip, found) {
                (Chip::Answers, _) => return Some(ReaderNews::CardAnswered),
                (Chip::Mute, false) => return Some(ReaderNews::MuteCard),
                // It was mute before the till looked, perhaps for hours: no card that somebody put in.
                (Chip::Mute, true) => {}
            },
            WatchLine::CardOut { reader } if self.wants(reader) => return Some(ReaderNews::CardRemoved),
            WatchLine::CardIn { .. } | WatchLine::CardOut { .. } | WatchLine::CardsMissed { .. } => {}
        }
        None
    }

    /// Nothing came from the child for too long: the service it waits for hangs.
    pub(super) fn silent(&mut self) -> Option<ReaderNews> {
        self.forget();
        self.service = Service::Hung;
        self.news()
    }

    /// Nothing is known any more, and what comes next is news whatever was told before.
    pub(super) fn start_anew(&mut self) {
        self.forget();
        self.told = None;
    }

    fn forget(&mut self) {
        self.readers.clear();
        self.service = Service::Unknown;
    }

    /// How the shop's reader is now, as far as the service can know; `None` where it cannot be asked.
    pub(super) fn report(&self) -> Option<ReaderReport> {
        let faulty = |cause, hard| Some(ReaderReport::Faulty { cause, hard });
        match self.service {
            Service::Unknown => None,
            // The service itself ended the connection: a hard event. One that was only restarted is back at once, and the
            // reader is well again after its next good probes.
            Service::Stopped => faulty(ReaderCause::ServiceStopped, true),
            Service::Hung => faulty(ReaderCause::ServiceHung, true),
            Service::Up { had_reader } => match self.readers.values().max_by_key(|reader| **reader == Reader::Well) {
                // A service that has just started may not have found its readers yet; one that had it has lost it.
                None => faulty(ReaderCause::NotConnected, had_reader),
                Some(Reader::Faulty) => faulty(ReaderCause::CardReaderFault, true),
                Some(Reader::Well) => Some(ReaderReport::Healthy { host_reachable: None, stored_in_reader: None }),
            },
        }
    }

    /// The report with how certain it is; `None` where there is none. Certain is what the health machine has been told
    /// as often as it needs.
    pub(super) fn state(&self) -> Option<PcscState> {
        let report = self.report()?;
        let is_certain = self.times_told(&report) >= times_needed(&report);
        let is_soft = matches!(report, ReaderReport::Faulty { hard: false, .. });
        Some(if is_soft && !is_certain { PcscState::Suspected(report) } else { PcscState::Known(report) })
    }

    /// The report as news, as often in a row as the health machine needs it to be certain, then never again until it
    /// changes. So an outage begins and ends without anybody asking.
    fn news(&mut self) -> Option<ReaderNews> {
        let report = self.report()?;
        let times = self.times_told(&report);
        if times >= times_needed(&report) {
            return None;
        }
        self.told = Some((report.clone(), times + 1));
        Some(ReaderNews::Report(report))
    }

    fn times_told(&self, report: &ReaderReport) -> u32 {
        self.told.as_ref().filter(|(told, _)| told == report).map_or(0, |(_, times)| *times)
    }

    fn wants(&self, reader: &str) -> bool {
        self.wanted.as_ref().is_none_or(|wanted| reader.contains(wanted.as_str()))
    }

    fn set(&mut self, reader: &str, state: Reader) {
        if self.wants(reader) && (self.readers.len() < READERS_MAX || self.readers.contains_key(reader)) {
            self.readers.insert(reader.to_owned(), state);
            self.service = Service::Up { had_reader: true };
        }
    }
}

fn times_needed(report: &ReaderReport) -> u32 {
    match report {
        ReaderReport::Healthy { .. } => GOOD_PROBES_MIN,
        ReaderReport::Busy | ReaderReport::Faulty { hard: true, .. } => 1,
        ReaderReport::Faulty { hard: false, .. } => FAILED_PROBES_MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> WatchLine {
        let (event, reader) = text.split_once(' ').unwrap_or((text, "A"));
        let reader = reader.to_owned();
        match event {
            "started" => WatchLine::Started,
            "beat" => WatchLine::Beat,
            "up" => WatchLine::ServiceUp,
            "stopped" => WatchLine::ServiceStopped { code: "8010001D".to_owned() },
            "added" => WatchLine::ReaderAdded { reader },
            "removed" => WatchLine::ReaderRemoved { reader },
            "faulty" => WatchLine::ReaderFaulty { reader },
            "well" => WatchLine::ReaderWell { reader },
            "card" => WatchLine::CardIn { reader, chip: Chip::Answers, found: false },
            "mute" => WatchLine::CardIn { reader, chip: Chip::Mute, found: false },
            "found-mute" => WatchLine::CardIn { reader, chip: Chip::Mute, found: true },
            "out" => WatchLine::CardOut { reader },
            other => panic!("{other}"),
        }
    }

    fn word(news: ReaderNews) -> String {
        match news {
            ReaderNews::Report(ReaderReport::Faulty { cause, hard }) => {
                format!("{cause:?}{}", if hard { "!" } else { "" })
            }
            ReaderNews::Report(ReaderReport::Healthy { .. }) => "Healthy".to_owned(),
            other => format!("{other:?}"),
        }
    }

    /// The news that the lines lead to; `silence` is what the parent notices.
    fn told(wanted: Option<&str>, lines: &str) -> String {
        let mut picture = Picture::new(wanted.map(str::to_owned));
        let hear = |text: &str| match text.trim() {
            "silence" => picture.silent(),
            text => picture.hear(&line(text)),
        };
        lines.split(',').filter_map(hear).map(word).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn lines_become_news() {
        let cases = [
            ("started", ""),
            ("started, up, added, beat", "Healthy"),
            ("up, added, beat, beat, beat, beat, beat", "Healthy, Healthy, Healthy"),
            ("up, added, faulty, beat, beat, well, beat", "CardReaderFault!, Healthy"),
            ("up, added, beat, removed, beat, beat", "Healthy, NotConnected!"),
            ("up, beat, beat, beat", "NotConnected, NotConnected"),
            ("stopped, stopped, stopped", "ServiceStopped!"),
            ("up, added, beat, stopped, up, added, beat", "Healthy, ServiceStopped!, Healthy"),
            ("up, added, beat, silence, started, silence", "Healthy, ServiceHung!"),
            ("up, added, beat, silence, started, up, added, beat", "Healthy, ServiceHung!, Healthy"),
            ("up, added A, faulty A, added B, beat", "Healthy"),
            ("up, added A, added B, faulty A, faulty B, beat", "CardReaderFault!"),
            ("up, card, out, mute, out, found-mute", "CardAnswered, CardRemoved, MuteCard, CardRemoved"),
        ];
        for (lines, expected) in cases {
            assert_eq!(told(None, lines), expected, "{lines}");
        }
    }

    #[test]
    fn a_service_that_ends_is_known_at_once_and_a_reader_it_has_not_found_yet_is_only_suspected() {
        let mut picture = Picture::new(None);
        let mut hear = |lines: &str| {
            for text in lines.split(',') {
                picture.hear(&line(text.trim()));
            }
            picture.state()
        };
        let well = ReaderReport::Healthy { host_reachable: None, stored_in_reader: None };
        let stopped = ReaderReport::Faulty { cause: ReaderCause::ServiceStopped, hard: true };
        for _ in 0..2 {
            assert_eq!(hear("up, added, beat"), Some(PcscState::Known(well.clone())));
            assert_eq!(hear("stopped"), Some(PcscState::Known(stopped.clone())));
        }
        assert_eq!(hear("stopped, stopped"), Some(PcscState::Known(stopped)));
        let gone = |hard| ReaderReport::Faulty { cause: ReaderCause::NotConnected, hard };
        assert_eq!(hear("up, beat"), Some(PcscState::Suspected(gone(false))));
        assert_eq!(hear("beat"), Some(PcscState::Known(gone(false))));
        assert_eq!(hear("added, beat, removed, beat"), Some(PcscState::Known(gone(true))));
    }

    #[test]
    fn only_the_reader_of_the_shop_counts() {
        let cases = [
            ("up, added Staff badge, beat", "NotConnected"),
            ("up, added Shop 01, added Staff badge, beat, removed Shop 01, beat", "Healthy, NotConnected!"),
            ("up, added Shop 01, card Staff badge, out Staff badge, mute Staff badge, mute Shop 01", "MuteCard"),
        ];
        for (lines, expected) in cases {
            assert_eq!(told(Some("Shop"), lines), expected, "{lines}");
        }
    }

    #[test]
    fn nothing_is_known_before_the_service_said_something_and_after_the_child_ended() {
        let mut picture = Picture::new(None);
        assert_eq!(picture.report(), None);
        picture.hear(&WatchLine::ServiceUp);
        assert!(picture.report().is_some());
        picture.silent();
        picture.hear(&WatchLine::Started);
        assert!(picture.report().is_some(), "a service that hung is not forgotten for a new child");
        picture.start_anew();
        assert_eq!(picture.report(), None);
        assert!(picture.silent().is_some(), "it is news again");
    }
}
