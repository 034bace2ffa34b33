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
use crate::domain::day::figures;
use crate::outside::files::Files;
use crate::simulator::shop::DemoShop;
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
    let temporary;
    let data = if let Some(data) = &place.data {
        data.clone()
    } else {
        temporary = TemporaryFolder::new().map_err(|error| Failure::Input(format!("temporary folder: {error}")))?;
        temporary.0.clone()
    };
    fs::create_dir_all(&args.out).map_err(|error| Failure::Input(format!("{}: {error}", args.out.display())))?;
    let (summary, found) = play(args, &data)?;
    for one in &found {
        let (Disagreement::Lost(why) | Disagreement::Duplicated(why)) = one;
        print_line(why)?;
    }
    let line = serde_json::to_string(&summary).map_err(Failure::input)?;
    print_line(&line)?;
    if summary.is_good() { Ok(()) } else { Err(Failure::DoesNotHold("the books do not agree".to_owned())) }
}

fn play(args: &DemoArgs, data: &Path) -> Result<(Summary, Vec<Disagreement>), Failure> {
    let shop = DemoShop::start().map_err(Failure::input)?;
    let settings = Arc::new(shop.settings(data).map_err(Failure::input)?);
    let now = opening_time().ok_or_else(|| Failure::Input("the demo's day is no date".to_owned()))?;
    let options = Options { now_unix: now.timestamp(), faults: None };
    let opened = Store::open(data, settings.till, options).map_err(Failure::input)?;
    if opened.ledger.day.is_some() {
        return Err(Failure::Input(format!("{} already has a ledger; the demo needs an empty folder", data.display())));
    }
    let files = Files {
        inbox: settings.statement_inbox.clone(),
        receipts: args.out.join("receipts"),
        reports: args.out.join("report"),
    };
    let world = shop.world(Arc::clone(&settings), opened.store, files, &data, PATIENCE).map_err(Failure::input)?;
    let world = Arc::new(world);
    let start = Start {
        settings: Arc::clone(&settings),
        ledger: opened.ledger,
        has_key: true,
        demo: true,
        unconfirmed: 0,
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
    let figures = figures(ledger, till.now, &till.app.day_rules());
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
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn new() -> std::io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("stopgap-demo-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // The system clears its temporary folder anyway; a demo that is over has nothing to say about it.
        let _ = fs::remove_dir_all(&self.0);
    }
}
