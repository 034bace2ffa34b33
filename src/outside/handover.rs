//! Files of stored payments that go to another till, and of what became of them; and forwarding those of another till.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Local;

use crate::domain::fact::Fact;
use crate::domain::handover::{
    HANDOVER_FORMAT, HandoverCard, HandoverError, HandoverFile, HandoverOutcome, HandoverTerminal, OUTCOME_FORMAT,
    OutcomeFile, TakenCard, TakenState, TakenStep, TakenTask,
};
use crate::domain::host::{CardRequest, HostAnswer, HostFault, ReversalAnswer, ReversalRequest};
use crate::domain::ids::{HandoverId, IdSource, PaymentId, SaveId};
use crate::domain::queue::retry_wait;
use crate::iso8583::{Terminal, TerminalError};
use crate::outside::files::read_short;
use crate::outside::host::Host;
use crate::outside::random_bits;
use crate::seal::sha256_hex;
use crate::settings::Settings;
use crate::store::{SaveError, Store};

/// The most bytes of a handover file or an outcome file that are read: ten thousand payments have fewer.
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// How long a forwarding till sleeps at most before it looks again.
const NAP: Duration = Duration::from_millis(100);

/// Why a handover is not written, read or forwarded. The text is one sentence.
#[derive(Debug, thiserror::Error)]
pub enum HandoverFault {
    /// The file or its folder.
    #[error("{}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// It is no JSON of the kind.
    #[error("{}: {why}", path.display())]
    Json {
        /// Which.
        path: PathBuf,
        /// Where and why.
        why: serde_json::Error,
    },
    /// A field of it.
    #[error("{}: {why}", path.display())]
    Field {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: HandoverError,
    },
    /// The registration in it.
    #[error("{}: terminal: {why}", path.display())]
    Terminal {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: TerminalError,
    },
    /// The sealed card is not the one that the first till stored.
    #[error("{}: the sealed card of payment {payment} was changed: its SHA-256 is another one", path.display())]
    Changed {
        /// Which file.
        path: PathBuf,
        /// Which payment.
        payment: PaymentId,
    },
    /// No outcomes of a handover.
    #[error("{}: format is not “{OUTCOME_FORMAT}”: these are no outcomes of a handover", path.display())]
    NoOutcomes {
        /// Which file.
        path: PathBuf,
    },
    /// Nothing of it is in another till's hands.
    #[error("handover {0}: no payment of this till is in it")]
    NotOut(HandoverId),
    /// The sealed card is not where it should be.
    #[error("the sealed card of payment {0} is not in the store")]
    NoSealedCard(PaymentId),
    /// They are this till's own.
    #[error("these are this till's own payments: take them back instead")]
    Own,
    /// The same handover came in another file before.
    #[error("handover {0} was taken over before from a file with other content")]
    OtherFile(HandoverId),
    /// The store did not take a step.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// Writes the file of a handover into a folder, whole and flushed; the same handover again writes the same file.
///
/// # Errors
///
/// Nothing of it is out, a sealed card is missing, or the folder cannot be written.
pub fn write_handover(
    store: &Store,
    handover: HandoverId,
    (till, terminal): (u8, &Terminal),
    folder: &Path,
) -> Result<PathBuf, HandoverFault> {
    let handed = store.ledger().handed_over(handover);
    if handed.is_empty() {
        return Err(HandoverFault::NotOut(handover));
    }
    let with_sealed = |card: crate::domain::handover::HandedCard| {
        let sealed = store.sealed(card.payment).ok().flatten().ok_or(HandoverFault::NoSealedCard(card.payment))?;
        Ok(HandoverCard { card, sealed })
    };
    let cards: Result<Vec<HandoverCard>, HandoverFault> =
        handed.into_iter().map(|(_, card)| with_sealed(card)).collect();
    let terminal = HandoverTerminal {
        id: terminal.id().to_owned(),
        merchant: terminal.merchant().to_owned(),
        network_id: terminal.network_id().map(str::to_owned),
        merchant_category: terminal.merchant_category().map(str::to_owned),
        condition: terminal.condition().to_owned(),
    };
    let file = HandoverFile { format: HANDOVER_FORMAT.to_owned(), handover, till, terminal, cards: cards? };
    // The random end of the id tells two files apart, and a name that short fits on the screen.
    let id = handover.to_string();
    let path = folder.join(format!("handover-{}.json", id.rsplit('-').next().unwrap_or(&id)));
    write_whole(&path, &serde_json::to_vec_pretty(&file).unwrap_or_default())?;
    Ok(path)
}

/// Writes the file of a handover into the folder of the settings; says where, or why not.
///
/// # Errors
///
/// As [`write_handover`], and where there is no host.
pub fn write_of_till(store: &Store, settings: &Settings, handover: HandoverId) -> Result<String, String> {
    let host = settings.host.as_ref().ok_or("no host is configured")?;
    let written = write_handover(store, handover, (settings.till, &host.terminal), &host.handover_folder);
    written.map(|path| path.display().to_string()).map_err(|error| error.to_string())
}

/// The outcome files in the folder of the settings.
///
/// # Errors
///
/// One of them cannot be read; says which and why.
pub fn outcomes_of_till(settings: &Settings) -> Result<Vec<OutcomeFile>, String> {
    let host = settings.host.as_ref().ok_or("no host is configured")?;
    let read = |path: &PathBuf| read_outcomes(path).map_err(|error| error.to_string());
    outcome_files(&host.handover_folder).iter().map(read).collect()
}

/// A handover file that was read and checked.
#[derive(Debug)]
pub struct ReadHandover {
    /// What it says.
    pub file: HandoverFile,
    /// SHA-256 of its text.
    pub sha256: String,
    /// The first till's registration.
    pub terminal: Terminal,
}

/// Reads a handover file.
///
/// # Errors
///
/// It cannot be read, or cannot be what a till wrote; says which field.
pub fn read_handover(path: &Path) -> Result<ReadHandover, HandoverFault> {
    let named = || path.to_owned();
    let text = read_short(path, FILE_BYTES_MAX).map_err(|why| HandoverFault::File { path: named(), why })?;
    let file: HandoverFile = serde_json::from_str(&text).map_err(|why| HandoverFault::Json { path: named(), why })?;
    file.check().map_err(|why| HandoverFault::Field { path: named(), why })?;
    let changed = file.cards.iter().find(|one| sha256_hex(&one.sealed) != one.card.sealed_sha256);
    if let Some(HandoverCard { card, .. }) = changed {
        return Err(HandoverFault::Changed { path: named(), payment: card.payment });
    }
    let terminal = registration(&file.terminal).map_err(|why| HandoverFault::Terminal { path: named(), why })?;
    Ok(ReadHandover { sha256: sha256_hex(&text), terminal, file })
}

fn registration(from: &HandoverTerminal) -> Result<Terminal, TerminalError> {
    let mut terminal = Terminal::new(&from.id, &from.merchant)?.with_condition(&from.condition)?;
    if let Some(network_id) = &from.network_id {
        terminal = terminal.with_network_id(network_id)?;
    }
    if let Some(category) = &from.merchant_category {
        terminal = terminal.with_merchant_category(category)?;
    }
    Ok(terminal)
}

/// Reads what became of a handover.
///
/// # Errors
///
/// It cannot be read, or is something else.
pub fn read_outcomes(path: &Path) -> Result<OutcomeFile, HandoverFault> {
    let text = read_short(path, FILE_BYTES_MAX).map_err(|why| HandoverFault::File { path: path.to_owned(), why })?;
    let file: OutcomeFile =
        serde_json::from_str(&text).map_err(|why| HandoverFault::Json { path: path.to_owned(), why })?;
    if file.format == OUTCOME_FORMAT { Ok(file) } else { Err(HandoverFault::NoOutcomes { path: path.to_owned() }) }
}

/// Where the outcomes of a handover file are written: beside it.
#[must_use]
pub fn outcome_path(handover_file: &Path) -> PathBuf {
    let stem = handover_file.file_stem().unwrap_or_default().to_string_lossy();
    handover_file.with_file_name(format!("{stem}-outcome.json"))
}

/// The outcome files in a folder; none where the folder is not there.
#[must_use]
pub fn outcome_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let is_outcome = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with("-outcome.json"))
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_outcome).collect();
    found.sort_unstable();
    found
}

