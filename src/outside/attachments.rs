//! Papers of devices: read with suspicion, kept under the name of their content.
//!
//! A paper comes from a USB stick or a mailbox. So its size is bounded, a link is not followed, what its name says is
//! held against what its content is, and nothing of it is ever opened or shown by this program: a picture is copied into
//! the repair request as it is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset};
use ring::digest;

use crate::domain::ids::PersonId;
use crate::domain::service::device::{ATTACHMENT_BYTES_MAX, Attachment, AttachmentFormat, FILE_NAME_CHARS_MAX};
use crate::domain::service::{AttachmentKind, PaperRefused, PaperWhy};
use crate::iso8583::encode_hex;

/// The most bytes of pictures in one page: a browser opens it at once, and a mailbox takes it.
pub const EMBEDDED_BYTES_MAX: u64 = 12 * 1024 * 1024;

/// The most pictures that are taken in at once.
pub const PICTURES_TAKEN_MAX: usize = 12;

/// A paper that was read, and is what its name says.
#[derive(Debug)]
pub struct Paper {
    /// What its content is.
    pub format: AttachmentFormat,
    /// SHA-256 of its content, in hex.
    pub sha256: String,
    /// What the file was called.
    pub name: String,
    /// The content.
    pub content: Vec<u8>,
}

impl Paper {
    /// What the journal has of it.
    #[must_use]
    pub fn attachment(&self, kind: AttachmentKind, by: &PersonId, at: DateTime<FixedOffset>) -> Attachment {
        Attachment {
            kind,
            format: self.format,
            sha256: self.sha256.clone(),
            bytes: self.content.len() as u64,
            name: self.name.clone(),
            at,
            by: by.clone(),
        }
    }
}

/// Why a paper is refused.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// It cannot be read.
    #[error("{file}: {why}")]
    Unreadable {
        /// Which.
        file: String,
        /// What the system said.
        why: io::Error,
    },
    /// It is a symbolic link, a folder, a pipe or a device.
    #[error("{file} is no regular file: give the file itself, not a link to it")]
    NoFile {
        /// Which.
        file: String,
    },
    /// It is too large.
    #[error("{file} is too large: a paper has up to {ATTACHMENT_BYTES_MAX} bytes")]
    TooLarge {
        /// Which.
        file: String,
    },
    /// The name is no text of a length that is kept, or says none of the formats.
    #[error("{file}: the name has to end in .png, .jpg, .jpeg or .pdf and have up to {FILE_NAME_CHARS_MAX} characters")]
    Name {
        /// Which.
        file: String,
    },
    /// The content is not what the name says.
    #[error("{file} is no whole {said} file, whatever its name says")]
    NotWhatItSays {
        /// Which.
        file: String,
        /// What the name says.
        said: &'static str,
    },
    /// A folder is not there.
    #[error("there is no folder {file}; is the stick plugged in?")]
    NoFolder {
        /// Its name.
        file: String,
    },
    /// A folder has no picture.
    #[error("{file}: no picture (.png, .jpg or .jpeg) lies there")]
    NoPicture {
        /// The folder.
        file: String,
    },
    /// A folder has too many pictures to mean this reader alone.
    #[error("{file} has {count} pictures: up to {PICTURES_TAKEN_MAX} are taken in at once")]
    TooMany {
        /// The folder.
        file: String,
        /// How many.
        count: usize,
    },
    /// What is kept under its name is something else.
    #[error("{kept} does not hold what its name says: it was changed after it was kept")]
    Changed {
        /// The file that was kept.
        kept: String,
    },
}

impl From<PaperError> for PaperRefused {
    /// In words that every language has; of a path the last part, for whoever put the stick in knows where it is.
    fn from(error: PaperError) -> Self {
        let (why, what) = match error {
            PaperError::Unreadable { file, .. } => (PaperWhy::Unreadable, file),
            PaperError::NoFile { file } => (PaperWhy::NoFile, file),
            PaperError::TooLarge { file } => (PaperWhy::TooLarge, file),
            PaperError::Name { file } => (PaperWhy::Name, file),
            PaperError::NotWhatItSays { file, .. } => (PaperWhy::NotWhatItSays, file),
            PaperError::NoFolder { file } => (PaperWhy::NoFolder, file),
            PaperError::NoPicture { file } => (PaperWhy::NoPicture, file),
            PaperError::TooMany { file, .. } => (PaperWhy::TooMany, file),
            PaperError::Changed { kept } => (PaperWhy::Changed, kept),
        };
        let last = Path::new(&what).file_name().map(|name| name.to_string_lossy().into_owned());
        Self { why, what: last.unwrap_or(what) }
    }
}

