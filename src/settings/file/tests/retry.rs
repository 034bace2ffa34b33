//! `[host.retry]`.

use chrono::TimeDelta;

use super::{read, sample};
use crate::domain::queue::RetryRules;

fn with(lines: &str) -> Result<RetryRules, String> {
    let text = sample("eu.toml").replace("[card]\n", &format!("[host.retry]\n{lines}\n[card]\n"));
    read(&text).map(|settings| settings.host.unwrap().retry)
}

#[test]
fn the_waits_and_attempts_are_the_shops_or_the_usual_ones() {
    assert_eq!(with(""), Ok(RetryRules::USUAL));
    let rules = with("first_seconds = 2\nmost_seconds = 90\nattempts = 9").unwrap();
    assert_eq!(rules, RetryRules { first: TimeDelta::seconds(2), most: TimeDelta::seconds(90), attempts: 9 });
}

#[test]
fn waits_that_flood_a_host_or_never_end_are_refused_by_name() {
    for (line, says) in [
        ("first_seconds = 0", "host.retry.first_seconds is “0”"),
        ("most_seconds = 4", "host.retry.most_seconds is “4”: expected at least first_seconds, which is 5"),
        ("most_seconds = 3601", "host.retry.most_seconds is “3601”"),
        ("attempts = 0", "host.retry.attempts is “0”"),
        ("for_ever = true", "host.retry.for_ever is not known"),
    ] {
        let error = with(line).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}
