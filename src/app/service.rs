//! The case of the reader that fails: one question at a time, from the first symptom to the signed acceptance test.
//!
//! What is asked is decided in [`crate::domain::service`]; [`asked`] adds the questions of a phone call, and what can be
//! answered. What the till notes by itself is in [`noted`].

pub(crate) mod asked;
mod noted;

use chrono::TimeDelta;
use zeroize::Zeroize;

use crate::app::effect::Effect;
use crate::app::event::CaseTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{CallDraft, CaseTalk, Place};
use crate::app::service::asked::{Asked, CaseChoice};
use crate::app::{App, Turn};
use crate::domain::card::looks_like_card_number;
use crate::domain::fact::Fact;
use crate::domain::ids::{CaseId, PersonId};
use crate::domain::ladder::Kind;
use crate::domain::service::device::DeviceError;
use crate::domain::service::step::TICKET_CHARS_MAX;
use crate::domain::service::{
    Ask, Attachment, CallOutcome, CaseState, CaseStep, DeviceRecord, Finding, Mended, Outstanding, Proof,
};
use crate::repair::{self, Letter, RepairRequest};

/// How long ago a reader may have spoken last for its count of stored payments to be called its answer.
const HEARD_WITHIN: TimeDelta = TimeDelta::seconds(10);