/// Reads a paper, whole or not at all.
///
/// # Errors
///
/// It is a link, too large, or not what its name says.
pub fn read(path: &Path) -> Result<Paper, PaperError> {
    let file = path.display().to_string();
    let name = path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    let name = name.filter(|name| name.chars().count() <= FILE_NAME_CHARS_MAX && !name.chars().any(char::is_control));
    let name = name.ok_or_else(|| PaperError::Name { file: file.clone() })?;
    let said = AttachmentFormat::of_name(&name).ok_or_else(|| PaperError::Name { file: file.clone() })?;
    let content = read_bounded(path, &file)?;
    if AttachmentFormat::of_content(&content) != Some(said) {
        return Err(PaperError::NotWhatItSays { file, said: said.extension() });
    }
    Ok(Paper { format: said, sha256: sha256_hex(&content), name, content })
}

fn read_bounded(path: &Path, file: &str) -> Result<Vec<u8>, PaperError> {
    let unreadable = |why: io::Error| PaperError::Unreadable { file: file.to_owned(), why };
    let no_file = || PaperError::NoFile { file: file.to_owned() };
    if !fs::symlink_metadata(path).map_err(unreadable)?.is_file() {
        return Err(no_file());
    }
    let opened = open_itself(path).map_err(unreadable)?;
    let metadata = opened.metadata().map_err(unreadable)?;
    // What was looked at by name may have been exchanged meanwhile; what is open cannot be.
    if !metadata.is_file() {
        return Err(no_file());
    }
    let too_large = || PaperError::TooLarge { file: file.to_owned() };
    if metadata.len() > ATTACHMENT_BYTES_MAX {
        return Err(too_large());
    }
    let mut content = Vec::new();
    opened.take(ATTACHMENT_BYTES_MAX + 1).read_to_end(&mut content).map_err(unreadable)?;
    if content.len() as u64 > ATTACHMENT_BYTES_MAX { Err(too_large()) } else { Ok(content) }
}

/// Opens what has this name, and not what a link of this name leads to; a pipe does not keep us waiting.
fn open_itself(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options.open(path)
}

/// Where a paper with this content is kept below the data folder.
#[must_use]
pub fn place(data: &Path, sha256: &str, format: AttachmentFormat) -> PathBuf {
    data.join("attachments").join(format!("{sha256}.{}", format.extension()))
}

/// Keeps a paper below the data folder and flushes it. One with the same content that is there already stays.
///
/// # Errors
///
/// The folder or the file cannot be written, or another content is kept under its name.
pub fn keep(data: &Path, paper: &Paper) -> Result<PathBuf, PaperError> {
    let kept = place(data, &paper.sha256, paper.format);
    let unreadable = |why: io::Error| PaperError::Unreadable { file: kept.display().to_string(), why };
    let folder = data.join("attachments");
    fs::create_dir_all(&folder).map_err(unreadable)?;
    if fs::symlink_metadata(&kept).is_ok() {
        let there = read_bounded(&kept, &kept.display().to_string())?;
        let same = sha256_hex(&there) == paper.sha256;
        return if same { Ok(kept) } else { Err(PaperError::Changed { kept: kept.display().to_string() }) };
    }
    // Under another name until it is whole, so that its real name never stands for a part of it.
    let unfinished = kept.with_extension("part");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
    }
    let mut file = options.open(&unfinished).map_err(unreadable)?;
    file.write_all(&paper.content).and_then(|()| file.sync_all()).map_err(unreadable)?;
    fs::rename(&unfinished, &kept).and_then(|()| File::open(&folder)?.sync_all()).map_err(unreadable)?;
    Ok(kept)
}

