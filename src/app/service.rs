//! The case of the reader that fails: one question at a time, from the first symptom to the signed acceptance test.
//!
//! What is asked is decided in [`crate::domain::service`]; [`asked`] adds the questions of a phone call and of a visit,
//! and what can be answered ([`choice`]). What the till notes by itself is in [`noted`], whether it trusts the reader and
//! what shows that in [`accept`], what a call and a visitor amount to in [`call`], into whose hands the reader comes in
//! [`hands`], and what is written and kept of it in [`papers`].

pub(crate) mod accept;
pub(crate) mod asked;
mod call;
pub(crate) mod choice;
mod hands;
mod noted;
mod papers;

use chrono::TimeDelta;
use zeroize::Zeroize;

use crate::app::effect::Effect;
use crate::app::event::CaseTouch;
use crate::app::notice::NoticeKind;
use crate::app::place::{CallDraft, CaseTalk, DeviceTalk, Place, Refusing};
use crate::app::service::accept::ShownBy;
use crate::app::service::asked::Asked;
use crate::app::service::choice::CaseChoice;
use crate::app::{App, Turn};
use crate::domain::card::looks_like_card_number;
use crate::domain::fact::Fact;
use crate::domain::ids::{CaseId, PersonId};
use crate::domain::service::typed::TYPED_CHARS_MAX;
use crate::domain::service::{Ask, CallOutcome, Case, CaseStep, Check, Doubt, Ending, Outstanding, Proof, Typed};
use crate::repair::Letter;

/// How long ago a reader may have spoken last for its count of stored payments to be called its answer.
const HEARD_WITHIN: TimeDelta = TimeDelta::seconds(10);

