//! The acquirer's keys; see `ui/api/keys_api.slint`.

mod refused;

use chrono::DateTime;
use serde::Serialize;

use crate::app::App;
use crate::app::place::KeysTalk;
use crate::domain::ids::PersonId;
use crate::domain::keys::{Confirmation, Fingerprint, HeldKey, KeyState as State};

pub use self::refused::KeyRefused;

/// The keys page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeysView {
    /// All keys, the last that came in first.
    pub rows: Vec<KeyRow>,
    /// The one that is looked at.
    pub shown: Option<ShownKey>,
    /// The file that a key is brought in with; nothing without a host that it would be for.
    pub file: Option<String>,
    /// The file is being read.
    pub reading: bool,
    /// Why the last file was refused.
    pub refused: Option<KeyRefused>,
    /// Whether a file can be read now.
    pub can_read: bool,
}

/// One key in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyRow {
    /// What comes back when it is chosen.
    pub id: Fingerprint,
    /// The acquirer's name of it.
    pub kid: String,
    /// How far it is.
    pub state: KeyState,
    /// Whether it is the one that is looked at.
    pub chosen: bool,
}

/// The key that is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownKey {
    /// The acquirer's name of it.
    pub kid: String,
    /// The kind, such as `OKP/X25519`.
    pub kind: String,
    /// The fingerprint in groups of four.
    pub fingerprint: String,
    /// How far it is.
    pub state: KeyState,
    /// The first day it may be used.
    pub valid_from: Option<String>,
    /// The day it ends.
    pub valid_until: Option<String>,
    /// Who brought it in.
    pub imported_by: String,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// Whether it can be confirmed.
    pub can_confirm: bool,
    /// Whether it can be retired.
    pub can_retire: bool,
}

/// How far a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/keys_api.slint")]
pub enum KeyState {
    Pending,
    InUse,
    Ready,
    Early,
    Expired,
    Retired,
}

/// The keys page.
pub(super) fn view(app: &App, talk: &KeysTalk) -> KeysView {
    let keys = &app.ledger.keys;
    let chosen = app.shown_key().map(|held| &held.key.fingerprint);
    let row = |held: &HeldKey| KeyRow {
        id: held.key.fingerprint.clone(),
        kid: held.key.kid.clone(),
        state: state(app, held),
        chosen: chosen == Some(&held.key.fingerprint),
    };
    let host = app.settings.host.as_ref();
    KeysView {
        rows: keys.keys().iter().rev().map(row).collect(),
        shown: app.shown_key().map(|held| shown(app, held)),
        file: host.map(|host| host.key_file.display().to_string()),
        reading: talk.reading,
        refused: talk.refused.as_ref().map(KeyRefused::of),
        can_read: host.is_some() && !talk.reading && !app.is_busy(),
    }
}

fn shown(app: &App, held: &HeldKey) -> ShownKey {
    let name = |person: &PersonId| app.person(person).map_or_else(|| person.0.clone(), |known| known.name.clone());
    let day = |unix: i64| {
        let at = DateTime::from_timestamp(unix, 0).map(|at| at.with_timezone(app.now.offset()));
        at.map_or_else(|| unix.to_string(), |at| at.format("%Y-%m-%d %H:%M").to_string())
    };
    let confirmed_by = match &held.state {
        State::Active { confirmed: Confirmation::ByAnother(person) } => Some(name(person)),
        State::Active { confirmed: Confirmation::Alone } => Some(name(&held.imported_by)),
        State::Pending | State::Retired { .. } => None,
    };
    ShownKey {
        kid: held.key.kid.clone(),
        kind: held.key.kind.clone(),
        fingerprint: held.key.fingerprint.to_string(),
        state: state(app, held),
        valid_from: held.key.valid.not_before().map(day),
        valid_until: held.key.valid.expires().map(day),
        imported_by: name(&held.imported_by),
        confirmed_by,
        can_confirm: held.state == State::Pending && !app.is_busy(),
        can_retire: !matches!(held.state, State::Retired { .. }) && !app.is_busy(),
    }
}

fn state(app: &App, held: &HeldKey) -> KeyState {
    let now = app.now.timestamp();
    let in_use = app.ledger.keys.sealing_at(now).is_ok_and(|key| key.key.fingerprint == held.key.fingerprint);
    match &held.state {
        State::Retired { .. } => KeyState::Retired,
        State::Pending | State::Active { .. } if held.key.valid.expires().is_some_and(|expires| now >= expires) => {
            KeyState::Expired
        }
        State::Pending => KeyState::Pending,
        State::Active { .. } if in_use => KeyState::InUse,
        State::Active { .. } if held.seals_at(now) => KeyState::Ready,
        State::Active { .. } => KeyState::Early,
    }
}