/// Reads and keeps every picture of a folder, in the order of their names; all of them or none.
///
/// # Errors
///
/// The folder is not there, has no picture or too many, or one of them is refused.
pub fn take_pictures(
    folder: &Path,
    data: &Path,
    (kind, by, at): (AttachmentKind, &PersonId, DateTime<FixedOffset>),
) -> Result<Vec<Attachment>, PaperError> {
    // The message is a short one over a page: whoever put the stick in knows where it is.
    let file = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let entries = fs::read_dir(folder).map_err(|_| PaperError::NoFolder { file: file.clone() })?;
    let is_picture = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        AttachmentFormat::of_name(name).is_some_and(|format| format.picture().is_some())
    };
    let mut pictures: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_picture).collect();
    if pictures.is_empty() {
        return Err(PaperError::NoPicture { file });
    }
    if pictures.len() > PICTURES_TAKEN_MAX {
        return Err(PaperError::TooMany { file, count: pictures.len() });
    }
    pictures.sort();
    let papers: Vec<Paper> = pictures.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    for paper in &papers {
        keep(data, paper)?;
    }
    Ok(papers.iter().map(|paper| paper.attachment(kind, by, at)).collect())
}

/// Puts the pictures among the papers into a page that names each as `src="FILE"`, by the file it is kept in. One that is
/// not there any more, was changed, or for which there is no room, stays out: the page has its name all the same.
#[must_use]
pub fn embed(page: &str, data: &Path, papers: &[Attachment]) -> String {
    let mut page = page.to_owned();
    let mut room = EMBEDDED_BYTES_MAX;
    for paper in papers {
        let Some(kind) = paper.format.picture() else { continue };
        let kept = place(data, &paper.sha256, paper.format);
        let Ok(content) = read_bounded(&kept, &kept.display().to_string()) else { continue };
        let bytes = content.len() as u64;
        if bytes > room || sha256_hex(&content) != paper.sha256 {
            continue;
        }
        room -= bytes;
        let named = format!("src=\"{}\"", paper.kept_as());
        page = page.replace(&named, &format!("src=\"data:{kind};base64,{}\"", STANDARD.encode(content)));
    }
    page
}

