//! Saving facts, and what a save leads to once it is on disk.

use crate::app::effect::{Effect, Kept, Save};
use crate::app::event::{NotStored, StoredExtra};
use crate::app::notice::NoticeKind;
use crate::app::place::Place;
use crate::app::{App, SAVE_AGAIN_AFTER, Turn};
use crate::domain::fact::Fact;
use crate::domain::ids::SaveId;
use crate::domain::ledger::Row;

impl App {
    /// Carries facts to the store. Nothing of them counts before they come back as stored.
    pub(super) fn save(&mut self, facts: Vec<Fact>, turn: &mut Turn) {
        self.save_with(facts, Kept::default(), turn);
    }

    pub(super) fn save_with(&mut self, facts: Vec<Fact>, kept: Kept, turn: &mut Turn) {
        let facts = self.with_receipts(facts, turn);
        let id = SaveId(turn.ids.next_uuid());
        let actor = self.person.as_ref().map_or_else(|| "till".to_owned(), |person| person.0.clone());
        self.saving.insert(id, facts.clone());
        self.counting = kept.spent.map(|spent| (id, spent)).or(self.counting);
        turn.ask(Effect::Save(Save { id, actor, facts, kept }));
    }

    pub(super) fn stored(&mut self, id: SaveId, extra: StoredExtra, turn: &mut Turn) {
        let Some(facts) = self.saving.remove(&id) else { return };
        if extra.checkpoint.is_some() {
            self.checkpoint = extra.checkpoint;
        }
        if let Some((_, spent)) = self.counting.take_if(|(saved, _)| *saved == id) {
            self.card_window.count(&spent);
        }
        for fact in &facts {
            match self.ledger.apply(self.now, fact) {
                Ok(rows) if rows.iter().any(Row::is_in_findings) => {
                    self.findings.take();
                }
                Ok(_) => {}
                Err(unfitting) => {
                    // The store keeps the same fold and refuses what does not fit, so this is a defect; stopping is safe.
                    self.place = Place::Halt(unfitting.to_string());
                    return;
                }
            }
        }
        for fact in &facts {
            self.react(fact, turn);
            self.act_is_stored(fact);
        }
    }

    pub(super) fn not_stored(&mut self, id: SaveId, why: NotStored) {
        let Some(facts) = self.saving.remove(&id) else { return };
        match why {
            NotStored::Halt(reason) => self.place = Place::Halt(reason),
            NotStored::Refused(_) => {
                self.quiet_until = Some(self.now + SAVE_AGAIN_AFTER);
                self.tell(NoticeKind::SaveFailed);
                self.undo_waiting(&facts);
            }
        }
    }
}
