//! Signing in; see `ui/api/lock_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::place::LockState;
use crate::domain::access::{PIN_LENGTH_MIN, Person as Known};
use crate::screens::{app as shared, clock};

use crate::domain::ids::PersonId;
use crate::screens::types::{Person, PinError};

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
}

/// The lock page.
pub(super) fn view(app: &App, lock: &LockState) -> LockView {
    LockView {
        people: app.settings.people.iter().map(person).collect(),
        chosen: lock.chosen.clone(),
        pin_length: lock.pin.length(),
        can_enter: lock.chosen.is_some() && lock.pin.length() >= PIN_LENGTH_MIN && !lock.checking,
        error: lock.chosen.as_ref().and_then(|chosen| pin_error(app, chosen, lock.wrong)),
    }
}

/// A person as the screen names them.
pub(super) fn person(person: &Known) -> Person {
    Person { id: person.id.clone(), name: person.name.clone(), role: shared::role(person.role) }
}

/// Why a PIN was not accepted; a lock is shown even before one is typed.
pub(super) fn pin_error(app: &App, person: &PersonId, wrong: bool) -> Option<PinError> {
    let record = app.pin_record(person);
    match record.locked_at(app.now) {
        Some(until) => Some(PinError::Locked { until: clock(until) }),
        None => wrong.then(|| PinError::Wrong { tries_left: record.tries_left() }),
    }
}
