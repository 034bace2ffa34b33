//! `stopgap demo`: a whole outage day, pictures and papers in a folder, figures on standard output.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::Args;

use crate::app::{App, Start};
use crate::cli::{Failure, Place, print_line};
use crate::demo::books::{Books, Disagreement, compare};
use crate::demo::dice::Dice;
use crate::demo::script;
use crate::demo::summary::Summary;
use crate::demo::till::Till;
use crate::domain::limits::CardWindow;
use crate::outside::files::Files;
use crate::simulator::shop::{DemoShop, trust_payees};
use crate::store::{Options, Store, verify};

/// The time a simulator gets to answer. It answers within a millisecond or never.
const PATIENCE: Duration = Duration::from_millis(250);

/// Play a whole outage day.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Where pictures, receipts and reports go
    #[arg(long, value_name = "DIR", default_value = "stopgap-demo")]
    out: PathBuf,
    /// Changes the day; the same number gives the same day
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Take no pictures
    #[arg(long)]
    no_pictures: bool,
}

impl DemoArgs {
    /// What `stopgap demo` does without arguments.
    pub(super) fn standard() -> Self {
        Self { out: PathBuf::from("stopgap-demo"), seed: 1, no_pictures: false }
    }
}

pub(super) fn demo(args: &DemoArgs, place: &Place) -> Result<(), Failure> {
    if place.config.is_some() {
        let why = "demo takes no --config: it has a shop of its own, and plays it on built-in simulators";
        return Err(Failure::Input(why.to_owned()));
    }
    let old = files_of_an_earlier_demo(&args.out, place.data.as_deref())?;
    let temporary;
    let data = if let Some(data) = &place.data {
        data.clone()
    } else {
        temporary = TemporaryFolder::new()?;
        temporary.0.clone()
    };
    let (summary, found) = play(args, &data, &old)?;
    for one in &found {
        let (Disagreement::Lost(why) | Disagreement::Duplicated(why)) = one;
        print_line(why)?;
    }
    let line = serde_json::to_string(&summary).map_err(Failure::input)?;
    print_line(&line)?;
    if summary.is_good() { Ok(()) } else { Err(Failure::DoesNotHold("the books do not agree".to_owned())) }
}

/// What an earlier demo left in its output folder, to be replaced; two days in one folder would be no day at all.
/// Anything else in it is a reason to refuse: nobody's files are mixed with a demo's, and none are removed.
fn files_of_an_earlier_demo(out: &Path, data: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let named = |why: &dyn std::fmt::Display| Failure::Input(format!("{}: {why}", out.display()));
    match fs::metadata(out) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(named(&error)),
        Ok(there) if !there.is_dir() => return Err(named(&"it is a file, and --out needs a folder")),
        Ok(_) => {}
    }
    let mut old = Vec::new();
    for entry in fs::read_dir(out).map_err(|error| named(&error))? {
        let path = entry.map_err(|error| named(&error))?.path();
        if data.is_some_and(|data| data == path) {
            continue;
        }
        if !is_of_a_demo(&path) {
            let name = path.file_name().unwrap_or_default().display();
            return Err(named(&format!("“{name}” is not of an earlier demo, and --out needs a folder for itself")));
        }
        old.push(path);
    }
    Ok(old)
}

/// Whether a file or folder is what a demo writes: numbered pictures, receipts, the report.
fn is_of_a_demo(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let ends_with = |path: &Path, endings: &[&str]| {
        path.extension().is_some_and(|extension| endings.iter().any(|ending| extension == *ending))
    };
    let holds_only = |endings: &[&str]| {
        fs::read_dir(path)
            .is_ok_and(|mut inside| inside.all(|entry| entry.is_ok_and(|entry| ends_with(&entry.path(), endings))))
    };
    match name {
        "receipts" => holds_only(&["txt"]),
        "report" => holds_only(&["html", "csv"]),
        picture => {
            let numbered = picture.bytes().take(2).all(|byte| byte.is_ascii_digit()) && picture.get(2..3) == Some("-");
            numbered && ends_with(path, &["png"]) && path.is_file()
        }
    }
}

fn replace(out: &Path, old: &[PathBuf]) -> Result<(), Failure> {
    for path in old {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
    }
    fs::create_dir_all(out).map_err(|error| Failure::Input(format!("{}: {error}", out.display())))
}

