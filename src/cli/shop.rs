//! A shop's till as its settings say, with or without a screen: its ledger, its world, and what the app begins with.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use chrono::{Local, Utc};
use zeroize::Zeroizing;

use crate::app::Start;
use crate::app::entries::UnconfirmedEntry;
use crate::cli::Failure;
use crate::domain::card::CardDraft;
use crate::domain::fact::Fact;
use crate::domain::ids::{IdSource, SaveId};
use crate::outside::World;
use crate::outside::files::Files;
use crate::outside::host::open::open as open_host;
use crate::outside::lanes;
use crate::outside::line::{Line, TcpLine};
use crate::outside::random_bits;
use crate::outside::reader::NexoEventSettings;
use crate::outside::reader::open::open as open_reader;
use crate::outside::rungs::Rungs;
use crate::settings::Settings;
use crate::settings::file::load;
use crate::settings::pin::{pepper_file, pepper_fits, read_pepper};
use crate::store::{Entry, Opened, Options, Reader, Store};

/// How long one anchor of the line may take.
const LINE_TIMEOUT: Duration = Duration::from_secs(2);

/// The settings with the reader that is in use: the one that the till was switched over to, where `data` has a ledger
/// that says so.
pub(super) fn settings_in_use(config: &Path, data: &Path) -> Result<Settings, Failure> {
    let settings = load(config, data).map_err(Failure::input)?;
    if !data.join("stopgap.db").exists() {
        return Ok(settings);
    }
    let ledger = Reader::open(data).and_then(|reader| reader.ledger()).map_err(Failure::input)?;
    Ok(settings.switched_to(ledger.switched_to()))
}

/// The ledger in the data folder, for the till of the settings.
pub(super) fn open(data: &Path, settings: &Settings) -> Result<Opened, Failure> {
    let options = Options { now_unix: Utc::now().timestamp(), faults: None };
    Store::open(data, settings.till, options).map_err(Failure::input)
}

/// Saves one fact that a person made without the screen.
pub(super) fn save(store: &mut Store, actor: &str, fact: Fact) -> Result<(), Failure> {
    let now = Local::now().fixed_offset();
    let milliseconds = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    let save = SaveId(IdSource::new(milliseconds, random_bits()).next_uuid());
    store.save(now, actor, save, &[fact], &[]).map(drop).map_err(Failure::input)
}

/// What the app begins with.
pub(super) fn start(opened: &mut Opened, settings: &Arc<Settings>, demo: bool) -> Result<Start, Failure> {
    let at = Local::now().fixed_offset();
    let first_day = settings.limits.stored.card.first_day(at.date_naive());
    Ok(Start {
        settings: Arc::clone(settings),
        ledger: opened.store.ledger().clone(),
        card_window: opened.store.card_window(first_day).map_err(Failure::input)?,
        demo,
        unconfirmed: opened.found.unconfirmed.iter().map(unconfirmed).collect(),
        repaired: opened.found.restored_database.is_some() || opened.found.restored_mirror.is_some(),
        at,
    })
}

fn unconfirmed(entry: &Entry) -> UnconfirmedEntry {
    UnconfirmedEntry { seq: entry.seq, at: entry.at, actor: entry.actor.clone(), fact: entry.fact.clone() }
}

/// The key that PINs are peppered with; a missing or foreign one is said now, and not as a wrong PIN later.
pub(super) fn pepper(data: &Path, settings: &Settings) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    let pepper = read_pepper(data).map_err(Failure::input)?;
    let bytes = pepper.as_ref().map(|pepper| pepper.as_slice());
    match settings.people.iter().find(|person| !pepper_fits(&person.pin_hash, bytes)) {
        None => Ok(pepper),
        Some(person) => {
            let file = pepper_file(data);
            Err(Failure::Input(format!(
                "the PIN of {} was hashed with another pepper than {}",
                person.id,
                file.display()
            )))
        }
    }
}

/// The world of a shop, and where its reader sends events.
pub(super) fn shop_world(
    settings: &Arc<Settings>,
    store: Store,
    files: Files,
    data: &Path,
) -> Result<(World, Option<NexoEventSettings>), Failure> {
    let host = settings.host.as_ref().map(open_host).transpose().map_err(Failure::input)?;
    let line = (!settings.line_anchors.is_empty())
        .then(|| TcpLine::new(settings.line_anchors.clone(), LINE_TIMEOUT).map_err(Failure::input))
        .transpose()?;
    let opened = open_reader(settings).map_err(Failure::input)?;
    let mut rungs = Rungs::of_shop(settings, data.to_owned(), opened.driver.clone(), host.clone());
    rungs.own.watch(Arc::new(lanes::beats()));
    let world = World {
        settings: Arc::clone(settings),
        card_tags: store.card_tags(),
        store: Mutex::new(store),
        rungs,
        pcsc: OnceLock::new(),
        reader: opened.driver,
        line: line.map(|line| Arc::new(line) as Arc<dyn Line>),
        host,
        draft: Arc::new(Mutex::new(CardDraft::new())),
        files,
        pepper: None,
    };
    Ok((world, opened.events))
}
