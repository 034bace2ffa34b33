//! Does the effects of the app in memory, with the real store on a real disk.

mod copies;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, TimeDelta};
use ring::rand::SystemRandom;
use stopgap::app::effect::{Effect, Kept, Save};
use stopgap::app::event::{Event, HandoverNews, KeyFile, KeyRefusal, NotStored, SealFailure, StatementRefusal};
use stopgap::domain::card::CardDraft;
use stopgap::domain::contact::ContactText;
use stopgap::domain::fact::Fact;
use stopgap::domain::host::{HostEcho, HostFault, LineReport};
use stopgap::domain::ids::{ContactId, PaymentId, PersonId, SaveId};
use stopgap::domain::keys::Confirmation;
use stopgap::domain::ladder::{Evidence, Found, NotTried, Rung, Step};
use stopgap::domain::ledger::Ledger;
use stopgap::domain::limits::CardWindow;
use stopgap::domain::money::Money;
use stopgap::domain::reader::ReaderReport;
use stopgap::domain::service::PaperRefused;
use stopgap::outside::attachments::{embed, take_pictures};
use stopgap::outside::{answer_of_save, handover, past, sales, statements, store_save, year_month};
use stopgap::screens::support::SupportPage;
use stopgap::seal::{AcquirerKey, Binding, CardTagKey, SealedCard, seal};
use stopgap::settings::Settings;
use stopgap::simulator::shop::tested_payees;
use stopgap::store::{Findings, Options, Store, VerifyReport, verify};
use uuid::Uuid;

use super::bank::FakeBank;
use super::books::Books;
use super::disk::Disk;
use super::host::FakeHost;
use super::printer::FakePrinter;
use super::reader::FakeReader;
use super::shop::{MANAGER, SECOND_MANAGER, TILL, key_file, settings_in};

/// Refused saves within one second after which the till is called restless: it should wait before it tries again.
const REFUSALS_PER_SECOND_MAX: usize = 20;

#[allow(clippy::struct_excessive_bools, reason = "each is one thing that a test asks for")]
pub struct FakeWorld {
    pub settings: Arc<Settings>,
    pub reader: FakeReader,
    pub host: FakeHost,
    pub bank: FakeBank,
    pub line_is_up: bool,
    pub disk: Disk,
    pub draft: CardDraft,
    /// Every paper and file that was written, by name.
    pub papers: BTreeMap<String, String>,
    /// The files of the last support pack, by name.
    pub pack: Vec<(String, Vec<u8>)>,
    /// The pages that are drawn in it.
    pub pages: Vec<SupportPage>,
    /// The program was asked to start again.
    pub starts_again: bool,
    /// The program was asked to make room for practice.
    pub practises: Option<PersonId>,
    pub printer_has_paper: bool,
    /// The receipt printer, where the shop has one.
    pub printer: FakePrinter,
    /// The process died in the middle of a save; nothing it still does counts.
    pub is_gone: bool,
    /// What must be true of everything that was stored.
    pub books: Books,
    /// What the world itself has to complain about.
    pub complaint: Option<String>,
    store: Option<Store>,
    /// The save that was under way when the till went down: the only one that may count without having been answered.
    in_doubt: Option<(DateTime<FixedOffset>, Save)>,
    refused_at: Vec<DateTime<FixedOffset>>,
    /// What the file has that the acquirer's keys are brought in with.
    pub key_file: Result<KeyFile, KeyRefusal>,
    folder: tempfile::TempDir,
}

