//! The program stopped to protect the books; see `ui/api/halt_api.slint`.

use serde::Serialize;

use crate::app::App;

/// The halt page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HaltView {
    /// Why.
    pub kind: HaltKind,
    /// The entries that are lost, if any are.
    pub lost: Option<LostEntries>,
    /// Where the damaged files were moved, if they were.
    pub kept_at: Option<String>,
    /// Whom to call.
    pub service_contact: String,
    /// What to tell them.
    pub code: String,
}

/// Entries of the journal that are lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LostEntries {
    /// The first.
    pub from: String,
    /// The last.
    pub to: String,
    /// How many.
    pub count: String,
}

/// Why the program stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/halt_api.slint")]
pub enum HaltKind {
    BothCopiesDamaged,
    OlderCopy,
    NewerStore,
    CannotWrite,
    KeyMissing,
}

/// The halt page of a running till. Damage found at the start has a page before there is an app.
pub(super) fn view(app: &App, why: &str) -> HaltView {
    HaltView {
        kind: HaltKind::CannotWrite,
        lost: None,
        kept_at: None,
        service_contact: app.settings.shop.service_contact.clone(),
        code: why.to_owned(),
    }
}