impl App {
    pub(super) fn touch_case(&mut self, touch: CaseTouch, turn: &mut Turn) {
        let Place::Case(talk) = &mut self.place else { return };
        match touch {
            CaseTouch::Digits(digits) => {
                let typed = talk.typed_mut();
                let fits = digits.chars().filter(char::is_ascii_alphanumeric);
                let room = TICKET_CHARS_MAX.saturating_sub(typed.chars().count());
                typed.extend(fits.take(room));
            }
            CaseTouch::Erase => {
                talk.typed_mut().pop();
            }
            CaseTouch::Choose(id) => {
                let Some(choice) = self.case_choices().into_iter().find(|choice| choice.id() == id) else { return };
                if choice.needs_manager() && !self.is_manager() {
                    self.tell(NoticeKind::NotAllowed);
                } else if self.forgets_typed_card() {
                    self.tell(NoticeKind::NoCardNumberHere);
                } else if !self.is_busy() {
                    self.choose_in_case(choice, turn);
                }
            }
            CaseTouch::WriteRequest => self.write_request(turn),
            CaseTouch::WritePack => turn.ask(Effect::WriteSupportPack {
                at: self.now,
                pages: self.support_pages(),
                letter: Letter::of(&self.settings, &self.ledger, self.language),
            }),
            CaseTouch::ToCare => self.visit(Place::Care),
            CaseTouch::ToLearn => self.open_learn(),
            CaseTouch::Leave => self.go_selling(),
        }
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each answer")]
    fn choose_in_case(&mut self, choice: CaseChoice, turn: &mut Turn) {
        let step = match choice {
            CaseChoice::Open => return self.open_case(self.person.clone(), turn),
            CaseChoice::CallAgain => return self.talk_of_case(|talk| talk.calling = true),
            CaseChoice::DoNotCall => return self.talk_of_case(|talk| *talk = CaseTalk::default()),
            CaseChoice::OtherProvider => return self.talk_of_case(|talk| talk.provider += 1),
            CaseChoice::Reached => return self.talk_of_case(|talk| talk.draft = Some(CallDraft::default())),
            CaseChoice::Help(help) => return self.draft_of_call(|draft| draft.help = Some(help)),
            CaseChoice::Promise(hours) => {
                let promised = hours.map(|hours| self.now + TimeDelta::hours(i64::from(hours)));
                return self.draft_of_call(|draft| draft.promised = Some(promised));
            }
            CaseChoice::TakePictures(kind) => {
                let Some(by) = self.person.clone() else { return };
                return turn.ask(Effect::TakePictures { kind, by, at: self.now });
            }
            CaseChoice::MakeBackup => return turn.ask(Effect::BackUp { at: self.now }),
            CaseChoice::Answer(answer) => {
                let Asked::Case(Ask::Question(question)) = self.asked() else { return };
                CaseStep::Answered { question: question.id.clone(), answer }
            }
            CaseChoice::BeginTry => {
                let Asked::Case(Ask::Try(remedy)) = self.asked() else { return };
                CaseStep::TryBegan { remedy: remedy.id.clone() }
            }
            CaseChoice::SkipTry => {
                let Asked::Case(Ask::Try(remedy)) = self.asked() else { return };
                CaseStep::TryEnded { remedy: remedy.id.clone(), helped: false }
            }
            CaseChoice::ForbidRestart => CaseStep::Warned { do_not_restart: true },
            CaseChoice::AllowRestart => CaseStep::Warned { do_not_restart: false },
            CaseChoice::Helped(helped) => {
                let Asked::Case(Ask::Helped { remedy, .. }) = self.asked() else { return };
                CaseStep::TryEnded { remedy: remedy.id.clone(), helped }
            }
            CaseChoice::Cause(kind) => CaseStep::Diagnosed { kind, percent: self.percent_of(kind) },
            CaseChoice::NoAnswer => self.called(CallOutcome::NoAnswer),
            CaseChoice::WrongNumber => self.called(CallOutcome::WrongNumber),
            CaseChoice::CallDone => {
                let Some(outcome) = self.drafted() else { return };
                self.called(outcome)
            }
            CaseChoice::HeldSaid => {
                let count = self.watch.stored_in_reader;
                CaseStep::HeldAsked { held: Outstanding::Said { count } }
            }
            CaseChoice::HeldSigned => CaseStep::HeldAsked { held: Outstanding::Signed },
            CaseChoice::SendAway => CaseStep::Sent {},
            CaseChoice::Arrived => CaseStep::Received {},
            CaseChoice::TechnicianHere => CaseStep::VisitBegan {},
            CaseChoice::VisitorRefused => CaseStep::VisitorRefused {},
            CaseChoice::Whole(whole) => CaseStep::Inspected { whole },
            CaseChoice::Worked(work) => CaseStep::Worked { work },
            CaseChoice::WorkTold => CaseStep::WorkTold {},
            CaseChoice::SerialKnown => {
                let Some(serial) = self.register_serial() else { return };
                CaseStep::SerialRead { serial: serial.to_owned(), fits: Some(true) }
            }
            CaseChoice::SerialTyped => {
                let Place::Case(CaseTalk { serial, .. }) = &self.place else { return };
                if serial.is_empty() {
                    return;
                }
                let fits = self.case_device().and_then(|device| device.has_serial(serial));
                CaseStep::SerialRead { serial: serial.clone(), fits }
            }
            CaseChoice::Mended(how) => CaseStep::Mended { how },
            CaseChoice::Holds(check) => CaseStep::Checked { check, proof: Proof::Person },
            CaseChoice::Fails(check) => CaseStep::Rejected { check },
            CaseChoice::Sign => CaseStep::Accepted {},
            CaseChoice::Close(ending) => CaseStep::Closed { ending },
        };
        self.save_step(step, self.person.clone(), turn);
    }

    /// Wipes what was typed if it could be the number of a card: steps of a case are kept in the clear.
    fn forgets_typed_card(&mut self) -> bool {
        let Place::Case(talk) = &mut self.place else { return false };
        let typed = talk.typed_mut();
        let suspect = looks_like_card_number(typed);
        if suspect {
            typed.zeroize();
        }
        suspect
    }

    /// One more step of the open case.
    fn save_step(&mut self, step: CaseStep, by: Option<PersonId>, turn: &mut Turn) {
        let Some(case) = self.ledger.open_case().map(|case| case.id) else { return };
        // What helped here has to show that it did.
        let helped = matches!(step, CaseStep::TryEnded { helped: true, .. });
        let mended = helped.then_some(CaseStep::Mended { how: Mended::Here });
        let fact = |step| Fact::ServiceCase { case, by: by.clone(), step };
        self.save(std::iter::once(step).chain(mended).map(fact).collect(), turn);
    }

    /// Opens a case, with the outage that lasts; nobody opens it where the till does it by itself.
    fn open_case(&mut self, by: Option<PersonId>, turn: &mut Turn) {
        let case = CaseId(turn.ids.next_uuid());
        let step = CaseStep::Opened {
            number: self.ledger.next_case_number(),
            reader: self.settings.reader.device_name().to_owned(),
            outage: self.ledger.open_outage().map(|outage| outage.id),
        };
        let opened = Fact::ServiceCase { case, by, step };
        // What the ladder found before the case was opened is why it was.
        let seen = self.ladder_says().map(|(kind, rung)| Fact::ServiceCase {
            case,
            by: None,
            step: CaseStep::Seen { kind, rung },
        });
        self.save(std::iter::once(opened).chain(seen).collect(), turn);
    }

    /// Writes the repair request of the case that is shown, in the language of the screen.
    fn write_request(&mut self, turn: &mut Turn) {
        let Some(case) = self.ledger.shown_case() else { return };
        let request = RepairRequest::of(&self.settings, &self.ledger, case, self.demo, self.now);
        let papers = request.record.map(|record| record.attachments.clone()).unwrap_or_default();
        turn.ask(Effect::WriteRequest {
            name: request.file_name(),
            page: repair::html(&request, self.language),
            papers,
        });
    }

    /// A step is on disk: what was typed for it goes.
    pub(super) fn case_went_on(&mut self) {
        self.talk_of_case(|talk| *talk = CaseTalk { provider: talk.provider, ..CaseTalk::default() });
    }

    /// The copy of the ledger was made and read back, or was not.
    pub(super) fn backed_up(&mut self, result: Result<u64, String>, turn: &mut Turn) {
        match result {
            Ok(entries) => self.save_step(CaseStep::BackedUp { entries }, self.person.clone(), turn),
            Err(why) => self.tell(NoticeKind::BackupFailed(why)),
        }
    }

    /// Pictures of the reader of the case are kept, and belong to its papers now; those that do already stay as they are.
    pub(super) fn pictures_taken(&mut self, result: Result<Vec<Attachment>, String>, turn: &mut Turn) {
        let Some(reader) = self.ledger.open_case().map(|case| case.reader.clone()) else { return };
        let taken = match result {
            Ok(taken) => taken,
            Err(why) => return self.tell(NoticeKind::PicturesNotKept(why)),
        };
        let mut record = self.device_record(&reader).cloned().unwrap_or_else(|| DeviceRecord::new(&reader));
        let mut facts = Vec::new();
        for attachment in taken {
            match record.attach(attachment.clone()) {
                Ok(()) => facts.push(Fact::DeviceAttached { device: reader.clone(), attachment }),
                Err(DeviceError::Twice(..)) => {}
                Err(full @ DeviceError::TooManyPapers(_)) => {
                    return self.tell(NoticeKind::PicturesNotKept(full.to_string()));
                }
            }
        }
        self.tell(NoticeKind::PicturesKept(u32::try_from(facts.len()).unwrap_or(u32::MAX)));
        if !facts.is_empty() {
            self.save(facts, turn);
        }
    }

    fn talk_of_case(&mut self, change: impl FnOnce(&mut CaseTalk)) {
        if let Place::Case(talk) = &mut self.place {
            change(talk);
        }
    }

    fn draft_of_call(&mut self, change: impl FnOnce(&mut CallDraft)) {
        self.talk_of_case(|talk| {
            if let Some(draft) = talk.draft.as_mut() {
                change(draft);
            }
        });
    }

    fn called(&self, outcome: CallOutcome) -> CaseStep {
        CaseStep::Called { provider: self.called_name(), outcome }
    }

    /// What a call amounts to, once everything about it is said.
    fn drafted(&self) -> Option<CallOutcome> {
        let Place::Case(talk) = &self.place else { return None };
        let draft = talk.draft.as_ref()?;
        let help = draft.help.or_else(|| self.order_help())?;
        let ticket = Some(draft.ticket.clone()).filter(|ticket| !ticket.is_empty());
        Some(CallOutcome::Agreed { help, ticket, promised: draft.promised? })
    }

    /// How sure the till is of this cause; of one that a person names against it, not at all.
    fn percent_of(&self, kind: Kind) -> u8 {
        let found = self.ledger.open_case().and_then(|case| self.finding_of(case));
        found.filter(|found: &Finding| found.kind == kind).map_or(0, |found| found.percent)
    }

    /// Whether the reader itself said, just now, how many payments it holds.
    pub(crate) fn reader_says_what_it_holds(&self) -> bool {
        self.settings.reader.can_be_probed()
            && !self.watch.healths.reader.is_out()
            && self.now - self.watch.heard_from_reader() <= HEARD_WITHIN
    }

    /// Whether the reader is at hand: not on its way or at a workshop.
    pub(crate) fn reader_is_away(&self) -> bool {
        let state = self.ledger.open_case().map(|case| &case.state);
        matches!(state, Some(CaseState::Away { .. } | CaseState::InRepair { .. }))
    }
}
