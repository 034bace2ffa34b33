//! When a provider answers, read out of what the directory says: `Mo-Fr 08:00-18:00, Sa 09:00-12:00`.
//!
//! A text that is written another way is shown as it is, and nothing is said about it.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDateTime, NaiveTime, Weekday};

/// The days and the times on them, in the order in which they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours(Vec<(Vec<Weekday>, NaiveTime, NaiveTime)>);

/// Whether somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// Now.
    Now,
    /// From then on.
    From(NaiveDateTime),
}

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

impl Hours {
    /// The hours of a text; `None` where it is written in another way.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.replace(['–', '—', '至'], "-").replace(['，', '；', '、'], ",");
        let mut parts = Vec::new();
        let mut days: Option<Vec<Weekday>> = None;
        for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            let (named, times) = match part.rsplit_once(' ') {
                Some((named, times)) => (Some(named.trim()), times),
                None => (None, part),
            };
            let own = named.map(days_of).map_or(Some(None), |read| read.map(Some))?;
            // Further times without a day belong to the days before them; without any they are of every day.
            days = own.or(days).or_else(|| Some(WEEK.to_vec()));
            let (from, to) = times.split_once('-')?;
            parts.push((days.clone()?, time(from)?, time(to)?));
        }
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// Whether somebody answers at this moment, and from when on if not.
    #[must_use]
    pub fn at(&self, now: DateTime<FixedOffset>) -> Answering {
        let now = now.naive_local();
        let is_now = self.0.iter().any(|(days, from, to)| {
            days.contains(&now.weekday()) && now.time() >= *from && (now.time() < *to || *to == NaiveTime::MIN)
        });
        if is_now {
            return Answering::Now;
        }
        let later = (0..=7).filter_map(|ahead| now.date().checked_add_days(Days::new(ahead))).flat_map(|date| {
            let begins = self.0.iter().filter(move |(days, ..)| days.contains(&date.weekday()));
            begins.map(move |(_, from, _)| date.and_time(*from))
        });
        later.filter(|at| *at > now).min().map_or(Answering::Now, Answering::From)
    }
}

/// One day, or those from one to another.
fn days_of(text: &str) -> Option<Vec<Weekday>> {
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (day(first.trim())?, day(last.trim())?),
        None => (day(text)?, day(text)?),
    };
    let mut days = vec![first];
    while let Some(before) = days.last().filter(|day| **day != last) {
        days.push(before.succ());
    }
    Some(days)
}

fn day(text: &str) -> Option<Weekday> {
    let chinese = ["一", "二", "三", "四", "五", "六", "日"];
    if let Some(named) = text.strip_prefix("周").or_else(|| text.strip_prefix("星期")) {
        return chinese.iter().position(|one| *one == named).map(|place| WEEK[place]);
    }
    let names = ["mo", "tu", "we", "th", "fr", "sa", "su"];
    let beginning: String = text.chars().take(2).collect::<String>().to_lowercase();
    names.iter().position(|one| *one == beginning).map(|place| WEEK[place])
}

/// `8`, `08:00`; `24:00` is the end of the day.
fn time(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.trim().split_once(':').unwrap_or((text.trim(), "0"));
    let (hour, minute) = (hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?);
    NaiveTime::from_hms_opt(if hour == 24 { 0 } else { hour }, minute, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment of the week of Monday, 8 June 2026.
    fn at(day: u32, time: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(&format!("2026-06-{day:02}T{time}:00+02:00")).unwrap()
    }

    fn from(day: u32, time: &str) -> Answering {
        Answering::From(at(day, time).naive_local())
    }

    #[test]
    fn a_line_is_closed_at_night_and_over_the_weekend() {
        let hours = Hours::read("Mo-Fr 08:00-18:00, Sa 09:00-12:00").unwrap();
        assert_eq!(hours.at(at(8, "08:00")), Answering::Now);
        assert_eq!(hours.at(at(8, "07:59")), from(8, "08:00"));
        assert_eq!(hours.at(at(12, "18:00")), from(13, "09:00"));
        assert_eq!(hours.at(at(13, "12:30")), from(15, "08:00"));
    }

    #[test]
    fn several_ways_of_writing_are_read_and_others_are_left_alone() {
        let read = |text: &str| Hours::read(text).map(|hours| hours.at(at(13, "20:30")));
        assert_eq!(read("08:00–20:00"), Some(from(14, "08:00")));
        assert_eq!(read("0:00-24:00"), Some(Answering::Now));
        assert_eq!(read("周一至周五 9-12, 13-17"), Some(from(15, "09:00")));
        assert_eq!(read("Monday-Saturday 9-21"), Some(Answering::Now));
        for other in ["", "office hours", "Mo-Fr", "Xx 8-9", "8-26"] {
            assert_eq!(Hours::read(other), None, "{other}");
        }
    }
}
