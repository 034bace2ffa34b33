//! The world beyond the app: drivers, the store, sealing, files. [`World::perform`] does one effect, blocking.
//!
//! The program that a cashier sees runs effects on worker threads ([`lanes`]); the demo and the stories call
//! [`World::perform`] directly, one effect after the other, so that the same seed gives the same day.

mod asking;
pub mod attachments;
pub mod batch;
pub mod code_picture;
mod copies;
pub mod files;
pub mod handover;
pub mod hold;
pub mod host;
pub mod http;
pub mod lanes;
pub mod line;
pub mod network;
pub mod own;
pub mod past;
pub mod pcsc_child;
pub mod printer;
pub mod reader;
pub mod rungs;
pub mod sales;
pub mod statements;
pub mod support_pack;
pub mod tls;
pub mod unpack;
mod watched;
pub mod watchers;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use chrono::{DateTime, Datelike, FixedOffset};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

pub use self::watched::rung_of_watch;
use crate::app::effect::{Effect, HostUndo, Save, StatementAsk};
use crate::app::event::{
    Event, HandoverNews, KeyFile, KeyRefusal, NotStored, PinCheck, SealFailure, StatementRefusal, StoredExtra,
};
use crate::domain::card::{CardDraft, CardEntry, YearMonth};
use crate::domain::contact::{ContactText, Telephone};
use crate::domain::host::{HostEcho, HostFault, LineReport};
use crate::domain::ids::{ContactId, PaymentId, SaveId};
use crate::domain::ladder::{Rung, Step};
use crate::domain::limits::KnownCard;
use crate::domain::money::Money;
use crate::domain::printer::{PrintResult, PrinterTrouble};
use crate::domain::reader::{ReaderFault, ReaderOutcome, ReaderReport, ReaderReversal};
use crate::outside::files::{Files, read_short};
use crate::outside::host::Host;
use crate::outside::line::Line;
use crate::outside::printer::desk::Desk;
use crate::outside::reader::Reader;
use crate::outside::reader::pcsc::PcscWatch;
use crate::outside::rungs::Rungs;
use crate::seal::{AcquirerKey, Binding, CardTagKey, KEY_BYTES_MAX, SealedCard, seal};
use crate::settings::Settings;
use crate::settings::pin::check_pin;
use crate::store::{SaveError, Saved, Store};

/// Everything outside the app.
pub struct World {
    /// What the shop chose.
    pub settings: Arc<Settings>,
    /// The only writer of the store.
    pub store: Mutex<Store>,
    /// The reader, when it can be asked.
    pub reader: Option<Arc<dyn Reader>>,
    /// The line.
    pub line: Option<Arc<dyn Line>>,
    /// The acquirer's host.
    pub host: Option<Arc<dyn Host>>,
    /// What the diagnosis ladder is climbed with.
    pub rungs: Rungs,
    /// The watch over a PC/SC reader, once it has begun.
    pub pcsc: OnceLock<PcscWatch>,
    /// What typed cards are known again by.
    pub card_tags: CardTagKey,
    /// The digits of a card while they are typed. Shared with the screen, which puts them in.
    pub draft: Arc<Mutex<CardDraft>>,
    /// Receipts, reports and statements.
    pub files: Files,
    /// The key that PINs are peppered with.
    pub pepper: Option<Zeroizing<Vec<u8>>>,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

impl World {
    /// Nothing is being saved: what was wiped goes from the log of the database too.
    pub fn scrub(&self) {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).scrub();
    }

