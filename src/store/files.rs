//! The files of the data folder, and making them so that they are there after a power cut.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::ids::PaymentId;

/// Where everything is in a data folder.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn database(&self) -> PathBuf {
        self.root.join("stopgap.db")
    }

    /// The database while it is being rebuilt; it takes the other's place only when it is whole and flushed.
    pub(super) fn database_rebuilt(&self) -> PathBuf {
        self.root.join("stopgap.db.rebuilt")
    }

    /// Copies of the database that the till made of itself.
    pub(super) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub(super) fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    pub(super) fn journal_key(&self) -> PathBuf {
        self.keys().join("journal.key")
    }

    pub(super) fn till_key(&self) -> PathBuf {
        self.keys().join("till.ed25519")
    }

    pub(super) fn mirror_folder(&self) -> PathBuf {
        self.root.join("mirror")
    }

    pub(super) fn mirror(&self) -> PathBuf {
        self.mirror_folder().join("journal.log")
    }

    pub(super) fn mirror_rewritten(&self) -> PathBuf {
        self.mirror_folder().join("journal.log.rewritten")
    }

    pub(super) fn head(&self) -> PathBuf {
        self.mirror_folder().join("head")
    }

    pub(super) fn sealed_folder(&self) -> PathBuf {
        self.mirror_folder().join("sealed")
    }

    pub(super) fn sealed(&self, payment: PaymentId) -> PathBuf {
        self.sealed_folder().join(payment.to_string())
    }

    /// The folders, outermost first.
    pub(super) fn folders(&self) -> [PathBuf; 4] {
        [self.root.clone(), self.keys(), self.mirror_folder(), self.sealed_folder()]
    }
}

/// The name a damaged file is kept under: `FILE.damaged-UNIXTIME`, with a further number when that one is taken.
pub(super) fn damaged_name(path: &Path, unix: i64) -> PathBuf {
    let named = |suffix: String| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let first = named(format!(".damaged-{unix}"));
    if !first.exists() {
        return first;
    }
    // A moment in which that many files are moved aside does not exist; the bound keeps a full disk from being searched.
    (2_u32..1_000).map(|number| named(format!(".damaged-{unix}-{number}"))).find(|path| !path.exists()).unwrap_or(first)
}

/// The file beside a database that holds its write-ahead log (`-wal`) or that log's index (`-shm`).
pub(super) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes a folder that only its owner can look into; one that is there already is left as it is.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let is_new = !path.exists();
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    let Some(above) = path.parent().filter(|_| is_new) else { return Ok(()) };
    let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
    match sync_folder(above) {
        // A folder above the data folder may be one that this user can pass through but not open.
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Options for a file that only its owner can read.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a new private file and flushes it. The folder has to be flushed too before the file can be relied on.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private().create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Flushes a folder, so that names made, moved or removed in it stay so.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    // Only Unix can open a folder; elsewhere the file system keeps its own log of names.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// Removes a file that may already be gone.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
