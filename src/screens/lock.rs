//! Signing in; see `ui/api/lock_api.slint`.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use crate::app::App;
use crate::app::place::LockState;
use crate::domain::access::{PIN_LENGTH_MIN, Person as Known};
use crate::screens::{app as shared, clock};

use crate::domain::ids::PersonId;
use crate::screens::types::{Person, PinError};
use crate::simulator::shop::demo_pin_of;

/// The lock page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LockView {
    /// Who may sign in.
    pub people: Vec<Person>,
    /// Who was chosen.
    pub chosen: Option<PersonId>,
    /// How many digits were typed.
    pub pin_length: usize,
    /// Whether the PIN can be checked.
    pub can_enter: bool,
    /// Why the last PIN was not accepted.
    pub error: Option<PinError>,
    /// Whether a manager can let the chosen person try again.
    pub can_unlock: bool,
    /// The till's number.
    pub till: String,
}

/// The lock page.
pub(super) fn view(app: &App, lock: &LockState) -> LockView {
    LockView {
        people: app.settings.people.iter().map(|known| person(app, known)).collect(),
        chosen: lock.chosen.clone(),
        pin_length: lock.pin.length(),
        can_enter: lock.chosen.is_some() && lock.pin.length() >= PIN_LENGTH_MIN && !lock.checking,
        error: lock.chosen.as_ref().and_then(|chosen| pin_error(app, chosen, lock.wrong)),
        can_unlock: lock.chosen.as_ref().is_some_and(|chosen| app.may_be_unlocked(chosen)),
        till: app.settings.till.to_string(),
    }
}

/// A person as the screen names them. In the demo their PIN, which is public, stands beside the name.
pub(super) fn person(app: &App, person: &Known) -> Person {
    let demo_pin = if app.demo { demo_pin_of(&person.id) } else { None };
    Person {
        id: person.id.clone(),
        name: person.name.clone(),
        role: shared::role(person.role),
        demo_pin: demo_pin.map(str::to_owned),
    }
}

/// Why a PIN was not accepted; a lock is shown even before one is typed.
pub(super) fn pin_error(app: &App, person: &PersonId, wrong: bool) -> Option<PinError> {
    let record = app.pin_record(person);
    match record.locked_at(app.now) {
        Some(until) => Some(PinError::Locked { until: clock(until), left: left(app, until) }),
        None => wrong.then(|| PinError::Wrong { tries_left: record.tries_left() }),
    }
}

/// How long until then: minutes and seconds, rounded up so that it never shows 0:00 while it still lasts.
fn left(app: &App, until: DateTime<FixedOffset>) -> String {
    let seconds = ((until - app.now).num_milliseconds().max(0) + 999) / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