    /// Does one effect and says what came of it. Blocks up to the bound of the driver it goes to.
    #[must_use]
    #[allow(clippy::too_many_lines, reason = "one arm for each kind of effect")]
    pub fn perform(&self, effect: Effect, at: DateTime<FixedOffset>) -> Option<Event> {
        match effect {
            Effect::Save(save) => Some(self.save(&save, at)),
            Effect::ProbeReader => Some(Event::ReaderProbed(self.probe_reader(at))),
            Effect::TryRung(rung) => Some(Event::RungTried(self.try_rung(rung, at))),
            Effect::PayOnReader(request) => {
                let outcome = self.reader.as_ref().map_or(NO_READER, |reader| reader.pay(&request));
                Some(Event::ReaderPaid { payment: request.payment, outcome })
            }
            Effect::AskReader(request) => {
                let nobody = ReaderOutcome::Unknown { fault: ReaderFault::Unreachable };
                let outcome = self.reader.as_ref().map_or(nobody, |reader| reader.status(&request));
                Some(Event::ReaderTold { payment: request.payment, outcome })
            }
            Effect::ReverseOnReader { request, transaction } => {
                let nobody = ReaderReversal::Unknown { fault: ReaderFault::Unreachable };
                let reversal = self.reader.as_ref().map_or(nobody, |reader| reader.reverse(&request, &transaction));
                Some(Event::ReaderReversed { payment: request.payment, reversal })
            }
            Effect::AbortReader(request) => {
                if let Some(reader) = &self.reader {
                    reader.abort(&request);
                }
                None
            }
            Effect::ProbeLine => {
                let report = self.line.as_ref().map_or(LineReport::Up, |line| line.probe());
                Some(Event::LineProbed(report))
            }
            Effect::EchoHost { stan } => {
                let no_host = || HostEcho::Failed { fault: HostFault::Unreachable };
                Some(Event::HostEchoed(self.host.as_ref().map_or_else(no_host, |host| host.echo(stan, &at))))
            }
            Effect::AskHost(ask) => Some(Event::HostAnswered { payment: ask.payment, answer: self.ask_host(ask) }),
            Effect::ReverseAtHost(HostUndo(undo)) => {
                Some(Event::HostReversed { payment: undo.payment, answer: self.reverse(undo) })
            }
            Effect::VoidAtHost(HostUndo(undo)) => {
                Some(Event::HostVoided { payment: undo.payment, answer: self.void(&undo) })
            }
            Effect::AdviseHost(advice) => {
                Some(Event::HostAdvised { payment: advice.payment, answer: self.advise(advice) })
            }
            Effect::AskBatch(ask) => {
                let host = self.host.as_deref();
                let answer = host.and_then(|host| batch::ask(host, &ask, self.settings.currency));
                Some(Event::BatchAnswered { number: ask.number, answer })
            }
            Effect::SealCard { payment, amount, jwk } => {
                Some(Event::CardSealed { payment, sealed: self.seal(payment, amount, &jwk, at) })
            }
            Effect::FindSale { reference } => {
                let reader = self.store.lock().unwrap_or_else(PoisonError::into_inner).reader();
                Some(sales::found_sale(reader, reference))
            }
            Effect::ReadContact { payment, contact } => {
                Some(Event::ContactRead { payment, telephone: self.contact(contact) })
            }
            Effect::ReadKeyFile => Some(Event::KeyRead(self.read_key_file())),
            Effect::WriteHandover { handover } => {
                let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
                Some(Event::Handover(HandoverNews::Written(handover::write_of_till(&store, &self.settings, handover))))
            }
            Effect::ReadOutcomes => {
                Some(Event::Handover(HandoverNews::Outcomes(handover::outcomes_of_till(&self.settings))))
            }
            Effect::ForgetCard => {
                self.draft().clear();
                None
            }
            Effect::CheckPin(PinCheck { person, pin }) => {
                let kept = self.settings.people.iter().find(|one| one.id == person);
                let right = kept.is_some_and(|one| {
                    check_pin(&pin, &one.pin_hash, self.pepper.as_ref().map(|pepper| pepper.as_slice()))
                });
                Some(Event::PinChecked { person, right })
            }
            Effect::LookForStatements => Some(Event::StatementsFound(self.files.statements())),
            Effect::ReadStatement(ask) => self.read_statement(*ask, at),
            Effect::AskStatementProgress => {
                let (lines, about) = self.files.progress().so_far();
                Some(Event::StatementProgress { lines, about })
            }
            Effect::CancelStatement => {
                self.files.progress().cancel();
                None
            }
            Effect::ForgetMapping(draft) => {
                self.files.forget_mapping(&draft);
                None
            }
            Effect::WriteRequest { name, page, papers } => {
                Some(Event::ReportWritten(self.write_request(name, &page, &papers)))
            }
            Effect::WriteCaseReport { number, heading, language, at } => {
                Some(Event::ReportWritten(self.write_case_report((number, heading), language, at)))
            }
            Effect::WriteReport { files } => Some(Event::ReportWritten(self.files.write_report(&files))),
            Effect::PrintReceipt { sale, receipt, text, code } => {
                let result = self.desk().map_or(UNPRINTED, |desk| desk.print(&text, Some(&code)));
                Some(Event::ReceiptSent { sale, receipt, result })
            }
            Effect::AskPrinter => Some(Event::PrinterTold(self.desk().map_or(Ok(()), |desk| desk.ask()))),
            Effect::Print { sale, name, text } => {
                let result = self.desk().map_or_else(|| self.files.print(&name, &text), |desk| desk.print_text(&text));
                Some(Event::Printed { sale, result })
            }
            Effect::KickDrawer(pin) => self.desk().and_then(|desk| desk.kick(at, pin)).map(Event::DrawerKicked),
            Effect::TakePictures { kind, by, at } => Some(Event::PicturesTaken(self.take_pictures(kind, &by, at))),
            Effect::WriteSupportPack { at, pages, letter } => {
                Some(Event::ReportWritten(self.write_support_pack(at, pages, &letter)))
            }
            // Whoever runs the till does it: the world ends with the program.
            Effect::StartAgain | Effect::Practise { .. } => None,
            Effect::BackUp { at } => Some(Event::BackedUp(self.back_up(at))),
        }
    }