/// Writes what became of a handover beside its file.
///
/// # Errors
///
/// The folder cannot be written.
pub fn write_outcomes(path: &Path, outcomes: &OutcomeFile) -> Result<(), HandoverFault> {
    write_whole(path, &serde_json::to_vec_pretty(outcomes).unwrap_or_default())
}

/// A file that is there whole or not at all, also after a power cut.
fn write_whole(path: &Path, content: &[u8]) -> Result<(), HandoverFault> {
    let aside = path.with_extension("part");
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = (|| {
        fs::create_dir_all(folder)?;
        let mut file = fs::File::create(&aside)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&aside, path)?;
        // Only Unix can open a folder; elsewhere the file system keeps its own log of names.
        if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
    })();
    written.map_err(|why| HandoverFault::File { path: path.to_owned(), why })
}

/// Forwards the payments of another till, every step of it in this till's journal before anything is sent.
#[derive(Debug)]
pub struct Forwarding<'a> {
    store: &'a mut Store,
    host: &'a dyn Host,
    handover: HandoverId,
    sealed: BTreeMap<PaymentId, String>,
    waits: BTreeMap<PaymentId, Instant>,
    ids: IdSource,
}

impl<'a> Forwarding<'a> {
    /// Takes the payments of a file over, or goes on with them where it was done before. The host is spoken to as the
    /// first till.
    ///
    /// # Errors
    ///
    /// They are this till's own, the handover came in another file before, or the store does not take it.
    pub fn begin(store: &'a mut Store, host: &'a dyn Host, read: ReadHandover) -> Result<Self, HandoverFault> {
        let ReadHandover { file, sha256, .. } = read;
        let handover = file.handover;
        if file.cards.iter().any(|one| store.ledger().payments.contains_key(&one.card.payment)) {
            return Err(HandoverFault::Own);
        }
        let known = store.ledger().taken.get(&handover).map(|taken| taken.sha256 == sha256);
        let moment = u64::try_from(Local::now().timestamp_millis()).unwrap_or(0);
        let sealed = file.cards.iter().map(|one| (one.card.payment, one.sealed.clone())).collect();
        let ids = IdSource::new(moment, random_bits());
        let mut forwarding = Self { store, host, handover, sealed, waits: BTreeMap::new(), ids };
        match known {
            Some(true) => {}
            Some(false) => return Err(HandoverFault::OtherFile(handover)),
            None => {
                let cards = file.cards.into_iter().map(|HandoverCard { card, .. }| {
                    let is_in_question = card.undo.is_some();
                    let (undo, send) = (TakenState::ToUndo { undos: 0 }, TakenState::Waiting { tries: 0 });
                    TakenCard { card, state: if is_in_question { undo } else { send } }
                });
                let (till, cards) = (file.till, cards.collect());
                forwarding.save(&Fact::HandoverTaken { handover, till, sha256, cards })?;
            }
        }
        Ok(forwarding)
    }

