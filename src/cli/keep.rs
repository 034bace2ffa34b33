//! A file that is written never takes the place of one that is read, whatever name it goes by.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::Failure;

/// The folders of a data folder in which something lies that cannot be made again, itself among them.
const KEPT: [&str; 5] = ["", "keys", "mirror", "mirror/sealed", "backups"];

/// Refuses `--out` where it is one of the files that are read, or a part of the ledger: under the same name, through a
/// link, or as another name of the same file. Asked before anything is read.
pub(super) fn keep_inputs<'a>(
    out: &Path,
    inputs: impl Iterator<Item = &'a Path>,
    data: Option<&Path>,
) -> Result<(), Failure> {
    let ledger = data.map(files_of).unwrap_or_default();
    let same = |input: &PathBuf| same_file::is_same_file(out, input).unwrap_or(false);
    match inputs.map(Path::to_owned).chain(ledger).find(same) {
        None => Ok(()),
        Some(input) => {
            let (out, input) = (out.display(), input.display());
            Err(Failure::Input(format!("--out {out}: this is {input}, which would be overwritten; name another file")))
        }
    }
}

fn files_of(data: &Path) -> Vec<PathBuf> {
    // A folder that cannot be read has nothing that could be written over.
    let folders = KEPT.iter().filter_map(|folder| fs::read_dir(data.join(folder)).ok());
    folders.flatten().flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect()
}
