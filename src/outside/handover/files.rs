//! The files of a handover: what goes to the other till, and what became of it. Each is signed by the till that writes
//! it, and one that no till of the settings has signed so is refused as a whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::domain::handover::{
    HANDOVER_FORMAT, HandedCard, HandoverCard, HandoverError, HandoverFile, HandoverTerminal, KnownTill,
    OUTCOME_FORMAT, OutcomeFile, SignedFile,
};
use crate::domain::ids::{HandoverId, PaymentId};
use crate::iso8583::{Terminal, TerminalError};
use crate::outside::files::read_short;
use crate::seal::sha256_hex;
use crate::settings::Settings;
use crate::store::{SaveError, Store};

/// The most bytes of a handover file or an outcome file that are read: ten thousand payments have fewer.
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;

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
    /// Nobody has signed it.
    #[error("{}: it is not signed, so nobody can tell who wrote it: have that till write it again", path.display())]
    Unsigned {
        /// Which.
        path: PathBuf,
    },
    /// The settings do not name the till that it says it is of.
    #[error(
        "{}: till {till} is not among host.handover_tills: compare its key with what stopgap handover key prints there, \
         and add it",
        path.display()
    )]
    UnknownTill {
        /// Which file.
        path: PathBuf,
        /// Which till.
        till: u8,
    },
    /// It is not what that till signed.
    #[error(
        "{}: it is not what till {till} signed: it was changed since, or another till wrote it; nothing of it is taken",
        path.display()
    )]
    Forged {
        /// Which file.
        path: PathBuf,
        /// Whose key does not fit.
        till: u8,
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
    let with_sealed = |card: HandedCard| {
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
    write_signed(&path, &SignedFile::by(file, |message| store.sign(message)))?;
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
    let read = |path: &PathBuf| read_outcomes(path, &host.handover_tills).map_err(|error| error.to_string());
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

/// Reads a handover file of another till; `own` is this one's number.
///
/// # Errors
///
/// It cannot be read, is this till's own, was not signed so by a till of the settings, or cannot be what a till wrote;
/// says which field.
pub fn read_handover(path: &Path, own: u8, known: &[KnownTill]) -> Result<ReadHandover, HandoverFault> {
    let named = || path.to_owned();
    let (text, file) = read_signed::<HandoverFile>(path)?;
    if file.signed.till == own {
        return Err(HandoverFault::Own);
    }
    let till = file.signed.till;
    let file = believed(file, path, till, known)?;
    file.check().map_err(|why| HandoverFault::Field { path: named(), why })?;
    let changed = file.cards.iter().find(|one| sha256_hex(&one.sealed) != one.card.sealed_sha256);
    if let Some(HandoverCard { card, .. }) = changed {
        return Err(HandoverFault::Changed { path: named(), payment: card.payment });
    }
    let terminal = registration(&file.terminal).map_err(|why| HandoverFault::Terminal { path: named(), why })?;
    Ok(ReadHandover { sha256: sha256_hex(&text), terminal, file })
}

fn read_signed<Content: DeserializeOwned>(path: &Path) -> Result<(String, SignedFile<Content>), HandoverFault> {
    /// What of a file says that nobody has signed it: its content, with no signature beside it.
    #[derive(Deserialize)]
    struct Bare {
        format: Option<IgnoredAny>,
        signed: Option<IgnoredAny>,
        signature: Option<IgnoredAny>,
    }
    let is_bare = |text: &str| {
        let bare = serde_json::from_str::<Bare>(text);
        bare.is_ok_and(|bare| bare.signature.is_none() && (bare.format.is_some() || bare.signed.is_some()))
    };
    let named = || path.to_owned();
    let text = read_short(path, FILE_BYTES_MAX).map_err(|why| HandoverFault::File { path: named(), why })?;
    match serde_json::from_str(&text) {
        Ok(file) => Ok((text, file)),
        Err(_) if is_bare(&text) => Err(HandoverFault::Unsigned { path: named() }),
        Err(why) => Err(HandoverFault::Json { path: named(), why }),
    }
}

/// What the file says, if the till that it names has signed that.
fn believed<Content: Serialize>(
    file: SignedFile<Content>,
    path: &Path,
    till: u8,
    known: &[KnownTill],
) -> Result<Content, HandoverFault> {
    let key = known.iter().find(|one| one.till == till).map(|one| one.key);
    let key = key.ok_or_else(|| HandoverFault::UnknownTill { path: path.to_owned(), till })?;
    let signature = STANDARD.decode(&file.signature).unwrap_or_default();
    match UnparsedPublicKey::new(&ED25519, key.bytes()).verify(&file.message(), &signature) {
        Ok(()) => Ok(file.signed),
        Err(_) => Err(HandoverFault::Forged { path: path.to_owned(), till }),
    }
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
/// It cannot be read, is something else, or was not signed so by a till of the settings.
pub fn read_outcomes(path: &Path, known: &[KnownTill]) -> Result<OutcomeFile, HandoverFault> {
    let (_, file) = read_signed::<OutcomeFile>(path)?;
    let till = file.signed.till;
    let file = believed(file, path, till, known)?;
    if file.format == OUTCOME_FORMAT { Ok(file) } else { Err(HandoverFault::NoOutcomes { path: path.to_owned() }) }
}

/// Where the outcomes of a handover file are written: beside it.
#[must_use]
pub fn outcome_path(handover_file: &Path) -> PathBuf {
    let stem = handover_file.file_stem().unwrap_or_default().to_string_lossy();
    handover_file.with_file_name(format!("{stem}-outcome.json"))
}

/// The outcome files in a folder; none where the folder is not there.
fn outcome_files(folder: &Path) -> Vec<PathBuf> {
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
pub fn write_outcomes(path: &Path, outcomes: &SignedFile<OutcomeFile>) -> Result<(), HandoverFault> {
    write_signed(path, outcomes)
}

fn write_signed(path: &Path, file: &SignedFile<impl Serialize>) -> Result<(), HandoverFault> {
    write_whole(path, &serde_json::to_vec_pretty(file).unwrap_or_default())
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