fn play(args: &DemoArgs, data: &Path, old: &[PathBuf]) -> Result<(Summary, Vec<Disagreement>), Failure> {
    let shop = DemoShop::start().map_err(Failure::input)?;
    let settings = Arc::new(shop.settings(data).map_err(Failure::input)?);
    let now = opening_time().ok_or_else(|| Failure::Input("the demo's day is no date".to_owned()))?;
    let options = Options { now_unix: now.timestamp(), faults: None };
    let mut opened = Store::open(data, settings.till, options).map_err(Failure::input)?;
    if opened.ledger.day.is_some() {
        return Err(Failure::Input(format!("{} already has a ledger; the demo needs an empty folder", data.display())));
    }
    replace(&args.out, old)?;
    opened.ledger = trust_payees(&mut opened.store, &settings, now).map_err(Failure::input)?;
    let files = Files {
        inbox: settings.statement_inbox.clone(),
        receipts: args.out.join("receipts"),
        reports: args.out.join("report"),
        mappings: data.join("mappings"),
        currency: settings.currency,
        reading: Arc::<_>::default(),
    };
    shop.bring_in_key(&mut opened.store, now).map_err(Failure::input)?;
    let ledger = opened.store.ledger().clone();
    let world = shop.world(Arc::clone(&settings), opened.store, files, data, PATIENCE).map_err(Failure::input)?;
    let world = Arc::new(world);
    let start = Start {
        settings: Arc::clone(&settings),
        ledger,
        card_window: CardWindow::new(),
        demo: true,
        unconfirmed: Vec::new(),
        repaired: false,
        at: now,
    };
    let pictures = (!args.no_pictures).then(|| args.out.clone());
    let mut till =
        Till::new(App::new(start), Arc::clone(&world), Dice::new(args.seed), now, pictures).map_err(Failure::input)?;
    let played = script::play(&mut till, &shop).map_err(Failure::input)?;
    let books = Books {
        host: shop.host.book(),
        reader: shop.reader.bookings(),
        bank: shop.bank.lock().unwrap_or_else(PoisonError::into_inner).book().to_vec(),
    };
    let ledger = till.app.ledger();
    let sales: Vec<_> = ledger.sales.values().cloned().collect();
    let payments: Vec<_> = ledger.payments.values().cloned().collect();
    let found = compare(&sales, &payments, &books);
    let figures = till.app.day_figures();
    drop(till);
    drop(world);
    let verified = verify(data).map_err(Failure::input)?.holds();
    Ok((Summary::new(&figures, played.detected_ms, &found, verified), found))
}

/// Half past seven on the demo's day, two hours ahead of UTC.
fn opening_time() -> Option<DateTime<FixedOffset>> {
    let zone = FixedOffset::east_opt(2 * 3_600)?;
    NaiveDate::from_ymd_opt(2026, 10, 12)?.and_hms_opt(7, 30, 0)?.and_local_timezone(zone).single()
}

/// A folder that goes when the demo ends.
pub(super) struct TemporaryFolder(pub(super) PathBuf);

impl TemporaryFolder {
    pub(super) fn new() -> Result<Self, Failure> {
        let folder = std::env::temp_dir().join(format!("stopgap-demo-{}", std::process::id()));
        let made = fs::create_dir_all(&folder);
        made.map_err(|error| Failure::Input(format!("temporary folder {}: {error}", folder.display())))?;
        Ok(Self(folder))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // The system clears its temporary folder anyway; a demo that is over has nothing to say about it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_folder_of_an_earlier_demo_is_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let look = || files_of_an_earlier_demo(&out, Some(&out.join("ledger")));
        assert!(look().unwrap().is_empty(), "a folder that is not there yet is made");
        fs::create_dir_all(out.join("receipts")).unwrap();
        fs::create_dir_all(out.join("ledger")).unwrap();
        for file in ["01-lock.png", "receipts/2300000011.txt"] {
            fs::write(out.join(file), "").unwrap();
        }
        assert_eq!(look().unwrap().len(), 2);
        for stranger in ["holiday.png", "1-a.png", "receipts/letter.odt", "notes.txt"] {
            fs::write(out.join(stranger), "").unwrap();
            assert!(look().unwrap_err().to_string().contains("not of an earlier demo"), "{stranger}");
            fs::remove_file(out.join(stranger)).unwrap();
        }
        let file = out.join("01-lock.png");
        assert!(files_of_an_earlier_demo(&file, None).unwrap_err().to_string().contains("needs a folder"));
    }
}