    /// Forwards until everything is over, or the time is up.
    ///
    /// # Errors
    ///
    /// The store does not take a step: nothing more is sent.
    pub fn run(&mut self, until: Instant) -> Result<(), HandoverFault> {
        loop {
            let now = Local::now().fixed_offset();
            let taken = self.store.ledger().taken.get(&self.handover);
            let cards = taken.map(|taken| taken.cards.as_slice()).unwrap_or_default();
            if cards.iter().all(|card| matches!(card.state, TakenState::Done { .. })) {
                return Ok(());
            }
            let is_free =
                |card: &&TakenCard| self.waits.get(&card.card.payment).is_none_or(|until| *until <= Instant::now());
            let tasks = cards.iter().filter(is_free).filter_map(|card| Some((card, card.next(now)?)));
            // What may have been charged goes first.
            let next = tasks.min_by_key(|(card, task)| (matches!(task, TakenTask::Ask), card.card.payment));
            let next = next.map(|(card, task)| (card.clone(), task));
            if Instant::now() >= until {
                return Ok(());
            }
            match next {
                Some((card, task)) => self.perform(&card, task)?,
                None => thread::sleep(NAP),
            }
        }
    }

    fn perform(&mut self, card: &TakenCard, task: TakenTask) -> Result<(), HandoverFault> {
        let TakenCard { card: handed, .. } = card;
        let payment = handed.payment;
        let sealed = self.sealed.get(&payment).cloned().ok_or(HandoverFault::NoSealedCard(payment))?;
        match task {
            TakenTask::Note(step) => self.step(payment, step),
            TakenTask::Ask => {
                self.step(payment, TakenStep::Sending)?;
                let (trace, amount) = (handed.trace.clone(), handed.amount);
                let answer = self.host.authorise(&CardRequest { payment, trace, amount, sealed, deferred: true });
                let step = step_of(answer);
                if step == TakenStep::NotTaken {
                    self.wait(card);
                }
                self.step(payment, step)
            }
            TakenTask::Undo { original, stan, repeat } => {
                self.step(payment, TakenStep::Undoing)?;
                let sent_at = Local::now().fixed_offset();
                let amount = handed.amount;
                let request =
                    ReversalRequest { payment, original, stan, sent_at, amount, sealed, by_voice: false, repeat };
                match self.host.reverse(&request) {
                    ReversalAnswer::Reversed => self.step(payment, TakenStep::Undone),
                    ReversalAnswer::Refused { code } => {
                        self.step(payment, TakenStep::Over { outcome: HandoverOutcome::Stuck { code } })
                    }
                    ReversalAnswer::NoAnswer { .. } => {
                        self.wait(card);
                        Ok(())
                    }
                }
            }
        }
    }

