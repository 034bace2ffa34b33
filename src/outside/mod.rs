//! The world beyond the app: drivers, the store, sealing, files. [`World::perform`] does one effect, blocking.
//!
//! The program that a cashier sees runs effects on worker threads ([`lanes`]); the demo and the stories call
//! [`World::perform`] directly, one effect after the other, so that the same seed gives the same day.

pub mod code_picture;
pub mod files;
pub mod hold;
pub mod host;
pub mod http;
pub mod lanes;
pub mod line;
pub mod network;
pub mod own;
pub mod pcsc_child;
pub mod printer;
pub mod reader;
pub mod rungs;
pub mod support_pack;
pub mod tls;
pub mod unpack;
pub mod watchers;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use chrono::{DateTime, Datelike, FixedOffset};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::app::effect::{Effect, HostAsk, HostUndo, Save};
use crate::app::event::{Event, NotStored, PinCheck, SealFailure, StoredExtra};
use crate::domain::card::{CardDraft, YearMonth};
use crate::domain::host::{CardRequest, HostAnswer, HostEcho, HostFault, LineReport, ReversalAnswer, ReversalRequest};
use crate::domain::ids::{PaymentId, SaveId};
use crate::domain::ladder::{Evidence, Found, Rung, Step};
use crate::domain::money::Money;
use crate::domain::outage::ReaderCause;
use crate::domain::printer::{PrintResult, PrinterTrouble};
use crate::domain::reader::{ReaderFault, ReaderOutcome, ReaderReport, ReaderReversal};
use crate::outside::files::Files;
use crate::outside::host::TcpHost;
use crate::outside::line::Line;
use crate::outside::printer::desk::Desk;
use crate::outside::reader::Reader;
use crate::outside::reader::pcsc::{PcscState, PcscWatch};
use crate::outside::rungs::Rungs;
use crate::outside::support_pack::archive;
use crate::seal::{AcquirerKey, Binding, SealedCard, seal};
use crate::settings::Settings;
use crate::settings::pin::check_pin;
use crate::store::{self, Checkpoint, SaveError, Store};

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
    pub host: Option<TcpHost>,
    /// What the diagnosis ladder is climbed with.
    pub rungs: Rungs,
    /// The watch over a PC/SC reader, once it has begun.
    pub pcsc: OnceLock<PcscWatch>,
    /// The acquirer's key, when it is there and valid.
    pub key: Option<AcquirerKey>,
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
    /// Does one effect and says what came of it. Blocks up to the bound of the driver it goes to.
    #[must_use]
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
            Effect::SealCard { payment, amount } => {
                Some(Event::CardSealed { payment, sealed: self.seal(payment, amount, at) })
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
            Effect::ReadStatement { path } => Some(self.files.read_statement(path, at)),
            Effect::WriteReport { files } => Some(Event::ReportWritten(self.files.write_report(&files))),
            Effect::PrintReceipt { sale, receipt, text, code } => {
                let result = self.desk().map_or(UNPRINTED, |desk| desk.print(&text, Some(&code)));
                Some(Event::ReceiptSent { sale, receipt, result })
            }
            Effect::AskPrinter => Some(Event::PrinterTold(self.desk().map_or(Ok(()), |desk| desk.ask()))),
            Effect::Print { name, text } => Some(Event::Printed(match self.desk() {
                Some(desk) => desk.print_text(&text),
                None => self.files.print(&name, &text),
            })),
            Effect::KickDrawer => self.desk().and_then(|desk| desk.kick(at)).map(Event::DrawerKicked),
            Effect::WriteSupportPack { at } => Some(Event::ReportWritten(self.write_support_pack(at))),
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

    /// The support pack, beside the reports.
    fn write_support_pack(&self, at: DateTime<FixedOffset>) -> Result<Vec<String>, String> {
        let (reader, data) = {
            let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
            (store.reader().map_err(|error| error.to_string())?, store.folder().to_owned())
        };
        let verified = store::verify(&data).map_err(|error| error.to_string())?;
        let pack = archive(&reader, Some(&*self.settings), &verified, at).map_err(|error| error.to_string())?;
        self.files.write_pack(&format!("support-{}.zip", at.format("%Y%m%dT%H%M%S")), &pack).map(|file| vec![file])
    }

    /// A copy of the ledger beside it, read back.
    fn back_up(&self, at: DateTime<FixedOffset>) -> Result<u64, String> {
        let name = format!("{}.db", at.format("%Y%m%dT%H%M%S"));
        let (reader, path) = {
            let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
            (store.reader().map_err(|error| error.to_string())?, store.backup_path(&name))
        };
        // The till goes on saving while the copy is made.
        reader.back_up_and_read(&path).map_err(|error| error.to_string())
    }

    /// The buffer of the card being typed.
    pub fn draft(&self) -> MutexGuard<'_, CardDraft> {
        self.draft.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, save: &Save, at: DateTime<FixedOffset>) -> Event {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let sealed: Vec<(PaymentId, String)> =
            save.sealed.iter().map(|(payment, card)| (*payment, card.compact.clone())).collect();
        answer_of_save(save.id, store.save(at, &save.actor, save.id, &save.facts, &sealed))
    }

    fn ask_host(&self, ask: HostAsk) -> HostAnswer {
        let Some(host) = &self.host else { return HostAnswer::NotSent { fault: HostFault::Unreachable } };
        let Some(sealed) = self.sealed(ask.payment) else {
            return HostAnswer::Misunderstood { code: "no sealed card in the store".to_owned() };
        };
        host.authorise(&CardRequest {
            payment: ask.payment,
            trace: ask.trace,
            amount: ask.amount,
            sealed,
            deferred: ask.deferred,
        })
    }

    fn reverse(&self, undo: ReversalRequest) -> ReversalAnswer {
        let unreachable = ReversalAnswer::NoAnswer { fault: HostFault::Unreachable };
        let (Some(host), Some(sealed)) = (&self.host, self.sealed(undo.payment)) else { return unreachable };
        host.reverse(&ReversalRequest { sealed, ..undo })
    }

    fn sealed(&self, payment: PaymentId) -> Option<String> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.sealed(payment).ok().flatten()
    }

    /// Seals the card in the buffer and wipes the buffer, whatever comes of it.
    fn seal(&self, payment: PaymentId, amount: Money, at: DateTime<FixedOffset>) -> Result<SealedCard, SealFailure> {
        let failed = |why: String| SealFailure(why);
        let mut draft = self.draft();
        let card = draft.parse(&self.settings.card_brands, year_month(at));
        draft.clear();
        let card = card.map_err(|error| failed(error.to_string()))?;
        let (Some(key), Some(host)) = (&self.key, &self.settings.host) else {
            return Err(failed("no acquirer key is configured".to_owned()));
        };
        key.valid_at(at.timestamp()).map_err(|error| failed(error.to_string()))?;
        let binding = Binding { payment, terminal: host.terminal.clone(), amount };
        seal(&card, &binding, key, &SystemRandom::new()).map_err(|error| failed(error.to_string()))
    }
}