    /// The receipt printer, where there is one.
    fn desk(&self) -> Option<Desk<'_>> {
        self.settings.printer.as_ref().map(Desk)
    }

    /// What the reader, or whatever watches it, says of its health; busy where nobody can say.
    fn probe_reader(&self, at: DateTime<FixedOffset>) -> ReaderReport {
        match (&self.reader, self.pcsc.get()) {
            (Some(reader), _) => reader.probe(at),
            (None, Some(watch)) => watch.state().probed(),
            (None, None) => ReaderReport::Busy,
        }
    }

    /// Tries a rung; those of a PC/SC reader are known from its watch.
    fn try_rung(&self, rung: Rung, at: DateTime<FixedOffset>) -> Step {
        let watched = self.pcsc.get().and_then(|watch| rung_of_watch(rung, &watch.state()));
        watched.map_or_else(|| self.rungs.climb(rung, at), |found| Step { rung, found })
    }

    /// The buffer of the card being typed.
    pub fn draft(&self) -> MutexGuard<'_, CardDraft> {
        self.draft.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, save: &Save, at: DateTime<FixedOffset>) -> Event {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        answer_of_save(save.id, store_save(&mut store, save, at, &save.kept.texts()))
    }

    /// Reads a statement beside the till's work, and matches it with what the ledger has and had.
    fn read_statement(&self, ask: StatementAsk, at: DateTime<FixedOffset>) -> Option<Event> {
        // The writer is asked for nothing but the folder: reading goes over a connection of its own.
        let reader = self.store.lock().unwrap_or_else(PoisonError::into_inner).reader();
        let read = self.files.read_statement(&ask, at);
        let result = match (read, reader) {
            (Ok(content), Ok(reader)) => statements::settle(content, &ask, &reader, at),
            (Err(why), _) => Err(why),
            (_, Err(error)) => Err(StatementRefusal::NotFound(error.to_string())),
        };
        // Whoever stopped it waits for nothing.
        (!self.files.progress().is_cancelled()).then_some(Event::StatementRead { file: ask.path, result })
    }

    /// A key of the acquirer that can be sealed to, from the file that the settings name.
    fn read_key_file(&self) -> Result<KeyFile, KeyRefusal> {
        let host = self.settings.host.as_ref().ok_or(KeyRefusal::NoHost)?;
        let jwk = read_short(&host.key_file, KEY_BYTES_MAX).map_err(|error| KeyRefusal::NotRead(error.to_string()))?;
        // The screen says it in the person's language; who gave the key reads the words of the log.
        let refused = |error| {
            tracing::warn!(file = %host.key_file.display(), %error, "a key is not taken");
            KeyRefusal::Key(error)
        };
        let key = AcquirerKey::from_jwk_json(&jwk).map_err(refused)?;
        Ok(KeyFile { key: key.describe(), jwk })
    }

    fn sealed(&self, payment: PaymentId) -> Option<String> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.sealed(payment).ok().flatten()
    }

    fn contact(&self, contact: ContactId) -> Option<Telephone> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let text = store.contact(contact).ok().flatten().map(Zeroizing::new)?;
        ContactText::telephone_in(&text)
    }

    /// Seals the card in the buffer and wipes the buffer, whatever comes of it.
    fn seal(
        &self,
        payment: PaymentId,
        amount: Money,
        jwk: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<SealedCard, SealFailure> {
        let failed = |why: String| SealFailure(why);
        let mut draft = self.draft();
        let card = draft.parse(&self.settings.card_brands, year_month(at));
        draft.clear();
        let card = card.map_err(|error| failed(error.to_string()))?;
        let host = self.settings.host.as_ref().ok_or_else(|| failed("no host is configured".to_owned()))?;
        let key = AcquirerKey::from_jwk_json(jwk).map_err(|error| failed(error.to_string()))?;
        key.valid_at(at.timestamp()).map_err(|error| failed(error.to_string()))?;
        let binding = Binding { payment, terminal: host.terminal.id().to_owned(), amount };
        seal(&card, &binding, &key, &SystemRandom::new()).map_err(|error| failed(error.to_string()))
    }
}