fn sha256_hex(content: &[u8]) -> String {
    encode_hex(digest::digest(&digest::SHA256, content).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 7, 7, 0xFF, 0xD9];
    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n";

    #[test]
    fn a_paper_is_kept_once_under_the_name_of_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("warranty.pdf");
        fs::write(&file, PDF).unwrap();
        let paper = read(&file).unwrap();
        let kept = keep(folder.path(), &paper).unwrap();
        assert_eq!((fs::read(&kept).unwrap(), kept == keep(folder.path(), &paper).unwrap()), (PDF.to_vec(), true));
        assert!(kept.ends_with(format!("attachments/{}.pdf", paper.sha256)) && paper.sha256.len() == 64);
        fs::write(&kept, b"something else").unwrap();
        assert!(matches!(keep(folder.path(), &paper), Err(PaperError::Changed { .. })));
    }

    #[test]
    fn pictures_come_into_the_page_as_they_are_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let kept = |name: &str, content: &[u8]| {
            let file = folder.path().join(name);
            fs::write(&file, content).unwrap();
            let paper = read(&file).unwrap();
            keep(folder.path(), &paper).unwrap();
            Attachment {
                kind: AttachmentKind::WarrantyCard,
                format: paper.format,
                sha256: paper.sha256,
                bytes: content.len() as u64,
                name: paper.name,
                at: DateTime::UNIX_EPOCH.fixed_offset(),
                by: PersonId("manager-1".to_owned()),
            }
        };
        let large = [&JPEG[..4], &vec![0; 7 * 1024 * 1024], &JPEG[6..]].concat();
        let papers = [
            kept("card.jpg", JPEG),
            kept("one.jpg", &large),
            kept("two.jpg", &[&large[..], JPEG].concat()),
            kept("warranty.pdf", PDF),
            kept("changed.jpg", &[JPEG, JPEG].concat()),
        ];
        fs::write(place(folder.path(), &papers[4].sha256, AttachmentFormat::Jpeg), JPEG).unwrap();
        let lines: Vec<String> = papers.iter().map(|paper| format!("<img src=\"{}\">\n", paper.kept_as())).collect();
        let page = embed(&lines.concat(), folder.path(), &papers);
        let shown: Vec<bool> = page.lines().map(|line| line.contains("data:image/jpeg;base64,/9j/")).collect();
        assert_eq!(shown, [true, true, false, false, false], "12 MiB are the bound, and what was changed is not shown");
        assert!(page.starts_with("<img src=\"data:image/jpeg;base64,/9j/4AcH/9k=\">\n"), "{}", &page[..80]);
    }

    #[test]
    fn the_pictures_of_a_stick_are_taken_in_all_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let (stick, data) = (folder.path().join("stick"), folder.path().join("data"));
        let by = PersonId("manager-1".to_owned());
        let take = || {
            let of = (AttachmentKind::SealsBefore, &by, DateTime::UNIX_EPOCH.fixed_offset());
            take_pictures(&stick, &data, of).map(|taken| taken.into_iter().map(|one| one.name).collect::<Vec<_>>())
        };
        assert!(matches!(take(), Err(PaperError::NoFolder { .. })));
        fs::create_dir(&stick).unwrap();
        fs::write(stick.join("warranty.pdf"), PDF).unwrap();
        assert!(matches!(take(), Err(PaperError::NoPicture { .. })));
        let picture = |number: u8| {
            let content = [0xFF, 0xD8, 0xFF, 0xE0, number, 7, 0xFF, 0xD9];
            fs::write(stick.join(format!("{number:02}.jpg")), content).unwrap();
        };
        (1..=12).rev().for_each(picture);
        assert_eq!(take().unwrap().len(), 12);
        assert_eq!(fs::read_dir(data.join("attachments")).unwrap().count(), 12);
        fs::write(stick.join("12.jpg"), PDF).unwrap();
        assert!(matches!(take(), Err(PaperError::NotWhatItSays { said: "jpg", .. })));
        (12..=13).for_each(picture);
        assert!(matches!(take(), Err(PaperError::TooMany { count: 13, .. })));
    }

    #[test]
    fn what_is_too_large_or_not_what_it_says_or_a_link_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let put = |name: &str, content: &[u8]| {
            fs::write(place(name), content).unwrap();
            read(&place(name)).unwrap_err()
        };
        assert!(matches!(put("proof.png", PDF), PaperError::NotWhatItSays { said: "png", .. }));
        assert!(matches!(put("script.pdf", b"#!/bin/sh\n%PDF-1.7 %%EOF"), PaperError::NotWhatItSays { .. }));
        assert!(matches!(put("proof.exe", PDF), PaperError::Name { .. }));
        assert!(matches!(put("no-end", PDF), PaperError::Name { .. }));
        let long = format!("{}.pdf", "x".repeat(FILE_NAME_CHARS_MAX));
        assert!(matches!(put(&long, PDF), PaperError::Name { .. }));

        let large = File::create(place("large.pdf")).unwrap();
        large.set_len(ATTACHMENT_BYTES_MAX + 1).unwrap();
        assert!(matches!(read(&place("large.pdf")), Err(PaperError::TooLarge { .. })));
        fs::create_dir(place("folder.pdf")).unwrap();
        assert!(matches!(read(&place("folder.pdf")), Err(PaperError::NoFile { .. })));
        assert!(matches!(read(&place("missing.pdf")), Err(PaperError::Unreadable { .. })));
        #[cfg(unix)]
        {
            fs::write(place("real.pdf"), PDF).unwrap();
            std::os::unix::fs::symlink(place("real.pdf"), place("link.pdf")).unwrap();
            assert!(matches!(read(&place("link.pdf")), Err(PaperError::NoFile { .. })));
            // The name is looked at first; whatever is put there afterwards is not followed either.
            assert_eq!(open_itself(&place("link.pdf")).unwrap_err().raw_os_error(), Some(libc::ELOOP));
        }
    }
}