/// What the watch over a PC/SC reader says of a rung; `None` for rungs that it says nothing of.
#[must_use]
pub fn rung_of_watch(rung: Rung, state: &PcscState) -> Option<Found> {
    let of_service = |found| (rung == Rung::ReaderService).then_some(found);
    let report = match state {
        PcscState::Suspected(report) | PcscState::Known(report) => report,
        PcscState::Unseen => return of_service(Found::Unclear(Evidence::ServiceMissing)),
        PcscState::NotWatching(_) => return of_service(Found::Bad(Evidence::ServiceMissing)),
    };
    let cause = match report {
        ReaderReport::Faulty { cause, .. } => Some(*cause),
        ReaderReport::Healthy { .. } | ReaderReport::Busy => None,
    };
    match (rung, cause) {
        (Rung::ReaderService, Some(ReaderCause::ServiceStopped)) => Some(Found::Bad(Evidence::ServiceStopped)),
        (Rung::ReaderService, Some(ReaderCause::ServiceHung)) => Some(Found::Bad(Evidence::ServiceHung)),
        (Rung::ReaderService, _) => Some(Found::Good(Evidence::ServiceRuns)),
        (Rung::ReaderPresent, Some(ReaderCause::NotConnected)) => Some(Found::Bad(Evidence::ReaderNotListed)),
        (Rung::ReaderPresent, _) => Some(Found::Good(Evidence::ReaderListed)),
        (Rung::ReaderHealthy, Some(cause)) => Some(Found::Bad(Evidence::ReaderFault(cause))),
        (Rung::ReaderHealthy, None) => Some(Found::Good(Evidence::ReaderSaysWell { stored: 0 })),
        (
            Rung::Till
            | Rung::Card
            | Rung::Carrier
            | Rung::Address
            | Rung::Gateway
            | Rung::Name
            | Rung::Anchor
            | Rung::HostPort
            | Rung::Tls
            | Rung::HostApplication
            | Rung::Issuer,
            _,
        ) => None,
    }
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
pub fn answer_of_save(id: SaveId, result: Result<crate::store::Saved, SaveError>) -> Event {
    match result {
        Ok(saved) => {
            let checkpoint = saved.checkpoint.map(|checkpoint| slip_text(&checkpoint));
            Event::Stored(id, StoredExtra { checkpoint })
        }
        Err(error @ SaveError::Halt { .. }) => Event::NotStored(id, NotStored::Halt(error.to_string())),
        Err(error) => Event::NotStored(id, NotStored::Refused(error.to_string())),
    }
}

/// A checkpoint as it is printed: the entry with the first digits of its hash, to find it by, and the signature over the
/// whole hash.
fn slip_text(checkpoint: &Checkpoint) -> String {
    let hash = checkpoint.hash_hex.get(..16).unwrap_or(&checkpoint.hash_hex);
    format!("{} · {hash}\n{}", checkpoint.seq, checkpoint.signature_base64)
}

/// The month that an expiry date is compared with.
#[must_use]
pub fn year_month(at: DateTime<FixedOffset>) -> YearMonth {
    let year = u16::try_from(at.year()).unwrap_or(u16::MAX);
    let month = u8::try_from(at.month()).unwrap_or(1);
    YearMonth { year, month }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::reader::pcsc::WhyNot;

    #[test]
    fn the_watch_says_what_the_reader_service_does() {
        let faulty = |cause, hard| ReaderReport::Faulty { cause, hard };
        let healthy = ReaderReport::Healthy { host_reachable: None, stored_in_reader: 0 };
        let no_library = WhyNot::NoLibrary { why: "libnope.so: no such file".to_owned() };
        for (state, expected) in [
            (PcscState::Unseen, Found::Unclear(Evidence::ServiceMissing)),
            (PcscState::NotWatching(no_library), Found::Bad(Evidence::ServiceMissing)),
            (PcscState::NotWatching(WhyNot::SilentChild), Found::Bad(Evidence::ServiceMissing)),
            (PcscState::Known(faulty(ReaderCause::ServiceStopped, false)), Found::Bad(Evidence::ServiceStopped)),
            (PcscState::Known(faulty(ReaderCause::ServiceHung, true)), Found::Bad(Evidence::ServiceHung)),
            (PcscState::Suspected(faulty(ReaderCause::NotConnected, false)), Found::Good(Evidence::ServiceRuns)),
            (PcscState::Known(healthy), Found::Good(Evidence::ServiceRuns)),
        ] {
            assert_eq!(rung_of_watch(Rung::ReaderService, &state), Some(expected), "{state:?}");
            assert_eq!(rung_of_watch(Rung::ReaderPresent, &state).is_some(), state.report().is_some(), "{state:?}");
            assert_eq!(rung_of_watch(Rung::Carrier, &state), None);
        }
    }
}