impl FakeWorld {
    pub fn new(settings: Arc<Settings>) -> Self {
        // A disk in memory, where there is one: every save is flushed several times.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self {
            settings,
            reader: FakeReader::new(),
            host: FakeHost::new(),
            bank: FakeBank::default(),
            line_is_up: true,
            disk: Disk::default(),
            draft: CardDraft::new(),
            papers: BTreeMap::new(),
            pack: Vec::new(),
            pages: Vec::new(),
            starts_again: false,
            practises: None,
            printer_has_paper: true,
            printer: FakePrinter::default(),
            is_gone: false,
            books: Books::default(),
            complaint: None,
            store: None,
            in_doubt: None,
            refused_at: Vec::new(),
            key_file: Ok(key_file()),
            folder: folder.expect("a folder for the store"),
        }
    }

    /// A manager has approved and tested the accounts for transfers before the first day.
    pub fn trust_payees(&mut self, at: DateTime<FixedOffset>) {
        let manager = PersonId(MANAGER.to_owned());
        let facts = tested_payees(&self.settings, &manager);
        let id = SaveId(uuid::Uuid::from_u128(1));
        self.save(Save { id, actor: manager.0, facts, kept: Kept::default() }, at);
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn stored(&self) -> &Ledger {
        self.store.as_ref().expect("the store is open").ledger()
    }

    /// Closes the store if it is open, opens it as a new process would, and compares what it brings back with what it
    /// was told to keep.
    pub fn reopen(&mut self, at: DateTime<FixedOffset>) -> (Ledger, Findings) {
        self.store = None;
        self.is_gone = false;
        self.draft.clear();
        let options = Options { now_unix: at.timestamp(), faults: Some(Box::new(self.disk.clone())) };
        let opened = Store::open(&self.data(), TILL, options).unwrap_or_else(|error| panic!("{error}"));
        self.store = Some(opened.store);
        let doubtful = self.in_doubt.take();
        if opened.ledger != self.books.ledger
            && let Some((at, save)) = &doubtful
        {
            self.books.take(*at, &save.facts);
        }
        if opened.ledger != self.books.ledger {
            self.complain("the reopened ledger is not the fold of what was acknowledged");
        }
        let unconfirmed = opened.found.unconfirmed.len();
        if unconfirmed > doubtful.map_or(0, |(_, save)| save.facts.len()) {
            self.complain("more entries are unconfirmed than facts were under way");
        }
        (opened.ledger, opened.found)
    }

    /// The acquirer's key as two managers brought it in before the story begins.
    pub fn bring_in_key(&mut self, at: DateTime<FixedOffset>) {
        self.reopen(at);
        let KeyFile { key, jwk } = key_file();
        let [by, second] = [MANAGER, SECOND_MANAGER].map(|person| PersonId(person.to_owned()));
        let fingerprint = key.fingerprint.clone();
        let facts = vec![
            Fact::KeyImported { key, jwk, by },
            Fact::KeyConfirmed { fingerprint, confirmed: Confirmation::ByAnother(second) },
        ];
        let store = self.store.as_mut().expect("the store is open");
        store.save(at, "story", SaveId(Uuid::from_u128(2)), &facts, &[]).unwrap_or_else(|error| panic!("{error}"));
        self.books.take(at, &facts);
    }

    pub fn card_tags(&self) -> CardTagKey {
        self.store.as_ref().expect("the store is open").card_tags()
    }

    pub fn card_window(&mut self, at: DateTime<FixedOffset>) -> CardWindow {
        let first = self.settings.limits.stored.card.first_day(at.date_naive());
        let store = self.store.as_mut().expect("the store is open");
        store.card_window(first).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Closes the store and checks journal, mirror, tables and signatures.
    pub fn verify(&mut self) -> VerifyReport {
        self.store = None;
        verify(&self.data()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each kind of effect")]
    pub fn perform(&mut self, effect: Effect, at: DateTime<FixedOffset>) -> Option<Event> {
        match effect {
            Effect::Save(save) => self.save(save, at),
            Effect::ProbeReader => Some(Event::ReaderProbed(self.reader.probe())),
            Effect::TryRung(rung) => Some(Event::RungTried(self.climb(rung))),
            Effect::PayOnReader(request) => {
                Some(Event::ReaderPaid { payment: request.payment, outcome: self.reader.pay(&request) })
            }
            Effect::AskReader(request) => {
                Some(Event::ReaderTold { payment: request.payment, outcome: self.reader.status(&request) })
            }
            Effect::ReverseOnReader { request, .. } => {
                Some(Event::ReaderReversed { payment: request.payment, reversal: self.reader.reverse(&request) })
            }
            Effect::ProbeLine => {
                Some(Event::LineProbed(if self.line_is_up { LineReport::Up } else { LineReport::Down { hard: true } }))
            }
            Effect::EchoHost { .. } => Some(Event::HostEchoed(if self.line_is_up {
                self.host.echo()
            } else {
                HostEcho::Failed { fault: HostFault::Unreachable }
            })),
            Effect::AskHost(_)
            | Effect::ReverseAtHost(_)
            | Effect::VoidAtHost(_)
            | Effect::AdviseHost(_)
            | Effect::AskBatch(_) => self.at_host(effect),
            Effect::SealCard { payment, amount, jwk } => {
                Some(Event::CardSealed { payment, sealed: self.seal(payment, amount, &jwk, at) })
            }
            Effect::FindSale { reference } => self.store.as_ref().map(|it| sales::found_sale(it.reader(), reference)),
            Effect::ReadContact { payment, contact } => {
                let telephone = self.contact(contact).and_then(|text| ContactText::telephone_in(&text));
                Some(Event::ContactRead { payment, telephone })
            }
            Effect::WriteHandover { handover } => {
                let store = self.store.as_ref().expect("the store is open");
                let written = handover::write_of_till(store, &settings_in(&self.settings, &self.data()), handover);
                // The folder of the test is another one each time.
                let name = written.map(|path| path.rsplit('/').next().unwrap_or_default().to_owned());
                Some(Event::Handover(HandoverNews::Written(name)))
            }
            Effect::ReadOutcomes => Some(Event::Handover(HandoverNews::Outcomes(handover::outcomes_of_till(
                &settings_in(&self.settings, &self.data()),
            )))),
            Effect::ReadKeyFile => Some(Event::KeyRead(self.key_file.clone())),
            Effect::ForgetCard => {
                self.draft.clear();
                None
            }
            Effect::CheckPin(check) => {
                let kept = self.settings.people.iter().find(|one| one.id == check.person);
                let right = kept.is_some_and(|one| one.pin_hash == check.pin.expose());
                Some(Event::PinChecked { person: check.person, right })
            }
            Effect::LookForStatements => Some(Event::StatementsFound(self.bank.files())),
            Effect::ReadStatement(ask) => {
                let missing = || StatementRefusal::NotFound(ask.path.clone());
                let reader = self.store.as_ref().expect("the store is open").reader().expect("a reader");
                let read = self.bank.read(&ask.path, ask.despite_totals).unwrap_or_else(|| Err(missing()));
                let result = read.and_then(|content| statements::settle(content, &ask, &reader, at));
                Some(Event::StatementRead { result, file: ask.path })
            }
            Effect::AskStatementProgress => Some(Event::StatementProgress { lines: 2_048, about: 4_096 }),
            Effect::CancelStatement | Effect::ForgetMapping(_) => None,
            Effect::WriteReport { files } => {
                let names = files.iter().map(|(name, _)| name.clone()).collect();
                self.papers.extend(files);
                Some(Event::ReportWritten(Ok(names)))
            }
            Effect::WriteCaseReport { number, heading, language, at } => {
                let reader = self.store.as_ref().expect("the store is open").reader().expect("a reader");
                let page = past::case_page(&reader, &self.settings, (number, heading), at, language);
                let name = format!("case-{number}-cost.html");
                Some(Event::ReportWritten(page.map(|page| {
                    self.papers.insert(name.clone(), page);
                    vec![name]
                })))
            }
            Effect::WriteRequest { name, page, papers } => {
                self.papers.insert(name.clone(), embed(&page, &self.data(), &papers));
                Some(Event::ReportWritten(Ok(vec![name])))
            }
            Effect::Print { sale, name, text } => {
                self.papers.insert(name, text);
                let paper = if self.printer_has_paper { Ok(()) } else { Err("no paper".to_owned()) };
                Some(Event::Printed { sale, result: paper })
            }
            Effect::TakePictures { kind, by, at } => {
                let folder = self.data().join("papers");
                let taken = take_pictures(&folder, &self.data(), (kind, &by, at));
                Some(Event::PicturesTaken(taken.map_err(PaperRefused::from)))
            }
            Effect::WriteSupportPack { at, pages, letter } => {
                Some(Event::ReportWritten(self.write_support_pack(at, pages, &letter)))
            }
            Effect::BackUp { at } => Some(Event::BackedUp(self.back_up(at))),
            Effect::PrintReceipt { sale, receipt, text, code } => {
                let result = self.printer.print(&format!("{text}[{code}]"));
                Some(Event::ReceiptSent { sale, receipt, result })
            }
            Effect::AskPrinter => Some(Event::PrinterTold(self.printer.ask())),
            // The drawer hangs on the printer; a shop without one opens it with a key.
            Effect::KickDrawer(pin) => {
                let kicked = self.printer.kick(pin);
                self.settings.printer.is_some().then_some(Event::DrawerKicked(kicked))
            }
            Effect::StartAgain => {
                self.starts_again = true;
                None
            }
            Effect::Practise { by } => {
                self.practises = Some(by);
                None
            }
            Effect::AbortReader(_) => None,
        }
    }

    /// The rungs of this world: what its reader, line and host would show to whoever tried them.
    fn climb(&mut self, rung: Rung) -> Step {
        let no_part = Found::NotTried(NotTried::NoSuchPart);
        let at = |name: &str| name.to_owned();
        let found = match rung {
            Rung::Till => Found::Good(Evidence::TillWell { disk_ms: 1 }),
            Rung::ReaderHealthy => match self.reader.probe() {
                ReaderReport::Healthy { stored_in_reader, .. } => {
                    Found::Good(Evidence::ReaderSaysWell { stored: stored_in_reader })
                }
                ReaderReport::Busy => Found::Unclear(Evidence::ReaderSaysBusy),
                ReaderReport::Faulty { cause, .. } => Found::Bad(Evidence::ReaderFault(cause)),
            },
            Rung::Anchor | Rung::HostPort if !self.line_is_up => {
                Found::Bad(Evidence::Silent { from: at("anchor"), ms: 2_000 })
            }
            Rung::Anchor | Rung::HostPort => Found::Good(Evidence::Connected { to: at("anchor"), ms: 9 }),
            Rung::HostApplication => match self.host.echo() {
                HostEcho::Alive => Found::Good(Evidence::EchoAnswered { ms: 20 }),
                HostEcho::Failed { .. } => Found::Bad(Evidence::EchoFailed { why: "timed_out" }),
            },
            Rung::ReaderService
            | Rung::ReaderPresent
            | Rung::Card
            | Rung::Carrier
            | Rung::Address
            | Rung::Gateway
            | Rung::Name
            | Rung::Tls
            | Rung::Issuer => no_part,
        };
        Step { rung, found }
    }

    /// Notes what is wrong; the first thing that is noted stays.
    pub fn complain(&mut self, what: &str) {
        self.complaint.get_or_insert_with(|| what.to_owned());
    }

    fn save(&mut self, save: Save, at: DateTime<FixedOffset>) -> Option<Event> {
        let store = self.store.as_mut().expect("the store is open");
        let result = store_save(store, &save, at, &save.kept.texts());
        let event = answer_of_save(save.id, result);
        match &event {
            Event::Stored(..) => self.books.take(at, &save.facts),
            Event::NotStored(_, NotStored::Halt(_)) => {
                self.in_doubt.get_or_insert((at, save));
            }
            _ => self.count_refusal(at),
        }
        self.is_gone |= self.disk.take_crashed();
        // A process that is gone says nothing.
        (!self.is_gone).then_some(event)
    }

    fn count_refusal(&mut self, at: DateTime<FixedOffset>) {
        self.refused_at.retain(|earlier| (at - *earlier).abs() < TimeDelta::seconds(1));
        self.refused_at.push(at);
        if self.refused_at.len() > REFUSALS_PER_SECOND_MAX {
            self.complain("a save that was refused is tried again without a pause");
        }
    }

    /// The sealed card of a payment, while the store keeps it.
    pub fn sealed(&self, payment: PaymentId) -> Option<String> {
        self.store.as_ref().and_then(|store| store.sealed(payment).ok().flatten())
    }

    /// What is kept of how a customer can be called.
    pub fn contact(&self, contact: ContactId) -> Option<String> {
        self.store.as_ref().and_then(|store| store.contact(contact).ok().flatten())
    }

    pub(super) fn has_sealed(&self, payment: PaymentId) -> bool {
        self.store.as_ref().is_some_and(|store| store.sealed(payment).is_ok_and(|sealed| sealed.is_some()))
    }

    fn seal(
        &mut self,
        payment: PaymentId,
        amount: Money,
        jwk: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<SealedCard, SealFailure> {
        let card = self.draft.parse(&self.settings.card_brands, year_month(at));
        self.draft.clear();
        let card = card.map_err(|error| SealFailure(error.to_string()))?;
        let binding = Binding { payment, terminal: "TEST0023".to_owned(), amount };
        let key = AcquirerKey::from_jwk_json(jwk).map_err(|error| SealFailure(error.to_string()))?;
        seal(&card, &binding, &key, &SystemRandom::new()).map_err(|error| SealFailure(error.to_string()))
    }
}
