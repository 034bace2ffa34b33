//! The watch with children that are small shell scripts: what it tells, and that it leaves nothing behind. The real
//! service is in `tests/peers/pcsc/`.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::*;
use crate::domain::outage::ReaderCause;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(20);

const UP: &str = r#"echo '{"event":"started"}'; echo '{"event":"service_up"}'; echo '{"event":"reader_added","reader":"A"}'
echo '{"event":"beat"}'; "#;

fn watch(script: &str) -> (PcscWatch, Receiver<PcscNews>) {
    let program = ChildProgram { file: "/bin/sh".into(), arguments: vec!["-c".to_owned(), script.to_owned()] };
    watch_program(program)
}

fn watch_program(program: ChildProgram) -> (PcscWatch, Receiver<PcscNews>) {
    let (sender, news) = channel();
    let told = move |told| {
        // The test may have seen enough.
        let _ = sender.send(told);
    };
    (PcscWatch::start_program(program, &PcscSettings::default(), told).unwrap(), news)
}

fn next(news: &Receiver<PcscNews>) -> PcscNews {
    news.recv_timeout(PATIENCE).unwrap()
}

fn report(report: ReaderReport) -> PcscNews {
    PcscNews::Reader(ReaderNews::Report(report))
}

const HEALTHY: ReaderReport = ReaderReport::Healthy { host_reachable: None, stored_in_reader: None };
const HUNG: ReaderReport = ReaderReport::Faulty { cause: ReaderCause::ServiceHung, hard: true };

#[test]
fn a_child_that_falls_silent_is_news_within_three_seconds_and_is_started_again() {
    let (watch, news) = watch(&format!("{UP} exec sleep 60"));
    assert_eq!(next(&news), report(HEALTHY));
    let silent_since = Instant::now();
    assert_eq!(watch.state(), PcscState::Known(HEALTHY));
    assert_eq!(next(&news), report(HUNG));
    assert!(silent_since.elapsed() < Duration::from_secs(3), "{:?}", silent_since.elapsed());
    assert!(silent_since.elapsed() > Duration::from_secs(2), "{:?}", silent_since.elapsed());
    assert_eq!(next(&news), report(HEALTHY));
    let dropping = Instant::now();
    drop(watch);
    assert!(dropping.elapsed() < Duration::from_secs(1), "{:?}", dropping.elapsed());
    assert!(news.recv_timeout(PATIENCE).is_err(), "nothing is told after the drop");
}

#[test]
fn a_lost_service_is_told_once_and_known_from_then_on() {
    let stopped = r#"echo '{"event":"service_stopped","code":"8010001D"}'; "#;
    let (watch, news) = watch(&format!("{UP} {stopped} sleep 1; {stopped} exec sleep 60"));
    let lost = ReaderReport::Faulty { cause: ReaderCause::ServiceStopped, hard: true };
    assert_eq!([next(&news), next(&news)], [report(HEALTHY), report(lost.clone())]);
    assert_eq!((watch.report(), watch.state().probed()), (Some(lost.clone()), lost));
    assert!(news.recv_timeout(Duration::from_millis(1_500)).is_err(), "and not told again");
}

#[test]
fn what_keeps_the_child_from_watching_is_said_once_and_plainly() {
    let cases = [
        ("exit 3", "ended by itself (exit status: 3)"),
        ("exit 3 # again", "ended by itself (exit status: 3)"),
        (
            r#"echo '{"event":"library_missing","why":"no such file"}'"#,
            "PC/SC is not installed (no such file); install",
        ),
        (r#"echo '{"event":"not_supported"}'"#, "on Linux only"),
        ("echo tea", "says nothing that is known"),
    ];
    for (script, words) in cases {
        let (watch, news) = watch(script);
        let PcscNews::NotWatching(why) = next(&news) else { panic!("{script}") };
        assert!(why.to_string().contains(words), "{script}: {why}");
        assert_eq!(why.to_string().lines().count(), 1);
        assert_eq!(watch.state(), PcscState::NotWatching(why.clone()));
        // Long enough for two more starts of a child that ended.
        assert!(news.recv_timeout(Duration::from_millis(900)).is_err(), "{script}: said twice");
        assert_eq!(watch.state(), PcscState::NotWatching(why));
        assert_eq!((watch.report(), watch.state().probed()), (None, ReaderReport::Busy), "as if it could not be asked");
    }
}

#[test]
fn a_new_child_that_has_seen_nothing_does_not_disprove_the_last_one() {
    let folder = tempfile::tempdir().unwrap();
    let before = folder.path().join("before");
    let first = format!("if mkdir {}; then exit 3; fi; ", before.display());
    let (watch, news) = watch(&format!(r#"{first} echo '{{"event":"started"}}'; exec sleep 60"#));
    assert!(matches!(next(&news), PcscNews::NotWatching(WhyNot::ChildEnded { .. })));
    let until = Instant::now() + Duration::from_secs(1);
    while Instant::now() < until {
        assert!(matches!(watch.state(), PcscState::NotWatching(_)), "{:?}", watch.state());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(before.exists());
}

#[test]
fn a_program_that_is_not_there_is_said_by_name() {
    let (_watch, news) =
        watch_program(ChildProgram { file: "/nowhere/stopgap".into(), arguments: vec!["pcsc-watch".to_owned()] });
    let PcscNews::NotWatching(why) = next(&news) else { panic!() };
    assert!(why.to_string().contains("/nowhere/stopgap does not start"), "{why}");
}

#[test]
fn a_dropped_watch_leaves_no_child() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let (watch, news) = watch(&format!("echo $$ > {}; {UP} exec sleep 60", pid.display()));
    assert_eq!(next(&news), report(HEALTHY));
    let pid = std::fs::read_to_string(pid).unwrap();
    let there = || std::path::Path::new(&format!("/proc/{}", pid.trim())).exists();
    assert!(there() || !cfg!(target_os = "linux"));
    let dropping = Instant::now();
    drop(watch);
    assert!(!there());
    assert!(dropping.elapsed() < Duration::from_secs(1), "{:?}", dropping.elapsed());
}