/// Stores what one save carries, in the one transaction that it is.
///
/// # Errors
///
/// As [`Store::save`].
pub fn store_save(
    store: &mut Store,
    save: &Save,
    at: DateTime<FixedOffset>,
    sealed: &[(PaymentId, String)],
) -> Result<Saved, SaveError> {
    match save.kept.spent {
        Some(spent) => store.save_counted(at, &save.actor, save.id, &save.facts, sealed, spent),
        None => store.save(at, &save.actor, save.id, &save.facts, sealed),
    }
}

/// What may be known of the card being typed; of a complete one also by what it is known again and what the shop's stop
/// list says. The digits do not leave this call.
#[must_use]
pub fn card_entry(draft: &CardDraft, settings: &Settings, tags: &CardTagKey, at: DateTime<FixedOffset>) -> CardEntry {
    let (brands, today) = (&settings.card_brands, year_month(at));
    let card = draft.parse(brands, today).ok();
    let known = card.map(|card| KnownCard { tag: tags.tag(&card), stopped: settings.stop_list.judge(&card) });
    CardEntry { known, ..draft.entry(brands, today) }
}

const UNPRINTED: PrintResult = PrintResult::Failed { trouble: PrinterTrouble::Unreachable, reached: None };

const NO_READER: ReaderOutcome = ReaderOutcome::NotCharged { fault: ReaderFault::Unreachable };

/// Sixty-four random bits for the ids of one event; zero where the system has none, which makes ids that still differ by
/// their time and counter.
#[must_use]
pub fn random_bits() -> u64 {
    let mut bytes = [0_u8; 8];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => u64::from_be_bytes(bytes),
        Err(_) => 0,
    }
}

/// The event that a save comes back as.
#[must_use]
pub fn answer_of_save(id: SaveId, result: Result<Saved, SaveError>) -> Event {
    match result {
        Ok(saved) => {
            let checkpoint = saved.checkpoint.map(|checkpoint| checkpoint.slip_text());
            Event::Stored(id, StoredExtra { checkpoint })
        }
        Err(error @ SaveError::Halt { .. }) => Event::NotStored(id, NotStored::Halt(error.to_string())),
        Err(error) => Event::NotStored(id, NotStored::Refused(error.to_string())),
    }
}

/// The month that an expiry date is compared with.
#[must_use]
pub fn year_month(at: DateTime<FixedOffset>) -> YearMonth {
    let year = u16::try_from(at.year()).unwrap_or(u16::MAX);
    let month = u8::try_from(at.month()).unwrap_or(1);
    YearMonth { year, month }
}
