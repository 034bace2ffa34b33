//! The acquirer's keys: a file is read, a second person compares the fingerprint, and an old key is retired.

use crate::app::effect::Effect;
use crate::app::event::{KeyFile, KeyRefusal, KeysTouch};
use crate::app::notice::NoticeKind;
use crate::app::place::{ApproveWhy, KeysTalk, Place};
use crate::app::{App, Turn};
use crate::domain::fact::{ApprovalReason, Fact, ManagedAct};
use crate::domain::ids::PersonId;
use crate::domain::keys::{Confirmation, Fingerprint, HeldKey, KeyState};

impl App {
    /// The manager's page of the keys.
    pub(super) fn open_keys(&mut self) {
        if self.is_manager() {
            self.visit(Place::Keys(KeysTalk::default()));
        } else {
            self.tell(NoticeKind::NotAllowed);
        }
    }

    pub(super) fn touch_keys(&mut self, touch: KeysTouch, turn: &mut Turn) {
        let busy = self.is_busy();
        let shown = self.shown_key().map(|held| (held.key.fingerprint.clone(), held.state.clone()));
        let Place::Keys(talk) = &mut self.place else { return };
        // What was wrong with a file is over as soon as something is done about a key.
        talk.refused = None;
        match (touch, shown) {
            (KeysTouch::Choose(fingerprint), _) => talk.chosen = Some(fingerprint),
            (KeysTouch::ReadFile, _) if !talk.reading && !busy && self.settings.host.is_some() => {
                talk.reading = true;
                turn.ask(Effect::ReadKeyFile);
            }
            (KeysTouch::Confirm, Some((fingerprint, KeyState::Pending))) if !busy => {
                self.ask_manager(ApproveWhy::ConfirmKey { fingerprint });
            }
            (KeysTouch::Retire, Some((fingerprint, KeyState::Pending | KeyState::Active { .. }))) if !busy => {
                self.ask_manager(ApproveWhy::RetireKey { fingerprint });
            }
            (KeysTouch::ReadFile | KeysTouch::Confirm | KeysTouch::Retire, _) => {}
        }
    }

    /// The key that the page shows: the chosen one, or the last that came in.
    pub(crate) fn shown_key(&self) -> Option<&HeldKey> {
        let Place::Keys(talk) = &self.place else { return None };
        let keys = self.ledger.keys.keys();
        let chosen = talk.chosen.as_ref();
        chosen.and_then(|chosen| keys.iter().find(|held| held.key.fingerprint == *chosen)).or_else(|| keys.last())
    }

    pub(super) fn imported_by(&self, fingerprint: &Fingerprint) -> Option<&PersonId> {
        let held = self.ledger.keys.keys().iter().find(|held| held.key.fingerprint == *fingerprint);
        held.map(|held| &held.imported_by)
    }

    /// A key that the ring takes is stored as pending; one that it refuses changes nothing but the message.
    pub(super) fn key_read(&mut self, read: Result<KeyFile, KeyRefusal>, turn: &mut Turn) {
        let by = self.person.clone().filter(|_| self.is_manager());
        let (now, mut tried) = (self.now.timestamp(), self.ledger.keys.clone());
        let Place::Keys(talk) = &mut self.place else { return };
        talk.reading = false;
        let Some(by) = by else { return };
        let taken = read.and_then(|file| {
            let imported = tried.import(file.key.clone(), file.jwk.clone(), by.clone(), now);
            imported.map(|()| file).map_err(KeyRefusal::Ring)
        });
        match taken {
            Ok(KeyFile { key, jwk }) => {
                talk.chosen = Some(key.fingerprint.clone());
                self.save(vec![Fact::KeyImported { key, jwk, by }], turn);
            }
            Err(why) => talk.refused = Some(why),
        }
    }

    /// The fingerprint was compared and a manager says that it is the acquirer's.
    pub(super) fn confirm_key(&mut self, fingerprint: Fingerprint, manager: PersonId, turn: &mut Turn) {
        let own = self.imported_by(&fingerprint) == Some(&manager);
        let confirmed = if own { Confirmation::Alone } else { Confirmation::ByAnother(manager.clone()) };
        let approval = self.approval(manager, ManagedAct::KeyConfirmed, ApprovalReason::Other);
        self.save(vec![approval, Fact::KeyConfirmed { fingerprint, confirmed }], turn);
    }

    pub(super) fn retire_key(&mut self, fingerprint: Fingerprint, manager: PersonId, turn: &mut Turn) {
        let approval = self.approval(manager.clone(), ManagedAct::KeyRetired, ApprovalReason::Other);
        self.save(vec![approval, Fact::KeyRetired { fingerprint, by: manager }], turn);
    }
}
