//! One turn of the loop: what an event leads to while it is handled.

use crate::app::effect::Effect;
use crate::domain::ids::IdSource;

/// What one event leads to: ids made and effects asked for.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(super) ids: IdSource,
    pub(super) effects: Vec<Effect>,
}

impl Turn {
    pub(crate) fn ask(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}