impl App {
    pub(super) fn touch_case(&mut self, touch: CaseTouch, turn: &mut Turn) {
        let Place::Case(talk) = &mut self.place else { return };
        match touch {
            CaseTouch::Digits(digits) => {
                let typed = talk.typed_mut();
                let fits = digits.chars().filter(|character| Typed::allows(*character));
                let room = TYPED_CHARS_MAX.saturating_sub(typed.chars().count());
                typed.extend(fits.take(room));
            }
            CaseTouch::Line(line) => {
                *talk.typed_mut() = line.chars().filter(|one| Typed::allows(*one)).take(TYPED_CHARS_MAX).collect();
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
            CaseTouch::NextCase => self.show_next_case(),
            CaseTouch::WriteRequest => self.write_request(turn),
            CaseTouch::WritePack => turn.ask(Effect::WriteSupportPack {
                at: self.now,
                pages: self.support_pages(),
                letter: Letter::of(&self.settings, &self.ledger, self.shown_case(), self.language),
            }),
            CaseTouch::ToCare => self.visit(Place::Care),
            CaseTouch::ToLearn => self.open_learn(),
            CaseTouch::Leave => self.go_selling(),
        }
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each answer")]
    fn choose_in_case(&mut self, choice: CaseChoice, turn: &mut Turn) {
        let step = match choice {
            CaseChoice::Open => {
                self.talk_of_case(|talk| *talk = CaseTalk::default());
                return self.open_case_in_use(self.person.clone(), turn);
            }
            CaseChoice::CallAgain => return self.talk_of_case(|talk| talk.calling = true),
            CaseChoice::DoNotCall | CaseChoice::NotNow => {
                return self.talk_of_case(|talk| *talk = CaseTalk { case: talk.case, ..CaseTalk::default() });
            }
            CaseChoice::OtherProvider => return self.talk_of_case(|talk| talk.provider += 1),
            CaseChoice::Reached => return self.talk_of_case(|talk| talk.draft = Some(CallDraft::default())),
            CaseChoice::Help(help) => return self.draft_of_call(|draft| draft.help = Some(help)),
            CaseChoice::Promise(hours) => {
                let promised = hours.map(|hours| self.now + TimeDelta::hours(i64::from(hours)));
                return self.draft_of_call(|draft| draft.promised = Some(promised));
            }
            CaseChoice::TechnicianNamed => return self.name_technician(),
            CaseChoice::NoTechnician => return self.draft_of_call(|draft| draft.technician = Some(None)),
            CaseChoice::TechnicianHere => return self.begin_visit(),
            CaseChoice::VisitorNamed => return self.name_visitor(turn),
            CaseChoice::Refuse(check) => {
                let refusing = check.map_or(Refusing::Which, Refusing::This);
                return self.talk_of_case(|talk| talk.refusing = Some(refusing));
            }
            CaseChoice::QuestionBack => return self.talk_of_case(|talk| talk.questions_back += 1),
            CaseChoice::Exchange => return self.talk_of_case(|talk| talk.leaving = true),
            CaseChoice::Sign => return self.ask_for_acceptance(),
            CaseChoice::GoThere(Check::Diagnosis) => return self.visit(Place::outage()),
            CaseChoice::GoThere(_) => return self.go_selling(),
            CaseChoice::SwitchTo => {
                let chosen = self.open_case().map(|case| case.reader.clone());
                return self.visit(Place::Device(DeviceTalk { chosen, handing: None }));
            }
            CaseChoice::Helped(true) if self.is_still_down() => return self.tell(NoticeKind::ReaderStillDown),
            CaseChoice::TakePictures(kind) => {
                let Some(by) = self.person.clone() else { return };
                return turn.ask(Effect::TakePictures { kind, by, at: self.now });
            }
            CaseChoice::MakeBackup => return turn.ask(Effect::BackUp { at: self.now }),
            CaseChoice::Answer(answer) => {
                let Asked::Case(Ask::Question(question)) = self.asked() else { return };
                let suspect = question.answers.iter().any(|one| one.id == answer && one.suspect);
                CaseStep::Answered { question: question.id.clone(), answer, suspect }
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
                let Some(count) = self.held_said() else { return };
                CaseStep::HeldAsked { held: Outstanding::Said { count } }
            }
            CaseChoice::HeldSigned => CaseStep::HeldAsked { held: Outstanding::Signed },
            CaseChoice::HeldKnown => CaseStep::HeldAsked { held: Outstanding::Known },
            CaseChoice::SendAway => CaseStep::Sent {},
            CaseChoice::GiveBack => CaseStep::Closed { ending: Ending::GivenBack },
            CaseChoice::Arrived => CaseStep::Received {},
            CaseChoice::VisitorRight => CaseStep::VisitBegan { visitor: self.visitor(), asked_back: false },
            CaseChoice::OrderDiffers => {
                let Some(visitor) = self.visitor() else { return };
                CaseStep::VisitorDoubted { visitor, why: Doubt::Order }
            }
            CaseChoice::AskedBack => CaseStep::VisitBegan { visitor: self.doubted_visitor(), asked_back: true },
            CaseChoice::VisitorRefused => CaseStep::VisitorRefused { visitor: self.doubted_visitor() },
            CaseChoice::SentByProvider => {
                let Some(serial) = self.open_case().and_then(Case::serial_of_another) else { return };
                CaseStep::SerialConfirmed { serial: serial.to_owned() }
            }
            CaseChoice::Whole(whole) => CaseStep::Inspected { whole },
            CaseChoice::Worked(work) => CaseStep::Worked { work },
            CaseChoice::WorkTold => CaseStep::WorkTold {},
            CaseChoice::SerialKnown => {
                let Some(serial) = self.register_serial() else { return };
                CaseStep::SerialRead { serial: serial.to_owned(), fits: Some(true) }
            }
            CaseChoice::SerialTyped => {
                let Place::Case(CaseTalk { serial, .. }) = &self.place else { return };
                let Ok(serial) = serial.parse::<Typed>().map(String::from) else { return };
                let fits = self.register_serial().map(|known| Typed::is_the_same(known, &serial));
                CaseStep::SerialRead { serial, fits }
            }
            CaseChoice::Mended(how) => CaseStep::Mended { how },
            CaseChoice::Holds(check) => {
                let shown = self.open_case().map(|case| self.shown_by(case, check));
                let proof = if shown == Some(ShownBy::Pictures) { Proof::Pictures } else { Proof::Manager };
                CaseStep::Checked { check, proof }
            }
            CaseChoice::Absent(check) => CaseStep::Checked { check, proof: Proof::Absent },
            CaseChoice::Fails(check) => CaseStep::Rejected { check },
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

    /// Opens a case of the reader in use, with the outage that lasts; nobody opens it where the till does it by itself.
    fn open_case_in_use(&mut self, by: Option<PersonId>, turn: &mut Turn) {
        let reader = self.settings.reader.device_name().to_owned();
        self.open_case_of(reader, false, by, turn);
    }

    /// Opens a case of a reader; with everything that is known of it already.
    pub(super) fn open_case_of(
        &mut self,
        reader: String,
        gives_back: bool,
        by: Option<PersonId>,
        turn: &mut Turn,
    ) -> CaseId {
        let case = CaseId(turn.ids.next_uuid());
        let is_in_use = self.settings.reader.device_name() == reader && !gives_back;
        let outage = self.ledger.open_outage().filter(|_| is_in_use).map(|outage| outage.id);
        let misreads = if gives_back {
            Vec::new()
        } else {
            self.ledger.misreads_beside(&reader, self.settings.is_main_reader(&reader), None)
        };
        let opened = CaseStep::Opened { number: self.ledger.next_case_number(), reader, outage, gives_back };
        let opened = Fact::ServiceCase { case, by, step: opened };
        // What the till saw before the case was opened is why it was.
        let failed = misreads.into_iter().map(|misread| CaseStep::CardFailed { misread });
        let seen = self.ladder_says().filter(|_| is_in_use).map(|(kind, rung)| CaseStep::Seen { kind, rung });
        let noted = failed.chain(seen).map(|step| Fact::ServiceCase { case, by: None, step });
        self.save(std::iter::once(opened).chain(noted).collect(), turn);
        case
    }

    /// A step is on disk: what was typed for it goes.
    pub(super) fn case_went_on(&mut self) {
        let may_leave = self.open_case().is_none_or(|case| case.before_leaving().is_none());
        self.talk_of_case(|talk| {
            let leaving = talk.leaving && !may_leave;
            *talk = CaseTalk { case: talk.case, provider: talk.provider, leaving, ..CaseTalk::default() };
        });
    }

    /// The copy of the ledger was made and read back, or was not.
    pub(super) fn backed_up(&mut self, result: Result<u64, String>, turn: &mut Turn) {
        match result {
            Ok(entries) => self.save_step(CaseStep::BackedUp { entries }, self.person.clone(), turn),
            Err(why) => self.tell(NoticeKind::BackupFailed(why)),
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

    /// How many payments the reader itself said, just now, that it holds; `None` where it did not, or cannot say it.
    pub(crate) fn held_said(&self) -> Option<u32> {
        let is_heard = self.open_case().is_some_and(|case| self.is_in_use(case))
            && !self.watch.healths.reader.is_out()
            && self.now - self.watch.heard_from_reader() <= HEARD_WITHIN;
        self.watch.stored_in_reader.filter(|_| is_heard)
    }

    /// Whether the reader of the open case is on its way or at a workshop.
    pub(crate) fn reader_is_away(&self) -> bool {
        self.open_case().is_some_and(Case::has_left)
    }

    /// Whether the till itself still sees that no card can be taken on the reader of the open case.
    fn is_still_down(&self) -> bool {
        let is_blocked = self.watch.healths.blocked_by(self.reader_stores()).is_some();
        is_blocked && self.open_case().is_some_and(|case| self.is_in_use(case))
    }

    /// The case that the page is about: the chosen one, or else that of the reader in use, or another that is open, or the
    /// last.
    pub(crate) fn shown_case(&self) -> Option<&Case> {
        let chosen = if let Place::Case(talk) = &self.place { talk.case } else { None };
        let chosen = chosen.and_then(|case| self.ledger.cases.get(&case));
        chosen.or_else(|| self.ledger.shown_case(self.settings.reader.device_name()))
    }

    /// The same while it is open.
    pub(crate) fn open_case(&self) -> Option<&Case> {
        self.shown_case().filter(|case| !case.is_closed())
    }

    /// The next open case, in the order of their numbers.
    fn show_next_case(&mut self) {
        let open: Vec<CaseId> = self.ledger.open_cases().iter().map(|case| case.id).collect();
        let shown = self.shown_case().map(|case| case.id);
        let place = open.iter().position(|case| Some(*case) == shown).map_or(0, |place| place + 1);
        if let Some(next) = open.get(place).or(open.first()) {
            let next = *next;
            self.talk_of_case(|talk| *talk = CaseTalk { case: Some(next), ..CaseTalk::default() });
        }
    }
}