    fn wait(&mut self, card: &TakenCard) {
        let times = match card.state {
            TakenState::ToUndo { undos: times } | TakenState::InQuestion { undos: times, .. } => times,
            TakenState::Waiting { tries } | TakenState::Sending { tries } => tries,
            TakenState::Done { .. } => 0,
        };
        let wait = retry_wait(times.saturating_add(1), card.card.payment).to_std().unwrap_or(NAP);
        self.waits.insert(card.card.payment, Instant::now() + wait);
    }

    fn step(&mut self, payment: PaymentId, step: TakenStep) -> Result<(), HandoverFault> {
        self.save(&Fact::TakenCardMoved { handover: self.handover, payment, step })
    }

    fn save(&mut self, fact: &Fact) -> Result<(), HandoverFault> {
        let save = SaveId(self.ids.next_uuid());
        self.store.save(Local::now().fixed_offset(), "forward", save, std::slice::from_ref(fact), &[])?;
        Ok(())
    }
}

/// What an answer means for a payment of another till.
fn step_of(answer: HostAnswer) -> TakenStep {
    let over = |outcome| TakenStep::Over { outcome };
    match answer {
        HostAnswer::Approved { approval_code } => over(HandoverOutcome::Approved { approval_code }),
        // Its identity was undone before: that till knows it, or will ask anew.
        HostAnswer::DeclinedHard { code } if code == "12" => TakenStep::Unanswered,
        HostAnswer::DeclinedHard { code } => over(HandoverOutcome::Declined { code, hard: true }),
        HostAnswer::DeclinedSoft { code } => over(HandoverOutcome::Declined { code, hard: false }),
        // No reason to undo what the first till may have been told; a person looks.
        HostAnswer::Unknown { fault: HostFault::Repeated } => over(HandoverOutcome::Stuck { code: "94".to_owned() }),
        HostAnswer::Misunderstood { code } => over(HandoverOutcome::Stuck { code }),
        HostAnswer::NotNow { .. } | HostAnswer::NotSent { .. } => TakenStep::NotTaken,
        HostAnswer::ApprovedInPart { .. } => TakenStep::InPart,
        HostAnswer::Unknown { .. } => TakenStep::Unanswered,
    }
}
