//! What the app begins with.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use crate::app::entries::UnconfirmedEntry;
use crate::domain::ledger::Ledger;
use crate::domain::limits::CardWindow;
use crate::settings::Settings;

/// What the app needs to know of the world at the start, beside the ledger.
#[derive(Clone, Debug)]
pub struct Start {
    /// What the shop chose.
    pub settings: Arc<Settings>,
    /// What the store found.
    pub ledger: Ledger,
    /// What each typed card came to within the last days.
    pub card_window: CardWindow,
    /// On the built-in simulators: DEMO everywhere.
    pub demo: bool,
    /// Journal entries that were never confirmed and are not counted.
    pub unconfirmed: Vec<UnconfirmedEntry>,
    /// Something the store repaired, to be shown once.
    pub repaired: bool,
    /// Now.
    pub at: DateTime<FixedOffset>,
}
