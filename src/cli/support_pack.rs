//! `stopgap support-pack`: what the supplier's support asks for, as one zip archive.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use chrono::Local;
use clap::Args;

use crate::cli::shop::settings_in_use;
use crate::cli::{Failure, Place};
use crate::outside::support_pack::{Parcel, archive};
use crate::store::{self, Reader};

/// Write the support pack: cases, health history, versions, settings without secrets; no card data.
#[derive(Debug, Args)]
pub(super) struct SupportPackArgs {
    /// The file to write; it must not exist. Encrypted where the configuration has `service.pack_key`
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn support_pack(args: &SupportPackArgs, place: &Place) -> Result<(), Failure> {
    let missing = || Failure::Input("--data DIR is needed: the folder of the ledger".to_owned());
    let data = place.data.as_deref().ok_or_else(missing)?;
    let settings = place.config.as_deref().map(|file| settings_in_use(file, data)).transpose()?;
    let reader = Reader::open(data).map_err(Failure::input)?;
    let verified = store::verify(data).map_err(Failure::input)?;
    let made_at = Local::now().fixed_offset();
    let pack = archive(&reader, settings.as_ref(), &verified, made_at, &[]).map_err(Failure::input)?;
    let key = settings.as_ref().and_then(|settings| settings.service.pack.key.as_ref());
    let pack = Parcel::of(pack, key, made_at).map_err(Failure::input)?.content;
    let named = |error: std::io::Error| Failure::Input(format!("{}: {error}", args.out.display()));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&args.out).map_err(named)?;
    file.write_all(&pack).map_err(named)
}
